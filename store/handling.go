package store

import (
	"fmt"

	"ketnghia/twinning"
)

func handlingKey(o twinning.Obligation) key {
	return keyOf(kindHandling).year(o.Year).text(string(o.Rule)).text(string(o.Unit)).num(uint64(o.Pairing))
}

// Handling returns what was decided about an obligation, the zero Handling of it when nothing was.
func (v *View) Handling(o twinning.Obligation) (twinning.Handling, error) {
	h, err := get[twinning.Handling](v, handlingKey(o))
	if found, err := absent(err); err != nil || !found {
		if err != nil {
			err = fmt.Errorf("handling of %s: %w", o.Key(), err)
		}
		return twinning.Handling{Obligation: o}, err
	}
	return h, nil
}

// Handlings returns what was decided about the obligations of a year, by rule, unit and pairing.
func (v *View) Handlings(year int) ([]twinning.Handling, error) {
	all, err := list[twinning.Handling](v, under(keyOf(kindHandling).year(year)), 0)
	if err != nil {
		return nil, fmt.Errorf("handlings of %d: %w", year, err)
	}
	return all, nil
}

// PutHandling stores what was decided about an obligation and forgets an empty one.
func (tx *Tx) PutHandling(h twinning.Handling) error {
	k := handlingKey(h.Obligation)
	var err error
	if h.Empty() {
		err = tx.w.Delete(k)
	} else {
		err = tx.put(k, h)
	}
	if err != nil {
		return fmt.Errorf("handling of %s: %w", h.Obligation.Key(), err)
	}
	return nil
}

func urgeKey(id twinning.UrgeID) key { return numberKey(kindUrge, uint64(id)) }

// Urges returns all urges, oldest first.
func (v *View) Urges() ([]twinning.Urge, error) {
	all, err := list[twinning.Urge](v, under(keyOf(kindUrge)), 0)
	if err != nil {
		return nil, fmt.Errorf("urges: %w", err)
	}
	return all, nil
}

// PutUrge stores the urge and returns its id, a new one when it is 0.
func (tx *Tx) PutUrge(u twinning.Urge) (twinning.UrgeID, error) {
	id, err := tx.number(kindUrge, uint64(u.ID))
	if err != nil {
		return 0, fmt.Errorf("urge: %w", err)
	}
	u.ID = twinning.UrgeID(id)
	if err := tx.put(urgeKey(u.ID), u); err != nil {
		return 0, fmt.Errorf("urge %d: %w", id, err)
	}
	return u.ID, nil
}
