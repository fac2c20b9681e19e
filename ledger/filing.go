package ledger

import (
	"errors"
	"fmt"
	"slices"

	"ketnghia/twinning"
)

// FilingSubject names a filing to the message links.
func FilingSubject(id twinning.FilingID) string { return fmt.Sprintf("filing/%d", id) }

// Owing is an obligation with its rule, its dates and where it stands on the day of the look.
type Owing struct {
	twinning.Obligation
	Rule      twinning.ObligationRule
	Deadlines twinning.Deadlines
	Standing  twinning.Standing
	// Filing is the document that counts, nil while there is none.
	Filing *twinning.Filing
}

// Owings derives every obligation of the year with its standing, in the order of Programme.Owed.
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
			// A later version never makes an obligation late that an earlier one met: the first date counts.
			if old := counting[o]; f.Counts() && (old == nil || f.Filed < old.Filed) {
				counting[o] = &filings[i]
			}
		}
	}
	today := k.Today()
	rules := map[twinning.RuleID]twinning.ObligationRule{}
	for _, r := range k.programme.Obligations {
		rules[r.ID] = r
	}
	owed := k.programme.Owed(year, units, pairings)
	owings := make([]Owing, len(owed))
	for i, o := range owed {
		r := rules[o.Rule]
		d := r.Deadlines(year, k.programme.Calendar)
		f := counting[o]
		var filed twinning.Date
		if f != nil {
			filed = f.Filed
		}
		owings[i] = Owing{Obligation: o, Rule: r, Deadlines: d, Standing: d.StandingOn(today, filed), Filing: f}
	}
	return owings, nil
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
		owings, err := k.Owings(year)
		if err != nil {
			return nil, err
		}
		for _, o := range owings {
			if o.Obligation.Unit == unit && k.Today() <= o.Deadlines.Closes {
				open = append(open, o)
			}
		}
	}
	slices.SortStableFunc(open, func(a, b Owing) int { return int(a.Deadlines.Due - b.Deadlines.Due) })
	return open, nil
}

