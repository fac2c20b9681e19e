package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// The charts in callback data.
const (
	chartOfProgress = "p"
	chartOfFilings  = "f"
	chartOfMonths   = "m"
	chartOfYears    = "y"
)

// chartPlace is a chart, or without a kind the choice of charts.
type chartPlace struct {
	unit twinning.UnitKey
	year int
	kind string
	// what is the gauge or the rule, "" for the most fitting one.
	what string
	// least puts those first who are furthest from their target.
	least bool
}

// chartLeast stands in callback data for the order from the bottom.
const chartLeast = "l"

// data is the place as callback data: "bd:D504:2027", "bd:D504:2027:p:households:l".
func (p chartPlace) data() string {
	switch {
	case p.kind == "":
		return fmt.Sprintf("bd:%s:%d", p.unit, p.year)
	case p.least:
		return fmt.Sprintf("bd:%s:%d:%s:%s:%s", p.unit, p.year, p.kind, p.what, chartLeast)
	}
	return fmt.Sprintf("bd:%s:%d:%s:%s", p.unit, p.year, p.kind, p.what)
}

func (p chartPlace) of(kind string) chartPlace {
	return chartPlace{unit: p.unit, year: p.year, kind: kind}
}

func (p chartPlace) with(what string) chartPlace {
	p.what, p.least = what, false
	return p
}

func (p chartPlace) in(year int) chartPlace {
	p.year = year
	return p
}

// charts offers the charts: "/bieudo", or shows the one that is named: "/bieudo tiến độ Tây Giang".
func (d *Desk) charts(_ context.Context, r *Request) error { return d.chartNamed(r, r.Args) }

// pressChart shows a chart, or the choice of charts.
func (d *Desk) pressChart(_ context.Context, r *Request) error {
	return d.openChart(r, chartPlace{
		unit: twinning.UnitKey(r.Press.Part(0)), year: min(d.year(r, 1), d.programme.Today(r.Now).Year()),
		kind: r.Press.Part(2), what: r.Press.Part(3), least: r.Press.Part(4) == chartLeast,
	})
}

// openChart shows what the sender may see of the place.
func (d *Desk) openChart(r *Request, p chartPlace) error {
	s, err := r.Work.ChartScope(*r.Person, p.unit)
	switch {
	case errors.Is(err, twinning.ErrForbidden):
		if may, err := d.readable(r, p.unit); err != nil || !may {
			return err
		}
		return d.notice(r, "chart.counterpart", twinning.Args{{"Unit", r.Work.UnitName(p.unit)}})
	case err != nil:
		return wrapStep("chart", err)
	}
	switch p.kind {
	case chartOfProgress, chartOfFilings, chartOfMonths, chartOfYears:
		return d.sendChart(r, s, p)
	case "":
		return d.chooseChart(r, s, p)
	}
	return d.stale(r)
}

// chooseChart shows the charts of a unit and year, to be chosen by button or number, and the way to other units and
// years.
func (d *Desk) chooseChart(r *Request, s ledger.ChartScope, p chartPlace) error {
	m := twinning.Say("chart.title", twinning.Args{{"Scope", twinning.Joined(chartScopeLine(s))}, {"Year", yearText(p.year)}})
	gauges, err := r.Work.Gauges(s, p.year)
	if err != nil {
		return wrapStep("chart", err)
	}
	rules, err := r.Work.ChartRules(s, p.year)
	if err != nil {
		return wrapStep("chart", err)
	}
	n := 0
	for _, x := range []struct {
		kind, row, button string
		drawn             bool
	}{
		{chartOfProgress, "chart.about.progress", "button.chart_progress", len(gauges) > 0},
		{chartOfFilings, "chart.about.filings", "button.chart_filings", len(rules) > 0},
		{chartOfMonths, "chart.about.activity", "button.chart_activity", true},
		{chartOfYears, "chart.about.years", "button.chart_years", true},
	} {
		if !x.drawn {
			continue
		}
		n++
		m.Lines = append(m.Lines, twinning.Line{Key: "chart.row", Args: twinning.Args{
			{"Number", twinning.Number(n)}, {"Name", twinning.Key(x.row)},
		}})
		m.Buttons = appendTwo(m.Buttons, press(x.button, p.of(x.kind).data()))
	}
	m.Lines = append(m.Lines, say("chart.how"))
	scopes, err := d.chartScopes(r, s, p)
	if err != nil {
		return err
	}
	m.Buttons = append(m.Buttons, scopes...)
	if years := d.yearButtons(r, p.year, func(y int) string { return p.in(y).data() }); len(years) > 0 {
		m.Buttons = append(m.Buttons, years)
	}
	if err := d.markDemo(r, &m); err != nil {
		return err
	}
	return d.offer(r, m, optionsTalk{})
}

