package ledger

import (
	"fmt"
	"slices"

	"ketnghia/twinning"
)

// StartDraft stores a new draft of the actor's and returns it with its id. The parties that the text left open are
// filled in where only one reading is possible: the author's own unit on its side, the only counterpart on the other.
func (w *Work) StartDraft(a Actor, d twinning.Draft) (twinning.Draft, error) {
	if err := w.maySpeakFor(a, d.Unit); err != nil {
		return d, err
	}
	d.ID, d.Created, d.RevisesVersion = 0, w.Now(), 0
	if a.Person.ID != 0 {
		d.Author = a.Person.ID
	}
	if d.Revises != 0 {
		act, err := w.Activity(d.Revises)
		if err != nil {
			return d, wrap("draft", err)
		}
		d.RevisesVersion = act.Version
	}
	return w.saveDraft(d)
}

// ChangeDraft stores a corrected draft. People who act for the author's unit may, and coordinators. Whose draft it is and
// what it would replace stay as they are.
func (w *Work) ChangeDraft(a Actor, d twinning.Draft) (twinning.Draft, error) {
	was, err := w.Draft(d.ID)
	if err != nil {
		return d, wrap("draft", err)
	}
	if err := w.maySpeakFor(a, was.Unit); err != nil {
		return d, err
	}
	d.Author, d.Unit, d.Chat, d.Created = was.Author, was.Unit, was.Chat, was.Created
	d.Revises, d.RevisesVersion = was.Revises, was.RevisesVersion
	return w.saveDraft(d)
}

func (w *Work) saveDraft(d twinning.Draft) (twinning.Draft, error) {
	if err := w.fillParties(&d); err != nil {
		return d, err
	}
	d.Asking = d.Question()
	var err error
	if d.Twin, err = w.findTwin(d); err != nil {
		return d, err
	}
	d.Updated = w.Now()
	d.ID, err = w.tx.PutDraft(d)
	return d, wrap("draft", err)
}

// DropDraft forgets a draft; it was never a fact.
func (w *Work) DropDraft(a Actor, id twinning.DraftID) error {
	d, err := w.Draft(id)
	if err != nil {
		return wrap("draft", err)
	}
	if err := w.maySpeakFor(a, d.Unit); err != nil {
		return err
	}
	return wrap("draft", w.tx.DeleteDraft(id))
}

// fillParties puts the own unit on its side of the activity and, where it has just one counterpart in force, that one
// on the other. A name that fits several units is left to the author, unless just one of them is a counterpart.
func (w *Work) fillParties(d *twinning.Draft) error {
	u, err := w.Unit(d.Unit)
	if err != nil {
		return wrap("own unit", err)
	}
	f := &d.Facts
	mine, other := &f.Sponsor, &f.Recipient
	switch {
	case u.Role == twinning.RoleStanding:
		return w.fillByPairing(d)
	case u.Role.IsRecipient():
		mine, other = other, mine
	}
	if *mine == "" {
		*mine = d.Unit
	}
	if *other != "" {
		return nil
	}
	return w.fillOther(d, d.Unit, other)
}

// fillByPairing completes the parties of an activity that a coordinator logs for others, when one is named and has one
// counterpart only.
func (w *Work) fillByPairing(d *twinning.Draft) error {
	f := &d.Facts
	if (f.Sponsor == "") == (f.Recipient == "") {
		return nil
	}
	named, open := f.Sponsor, &f.Recipient
	if named == "" {
		named, open = f.Recipient, &f.Sponsor
	}
	return w.fillOther(d, named, open)
}

// fillOther puts the only counterpart of a unit on the open side.
func (w *Work) fillOther(d *twinning.Draft, of twinning.UnitKey, open *twinning.UnitKey) error {
	counterparts, err := w.Counterparts(of)
	if err != nil {
		return err
	}
	if len(d.Candidates) > 0 {
		counterparts = slices.DeleteFunc(counterparts, func(key twinning.UnitKey) bool {
			return !slices.Contains(d.Candidates, key)
		})
	}
	if len(counterparts) == 1 {
		*open = counterparts[0]
	}
	return nil
}

