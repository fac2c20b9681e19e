package store

import (
	"errors"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/twinning"
)

func TestDroppedRowsCanBeQueuedAgain(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, func(tx *Tx) error {
		for _, cause := range []string{"update 1/0", "digest|person 1|2027-02-12"} {
			if queued, err := tx.Queue(OutRow{Cause: cause, NotBefore: noon}); err != nil || !queued {
				t.Errorf("%s: %v, %v", cause, queued, err)
			}
		}
		row, err := tx.OutRow(2)
		if err != nil {
			return err
		}
		row.State = OutSending
		return tx.PutOutRow(row)
	})
	update(t, s, func(tx *Tx) error {
		rows, err := tx.Unsent()
		if err != nil || len(rows) != 2 {
			t.Errorf("%d unsent, %v", len(rows), err)
		}
		for _, row := range rows {
			if err := tx.DropRow(row.Seq); err != nil {
				return err
			}
		}
		return nil
	})
	update(t, s, func(tx *Tx) error {
		if rows, err := tx.Unsent(); len(rows) > 0 || err != nil {
			t.Errorf("left: %v, %v", rows, err)
		}
		if err := tx.DropRow(1); !errors.Is(err, twinning.ErrNotFound) {
			t.Errorf("dropped twice: %v", err)
		}
		queued, err := tx.Queue(OutRow{Cause: "digest|person 1|2027-02-12"})
		if !queued {
			t.Error("its cause is still known")
		}
		return err
	})
}

func TestUnsaid(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, func(tx *Tx) error { return errors.Join(tx.MarkSaid("remind|1"), tx.MarkSaid("remind|12")) })
	update(t, s, func(tx *Tx) error { return errors.Join(tx.Unsay("remind|1"), tx.Unsay("remind|3")) })
	update(t, s, func(tx *Tx) error {
		_, one, err := tx.Said("remind|1")
		_, twelve, other := tx.Said("remind|12")
		if one || !twelve {
			t.Errorf("said: %v, %v", one, twelve)
		}
		return errors.Join(err, other)
	})
}

func TestSkippedNumbersAreNotGiven(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		used map[string]uint64
		want map[string]uint64
	}{
		"the lost books are known":   {map[string]uint64{"activity": 7, "draft": 1, "audit": 9}, map[string]uint64{"activity": 8, "draft": 3}},
		"the lost books are unknown": {nil, map[string]uint64{"activity": 103, "draft": 103}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newStore(t)
			update(t, s, func(tx *Tx) error {
				for range 2 {
					_, one := tx.number(kindActivity, 0)
					_, two := tx.number(kindDraft, 0)
					if err := errors.Join(one, two, tx.Audit(AuditEntry{Action: "test"})); err != nil {
						return err
					}
				}
				return tx.SkipNumbers(test.used, 100)
			})
			got := map[string]uint64{}
			update(t, s, func(tx *Tx) error {
				one, err := tx.number(kindActivity, 0)
				two, other := tx.number(kindDraft, 0)
				got["activity"], got["draft"] = one, two
				return errors.Join(err, other, tx.Audit(AuditEntry{Action: "test"}))
			})
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Errorf("given next (-want +got):\n%s", diff)
			}
			update(t, s, func(tx *Tx) error {
				log, err := tx.AuditLog(0, 0)
				if len(log) != 3 || log[2].Seq != 3 {
					t.Errorf("the audit has a gap: %v", log)
				}
				return err
			})
		})
	}
}

// TestAllNumberedKindsAreSkipped finds in the code which kinds are numbered.
func TestAllNumberedKindsAreSkipped(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	found := map[string]bool{}
	for _, name := range files {
		code, err := os.ReadFile(name)
		if err != nil {
			t.Fatal(err)
		}
		if strings.HasSuffix(name, "_test.go") {
			continue
		}
		for _, call := range regexp.MustCompile(`\.number\((kind\w+),`).FindAllSubmatch(code, -1) {
			found[string(call[1])] = true
		}
	}
	if len(found) != len(skipped()) {
		t.Errorf("the code numbers %v, skipped are %v", slices.Sorted(maps.Keys(found)), skipped())
	}
}

func TestHoldKeepsOthersOut(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ketnghia.db")
	if _, err := Hold(path); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
	s, err := Open(path, Options{Now: noon, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Hold(path); !errors.Is(err, ErrLocked) {
		t.Errorf("in use: %v", err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := Probe(t.Context(), path); err != nil {
		t.Errorf("a good one: %v", err)
	}
	held, err := Hold(path)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := Open(path, Options{Now: noon}); !errors.Is(err, ErrLocked) {
		t.Errorf("opened while it is held: %v", err)
	}
	if err := Probe(t.Context(), path); err != nil {
		t.Errorf("one that is held: %v", err)
	}
	if err := held.Close(); err != nil {
		t.Error(err)
	}
}

// TestProbeSurvivesDamage spoils a database page by page: a program that opened it could be ended by that.
func TestProbeSurvivesDamage(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ketnghia.db")
	s, err := Open(path, Options{Now: noon, Create: true})
	if err != nil {
		t.Fatal(err)
	}
	update(t, s, func(tx *Tx) error {
		for range 200 {
			if err := tx.Audit(AuditEntry{Action: "test", Object: "an object of some length"}); err != nil {
				return err
			}
		}
		return nil
	})
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	whole, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	damaged := 0
	for page := 2 * 4096; page < len(whole); page += 4096 {
		spoilt := append([]byte{}, whole...)
		for i := range 4096 {
			spoilt[page+i] = 0xa5
		}
		if err := os.WriteFile(path, spoilt, 0o600); err != nil {
			t.Fatal(err)
		}
		err := Probe(t.Context(), path)
		if errors.Is(err, ErrDamaged) {
			damaged++
		} else if err != nil {
			t.Errorf("page %d: %v", page/4096, err)
		}
	}
	if damaged < 5 {
		t.Errorf("damage of %d pages is found", damaged)
	}
	// One that was cut off: its pages are outside of the file.
	if err := os.WriteFile(path, whole[:3*4096], 0o600); err != nil {
		t.Fatal(err)
	}
	if err := Probe(t.Context(), path); err == nil {
		t.Error("a database that was cut off is taken for good")
	}
}
