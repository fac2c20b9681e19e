package ledger

import (
	"fmt"
	"slices"

	"ketnghia/twinning"
)

// MayRead says whether the person may see anything of the unit: what MayReadWhole allows, or what the own unit did
// together with it.
func (k *Look) MayRead(p twinning.Person, unit twinning.UnitKey) (bool, error) {
	if whole, err := k.MayReadWhole(p, unit); err != nil || whole {
		return whole, err
	}
	shared, err := k.Shared(p, unit)
	return len(shared) > 0, err
}

// Shared returns the pairings of the person's unit with the unit, the newest last, when they are all that the person may
// see of it: of a counterpart one sees what both did together (III.1), not what it did with others.
func (k *Look) Shared(p twinning.Person, unit twinning.UnitKey) ([]twinning.Pairing, error) {
	whole, err := k.MayReadWhole(p, unit)
	if err != nil || whole || !p.Active() {
		return nil, err
	}
	own, err := k.Unit(p.Unit)
	if err != nil || own.Role == twinning.RoleOverseer {
		return nil, wrap("own unit", err)
	}
	pairings, err := k.PairingsOf(p.Unit)
	if err != nil {
		return nil, wrap("pairings", err)
	}
	both, err := k.lineage(unit)
	if err != nil {
		return nil, err
	}
	pairings = slices.DeleteFunc(pairings, func(x twinning.Pairing) bool { return !slices.ContainsFunc(both, x.Has) })
	slices.SortStableFunc(pairings, func(a, b twinning.Pairing) int { return a.From.DaysSince(b.From) })
	return pairings, nil
}

// MayReadWhole says whether the person may see all records of the unit: its own and those of units that became it, and
// of the communes of its district. Coordinators, observers and the issuer's people see all, the overseer's people see
// the border communes.
func (k *Look) MayReadWhole(p twinning.Person, unit twinning.UnitKey) (bool, error) {
	if !p.Active() {
		return false, nil
	}
	if p.Unit == unit {
		return true, nil
	}
	own, err := k.Unit(p.Unit)
	if err != nil {
		return false, wrap("own unit", err)
	}
	if seesAll(p, own) {
		return true, nil
	}
	u, err := k.Unit(unit)
	if err != nil {
		return false, wrap("unit", err)
	}
	switch {
	case k.heir(unit) == p.Unit:
		return true, nil
	case own.Role == twinning.RoleOverseer:
		return u.Border, nil
	case u.Parent == p.Unit:
		return true, nil
	}
	return false, nil
}

// seesAll says whether an active person of the unit own may see every unit. Sở Nội vụ has the emulation role and is a
// sponsor too (VI.3): its observers see all, its officers what a sponsor's officers see. People of UBND tỉnh, which
// issued the decision, have nothing to log and see all; people of the overseer never do (VI.2).
func seesAll(p twinning.Person, own twinning.Unit) bool {
	switch {
	case p.Role == twinning.RoleCoordinator, own.Role == twinning.RoleIssuer:
		return true
	}
	return p.Role == twinning.RoleObserver && own.Role != twinning.RoleOverseer
}

// maxSuccessors is how many reorganisations in a row are looked through; more would be a circle.
const maxSuccessors = 10

// heir returns what became of a unit: the end of the chain of its successors, the unit itself while it is active.
func (k *Look) heir(unit twinning.UnitKey) twinning.UnitKey {
	for range maxSuccessors {
		u, err := k.Unit(unit)
		if err != nil || u.Successor == "" || u.State == twinning.UnitActive {
			break
		}
		unit = u.Successor
	}
	return unit
}

// MayReadPairing says whether the person may see what both parties of a pairing did together: people of either, and
// those who may see all of one of them.
func (k *Look) MayReadPairing(p twinning.Person, x twinning.Pairing) (bool, error) {
	for _, unit := range []twinning.UnitKey{x.Recipient, x.Sponsor} {
		if may, err := k.MayReadWhole(p, unit); err != nil || may {
			return may, err
		}
	}
	return false, nil
}

// MayReadActivity says whether the person may see the activity: that of a party, of a party's district, or of the
// recipient for those whose task is to look on.
func (k *Look) MayReadActivity(p twinning.Person, a twinning.Activity) (bool, error) {
	if !p.Active() {
		return false, nil
	}
	if p.Unit == k.heir(a.Facts.Sponsor) || p.Unit == k.heir(a.Facts.Recipient) {
		return true, nil
	}
	own, err := k.Unit(p.Unit)
	if err != nil {
		return false, wrap("own unit", err)
	}
	u, err := k.Unit(a.Facts.Recipient)
	if err != nil {
		return false, wrap("recipient", err)
	}
	return seesAll(p, own) || u.Parent == p.Unit || own.Role == twinning.RoleOverseer && u.Border, nil
}

// ReadsAll says whether the person may see every unit, so that a question without a unit means the province.
func (k *Look) ReadsAll(p twinning.Person) (bool, error) {
	own, err := k.Unit(p.Unit)
	if err != nil {
		return false, wrap("own unit", err)
	}
	return p.Active() && seesAll(p, own), nil
}

// ExportScope returns whose records the person may take away as a file: everybody's, "", for coordinators, the own unit's
// for its lead. The error is ErrForbidden for anybody else.
func (k *Look) ExportScope(p twinning.Person) (twinning.UnitKey, error) {
	switch {
	case !p.Active():
	case p.Role == twinning.RoleCoordinator:
		return "", nil
	case p.Role == twinning.RoleLead:
		return p.Unit, nil
	}
	return "", fmt.Errorf("export by person %d: %w", p.ID, twinning.ErrForbidden)
}

// maySpeakFor says whether the actor may log and file for the unit: officers and leads for their own and for what became
// it, coordinators and the operator for any.
func (k *Look) maySpeakFor(a Actor, unit twinning.UnitKey) error {
	p := a.Person
	if a.operator() || p.MayLog() && (p.Role == twinning.RoleCoordinator || p.Unit == unit || p.Unit == k.heir(unit)) {
		return nil
	}
	return fmt.Errorf("unit %s: %w", unit, twinning.ErrForbidden)
}

// mayConfirm says whether the actor may give the counterpart's word about the activity: its officers and leads only, and
// nobody for them.
func (k *Look) mayConfirm(a Actor, act twinning.Activity) error {
	p, counterpart := a.Person, act.Counterpart()
	if p.MayLog() && p.Role != twinning.RoleCoordinator && counterpart != "" && p.Unit == k.heir(counterpart) {
		return nil
	}
	return fmt.Errorf("activity %d: %w", act.ID, twinning.ErrForbidden)
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
