package bot

import (
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// silent handles nothing.
func silent(context.Context, *Request) error { return nil }

// fails asks f for a fault before each call of a method, one call at a time.
func (h *house) fails(f func(method string) *sandbox.Fault) {
	var one sync.Mutex
	h.server.SetFault(func(method string, _ int64) *sandbox.Fault {
		one.Lock()
		defer one.Unlock()
		return f(method)
	})
}

// faults is a fault for each call of the sending methods, in order; nil lets a call pass, and so does the end.
func (h *house) faults(plan ...*sandbox.Fault) *atomic.Int64 {
	calls := new(atomic.Int64)
	h.fails(func(method string) *sandbox.Fault {
		if !strings.HasPrefix(method, "send") && !strings.HasPrefix(method, "edit") && !strings.HasPrefix(method, "answer") {
			return nil
		}
		n := int(calls.Add(1))
		if n > len(plan) {
			return nil
		}
		return plan[n-1]
	})
	return calls
}

func reply(cause string, chat twinning.ChatID, m twinning.Message) ledger.Delivery {
	return ledger.Delivery{Cause: cause, Chat: chat, Message: m, Class: ledger.ClassReply}
}

// TestSendFaults sends three messages while Telegram fails, and looks at what arrives and what is kept of the first.
func TestSendFaults(t *testing.T) {
	t.Parallel()
	three := []string{"một", "hai", "ba"}
	tests := map[string]struct {
		faults []*sandbox.Fault
		want   []string
		state  string
		tries  int
	}{
		"none":          {nil, three, "sent", 0},
		"server once":   {[]*sandbox.Fault{{Status: 500}}, three, "sent", 1},
		"server thrice": {[]*sandbox.Fault{{Status: 502}, {Status: 503}, {Status: 500}}, three, "sent", 3},
		"flood":         {[]*sandbox.Fault{{Status: 429, RetryAfter: 30}, {Status: 429, RetryAfter: 5}}, three, "sent", 0},
		"dropped after the effect": {
			[]*sandbox.Fault{{DropAfter: true}}, []string{"một", "một", "hai", "ba"}, "sent", 1,
		},
		"token revoked for a while": {[]*sandbox.Fault{{Status: 401}}, three, "sent", 1},
		"refused":                   {[]*sandbox.Fault{{Status: 400, Description: "Bad Request: can't parse entities"}}, []string{"hai", "ba"}, "failed", 0},
		"blocked":                   {[]*sandbox.Fault{{Status: 403}}, []string{"hai", "ba"}, "failed", 0},
		"late in the order":         {[]*sandbox.Fault{nil, {Status: 500}, {Status: 500}}, three, "sent", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, silent, func(h *house) {
				h.begins(alice)
				h.faults(test.faults...)
				h.queues(reply("1", alice, words("một")), reply("2", alice, words("hai")), reply("3", alice, words("ba")))
				passes(10 * time.Minute)
				waits()
				if diff := cmp.Diff(test.want, h.heard(alice)); diff != "" {
					h.t.Errorf("heard (-want +got):\n%s\n%s", diff, h.logged)
				}
				if row := h.row(1); string(row.State) != test.state || row.Tries != test.tries {
					h.t.Errorf("%s after %d tries, want %s after %d", row.State, row.Tries, test.state, test.tries)
				}
			})
		})
	}
}

// TestFloodStopsEverybody says that a 429 is waited out by all chats, and by no shorter time than told.
func TestFloodStopsEverybody(t *testing.T) {
	t.Parallel()
	story(t, silent, func(h *house) {
		h.begins(alice, bela)
		calls := h.faults(&sandbox.Fault{Status: 429, RetryAfter: 60})
		h.queues(reply("1", alice, words("một")))
		waits()
		h.queues(reply("2", bela, words("hai")))
		passes(59 * time.Second)
		waits()
		if n := calls.Load(); n != 1 {
			h.t.Errorf("%d calls during the pause, want 1", n)
		}
		passes(2 * time.Second)
		waits()
		if got := append(h.heard(alice), h.heard(bela)...); !slices.Equal(got, []string{"một", "hai"}) {
			h.t.Errorf("heard %q", got)
		}
	})
}

