package store

import (
	"errors"
	"testing"

	"ketnghia/twinning"
)

func filingIDs(filings []twinning.Filing) []twinning.FilingID {
	var ids []twinning.FilingID
	for _, f := range filings {
		ids = append(ids, f.ID)
	}
	return ids
}

// filings of a store with four of them: 1 meets needs of X for 2026 and 2027, 2 meets the programme of a pairing by A,
// 3 was moved from the needs of Y to those of X 2027, 4 meets nothing.
func fourFilings(tx *Tx) error {
	obligation := func(rule twinning.RuleID, unit twinning.UnitKey, year int) twinning.Obligation {
		return twinning.Obligation{Rule: rule, Unit: unit, Year: year}
	}
	paired := obligation("programme", "A", 2027)
	paired.Pairing = 5
	var failed []error
	for _, f := range []twinning.Filing{
		{Unit: "X", Meets: []twinning.Obligation{obligation("needs", "X", 2026), obligation("needs", "X", 2027)}},
		{Unit: "A", Meets: []twinning.Obligation{paired}},
		{Unit: "Y", Meets: []twinning.Obligation{obligation("needs", "Y", 2027)}},
		{Unit: "D", Filed: twinning.NewDate(2025, 3, 1)},
		{ID: 3, Unit: "D", Meets: []twinning.Obligation{obligation("needs", "X", 2027)}},
	} {
		_, err := tx.PutFiling(f)
		failed = append(failed, err)
	}
	return errors.Join(failed...)
}

func TestFilingsAreFoundByWhatTheyMeet(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, fourFilings)
	needs := func(u twinning.UnitKey) twinning.Obligation {
		return twinning.Obligation{Rule: "needs", Unit: u, Year: 2027}
	}
	ofPairing := func(id twinning.PairingID) twinning.Obligation {
		return twinning.Obligation{Rule: "programme", Unit: "A", Pairing: id, Year: 2027}
	}
	of := func(u twinning.UnitKey, year int) func(*View) ([]twinning.Filing, error) {
		return func(v *View) ([]twinning.Filing, error) { return v.FilingsOf(u, year) }
	}
	meeting := func(o twinning.Obligation) func(*View) ([]twinning.Filing, error) {
		return func(v *View) ([]twinning.Filing, error) { return v.FilingsFor(o) }
	}
	in := func(year int) func(*View) ([]twinning.Filing, error) {
		return func(v *View) ([]twinning.Filing, error) { return v.Filings(year) }
	}
	tests := map[string]struct {
		list func(*View) ([]twinning.Filing, error)
		want []twinning.FilingID
	}{
		"of a unit in a year":              {of("X", 2027), []twinning.FilingID{3, 1}},
		"of a unit in another year":        {of("X", 2026), []twinning.FilingID{1}},
		"of a unit in any year, each once": {of("X", 0), []twinning.FilingID{3, 1}},
		"of a unit that it left":           {of("Y", 2027), nil},
		"by a unit for another":            {of("D", 2027), []twinning.FilingID{3}},
		"by a unit for nothing":            {of("D", 2025), []twinning.FilingID{4}},
		"by a unit in any year":            {of("D", 0), []twinning.FilingID{4, 3}},
		"for an obligation":                {meeting(needs("X")), []twinning.FilingID{3, 1}},
		"for one that it left":             {meeting(needs("Y")), nil},
		"for that of a pairing":            {meeting(ofPairing(5)), []twinning.FilingID{2}},
		"for that of another pairing":      {meeting(ofPairing(0)), nil},
		"of a year":                        {in(2027), []twinning.FilingID{3, 2, 1}},
		"of all years":                     {in(0), []twinning.FilingID{4, 3, 2, 1}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			view(t, s, func(v *View) error {
				filings, err := test.list(v)
				same(t, name, test.want, filingIDs(filings), err)
				return nil
			})
		})
	}
	view(t, s, func(v *View) error {
		_, err := v.Filing(5)
		missing(t, "Filing 5", err)
		return nil
	})
}
