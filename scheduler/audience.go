package scheduler

import (
	"cmp"
	"slices"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// audience is who is reminded of one obligation on the day of the look.
type audience struct {
	// officers are told at every rung, or the one person to whom the obligation was given; leads from their own rung on.
	officers, leads []twinning.Person
	// groups are told in place of the officers.
	groups []twinning.ChatID
	// district are the people of the commune's district, when nobody of the commune itself is linked.
	district []twinning.Person
}

// audienceOf returns whom to remind. Of people who are away the deputies are told; when nobody is there and nobody
// stands in, those who are away, for an obligation that nobody hears of helps nobody.
func (p *planner) audienceOf(o *ledger.Owing) audience {
	staff := p.staff[o.Unit]
	var a audience
	for _, person := range staff {
		if person.Role == twinning.RoleLead {
			a.leads = append(a.leads, person)
		} else {
			a.officers = append(a.officers, person)
		}
	}
	officers, leads := p.present(a.officers, staff), p.present(a.leads, staff)
	if len(officers)+len(leads) > 0 {
		a.officers, a.leads = officers, leads
	}
	switch delegate, ok := p.delegate(o, staff); {
	case ok:
		a.officers = []twinning.Person{delegate}
	case len(p.groups[o.Unit]) > 0:
		a.officers, a.groups = nil, p.groups[o.Unit]
	}
	a.leads = slices.DeleteFunc(slices.Clone(a.leads), func(lead twinning.Person) bool {
		return slices.ContainsFunc(a.officers, func(x twinning.Person) bool { return x.ID == lead.ID })
	})
	if len(staff) == 0 && len(a.groups) == 0 {
		a.district = p.districtOf(o.Unit)
	}
	return a
}

// present returns those who are there, and the deputies of the others, by id, each once.
func (p *planner) present(people, staff []twinning.Person) []twinning.Person {
	var there []twinning.Person
	add := func(x twinning.Person) {
		if !slices.ContainsFunc(there, func(y twinning.Person) bool { return x.ID == y.ID }) {
			there = append(there, x)
		}
	}
	for _, person := range people {
		if !person.Leave.On(p.today) {
			add(person)
			continue
		}
		for _, deputy := range staff {
			if deputy.ID == person.Leave.Deputy && !deputy.Leave.On(p.today) {
				add(deputy)
			}
		}
	}
	slices.SortFunc(there, func(x, y twinning.Person) int { return cmp.Compare(x.ID, y.ID) })
	return there
}

// delegate returns the person to whom the obligation was given, as long as that holds and the person can see to it.
func (p *planner) delegate(o *ledger.Owing, staff []twinning.Person) (twinning.Person, bool) {
	d := o.Handling.Delegation
	if d == nil || p.today > d.Until {
		return twinning.Person{}, false
	}
	i := slices.IndexFunc(staff, func(x twinning.Person) bool { return x.ID == d.To && !x.Leave.On(p.today) })
	if i < 0 {
		return twinning.Person{}, false
	}
	return staff[i], true
}

// districtOf returns who is told for a unit that nobody is linked for: the officers of its district, or the leads.
func (p *planner) districtOf(unit twinning.UnitKey) []twinning.Person {
	parent := p.parents[unit]
	if parent == "" {
		return nil
	}
	staff := p.staff[parent]
	officers := slices.DeleteFunc(slices.Clone(staff), func(x twinning.Person) bool { return x.Role == twinning.RoleLead })
	if there := p.present(officers, staff); len(there) > 0 {
		return there
	}
	if there := p.present(staff, staff); len(there) > 0 {
		return there
	}
	return staff
}

// coordinators returns the coordinators among the staff, by id.
func coordinators(staff map[twinning.UnitKey][]twinning.Person) []twinning.Person {
	var list []twinning.Person
	for _, people := range staff {
		for _, person := range people {
			if person.Role == twinning.RoleCoordinator {
				list = append(list, person)
			}
		}
	}
	slices.SortFunc(list, func(a, b twinning.Person) int { return cmp.Compare(a.ID, b.ID) })
	return list
}
