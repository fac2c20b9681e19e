package ledger

import (
	"fmt"
	"maps"
	"strings"

	"ketnghia/twinning"
)

// HandlingSubject names an obligation to the message links.
func HandlingSubject(o twinning.Obligation) string { return handlingPrefix + o.Key() }

// HandlingOf returns the obligation that HandlingSubject named; ok is false for any other subject.
func HandlingOf(subject string) (o twinning.Obligation, ok bool) {
	key, ok := strings.CutPrefix(subject, handlingPrefix)
	if !ok {
		return o, false
	}
	o, err := twinning.ParseObligation(key)
	return o, err == nil
}

const handlingPrefix = "obligation/"

// The audited decisions about an obligation.
const (
	actionWaive      = "obligation.waive"
	actionUnwaive    = "obligation.unwaive"
	actionDelegate   = "obligation.delegate"
	actionUndelegate = "obligation.undelegate"
	actionSnooze     = "obligation.snooze"
	actionDisclaim   = "obligation.disclaim"
	actionDisclaimer = "obligation.disclaimer"
)

// reasonLimit is how many characters of a reason are kept.
const reasonLimit = 500

// OpenOwing returns an obligation that is still asked for on the day of the look; the error is an InvalidError
// "obligation" with rule "closed" (its year is over), "met", or "excused" (waived or not applicable).
func (k *Look) OpenOwing(o twinning.Obligation) (Owing, error) {
	owing, err := k.open(o, k.Today())
	if err != nil {
		return owing, err
	}
	rule := ""
	switch {
	case owing.Standing.Met():
		rule = "met"
	case !owing.Standing.Counts():
		rule = "excused"
	}
	if rule != "" {
		return owing, &twinning.InvalidError{Field: "obligation", Rule: rule}
	}
	return owing, nil
}

// handle stores what was decided, records it and tells nobody.
func (w *Work) handle(a Actor, action string, h twinning.Handling, detail any) error {
	if err := w.tx.PutHandling(h); err != nil {
		return wrap("handling", err)
	}
	return w.audit(a, action, HandlingSubject(h.Obligation), detail)
}

// limitedReason trims and bounds a reason; a required one that is empty is an InvalidError "reason".
func limitedReason(reason string, needed bool) (string, error) {
	runes := []rune(strings.TrimSpace(reason))
	if len(runes) == 0 && needed {
		return "", &twinning.InvalidError{Field: "reason", Rule: "required"}
	}
	return string(runes[:min(len(runes), reasonLimit)]), nil
}

// Waive stops asking for an open obligation, for a reason that the unit is told. Coordinators only.
func (w *Work) Waive(a Actor, o twinning.Obligation, reason string) error {
	if err := mustCoordinate(a); err != nil {
		return err
	}
	reason, err := limitedReason(reason, true)
	if err != nil {
		return err
	}
	owing, err := w.OpenOwing(o)
	if err != nil {
		return err
	}
	h := owing.Handling
	h.Waiver = &twinning.Waiver{Reason: reason, By: a.Person.ID, At: w.Now()}
	if h.Disclaimer.Open() {
		h.Disclaimer = w.decided(a, h.Disclaimer, false)
	}
	if err := w.handle(a, actionWaive, h, map[string]any{"reason": reason}); err != nil {
		return err
	}
	if err := w.closeCards(a, o); err != nil {
		return err
	}
	return w.tellUnit(a, o, w.handlingNews("notice.waived", owing, reason))
}

// Unwaive asks for the obligation again. Coordinators only.
func (w *Work) Unwaive(a Actor, o twinning.Obligation) error {
	if err := mustCoordinate(a); err != nil {
		return err
	}
	owing, err := w.open(o, w.Today())
	if err != nil {
		return err
	}
	h := owing.Handling
	if h.Waiver == nil {
		return fmt.Errorf("obligation %s: not waived: %w", o.Key(), twinning.ErrConflict)
	}
	h.Waiver = nil
	if err := w.handle(a, actionUnwaive, h, nil); err != nil {
		return err
	}
	if err := w.closeCards(a, o); err != nil {
		return err
	}
	return w.tellUnit(a, o, w.handlingNews("notice.unwaived", owing, ""))
}

