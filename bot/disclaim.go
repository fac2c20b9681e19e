package bot

import (
	"context"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// pressDisclaim asks why an obligation is not the unit's, or brings it before Ban Dân tộc without a reason:
// "kpt:needs:2027:0", "kpt:needs:2027:0::none".
func (d *Desk) pressDisclaim(_ context.Context, r *Request) error {
	owing, ok, err := d.ownDuty(r)
	if !ok || err != nil {
		return err
	}
	if done, err := d.disclaimedAlready(r, owing); done || err != nil {
		return err
	}
	switch r.Press.Part(4) {
	case "":
		m := twinning.Say("disclaim.ask", twinning.Args{{"Title", twinning.Joined(r.Work.Title(owing))}})
		m.Buttons = [][]twinning.Button{
			{press("button.no_reason", dutyData(r, "kpt", owing.Obligation, "none"))},
			{press("button.back_to_duty", dutyData(r, "viec", owing.Obligation))},
		}
		return d.askDuty(r, talkDisclaim, dutyTalk{For: owing.Obligation}, m)
	case "none":
		return d.disclaim(r, owing.Obligation, "")
	}
	return d.stale(r)
}

// disclaimedAlready says where an earlier word of the unit stands, so that nobody says the same twice.
func (d *Desk) disclaimedAlready(r *Request, o ledger.Owing) (done bool, err error) {
	x := o.Handling.Disclaimer
	switch {
	case x.Open():
		return true, d.notice(r, "disclaim.open", twinning.Args{{"Date", twinning.Day(d.programme.Today(x.At))}})
	case x != nil && x.Upheld:
		return true, d.notice(r, "disclaim.upheld", twinning.Args{{"Date", twinning.Day(d.programme.Today(x.Decided))}})
	}
	return false, nil
}

// disclaim brings the unit's word before Ban Dân tộc and says what happens now.
func (d *Desk) disclaim(r *Request, o twinning.Obligation, reason string) error {
	owing, err := r.Work.OpenOwing(o)
	if err != nil {
		return d.refused(r, wrapStep("disclaim", err), nil)
	}
	if done, err := d.disclaimedAlready(r, owing); done || err != nil {
		return err
	}
	if err := r.Work.Disclaim(r.Actor(), o, reason); err != nil {
		return d.refused(r, wrapStep("disclaim", err), nil)
	}
	m := twinning.Say("disclaim.done", twinning.Args{{"Title", twinning.Joined(r.Work.Title(owing))}})
	m.Buttons = fileButtons(r, o)
	return d.result(r, o, m)
}
