package scheduler_test

import (
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	gocmp "github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/scheduler"
	"ketnghia/twinning"
)

// lookEvery is how often the scheduler looks in the test of a year; everyHalfHour is the same as a cron line.
const (
	lookEvery     = 30 * time.Minute
	everyHalfHour = "*/30 * * * *"
)

// TestYear runs the real cron over a real store from New Year 2027 to the middle of February 2028 for 500 people, with
// random filings, returns, waivers, delegations, snoozes, leaves, urges, groups, enrolments, changes of pairings,
// downtime and jumps of the clock, and holds every message against the model.
func TestYear(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name           string
		seed           uint64
		outages, jumps int
	}{
		{"always up", 1, 0, 0},
		{"8 outages of 5 days, 6 jumps of the clock", 2, 8, 6},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && test.outages != 8 {
				t.Skip("one year is enough for a short run")
			}
			synctest.Test(t, func(t *testing.T) {
				y := newYear(t, test.seed)
				y.planOutages(test.outages)
				y.planJumps(test.jumps)
				y.run()
				y.check(test.jumps == 0)
			})
		})
	}
}

// daysDown is how long the scheduler is down in all, when there are outages.
const daysDown = 40

// year is one run: what happens when, what was sent, and what should have been.
type year struct {
	*books
	random *rand.Rand
	model  *model
	events []event
	end    time.Time
	// offset is by how many nanoseconds the clock is wrong at the moment; cron's goroutines read it.
	offset atomic.Int64
	// since is when the running scheduler started; the zero time while it is down.
	since  time.Time
	cancel context.CancelFunc
	done   chan error
	want   []told
	// sent are the reminders, replies how many other messages were delivered at which moment.
	sent    []ledger.Delivery
	replies []time.Time
}

// event is something that happens between two looks, told the time that the clock then shows.
type event struct {
	at time.Time
	do func(time.Time)
}

func newYear(t *testing.T, seed uint64) *year {
	b := newBooks(t, true)
	y := &year{
		books: b, random: rand.New(rand.NewPCG(seed, seed)), end: at("2028-02-14 12:00"),
		model: newModel(b.units, b.pairings),
	}
	y.planPeople()
	y.planFilings()
	y.planDecisions()
	y.planRoster()
	return y
}

func (y *year) add(when time.Time, do func(time.Time)) { y.events = append(y.events, event{when, do}) }

// between returns a random moment, half a minute off the looks of cron.
func (y *year) between(from, to time.Time) time.Time {
	return from.Add(time.Duration(y.random.Int64N(int64(to.Sub(from))))).Truncate(time.Minute).Add(30 * time.Second)
}

// sometime returns a random moment of the test.
func (y *year) sometime() time.Time { return y.between(at("2027-01-02 00:00"), y.end) }

// busy returns a random moment of the weeks before a deadline, in which people decide most.
func (y *year) busy() time.Time {
	weeks := []string{"2027-01-25 00:00", "2027-03-01 00:00", "2027-11-15 00:00"}
	from := at(weeks[y.random.IntN(len(weeks))])
	return y.between(from, from.AddDate(0, 0, 35))
}

func (y *year) run() {
	// What was to follow something late in the year may lie after the end.
	y.events = slices.DeleteFunc(y.events, func(e event) bool { return !e.at.Before(y.end) })
	slices.SortStableFunc(y.events, func(a, b event) int { return a.at.Compare(b.at) })
	started := false
	for _, e := range y.events {
		if begin := at("2027-01-01 00:00"); !started && e.at.After(begin) {
			y.sleepUntil(begin)
			y.start(begin)
			started = true
		}
		y.sleepUntil(e.at)
		y.expectUntil(e.at)
		y.model.version++
		e.do(y.shown(e.at))
	}
	y.sleepUntil(y.end)
	y.stop(y.end)
}

func (y *year) sleepUntil(moment time.Time) {
	time.Sleep(time.Until(moment))
	synctest.Wait()
}

// now is the clock of the scheduler.
func (y *year) now() time.Time { return y.shown(time.Now()) }

// shown is what the clock shows at the moment.
func (y *year) shown(moment time.Time) time.Time { return moment.Add(time.Duration(y.offset.Load())) }

func (y *year) start(now time.Time) {
	s, err := scheduler.New(scheduler.Options{
		Ledger: y.ledger, Now: y.now, Log: quiet(), Spec: everyHalfHour, Wake: y.send,
	})
	if err != nil {
		y.Fatal(err)
	}
	ctx, cancel := context.WithCancel(y.Context())
	y.since, y.cancel, y.done = now, cancel, make(chan error, 1)
	go func() { y.done <- s.Run(ctx) }()
	synctest.Wait()
	y.want = append(y.want, y.model.tick(y.shown(now))...)
}

