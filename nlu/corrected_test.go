package nlu_test

import (
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"testing"

	"ketnghia/twinning"
)

// corrected is a line of corrections.jsonl: a reply to a card. Before is what the card shows, After what the reply
// changes; null takes a value away, and a reply that corrects nothing has none.
type corrected struct {
	Text   string
	Ref    twinning.Date
	Bare   bool
	Before fields
	After  fields
	// Skip names the fields that two people would judge differently.
	Skip []string
}

// fields are parts of a card by the names of the corpus.
type fields map[string]json.RawMessage

// text returns the field in one spelling, "" when it is absent or null.
func (f fields) text(name string) string {
	raw := strings.TrimSpace(string(f[name]))
	if raw == "null" {
		return ""
	}
	return raw
}

func (f fields) into(t *testing.T, name string, to any) {
	t.Helper()
	if f.text(name) == "" {
		return
	}
	if err := json.Unmarshal(f[name], to); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// measureNames are the measures by the names of the corpus.
func measureNames() []twinning.Measure {
	return []twinning.Measure{
		twinning.Households, twinning.NearPoor, twinning.People, twinning.Models, twinning.Gifts, twinning.Amount,
	}
}

// facts builds the card; of its units the first that helps is the sponsor.
func (f fields) facts(t *testing.T) twinning.Facts {
	t.Helper()
	facts := twinning.Facts{Quantities: twinning.Quantities{}}
	for _, m := range measureNames() {
		var v int64
		if f.into(t, string(m), &v); v > 0 {
			facts.Quantities[m] = v
		}
	}
	f.into(t, "date", &facts.From)
	f.into(t, "date_from", &facts.From)
	f.into(t, "date_to", &facts.To)
	f.into(t, "category", &facts.Category)
	f.into(t, "kinds", &facts.Kinds)
	f.into(t, "place", &facts.Place)
	var units []twinning.UnitKey
	f.into(t, "units", &units)
	if len(units) > 0 {
		facts.Sponsor = units[0]
	}
	if len(units) > 1 {
		facts.Recipient = units[1]
	}
	return facts
}

// apply returns the card after the changes.
func (f fields) apply(changes fields) fields {
	all := maps.Clone(f)
	maps.Copy(all, changes)
	return all
}

func TestCorrections(t *testing.T) {
	t.Parallel()
	r := reader(t)
	table := score{}
	for _, row := range rows[corrected](t, "corrections.jsonl") {
		now := row.Before.facts(t)
		c, ok := r.Correct(row.Text, row.Ref, now, "")
		check := func(field, want, have string) {
			if slices.Contains(row.Skip, field) {
				return
			}
			ok := table.of(field, row.Bare).add(want, have)
			misses(t, ok, "%s: %q: want %q, got %q", field, row.Text, want, have)
		}
		check("corrects", yes(len(row.After) > 0), yes(ok))
		got := c.Facts
		if !ok {
			got = now
		}
		want := row.Before.apply(row.After)
		wanted := want.facts(t)
		check("date", dateText(wanted), dateText(got))
		for _, m := range measureNames() {
			check(string(m), number(wanted.Quantities[m]), number(got.Quantities[m]))
		}
		check("category", nonZero(wanted.Category), nonZero(got.Category))
		check("kinds", fmt.Sprint(wanted.Kinds), fmt.Sprint(got.Kinds))
		check("place", wanted.Place, got.Place)
		var units []twinning.UnitKey
		want.into(t, "units", &units)
		have := []twinning.UnitKey{got.Sponsor, got.Recipient}
		for _, u := range c.Units {
			if ok && !slices.Contains(have, u.Key) {
				have = append(have, u.Key)
			}
		}
		check("units", fmt.Sprint(sorted(units)), fmt.Sprint(sorted(have)))
		var each, stated int64
		if row.After.into(t, "each_vnd", &each); c.Each != nil {
			stated = c.Each.Unit
		}
		check("each", number(each), number(stated))
	}
	table.print(t, [2]float64{97, 1}, [2]float64{93, 2})
}

func yes(b bool) string { return map[bool]string{true: "yes", false: "no"}[b] }

func dateText(f twinning.Facts) string {
	return strings.TrimSpace(f.From.String() + " " + f.To.String())
}

func nonZero(c twinning.Category) string {
	if c == twinning.CategoryUnsure {
		return ""
	}
	return fmt.Sprint(c)
}
