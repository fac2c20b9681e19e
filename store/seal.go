package store

import (
	"fmt"

	"ketnghia/twinning"
)

func sealsOf(year int, unit twinning.UnitKey) key {
	return keyOf(kindSeal).year(year).text(string(unit))
}

// Seals returns the sealed reports of a unit on a year, oldest first; the unit is "" for the standing agency's own.
func (v *View) Seals(year int, unit twinning.UnitKey) ([]twinning.Seal, error) {
	all, err := list[twinning.Seal](v, under(sealsOf(year, unit)), 0)
	if err != nil {
		return nil, fmt.Errorf("seals of %s %d: %w", unit, year, err)
	}
	return all, nil
}

// Seal returns one version of a sealed report.
func (v *View) Seal(year int, unit twinning.UnitKey, version int) (twinning.Seal, error) {
	s, err := get[twinning.Seal](v, sealsOf(year, unit).num(uint64(version)))
	if err != nil {
		return s, fmt.Errorf("seal %d of %s %d: %w", version, unit, year, err)
	}
	return s, nil
}

// PutSeal stores the seal as the next version of its report and returns that; what is sealed is never changed.
func (tx *Tx) PutSeal(s twinning.Seal) (version int, err error) {
	before, err := tx.Seals(s.Year, s.Unit)
	if err != nil {
		return 0, err
	}
	s.Version = len(before) + 1
	if err := tx.put(sealsOf(s.Year, s.Unit).num(uint64(s.Version)), s); err != nil {
		return 0, fmt.Errorf("seal %d of %s %d: %w", s.Version, s.Unit, s.Year, err)
	}
	return s.Version, nil
}
