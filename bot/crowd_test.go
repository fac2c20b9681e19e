package bot

import (
	"context"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// trip is how long a call takes to Telegram and back.
const trip = 100 * time.Millisecond

// distant makes every call take a round trip: half of it before Telegram sees the call.
type distant struct{ inner http.RoundTripper }

func (d distant) RoundTrip(r *http.Request) (*http.Response, error) {
	time.Sleep(trip / 2)
	resp, err := d.inner.RoundTrip(r)
	time.Sleep(trip / 2)
	return resp, err
}

// crowd is a bot with many people, at a server that enforces limits.
type crowd struct {
	*house

	people int
	// every is the pause between two questions that somebody asks during the announcement, 0 for none.
	every time.Duration
}

// firstOfCrowd is the first of the people's Telegram ids.
const firstOfCrowd = 5000

// newCrowd builds the house; the server refuses more messages a second than most.
func newCrowd(t testing.TB, people, most int) *crowd {
	t.Helper()
	c := &crowd{house: newHouse(t, answers, func(o *Options) { o.Limits = Limits{} }), people: people}
	c.limits(sandbox.Limits{Second: most})
	for i := range int64(people) {
		c.server.AddPerson(sandbox.Person{ID: firstOfCrowd + i, FirstName: "N"})
		// The bot may write to whoever wrote to it.
		c.says(firstOfCrowd+i, "/start")
	}
	return c
}

// answers is echo for questions only, so that nobody is answered who merely began to talk with the bot.
func answers(ctx context.Context, r *Request) error {
	if !strings.HasPrefix(r.Text, "hỏi") {
		return nil
	}
	return echo(ctx, r)
}

// settles starts the bot, and waits until it has read what was said before.
func (c *crowd) settles() (stop func()) {
	c.t.Helper()
	stop = c.start()
	for c.server.Pending() > 0 {
		passes(trip)
	}
	return stop
}

// figures are what came of an announcement.
type figures struct {
	took     time.Duration
	answers  []time.Duration // of questions, sorted
	refusals int
}

// rate is how many messages a second went out.
func (f figures) rate(people int) float64 { return float64(people+len(f.answers)) / f.took.Seconds() }

// p99 is how long the slowest but one of a hundred answers took.
func (f figures) p99() time.Duration {
	if len(f.answers) == 0 {
		return 0
	}
	return f.answers[(len(f.answers)*99+99)/100-1]
}

// announces writes to all of the crowd and asks meanwhile. It ends when all have the message.
func (c *crowd) announces() (f figures) {
	c.t.Helper()
	all := make([]ledger.Delivery, c.people)
	for i := range all {
		all[i] = ledger.Delivery{
			Cause: fmt.Sprintf("all %d", i), Chat: twinning.ChatID(firstOfCrowd + i), Class: ledger.ClassAnnouncement,
			Message: words("thông báo"),
		}
	}
	if c.every > 0 {
		c.enrols(twinning.Person{Telegram: alice, Name: "A", Unit: "W1", Role: twinning.RoleOfficer}) // strangers come last
	}
	start := time.Now()
	c.queues(all...)
	done := make(chan struct{})
	go func() {
		defer close(done)
		for i := range c.people {
			c.waitsFor(int64(firstOfCrowd+i), "thông báo")
		}
	}()
	f.answers = c.asks(done)
	<-done
	f.took, f.refusals = time.Since(start), c.server.Refusals()
	slices.Sort(f.answers)
	for i := range c.people {
		if got := c.heard(int64(firstOfCrowd + i)); len(got) != 1 {
			c.t.Errorf("person %d heard %q", i, got)
		}
	}
	return f
}

// waitsFor is hears for a goroutine of its own.
func (c *crowd) waitsFor(chat int64, text string) {
	_, err := c.server.Wait(c.t.Context(), chat, func(m sandbox.Message) bool { return m.FromBot && strings.Contains(m.Text, text) })
	if err != nil {
		c.t.Error(err)
	}
}

// asks writes to the bot now and then until done, and returns how long it took until the answer was at Telegram.
func (c *crowd) asks(done <-chan struct{}) (took []time.Duration) {
	for n := 0; c.every > 0; n++ {
		select {
		case <-done:
			return took
		case <-time.After(c.every):
		}
		asked, text := time.Now(), fmt.Sprintf("hỏi %d.", n)
		c.says(alice, text)
		c.hears(alice, "nghe: "+text)
		took = append(took, time.Since(asked))
	}
	return nil
}

// crowdOf is how many people the tests write to. 5,000 take minutes of real time, since each message is stored; the
// benchmark writes to so many.
var crowdOf = flag.Int("crowd", 150, "how many people the tests of announcements write to")

// TestAnnouncement writes to many people by the default limits, at a server that enforces Telegram's, while somebody asks
// something now and then.
func TestAnnouncement(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t, *crowdOf, 0)
		c.every = 3 * time.Second
		defer c.settles()()
		f := c.announces()
		if most := time.Duration(1.05*float64(time.Second)*float64(c.people+len(f.answers))/30) + trip; f.took > most {
			t.Errorf("announcement to %d people took %v, more than %v", c.people, f.took, most)
		}
		if f.refusals > 0 {
			t.Errorf("%d calls were refused", f.refusals)
		}
		if p99 := f.p99(); p99 > 2*trip {
			t.Errorf("a reply took %v during the announcement", p99)
		}
	})
}

