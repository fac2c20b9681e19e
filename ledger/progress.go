package ledger

import (
	"slices"

	"ketnghia/twinning"
)

// Progress is how far a sponsor is with one target of the year.
type Progress struct {
	Target   twinning.Target
	Done     int64
	Required int64
	// Known is false when the number of posts is needed and not on the roster.
	Known bool
}

// Progresses returns the targets of III.2.1 that bind the unit in the year and are measured by a number, with what was
// done (confirmed or not). Targets that count activities of a kind (study tours, connecting) are left out: the totals
// hold no kinds, and a text would have to name the kind. Households are the sum over activities, so one that was helped
// twice counts twice here.
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

// ProgressLines shows the targets of III.2.1 that bind the unit: reached, how much is short, or that the number of posts
// is unknown. Recipients have none.
func (k *Look) ProgressLines(u twinning.Unit, year int) ([]twinning.Line, error) {
	if u.Role.IsRecipient() {
		return nil, nil
	}
	list, err := k.Progresses(u, year)
	if err != nil {
		return nil, err
	}
	var lines []twinning.Line
	for _, p := range list {
		line := twinning.Line{Key: "progress.row", Args: twinning.Args{
			"Done":     twinning.Joined(MeasureLine(p.Target.Measure, p.Done)),
			"Required": twinning.Joined(MeasureLine(p.Target.Measure, p.Required)),
		}}
		switch {
		case !p.Known:
			line.Key = "progress.unknown"
		case p.Done >= p.Required:
			line.Key = "progress.reached"
		default:
			line.Args["Short"] = twinning.Joined(MeasureLine(p.Target.Measure, p.Required-p.Done))
		}
		lines = append(lines, line)
	}
	return lines, nil
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
