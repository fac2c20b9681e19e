package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"ketnghia/ledger"
	"ketnghia/programme"
	"ketnghia/store"
	"ketnghia/twinning"
)

const (
	// speedPeople is how many people write. Each chat is answered in order, one message after the other, so that fewer
	// would be all that is measured while Telegram takes 100 ms for an answer.
	speedPeople = 600
	// speedRounds is how often each goes through speedTalk in a run that measures throughput.
	speedRounds = 2
	// slowCommit is how much longer a commit takes in the run for machines whose disk really writes at each sync: that is
	// what the loop that commits once a message is bound by there.
	slowCommit = time.Millisecond
	// speedLate is how many updates are handled to measure how long one waits at 100 a second.
	speedLate = 1400
)

// BenchmarkSpeed measures the product against Telegram's part played by a process that answers at once or after 100 ms,
// and in the same run the floor: what the disk, HTTP and a minimal loop of the same libraries do on this machine now.
//
//	go test ./cmd/ketnghia -run '^$' -bench Speed -benchtime 1x -timeout 60m
//
// The product is what "serve" runs, in a process of its own: the roster of 105 units with pairings, 600 people of the
// sponsors who write and an officer in each commune or district who is told. Everybody sends by turns: an activity in
// words (answered by a card), "ghi" (which logs it, edits the card and tells the other side), another two of those, a
// question for the state of a commune, a press of a button that shows the same, and words that mean nothing. What is
// measured is the whole path: polled, stored, handled in a transaction, answered, the answer noted. Nothing is kept back
// from the disk. Telegram's limits of sending are lifted, as they would be all that is measured.
func BenchmarkSpeed(b *testing.B) {
	var least floor
	b.Run("floor", func(b *testing.B) {
		for range b.N {
			least.measure(b)
		}
		b.ReportMetric(least.syncs, "fsync/s")
		b.ReportMetric(least.calls, "http/s")
		b.ReportMetric(least.updates, "minimal-updates/s")
		b.ReportMetric(least.cpu, "minimal-cpu-µs/update")
		silent(b)
	})
	b.Run("path", func(b *testing.B) {
		for range b.N {
			s := startScene(b, 0)
			r := s.run(b, s.updates(speedRounds), feed{})
			r.report(b)
			if least.updates > 0 {
				b.ReportMetric(r.perSecond/least.updates, "×minimal")
				b.ReportMetric(r.cpu/least.cpu, "×minimal-cpu")
			}
			s.check(b, speedRounds)
		}
		silent(b)
	})
	b.Run("path-slow-disk", func(b *testing.B) {
		for range b.N {
			minimal := runMinimal(b, startServer(b), slowCommit)
			s := startScene(b, slowCommit)
			r := s.run(b, s.updates(speedRounds), feed{})
			r.report(b)
			b.ReportMetric(minimal.perSecond, "minimal-updates/s")
			b.ReportMetric(r.perSecond/minimal.perSecond, "×minimal")
			s.check(b, speedRounds)
		}
		silent(b)
	})
	b.Run("path-100ms", func(b *testing.B) {
		for range b.N {
			s := startScene(b, 0)
			s.run(b, s.updates(speedRounds), feed{Delay: 100 * time.Millisecond}).report(b)
			s.check(b, speedRounds)
		}
		silent(b)
	})
	b.Run("latency", func(b *testing.B) {
		for range b.N {
			s := startScene(b, 0)
			r := s.run(b, s.updates(1)[:speedLate], feed{Every: 10 * time.Millisecond})
			r.report(b)
			b.ReportMetric(float64(r.P50.Microseconds())/1000, "p50-ms")
			b.ReportMetric(float64(r.P99.Microseconds())/1000, "p99-ms")
		}
		silent(b)
	})
}

// silent keeps the time of the whole benchmark, which says nothing, out of its line.
func silent(b *testing.B) { b.ReportMetric(0, "ns/op") }

// floor is what the machine and the libraries can do.
type floor struct{ syncs, calls, updates, cpu float64 }

