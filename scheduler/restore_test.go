package scheduler_test

import (
	"bytes"
	"context"
	"errors"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/scheduler"
	"ketnghia/twinning"
)

// TestWaitingDigestsMergeAfterRestore restores books in which digests were still to be sent, ten days and a rung later:
// each person gets one message, which says all that is owed, and nobody a second one.
func TestWaitingDigestsMergeAfterRestore(t *testing.T) {
	t.Parallel()
	b := newBooks(t, true)
	for _, unit := range []twinning.UnitKey{"W20437", "ASYT", b.standing()} {
		role := twinning.RoleOfficer
		if unit == b.standing() {
			role = twinning.RoleCoordinator
		}
		b.enrol(at("2027-01-04 08:00"), unit, role)
	}
	waiting := b.tick("2027-02-12 09:00")
	if len(waiting) == 0 {
		t.Fatal("nobody is told")
	}
	var saved bytes.Buffer
	if err := b.ledger.Backup(t.Context(), &saved); err != nil {
		t.Fatal(err)
	}
	restore := func() *books {
		path := filepath.Join(t.TempDir(), "ketnghia.db")
		if err := os.WriteFile(path, saved.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
		return over(t, path, b.ledger.Programme(), b)
	}
	most := func(b *books) int {
		count, most := map[twinning.ChatID]int{}, 0
		for _, row := range b.reminders("2027-02-22 12:00") {
			count[row.Chat]++
			most = max(most, count[row.Chat])
		}
		return most
	}

	// As the file is, the digests of before wait beside those of today: that is what TakeUp is for.
	plain := restore()
	plain.tick("2027-02-22 09:00")
	if most(plain) != 2 {
		t.Fatalf("%d messages for a person without taking up: the test proves nothing", most(plain))
	}

	restored := restore()
	var done ledger.Aftermath
	restored.update("2027-02-22 08:00", func(w *ledger.Work) (err error) {
		done, err = w.TakeUp(ledger.Restored{Made: at("2027-02-13 01:30")})
		return err
	})
	if done.Owed != len(waiting) || done.Dropped != 0 {
		t.Errorf("%+v, want %d owed", done, len(waiting))
	}
	fresh := newBooks(t, true)
	fresh.enrol(at("2027-01-04 08:00"), "W20437", twinning.RoleOfficer)
	got, want := restored.tick("2027-02-22 09:00"), fresh.tick("2027-02-22 09:00")
	if most(restored) != 1 || len(got) < len(waiting) {
		t.Errorf("%d messages for a person, %d told, %d were waiting", most(restored), len(got), len(waiting))
	}
	// The officer is told what somebody is told who hears of it for the first time.
	if diff := cmp.Diff(texts(want[0]), texts(got[0])); diff != "" {
		t.Errorf("the officer (-want +got):\n%s", diff)
	}
	if again := restored.tick("2027-02-22 10:00"); len(again) > 0 {
		t.Errorf("told again: %v", again)
	}
}

// texts are the keys of a message.
func texts(d ledger.Delivery) string {
	var keys []string
	for _, line := range d.Message.Lines {
		keys = append(keys, line.Key)
	}
	return strings.Join(keys, " ")
}

// TestJobsAreWokenAtTheirTimes runs a job that takes longer than its interval, one that fails and one that breaks.
func TestJobsAreWokenAtTheirTimes(t *testing.T) {
	t.Parallel()
	b := newBooks(t, false)
	synctest.Test(t, func(t *testing.T) {
		var slow, failing, broken, stopped atomic.Int32
		var log bytes.Buffer
		s, err := scheduler.New(scheduler.Options{
			Ledger: b.ledger, Now: time.Now, Spec: "0 0 29 2 *",
			Log: slog.New(slog.NewTextHandler(&log, nil)),
			Jobs: []scheduler.Job{
				{Name: "slow", Spec: "*/5 * * * *", Run: func(ctx context.Context, now time.Time) error {
					if time.Since(now) > time.Second {
						t.Errorf("told that it is %s at %s", now, time.Now())
					}
					slow.Add(1)
					select {
					case <-time.After(12 * time.Minute):
					case <-ctx.Done():
						stopped.Add(1)
					}
					return ctx.Err()
				}},
				{Name: "failing", Spec: "*/5 * * * *", Run: func(context.Context, time.Time) error {
					failing.Add(1)
					return errors.New("no luck")
				}},
				{Name: "broken", Spec: "*/5 * * * *", Run: func(context.Context, time.Time) error {
					broken.Add(1)
					panic("broken")
				}},
			},
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan error, 1)
		begun := time.Now() // midnight UTC, seven in the morning of the programme
		go func() { done <- s.Run(ctx) }()
		time.Sleep(time.Minute)
		if slow.Load() != 0 {
			t.Error("a job ran before its time")
		}
		time.Sleep(time.Until(begun.Add(time.Hour + time.Minute)))
		// 5-17, 20-32, 35-47, 50-62; and every five minutes from 5 to 60.
		if slow.Load() != 4 || failing.Load() != 12 || broken.Load() != 12 {
			t.Errorf("woken %d, %d and %d times", slow.Load(), failing.Load(), broken.Load())
		}
		cancel()
		if err := <-done; err != nil || stopped.Load() != 1 {
			t.Errorf("ended with %v; %d jobs were stopped", err, stopped.Load())
		}
		if n := strings.Count(log.String(), `msg="scheduled job failed" job=failing error="no luck"`); n != 12 {
			t.Errorf("%d failures are told:\n%s", n, &log)
		}
		if strings.Contains(log.String(), "job=slow") {
			t.Error("being stopped is told as a failure")
		}
	})
	_, err := scheduler.New(scheduler.Options{
		Ledger: b.ledger, Now: time.Now, Log: quiet(), Jobs: []scheduler.Job{{Name: "x", Spec: "often"}},
	})
	if err == nil || !strings.Contains(err.Error(), "x") {
		t.Errorf("a job without times: %v", err)
	}
}
