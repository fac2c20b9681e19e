package store

import (
	"errors"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/twinning"
)

// waitingFile is a file that may be fetched so many minutes after noon.
func waitingFile(uniqueID string, minutes int) KeptFile {
	return KeptFile{
		File:  twinning.FileRef{ID: "BQAC" + uniqueID, UniqueID: uniqueID},
		State: KeptPending, NotBefore: noon.Add(time.Duration(minutes) * time.Minute),
	}
}

func uniqueIDs(files []KeptFile) []string {
	var ids []string
	for _, f := range files {
		ids = append(ids, f.File.UniqueID)
	}
	return ids
}

// waitingAre fails the test unless these files wait, in this order.
func waitingAre(t *testing.T, s *Store, limit int, want ...string) {
	t.Helper()
	view(t, s, func(v *View) error {
		files, err := v.FilesWaiting(limit)
		if diff := cmp.Diff(want, uniqueIDs(files)); diff != "" {
			t.Errorf("waiting (-want +got):\n%s", diff)
		}
		return err
	})
}

func TestFilesWaitInTheOrderOfTheirTime(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, func(tx *Tx) error {
		atOnce := waitingFile("d", 0)
		atOnce.NotBefore = time.Time{}
		return errors.Join(
			tx.PutKeptFile(waitingFile("a", 5)), tx.PutKeptFile(waitingFile("b", -60)),
			tx.PutKeptFile(waitingFile("c", 1)), tx.PutKeptFile(atOnce),
		)
	})
	waitingAre(t, s, 0, "d", "b", "c", "a")
	waitingAre(t, s, 2, "d", "b")
	update(t, s, func(tx *Tx) error {
		kept, large, failed := waitingFile("b", 0), waitingFile("d", 0), waitingFile("a", 0)
		kept.State, large.State, failed.State = KeptDone, KeptTooLarge, KeptFailed
		return errors.Join(
			tx.PutKeptFile(kept), tx.PutKeptFile(large), tx.PutKeptFile(failed), tx.PutKeptFile(waitingFile("c", 9)),
		)
	})
	waitingAre(t, s, 0, "c")
	update(t, s, func(tx *Tx) error { return tx.PutKeptFile(waitingFile("a", 2)) })
	waitingAre(t, s, 0, "a", "c")
}

func TestKeptFileKeepsWhenItWasRegistered(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	want := waitingFile("AgAD", 0)
	update(t, s, func(tx *Tx) error { return tx.PutKeptFile(want) })
	want.State, want.SHA256, want.Path, want.Bytes = KeptDone, "ab12", "files/ab/ab12.pdf", 7
	later := noon.Add(time.Hour)
	updateAt(t, s, later, func(tx *Tx) error { return tx.PutKeptFile(want) })
	want.Registered, want.Changed = noon, later
	view(t, s, func(v *View) error {
		got, err := v.KeptFile("AgAD")
		same(t, "KeptFile", want, got, err)
		_, err = v.KeptFile("AgA")
		missing(t, "KeptFile AgA", err)
		return nil
	})
}

func TestKeptFileNeedsItsUniqueID(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	err := s.Update(t.Context(), noon, func(tx *Tx) error { return tx.PutKeptFile(KeptFile{State: KeptPending}) })
	var invalid *twinning.InvalidError
	if !errors.As(err, &invalid) || invalid.Field != "unique_id" {
		t.Errorf("error %v, want unique_id required", err)
	}
}
