package ledger

import (
	"cmp"
	"errors"
	"slices"

	"ketnghia/twinning"
)

// beyondPercent is from which share of a target on it counts as passed (FactorBeyond).
const beyondPercent = 120

// SuggestRating suggests how a unit is rated for a year (IV.1), with every condition, the positive factors, and the flags
// of IV.2. Before the year is over it says how the unit stands so far. A unit without conditions gets no level, nor does
// a sponsor without a pairing in the year: IV.1 rates those who are assigned to take part.
func (k *Look) SuggestRating(u twinning.Unit, year int) (twinning.Suggestion, error) {
	var s twinning.Suggestion
	if assigned, err := k.assigned(u, year); err != nil || !assigned {
		return s, err
	}
	progress, err := k.Progresses(u, year)
	if err != nil {
		return s, err
	}
	for _, p := range progress {
		s.Conditions = append(s.Conditions, twinning.Condition{
			Target: p.Target.ID, Done: p.Done, Required: p.Required, Known: p.Known,
		})
	}
	owings, err := k.OwingsIn(u.Key, year)
	if err != nil {
		return s, err
	}
	s.Conditions = append(s.Conditions, documentConditions(owings)...)
	if s.Factors, err = k.factors(u, year, progress, owings); err != nil {
		return s, err
	}
	if s.Flags, err = k.flags(u, year, owings); err != nil {
		return s, err
	}
	s.Level = k.programme.Rating.Suggest(s.Conditions, s.Factors)
	return s, nil
}

// assigned says whether the unit takes part in the year: every recipient, and sponsors that have a pairing.
func (k *Look) assigned(u twinning.Unit, year int) (bool, error) {
	if u.Role.IsRecipient() {
		return true, nil
	}
	pairings, err := k.PairingsOf(u.Key)
	if err != nil {
		return false, wrap("rating", err)
	}
	return slices.ContainsFunc(pairings, func(p twinning.Pairing) bool { return p.ValidIn(year) }), nil
}

// documentConditions makes one condition of each rule: so many of its documents filed, of so many that count.
func documentConditions(owings []Owing) []twinning.Condition {
	var list []twinning.Condition
	for _, o := range owings {
		if !o.Standing.Counts() {
			continue
		}
		i := slices.IndexFunc(list, func(c twinning.Condition) bool { return c.Rule == o.Rule.ID })
		if i < 0 {
			i = len(list)
			list = append(list, twinning.Condition{Rule: o.Rule.ID, Known: true})
		}
		list[i].Required++
		if o.Standing.Met() {
			list[i].Done++
		}
	}
	return list
}

// factors are the positive ones that the books show.
func (k *Look) factors(u twinning.Unit, year int, progress []Progress, owings []Owing) ([]twinning.Factor, error) {
	sum, err := k.Sum(year, Filter{Units: []twinning.UnitKey{u.Key}})
	if err != nil {
		return nil, err
	}
	fewer, err := k.fewerGifts(u.Key, year)
	if err != nil {
		return nil, err
	}
	led, err := k.ledStages(u, year)
	if err != nil {
		return nil, err
	}
	all := sum.All()
	has := map[twinning.Factor]bool{
		twinning.FactorBeyond: slices.ContainsFunc(progress, func(p Progress) bool {
			return p.Known && p.Required > 0 && p.Target.Measure != twinning.Activities && 100*p.Done >= beyondPercent*p.Required
		}),
		twinning.FactorReplicated: all[twinning.Counting(twinning.KindModelMore)] > 0,
		twinning.FactorConnected:  all[twinning.Counting(twinning.KindConnecting)] > 1,
		twinning.FactorFewerGifts: fewer,
		twinning.FactorInTime:     inTime(owings),
		twinning.FactorStages:     led,
	}
	return slices.DeleteFunc(twinning.Factors(), func(f twinning.Factor) bool { return !has[f] }), nil
}

// inTime says that every document that counts was filed by the last day in time, and that there is one.
func inTime(owings []Owing) bool {
	met := 0
	for _, o := range owings {
		if o.Standing.Met() {
			met++
		}
		if o.Standing.Counts() && o.Standing != twinning.StandingMet {
			return false
		}
	}
	return met > 0
}

// GiftShare is the part of gifts in what was done: of the activities and of the money (I.2, II.1: giảm dần việc tặng quà).
type GiftShare struct{ Gifts, Activities, GiftAmount, Amount int64 }

// Less says whether the share is smaller than another, of the money or, where none is stated, of the activities. Without
// figures on either side nobody can say, so it is not.
func (g GiftShare) Less(other GiftShare) bool {
	if g.Amount > 0 && other.Amount > 0 {
		return g.GiftAmount*other.Amount < other.GiftAmount*g.Amount
	}
	return g.Activities > 0 && other.Activities > 0 && g.Gifts*other.Activities < other.Gifts*g.Activities
}