func TestUnreachable(t *testing.T) {
	t.Parallel()
	story(t, silent, func(h *house) {
		blocked := h.enrols(twinning.Person{Telegram: alice, Name: "Alăng Hoa", Unit: "W1", Role: twinning.RoleOfficer})
		h.enrols(twinning.Person{Telegram: bela, Name: "Bling Mai", Unit: "W1", Role: twinning.RoleLead})
		h.begins(alice, bela)
		h.server.Block(alice, true)
		h.queues(ledger.Delivery{Cause: "1", Chat: alice, Person: blocked, Class: ledger.ClassReminder, Message: words("nhắc")})
		h.hears(bela, "nhắc")
		if row := h.row(1); row.State != ledger.Failed || row.Error != "forbidden" {
			h.t.Errorf("row %s %s", row.State, row.Error)
		}
		h.look(func(l *ledger.Look) error {
			p, err := l.Person(blocked)
			if !p.Unreachable {
				h.t.Error("not marked unreachable")
			}
			return err
		})
	})
}

// TestNeverStarted is a person whom the bot may not write to yet: Telegram says "chat not found".
func TestNeverStarted(t *testing.T) {
	t.Parallel()
	story(t, silent, func(h *house) {
		h.queues(reply("1", 4711, words("a")), reply("2", -4711, words("b")))
		waits()
		for seq := range uint64(2) {
			if row := h.row(seq + 1); row.State != ledger.Failed {
				h.t.Errorf("row %d %s", seq+1, row.State)
			}
		}
	})
}

func TestMigrationWhileSending(t *testing.T) {
	t.Parallel()
	story(t, silent, func(h *house) {
		if err := h.server.Migrate(team, -1001); err != nil {
			h.t.Fatal(err)
		}
		waits()
		h.queues(reply("1", team, words("một")), reply("2", team, words("hai")))
		passes(time.Minute)
		waits()
		if diff := cmp.Diff([]string{"một", "hai"}, h.heard(-1001)); diff != "" {
			h.t.Errorf("heard (-want +got):\n%s\n%s", diff, h.logged)
		}
	})
}

// TestOrderUnderFaults sends many messages to a few chats while every other call fails somehow. Each chat gets all of
// its messages in order, some of them twice in a row: those whose answer was lost.
func TestOrderUnderFaults(t *testing.T) {
	t.Parallel()
	for seed := range uint64(8) {
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			t.Parallel()
			story(t, silent, func(h *house) {
				people := []int64{alice, bela, cong}
				h.begins(people...)
				random := rand.New(rand.NewPCG(seed, 1))
				dropped := 0
				h.fails(func(method string) *sandbox.Fault {
					if method != "sendMessage" {
						return nil
					}
					switch random.IntN(8) {
					case 0:
						return &sandbox.Fault{Status: 500 + random.IntN(4)}
					case 1:
						return &sandbox.Fault{Status: 429, RetryAfter: random.IntN(4)}
					case 2:
						dropped++
						return &sandbox.Fault{DropAfter: true}
					}
					return nil
				})
				const each = 20
				for i := range each {
					for _, p := range people {
						h.queues(reply(fmt.Sprintf("%d %d", p, i), twinning.ChatID(p), words(fmt.Sprint(i))))
					}
				}
				passes(time.Hour)
				waits()
				heard := 0
				for _, p := range people {
					heard += len(h.heard(p))
					for i, text := range slices.Compact(h.heard(p)) {
						if text != fmt.Sprint(i) {
							h.t.Fatalf("chat %d heard %q", p, h.heard(p))
						}
					}
				}
				if heard != each*len(people)+dropped {
					h.t.Errorf("heard %d messages, want %d and %d duplicates", heard, each*len(people), dropped)
				}
			})
		})
	}
}

