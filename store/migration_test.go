package store

import (
	"errors"
	"flag"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/store/engine"
	"ketnghia/twinning"
)

var updateOldFile = flag.Bool("update", false, "write testdata/v<current version>.db anew")

func oldFile(version int) string { return filepath.Join("testdata", fmt.Sprintf("v%d.db", version)) }

// upgradeChecks says for each version after the first what must be true of an older database once it was upgraded. It
// must name every migration.
func upgradeChecks() map[int]func(*testing.T, *Store) {
	return map[int]func(*testing.T, *Store){
		2: func(t *testing.T, s *Store) {
			t.Helper()
			view(t, s, func(v *View) error {
				filings, err := v.Uncopied("")
				if len(filings) > 1 {
					t.Errorf("%d filings wait for somebody to copy them to", len(filings))
				}
				files, more := v.FilesWaiting(0)
				if len(files) == 0 {
					t.Error("no file waits for its local copy")
				}
				return errors.Join(err, more)
			})
		},
		3: func(t *testing.T, s *Store) {
			t.Helper()
			update(t, s, func(tx *Tx) error { return tx.Audit(AuditEntry{Action: "test"}) })
			view(t, s, func(v *View) error {
				log, err := v.AuditLog(0, 0)
				head, broken := v.CheckAudit(t.Context())
				if len(log) < 2 || head.Seq != uint64(len(log)) || log[0].Action != "activity.log" {
					t.Errorf("%d entries, head %s", len(log), head)
				}
				return errors.Join(err, broken)
			})
		},
		4: func(t *testing.T, s *Store) {
			t.Helper()
			rows, messages := 0, 0
			for k, value := range dump(t, snapshot(t, s)) {
				if kindOf([]byte(k)) == kindOutboxMessage {
					messages++
				}
				if kindOf([]byte(k)) != kindOutbox {
					continue
				}
				if rows++; strings.Contains(value, `"message"`) {
					t.Errorf("the row holds its message: %s", value)
				}
			}
			if rows < 2 || messages == 0 {
				t.Errorf("%d messages of %d rows", messages, rows)
			}
			view(t, s, func(v *View) error {
				row, err := v.OutRow(1)
				want := twinning.Say("card.title", twinning.Args{{"Place", twinning.Text("thôn Pà Tôi")}})
				if diff := cmp.Diff(want, row.Message); diff != "" {
					t.Error(diff)
				}
				return err
			})
		},
		5: func(t *testing.T, s *Store) {
			t.Helper()
			view(t, s, func(v *View) error {
				sent, err := v.numbers(under(stateKey(OutSent)), 0)
				for _, seq := range sent {
					if message, _ := v.r.Get(outMessageKey(seq)); message != nil {
						t.Errorf("row %d is sent, and has a message", seq)
					}
				}
				return err
			})
		},
	}
}

// TestRecount has totals that were counted otherwise, as version 1 kept them.
func TestRecount(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	var want []TotalRow
	update(t, s, func(tx *Tx) error {
		a := sampleActivity()
		a.Facts.Kinds = []twinning.Kind{twinning.KindGift, twinning.KindStudyTour}
		a.Facts.Source = twinning.SourceMobilised
		_, err := tx.PutActivity(a)
		if err != nil {
			return err
		}
		if want, err = tx.AllTotals(2027); err != nil {
			return err
		}
		old := want[0]
		return errors.Join(tx.put(old.key(), twinning.Quantities{twinning.Activities: 7}), recount(tx.w))
	})
	view(t, s, func(v *View) error {
		got, err := v.AllTotals(2027)
		if diff := cmp.Diff(want, got); diff != "" {
			t.Error(diff)
		}
		return err
	})
	sum := want[0].Sum
	if sum[twinning.Counting(twinning.KindStudyTour)] != 1 || sum[twinning.GiftAmount] != 12_500_000 ||
		sum[twinning.MobilisedAmount] != 12_500_000 {
		t.Errorf("counted %v", sum)
	}
}

