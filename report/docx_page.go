package report

import (
	"math"
	"strconv"
)

// twips are twentieths of a point, the length of WordprocessingML: 1440 are an inch.
type twips int

const (
	mmPerInch     = 25.4
	twipsPerInch  = 1440
	twipsPerPoint = 20
)

// mm returns millimetres as twips.
func mm(length float64) twips { return twips(math.Round(length / mmPerInch * twipsPerInch)) }

// pt returns points (1/72 inch) as twips.
func pt(length float64) twips { return twips(math.Round(length * twipsPerPoint)) }

func (t twips) String() string { return strconv.Itoa(int(t)) }

// length adds an attribute for a length that is not zero.
func (e *element) length(name string, t twips) *element {
	if t != 0 {
		e.attributes = append(e.attributes, name, t.String())
	}
	return e
}

// The page, in millimetres (Nghị định 30/2020/NĐ-CP of 5/3/2020, Phụ lục I, phần I, mục I, 1 to 3): A4 upright; top and
// bottom 20-25, left 30-35, right 15-20.
const (
	pageWidth    = 210.0
	pageHeight   = 297.0
	marginTop    = 20.0
	marginBottom = 20.0
	marginLeft   = 30.0
	marginRight  = 15.0
	// marginHeader is from the paper's edge to the page number, which stands in the top margin.
	marginHeader = 10.0
	// textWidth is what is left for text between the margins.
	textWidth = pageWidth - marginLeft - marginRight
)

// section returns the page's layout. titlePg gives the first page a header of its own, and there is none: its number is
// not shown (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục I, 7).
func section() *element {
	return tag("w:sectPr").add(
		tag("w:headerReference", "w:type", "default", "r:id", relationHeader),
		tag("w:pgSz", "w:w", mm(pageWidth).String(), "w:h", mm(pageHeight).String()),
		tag(
			"w:pgMar", "w:top", mm(marginTop).String(), "w:right", mm(marginRight).String(),
			"w:bottom", mm(marginBottom).String(), "w:left", mm(marginLeft).String(),
			"w:header", mm(marginHeader).String(), "w:footer", mm(marginHeader).String(), "w:gutter", "0",
		),
		tag("w:titlePg"),
	)
}

// pageHeader is the page number, centred. The 2 is what a reader shows that counts no pages.
func pageHeader() *element {
	number := tag("w:fldSimple", "w:instr", " PAGE ").add(run{text: "2"}.elements()...)
	return tag("w:hdr", "xmlns:w", nsWord, "xmlns:r", nsDocRelations).add(
		tag("w:p").add(paragraph{style: styleHeader}.properties(), number),
	)
}
