package programme

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"
)

// The bounds of a roster file.
const (
	maxRosterBytes = 20 << 20
	maxRows        = 20_000
	maxCell        = 1_000
	// maxColumns keeps one stray cell at the far edge from making every row 16,384 cells wide.
	maxColumns = 200
	// maxHeaderRow is how far down the header may stand: lists of offices begin with titles.
	maxHeaderRow = 15
)

// grid is the text of one sheet, before anybody knows what its columns mean.
type grid struct {
	file, title string
	// sheet is what the grid holds, "" until it is known.
	sheet string
	rows  []gridRow
	// rejected are faults of the file's form.
	rejected []Rejection
	// tooWide is the error of a row with more than maxColumns cells; no list of people or units has such.
	tooWide *FileError
	// serial turns a date serial of the workbook's calendar into days since 1970-01-01: 25569, or 24107 in workbooks
	// that count from 1904.
	serial int
	// marks are what the texts of cells don't tell; nil for CSV.
	marks cellMarks
}

// holdsFormula says whether the cell, counted from 1, is a formula.
func (g *grid) holdsFormula(row, column int) bool { return g.marks[place{row, column}] == markFormula }

// holdsFraction says whether the cell, counted from 1, is a number like 1.234, which a person would have meant as
// thousands but a spreadsheet doesn't.
func (g *grid) holdsFraction(row, column int) bool {
	return g.marks[place{row, column}] == markFraction
}

// gridRow is one row that is not blank.
type gridRow struct {
	// number is the row's as a spreadsheet shows it, from 1.
	number int
	cells  []string
}

const (
	serialFrom1900 = 25569
	serialFrom1904 = 24107
)

// wider is the error of a row with too many cells.
func (g *grid) wider(number int) *FileError {
	text := fmt.Sprintf("row %d has more than %d columns", number, maxColumns)
	if g.title != "" {
		text = fmt.Sprintf("sheet %q: %s", g.title, text)
	}
	return &FileError{File: g.file, Sheet: g.title, Line: number, Code: FileTooWide, Limit: maxColumns, text: text}
}

// add appends a row that is not blank; it returns false when there are too many rows or cells.
func (g *grid) add(number int, cells []string) bool {
	for i, c := range cells {
		cells[i] = strings.TrimSpace(c)
	}
	for len(cells) > 0 && cells[len(cells)-1] == "" {
		cells = cells[:len(cells)-1]
	}
	switch {
	case len(cells) == 0:
		return true
	case len(cells) > maxColumns:
		g.tooWide = g.wider(number)
		return false
	}
	if len(g.rows) > maxRows {
		g.rejected = append(g.rejected, Rejection{Row: number, Code: RejectTooManyRows, Limit: maxRows})
		return false
	}
	g.rows = append(g.rows, gridRow{number: number, cells: slices.Clone(cells)})
	return true
}

// header returns the index of the row that names the most columns of the sheet, -1 when none names two.
func (g *grid) header(columns map[string]string) int {
	index, known := -1, 0
	for i, row := range g.rows {
		if i == maxHeaderRow {
			break
		}
		ids := map[string]bool{}
		for _, cell := range row.cells {
			if id := lookup(columns, cell); id != "" {
				ids[id] = true
			}
		}
		if n := len(ids); n >= 2 && n > known {
			index, known = i, n
		}
	}
	return index
}

// kind finds out what the grid holds, by a name or by the columns that only one kind of sheet has.
func (g *grid) kind(v *vocabulary, name string) string {
	if sheet := lookup(v.sheets, name); sheet != "" {
		return sheet
	}
	// What sets a sheet apart: a pairing has two parties, a person a unit, a unit what neither has.
	// An activity has two parties as well, and a content.
	telling := map[string][]string{
		SheetPairings: {"sponsor", "recipient"}, SheetPeople: {"unit", "name"}, SheetUnits: {"key", "code", "parent", "staff"},
		SheetActivities: {"sponsor", "recipient", "category"},
	}
	best, most := "", 0
	for _, sheet := range []string{SheetPairings, SheetUnits, SheetPeople, SheetActivities} {
		i := g.header(v.columns[sheet])
		if i < 0 {
			continue
		}
		n := 0
		for _, cell := range g.rows[i].cells {
			for _, id := range telling[sheet] {
				if lookup(v.columns[sheet], cell) == id {
					n++
				}
			}
		}
		if sheet == SheetPeople && n < 2 || sheet == SheetActivities && n < 3 {
			n = 0
		}
		if n > most {
			best, most = sheet, n
		}
	}
	return best
}

// short cuts a value for showing.
func short(s string) string {
	const limit = 80
	if utf8.RuneCountInString(s) <= limit {
		return s
	}
	return string([]rune(s)[:limit]) + "…"
}
