package ledger

import (
	"fmt"
	"slices"

	"ketnghia/twinning"
)

// MayRead says whether the person may see the records of the unit: its own, those of units paired with it, of the
// communes of its district; coordinators and observers see all, the overseer's people see the border communes.
func (k *Look) MayRead(p twinning.Person, unit twinning.UnitKey) (bool, error) {
	if !p.Active() {
		return false, nil
	}
	if p.Role == twinning.RoleCoordinator || p.Unit == unit {
		return true, nil
	}
	own, err := k.Unit(p.Unit)
	if err != nil {
		return false, wrap("own unit", err)
	}
	u, err := k.Unit(unit)
	if err != nil {
		return false, wrap("unit", err)
	}
	if own.Role == twinning.RoleOverseer {
		return u.Border, nil
	}
	if p.Role == twinning.RoleObserver {
		return true, nil
	}
	if u.Parent == p.Unit {
		return true, nil
	}
	return k.pairedEver(p.Unit, unit)
}

// pairedEver says whether the two units are or were paired; what they did together stays open to both (III.1).
func (k *Look) pairedEver(a, b twinning.UnitKey) (bool, error) {
	pairings, err := k.PairingsOf(a)
	if err != nil {
		return false, wrap("pairings", err)
	}
	return slices.ContainsFunc(pairings, func(p twinning.Pairing) bool { return p.Has(b) }), nil
}

// MayReadActivity says whether the person may see the activity: that of a party, of a party's district, or of anybody
// who may read one of the parties in full.
func (k *Look) MayReadActivity(p twinning.Person, a twinning.Activity) (bool, error) {
	if p.Unit == a.Facts.Sponsor || p.Unit == a.Facts.Recipient {
		return p.Active(), nil
	}
	own, err := k.Unit(p.Unit)
	if err != nil {
		return false, wrap("own unit", err)
	}
	if p.Role != twinning.RoleCoordinator && p.Role != twinning.RoleObserver && own.Role != twinning.RoleOverseer {
		u, err := k.Unit(a.Facts.Recipient)
		return err == nil && p.Active() && u.Parent == p.Unit, wrap("recipient", err)
	}
	return k.MayRead(p, a.Facts.Recipient)
}

// ReadsAll says whether the person may see every unit, so that a question without a unit means the province.
func (k *Look) ReadsAll(p twinning.Person) (bool, error) {
	own, err := k.Unit(p.Unit)
	if err != nil {
		return false, wrap("own unit", err)
	}
	all := p.Role == twinning.RoleCoordinator || p.Role == twinning.RoleObserver && own.Role != twinning.RoleOverseer
	return p.Active() && all, nil
}

// maySpeakFor says whether the actor may log and file for the unit: officers and leads for their own, coordinators and
// the operator for any.
func maySpeakFor(a Actor, unit twinning.UnitKey) error {
	if a.operator() || a.Person.MayLog() && (a.Person.Unit == unit || a.Person.Role == twinning.RoleCoordinator) {
		return nil
	}
	return fmt.Errorf("unit %s: %w", unit, twinning.ErrForbidden)
}

// mayInvite says whether the actor may let somebody into the unit in the role: coordinators anybody anywhere, leads
// officers and leads into their own unit.
func mayInvite(a Actor, unit twinning.UnitKey, role twinning.Role) error {
	p := a.Person
	switch {
	case a.operator(), p.Active() && p.Role == twinning.RoleCoordinator:
		return nil
	case p.Active() && p.Role == twinning.RoleLead && p.Unit == unit &&
		(role == twinning.RoleOfficer || role == twinning.RoleLead):
		return nil
	}
	return fmt.Errorf("invite into %s: %w", unit, twinning.ErrForbidden)
}

func mustCoordinate(a Actor) error {
	if a.operator() || a.Person.Active() && a.Person.Role == twinning.RoleCoordinator {
		return nil
	}
	return fmt.Errorf("coordinator only: %w", twinning.ErrForbidden)
}
