package report

import (
	"fmt"
	"io"
	"math"
	"slices"
	"strconv"
	"time"
	"unicode/utf8"

	"github.com/xuri/excelize/v2"

	"ketnghia/locales"
	"ketnghia/twinning"
)

// YearAnnex writes the figures behind a year-end report as an XLSX workbook: by sponsor, recipient, content and source,
// every activity and document, targets and suggested ratings. Totals are formulas with their values beside them; text is
// always text.
func YearAnnex(w io.Writer, p locales.Printer, r twinning.YearReport) error {
	if err := writeAnnex(w, p, r); err != nil {
		return fmt.Errorf("annex %d: %w", r.Year, err)
	}
	return nil
}

func writeAnnex(w io.Writer, p locales.Printer, r twinning.YearReport) error {
	b, err := newBook(p, StatusSheet{Year: r.Year, AsOf: r.AsOf, Demo: r.Demo})
	if err != nil {
		return err
	}
	defer b.file.Close() //nolint:errcheck // what it keeps on disk for a while is removed or not
	b.title = p.Text("yearly.annex.title", map[string]any{
		"Year": strconv.Itoa(r.Year), "Scope": (&yearView{YearReport: r}).scope(),
	})
	out, err := newListWriter(b)
	if err != nil {
		return err
	}
	a := annex{p: p, r: &r, names: yearNames{p, &r}}
	for _, sh := range []annexSheet{
		a.sponsors(), a.recipients(), a.categories(), a.sources(), a.activities(), a.duties(), a.targets(), a.ratings(),
	} {
		if err := out.add(sh); err != nil {
			return fmt.Errorf("sheet %s: %w", sh.name, err)
		}
	}
	if err := b.file.Write(w, excelize.Options{}); err != nil {
		return fmt.Errorf("write: %w", err)
	}
	return nil
}

// scope is the name that a spreadsheet is about: the unit's, or the province's.
func (v *yearView) scope() string {
	if v.Province() {
		return v.name(v.Issuer)
	}
	return v.name(v.Unit)
}

// annexSheet is a sheet with a last row of totals below the columns that are named in sums, counted from 0.
type annexSheet struct {
	sheet
	sums []int
	// frozen is how many columns stay when the table is scrolled sideways.
	frozen int
	// total is what the last row is called, in the column named, counted from 0.
	total   string
	totalAt int
}

// listWriter writes sheets row by row, so that twenty thousand rows take no more memory than they must.
type listWriter struct {
	*book
	boldNumber, boldText int
}

func newListWriter(b *book) (*listWriter, error) {
	l := &listWriter{book: b}
	for _, x := range []struct {
		id   *int
		like int
	}{{&l.boldNumber, b.style.number}, {&l.boldText, b.style.text}} {
		s, err := b.file.GetStyle(x.like)
		if err != nil {
			return nil, fmt.Errorf("style: %w", err)
		}
		s.Font.Bold = true
		if *x.id, err = b.file.NewStyle(s); err != nil {
			return nil, fmt.Errorf("style: %w", err)
		}
	}
	return l, nil
}

// add writes a sheet. What lies around its rows is set before they are written.
func (l *listWriter) add(sh annexSheet) error {
	if err := l.begin(sh); err != nil {
		return err
	}
	w, err := l.file.NewStreamWriter(sh.name)
	if err != nil {
		return fmt.Errorf("new: %w", err)
	}
	// The writer puts each width before those that it has, and readers want them in order.
	for i, c := range slices.Backward(sh.columns) {
		if err := w.SetColWidth(i+1, i+1, c.width); err != nil {
			return fmt.Errorf("width: %w", err)
		}
	}
	if err := w.SetPanes(&excelize.Panes{
		Freeze: true, XSplit: sh.frozen, YSplit: sh.rowHead(), TopLeftCell: cell(sh.frozen+1, sh.rowHead()+1),
		ActivePane: "bottomRight",
	}); err != nil {
		return fmt.Errorf("panes: %w", err)
	}
	for _, step := range []func(*excelize.StreamWriter, annexSheet) error{l.top, l.head, l.body, l.totals} {
		if err := step(w, sh); err != nil {
			return err
		}
	}
	if err := w.Flush(); err != nil {
		return fmt.Errorf("flush: %w", err)
	}
	return nil
}

// begin makes the sheet with its filter and its layout on paper.
func (l *listWriter) begin(sh annexSheet) error {
	var err error
	if l.sheets == 0 {
		err = l.file.SetSheetName(l.file.GetSheetName(0), sh.name)
	} else {
		_, err = l.file.NewSheet(sh.name)
	}
	if err != nil {
		return fmt.Errorf("new: %w", err)
	}
	l.sheets++
	// A filter forgets that the sheet fits the paper, so it comes first.
	last := cell(len(sh.columns), sh.rowHead()+max(len(sh.rows), 1))
	if err := l.file.AutoFilter(sh.name, cell(1, sh.rowHead())+":"+last, nil); err != nil {
		return fmt.Errorf("filter: %w", err)
	}
	return l.layOutPrint(sh.sheet)
}

