package twinning

import (
	"cmp"
	"slices"
)

// Rung is one step of the reminder ladder.
type Rung struct {
	// Offset is in days relative to the last day in time: -7 is a week before, 3 is three days overdue.
	Offset int
	// On is the working day on which it is said.
	On Date
}

// Rungs returns the ladder of one deadline in order of days: every rung moved to the working day before when it falls
// on a day off, two on one day merged, none after closes. Of merged rungs the one nearest to the deadline that is not
// overdue names the day, so that nobody is called overdue on a day on which he still is in time.
func (l Ladder) Rungs(due, closes Date, c *Calendar) []Rung {
	rungs := make([]Rung, 0, len(l.Before)+len(l.After)+8)
	for _, offset := range l.offsets(closes.DaysSince(due)) {
		on := c.OnOrBefore(due.AddDays(offset))
		if n := len(rungs); n > 0 && rungs[n-1].On == on {
			if offset <= 0 || rungs[n-1].Offset > 0 {
				rungs[n-1].Offset = offset
			}
			continue
		}
		rungs = append(rungs, Rung{Offset: offset, On: on})
	}
	return rungs
}

// offsets returns all offsets in rising order, weekly ones up to last days after the deadline.
func (l Ladder) offsets(last int) []int {
	var offsets []int
	for _, b := range l.Before {
		offsets = append(offsets, -b)
	}
	for _, a := range l.After {
		if a <= last {
			offsets = append(offsets, a)
		}
	}
	slices.Sort(offsets)
	if l.Weekly > 0 && len(offsets) > 0 {
		for next := offsets[len(offsets)-1] + l.Weekly; next <= last; next += l.Weekly {
			offsets = append(offsets, next)
		}
	}
	return slices.Compact(offsets)
}

// Latest returns the last rung whose day has come, and false before the first.
func Latest(rungs []Rung, today Date) (Rung, bool) {
	i, found := slices.BinarySearchFunc(rungs, today, func(r Rung, d Date) int { return cmp.Compare(r.On, d) })
	if found {
		return rungs[i], true
	}
	if i == 0 {
		return Rung{}, false
	}
	return rungs[i-1], true
}

// Next returns the first rung that comes after a day, and false after the last.
func Next(rungs []Rung, after Date) (Rung, bool) {
	i, found := slices.BinarySearchFunc(rungs, after, func(r Rung, d Date) int { return cmp.Compare(r.On, d) })
	if found {
		i++
	}
	if i == len(rungs) {
		return Rung{}, false
	}
	return rungs[i], true
}

// ToLeads says whether leads are told at the rung.
func (l Ladder) ToLeads(r Rung) bool { return r.Offset >= -l.LeadFrom }