func (f *floor) measure(b *testing.B) {
	f.syncs = measureSync(b)
	server := startServer(b)
	f.calls = measureHTTP(b, server)
	r := runMinimal(b, server, 0)
	f.updates, f.cpu = r.perSecond, r.cpu
}

// runMinimal has the minimal loop handle what the product does.
func runMinimal(b *testing.B, server string, slow time.Duration) measured {
	b.Helper()
	p := startPart(b, partMinimal, b.TempDir(), server, slow)
	defer p.stop()
	s := &scene{part: p, server: server, people: scenePeople(nil)}
	return s.run(b, s.updates(1), feed{})
}

// scene is the product with those who write to it.
type scene struct {
	dir    string
	server string
	part   *speedPart
	people []speaker
}

// speaker is somebody who writes, and the unit that is written about.
type speaker struct {
	chat  int64
	about twinning.Unit
}

// startScene fills a data folder and starts the product on it.
func startScene(b *testing.B, slow time.Duration) *scene {
	b.Helper()
	s := &scene{dir: b.TempDir()}
	s.people = fillScene(b, s.dir)
	s.server = startServer(b)
	s.part = startPart(b, partProduct, s.dir, s.server, slow)
	post(b, s.server+"/speed/polled", nil, nil)
	b.Cleanup(func() { s.part.stop() })
	return s
}

// fillScene makes the books: the roster, demo pairings, the people.
func fillScene(b *testing.B, dir string) []speaker {
	b.Helper()
	a := newApp(b, speedTime)
	books, err := a.open(b.Context(), dir, speedTime())
	if err != nil {
		b.Fatal(err)
	}
	var people []speaker
	err = books.ledger.Update(b.Context(), speedTime(), func(w *ledger.Work) error {
		units, err := w.Units()
		if err != nil {
			return err
		}
		pairings := programme.DemoPairings(units, twinning.NewDate(2020, 1, 1))
		if err := w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Pairings: pairings}); err != nil {
			return err
		}
		known := map[twinning.UnitKey]twinning.Unit{}
		for _, u := range units {
			known[u.Key] = u
		}
		about := make([]twinning.Unit, 0, len(pairings))
		told := map[twinning.UnitKey]bool{}
		for i, p := range pairings {
			about = append(about, known[p.Recipient])
			if told[p.Recipient] {
				continue
			}
			told[p.Recipient] = true
			if err := enrolOne(w, int64(900_000+i), p.Recipient); err != nil {
				return err
			}
		}
		people = scenePeople(about)
		for i, who := range people {
			if err := enrolOne(w, who.chat, pairings[i%len(pairings)].Sponsor); err != nil {
				return err
			}
		}
		return nil
	})
	if err != nil {
		b.Fatal(err)
	}
	if err := books.store.Close(); err != nil {
		b.Fatal(err)
	}
	return people
}

// scenePeople are those who write, about the units by turns.
func scenePeople(about []twinning.Unit) []speaker {
	people := make([]speaker, speedPeople)
	for i := range people {
		people[i].chat = int64(100_000 + i)
		if len(about) > 0 {
			people[i].about = about[i%len(about)]
		}
	}
	return people
}

func enrolOne(w *ledger.Work, chat int64, unit twinning.UnitKey) error {
	code := fmt.Sprintf("code-%d", chat)
	if _, err := w.Invite(ledger.Actor{}, ledger.InviteOrder{Code: code, Unit: unit, Role: twinning.RoleOfficer}); err != nil {
		return err
	}
	_, err := w.Enrol(ledger.Newcomer{Telegram: twinning.ChatID(chat), Name: "Người " + code, Lang: "vi"}, code)
	return err
}

// speedLogged is how many activities one goes through speedTalk logs.
const speedLogged = 2

// speedTalk is what one person sends in a round; n tells rounds and people apart. A text that begins with "!" is the
// callback data of a button.
func speedTalk(who speaker, n int) []string {
	day := twinning.NewDate(2027, 1, 4).AddDays(n % 150)
	_, m, d := day.Parts()
	did := func(k int) string {
		return fmt.Sprintf("ngày %d/%d tặng quà cho %d hộ nghèo %s, hết %d triệu", d, m, 10+2*n+k, who.about.Name, 5+n%40)
	}
	return []string{
		did(0), "ghi", did(1), "ghi", "tình hình " + who.about.Name,
		fmt.Sprintf("!st:%s:2027", who.about.Key), "alo alo thử máy xem sao nhé",
	}
}

