package bot

import (
	"ketnghia/ledger"
	"ketnghia/twinning"
)

// obligationCard shows one obligation as it stands for the sender: when it is due, who sees to it, what was decided, and
// what can be done about it. The unit's people get the buttons of a reminder, coordinators those of a decision; in a
// group only the former.
func (d *Desk) obligationCard(r *Request, o ledger.Owing) twinning.Message {
	m := twinning.Message{Lines: []twinning.Line{d.cardTitle(r, o)}}
	if o.Unit != r.Person.Unit || r.Group {
		m.Lines = append(m.Lines, twinning.Line{Key: "duty.unit", Args: twinning.Args{{"Unit", r.Work.UnitName(o.Unit)}}})
	}
	m.Lines = append(m.Lines, d.handlingLines(r, o)...)
	if d.programme.Today(r.Now) > o.Deadlines.Closes {
		m.Lines = append(m.Lines, say("refuse.obligation.closed"))
		return m
	}
	if o.Unit == r.Person.Unit && r.Person.MayLog() && o.Standing.Open() {
		m.Buttons = d.ownButtons(r, o)
	}
	if r.Person.Role == twinning.RoleCoordinator && o.Unit != r.Person.Unit && !r.Group {
		m.Buttons = append(m.Buttons, d.decisionButtons(r, o)...)
	}
	if r.Person.MayLog() {
		m.Buttons = append(m.Buttons, []twinning.Button{press("button.more_to_do", "viec:@"+string(o.Unit))})
	}
	return m
}

// cardTitle names the obligation with its deadline, or with the reason why there is none to keep.
func (d *Desk) cardTitle(r *Request, o ledger.Owing) twinning.Line {
	title := twinning.Args{{"Title", twinning.Joined(r.Work.Title(o))}, {"Due", twinning.Day(o.Deadlines.Due)}}
	switch o.Standing {
	case twinning.StandingWaived:
		title.Set("Reason", twinning.Text(o.Handling.Waiver.Reason))
		return twinning.Line{Key: "duty.waived", Args: title}
	case twinning.StandingNotApplicable:
		return twinning.Line{Key: "duty.not_applicable", Args: title}
	case twinning.StandingUpcoming, twinning.StandingDueSoon, twinning.StandingOverdue,
		twinning.StandingMet, twinning.StandingMetDue, twinning.StandingMetLate:
	}
	return d.owingLine(r, o)
}

// handlingLines say who sees to the obligation, when the sender is reminded again, and where a disclaimer stands.
func (d *Desk) handlingLines(r *Request, o ledger.Owing) []twinning.Line {
	if !o.Standing.Open() {
		return nil
	}
	var lines []twinning.Line
	today := d.programme.Today(r.Now)
	if g := o.Handling.Delegation; g != nil && g.Until >= today {
		if p, err := r.Work.Person(g.To); err == nil {
			lines = append(lines, twinning.Line{Key: "duty.delegated", Args: twinning.Args{
				{"Name", twinning.Text(p.Name)}, {"Until", twinning.Day(g.Until)},
			}})
		}
	}
	if s := o.Handling.Snoozes[r.Person.ID]; s.Until > today {
		lines = append(lines, twinning.Line{Key: "duty.snoozed", Args: twinning.Args{{"Date", twinning.Day(s.Until)}}})
	}
	switch x := o.Handling.Disclaimer; {
	case x.Open():
		lines = append(lines, twinning.Line{Key: "duty.disclaimed", Args: twinning.Args{
			{"Date", twinning.Day(d.programme.Today(x.At))},
		}})
		if x.Reason != "" {
			lines = append(lines, twinning.Line{Key: "disclaimer.reason", Args: twinning.Args{{"Reason", twinning.Text(x.Reason)}}})
		}
	case x != nil && x.Upheld:
		lines = append(lines, twinning.Line{Key: "duty.upheld", Args: twinning.Args{
			{"Date", twinning.Day(d.programme.Today(x.Decided))},
		}})
	}
	return lines
}

// ownButtons are what the unit's people can do about an open obligation: the buttons of a reminder.
func (d *Desk) ownButtons(r *Request, o ledger.Owing) [][]twinning.Button {
	give := press("button.delegate", dutyData(r, "giao", o.Obligation))
	if g := o.Handling.Delegation; g != nil && g.Until >= d.programme.Today(r.Now) {
		give = press("button.undelegate", dutyData(r, "giao", o.Obligation, "back"))
	}
	rows := [][]twinning.Button{
		{press("button.file_now", dutyData(r, "nop", o.Obligation))},
		{press("button.later", dutyData(r, "lat", o.Obligation)), give},
	}
	if o.Handling.Disclaimer == nil || !o.Handling.Disclaimer.Open() && !o.Handling.Disclaimer.Upheld {
		rows = append(rows, []twinning.Button{press("button.not_ours", dutyData(r, "kpt", o.Obligation))})
	}
	return rows
}

// decisionButtons are what a coordinator can do about an obligation of another unit.
func (d *Desk) decisionButtons(r *Request, o ledger.Owing) [][]twinning.Button {
	switch {
	case o.Standing == twinning.StandingWaived:
		return [][]twinning.Button{{press("button.unwaive", dutyData(r, "unwv", o.Obligation))}}
	case !o.Standing.Open():
		return nil
	}
	rows := [][]twinning.Button{
		{press("button.file_for", dutyData(r, "nop", o.Obligation)), press("button.waive", dutyData(r, "wv", o.Obligation))},
	}
	if o.Handling.Disclaimer.Open() {
		rows = append(rows, []twinning.Button{press("button.disclaimer_uphold", dutyData(r, "up", o.Obligation))})
	}
	return rows
}

// fileButtons are the buttons below the answer to somebody whose obligation stays open.
func fileButtons(r *Request, o twinning.Obligation) [][]twinning.Button {
	return [][]twinning.Button{{
		press("button.file_now", dutyData(r, "nop", o)), press("button.more_to_do", "viec:@"+string(o.Unit)),
	}}
}
