package report

import (
	_ "embed"
	"fmt"
	"strings"
	"text/template"
	"unicode"
	"unicode/utf8"

	"ketnghia/twinning"
)

//go:embed urging.tmpl
var urgingTemplate string

// urgingTexts renders the blocks of the template for one letter. The first error stays in err.
type urgingTexts struct {
	blocks *template.Template
	letter urgingView
	err    error
}

// urgingView is the letter with what the template asks about it.
type urgingView struct{ UrgingLetter }

// One says that the letter is about one document.
func (v urgingView) One() bool { return len(v.Items) == 1 }

// Count is how many documents the letter is about.
func (v urgingView) Count() int { return len(v.Items) }

// First is the first document.
func (v urgingView) First() UrgingItem { return v.Items[0] }

// Reminded says that a reminder was sent about at least one of the documents.
func (v urgingView) Reminded() bool {
	for _, item := range v.Items {
		if len(item.Reminders) > 0 {
			return true
		}
	}
	return false
}

func newUrgingTexts(l UrgingLetter) (*urgingTexts, error) {
	blocks, err := template.New("urging").Funcs(template.FuncMap{
		"date":    officialDate,
		"two":     func(n int) string { return fmt.Sprintf("%02d", n) },
		"since":   twinning.Date.DaysSince,
		"minus":   func(n int) int { return -n },
		"lowered": lowered,
	}).Parse(urgingTemplate)
	if err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	return &urgingTexts{blocks: blocks, letter: urgingView{l}}, nil
}

// text returns a block about the letter.
func (t *urgingTexts) text(block string) string { return t.render(block, t.letter) }

// of returns a block about one of the letter's documents.
func (t *urgingTexts) of(item UrgingItem, block string) string { return t.render(block, item) }

func (t *urgingTexts) render(block string, about any) string {
	var b strings.Builder
	if err := t.blocks.ExecuteTemplate(&b, block, about); err != nil && t.err == nil {
		t.err = fmt.Errorf("template %s: %w", block, err)
	}
	return b.String()
}

// paragraphs returns the paragraphs of a block, which an empty line parts.
func (t *urgingTexts) paragraphs(block string) []string { return strings.Split(t.text(block), "\n\n") }

// officialDate writes a date with a leading 0 for days below 10 and for the months 1 and 2 alone: "09/02/2027",
// "31/3/2027" (Nghị định 30/2020/NĐ-CP, Phụ lục I, phần I, mục II, 4).
func officialDate(d twinning.Date) string {
	year, month, day := d.Parts()
	if month <= 2 {
		return fmt.Sprintf("%02d/%02d/%d", day, month, year)
	}
	return fmt.Sprintf("%02d/%d/%d", day, month, year)
}

// lowered makes the first letter small, as a title stands in a sentence; an abbreviation ("QĐ") stays.
func lowered(title string) string {
	first, size := utf8.DecodeRuneInString(title)
	second, _ := utf8.DecodeRuneInString(title[size:])
	if size == 0 || unicode.IsUpper(second) {
		return title
	}
	return string(unicode.ToLower(first)) + title[size:]
}
