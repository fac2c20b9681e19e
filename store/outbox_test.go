package store

import (
	"cmp"
	"errors"
	"fmt"
	"path/filepath"
	"slices"
	"testing"
	"time"

	gocmp "github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"ketnghia/twinning"
)

// outModel is an outbox kept the plain way.
type outModel struct {
	rows   map[uint64]OutRow
	causes map[string]bool
	last   uint64
}

func (m *outModel) pending(now time.Time, limit int) []uint64 {
	var due []OutRow
	for _, row := range m.rows {
		if row.State == OutPending && !row.NotBefore.After(now) {
			due = append(due, row)
		}
	}
	slices.SortFunc(due, func(a, b OutRow) int { return cmp.Or(cmp.Compare(a.Class, b.Class), cmp.Compare(a.Seq, b.Seq)) })
	return seqs(due[:min(limit, len(due))])
}

func seqs(rows []OutRow) []uint64 {
	var seqs []uint64
	for _, row := range rows {
		seqs = append(seqs, row.Seq)
	}
	return seqs
}

// queue queues a random row under one of few causes.
func (m *outModel) queue(t *rapid.T, tx *Tx) error {
	row := OutRow{
		Cause: rapid.SampledFrom([]string{"update 1/", "remind|", "digest|", "reminder "}).Draw(t, "cause") +
			rapid.SampledFrom([]string{"1", "2", "3"}).Draw(t, "number"),
		Class: rapid.IntRange(0, 2).Draw(t, "class"), Message: twinning.Say("log.saved", nil),
	}
	if rapid.Bool().Draw(t, "later") {
		row.NotBefore = noon.Add(time.Duration(rapid.IntRange(-2, 2).Draw(t, "hours")) * time.Hour)
	}
	queued, err := tx.Queue(row)
	if queued == m.causes[row.Cause] {
		t.Fatalf("Queue(%s): %v, known before: %v", row.Cause, queued, m.causes[row.Cause])
	}
	if queued {
		m.last++
		row.Seq, row.State, row.Queued, row.Changed = m.last, OutPending, tx.Now(), tx.Now()
		m.rows[row.Seq], m.causes[row.Cause] = row, true
	}
	return err
}

// change gives a random row another state, as a sender does.
func (m *outModel) change(t *rapid.T, tx *Tx) error {
	seq := rapid.Uint64Range(1, m.last+1).Draw(t, "seq")
	row, known := m.rows[seq]
	if !known {
		if err := tx.PutOutRow(OutRow{Seq: seq}); !errors.Is(err, twinning.ErrNotFound) {
			t.Fatalf("PutOutRow of an unknown row: %v", err)
		}
		return nil
	}
	was := row.State
	row.State = rapid.SampledFrom(OutStates()).Draw(t, "state")
	if was == OutSent && row.State != OutSent {
		if err := tx.PutOutRow(row); !errors.Is(err, twinning.ErrConflict) {
			t.Fatalf("PutOutRow of a sent row as %s: %v", row.State, err)
		}
		return nil
	}
	row.Class = rapid.IntRange(0, 2).Draw(t, "class")
	row.Tries++
	row.Changed = tx.Now()
	if row.State == OutSent {
		row.Message = twinning.Message{}
	}
	m.rows[seq] = row
	row.Cause, row.Message = "a change of the cause is not taken", twinning.Say("nor one of the message", nil)
	return tx.PutOutRow(row)
}

func (m *outModel) recover(t *rapid.T, tx *Tx) error {
	n, err := tx.Recover()
	for seq, row := range m.rows {
		if row.State == OutSending {
			row.State, row.Changed = OutPending, tx.Now()
			m.rows[seq] = row
			n--
		}
	}
	if n != 0 {
		t.Fatalf("Recover found %d rows more than there are", n)
	}
	return err
}

func (m *outModel) prune(t *rapid.T, tx *Tx) error {
	before := tx.Now().Add(-90 * time.Minute)
	n, err := tx.Prune(before, 0)
	for seq, row := range m.rows {
		if row.State == OutSent && row.Changed.Before(before) {
			delete(m.rows, seq)
			if row.Cause[0] == 'u' || row.Cause[:8] == "reminder" {
				delete(m.causes, row.Cause)
			}
			n--
		}
	}
	if n != 0 {
		t.Fatalf("Prune removed %d rows more than there are", n)
	}
	return err
}

