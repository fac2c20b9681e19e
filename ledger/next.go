package ledger

import (
	"fmt"
	"slices"

	"ketnghia/twinning"
)

// NextReminder returns the day on which the person is reminded next of an obligation of the person's own unit, as
// things stand now: by the rules of the ladder, with what was said already, put off, given to somebody or urged, and
// who is away. An officer whose unit has a group is reminded there. ok is false when no reminder is to come, such as
// for an obligation that is met.
func (k *Look) NextReminder(o Owing, p twinning.Person) (on twinning.Date, ok bool, err error) {
	today, dl := k.Today(), o.Deadlines
	if !o.Rule.Remind || !o.Standing.Open() || today > dl.Closes || !p.MayLog() || p.Unit != o.Unit {
		return 0, false, nil
	}
	t := turn{look: k, owing: o, person: p, rungs: k.programme.Ladder.Rungs(dl.Due, dl.Closes, k.programme.Calendar)}
	if err := t.read(); err != nil {
		return 0, false, err
	}
	day := today
	if len(t.urges) == 0 && len(t.rungs) > 0 {
		day = max(day, t.rungs[0].On)
	}
	for ; day <= dl.Closes; day++ {
		if !k.programme.Calendar.Working(day) {
			continue
		}
		if comes, err := t.comes(day); err != nil || comes {
			return day, comes, err
		}
	}
	return 0, false, nil
}

// turn is what decides when it is the person's turn to hear of an obligation of the own unit.
type turn struct {
	look   *Look
	owing  Owing
	person twinning.Person
	rungs  []twinning.Rung
	// staff act for the unit, group is the chat that was bound to it, 0 for none.
	staff []twinning.Person
	group twinning.ChatID
	urges []twinning.Urge
}

func (t *turn) read() (err error) {
	if t.staff, err = t.look.Officers(t.owing.Unit); err != nil {
		return err
	}
	groups, err := t.look.Groups()
	if err != nil {
		return wrap("next reminder", err)
	}
	for _, g := range groups {
		if g.Unit == t.owing.Unit && t.group == 0 {
			t.group = g.Chat
		}
	}
	urges, err := t.look.Urges()
	for _, u := range urges {
		if u.Rule == t.owing.Rule.ID && u.Year == t.owing.Year && u.Lasts(t.look.Today()) {
			t.urges = append(t.urges, u)
		}
	}
	return wrap("next reminder", err)
}

// comes says whether the person is told on the working day something that was not said before.
func (t *turn) comes(day twinning.Date) (bool, error) {
	rung, come := twinning.Latest(t.rungs, day)
	urges := slices.DeleteFunc(slices.Clone(t.urges), func(u twinning.Urge) bool { return !u.Lasts(day) })
	if !come {
		rung = twinning.Rung{Offset: day.DaysSince(t.owing.Deadlines.Due), On: day}
	}
	for _, who := range t.addressees(day, t.look.programme.Ladder.ToLeads(rung) || len(urges) > 0) {
		if day == t.look.Today() {
			if over, err := t.over(who); err != nil {
				return false, err
			} else if over {
				continue
			}
		}
		var snooze twinning.Snooze
		if who == personCause(t.person.ID) {
			snooze = t.owing.Handling.Snoozes[t.person.ID]
		}
		unsaid, err := t.unsaid(who, twinning.Occasions(day, rung, come, snooze, urges))
		if err != nil || unsaid {
			return unsaid, err
		}
	}
	return false, nil
}

// unsaid says whether any of the occasions was not said yet to whom the cause names.
func (t *turn) unsaid(who string, occasions []twinning.Occasion) (bool, error) {
	for _, o := range occasions {
		at, said, err := t.look.Said(twinning.ReminderCause(t.owing.Key(), o.Name, who))
		if err != nil || !said || t.look.programme.Today(at) < o.On {
			return err == nil, wrap("next reminder", err)
		}
	}
	return false, nil
}

func personCause(id twinning.PersonID) string { return fmt.Sprintf("person %d", id) }

// over says whether nothing more goes out today to whom the cause names: the delivery hours are over, or today's digest
// was sent.
func (t *turn) over(who string) (bool, error) {
	k := t.look
	local := k.Now().In(k.programme.Location)
	if local.Hour()*60+local.Minute() >= k.programme.Delivery.To {
		return true, nil
	}
	if who != personCause(t.person.ID) {
		return k.GroupReminded(t.group)
	}
	return k.Reminded(t.person.ID)
}

// addressees returns by what names in causes the person hears of the obligation on the day: by the own one, or by that of
// the unit's group, in which everybody but the leads is taken to be.
func (t *turn) addressees(day twinning.Date, toLeads bool) []string {
	var groups []twinning.ChatID
	if t.group != 0 {
		groups = append(groups, t.group)
	}
	a := twinning.AudienceOn(day, t.staff, groups, t.owing.Handling.Delegation)
	var names []string
	if twinning.Among(a.Officers, t.person.ID) || twinning.Among(a.Leads, t.person.ID) && (toLeads || a.NobodyElse()) {
		names = append(names, personCause(t.person.ID))
	}
	if len(a.Groups) > 0 && t.person.Role != twinning.RoleLead {
		names = append(names, fmt.Sprintf("group %d", t.group))
	}
	return names
}
