package ledger

import (
	"slices"

	"ketnghia/twinning"
)

// Progress is how far a unit is with one target of the year.
type Progress struct {
	Target   twinning.Target
	Done     int64
	Required int64
	// Confirmed is the part of Done that the counterpart has confirmed.
	Confirmed int64
	// Known is false when the number of posts is needed and nobody stated it.
	Known bool
	// Behind says that less is done than the elapsed part of the running year asks for, in whole numbers: of a target of
	// one nobody is behind before half of the year.
	Behind bool
}

// Reached says whether the target is reached; one that can't be known is not.
func (p Progress) Reached() bool { return p.Known && p.Done >= p.Required }

// Progresses returns the targets of III.1 and III.2.1 that bind the unit in the year, with what was done (confirmed or
// not). Households are the sum over activities, so one that was helped twice counts twice: the books hold no names.
func (k *Look) Progresses(unit twinning.Unit, year int) ([]Progress, error) {
	own, err := k.lineage(unit.Key)
	if err != nil {
		return nil, err
	}
	sum, err := k.Sum(year, Filter{Units: own})
	if err != nil {
		return nil, err
	}
	communes, err := k.pairedCommunes(unit.Key, year)
	if err != nil {
		return nil, err
	}
	all := sum.All()
	var list []Progress
	for _, t := range k.programme.Targets {
		if !t.Applies(unit.Role) {
			continue
		}
		required, known := t.Required(unit.StaffIn(year), communes)
		if known && required == 0 {
			continue // a model for each commune, of a sponsor that is paired with none
		}
		p := Progress{Target: t, Done: done(t, all), Confirmed: done(t, sum.Confirmed), Required: required, Known: known}
		p.Behind = year == k.Today().Year() && known && behind(p.Done, p.Required, k.MonthsOf(year))
		list = append(list, p)
	}
	return list, nil
}

// behind compares what is done with the part of the target, rounded to the nearest number, that the months ask for.
func behind(done, required int64, months int) bool {
	const year = 12
	return done < (required*int64(months)+year/2)/year
}

// MonthsOf returns how many months of the year have passed in full on the day of the look.
func (k *Look) MonthsOf(year int) int {
	today := k.Today()
	switch {
	case year < today.Year():
		return 12
	case year > today.Year():
		return 0
	}
	return int(today.Month()) - 1
}

// done returns what counts for a target.
func done(t twinning.Target, q twinning.Quantities) int64 {
	if t.Measure == twinning.Activities && len(t.Kinds) > 0 {
		return q.OfKinds(t.Kinds)
	}
	return q[t.Measure]
}

// pairedCommunes counts the communes that the sponsor is paired with in the year.
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

// ProgressLines shows the targets that bind the unit: reached, how much is short, or that the number of posts is unknown.
func (k *Look) ProgressLines(u twinning.Unit, year int) ([]twinning.Line, error) {
	list, err := k.Progresses(u, year)
	if err != nil {
		return nil, err
	}
	lines := make([]twinning.Line, len(list))
	for i, p := range list {
		lines[i] = p.Line()
	}
	return lines, nil
}

// Line shows the target.
func (p Progress) Line() twinning.Line {
	line := twinning.Line{Key: "progress.row", Args: twinning.Args{
		{"Done", p.Number(p.Done)}, {"Required", twinning.Joined(p.Amount(p.Required))}, {"Short", p.Number(p.Required - p.Done)},
	}}
	if waiting := p.Done - p.Confirmed; waiting > 0 {
		line.Args.Set("Waiting", p.Number(waiting))
	}
	switch {
	case !p.Known:
		line.Key = "progress.unknown"
	case p.Reached():
		line.Key = "progress.reached"
	case p.Behind:
		line.Key = "progress.behind"
	}
	return line
}

// Number shows a number without what it counts.
func (p Progress) Number(n int64) twinning.Arg {
	if p.Target.Measure.Money() {
		return twinning.Money(n)
	}
	return twinning.Number(n)
}

// Short shows what is missing for the target, "" as key when nothing is or nobody can know: "3 hộ nghèo".
func (p Progress) Short() twinning.Line {
	if !p.Known || p.Reached() {
		return twinning.Line{}
	}
	return p.Amount(p.Required - p.Done)
}

// Amount shows a number of what the target counts.
func (p Progress) Amount(n int64) twinning.Line {
	if p.Target.Measure != twinning.Activities || len(p.Target.Kinds) == 0 {
		return MeasureLine(p.Target.Measure, n)
	}
	return MeasureLine(twinning.Counting(p.Target.Kinds[0]), n)
}

// QuantityLines shows all measures that are not 0.
func QuantityLines(q twinning.Quantities) []twinning.Line {
	var lines []twinning.Line
	for _, m := range twinning.Measures() {
		if q[m] != 0 {
			lines = append(lines, MeasureLine(m, q[m]))
		}
	}
	return lines
}
