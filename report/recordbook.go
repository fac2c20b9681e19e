package report

import (
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/xuri/excelize/v2"

	"ketnghia/twinning"
)

// listing is a sheet of records: headings in its first row, then count rows.
type listing struct {
	name    string
	columns []column
	count   int
	row     func(i int) []any
}

// of returns the listing with these rows.
func (l listing) of(rows [][]any) listing {
	l.count, l.row = len(rows), func(i int) []any { return rows[i] }
	return l
}

// number is a number by which something is named: it is written without separators.
type number uint64

// rowsPerSheet is how many rows an import takes of one sheet.
const rowsPerSheet = 20_000

// formatPlain is the format 0 (ECMA-376-1, 18.8.30).
const formatPlain = 1

// recordBook writes tables row by row, so that a long one needs little memory.
type recordBook struct {
	file                             *excelize.File
	heading, text, id, figures, date int
}

func (b *recordBook) open() error {
	b.file = excelize.NewFile()
	head := font(11)
	head.Bold = true
	date := formatDate
	top := &excelize.Alignment{Vertical: "top", WrapText: true}
	right := &excelize.Alignment{Vertical: "top", Horizontal: "right"}
	center := &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}
	shade := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{headShade}}
	for _, x := range []struct {
		id    *int
		style excelize.Style
	}{
		{&b.heading, excelize.Style{Font: head, NumFmt: formatText, Alignment: center, Fill: shade, Border: thinBorder()}},
		{&b.text, excelize.Style{Font: font(11), NumFmt: formatText, Alignment: top}},
		{&b.id, excelize.Style{Font: font(11), NumFmt: formatPlain, Alignment: right}},
		{&b.figures, excelize.Style{Font: font(11), NumFmt: formatNumber, Alignment: right}},
		{&b.date, excelize.Style{Font: font(11), CustomNumFmt: &date, Alignment: right}},
	} {
		var err error
		if *x.id, err = b.file.NewStyle(&x.style); err != nil {
			return fmt.Errorf("style: %w", err)
		}
	}
	return nil
}

// add writes a listing, in several sheets when it is long. Beside what cells of other sheets are, those of records may be
// a number.
func (b *recordBook) add(x listing) error {
	if b.file == nil {
		if err := b.open(); err != nil {
			return err
		}
	}
	for from := 0; from == 0 || from < x.count; from += rowsPerSheet {
		part := x
		part.count, part.row = min(x.count-from, rowsPerSheet), func(i int) []any { return x.row(from + i) }
		if from > 0 {
			part.name = fmt.Sprintf("%s (%d)", x.name, from/rowsPerSheet+1)
		}
		if err := b.addSheet(part); err != nil {
			return err
		}
	}
	return nil
}

func (b *recordBook) addSheet(x listing) error {
	if _, err := b.file.NewSheet(x.name); err != nil {
		return fmt.Errorf("new: %w", err)
	}
	last := cell(len(x.columns), max(x.count, 1)+1)
	if err := b.file.AutoFilter(x.name, cell(1, 1)+":"+last, nil); err != nil {
		return fmt.Errorf("filter: %w", err)
	}
	s, err := b.file.NewStreamWriter(x.name)
	if err != nil {
		return fmt.Errorf("rows: %w", err)
	}
	// The writer puts each width before those that it has, and readers want them in order.
	for i, c := range slices.Backward(x.columns) {
		if err := s.SetColWidth(i+1, i+1, c.width); err != nil {
			return fmt.Errorf("width: %w", err)
		}
	}
	panes := &excelize.Panes{Freeze: true, YSplit: 1, TopLeftCell: cell(1, 2), ActivePane: "bottomLeft"}
	if err := s.SetPanes(panes); err != nil {
		return fmt.Errorf("panes: %w", err)
	}
	head := make([]any, len(x.columns))
	for i, c := range x.columns {
		head[i] = excelize.Cell{StyleID: b.heading, Value: c.title}
	}
	if err := s.SetRow(cell(1, 1), head); err != nil {
		return fmt.Errorf("headings: %w", err)
	}
	cells := make([]any, len(x.columns))
	for i := range x.count {
		for j, value := range x.row(i) {
			if cells[j], err = b.cell(value); err != nil {
				return fmt.Errorf("row %d: %w", i+2, err)
			}
		}
		if err := s.SetRow(cell(1, i+2), cells); err != nil {
			return fmt.Errorf("row %d: %w", i+2, err)
		}
	}
	if err := s.Flush(); err != nil {
		return fmt.Errorf("rows: %w", err)
	}
	return nil
}

// cell returns a value with its format. A text is always stored as a text, so that "=1+1" stays what somebody wrote, and
// its format keeps it one when the cell is edited.
func (b *recordBook) cell(value any) (any, error) {
	switch v := value.(type) {
	case nil:
		return nil, nil
	case twinning.Date:
		if v.IsZero() {
			return nil, nil
		}
		return excelize.Cell{StyleID: b.date, Value: v.At(0, 0, time.UTC)}, nil
	case number:
		return excelize.Cell{StyleID: b.id, Value: uint64(v)}, nil
	case int, int64:
		return excelize.Cell{StyleID: b.figures, Value: v}, nil
	case string:
		if v = xmlText(v); v == "" {
			return nil, nil
		}
		return excelize.Cell{StyleID: b.text, Value: v}, nil
	}
	return nil, fmt.Errorf("no format for %T", value)
}

// write writes the workbook without the sheet that every new one has.
func (b *recordBook) write(w io.Writer) error {
	defer b.file.Close() //nolint:errcheck // nothing is kept on disk
	if err := b.file.DeleteSheet("Sheet1"); err != nil {
		return fmt.Errorf("first sheet: %w", err)
	}
	b.file.SetActiveSheet(0)
	if err := b.file.Write(w, excelize.Options{}); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}
