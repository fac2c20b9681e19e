package twinning_test

import (
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnghia/twinning"
)

func conditions(met, all int) []twinning.Condition {
	list := make([]twinning.Condition, all)
	for i := range list {
		list[i] = twinning.Condition{Target: "t", Required: 1, Known: true}
		if i < met {
			list[i].Done = 1
		}
	}
	return list
}

func TestSuggest(t *testing.T) {
	t.Parallel()
	r := twinning.Rating{Good: 100, Fair: 80, Average: 50, ExcellentFactors: 2}
	two := []twinning.Factor{twinning.FactorBeyond, twinning.FactorInTime}
	tests := map[string]struct {
		met, all int
		factors  []twinning.Factor
		want     twinning.RatingLevel
	}{
		"all and two factors":    {5, 5, two, twinning.RatingExcellent},
		"all and one factor":     {5, 5, two[:1], twinning.RatingGood},
		"four of five":           {4, 5, two, twinning.RatingFair},
		"79 percent":             {15, 19, two, twinning.RatingAverage},
		"half":                   {5, 10, nil, twinning.RatingAverage},
		"less than half":         {4, 9, two, twinning.RatingWeak},
		"none":                   {0, 5, nil, twinning.RatingWeak},
		"nothing that is asked":  {0, 0, two, ""},
		"a single one, not met":  {0, 1, two, twinning.RatingWeak},
		"a single one, but well": {1, 1, two, twinning.RatingExcellent},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if got := r.Suggest(conditions(test.met, test.all), test.factors); got != test.want {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
	unknown := twinning.Condition{Target: "t", Done: 9, Known: false}
	if unknown.Met() {
		t.Error("what can't be known is taken for met")
	}
}

// TestSuggestNeverFalls meets one more condition: the level does not get worse.
func TestSuggestNeverFalls(t *testing.T) {
	t.Parallel()
	r := twinning.Rating{Good: 100, Fair: 80, Average: 50, ExcellentFactors: 2}
	rank := map[twinning.RatingLevel]int{}
	for i, l := range twinning.RatingLevels() {
		rank[l] = i
	}
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.IntRange(1, 30).Draw(t, "all")
		met := rapid.IntRange(0, all-1).Draw(t, "met")
		factors := twinning.Factors()[:rapid.IntRange(0, 5).Draw(t, "factors")]
		less, more := r.Suggest(conditions(met, all), factors), r.Suggest(conditions(met+1, all), factors)
		if rank[more] > rank[less] {
			t.Errorf("%d of %d: %s, one more: %s", met, all, less, more)
		}
	})
}

// TestDistanceLeadsToTheLevel meets as many conditions and factors as the distance says: the level is reached then, and
// not with one condition less.
func TestDistanceLeadsToTheLevel(t *testing.T) {
	t.Parallel()
	r := twinning.Rating{Good: 100, Fair: 80, Average: 50, ExcellentFactors: 2}
	rapid.Check(t, func(t *rapid.T) {
		all := rapid.IntRange(1, 30).Draw(t, "all")
		met := rapid.IntRange(0, all).Draw(t, "met")
		has := twinning.Factors()[:rapid.IntRange(0, 3).Draw(t, "factors")]
		s := twinning.Suggestion{Conditions: conditions(met, all), Factors: has}
		s.Level = r.Suggest(s.Conditions, has)
		for _, level := range s.Above() {
			c, f := r.Distance(s, level)
			if c == 0 && f == 0 {
				t.Fatalf("%d of %d is %s, and %s asks for nothing more", met, all, s.Level, level)
			}
			// Of few conditions a single one may lead past a level.
			reached := func(more int) bool {
				got := r.Suggest(conditions(met+more, all), twinning.Factors()[:len(has)+f])
				return slices.Index(twinning.RatingLevels(), got) <= slices.Index(twinning.RatingLevels(), level)
			}
			if !reached(c) || c > 0 && reached(c-1) {
				t.Errorf("%d of %d: %s is not %d conditions away", met, all, level, c)
			}
		}
		if c, f := r.Distance(s, s.Level); c != 0 || f != 0 {
			t.Errorf("%s is %d conditions and %d factors away from itself", s.Level, c, f)
		}
	})
}

func TestRatingRecordState(t *testing.T) {
	t.Parallel()
	var r twinning.RatingRecord
	states := []twinning.RatingState{r.State()}
	r.Proposals = append(r.Proposals, twinning.RatingProposal{Level: twinning.RatingGood})
	states = append(states, r.State())
	r.Decisions = append(r.Decisions, twinning.RatingDecision{Level: twinning.RatingGood})
	states = append(states, r.State())
	want := []twinning.RatingState{twinning.RatingSuggested, twinning.RatingProposed, twinning.RatingDecided}
	if diff := cmp.Diff(want, states); diff != "" {
		t.Error(diff)
	}
}