// HandlingDone says what Ban Dân tộc decided last about an obligation and who did.
func (k *Look) HandlingDone(o Owing) twinning.Message {
	key, by, args := "handling.open", twinning.PersonID(0), twinning.Args{
		{"Title", twinning.Joined(k.Title(o))},
		{"Unit", k.UnitName(o.Unit)},
		{"Due", twinning.Day(o.Deadlines.Due)},
		{"Reason", twinning.Text("")},
		{"Name", twinning.Text("")},
	}
	switch h := o.Handling; {
	case h.Waiver != nil:
		key, by = "handling.waived", h.Waiver.By
		args.Set("Reason", twinning.Text(h.Waiver.Reason))
	case h.Disclaimer != nil && h.Disclaimer.Upheld:
		key, by = "handling.upheld", h.Disclaimer.DecidedBy
	}
	if p, err := k.Person(by); err == nil {
		args.Set("Name", twinning.Text(p.Name))
	}
	return twinning.Say(key, args)
}

// closeCards puts what was decided about an obligation in place of the coordinators' cards that asked for it, the one
// that the actor pressed aside.
func (w *Work) closeCards(a Actor, o twinning.Obligation) error {
	refs, err := w.MessagesOf(HandlingSubject(o))
	if err != nil {
		return wrap("handling", err)
	}
	owing, err := w.OwingNamed(o)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		if ref.Chat == a.Chat && ref.ID == a.Message {
			continue
		}
		p, err := w.PersonByTelegram(ref.Chat)
		if err != nil || p.Role != twinning.RoleCoordinator {
			continue // news that the unit's people got, or nobody's chat any more
		}
		err = w.Queue(Delivery{Chat: ref.Chat, Person: p.ID, Op: OpEdit, EditID: ref.ID, Message: w.HandlingDone(owing)})
		if err != nil {
			return err
		}
	}
	return nil
}

// Delegate gives an open obligation to one person of the unit until a day: from today to the last working day on which
// it is still in time or, when that has passed, to the day on which its year closes. Until then that person alone is
// reminded at the level of the officers; leads are told as before. People of the unit only, to people of the unit. Giving
// it once more to the same person until the same day changes nothing.
func (w *Work) Delegate(a Actor, o twinning.Obligation, to twinning.PersonID, until twinning.Date) error {
	owing, err := w.owingOf(a, o)
	if err != nil {
		return err
	}
	p, err := w.Person(to)
	if err != nil {
		return wrap("delegate", err)
	}
	if !p.MayLog() || p.Unit != o.Unit {
		return fmt.Errorf("delegate %s to person %d: %w", o.Key(), to, twinning.ErrForbidden)
	}
	if until < w.Today() || until > owing.Deadlines.Closes {
		return &twinning.InvalidError{Field: "until", Rule: "range"}
	}
	h := owing.Handling
	if g := h.Delegation; g != nil && g.To == to && g.Until == until {
		return nil
	}
	h.Delegation = &twinning.Delegation{To: to, By: a.Person.ID, Until: until, At: w.Now()}
	if err := w.handle(a, actionDelegate, h, map[string]any{"to": to, "until": until}); err != nil {
		return err
	}
	if to == a.Person.ID {
		return nil
	}
	m := w.handlingNews("notice.delegated", owing, "")
	m.Lines[0].Args.Set("Name", twinning.Text(a.Person.Name))
	m.Lines[0].Args.Set("Until", twinning.Day(until))
	m.Buttons = [][]twinning.Button{{fileNow(o)}}
	return w.tell(p, ClassReply, HandlingSubject(o), m)
}

