package bot

import (
	"context"
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync"
	"syscall"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/store"
	"ketnghia/store/engine"
)

// failing is an engine whose commits fail while it has an error: what was done in them is undone, as by bbolt.
type failing struct {
	engine.Engine
	mu  sync.Mutex
	err error
	// spares lets so many commits pass before one fails, again and again.
	spares, passed int
	// begun counts the transactions.
	begun int
}

func (f *failing) fails(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.err = err
}

func (f *failing) next() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.begun++
	if f.err == nil {
		return nil
	}
	if f.passed++; f.passed <= f.spares {
		return nil
	}
	f.passed = 0
	return f.err
}

func (f *failing) Update(ctx context.Context, fn func(engine.Tx) error) error {
	err := f.next()
	return f.Engine.Update(ctx, func(tx engine.Tx) error {
		if failed := fn(tx); failed != nil {
			return failed
		}
		if err != nil {
			return fmt.Errorf("commit: %w", err)
		}
		return nil
	})
}

// newFailing is a house over a store whose commits can be made to fail.
func newFailing(t testing.TB, handle Handler, edit ...func(*Options)) (*house, *failing) {
	t.Helper()
	f := &failing{}
	path := filepath.Join(t.TempDir(), "failing.db")
	s, err := store.Open(path, store.Options{Now: time.Unix(0, 0), Create: true, Wrap: func(e engine.Engine) engine.Engine {
		f.Engine = e
		return f
	}})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	h := newHouse(t, handle, append(edit, func(o *Options) { o.Ledger = newLedger(s) })...)
	h.store, h.ledger = s, h.options.Ledger
	return h, f
}

// TestStoreTakesNoWrites lets every commit fail for a day. Nothing is acknowledged meanwhile, it is said once, and all goes
// on by itself afterwards.
func TestStoreTakesNoWrites(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		err    error
		reason string
	}{
		"disk full":      {&os.PathError{Op: "write", Path: "ketnghia.db", Err: syscall.ENOSPC}, StoreFull},
		"quota":          {syscall.EDQUOT, StoreFull},
		"cannot grow":    {fmt.Errorf("file resize error: %s", syscall.ENOSPC.Error()), StoreFull}, // as bbolt says it
		"read-only disk": {syscall.EROFS, StoreReadOnly},
		"disk fails":     {syscall.EIO, StoreIO},
		"anything else":  {errBroken, StoreOther},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h, disk := newFailing(t, echo)
				stop := h.start()
				defer stop()
				h.says(alice, "trước")
				h.hears(alice, "nghe: trước")
				h.sleeps(h.bot.o.PollTimeout) // the next poll acknowledges it
				before, began := h.server.Delivered(), time.Now()
				disk.fails(test.err)
				h.says(alice, "trong khi")
				h.says(bela, "cũng vậy")
				h.sleeps(23 * time.Hour)
				if n := h.server.Delivered(); n != before {
					t.Errorf("%d updates were acknowledged", n-before)
				}
				health := h.bot.Health()
				if health.StoreError != test.reason || health.StoreSince.Sub(began) > 5*time.Minute {
					t.Errorf("health %+v", health)
				}
				if n := strings.Count(h.logged.String(), "store takes no writes"); n != 1 {
					t.Errorf("said %d times", n)
				}
				disk.fails(nil)
				h.hears(alice, "nghe: trong khi")
				h.hears(bela, "nghe: cũng vậy")
				h.sleeps(2 * time.Minute)
				if diff := cmp.Diff([]string{"nghe: trước", "nghe: trong khi"}, h.heard(alice)); diff != "" {
					t.Errorf("heard (-want +got):\n%s", diff)
				}
				if health := h.bot.Health(); health.StoreError != "" || !health.StoreSince.IsZero() || health.Waiting != 0 {
					t.Errorf("health afterwards %+v", health)
				}
				if !strings.Contains(h.logged.String(), "store takes writes again") {
					t.Error("the end is not said")
				}
			})
		})
	}
}