// TestDropSent has a sent row with its message, as version 4 kept it.
func TestDropSent(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, fill)
	update(t, s, func(tx *Tx) error {
		row, err := tx.OutRow(1)
		row.State = OutSent
		return errors.Join(err, tx.PutOutRow(row), tx.w.Put(outMessageKey(1), []byte("{}")))
	})
	update(t, s, func(tx *Tx) error { return dropSent(tx.w) })
	view(t, s, func(v *View) error {
		sent, err := v.r.Get(outMessageKey(1))
		waiting, more := v.r.Get(outMessageKey(2))
		if sent != nil || waiting == nil {
			t.Errorf("the message of the sent row is %q, that of a waiting one %q", sent, waiting)
		}
		return errors.Join(err, more)
	})
}

// TestIndexUncopied has a filing whose copies are not indexed, as version 1 kept it.
func TestIndexUncopied(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, fill)
	update(t, s, func(tx *Tx) error {
		k := keyOf(kindFilingUncopied)
		pairs, err := tx.w.Scan(k, k.end(), 0)
		for _, p := range pairs {
			err = errors.Join(err, tx.w.Delete(p.Key))
		}
		return errors.Join(err, indexUncopied(tx.w))
	})
	view(t, s, func(v *View) error {
		filings, err := v.Uncopied("D504")
		if len(filings) != 1 {
			t.Errorf("%d filings wait for the district, want 1", len(filings))
		}
		return err
	})
}

func TestEachMigrationIsTested(t *testing.T) {
	t.Parallel()
	checks := upgradeChecks()
	for i, m := range migrations() {
		if m.version != i+1 || m.name == "" || (m.up == nil) != (i == 0) {
			t.Errorf("migration %d (%q) is out of line: versions count from 1, and all but the first change something",
				m.version, m.name)
		}
		if checks[m.version] == nil && i > 0 {
			t.Errorf("migration %d (%s) has no check in upgradeChecks", m.version, m.name)
		}
		if _, err := os.Stat(oldFile(m.version)); err != nil {
			t.Errorf("version %d has no old file: %v", m.version, err)
		}
	}
}

func TestOldFilesOpen(t *testing.T) {
	t.Parallel()
	current := newSchema(migrations(), noon).Version
	if *updateOldFile {
		s := newStore(t)
		update(t, s, fill)
		copyFile(t, snapshot(t, s), oldFile(current))
	}
	for _, m := range migrations() {
		t.Run(fmt.Sprintf("v%d", m.version), func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "ketnghia.db")
			copyFile(t, oldFile(m.version), path)
			s, err := Open(path, Options{Now: noon.AddDate(1, 0, 0)})
			if err != nil {
				t.Fatal(err)
			}
			defer func() { _ = s.Close() }()
			for version := m.version + 1; version <= current; version++ {
				upgradeChecks()[version](t, s)
			}
			schema, err := s.schema()
			if err := errors.Join(err, s.Check(t.Context())); err != nil {
				t.Error(err)
			}
			if schema.Version != current {
				t.Errorf("schema %d after opening, want %d", schema.Version, current)
			}
		})
	}
}

// TestCurrentFileIsWhatIsWritten fails when what is stored changes its form without a new schema version.
func TestCurrentFileIsWhatIsWritten(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, fill)
	kept := dump(t, oldFile(newSchema(migrations(), noon).Version))
	if diff := cmp.Diff(kept, dump(t, snapshot(t, s))); diff != "" {
		t.Errorf("the kept file (-) and what is written today (+) differ; a migration is missing:\n%s", diff)
	}
}

// ladderTo returns a ladder whose steps each write down that they ran.
func ladderTo(version int) []migration {
	ladder := []migration{{version: 1, name: "begin"}}
	for v := 2; v <= version; v++ {
		ladder = append(ladder, migration{version: v, name: "step", up: func(tx engine.Tx) error {
			k := []byte("unit/steps")
			before, err := tx.Get(k)
			return errors.Join(err, tx.Put(k, append(before, byte('0'+v))))
		}})
	}
	return ladder
}

