package ledger

import (
	"fmt"
	"maps"

	"ketnghia/twinning"
)

// staffMost bounds the posts of a unit; the greatest department of a province has some 20,000 with its schools.
const staffMost = 50_000

// SetStaff states the number of posts of a unit for a year. Leads state their own unit's, coordinators any.
func (w *Work) SetStaff(a Actor, unit twinning.UnitKey, year, posts int) error {
	if !a.operator() && !w.MayStateStaff(a.Person, unit) {
		return fmt.Errorf("staff of %s: %w", unit, twinning.ErrForbidden)
	}
	if posts < 1 || posts > staffMost {
		return &twinning.InvalidError{Field: "staff", Rule: "range"}
	}
	if year < w.programme.From || year > w.Today().Year()+1 {
		return &twinning.InvalidError{Field: "staff", Rule: "year"}
	}
	u, err := w.Unit(unit)
	if err != nil {
		return wrap("staff", err)
	}
	old := u.StaffByYear[year]
	if old == posts {
		return nil
	}
	u.StaffByYear = maps.Clone(u.StaffByYear)
	if u.StaffByYear == nil {
		u.StaffByYear = map[int]int{}
	}
	u.StaffByYear[year] = posts
	if err := w.tx.PutUnit(u); err != nil {
		return wrap("staff", err)
	}
	return w.audit(a, "unit.staff", "unit/"+string(unit), map[string]int{"year": year, "old": old, "new": posts})
}

// MayStateStaff says whether the person may state the number of posts of the unit.
func (k *Look) MayStateStaff(p twinning.Person, unit twinning.UnitKey) bool {
	switch {
	case !p.Active():
		return false
	case p.Role == twinning.RoleCoordinator:
		return true
	}
	return p.Role == twinning.RoleLead && (p.Unit == unit || p.Unit == k.heir(unit))
}

// WantsStaff says whether a target of the unit needs its number of posts for the year and nobody stated it.
func (k *Look) WantsStaff(u twinning.Unit, year int) bool {
	return k.UsesStaff(u) && u.StaffIn(year) == 0
}

// UsesStaff says whether a target of the unit is measured by its posts.
func (k *Look) UsesStaff(u twinning.Unit) bool {
	for _, t := range k.programme.Targets {
		if t.Applies(u.Role) && t.Per == twinning.PerStaff {
			return true
		}
	}
	return false
}
