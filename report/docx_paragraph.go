package report

import (
	"strconv"
	"strings"
)

// alignment is where the lines of a paragraph stand; the zero value leaves it to the style, and at last at the left.
type alignment string

// The alignments (ECMA-376-1, 17.18.44).
const (
	alignLeft    alignment = "left"
	alignCenter  alignment = "center"
	alignRight   alignment = "right"
	alignJustify alignment = "both"
)

// layout is how a paragraph stands; what is zero stays as the style has it.
type layout struct {
	align alignment
	// firstLine, left and right are indents.
	firstLine, left, right twips
	// before and after are the gaps above and below.
	before, after twips
	// exact is the height of each line, whatever its text; 0 lets the text decide.
	exact twips
	// keepNext keeps the paragraph on the page of the one that follows.
	keepNext bool
	// newPage begins a page.
	newPage bool
	// rule draws a line above the paragraph, as long as its indents leave room.
	rule bool
	// outline is the level in the table of contents, from 1.
	outline int
}

// ruleEighths is the thickness of a drawn line in eighths of a point.
const ruleEighths = "6"

// properties returns what a w:pPr holds, in the order of the schema (ECMA-376-1, 17.3.1.26).
func (l layout) properties() []*element {
	e := tag("w:pPr").add(toggle("w:keepNext", l.keepNext), toggle("w:pageBreakBefore", l.newPage))
	if l.rule {
		e.add(tag("w:pBdr").add(
			tag("w:top", "w:val", "single", "w:sz", ruleEighths, "w:space", "1", "w:color", "000000"),
		))
	}
	spacing := tag("w:spacing").length("w:before", l.before).length("w:after", l.after).length("w:line", l.exact)
	if l.exact > 0 {
		spacing.attributes = append(spacing.attributes, "w:lineRule", "exact")
	}
	indent := tag("w:ind").length("w:left", l.left).length("w:right", l.right).length("w:firstLine", l.firstLine)
	for _, lengths := range []*element{spacing, indent} {
		if len(lengths.attributes) > 0 {
			e.add(lengths)
		}
	}
	if l.align != "" {
		e.add(tag("w:jc", "w:val", string(l.align)))
	}
	if l.outline > 0 {
		e.add(tag("w:outlineLvl", "w:val", strconv.Itoa(l.outline-1)))
	}
	return e.children
}

// paragraph is text in one style.
type paragraph struct {
	style styleID
	layout
	runs []run
}

// plain returns runs of one piece of text that looks as the paragraph's style says.
func plain(s string) []run { return []run{{text: s}} }

func (p paragraph) element() *element {
	e := tag("w:p").add(p.properties())
	for _, r := range p.runs {
		e.add(r.elements()...)
	}
	return e
}

// properties returns the w:pPr, nil where nothing is said.
func (p paragraph) properties() *element {
	e := tag("w:pPr")
	if p.style != "" {
		e.add(tag("w:pStyle", "w:val", string(p.style)))
	}
	return e.add(p.layout.properties()...).orNothing()
}

// run is a piece of text of one look. Line breaks and tabs in it are kept.
type run struct {
	text string
	textFormat
}

// elements returns the w:r, nothing for an empty text.
func (r run) elements() []*element {
	if r.text == "" {
		return nil
	}
	e := tag("w:r").add(r.properties())
	for i, line := range strings.Split(lineBreaks.Replace(r.text), "\n") {
		if i > 0 {
			e.add(tag("w:br"))
		}
		for j, piece := range strings.Split(line, "\t") {
			if j > 0 {
				e.add(tag("w:tab"))
			}
			if piece != "" {
				t := tagged("w:t", piece)
				t.attributes = []string{"xml:space", "preserve"}
				e.add(t)
			}
		}
	}
	return []*element{e}
}

// hairlineHeight is the least that Word gives to a line.
const hairlineHeight = 1.0 // pt

// hairline is an empty paragraph that takes no room to speak of.
func hairline() paragraph { return paragraph{layout: layout{exact: pt(hairlineHeight)}} }

// rulerGap is between a drawn line and the text above it, so that the line stays off the marks below letters.
const rulerGap = 2.0 // pt

// ruler is a line of the length, drawn in the middle of a column of the width, under the paragraph before.
func ruler(length, width twips) paragraph {
	indent := max(0, (width-length)/2)
	return paragraph{layout: layout{
		rule: true, exact: pt(hairlineHeight), left: indent, right: width - length - indent,
		before: pt(rulerGap), after: pt(rulerGap),
	}}
}
