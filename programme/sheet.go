package programme

import (
	"slices"
	"strings"
	"unicode/utf8"

	"ketnghia/twinning"
)

// required are the columns without which a sheet cannot be read. Units need one of key, code and name, and the rest for
// new units only, which Check sees.
func required(sheet string) []string {
	switch sheet {
	case SheetPairings:
		return []string{"sponsor", "recipient", "decision", "from"}
	case SheetPeople:
		return []string{"name", "unit", "role"}
	case SheetActivities:
		return []string{"sponsor", "recipient", "category"}
	}
	return nil
}

// cursor reads the cells of one row by the names of their columns.
type cursor struct {
	grid   *grid
	roster *Roster
	row    Row
	cells  []string
	// columns are the places of our columns, from 0.
	columns map[string]int
}

// take reads the rows of a grid whose kind is known.
func (r *Roster) take(g *grid) {
	for _, rejection := range g.rejected {
		rejection.File, rejection.Title, rejection.Sheet = g.file, g.title, g.sheet
		r.rejected = append(r.rejected, rejection)
	}
	at := max(g.header(r.words.columns[g.sheet]), 0)
	if len(g.rows) == 0 {
		return
	}
	c := &cursor{grid: g, roster: r, columns: map[string]int{}}
	c.row = Row{File: g.file, Title: g.title, Sheet: g.sheet, header: g.rows[at].number, has: map[string]bool{}}
	c.readHeader(g.rows[at])
	if c.row.bad {
		return
	}
	for _, row := range g.rows[at+1:] {
		c.row.Number, c.row.bad, c.cells = row.number, false, row.cells
		switch g.sheet {
		case SheetUnits:
			r.Units = append(r.Units, c.unit())
		case SheetPairings:
			r.Pairings = append(r.Pairings, c.pairing())
		case SheetPeople:
			r.People = append(r.People, c.person())
		case SheetActivities:
			r.Activities = append(r.Activities, c.activity())
		}
	}
}

// readHeader finds our columns among the headers.
func (c *cursor) readHeader(row gridRow) {
	c.row.Number = row.number
	for i, cell := range row.cells {
		id := lookup(c.roster.words.columns[c.grid.sheet], cell)
		switch {
		case cell == "":
		case id == "":
			c.roster.Ignored = append(c.roster.Ignored, Ignored{
				File: c.grid.file, Title: c.grid.title, Sheet: c.grid.sheet, Column: short(clean(cell)),
			})
		case c.row.has[id]:
			c.reject(Rejection{Column: id, Code: RejectDuplicateColumn, Value: cell})
		default:
			c.columns[id], c.row.has[id] = i, true
		}
	}
	for _, id := range required(c.grid.sheet) {
		if !c.row.has[id] {
			c.reject(Rejection{Column: id, Code: RejectMissingColumn})
		}
	}
	if c.grid.sheet == SheetActivities {
		c.checkActivityHeader(row)
	}
	if c.grid.sheet == SheetUnits && !c.row.has["key"] && !c.row.has["code"] && !c.row.has["name"] {
		c.reject(Rejection{Column: "key", Code: RejectMissingColumn})
	}
}

// reject notes a rejection of the current row and marks the row.
func (c *cursor) reject(r Rejection) {
	c.row.bad = true
	c.roster.reject(c.row, r)
}

func (r *Roster) reject(at Row, rejection Rejection) {
	rejection.File, rejection.Title, rejection.Sheet = at.File, at.Title, at.Sheet
	if rejection.Row == 0 {
		rejection.Row = at.Number
	}
	rejection.Value = short(rejection.Value)
	r.rejected = append(r.rejected, rejection)
}

// text returns the cell of the column, cleaned; "" when it is empty or was rejected.
func (c *cursor) text(column string) string { return c.cell(column, clean, maxCell) }

// raw returns the cell of the column as it stands in the file and its place in the row, from 0; ok is false when the
// sheet has no such column.
func (c *cursor) raw(column string) (raw string, at int, ok bool) {
	i, ok := c.columns[column]
	if ok && i < len(c.cells) {
		raw = c.cells[i]
	}
	return raw, i, ok
}

// cell is text for cells of at most limit characters that cleaned makes of what stands there.
func (c *cursor) cell(column string, cleaned func(string) string, limit int) string {
	raw, i, ok := c.raw(column)
	if !ok {
		return ""
	}
	text := cleaned(raw)
	switch {
	case utf8.RuneCountInString(raw) > limit:
		c.reject(Rejection{Column: column, Code: RejectCellTooLong, Value: text, Limit: limit})
	case c.grid.sheet == SheetActivities && c.grid.holdsFormula(c.row.Number, i+1):
		c.reject(Rejection{Column: column, Code: RejectFormulaCell, Value: text})
	case strings.ContainsRune(text, utf8.RuneError):
		c.reject(Rejection{Column: column, Code: RejectBrokenText, Value: text})
	case slices.Contains(formulaErrors(), strings.ToUpper(text)):
		c.reject(Rejection{Column: column, Code: RejectFormula, Value: text})
	case text == "" && c.grid.holdsFormula(c.row.Number, i+1):
		c.reject(Rejection{Column: column, Code: RejectFormula})
	default:
		return text
	}
	return ""
}

// formulaErrors are the values that spreadsheets show for a formula that cannot be computed.
func formulaErrors() []string {
	return []string{"#REF!", "#N/A", "#VALUE!", "#DIV/0!", "#NAME?", "#NULL!", "#NUM!", "#SPILL!", "#CALC!"}
}

// must returns the cell of a column that may not be empty.
func (c *cursor) must(column string) string { return c.need(column, c.text(column)) }

// need rejects an empty value, unless the cell was rejected already for what stands in it.
func (c *cursor) need(column, text string) string {
	last := Rejection{}
	if n := len(c.roster.rejected); n > 0 {
		last = c.roster.rejected[n-1]
	}
	told := last.Row == c.row.Number && last.Column == column && last.Sheet == c.row.Sheet
	if text == "" && !told {
		c.reject(Rejection{Column: column, Code: RejectMissingField})
	}
	return text
}

func (c *cursor) unit() UnitRow {
	u := twinning.Unit{
		Key:     twinning.UnitKey(c.text("key")),
		Code:    c.code(),
		Name:    c.text("name"),
		Aliases: c.aliases(),
		Role:    twinning.UnitRole(c.role("role", c.roster.words.unitRoles)),
		Border:  c.answer("border"),
		Staff:   c.whole("staff", maxStaff),
		Since:   c.date("since", false),
		State:   twinning.UnitState(c.word("state", c.roster.words.unitStates)),
		Changed: c.date("changed", false),
	}
	parent, successor := c.text("parent"), c.text("successor")
	return UnitRow{Unit: u, Parent: parent, Successor: successor, Row: c.row}
}

func (c *cursor) pairing() PairingRow {
	p := PairingRow{
		Sponsor: c.must("sponsor"), Recipient: c.must("recipient"), Decision: c.must("decision"),
		From: c.date("from", true), To: c.date("to", false), Demo: c.answer("demo"),
	}
	if p.From != 0 && p.To != 0 && p.To < p.From {
		c.reject(Rejection{Column: "to", Code: RejectToBeforeFrom, Value: c.text("to")})
	}
	p.Row = c.row
	return p
}

func (c *cursor) person() PersonRow {
	p := PersonRow{Name: c.must("name"), Written: c.must("unit")}
	role := c.need("role", c.role("role", c.roster.words.personRoles))
	p.Role, p.Row = twinning.Role(role), c.row
	return p
}
