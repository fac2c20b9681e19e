package store

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"ketnghia/twinning"
)

// TestMemoryIsNeverStale reads units through the memory while they are put, rolled back, read in an old snapshot and
// written by turns in another store, and compares what comes out with a plain map.
func TestMemoryIsNeverStale(t *testing.T) {
	t.Parallel()
	stores := []*Store{newStore(t), newStore(t)}
	models := []map[twinning.UnitKey]string{{}, {}}
	rapid.Check(t, func(r *rapid.T) {
		for range rapid.IntRange(1, 20).Draw(r, "steps") {
			n := rapid.IntRange(0, 1).Draw(r, "store")
			s, model := stores[n], models[n]
			key := rapid.SampledFrom([]twinning.UnitKey{"W1", "W2", "W3"}).Draw(r, "unit")
			// Few names, so that a unit becomes again what it was.
			name := rapid.SampledFrom([]string{"Trà My", "Trà Leng", "Sông Kôn"}).Draw(r, "name")
			rollback := rapid.Bool().Draw(r, "rollback")
			old := maps.Clone(model)
			err := s.View(t.Context(), noon, func(before *View) error {
				err := s.Update(t.Context(), noon, func(tx *Tx) error {
					if err := tx.PutUnit(twinning.Unit{Key: key, Name: name, Aliases: []string{name}}); err != nil {
						return err
					}
					within := maps.Clone(model)
					within[key] = name
					sameUnits(r, &tx.View, within)
					if rollback {
						return errMine
					}
					model[key] = name
					return nil
				})
				if err != nil && !errors.Is(err, errMine) {
					return err
				}
				sameUnits(r, before, old)
				return nil
			})
			if err != nil {
				r.Fatal(err)
			}
			if err := s.View(t.Context(), noon, func(v *View) error { sameUnits(r, v, model); return nil }); err != nil {
				r.Fatal(err)
			}
		}
	})
}

var errMine = errors.New("mine")

// sameUnits reads each unit alone and all in a list.
func sameUnits(t *rapid.T, v *View, want map[twinning.UnitKey]string) {
	all, err := v.Units()
	if err != nil {
		t.Fatal(err)
	}
	listed := map[twinning.UnitKey]string{}
	for _, u := range all {
		listed[u.Key] = u.Name
		alone, err := v.Unit(u.Key)
		if err != nil || alone.Name != u.Name || !slices.Equal(alone.Aliases, []string{u.Name}) {
			t.Fatalf("unit %s is %+v, %v; the list has %q", u.Key, alone, err, u.Name)
		}
	}
	if !maps.Equal(listed, want) {
		t.Fatalf("units %v, want %v", listed, want)
	}
}

// TestMemoryForgetsWhatIsDeleted deletes a group that was read and makes it again.
func TestMemoryForgetsWhatIsDeleted(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	const chat = -500
	read := func() (g twinning.Group, err error) {
		err = s.View(t.Context(), noon, func(v *View) (err error) { g, err = v.Group(chat); return err })
		return g, err
	}
	for _, title := range []string{"Tổ một", "Tổ hai", "Tổ một"} {
		update(t, s, func(tx *Tx) error { return tx.PutGroup(twinning.Group{Chat: chat, Title: title}) })
		for range 2 {
			if g, err := read(); err != nil || g.Title != title {
				t.Errorf("the group is %+v, %v; want %q", g, err, title)
			}
		}
		update(t, s, func(tx *Tx) error { return tx.DeleteGroup(chat) })
		if g, err := read(); !errors.Is(err, twinning.ErrNotFound) {
			t.Errorf("the deleted group is %+v, %v", g, err)
		}
	}
}

