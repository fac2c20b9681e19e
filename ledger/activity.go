package ledger

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"ketnghia/twinning"
)

// undoSpan is how long after a change "hoàn tác" reaches it; older ones are corrected or voided by name.
const undoSpan = 7 * 24 * time.Hour

// undoReason marks the version that an undo made.
const undoReason = "undo"

// undoWindow is how many of a person's newest activities are looked through for the last change.
const undoWindow = 100

// ErrNothingToUndo says that the person changed nothing within the last week that is not undone yet.
var ErrNothingToUndo = errors.New("nothing to undo")

// revise appends a version with the draft's facts; a confirmation falls, since the counterpart confirmed other figures.
// Facts equal to the counterpart's claim need no second confirmation.
func (w *Work) revise(a Actor, d twinning.Draft) (twinning.Activity, error) {
	act, err := w.Activity(d.Revises)
	if err != nil {
		return act, wrap("activity", err)
	}
	if err := maySpeakFor(a, act.Unit); err != nil {
		return act, err
	}
	if act.State == twinning.ActivityVoided {
		return act, fmt.Errorf("activity %d: voided: %w", act.ID, twinning.ErrConflict)
	}
	pairing, err := w.PairingFor(d.Facts.Sponsor, d.Facts.Recipient, d.Facts.From)
	if err != nil {
		return act, err
	}
	agreed := act.State == twinning.ActivityDisputed && len(act.Claim) > 0 && meetsClaim(d.Facts.Quantities, act.Claim)
	act.Facts, act.Pairing, act.Base = d.Facts.Clone(), pairing.ID, act.Version+1
	for _, f := range d.Files {
		if !slices.ContainsFunc(act.Files, func(g twinning.FileRef) bool { return g.UniqueID == f.UniqueID }) {
			act.Files = append(act.Files, f)
		}
	}
	act.State, act.Claim = twinning.ActivityLogged, nil
	if agreed {
		act.State = twinning.ActivityConfirmed
	} else {
		act.ConfirmedBy = 0
	}
	return w.append(a, act, "activity.revise", "")
}

func meetsClaim(q, claim twinning.Quantities) bool {
	for m, v := range claim {
		if q[m] != v {
			return false
		}
	}
	return true
}

// append stores the next version of an activity with who, when and why.
func (w *Work) append(a Actor, act twinning.Activity, action, reason string) (twinning.Activity, error) {
	act.Version++
	act.Changed, act.ChangedBy, act.Reason = w.Now(), a.Person.ID, reason
	if _, err := w.tx.PutActivity(act); err != nil {
		return act, wrap("activity", err)
	}
	return act, w.audit(a, action, ActivitySubject(act.ID), map[string]any{
		"version": act.Version, "state": act.State, "reason": reason, "facts": act.Facts,
	})
}

// current returns the activity if version is its latest; a button pressed on an older card is a conflict.
func (w *Work) current(id twinning.ActivityID, version int) (twinning.Activity, error) {
	act, err := w.Activity(id)
	if err != nil {
		return act, wrap("activity", err)
	}
	if version != 0 && act.Version != version {
		return act, fmt.Errorf("activity %d: version %d is now %d: %w", id, version, act.Version, twinning.ErrConflict)
	}
	return act, nil
}

// byCounterpart returns the current activity for somebody who may confirm it.
func (w *Work) byCounterpart(a Actor, id twinning.ActivityID, version int) (twinning.Activity, error) {
	act, err := w.current(id, version)
	if err != nil {
		return act, err
	}
	if !a.Person.MayLog() || a.Person.Role == twinning.RoleCoordinator || a.Person.Unit != act.Counterpart() {
		return act, fmt.Errorf("activity %d: %w", id, twinning.ErrForbidden)
	}
	if act.State == twinning.ActivityVoided {
		return act, fmt.Errorf("activity %d: voided: %w", id, twinning.ErrConflict)
	}
	return act, nil
}

// Confirm is the counterpart's word that the activity was as logged.
func (w *Work) Confirm(a Actor, id twinning.ActivityID, version int) (twinning.Activity, error) {
	act, err := w.byCounterpart(a, id, version)
	if err != nil {
		return act, err
	}
	if act.State == twinning.ActivityConfirmed {
		return act, fmt.Errorf("activity %d: confirmed: %w", id, twinning.ErrConflict)
	}
	act.State, act.ConfirmedBy, act.Claim = twinning.ActivityConfirmed, a.Person.ID, nil
	act.Base = act.Version + 1
	if act, err = w.append(a, act, "activity.confirm", ""); err != nil {
		return act, err
	}
	return act, w.refresh(a, act)
}