func (m *outModel) compare(t *rapid.T, v *View) {
	limit := rapid.IntRange(1, 5).Draw(t, "limit")
	got, err := v.Pending(limit)
	if diff := gocmp.Diff(m.pending(v.Now(), limit), seqs(got), cmpopts.EquateEmpty()); diff != "" || err != nil {
		t.Fatalf("Pending (%v): want (-), got (+):\n%s", err, diff)
	}
	counts, oldest, err := v.OutboxStats()
	want := map[OutState]int{OutPending: 0, OutSending: 0, OutSent: 0, OutFailed: 0}
	var wantOldest time.Time
	for _, row := range m.rows {
		want[row.State]++
		if row.State == OutPending && (wantOldest.IsZero() || row.Queued.Before(wantOldest)) {
			wantOldest = row.Queued
		}
	}
	if diff := gocmp.Diff(want, counts); diff != "" || err != nil || !oldest.Equal(wantOldest) {
		t.Fatalf("OutboxStats (%v): oldest %v, want %v; want (-), got (+):\n%s", err, oldest, wantOldest, diff)
	}
	for seq, row := range m.rows {
		got, err := v.OutRow(seq)
		if diff := gocmp.Diff(row, got, cmpopts.EquateEmpty()); diff != "" || err != nil {
			t.Fatalf("OutRow(%d) (%v): want (-), got (+):\n%s", seq, err, diff)
		}
	}
}

func TestOutboxIsAsItsModel(t *testing.T) {
	t.Parallel()
	folder, runs := t.TempDir(), 0
	rapid.Check(t, func(r *rapid.T) {
		runs++
		s, err := Open(filepath.Join(folder, fmt.Sprintf("%d.db", runs)), Options{Create: true})
		if err != nil {
			r.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		m := &outModel{rows: map[uint64]OutRow{}, causes: map[string]bool{}}
		for i := range rapid.IntRange(1, 12).Draw(r, "transactions") {
			now := noon.Add(time.Duration(i) * time.Hour)
			err := s.Update(t.Context(), now, func(tx *Tx) error {
				step := rapid.SampledFrom([]func(*rapid.T, *Tx) error{m.queue, m.queue, m.change, m.recover, m.prune})
				for range rapid.IntRange(1, 4).Draw(r, "steps") {
					if err := step.Draw(r, "step")(r, tx); err != nil {
						return err
					}
				}
				return nil
			})
			if err != nil {
				r.Fatal(err)
			}
			if err := s.View(t.Context(), now, func(v *View) error { m.compare(r, v); return nil }); err != nil {
				r.Fatal(err)
			}
		}
	})
}

func TestQueueNeedsACause(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	err := s.Update(t.Context(), noon, func(tx *Tx) error {
		_, err := tx.Queue(OutRow{Chat: 1})
		return err
	})
	var invalid *twinning.InvalidError
	if !errors.As(err, &invalid) || invalid.Field != "cause" {
		t.Errorf("Queue: %v, want an invalid cause", err)
	}
}

func TestPendingPassesOverWhatMustWait(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, func(tx *Tx) error {
		for i := range 1000 { // several scans of reminders for tomorrow
			row := OutRow{Cause: fmt.Sprintf("remind|%d", i), Class: ClassReminder, NotBefore: noon.Add(time.Minute)}
			if _, err := tx.Queue(row); err != nil {
				return err
			}
		}
		_, err := tx.Queue(OutRow{Cause: "announce", Class: ClassAnnouncement})
		return err
	})
	for now, want := range map[time.Time][]uint64{
		noon:                       {1001},
		noon.Add(59 * time.Second): {1001},
		noon.Add(time.Minute):      {1, 2, 3},
	} {
		err := s.View(t.Context(), now, func(v *View) error {
			rows, err := v.Pending(3)
			if diff := gocmp.Diff(want, seqs(rows)); diff != "" {
				t.Errorf("at %v: want (-), got (+):\n%s", now, diff)
			}
			return err
		})
		if err != nil {
			t.Error(err)
		}
	}
}

func TestLastingCausesOutliveTheirRows(t *testing.T) {
	t.Parallel()
	again := map[string]bool{
		"update 991/0": true, "remind|needs|W20437|2027|-7|person 5": false, "digest|2027-02-26|person 5": false, "reminder": true,
	}
	s := newStore(t)
	queue := func(tx *Tx, cause string) bool {
		queued, err := tx.Queue(OutRow{Cause: cause})
		if err != nil {
			t.Error(err)
		}
		return queued
	}
	update(t, s, func(tx *Tx) error {
		seq := uint64(0)
		for cause := range again {
			seq++
			if !queue(tx, cause) || queue(tx, cause) {
				t.Errorf("%q is not queued once", cause)
			}
			if err := tx.PutOutRow(OutRow{Seq: seq, State: OutSent}); err != nil {
				return err
			}
		}
		return nil
	})
	updateAt(t, s, noon.Add(time.Minute), func(tx *Tx) error {
		if n, err := tx.Prune(noon.Add(time.Second), 0); n != len(again) || err != nil {
			t.Errorf("Prune removed %d rows (%v), want %d", n, err, len(again))
		}
		for cause, want := range again {
			if got := queue(tx, cause); got != want {
				t.Errorf("%q is queued after Prune: %v, want %v", cause, got, want)
			}
		}
		return nil
	})
}
