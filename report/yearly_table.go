package report

import (
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ketnghia/twinning"
)

// sizeTable is the size of text in a report's tables, in points: wide ones hold amounts of twelve digits.
const sizeTable = 11.0

// Widths of columns in millimetres; each table is as wide as the text.
var (
	figureColumns         = []float64{10, 37, 15, 15, 16, 16, 28, 28}
	sourceColumns         = []float64{10, 59, 32, 32, 32}
	unitTargetColumns     = []float64{10, 38, 22, 24, 24, 24, 23}
	provinceTargetColumns = []float64{10, 45, 22, 15, 13, 15, 18, 27}
	filingColumns         = []float64{10, 44, 15, 15, 16, 15, 18, 16, 16}
	dutyColumns           = []float64{10, 55, 22, 22, 30, 26}
	missingColumns        = []float64{10, 40, 70, 45}
	ratingColumns         = []float64{10, 32, 20, 12, 61, 30}
	activityColumns       = []float64{10, 22, 38, 45, 50}
)

// table returns the table that an outline names.
func (t *yearTexts) table(name string) block {
	switch name {
	case "categories":
		rows := make([]figureRow, len(t.v.Categories))
		for i, c := range t.v.Categories {
			rows[i] = figureRow{t.names.of("category.", strconv.Itoa(int(c.Category))), c.Figures}
		}
		return t.figuresTable("", rows)
	case "districts":
		return t.figuresTable("columns units", t.partyRows(t.v.Districts()))
	case "recipients":
		return t.figuresTable("columns units", t.partyRows(t.v.Recipients))
	case "sources":
		return t.sourcesTable()
	case "unit targets":
		return t.unitTargets()
	case "province targets":
		return t.provinceTargets()
	case "filings":
		return t.filingsTable()
	case "duties":
		return t.dutiesTable()
	}
	return paragraph{}
}

// tableSpec is a table in the making: what its columns are, and which of them stand in the middle or at the right.
type tableSpec struct {
	columns string
	widths  []float64
	center  []int
	right   []int
}

// grid returns a table of the texts; the last row is bold where it is a total.
func (t *yearTexts) grid(s tableSpec, rows [][]string, total bool) block {
	if len(rows) == 0 {
		return paragraph{style: styleBody, runs: plain(t.text("no rows"))}
	}
	out := table{heads: 1, borders: true}
	for _, w := range s.widths {
		out.widths = append(out.widths, mm(w))
	}
	out.rows = append(out.rows, cells(strings.Split(t.text("columns "+s.columns), "|"), headCell))
	for i, row := range rows {
		bold := total && i == len(rows)-1
		out.rows = append(out.rows, cells(row, func(text string, column int) tableCell {
			return s.cell(text, column, bold)
		}))
	}
	return out
}

func (s tableSpec) cell(text string, column int, bold bool) tableCell {
	p := paragraph{style: styleCell, runs: []run{{text, textFormat{bold: bold, size: sizeTable}}}}
	switch {
	case column == 0 || slices.Contains(s.center, column):
		p.align = alignCenter
	case slices.Contains(s.right, column):
		p.align = alignRight
	}
	return tableCell{paragraphs: []paragraph{p}}
}

func headCell(text string, _ int) tableCell {
	return tableCell{middle: true, paragraphs: []paragraph{{
		style: styleCell, layout: layout{align: alignCenter}, runs: []run{{text, textFormat{bold: true, size: sizeTable}}},
	}}}
}

// figureRow is a row of figures.
type figureRow struct {
	name string
	twinning.Figures
}

func (t *yearTexts) partyRows(shares []twinning.PartyShare) []figureRow {
	rows := make([]figureRow, len(shares))
	for i, s := range shares {
		rows[i] = figureRow{t.v.name(s.Unit), s.Figures}
	}
	return rows
}

// shownMeasures are those of the tables of figures; the spreadsheet has the others too.
func shownMeasures() []twinning.Measure {
	return []twinning.Measure{twinning.Activities, twinning.Households, twinning.Amount}
}

