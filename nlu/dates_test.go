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
