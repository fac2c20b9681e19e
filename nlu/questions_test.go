package nlu_test

import (
	"fmt"
	"slices"
	"testing"

	"ketnghia/nlu"
	"ketnghia/twinning"
)

// asked is a line of questions.jsonl; absent parts are not stated.
type asked struct {
	Text     string
	Ref      twinning.Date
	Bare     bool
	Ask      nlu.Ask
	Rule     string
	Measure  twinning.Measure
	Units    []twinning.UnitKey
	Role     twinning.UnitRole
	Category twinning.Category
	Kind     twinning.Kind
	Year     int
	From, To twinning.Date
	Order    nlu.Order
	Limit    int
	// Skip names the parts that nobody judged.
	Skip []string
}

func TestQuestions(t *testing.T) {
	t.Parallel()
	r := reader(t)
	table := score{}
	for _, row := range rows[asked](t, "questions.jsonl") {
		got, ok := r.Question(row.Text, row.Ref)
		check := func(field, want, have string) {
			if slices.Contains(row.Skip, field) {
				return
			}
			ok := table.of(field, row.Bare).add(want, have)
			misses(t, ok, "%s: %q: want %q, got %q", field, row.Text, want, have)
		}
		ask := string(got.Ask)
		if !ok {
			ask = ""
		}
		check("ask", string(row.Ask), ask)
		check("intent", string(nlu.IntentQuestion), string(r.Read(row.Text, row.Ref).Intent))
		if !ok {
			continue
		}
		role := ""
		if len(got.Roles) > 0 {
			role = string(got.Roles[0])
		}
		check("rule", row.Rule, got.Rule)
		check("measure", string(row.Measure), string(got.Measure))
		check("units", keys(row.Units), keys(got.Units))
		check("role", string(row.Role), role)
		check("category", nonZero(row.Category), nonZero(got.Category))
		check("kind", string(row.Kind), string(got.Kind))
		check("period", period(row.Year, row.From, row.To), period(got.Year, got.From, got.To))
		check("order", string(row.Order), string(got.Order))
		check("limit", number(int64(row.Limit)), number(int64(got.Limit)))
	}
	table.print(t, [2]float64{97, 1}, [2]float64{93, 2})
}

// keys returns the units in one spelling, "" for none.
func keys(units []twinning.UnitKey) string {
	if len(units) == 0 {
		return ""
	}
	return fmt.Sprint(sorted(units))
}

// period returns the time asked for, "" for any.
func period(year int, from, to twinning.Date) string {
	if year == 0 && from.IsZero() && to.IsZero() {
		return ""
	}
	return fmt.Sprint(year, from, to)
}

func TestNearest(t *testing.T) {
	t.Parallel()
	r := reader(t)
	for _, tc := range []struct {
		text string
		// first is what the first button asks, with the part that the text names.
		first nlu.Question
	}{
		{"Tây Giang kế hoạch ấy", nlu.Question{Ask: nlu.AskMissing, Rule: nlu.RuleNeeds}},
		{"hộ nghèo", nlu.Question{Ask: nlu.AskTotal, Measure: twinning.Households}},
		{"vụ ký kết bên Phước Sơn á", nlu.Question{Ask: nlu.AskMissing, Rule: nlu.RuleProgramme}},
		{"mo hinh Nam Giang", nlu.Question{Ask: nlu.AskTotal, Measure: twinning.Models}},
		{"hôm bữa Sở Y tế nói chi á", nlu.Question{Ask: nlu.AskStatus}},
		{"abc xyz", nlu.Question{Ask: nlu.AskStatus}},
		{"", nlu.Question{Ask: nlu.AskStatus}},
	} {
		near := r.Nearest(tc.text, twinning.NewDate(2026, 3, 18))
		if len(near) == 0 || len(near) > 3 {
			t.Fatalf("%q: %d readings", tc.text, len(near))
		}
		if got := near[0]; got.Ask != tc.first.Ask || got.Rule != tc.first.Rule || got.Measure != tc.first.Measure {
			t.Errorf("%q: first %+v", tc.text, got)
		}
		seen := map[string]bool{}
		for _, q := range near {
			key := fmt.Sprint(q.Ask, q.Rule, q.Measure)
			if seen[key] {
				t.Errorf("%q: twice %s", tc.text, key)
			}
			seen[key] = true
		}
	}
}
