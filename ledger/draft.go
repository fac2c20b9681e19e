package ledger

import (
	"fmt"
	"slices"

	"ketnghia/twinning"
)

// StartDraft stores a new draft of the actor's and returns it with its id. The parties that the text left open are
// filled in where only one reading is possible: the author's own unit on its side, the only counterpart on the other.
func (w *Work) StartDraft(a Actor, d twinning.Draft) (twinning.Draft, error) {
	if err := maySpeakFor(a, d.Unit); err != nil {
		return d, err
	}
	if d.Author == 0 {
		d.Author = a.Person.ID
	}
	d.Created = w.Now()
	return w.saveDraft(d)
}

// ChangeDraft stores a corrected draft. People who act for the author's unit may, and coordinators.
func (w *Work) ChangeDraft(a Actor, d twinning.Draft) (twinning.Draft, error) {
	if err := maySpeakFor(a, d.Unit); err != nil {
		return d, err
	}
	return w.saveDraft(d)
}

func (w *Work) saveDraft(d twinning.Draft) (twinning.Draft, error) {
	if err := w.fillParties(&d.Facts, d.Unit); err != nil {
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
	if err := maySpeakFor(a, d.Unit); err != nil {
		return err
	}
	return wrap("draft", w.tx.DeleteDraft(id))
}

// fillParties puts the own unit on its side of the activity and, where it has just one counterpart in force, that one
// on the other.
func (w *Work) fillParties(f *twinning.Facts, own twinning.UnitKey) error {
	u, err := w.Unit(own)
	if err != nil {
		return wrap("own unit", err)
	}
	mine, other := &f.Sponsor, &f.Recipient
	switch {
	case u.Role == twinning.RoleStanding:
		return w.fillByPairing(f)
	case u.Role.IsRecipient():
		mine, other = other, mine
	}
	if *mine == "" {
		*mine = own
	}
	if *other != "" {
		return nil
	}
	counterparts, err := w.Counterparts(own)
	if err == nil && len(counterparts) == 1 {
		*other = counterparts[0]
	}
	return err
}

// fillByPairing completes the parties of an activity that a coordinator logs for others, when one is named and has one
// counterpart only.
func (w *Work) fillByPairing(f *twinning.Facts) error {
	if (f.Sponsor == "") == (f.Recipient == "") {
		return nil
	}
	named, open := f.Sponsor, &f.Recipient
	if named == "" {
		named, open = f.Recipient, &f.Sponsor
	}
	counterparts, err := w.Counterparts(named)
	if err == nil && len(counterparts) == 1 {
		*open = counterparts[0]
	}
	return err
}

// twinWindow is how many of the pair's newest activities are looked through for the same support.
const twinWindow = 50

// findTwin returns an activity that the counterpart logged and that seems to be the same support: the same parties and
// days, the same category, and no number that differs. It is offered as a confirmation, never added twice.
func (w *Work) findTwin(d twinning.Draft) (twinning.ActivityID, error) {
	f := d.Facts
	if f.From.IsZero() || f.Sponsor == "" || f.Recipient == "" || d.Revises != 0 || d.Distinct {
		return 0, nil
	}
	list, err := w.ActivitiesOf(f.Recipient, f.Year(), Page{Limit: twinWindow})
	if err != nil {
		return 0, wrap("twin", err)
	}
	for _, a := range list {
		if a.State == twinning.ActivityLogged && a.Unit != d.Unit && sameSupport(a.Facts, f) {
			return a.ID, nil
		}
	}
	return 0, nil
}

func sameSupport(a, b twinning.Facts) bool {
	end := func(f twinning.Facts) twinning.Date { return max(f.From, f.To) }
	if a.Sponsor != b.Sponsor || a.Recipient != b.Recipient || a.From > end(b) || b.From > end(a) {
		return false
	}
	if a.Category != b.Category && a.Category != 0 && b.Category != 0 {
		return false
	}
	for m, v := range a.Quantities {
		if other, ok := b.Quantities[m]; ok && other != v {
			return false
		}
	}
	return true
}

// Log makes a draft a fact: a new activity, or a new version of the one that it revises. It tells the counterpart.
func (w *Work) Log(a Actor, id twinning.DraftID) (twinning.Activity, error) {
	d, err := w.Draft(id)
	if err != nil {
		return twinning.Activity{}, wrap("draft", err)
	}
	if err := maySpeakFor(a, d.Unit); err != nil {
		return twinning.Activity{}, err
	}
	if err := w.checkFacts(a, d.Facts); err != nil {
		return twinning.Activity{}, err
	}
	var act twinning.Activity
	if d.Revises != 0 {
		act, err = w.revise(a, d)
	} else {
		act, err = w.logNew(a, d)
	}
	if err != nil {
		return act, err
	}
	if err := w.tx.DeleteDraft(id); err != nil {
		return act, wrap("draft", err)
	}
	return act, w.refresh(a, act)
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
	if maySpeakFor(a, f.Sponsor) != nil && maySpeakFor(a, f.Recipient) != nil {
		return fmt.Errorf("activity of %s for %s: %w", f.Sponsor, f.Recipient, twinning.ErrForbidden)
	}
	return nil
}

func (w *Work) logNew(a Actor, d twinning.Draft) (twinning.Activity, error) {
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
		act.Unit, act.ByCoordinator = act.Facts.Sponsor, true
	}
	if act.ID, err = w.tx.PutActivity(act); err != nil {
		return act, wrap("activity", err)
	}
	return act, w.audit(a, "activity.log", ActivitySubject(act.ID), act.Facts)
}
