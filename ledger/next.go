package ledger

import (
	"fmt"
	"slices"

	"ketnghia/twinning"
)

// reminderPrefix begins the causes by which it is remembered that somebody was reminded of the obligation; the occasion
// and the addressee follow: "remind|needs|W20437|2027|-7|person 5".
func reminderPrefix(o twinning.Obligation) string { return "remind|" + o.Key() + "|" }

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
		if u.Rule == t.owing.Rule.ID && u.Year == t.owing.Year && t.look.Today().DaysSince(u.On) <= twinning.UrgeLife {
			t.urges = append(t.urges, u)
		}
	}
	return wrap("next reminder", err)
}

// comes says whether the person is told on the working day something that was not said before.
func (t *turn) comes(day twinning.Date) (bool, error) {
	rung, come := twinning.Latest(t.rungs, day)
	urges := slices.DeleteFunc(slices.Clone(t.urges), func(u twinning.Urge) bool { return day.DaysSince(u.On) > twinning.UrgeLife })
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
		snooze := t.owing.Handling.Snoozes[t.person.ID]
		if who != personCause(t.person.ID) {
			snooze = twinning.Snooze{}
		}
		var occasions []occasion
		switch {
		case !come:
		case rung.On >= snooze.Until:
			occasions = append(occasions, occasion{fmt.Sprint(rung.Offset), rung.On})
		case day >= snooze.Until:
			occasions = append(occasions, occasion{"later " + snooze.Until.String(), 0})
		}
		for _, u := range urges {
			occasions = append(occasions, occasion{fmt.Sprintf("urge %d", u.ID), 0})
		}
		if unsaid, err := t.unsaid(who, occasions); err != nil || unsaid {
			return unsaid, err
		}
	}
	return false, nil
}

// occasion is why somebody is told: its name in causes, and the day before which whatever was said under that name belonged
// to a deadline that has moved since; no date for none.
type occasion struct {
	name string
	on   twinning.Date
}

// unsaid says whether any of the occasions was not said yet to whom the cause names.
func (t *turn) unsaid(who string, occasions []occasion) (bool, error) {
	for _, o := range occasions {
		at, said, err := t.look.Said(reminderPrefix(t.owing.Obligation) + o.name + "|" + who)
		if err != nil || !said || t.look.programme.Today(at) < o.on {
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

// addressees returns by what names in causes the person hears of the obligation on the day: the officers, in the unit's
// group if there is one, or the one to whom the obligation was given; leads when it has come to them, and while there is
// nobody else to tell. Of those who are away the deputies are told.
func (t *turn) addressees(day twinning.Date, toLeads bool) []string {
	var officers, leads []twinning.Person
	for _, s := range t.staff {
		if s.Role == twinning.RoleLead {
			leads = append(leads, s)
		} else {
			officers = append(officers, s)
		}
	}
	if there, led := present(officers, t.staff, day), present(leads, t.staff, day); len(there)+len(led) > 0 {
		officers, leads = there, led
	}
	group := t.group
	if d := t.owing.Handling.Delegation; d != nil && day <= d.Until {
		i := slices.IndexFunc(t.staff, func(s twinning.Person) bool { return s.ID == d.To && !s.Leave.On(day) })
		if i >= 0 {
			officers, group = t.staff[i:i+1], 0
		}
	}
	among := func(people []twinning.Person) bool {
		return slices.ContainsFunc(people, func(s twinning.Person) bool { return s.ID == t.person.ID })
	}
	var names []string
	if among(leads) && (toLeads || group == 0 && len(officers) == 0) || among(officers) && group == 0 {
		names = append(names, personCause(t.person.ID))
	}
	if group != 0 && t.person.Role != twinning.RoleLead {
		names = append(names, fmt.Sprintf("group %d", group))
	}
	return names
}

// present returns those of the people who are there on the day, and the deputies of the others.
func present(people, staff []twinning.Person, day twinning.Date) []twinning.Person {
	var there []twinning.Person
	for _, p := range people {
		if !p.Leave.On(day) {
			there = append(there, p)
			continue
		}
		for _, deputy := range staff {
			if deputy.ID == p.Leave.Deputy && !deputy.Leave.On(day) {
				there = append(there, deputy)
			}
		}
	}
	return there
}