// Dispute is the counterpart's word that a number differs (claim holds the right ones) or, with an empty claim, that
// there was no such activity. The coordinators are told.
func (w *Work) Dispute(a Actor, id twinning.ActivityID, version int, claim twinning.Quantities) (twinning.Activity, error) {
	act, err := w.byCounterpart(a, id, version)
	if err != nil {
		return act, err
	}
	act.State, act.Claim, act.ConfirmedBy = twinning.ActivityDisputed, claim, 0
	act.Base = act.Version + 1
	if act, err = w.append(a, act, "activity.dispute", ""); err != nil {
		return act, err
	}
	if err := w.refresh(a, act); err != nil {
		return act, err
	}
	coordinators, err := w.Coordinators()
	if err != nil {
		return act, err
	}
	return act, w.show(act, "notice.disputed", coordinators)
}

// TakeClaim makes the counterpart's numbers the activity's; both sides then say the same, so it is confirmed.
func (w *Work) TakeClaim(a Actor, id twinning.ActivityID, version int) (twinning.Activity, error) {
	act, err := w.current(id, version)
	if err != nil {
		return act, err
	}
	if err := maySpeakFor(a, act.Unit); err != nil {
		return act, err
	}
	if act.State != twinning.ActivityDisputed || len(act.Claim) == 0 {
		return act, fmt.Errorf("activity %d: no claim: %w", id, twinning.ErrConflict)
	}
	act.Facts = act.Facts.Clone()
	for m, v := range act.Claim {
		act.Facts.Quantities[m] = v
	}
	act.State, act.Claim, act.Base = twinning.ActivityConfirmed, nil, act.Version+1
	if act, err = w.append(a, act, "activity.take_claim", ""); err != nil {
		return act, err
	}
	return act, w.refresh(a, act)
}

// Void takes an activity out of the totals, with a reason; its versions stay.
func (w *Work) Void(a Actor, id twinning.ActivityID, version int, reason string) (twinning.Activity, error) {
	act, err := w.current(id, version)
	if err != nil {
		return act, err
	}
	if err := maySpeakFor(a, act.Unit); err != nil {
		return act, err
	}
	if act.State == twinning.ActivityVoided {
		return act, fmt.Errorf("activity %d: voided: %w", id, twinning.ErrConflict)
	}
	if reason == "" {
		return act, &twinning.InvalidError{Field: "reason", Rule: "required"}
	}
	act.State = twinning.ActivityVoided
	if act, err = w.append(a, act, "activity.void", reason); err != nil {
		return act, err
	}
	return act, w.refresh(a, act)
}

// Undo takes back the last change that the actor made to an activity: a correction goes back to the version before
// it, a first logging is voided. It returns the activity as it stands then.
func (w *Work) Undo(a Actor) (twinning.Activity, error) {
	act, err := w.lastChanged(a.Person)
	if err != nil {
		return act, err
	}
	if err := maySpeakFor(a, act.Unit); err != nil {
		return act, err
	}
	versions, err := w.ActivityVersions(act.ID)
	if err != nil {
		return act, wrap("undo", err)
	}
	next := act
	if base := lastFacts(versions, act.Base); base > 0 {
		old := versions[base-1]
		next.Facts, next.Pairing, next.State, next.Files = old.Facts, old.Pairing, old.State, old.Files
		next.Claim, next.ConfirmedBy, next.Base = old.Claim, old.ConfirmedBy, base
	} else {
		next.State = twinning.ActivityVoided
	}
	if next, err = w.append(a, next, "activity.undo", undoReason); err != nil {
		return next, err
	}
	return next, w.refresh(a, next)
}

// lastFacts returns the version to go back to from base: the newest before it that stands on its own (an undo stands
// on an older one). It returns 0 when base holds the first facts.
func lastFacts(versions []twinning.Activity, base int) int {
	if base < 1 || base > len(versions) {
		return 0
	}
	facts := versions[base-1]
	// Confirmations and disputes by the counterpart change no facts: they are not the author's to undo, so the step
	// goes back past them to other facts.
	for i := base - 1; i >= 1; i-- {
		v := versions[i-1]
		if v.Base == v.Version && !sameFacts(v.Facts, facts.Facts) {
			return newestWith(versions[:i], v.Facts)
		}
	}
	return 0
}

// newestWith returns the newest version with the facts: the confirmed one if they were confirmed.
func newestWith(versions []twinning.Activity, f twinning.Facts) int {
	for i := len(versions); i >= 1; i-- {
		if sameFacts(versions[i-1].Facts, f) && versions[i-1].Base == versions[i-1].Version {
			return i
		}
	}
	return 0
}

