package ledger

import (
	"cmp"
	"fmt"
	"slices"

	"ketnghia/twinning"
)

// Filter chooses what is summed up.
type Filter struct {
	// Units are whose rows are summed; for the province all recipients, for a district itself and its communes.
	Units []twinning.UnitKey
	// Pairing limits to one pairing, Category to one content of section II; 0 for all.
	Pairing  twinning.PairingID
	Category twinning.Category
}

// Sum is what was done, confirmed by the counterpart and not yet.
type Sum struct {
	Confirmed, Unconfirmed twinning.Quantities
	// ByCategory holds both together.
	ByCategory map[twinning.Category]twinning.Quantities
}

// All returns confirmed and unconfirmed together.
func (s Sum) All() twinning.Quantities { return s.Confirmed.Plus(s.Unconfirmed, 1) }

// Sum adds up the totals of a year. Its cost depends on the number of units and pairings, not on that of activities.
func (k *Look) Sum(year int, f Filter) (Sum, error) {
	s := Sum{
		Confirmed: twinning.Quantities{}, Unconfirmed: twinning.Quantities{},
		ByCategory: map[twinning.Category]twinning.Quantities{},
	}
	for _, unit := range f.Units {
		rows, err := k.Totals(year, unit)
		if err != nil {
			return s, wrap(fmt.Sprintf("totals %d %s", year, unit), err)
		}
		for _, r := range rows {
			if f.Pairing != 0 && r.Pairing != f.Pairing || f.Category != 0 && r.Category != f.Category {
				continue
			}
			if r.Confirmed {
				s.Confirmed = s.Confirmed.Plus(r.Sum, 1)
			} else {
				s.Unconfirmed = s.Unconfirmed.Plus(r.Sum, 1)
			}
			s.ByCategory[r.Category] = s.ByCategory[r.Category].Plus(r.Sum, 1)
		}
	}
	return s, nil
}

// Span returns the units whose rows make up the figures of a unit: a district's are its own and its communes', the
// province's (the issuer or the standing agency) are all recipients', so that nothing is counted from both sides.
func (k *Look) Span(unit twinning.Unit) ([]twinning.UnitKey, error) {
	switch unit.Role {
	case twinning.RoleIssuer, twinning.RoleStanding:
		return k.Recipients()
	case twinning.RoleRecipientDistrict:
		communes, err := k.Communes(unit.Key)
		keys := []twinning.UnitKey{unit.Key}
		for _, c := range communes {
			keys = append(keys, c.Key)
		}
		return keys, err
	case twinning.RoleEmulation, twinning.RoleOverseer, twinning.RoleSponsorAgency, twinning.RoleSponsorLowland,
		twinning.RoleSponsorOther, twinning.RoleRecipientCommune:
	}
	return []twinning.UnitKey{unit.Key}, nil
}

// Recipients returns all recipient units, also those that a reorganisation ended: their years stay in the books.
func (k *Look) Recipients() ([]twinning.UnitKey, error) {
	units, err := k.Units()
	if err != nil {
		return nil, wrap("recipients", err)
	}
	var keys []twinning.UnitKey
	for _, u := range units {
		if u.Role.IsRecipient() {
			keys = append(keys, u.Key)
		}
	}
	return keys, nil
}

// Progress is how far a sponsor is with one target of the year.
type Progress struct {
	Target   twinning.Target
	Done     int64
	Required int64
	// Known is false when the number of posts is needed and not on the roster.
	Known bool
}

// Progresses returns the targets of III.2.1 that bind the unit in the year and are measured by a number, with what was
// done (confirmed or not).
func (k *Look) Progresses(unit twinning.Unit, year int) ([]Progress, error) {
	sum, err := k.Sum(year, Filter{Units: []twinning.UnitKey{unit.Key}})
	if err != nil {
		return nil, err
	}
	communes, err := k.pairedCommunes(unit.Key, year)
	if err != nil {
		return nil, err
	}
	done := sum.All()
	var list []Progress
	for _, t := range k.programme.Targets {
		if !t.Applies(unit.Role) || t.Measure == "" || len(t.Kinds) > 0 && t.Measure == twinning.Activities {
			continue
		}
		required, known := t.Required(unit.Staff, communes)
		list = append(list, Progress{Target: t, Done: done[t.Measure], Required: required, Known: known})
	}
	return list, nil
}

func (k *Look) pairedCommunes(sponsor twinning.UnitKey, year int) (int, error) {
	pairings, err := k.PairingsOf(sponsor)
	if err != nil {
		return 0, wrap("pairings", err)
	}
	var communes []twinning.UnitKey
	for _, p := range pairings {
		u, err := k.Unit(p.Recipient)
		if err != nil {
			return 0, wrap("pairings", err)
		}
		if p.Sponsor == sponsor && p.ValidIn(year) && u.Role == twinning.RoleRecipientCommune && !slices.Contains(communes, u.Key) {
			communes = append(communes, u.Key)
		}
	}
	return len(communes), nil
}

