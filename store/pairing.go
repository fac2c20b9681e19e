package store

import (
	"fmt"

	"ketnghia/twinning"
)

func pairingKey(id twinning.PairingID) key { return numberKey(kindPairing, uint64(id)) }

// Pairings returns all pairings by id.
func (v *View) Pairings() ([]twinning.Pairing, error) {
	return list[twinning.Pairing](v, under(keyOf(kindPairing)), 0)
}

// Pairing returns the pairing of that id.
func (v *View) Pairing(id twinning.PairingID) (twinning.Pairing, error) {
	p, err := get[twinning.Pairing](v, pairingKey(id))
	if err != nil {
		return p, fmt.Errorf("pairing %d: %w", id, err)
	}
	return p, nil
}

// PairingsOf returns the pairings that the unit is a party of, by id, whether in force or not.
func (v *View) PairingsOf(u twinning.UnitKey) ([]twinning.Pairing, error) {
	ids, err := v.numbers(under(keyOf(kindPairingUnit).text(string(u))), 0)
	if err != nil {
		return nil, fmt.Errorf("pairings of %s: %w", u, err)
	}
	return resolve(ids, v.Pairing)
}

// PutPairing stores the pairing and returns its id, a new one when it is 0.
func (tx *Tx) PutPairing(p twinning.Pairing) (twinning.PairingID, error) {
	id, err := tx.number(kindPairing, uint64(p.ID))
	if err != nil {
		return 0, fmt.Errorf("pairing: %w", err)
	}
	p.ID = twinning.PairingID(id)
	was, err := get[twinning.Pairing](&tx.View, pairingKey(p.ID))
	if _, err := absent(err); err != nil {
		return 0, fmt.Errorf("pairing %d: %w", id, err)
	}
	if err := tx.reindex(pairingIndex(was), pairingIndex(p)); err != nil {
		return 0, fmt.Errorf("pairing %d: %w", id, err)
	}
	if err := tx.put(pairingKey(p.ID), p); err != nil {
		return 0, fmt.Errorf("pairing %d: %w", id, err)
	}
	return p.ID, nil
}

// pairingIndex returns the index keys of a pairing, none for the zero pairing.
func pairingIndex(p twinning.Pairing) index {
	x := index{}
	if p.ID == 0 {
		return x
	}
	for _, u := range []twinning.UnitKey{p.Sponsor, p.Recipient} {
		x.add(keyOf(kindPairingUnit).text(string(u)).num(uint64(p.ID)), nothing())
	}
	return x
}
