package scheduler_test

import (
	"context"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/scheduler"
	"ketnghia/twinning"
)

// lookEvery is how often the scheduler looks in the test of a year; everyQuarter is the same as a cron line.
const (
	lookEvery    = 15 * time.Minute
	everyQuarter = "*/15 * * * *"
)

// TestYear runs the real cron over a real store from New Year 2027 to the end of January 2028, with filings and
// enrolments at random moments, without and with 40 days of downtime, and holds every message against the model.
func TestYear(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name    string
		seed    uint64
		outages int
	}{
		{"always up", 1, 0},
		{"8 outages of 5 days", 2, 8},
		{"20 outages of 2 days", 3, 20},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if testing.Short() && test.outages != 8 {
				t.Skip("one year is enough for a short run")
			}
			synctest.Test(t, func(t *testing.T) {
				y := newYear(t, test.seed, test.outages)
				y.run()
				y.check()
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
	// since is when the running scheduler started; the zero time while it is down.
	since  time.Time
	cancel context.CancelFunc
	done   chan error
	want   []told
	sent   []ledger.Delivery
}

// event is something that happens between two looks.
type event struct {
	at time.Time
	do func(time.Time)
}

func newYear(t *testing.T, seed uint64, outages int) *year {
	b := newBooks(t, true)
	y := &year{
		books: b, random: rand.New(rand.NewPCG(seed, seed)), end: at("2028-02-10 12:00"),
		model: newModel(b.units, b.pairings, 2026, 2027, 2028),
	}
	y.planPeople()
	y.planFilings()
	if outages > 0 {
		y.planOutages(outages)
	}
	slices.SortStableFunc(y.events, func(a, b event) int { return a.at.Compare(b.at) })
	return y
}

// between returns a random moment, half a minute off the looks of cron.
func (y *year) between(from, to time.Time) time.Time {
	return from.Add(time.Duration(y.random.Int64N(int64(to.Sub(from))))).Truncate(time.Minute).Add(30 * time.Second)
}

// planPeople puts an officer and a lead into every unit and a coordinator into Ban Dân tộc: nine of ten at the start,
// the others in the course of the year.
func (y *year) planPeople() {
	start := at("2027-01-01 00:00")
	for _, u := range y.units {
		roles := []twinning.Role{twinning.RoleOfficer, twinning.RoleLead}
		if u.Role == twinning.RoleStanding {
			roles = []twinning.Role{twinning.RoleCoordinator}
		}
		for _, role := range roles {
			when := start.Add(-time.Hour)
			if y.random.IntN(10) == 0 {
				when = y.between(start, y.end)
			}
			y.events = append(y.events, event{when, func(now time.Time) {
				id := y.enrol(now, u.Key, role)
				y.model.people = append(y.model.people, reader{id, u.Key, role, now})
			}})
		}
	}
}

// planFilings has four of five documents filed, from 60 days before the deadline to the last day that counts.
func (y *year) planFilings() {
	first := at("2027-01-01 00:00")
	for _, d := range y.model.duties {
		from, to := d.due.AddDays(-60).At(0, 0, zone()), d.closes.At(23, 0, zone())
		if from.Before(first) {
			from = first
		}
		// Most file around the deadline.
		if soon := d.due.AddDays(20).At(0, 0, zone()); y.random.IntN(3) > 0 && soon.After(from) && soon.Before(to) {
			to = soon
		}
		if to.After(y.end) {
			to = y.end
		}
		if y.random.IntN(5) == 0 || !from.Before(to) {
			continue
		}
		y.events = append(y.events, event{y.between(from, to), func(now time.Time) {
			y.put(now, d.Obligation)
			y.model.filed[d.Obligation] = true
		}})
	}
}

// planOutages spreads outages of equal length over the year, each at a random moment of its share.
func (y *year) planOutages(n int) {
	start, length := at("2027-01-01 00:00"), daysDown*24*time.Hour/time.Duration(n)
	share := y.end.Sub(start) / time.Duration(n)
	for i := range n {
		from := start.Add(time.Duration(i) * share)
		down := y.between(from, from.Add(share-length-time.Hour))
		y.events = append(y.events,
			event{down, func(now time.Time) { y.stop(now) }},
			event{down.Add(length), func(now time.Time) { y.start(now) }},
		)
	}
}

func (y *year) run() {
	started := false
	for _, e := range y.events {
		if begin := at("2027-01-01 00:00"); !started && e.at.After(begin) {
			y.sleepUntil(begin)
			y.start(begin)
			started = true
		}
		y.sleepUntil(e.at)
		y.expectUntil(e.at)
		e.do(e.at)
	}
	y.sleepUntil(y.end)
	y.stop(y.end)
}

func (y *year) sleepUntil(moment time.Time) {
	time.Sleep(time.Until(moment))
	synctest.Wait()
}

func (y *year) start(now time.Time) {
	s, err := scheduler.New(scheduler.Options{
		Ledger: y.ledger, Now: time.Now, Log: quiet(), Spec: everyQuarter, Wake: y.send,
	})
	if err != nil {
		y.Fatal(err)
	}
	ctx, cancel := context.WithCancel(y.Context())
	y.since, y.cancel, y.done = now, cancel, make(chan error, 1)
	go func() { y.done <- s.Run(ctx) }()
	y.want = append(y.want, y.model.tick(now)...)
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
		y.want = append(y.want, y.model.tick(next)...)
		y.since = next
	}
}

// send is the sender: it takes what waits and delivers it at once.
func (y *year) send() {
	err := y.ledger.Update(y.Context(), time.Now(), func(w *ledger.Work) error {
		rows, err := w.Pending(0)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if row.Class == ledger.ClassReminder {
				y.sent = append(y.sent, row)
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
func (y *year) check() {
	got := y.told()
	if diff := cmp.Diff(y.want, got); diff != "" {
		y.Errorf("%d messages, %d expected; - model, + scheduler:\n%.3000s", len(got), len(y.want), diff)
	}
	once, daily := map[string]bool{}, map[string]bool{}
	for _, m := range got {
		local := m.At.In(zone())
		today := twinning.DateOf(local, zone())
		if minute := local.Hour()*60 + local.Minute(); !works(today) || minute < 7*60+30 || minute >= 17*60+30 {
			y.Errorf("person %d is told at %s", m.To, local)
		}
		if day := fmt.Sprintf("%d %s", m.To, today); daily[day] {
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
	y.checkPruned()
	y.Logf("%d messages with %d reminders", len(got), len(once))
	if len(once) < 3000 {
		y.Errorf("only %d reminders: the test shows little", len(once))
	}
}

// checkPruned looks whether the nights left what was delivered in the last 30 days, and nothing else.
func (y *year) checkPruned() {
	oldest := at("2028-02-10 02:30").AddDate(0, 0, -30)
	want := 0
	for _, row := range y.sent {
		if !row.Queued.Before(oldest) {
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
	name := func(moment time.Time, person any) string { return fmt.Sprintf("%d person %v", moment.Unix(), person) }
	err := y.ledger.View(y.Context(), y.end, func(k *ledger.Look) error {
		said, err := k.SaidWithPrefix("remind|")
		for _, s := range said {
			var person int
			if _, err := fmt.Sscanf(s.Cause[len(s.Cause)-len(lastPart(s.Cause)):], "person %d", &person); err != nil {
				return err
			}
			causes[name(s.At, person)] = append(causes[name(s.At, person)], s.Cause)
		}
		return err
	})
	if err != nil {
		y.Fatal(err)
	}
	var all []told
	for _, row := range y.sent {
		key := name(row.Queued, row.Person)
		slices.Sort(causes[key])
		m := told{At: row.Queued.In(zone()), To: row.Person, Causes: causes[key]}
		if items := itemsOf(row.Message); items != len(m.Causes) {
			y.Errorf("person %d at %s: %d items for %d causes", m.To, m.At, items, len(m.Causes))
		}
		delete(causes, key)
		all = append(all, m)
	}
	for key := range causes {
		y.Errorf("said and not sent: %s", key)
	}
	return all
}

// lastPart returns what follows the last bar of a cause.
func lastPart(cause string) string {
	for i := len(cause) - 1; i >= 0; i-- {
		if cause[i] == '|' {
			return cause[i+1:]
		}
	}
	return cause
}

// itemsOf counts what a message names.
func itemsOf(m twinning.Message) int {
	items := 0
	for _, line := range m.Lines {
		switch line.Key {
		case "remind.item", "remind.digest.rule":
			items++
		case "remind.more":
			items += int(line.Args["Count"].Num)
		}
	}
	return items
}
