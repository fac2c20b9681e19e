package ledger

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"ketnghia/twinning"
)

// SentReminder says how many people of a unit were reminded of an obligation on a day.
type SentReminder struct {
	On     twinning.Date
	People int
}

// SentReminders returns the reminders of the obligation that Telegram took, in the order of their days. One that a
// person got for somebody else who could not be reached is not counted.
func (k *Look) SentReminders(o twinning.Obligation) ([]SentReminder, error) {
	prefix := reminderPrefix(o)
	said, err := k.SaidWithPrefix(prefix)
	if err != nil {
		return nil, wrap("reminders", err)
	}
	// A person has one digest a day, which may say several rungs.
	digests := map[string]bool{}
	people := map[twinning.Date]int{}
	for _, s := range said {
		_, who, _ := strings.Cut(strings.TrimPrefix(s.Cause, prefix), "|")
		person, toPerson := strings.CutPrefix(who, "person ")
		id, err := strconv.ParseUint(person, 10, 64)
		if !toPerson || err != nil {
			continue
		}
		on := k.programme.Today(s.At)
		digest := digestCause(twinning.PersonID(id), on)
		delivered, err := k.Delivered(digest)
		if err != nil {
			return nil, wrap(s.Cause, err)
		}
		if delivered && !digests[digest] {
			digests[digest] = true
			people[on]++
		}
	}
	sent := make([]SentReminder, 0, len(people))
	for on, n := range people {
		sent = append(sent, SentReminder{On: on, People: n})
	}
	slices.SortFunc(sent, func(a, b SentReminder) int { return cmp.Compare(a.On, b.On) })
	return sent, nil
}

// Urgent returns what a letter can urge the unit for: the obligations of the year that are overdue and for which a
// document would still count.
func (k *Look) Urgent(unit twinning.UnitKey, year int) ([]Owing, error) {
	owings, err := k.OwingsIn(unit, year)
	return slices.DeleteFunc(owings, func(o Owing) bool { return !k.CanUrge(o) }), err
}

// CanUrge says whether a letter can urge for the obligation.
func (k *Look) CanUrge(o Owing) bool {
	return o.Rule.Remind && o.Standing == twinning.StandingOverdue && k.Today() <= o.Deadlines.Closes
}