// OwingNamed returns the owing of one obligation.
func (k *Look) OwingNamed(o twinning.Obligation) (Owing, error) {
	owings, err := k.Owings(o.Year)
	if err != nil {
		return Owing{}, err
	}
	i := slices.IndexFunc(owings, func(x Owing) bool { return x.Obligation == o })
	if i < 0 {
		return Owing{}, fmt.Errorf("obligation %s: %w", o.Key(), twinning.ErrNotFound)
	}
	return owings[i], nil
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

// File stores a document that meets obligations of one unit and sends the copies. Documents filed for the same
// obligations before are superseded; the first date keeps counting.
func (w *Work) File(a Actor, f twinning.Filing) (twinning.Filing, error) {
	if err := maySpeakFor(a, f.Unit); err != nil {
		return f, err
	}
	if len(f.Meets) == 0 || len(f.Files) == 0 {
		return f, &twinning.InvalidError{Field: "filing", Rule: "required"}
	}
	owings, err := w.meant(f)
	if err != nil {
		return f, err
	}
	f.Meets = f.Meets[:0]
	for _, o := range owings {
		f.Meets = append(f.Meets, o.Obligation)
	}
	f.State, f.At, f.By = twinning.FilingSubmitted, w.Now(), a.Person.ID
	f.ByCoordinator = a.Person.Unit != f.Unit
	if f.Filed.IsZero() || f.Filed > w.Today() {
		f.Filed = w.Today()
	}
	if f.Supersedes, err = w.latestFor(owings[0]); err != nil {
		return f, err
	}
	if f.ID, err = w.tx.PutFiling(f); err != nil {
		return f, wrap("filing", err)
	}
	if f.Copies, err = w.sendCopies(a, f, owings); err != nil {
		return f, err
	}
	if _, err := w.tx.PutFiling(f); err != nil {
		return f, wrap("filing", err)
	}
	return f, w.audit(a, "filing.submit", FilingSubject(f.ID), f.Meets)
}

// meant returns the owings that the document is filed for, with those that the same document also meets.
func (w *Work) meant(f twinning.Filing) ([]Owing, error) {
	var owings []Owing
	for _, o := range f.Meets {
		owing, err := w.OwingNamed(o)
		if err != nil {
			return nil, err
		}
		if o.Unit != f.Unit {
			return nil, fmt.Errorf("obligation %s: %w", o.Key(), twinning.ErrForbidden)
		}
		if w.Today() > owing.Deadlines.Closes {
			return nil, &twinning.InvalidError{Field: "obligation", Rule: "closed"}
		}
		owings = append(owings, owing)
		for _, also := range owing.Rule.Also {
			other, err := w.OwingNamed(twinning.Obligation{Rule: also, Unit: o.Unit, Year: o.Year})
			if errors.Is(err, twinning.ErrNotFound) {
				continue
			}
			if err != nil {
				return nil, err
			}
			owings = append(owings, other)
		}
	}
	return owings, nil
}

func (k *Look) latestFor(o Owing) (twinning.FilingID, error) {
	filings, err := k.FilingsFor(o.Obligation)
	if err != nil || len(filings) == 0 {
		return 0, wrap("filings", err)
	}
	return filings[0].ID, nil
}

// copyUnits returns the units that must have a copy, each once, the filing unit itself aside.
func (w *Work) copyUnits(o Owing) ([]twinning.UnitKey, error) {
	var keys []twinning.UnitKey
	add := func(key twinning.UnitKey) {
		if key != "" && key != o.Obligation.Unit && !slices.Contains(keys, key) {
			keys = append(keys, key)
		}
	}
	for _, class := range o.Rule.Copies {
		switch class {
		case twinning.CopyCounterparts:
			counterparts, err := w.counterpartsOf(o.Obligation)
			if err != nil {
				return nil, err
			}
			for _, key := range counterparts {
				add(key)
			}
		case twinning.CopyStanding:
			standing, err := w.UnitsOf(twinning.RoleStanding)
			if err != nil {
				return nil, err
			}
			for _, u := range standing {
				add(u.Key)
			}
		case twinning.CopyDistrict:
			district, err := w.districtOf(o.Obligation)
			if err != nil {
				return nil, err
			}
			add(district)
		}
	}
	return keys, nil
}

func (w *Work) counterpartsOf(o twinning.Obligation) ([]twinning.UnitKey, error) {
	if o.Pairing == 0 {
		return w.Counterparts(o.Unit)
	}
	p, err := w.Pairing(o.Pairing)
	return []twinning.UnitKey{p.Counterpart(o.Unit)}, wrap("pairing", err)
}

// districtOf returns the district of the commune that the obligation concerns, or "".
func (w *Work) districtOf(o twinning.Obligation) (twinning.UnitKey, error) {
	key := o.Unit
	if o.Pairing != 0 {
		p, err := w.Pairing(o.Pairing)
		if err != nil {
			return "", wrap("pairing", err)
		}
		key = p.Recipient
	}
	u, err := w.Unit(key)
	return u.Parent, wrap("unit", err)
}

// sendCopies sends the document to everybody who acts for a unit that must have it and returns the receipts; a unit
// without a linked person keeps an empty one.
func (w *Work) sendCopies(a Actor, f twinning.Filing, owings []Owing) ([]twinning.Receipt, error) {
	var receipts []twinning.Receipt
	for _, o := range owings {
		units, err := w.copyUnits(o)
		if err != nil {
			return nil, err
		}
		for _, key := range units {
			if slices.ContainsFunc(receipts, func(r twinning.Receipt) bool { return r.Unit == key }) {
				continue
			}
			r, err := w.sendCopy(a, f, key)
			if err != nil {
				return nil, err
			}
			receipts = append(receipts, r)
		}
	}
	return receipts, nil
}

func (w *Work) sendCopy(a Actor, f twinning.Filing, unit twinning.UnitKey) (twinning.Receipt, error) {
	receipt := twinning.Receipt{Unit: unit}
	people, err := w.Officers(unit)
	if err != nil {
		return receipt, err
	}
	for _, p := range people {
		if p.ID == a.Person.ID {
			continue
		}
		m := twinning.Message{Lines: append([]twinning.Line{{Key: "filing.copy", Args: twinning.Args{
			"Unit": w.UnitName(f.Unit), "ID": twinning.Number(f.ID),
		}}}, w.FilingLines(f)...), Files: f.Files}
		if err := w.tell(p, ClassReply, FilingSubject(f.ID), m); err != nil {
			return receipt, err
		}
		receipt.To, receipt.At = append(receipt.To, p.ID), w.Now()
	}
	return receipt, nil
}

// FilingLines shows what a document was filed for, when, and how that stands against the deadline.
func (k *Look) FilingLines(f twinning.Filing) []twinning.Line {
	var lines []twinning.Line
	for _, o := range f.Meets {
		owing, err := k.OwingNamed(o)
		if err != nil {
			continue
		}
		standing := owing.Deadlines.StandingOn(k.Today(), f.Filed)
		lines = append(lines, twinning.Line{Key: "filing.meets", Args: twinning.Args{
			"Title": twinning.Joined(k.Title(owing)), "Standing": twinning.Key("standing." + string(standing)),
			"Date": twinning.Day(f.Filed),
		}})
	}
	if f.Note != "" {
		lines = append(lines, twinning.Line{Key: "filing.note", Args: twinning.Args{"Note": twinning.Text(f.Note)}})
	}
	return lines
}