// TestStoreFailsWhileHandling stores what comes and fails to commit what it leads to, for hours: that is no reason to take
// an update for one that brings the process down, and messages that were sent are not sent again.
func TestStoreFailsWhileHandling(t *testing.T) {
	t.Parallel()
	for spares := range 4 {
		t.Run(fmt.Sprint(spares), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h, disk := newFailing(t, countingEcho)
				var want []string
				h.update(func(w *ledger.Work) error { // what the process before left, so that tries are counted
					want = nil
					for i := range 3 {
						raw := fmt.Sprintf(`{"message":{"message_id":1,"from":{"id":%d},"chat":{"id":%[1]d},"text":"%d"}}`, alice, i)
						if err := w.Receive([]ledger.Update{{ID: int64(i), Raw: json.RawMessage(raw)}}, 0); err != nil {
							return err
						}
						want = append(want, fmt.Sprintf("nghe %d", i))
					}
					return nil
				})
				disk.spares = spares
				disk.fails(syscall.ENOSPC)
				for i := 3; i < 20; i++ {
					h.says(alice, fmt.Sprint(i))
					want = append(want, fmt.Sprintf("nghe %d", i))
					if i == 3 {
						defer h.start()()
					}
					h.sleeps(10 * time.Minute)
				}
				disk.fails(nil)
				h.hears(alice, want[len(want)-1])
				if diff := cmp.Diff(want, h.heard(alice)); diff != "" {
					t.Errorf("heard (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// TestFullDisk fills a small disk, and makes room again.
func TestFullDisk(t *testing.T) {
	t.Parallel()
	if runtime.GOOS != "linux" || os.Geteuid() != 0 {
		t.Skip("SKIPPED, THE REAL FULL DISK IS NOT TESTED: only root on Linux can mount one")
	}
	dir := t.TempDir()
	if err := mountSmall(dir); err != nil {
		t.Skipf("SKIPPED, THE REAL FULL DISK IS NOT TESTED: mount: %v", err)
	}
	t.Cleanup(func() {
		if err := unmount(dir); err != nil {
			t.Error(err)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		s, err := store.Open(filepath.Join(dir, "ketnghia.db"), store.Options{Now: time.Now(), Create: true})
		if err != nil {
			t.Fatal(err)
		}
		defer func() {
			if err := s.Close(); err != nil {
				t.Error(err)
			}
		}()
		h := newHouse(t, echo, func(o *Options) { o.Ledger = newLedger(s) })
		stop := h.start()
		defer stop()
		h.says(alice, "trước")
		h.hears(alice, "nghe: trước")
		h.sleeps(h.bot.o.PollTimeout)
		fill(t, filepath.Join(dir, "filler"))
		// Free pages of the file take some more; then nothing does.
		said := 0
		for ; h.bot.Health().StoreError == "" && said < 2000; said++ {
			h.says(bela, fmt.Sprintf("%d %s", said, strings.Repeat("đầy", 300)))
			h.sleeps(time.Second)
		}
		h.says(alice, "trong khi")
		h.sleeps(time.Hour)
		if health := h.bot.Health(); health.StoreError != StoreFull {
			t.Fatalf("after %d messages on a full disk, health %+v", said, health)
		}
		if h.server.Pending() == 0 {
			t.Error("all was acknowledged")
		}
		if err := s.Check(t.Context()); err != nil {
			t.Errorf("while it is full: %v", err)
		}
		if err := os.Remove(filepath.Join(dir, "filler")); err != nil {
			t.Fatal(err)
		}
		h.hears(alice, "nghe: trong khi")
		h.hears(bela, fmt.Sprintf("nghe: %d ", said-1))
		h.sleeps(time.Hour)
		if n := len(h.heard(bela)); n != said {
			t.Errorf("%d answers to %d messages", n, said)
		}
		if health := h.bot.Health(); health.StoreError != "" || health.Waiting != 0 {
			t.Errorf("health afterwards %+v", health)
		}
		if err := s.Check(t.Context()); err != nil {
			t.Errorf("afterwards: %v", err)
		}
	})
}

// fill writes a file until the disk is full.
func fill(t *testing.T, path string) {
	t.Helper()
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	for size := 1 << 16; size > 0; {
		if _, err := f.Write(make([]byte, size)); err != nil {
			size /= 2
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
}

// sleeps lets time pass and the bot work.
func (h *house) sleeps(d time.Duration) {
	passes(d)
	waits()
}