// TestMemoryIsBounded keeps far more than the memory holds, and asks for one record again and again: that one stays.
func TestMemoryIsBounded(t *testing.T) {
	t.Parallel()
	m := newMemory(nil)
	raw := []byte(strings.Repeat("x", 500))
	size := func(half map[string]remembered) (n int) {
		for k, r := range half {
			if r.size != len(k)+len(r.raw)+len(raw) {
				t.Fatalf("%s takes %d bytes", k, r.size)
			}
			n += r.size
		}
		return n
	}
	asked := []byte("unit/asked")
	m.keep(asked, raw, 1, len(raw))
	const records = 10 * memoryBytes / 1000
	for i := range records {
		m.keep(fmt.Appendf(nil, "unit/%d", i), raw, i, len(raw))
		if i%1000 == 0 {
			if _, ok := m.recall(asked, raw); !ok {
				t.Fatalf("what is asked for again and again was forgotten after %d records", i)
			}
		}
		if young, old := size(m.young), size(m.old); young > memoryBytes || old > memoryBytes {
			t.Fatalf("%d and %d bytes are remembered after %d records", young, old, i)
		}
	}
	if _, ok := m.recall([]byte("unit/0"), raw); ok {
		t.Error("the first record is still remembered")
	}
	last := fmt.Appendf(nil, "unit/%d", records-1)
	if value, ok := m.recall(last, raw); !ok || value != records-1 {
		t.Errorf("the last record is %v, %v", value, ok)
	}
	if _, ok := m.recall(last, []byte("x")); ok {
		t.Error("a record is recalled for other bytes")
	}
	// The same one over and over counts once: it drives nothing else out.
	before := len(m.young) + len(m.old)
	for range records {
		m.keep(last, raw, 1, len(raw))
	}
	if after := len(m.young) + len(m.old); after != before || m.size != size(m.young) {
		t.Errorf("%d records are remembered after %d, counted as %d bytes of %d", after, before, m.size, size(m.young))
	}
}

