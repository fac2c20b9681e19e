package twinning

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
)

// Audience is who is reminded of an obligation of a unit on a day.
type Audience struct {
	// Officers are told at every rung, or the one person to whom the obligation was given; Leads from their own rung on,
	// and at every rung while there is nobody else. Nobody stands in both.
	Officers, Leads []Person
	// Groups are told in place of the officers.
	Groups []ChatID
}

// NobodyElse says whether leads are the only ones to tell.
func (a Audience) NobodyElse() bool { return len(a.Officers)+len(a.Groups) == 0 }

// AudienceOn returns whom to remind on a day, given the people who act for the unit and the groups that were bound to it.
// Of those who are away the deputies are told; when nobody is there and nobody stands in, those who are away, for an
// obligation that nobody hears of helps nobody.
func AudienceOn(day Date, staff []Person, groups []ChatID, d *Delegation) Audience {
	var a Audience
	for _, p := range staff {
		if p.Role == RoleLead {
			a.Leads = append(a.Leads, p)
		} else {
			a.Officers = append(a.Officers, p)
		}
	}
	if officers, leads := Present(a.Officers, staff, day), Present(a.Leads, staff, day); len(officers)+len(leads) > 0 {
		a.Officers, a.Leads = officers, leads
	}
	delegate := -1
	if d != nil && day <= d.Until {
		delegate = slices.IndexFunc(staff, func(p Person) bool { return p.ID == d.To && !p.Leave.On(day) })
	}
	switch {
	case delegate >= 0:
		a.Officers = staff[delegate : delegate+1 : delegate+1]
	case len(groups) > 0:
		a.Officers, a.Groups = nil, groups
	}
	a.Leads = slices.DeleteFunc(slices.Clone(a.Leads), func(p Person) bool { return Among(a.Officers, p.ID) })
	return a
}

// Among says whether somebody is one of the people.
func Among(people []Person, id PersonID) bool {
	return slices.ContainsFunc(people, func(p Person) bool { return p.ID == id })
}

// Present returns those of the people who are there on the day, and the deputies of the others, by id, each once.
func Present(people, staff []Person, day Date) []Person {
	var there []Person
	add := func(p Person) {
		if !Among(there, p.ID) {
			there = append(there, p)
		}
	}
	for _, p := range people {
		if !p.Leave.On(day) {
			add(p)
			continue
		}
		for _, deputy := range staff {
			if deputy.ID == p.Leave.Deputy && !deputy.Leave.On(day) {
				add(deputy)
			}
		}
	}
	slices.SortFunc(there, func(a, b Person) int { return cmp.Compare(a.ID, b.ID) })
	return there
}

// Occasion is why somebody is told of an obligation: its name in causes ("-7", "later 2027-02-24", "urge 3").
type Occasion struct {
	Name string
	// On is the day before which whatever was said under that name belonged to a deadline that has moved since; no date
	// for none.
	On Date
	// Urged says that Ban Dân tộc asked for it.
	Urged bool
}

// Occasions returns why somebody is to be told on a day, whether it was said before or not. come says whether any rung of
// the ladder has come. While a snooze lasts the ladder is silent; on its day what was put off is said again, unless a rung
// falls on that day anyway. What Ban Dân tộc asks for can't be put off.
func Occasions(day Date, rung Rung, come bool, s Snooze, urges []Urge) []Occasion {
	list := make([]Occasion, 0, 1+len(urges))
	switch {
	case !come:
	case rung.On >= s.Until:
		list = append(list, Occasion{Name: strconv.Itoa(rung.Offset), On: rung.On})
	case day >= s.Until:
		list = append(list, Occasion{Name: "later " + s.Until.String()})
	}
	for _, u := range urges {
		list = append(list, Occasion{Name: fmt.Sprintf("urge %d", u.ID), Urged: true})
	}
	return list
}

// Lasts says whether the urge is still to be said on the day to whom it was not said yet.
func (u Urge) Lasts(day Date) bool { return u.On <= day && day.DaysSince(u.On) <= UrgeLife }

// ReminderAbout begins the causes by which it is remembered that somebody was reminded of the obligation; the occasion and
// the addressee follow: "remind|needs|W20437|2027|-7|person 5".
func ReminderAbout(o Obligation) string { return ReminderCause(o.Key(), "", "") }

// RemindersBegin begins the causes of all reminders.
const RemindersBegin = "remind|"

// ReminderCause names that somebody was told of something on an occasion. An empty occasion leaves the cause open.
func ReminderCause(about, occasion, who string) string {
	if occasion == "" {
		return RemindersBegin + about + "|"
	}
	return RemindersBegin + about + "|" + occasion + "|" + who
}
