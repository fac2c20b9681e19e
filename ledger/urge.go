package ledger

import (
	"ketnghia/twinning"
)

// UrgePreview says whom an urge would reach.
type UrgePreview struct {
	Rule      twinning.ObligationRule
	Year      int
	Deadlines twinning.Deadlines
	// Owing are the obligations that are still open; Units the units that owe them, each once, in their order.
	Owing []Owing
	Units []twinning.UnitKey
	// People act for the units; Today says how many of them got today's reminder already, so that they hear of it on the
	// next working day. Unlinked are the units that nobody is linked for.
	People, Today int
	Unlinked      []twinning.UnitKey
	// Last is the urge of the same rule and year on the day of the look: one a day is enough; the zero Urge for none.
	Last twinning.Urge
	// Fault is why nobody can be urged: "closed" (the year takes no more documents), "nobody" (nothing is missing, or
	// nobody is linked), "often" (one went out today); "" when it can go out.
	Fault string
}

// Urging returns whom an urge for a rule and year would reach.
func (k *Look) Urging(rule twinning.RuleID, year int) (UrgePreview, error) {
	r, known := k.programme.Rule(rule)
	if !known {
		return UrgePreview{}, wrap("urge "+string(rule), twinning.ErrNotFound)
	}
	p := UrgePreview{Rule: r, Year: year, Deadlines: r.Deadlines(year, k.programme.Calendar)}
	owings, err := k.Owings(year)
	if err != nil {
		return p, err
	}
	staff, err := k.Staff()
	if err != nil {
		return p, err
	}
	seen := map[twinning.UnitKey]bool{}
	for _, o := range owings {
		if o.Rule.ID != rule || !o.Standing.Open() {
			continue
		}
		p.Owing = append(p.Owing, o)
		if seen[o.Unit] {
			continue
		}
		seen[o.Unit] = true
		p.Units = append(p.Units, o.Unit)
		if err := p.count(k, o.Unit, staff[o.Unit]); err != nil {
			return p, err
		}
	}
	urges, err := k.Urges()
	if err != nil {
		return p, wrap("urge", err)
	}
	for _, u := range urges {
		if u.Rule == rule && u.Year == year && u.On == k.Today() {
			p.Last = u
		}
	}
	switch {
	case k.Today() > p.Deadlines.Closes:
		p.Fault = "closed"
	case p.People == 0:
		p.Fault = "nobody"
	case p.Last.ID != 0:
		p.Fault = "often"
	}
	return p, nil
}

// count adds the people of one unit.
func (p *UrgePreview) count(k *Look, unit twinning.UnitKey, staff []twinning.Person) error {
	if len(staff) == 0 {
		p.Unlinked = append(p.Unlinked, unit)
	}
	for _, person := range staff {
		reminded, err := k.Reminded(person.ID)
		if err != nil {
			return err
		}
		p.People++
		if reminded {
			p.Today++
		}
	}
	return nil
}

// Urge has all units reminded, with the next reminders that go out, that have not filed the document of a rule and year.
// Coordinators only. The error is an InvalidError "urge" with the Fault of the preview as rule.
func (w *Work) Urge(a Actor, rule twinning.RuleID, year int) (UrgePreview, error) {
	if err := mustCoordinate(a); err != nil {
		return UrgePreview{}, err
	}
	p, err := w.Urging(rule, year)
	if err != nil {
		return p, err
	}
	if p.Fault != "" {
		return p, &twinning.InvalidError{Field: "urge", Rule: p.Fault}
	}
	u := twinning.Urge{Rule: rule, Year: year, On: w.Today(), By: a.Person.ID, At: w.Now()}
	if u.ID, err = w.tx.PutUrge(u); err != nil {
		return p, wrap("urge", err)
	}
	return p, w.audit(a, "obligation.urge", "rule/"+string(rule), map[string]any{
		"year": year, "units": len(p.Units), "people": p.People,
	})
}
