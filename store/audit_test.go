package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"ketnghia/store/engine"
)

// auditTrail writes entries of several lengths, objects and details.
func auditTrail(t testing.TB, s *Store, n int) {
	t.Helper()
	update(t, s, func(tx *Tx) error {
		for i := range n {
			e := AuditEntry{Person: 1, Chat: -500, Message: i, Action: "activity.log"}
			if i%3 > 0 {
				e.Object = fmt.Sprintf("activity/%d", i)
				e.Detail = json.RawMessage(`{"reason":"xã <sáp nhập> & đổi tên","version":` + fmt.Sprint(i) + `}`)
			}
			if err := tx.Audit(e); err != nil {
				return err
			}
		}
		return nil
	})
}

// tamper changes the engine behind the store's back.
func tamper(t testing.TB, s *Store, fn func(engine.Tx) error) {
	t.Helper()
	if err := s.engine.Update(context.Background(), fn); err != nil { //nolint:usetesting // rapid ends it too early
		t.Fatal(err)
	}
}

func auditFault(t testing.TB, s *Store) (fault AuditFault, seq uint64) {
	t.Helper()
	view(t, s, func(v *View) error {
		_, err := v.CheckAudit(t.Context())
		if broken, ok := errors.AsType[*AuditBrokenError](err); ok {
			fault, seq = broken.Fault, broken.Seq
			return nil
		}
		return err
	})
	return fault, seq
}

// TestAuditChainIsWhatTheCommentSays makes the chain again from what is exported, by the words of AuditEntry.Chain.
func TestAuditChainIsWhatTheCommentSays(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, func(tx *Tx) error {
		return errors.Join(
			tx.Audit(AuditEntry{Action: "unit.put", Object: "unit/W1", Detail: json.RawMessage(`{ "b": "\u003cx\u003e", "a": 12345678901234567890.10 }`)}),
			tx.Audit(AuditEntry{Person: 4, Action: "activity.log"}),
		)
	})
	want := []string{
		`{"seq":1,"at":"2027-02-26T05:00:00Z","action":"unit.put","object":"unit/W1","detail":{"a":12345678901234567890.10,"b":"<x>"}}`,
		`{"seq":2,"at":"2027-02-26T05:00:00Z","person":4,"action":"activity.log"}`,
	}
	view(t, s, func(v *View) error {
		log, err := v.AuditLog(0, 0)
		chain := ""
		for i, e := range log {
			sum := sha256.Sum256([]byte(chain + want[i]))
			chain = hex.EncodeToString(sum[:])
			if e.Chain != chain {
				t.Errorf("entry %d has chain %s, want %s", e.Seq, e.Chain, chain)
			}
		}
		head, broken := v.CheckAudit(t.Context())
		if head != (AuditHead{Seq: 2, Chain: chain}) || head.String() != "2 "+chain {
			t.Errorf("head %s, want 2 %s", head, chain)
		}
		first, other := v.AuditHeadAt(1)
		if first.Seq != 1 || first.Chain != log[0].Chain {
			t.Errorf("head at 1: %s", first)
		}
		return errors.Join(err, broken, other)
	})
}

// TestAuditBreaks does to a good audit what must show.
func TestAuditBreaks(t *testing.T) {
	t.Parallel()
	move := func(tx engine.Tx, from, to uint64) error {
		value, err := tx.Get(auditKey(from))
		return errors.Join(err, tx.Put(auditKey(to), value), tx.Delete(auditKey(from)))
	}
	put := func(tx engine.Tx, k key, value any) error {
		encoded, err := encode(value)
		return errors.Join(err, tx.Put(k, encoded))
	}
	tests := map[string]struct {
		change func(tx engine.Tx) error
		fault  AuditFault
		seq    uint64
	}{
		"nothing":               {func(engine.Tx) error { return nil }, "", 0},
		"the first is gone":     {func(tx engine.Tx) error { return tx.Delete(auditKey(1)) }, AuditMissing, 1},
		"one is gone":           {func(tx engine.Tx) error { return tx.Delete(auditKey(300)) }, AuditMissing, 300},
		"the last is gone":      {func(tx engine.Tx) error { return tx.Delete(auditKey(600)) }, AuditCut, 600},
		"one moved to the end":  {func(tx engine.Tx) error { return move(tx, 600, 601) }, AuditMissing, 600},
		"one moved to number 0": {func(tx engine.Tx) error { return move(tx, 2, 0) }, AuditMisplaced, 0},
		"a copy at the end": {func(tx engine.Tx) error {
			value, err := tx.Get(auditKey(600))
			return errors.Join(err, tx.Put(auditKey(601), value))
		}, AuditChanged, 601},
		"one more that is chained": {func(tx engine.Tx) error {
			last, err := get[AuditEntry](&View{r: tx}, auditKey(600))
			value, _, more := link(AuditHead{Seq: 600, Chain: last.Chain}, AuditEntry{Seq: 601, Action: "forged"})
			return errors.Join(err, more, tx.Put(auditKey(601), value))
		}, AuditAdded, 601},
		"a chained one of another number": {func(tx engine.Tx) error {
			last, err := get[AuditEntry](&View{r: tx}, auditKey(599))
			value, _, more := link(AuditHead{Seq: 599, Chain: last.Chain}, AuditEntry{Seq: 7, Action: "forged"})
			return errors.Join(err, more, tx.Put(auditKey(600), value))
		}, AuditMisplaced, 600},
		"no head":                 {func(tx engine.Tx) error { return tx.Delete(auditHeadKey()) }, AuditAdded, 1},
		"a head of another chain": {func(tx engine.Tx) error { return put(tx, auditHeadKey(), AuditHead{600, "ab12"}) }, AuditHeadChanged, 600},
		"an empty entry":          {func(tx engine.Tx) error { return tx.Put(auditKey(5), []byte{}) }, AuditChanged, 5},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore(t)
			auditTrail(t, s, 600)
			tamper(t, s, test.change)
			if fault, seq := auditFault(t, s); fault != test.fault || seq != test.seq {
				t.Errorf("found %q at %d, want %q at %d", fault, seq, test.fault, test.seq)
			}
		})
	}
}

