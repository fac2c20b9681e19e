package ledger

import (
	"slices"

	"ketnghia/twinning"
)

// Agenda is what stands in the calendar of a unit.
type Agenda struct {
	// Owings are the obligations of the years that are open, of this year and of the next one, as far as they can be
	// derived today, in the order of their deadlines.
	Owings []Owing
	// Gone are those of the same years that a pairing which has ended would have brought: a calendar that took them in
	// before has to let them go.
	Gone []Owing
}

// AgendaYears returns the years whose deadlines a calendar holds, in order: those that are open and the next one.
func (k *Look) AgendaYears() []int {
	years := append(k.OpenYears(), k.Today().Year()+1)
	slices.Sort(years)
	return years
}

// AgendaOf returns the agenda of a unit, without what nobody is reminded of.
func (k *Look) AgendaOf(unit twinning.UnitKey) (Agenda, error) {
	var a Agenda
	u, err := k.Unit(unit)
	if err != nil {
		return a, wrap("agenda", err)
	}
	endless, err := k.PairingsOf(unit)
	if err != nil {
		return a, wrap("agenda", err)
	}
	years := k.AgendaYears()
	for i, p := range endless {
		// A calendar reaches into the next year: one that was made while the pairing held may still name these years.
		if p.To.Year() >= years[0]-1 {
			endless[i].To = 0
		}
	}
	for _, year := range years {
		owings, err := k.OwingsIn(unit, year)
		if err != nil {
			return a, err
		}
		all := k.termsOf(year)
		for _, d := range k.programme.Duties(year, []twinning.Unit{u}, endless) {
			if !slices.ContainsFunc(owings, func(o Owing) bool { return o.Obligation == d.Obligation }) {
				a.Gone = append(a.Gone, all[d.Rule].owing(d, documents{}, twinning.Handling{}, k.Today()))
			}
		}
		a.Owings = append(a.Owings, owings...)
	}
	unasked := func(o Owing) bool { return !o.Rule.Remind }
	a.Owings, a.Gone = slices.DeleteFunc(a.Owings, unasked), slices.DeleteFunc(a.Gone, unasked)
	sortByTime(a.Owings, func(o Owing) int64 { return int64(o.Deadlines.Due) })
	return a, nil
}
