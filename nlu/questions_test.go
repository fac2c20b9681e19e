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
		check("units", fmt.Sprint(sorted(row.Units)), fmt.Sprint(sorted(got.Units)))
		check("role", string(row.Role), role)
		check("category", fmt.Sprint(row.Category), fmt.Sprint(got.Category))
		check("kind", string(row.Kind), string(got.Kind))
		check("period", fmt.Sprint(row.Year, row.From, row.To), fmt.Sprint(got.Year, got.From, got.To))
		check("order", string(row.Order), string(got.Order))
		check("limit", fmt.Sprint(row.Limit), fmt.Sprint(got.Limit))
	}
	table.print(t, [2]float64{97, 1}, [2]float64{93, 2})
}

func TestNearest(t *testing.T) {
	t.Parallel()
	r := reader(t)
	for _, text := range []string{"Tây Giang kế hoạch ấy", "hộ nghèo", "abc xyz", ""} {
		near := r.Nearest(text, twinning.NewDate(2026, 3, 18))
		if len(near) == 0 || len(near) > 3 {
			t.Errorf("%q: %d readings", text, len(near))
		}
	}
}
