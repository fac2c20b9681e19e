package store

import (
	"fmt"

	"ketnghia/twinning"
)

func unitKey(u twinning.UnitKey) key { return keyOf(kindUnit).text(string(u)) }

// Units returns all units by key.
func (v *View) Units() ([]twinning.Unit, error) {
	return list[twinning.Unit](v, under(keyOf(kindUnit)), 0)
}

// Unit returns the unit of that key.
func (v *View) Unit(u twinning.UnitKey) (twinning.Unit, error) {
	unit, err := get[twinning.Unit](v, unitKey(u))
	if err != nil {
		return unit, fmt.Errorf("unit %s: %w", u, err)
	}
	return unit, nil
}

// PutUnit stores the unit under its key.
func (tx *Tx) PutUnit(u twinning.Unit) error {
	if u.Key == "" {
		return required("key")
	}
	if err := tx.put(unitKey(u.Key), u); err != nil {
		return fmt.Errorf("unit %s: %w", u.Key, err)
	}
	return nil
}
