package ledger

import (
	"errors"
	"fmt"
	"reflect"

	"ketnghia/twinning"
)

// RosterChange is what an import puts into the books: units and pairings added or changed, people to invite.
type RosterChange struct {
	Units    []twinning.Unit
	Pairings []twinning.Pairing
	People   []InviteOrder
}

// ApplyRoster puts the whole change into the books or, on the first error, nothing. A unit whose state is not named keeps
// the state that it has. The people and groups of a unit that was renamed or merged go on in its successor.
func (w *Work) ApplyRoster(a Actor, c RosterChange) error {
	if err := mustCoordinate(a); err != nil {
		return err
	}
	var ended []twinning.UnitKey
	for _, u := range c.Units {
		end, err := w.applyUnit(a, u)
		if err != nil {
			return fmt.Errorf("roster: unit %s: %w", u.Key, err)
		}
		if end {
			ended = append(ended, u.Key)
		}
	}
	// The successor may stand further down in the list.
	for _, key := range ended {
		if err := w.moveOn(a, key); err != nil {
			return fmt.Errorf("roster: unit %s: %w", key, err)
		}
	}
	if len(c.Units) > 0 {
		if err := w.relate(); err != nil {
			return fmt.Errorf("roster: %w", err)
		}
	}
	for _, p := range c.Pairings {
		if err := w.applyPairing(a, p); err != nil {
			return fmt.Errorf("roster: pairing of %s and %s: %w", p.Sponsor, p.Recipient, err)
		}
	}
	for _, o := range c.People {
		if _, err := w.Invite(a, o); err != nil {
			return fmt.Errorf("invite %s into %s: %w", o.Role, o.Unit, err)
		}
	}
	return w.audit(a, "roster.import", "roster", map[string]int{
		"units": len(c.Units), "pairings": len(c.Pairings), "people": len(c.People),
	})
}

// applyUnit stores a unit and says whether this ended it. What a unit was before is kept in the audit.
func (w *Work) applyUnit(a Actor, u twinning.Unit) (ended bool, err error) {
	old, err := w.Unit(u.Key)
	known := err == nil
	if err != nil && !errors.Is(err, twinning.ErrNotFound) {
		return false, err
	}
	switch {
	case u.State != "":
	case known && old.State != "":
		u.State, u.Successor, u.Changed = old.State, old.Successor, old.Changed
	default:
		u.State = twinning.UnitActive
	}
	u.Former = old.Former
	if u.StaffByYear == nil {
		// A roster states one number of posts; what was said of single years stays.
		u.StaffByYear = old.StaffByYear
	}
	if err := w.tx.PutUnit(u); err != nil {
		return false, wrap("store", err)
	}
	ended = u.State != twinning.UnitActive && (!known || old.State != u.State || old.Successor != u.Successor)
	if !known || reflect.DeepEqual(old, u) {
		return ended, nil
	}
	return ended, w.audit(a, "unit.change", "unit/"+string(u.Key), map[string]twinning.Unit{"old": old, "new": u})
}

// applyPairing stores a pairing. What a pairing was before is kept in the audit.
func (w *Work) applyPairing(a Actor, p twinning.Pairing) error {
	old, err := w.Pairing(p.ID)
	known := err == nil
	if err != nil && !errors.Is(err, twinning.ErrNotFound) {
		return err
	}
	if _, err := w.tx.PutPairing(p); err != nil {
		return wrap("store", err)
	}
	if !known || old == p {
		return nil
	}
	object := fmt.Sprintf("pairing/%d", p.ID)
	return w.audit(a, "pairing.change", object, map[string]twinning.Pairing{"old": old, "new": p})
}

// Seed fills an empty store with the embedded roster; a store that has units is left alone.
func (w *Work) Seed(units []twinning.Unit) (bool, error) {
	if !w.Fresh() {
		return false, nil
	}
	return true, w.ApplyRoster(Actor{}, RosterChange{Units: units})
}
