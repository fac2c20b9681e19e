package bot

import (
	"slices"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/twinning"
)

// rankedDefault is how many places a ranking shows when the question names no number.
const rankedDefault = 5

// rankedMost is how many places a ranking has at most, rankedShown how many stand on one page.
const (
	rankedMost  = 40
	rankedShown = 9
)

// answerRanking says who did most or least, among the units that the asker may see.
func (d *Desk) answerRanking(r *Request, q nlu.Question, page int) error {
	seen, err := d.rankedUnits(r, q)
	if err != nil {
		return err
	}
	measure := q.Measure
	switch {
	case q.Kind != "":
		measure = twinning.Counting(q.Kind)
	case measure == "":
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
	if limit <= 0 || limit > rankedMost {
		limit = rankedDefault
	}
	what := twinning.Key("question.measure." + string(measure))
	if kind, ok := measure.Kind(); ok {
		what = twinning.Key("kind." + string(kind))
	}
	m := twinning.Say("ranking.title", twinning.Args{{"What", what}, {"Year", yearText(q.Year)}})
	rows, at, pages := pageOf(ranked[:min(len(ranked), limit)], page, rankedShown)
	for i, x := range rows {
		m.Lines = append(m.Lines, twinning.Line{Key: "ranking.row", Args: twinning.Args{
			{"Place", twinning.Number(at*rankedShown + i + 1)},
			{"Unit", twinning.Text(x.Unit.Name)},
			{"Value", twinning.Joined(ledger.MeasureLine(measure, x.Value))},
		}})
	}
	if len(ranked) == 0 {
		m.Lines = append(m.Lines, say("ranking.none"))
	}
	if left := len(ranked) - limit; left > 0 && at+1 == pages {
		m.Lines = append(m.Lines, twinning.Line{Key: "ranking.more", Args: ledger.CountArgs(left)})
	}
	m.Buttons = questionTurns(q, at, pages)
	if len(rows) > 0 && rows[0].Value > 0 {
		if b, ok := d.whyButton(r, totalAsked{span: ledger.WholeYear(q.Year), measure: measure}, []twinning.UnitKey{rows[0].Unit.Key}); ok {
			b.Label = twinning.Line{Key: "button.why_unit", Args: twinning.Args{{"Unit", twinning.Text(rows[0].Unit.Name)}}}
			m.Buttons = append(m.Buttons, []twinning.Button{b})
		}
	}
	return d.finishDemo(r, m)
}

// rankedUnits are those that a ranking is about and the asker may see: sponsors where the question names no group.
func (d *Desk) rankedUnits(r *Request, q nlu.Question) ([]twinning.Unit, error) {
	units, err := r.Work.ActiveUnits()
	if err != nil {
		return nil, wrapStep("ranking", err)
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
			return nil, wrapStep("ranking", err)
		}
		if may && slices.Contains(roles, u.Role) && within(q.Units, u) {
			seen = append(seen, u)
		}
	}
	return seen, nil
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
