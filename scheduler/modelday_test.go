package scheduler_test

import (
	"fmt"
	"slices"
	"time"

	"ketnghia/twinning"
)

// told is one message that somebody gets: "person 5" or "group -100".
type told struct {
	At     time.Time
	To     string
	Causes []string
}

// tick returns the messages that go out when somebody looks at now, by addressee. A look on a day on which nothing
// happened since the last one finds nothing new, so it is skipped.
func (m *model) tick(now time.Time) []told {
	local := now.In(zone())
	today := twinning.DateOf(local, zone())
	clock := local.Hour()*100 + local.Minute()
	if !works(today) || clock < 730 || clock >= 1730 {
		return nil
	}
	look := fmt.Sprint(today, m.version)
	if look == m.looked {
		return nil
	}
	m.looked = look
	d := &modelDay{model: m, today: today, hear: map[string][]string{}}
	for _, year := range []int{today.Year(), today.Year() - 1} {
		d.year(year)
	}
	d.overview()
	d.progress()
	var messages []told
	for who, causes := range d.hear {
		if day := who + " " + today.String(); !m.toldOn[day] {
			m.toldOn[day] = true
			slices.Sort(causes)
			for _, c := range causes {
				m.said[c] = true
			}
			messages = append(messages, told{At: local, To: who, Causes: causes})
		}
	}
	return messages
}

// modelDay gathers what everybody is to hear.
type modelDay struct {
	*model
	today twinning.Date
	hear  map[string][]string
}

func personCalled(id twinning.PersonID) string { return fmt.Sprintf("person %d", id) }

// tell has somebody hear of something, unless it was said before.
func (d *modelDay) tell(who, about, when string) {
	c := fmt.Sprintf("remind|%s|%s|%s", about, when, who)
	if !d.said[c] && !slices.Contains(d.hear[who], c) {
		d.hear[who] = append(d.hear[who], c)
	}
}

func (d *modelDay) year(year int) {
	missing := map[twinning.RuleID]duty{}
	for _, x := range d.duties(year) {
		if d.today > x.closes || !d.open(x) {
			continue
		}
		if x.rule != "standing_report" {
			missing[x.rule] = x
		}
		d.duty(x)
	}
	for rule, x := range missing {
		if a := d.rung(rungQuestion{x.due, x.closes, d.today, true}); a.come {
			for _, c := range d.coordinators() {
				d.tell(personCalled(c.id), fmt.Sprintf("digest|%s|%d", rule, year), fmt.Sprint(a.offset))
			}
		}
	}
}

// coordinators are Ban Dân tộc's people who are there, or all when none is.
func (d *modelDay) coordinators() []*reader {
	var all []*reader
	for _, r := range d.people {
		if r.role == twinning.RoleCoordinator {
			all = append(all, r)
		}
	}
	if there := d.there(all, d.today); len(there) > 0 {
		return there
	}
	return all
}

// duty tells those whom one document concerns.
func (d *modelDay) duty(x duty) {
	a := d.rung(rungQuestion{x.due, x.closes, d.today, false})
	var urges []int
	for _, u := range d.urges {
		if u.Rule == x.rule && u.Year == x.Year && u.On <= d.today && d.today <= u.On.AddDays(14) {
			urges = append(urges, int(u.ID))
		}
	}
	if !a.come && len(urges) == 0 {
		return
	}
	tell := func(who string, until twinning.Date) {
		switch {
		case !a.come:
		case until == 0 || a.on >= until:
			d.tell(who, x.Key(), fmt.Sprint(a.offset))
		case d.today >= until:
			d.tell(who, x.Key(), "later "+until.String())
		}
		for _, u := range urges {
			d.tell(who, x.Key(), fmt.Sprintf("urge %d", u))
		}
	}
	tellAll := func(people []*reader) {
		for _, r := range people {
			tell(personCalled(r.id), d.later[putOff{x.Obligation, r.id}])
		}
	}
	first, second, group := d.whom(x)
	tellAll(first)
	if group != 0 {
		tell(fmt.Sprintf("group %d", group), 0)
	}
	nobodyElse := len(first) == 0 && group == 0
	if nobodyElse || len(urges) > 0 || a.come && a.offset >= -7 {
		tellAll(slices.DeleteFunc(slices.Clone(second), func(r *reader) bool { return slices.Contains(first, r) }))
	}
	if nobodyElse && len(second) == 0 {
		tellAll(d.district(x.Unit))
	}
}

// whom returns who is told of a document: first the officers (or whoever was given it, or the group in their place), and
// the leads. When everybody is away and nobody stands in, those who are away.
func (d *modelDay) whom(x duty) (first, second []*reader, group twinning.ChatID) {
	officers := d.staff(x.Unit, twinning.RoleOfficer, twinning.RoleCoordinator)
	leads := d.staff(x.Unit, twinning.RoleLead)
	first, second = d.there(officers, d.today), d.there(leads, d.today)
	if len(first)+len(second) == 0 {
		first, second = officers, leads
	}
	if g, ok := d.given[x.Obligation]; ok && d.today <= g.until {
		for _, r := range d.people {
			if r.id == g.to && r.unit == x.Unit && (r.leave == nil || d.today < r.leave.From || r.leave.To < d.today) {
				return []*reader{r}, second, 0
			}
		}
	}
	if chat := d.groups[x.Unit]; chat != 0 {
		return nil, second, chat
	}
	return first, second, 0
}

// district returns who is told for a commune that nobody is linked for.
func (d *modelDay) district(commune twinning.UnitKey) []*reader {
	i := slices.IndexFunc(d.units, func(u twinning.Unit) bool { return u.Key == commune })
	parent := d.units[i].Parent
	if parent == "" {
		return nil
	}
	all := d.staff(parent, twinning.RoleOfficer, twinning.RoleLead)
	if there := d.there(d.staff(parent, twinning.RoleOfficer), d.today); len(there) > 0 {
		return there
	}
	if there := d.there(all, d.today); len(there) > 0 {
		return there
	}
	return all
}

// overview tells Ban Dân tộc once a week how things stand; in this test there is always something.
func (d *modelDay) overview() {
	monday := d.today
	for monday.Weekday() != time.Monday {
		monday--
	}
	for _, r := range d.coordinators() {
		if r.joined < monday {
			d.tell(personCalled(r.id), "overview", monday.String())
		}
	}
}

// progress tells units with a pairing of their targets once a month, from April on, since nobody logs anything in this
// test; every party of a pairing is asked for a connecting activity (III.1).
func (d *modelDay) progress() {
	_, month, day := d.today.Parts()
	if month < time.April || day > 10 {
		return
	}
	first := twinning.NewDate(d.today.Year(), month, 1)
	for _, u := range d.units {
		if u.Role == twinning.RoleOverseer || !d.pairedOn(u.Key, d.today) {
			continue
		}
		if chat := d.groups[u.Key]; chat != 0 {
			d.tell(fmt.Sprintf("group %d", chat), "progress", first.String())
			continue
		}
		for _, r := range d.there(d.staff(u.Key, twinning.RoleOfficer, twinning.RoleLead), d.today) {
			if r.joined < first {
				d.tell(personCalled(r.id), "progress", first.String())
			}
		}
	}
}
