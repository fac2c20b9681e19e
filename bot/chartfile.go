package bot

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"time"

	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/report"
	"ketnghia/twinning"
)

// The charts that a message can ask for.
const (
	ReportProgress = "chart_progress"
	ReportFilings  = "chart_filings"
	ReportActivity = "chart_activity"
	ReportYears    = "chart_years"
)

// chartFiles are the charts with the text that names their file.
func chartFiles() map[string]string {
	return map[string]string{
		ReportProgress: "chart.file.progress", ReportFilings: "chart.file.filings", ReportActivity: "chart.file.activity",
		ReportYears: "chart.file.years",
	}
}

// chartOrder is a chart to be drawn; title is the text that names its file.
type chartOrder struct {
	ledger  *ledger.Ledger
	now     time.Time
	req     twinning.ReportRequest
	printer locales.Printer
	title   string
}

// chartFile reads the figures from a snapshot of the books and draws them once that is closed.
func chartFile(ctx context.Context, o chartOrder) (name string, data []byte, err error) {
	var paint painter
	err = o.ledger.View(ctx, o.now, func(k *ledger.Look) (err error) {
		paint, err = chartMaker{k, o.printer}.make(o.req)
		return err
	})
	if err != nil {
		return "", nil, wrapStep(o.req.Kind, err)
	}
	var file bytes.Buffer
	if err := paint(&file); err != nil {
		return "", nil, wrapStep(o.req.Kind, err)
	}
	return fmt.Sprintf("%s-%d.png", o.printer.Text(o.title, nil), o.req.Year), file.Bytes(), nil
}

// painter draws a chart whose figures are at hand.
type painter func(w io.Writer) error

// chartMaker turns the figures of the ledger into charts.
type chartMaker struct {
	look    *ledger.Look
	printer locales.Printer
}

func (m chartMaker) make(req twinning.ReportRequest) (painter, error) {
	reader, err := m.look.Person(req.Chart.Reader)
	if err != nil {
		return nil, wrapStep("reader", err)
	}
	s, err := m.look.ChartScope(reader, req.Unit)
	if err != nil {
		return nil, wrapStep("scope", err)
	}
	switch req.Kind {
	case ReportProgress:
		g, err := m.progress(s, req)
		return func(w io.Writer) error { return report.DrawProgress(w, m.printer, g) }, err
	case ReportFilings:
		g, err := m.filings(s, req)
		return func(w io.Writer) error { return report.DrawFilings(w, m.printer, g) }, err
	case ReportActivity:
		g, err := m.activity(s, req)
		return func(w io.Writer) error { return report.DrawActivity(w, m.printer, g) }, err
	}
	g, err := m.years(s, req)
	return func(w io.Writer) error { return report.DrawYears(w, m.printer, g) }, err
}

// head is what stands above the picture. The figures of a year that is over are those up to its end.
func (m chartMaker) head(s ledger.ChartScope, year int) (report.ChartHead, error) {
	h := report.ChartHead{Year: year, AsOf: min(m.look.Today(), twinning.NewDate(year, 12, 31)), Scope: m.scopeName(s)}
	var err error
	h.Demo, err = m.look.HasDemo()
	return h, wrapStep("demo", err)
}

// scopeName names the scope, "" for the province, which the chart names itself.
func (m chartMaker) scopeName(s ledger.ChartScope) string {
	switch {
	case s.Province:
		return ""
	case s.Unit.Role == twinning.RoleOverseer:
		return m.printer.Text("board.scope.border", nil)
	}
	return s.Unit.Name
}

func (m chartMaker) progress(s ledger.ChartScope, req twinning.ReportRequest) (report.ProgressChart, error) {
	g := report.ProgressChart{Measure: req.Chart.Gauge.Measure, Kind: req.Chart.Gauge.Kind}
	var err error
	if g.ChartHead, err = m.head(s, req.Year); err != nil {
		return g, err
	}
	c, err := m.look.ChartProgress(s, req.Year, req.Chart.Gauge)
	if err != nil {
		return g, wrapStep("progress", err)
	}
	g.Months = wholeMonths(g.AsOf)
	if len(c.Bars) == 0 && c.Counted > 0 {
		args := map[string]any{"Count": c.Counted, "Value": c.Counted}
		if c.Unknown > 0 {
			args["Unknown"] = c.Unknown
		}
		name := m.printer.Text("chart.total", args)
		g.Bars = []report.ProgressBar{progressBar(name, c.Total)}
	}
	bars := c.Bars
	if req.Chart.Least {
		bars = c.Furthest()
	}
	for _, p := range bars {
		g.Bars = append(g.Bars, progressBar(p.Unit.Name, p.Progress))
	}
	return g, nil
}

