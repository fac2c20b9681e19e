package programme

import (
	"slices"

	"ketnghia/twinning"
)

// checkPeople finds the unit of each person to invite; who is there already is not invited again.
func (c *checker) checkPeople(present []Member) {
	type person struct {
		name string
		unit twinning.UnitKey
	}
	seen := map[person]int{}
	there := map[Member]bool{}
	for _, m := range present {
		m.Name = foldCase(m.Name)
		there[m] = true
	}
	for _, row := range c.roster.People {
		unit, ok := c.findActive(row.Row, "unit", row.Written)
		if !ok || row.bad {
			continue
		}
		// A coordinator may do everything (accept, rate, import), so the role stays within Ban Dân tộc (VI.1).
		if row.Role == twinning.RoleCoordinator && unit.Role != twinning.RoleStanding && unit.Role != "" {
			c.roster.reject(row.Row, Rejection{Column: "role", Code: RejectRoleNotForUnit, Value: unit.Name})
			continue
		}
		id := person{foldCase(row.Name), unit.Key}
		row.Unit = unit.Key
		if there[Member{id.name, unit.Key, row.Role}] {
			c.plan.Present = append(c.plan.Present, row)
			continue
		}
		if other, twice := seen[id]; twice {
			c.roster.reject(row.Row, Rejection{Column: "name", Code: RejectDuplicateRow, Value: row.Name, Other: other})
			continue
		}
		seen[id] = row.Number
		c.plan.Invite = append(c.plan.Invite, row)
	}
	c.plan.Invite = slices.Clip(c.plan.Invite)
}
