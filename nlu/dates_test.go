package nlu_test

import (
	"testing"

	"ketnghia/twinning"
)

func TestDatePhrases(t *testing.T) {
	t.Parallel()
	type row struct {
		Text     string
		RefDate  twinning.Date  `json:"ref_date"`
		Date     *twinning.Date `json:"date"`
		DateFrom twinning.Date  `json:"date_from"`
		DateTo   twinning.Date  `json:"date_to"`
	}
	r := reader(t)
	for _, row := range rows[row](t, "date_phrases.jsonl") {
		got := r.Dates(row.Text, row.RefDate)
		from, to := row.DateFrom, row.DateTo
		if row.Date != nil {
			from = *row.Date
		}
		switch {
		case from.IsZero() && len(got) > 0:
			t.Errorf("%q = %v; want nothing", row.Text, got)
		case !from.IsZero() && (len(got) != 1 || got[0].From != from || got[0].To != to):
			t.Errorf("%q = %v; want %s %s", row.Text, got, from, to)
		}
	}
}

// TestDatesAhead reads days without a year or month as the next ones, as somebody means them who speaks of what is to come.
func TestDatesAhead(t *testing.T) {
	t.Parallel()
	r := reader(t)
	ref := twinning.NewDate(2027, 2, 16)
	for text, want := range map[string][2]twinning.Date{
		"từ 20/2 đến 25/2":   {twinning.NewDate(2027, 2, 20), twinning.NewDate(2027, 2, 25)},
		"20/2 - 25/2":        {twinning.NewDate(2027, 2, 20), twinning.NewDate(2027, 2, 25)},
		"ngày 25":            {twinning.NewDate(2027, 2, 25), 0},
		"thứ hai tuần sau":   {twinning.NewDate(2027, 2, 22), 0},
		"5/3":                {twinning.NewDate(2027, 3, 5), 0},
		"từ mai đến thứ sáu": {twinning.NewDate(2027, 2, 17), twinning.NewDate(2027, 2, 19)},
	} {
		spans := r.DatesAhead(text, ref)
		if len(spans) != 1 || spans[0].From != want[0] || spans[0].To != want[1] {
			t.Errorf("%q: %+v, want %v", text, spans, want)
		}
	}
}
