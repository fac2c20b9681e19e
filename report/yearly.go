package report

import (
	_ "embed"
	"fmt"
	"io"
	"strings"

	"ketnghia/locales"
	"ketnghia/twinning"
)

//go:embed yearly.tmpl
var yearlyTemplate string

// YearDocument writes a year-end report as a Word document in Vietnamese, in the layout of Nghị định 30/2020/NĐ-CP of
// 5/3/2020, Phụ lục I. Number, the day of signing, signature, name and seal stay blank; what the books don't hold is
// marked. The same report is the same bytes; the document's own date is AsOf.
func YearDocument(w io.Writer, p locales.Printer, r twinning.YearReport) error {
	if err := writeYear(w, p, r); err != nil {
		return fmt.Errorf("year report %d: %w", r.Year, err)
	}
	return nil
}

func writeYear(w io.Writer, p locales.Printer, r twinning.YearReport) error {
	t, err := newYearTexts(p.In(locales.Vietnamese), r)
	if err != nil {
		return err
	}
	d := &document{title: t.text("summary"), author: t.v.AuthorName(), date: r.AsOf}
	d.blocks = t.head()
	outline := "unit"
	if r.Province() {
		outline = "province"
	}
	d.blocks = append(d.blocks, t.outlined(t.text(outline))...)
	d.blocks = append(d.blocks, t.foot())
	if r.Province() {
		d.blocks = append(d.blocks, t.provinceAnnexes()...)
	} else {
		d.blocks = append(d.blocks, t.unitAnnexes()...)
	}
	if t.err != nil {
		return t.err
	}
	return d.write(w)
}

// The marks of an outline.
const (
	markHeading1 = "# "
	markHeading2 = "## "
	markTable    = "@"
)

// outlined returns the blocks of an outline: an empty line parts them, a mark at their beginning says what they are.
func (t *yearTexts) outlined(outline string) []block {
	var blocks []block
	var gap twips // above a paragraph that follows a table
	var texts []string
	for text := range strings.SplitSeq(outline, "\n\n") {
		if text = strings.TrimSpace(text); text != "" {
			texts = append(texts, text)
		}
	}
	for i, text := range texts {
		switch {
		case strings.HasPrefix(text, markTable):
			blocks = append(blocks, t.table(strings.TrimPrefix(text, markTable)))
			gap = pt(bodyGap)
			continue
		case strings.HasPrefix(text, markHeading1):
			blocks = append(blocks, paragraph{style: styleHeading1, runs: plain(strings.TrimPrefix(text, markHeading1))})
		case strings.HasPrefix(text, markHeading2):
			blocks = append(blocks, paragraph{style: styleHeading2, runs: plain(strings.TrimPrefix(text, markHeading2))})
		default:
			// The signature does not stand on a page of its own, nor a table or a list away from what leads to it.
			last := i == len(texts)-1
			leads := !last && strings.HasPrefix(texts[i+1], markTable) || strings.HasSuffix(text, ":")
			blocks = append(blocks, paragraph{
				style: styleBody, layout: layout{keepNext: last || leads, before: gap}, runs: plain(text),
			})
		}
		gap = 0
	}
	return blocks
}
