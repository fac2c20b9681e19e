package ledger

import "ketnghia/twinning"

// Staff returns the reachable people who act for each unit, as Officers does for one, by one reading of the people.
func (k *Look) Staff() (map[twinning.UnitKey][]twinning.Person, error) {
	people, err := k.People()
	if err != nil {
		return nil, wrap("people", err)
	}
	staff := map[twinning.UnitKey][]twinning.Person{}
	for _, p := range people {
		if p.MayLog() && !p.Unreachable {
			staff[p.Unit] = append(staff[p.Unit], p)
		}
	}
	return staff, nil
}
