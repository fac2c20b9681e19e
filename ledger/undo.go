package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"ketnghia/store"
	"ketnghia/twinning"
)

// undoSpan is how long after a change "hoàn tác" reaches it; older ones are corrected or voided by name.
const undoSpan = 7 * 24 * time.Hour

// undoReason marks the version that an undo made.
const undoReason = "undo"

// The last change of a person is looked for in the audit, from its end: undoPage entries at a time, undoReach at most.
const (
	undoPage  = 250
	undoReach = 10_000
)

// ErrNothingToUndo says that the person changed nothing within the last week that is not undone yet, or that the last
// thing that the person did was no change of an activity.
var ErrNothingToUndo = errors.New("nothing to undo")

// The audited changes of an activity.
const (
	actionLog       = "activity.log"
	actionRevise    = "activity.revise"
	actionConfirm   = "activity.confirm"
	actionDispute   = "activity.dispute"
	actionTakeClaim = "activity.take_claim"
	actionVoid      = "activity.void"
	actionUndo      = "activity.undo"
)

// changeDetail is what the audit keeps of a change of an activity.
type changeDetail struct {
	Version int                    `json:"version"`
	State   twinning.ActivityState `json:"state"`
	Reason  string                 `json:"reason,omitempty"`
	Facts   twinning.Facts         `json:"facts"`
}

func detailOf(a twinning.Activity) changeDetail {
	return changeDetail{Version: a.Version, State: a.State, Reason: a.Reason, Facts: a.Facts}
}

// change is a change of an activity that somebody made and that stands.
type change struct {
	action   string
	id       twinning.ActivityID
	versions []twinning.Activity
	// standing are the versions that stand, oldest first; at is the place of the change among them.
	standing []int
	at       int
}

// Undo takes back the actor's last change of an activity that still stands: a correction, a claim taken over, a void, a
// confirmation or a dispute goes back to what stood before it, a first logging is voided. A counterpart's word about
// facts that are taken back falls with them. What somebody else changed since is never taken back: that is a conflict.
// It returns the activity as it stands then.
func (w *Work) Undo(a Actor) (twinning.Activity, error) {
	c, err := w.lastChange(a.Person.ID)
	if err != nil {
		return twinning.Activity{}, err
	}
	act := c.versions[len(c.versions)-1]
	if err := w.mayUndo(a, c, act); err != nil {
		return act, err
	}
	next := act
	if c.at == 0 {
		next.State, next.Claim, next.ConfirmedBy, next.Base = twinning.ActivityVoided, nil, 0, 0
	} else {
		next = c.versions[c.standing[c.at-1]-1]
		next.Version, next.Base = act.Version, c.standing[c.at-1]
		if c.at+1 < len(c.standing) {
			next.Files = act.Files // somebody else may have added some since
		}
	}
	if next, err = w.append(a, next, actionUndo, undoReason); err != nil {
		return next, err
	}
	return next, w.spread(a, act, next)
}

// mayUndo refuses a change that is not the actor's to take back any more: the actor has another unit now, or somebody
// else changed the activity since.
func (w *Work) mayUndo(a Actor, c change, act twinning.Activity) error {
	own := c.action != actionConfirm && c.action != actionDispute
	if own {
		if err := w.maySpeakFor(a, act.Unit); err != nil {
			return err
		}
	} else if err := w.mayConfirm(a, act); err != nil {
		return err
	}
	for i := c.at + 1; i < len(c.standing); i++ {
		v, before := c.versions[c.standing[i]-1], c.versions[c.standing[i-1]-1]
		// A claim that was taken over is somebody's deed too, even when it named the number that stood there already.
		taken := v.State == twinning.ActivityConfirmed && v.ConfirmedBy != v.ChangedBy
		if !own || v.State == twinning.ActivityVoided || taken || !sameFacts(v.Facts, before.Facts) {
			return fmt.Errorf("activity %d: changed by person %d since: %w", act.ID, v.ChangedBy, twinning.ErrConflict)
		}
	}
	return nil
}

// lastChange returns the person's last change of an activity that stands.
func (k *Look) lastChange(p twinning.PersonID) (change, error) {
	last, err := k.Changes(0)
	if err != nil {
		return change{}, err
	}
	since, undone := k.Now().Add(-undoSpan), ""
	for end := last; p != 0 && end > 0 && last-end < undoReach; end -= min(end, undoPage) {
		entries, err := k.AuditLog(end-min(end, undoPage), undoPage)
		if err != nil {
			return change{}, wrap("undo", err)
		}
		for _, e := range slices.Backward(entries) {
			switch {
			case e.Seq > end:
				continue
			case e.At.Before(since):
				return k.changeBefore(p, undone)
			case e.Person != p:
				continue
			case e.Action == actionFile:
				return change{}, ErrNothingToUndo
			case e.Action == actionUndo && undone == "":
				undone = e.Object
			}
			c, err := k.standingChange(e)
			if err != nil || c.id != 0 {
				return c, err
			}
		}
	}
	return k.changeBefore(p, undone)
}

// changeBefore returns the person's last change that stands of an activity of which the person undid another within the
// span: who goes on undoing means the same activity, however old it is.
func (k *Look) changeBefore(p twinning.PersonID, undone string) (change, error) {
	if undone == "" {
		return change{}, ErrNothingToUndo
	}
	entries, err := k.AuditOf(undone)
	if err != nil {
		return change{}, wrap("undo", err)
	}
	for _, e := range slices.Backward(entries) {
		if e.Person != p {
			continue
		}
		c, err := k.standingChange(e)
		if err != nil || c.id != 0 {
			return c, err
		}
	}
	return change{}, ErrNothingToUndo
}

// standingChange returns the change that the entry tells of, the zero change if it is none or was undone.
func (k *Look) standingChange(e store.AuditEntry) (change, error) {
	switch e.Action {
	case actionLog, actionRevise, actionConfirm, actionDispute, actionTakeClaim, actionVoid:
	default:
		return change{}, nil
	}
	_, number, _ := strings.Cut(e.Object, "/")
	id, err := strconv.ParseUint(number, 10, 64)
	if err != nil {
		return change{}, fmt.Errorf("audit %d: object %q: %w", e.Seq, e.Object, err)
	}
	var detail changeDetail
	if err := json.Unmarshal(e.Detail, &detail); err != nil {
		return change{}, fmt.Errorf("audit %d: %w", e.Seq, err)
	}
	c := change{action: e.Action, id: twinning.ActivityID(id)}
	if c.versions, err = k.ActivityVersions(c.id); err != nil {
		return change{}, wrap("undo", err)
	}
	c.standing = standing(c.versions)
	if c.at = slices.Index(c.standing, detail.Version); c.at < 0 {
		return change{}, nil
	}
	return c, nil
}

// standing returns the numbers of the versions that stand: an undo goes back to its base and takes all after it along.
func standing(versions []twinning.Activity) []int {
	var stack []int
	for _, v := range versions {
		if v.Base == v.Version {
			stack = append(stack, v.Version)
		} else {
			stack = stack[:slices.Index(stack, v.Base)+1]
		}
	}
	return stack
}

// sameFacts says whether two versions tell the same.
func sameFacts(a, b twinning.Facts) bool {
	return a.From == b.From && a.To == b.To && a.Sponsor == b.Sponsor && a.Recipient == b.Recipient &&
		a.Place == b.Place && a.Category == b.Category && a.Source == b.Source && a.Summary == b.Summary &&
		slices.Equal(a.Kinds, b.Kinds) && slices.Equal(a.InKind, b.InKind) && maps.Equal(a.Quantities, b.Quantities)
}