// GiftShareOf returns the share of gifts of some units in a year.
func (k *Look) GiftShareOf(year int, units ...twinning.UnitKey) (GiftShare, error) {
	sum, err := k.Sum(year, Filter{Units: units})
	return giftShare(sum), err
}

func giftShare(s Sum) GiftShare {
	all := s.All()
	return GiftShare{
		Gifts: all[twinning.Counting(twinning.KindGift)], Activities: all[twinning.Activities],
		GiftAmount: all[twinning.GiftAmount], Amount: all[twinning.Amount],
	}
}

// Percent returns the share in whole percents, of the money or, where none is stated, of the activities; ok is false
// where there is nothing to take a share of.
func (g GiftShare) Percent() (percent int64, ok bool) {
	switch {
	case g.Amount > 0:
		return 100 * g.GiftAmount / g.Amount, true
	case g.Activities > 0:
		return 100 * g.Gifts / g.Activities, true
	}
	return 0, false
}

func (k *Look) fewerGifts(unit twinning.UnitKey, year int) (bool, error) {
	now, err := k.GiftShareOf(year, unit)
	if err != nil {
		return false, err
	}
	before, err := k.GiftShareOf(year-1, unit)
	return now.Less(before), err
}

// flags are the three of IV.2, each only when its time has come: nothing signed after the deadline of the programme;
// signed, and no confirmed activity when the year is over; no report after its deadline. Of a pairing the sponsor hands in
// what both signed, so it counts for the recipient too.
func (k *Look) flags(u twinning.Unit, year int, owings []Owing) ([]twinning.Flag, error) {
	var unsigned, signed, unreported bool
	programmes, err := k.programmesOf(u.Key, year)
	if err != nil {
		return nil, err
	}
	for _, o := range programmes {
		unsigned, signed = unsigned || o.Standing == twinning.StandingOverdue, signed || o.Standing.Met()
	}
	for _, o := range owings {
		if slices.Contains(k.programme.Rating.Reports, o.Rule.ID) {
			unreported = unreported || o.Standing == twinning.StandingOverdue
		}
	}
	idle := false
	if signed && k.Today() > twinning.NewDate(year, 12, 31) {
		sum, err := k.Sum(year, Filter{Units: []twinning.UnitKey{u.Key}})
		if err != nil {
			return nil, err
		}
		idle = sum.Confirmed[twinning.Activities] == 0
	}
	has := map[twinning.Flag]bool{
		twinning.FlagUnsigned: unsigned && !signed, twinning.FlagIdle: idle, twinning.FlagUnreported: unreported,
	}
	return slices.DeleteFunc(twinning.Flags(), func(f twinning.Flag) bool { return !has[f] }), nil
}

// programmesOf returns the signed programmes of the unit's pairings in the year, whoever of the parties owes them.
func (k *Look) programmesOf(unit twinning.UnitKey, year int) ([]Owing, error) {
	pairings, err := k.PairingsOf(unit)
	if err != nil {
		return nil, wrap("rating", err)
	}
	rule := k.programme.Rating.Signed
	var list []Owing
	for _, p := range pairings {
		for _, party := range []twinning.UnitKey{p.Sponsor, p.Recipient} {
			o, err := k.OwingNamed(twinning.Obligation{Rule: rule, Unit: party, Pairing: p.ID, Year: year})
			if errors.Is(err, twinning.ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			list = append(list, o)
		}
	}
	return list, nil
}

// Rated is a unit with its suggestion.
type Rated struct {
	Unit       twinning.Unit
	Suggestion twinning.Suggestion
}

// SuggestRatings suggests a rating for every active unit that is assigned to help or to be helped (IV.1) and has
// conditions: best level first, then by the share of conditions met, then by name.
func (k *Look) SuggestRatings(year int) ([]Rated, error) {
	units, err := k.ActiveUnits()
	if err != nil {
		return nil, err
	}
	var rated []Rated
	for _, u := range units {
		if !Reports(u.Role) {
			continue
		}
		s, err := k.SuggestRating(u, year)
		if err != nil {
			return nil, err
		}
		if s.Level != "" {
			rated = append(rated, Rated{u, s})
		}
	}
	rank := func(r Rated) int { return slices.Index(twinning.RatingLevels(), r.Suggestion.Level) }
	share := func(r Rated) int { met, all := r.Suggestion.Share(); return 1000 * met / all }
	slices.SortStableFunc(rated, func(a, b Rated) int {
		return cmp.Or(cmp.Compare(rank(a), rank(b)), cmp.Compare(share(b), share(a)), cmp.Compare(a.Unit.Name, b.Unit.Name))
	})
	return rated, nil
}
