package ledger

import (
	"errors"
	"fmt"

	"ketnghia/twinning"
)

// Disclaim brings the unit's word before Ban Dân tộc that an open obligation is not its own. Reminders go on until Ban
// Dân tộc has decided. One that is open or was upheld can't be repeated (ErrConflict).
func (w *Work) Disclaim(a Actor, o twinning.Obligation, reason string) error {
	owing, err := w.owingOf(a, o)
	if err != nil {
		return err
	}
	h := owing.Handling
	if d := h.Disclaimer; d != nil && (d.Open() || d.Upheld) {
		return fmt.Errorf("obligation %s: disclaimed: %w", o.Key(), twinning.ErrConflict)
	}
	if reason, err = limitedReason(reason, false); err != nil {
		return err
	}
	h.Disclaimer = &twinning.Disclaimer{Reason: reason, By: a.Person.ID, At: w.Now()}
	if err := w.handle(a, actionDisclaim, h, map[string]any{"reason": reason}); err != nil {
		return err
	}
	coordinators, err := w.Coordinators()
	if err != nil {
		return err
	}
	for _, p := range coordinators {
		if err := w.tell(p, ClassReply, HandlingSubject(o), w.DisclaimerCard(owing, a.Person)); err != nil {
			return err
		}
	}
	return nil
}

// DisclaimerCard asks Ban Dân tộc whether the obligation is the unit's, as the person says that it is not.
func (w *Work) DisclaimerCard(o Owing, by twinning.Person) twinning.Message {
	reason := ""
	if h, err := w.Handling(o.Obligation); err == nil && h.Disclaimer != nil {
		reason = h.Disclaimer.Reason
	}
	m := w.handlingNews("disclaimer.card", o, reason)
	m.Lines[0].Args.Set("Name", twinning.Text(by.Name))
	if reason != "" {
		m.Lines = append(m.Lines, twinning.Line{Key: "disclaimer.reason", Args: twinning.Args{{"Reason", twinning.Text(reason)}}})
	}
	data := func(prefix string) string { return ObligationData(prefix, o.Obligation) + ":" + string(o.Unit) }
	m.Buttons = [][]twinning.Button{
		{{Label: twinning.Line{Key: "button.disclaimer_waive"}, Data: data("wv")}},
		{{Label: twinning.Line{Key: "button.disclaimer_uphold"}, Data: data("up")}},
	}
	return m
}

// Uphold decides that a disclaimed obligation is the unit's all the same, and tells the unit. Coordinators only; the
// other decision is Waive.
func (w *Work) Uphold(a Actor, o twinning.Obligation) error {
	if err := mustCoordinate(a); err != nil {
		return err
	}
	owing, err := w.open(o, w.Today())
	if err != nil {
		return err
	}
	h := owing.Handling
	if !h.Disclaimer.Open() {
		return fmt.Errorf("obligation %s: no open disclaimer: %w", o.Key(), twinning.ErrConflict)
	}
	h.Disclaimer = w.decided(a, h.Disclaimer, true)
	if err := w.handle(a, actionDisclaimer, h, map[string]any{"upheld": true}); err != nil {
		return err
	}
	if err := w.closeCards(a, o); err != nil {
		return err
	}
	m := w.handlingNews("notice.upheld", owing, "")
	m.Buttons = [][]twinning.Button{{fileNow(o)}}
	return w.tellUnit(a, o, m)
}

// decided returns the disclaimer with Ban Dân tộc's answer.
func (w *Work) decided(a Actor, d *twinning.Disclaimer, upheld bool) *twinning.Disclaimer {
	answered := *d
	answered.Decided, answered.DecidedBy, answered.Upheld = w.Now(), a.Person.ID, upheld
	return &answered
}

// Disclaimers returns the obligations of the open years about which Ban Dân tộc has still to decide, oldest first. What
// was filed meanwhile, or is owed no more, needs no decision.
func (k *Look) Disclaimers() ([]twinning.Handling, error) {
	var open []twinning.Handling
	for _, year := range k.OpenYears() {
		handlings, err := k.Handlings(year)
		if err != nil {
			return nil, wrap("disclaimers", err)
		}
		for _, h := range handlings {
			if !h.Disclaimer.Open() {
				continue
			}
			owing, err := k.OwingNamed(h.Obligation)
			if err != nil && !errors.Is(err, twinning.ErrNotFound) {
				return nil, err
			}
			if err == nil && owing.Standing.Open() {
				open = append(open, h)
			}
		}
	}
	sortByTime(open, func(h twinning.Handling) int64 { return h.Disclaimer.At.UnixNano() })
	return open, nil
}
