package store

import (
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func TestBacklog(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	at := func(minute int) time.Time { return time.Date(2027, 2, 26, 9, minute, 0, 0, time.UTC) }
	do := func(minute int, fn func(*Tx) error) {
		t.Helper()
		if err := s.Update(t.Context(), at(minute), fn); err != nil {
			t.Fatal(err)
		}
	}
	look := func(minute int) (b Backlog) {
		t.Helper()
		err := s.View(t.Context(), at(minute), func(v *View) (err error) { b, err = v.Backlog(); return err })
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	if diff := cmp.Diff(Backlog{Classes: map[int]ClassBacklog{}}, look(0)); diff != "" {
		t.Errorf("empty store (-want +got):\n%s", diff)
	}
	queued := 0
	queue := func(class int, edit func(*OutRow)) func(*Tx) error {
		queued++
		row := OutRow{Cause: fmt.Sprint("test ", queued), Class: class, Op: OpSend}
		return func(tx *Tx) error {
			if _, err := tx.Queue(row); err != nil {
				return err
			}
			rows, err := tx.rowsIn(OutPending)
			if err != nil || edit == nil {
				return err
			}
			for _, r := range rows {
				if r.Cause == row.Cause {
					edit(&r)
					return tx.PutOutRow(r)
				}
			}
			return nil
		}
	}
	do(1, func(tx *Tx) error {
		return tx.Receive([]Update{{ID: 5, Raw: json.RawMessage(`{}`)}, {ID: 6, Raw: json.RawMessage(`{}`)}}, 7)
	})
	do(2, func(tx *Tx) error {
		return tx.Receive([]Update{{ID: 8, Raw: json.RawMessage(`{}`)}}, 9)
	})
	do(3, func(tx *Tx) error { return tx.Bury(1, "malformed") })
	do(4, queue(ClassReply, func(r *OutRow) { r.Tries = 3 }))
	do(5, queue(ClassReply, nil))
	do(6, queue(ClassReply, nil))
	do(7, queue(ClassReminder, func(r *OutRow) { r.NotBefore = at(20) }))
	do(8, queue(ClassReminder, func(r *OutRow) { r.State = OutSending }))
	do(9, queue(ClassAnnouncement, func(r *OutRow) { r.State = OutFailed }))
	do(9, queue(ClassAnnouncement, func(r *OutRow) { r.State = OutSent }))
	do(9, func(tx *Tx) error { return tx.Audit(AuditEntry{Action: "test", Object: "test/1"}) })
	want := Backlog{
		Updates: 2, Arrived: at(1), Dead: 1, Sending: 1, Failed: 1, Received: 3, Queued: 7, Changed: 1,
		Classes: map[int]ClassBacklog{ClassReply: {Pending: 3, Untried: at(5)}, ClassReminder: {Pending: 1}},
	}
	if diff := cmp.Diff(want, look(10)); diff != "" {
		t.Errorf("backlog (-want +got):\n%s", diff)
	}
	// A row whose time has come waits since then, not since it was queued.
	want.Classes[ClassReminder] = ClassBacklog{Pending: 1, Untried: at(20)}
	if diff := cmp.Diff(want, look(21)); diff != "" {
		t.Errorf("backlog later (-want +got):\n%s", diff)
	}
}