// chartScopes lead to the other scopes that the sender may choose: the own unit, the province, and to those who see all
// the districts.
func (d *Desk) chartScopes(r *Request, s ledger.ChartScope, p chartPlace) ([][]twinning.Button, error) {
	var units []twinning.Unit
	all := d.readsAll(r)
	if !all {
		own, err := r.Work.Unit(r.Person.Unit)
		if err != nil {
			return nil, wrapStep("chart", err)
		}
		units = append(units, own)
	}
	for _, role := range []twinning.UnitRole{twinning.RoleIssuer, twinning.RoleRecipientDistrict} {
		if role == twinning.RoleRecipientDistrict && !all {
			continue
		}
		found, err := r.Work.UnitsOf(role)
		if err != nil {
			return nil, wrapStep("chart", err)
		}
		units = append(units, found...)
	}
	var rows [][]twinning.Button
	for _, u := range units {
		if u.Key == s.Unit.Key {
			continue
		}
		b := twinning.Button{
			Label: twinning.Line{Key: "button.unit", Args: twinning.Args{{"Unit", twinning.Text(u.Name)}}},
			Data:  chartPlace{unit: u.Key, year: p.year}.data(),
		}
		if n := len(rows); n == 0 || len(rows[n-1]) == 2 {
			rows = append(rows, nil)
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], b)
	}
	return rows, nil
}

// chartScopeLine names what a chart is about.
func chartScopeLine(s ledger.ChartScope) twinning.Line {
	switch {
	case s.Province:
		return say("report.chart.whole")
	case s.Unit.Role == twinning.RoleOverseer:
		return say("board.scope.border")
	}
	return twinning.Line{Key: "card.plain", Args: twinning.Args{{"Text", twinning.Text(s.Unit.Name)}}}
}

// chartButton leads to the charts of the unit, where the sender may see them.
func (d *Desk) chartButton(r *Request, p chartPlace) []twinning.Button {
	if _, err := r.Work.ChartScope(*r.Person, p.unit); err != nil {
		return nil
	}
	return fitting([]twinning.Button{press("button.chart", p.in(min(p.year, d.programme.Today(r.Now).Year())).data())})
}

// fitting leaves out the buttons whose data is too long, as with keys of another roster or programme.
func fitting(buttons []twinning.Button) []twinning.Button {
	return slices.DeleteFunc(buttons, func(b twinning.Button) bool { return !buttonFits(b) })
}

// boardChart leads from a screen of the board of deadlines to the chart of what stands there.
func (d *Desk) boardChart(r *Request, w watch, p boardPlace) []twinning.Button {
	place := chartPlace{unit: w.own.Key, year: p.year, kind: chartOfFilings}
	switch {
	case p.district != "" && p.district != noDistrict:
		place.unit = twinning.UnitKey(p.district)
	case w.all:
		home, err := d.homeUnit(r)
		if err != nil {
			return nil
		}
		place.unit = home
	}
	if p.rule != allRules {
		place.what = p.rule
	}
	return d.chartButton(r, place)
}
