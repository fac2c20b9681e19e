package ledger

import (
	"slices"

	"ketnghia/twinning"
)

// copyUnits returns the units that must have a copy, each once, the filing unit itself aside.
func (w *Work) copyUnits(o Owing) ([]twinning.UnitKey, error) {
	var keys []twinning.UnitKey
	add := func(key twinning.UnitKey) {
		if key != "" && key != o.Obligation.Unit && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	for _, class := range o.Rule.Copies {
		switch class {
		case twinning.CopyCounterparts:
			counterparts, err := w.counterpartsOf(o)
			if err != nil {
				return nil, err
			}
			for _, key := range counterparts {
				add(key)
			}
		case twinning.CopyStanding:
			standing, err := w.UnitsOf(twinning.RoleStanding)
			if err != nil {
				return nil, err
			}
			for _, u := range standing {
				add(u.Key)
			}
		case twinning.CopyDistrict:
			district, err := w.districtOf(o.Obligation)
			if err != nil {
				return nil, err
			}
			add(district)
		}
	}
	return keys, nil
}

// counterpartsOf returns the other party of the obligation's pairing or, for a unit's own document, everybody that the
// unit is paired with now or was on the day that the document is about: a report on last year goes to last year's too.
func (w *Work) counterpartsOf(o Owing) ([]twinning.UnitKey, error) {
	if o.Pairing != 0 {
		p, err := w.Pairing(o.Pairing)
		return []twinning.UnitKey{p.Counterpart(o.Obligation.Unit)}, wrap("pairing", err)
	}
	pairings, err := w.PairingsOf(o.Obligation.Unit)
	if err != nil {
		return nil, wrap("pairings", err)
	}
	var keys []twinning.UnitKey
	for _, p := range pairings {
		if p.Valid(w.Today()) || p.Valid(o.Deadlines.Due) {
			keys = append(keys, p.Counterpart(o.Obligation.Unit))
		}
	}
	return keys, nil
}

// districtOf returns the district of the commune that the obligation concerns, or "".
func (w *Work) districtOf(o twinning.Obligation) (twinning.UnitKey, error) {
	key := o.Unit
	if o.Pairing != 0 {
		p, err := w.Pairing(o.Pairing)
		if err != nil {
			return "", wrap("pairing", err)
		}
		key = p.Recipient
	}
	u, err := w.Unit(key)
	return u.Parent, wrap("unit", err)
}

// sendCopies sends the document to everybody who acts for a unit that must have it and returns the receipts; a unit
// without a linked person keeps an empty one. A unit for which somebody else filed gets its own copy too.
func (w *Work) sendCopies(a Actor, f twinning.Filing, owings []Owing) ([]twinning.Receipt, error) {
	var units []twinning.UnitKey
	if f.ByCoordinator {
		units = append(units, f.Unit)
	}
	for _, o := range owings {
		more, err := w.copyUnits(o)
		if err != nil {
			return nil, err
		}
		for _, key := range more {
			if !slices.Contains(units, key) {
				units = append(units, key)
			}
		}
	}
	receipts := make([]twinning.Receipt, len(units))
	for i, key := range units {
		var err error
		if receipts[i], err = w.sendCopy(a, f, key); err != nil {
			return nil, err
		}
	}
	return receipts, nil
}

// sendCopy sends the document to the people who act for the unit. Who filed it has it already.
func (w *Work) sendCopy(a Actor, f twinning.Filing, unit twinning.UnitKey) (twinning.Receipt, error) {
	receipt := twinning.Receipt{Unit: unit}
	people, err := w.Officers(unit)
	if err != nil {
		return receipt, err
	}
	m := twinning.Message{Lines: append([]twinning.Line{{Key: "filing.copy", Args: twinning.Args{
		"Unit": w.UnitName(f.Unit), "ID": twinning.Number(f.ID),
	}}}, w.FilingLines(f)...), Files: f.Files}
	for _, p := range people {
		receipt.To, receipt.At = append(receipt.To, p.ID), w.Now()
		if p.ID == a.Person.ID {
			continue
		}
		if err := w.tell(p, ClassReply, FilingSubject(f.ID), m); err != nil {
			return receipt, err
		}
	}
	return receipt, nil
}
