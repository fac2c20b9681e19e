package nlu_test

import "testing"

func TestMoneyPhrases(t *testing.T) {
	t.Parallel()
	type row struct {
		Text string
		VND  *int64
	}
	r := reader(t)
	for _, row := range rows[row](t, "money_phrases.jsonl") {
		got := r.Money(row.Text)
		switch {
		case row.VND == nil && len(got) > 0:
			t.Errorf("%q = %+v; want nothing", row.Text, got)
		case row.VND != nil && (len(got) != 1 || got[0].VND != *row.VND):
			t.Errorf("%q = %+v; want %d", row.Text, got, *row.VND)
		}
	}
}
