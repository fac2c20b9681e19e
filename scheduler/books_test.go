package scheduler_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"ketnghia/ledger"
	"ketnghia/programme"
	"ketnghia/scheduler"
	"ketnghia/store"
	"ketnghia/twinning"
)

// books are the real programme over a real store with the real roster.
type books struct {
	testing.TB
	store    *store.Store
	ledger   *ledger.Ledger
	units    []twinning.Unit
	pairings []twinning.Pairing
	people   int
	ticker   *scheduler.Scheduler
}

// newBooks opens an empty store and loads the roster; the demo pairings, in force from 2026, come on request.
func newBooks(t testing.TB, paired bool) *books {
	t.Helper()
	units, err := programme.DefaultUnits()
	if err != nil {
		t.Fatal(err)
	}
	var pairings []twinning.Pairing
	if paired {
		pairings = programme.DemoPairings(units, twinning.NewDate(2026, 1, 1))
	}
	return newBooksOf(t, units, pairings)
}

// newBooksOf opens an empty store and loads a roster.
func newBooksOf(t testing.TB, units []twinning.Unit, pairings []twinning.Pairing) *books {
	t.Helper()
	p, err := programme.Default()
	if err != nil {
		t.Fatal(err)
	}
	o := store.Options{Create: true, Now: at("2026-12-31 08:00")}
	if os.Getenv("KETNGHIA_CHECK_SHARED") != "" { // slow over a year: the tests of store, ledger and bot always look
		o.Altered = func(key string) { t.Errorf("%s was changed in place", key) }
	}
	s, err := store.Open(filepath.Join(t.TempDir(), "ketnghia.db"), o)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		inspect(t, s.Path())
	})
	b := &books{TB: t, store: s, ledger: ledger.New(s, p), units: units, pairings: pairings}
	b.update("2026-12-31 08:00", func(w *ledger.Work) error {
		return w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Units: units, Pairings: b.pairings})
	})
	return b
}

// zone is Asia/Ho_Chi_Minh, which has had no other offset since 1975.
func zone() *time.Location { return time.FixedZone("+07", 7*60*60) }

// at reads "2027-02-26 09:00" as a moment in Vietnam.
func at(text string) time.Time {
	moment, err := time.ParseInLocation("2006-01-02 15:04", text, zone())
	if err != nil {
		panic(err)
	}
	return moment
}

func (b *books) update(when string, fn func(*ledger.Work) error) {
	b.Helper()
	if err := b.ledger.Update(b.Context(), at(when), fn); err != nil {
		b.Fatal(err)
	}
}

// enrol lets somebody into the unit by an invitation.
func (b *books) enrol(when time.Time, unit twinning.UnitKey, role twinning.Role) twinning.PersonID {
	b.Helper()
	b.people++
	var p twinning.Person
	err := b.ledger.Update(b.Context(), when, func(w *ledger.Work) (err error) {
		code := fmt.Sprintf("code%d", b.people)
		if _, err := w.Invite(ledger.Actor{}, ledger.InviteOrder{Code: code, Unit: unit, Role: role}); err != nil {
			return err
		}
		p, err = w.Enrol(ledger.Newcomer{Telegram: twinning.ChatID(1000 + b.people), Name: "A", Lang: "vi"}, code)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return p.ID
}

// file hands in a document for the obligation.
func (b *books) file(when time.Time, o twinning.Obligation) {
	b.Helper()
	err := b.ledger.Update(b.Context(), when, func(w *ledger.Work) error {
		w.For(fmt.Sprintf("file %s %s", o.Key(), when))
		_, err := w.File(ledger.Actor{}, twinning.Filing{
			Unit: o.Unit, Meets: []twinning.Obligation{o}, Files: []twinning.FileRef{{ID: "f", UniqueID: "u"}},
		})
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
}

// standing returns the key of Ban Dân tộc.
func (b *books) standing() twinning.UnitKey {
	for _, u := range b.units {
		if u.Role == twinning.RoleStanding {
			return u.Key
		}
	}
	b.Fatal("no standing unit")
	return ""
}

func (b *books) plan(when string) []scheduler.Reminder {
	b.Helper()
	var plan []scheduler.Reminder
	err := b.ledger.View(b.Context(), at(when), func(k *ledger.Look) (err error) {
		plan, err = scheduler.Plan(k)
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return plan
}

// scheduler returns one that never looks by itself.
func (b *books) scheduler(wake func()) *scheduler.Scheduler {
	b.Helper()
	s, err := scheduler.New(scheduler.Options{
		Ledger: b.ledger, Now: time.Now, Log: quiet(), Wake: wake,
	})
	if err != nil {
		b.Fatal(err)
	}
	return s
}

// tick lets the scheduler look at the moment and returns what it queued.
func (b *books) tick(when string) []ledger.Delivery {
	b.Helper()
	before := len(b.reminders(when))
	if b.ticker == nil {
		b.ticker = b.scheduler(nil)
	}
	n, err := b.ticker.Tick(b.Context(), at(when))
	if err != nil {
		b.Fatal(err)
	}
	queued := b.reminders(when)[before:]
	if len(queued) != n {
		b.Fatalf("%s: %d queued, %d said", when, len(queued), n)
	}
	return queued
}

// reminders returns the digests that wait in the outbox.
func (b *books) reminders(when string) []ledger.Delivery {
	b.Helper()
	var rows []ledger.Delivery
	err := b.ledger.View(b.Context(), at(when), func(k *ledger.Look) error {
		all, err := k.Pending(0)
		for _, row := range all {
			if row.Class == ledger.ClassReminder {
				rows = append(rows, row)
			}
		}
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return rows
}

// inspect fails the test unless the database that it leaves is whole: indexes, totals, audit and all.
func inspect(t testing.TB, path string) {
	t.Helper()
	_, err := store.InspectFile(context.Background(), path, store.InspectOptions{ //nolint:usetesting // it runs at the end
		Found: func(f store.Finding) error { t.Errorf("found: %+v", f); return nil },
	})
	if err != nil {
		t.Error(err)
	}
}