// figuresTable has two rows of headings, confirmed and unconfirmed figures side by side, and a total of its rows.
func (t *yearTexts) figuresTable(first string, rows []figureRow) block {
	titles := strings.Split(t.text("columns figures"), "|")
	if first != "" {
		copy(titles, strings.Split(t.text(first), "|"))
	}
	measures := shownMeasures()
	state := titles[2+len(measures):]
	top, bottom := tableRow{}, tableRow{}
	for _, title := range titles[:2] {
		up, down := headCell(title, 0), headCell("", 0)
		up.merge, down.merge = mergeFirst, mergeNext
		top, bottom = append(top, up), append(bottom, down)
	}
	for i := range measures {
		up := headCell(titles[2+i], 0)
		up.span = len(state)
		top = append(top, up)
		for _, title := range state {
			bottom = append(bottom, headCell(title, 0))
		}
	}
	out := table{heads: 2, borders: true, rows: []tableRow{top, bottom}}
	for _, w := range figureColumns {
		out.widths = append(out.widths, mm(w))
	}
	spec := tableSpec{right: []int{2, 3, 4, 5, 6, 7}}
	var sum twinning.Figures
	for i, row := range rows {
		out.rows = append(out.rows, t.figureCells(spec, strconv.Itoa(i+1), row, false))
		sum.Confirmed, sum.Unconfirmed = sum.Confirmed.Plus(row.Confirmed, 1), sum.Unconfirmed.Plus(row.Unconfirmed, 1)
	}
	out.rows = append(out.rows, t.figureCells(spec, "", figureRow{t.text("total"), sum}, true))
	return out
}

func (t *yearTexts) figureCells(spec tableSpec, number string, row figureRow, bold bool) tableRow {
	texts := []string{number, row.name}
	for _, m := range shownMeasures() {
		texts = append(texts, t.p.Number(row.Confirmed[m]), t.p.Number(row.Unconfirmed[m]))
	}
	return cells(texts, func(text string, column int) tableCell { return spec.cell(text, column, bold) })
}

func (t *yearTexts) sourcesTable() block {
	var rows [][]string
	var confirmed, unconfirmed int64
	row := func(number, name string, a, b int64) {
		rows = append(rows, []string{number, name, t.p.Number(a), t.p.Number(b), t.p.Number(a + b)})
	}
	for i, s := range t.v.Sources {
		row(strconv.Itoa(i+1), t.names.source(s.Source), s.Confirmed, s.Unconfirmed)
		confirmed, unconfirmed = confirmed+s.Confirmed, unconfirmed+s.Unconfirmed
	}
	row("", t.text("total"), confirmed, unconfirmed)
	return t.grid(tableSpec{columns: "sources", widths: sourceColumns, right: []int{2, 3, 4}}, rows, true)
}

// notes are marks in brackets behind a citation that only the programme's file knows.
var notes = regexp.MustCompile(`\s*\([^)]*\)`)

func cite(text string) string { return strings.TrimSpace(notes.ReplaceAllString(text, "")) }

func (t *yearTexts) unitTargets() block {
	var rows [][]string
	for i, x := range t.v.Targets {
		row := []string{
			strconv.Itoa(i + 1), t.names.target(x), cite(x.Cite), t.p.Number(x.Required), t.p.Number(x.Done),
			t.p.Number(x.Confirmed), t.text("reached"),
		}
		switch {
		case !x.Known:
			row[3], row[6] = t.text("gap"), t.text("unknown")
		case !x.Reached():
			row[6] = t.render("short", t.p.Number(x.Required-x.Done))
		}
		rows = append(rows, row)
	}
	return t.grid(tableSpec{
		columns: "unit targets", widths: unitTargetColumns, right: []int{3, 4, 5}, center: []int{2},
	}, rows, false)
}

