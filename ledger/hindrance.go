package ledger

import (
	"errors"

	"ketnghia/twinning"
)

// Hindrance returns what keeps an open obligation of a pairing waiting: the recipient's own obligation of the same year
// for which its rule waits (Rule.WaitsFor), when that is overdue. ok is false when there is no such thing.
func (k *Look) Hindrance(o Owing) (cause Owing, ok bool, err error) {
	if o.Rule.WaitsFor == "" || o.Pairing == 0 || !o.Standing.Open() {
		return Owing{}, false, nil
	}
	p, err := k.Pairing(o.Pairing)
	if err != nil {
		return Owing{}, false, wrap("hindrance", err)
	}
	awaited := twinning.Obligation{Rule: o.Rule.WaitsFor, Unit: p.Recipient, Year: o.Year}
	if rule, known := k.programme.Rule(o.Rule.WaitsFor); known && rule.Per == twinning.PerPairing {
		awaited.Pairing = o.Pairing
	}
	cause, err = k.OwingNamed(awaited)
	if errors.Is(err, twinning.ErrNotFound) {
		return Owing{}, false, nil
	}
	if err != nil {
		return Owing{}, false, err
	}
	return cause, cause.Standing == twinning.StandingOverdue, nil
}
