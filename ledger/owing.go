package ledger

import (
	"cmp"
	"fmt"
	"slices"

	"ketnghia/twinning"
)

// Owing is an obligation with its rule, its dates and where it stands on the day of the look.
type Owing struct {
	twinning.Obligation
	Rule      twinning.ObligationRule
	Deadlines twinning.Deadlines
	Standing  twinning.Standing
	// Filing is the document whose date counts, nil while there is none.
	Filing *twinning.Filing
}

// terms are a rule with its dates in one year.
type terms struct {
	rule      twinning.ObligationRule
	deadlines twinning.Deadlines
}

// termsOf returns the terms of every rule in the year. The calendar is asked once a rule and not once a unit.
func (k *Look) termsOf(year int) map[twinning.RuleID]terms {
	all := make(map[twinning.RuleID]terms, len(k.programme.Obligations))
	for _, r := range k.programme.Obligations {
		all[r.ID] = terms{rule: r, deadlines: r.Deadlines(year, k.programme.Calendar)}
	}
	return all
}

// owing puts an obligation together with the document that counts for it, nil for none.
func (t terms) owing(o twinning.Obligation, f *twinning.Filing, today twinning.Date) Owing {
	var filed twinning.Date
	if f != nil {
		filed = f.Filed
	}
	return Owing{
		Obligation: o, Rule: t.rule, Deadlines: t.deadlines, Standing: t.deadlines.StandingOn(today, filed), Filing: f,
	}
}

// earlier returns which of two filings counts for an obligation: the first date, so that a later version never makes
// late what an earlier one met in time; of one day the first filed. Either may be nil.
func earlier(a, b *twinning.Filing) *twinning.Filing {
	if a == nil || b != nil && (b.Filed < a.Filed || b.Filed == a.Filed && b.ID < a.ID) {
		return b
	}
	return a
}

// Owings derives every obligation of the year with its standing, in the order of Programme.Owed. It reads all units,
// pairings and filings of the year; OwingsIn answers for one unit.
func (k *Look) Owings(year int) ([]Owing, error) {
	units, err := k.Units()
	if err != nil {
		return nil, wrap("owings", err)
	}
	pairings, err := k.Pairings()
	if err != nil {
		return nil, wrap("owings", err)
	}
	filings, err := k.Filings(year)
	if err != nil {
		return nil, wrap("owings", err)
	}
	counting := map[twinning.Obligation]*twinning.Filing{}
	for i, f := range filings {
		for _, o := range f.Meets {
			if f.Counts() {
				counting[o] = earlier(counting[o], &filings[i])
			}
		}
	}
	today, all := k.Today(), k.termsOf(year)
	owed := k.programme.Owed(year, units, pairings)
	owings := make([]Owing, len(owed))
	for i, o := range owed {
		owings[i] = all[o.Rule].owing(o, counting[o], today)
	}
	return owings, nil
}

// OwingsIn derives what one unit owes for the year, as Owings does, and reads the records of that unit only.
func (k *Look) OwingsIn(unit twinning.UnitKey, year int) ([]Owing, error) {
	owed, err := k.owedBy(unit, year)
	if err != nil {
		return nil, err
	}
	all := k.termsOf(year)
	owings := make([]Owing, len(owed))
	for i, o := range owed {
		if owings[i], err = k.owing(o, all[o.Rule]); err != nil {
			return nil, err
		}
	}
	return owings, nil
}

// owedBy returns the obligations of one unit in the year.
func (k *Look) owedBy(unit twinning.UnitKey, year int) ([]twinning.Obligation, error) {
	u, err := k.Unit(unit)
	if err != nil {
		return nil, wrap("owings", err)
	}
	pairings, err := k.PairingsOf(unit)
	if err != nil {
		return nil, wrap("owings", err)
	}
	return k.programme.Owed(year, []twinning.Unit{u}, pairings), nil
}

// owing reads which document counts for an obligation.
func (k *Look) owing(o twinning.Obligation, t terms) (Owing, error) {
	filings, err := k.FilingsFor(o)
	if err != nil {
		return Owing{}, wrap("owings", err)
	}
	var counting *twinning.Filing
	for i, f := range filings {
		if f.Counts() {
			counting = earlier(counting, &filings[i])
		}
	}
	return t.owing(o, counting, k.Today()), nil
}

// OpenYears returns the years whose obligations can still be filed for on the day of the look, the newest first.
func (k *Look) OpenYears() []int {
	today := k.Today()
	years := []int{today.Year()}
	for _, r := range k.programme.Obligations {
		if today <= r.Closes.In(today.Year()-1) {
			return append(years, today.Year()-1)
		}
	}
	return years
}

// OwingsOf returns what the unit owes for the open years and still may file, most urgent first.
func (k *Look) OwingsOf(unit twinning.UnitKey) ([]Owing, error) {
	var open []Owing
	for _, year := range k.OpenYears() {
		owings, err := k.OwingsIn(unit, year)
		if err != nil {
			return nil, err
		}
		for _, o := range owings {
			if k.Today() <= o.Deadlines.Closes {
				open = append(open, o)
			}
		}
	}
	slices.SortStableFunc(open, func(a, b Owing) int { return cmp.Compare(a.Deadlines.Due, b.Deadlines.Due) })
	return open, nil
}

// OwingNamed returns the owing of one obligation.
func (k *Look) OwingNamed(o twinning.Obligation) (Owing, error) {
	owed, err := k.owedBy(o.Unit, o.Year)
	if err != nil {
		return Owing{}, err
	}
	rule, known := k.programme.Rule(o.Rule)
	if !known || !slices.Contains(owed, o) {
		return Owing{}, fmt.Errorf("obligation %s: %w", o.Key(), twinning.ErrNotFound)
	}
	return k.owing(o, terms{rule: rule, deadlines: rule.Deadlines(o.Year, k.programme.Calendar)})
}

// Title is the obligation's name as an argument of a text; for a pairing the counterpart is named too.
func (k *Look) Title(o Owing) twinning.Line {
	args := twinning.Args{"Name": twinning.Named(o.Rule.Name), "Year": twinning.Text(fmt.Sprint(o.Year))}
	if o.Pairing == 0 {
		return twinning.Line{Key: "owing.unit", Args: args}
	}
	p, err := k.Pairing(o.Pairing)
	if err != nil {
		return twinning.Line{Key: "owing.unit", Args: args}
	}
	args["Counterpart"] = k.UnitName(p.Counterpart(o.Obligation.Unit))
	return twinning.Line{Key: "owing.pairing", Args: args}
}
