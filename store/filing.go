package store

import (
	"fmt"
	"maps"
	"slices"

	"ketnghia/twinning"
)

func filingKey(id twinning.FilingID) key { return numberKey(kindFiling, uint64(id)) }

func meetsKey(o twinning.Obligation) key { return everMeetsKey(o).year(o.Year) }

// everMeetsKey is the prefix of the obligation's keys in all years.
func everMeetsKey(o twinning.Obligation) key {
	return keyOf(kindFilingMeets).text(string(o.Rule)).text(string(o.Unit)).num(uint64(o.Pairing))
}

// Filing returns the filing of that id.
func (v *View) Filing(id twinning.FilingID) (twinning.Filing, error) {
	f, err := get[twinning.Filing](v, filingKey(id))
	if err != nil {
		return f, fmt.Errorf("filing %d: %w", id, err)
	}
	return f, nil
}

// FilingsOf returns the filings by or for a unit, newest (greatest id) first, in any state. The year is that of an
// obligation that the filing meets, or that of the filing when it meets none; 0 means any.
func (v *View) FilingsOf(u twinning.UnitKey, year int) ([]twinning.Filing, error) {
	prefix := keyOf(kindFilingUnit).text(string(u))
	if year != 0 {
		prefix = prefix.year(year)
	}
	filings, err := v.filings(prefix)
	if err != nil {
		return nil, fmt.Errorf("filings of %s: %w", u, err)
	}
	return filings, nil
}

// FilingsFor returns the filings that were handed in for the obligation, newest first, in any state.
func (v *View) FilingsFor(o twinning.Obligation) ([]twinning.Filing, error) {
	filings, err := v.filings(meetsKey(o))
	if err != nil {
		return nil, fmt.Errorf("filings for %s: %w", o.Key(), err)
	}
	return filings, nil
}

// FilingsEver returns the filings for the obligation of any year, newest first, in any state.
func (v *View) FilingsEver(o twinning.Obligation) ([]twinning.Filing, error) {
	filings, err := v.filings(everMeetsKey(o))
	if err != nil {
		return nil, fmt.Errorf("filings for %s: %w", o.Key(), err)
	}
	return filings, nil
}

// FilingsUnder returns the filings for a rule in any year and by any unit, newest first, in any state.
func (v *View) FilingsUnder(rule twinning.RuleID) ([]twinning.Filing, error) {
	filings, err := v.filings(keyOf(kindFilingMeets).text(string(rule)))
	if err != nil {
		return nil, fmt.Errorf("filings under %s: %w", rule, err)
	}
	return filings, nil
}

// Uncopied returns the filings of which a unit has not got its copy, since nobody of it was linked, oldest first. An
// empty unit means all units.
func (v *View) Uncopied(u twinning.UnitKey) ([]twinning.Filing, error) {
	prefix := keyOf(kindFilingUncopied)
	if u != "" {
		prefix = prefix.text(string(u))
	}
	ids, err := v.numbers(under(prefix), 0)
	if err != nil {
		return nil, fmt.Errorf("uncopied of %s: %w", u, err)
	}
	slices.Sort(ids)
	return resolve(slices.Compact(ids), func(id uint64) (twinning.Filing, error) { return v.Filing(twinning.FilingID(id)) })
}

// Filings returns the filings of a year as FilingsOf does, of all units; year 0 means any.
func (v *View) Filings(year int) ([]twinning.Filing, error) {
	prefix := keyOf(kindFilingYear)
	if year != 0 {
		prefix = prefix.year(year)
	}
	filings, err := v.filings(prefix)
	if err != nil {
		return nil, fmt.Errorf("filings of %d: %w", year, err)
	}
	return filings, nil
}

// filings reads an index below prefix, which may name a filing once for each of several years.
func (v *View) filings(prefix key) ([]twinning.Filing, error) {
	ids, err := v.downs(under(prefix), 0)
	if err != nil {
		return nil, err
	}
	slices.Sort(ids)
	ids = slices.Compact(ids)
	slices.Reverse(ids)
	return resolve(ids, v.Filing)
}

// PutFiling stores the filing and returns its id, a new one when it is 0.
func (tx *Tx) PutFiling(f twinning.Filing) (twinning.FilingID, error) {
	id, err := tx.number(kindFiling, uint64(f.ID))
	if err != nil {
		return 0, fmt.Errorf("filing: %w", err)
	}
	f.ID = twinning.FilingID(id)
	was, err := get[twinning.Filing](&tx.View, filingKey(f.ID))
	if _, err := absent(err); err != nil {
		return 0, fmt.Errorf("filing %d: %w", id, err)
	}
	if err := tx.reindex(filingIndex(was), filingIndex(f)); err != nil {
		return 0, fmt.Errorf("filing %d: %w", id, err)
	}
	if err := tx.put(filingKey(f.ID), f); err != nil {
		return 0, fmt.Errorf("filing %d: %w", id, err)
	}
	return f.ID, nil
}

// filingIndex returns the index keys of a filing, none for the zero filing.
func filingIndex(f twinning.Filing) index {
	x := index{}
	if f.ID == 0 {
		return x
	}
	place := func(u twinning.UnitKey, year int) {
		x.add(keyOf(kindFilingUnit).text(string(u)).year(year).down(uint64(f.ID)), nothing())
		x.add(keyOf(kindFilingYear).year(year).down(uint64(f.ID)), nothing())
	}
	for _, o := range f.Meets {
		x.add(meetsKey(o).down(uint64(f.ID)), nothing())
		place(o.Unit, o.Year)
		place(f.Unit, o.Year)
	}
	if len(f.Meets) == 0 {
		place(f.Unit, f.Filed.Year())
	}
	maps.Copy(x, uncopiedIndex(f))
	return x
}

// uncopiedIndex returns the index keys of the units that have not got their copy.
func uncopiedIndex(f twinning.Filing) index {
	x := index{}
	for _, r := range f.Copies {
		if len(r.To) == 0 {
			x.add(keyOf(kindFilingUncopied).text(string(r.Unit)).num(uint64(f.ID)), nothing())
		}
	}
	return x
}
