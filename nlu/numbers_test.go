package nlu_test

import "testing"

func TestNumberWords(t *testing.T) {
	t.Parallel()
	type row struct {
		Text   string
		Expect int64
		Style  string
	}
	r := reader(t)
	for _, row := range rows[row](t, "number_words_generated.jsonl") {
		got, ok := r.Number(row.Text)
		if !ok || got != row.Expect {
			t.Errorf("%q (%s) = %d, %v; want %d", row.Text, row.Style, got, ok, row.Expect)
		}
	}
}