// Log makes a draft a fact: a new activity, or a new version of the one that it revises. It tells the counterpart. While
// it is open whether the support was logged already, also since the author was last asked, it is a conflict. After an error
// the draft is as it was.
func (w *Work) Log(a Actor, id twinning.DraftID) (twinning.Activity, error) {
	d, err := w.Draft(id)
	if err != nil {
		return twinning.Activity{}, wrap("draft", err)
	}
	if err := w.maySpeakFor(a, d.Unit); err != nil {
		return twinning.Activity{}, err
	}
	if err := w.checkFacts(a, d.Facts); err != nil {
		return twinning.Activity{}, err
	}
	var was, act twinning.Activity
	if d.Revises == 0 {
		act, err = w.logNew(a, d)
		was = act
	} else if was, err = w.Activity(d.Revises); err == nil {
		act, err = w.revise(a, d, was)
	}
	if err != nil {
		return act, wrap("activity", err)
	}
	if err := w.tx.DeleteDraft(id); err != nil {
		return act, wrap("draft", err)
	}
	if d.Revises != 0 && act.Version == was.Version {
		return act, nil
	}
	return act, w.spread(a, was, act)
}

// checkFacts refuses what cannot be a fact: something missing, a day in the future, parties that are none, somebody
// else's support.
func (w *Work) checkFacts(a Actor, f twinning.Facts) error {
	if missing := f.Missing(); len(missing) > 0 {
		return &twinning.InvalidError{Field: string(missing[0]), Rule: "required"}
	}
	if f.From > w.Today() || f.To > w.Today() {
		return &twinning.InvalidError{Field: "date", Rule: "future"}
	}
	if !f.To.IsZero() && f.To < f.From {
		return &twinning.InvalidError{Field: "date", Rule: "order"}
	}
	if f.From < w.programme.Signed {
		return &twinning.InvalidError{Field: "date", Rule: "before_programme"}
	}
	recipient, err := w.Unit(f.Recipient)
	if err != nil {
		return wrap("recipient", err)
	}
	sponsor, err := w.Unit(f.Sponsor)
	if err != nil {
		return wrap("sponsor", err)
	}
	if !recipient.Role.IsRecipient() {
		return &twinning.InvalidError{Field: "recipient", Rule: "role"}
	}
	if sponsor.Role.IsRecipient() {
		return &twinning.InvalidError{Field: "sponsor", Rule: "role"}
	}
	if w.maySpeakFor(a, f.Sponsor) != nil && w.maySpeakFor(a, f.Recipient) != nil {
		return &twinning.InvalidError{Field: "parties", Rule: "own"}
	}
	return nil
}

func (w *Work) logNew(a Actor, d twinning.Draft) (twinning.Activity, error) {
	twin, err := w.findTwin(d)
	if err != nil {
		return twinning.Activity{}, err
	}
	if twin != 0 {
		return twinning.Activity{}, fmt.Errorf("draft %d: may be activity %d: %w", d.ID, twin, twinning.ErrConflict)
	}
	pairing, err := w.PairingFor(d.Facts.Sponsor, d.Facts.Recipient, d.Facts.From)
	if err != nil {
		return twinning.Activity{}, err
	}
	act := twinning.Activity{
		Version: 1, Base: 1, State: twinning.ActivityLogged, Pairing: pairing.ID, Facts: d.Facts.Clone(),
		Files: slices.Clone(d.Files), Author: d.Author, Unit: d.Unit, LoggedAt: w.Now(), Chat: d.Chat,
		Sources: slices.Clone(d.Sources), Changed: w.Now(), ChangedBy: a.Person.ID,
	}
	if act.Unit != act.Facts.Sponsor && act.Unit != act.Facts.Recipient {
		// A coordinator logs for the sponsor, whose support it is; the recipient confirms.
		act.Unit = act.Facts.Sponsor
	}
	act.ByCoordinator = a.operator() || a.Person.Role == twinning.RoleCoordinator
	if act.ID, err = w.tx.PutActivity(act); err != nil {
		return act, wrap("activity", err)
	}
	if err := w.keep(act.Files); err != nil {
		return act, err
	}
	return act, w.audit(a, actionLog, ActivitySubject(act.ID), detailOf(act))
}