func (l *listWriter) top(w *excelize.StreamWriter, sh annexSheet) error {
	for _, line := range []struct {
		row, style int
		text       string
	}{
		{rowTitle, l.style.title, l.title}, {rowAsOf, l.style.asOf, l.asOf}, {rowNote, l.style.note, sh.note},
	} {
		if err := l.row(w, line.row, []any{excelize.Cell{StyleID: line.style, Value: line.text}}); err != nil {
			return err
		}
	}
	return nil
}

// head writes the headings; in a sheet with groups a column without one fills both rows.
func (l *listWriter) head(w *excelize.StreamWriter, sh annexSheet) error {
	head := sh.rowHead()
	upper, lower, titles := make([]any, len(sh.columns)), make([]any, len(sh.columns)), make([]any, len(sh.columns))
	for i, c := range sh.columns {
		upper[i] = excelize.Cell{StyleID: l.style.head, Value: c.top()}
		lower[i] = excelize.Cell{StyleID: l.style.head, Value: c.title}
		titles[i] = c.title
	}
	if head > rowTop {
		if err := l.row(w, rowTop, upper); err != nil {
			return err
		}
		for _, m := range sh.merges() {
			if err := w.MergeCell(m[0], m[1]); err != nil {
				return fmt.Errorf("headings: %w", err)
			}
		}
	}
	return l.row(w, head, lower, excelize.RowOpts{Height: sh.height(titles)})
}

// top is what stands over a column: its group, or its own title where it has none.
func (c column) top() string {
	if c.group != "" {
		return c.group
	}
	return c.title
}

// merges are the ranges of headings that are one.
func (s sheet) merges() [][2]string {
	var list [][2]string
	for from := 0; from < len(s.columns); {
		to, bottom := from, s.rowHead()
		if group := s.columns[from].group; group != "" {
			bottom = rowTop
			for to+1 < len(s.columns) && s.columns[to+1].group == group {
				to++
			}
		}
		if to > from || bottom > rowTop {
			list = append(list, [2]string{cell(from+1, rowTop), cell(to+1, bottom)})
		}
		from = to + 1
	}
	return list
}

func (l *listWriter) body(w *excelize.StreamWriter, sh annexSheet) error {
	values := make([]any, len(sh.columns))
	for i, row := range sh.rows {
		for j, value := range row {
			c, err := l.typed(value)
			if err != nil {
				return fmt.Errorf("row %d: %w", i, err)
			}
			values[j] = c
		}
		if err := l.row(w, sh.rowHead()+1+i, values, excelize.RowOpts{Height: sh.height(row)}); err != nil {
			return err
		}
	}
	return nil
}

// lineHeight is the height of a line of text in points, and roomForText the number of characters of text for
// each of a column's width, which is that of digits in a wider font.
const (
	lineHeight  = 15
	roomForText = 1.15
)

// height is how high a row must be for its longest text. Not every program finds that out when it opens a file.
func (s sheet) height(row []any) float64 {
	lines := 1
	for i, value := range row {
		if text, ok := value.(string); ok && text != "" {
			length := float64(utf8.RuneCountInString(text))
			lines = max(lines, int(math.Ceil(length/(s.columns[i].width*roomForText))))
		}
	}
	return float64(lines * lineHeight)
}

// typed returns the cell of a value. A string stays text, whatever it begins with.
func (l *listWriter) typed(value any) (excelize.Cell, error) {
	switch v := value.(type) {
	case twinning.Date:
		if v.IsZero() {
			return excelize.Cell{StyleID: l.style.date}, nil
		}
		return excelize.Cell{StyleID: l.style.date, Value: v.At(0, 0, time.UTC)}, nil
	case int, int64, nil:
		return excelize.Cell{StyleID: l.style.number, Value: v}, nil
	case string:
		if v == "" {
			return excelize.Cell{StyleID: l.style.text}, nil
		}
		return excelize.Cell{StyleID: l.style.text, Value: xmlText(v)}, nil
	}
	return excelize.Cell{}, fmt.Errorf("no format for %T", value)
}

// totals writes the last row: the sum of each column that has one, as a formula and as the value that it has now. Without
// rows it is 0 alone, since there is nothing that a formula could name.
func (l *listWriter) totals(w *excelize.StreamWriter, sh annexSheet) error {
	if len(sh.sums) == 0 {
		return nil
	}
	first, last := sh.rowHead()+1, sh.rowHead()+len(sh.rows)
	values := make([]any, len(sh.columns))
	for i := range values {
		values[i] = excelize.Cell{StyleID: l.boldText}
	}
	values[sh.totalAt] = excelize.Cell{StyleID: l.boldText, Value: sh.total}
	for _, j := range sh.sums {
		c := excelize.Cell{StyleID: l.boldNumber, Value: sh.sum(j)}
		if len(sh.rows) > 0 {
			c.Formula = "SUM(" + cell(j+1, first) + ":" + cell(j+1, last) + ")"
		}
		values[j] = c
	}
	return l.row(w, max(last, first)+1, values)
}

// sum adds up a column.
func (s annexSheet) sum(column int) int64 {
	var total int64
	for _, row := range s.rows {
		switch v := row[column].(type) {
		case int64:
			total += v
		case int:
			total += int64(v)
		}
	}
	return total
}

func (l *listWriter) row(w *excelize.StreamWriter, number int, values []any, opts ...excelize.RowOpts) error {
	if err := w.SetRow(cell(1, number), values, opts...); err != nil {
		return fmt.Errorf("row %d: %w", number, err)
	}
	return nil
}
