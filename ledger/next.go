package ledger

import (
	"fmt"
	"slices"

	"ketnghia/twinning"
)

// reminderPrefix begins the causes by which it is remembered that somebody was reminded of the obligation; the rung's
// offset and the person follow: "remind|needs|W20437|2027|-7|person 5".
func reminderPrefix(o twinning.Obligation) string { return "remind|" + o.Key() + "|" }

// NextReminder returns the day on which the person is reminded next of an obligation of the person's own unit, as
// things stand now: a rung that has come and was not said yet, the day to which the person put the reminders off, or the
// next rung that reaches the person. ok is false when there is none, such as for one that is met.
func (k *Look) NextReminder(o Owing, p twinning.Person) (on twinning.Date, ok bool, err error) {
	if !o.Rule.Remind || !o.Standing.Open() || k.Today() > o.Deadlines.Closes || !p.MayLog() || p.Unit != o.Unit {
		return 0, false, nil
	}
	staff, err := k.Officers(o.Unit)
	if err != nil {
		return 0, false, err
	}
	on, ok, err = k.nextRung(turn{ladder: k.programme.Ladder, owing: o, person: p, staff: staff})
	if s := o.Handling.Snoozes[p.ID]; ok && s.Until > k.Today() {
		on = s.Until
	}
	return on, ok && on <= o.Deadlines.Closes, err
}

// turn is what decides when it is the person's turn to be told of an obligation of the unit that the staff acts for.
type turn struct {
	ladder twinning.Ladder
	owing  Owing
	person twinning.Person
	staff  []twinning.Person
}

// nextRung returns the next day of the ladder on which the person is among those who are told.
func (k *Look) nextRung(t turn) (twinning.Date, bool, error) {
	d, today := t.owing.Deadlines, k.Today()
	rungs := t.ladder.Rungs(d.Due, d.Closes, k.programme.Calendar)
	if rung, come := twinning.Latest(rungs, today); come {
		on, err := k.nextDelivery(t.person)
		if err != nil {
			return 0, false, err
		}
		_, said, err := k.Said(fmt.Sprintf("%s%d|person %d", reminderPrefix(t.owing.Obligation), rung.Offset, t.person.ID))
		if err != nil {
			return 0, false, wrap("next reminder", err)
		}
		// The next rung takes the place of one that is not said by then.
		next, more := twinning.Next(rungs, today)
		if !said && (!more || on < next.On) && t.comes(rung, on) {
			return on, true, nil
		}
	}
	for rung, more := twinning.Next(rungs, today); more; rung, more = twinning.Next(rungs, rung.On) {
		if t.comes(rung, rung.On) {
			return rung.On, true, nil
		}
	}
	return 0, false, nil
}

// nextDelivery returns the first day on which the person can get a digest: today while it is a working day before the
// end of the delivery hours and none was said, else the next working day.
func (k *Look) nextDelivery(p twinning.Person) (twinning.Date, error) {
	today, local := k.Today(), k.Now().In(k.programme.Location)
	reminded, err := k.Reminded(p.ID)
	if err != nil {
		return 0, err
	}
	if reminded || local.Hour()*60+local.Minute() >= k.programme.Delivery.To {
		today++
	}
	return k.programme.Calendar.OnOrAfter(today), nil
}

// comes says whether the person is among those who are told a rung on the day: the officers or the one to whom the
// obligation was given, and from the ladder's own rung on, or while there are no officers, the leads; for who is away
// the deputy.
func (t turn) comes(rung twinning.Rung, on twinning.Date) bool {
	var officers, leads []twinning.Person
	for _, s := range t.staff {
		if s.Role == twinning.RoleLead {
			leads = append(leads, s)
		} else {
			officers = append(officers, s)
		}
	}
	toLeads := t.ladder.ToLeads(rung) || len(officers) == 0
	if d := t.owing.Handling.Delegation; d != nil && on <= d.Until {
		if i := slices.IndexFunc(t.staff, func(s twinning.Person) bool { return s.ID == d.To }); i >= 0 {
			officers = t.staff[i : i+1]
		}
	}
	among := func(people []twinning.Person) bool {
		present := StandIns(people, t.staff, on)
		return slices.ContainsFunc(present, func(s twinning.Person) bool { return s.ID == t.person.ID })
	}
	return among(officers) || toLeads && among(leads)
}
