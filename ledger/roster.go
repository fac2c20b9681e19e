package ledger

import (
	"fmt"

	"ketnghia/twinning"
)

// RosterChange is what an import puts into the books: units and pairings added or changed, people to invite.
type RosterChange struct {
	Units    []twinning.Unit
	Pairings []twinning.Pairing
	People   []InviteOrder
}

// ApplyRoster puts the whole change into the books or, on the first error, nothing.
func (w *Work) ApplyRoster(a Actor, c RosterChange) error {
	if err := mustCoordinate(a); err != nil {
		return err
	}
	for _, u := range c.Units {
		if u.State == "" {
			u.State = twinning.UnitActive
		}
		if err := w.tx.PutUnit(u); err != nil {
			return wrap("roster", err)
		}
	}
	for _, p := range c.Pairings {
		if _, err := w.tx.PutPairing(p); err != nil {
			return wrap("roster", err)
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

// Seed fills an empty store with the embedded roster; a store that has units is left alone.
func (w *Work) Seed(units []twinning.Unit) (bool, error) {
	fresh, err := w.isFresh()
	if err != nil || !fresh {
		return false, err
	}
	return true, w.ApplyRoster(Actor{}, RosterChange{Units: units})
}

func (w *Work) isFresh() (bool, error) {
	units, err := w.Units()
	return len(units) == 0, wrap("units", err)
}
