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
	// Rule is the programme's own and must not be changed.
	Rule      *twinning.ObligationRule
	Deadlines twinning.Deadlines
	Standing  twinning.Standing
	// Filing is the document whose date counts, nil while there is none.
	Filing *twinning.Filing
	// Newest is the version that stands now, nil while there is none or when it was returned: then it is Returned.
	Newest   *twinning.Filing
	Returned *twinning.Filing
	// Excuse says why the obligation does not apply, "" when it does.
	Excuse   twinning.Excuse
	Handling twinning.Handling
}

// Wanting returns the contents that the newest document still lacks, nil when it lacks none or nobody has looked.
func (o Owing) Wanting() []string {
	if o.Newest == nil {
		return nil
	}
	return o.Newest.Wanting()
}

// terms are a rule with its dates in one year.
type terms struct {
	rule      *twinning.ObligationRule
	deadlines twinning.Deadlines
}

// yearTerms are the terms of every rule in one year.
type yearTerms struct {
	year   int
	byRule map[twinning.RuleID]terms
}

// termsOf returns the terms of every rule in the year, to be read only. The calendar is asked once a rule and not once a
// unit, nor once a look: those of the year asked for last are kept, since a programme doesn't change while the program runs.
func (k *Look) termsOf(year int) map[twinning.RuleID]terms {
	if last := k.terms.Load(); last != nil && last.year == year {
		return last.byRule
	}
	all := make(map[twinning.RuleID]terms, len(k.programme.Obligations))
	for i := range k.programme.Obligations {
		r := &k.programme.Obligations[i]
		all[r.ID] = terms{rule: r, deadlines: r.Deadlines(year, k.programme.Calendar)}
	}
	k.terms.Store(&yearTerms{year, all})
	return all
}

// owing puts a duty together with the documents that were filed for it and with what was decided about it.
func (t terms) owing(d twinning.Duty, filed documents, h twinning.Handling, today twinning.Date) Owing {
	o := Owing{
		Obligation: d.Obligation, Rule: t.rule, Deadlines: t.deadlines, Filing: filed.counting, Excuse: d.Excuse, Handling: h,
	}
	if n := filed.newest; n != nil && n.State == twinning.FilingReturned {
		o.Returned = n
	} else {
		o.Newest = n
	}
	var day twinning.Date
	if filed.counting != nil {
		day = filed.counting.Filed
	}
	o.Standing = t.deadlines.StandingOn(today, day)
	switch {
	case day != 0:
	case d.Excuse != "":
		o.Standing = twinning.StandingNotApplicable
	case h.Waiver != nil:
		o.Standing = twinning.StandingWaived
	}
	return o
}

// documents are those that were filed for one obligation: the one whose date counts and the newest one.
type documents struct {
	counting, newest *twinning.Filing
	// refused says that Ban Dân tộc returned one that was added before.
	refused bool
}

// with adds a document; they come newest first. One that was taken back was never there. What had been replaced by a
// document that Ban Dân tộc returned does not stand again: the unit itself had given it up.
func (d documents) with(f *twinning.Filing) documents {
	if f.Withdrawn {
		return d
	}
	switch {
	case !f.Counts():
		d.refused = true
	case f.State != twinning.FilingSuperseded || !d.refused:
		d.counting = earlier(d.counting, f)
	}
	if d.newest == nil || f.ID > d.newest.ID {
		d.newest = f
	}
	return d
}

// earlier returns which of two filings counts for an obligation: the first date, so that a later version never makes
// late what an earlier one met in time; of one day the first filed. Either may be nil.
func earlier(a, b *twinning.Filing) *twinning.Filing {
	if a == nil || b != nil && (b.Filed < a.Filed || b.Filed == a.Filed && b.ID < a.ID) {
		return b
	}
	return a
}

// Owings derives every obligation of the year with its standing, in the order of Programme.Duties. It reads all units,
// pairings and filings of the year; OwingsIn answers for one unit, OwingsUnder for some rules.
func (k *Look) Owings(year int) ([]Owing, error) { return k.OwingsUnder(year) }

// OwingsUnder is Owings for the rules of those ids, or for all when none is named.
func (k *Look) OwingsUnder(year int, rules ...twinning.RuleID) ([]Owing, error) {
	p, err := k.Parties()
	if err != nil {
		return nil, err
	}
	return k.OwingsAmong(p, year, rules...)
}

// Parties are all units and pairings, for who asks about them several times.
type Parties struct {
	Units    []twinning.Unit
	Pairings []twinning.Pairing
}

// Parties reads all units and pairings.
func (k *Look) Parties() (p Parties, err error) {
	if p.Units, err = k.Units(); err != nil {
		return p, wrap("parties", err)
	}
	p.Pairings, err = k.Pairings()
	return p, wrap("parties", err)
}

// OwingsAmong is OwingsUnder for parties that were read before.
func (k *Look) OwingsAmong(p Parties, year int, rules ...twinning.RuleID) ([]Owing, error) {
	filed, err := k.documentsOf(year)
	if err != nil {
		return nil, err
	}
	handlings, err := k.handlingsOf(year)
	if err != nil {
		return nil, err
	}
	today, all := k.Today(), k.termsOf(year)
	duties := k.programme.DutiesUnder(year, rules, p.Units, p.Pairings)
	owings := make([]Owing, len(duties))
	for i, d := range duties {
		h := handlings[d.Obligation]
		h.Obligation = d.Obligation
		owings[i] = all[d.Rule].owing(d, filed[d.Obligation], h, today)
	}
	return owings, nil
}

