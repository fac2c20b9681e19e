package report

import (
	"strconv"
	"strings"

	"ketnghia/locales"
	"ketnghia/twinning"
)

// annex makes the sheets of one report.
type annex struct {
	p     locales.Printer
	r     *twinning.YearReport
	names yearNames
}

func (a annex) text(key string) string { return a.p.Text(key, nil) }

// Widths of columns in characters.
const (
	widthNumber = 6
	widthCount  = 10
	widthMoney  = 16
	widthDay    = 12
	widthUnit   = 30
	widthText   = 36
)

// figures puts the measures beside the columns, confirmed before unconfirmed, each with a total below.
func (a annex) figures(sh *annexSheet) {
	sh.total, sh.totalAt = a.text("yearly.annex.total"), 1
	sh.note = a.text("yearly.annex.figures_note")
	for _, group := range []string{a.text("report.status.confirmed"), a.text("report.status.unconfirmed")} {
		for _, m := range twinning.Measures() {
			sh.sums = append(sh.sums, len(sh.columns))
			sh.columns = append(sh.columns, column{group: group, title: heading(a.p, m), width: measureWidth(m)})
		}
	}
}

func measureWidth(m twinning.Measure) float64 {
	if m.Money() {
		return widthMoney
	}
	return widthCount
}

// figureCells are the cells that figures puts columns for.
func figureCells(f twinning.Figures) []any {
	var cells []any
	for _, confirmed := range []bool{true, false} {
		for _, m := range twinning.Measures() {
			cells = append(cells, figure(f.Of(confirmed), m))
		}
	}
	return cells
}

func (a annex) sponsors() annexSheet {
	sh := annexSheet{frozen: 2, sheet: sheet{name: a.text("yearly.annex.sponsors"), columns: []column{
		{title: a.text("report.status.number"), width: widthNumber},
		{title: a.text("report.status.unit"), width: widthUnit},
		{title: a.text("yearly.annex.role"), width: widthUnit},
	}}}
	a.figures(&sh)
	for i, s := range a.r.Sponsors {
		sh.rows = append(sh.rows, append(
			[]any{i + 1, a.r.Name(s.Unit), a.role(s.Unit)}, figureCells(s.Figures)...))
	}
	return sh
}

func (a annex) role(key twinning.UnitKey) string {
	if role := a.r.Units[key].Role; role != "" {
		return a.names.of("unitrole.", string(role))
	}
	return ""
}

// district is the name of a commune's district, "" otherwise.
func (a annex) district(key twinning.UnitKey) string {
	if d := a.r.Units[key].District; d != "" {
		return a.r.Name(d)
	}
	return ""
}

func (a annex) recipients() annexSheet {
	sh := annexSheet{frozen: 2, sheet: sheet{name: a.text("yearly.annex.recipients"), columns: unitColumns(a.p)}}
	a.figures(&sh)
	for i, s := range a.r.Recipients {
		sh.rows = append(sh.rows, append(
			[]any{i + 1, a.r.Name(s.Unit), a.district(s.Unit)}, figureCells(s.Figures)...))
	}
	return sh
}

func (a annex) categories() annexSheet {
	sh := annexSheet{frozen: 2, sheet: sheet{name: a.text("yearly.annex.categories"), columns: []column{
		{title: a.text("report.status.number"), width: widthNumber}, {title: a.text("yearly.annex.content"), width: widthText},
	}}}
	a.figures(&sh)
	for i, c := range a.r.Categories {
		name := a.names.of("category.", strconv.Itoa(int(c.Category)))
		sh.rows = append(sh.rows, append([]any{i + 1, name}, figureCells(c.Figures)...))
	}
	return sh
}

func (a annex) sources() annexSheet {
	sh := annexSheet{frozen: 2, sums: []int{2, 3}, total: a.text("yearly.annex.total"), totalAt: 1, sheet: sheet{
		name: a.text("yearly.annex.sources"), columns: []column{
			{title: a.text("report.status.number"), width: widthNumber},
			{title: a.text("yearly.annex.source"), width: 2 * widthUnit},
			{title: a.text("report.status.confirmed"), width: 2 * widthCount},
			{title: a.text("report.status.unconfirmed"), width: 2 * widthCount},
		},
	}}
	for i, s := range a.r.Sources {
		sh.rows = append(sh.rows, []any{i + 1, a.names.source(s.Source), s.Confirmed, s.Unconfirmed})
	}
	return sh
}

// listedMeasures are the numbers of a single activity.
func listedMeasures() []twinning.Measure { return twinning.Measures()[1:] }

