package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// listed is how many activities one message of a list shows.
const listed = 8

// latest lists the newest activities of a unit: "/hoatdong", "/hoatdong xã Ch'ơm".
func (d *Desk) latest(_ context.Context, r *Request) error {
	unit, err := d.homeUnit(r)
	if err != nil {
		return err
	}
	if r.Args != "" {
		named, done, err := d.named(r, r.Args, "list:%s")
		if done || err != nil {
			return err
		}
		unit = named
	}
	return d.showList(r, unit, 0)
}

// pressList shows a page of a unit's activities: "list:W20437:17" is what comes after activity 17.
func (d *Desk) pressList(_ context.Context, r *Request) error {
	after, err := strconv.ParseUint("0"+r.Press.Part(1), 10, 64)
	if err != nil {
		return d.stale(r)
	}
	return d.showList(r, twinning.UnitKey(r.Press.Part(0)), twinning.ActivityID(after))
}

func (d *Desk) showList(r *Request, unit twinning.UnitKey, after twinning.ActivityID) error {
	u, err := r.Work.Unit(unit)
	if err != nil {
		return wrapStep("list", err)
	}
	if may, err := d.readable(r, unit); err != nil || !may {
		return err
	}
	if done, err := d.showShared(r, unit, d.today(r).Year()); done || err != nil {
		return err
	}
	// The province's figures are open to everybody, its activities are not.
	if may, err := r.Work.MayReadWhole(*r.Person, unit); err != nil || !may {
		if err != nil {
			return wrapStep("list", err)
		}
		return d.notice(r, "error.scope", twinning.Args{{"Unit", twinning.Text(u.Name)}})
	}
	list, more, err := r.Work.NewestOf(u, after, listed)
	if err != nil {
		return wrapStep("list", err)
	}
	m := twinning.Say("list.title", twinning.Args{{"Unit", twinning.Text(u.Name)}})
	switch {
	case len(list) > 0:
	case r.Person.MayLog() && unit == r.Person.Unit:
		m.Lines = append(m.Lines, say("list.none_own"))
	default:
		m.Lines = append(m.Lines, say("list.none"))
	}
	d.listRows(r, &m, list)
	var turn []twinning.Button
	if after != 0 {
		turn = append(turn, press("button.first", "list:"+string(unit)))
	}
	if more {
		turn = append(turn, press("button.more", fmt.Sprintf("list:%s:%d", unit, list[len(list)-1].ID)))
	}
	m.Buttons = append(m.Buttons, append(turn, press("button.status", "st:"+string(unit))))
	return d.replace(r, "", m)
}

// listRows appends a line and a button for each activity.
func (d *Desk) listRows(r *Request, m *twinning.Message, list []twinning.Activity) {
	var row []twinning.Button
	for _, a := range list {
		m.Lines = append(m.Lines, d.activityRow(r, a))
		row = append(row, twinning.Button{
			Label: twinning.Line{Key: "button.activity", Args: twinning.Args{{"ID", twinning.Number(a.ID)}}},
			Data:  fmt.Sprintf("act:%d", a.ID),
		})
		if len(row) == 4 {
			m.Buttons, row = append(m.Buttons, row), nil
		}
	}
	if len(row) > 0 {
		m.Buttons = append(m.Buttons, row)
	}
}

func (d *Desk) activityRow(r *Request, a twinning.Activity) twinning.Line {
	counts := ledger.CountLines(a.Facts.Quantities)
	if vnd, ok := a.Facts.Quantities[twinning.Amount]; ok {
		counts = append(counts, ledger.MeasureLine(twinning.Amount, vnd))
	}
	if len(counts) == 0 {
		counts = []twinning.Line{{Key: fmt.Sprintf("category.%d", a.Facts.Category)}}
	}
	return twinning.Line{Key: "list.row", Args: twinning.Args{
		{"ID", twinning.Number(a.ID)},
		{"Date", twinning.Day(a.Facts.From)},
		{"Sponsor", r.Work.UnitName(a.Facts.Sponsor)},
		{"Recipient", r.Work.UnitName(a.Facts.Recipient)},
		{"Counts", twinning.Joined(counts...)},
		{"State", twinning.Key("activity.state." + string(a.State))},
	}}
}

// unconfirmed lists what waits for the sender's confirmation.
func (d *Desk) unconfirmed(_ context.Context, r *Request) error {
	list, err := r.Work.Unconfirmed(r.Person.Unit)
	if err != nil {
		return wrapStep("unconfirmed", err)
	}
	title := "unconfirmed.title"
	if all, err := r.Work.ReadsAll(*r.Person); err != nil {
		return wrapStep("unconfirmed", err)
	} else if all {
		title = "unconfirmed.title_all"
		if list, err = d.unconfirmedOfAll(r); err != nil {
			return err
		}
	}
	if len(list) == 0 {
		return d.replace(r, "", twinning.Say("unconfirmed.none", nil))
	}
	m := twinning.Say(title, ledger.CountArgs(len(list)))
	d.listRows(r, &m, upTo(list, listed))
	if len(list) > listed {
		m.Lines = append(m.Lines, twinning.Line{Key: "unconfirmed.more", Args: ledger.CountArgs(len(list) - listed)})
	}
	if title == "unconfirmed.title" {
		m.Lines = append(m.Lines, twinning.Line{}, say("unconfirmed.hint"))
	}
	return d.replace(r, "", m)
}

// unconfirmedLooked is how many of the province's newest activities are looked through for those that wait.
const unconfirmedLooked = 200

func (d *Desk) unconfirmedOfAll(r *Request) ([]twinning.Activity, error) {
	home, err := d.homeUnit(r)
	if err != nil {
		return nil, err
	}
	u, err := r.Work.Unit(home)
	if err != nil {
		return nil, wrapStep("unconfirmed", err)
	}
	list, _, err := r.Work.NewestOf(u, 0, unconfirmedLooked)
	if err != nil {
		return nil, wrapStep("unconfirmed", err)
	}
	return slices.DeleteFunc(list, func(a twinning.Activity) bool { return a.State != twinning.ActivityLogged }), nil
}

// pressShow shows one activity: "act:5".
func (d *Desk) pressShow(_ context.Context, r *Request) error {
	id, err := r.Press.ID(0)
	if err != nil {
		return err
	}
	act, err := r.Work.Activity(twinning.ActivityID(id))
	if err != nil {
		return wrapStep("show", err)
	}
	may, err := r.Work.MayReadActivity(*r.Person, act)
	if err != nil {
		return wrapStep("show", err)
	}
	if !may {
		return d.notice(r, "error.scope_activity", nil)
	}
	m := r.Work.ActivityCard(*r.Person, act)
	m.Files = act.Files
	if act.Facts.Summary != "" {
		m.Lines = append(m.Lines, twinning.Line{Key: "card.summary", Args: twinning.Args{{"Text", twinning.Text(act.Facts.Summary)}}})
	}
	return r.ReplySubject(ledger.ActivitySubject(act.ID), m)
}
