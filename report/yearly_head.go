package report

import (
	"strings"

	"ketnghia/twinning"
)

// Sizes in points of what an urging letter does not have (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, 5).
const (
	sizeType    = 14.0 // 13-14
	sizeSummary = 14.0 // 13-14
	sizeAnnex   = 14.0 // the word "Phụ lục" 14, its title 13-14
)

// summaryRule is the length of the line under the summary: a third to a half of its line (mục II, 5).
const summaryRule = 0.4

// summaryWidth keeps the lines of a summary off the margins, in millimetres a side.
const summaryIndent = 12.0

// head is everything above the text: who reports, the state's name, number and date, type and summary, who gets it.
func (t *yearTexts) head() []block {
	var blocks []block
	if t.v.Demo {
		blocks = append(blocks, paragraph{
			layout: layout{align: alignRight, after: pt(bodyGap)},
			runs:   []run{{t.text("demo"), textFormat{bold: true, size: sizeDraft}}},
		})
	}
	summary := t.text("summary")
	indent := mm(summaryIndent)
	width := mm(textWidth)
	blocks = append(blocks, t.headTable(),
		paragraph{
			style: styleTitle, layout: layout{before: pt(18), after: pt(0)},
			runs: []run{{t.text("type"), textFormat{size: sizeType}}},
		},
		paragraph{
			layout: layout{align: alignCenter, left: indent, right: indent, keepNext: true},
			runs:   []run{{summary, textFormat{bold: true, size: sizeSummary}}},
		},
		ruler(twips(summaryRule*float64(min(boldWidth(summary, sizeSummary), width-2*indent))), width),
		paragraph{
			layout: layout{align: alignCenter, before: pt(12), after: pt(12)},
			runs:   []run{{t.text("addressee"), textFormat{size: sizeAddressee}}},
		},
	)
	return blocks
}

// authority returns the lines above the issuing body's rule: the body above it, then its own name. A people's committee
// has none above and its name in two lines.
func (t *yearTexts) authority() (above string, own []string) {
	author := t.v.Author()
	switch {
	case t.v.isPlace(author):
		return "", []string{t.text("people committee"), t.v.name(author)}
	case t.v.Units[author].Role == twinning.RoleSponsorOther:
		return t.text("gap"), []string{t.v.name(author)}
	}
	return t.v.IssuerName(), []string{t.v.shortName(author)}
}

func (t *yearTexts) headTable() table {
	line := func(text string, format textFormat) paragraph {
		return paragraph{layout: layout{align: alignCenter}, runs: []run{{text, format}}}
	}
	left, right := mm(headLeft), mm(headRight)
	above, own := t.authority()
	var issuing []paragraph
	if above != "" {
		issuing = append(issuing, line(strings.ToUpper(above), textFormat{size: sizeIssuer}))
	}
	shown := twips(0)
	for _, name := range own {
		name = strings.ToUpper(name)
		issuing = append(issuing, line(name, textFormat{bold: true, size: sizeIssuer}))
		shown = min(boldWidth(name, sizeIssuer), left)
	}
	issuing = append(issuing, ruler(twips(issuerRule*float64(shown)), left))
	motto := t.text("motto")
	return table{widths: []twips{left, right}, rows: []tableRow{
		{
			{paragraphs: issuing},
			{paragraphs: []paragraph{
				line(t.text("state"), textFormat{bold: true, size: sizeState}),
				line(motto, textFormat{bold: true, size: sizeMotto}),
				ruler(boldWidth(motto, sizeMotto), right),
			}},
		},
		{
			{paragraphs: []paragraph{line(t.text("number"), textFormat{size: sizeNumber})}},
			{paragraphs: []paragraph{line(t.text("dateline"), textFormat{italic: true, size: sizeDateline})}},
		},
	}}
}

// foot is who gets the report on the left, and who signs on the right.
func (t *yearTexts) foot() table {
	author := t.v.Author()
	signer := "sign other"
	switch {
	case t.v.isPlace(author):
		signer = "sign committee"
	case author == t.v.Standing:
		signer = "sign standing"
	case strings.HasPrefix(t.v.name(author), t.v.department+" "):
		signer = "sign department"
	}
	return officialFoot(t.text("receivers"), strings.Split(t.text("copies"), "\n"), strings.Split(t.text(signer), "\n"))
}

// annexHead begins an annex on a page of its own.
func (t *yearTexts) annexHead(number, title string) []block {
	line := func(text string, format textFormat, l layout) paragraph {
		l.align, l.keepNext = alignCenter, true
		return paragraph{layout: l, runs: []run{{text, format}}}
	}
	return []block{
		line(strings.TrimSpace(t.text("annex")+" "+number), textFormat{bold: true, size: sizeAnnex}, layout{newPage: true, outline: 1}),
		line(title, textFormat{bold: true, size: sizeAnnex}, layout{}),
		line(t.text("annex note"), textFormat{italic: true, size: sizeAnnex}, layout{after: pt(bodyGap)}),
	}
}
