package report

import (
	"fmt"
	"strconv"
	"strings"
	"text/template"

	"ketnghia/locales"
	"ketnghia/twinning"
)

// yearTexts renders the blocks of the template for one report. The first error stays in err.
type yearTexts struct {
	blocks *template.Template
	v      *yearView
	p      locales.Printer
	names  yearNames
	err    error
}

func newYearTexts(p locales.Printer, r twinning.YearReport) (*yearTexts, error) {
	t := &yearTexts{p: p, names: yearNames{p, &r}, v: &yearView{YearReport: r}}
	var err error
	if t.blocks, err = template.New("yearly").Funcs(t.functions()).Parse(yearlyTemplate); err != nil {
		return nil, fmt.Errorf("template: %w", err)
	}
	t.v.committee, t.v.department, t.v.gap = t.text("committee"), t.text("department"), t.text("gap")
	return t, nil
}

// functions are what the template may ask.
func (t *yearTexts) functions() template.FuncMap {
	all := func() twinning.Quantities { return t.v.Total.All() }
	return template.FuncMap{
		"gap":       func() string { return t.text("gap") },
		"date":      officialDate,
		"nbsp":      func() string { return "\u00a0" },
		"num":       t.num,
		"vnd":       t.vnd,
		"add":       func(a, b int) int { return a + b },
		"lower":     lowered,
		"name":      t.v.name,
		"place":     t.v.inText,
		"signed":    t.v.signing,
		"has":       func(f twinning.Figures) bool { return f.All()[twinning.Activities] > 0 },
		"counts":    t.counts,
		"confirmed": t.confirmed,
		"money":     func(f twinning.Figures) int64 { return f.All()[twinning.Amount] },
		"mobilised": func() int64 { return all()[twinning.MobilisedAmount] },
		"models":    func() int64 { return all()[twinning.Models] },
		"kind":      func(k string) int64 { return all()[twinning.Counting(twinning.Kind(k))] },
		"times":     t.times,
		"giftShare": t.giftShare,
		"letter":    t.point,
		"category":  func(c twinning.Category) string { return t.names.of("category.", strconv.Itoa(int(c))) },
		"level":     func(l twinning.RatingLevel) string { return t.names.of("yearly.level.", string(l)) },
		"flag":      func(f twinning.Flag) string { return t.names.of("yearly.flag.", string(f)) },
		"pairs":     t.v.pairs,
		"pair":      t.pair,
	}
}

// point returns the letter of a content of section II in an enumeration; what has no content comes last.
func (t *yearTexts) point(c twinning.Category) string { return string([]rune(t.text("points"))[c]) }

// text returns a block about the report.
func (t *yearTexts) text(block string) string { return t.render(block, t.v) }

func (t *yearTexts) render(block string, about any) string {
	var b strings.Builder
	if err := t.blocks.ExecuteTemplate(&b, block, about); err != nil && t.err == nil {
		t.err = fmt.Errorf("template %s: %w", block, err)
	}
	return b.String()
}

// counts writes all measures that are not 0: "12 hoạt động; 45 lượt hộ nghèo; kinh phí 12.500.000 đồng".
func (t *yearTexts) counts(q twinning.Quantities) string {
	var parts []string
	for _, m := range twinning.Measures() {
		if q[m] != 0 {
			parts = append(parts, t.render("count "+string(m), t.number(q, m)))
		}
	}
	if len(parts) == 0 {
		return t.text("none")
	}
	return strings.Join(parts, "; ")
}

func (t *yearTexts) number(q twinning.Quantities, m twinning.Measure) string {
	if m.Money() {
		return t.p.Number(q[m])
	}
	return t.num(q[m])
}

// confirmed writes how many of the activities the counterpart has confirmed.
func (t *yearTexts) confirmed(f twinning.Figures) string {
	switch n := f.Confirmed[twinning.Activities]; {
	case n == 0:
		return t.text("not confirmed")
	case f.Unconfirmed[twinning.Activities] == 0:
		return t.text("all confirmed")
	default:
		return t.render("confirmed", t.num(n))
	}
}

func (t *yearTexts) times(n int64) string {
	if n == 0 {
		return t.text("none")
	}
	return t.render("times", t.num(n))
}

// giftShare writes the part of gifts in the money or, where none is stated, in the activities; "" without gifts.
func (t *yearTexts) giftShare(g twinning.GiftFigures) string {
	switch {
	case g.Gifts == 0:
	case g.Amount > 0:
		return t.render("percent amount", percent(g.GiftAmount, g.Amount))
	case g.Activities > 0:
		return t.render("percent activities", percent(g.Gifts, g.Activities))
	}
	return ""
}

// percent writes a share with one decimal, as in Vietnamese: "12,5".
func percent(part, whole int64) string {
	tenths := int64(float64(part)/float64(whole)*1000 + 0.5)
	if tenths%10 == 0 {
		return strconv.FormatInt(tenths/10, 10)
	}
	return fmt.Sprintf("%d,%d", tenths/10, tenths%10)
}

// pair names who helped whom as far as the report leaves it open.
func (t *yearTexts) pair(s twinning.PairShare) string {
	switch {
	case s.Sponsor == t.v.Unit:
		return t.v.name(s.Recipient)
	case s.Recipient == t.v.Unit:
		return t.v.name(s.Sponsor)
	}
	return t.render("helps", map[string]string{"Sponsor": t.v.name(s.Sponsor), "Recipient": t.v.inText(s.Recipient)})
}

// num writes a count as official letters do: "05", "1.350", and 0 alone as "0".
func (t *yearTexts) num(n any) string {
	whole, _ := n.(int64)
	if i, ok := n.(int); ok {
		whole = int64(i)
	}
	if 0 < whole && whole < 10 {
		return "0" + t.p.Number(whole)
	}
	return t.p.Number(whole)
}

// vnd writes an amount in a sentence: "12.500.000 đồng".
func (t *yearTexts) vnd(n int64) string { return t.render("money", t.p.Number(n)) }
