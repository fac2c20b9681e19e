package ledger_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/store"
	"ketnghia/twinning"
)

// TestTakeUp takes up books with all sorts of deliveries that wait.
func TestTakeUp(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	p := b.enrol(health, twinning.RoleOfficer)
	queue := func(cause string, class int, age time.Duration) {
		t.Helper()
		err := b.ledger.Update(t.Context(), b.now.Add(-age), func(w *ledger.Work) error {
			return w.Queue(ledger.Delivery{
				Cause: cause, Chat: p.Telegram, Person: p.ID, Class: class, Op: ledger.OpSend, Message: twinning.Say("help.begin", nil),
			})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	err := b.ledger.Update(t.Context(), b.now, func(w *ledger.Work) error {
		_, err := w.Recover()
		pending, other := w.Pending(0)
		for _, d := range pending { // of entering
			d.State = ledger.Sent
			if err := w.SetDelivery(d); err != nil {
				return err
			}
		}
		if err != nil {
			return err
		}
		return other
	})
	if err != nil {
		t.Fatal(err)
	}
	queue("update 1/0", ledger.ClassReply, 7*time.Hour)
	queue("update 2/0", ledger.ClassReply, 5*time.Hour)
	queue("copy 1", ledger.ClassAnnouncement, 50*time.Hour)
	queue("digest|person 99|2027-03-08>1", ledger.ClassReminder, 50*time.Hour)
	keepFile(b, "here", "u-here")
	keepFile(b, "gone", "u-gone")

	var done ledger.Aftermath
	made := b.now.Add(-31 * time.Hour)
	b.must(func(w *ledger.Work) (err error) {
		done, err = w.TakeUp(ledger.Restored{Made: made, Used: map[string]uint64{"activity": 41}, Missing: map[string]bool{"u-gone": true}})
		return err
	})
	if diff := cmp.Diff(ledger.Aftermath{Dropped: 1, Fetch: 1}, done); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	b.look(func(k *ledger.Look) error {
		pending, err := k.Pending(0)
		var causes []string
		for _, d := range pending {
			causes = append(causes, d.Cause)
		}
		// A digest that was handed over to a deputy can't be derived again, so it goes out as it is.
		want := []string{"update 2/0", "digest|person 99|2027-03-08>1", "copy 1"}
		if diff := cmp.Diff(want, causes); diff != "" {
			t.Errorf("waiting (-want +got):\n%s", diff)
		}
		return err
	})
	if got := b.kept("u-here"); got.State != ledger.KeptDone || got.SHA256 == "" {
		t.Errorf("a copy that is there: %+v", got)
	}
	if got := b.kept("u-gone"); got.State != ledger.KeptPending || got.Path != "" || !got.NotBefore.Equal(b.now) {
		t.Errorf("a copy that is not there: %+v", got)
	}
	b.look(func(k *ledger.Look) error {
		log, err := k.AuditLog(0, 0)
		last := log[len(log)-1]
		var detail struct {
			Made    time.Time
			Dropped int
			Fetch   int
		}
		if err := json.Unmarshal(last.Detail, &detail); err != nil {
			return err
		}
		if last.Action != "store.restore" || !detail.Made.Equal(made) || detail.Dropped != 1 || detail.Fetch != 1 {
			t.Errorf("the audit says %s %s", last.Action, last.Detail)
		}
		return err
	})
}

// keepFile registers a file of which a copy is kept.
func keepFile(b *books, id, uniqueID string) {
	b.Helper()
	err := b.store.Update(b.Context(), b.now, func(tx *store.Tx) error {
		return tx.PutKeptFile(store.KeptFile{
			File: twinning.FileRef{ID: id, UniqueID: uniqueID}, State: ledger.KeptDone, SHA256: "ab", Path: "files/ab/ab", Bytes: 1,
		})
	})
	if err != nil {
		b.Fatal(err)
	}
}

// TestSendBackup queues a backup for the coordinators within their hours, one a day at most.
func TestSendBackup(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		now, want string
		bytes     int64
		key       string
	}{
		"at night":              {"2027-03-10 01:30", "2027-03-10 07:30", 1 << 20, "backup.file"},
		"in working hours":      {"2027-03-10 09:00", "2027-03-10 09:00", 50 << 20, "backup.file"},
		"in the evening":        {"2027-03-10 20:00", "2027-03-11 07:30", 1 << 20, "backup.file"},
		"on a Friday evening":   {"2027-03-12 17:30", "2027-03-15 07:30", 1 << 20, "backup.file"},
		"on a Saturday morning": {"2027-03-13 09:00", "2027-03-15 07:30", 1 << 20, "backup.file"},
		"one that is too large": {"2027-03-10 09:00", "2027-03-10 09:00", 50<<20 + 1, "backup.too_large"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBooks(t)
			lan := b.enrol(standing, twinning.RoleCoordinator)
			b.enrol(standing, twinning.RoleObserver)
			b.enrol(health, twinning.RoleLead)
			var before int
			b.look(func(k *ledger.Look) error {
				_, _, err := k.OutboxStats()
				rows, other := k.Unsent()
				before = len(rows)
				if err != nil {
					return err
				}
				return other
			})
			b.now = at(test.now)
			for range 2 {
				b.must(func(w *ledger.Work) error { return w.SendBackup(test.bytes) })
			}
			b.look(func(k *ledger.Look) error {
				rows, err := k.Unsent()
				if len(rows) != before+1 {
					t.Fatalf("%d deliveries more, want one", len(rows)-before)
				}
				d := rows[len(rows)-1]
				if d.Person != lan.ID || !d.NotBefore.Equal(at(test.want)) || d.Message.Lines[0].Key != test.key ||
					(d.Message.Report != nil) != (test.key == "backup.file") {
					t.Errorf("%+v", d)
				}
				return err
			})
		})
	}
}
