package main

import (
	"fmt"
	"log/slog"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"ketnghia/ledger"
	"ketnghia/scheduler"
	"ketnghia/twinning"
)

// reminded is an obligation and a person who may be reminded of it.
type reminded struct {
	owes   twinning.Obligation
	person twinning.PersonID
}

// TestNextReminderIsWhatTheSchedulerDoes says for everybody when the next reminder comes, lets some days pass, and looks
// who was reminded when; then something changes, and again.
func TestNextReminderIsWhatTheSchedulerDoes(t *testing.T) {
	t.Parallel()
	for seed := range uint64(4) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			f := openForecast(t, seed)
			for f.day < twinning.NewDate(2027, 5, 1) {
				want := f.forecast()
				until := f.day.AddDays(3 + f.random.IntN(12))
				from := f.at().Add(time.Hour)
				f.tick(from)
				for f.day < until {
					f.day++
					f.tick(f.at())
				}
				f.compare(want, from)
				f.change()
			}
		})
	}
}

// forecast is a world of a commune with three people, its district and its sponsor, on a day.
type forecast struct {
	*testing.T

	books  *books
	ticker *scheduler.Scheduler
	random *rand.Rand
	day    twinning.Date
	people []twinning.Person
	steps  int
}

func openForecast(t *testing.T, seed uint64) *forecast {
	t.Helper()
	f := &forecast{T: t, random: rand.New(rand.NewPCG(seed, 3)), day: twinning.NewDate(2027, 1, 25)}
	var err error
	if f.books, err = newApp(t, time.Now).open(t.Context(), t.TempDir(), f.at()); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.books.store.Close(); err != nil {
			t.Error(err)
		}
	})
	f.ticker, err = scheduler.New(scheduler.Options{
		Ledger: f.books.ledger, Now: f.at, Log: slog.New(slog.DiscardHandler),
	})
	if err != nil {
		t.Fatal(err)
	}
	f.update(func(w *ledger.Work) error {
		return w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Pairings: []twinning.Pairing{
			{Sponsor: "ASYT", Recipient: "W20437", From: twinning.NewDate(2020, 1, 1), Decision: "1"},
		}})
	})
	for _, x := range []struct {
		unit twinning.UnitKey
		role twinning.Role
	}{
		{"W20437", twinning.RoleOfficer},
		{"W20437", twinning.RoleOfficer},
		{"W20437", twinning.RoleLead},
		{"D504", twinning.RoleLead},
		{"ASYT", twinning.RoleOfficer},
		{"ABDT", twinning.RoleCoordinator},
	} {
		f.update(func(w *ledger.Work) error {
			code := fmt.Sprintf("code-%d", len(f.people))
			if _, err := w.Invite(ledger.Actor{}, ledger.InviteOrder{Code: code, Unit: x.unit, Role: x.role}); err != nil {
				return err
			}
			p, err := w.Enrol(ledger.Newcomer{Telegram: twinning.ChatID(500 + len(f.people)), Name: code, Lang: "vi"}, code)
			f.people = append(f.people, p)
			return err
		})
	}
	return f
}

// at is nine o'clock of the day, when the scheduler looks.
func (f *forecast) at() time.Time { return f.day.At(9, 0, time.FixedZone("+07", 7*60*60)) }

func (f *forecast) update(fn func(*ledger.Work) error) {
	f.Helper()
	f.steps++
	err := f.books.ledger.Update(f.Context(), f.at(), func(w *ledger.Work) error { return fn(w.For(fmt.Sprintf("step %d", f.steps))) })
	if err != nil {
		f.Fatal(err)
	}
}

func (f *forecast) tick(at time.Time) {
	f.Helper()
	if _, err := f.ticker.Tick(f.Context(), at); err != nil {
		f.Fatal(err)
	}
}

// forecast is when everybody is said to be reminded next of each document, no date for never.
func (f *forecast) forecast() map[reminded]twinning.Date {
	f.Helper()
	next := map[reminded]twinning.Date{}
	err := f.books.ledger.View(f.Context(), f.at().Add(time.Hour), func(k *ledger.Look) error {
		for _, was := range f.people {
			p, err := k.Person(was.ID)
			if err != nil {
				return err
			}
			owings, err := k.OwingsOf(p.Unit)
			if err != nil {
				return err
			}
			for _, o := range owings {
				if next[reminded{o.Obligation, p.ID}], _, err = k.NextReminder(o, p); err != nil {
					return err
				}
			}
		}
		return nil
	})
	if err != nil {
		f.Fatal(err)
	}
	return next
}

// compare looks for the first reminder after the moment.
func (f *forecast) compare(want map[reminded]twinning.Date, after time.Time) {
	f.Helper()
	err := f.books.ledger.View(f.Context(), f.at(), func(k *ledger.Look) error {
		for x, day := range want {
			p, err := k.Person(x.person)
			if err != nil {
				return err
			}
			said, err := k.SaidWithPrefix("remind|" + x.owes.Key() + "|")
			if err != nil {
				return err
			}
			var first twinning.Date
			for _, s := range said {
				inGroup := strings.Contains(s.Cause, "|group ") && p.Role != twinning.RoleLead
				if on := k.Programme().Today(s.At); !s.At.Before(after) && (first == 0 || on < first) &&
					(inGroup || strings.HasSuffix(s.Cause, fmt.Sprintf("|person %d", x.person))) {
					first = on
				}
			}
			if day > f.day {
				day = 0
			}
			if first != day {
				f.Errorf("from %s to %s: person %d (%s) was reminded of %s on %q, said was %q",
					after.Format(time.DateOnly), f.day, x.person, p.Role, x.owes.Key(), first, day)
			}
		}
		return nil
	})
	if err != nil {
		f.Fatal(err)
	}
}

// change makes people do something: file, put off, give away, go on leave, urge, bind a group, or nothing. What the
// books refuse stays undone.
func (f *forecast) change() {
	f.Helper()
	p := f.people[f.random.IntN(len(f.people))]
	a := ledger.Actor{Person: p, Chat: p.Telegram}
	other := f.people[f.random.IntN(len(f.people))]
	f.steps++
	do, days := f.random.IntN(7), f.random.IntN(20)
	_ = f.books.ledger.Update(f.Context(), f.at().Add(time.Hour), func(w *ledger.Work) error {
		w = w.For(fmt.Sprintf("step %d", f.steps))
		owings, err := w.OwingsOf(p.Unit)
		if err != nil || len(owings) == 0 {
			return err
		}
		o := owings[days%len(owings)]
		switch do {
		case 0:
			_, err = w.File(a, twinning.Filing{
				Unit: p.Unit, Meets: []twinning.Obligation{o.Obligation}, Files: []twinning.FileRef{{ID: "f", UniqueID: "u"}},
			})
		case 1:
			_, err = w.Snooze(a, o.Obligation, 1+days)
		case 2:
			err = w.Delegate(a, o.Obligation, other.ID, f.day.AddDays(days))
		case 3:
			leave := &twinning.Leave{From: f.day, To: f.day.AddDays(days)}
			if other.Unit == p.Unit && other.ID != p.ID {
				leave.Deputy = other.ID
			}
			err = w.SetLeave(a, p.ID, leave)
		case 4:
			_, err = w.Urge(ledger.Actor{Person: f.people[5], Chat: 505}, o.Rule.ID, o.Year)
		case 5:
			err = w.BindGroup(a, twinning.Group{Chat: -900, Title: "nhóm", Unit: p.Unit})
		}
		return err
	})
}
