package nlu_test

import (
	"fmt"
	"os"
	"slices"
	"sort"
	"strings"
	"testing"
	"text/tabwriter"

	"ketnghia/nlu"
	"ketnghia/twinning"
)

// message is a line of messages.jsonl: what a person would understand. Fields that are absent are not stated; for
// messages that are no activity only intent, units and what is given are judged.
type message struct {
	Text       string
	Ref        twinning.Date
	Bare       bool
	Intent     []nlu.Intent
	From, To   twinning.Date
	Quantities twinning.Quantities
	// Category is nil where people would disagree.
	Category *twinning.Category
	// Kinds is nil in the rows that were written before anybody judged them.
	Kinds []twinning.Kind
	Units []twinning.UnitKey
	Place string
	Each  int64
	Warn  nlu.WarningCode
	// Skip names the fields that are a matter of taste or that nobody judged.
	Skip []string
}

// tally counts a field over the corpus.
type tally struct{ right, missing, wrong int }

func (t *tally) add(want, got string) bool {
	switch {
	case want == got:
		t.right++
	case got == "":
		t.missing++
	default:
		t.wrong++
	}
	return want == got
}

func (t *tally) share(n int) float64 { return 100 * float64(n) / float64(t.right+t.missing+t.wrong) }

// score is a table of tallies by field, for text with and without diacritics.
type score map[string]*tally

func (s score) of(field string, bare bool) *tally {
	key := field + "\tmarked"
	if bare {
		key = field + "\tbare"
	}
	if s[key] == nil {
		s[key] = &tally{}
	}
	return s[key]
}

// print logs the table and fails on fields below the thresholds: percent right at least, percent wrong at most.
func (s score) print(t *testing.T, marked, bare [2]float64) {
	t.Helper()
	var b strings.Builder
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(w, "field\twriting\trows\tright %\twrong %")
	keys := make([]string, 0, len(s))
	for key := range s {
		keys = append(keys, key)
	}
	sort.Strings(keys)
	for _, key := range keys {
		y := s[key]
		_, _ = fmt.Fprintf(w, "%s\t%d\t%.1f\t%.1f\n", key, y.right+y.missing+y.wrong, y.share(y.right), y.share(y.wrong))
		limits := marked
		if strings.HasSuffix(key, "bare") {
			limits = bare
		}
		if strings.HasPrefix(key, "category") {
			limits[0] = 92
		}
		if strings.HasPrefix(key, "intent") {
			limits[1] = 100 - limits[0] // every message has one: what isn't right is wrong
		}
		if y.share(y.right) < limits[0] || y.share(y.wrong) > limits[1] {
			t.Errorf("%s: %.1f %% right, %.1f %% wrong", key, y.share(y.right), y.share(y.wrong))
		}
	}
	if err := w.Flush(); err != nil {
		t.Fatal(err)
	}
	t.Log("\n" + b.String())
}

// misses logs rows read wrongly when MISSES is set.
func misses(t *testing.T, ok bool, format string, args ...any) {
	t.Helper()
	if !ok && os.Getenv("MISSES") != "" {
		t.Logf(format, args...)
	}
}

func TestMessages(t *testing.T) {
	t.Parallel()
	scoreMessages(t, rows[message](t, "messages.jsonl")).print(t, [2]float64{97, 1}, [2]float64{93, 2})
}

// scoreMessages reads the messages and tallies each field.
func scoreMessages(t *testing.T, messages []message) score {
	t.Helper()
	r := reader(t)
	table := score{}
	for _, m := range messages {
		got := r.Read(m.Text, m.Ref)
		check := func(field, want, have string) {
			if slices.Contains(m.Skip, field) {
				return
			}
			ok := table.of(field, m.Bare).add(want, have)
			misses(t, ok, "%s: %q: want %q, got %q", field, m.Text, want, have)
		}
		intent := string(got.Intent)
		if slices.Contains(m.Intent, got.Intent) {
			intent = string(m.Intent[0])
		}
		check("intent", string(m.Intent[0]), intent)
		check("units", fmt.Sprint(sorted(m.Units)), fmt.Sprint(mentioned(got)))
		if m.Warn != "" {
			has := slices.ContainsFunc(got.Warnings, func(w nlu.Warning) bool { return w.Code == m.Warn })
			check("warnings", string(m.Warn), map[bool]string{true: string(m.Warn)}[has])
		}
		if m.Intent[0] != nlu.IntentActivity {
			continue
		}
		check("date", strings.TrimSpace(m.From.String()+" "+m.To.String()), strings.TrimSpace(got.Facts.From.String()+" "+got.Facts.To.String()))
		for _, q := range twinning.Measures() {
			if q != twinning.Activities {
				check(string(q), number(m.Quantities[q]), number(got.Facts.Quantities[q]))
			}
		}
		if m.Category != nil {
			check("category", fmt.Sprint(*m.Category), map[bool]string{true: fmt.Sprint(got.Facts.Category)}[got.Facts.Category != 0])
		}
		if m.Kinds != nil {
			check("kinds", fmt.Sprint(judgedKinds(m.Kinds)), fmt.Sprint(judgedKinds(got.Facts.Kinds)))
		}
		check("place", m.Place, got.Facts.Place)
		each := int64(0)
		if got.Each != nil {
			each = got.Each.Unit
		}
		check("each", number(m.Each), number(each))
	}
	return table
}

// judgedKinds returns the kinds in order, without surveys, which nobody judged.
func judgedKinds(kinds []twinning.Kind) []twinning.Kind {
	kinds = slices.DeleteFunc(slices.Clone(kinds), func(k twinning.Kind) bool { return k == twinning.KindSurvey })
	slices.Sort(kinds)
	return kinds
}

func number(v int64) string {
	if v == 0 {
		return ""
	}
	return fmt.Sprint(v)
}

func sorted(keys []twinning.UnitKey) []twinning.UnitKey {
	keys = slices.Clone(keys)
	slices.Sort(keys)
	return keys
}

func mentioned(r nlu.Reading) []twinning.UnitKey {
	var keys []twinning.UnitKey
	for _, m := range r.Units {
		keys = append(keys, m.Key)
	}
	return sorted(keys)
}
