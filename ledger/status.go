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
	// Kind limits to activities of a kind, "" for all. How many of them there are stands in the totals (Counting); what
	// else they brought is read from the activities themselves.
	Kind twinning.Kind
}

// takes says whether an activity that counts is one of those that the filter chooses, its units and its day aside.
func (f Filter) takes(a twinning.Activity) bool {
	return (f.Pairing == 0 || a.Pairing == f.Pairing) && (f.Category == 0 || a.Facts.Category == f.Category) &&
		(f.Kind == "" || slices.Contains(a.Facts.Kinds, f.Kind)) && a.State != twinning.ActivityVoided
}

// Sum is what was done, confirmed by the counterpart and not yet.
type Sum struct {
	Confirmed, Unconfirmed twinning.Quantities
	// ByCategory holds both together.
	ByCategory map[twinning.Category]twinning.Quantities
}

// All returns confirmed and unconfirmed together.
func (s Sum) All() twinning.Quantities { return s.Confirmed.Plus(s.Unconfirmed, 1) }

// Sum adds up the totals of a year, each activity once. Its cost depends on the number of units and pairings, not on
// that of activities, unless the filter names a kind, or both sponsors and recipients: then what they did together would
// be counted from either side, so the activities themselves are read.
func (k *Look) Sum(year int, f Filter) (Sum, error) {
	both, err := k.bothSides(f.Units)
	if err != nil {
		return newSum(), err
	}
	if both || f.Kind != "" {
		return k.SumBetween(WholeYear(year), f)
	}
	s := newSum()
	seen := make(map[twinning.UnitKey]bool, len(f.Units))
	for _, unit := range f.Units {
		if seen[unit] {
			continue
		}
		seen[unit] = true
		rows, err := k.Totals(year, unit)
		if err != nil {
			return s, wrap(fmt.Sprintf("totals %d %s", year, unit), err)
		}
		for _, r := range rows {
			if f.Pairing != 0 && r.Pairing != f.Pairing || f.Category != 0 && r.Category != f.Category {
				continue
			}
			s.add(r.Category, r.Confirmed, r.Sum)
		}
	}
	return s, nil
}

// WholeYear returns the range of all days of a year.
func WholeYear(year int) twinning.DateRange {
	return twinning.DateRange{From: twinning.NewDate(year, 1, 1), To: twinning.NewDate(year, 12, 31)}
}

func newSum() Sum {
	return Sum{
		Confirmed: twinning.Quantities{}, Unconfirmed: twinning.Quantities{},
		ByCategory: map[twinning.Category]twinning.Quantities{},
	}
}

func (s *Sum) add(c twinning.Category, confirmed bool, q twinning.Quantities) {
	into := s.Unconfirmed
	if confirmed {
		into = s.Confirmed
	}
	if s.ByCategory[c] == nil {
		s.ByCategory[c] = twinning.Quantities{}
	}
	// What counts is never below 0 nor kept as 0, so nothing can come to 0 here.
	for m, v := range q {
		into[m] += v
		s.ByCategory[c][m] += v
	}
}

// bothSides says whether sponsors as well as recipients are among the units.
func (k *Look) bothSides(units []twinning.UnitKey) (bool, error) {
	var recipients int
	for _, key := range units {
		if len(units) == 1 {
			break
		}
		u, err := k.Unit(key)
		if err != nil {
			return false, wrap("sum", err)
		}
		if u.Role.IsRecipient() {
			recipients++
		}
	}
	return recipients > 0 && recipients < len(units), nil
}

// Span returns the units whose rows make up the figures of a unit: the unit and those that it succeeded, of a district its
// communes too. The province's (the issuer or the standing agency) are all recipients', so that nothing is counted from both
// sides; the overseer's are the border communes'.
func (k *Look) Span(unit twinning.Unit) ([]twinning.UnitKey, error) {
	switch unit.Role {
	case twinning.RoleIssuer, twinning.RoleStanding:
		return k.keysOf(func(u twinning.Unit) bool { return u.Role.IsRecipient() })
	case twinning.RoleRecipientDistrict:
		own, err := k.lineage(unit.Key)
		if err != nil {
			return nil, err
		}
		return k.keysOf(func(u twinning.Unit) bool { return slices.Contains(own, u.Key) || slices.Contains(own, u.Parent) })
	case twinning.RoleOverseer:
		return k.keysOf(func(u twinning.Unit) bool { return u.Border && u.Role == twinning.RoleRecipientCommune })
	case twinning.RoleEmulation, twinning.RoleSponsorAgency, twinning.RoleSponsorLowland,
		twinning.RoleSponsorOther, twinning.RoleRecipientCommune:
	}
	return k.lineage(unit.Key)
}

// keysOf returns the units that match, by key, also those that a reorganisation ended: their years stay in the books.
func (k *Look) keysOf(match func(twinning.Unit) bool) ([]twinning.UnitKey, error) {
	units, err := k.Units()
	if err != nil {
		return nil, wrap("units", err)
	}
	var keys []twinning.UnitKey
	for _, u := range units {
		if match(u) {
			keys = append(keys, u.Key)
		}
	}
	return keys, nil
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
	s := newSum()
	err := k.eachBetween(r, f, func(a twinning.Activity) { s.addActivity(a) })
	return s, err
}

func (s *Sum) addActivity(a twinning.Activity) {
	s.add(a.Facts.Category, a.State == twinning.ActivityConfirmed, a.Counted())
}

// eachBetween passes the activities that count in the range, each once.
func (k *Look) eachBetween(r twinning.DateRange, f Filter, fn func(twinning.Activity)) error {
	seen := map[twinning.ActivityID]bool{}
	for _, unit := range f.Units {
		for year := r.From.Year(); year <= r.To.Year(); year++ {
			err := k.eachOf(unit, year, func(a twinning.Activity) {
				if seen[a.ID] || !r.Contains(a.Facts.From) || !f.takes(a) {
					return
				}
				seen[a.ID] = true
				fn(a)
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
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
	var all []twinning.Activity
	for _, key := range span {
		list, err := k.newestAfter(key, after, limit+1)
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

// newestAfter returns the unit's newest activities that are not voided and come after the given one in the order of
// newestFirst, which is that of the store too; the given one may be another unit's.
func (k *Look) newestAfter(unit twinning.UnitKey, after twinning.ActivityID, limit int) ([]twinning.Activity, error) {
	var list []twinning.Activity
	page := Page{Limit: limit, After: after}
	for {
		got, err := k.ActivitiesOf(unit, 0, page)
		if err != nil {
			return nil, wrap("newest", err)
		}
		for _, a := range got {
			if a.State != twinning.ActivityVoided && len(list) < limit {
				list = append(list, a)
			}
		}
		if len(got) < page.Limit || len(list) == limit {
			return list, nil
		}
		page.After = got[len(got)-1].ID
	}
}
