package scheduler_test

import (
	"context"
	"fmt"
	"path/filepath"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/scheduler"
	"ketnghia/store"
	"ketnghia/twinning"
)

// watched is a thing that a test makes bad or well, and the watch over it.
type watched struct {
	*books
	began time.Time
	bad   atomic.Bool
	watch *scheduler.Watch
	stop  func()
}

// now is the test's clock: it begins on a Thursday morning and runs with that of the bubble.
func (w *watched) now() time.Time { return at("2027-02-25 09:00").Add(time.Since(w.began)) }

// start begins to watch, as after a start of the program.
func (w *watched) start() {
	w.watch = scheduler.NewWatch(scheduler.WatchOptions{
		Ledger: w.ledger, Now: w.now, Log: quiet(), Probes: []scheduler.Probe{{
			Name: "test", After: 5 * time.Minute, Told: "status.nothing", Over: "status.demo",
			Look: func(context.Context, time.Time) scheduler.Finding {
				return scheduler.Finding{Bad: w.bad.Load(), Args: twinning.Args{{"Extra", twinning.Text("x")}}}
			},
		}},
	})
	w.run()
}

// run lets the watch look from now on.
func (w *watched) run() {
	ctx, cancel := context.WithCancel(w.Context())
	done := make(chan struct{})
	go func() { w.watch.Run(ctx); close(done) }()
	w.stop = func() { cancel(); <-done }
}

// told lists what was queued: when, to whom, and what it says.
func (w *watched) told() (list []string) {
	w.Helper()
	err := w.ledger.View(w.Context(), w.now(), func(k *ledger.Look) error {
		rows, err := k.Pending(0)
		for _, row := range rows {
			line := row.Message.Lines[0]
			clock := func(name string) string { return time.Unix(line.Args.Get(name).Num, 0).In(zone()).Format("15:04") }
			text := fmt.Sprintf("%s %d bad since %s", row.Queued.In(zone()).Format("15:04"), row.Person, clock("Since"))
			if line.Key == "status.demo" {
				text = fmt.Sprintf("%s %d well since %s, was bad since %s for", row.Queued.In(zone()).Format("15:04"), row.Person, clock("Now"), clock("Since"))
				for _, part := range line.Args.Get("Lasted").Lines() {
					text += fmt.Sprintf(" %d %s", part.Args.Get("Count").Num, part.Key)
				}
			}
			if row.Class != ledger.ClassReply || line.Args.Get("Extra").Text != "x" {
				text += " in a wrong shape"
			}
			list = append(list, text)
		}
		return err
	})
	if err != nil {
		w.Fatal(err)
	}
	return list
}

