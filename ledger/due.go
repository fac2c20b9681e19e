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

// Changes returns the number of the last audited change of the books, given that there were at least known. Two looks
// with the same number differ in nothing that a use case did or that decides who can be told.
func (k *Look) Changes(known uint64) (uint64, error) {
	// The entries are numbered without a gap, so steps that double and then halve find the last one.
	last := known
	grow := true
	for step := uint64(1); step > 0; {
		later, err := k.AuditLog(last+step-1, 1)
		if err != nil {
			return 0, wrap("changes", err)
		}
		switch {
		case len(later) == 0:
			grow = false
			step /= 2
		default:
			last += step
			if grow {
				step *= 2
			}
		}
	}
	return last, nil
}