// TestMemoryOfManyReaders has readers and a writer at work together; with -race it also tells of what they share.
func TestMemoryOfManyReaders(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	put := func(n int) func(*Tx) error {
		return func(tx *Tx) error {
			for _, key := range []twinning.UnitKey{"W1", "W2"} {
				u := twinning.Unit{Key: key, Name: fmt.Sprint(n), Aliases: []string{fmt.Sprint(n)}, StaffByYear: map[int]int{2027: n}}
				if err := tx.PutUnit(u); err != nil {
					return err
				}
			}
			return nil
		}
	}
	update(t, s, put(0))
	var readers sync.WaitGroup
	done := make(chan struct{})
	for range 4 {
		readers.Go(func() {
			for {
				select {
				case <-done:
					return
				default:
				}
				if err := s.View(t.Context(), noon, oneMoment); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	for n := range 30 {
		update(t, s, put(n))
	}
	close(done)
	readers.Wait()
}

// oneMoment returns an error unless both units are of the same transaction.
func oneMoment(v *View) error {
	one, err := v.Unit("W1")
	if err != nil {
		return err
	}
	two, err := v.Unit("W2")
	if err != nil {
		return err
	}
	if one.Name != two.Name || one.Aliases[0] != two.Name || fmt.Sprint(one.StaffByYear[2027]) != two.Name {
		return fmt.Errorf("units of two moments: %+v and %+v", one, two)
	}
	return nil
}

// TestMemoryOfWhatIsWritten says that a row that was just written comes back as it would be read from the disk.
func TestMemoryOfWhatIsWritten(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	later := time.Now().In(time.FixedZone("+07", 7*60*60)) // with a reading of the monotonic clock
	row := OutRow{
		Cause: "1", Chat: 1, Op: OpSend, NotBefore: later,
		Message: twinning.Message{
			Lines:  []twinning.Line{{Key: "a", Args: twinning.Args{{"B", twinning.Text("c")}}}},
			Report: &twinning.ReportRequest{Kind: "status_xlsx"},
		},
	}
	update(t, s, func(tx *Tx) error {
		if _, err := tx.Queue(row); err != nil {
			return err
		}
		row.Seq, row.State = 1, OutSending
		return tx.PutOutRow(row)
	})
	view(t, s, func(v *View) error { return asOnDisk(t, v, 1) })
	update(t, s, func(tx *Tx) error {
		row.Cause = "2"
		_, err := tx.Queue(row)
		return err
	})
	view(t, s, func(v *View) error { return asOnDisk(t, v, 2) })
}

// asOnDisk compares a row that is remembered with what is read of it without the memory.
func asOnDisk(t *testing.T, v *View, seq uint64) error {
	t.Helper()
	remembered, err := v.OutRow(seq)
	if err != nil {
		return err
	}
	fresh := *v
	fresh.memory = nil
	read, err := fresh.OutRow(seq)
	if diff := cmp.Diff(read, remembered); diff != "" {
		t.Errorf("row %d (-on disk +remembered):\n%s", seq, diff)
	}
	if remembered.NotBefore != remembered.NotBefore.Round(0) {
		t.Errorf("row %d has a time with a reading of the monotonic clock", seq)
	}
	return err
}

// TestReadRecordsOutliveTheTransaction reads records of which a part may lie in the database's own memory, and writes over
// all of it afterwards.
func TestReadRecordsOutliveTheTransaction(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	long := strings.Repeat("Trà My ", 2000)
	fill := func(text string) func(*Tx) error {
		return func(tx *Tx) error {
			if err := tx.PutUnit(twinning.Unit{Key: "W1", Name: text, Aliases: []string{text}}); err != nil {
				return err
			}
			row := OutRow{Seq: 1, Cause: "1", Chat: 1, Op: OpSend}
			if _, err := tx.Queue(row); err != nil {
				return err
			}
			row.State, row.Subject = OutPending, text
			return tx.PutOutRow(row)
		}
	}
	type records struct {
		unit twinning.Unit
		head OutRow
		seqs []uint64
	}
	read := func(v *View) (r records, err error) {
		if r.unit, err = v.Unit("W1"); err != nil {
			return r, err
		}
		if r.head, err = v.OutHead(1); err != nil {
			return r, err
		}
		r.seqs, err = v.PendingSeqs(0)
		return r, err
	}
	var kept []records
	update(t, s, fill(long))
	update(t, s, func(tx *Tx) error { // within a transaction that goes on to write
		r, err := read(&tx.View)
		kept = append(kept, r)
		if err != nil {
			return err
		}
		return fill(long + "2")(tx)
	})
	for i := range 20 {
		view(t, s, func(v *View) error {
			r, err := read(v)
			kept = append(kept, r)
			return err
		})
		update(t, s, fill(fmt.Sprint(i, strings.Repeat("x", 100*i))))
	}
	for i, text := range []string{long, long + "2", "0"} {
		if r := kept[i]; r.unit.Name != text || r.unit.Aliases[0] != text || r.head.Subject != text {
			t.Errorf("record %d changed after its transaction", i)
		}
	}
}

// TestAlteredRecordIsFound changes what is shared in each way that there is.
func TestAlteredRecordIsFound(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*View) error{
		"a map": func(v *View) error {
			u, err := v.Unit("W1")
			u.StaffByYear[2028] = 1
			return err
		},
		"a slice": func(v *View) error {
			u, err := v.Unit("W1")
			u.Aliases[0] = "x"
			return err
		},
		"behind the end of a slice": func(v *View) error {
			u, err := v.Unit("W1")
			_ = append(u.Aliases, "x")
			return err
		},
		"what a pointer points to": func(v *View) error {
			p, err := v.Person(1)
			p.Leave.Deputy = 9
			return err
		},
	}
	for name, alter := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var altered []string
			s, err := Open(t.TempDir()+"/k.db", Options{
				Now: noon, Create: true, Altered: func(key string) { altered = append(altered, key) },
			})
			if err != nil {
				t.Fatal(err)
			}
			update(t, s, func(tx *Tx) error {
				u := twinning.Unit{Key: "W1", Aliases: []string{"1", "2", "3"}, StaffByYear: map[int]int{2027: 1}}
				if err := tx.PutUnit(u); err != nil {
					return err
				}
				_, err := tx.PutPerson(twinning.Person{ID: 1, Telegram: 1, Leave: &twinning.Leave{Deputy: 2}})
				return err
			})
			view(t, s, alter)
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			if len(altered) != 1 {
				t.Errorf("told of %q, want one record", altered)
			}
		})
	}
}

// TestMemoryOfWhatWasRolledBack queues a row in a transaction that is given up, and then the same row with another message.
func TestMemoryOfWhatWasRolledBack(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	gone := errors.New("given up")
	queue := func(key string) func(*Tx) error {
		return func(tx *Tx) error {
			_, err := tx.Queue(OutRow{Cause: "1", Chat: 1, Op: OpSend, Message: twinning.Say(key, nil)})
			return err
		}
	}
	err := s.Update(t.Context(), noon, func(tx *Tx) error { return errors.Join(queue("first")(tx), gone) })
	if !errors.Is(err, gone) {
		t.Fatal(err)
	}
	if err := s.Update(t.Context(), noon, queue("other")); err != nil {
		t.Fatal(err)
	}
	view(t, s, func(v *View) error {
		row, err := v.OutRow(1)
		if err == nil && row.Message.Lines[0].Key != "other" {
			t.Errorf("the row says %q", row.Message.Lines[0].Key)
		}
		return err
	})
}
