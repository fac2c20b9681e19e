package ledger

import (
	"fmt"
	"maps"

	"ketnghia/twinning"
)

// actionImport is the audited taking over of an activity from a file.
const actionImport = "activity.import"

// Takeover is what an import adds to the activities.
type Takeover struct {
	// File is the name of the file that they come from; it stays with each of them.
	File       string
	Activities []Deed
}

// Deed is one activity of the past as a file tells it.
type Deed struct {
	// ID is the number that the activity shall have, 0 for the next one. A number that is taken is a conflict.
	ID twinning.ActivityID
	// Row is where it stands in the file, for the audit.
	Row   int
	Facts twinning.Facts
	// State is logged, confirmed, disputed (with the counterpart's numbers as Claim, or none) or voided (with a Reason).
	State  twinning.ActivityState
	Claim  twinning.Quantities
	Reason string
}

// deedDetail is what the audit keeps of a deed.
type deedDetail struct {
	changeDetail

	File string `json:"file"`
	Row  int    `json:"row"`
}

// TakeOver puts activities of the past into the books, all or, on the first error, none, and counts them in the totals.
// Nobody is told: the books catch up with what everybody did long ago. One that is not confirmed can be confirmed by the
// counterpart like any other.
func (w *Work) TakeOver(a Actor, t Takeover) error {
	if err := mustCoordinate(a); err != nil {
		return err
	}
	if t.File == "" {
		return &twinning.InvalidError{Field: "file", Rule: "required"}
	}
	// Rows with a number come first: the next number must not be one of theirs.
	for _, numbered := range []bool{true, false} {
		for _, d := range t.Activities {
			if (d.ID != 0) != numbered {
				continue
			}
			if err := w.takeOver(a, t.File, d); err != nil {
				return fmt.Errorf("take over: row %d: %w", d.Row, err)
			}
		}
	}
	return w.audit(a, "activities.import", "activities", map[string]any{"file": t.File, "activities": len(t.Activities)})
}

func (w *Work) takeOver(a Actor, file string, d Deed) error {
	if err := w.checkFacts(a, d.Facts); err != nil {
		return err
	}
	pairing, err := w.PairingFor(d.Facts.Sponsor, d.Facts.Recipient, d.Facts.From)
	if err != nil {
		return err
	}
	act := twinning.Activity{
		ID: d.ID, Version: 1, Base: 1, State: d.State, Pairing: pairing.ID, Facts: d.Facts.Clone(), Author: a.Person.ID,
		Unit: d.Facts.Sponsor, ByCoordinator: true, LoggedAt: w.Now(), Chat: a.Chat, Imported: file, Changed: w.Now(),
		ChangedBy: a.Person.ID,
	}
	switch d.State {
	case twinning.ActivityLogged, twinning.ActivityConfirmed:
	case twinning.ActivityDisputed:
		act.Claim = maps.Clone(d.Claim)
	case twinning.ActivityVoided:
		if act.Reason = d.Reason; act.Reason == "" {
			return &twinning.InvalidError{Field: "reason", Rule: "required"}
		}
	default:
		return &twinning.InvalidError{Field: "state", Rule: "unknown"}
	}
	if act.ID, err = w.tx.PutActivity(act); err != nil {
		return wrap("activity", err)
	}
	return w.audit(a, actionImport, ActivitySubject(act.ID), deedDetail{changeDetail: detailOf(act), File: file, Row: d.Row})
}