// TestAnnouncementAmongMany has more questions than the reserve is for: the announcement gives way, the answers don't.
func TestAnnouncementAmongMany(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const askers, questions = 40, 60
		c := newCrowd(t, askers+60, 0)
		for i := range askers {
			c.enrols(twinning.Person{
				Telegram: twinning.ChatID(firstOfCrowd + i), Name: "N", Unit: "W1", Role: twinning.RoleOfficer,
			})
		}
		defer c.settles()()
		var all []ledger.Delivery
		for i := range c.people - askers {
			all = append(all, ledger.Delivery{
				Cause: fmt.Sprintf("all %d", i), Chat: twinning.ChatID(firstOfCrowd + askers + i), Class: ledger.ClassAnnouncement,
				Message: words("thông báo"),
			})
		}
		c.queues(all...)
		type answer struct{ at, asked time.Time }
		answers := make(chan answer, questions)
		for n := range questions {
			// The askers write every 2 s; together that is 20 a second.
			who, text := int64(firstOfCrowd+n%askers), fmt.Sprintf("hỏi %d.", n)
			asked := time.Now()
			c.says(who, text)
			go func() {
				c.waitsFor(who, "nghe: "+text)
				answers <- answer{time.Now(), asked}
			}()
			passes(50 * time.Millisecond)
		}
		var took []time.Duration
		for range questions {
			a := <-answers
			took = append(took, a.at.Sub(a.asked))
		}
		slices.Sort(took)
		// The long poll alone makes a question wait for up to a round trip: it may come while the answer to the one before
		// is under way.
		if p99 := (figures{answers: took}).p99(); p99 > 3*trip {
			t.Errorf("p99 of the answers is %v", p99)
		}
		c.hears(int64(firstOfCrowd+c.people-1), "thông báo")
		if n := c.server.Refusals(); n > 0 {
			t.Errorf("%d calls were refused", n)
		}
	})
}

// TestLowerLimit writes to many people at a server that allows less than it is documented to.
func TestLowerLimit(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		const most = 20
		c := newCrowd(t, 2*(*crowdOf), most)
		defer c.settles()()
		f := c.announces()
		if rate := f.rate(c.people); rate < 0.8*most {
			t.Errorf("%.1f messages a second where %d are allowed", rate, most)
		}
		if f.refusals == 0 {
			t.Error("the server refused nothing: this tests nothing")
		}
	})
}

// BenchmarkAnnouncement measures in real time and over loopback what the tests assert in fake time: to 5,000 people at
// Telegram's limits while somebody asks every three seconds, and to 2,000 at a server that allows 20 a second only.
func BenchmarkAnnouncement(b *testing.B) {
	for _, run := range []struct {
		name         string
		people, most int
		every        time.Duration
	}{{"30_per_second", 5000, 30, 3 * time.Second}, {"20_per_second", 2000, 20, 0}} {
		b.Run(run.name, func(b *testing.B) {
			for b.Loop() {
				c := newCrowd(b, run.people, run.most)
				c.every = run.every
				api := httptest.NewServer(c.server.API())
				c.options.APIURL = api.URL
				c.options.HTTPClient = &http.Client{Transport: distant{http.DefaultTransport}}
				var err error
				if c.bot, err = New(c.options); err != nil {
					b.Fatal(err)
				}
				stop := c.settles()
				f := c.announces()
				stop()
				api.Close()
				b.ReportMetric(f.rate(run.people)/float64(run.most), "of_limit")
				b.ReportMetric(f.took.Seconds(), "s/announcement")
				b.ReportMetric(float64(f.refusals), "429s")
				if run.every > 0 {
					b.ReportMetric(float64(f.p99())/float64(trip), "p99_reply/round_trip")
				}
			}
		})
	}
}
