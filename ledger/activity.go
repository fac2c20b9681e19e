package ledger

import (
	"fmt"
	"maps"
	"slices"

	"ketnghia/twinning"
)

// revise appends a version with the draft's facts; a confirmation falls, since the counterpart confirmed other figures.
// Facts equal to the counterpart's claim need no second confirmation. A draft that changes nothing adds no version.
func (w *Work) revise(a Actor, d twinning.Draft, act twinning.Activity) (twinning.Activity, error) {
	if err := w.maySpeakFor(a, act.Unit); err != nil {
		return act, err
	}
	if act.State == twinning.ActivityVoided {
		return act, fmt.Errorf("activity %d: voided: %w", act.ID, twinning.ErrConflict)
	}
	if err := w.upToDate(d, act); err != nil {
		return act, err
	}
	files := joinFiles(act.Files, d.Files)
	if sameFacts(act.Facts, d.Facts) && len(files) == len(act.Files) {
		return act, nil
	}
	if err := w.keep(d.Files); err != nil {
		return act, err
	}
	pairing, err := w.PairingFor(d.Facts.Sponsor, d.Facts.Recipient, d.Facts.From)
	if err != nil {
		return act, err
	}
	next := act
	next.Files, next.Pairing, next.Base = files, pairing.ID, act.Version+1
	next.State, next.Claim, next.ConfirmedBy = twinning.ActivityLogged, nil, 0
	if len(act.Claim) > 0 && meetsClaim(d.Facts.Quantities, act.Claim) {
		next.State = twinning.ActivityConfirmed
		if next.ConfirmedBy, err = w.claimant(act); err != nil {
			return act, err
		}
	}
	// The side that logged stays the side that logged, also when a coordinator names another unit for it.
	next.Unit = d.Facts.Sponsor
	if act.Unit == act.Facts.Recipient {
		next.Unit = d.Facts.Recipient
	}
	next.ByCoordinator = act.ByCoordinator || next.Unit != act.Unit
	next.Facts = d.Facts.Clone()
	return w.append(a, next, actionRevise, "")
}

// upToDate refuses a correction of facts that somebody else has corrected since the draft was made of them.
func (w *Work) upToDate(d twinning.Draft, act twinning.Activity) error {
	if d.RevisesVersion == 0 || d.RevisesVersion == act.Version {
		return nil
	}
	versions, err := w.ActivityVersions(act.ID)
	if err != nil {
		return wrap("revise", err)
	}
	if d.RevisesVersion > len(versions) || !sameFacts(versions[d.RevisesVersion-1].Facts, act.Facts) {
		return fmt.Errorf("activity %d: version %d is now %d: %w", act.ID, d.RevisesVersion, act.Version, twinning.ErrConflict)
	}
	return nil
}

// joinFiles returns the files with those of more that are not among them.
func joinFiles(files, more []twinning.FileRef) []twinning.FileRef {
	joined := slices.Clone(files)
	for _, f := range more {
		if !slices.ContainsFunc(joined, func(g twinning.FileRef) bool { return g.UniqueID == f.UniqueID }) {
			joined = append(joined, f)
		}
	}
	return joined
}

// claimant returns who of the counterpart gave the claim that stands.
func (k *Look) claimant(act twinning.Activity) (twinning.PersonID, error) {
	versions, err := k.ActivityVersions(act.ID)
	if err != nil {
		return 0, wrap("claim", err)
	}
	var by twinning.PersonID
	for _, n := range slices.Backward(standing(versions)) {
		v := versions[n-1]
		if v.State != twinning.ActivityDisputed || !maps.Equal(v.Claim, act.Claim) {
			break
		}
		by = v.ChangedBy
	}
	return by, nil
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
	return act, w.audit(a, action, ActivitySubject(act.ID), detailOf(act))
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
	if err := w.mayConfirm(a, act); err != nil {
		return act, err
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
	if act, err = w.append(a, act, actionConfirm, ""); err != nil {
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
	act.State, act.Claim, act.ConfirmedBy = twinning.ActivityDisputed, maps.Clone(claim), 0
	act.Base = act.Version + 1
	if act, err = w.append(a, act, actionDispute, ""); err != nil {
		return act, err
	}
	if err := w.refresh(a, act); err != nil {
		return act, err
	}
	coordinators, err := w.Coordinators()
	if err != nil {
		return act, err
	}
	coordinators = slices.DeleteFunc(coordinators, func(p twinning.Person) bool { return p.ID == act.Author })
	return act, w.show(act, "notice.disputed", coordinators)
}

// TakeClaim makes the counterpart's numbers the activity's; both sides then say the same, so it is confirmed.
func (w *Work) TakeClaim(a Actor, id twinning.ActivityID, version int) (twinning.Activity, error) {
	act, err := w.current(id, version)
	if err != nil {
		return act, err
	}
	if err := w.maySpeakFor(a, act.Unit); err != nil {
		return act, err
	}
	if act.State != twinning.ActivityDisputed || len(act.Claim) == 0 {
		return act, fmt.Errorf("activity %d: no claim: %w", id, twinning.ErrConflict)
	}
	act.Facts = act.Facts.Clone()
	maps.Copy(act.Facts.Quantities, act.Claim)
	if act.ConfirmedBy, err = w.claimant(act); err != nil {
		return act, err
	}
	act.State, act.Claim, act.Base = twinning.ActivityConfirmed, nil, act.Version+1
	if act, err = w.append(a, act, actionTakeClaim, ""); err != nil {
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
	if err := w.maySpeakFor(a, act.Unit); err != nil {
		return act, err
	}
	if act.State == twinning.ActivityVoided {
		return act, fmt.Errorf("activity %d: voided: %w", id, twinning.ErrConflict)
	}
	if reason == "" {
		return act, &twinning.InvalidError{Field: "reason", Rule: "required"}
	}
	act.State, act.Base = twinning.ActivityVoided, act.Version+1
	if act, err = w.append(a, act, actionVoid, reason); err != nil {
		return act, err
	}
	return act, w.refresh(a, act)
}

// unconfirmedMost is how many activities Unconfirmed returns at most.
const unconfirmedMost = 100

// Unconfirmed returns the activities of this year and the last that the unit has still to confirm, for itself and those
// that it succeeded, newest first.
func (k *Look) Unconfirmed(unit twinning.UnitKey) ([]twinning.Activity, error) {
	own, err := k.lineage(unit)
	if err != nil {
		return nil, err
	}
	year := k.Today().Year()
	var open []twinning.Activity
	for _, y := range []int{year, year - 1} {
		for _, key := range own {
			err := k.eachOf(key, y, func(a twinning.Activity) {
				if a.State == twinning.ActivityLogged && a.Counterpart() == key && len(open) < unconfirmedMost {
					open = append(open, a)
				}
			})
			if err != nil {
				return nil, err
			}
		}
	}
	if len(own) > 1 {
		slices.SortStableFunc(open, newestFirst)
	}
	return open, nil
}
