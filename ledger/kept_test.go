package ledger_test

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// kept returns the record of a file, the zero record if there is none.
func (b *books) kept(uniqueID string) ledger.KeptFile {
	b.Helper()
	var f ledger.KeptFile
	b.look(func(k *ledger.Look) (err error) {
		f, err = k.KeptFile(uniqueID)
		if errors.Is(err, twinning.ErrNotFound) {
			return nil
		}
		return err
	})
	return f
}

// fetches fails the test unless the file waits to be fetched at once by that id.
func (b *books) fetches(uniqueID, id string) {
	b.Helper()
	want := ledger.KeptFile{
		File: twinning.FileRef{ID: id, UniqueID: uniqueID}, State: ledger.KeptPending, NotBefore: b.now,
		Changed: b.now, Registered: b.kept(uniqueID).Registered,
	}
	if diff := cmp.Diff(want, b.kept(uniqueID)); diff != "" {
		b.Errorf("file %s (-want +got):\n%s", uniqueID, diff)
	}
}

func TestFilesOfFilingsAreToBeKept(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	officer := b.enrol(border, twinning.RoleOfficer)
	plan := document("commune_plan", border, 0, 2027)
	plan.Files = []twinning.FileRef{
		{ID: "f1", UniqueID: "u1"},
		{ID: "f2", UniqueID: "u2", Size: ledger.LargestKept},
		{ID: "f3", UniqueID: "u3", Size: ledger.LargestKept + 1},
		{ID: "f4"},
	}
	b.files(officer, plan)
	b.fetches("u1", "f1")
	if got := b.kept("u2").State; got != ledger.KeptPending {
		t.Errorf("a file of the greatest size is %s", got)
	}
	if got := b.kept("u3").State; got != ledger.KeptTooLarge {
		t.Errorf("a file above it is %s", got)
	}
}

// TestFileThatComesAgain registers a file that is known in each state: it is kept once, under its newest id.
func TestFileThatComesAgain(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		was   ledger.KeptFile
		again string
		want  ledger.KeptFile
	}{
		"waiting, as it was": {
			ledger.KeptFile{State: ledger.KeptPending, Tries: 2, Error: "server"},
			"f",
			ledger.KeptFile{State: ledger.KeptPending, Tries: 2, Error: "server"},
		},
		"waiting, by a new id": {
			ledger.KeptFile{State: ledger.KeptPending, Tries: 2, Error: "server"},
			"g",
			ledger.KeptFile{State: ledger.KeptPending},
		},
		"given up": {
			ledger.KeptFile{State: ledger.KeptFailed, Tries: 9, Refusals: 9, Error: "refused"},
			"f",
			ledger.KeptFile{State: ledger.KeptPending},
		},
		"kept": {
			ledger.KeptFile{State: ledger.KeptDone, SHA256: "ab", Path: "files/ab/ab", Bytes: 7},
			"g",
			ledger.KeptFile{State: ledger.KeptDone, SHA256: "ab", Path: "files/ab/ab", Bytes: 7},
		},
		"too large": {ledger.KeptFile{State: ledger.KeptTooLarge}, "g", ledger.KeptFile{State: ledger.KeptTooLarge}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBooks(t)
			officer := b.enrol(border, twinning.RoleOfficer)
			b.files(officer, document("commune_plan", border, 0, 2027))
			first := b.now
			b.must(func(w *ledger.Work) error {
				test.was.File, test.was.NotBefore = twinning.FileRef{ID: "older", UniqueID: "u"}, first
				return w.SetKept(test.was)
			})
			b.now = b.now.Add(time.Hour)
			again := document("commune_plan", border, 0, 2027)
			again.Files[0].ID = test.again
			b.files(officer, again)
			got := b.kept("u")
			if got.File.ID != test.again || !got.Registered.Equal(first) {
				t.Errorf("id %s, registered %v", got.File.ID, got.Registered)
			}
			got.File, got.Registered, got.Changed, got.NotBefore = twinning.FileRef{}, time.Time{}, time.Time{}, time.Time{}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("record (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPhotosOfActivitiesAreToBeKept logs an activity with a photo, adds one by a correction, and one of the counterpart's
// by settling that both logged the same support.
func TestPhotosOfActivitiesAreToBeKept(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	sponsor, commune := b.enrol(health, twinning.RoleOfficer), b.enrol(border, twinning.RoleOfficer)
	photo := func(n string) []twinning.FileRef {
		return []twinning.FileRef{{ID: "f" + n, UniqueID: "u" + n, Photo: true}}
	}
	states := func(want ...ledger.KeptState) {
		t.Helper()
		var got []ledger.KeptState
		for _, id := range []string{"u1", "u2", "u3"} {
			got = append(got, b.kept(id).State)
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("states (-want +got):\n%s", diff)
		}
	}
	d := support(health, 3, 45)
	d.Files = photo("1")
	b.must(func(w *ledger.Work) (err error) {
		d, err = w.StartDraft(by(sponsor), d)
		return err
	})
	states("", "", "") // a draft is no fact
	var act twinning.Activity
	b.must(func(w *ledger.Work) (err error) {
		act, err = w.Log(by(sponsor), d.ID)
		return err
	})
	states(ledger.KeptPending, "", "")
	more := revision(act, 46)
	more.Files = photo("2")
	act = b.logs(sponsor, more)
	states(ledger.KeptPending, ledger.KeptPending, "")
	same := support(border, 3, 46)
	same.Files = photo("3")
	b.must(func(w *ledger.Work) error {
		same, err := w.StartDraft(by(commune), same)
		if err != nil {
			return err
		}
		_, err = w.SettleTwin(by(commune), same, true, nil)
		return err
	})
	states(ledger.KeptPending, ledger.KeptPending, ledger.KeptPending)
	if len(act.Files) != 2 {
		t.Errorf("the activity has %d files", len(act.Files))
	}
}