func (a annex) activities() annexSheet {
	sh := annexSheet{frozen: 2, total: a.text("yearly.annex.total"), totalAt: 4, sheet: sheet{
		name: a.text("yearly.annex.activities"), columns: []column{
			{title: a.text("report.status.number"), width: widthNumber},
			{title: a.text("yearly.annex.code"), width: 8},
			{title: a.text("yearly.annex.day"), width: widthDay},
			{title: a.text("yearly.annex.last_day"), width: widthDay},
			{title: a.text("yearly.annex.sponsor"), width: 24},
			{title: a.text("yearly.annex.recipient"), width: 18},
			{title: a.text("report.status.district"), width: 18},
			{title: a.text("yearly.annex.content"), width: 22},
			{title: a.text("yearly.annex.kinds"), width: 16},
			{title: a.text("yearly.annex.source"), width: 18},
			{title: a.text("yearly.annex.place"), width: 16},
			{title: a.text("yearly.annex.summary"), width: 32},
			{title: a.text("yearly.annex.in_kind"), width: 14},
			{title: a.text("report.status.standing"), width: 16},
		},
	}}
	for _, m := range listedMeasures() {
		sh.sums = append(sh.sums, len(sh.columns))
		sh.columns = append(sh.columns, column{title: heading(a.p, m), width: measureWidth(m) - 2})
	}
	for i, x := range a.r.Activities {
		f := x.Facts
		row := append(make([]any, 0, len(sh.columns)),
			i+1, int64(x.ID), f.From, f.To, a.r.Name(f.Sponsor), a.r.Name(f.Recipient), a.district(f.Recipient),
			a.names.of("category.", strconv.Itoa(int(f.Category))), a.names.kinds(f.Kinds), a.names.source(f.Source), f.Place,
			f.Summary, strings.Join(f.InKind, "; "), a.names.of("activity.state.", string(x.State)),
		)
		for _, m := range listedMeasures() {
			row = append(row, figure(f.Quantities, m))
		}
		sh.rows = append(sh.rows, row)
	}
	return sh
}

func (a annex) duties() annexSheet {
	sh := annexSheet{frozen: 2, sheet: sheet{name: a.text("report.status.filings"), columns: append(unitColumns(a.p),
		column{title: a.text("report.status.document"), width: widthText},
		column{title: a.text("report.status.counterpart"), width: widthUnit},
		column{title: a.text("report.status.due"), width: widthDay},
		column{title: a.text("report.status.filed_on"), width: widthDay},
		column{title: a.text("yearly.annex.paper_number"), width: widthMoney},
		column{title: a.text("yearly.annex.paper_date"), width: widthDay},
		column{title: a.text("report.status.standing"), width: widthUnit},
		column{title: a.text("yearly.annex.reason"), width: widthUnit},
	)}}
	for i, d := range a.r.Duties {
		other := ""
		if d.Counterpart != "" {
			other = a.r.Name(d.Counterpart)
		}
		sh.rows = append(sh.rows, []any{
			i + 1, a.r.Name(d.Unit), a.district(d.Unit), d.Name[a.p.Lang()], other, d.Due, d.Filed, d.Number, d.Dated,
			a.names.of("standing.", string(d.Standing)), d.Reason,
		})
	}
	return sh
}

func (a annex) targets() annexSheet {
	sh := annexSheet{frozen: 2, sheet: sheet{name: a.text("yearly.annex.targets"), columns: append(unitColumns(a.p),
		column{title: a.text("yearly.annex.target"), width: widthText},
		column{title: a.text("yearly.annex.cite"), width: widthDay},
		column{title: a.text("yearly.annex.required"), width: widthMoney},
		column{title: a.text("yearly.annex.done"), width: widthMoney},
		column{title: a.text("yearly.annex.confirmed"), width: widthMoney},
		column{title: a.text("yearly.annex.short"), width: widthMoney},
	)}}
	for i, x := range a.r.Targets {
		var required, short any
		if x.Known {
			required, short = x.Required, max(0, x.Required-x.Done)
		}
		sh.rows = append(sh.rows, []any{
			i + 1, a.r.Name(x.Unit), a.district(x.Unit), a.names.target(x), cite(x.Cite), required, x.Done, x.Confirmed, short,
		})
	}
	return sh
}

func (a annex) ratings() annexSheet {
	sh := annexSheet{frozen: 2, sheet: sheet{
		name: a.text("yearly.annex.ratings"), note: a.text("yearly.annex.ratings_note"), columns: append(unitColumns(a.p),
			column{title: a.text("yearly.annex.level"), width: widthUnit},
			column{title: a.text("yearly.annex.met"), width: widthDay},
			column{title: a.text("yearly.annex.conditions"), width: widthDay},
			column{title: a.text("yearly.annex.unmet"), width: 2 * widthUnit},
			column{title: a.text("yearly.annex.factors"), width: widthText},
			column{title: a.text("yearly.annex.flags"), width: widthText},
		),
	}}
	for i, x := range a.r.Ratings {
		met, all := x.Share()
		sh.rows = append(sh.rows, []any{
			i + 1, a.r.Name(x.Unit), a.district(x.Unit), a.names.of("yearly.level.", string(x.Level)), met, all,
			a.names.unmet(x), a.names.factors(x), a.names.flags(x),
		})
	}
	return sh
}
