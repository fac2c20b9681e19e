package store

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"math"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"ketnghia/store/engine"
	"ketnghia/twinning"
)

// crashPath names the environment variable that makes the test binary the process to be killed.
const crashPath = "STORE_CRASH_PATH"

// crashMode names the variable that says what that process does: transactions, the same without bringing them to disk,
// making stores, upgrading stores.
const (
	crashMode   = "STORE_CRASH_MODE"
	workMode    = "work"
	noSyncMode  = "nosync"
	createMode  = "create"
	upgradeMode = "upgrade"
)

// work is the n-th transaction of a busy store: it touches inbox, activities, totals, outbox and audit.
func work(tx *Tx, n int) error {
	a := sampleActivity()
	a.Facts.Category = twinning.Category(n%4 + 1)
	if n%3 == 0 && n > 0 {
		last, err := tx.Activity(twinning.ActivityID(n))
		if err != nil {
			return err
		}
		last.Version, last.State = last.Version+1, twinning.ActivityVoided
		if _, err := tx.PutActivity(last); err != nil {
			return err
		}
	}
	id, err := tx.PutActivity(a)
	if err != nil {
		return err
	}
	if want := twinning.ActivityID(n + 1); id != want {
		return fmt.Errorf("activity %d, want %d", id, want)
	}
	_, err = tx.Queue(OutRow{Cause: fmt.Sprintf("update %d/0", n), Chat: 1, Op: OpSend})
	return errors.Join(err,
		tx.Receive([]Update{{ID: int64(n), Raw: []byte(`"` + strings.Repeat("a", n%900) + `"`)}}, int64(n+1)),
		tx.Audit(AuditEntry{Action: "activity.log", Object: fmt.Sprintf("activity/%d", id)}),
	)
}

// checkWork fails the test unless the store holds whole transactions only, at least the first done ones; it returns
// how many.
func checkWork(t *testing.T, path string, done int) int {
	t.Helper()
	kept, err := workIn(t.Context(), path, done)
	if err != nil {
		t.Errorf("after %d transactions: %v", done, err)
	}
	return kept
}

// workIn returns how many transactions the store holds, and an error unless it is whole, holds whole transactions only
// and at least the first done ones. A file that is broken doesn't end the process.
func workIn(ctx context.Context, path string, done int) (kept int, err error) {
	result, err := InspectFile(ctx, path, InspectOptions{Found: func(f Finding) error { return fmt.Errorf("found %+v", f) }})
	if err != nil {
		return 0, err
	}
	kept = int(result.Audit.Seq)
	s, err := Open(path, Options{Now: noon})
	if err != nil {
		return kept, err
	}
	defer func() { err = errors.Join(err, s.Close()) }()
	err = s.View(ctx, noon, func(v *View) error {
		activities := 0
		err := v.Activities(func(twinning.Activity) error { activities++; return nil })
		waiting, more := v.Waiting(0)
		counts, _, stats := v.OutboxStats()
		offset, last := v.Offset()
		if activities != kept || len(waiting) != kept || counts[OutPending] != kept || offset != int64(kept) {
			err = fmt.Errorf("%d audit entries, %d activities, %d updates, %d rows, offset %d: not of one transaction",
				kept, activities, len(waiting), counts[OutPending], offset)
		}
		return errors.Join(err, more, stats, last)
	})
	if err == nil && kept < done {
		err = fmt.Errorf("%d transactions are left of %d", kept, done)
	}
	return kept, err
}

// TestCrashWorker is no test: it is the process that other tests kill.
func TestCrashWorker(t *testing.T) {
	path := os.Getenv(crashPath)
	if path == "" {
		t.Skip("it runs as the child of another test")
	}
	switch mode := os.Getenv(crashMode); mode {
	case workMode, noSyncMode:
		s := openStore(t, path)
		if bolt, ok := s.engine.(*engine.Bolt); ok && mode == noSyncMode {
			bolt.NoSync()
		}
		done := checkWorkCount(t, s)
		for n := done; n < done+2000; n++ {
			update(t, s, func(tx *Tx) error { return work(tx, n) })
			fmt.Printf("done %d\n", n+1)
		}
	case createMode:
		for n := range 2000 {
			openStore(t, filepath.Join(path, fmt.Sprint(n), "data", "ketnghia.db"))
			fmt.Printf("done %d\n", n+1)
		}
	case upgradeMode:
		for n := range 2000 {
			old := filepath.Join(path, fmt.Sprint(n), "ketnghia.db")
			if err := os.Mkdir(filepath.Dir(old), 0o700); err != nil {
				t.Fatal(err)
			}
			copyFile(t, oldFile(1), old)
			if err := errors.Join(syncPath(old), syncPath(filepath.Dir(old)), syncPath(path)); err != nil {
				t.Fatal(err)
			}
			fmt.Printf("made %d\n", n+1)
			openStore(t, old)
			fmt.Printf("done %d\n", n+1)
		}
	default:
		t.Fatalf("mode %q", mode)
	}
}

// worker is a process that runs TestCrashWorker.
type worker struct {
	*exec.Cmd
	lines *bufio.Scanner
	// done and made are the last numbers that it printed.
	done, made int
}

func startWorker(t *testing.T, mode, path string) *worker {
	t.Helper()
	w := &worker{Cmd: exec.CommandContext(t.Context(), os.Args[0], "-test.run", "^TestCrashWorker$", "-test.v")}
	w.Env = append(os.Environ(), crashPath+"="+path, crashMode+"="+mode)
	out, err := w.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := w.Start(); err != nil {
		t.Fatal(err)
	}
	w.lines = bufio.NewScanner(out)
	return w
}

// read takes note of what the worker prints until it has done so many, or has ended.
func (w *worker) read(until int) {
	for w.done < until && w.lines.Scan() {
		for word, n := range map[string]*int{"done ": &w.done, "made ": &w.made} {
			if rest, ok := strings.CutPrefix(w.lines.Text(), word); ok {
				*n, _ = strconv.Atoi(rest) // a line that was cut off says nothing
			}
		}
	}
}

// kill kills the worker and reads what it has printed before.
func (w *worker) kill(t *testing.T) {
	t.Helper()
	if err := w.Process.Kill(); err != nil {
		t.Fatal(err)
	}
	w.read(math.MaxInt)
	_ = w.Wait() // it was killed
}

func checkWorkCount(t *testing.T, s *Store) (n int) {
	t.Helper()
	view(t, s, func(v *View) error {
		log, err := v.AuditLog(0, 0)
		n = len(log)
		return err
	})
	return n
}

func TestKilledProcessLosesNothingItSaid(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "ketnghia.db")
	done := 0
	for round := range 5 {
		w := startWorker(t, workMode, path)
		stop := done + 5 + rand.IntN(60)
		w.read(stop)
		if w.done < stop {
			t.Fatalf("round %d: the worker ended by itself after %d transactions", round, w.done)
		}
		w.kill(t)
		copied := filepath.Join(t.TempDir(), "killed.db")
		copyFile(t, path, copied)
		done = checkWork(t, copied, w.done)
	}
}
