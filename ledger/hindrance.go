package ledger

import "ketnghia/twinning"

// Hindrance returns the recipient's overdue obligation that keeps the sponsor from meeting this one of a pairing
// (ObligationRule.WaitsFor); ok is false when there is none.
func (k *Look) Hindrance(o Owing) (cause Owing, ok bool, err error) {
	if o.Rule.WaitsFor == "" || o.Pairing == 0 || !o.Standing.Open() {
		return Owing{}, false, nil
	}
	p, err := k.Pairing(o.Pairing)
	if err != nil {
		return Owing{}, false, wrap("hindrance", err)
	}
	owings, err := k.OwingsIn(p.Recipient, o.Year)
	if err != nil {
		return Owing{}, false, err
	}
	for _, other := range owings {
		if other.Rule.ID == o.Rule.WaitsFor && other.Standing == twinning.StandingOverdue {
			return other, true, nil
		}
	}
	return Owing{}, false, nil
}
