package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"sync"

	"ketnghia/nlu"
	"ketnghia/twinning"
)

// question reads a question. "so với năm trước" asks for both years and names none; money that is said to be mobilised or
// to be that of gifts is counted apart.
func (d *Desk) question(r *Request, text string) (nlu.Question, bool) {
	rest, compared := withoutComparison(text)
	q, ok := d.reader.Question(rest, d.today(r))
	if compared && !ok {
		q, ok = nlu.Question{Ask: nlu.AskTotal, Units: q.Units, Ambiguous: q.Ambiguous}, true
	}
	if compared && q.Ask == nlu.AskStatus {
		q.Ask = nlu.AskTotal
	}
	words := plainLetters(text)
	if q.Measure == twinning.Amount {
		switch {
		case strings.Contains(words, "huy dong"), strings.Contains(words, "mobili"):
			q.Measure = twinning.MobilisedAmount
		case strings.Contains(words, "tien qua"), strings.Contains(words, "kinh phi qua"):
			q.Measure = twinning.GiftAmount
		}
	}
	return q, ok
}

// comparisons are the words that ask for the year before as well, without diacritics, the longest first.
var comparisons = sync.OnceValue(func() [][]string {
	all := []string{"compared with last year", "compared to last year", "than last year"}
	for _, verb := range []string{"so sanh voi", "so sanh", "so voi", "so"} {
		for _, year := range []string{"cung ky nam truoc", "cung ky nam ngoai", "nam truoc", "nam ngoai"} {
			all = append(all, verb+" "+year)
		}
	}
	phrases := make([][]string, len(all))
	for i, phrase := range all {
		phrases[i] = strings.Fields(phrase)
	}
	return phrases
})

// withoutComparison returns the text without the words that compare it with the year before.
func withoutComparison(text string) (rest string, compared bool) {
	if plain := plainLetters(text); !strings.Contains(plain, "nam") && !strings.Contains(plain, "year") {
		return text, false
	}
	fields := strings.Fields(text)
	plain := make([]string, len(fields))
	for i, f := range fields {
		plain[i] = strings.Trim(plainLetters(f), ".,?!:;")
	}
	for _, words := range comparisons() {
		for i := 0; i+len(words) <= len(plain); i++ {
			if slices.Equal(plain[i:i+len(words)], words) {
				return strings.Join(slices.Delete(fields, i, i+len(words)), " "), true
			}
		}
	}
	return text, false
}

// askedRating serves words about the rating: "xếp loại Sở Y tế", "còn thiếu gì để đạt tốt".
func (d *Desk) askedRating(r *Request) (done bool, err error) {
	words := plainLetters(r.Text)
	gap := asksForGap(words)
	if !gap && !strings.Contains(words, "xep loai") {
		return false, nil
	}
	if r.Group {
		return true, d.notice(r, "rating.private", nil)
	}
	year := d.ratingYear(r)
	if q, _ := d.reader.Question(r.Text, d.today(r)); q.Year >= d.programme.From && q.Year <= d.today(r).Year() {
		year = q.Year
	}
	unit := r.Person.Unit
	mentions, ambiguous := d.reader.Units(r.Text)
	if len(mentions) > 0 {
		unit = mentions[0].Key
	} else if len(ambiguous) > 0 {
		format := fmt.Sprintf("xl:%d:%%s", year)
		if gap {
			format += ":t"
		}
		return true, d.whichUnit(r, ambiguous[0].Candidates, format)
	} else if r.Person.Role == twinning.RoleCoordinator {
		return true, d.showRatings(r, year, 0)
	}
	if gap {
		return true, d.showRatingGap(r, unit, year)
	}
	return true, d.showRating(r, unit, year)
}

