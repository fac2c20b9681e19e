package ledger

import (
	"cmp"
	"fmt"
	"maps"

	"ketnghia/twinning"
)

// twinDays is how long before the draft's first day an activity may have begun to have a day in common with it.
const twinDays = 60

// findTwin returns a logged activity that seems to be the support that the draft tells of, so that it is never added
// twice: the same parties, days and content. One without a number that differs comes before one whose numbers differ. An
// own unit may do much on one day, so that there only the very same numbers count.
func (w *Work) findTwin(d twinning.Draft) (twinning.ActivityID, error) {
	f := d.Facts
	if f.From.IsZero() || f.Sponsor == "" || f.Recipient == "" || d.Revises != 0 || d.Distinct {
		return 0, nil
	}
	var sure, near twinning.ActivityID
	days := twinning.DateRange{From: f.From.AddDays(-twinDays), To: max(f.From, f.To)}
	err := w.ActivitiesIn(f.Recipient, days, func(a twinning.Activity) bool {
		match, certain := twins(d, a)
		switch {
		case certain:
			sure = a.ID
		case match && near == 0:
			near = a.ID
		}
		return certain
	})
	if err != nil {
		return 0, wrap("twin", err)
	}
	return cmp.Or(sure, near), nil
}

// twins says whether the activity may be the one that the draft tells of, and whether no number speaks against it.
func twins(d twinning.Draft, a twinning.Activity) (match, sure bool) {
	f := d.Facts
	switch {
	case a.State == twinning.ActivityVoided || !sameOccasion(a.Facts, f):
		return false, false
	case a.Unit == d.Unit:
		sure = len(f.Quantities) > 0 && maps.Equal(a.Facts.Quantities, f.Quantities) && a.Facts.Place == f.Place
		return sure, sure
	case Agree(a.Facts.Quantities, f.Quantities):
		return true, true
	}
	return a.Facts.Category == f.Category && f.Category != twinning.CategoryUnsure, false
}

// sameOccasion says whether two activities have the same parties, a common day, and no different content: the two sides
// often choose different categories for one support, so a number that is the same in both outweighs that.
func sameOccasion(a, b twinning.Facts) bool {
	end := func(f twinning.Facts) twinning.Date { return max(f.From, f.To) }
	if a.Sponsor != b.Sponsor || a.Recipient != b.Recipient || a.From > end(b) || b.From > end(a) {
		return false
	}
	if a.Category == b.Category || a.Category == twinning.CategoryUnsure || b.Category == twinning.CategoryUnsure {
		return true
	}
	for m, v := range a.Quantities {
		if other, ok := b.Quantities[m]; ok && other == v {
			return true
		}
	}
	return false
}

// Agree says that no number that both state differs.
func Agree(a, b twinning.Quantities) bool {
	for m, v := range a {
		if other, ok := b[m]; ok && other != v {
			return false
		}
	}
	return true
}

// SettleTwin answers a draft by the activity that it is the twin of: the draft goes, its files join the activity, and
// the activity is confirmed or, with a claim, disputed if the actor's unit is the one to say so. Neither is done when
// claim is nil and confirm is false.
func (w *Work) SettleTwin(a Actor, d twinning.Draft, confirm bool, claim twinning.Quantities) (twinning.Activity, error) {
	d, err := w.Draft(d.ID)
	if err != nil {
		return twinning.Activity{}, wrap("twin", err)
	}
	act, err := w.Activity(d.Twin)
	if err != nil {
		return act, wrap("twin", err)
	}
	if w.maySpeakFor(a, act.Facts.Sponsor) != nil && w.maySpeakFor(a, act.Facts.Recipient) != nil {
		return act, fmt.Errorf("activity %d: %w", act.ID, twinning.ErrForbidden)
	}
	if act.State == twinning.ActivityVoided {
		return act, fmt.Errorf("activity %d: voided: %w", act.ID, twinning.ErrConflict)
	}
	if err := w.DropDraft(a, d.ID); err != nil {
		return act, err
	}
	files := joinFiles(act.Files, d.Files)
	if len(files) > len(act.Files) {
		if err := w.keep(d.Files); err != nil {
			return act, err
		}
		act.Files, act.Base = files, act.Version+1
		if act, err = w.append(a, act, "activity.attach", ""); err != nil {
			return act, err
		}
		if !confirm && len(claim) == 0 {
			return act, w.refresh(a, act)
		}
	}
	switch {
	case confirm:
		return w.Confirm(a, act.ID, act.Version)
	case len(claim) > 0:
		return w.Dispute(a, act.ID, act.Version, claim)
	}
	return act, nil
}