func steps(t *testing.T, s *Store) string {
	t.Helper()
	var ran []byte
	err := s.engine.View(t.Context(), func(r engine.Reader) (err error) {
		ran, err = r.Get([]byte("unit/steps"))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(ran)
}

func TestUpgradeClimbsTheLadderAfterABackup(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ketnghia.db")
	copyFile(t, oldFile(1), path)
	before := dump(t, path)
	now := time.Date(2027, 3, 1, 9, 30, 0, 0, time.FixedZone("", 7*60*60))
	s, err := open(path, Options{Now: now}, ladderTo(3))
	if err != nil {
		t.Fatal(err)
	}
	if got := steps(t, s); got != "23" {
		t.Errorf("steps %q ran, want 2 then 3", got)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	backup := path + ".v1-20270301T023000Z.bak"
	if diff := cmp.Diff(before, dump(t, backup)); diff != "" {
		t.Errorf("the backup differs from what was upgraded:\n%s", diff)
	}
	if info, err := os.Stat(backup); err != nil || info.Mode() != 0o600 {
		t.Errorf("backup has mode %v (%v)", info.Mode(), err)
	}
	again, err := open(path, Options{Now: now.Add(time.Hour)}, ladderTo(3))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = again.Close() }()
	if got := steps(t, again); got != "23" {
		t.Errorf("steps %q ran after opening twice", got)
	}
	if left, err := filepath.Glob(path + ".*"); err != nil || len(left) != 1 {
		t.Errorf("beside the database lie %v, want one backup (%v)", left, err)
	}
}

func TestUpgradeThatFailsChangesNothing(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ketnghia.db")
	copyFile(t, oldFile(1), path)
	before := dump(t, path)
	ladder := ladderTo(3)
	broken := errors.New("broken")
	ladder[2].up = func(engine.Tx) error { return broken }
	if _, err := open(path, Options{Now: noon}, ladder); !errors.Is(err, broken) {
		t.Errorf("open: %v, want the error of step 3", err)
	}
	if diff := cmp.Diff(before, dump(t, path)); diff != "" {
		t.Errorf("a failed upgrade changed the database:\n%s", diff)
	}
	if left, err := filepath.Glob(path + "*"); err != nil || len(left) != 1 {
		t.Errorf("a failed upgrade leaves %v (%v)", left, err)
	}
}

func TestUpgradeKeepsABackupOfTheSameName(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ketnghia.db")
	copyFile(t, oldFile(1), path)
	backup := path + ".v1-20270226T050000Z.bak"
	if err := os.WriteFile(backup, []byte("precious"), 0o600); err != nil {
		t.Fatal(err)
	}
	if _, err := open(path, Options{Now: noon}, ladderTo(2)); !errors.Is(err, fs.ErrExist) {
		t.Errorf("open: %v, want that the backup exists", err)
	}
	if kept, err := os.ReadFile(backup); err != nil || string(kept) != "precious" {
		t.Errorf("the backup became %q (%v)", kept, err)
	}
}

func TestOtherVersionsAreRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		options Options
		file    int
		ladder  []migration
		want    error
	}{
		"a newer one":               {Options{Now: noon}, 3, ladderTo(2), ErrNewer},
		"a newer one, to read only": {Options{ReadOnly: true}, 3, ladderTo(2), ErrNewer},
		"an older one to read only": {Options{ReadOnly: true}, 2, ladderTo(3), ErrOlder},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := filepath.Join(t.TempDir(), "ketnghia.db")
			s, err := open(path, Options{Now: noon, Create: true}, ladderTo(test.file))
			if err != nil {
				t.Fatal(err)
			}
			if err := s.Close(); err != nil {
				t.Fatal(err)
			}
			before := dump(t, path)
			if _, err := open(path, test.options, test.ladder); !errors.Is(err, test.want) {
				t.Errorf("open: %v, want %v", err, test.want)
			}
			if diff := cmp.Diff(before, dump(t, path)); diff != "" {
				t.Errorf("a refused database was changed:\n%s", diff)
			}
			if left, err := filepath.Glob(path + "*"); err != nil || len(left) != 1 {
				t.Errorf("a refused database has %v beside it (%v)", left, err)
			}
		})
	}
}
