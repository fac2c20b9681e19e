package store

import (
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"pgregory.net/rapid"

	"ketnghia/twinning"
)

// inModel is an inbox kept the plain way.
type inModel struct {
	waiting []Update
	dead    []DeadLetter
	seen    map[int64]time.Time
	last    uint64
	offset  int64
}

// receive takes a batch whose ids repeat, jump, fall and are negative.
func (m *inModel) receive(t *rapid.T, tx *Tx) error {
	ids := rapid.SampledFrom([]int64{0, 1, 2, 3, 1 << 40, -5, math.MaxInt64, math.MinInt64, 7, 8})
	var batch []Update
	for _, id := range rapid.SliceOfN(ids, 0, 4).Draw(t, "batch") {
		u := Update{ID: id, Raw: json.RawMessage(fmt.Sprintf(`{"update_id":%d}`, id))}
		batch = append(batch, u)
		if _, seen := m.seen[id]; !seen {
			m.last++
			u.Seq, u.Arrived = m.last, tx.Now()
			m.waiting = append(m.waiting, u)
			m.seen[id] = tx.Now()
		}
	}
	m.offset = ids.Draw(t, "offset")
	return tx.Receive(batch, m.offset)
}

// handle ends, fails or buries an update, or one that is not there.
func (m *inModel) handle(t *rapid.T, tx *Tx) error {
	seq := rapid.Uint64Range(0, m.last+1).Draw(t, "seq")
	at := slices.IndexFunc(m.waiting, func(u Update) bool { return u.Seq == seq })
	var err error
	switch rapid.IntRange(0, 2).Draw(t, "how") {
	case 0:
		err = tx.Done(seq)
	case 1:
		tries, failed := tx.Fail(seq)
		if err = failed; at >= 0 {
			m.waiting[at].Tries++
			if tries != m.waiting[at].Tries {
				t.Fatalf("Fail(%d): %d tries, want %d", seq, tries, m.waiting[at].Tries)
			}
			return err
		}
	case 2:
		err = tx.Bury(seq, "why")
		if at >= 0 {
			m.dead = slices.Insert(m.dead, 0, DeadLetter{Update: m.waiting[at], Reason: "why", Buried: tx.Now()})
		}
	}
	if at < 0 {
		if !errors.Is(err, twinning.ErrNotFound) {
			t.Fatalf("update %d is not there, got %v", seq, err)
		}
		return nil
	}
	m.waiting = slices.Delete(m.waiting, at, at+1)
	return err
}

func (m *inModel) prune(t *rapid.T, tx *Tx) error {
	before := tx.Now().Add(-time.Hour)
	n, err := tx.Prune(before, 0)
	for id, at := range m.seen {
		if at.Before(before) {
			delete(m.seen, id)
			n--
		}
	}
	if n != 0 {
		t.Fatalf("Prune removed %d ids more than there are", n)
	}
	return err
}

func (m *inModel) compare(t *rapid.T, v *View) {
	waiting, err := v.Waiting(0)
	if diff := cmp.Diff(m.waiting, waiting, cmpopts.EquateEmpty()); diff != "" || err != nil {
		t.Fatalf("Waiting (%v): want (-), got (+):\n%s", err, diff)
	}
	if first, err := v.Waiting(1); err != nil || len(first) != min(1, len(m.waiting)) {
		t.Fatalf("Waiting(1): %d updates (%v)", len(first), err)
	}
	dead, err := v.DeadLetters(0)
	byArrival := slices.SortedFunc(slices.Values(m.dead), func(a, b DeadLetter) int { return int(b.Seq) - int(a.Seq) })
	if diff := cmp.Diff(byArrival, dead, cmpopts.EquateEmpty()); diff != "" || err != nil {
		t.Fatalf("DeadLetters (%v): want (-), got (+):\n%s", err, diff)
	}
	if offset, err := v.Offset(); err != nil || offset != m.offset {
		t.Fatalf("Offset: %d, want %d (%v)", offset, m.offset, err)
	}
}

func TestInboxIsAsItsModel(t *testing.T) {
	t.Parallel()
	folder, runs := t.TempDir(), 0
	rapid.Check(t, func(r *rapid.T) {
		runs++
		s, err := Open(filepath.Join(folder, fmt.Sprintf("%d.db", runs)), Options{Create: true})
		if err != nil {
			r.Fatal(err)
		}
		defer func() { _ = s.Close() }()
		m := &inModel{seen: map[int64]time.Time{}}
		for i := range rapid.IntRange(1, 12).Draw(r, "transactions") {
			now := noon.Add(time.Duration(i) * 15 * time.Minute)
			err := s.Update(t.Context(), now, func(tx *Tx) error {
				step := rapid.SampledFrom([]func(*rapid.T, *Tx) error{m.receive, m.receive, m.handle, m.prune})
				return step.Draw(r, "step")(r, tx)
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

func TestReceiveIsAllOrNothing(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	err := s.Update(t.Context(), noon, func(tx *Tx) error {
		return tx.Receive([]Update{{ID: 1, Raw: json.RawMessage(`{}`)}, {ID: 2, Raw: json.RawMessage(`{`)}}, 3)
	})
	if _, ok := errors.AsType[*twinning.InvalidError](err); !ok {
		t.Errorf("Receive of broken JSON: %v, want invalid", err)
	}
	update(t, s, func(tx *Tx) error {
		if offset, err := tx.Offset(); offset != 0 || err != nil {
			t.Errorf("Offset: %d (%v), want none", offset, err)
		}
		return tx.Receive([]Update{{ID: 1, Raw: json.RawMessage(`{"text":"a < b & c"}`)}}, 2)
	})
	view(t, s, func(v *View) error {
		waiting, err := v.Waiting(0)
		if len(waiting) != 1 || string(waiting[0].Raw) != `{"text":"a < b & c"}` {
			t.Errorf("waiting: %+v, want the one update as it came", waiting)
		}
		return err
	})
}
