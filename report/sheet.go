package report

import (
	"fmt"
	"time"

	"github.com/xuri/excelize/v2"

	"ketnghia/twinning"
)

// sheet is a table with its headings. Cells are int, int64, string, twinning.Date (no date leaves the cell empty) or
// nil for an empty cell.
type sheet struct {
	name, note string
	columns    []column
	rows       [][]any
}

// column is a heading; neighbours with the same group share a heading above their own.
type column struct {
	group, title string
	// width is in characters.
	width float64
}

// The rows at the top of every sheet: title, date, note, then the headings of groups where there are any, then those
// of the columns.
const (
	rowTitle = 1 + iota
	rowAsOf
	rowNote
	rowTop
)

// rowHead is the row of the columns' headings, the last before the table's own rows.
func (s sheet) rowHead() int {
	for _, c := range s.columns {
		if c.group != "" {
			return rowTop + 1
		}
	}
	return rowTop
}

// unitColumnsFrozen is how many columns stay when the table is scrolled sideways: number and unit.
const unitColumnsFrozen = 2

// cell returns the name of a cell, counted from 1: cell(2, 3) is "B3".
func cell(col, row int) string {
	name, err := excelize.CoordinatesToCellName(col, row)
	if err != nil {
		// Only a coordinate that no sheet has is an error; the empty name makes excelize refuse it.
		return ""
	}
	return name
}

func (b *book) writeTop(sh sheet) error {
	for _, line := range []struct {
		row, style int
		text       string
	}{
		{rowTitle, b.style.title, b.title}, {rowAsOf, b.style.asOf, b.asOf}, {rowNote, b.style.note, sh.note},
	} {
		if err := b.put(sh, cell(1, line.row), line.text, line.style); err != nil {
			return err
		}
	}
	return nil
}

// writeHead writes the headings; in a sheet with groups a column without one fills both rows.
func (b *book) writeHead(sh sheet) error {
	head := sh.rowHead()
	for i, c := range sh.columns {
		if head > rowTop {
			top := c.group
			if top == "" {
				top = c.title
			}
			if err := b.put(sh, cell(i+1, rowTop), top, b.style.head); err != nil {
				return err
			}
		}
		if err := b.put(sh, cell(i+1, head), c.title, b.style.head); err != nil {
			return err
		}
	}
	for from := 0; from < len(sh.columns); {
		to, bottom := from, head
		if group := sh.columns[from].group; group != "" {
			bottom = rowTop
			for to+1 < len(sh.columns) && sh.columns[to+1].group == group {
				to++
			}
		}
		if to > from || bottom > rowTop {
			if err := b.file.MergeCell(sh.name, cell(from+1, rowTop), cell(to+1, bottom)); err != nil {
				return fmt.Errorf("headings: %w", err)
			}
		}
		from = to + 1
	}
	return nil
}

func (b *book) writeRows(sh sheet) error {
	for i, row := range sh.rows {
		for j, value := range row {
			if err := b.writeCell(sh, cell(j+1, sh.rowHead()+1+i), value); err != nil {
				return err
			}
		}
	}
	return nil
}

func (b *book) writeCell(sh sheet, at string, value any) error {
	switch v := value.(type) {
	case twinning.Date:
		if v.IsZero() {
			return b.put(sh, at, nil, b.style.date)
		}
		return b.put(sh, at, v.At(0, 0, time.UTC), b.style.date)
	case int, int64, nil:
		return b.put(sh, at, v, b.style.number)
	case string:
		if v == "" {
			return b.put(sh, at, nil, b.style.text)
		}
		return b.put(sh, at, v, b.style.text)
	}
	return fmt.Errorf("cell %s: no format for %T", at, value)
}

// put sets value and format of one cell. A string is always stored as a string, so that a name that begins with "="
// stays a name.
func (b *book) put(sh sheet, at string, value any, style int) error {
	var err error
	if text, ok := value.(string); ok {
		err = b.file.SetCellStr(sh.name, at, text)
	} else {
		err = b.file.SetCellValue(sh.name, at, value)
	}
	if err != nil {
		return fmt.Errorf("cell %s: %w", at, err)
	}
	if err := b.file.SetCellStyle(sh.name, at, at, style); err != nil {
		return fmt.Errorf("cell %s: %w", at, err)
	}
	return nil
}

// layOut makes the table comfortable on the screen: widths, headings that stay, a filter.
func (b *book) layOut(sh sheet) error {
	for i, c := range sh.columns {
		name, err := excelize.ColumnNumberToName(i + 1)
		if err != nil {
			return fmt.Errorf("width: %w", err)
		}
		if err := b.file.SetColWidth(sh.name, name, name, c.width); err != nil {
			return fmt.Errorf("width: %w", err)
		}
	}
	err := b.file.SetPanes(sh.name, &excelize.Panes{
		Freeze: true, XSplit: unitColumnsFrozen, YSplit: sh.rowHead(),
		TopLeftCell: cell(unitColumnsFrozen+1, sh.rowHead()+1), ActivePane: "bottomRight",
	})
	if err != nil {
		return fmt.Errorf("panes: %w", err)
	}
	last := cell(len(sh.columns), sh.rowHead()+max(len(sh.rows), 1))
	if err := b.file.AutoFilter(sh.name, cell(1, sh.rowHead())+":"+last, nil); err != nil {
		return fmt.Errorf("filter: %w", err)
	}
	return nil
}

// layOutPrint prints on A4 landscape, as wide as the page and as long as it takes, with the headings and the date (and
// the mark of a demo) on every page.
func (b *book) layOutPrint(sh sheet) error {
	fit, a4, landscape, wide, long := true, 9, "landscape", 1, 0
	if err := b.file.SetSheetProps(sh.name, &excelize.SheetPropsOptions{FitToPage: &fit}); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	err := b.file.SetPageLayout(sh.name, &excelize.PageLayoutOptions{
		Size: &a4, Orientation: &landscape, FitToWidth: &wide, FitToHeight: &long,
	})
	if err != nil {
		return fmt.Errorf("print: %w", err)
	}
	err = b.file.SetDefinedName(&excelize.DefinedName{
		Name: "_xlnm.Print_Titles", Scope: sh.name, RefersTo: fmt.Sprintf("'%s'!$%d:$%d", sh.name, rowTop, sh.rowHead()),
	})
	if err != nil {
		return fmt.Errorf("print: %w", err)
	}
	// In inches.
	narrow, low, footer := 0.4, 0.6, 0.3
	err = b.file.SetPageMargins(sh.name, &excelize.PageLayoutMarginsOptions{
		Left: &narrow, Right: &narrow, Top: &low, Bottom: &low, Footer: &footer,
	})
	if err != nil {
		return fmt.Errorf("print: %w", err)
	}
	if err := b.file.SetHeaderFooter(sh.name, &excelize.HeaderFooterOptions{OddFooter: "&L" + b.asOf + "&R" + b.page}); err != nil {
		return fmt.Errorf("print: %w", err)
	}
	return nil
}
