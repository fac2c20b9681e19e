package bot

import (
	"maps"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// twinQuestion asks whether the draft is the support that was logged already, by the counterpart as a rule. What may be
// answered depends on whose word it is: the counterpart of the logged activity can confirm it or name its own numbers.
func (d *Desk) twinQuestion(r *Request, draft twinning.Draft, m twinning.Message) twinning.Message {
	act, err := r.Work.Activity(draft.Twin)
	if err != nil {
		return m // unreachable: the twin was read in this transaction or an earlier one, and nothing is deleted
	}
	args := twinning.Args{
		{"ID", twinning.Number(act.ID)},
		{"Unit", r.Work.UnitName(act.Unit)},
		{"State", twinning.Key("activity.state." + string(act.State))},
	}
	button := func(key, verb string) twinning.Button {
		return twinning.Button{Label: twinning.Line{Key: key, Args: args}, Data: draftData(draft, verb)}
	}
	agree := ledger.Agree(act.Facts.Quantities, draft.Facts.Quantities)
	question := "draft.twin"
	if !agree {
		question = "draft.twin_differs"
		args.Set("Counts", twinning.Joined(ledger.QuantityLines(counted(act.Facts.Quantities))...))
	}
	m.Lines = append(m.Lines, twinning.Line{}, twinning.Line{Key: question, Args: args})
	theirs := r.Person.Unit == act.Counterpart() && r.Person.Role != twinning.RoleCoordinator
	open := act.State != twinning.ActivityConfirmed
	switch {
	case theirs && open && agree:
		m.Buttons = [][]twinning.Button{{button("button.twin_yes", "tw")}}
	case theirs && open:
		m.Buttons = [][]twinning.Button{{button("button.twin_theirs", "tw")}, {button("button.twin_mine", "twn")}}
	case theirs && !agree:
		m.Buttons = [][]twinning.Button{{button("button.twin_same", "tws")}, {button("button.twin_mine", "twn")}}
	default:
		m.Buttons = [][]twinning.Button{{button("button.twin_same", "tws")}}
	}
	m.Buttons = append(m.Buttons, []twinning.Button{button("button.twin_no", "new"), button("button.drop", "no")})
	return m
}

// counted returns quantities without the count of activities, which no card shows.
func counted(q twinning.Quantities) twinning.Quantities {
	q = maps.Clone(q)
	delete(q, twinning.Activities)
	return q
}

// settleTwin answers the question: the logged activity is confirmed ("tw"), disputed by the draft's numbers ("twn"), or
// just left as it is ("tws"). The draft adds nothing.
func (d *Desk) settleTwin(r *Request, draft twinning.Draft, verb string) error {
	if draft.Twin == 0 {
		return d.stale(r)
	}
	twin, err := r.Work.Activity(draft.Twin)
	if err != nil {
		return wrapStep("twin", err)
	}
	key, claim := "draft.twin_kept", twinning.Quantities(nil)
	switch verb {
	case "tw":
		key = "activity.confirmed"
	case "twn":
		key, claim = "activity.disputed", claimOf(twin, draft.Facts.Quantities)
	}
	act, err := r.Work.SettleTwin(r.Actor(), draft, verb == "tw", claim)
	if err == nil {
		done := twinning.Say(key, twinning.Args{{"ID", twinning.Number(act.ID)}})
		err = d.retire(r, ledger.DraftSubject(draft.ID), done)
	}
	return d.settled(r, act, key, err)
}

// claimOf returns the numbers that differ from those of the activity.
func claimOf(act twinning.Activity, q twinning.Quantities) twinning.Quantities {
	claim := twinning.Quantities{}
	for m, v := range q {
		if act.Facts.Quantities[m] != v {
			claim[m] = v
		}
	}
	return claim
}
