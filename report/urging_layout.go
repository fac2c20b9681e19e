package report

import (
	"strconv"
	"strings"
)

// Sizes in points (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II and V).
const (
	sizeState     = 13.0 // Quốc hiệu, 12-13
	sizeMotto     = 14.0 // Tiêu ngữ, 13-14
	sizeIssuer    = 13.0 // both lines of the issuing body, 12-13
	sizeNumber    = 13.0
	sizeSubject   = 12.0 // 12-13
	sizeDateline  = 14.0 // 13-14
	sizeAddressee = 14.0 // 13-14
	sizeSigner    = 14.0 // 13-14
	sizeReceivers = 12.0
	sizeCopies    = 11.0
	sizeDraft     = 13.0
)

// Lengths in millimetres. The columns of the head leave each of its lines whole.
const (
	headLeft  = 66.0
	headRight = textWidth - headLeft
	footHalf  = textWidth / 2
	// signatureRoom is for signature and seal.
	signatureRoom = 25.0
)

// footGap is between the text and the foot, in points.
const footGap = 6.0

// issuerRule is the length of the line under the issuer's name: a third to a half of the name (mục II, 2).
const issuerRule = 0.4

func layOutUrging(l UrgingLetter, t *urgingTexts) *document {
	d := &document{title: t.text("subject"), author: t.text("issuer"), date: l.AsOf}
	d.blocks = append(d.blocks, paragraph{
		layout: layout{align: alignRight, after: pt(6)},
		runs:   []run{{t.text("draft"), textFormat{bold: true, size: sizeDraft}}},
	}, urgingHead(t), paragraph{
		layout: layout{align: alignCenter, before: pt(18), after: pt(12)},
		runs:   []run{{t.text("addressee"), textFormat{size: sizeAddressee}}},
	})
	for _, text := range t.paragraphs("finding") {
		d.blocks = append(d.blocks, paragraph{style: styleBody, runs: plain(text)})
	}
	var after layout
	if len(l.Items) > 1 {
		d.blocks = append(d.blocks, urgingTable(l, t))
		after.before = pt(bodyGap)
	}
	d.blocks = append(d.blocks, paragraph{style: styleBody, layout: after, runs: plain(t.text("reminded"))})
	request := t.paragraphs("request")
	for i, text := range request {
		// The signature does not stand on a page of its own.
		last := layout{keepNext: i == len(request)-1}
		d.blocks = append(d.blocks, paragraph{style: styleBody, layout: last, runs: plain(text)})
	}
	d.blocks = append(d.blocks, urgingFoot(l, t))
	return d
}

// urgingHead is the issuing body with number and subject on the left, the state's name with motto and date on the right.
func urgingHead(t *urgingTexts) table {
	line := func(text string, format textFormat) paragraph {
		return paragraph{layout: layout{align: alignCenter}, runs: []run{{text, format}}}
	}
	left, right := mm(headLeft), mm(headRight)
	issuer, motto := strings.ToUpper(t.text("issuer")), t.text("motto")
	shown := min(boldWidth(issuer, sizeIssuer), left)
	return table{widths: []twips{left, right}, rows: []tableRow{
		{
			{paragraphs: []paragraph{
				line(strings.ToUpper(t.text("superior")), textFormat{size: sizeIssuer}),
				line(issuer, textFormat{bold: true, size: sizeIssuer}),
				ruler(twips(issuerRule*float64(shown)), left),
			}},
			{paragraphs: []paragraph{
				line(t.text("state"), textFormat{bold: true, size: sizeState}),
				line(motto, textFormat{bold: true, size: sizeMotto}),
				ruler(boldWidth(motto, sizeMotto), right),
			}},
		},
		{
			{paragraphs: []paragraph{
				line(t.text("number"), textFormat{size: sizeNumber}), line(t.text("subject"), textFormat{size: sizeSubject}),
			}},
			{paragraphs: []paragraph{line(t.text("dateline"), textFormat{italic: true, size: sizeDateline})}},
		},
	}}
}

// urgingColumns are the widths in millimetres of the table of several documents; without reminders the last is left out
// and the title gets its room.
var urgingColumns = [...]float64{12, 48, 30, 25, 14, 36}

const titleColumn = 1

func urgingTable(l UrgingLetter, t *urgingTexts) table {
	columns := len(urgingColumns)
	var widths []twips
	for _, w := range urgingColumns {
		widths = append(widths, mm(w))
	}
	if !t.letter.Reminded() {
		columns--
		widths[titleColumn] += widths[columns]
	}
	head := func(text string, _ int) tableCell {
		return tableCell{middle: true, paragraphs: []paragraph{{
			style: styleCell, layout: layout{align: alignCenter}, runs: []run{{text, textFormat{bold: true}}},
		}}}
	}
	body := func(text string, column int) tableCell {
		p := paragraph{style: styleCell, runs: plain(text)}
		if column == 0 || column == 3 || column == 4 {
			p.align = alignCenter
		}
		return tableCell{paragraphs: []paragraph{p}}
	}
	rows := []tableRow{cells(strings.Split(t.text("columns"), "|")[:columns], head)}
	for i, item := range l.Items {
		texts := []string{strconv.Itoa(i + 1)}
		for _, block := range []string{"cell title", "cell cite", "cell due", "cell late", "cell reminders"} {
			texts = append(texts, t.of(item, block))
		}
		rows = append(rows, cells(texts[:columns], body))
	}
	return table{widths: widths[:columns], heads: 1, borders: true, rows: rows}
}

func cells(texts []string, cell func(text string, column int) tableCell) tableRow {
	var r tableRow
	for i, text := range texts {
		r = append(r, cell(text, i))
	}
	return r
}

// urgingFoot is who gets the letter on the left, and who signs on the right.
func urgingFoot(l UrgingLetter, t *urgingTexts) table {
	signer := l.Signer
	if len(signer) == 0 {
		signer = []string{t.text("gap")}
	}
	return officialFoot(t.text("receivers"), strings.Split(t.text("copies"), "\n"), signer)
}

// officialFoot is the list of receivers below its title on the left, and the authority and office of whoever signs on the
// right, with room for signature, seal and name.
func officialFoot(title string, entries, signer []string) table {
	receivers := []paragraph{{
		layout: layout{before: pt(footGap)},
		runs:   []run{{title, textFormat{bold: true, italic: true, size: sizeReceivers}}},
	}}
	for _, entry := range entries {
		receivers = append(receivers, paragraph{runs: []run{{entry, textFormat{size: sizeCopies}}}})
	}
	var signature []paragraph
	for _, text := range signer {
		signature = append(signature, paragraph{
			layout: layout{align: alignCenter},
			runs:   []run{{strings.ToUpper(text), textFormat{bold: true, size: sizeSigner}}},
		})
	}
	signature[0].before = pt(footGap)
	signature[len(signature)-1].after = mm(signatureRoom)
	// The name is written here by whoever signs.
	signature = append(signature, paragraph{layout: layout{align: alignCenter}})
	return table{widths: []twips{mm(footHalf), mm(footHalf)}, rows: []tableRow{
		{{paragraphs: receivers}, {paragraphs: signature}},
	}}
}