// TestPoisonLetsOthersPass has a message that Telegram never takes.
func TestPoisonLetsOthersPass(t *testing.T) {
	t.Parallel()
	story(t, silent, func(h *house) {
		h.begins(alice, bela)
		var healed atomic.Bool
		h.fails(func(method string) *sandbox.Fault {
			if method == "sendPhoto" && !healed.Load() {
				return &sandbox.Fault{Status: 500}
			}
			return nil
		})
		photo := words("ảnh")
		photo.Files = []twinning.FileRef{{ID: "x", Photo: true}}
		h.queues(reply("1", alice, photo), reply("2", alice, words("sau")), reply("3", bela, words("khác")))
		start := time.Now()
		h.hears(bela, "khác")
		if took := time.Since(start); took > time.Second {
			h.t.Errorf("another chat waited %v", took)
		}
		h.hears(alice, "sau")
		healed.Store(true)
		passes(10 * time.Minute)
		waits()
		if row := h.row(1); row.State == ledger.Pending || row.Tries < orderTries {
			h.t.Errorf("%s after %d tries", row.State, row.Tries)
		}
	})
}

func TestGiveUp(t *testing.T) {
	t.Parallel()
	var ahead atomic.Int64
	story(t, silent, func(h *house) {
		h.begins(alice)
		h.fails(func(method string) *sandbox.Fault {
			if method == "sendMessage" {
				return &sandbox.Fault{Status: 500}
			}
			return nil
		})
		reminder := ledger.Delivery{Cause: "2", Chat: alice, Class: ledger.ClassReminder, Message: words("nhắc")}
		h.queues(reply("1", alice, words("đáp")), reminder)
		for _, step := range []struct {
			after           time.Duration
			reply, reminder string
		}{
			{0, "pending", "pending"},
			{20 * time.Hour, "pending", "pending"},
			{25 * time.Hour, "failed", "pending"},
			{13 * 24 * time.Hour, "failed", "pending"},
			{15 * 24 * time.Hour, "failed", "failed"},
		} {
			ahead.Store(int64(step.after))
			passes(time.Hour) // time for a dozen tries, of which giving up takes twenty in all
			waits()
			if got := []string{string(h.row(1).State), string(h.row(2).State)}; got[0] != step.reply || got[1] != step.reminder {
				h.t.Errorf("after %v reply and reminder are %q", step.after, got)
			}
		}
	}, func(o *Options) {
		o.Now, o.Steady = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }, time.Now
	})
}

// TestBackoff says that a chat whose message fails is tried less and less often.
func TestBackoff(t *testing.T) {
	t.Parallel()
	story(t, silent, func(h *house) {
		h.begins(alice)
		fault := &sandbox.Fault{Status: 500}
		calls := h.faults(slices.Repeat([]*sandbox.Fault{fault}, 1000)...)
		h.queues(reply("1", alice, words("một")))
		for _, step := range []struct {
			pass        time.Duration
			least, most int64
		}{{10 * time.Second, 3, 5}, {5 * time.Minute, 6, 12}} {
			passes(step.pass)
			waits()
			if n := calls.Load(); n < step.least || n > step.most {
				h.t.Errorf("%d calls after %v", n, step.pass)
			}
		}
	})
}

// TestCrash ends the bot while calls are on their way, without a moment to finish, and starts another one.
func TestCrash(t *testing.T) {
	t.Parallel()
	for _, arrives := range []bool{true, false} {
		t.Run(fmt.Sprintf("call arrives %t", arrives), func(t *testing.T) {
			t.Parallel()
			synctest.Test(t, func(t *testing.T) {
				h := newHouse(t, silent, func(o *Options) { o.Grace = time.Millisecond })
				h.bot.api.http = &http.Client{Transport: &slowTransport{inner: direct{h.server.API()}, delay: time.Minute, late: arrives}}
				stop := h.start()
				h.begins(alice)
				h.queues(reply("1", alice, words("một")), reply("2", alice, words("hai")))
				waits()
				if got := h.row(1).State; got != ledger.Sending {
					t.Fatalf("state %s, want sending", got)
				}
				// What a killed process leaves behind is the mark.
				stop()
				h.update(func(w *ledger.Work) error {
					row := h.rowIn(w, 1)
					row.State = ledger.Sending
					return w.SetDelivery(row)
				})
				var err error
				if h.bot, err = New(h.options); err != nil {
					t.Fatal(err)
				}
				stop = h.start()
				defer stop()
				h.hears(alice, "hai")
				want := []string{"một", "hai"}
				if arrives {
					want = []string{"một", "một", "hai"}
				}
				if diff := cmp.Diff(want, h.heard(alice)); diff != "" {
					t.Errorf("heard (-want +got):\n%s", diff)
				}
			})
		})
	}
}
