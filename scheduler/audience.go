package scheduler

import (
	"cmp"
	"slices"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// audienceOf returns whom to remind of an obligation on the day of the look, and the people of the commune's district when
// nobody of the commune itself is linked.
func (p *planner) audienceOf(o *ledger.Owing) (a twinning.Audience, district []twinning.Person) {
	staff := p.staff[o.Unit]
	a = twinning.AudienceOn(p.today, staff, p.groups[o.Unit], o.Handling.Delegation)
	if len(staff) == 0 && len(a.Groups) == 0 {
		district = p.districtOf(o.Unit)
	}
	return a, district
}

// districtOf returns who is told for a unit that nobody is linked for: the officers of its district, or the leads.
func (p *planner) districtOf(unit twinning.UnitKey) []twinning.Person {
	parent := p.parents[unit]
	if parent == "" {
		return nil
	}
	staff := p.staff[parent]
	officers := slices.DeleteFunc(slices.Clone(staff), func(x twinning.Person) bool { return x.Role == twinning.RoleLead })
	for _, people := range [][]twinning.Person{officers, staff} {
		if there := twinning.Present(people, staff, p.today); len(there) > 0 {
			return there
		}
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
