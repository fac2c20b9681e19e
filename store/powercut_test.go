package store

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"strings"
	"testing"

	"ketnghia/store/powercut"
)

// powerCuts names the environment variable that says how often the power is cut: 200 for the long run.
const powerCuts = "KETNGHIA_POWER_CUTS"

func cuts(t *testing.T) int {
	t.Helper()
	n, err := strconv.Atoi(os.Getenv(powerCuts))
	if err != nil {
		return 6
	}
	return n
}

// cutDuring lets a worker do more than stop things, cuts the power at a random moment of the next, kills the worker and
// brings the power back.
func cutDuring(t *testing.T, d *powercut.Disk, w *worker, stop int) {
	t.Helper()
	w.read(stop)
	if w.done < stop {
		t.Fatalf("the worker ended by itself after %d", w.done)
	}
	for range rand.IntN(3000) {
		runtime.Gosched()
	}
	d.Cut()
	w.kill(t)
	d.Restore()
}

// TestPowerCutLosesNothingItSaid is the real thing: a file system that loses what was not synced.
func TestPowerCutLosesNothingItSaid(t *testing.T) {
	t.Parallel()
	d := powercut.New(t)
	done, unsaid, n := 0, 0, cuts(t)
	path := ""
	for cut := range n {
		if cut%10 == 0 {
			path, done = filepath.Join(d.Dir, fmt.Sprint(cut), "ketnghia.db"), 0
		}
		w := startWorker(t, workMode, path)
		cutDuring(t, d, w, done+1+rand.IntN(60))
		copied := filepath.Join(t.TempDir(), "cut.db")
		copyFile(t, path, copied)
		kept := checkWork(t, copied, w.done)
		if kept > w.done+1 {
			t.Errorf("cut %d: %d transactions, %d were said to be done", cut, kept, w.done)
		}
		unsaid += kept - w.done
		done = kept
	}
	t.Logf("%d power cuts; nothing that was said is lost; %d transactions were on disk that nobody was told of", n, unsaid)
}

// TestPowerCutLosesWhatIsNotSynced shows that the cut cuts: without syncing something must be lost.
func TestPowerCutLosesWhatIsNotSynced(t *testing.T) {
	t.Parallel()
	d := powercut.New(t)
	path := filepath.Join(d.Dir, "data", "ketnghia.db")
	w := startWorker(t, noSyncMode, path)
	cutDuring(t, d, w, 100)
	copied := filepath.Join(t.TempDir(), "cut.db")
	copyFile(t, path, copied)
	result, err := InspectFile(t.Context(), copied, InspectOptions{Found: func(Finding) error { return nil }})
	if err == nil && result.Findings == 0 && int(result.Audit.Seq) >= w.done {
		t.Errorf("all of %d transactions that were never synced survive the cut: it proves nothing", w.done)
	}
	t.Logf("without syncing, %d of %d transactions are left (%d findings, %v)", result.Audit.Seq, w.done, result.Findings, err)
}

// TestPowerCutWhileStoresAreMade leaves whole stores or none.
func TestPowerCutWhileStoresAreMade(t *testing.T) {
	t.Parallel()
	d := powercut.New(t)
	for cut := range (cuts(t) + 2) / 3 {
		folder := filepath.Join(d.Dir, fmt.Sprint(cut))
		if err := errors.Join(os.Mkdir(folder, 0o700), syncPath(d.Dir)); err != nil {
			t.Fatal(err)
		}
		w := startWorker(t, createMode, folder)
		cutDuring(t, d, w, 1+rand.IntN(20))
		for n := range w.done + 1 {
			path := filepath.Join(folder, fmt.Sprint(n), "data", "ketnghia.db")
			if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) && n == w.done {
				continue
			}
			inspected(t, path)
		}
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
	}
}

// TestPowerCutWhileStoresAreUpgraded leaves each as it was or upgraded, and the next start upgrades it.
func TestPowerCutWhileStoresAreUpgraded(t *testing.T) {
	t.Parallel()
	d := powercut.New(t)
	for cut := range (cuts(t) + 2) / 3 {
		folder := filepath.Join(d.Dir, fmt.Sprint(cut))
		if err := errors.Join(os.Mkdir(folder, 0o700), syncPath(d.Dir)); err != nil {
			t.Fatal(err)
		}
		w := startWorker(t, upgradeMode, folder)
		cutDuring(t, d, w, 1+rand.IntN(20))
		for n := range w.made {
			path := filepath.Join(folder, fmt.Sprint(n), "ketnghia.db")
			s, err := Open(path, Options{ReadOnly: true})
			switch {
			case errors.Is(err, ErrOlder) && n >= w.done:
			case err != nil:
				t.Errorf("store %d of %d: %v", n, w.done, err)
			default:
				if err := s.Close(); err != nil {
					t.Error(err)
				}
			}
			if s, err = Open(path, Options{Now: noon.AddDate(0, 0, 1)}); err != nil {
				t.Errorf("store %d of %d, to be upgraded: %v", n, w.done, err)
				continue
			}
			if err := s.Close(); err != nil {
				t.Error(err)
			}
			inspected(t, path)
		}
		if err := os.RemoveAll(folder); err != nil {
			t.Fatal(err)
		}
	}
}

// inspected fails the test unless the database file is whole.
func inspected(t testing.TB, path string) {
	t.Helper()
	_, err := InspectFile(t.Context(), path, InspectOptions{
		Found: func(f Finding) error { t.Errorf("%s: %+v", path, f); return nil },
	})
	if err != nil {
		t.Error(err)
	}
}

// TestNobodyGivesUpSyncing reads the sources: only these tests may call the engine's NoSync.
func TestNobodyGivesUpSyncing(t *testing.T) {
	t.Parallel()
	read := 0
	err := filepath.WalkDir("..", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		source, err := os.ReadFile(path)
		read++
		if bytes.Contains(source, []byte(".NoSync()")) {
			t.Errorf("%s gives up syncing", path)
		}
		return err
	})
	if err != nil || read < 100 {
		t.Errorf("%d files read (%v)", read, err)
	}
}
