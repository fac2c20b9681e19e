package bot

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnghia/nlu"
	"ketnghia/twinning"
)

// TestQuestionData reads back what was written, and writes nothing that Telegram would refuse.
func TestQuestionData(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		q := nlu.Question{
			Ask: rapid.SampledFrom(asks()).Draw(t, "ask"), Rule: rapid.SampledFrom([]string{"", "needs", "commune_regulation"}).Draw(t, "rule"),
			Measure: rapid.SampledFrom(append(whyMeasures(), "")).Draw(t, "measure"), Year: rapid.IntRange(2020, 2040).Draw(t, "year"),
			Limit: rapid.IntRange(0, 99).Draw(t, "limit"),
			Units: rapid.SliceOfN(rapid.SampledFrom([]twinning.UnitKey{"ASYT", "W20437", "ABCHBP"}), 0, 4).Draw(t, "units"),
			Roles: rapid.SliceOfN(rapid.SampledFrom(twinning.UnitRoles()), 0, 3).Draw(t, "roles"),
		}
		if q.Ask == nlu.AskRanking {
			q.Order = rapid.SampledFrom([]nlu.Order{nlu.OrderMost, nlu.OrderLeast}).Draw(t, "order")
		}
		page := rapid.IntRange(0, 20).Draw(t, "page")
		data := questionData(q, page)
		if data == "" {
			return // no room
		}
		if len(data) > maxData {
			t.Fatalf("%d bytes: %s", len(data), data)
		}
		_, parts := splitData(data)
		got, at, ok := readQuestionData(parts)
		if len(q.Units) == 0 {
			q.Units = nil
		}
		if len(q.Roles) == 0 {
			q.Roles = nil
		}
		if diff := cmp.Diff(q, got); diff != "" || !ok || at != page {
			t.Errorf("%s: page %d, %v (-want +got):\n%s", data, at, ok, diff)
		}
	})
}

// FuzzQuestionData reads any callback data without a panic, and only what can be answered.
func FuzzQuestionData(f *testing.F) {
	f.Add("0:needs:W20437:78:2027:-1:m0:1")
	f.Add("3:::7:2027:3:l20:0")
	f.Add("::::::::")
	f.Fuzz(func(t *testing.T, text string) {
		q, _, ok := readQuestionData(strings.Split(text, ":"))
		if ok && q.Ask == "" {
			t.Errorf("%q is a question for nothing", text)
		}
		if span, ok := readPeriod(text); ok && span.From > span.To {
			t.Errorf("%q is a period from %s to %s", text, span.From, span.To)
		}
		_, _ = readStaff(text)
		_, _ = withoutComparison(text)
	})
}

func TestWithoutComparison(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]string{
		"so với năm trước":                                 "",
		"So sánh với năm trước":                            "",
		"kinh phí Tây Giang so sánh cùng kỳ năm ngoái":     "kinh phí Tây Giang",
		"Sở Y tế giúp bao nhiêu hộ, so với năm ngoái?":     "Sở Y tế giúp bao nhiêu hộ,",
		"so voi cung ky nam truoc xa Ch'om co may mo hinh": "xa Ch'om co may mo hinh",
		"How much was spent compared with last year":       "How much was spent",
	} {
		if rest, compared := withoutComparison(text); rest != want || !compared {
			t.Errorf("%q leaves %q", text, rest)
		}
	}
	if rest, compared := withoutComparison("năm trước giúp bao nhiêu hộ"); compared || rest != "năm trước giúp bao nhiêu hộ" {
		t.Error("a question about last year compares nothing")
	}
}

func TestReadStaff(t *testing.T) {
	t.Parallel()
	for text, want := range map[string][2]int{
		"37": {37, 0}, "37 biên chế": {37, 0}, "1.250": {1250, 0}, "37 năm 2026": {37, 2026}, "năm 2026: 42": {42, 2026},
		"biên chế 42 năm 2026": {42, 2026}, "2026": {2026, 0}, "": {0, 0}, "nhiều": {0, 0}, "37 hộ": {0, 0}, "-5": {0, 0},
		"2050 biên chế": {2050, 0}, "2050 biên chế năm 2026": {2050, 2026}, "năm 2026 2050 người": {2050, 2026}, "2026 37": {37, 2026}, "năm 2026": {0, 2026}, "biên chế năm 2026": {0, 2026},
	} {
		if posts, year := readStaff(text); posts != want[0] || year != want[1] {
			t.Errorf("%q: %d posts in %d, want %v", text, posts, year, want)
		}
	}
}

// TestReadPeriod reads what writePeriod writes, and refuses the rest.
func TestReadPeriod(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(t *rapid.T) {
		from := twinning.NewDate(2026, 1, 1).AddDays(rapid.IntRange(0, 800).Draw(t, "from"))
		span := twinning.DateRange{From: from, To: from.AddDays(rapid.IntRange(0, 800).Draw(t, "days"))}
		if got, ok := readPeriod(writePeriod(span)); !ok || got != span {
			t.Errorf("%v is read as %v", span, got)
		}
	})
	for _, text := range []string{"", "27", "20270101", "20270301-20270101", "20271301-20271401", "x", "2027-2028"} {
		if _, ok := readPeriod(text); ok {
			t.Errorf("%q is a period", text)
		}
	}
}