func TestWatch(t *testing.T) {
	t.Parallel()
	// Each letter of a story is what it is like for so long: w well, b bad, and R that the program starts again, X that the
	// store takes no writes, O that it does again.
	type spell struct {
		is   byte
		long time.Duration
	}
	hour := func(h float64) time.Duration { return time.Duration(h * float64(time.Hour)) }
	minutes := func(m int) time.Duration { return time.Duration(m) * time.Minute }
	flapping := []spell{}
	for range 10 {
		flapping = append(flapping, spell{'b', minutes(2)}, spell{'w', minutes(3)})
	}
	tests := map[string]struct {
		story []spell
		want  []string
	}{
		"well":  {[]spell{{'w', hour(30)}}, nil},
		"short": {[]spell{{'w', hour(1)}, {'b', minutes(4)}, {'w', hour(1)}}, nil},
		"bad, then well": {[]spell{{'w', hour(1)}, {'b', hour(1)}, {'w', hour(1)}}, []string{
			"10:05 2 bad since 10:00", "11:10 2 well since 11:00, was bad since 10:00 for 1 lasted.hours",
		}},
		"bad for days": {[]spell{{'b', hour(49.5)}, {'w', hour(24 * 3)}}, []string{
			"09:05 2 bad since 09:00", // over on Saturday, told on Monday
			"07:30 2 well since 10:30, was bad since 09:00 for 2 lasted.days 1 lasted.hours",
		}},
		"restarts": {[]spell{{'b', minutes(20)}, {'R', 0}, {'b', minutes(20)}, {'R', 0}, {'w', minutes(5)}, {'R', 0}, {'w', minutes(20)}}, []string{
			"09:05 2 bad since 09:00", "09:55 2 well since 09:45, was bad since 09:00 for 45 lasted.minutes",
		}},
		"flapping": {append(flapping, spell{'w', hour(1)}), []string{
			"09:05 2 bad since 09:00", "09:57 2 well since 09:47, was bad since 09:00 for 47 lasted.minutes",
		}},
		"twice": {[]spell{{'b', minutes(10)}, {'w', minutes(15)}, {'b', minutes(10)}, {'w', minutes(15)}}, []string{
			"09:05 2 bad since 09:00", "09:20 2 well since 09:10, was bad since 09:00 for 10 lasted.minutes",
			"09:30 2 bad since 09:25", "09:45 2 well since 09:35, was bad since 09:25 for 10 lasted.minutes",
		}},
		"over before the morning": {[]spell{{'w', hour(11)}, {'b', hour(5)}, {'w', hour(11)}}, nil},
		"still bad in the morning": {[]spell{{'w', hour(17)}, {'b', hour(6)}, {'w', hour(1)}}, []string{
			"07:30 2 bad since 02:00", "08:10 2 well since 08:00, was bad since 02:00 for 6 lasted.hours",
		}},
		"store down": {[]spell{{'w', hour(1)}, {'X', 0}, {'b', hour(1)}, {'O', 0}, {'w', hour(1)}}, []string{
			"11:10 2 well since 11:00, was bad since 10:00 for 1 lasted.hours",
		}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				w := &watched{books: newBooks(t, false), began: time.Now()}
				before := at("2027-02-24 09:00")
				w.enrol(before, w.standing(), twinning.RoleObserver)
				w.enrol(before, w.standing(), twinning.RoleCoordinator)
				w.enrol(before, "W20437", twinning.RoleLead)
				w.start()
				for _, s := range test.story {
					switch s.is {
					case 'R':
						w.stop()
						w.start()
					case 'X':
						w.stop()
						w.watch.Ledger = brokenLedger(t, w.ledger.Programme())
						w.run()
					case 'O':
						w.stop()
						w.watch.Ledger = w.ledger
						w.run()
					default:
						w.bad.Store(s.is == 'b')
						time.Sleep(s.long)
						synctest.Wait()
					}
				}
				w.stop()
				if diff := cmp.Diff(test.want, w.told()); diff != "" {
					t.Errorf("told (-want +got):\n%s", diff)
				}
			})
		})
	}
}

// brokenLedger can be read and not written.
func brokenLedger(t *testing.T, p *twinning.Programme) *ledger.Ledger {
	t.Helper()
	path := filepath.Join(t.TempDir(), "ketnghia.db")
	s, err := store.Open(path, store.Options{Create: true, Now: at("2027-02-24 09:00")})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if s, err = store.Open(path, store.Options{ReadOnly: true}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = s.Close() })
	return ledger.New(s, p)
}

// TestLastTick says when the books were looked at last, also at night, and not when it failed.
func TestLastTick(t *testing.T) {
	t.Parallel()
	b := newBooks(t, false)
	b.enrol(at("2027-02-24 09:00"), "W20437", twinning.RoleOfficer)
	s := b.scheduler(nil)
	if !s.LastTick().IsZero() {
		t.Errorf("ticked at %v before the first", s.LastTick())
	}
	tick := func(when string) {
		if _, err := s.Tick(t.Context(), at(when)); err != nil {
			t.Fatal(err)
		}
		if got := s.LastTick(); !got.Equal(at(when)) {
			t.Errorf("ticked at %v, want %s", got, when)
		}
	}
	tick("2027-02-25 09:00")
	tick("2027-02-25 23:00")
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := s.Tick(ctx, at("2027-02-26 09:00")); err == nil {
		t.Error("a look without a store succeeded")
	}
	if got := s.LastTick(); !got.Equal(at("2027-02-25 23:00")) {
		t.Errorf("a failed look counts as one: %v", got)
	}
}
