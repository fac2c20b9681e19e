package backup

import (
	"slices"
	"time"
)

// How many backups are kept: the newest of each of so many days, weeks (from Monday) and months that have one, and the
// newest few of all, whatever their days.
const (
	keptDays   = 7
	keptWeeks  = 5
	keptMonths = 12
	keptAlways = 3
)

// Surplus returns those of the moments at which backups were made that need not be kept, in no stated order. Days, weeks
// and months are those of the moments' own zone that have a backup, not those before now: a clock that jumps ahead, or a
// machine that was off for a year, makes nothing old. Backups dated after now were made by a wrong clock: they are kept
// and count for nothing, so that a clock that was set right doesn't lose what it makes from then on.
func Surplus(made []time.Time, now time.Time) []time.Time {
	past := slices.DeleteFunc(slices.Clone(made), func(at time.Time) bool { return at.After(now) })
	slices.SortFunc(past, func(a, b time.Time) int { return b.Compare(a) })
	kept := make([]bool, len(past))
	for i := range min(keptAlways, len(past)) {
		kept[i] = true
	}
	for _, slots := range []struct {
		count int
		of    func(time.Time) time.Time
	}{{keptDays, dayOf}, {keptWeeks, weekOf}, {keptMonths, monthOf}} {
		left, last := slots.count, time.Time{}
		for i, at := range past {
			slot := slots.of(at)
			if slot.Equal(last) {
				continue
			}
			if left == 0 {
				break
			}
			left, last, kept[i] = left-1, slot, true
		}
	}
	var surplus []time.Time
	for i, at := range past {
		if !kept[i] {
			surplus = append(surplus, at)
		}
	}
	return surplus
}

func dayOf(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), at.Day(), 0, 0, 0, 0, at.Location())
}

// weekOf returns the Monday of the week.
func weekOf(at time.Time) time.Time {
	day := dayOf(at)
	return day.AddDate(0, 0, -((int(day.Weekday()) + 6) % 7))
}

func monthOf(at time.Time) time.Time {
	return time.Date(at.Year(), at.Month(), 1, 0, 0, 0, 0, at.Location())
}

// Due returns the newest moment at or before now at which a backup was to be made: every day so many minutes after
// midnight in the zone of now.
func Due(now time.Time, minute int) time.Time {
	at := dayOf(now).Add(time.Duration(minute) * time.Minute)
	if at.After(now) {
		yesterday := dayOf(now).AddDate(0, 0, -1)
		at = yesterday.Add(time.Duration(minute) * time.Minute)
	}
	return at
}
