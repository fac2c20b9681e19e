package ledger

import (
	"slices"

	"ketnghia/twinning"
)

// duties lists what is owed for the year by the units that count and, for their pairings, by the other parties.
func (g *gathering) duties() error {
	owings, err := g.Owings(g.r.Year)
	if err != nil {
		return err
	}
	for _, o := range owings {
		var counterpart twinning.UnitKey
		if o.Pairing != 0 {
			p, err := g.Pairing(o.Pairing)
			if err != nil {
				return wrap("pairing", err)
			}
			counterpart = p.Counterpart(o.Obligation.Unit)
		}
		if g.r.Unit == "" || g.counts(o.Obligation.Unit) || counterpart != "" && g.counts(counterpart) {
			g.r.Duties = append(g.r.Duties, g.duty(o, counterpart))
		}
	}
	return nil
}

func (g *gathering) duty(o Owing, counterpart twinning.UnitKey) twinning.ReportDuty {
	d := twinning.ReportDuty{
		Rule: o.Rule.ID, Name: o.Rule.Name, Part: g.part(o.Rule), Unit: o.Obligation.Unit, Counterpart: counterpart,
		Due: o.Deadlines.Due, LateAfter: o.Deadlines.LateAfter, Standing: o.Standing,
	}
	if o.Filing != nil {
		d.Filed, d.Number, d.Dated = o.Filing.Filed, o.Filing.Number, o.Filing.Dated
	}
	if o.Standing == twinning.StandingWaived && o.Handling.Waiver != nil {
		d.Reason = o.Handling.Waiver.Reason
	}
	return d
}

// part says which document of a report's text the rule asks for. An evaluation is what each party of a pairing writes
// about the other (III.2.1.c, III.2.2.c).
func (g *gathering) part(r *twinning.ObligationRule) twinning.DutyPart {
	rating := g.programme.Rating
	switch {
	case r.ID == rating.Signed:
		return twinning.DutySigned
	case slices.Contains(rating.Reports, r.ID):
		return twinning.DutyReport
	case r.Per == twinning.PerPairing && r.Side == twinning.SideBoth:
		return twinning.DutyEvaluation
	}
	return twinning.DutyOrganising
}

// targets lists how far the unit is or, for the province, every active unit.
func (g *gathering) targets() error {
	units := []twinning.Unit{g.unit}
	if g.r.Unit == "" {
		var err error
		if units, err = g.ActiveUnits(); err != nil {
			return err
		}
		slices.SortFunc(units, func(a, b twinning.Unit) int { return g.order(a.Key, b.Key) })
	}
	for _, u := range units {
		list, err := g.Progresses(u, g.r.Year)
		if err != nil {
			return err
		}
		for _, p := range list {
			g.r.Targets = append(g.r.Targets, twinning.ReportTarget{
				Unit: u.Key, Target: p.Target.ID, Measure: p.Target.Measure, Kinds: p.Target.Kinds, Per: p.Target.Per,
				Cite: p.Target.Cite, Done: p.Done, Confirmed: p.Confirmed, Required: p.Required, Known: p.Known,
			})
		}
	}
	return nil
}

// ratings lists the suggestions, best first.
func (g *gathering) ratings() error {
	if g.r.Unit != "" {
		s, err := g.SuggestRating(g.unit, g.r.Year)
		if s.Level != "" {
			g.r.Ratings = append(g.r.Ratings, twinning.ReportRating{Unit: g.unit.Key, Suggestion: s})
		}
		return err
	}
	rated, err := g.SuggestRatings(g.r.Year)
	for _, x := range rated {
		g.r.Ratings = append(g.r.Ratings, twinning.ReportRating{Unit: x.Unit.Key, Suggestion: x.Suggestion})
	}
	return err
}