// documentsOf returns the documents by the obligations of the year that they were filed for. What stays in force was
// perhaps filed in an earlier year.
func (k *Look) documentsOf(year int) (map[twinning.Obligation]documents, error) {
	once := map[twinning.RuleID]bool{}
	filed := map[twinning.Obligation]documents{}
	add := func(filings []twinning.Filing, of func(o twinning.Obligation) bool) {
		for i, f := range filings {
			for _, o := range f.Meets {
				if of(o) {
					o.Year = year
					filed[o] = filed[o].with(&filings[i])
				}
			}
		}
	}
	for _, r := range k.programme.Obligations {
		if !r.Once {
			continue
		}
		once[r.ID] = true
		filings, err := k.FilingsUnder(r.ID)
		if err != nil {
			return nil, wrap("owings", err)
		}
		add(filings, func(o twinning.Obligation) bool { return o.Rule == r.ID && o.Year <= year })
	}
	filings, err := k.Filings(year)
	if err != nil {
		return nil, wrap("owings", err)
	}
	add(filings, func(o twinning.Obligation) bool { return !once[o.Rule] && o.Year == year })
	return filed, nil
}

func (k *Look) handlingsOf(year int) (map[twinning.Obligation]twinning.Handling, error) {
	list, err := k.Handlings(year)
	if err != nil {
		return nil, wrap("owings", err)
	}
	handlings := make(map[twinning.Obligation]twinning.Handling, len(list))
	for _, h := range list {
		handlings[h.Obligation] = h
	}
	return handlings, nil
}

// OwingsIn derives what one unit owes for the year, as Owings does, and reads the records of that unit only.
func (k *Look) OwingsIn(unit twinning.UnitKey, year int) ([]Owing, error) {
	duties, err := k.dutiesOf(unit, year)
	if err != nil {
		return nil, err
	}
	all := k.termsOf(year)
	owings := make([]Owing, len(duties))
	for i, d := range duties {
		if owings[i], err = k.owing(d, all[d.Rule]); err != nil {
			return nil, err
		}
	}
	return owings, nil
}

// dutiesOf returns the obligations of one unit in the year, those that do not apply among them.
func (k *Look) dutiesOf(unit twinning.UnitKey, year int) ([]twinning.Duty, error) {
	u, err := k.Unit(unit)
	if err != nil {
		return nil, wrap("owings", err)
	}
	pairings, err := k.PairingsOf(unit)
	if err != nil {
		return nil, wrap("owings", err)
	}
	return k.programme.Duties(year, []twinning.Unit{u}, pairings), nil
}

// owing reads which documents were filed for an obligation and what was decided about it.
func (k *Look) owing(d twinning.Duty, t terms) (Owing, error) {
	read := k.FilingsFor
	if t.rule.Once {
		read = k.FilingsEver
	}
	filings, err := read(d.Obligation)
	if err != nil {
		return Owing{}, wrap("owings", err)
	}
	var filed documents
	for i, f := range filings {
		meant := func(o twinning.Obligation) bool {
			return o.Rule == d.Rule && o.Unit == d.Unit && o.Pairing == d.Pairing && o.Year <= d.Year
		}
		if slices.ContainsFunc(f.Meets, meant) {
			filed = filed.with(&filings[i])
		}
	}
	h, err := k.Handling(d.Obligation)
	if err != nil {
		return Owing{}, wrap("owings", err)
	}
	return t.owing(d, filed, h, k.Today()), nil
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

// OwingsOf returns what the unit owes for the open years and still may file, most urgent first; what was waived or does
// not apply is left out.
func (k *Look) OwingsOf(unit twinning.UnitKey) ([]Owing, error) {
	var open []Owing
	for _, year := range k.OpenYears() {
		owings, err := k.OwingsIn(unit, year)
		if err != nil {
			return nil, err
		}
		for _, o := range owings {
			if k.Today() <= o.Deadlines.Closes && o.Standing.Counts() {
				open = append(open, o)
			}
		}
	}
	slices.SortStableFunc(open, func(a, b Owing) int { return cmp.Compare(a.Deadlines.Due, b.Deadlines.Due) })
	return open, nil
}

// OwingNamed returns the owing of one obligation, whether it applies or not.
func (k *Look) OwingNamed(o twinning.Obligation) (Owing, error) {
	duties, err := k.dutiesOf(o.Unit, o.Year)
	if err != nil {
		return Owing{}, err
	}
	rule, known := k.programme.Rule(o.Rule)
	i := slices.IndexFunc(duties, func(d twinning.Duty) bool { return d.Obligation == o })
	if !known || i < 0 {
		return Owing{}, fmt.Errorf("obligation %s: %w", o.Key(), twinning.ErrNotFound)
	}
	return k.owing(duties[i], terms{rule: &rule, deadlines: rule.Deadlines(o.Year, k.programme.Calendar)})
}

// Title is the obligation's name as an argument of a text; for a pairing the counterpart is named too.
func (k *Look) Title(o Owing) twinning.Line {
	args := twinning.Args{{"Name", twinning.Named(o.Rule.Name)}, {"Year", twinning.Text(fmt.Sprint(o.Year))}}
	if o.Pairing == 0 {
		return twinning.Line{Key: "owing.unit", Args: args}
	}
	p, err := k.Pairing(o.Pairing)
	if err != nil {
		return twinning.Line{Key: "owing.unit", Args: args}
	}
	args.Set("Counterpart", k.UnitName(p.Counterpart(o.Obligation.Unit)))
	return twinning.Line{Key: "owing.pairing", Args: args}
}