// Undelegate gives the obligation back to all officers of the unit, and tells the one who had it.
func (w *Work) Undelegate(a Actor, o twinning.Obligation) error {
	owing, err := w.owingOf(a, o)
	if err != nil {
		return err
	}
	h := owing.Handling
	if h.Delegation == nil {
		return fmt.Errorf("obligation %s: not delegated: %w", o.Key(), twinning.ErrConflict)
	}
	former := h.Delegation.To
	h.Delegation = nil
	if err := w.handle(a, actionUndelegate, h, nil); err != nil {
		return err
	}
	p, err := w.Person(former)
	if err != nil || !p.Active() || p.ID == a.Person.ID {
		return wrap("undelegate", err)
	}
	m := w.handlingNews("notice.undelegated", owing, "")
	m.Lines[0].Args.Set("Name", twinning.Text(a.Person.Name))
	return w.tell(p, ClassReply, HandlingSubject(o), m)
}

// Snooze puts off the actor's own reminders of an open obligation by so many days, to a working day that is not after
// the last working day in time. Asking on one day for the same day twice counts once. The error is an InvalidError
// "snooze" with rule "late" (no such day is left) or "often" (the actor did so SnoozesAllowed times).
func (w *Work) Snooze(a Actor, o twinning.Obligation, days int) (twinning.Snooze, error) {
	owing, err := w.owingOf(a, o)
	if err != nil {
		return twinning.Snooze{}, err
	}
	h := owing.Handling
	s := h.Snoozes[a.Person.ID]
	until, ok := twinning.SnoozeUntil(w.Today(), owing.Deadlines.Due, days, w.programme.Calendar)
	switch {
	case ok && s.Until == until && s.Asked == w.Today():
		return s, nil
	case s.Count >= twinning.SnoozesAllowed:
		return s, &twinning.InvalidError{Field: "snooze", Rule: "often"}
	case !ok || days < 1:
		return s, &twinning.InvalidError{Field: "snooze", Rule: "late"}
	}
	s = twinning.Snooze{Until: until, Asked: w.Today(), Count: s.Count + 1}
	h.Snoozes = maps.Clone(h.Snoozes)
	if h.Snoozes == nil {
		h.Snoozes = map[twinning.PersonID]twinning.Snooze{}
	}
	h.Snoozes[a.Person.ID] = s
	return s, w.handle(a, actionSnooze, h, s)
}

// owingOf returns an open obligation of the unit that the actor acts for. Who sees to it inside the unit, and whether it
// is the unit's at all, is for its own people to say and for nobody in their place.
func (w *Work) owingOf(a Actor, o twinning.Obligation) (Owing, error) {
	if !a.Person.MayLog() || a.Person.Unit != o.Unit {
		return Owing{}, fmt.Errorf("obligation %s: %w", o.Key(), twinning.ErrForbidden)
	}
	return w.OpenOwing(o)
}

// handlingNews says to somebody what became of an obligation.
func (w *Work) handlingNews(key string, o Owing, reason string) twinning.Message {
	return twinning.Say(key, twinning.Args{
		{"Title", twinning.Joined(w.Title(o))},
		{"Unit", w.UnitName(o.Unit)},
		{"Reason", twinning.Text(reason)},
		{"Due", twinning.Day(o.Deadlines.Due)},
	})
}

// tellUnit tells the officers and leads of the unit, the actor aside.
func (w *Work) tellUnit(a Actor, o twinning.Obligation, m twinning.Message) error {
	people, err := w.Officers(o.Unit)
	if err != nil {
		return err
	}
	for _, p := range people {
		if p.ID == a.Person.ID {
			continue
		}
		if err := w.tell(p, ClassReply, HandlingSubject(o), m); err != nil {
			return err
		}
	}
	return nil
}

// fileNow is the button that files the document of an obligation.
func fileNow(o twinning.Obligation) twinning.Button {
	return twinning.Button{Label: twinning.Line{Key: "button.file_now"}, Data: ObligationData("nop", o)}
}

// ObligationData names an obligation in callback data: "nop:needs:2027:0", with the unit's key at the end when it is not
// that of whoever presses ("dis:needs:2027:0:W20437").
func ObligationData(prefix string, o twinning.Obligation) string {
	return fmt.Sprintf("%s:%s:%d:%d", prefix, o.Rule, o.Year, o.Pairing)
}
