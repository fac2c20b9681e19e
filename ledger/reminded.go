package ledger

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"

	"ketnghia/twinning"
)

// SentReminder says whom of a unit a reminder of an obligation reached on a day.
type SentReminder struct {
	On twinning.Date
	// People is how many people of the unit got it, Groups in how many of its group chats it stood.
	People, Groups int
}

// SentReminders returns the reminders of the obligation that Telegram took for people and groups of the unit itself, in
// the order of their days. One that a person got for somebody else who could not be reached is not counted.
func (k *Look) SentReminders(o twinning.Obligation) ([]SentReminder, error) {
	said, err := k.SaidWithPrefix(twinning.ReminderAbout(o))
	if err != nil {
		return nil, wrap("reminders", err)
	}
	// Everybody has one digest a day, which may say several rungs.
	digests := map[string]bool{}
	days := map[twinning.Date]SentReminder{}
	for _, s := range said {
		who := s.Cause[strings.LastIndex(s.Cause, "|")+1:]
		on := k.programme.Today(s.At)
		digest := fmt.Sprintf("digest|%s|%s", who, on)
		own, err := k.isOf(who, o.Unit)
		if err != nil {
			return nil, wrap(s.Cause, err)
		}
		delivered, err := k.Delivered(digest)
		if err != nil {
			return nil, wrap(s.Cause, err)
		}
		if !own || !delivered || digests[digest] {
			continue
		}
		digests[digest] = true
		day := days[on]
		day.On = on
		if strings.HasPrefix(who, "group ") {
			day.Groups++
		} else {
			day.People++
		}
		days[on] = day
	}
	return slices.SortedFunc(maps.Values(days), func(a, b SentReminder) int { return cmp.Compare(a.On, b.On) }), nil
}

// isOf says whether an addressee of a cause, "person 5" or "group -100", is a person of the unit or a group: a group is
// reminded of nothing but its own unit's. A commune that nobody is linked for is told to its district.
func (k *Look) isOf(who string, unit twinning.UnitKey) (bool, error) {
	kind, number, _ := strings.Cut(who, " ")
	id, err := strconv.ParseInt(number, 10, 64)
	if err != nil || kind != "person" {
		return err == nil && kind == "group", nil
	}
	p, err := k.Person(twinning.PersonID(id))
	if errors.Is(err, twinning.ErrNotFound) {
		return false, nil
	}
	return p.Unit == unit, wrap("person", err)
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