func (y *year) stop(now time.Time) {
	y.expectUntil(now)
	y.cancel()
	if err := <-y.done; err != nil {
		y.Fatal(err)
	}
	y.since = time.Time{}
}

// expectUntil asks the model about each look of cron that came since it was asked last.
func (y *year) expectUntil(moment time.Time) {
	if y.since.IsZero() {
		return
	}
	for next := y.since.Truncate(lookEvery).Add(lookEvery); !next.After(moment); next = next.Add(lookEvery) {
		y.want = append(y.want, y.model.tick(y.shown(next))...)
		y.since = next
	}
}

// send is the sender: it takes what waits and delivers it at once.
func (y *year) send() {
	err := y.ledger.Update(y.Context(), y.now(), func(w *ledger.Work) error {
		rows, err := w.Pending(0)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if row.Class == ledger.ClassReminder {
				y.sent = append(y.sent, row)
			} else {
				y.replies = append(y.replies, y.now())
			}
			row.State = ledger.Sent
			if err := w.SetDelivery(row); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		y.Error(err)
	}
}

// check holds what was sent, and what was marked as said, against the model, and the plain promises besides.
func (y *year) check(pruned bool) {
	got := y.told()
	byTime := func(a, b told) int { return cmp.Or(a.At.Compare(b.At), cmp.Compare(a.To, b.To)) }
	slices.SortFunc(got, byTime)
	slices.SortFunc(y.want, byTime)
	if diff := gocmp.Diff(y.want, got); diff != "" {
		y.Errorf("%d messages, %d expected; - model, + scheduler:\n%.4000s", len(got), len(y.want), diff)
	}
	once, daily := map[string]bool{}, map[string]bool{}
	for _, m := range got {
		today := twinning.DateOf(m.At, zone())
		if minute := m.At.Hour()*60 + m.At.Minute(); !works(today) || minute < 7*60+30 || minute >= 17*60+30 {
			y.Errorf("%s is told at %s", m.To, m.At)
		}
		if day := fmt.Sprintf("%s %s", m.To, today); daily[day] {
			y.Errorf("a second message a day: %s", day)
		} else {
			daily[day] = true
		}
		for _, cause := range m.Causes {
			if once[cause] {
				y.Errorf("said twice: %s", cause)
			}
			once[cause] = true
		}
	}
	if pruned {
		y.checkPruned()
	}
	y.Logf("%d messages with %d reminders", len(got), len(once))
	for _, word := range []string{"|later ", "|urge ", "|overview|", "|progress|", "|group -", "|digest|"} {
		n := 0
		for cause := range once {
			if strings.Contains(cause, word) {
				n++
			}
		}
		if n == 0 {
			y.Errorf("no cause with %q: the test shows little", word)
		}
		y.Logf("%5d with %q", n, word)
	}
	if len(once) < 10_000 {
		y.Errorf("only %d reminders: the test shows little", len(once))
	}
}

// checkPruned looks whether the nights left what was delivered in the last 30 days, and nothing else.
func (y *year) checkPruned() {
	oldest := at("2028-02-14 02:30").AddDate(0, 0, -30)
	want := 0
	for _, row := range y.sent {
		if !row.Queued.Before(oldest) {
			want++
		}
	}
	for _, moment := range y.replies {
		if !moment.Before(oldest) {
			want++
		}
	}
	err := y.ledger.View(y.Context(), y.end, func(k *ledger.Look) error {
		counts, _, err := k.OutboxStats()
		if counts[ledger.Sent] != want {
			y.Errorf("%d delivered messages are kept, want %d", counts[ledger.Sent], want)
		}
		return err
	})
	if err != nil {
		y.Fatal(err)
	}
}

// told joins the messages that the sender took with the causes that were marked as said at the same moment.
func (y *year) told() []told {
	causes := map[string][]string{}
	name := func(moment time.Time, who string) string { return fmt.Sprintf("%d %s", moment.UnixNano(), who) }
	err := y.ledger.View(y.Context(), y.end, func(k *ledger.Look) error {
		said, err := k.SaidWithPrefix("remind|")
		for _, s := range said {
			who := s.Cause[strings.LastIndexByte(s.Cause, '|')+1:]
			causes[name(s.At, who)] = append(causes[name(s.At, who)], s.Cause)
		}
		return err
	})
	if err != nil {
		y.Fatal(err)
	}
	var all []told
	for _, row := range y.sent {
		who := fmt.Sprintf("person %d", row.Person)
		if row.Person == 0 {
			who = fmt.Sprintf("group %d", row.Chat)
		}
		key := name(row.Queued, who)
		slices.Sort(causes[key])
		if len(row.Message.Lines) == 0 {
			y.Errorf("an empty message to %s", who)
		}
		all = append(all, told{At: row.Queued.In(zone()), To: who, Causes: causes[key]})
		delete(causes, key)
	}
	for key := range causes {
		y.Errorf("said and not sent: %s", key)
	}
	return all
}
