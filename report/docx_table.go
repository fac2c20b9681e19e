package report

import "strconv"

// table is rows of cells. Its width is that of its columns; it stands at the left margin.
type table struct {
	widths []twips
	// heads are the first rows that come again on every page.
	heads int
	rows  []tableRow
	// borders draws every line and keeps text off them; a table without is for laying out and has no room of its own.
	borders bool
}

// tableRow is a row of a table; it is never broken over two pages.
type tableRow []tableCell

// tableCell holds paragraphs, one below the other; one that is left out is an empty cell.
type tableCell struct {
	paragraphs []paragraph
	// span is how many columns the cell takes; 0 is one.
	span int
	// merge joins the cell with those below it.
	merge merging
	// middle puts the text half-way down the cell.
	middle bool
}

// merging is how a cell belongs to those above and below (ECMA-376-1, 17.18.57); the zero value stands by itself.
type merging string

const (
	mergeFirst merging = "restart"
	mergeNext  merging = "continue"
)

// cellMargin is between a drawn line and the text beside it, in millimetres.
const cellMargin = 1.5

// borderEighths is the thickness of a table's lines in eighths of a point.
const borderEighths = "4"

func (t table) element() *element {
	e := tag("w:tbl").add(t.properties(), t.grid())
	for i, r := range t.rows {
		tr := tag("w:tr").add(tag("w:trPr").add(tag("w:cantSplit"), toggle("w:tblHeader", i < t.heads)))
		column := 0
		for _, c := range r {
			span := max(1, c.span)
			width := twips(0)
			for _, w := range t.widths[column : column+span] {
				width += w
			}
			tr.add(c.element(width))
			column += span
		}
		e.add(tr)
	}
	return e
}

// properties returns the w:tblPr in the order of the schema (ECMA-376-1, 17.4.59). The layout is fixed: the widths are
// meant.
func (t table) properties() *element {
	total := twips(0)
	for _, w := range t.widths {
		total += w
	}
	e := tag("w:tblPr").add(tag("w:tblW", "w:w", total.String(), "w:type", "dxa"))
	margin := twips(0)
	if t.borders {
		margin = mm(cellMargin)
		lines := tag("w:tblBorders")
		for _, side := range []string{"w:top", "w:left", "w:bottom", "w:right", "w:insideH", "w:insideV"} {
			lines.add(tag(side, "w:val", "single", "w:sz", borderEighths, "w:space", "0", "w:color", "000000"))
		}
		e.add(lines)
	}
	return e.add(
		tag("w:tblLayout", "w:type", "fixed"),
		tag("w:tblCellMar").add(
			tag("w:left", "w:w", margin.String(), "w:type", "dxa"), tag("w:right", "w:w", margin.String(), "w:type", "dxa"),
		),
	)
}

func (t table) grid() *element {
	e := tag("w:tblGrid")
	for _, w := range t.widths {
		e.add(tag("w:gridCol", "w:w", w.String()))
	}
	return e
}

func (c tableCell) element(width twips) *element {
	properties := tag("w:tcPr").add(tag("w:tcW", "w:w", width.String(), "w:type", "dxa"))
	if c.span > 1 {
		properties.add(tag("w:gridSpan", "w:val", strconv.Itoa(c.span)))
	}
	if c.merge != "" {
		properties.add(tag("w:vMerge", "w:val", string(c.merge)))
	}
	if c.middle {
		properties.add(tag("w:vAlign", "w:val", "center"))
	}
	e := tag("w:tc").add(properties)
	for _, p := range c.paragraphs {
		e.add(p.element())
	}
	if len(c.paragraphs) == 0 {
		e.add(paragraph{}.element()) // a cell needs one
	}
	return e
}
