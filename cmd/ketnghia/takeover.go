package main

import (
	"maps"
	"slices"
	"strconv"
	"strings"

	"ketnghia/ledger"
	"ketnghia/programme"
	"ketnghia/twinning"
)

// takeover is what the books are given of the rows of a file.
func takeover(file string, rows []programme.ActivityRow) ledger.Takeover {
	t := ledger.Takeover{File: file, Activities: make([]ledger.Deed, len(rows))}
	for i, r := range rows {
		t.Activities[i] = ledger.Deed{
			ID: r.ID, Row: r.Number, Facts: r.Facts, State: r.State, Claim: r.Claim, Reason: r.Reason,
		}
	}
	return t
}

// showActivities prints what would be added and what is there, a line a row, and what each year would gain, so that it
// can be held against the sum of the sheet.
func (a *app) showActivities(p programme.ActivityPlan) {
	if len(p.Added)+len(p.Known) == 0 {
		return
	}
	for _, k := range p.Known {
		if !k.Same {
			a.say("cmd.import.activity_known", map[string]any{"Row": k.Row.Number, "ID": uint64(k.ID)})
		}
	}
	states := map[twinning.ActivityState]int{}
	years := map[int]twinning.Quantities{}
	for _, r := range p.Added {
		states[r.State]++
		year := r.Facts.Year()
		years[year] = years[year].Plus(twinning.Activity{State: r.State, Facts: r.Facts}.Counted(), 1)
		f := r.Facts
		a.print("+ %s %s → %s: %s%s (%s)\n", days(f), f.Sponsor, f.Recipient,
			a.printer().Text("category."+strconv.Itoa(int(f.Category)), nil), a.figures(f.Quantities),
			a.printer().Text("activity.state."+string(r.State), nil))
	}
	a.say("cmd.import.activities", map[string]any{
		"Added": len(p.Added), "Confirmed": states[twinning.ActivityConfirmed], "Voided": states[twinning.ActivityVoided],
		"Known": len(p.Known),
	})
	for _, year := range slices.Sorted(maps.Keys(years)) {
		q := years[year]
		a.say("cmd.import.year_sum", map[string]any{
			"Year": strconv.Itoa(year), "Activities": q[twinning.Activities], "Households": q[twinning.Households],
			"Amount": a.printer().Money(q[twinning.Amount]),
		})
	}
}

func days(f twinning.Facts) string {
	if f.To.IsZero() {
		return f.From.String()
	}
	return f.From.String() + "/" + f.To.String()
}

// figures shows the numbers of an activity, each after "; ".
func (a *app) figures(q twinning.Quantities) string {
	var text strings.Builder
	for _, m := range twinning.Measures() {
		n, ok := q[m]
		if !ok {
			continue
		}
		value := any(n)
		if m.Money() {
			value = a.printer().Money(n)
		}
		text.WriteString("; " + a.printer().Text("measure."+string(m), map[string]any{"Count": n, "Value": value}))
	}
	return text.String()
}
