package bot

import (
	"slices"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/twinning"
)

// rankedDefault is how many places a ranking shows when the question names no number.
const rankedDefault = 5

// answerRanking says who did most or least, among the units that the asker may see.
func (d *Desk) answerRanking(r *Request, q nlu.Question) error {
	units, err := r.Work.ActiveUnits()
	if err != nil {
		return wrapStep("ranking", err)
	}
	roles := q.Roles
	if len(roles) == 0 {
		roles = []twinning.UnitRole{
			twinning.RoleSponsorAgency, twinning.RoleSponsorLowland, twinning.RoleSponsorOther, twinning.RoleEmulation,
		}
	}
	var seen []twinning.Unit
	for _, u := range units {
		may, err := r.Work.MayReadWhole(*r.Person, u.Key)
		if err != nil {
			return wrapStep("ranking", err)
		}
		if may && slices.Contains(roles, u.Role) && within(q.Units, u) {
			seen = append(seen, u)
		}
	}
	measure := q.Measure
	if measure == "" {
		measure = twinning.Activities
	}
	ranked, err := r.Work.Ranking(q.Year, seen, measure)
	if err != nil {
		return wrapStep("ranking", err)
	}
	if q.Order == nlu.OrderLeast {
		slices.Reverse(ranked)
	} else {
		ranked = slices.DeleteFunc(ranked, func(x ledger.Ranked) bool { return x.Value == 0 })
	}
	limit := q.Limit
	if limit <= 0 || limit > 20 {
		limit = rankedDefault
	}
	m := twinning.Say("ranking.title", twinning.Args{
		"What": twinning.Key("question.measure." + string(measure)), "Year": yearText(q.Year),
	})
	for i, x := range ranked[:min(len(ranked), limit)] {
		m.Lines = append(m.Lines, twinning.Line{Key: "ranking.row", Args: twinning.Args{
			"Place": twinning.Number(i + 1), "Unit": twinning.Text(x.Unit.Name),
			"Value": twinning.Joined(ledger.MeasureLine(measure, x.Value)),
		}})
	}
	if len(ranked) == 0 {
		m.Lines = append(m.Lines, say("ranking.none"))
	}
	if len(ranked) > limit {
		m.Lines = append(m.Lines, twinning.Line{Key: "ranking.more", Args: ledger.CountArgs(len(ranked) - limit)})
	}
	return d.finishDemo(r, m)
}

func (d *Desk) finishDemo(r *Request, m twinning.Message) error {
	if err := d.markDemo(r, &m); err != nil {
		return err
	}
	return d.replace(r, "", m)
}

// within says whether the unit is one of those named, or a commune of one; no names mean everywhere.
func within(named []twinning.UnitKey, u twinning.Unit) bool {
	return len(named) == 0 || slices.Contains(named, u.Key) || slices.Contains(named, u.Parent)
}
