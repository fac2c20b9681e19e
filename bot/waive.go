package bot

import (
	"context"
	"fmt"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// decided returns the obligation that a coordinator's button names. Decisions are taken in the private chat, where
// nobody else reads the reasons; ok is false when that was told.
func (d *Desk) decided(r *Request) (owing ledger.Owing, ok bool, err error) {
	o, err := d.obligation(r, 0)
	if err != nil {
		return owing, false, err
	}
	if r.Person.Role != twinning.RoleCoordinator {
		return owing, false, fmt.Errorf("decide %s: %w", o.Key(), twinning.ErrForbidden)
	}
	if r.Group {
		return owing, false, d.notice(r, "duty.private", nil)
	}
	owing, err = r.Work.OwingNamed(o)
	return owing, err == nil, wrapStep("decide", err)
}

// pressWaive asks a coordinator for the reason of a waiver, or takes one of those suggested: "wv:needs:2027:0:W20437",
// with ":own" at its end for the unit's own reason, ":1" for the first usual one.
func (d *Desk) pressWaive(_ context.Context, r *Request) error {
	owing, ok, err := d.decided(r)
	if !ok || err != nil {
		return err
	}
	if owing.Handling.Waiver != nil {
		return d.decidedAlready(r, owing)
	}
	if _, err := r.Work.OpenOwing(owing.Obligation); err != nil {
		return d.refused(r, wrapStep("waive", err), nil)
	}
	switch choice := r.Press.Part(4); choice {
	case "":
		return d.askWaive(r, owing)
	case "own":
		if x := owing.Handling.Disclaimer; x != nil && x.Reason != "" {
			return d.waive(r, owing.Obligation, x.Reason)
		}
	default:
		for i, reason := range d.reasons {
			if choice == fmt.Sprint(i+1) {
				return d.waive(r, owing.Obligation, reason)
			}
		}
	}
	return d.stale(r)
}

// waiveReasons are the texts of the usual reasons for a waiver; they are kept and told as they stand in Vietnamese.
func waiveReasons() []string {
	return []string{"waive.reason_other_unit", "waive.reason_other_document"}
}

func (d *Desk) askWaive(r *Request, o ledger.Owing) error {
	m := twinning.Say("waive.ask", twinning.Args{
		{"Title", twinning.Joined(r.Work.Title(o))}, {"Unit", r.Work.UnitName(o.Unit)},
	})
	if x := o.Handling.Disclaimer; x != nil && x.Reason != "" {
		m.Buttons = append(m.Buttons, []twinning.Button{{
			Label: twinning.Line{Key: "button.reason_own", Args: twinning.Args{{"Reason", twinning.Text(shortened(x.Reason))}}},
			Data:  dutyData(r, "wv", o.Obligation, "own"),
		}})
	}
	for i, reason := range d.reasons {
		m.Buttons = append(m.Buttons, []twinning.Button{{
			Label: twinning.Line{Key: "button.reason", Args: twinning.Args{{"Reason", twinning.Text(reason)}}},
			Data:  dutyData(r, "wv", o.Obligation, fmt.Sprint(i+1)),
		}})
	}
	m.Buttons = append(m.Buttons, []twinning.Button{press("button.back_to_duty", dutyData(r, "viec", o.Obligation))})
	return d.askDuty(r, talkWaive, dutyTalk{For: o.Obligation}, m)
}

// waive takes the decision and shows it.
func (d *Desk) waive(r *Request, o twinning.Obligation, reason string) error {
	if owing, err := r.Work.OwingNamed(o); err == nil && owing.Handling.Waiver != nil {
		return d.decidedAlready(r, owing)
	}
	if err := r.Work.Waive(r.Actor(), o, reason); err != nil {
		return d.refused(r, wrapStep("waive", err), nil)
	}
	owing, err := r.Work.OwingNamed(o)
	if err != nil {
		return wrapStep("waive", err)
	}
	return d.result(r, o, d.decision(r, owing))
}

// decision says what was decided and what can be done next.
func (d *Desk) decision(r *Request, o ledger.Owing) twinning.Message {
	m := r.Work.HandlingDone(o)
	if o.Handling.Waiver != nil {
		m.Buttons = append(m.Buttons, []twinning.Button{press("button.unwaive", dutyData(r, "unwv", o.Obligation))})
	}
	m.Buttons = append(m.Buttons, []twinning.Button{press("button.more_to_do", "viec:@"+string(o.Unit))})
	return m
}

// decidedAlready shows whoever comes after a colleague what was decided.
func (d *Desk) decidedAlready(r *Request, o ledger.Owing) error {
	if err := r.Answer("handling.already", nil); err != nil {
		return err
	}
	return d.settleCard(r, o)
}

// settleCard puts what was decided in place of the card whose button was pressed, or below typed words.
func (d *Desk) settleCard(r *Request, o ledger.Owing) error {
	m := d.decision(r, o)
	if r.Kind != KindPress {
		return d.result(r, o.Obligation, m)
	}
	if err := d.keepOptions(r, m, optionsTalk{}); err != nil {
		return err
	}
	return r.EditSubject(ledger.HandlingSubject(o.Obligation), m)
}

// pressUphold answers a unit that the obligation is its own: "up:needs:2027:0:W20437".
func (d *Desk) pressUphold(_ context.Context, r *Request) error {
	owing, ok, err := d.decided(r)
	if !ok || err != nil {
		return err
	}
	if !owing.Handling.Disclaimer.Open() {
		return d.decidedAlready(r, owing)
	}
	return d.decide(r, owing.Obligation, r.Work.Uphold(r.Actor(), owing.Obligation))
}

// pressUnwaive takes a waiver back: "unwv:needs:2027:0:W20437".
func (d *Desk) pressUnwaive(_ context.Context, r *Request) error {
	owing, ok, err := d.decided(r)
	if !ok || err != nil {
		return err
	}
	if owing.Handling.Waiver == nil {
		return d.decidedAlready(r, owing)
	}
	return d.decide(r, owing.Obligation, r.Work.Unwaive(r.Actor(), owing.Obligation))
}

// decide shows what became of a decision.
func (d *Desk) decide(r *Request, o twinning.Obligation, err error) error {
	if err != nil {
		return d.refused(r, wrapStep("decide", err), nil)
	}
	owing, err := r.Work.OwingNamed(o)
	if err != nil {
		return wrapStep("decide", err)
	}
	return d.settleCard(r, owing)
}