func sameFacts(a, b twinning.Facts) bool {
	return a.From == b.From && a.To == b.To && a.Sponsor == b.Sponsor && a.Recipient == b.Recipient &&
		a.Place == b.Place && a.Category == b.Category && a.Source == b.Source && a.Summary == b.Summary &&
		slices.Equal(a.Kinds, b.Kinds) && slices.Equal(a.InKind, b.InKind) && len(a.Quantities.Plus(b.Quantities, -1)) == 0
}

// lastChanged returns the activity to which the person made the latest change of their own.
func (w *Work) lastChanged(p twinning.Person) (twinning.Activity, error) {
	list, err := w.ActivitiesBy(p.ID, Page{Limit: undoWindow})
	if err != nil {
		return twinning.Activity{}, wrap("undo", err)
	}
	var last twinning.Activity
	var at time.Time
	since := w.Now().Add(-undoSpan)
	for _, a := range list {
		if a.State == twinning.ActivityVoided || a.Changed.Before(since) {
			continue
		}
		versions, err := w.ActivityVersions(a.ID)
		if err != nil {
			return last, wrap("undo", err)
		}
		for _, v := range versions {
			if v.ChangedBy == p.ID && !v.Changed.Before(since) && (v.Changed.After(at) || v.Changed.Equal(at) && v.ID > last.ID) {
				last, at = a, v.Changed
			}
		}
	}
	if last.ID == 0 {
		return last, ErrNothingToUndo
	}
	return last, nil
}

// refresh tells the news: older cards of the activity lose their buttons, the people of the counterpart and the author
// get the card as it stands now. The actor's own card is the caller's to answer with.
func (w *Work) refresh(a Actor, act twinning.Activity) error {
	if err := w.editCards(a, act); err != nil {
		return err
	}
	people, err := w.Officers(act.Counterpart())
	if err != nil {
		return err
	}
	if author, err := w.Person(act.Author); err == nil && author.Active() && !author.Unreachable {
		people = append(people, author)
	}
	for _, p := range people {
		if p.ID == a.Person.ID {
			continue
		}
		m := w.ActivityCard(p, act)
		m.Lines = append([]twinning.Line{w.news(a, act), {}}, m.Lines...)
		if err := w.tell(p, ClassReply, ActivitySubject(act.ID), m); err != nil {
			return err
		}
	}
	return nil
}

// editCards takes the buttons off the older cards of the activity in other chats: what can be done now stands on the
// newest.
func (w *Work) editCards(a Actor, act twinning.Activity) error {
	refs, err := w.MessagesOf(ActivitySubject(act.ID))
	if err != nil {
		return wrap("cards", err)
	}
	for _, ref := range refs {
		if ref.Chat == a.Chat {
			continue
		}
		p, err := w.PersonByTelegram(ref.Chat)
		if err != nil && !errors.Is(err, twinning.ErrNotFound) {
			return wrap("cards", err)
		}
		err = w.Queue(Delivery{
			Chat: ref.Chat, Person: p.ID, Op: OpEdit, EditID: ref.ID, Message: twinning.Message{Lines: w.ActivityLines(act)},
		})
		if err != nil {
			return err
		}
	}
	return nil
}

// news says in one line what happened to the activity and who did it.
func (w *Work) news(a Actor, act twinning.Activity) twinning.Line {
	key := "news." + string(act.State)
	switch {
	case act.Reason == undoReason && act.State != twinning.ActivityVoided:
		key = "news.undone"
	case act.State == twinning.ActivityLogged && act.Version > 1:
		key = "news.revised"
	case act.State == twinning.ActivityDisputed && len(act.Claim) == 0:
		key = "news.denied"
	}
	return twinning.Line{Key: key, Args: twinning.Args{
		"Name": twinning.Text(a.Person.Name), "Unit": w.UnitName(a.Person.Unit), "Reason": twinning.Text(act.Reason),
	}}
}

func (w *Work) show(act twinning.Activity, key string, people []twinning.Person) error {
	for _, p := range people {
		m := w.ActivityCard(p, act)
		m.Lines = append([]twinning.Line{{Key: key}}, m.Lines...)
		if err := w.tell(p, ClassReply, ActivitySubject(act.ID), m); err != nil {
			return err
		}
	}
	return nil
}

// Unconfirmed returns the activities that the unit has still to confirm, newest first, at most a page.
func (k *Look) Unconfirmed(unit twinning.UnitKey) ([]twinning.Activity, error) {
	year := k.Today().Year()
	var open []twinning.Activity
	for _, y := range []int{year, year - 1} {
		list, err := k.ActivitiesOf(unit, y, Page{Limit: undoWindow})
		if err != nil {
			return nil, wrap("unconfirmed", err)
		}
		for _, a := range list {
			if a.State == twinning.ActivityLogged && a.Counterpart() == unit {
				open = append(open, a)
			}
		}
	}
	return open, nil
}