// updates are what all people send in so many rounds: each person's in order, everybody by turns.
func (s *scene) updates(rounds int) []fedUpdate {
	var all []fedUpdate
	for round := range rounds {
		talks := make([][]string, len(s.people))
		for i, who := range s.people {
			talks[i] = speedTalk(who, round*len(s.people)+i)
		}
		for step := range talks[0] {
			for i, who := range s.people {
				id := int64(len(all) + 1)
				all = append(all, fedUpdate{ID: id, Chat: who.chat, Raw: rawUpdate(id, who.chat, talks[i][step])})
			}
		}
	}
	return all
}

// rawUpdate is an update as Telegram writes them.
func rawUpdate(id, chat int64, text string) json.RawMessage {
	from := fmt.Sprintf(`{"id":%d,"is_bot":false,"first_name":"Nguyễn","last_name":"Văn A","username":"u%d","language_code":"vi"}`,
		chat, chat)
	where := fmt.Sprintf(`{"id":%d,"first_name":"Nguyễn","last_name":"Văn A","username":"u%d","type":"private"}`, chat, chat)
	date := speedTime().Unix()
	if text[0] == '!' {
		return fmt.Appendf(nil, `{"update_id":%d,"callback_query":{"id":"%d","from":%s,"message":{"message_id":%d,"from":{"id":1100,`+
			`"is_bot":true,"first_name":"B","username":"ketnghia_bot"},"chat":%s,"date":%d,"text":"…"},"chat_instance":"%d","data":%q}}`,
			id, id, from, id, where, date, chat, text[1:])
	}
	return fmt.Appendf(nil, `{"update_id":%d,"message":{"message_id":%d,"from":%s,"chat":%s,"date":%d,"text":%q}}`,
		id, id, from, where, date, text)
}

// measured is what a run came to.
type measured struct {
	fed
	perSecond float64
	// cpu is what an update costs in µs, memory the most that the process had.
	cpu    float64
	memory int64
	calls  float64
	// own is the part of memory that is the process's own, allocated what an update allocates, both in bytes.
	own       int64
	allocated float64
}

// run has the updates handled and measures it, until nothing is left to do.
func (s *scene) run(b *testing.B, updates []fedUpdate, f feed) measured {
	b.Helper()
	before := s.part.settled()
	f.Updates = updates
	var m measured
	post(b, s.server+"/speed/feed", f, &m.fed)
	after := s.part.settled()
	n := float64(len(updates))
	m.perSecond = n / m.Took.Seconds()
	m.cpu = float64((after.CPU - before.CPU).Microseconds()) / n
	m.calls = float64(m.Calls) / n
	m.memory, m.own = after.Peak, after.Own
	m.allocated = float64(after.Allocated-before.Allocated) / n
	return m
}

func (m measured) report(b *testing.B) {
	b.ReportMetric(m.perSecond, "updates/s")
	b.ReportMetric(m.cpu, "cpu-µs/update")
	b.ReportMetric(m.calls, "calls/update")
	b.ReportMetric(m.allocated, "allocated-B/update")
	b.ReportMetric(float64(m.memory)/(1<<20), "MB")
	b.ReportMetric(float64(m.own)/(1<<20), "own-MB")
}

// check stops the product and wants each activity in the books, once: a product that answers but forgets is not fast.
func (s *scene) check(b *testing.B, rounds int) {
	b.Helper()
	s.part.stop()
	books, err := store.Open(filepath.Join(s.dir, databaseName), store.Options{Now: speedTime()})
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = books.Close() }()
	logged := 0
	err = books.View(b.Context(), speedTime(), func(v *store.View) error {
		return v.Activities(func(twinning.Activity) error { logged++; return nil })
	})
	if err != nil {
		b.Fatal(err)
	}
	if want := speedLogged * rounds * len(s.people); logged != want {
		b.Errorf("%d activities are in the books, want %d", logged, want)
	}
}
