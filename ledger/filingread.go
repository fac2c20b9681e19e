package ledger

import (
	"cmp"
	"slices"

	"ketnghia/twinning"
)

// MayReadFiling says whether the person may see a document: of a unit of which the person may see all records, or one of
// which the own unit was sent a copy.
func (k *Look) MayReadFiling(p twinning.Person, f twinning.Filing) (bool, error) {
	if whole, err := k.MayReadWhole(p, f.Unit); err != nil || whole {
		return whole, err
	}
	return p.Active() && slices.ContainsFunc(f.Copies, func(r twinning.Receipt) bool {
		return len(r.To) > 0 && k.heir(r.Unit) == p.Unit
	}), nil
}

// FilingsSeen returns the documents of a unit and a year (0: any) that the person may see, newest first, in any state.
func (k *Look) FilingsSeen(p twinning.Person, unit twinning.UnitKey, year int) ([]twinning.Filing, error) {
	own, err := k.lineage(unit)
	if err != nil {
		return nil, err
	}
	var filings, seen []twinning.Filing
	for _, key := range own {
		of, err := k.FilingsOf(key, year)
		if err != nil {
			return nil, wrap("filings", err)
		}
		filings = append(filings, of...)
	}
	if len(own) > 1 {
		slices.SortFunc(filings, func(a, b twinning.Filing) int { return cmp.Compare(b.ID, a.ID) })
		filings = slices.CompactFunc(filings, func(a, b twinning.Filing) bool { return a.ID == b.ID })
	}
	for _, f := range filings {
		may, err := k.MayReadFiling(p, f)
		if err != nil {
			return nil, err
		}
		if may {
			seen = append(seen, f)
		}
	}
	return seen, nil
}

// Undecided returns the documents of the open years about which Ban Dân tộc has not decided, oldest first; those of the
// person's own unit are not the person's to decide about.
func (k *Look) Undecided(p twinning.Person) ([]twinning.Filing, error) {
	var open []twinning.Filing
	for _, year := range k.OpenYears() {
		filings, err := k.Filings(year)
		if err != nil {
			return nil, wrap("undecided", err)
		}
		for _, f := range filings {
			if f.State == twinning.FilingSubmitted && f.Unit != p.Unit {
				open = append(open, f)
			}
		}
	}
	slices.SortFunc(open, func(a, b twinning.Filing) int { return int(a.ID) - int(b.ID) })
	return slices.CompactFunc(open, func(a, b twinning.Filing) bool { return a.ID == b.ID }), nil
}

// Uncopied returns the documents in force of which a unit has not got its copy, since nobody of it is linked, oldest
// first. An empty unit means all units.
func (k *Look) Uncopied(unit twinning.UnitKey) ([]twinning.Filing, error) {
	filings, err := k.View.Uncopied(unit)
	return slices.DeleteFunc(filings, func(f twinning.Filing) bool { return !f.Stands() }), wrap("uncopied", err)
}

// UncopiedUnit is a unit that has not got its copy of some documents.
type UncopiedUnit struct {
	Unit    twinning.UnitKey
	Filings []twinning.Filing
}

// UncopiedUnits groups what Uncopied returns by the unit that waits, in the order of the keys.
func (k *Look) UncopiedUnits() ([]UncopiedUnit, error) {
	filings, err := k.Uncopied("")
	if err != nil {
		return nil, err
	}
	waiting := map[twinning.UnitKey][]twinning.Filing{}
	var keys []twinning.UnitKey
	for _, f := range filings {
		for _, r := range f.Copies {
			if len(r.To) > 0 {
				continue
			}
			if waiting[r.Unit] == nil {
				keys = append(keys, r.Unit)
			}
			waiting[r.Unit] = append(waiting[r.Unit], f)
		}
	}
	slices.Sort(keys)
	units := make([]UncopiedUnit, len(keys))
	for i, key := range keys {
		units[i] = UncopiedUnit{key, waiting[key]}
	}
	return units, nil
}
