package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ketnghia/twinning"
)

// SentReminder is one reminder of an obligation that reached people of the unit.
type SentReminder struct {
	On twinning.Date
	// Offset is in days from the last day in time: -7 is a week before.
	Offset int
	// People is how many got it.
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
	var sent []SentReminder
	for _, s := range said {
		rung, who, _ := strings.Cut(strings.TrimPrefix(s.Cause, prefix), "|")
		offset, notRung := strconv.Atoi(rung)
		person, toPerson := strings.CutPrefix(who, "person ")
		id, notID := strconv.ParseUint(person, 10, 64)
		if !toPerson || notRung != nil || notID != nil {
			continue
		}
		on := k.programme.Today(s.At)
		delivered, err := k.Delivered(digestCause(twinning.PersonID(id), on))
		if err != nil {
			return nil, fmt.Errorf("reminder %q: %w", s.Cause, err)
		}
		if !delivered {
			continue
		}
		i := slices.IndexFunc(sent, func(r SentReminder) bool { return r.On == on && r.Offset == offset })
		if i < 0 {
			i, sent = len(sent), append(sent, SentReminder{On: on, Offset: offset})
		}
		sent[i].People++
	}
	slices.SortFunc(sent, func(a, b SentReminder) int {
		return cmp.Or(cmp.Compare(a.On, b.On), cmp.Compare(a.Offset, b.Offset))
	})
	return sent, nil
}

// Urgent returns what a letter can urge the unit for: the obligations of the year that are overdue and for which a
// document would still count.
func (k *Look) Urgent(unit twinning.UnitKey, year int) ([]Owing, error) {
	owings, err := k.OwingsIn(unit, year)
	return slices.DeleteFunc(owings, func(o Owing) bool { return !k.urgent(o) }), err
}

func (k *Look) urgent(o Owing) bool {
	return o.Rule.Remind && o.Standing == twinning.StandingOverdue && k.Today() <= o.Deadlines.Closes
}