// provinceTargets has a row for each target: how many units it binds, and how they stand.
func (t *yearTexts) provinceTargets() block {
	var rows [][]string
	var order []string
	counts := map[string]*[5]int64{} // units, reached, short, unknown, done
	sample := map[string]twinning.ReportTarget{}
	for _, x := range t.v.Targets {
		c := counts[x.Target]
		if c == nil {
			c = &[5]int64{}
			counts[x.Target], sample[x.Target] = c, x
			order = append(order, x.Target)
		}
		c[0]++
		switch {
		case !x.Known:
			c[3]++
		case x.Reached():
			c[1]++
		default:
			c[2]++
		}
		c[4] += x.Done
	}
	for i, id := range order {
		row := []string{strconv.Itoa(i + 1), t.names.target(sample[id]), cite(sample[id].Cite)}
		for _, n := range counts[id] {
			row = append(row, t.p.Number(n))
		}
		rows = append(rows, row)
	}
	return t.grid(tableSpec{
		columns: "province targets", widths: provinceTargetColumns, center: []int{2, 3, 4, 5, 6}, right: []int{7},
	}, rows, false)
}

// filingsTable has a row for each document: of those owed, so many in time, on the day, late and missing.
func (t *yearTexts) filingsTable() block {
	var rows [][]string
	var order []twinning.RuleID
	counts, names := map[twinning.RuleID]map[twinning.Standing]int{}, map[twinning.RuleID]string{}
	for _, d := range t.v.Duties {
		if counts[d.Rule] == nil {
			counts[d.Rule], names[d.Rule] = map[twinning.Standing]int{}, d.Name["vi"]
			order = append(order, d.Rule)
		}
		counts[d.Rule][d.Standing]++
	}
	for i, id := range order {
		row, owed := []string{strconv.Itoa(i + 1), names[id]}, 0
		for s, n := range counts[id] {
			if s.Counts() {
				owed += n
			}
		}
		c := counts[id]
		for _, n := range []int{
			owed, c[twinning.StandingMet], c[twinning.StandingMetDue], c[twinning.StandingMetLate], c[twinning.StandingOverdue],
			c[twinning.StandingUpcoming] + c[twinning.StandingDueSoon],
			c[twinning.StandingWaived] + c[twinning.StandingNotApplicable],
		} {
			row = append(row, strconv.Itoa(n))
		}
		rows = append(rows, row)
	}
	return t.grid(tableSpec{
		columns: "filings", widths: filingColumns, center: []int{2, 3, 4, 5, 6, 7, 8},
	}, rows, false)
}

// dutiesTable has a row for each document of the unit.
func (t *yearTexts) dutiesTable() block {
	var rows [][]string
	for i, d := range t.v.Papers() {
		rows = append(rows, []string{
			strconv.Itoa(i + 1), t.dutyName(d), officialDate(d.Due), dateOrNone(d.Filed), t.paper(d), t.state(d),
		})
	}
	return t.grid(tableSpec{columns: "duties", widths: dutyColumns, center: []int{2, 3}}, rows, false)
}

func (t *yearTexts) dutyName(d twinning.ReportDuty) string {
	if d.Counterpart == "" {
		return d.Name["vi"]
	}
	other := d.Counterpart
	if other == t.v.Unit {
		other = d.Unit
	}
	return t.render("of", map[string]string{"Title": d.Name["vi"], "Unit": t.v.name(other)})
}

// paper is the number and date that stand on a document, a gap where it was filed without.
func (t *yearTexts) paper(d twinning.ReportDuty) string {
	switch {
	case d.Filed.IsZero():
		return ""
	case d.Number == "":
		return t.text("gap")
	}
	return t.render("dated", d)
}

func (t *yearTexts) state(d twinning.ReportDuty) string {
	state := capitalised(t.names.of("standing.", string(d.Standing)))
	if d.Reason != "" {
		return t.render("waived", map[string]string{"State": state, "Reason": d.Reason})
	}
	return state
}

func dateOrNone(d twinning.Date) string {
	if d.IsZero() {
		return ""
	}
	return officialDate(d)
}