func progressBar(name string, p ledger.Progress) report.ProgressBar {
	return report.ProgressBar{
		Name: name, Confirmed: p.Confirmed, Unconfirmed: p.Done - p.Confirmed, Target: p.Required, TargetUnknown: !p.Known,
	}
}

// wholeMonths are the months of its year that are over at the end of the day.
func wholeMonths(day twinning.Date) int {
	_, month, _ := day.AddDays(1).Parts()
	if day.AddDays(1).Year() > day.Year() {
		return 12
	}
	return int(month) - 1
}

func (m chartMaker) filings(s ledger.ChartScope, req twinning.ReportRequest) (report.FilingsChart, error) {
	var g report.FilingsChart
	var err error
	if g.ChartHead, err = m.head(s, req.Year); err != nil {
		return g, err
	}
	c, err := m.look.ChartFilings(s, req.Year, req.Chart.Rule)
	if err != nil {
		return g, wrapStep("filings", err)
	}
	g.AsOf, g.From, g.Deadline = c.AsOf, c.From, c.Deadline
	if g.Document = c.Rule.Name[m.printer.Lang()]; g.Document == "" {
		g.Document = c.Rule.Name[langVI]
	}
	line := func(name string, f ledger.FiledDays) report.FilingsLine {
		return report.FilingsLine{Name: name, Owe: f.Owe, Filed: f.Days}
	}
	name := m.scopeName(s)
	if name == "" {
		name = m.printer.Text("report.chart.whole", nil)
	}
	g.Whole = line(name, c.Whole)
	for _, f := range c.Districts {
		name := m.printer.Text("board.no_district", nil)
		if f.District != "" {
			name = m.look.UnitName(f.District).Text
		}
		g.Districts = append(g.Districts, line(name, f))
	}
	return g, nil
}

func (m chartMaker) activity(s ledger.ChartScope, req twinning.ReportRequest) (report.ActivityChart, error) {
	g := report.ActivityChart{WithUnconfirmed: true}
	var err error
	if g.ChartHead, err = m.head(s, req.Year); err != nil {
		return g, err
	}
	months, err := m.look.ChartMonths(s, req.Year)
	if err != nil {
		return g, wrapStep("months", err)
	}
	for i, sum := range months {
		for category, q := range sum.ByCategory {
			g.Cells = append(g.Cells, report.ActivityCell{
				Month: time.Month(i + 1), Category: category, Amount: q[twinning.Amount], Activities: q[twinning.Activities],
			})
		}
	}
	return g, nil
}

func (m chartMaker) years(s ledger.ChartScope, req twinning.ReportRequest) (report.YearsChart, error) {
	g := report.YearsChart{Measure: req.Chart.Gauge.Measure, Kind: req.Chart.Gauge.Kind, WithUnconfirmed: true}
	var err error
	if g.ChartHead, err = m.head(s, req.Year); err != nil {
		return g, err
	}
	c, err := m.look.ChartYears(s, req.Year, req.Chart.Gauge)
	if err != nil {
		return g, wrapStep("years", err)
	}
	g.Years = c.Years
	done := func(x ledger.ChartGroup) bool { return slices.Max(x.Values) > 0 }
	if !slices.ContainsFunc(c.Groups, done) { // bars of nothing say less than a sentence
		return g, fmt.Errorf("years of %s: %w", s.Unit.Key, report.ErrEmptyChart)
	}
	for i, x := range c.Groups {
		group := report.YearsGroup{Name: x.Unit.Name}
		if i == 0 && g.Scope != "" {
			group.Name = g.Scope
		}
		if i == 0 && s.Province {
			group.Name = m.printer.Text("report.chart.whole", nil)
		} else if i == 0 && len(c.Groups) > 1 {
			group.Name = m.printer.Text("chart.whole", map[string]any{"Unit": group.Name})
		}
		for j, n := range x.Values {
			group.Values = append(group.Values, report.YearsValue{Value: n, Unknown: x.Unknown[j]})
		}
		g.Groups = append(g.Groups, group)
	}
	return g, nil
}
