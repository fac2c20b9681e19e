package report

import (
	"fmt"

	"github.com/xuri/excelize/v2"

	"ketnghia/locales"
)

// book is a workbook in the making.
type book struct {
	file        *excelize.File
	title, asOf string
	page        string
	style       styles
	sheets      int
}

// styles are the ids of the formats of cells.
type styles struct{ title, asOf, note, head, text, number, date int }

// Formats of cells (ECMA-376-1, 18.8.30): 3 is #,##0 and 49 is text, which also keeps a cell text when somebody edits
// it; the date is written as officials do.
const (
	formatNumber = 3
	formatText   = 49
	formatDate   = "dd/mm/yyyy"
)

const (
	fontName  = "Times New Roman"
	red       = "C00000"
	headShade = "D9E2F3"
)

func newBook(p locales.Printer, s StatusSheet) (*book, error) {
	b := &book{
		file: excelize.NewFile(), title: statusTitle(p, s), asOf: statusAsOf(p, s),
		page: p.Text("report.status.page", map[string]any{"Page": "&P", "Pages": "&N"}),
	}
	asOf := font(12)
	if s.Demo {
		asOf.Bold, asOf.Color = true, red
	}
	title, note, head := font(14), font(11), font(11)
	title.Bold, note.Italic, head.Bold = true, true, true
	border := thinBorder()
	date := formatDate
	center := &excelize.Alignment{Horizontal: "center", Vertical: "center", WrapText: true}
	left := &excelize.Alignment{Horizontal: "left", Indent: 1, Vertical: "center", WrapText: true}
	right := &excelize.Alignment{Horizontal: "right", Indent: 1, Vertical: "center"}
	shade := excelize.Fill{Type: "pattern", Pattern: 1, Color: []string{headShade}}
	for _, x := range []struct {
		id    *int
		style excelize.Style
	}{
		{&b.style.title, excelize.Style{Font: title, NumFmt: formatText}},
		{&b.style.asOf, excelize.Style{Font: asOf, NumFmt: formatText}},
		{&b.style.note, excelize.Style{Font: note, NumFmt: formatText}},
		{&b.style.head, excelize.Style{Font: head, NumFmt: formatText, Border: border, Alignment: center, Fill: shade}},
		{&b.style.text, excelize.Style{Font: font(11), NumFmt: formatText, Border: border, Alignment: left}},
		{&b.style.number, excelize.Style{Font: font(11), NumFmt: formatNumber, Border: border, Alignment: right}},
		{&b.style.date, excelize.Style{Font: font(11), CustomNumFmt: &date, Border: border, Alignment: center}},
	} {
		var err error
		if *x.id, err = b.file.NewStyle(&x.style); err != nil {
			return nil, fmt.Errorf("style: %w", err)
		}
	}
	return b, nil
}

func font(size float64) *excelize.Font { return &excelize.Font{Family: fontName, Size: size} }

func thinBorder() []excelize.Border {
	var border []excelize.Border
	for _, side := range []string{"left", "right", "top", "bottom"} {
		border = append(border, excelize.Border{Type: side, Color: "808080", Style: 1})
	}
	return border
}

// add writes a sheet to the workbook; the first takes the place of the one that every new workbook has.
func (b *book) add(sh sheet) error {
	var err error
	if b.sheets == 0 {
		err = b.file.SetSheetName(b.file.GetSheetName(0), sh.name)
	} else {
		_, err = b.file.NewSheet(sh.name)
	}
	if err != nil {
		return fmt.Errorf("new: %w", err)
	}
	b.sheets++
	for _, step := range []func(sheet) error{b.writeTop, b.writeHead, b.writeRows, b.layOut, b.layOutPrint} {
		if err := step(sh); err != nil {
			return err
		}
	}
	return nil
}
