package programme_test

import (
	"slices"
	"testing"

	"pgregory.net/rapid"

	"ketnghia/twinning"
)

// The ladder of every reminded rule of every year: on working days only, at most one a day, none after closing, each on
// the working day that its offset means.
func TestLadderOfDefaultProgramme(t *testing.T) {
	t.Parallel()
	p := decision1100(t)
	rapid.Check(t, func(t *rapid.T) {
		rule := rapid.SampledFrom(p.Obligations).Draw(t, "rule")
		year := rapid.IntRange(2020, 2048).Draw(t, "year")
		d := rule.Deadlines(year, p.Calendar)
		rungs := p.Ladder.Rungs(d.Due, d.Closes, p.Calendar)
		last := twinning.Date(0)
		for _, r := range rungs {
			if !p.Calendar.Working(r.On) {
				t.Errorf("rung %d on %s, a day off", r.Offset, r.On)
			}
			if r.On > d.Closes {
				t.Errorf("rung %d on %s, after %s", r.Offset, r.On, d.Closes)
			}
			if r.On <= last {
				t.Errorf("rung %d on %s, not after %s", r.Offset, r.On, last)
			}
			if r.On != p.Calendar.OnOrBefore(d.Due.AddDays(r.Offset)) {
				t.Errorf("rung %d on %s, due %s", r.Offset, r.On, d.Due)
			}
			if known := slices.Contains(p.Ladder.Before, -r.Offset) || slices.Contains(p.Ladder.After, r.Offset) ||
				r.Offset > 7 && r.Offset%7 == 0; !known {
				t.Errorf("rung %d is none of the ladder", r.Offset)
			}
			last = r.On
		}
		// Every rung of the ladder is said: on its own day or together with a neighbour.
		for _, before := range p.Ladder.Before {
			on := p.Calendar.OnOrBefore(d.Due.AddDays(-before))
			if !slices.ContainsFunc(rungs, func(r twinning.Rung) bool { return r.On == on }) {
				t.Errorf("nothing on %s for rung -%d of %s", on, before, d.Due)
			}
		}
	})
}

func TestLadderAtNeeds2027(t *testing.T) {
	t.Parallel()
	p := decision1100(t)
	needs, _ := p.Rule("needs")
	d := needs.Deadlines(2027, p.Calendar)
	// 13/02, 20/02 and 27/02/2027 are Saturdays, 28/02 is a Sunday, 06/03 a Saturday.
	want := []twinning.Rung{
		{Offset: -30, On: date(t, "2027-01-28")},
		{Offset: -14, On: date(t, "2027-02-12")},
		{Offset: -7, On: date(t, "2027-02-19")},
		{Offset: -3, On: date(t, "2027-02-24")},
		{Offset: 0, On: date(t, "2027-02-26")},
		{Offset: 3, On: date(t, "2027-03-02")},
		{Offset: 7, On: date(t, "2027-03-05")},
		{Offset: 14, On: date(t, "2027-03-12")},
	}
	got := p.Ladder.Rungs(d.Due, d.Closes, p.Calendar)
	if !slices.Equal(got[:len(want)], want) {
		t.Errorf("got %v", got[:len(want)])
	}
}
