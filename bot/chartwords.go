package bot

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode"

	"ketnghia/twinning"
)

// chartByWord serves "biểu đồ", "vẽ biểu đồ kinh phí Tây Giang": words that begin by asking for a chart.
func (d *Desk) chartByWord(r *Request) (done bool, err error) {
	if r.Group && !r.Mentioned {
		return false, nil
	}
	text := strings.Trim(r.Text, " .?!")
	for _, word := range d.words["words.chart"] {
		rest, ok := cutFolded(text, word)
		if ok && (rest == "" || strings.HasPrefix(rest, " ")) {
			return true, d.chartNamed(r, strings.TrimSpace(rest))
		}
	}
	return false, nil
}

// chartNamed shows the chart that the words name; where they leave open which one, it offers all of them.
func (d *Desk) chartNamed(r *Request, words string) error {
	home, err := d.homeUnit(r)
	if err != nil {
		return err
	}
	p := chartPlace{unit: home, year: d.programme.Today(r.Now).Year()}
	mentions, ambiguous := d.reader.Units(words)
	rest := words
	// A unit's name may hold the words of a chart, as "Sở Kế hoạch và Đầu tư" does.
	for _, m := range slices.Backward(mentions) {
		rest = rest[:m.Start] + " " + rest[m.End:]
	}
	for _, a := range ambiguous {
		rest = strings.Replace(rest, a.Text, " ", 1)
	}
	said := strings.FieldsFunc(plainLetters(rest), func(c rune) bool { return !unicode.IsLetter(c) && !unicode.IsDigit(c) })
	for _, word := range said {
		if y, err := strconv.Atoi(word); err == nil && y >= d.programme.From && y <= p.year {
			p.year = y
		}
	}
	p.kind, p.what = d.chartMeant(" " + strings.Join(said, " ") + " ")
	if p.kind == chartOfFilings {
		if q, ok := d.reader.Question(words, d.today(r)); ok {
			p.what = q.Rule
		}
	}
	switch {
	case len(mentions) > 0:
		p.unit = mentions[0].Key
	case len(ambiguous) > 0:
		keys := ambiguous[0].Candidates
		p.unit = "%s"
		return d.offer(r, twinning.Message{
			Lines:   []twinning.Line{say("unit.which")},
			Buttons: d.unitButtons(r, upTo(keys, unitsOffered), p.data()),
		}, optionsTalk{})
	case r.Command != "" && len(said) > 0 && p.kind == "" && !slices.Contains(said, fmt.Sprint(p.year)):
		return r.Reply(twinning.Say("unit.unknown", twinning.Args{{"Text", twinning.Text(shortened(words))}}))
	}
	return d.openChart(r, p)
}

// chartMeant returns which chart folded words between spaces mean, "" where they leave it open, and what of. Money
// alone is that of the months: only some units have a target of money.
func (d *Desk) chartMeant(said string) (kind, what string) {
	holds := func(key string) bool {
		return slices.ContainsFunc(d.words[key], func(word string) bool { return strings.Contains(said, " "+word+" ") })
	}
	for _, x := range []struct{ words, what string }{
		{"words.chart_money", string(twinning.Amount)},
		{"words.chart_households", string(twinning.Households)},
		{"words.chart_tours", string(twinning.KindStudyTour)},
		{"words.chart_models", string(twinning.Models)},
	} {
		if holds(x.words) {
			what = x.what
			break
		}
	}
	switch {
	case holds("words.chart_years"):
		return chartOfYears, what
	case holds("words.chart_progress"):
		return chartOfProgress, what
	case holds("words.chart_filings"):
		return chartOfFilings, ""
	case holds("words.chart_activity"), what == string(twinning.Amount):
		return chartOfMonths, ""
	case what != "":
		return chartOfProgress, what
	}
	return "", ""
}
