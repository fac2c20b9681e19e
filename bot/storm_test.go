package bot

import (
	"cmp"
	"flag"
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"pgregory.net/rapid"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// storms is how many random plans TestStorm goes through; each takes seconds of real time.
var storms = flag.Int("storms", 4, "how many storms of faults the sender goes through")

// moved is the id of the group after its migration.
const moved = -1_001_000

// storm is a plan of messages and of what goes wrong meanwhile.
type storm struct {
	messages []stormMessage
	// faults are for the calls that send, in order; after the last all goes well.
	faults []stormFault
	// stops are when the bot is stopped and started again, migrates when the group gets its new id.
	stops    []time.Duration
	migrates time.Duration
}

type stormMessage struct {
	chat  int64
	class int
	after time.Duration
}

type stormFault int

const (
	faultNone stormFault = iota
	faultServer
	faultFlood
	faultDrop
)

func storming() *rapid.Generator[storm] {
	return rapid.Custom(func(t *rapid.T) storm {
		seconds := func(most int, what string) time.Duration {
			return time.Duration(rapid.IntRange(0, most*10).Draw(t, what)) * time.Second / 10
		}
		var s storm
		for range rapid.IntRange(40, 60).Draw(t, "messages") {
			s.messages = append(s.messages, stormMessage{
				chat:  rapid.SampledFrom([]int64{alice, bela, cong, team}).Draw(t, "chat"),
				class: rapid.SampledFrom([]int{ledger.ClassReply, ledger.ClassReminder, ledger.ClassAnnouncement}).Draw(t, "class"),
				after: seconds(1, "after"),
			})
		}
		kinds := []stormFault{faultNone, faultNone, faultNone, faultServer, faultFlood, faultDrop}
		s.faults = rapid.SliceOfN(rapid.SampledFrom(kinds), 30, 60).Draw(t, "faults")
		for range rapid.IntRange(1, 3).Draw(t, "stops") {
			s.stops = append(s.stops, seconds(30, "stop"))
		}
		slices.Sort(s.stops)
		s.migrates = seconds(30, "migrates")
		return s
	})
}

// TestStorm sends random messages of all classes through random faults, stops and a migration, at a server that enforces
// Telegram's limits. cong blocked the bot. Afterwards nothing is lost, the order of each chat and class holds, only calls
// whose answer was lost came twice, only real failures used a try, and no limit was passed but by those calls.
func TestStorm(t *testing.T) {
	t.Parallel()
	for seed := range *storms {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			plan := storming().Example(seed)
			synctest.Test(t, func(t *testing.T) { weather(t, plan) })
		})
	}
}

// endured is what the server did to the calls that send.
type endured struct {
	mu     sync.Mutex
	faults []stormFault
	// fails are calls that came to nothing the bot could know of, drops those of them that arrived.
	fails, drops int
}

func (e *endured) next(method string, chat int64) *sandbox.Fault {
	e.mu.Lock()
	defer e.mu.Unlock()
	if method != "sendMessage" || len(e.faults) == 0 {
		return nil
	}
	fault := e.faults[0]
	e.faults = e.faults[1:]
	switch fault {
	case faultServer:
		e.fails++
		return &sandbox.Fault{Status: 502}
	case faultFlood:
		return &sandbox.Fault{Status: 429, RetryAfter: 2}
	case faultDrop:
		e.fails++
		if chat != cong {
			e.drops++
		}
		return &sandbox.Fault{DropAfter: true}
	case faultNone:
	}
	return nil
}

func weather(t *testing.T, plan storm) {
	h := newHouse(t, silent, func(o *Options) { o.Limits = Limits{} })
	h.limits(sandbox.Limits{})
	people := map[int64]twinning.PersonID{}
	for id, role := range map[int64]twinning.Role{alice: twinning.RoleOfficer, bela: twinning.RoleLead, cong: twinning.RoleOfficer} {
		unit := twinning.UnitKey("W1")
		if id == alice {
			unit = "W2"
		}
		people[id] = h.enrols(twinning.Person{Telegram: twinning.ChatID(id), Name: "N", Unit: unit, Role: role})
	}
	stop := h.start()
	h.begins(alice, bela, cong)
	h.server.Block(cong, true)
	e := &endured{faults: plan.faults}
	h.server.SetFault(func(method string, chat int64) *sandbox.Fault { return e.next(method, chat) })
	var others sync.WaitGroup
	var swap sync.Mutex // the bot is another one after each stop
	others.Go(func() {
		passes(plan.migrates)
		if err := h.server.Migrate(team, moved); err != nil {
			t.Error(err)
		}
	})
	others.Go(func() {
		for i, m := range plan.messages {
			passes(m.after)
			chat := twinning.ChatID(m.chat)
			if m.chat == team && len(h.server.Messages(moved)) > 0 {
				chat = moved
			}
			swap.Lock()
			h.queues(ledger.Delivery{
				Cause: fmt.Sprintf("storm %d", i), Chat: chat, Person: people[m.chat], Class: m.class,
				Subject: fmt.Sprintf("storm/%d", i), Message: words(fmt.Sprintf("%d.", i)),
			})
			swap.Unlock()
		}
	})
	start := time.Now()
	for _, at := range plan.stops {
		passes(at - time.Since(start))
		stop()
		swap.Lock()
		var err error
		if h.bot, err = New(h.options); err != nil {
			t.Fatal(err)
		}
		stop = h.start()
		swap.Unlock()
	}
	others.Wait()
	passes(2 * time.Hour)
	waits()
	stop()
	h.survived(plan, e)
}