// asksForGap says whether the words, without diacritics, ask what is missing for a level: "còn thiếu gì để Sở Y tế đạt
// Tốt", "làm gì để được xuất sắc".
func asksForGap(words string) bool {
	has := func(parts ...string) bool {
		return slices.ContainsFunc(parts, func(part string) bool { return strings.Contains(" "+words+" ", part) })
	}
	return has("dat tot", "dat loai tot", "dat muc tot", "loai tot", "dat xuat sac", "duoc xuat sac") &&
		has("thieu", " de ", "can gi", "lam gi", "nhu the nao")
}

// asks are the questions whose answers have pages, in an order that callback data relies on.
func asks() []nlu.Ask {
	return []nlu.Ask{nlu.AskMissing, nlu.AskFiled, nlu.AskLate, nlu.AskRanking}
}

// questionData writes a question with a page of its answer as callback data:
// "q:<ask>:<rule>:<units>:<roles>:<year>:<measure>:<order><limit>:<page>"; "" when there is no room for it.
func questionData(q nlu.Question, page int) string {
	units := make([]string, len(q.Units))
	for i, key := range q.Units {
		units[i] = string(key)
	}
	roles := make([]string, len(q.Roles))
	for i, role := range q.Roles {
		roles[i] = strconv.Itoa(slices.Index(twinning.UnitRoles(), role))
	}
	measure := q.Measure
	if q.Kind != "" {
		measure = twinning.Counting(q.Kind)
	}
	order := "m"
	if q.Order == nlu.OrderLeast {
		order = "l"
	}
	data := fmt.Sprintf("q:%d:%s:%s:%s:%d:%d:%s%d:%d", slices.Index(asks(), q.Ask), q.Rule, strings.Join(units, "+"), strings.Join(roles, ""),
		q.Year, slices.Index(whyMeasures(), measure), order, q.Limit, page)
	if len(data) > maxData {
		return ""
	}
	return data
}

// readQuestionData is the other way round; ok is false for anything that questionData does not write.
func readQuestionData(parts []string) (q nlu.Question, page int, ok bool) {
	if len(parts) != 8 || parts[6] == "" {
		return q, 0, false
	}
	var numbers [5]int
	for i, text := range []string{parts[0], parts[4], parts[5], parts[6][1:], parts[7]} {
		n, err := strconv.Atoi(text)
		if err != nil {
			return q, 0, false
		}
		numbers[i] = n
	}
	if numbers[0] < 0 || numbers[0] >= len(asks()) || numbers[2] >= len(whyMeasures()) {
		return q, 0, false
	}
	q = nlu.Question{Ask: asks()[numbers[0]], Rule: parts[1], Year: numbers[1], Limit: numbers[3]}
	if numbers[2] >= 0 {
		q.Measure = whyMeasures()[numbers[2]]
	}
	if q.Ask == nlu.AskRanking {
		q.Order = nlu.OrderMost
		if parts[6][0] == 'l' {
			q.Order = nlu.OrderLeast
		}
	}
	if parts[2] != "" {
		for key := range strings.SplitSeq(parts[2], "+") {
			q.Units = append(q.Units, twinning.UnitKey(key))
		}
	}
	for _, digit := range parts[3] {
		i := int(digit - '0')
		if i < 0 || i >= len(twinning.UnitRoles()) {
			return q, 0, false
		}
		q.Roles = append(q.Roles, twinning.UnitRoles()[i])
	}
	return q, numbers[4], true
}

// pressQuestion shows another page of an answer.
func (d *Desk) pressQuestion(ctx context.Context, r *Request) error {
	q, page, ok := readQuestionData(r.Press.Parts)
	if !ok || q.Year < d.programme.From || q.Year > d.programme.Today(r.Now).Year()+1 {
		return d.stale(r)
	}
	return d.answerPage(ctx, r, q, page)
}

// questionTurns lead to the other pages of an answer.
func questionTurns(q nlu.Question, page, pages int) [][]twinning.Button {
	if questionData(q, pages) == "" {
		return nil
	}
	return turnButtons(page, pages, func(p int) string { return questionData(q, p) })
}