// Ranked is a unit with its number of one measure.
type Ranked struct {
	Unit  twinning.Unit
	Value int64
}

// Ranking returns the units by their number of the measure in the year, highest first, then by name.
func (k *Look) Ranking(year int, units []twinning.Unit, m twinning.Measure) ([]Ranked, error) {
	ranked := make([]Ranked, 0, len(units))
	for _, u := range units {
		span, err := k.Span(u)
		if err != nil {
			return nil, err
		}
		sum, err := k.Sum(year, Filter{Units: span})
		if err != nil {
			return nil, err
		}
		ranked = append(ranked, Ranked{Unit: u, Value: sum.All()[m]})
	}
	slices.SortStableFunc(ranked, func(a, b Ranked) int {
		return cmp.Or(cmp.Compare(b.Value, a.Value), cmp.Compare(a.Unit.Name, b.Unit.Name))
	})
	return ranked, nil
}

// scanPage is how many activities are read at a time when a period does not fall on whole years.
const scanPage = 500

// SumBetween adds up the activities of the units whose first day lies in the range, each activity once. It reads the
// activities of the range's years; whole years are cheaper with Sum.
func (k *Look) SumBetween(r twinning.DateRange, f Filter) (Sum, error) {
	s := Sum{
		Confirmed: twinning.Quantities{}, Unconfirmed: twinning.Quantities{},
		ByCategory: map[twinning.Category]twinning.Quantities{},
	}
	seen := map[twinning.ActivityID]bool{}
	for _, unit := range f.Units {
		for year := r.From.Year(); year <= r.To.Year(); year++ {
			err := k.eachOf(unit, year, func(a twinning.Activity) {
				if seen[a.ID] || !r.Contains(a.Facts.From) || f.Pairing != 0 && a.Pairing != f.Pairing ||
					f.Category != 0 && a.Facts.Category != f.Category {
					return
				}
				seen[a.ID] = true
				s.add(a)
			})
			if err != nil {
				return s, err
			}
		}
	}
	return s, nil
}

func (s *Sum) add(a twinning.Activity) {
	if a.State == twinning.ActivityConfirmed {
		s.Confirmed = s.Confirmed.Plus(a.Counted(), 1)
	} else {
		s.Unconfirmed = s.Unconfirmed.Plus(a.Counted(), 1)
	}
	s.ByCategory[a.Facts.Category] = s.ByCategory[a.Facts.Category].Plus(a.Counted(), 1)
}

func (k *Look) eachOf(unit twinning.UnitKey, year int, fn func(twinning.Activity)) error {
	page := Page{Limit: scanPage}
	for {
		list, err := k.ActivitiesOf(unit, year, page)
		if err != nil {
			return wrap("activities", err)
		}
		for _, a := range list {
			fn(a)
		}
		if len(list) < scanPage {
			return nil
		}
		page.After = list[len(list)-1].ID
	}
}

// NewestOf returns the newest activities of everything that makes up the unit's figures, at most limit of them, and
// whether there are more. After is the last activity of the page before, 0 for the first page.
func (k *Look) NewestOf(unit twinning.Unit, after twinning.ActivityID, limit int) ([]twinning.Activity, bool, error) {
	span, err := k.Span(unit)
	if err != nil {
		return nil, false, err
	}
	var cut twinning.Activity
	if after != 0 {
		if cut, err = k.Activity(after); err != nil {
			return nil, false, wrap("newest", err)
		}
	}
	var all []twinning.Activity
	for _, key := range span {
		list, err := k.newestAfter(key, cut, limit+1)
		if err != nil {
			return nil, false, err
		}
		all = append(all, list...)
	}
	slices.SortFunc(all, newestFirst)
	all = slices.CompactFunc(all, func(a, b twinning.Activity) bool { return a.ID == b.ID })
	if len(all) > limit {
		return all[:limit], true, nil
	}
	return all, false, nil
}

func newestFirst(a, b twinning.Activity) int {
	return cmp.Or(cmp.Compare(b.Facts.From, a.Facts.From), cmp.Compare(b.ID, a.ID))
}

// newestAfter returns the unit's newest activities that come after cut in the order of newestFirst.
func (k *Look) newestAfter(unit twinning.UnitKey, cut twinning.Activity, limit int) ([]twinning.Activity, error) {
	var list []twinning.Activity
	page := Page{Limit: scanPage}
	for {
		got, err := k.ActivitiesOf(unit, 0, page)
		if err != nil {
			return nil, wrap("newest", err)
		}
		for _, a := range got {
			if a.State != twinning.ActivityVoided && (cut.ID == 0 || newestFirst(cut, a) < 0) {
				list = append(list, a)
			}
			if len(list) == limit {
				return list, nil
			}
		}
		if len(got) < scanPage {
			return list, nil
		}
		page.After = got[len(got)-1].ID
	}
}
