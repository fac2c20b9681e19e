package twinning_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnghia/twinning"
)

func ladder() twinning.Ladder {
	return twinning.Ladder{
		Before: []int{30, 14, 7, 3, 1, 0}, After: []int{1, 3, 7}, Weekly: 7, LeadFrom: 7, Digest: []int{14, 7, 3, 0},
	}
}

func TestRungs(t *testing.T) {
	t.Parallel()
	type rung = twinning.Rung
	tests := map[string]struct {
		due, closes string
		want        []rung
	}{
		// All on working days: the due day is Tuesday 30/03/2027, +3 is Friday.
		"Tuesday": {"2027-03-30", "2027-04-14", []rung{
			{-30, day(t, "2027-02-26")},
			{-14, day(t, "2027-03-16")},
			{-7, day(t, "2027-03-23")},
			{-3, day(t, "2027-03-26")},
			{-1, day(t, "2027-03-29")},
			{0, day(t, "2027-03-30")},
			{1, day(t, "2027-03-31")},
			{3, day(t, "2027-04-02")},
			{7, day(t, "2027-04-06")},
			{14, day(t, "2027-04-13")},
		}},
		// The due day is a Saturday: -1, 0 and +1 fall on the Friday, which is not overdue.
		"Saturday": {"2027-02-27", "2027-03-06", []rung{
			{-30, day(t, "2027-01-28")},
			{-14, day(t, "2027-02-12")},
			{-7, day(t, "2027-02-19")},
			{-3, day(t, "2027-02-24")},
			{0, day(t, "2027-02-26")},
			{3, day(t, "2027-03-02")},
			{7, day(t, "2027-03-05")},
		}},
		// Closed on the due day: nothing afterwards.
		"closes at once": {"2027-03-30", "2027-03-30", []rung{
			{-30, day(t, "2027-02-26")},
			{-14, day(t, "2027-03-16")},
			{-7, day(t, "2027-03-23")},
			{-3, day(t, "2027-03-26")},
			{-1, day(t, "2027-03-29")},
			{0, day(t, "2027-03-30")},
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got := ladder().Rungs(day(t, test.due), day(t, test.closes), calendar(t))
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestRungsProperties(t *testing.T) {
	t.Parallel()
	c := calendar(t)
	first := day(t, "2025-03-01")
	rapid.Check(t, func(t *rapid.T) {
		due := first.AddDays(rapid.IntRange(0, 800).Draw(t, "due"))
		closes := due.AddDays(rapid.IntRange(0, 200).Draw(t, "open"))
		rungs := ladder().Rungs(due, closes, c)
		for i, r := range rungs {
			if !c.Working(r.On) || r.On > closes || i > 0 && r.On <= rungs[i-1].On {
				t.Fatalf("rung %v of %v", r, rungs)
			}
			if r.On <= due && r.Offset > 0 && c.OnOrBefore(due) == r.On {
				t.Fatalf("rung %v calls somebody overdue on %s", r, due)
			}
		}
		today := due.AddDays(rapid.IntRange(-60, 200).Draw(t, "today"))
		latest, ok := twinning.Latest(rungs, today)
		for _, r := range rungs {
			if r.On <= today && (!ok || r.On > latest.On) {
				t.Fatalf("the latest of %v on %s is %v, %v", rungs, today, latest, ok)
			}
		}
		if ok && latest.On > today {
			t.Fatalf("%v is yet to come on %s", latest, today)
		}
	})
}

func TestToLeads(t *testing.T) {
	t.Parallel()
	for offset, want := range map[int]bool{-30: false, -14: false, -7: true, -3: true, 0: true, 1: true, 14: true} {
		if got := ladder().ToLeads(twinning.Rung{Offset: offset}); got != want {
			t.Errorf("rung %d: leads %v, want %v", offset, got, want)
		}
	}
}