// TestAnyChangeOfTheAuditShows changes a byte, takes entries out, swaps two or puts one in.
func TestAnyChangeOfTheAuditShows(t *testing.T) {
	t.Parallel()
	const entries = 12
	s := newStore(t)
	auditTrail(t, s, entries)
	undone := errors.New("undone")
	rapid.Check(t, func(r *rapid.T) {
		seq := rapid.Uint64Range(1, entries).Draw(r, "entry")
		other := rapid.Uint64Range(1, entries).Filter(func(n uint64) bool { return n != seq }).Draw(r, "other")
		what := rapid.SampledFrom([]string{"flip", "delete", "swap", "insert", "copy"}).Draw(r, "what")
		at, bit := rapid.IntRange(0, 1<<20).Draw(r, "byte"), rapid.IntRange(0, 7).Draw(r, "bit")
		err := s.engine.Update(context.Background(), func(tx engine.Tx) error { //nolint:usetesting // see tamper
			value, err := tx.Get(auditKey(seq))
			if err != nil {
				return err
			}
			second, err := tx.Get(auditKey(other))
			if err != nil {
				return err
			}
			switch what {
			case "flip":
				value[at%len(value)] ^= 1 << bit
				err = tx.Put(auditKey(seq), value)
			case "delete":
				err = tx.Delete(auditKey(seq))
			case "swap":
				err = errors.Join(tx.Put(auditKey(seq), second), tx.Put(auditKey(other), value))
			case "copy":
				err = tx.Put(auditKey(seq), second)
			case "insert":
				for n := uint64(entries); n >= seq && err == nil; n-- {
					var moved []byte
					moved, err = tx.Get(auditKey(n))
					err = errors.Join(err, tx.Put(auditKey(n+1), moved))
				}
			}
			if err != nil {
				return err
			}
			var broken *AuditBrokenError
			if _, err := (&View{r: tx}).CheckAudit(context.Background()); !errors.As(err, &broken) { //nolint:usetesting // see tamper
				r.Errorf("%s of entry %d does not show: %v", what, seq, err)
			}
			return undone
		})
		if !errors.Is(err, undone) {
			r.Fatal(err)
		}
	})
}

// TestAuditIsAppendOnly tries from within a transaction what no code may do.
func TestAuditIsAppendOnly(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	auditTrail(t, s, 3)
	for name, fn := range map[string]func(tx *Tx) error{
		"change an entry":           func(tx *Tx) error { return tx.put(auditKey(2), AuditEntry{Seq: 2, Action: "forged"}) },
		"remove an entry":           func(tx *Tx) error { return tx.w.Delete(auditKey(2)) },
		"remove one from its index": func(tx *Tx) error { return tx.w.Delete(keyOf(kindAuditObject).text("activity/1").num(2)) },
		"remove one by reindex": func(tx *Tx) error {
			return tx.reindex(index{string(keyOf(kindAuditObject).text("activity/1").num(2)): nothing()}, nil)
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if err := s.Update(t.Context(), noon, fn); !errors.Is(err, errAppendOnly) {
				t.Errorf("Update: %v, want that it is refused", err)
			}
		})
	}
}

// TestPruneLeavesTheAudit has everything pruned that can be.
func TestPruneLeavesTheAudit(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, fill)
	audit := func() (kept []string) {
		for k, value := range dump(t, snapshot(t, s)) {
			if strings.HasPrefix(k, "audit") {
				kept = append(kept, k+value)
			}
		}
		slices.Sort(kept)
		return kept
	}
	before := audit()
	update(t, s, func(tx *Tx) error {
		_, err := tx.Prune(noon.AddDate(9, 0, 0), 0)
		return errors.Join(err, tx.Migrate(-500, -100500))
	})
	if after := audit(); len(before) < 3 || !slices.Equal(before, after) {
		t.Errorf("the audit was %q, is %q", before, after)
	}
}
