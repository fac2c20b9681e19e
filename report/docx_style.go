package report

import (
	"math"
	"strconv"
)

// styleID names a style of paragraphs. The zero value is the style of plain text without gaps.
type styleID string

// The styles of a document. Headings are for reports that run over several pages.
const (
	styleNormal   styleID = "Normal"
	styleBody     styleID = "BodyText"
	styleTitle    styleID = "Title"
	styleHeading1 styleID = "Heading1"
	styleHeading2 styleID = "Heading2"
	styleHeader   styleID = "Header"
	styleCell     styleID = "TableText"
)

// Sizes of text in points, and lengths of the body (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, 6): size
// 13-14, first line in by 1 or 1.27 cm, at least 6 pt between paragraphs, justified.
const (
	documentFont     = "Times New Roman"
	documentLanguage = "vi-VN"
	sizeBody         = 14.0
	sizeCell         = 12.0
	// sizePageNumber is 13-14 (mục I, 7).
	sizePageNumber = 13.0
	bodyFirstLine  = 12.7 // mm
	bodyGap        = 6.0  // pt
)

// textFormat is how letters look; what is zero stays as the style has it.
type textFormat struct {
	bold, italic bool
	// size is in points; halves are the smallest step.
	size float64
}

// properties returns the w:rPr, nil where nothing is said. The order of its children is that of the schema
// (ECMA-376-1, 17.3.2).
func (f textFormat) properties() *element {
	e := tag("w:rPr").add(toggle("w:b", f.bold), toggle("w:bCs", f.bold), toggle("w:i", f.italic), toggle("w:iCs", f.italic))
	if f.size > 0 {
		halves := strconv.Itoa(int(math.Round(f.size * 2)))
		e.add(tag("w:sz", "w:val", halves), tag("w:szCs", "w:val", halves))
	}
	return e.orNothing()
}

// style is a named format of paragraphs.
type style struct {
	id   styleID
	name string
	layout
	textFormat
}

// documentStyles have the names that Word gives to its own, so that they stand in its list of styles.
func documentStyles() []style {
	body := layout{align: alignJustify, firstLine: mm(bodyFirstLine), after: pt(bodyGap)}
	heading := func(level int) layout {
		return layout{
			align: alignJustify, firstLine: mm(bodyFirstLine), before: pt(bodyGap), after: pt(bodyGap), keepNext: true,
			outline: level,
		}
	}
	return []style{
		{id: styleNormal, name: "Normal"},
		{id: styleBody, name: "Body Text", layout: body},
		{
			id: styleTitle, name: "Title", layout: layout{align: alignCenter, after: pt(bodyGap), keepNext: true},
			textFormat: textFormat{bold: true},
		},
		{id: styleHeading1, name: "heading 1", layout: heading(1), textFormat: textFormat{bold: true}},
		{id: styleHeading2, name: "heading 2", layout: heading(2), textFormat: textFormat{bold: true}},
		{
			id: styleHeader, name: "header", layout: layout{align: alignCenter},
			textFormat: textFormat{size: sizePageNumber},
		},
		{
			id: styleCell, name: "Table Text", layout: layout{before: pt(2), after: pt(2)},
			textFormat: textFormat{size: sizeCell},
		},
	}
}

// styleSheet returns the part with the styles. The defaults are black text of the body's size in one font for every
// script, lines of single height, widows kept with their paragraph.
func styleSheet() *element {
	defaults := tag("w:rPr").add(
		tag("w:rFonts", "w:ascii", documentFont, "w:hAnsi", documentFont, "w:eastAsia", documentFont, "w:cs", documentFont),
		tag("w:color", "w:val", "000000"),
	).add(textFormat{size: sizeBody}.properties().children...).add(
		tag("w:lang", "w:val", documentLanguage, "w:eastAsia", documentLanguage),
	)
	sheet := tag("w:styles", "xmlns:w", nsWord).add(tag("w:docDefaults").add(
		tag("w:rPrDefault").add(defaults),
		tag("w:pPrDefault").add(tag("w:pPr").add(
			tag("w:widowControl"),
			tag("w:spacing", "w:before", "0", "w:after", "0", "w:line", "240", "w:lineRule", "auto"),
		)),
	))
	for _, s := range documentStyles() {
		e := tag("w:style", "w:type", "paragraph", "w:styleId", string(s.id))
		if s.id == styleNormal {
			e.attributes = append(e.attributes, "w:default", "1")
		}
		e.add(tag("w:name", "w:val", s.name))
		if s.id != styleNormal {
			e.add(tag("w:basedOn", "w:val", string(styleNormal)))
		}
		sheet.add(e.add(tag("w:qFormat"), tag("w:pPr").add(s.layout.properties()...).orNothing(), s.textFormat.properties()))
	}
	return sheet
}