// survived checks what arrived.
func (h *house) survived(plan storm, e *endured) {
	h.t.Helper()
	heard := map[int64][]string{alice: h.heard(alice), bela: h.heard(bela), team: append(h.heard(team), h.heard(moved)...)}
	arrived, tries := 0, 0
	for chat, texts := range heard {
		arrived += len(texts)
		for class := range 3 {
			var order []int
			for i, m := range plan.messages {
				if m.class == class && m.chat == chat {
					order = append(order, i)
				}
			}
			got := slices.DeleteFunc(slices.Clone(texts), func(s string) bool {
				m := plan.messages[number(s)]
				return m.class != class || m.chat != chat
			})
			want := make([]string, len(order))
			for i, n := range order {
				want[i] = fmt.Sprintf("%d.", n)
			}
			if got = slices.Compact(got); !slices.Equal(got, want) {
				h.t.Errorf("chat %d heard of class %d %q, want %q", chat, class, got, want)
			}
		}
	}
	due := 0
	for i, m := range plan.messages {
		deputy := slices.Contains(heard[bela], fmt.Sprintf("%d.", i))
		if m.chat == cong && !deputy {
			h.t.Errorf("message %d of who blocked the bot reached no deputy", i)
		}
		due++
	}
	if arrived != due+e.drops {
		h.t.Errorf("%d messages arrived, want %d and %d duplicates", arrived, due, e.drops)
	}
	for seq := uint64(1); ; seq++ {
		var row ledger.Delivery
		var err error
		h.look(func(l *ledger.Look) error { row, err = l.OutRow(seq); return nil })
		if err != nil {
			break
		}
		tries += row.Tries
		if row.State != ledger.Sent && (row.State != ledger.Failed || row.Chat != cong) {
			h.t.Errorf("row %d to %d is %s: %s", seq, row.Chat, row.State, row.Error)
		}
	}
	if tries != e.fails {
		h.t.Errorf("%d tries were counted, want %d: a 429 uses none", tries, e.fails)
	}
	// After a restart nothing is known of calls whose answer was lost; each can make one call too many.
	if n := h.server.Refusals(); n > e.drops {
		h.t.Errorf("the server refused %d calls as too many", n)
	}
	if h.t.Failed() {
		h.t.Logf("plan: %+v\nlog:\n%s", plan, h.logged)
	}
}

// number reads the number of a message's text: "17.".
func number(text string) (n int) {
	if _, err := fmt.Sscanf(strings.TrimSpace(text), "%d.", &n); err != nil {
		return -1
	}
	return n
}

// TestClassesGoInOrder queues messages of all classes to many chats at once: all replies begin before all reminders, and
// these before all announcements.
func TestClassesGoInOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c := newCrowd(t, 60, 0)
		stop := c.settles()
		defer stop()
		var began []int64
		var mu sync.Mutex
		c.server.SetFault(func(method string, chat int64) *sandbox.Fault {
			mu.Lock()
			defer mu.Unlock()
			if method == "sendMessage" {
				began = append(began, chat)
			}
			return nil
		})
		class := func(chat int64) int { return int(2 - (chat-firstOfCrowd)%3) }
		var all []ledger.Delivery
		for i := range int64(c.people) {
			chat := firstOfCrowd + i
			all = append(all, ledger.Delivery{
				Cause: fmt.Sprint(i), Chat: twinning.ChatID(chat), Class: class(chat), Message: words("một"),
			})
		}
		c.queues(all...)
		passes(time.Minute)
		waits()
		if len(began) != c.people {
			t.Fatalf("%d of %d were sent", len(began), c.people)
		}
		if !slices.IsSortedFunc(began, func(a, b int64) int { return cmp.Compare(class(a), class(b)) }) {
			t.Errorf("sent in the order %v", began)
		}
	})
}
