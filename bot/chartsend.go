package bot

import (
	"slices"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// chartGaugesOfYears are what years are compared by.
func chartGaugesOfYears() []twinning.Gauge {
	return []twinning.Gauge{
		{Measure: twinning.Amount},
		{Measure: twinning.Households},
		{Measure: twinning.Models},
		{Measure: twinning.Activities, Kind: twinning.KindStudyTour},
		{Measure: twinning.Activities},
	}
}

// gaugeCode is a gauge in callback data.
func gaugeCode(g twinning.Gauge) string {
	if g.Kind != "" {
		return string(g.Kind)
	}
	return string(g.Measure)
}

// gaugeLine names a gauge.
func gaugeLine(g twinning.Gauge) twinning.Line {
	switch g.Kind {
	case "":
		return say("report.chart.measure." + string(g.Measure))
	case twinning.KindStudyTour:
		return say("chart.study_tour")
	case twinning.KindConnecting:
		return say("chart.connecting")
	case twinning.KindGift, twinning.KindModelNew, twinning.KindModelKept, twinning.KindModelMore, twinning.KindTraining,
		twinning.KindInspection, twinning.KindSurvey:
	}
	return say("kind." + string(g.Kind))
}

// chartOffer is a chart with the other ones beside it: their buttons stand below the picture.
type chartOffer struct {
	req     twinning.ReportRequest
	caption twinning.Line
	// asOf is the last day whose figures are shown.
	asOf    twinning.Date
	buttons [][]twinning.Button
}

// sendChart queues a chart; it is drawn when it is sent.
func (d *Desk) sendChart(r *Request, s ledger.ChartScope, p chartPlace) error {
	o := chartOffer{asOf: min(d.programme.Today(r.Now), twinning.NewDate(p.year, 12, 31)), req: twinning.ReportRequest{
		Year: p.year, Unit: p.unit, Chart: &twinning.ChartRequest{Reader: r.Person.ID, Least: p.least},
	}}
	var err error
	switch p.kind {
	case chartOfProgress:
		err = d.offerProgress(r, s, p, &o)
	case chartOfFilings:
		err = d.offerFilings(r, s, p, &o)
	case chartOfYears:
		o.req.Kind = ReportYears
		o.choose(p, chartGaugesOfYears(), "chart.caption_years")
	default:
		o.req.Kind, o.caption = ReportActivity, say("chart.caption_activity")
	}
	if err != nil || o.req.Kind == "" {
		return err
	}
	if err := r.Answer("chart.coming", nil); err != nil {
		return err
	}
	m := twinning.Say("chart.caption", twinning.Args{
		{"What", twinning.Joined(o.caption)},
		{"Scope", twinning.Joined(chartScopeLine(s))},
		{"Year", yearText(p.year)},
		{"Date", twinning.Day(o.asOf)},
	})
	if s.Province && !s.Open {
		m.Lines = append(m.Lines, say("chart.totals_only"))
	}
	if err := d.markDemo(r, &m); err != nil {
		return err
	}
	last := append(d.yearButtons(r, p.year, func(y int) string { return p.in(y).data() }), press("button.other_charts", p.of("").data()))
	for _, row := range append(o.buttons, last) {
		if row = fitting(row); len(row) > 0 {
			m.Buttons = append(m.Buttons, row)
		}
	}
	m.Report = &o.req
	if err := d.choices(r, m); err != nil {
		return err
	}
	return r.Reply(m)
}

// choose takes the gauge that is asked for, or the first, and offers the others.
func (o *chartOffer) choose(p chartPlace, gauges []twinning.Gauge, caption string) {
	chosen := gauges[0]
	for _, g := range gauges {
		if gaugeCode(g) == p.what {
			chosen = g
		}
	}
	o.req.Chart.Gauge = chosen
	o.caption = twinning.Line{Key: caption, Args: twinning.Args{{"What", twinning.Joined(gaugeLine(chosen))}}}
	for _, g := range gauges {
		if g != chosen {
			o.buttons = appendTwo(o.buttons, twinning.Button{Label: gaugeLine(g), Data: p.with(gaugeCode(g)).data()})
		}
	}
}

// offerProgress chooses what the progress is measured by, among the targets of the scope.
func (d *Desk) offerProgress(r *Request, s ledger.ChartScope, p chartPlace, o *chartOffer) error {
	gauges, err := r.Work.Gauges(s, p.year)
	if err != nil {
		return wrapStep("chart", err)
	}
	if len(gauges) == 0 {
		return d.notice(r, "chart.no_targets", twinning.Args{{"Unit", twinning.Text(s.Unit.Name)}})
	}
	o.req.Kind = ReportProgress
	o.choose(p, gauges, "chart.caption_progress")
	if p.what != "" && gaugeCode(o.req.Chart.Gauge) != p.what {
		o.req.Kind = ""
		return d.notice(r, "chart.no_targets", twinning.Args{{"Unit", twinning.Text(s.Unit.Name)}})
	}
	if len(s.Span) > 1 && s.Open {
		turned, key := p.with(gaugeCode(o.req.Chart.Gauge)), "button.chart_least"
		if turned.least = !p.least; p.least {
			key = "button.chart_most"
		}
		o.buttons = append(o.buttons, []twinning.Button{press(key, turned.data())})
	}
	return nil
}

// rulesOffered is how many other documents have a button below a chart of filings.
const rulesOffered = 5

// offerFilings chooses the document, among those that are owed in the scope.
func (d *Desk) offerFilings(r *Request, s ledger.ChartScope, p chartPlace, o *chartOffer) error {
	rules, err := r.Work.ChartRules(s, p.year)
	if err != nil {
		return wrapStep("chart", err)
	}
	if len(rules) == 0 {
		return d.notice(r, "chart.no_rules", twinning.Args{{"Unit", twinning.Text(s.Unit.Name)}, {"Year", yearText(p.year)}})
	}
	chosen := max(slices.IndexFunc(rules, func(x twinning.ObligationRule) bool { return string(x.ID) == p.what }), 0)
	o.req.Kind, o.req.Chart.Rule = ReportFilings, rules[chosen].ID
	filings, err := r.Work.ChartFilings(s, p.year, rules[chosen].ID)
	if err != nil {
		return wrapStep("chart", err)
	}
	o.asOf = filings.AsOf
	o.caption = twinning.Line{Key: "chart.caption_filings", Args: twinning.Args{
		{"Name", twinning.Named(rules[chosen].Name)}, {"Due", twinning.Day(rules[chosen].Due.In(p.year))},
	}}
	for _, x := range upTo(slices.Delete(slices.Clone(rules), chosen, chosen+1), rulesOffered) {
		o.buttons = append(o.buttons, []twinning.Button{{
			Label: twinning.Line{Key: "button.rule", Args: twinning.Args{{"Name", twinning.Named(x.Name)}}},
			Data:  p.with(string(x.ID)).data(),
		}})
	}
	return nil
}
