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
	"ketnghia/locales"
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
		poisoned := true
		h.fails(func(method string) *sandbox.Fault {
			if method == "sendPhoto" && poisoned {
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
		poisoned = false
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
			{23 * time.Hour, "pending", "pending"},
			{25 * time.Hour, "failed", "pending"},
			{13 * 24 * time.Hour, "failed", "pending"},
			{15 * 24 * time.Hour, "failed", "failed"},
		} {
			ahead.Store(int64(step.after))
			passes(20 * time.Minute)
			waits()
			if got := []string{string(h.row(1).State), string(h.row(2).State)}; got[0] != step.reply || got[1] != step.reminder {
				h.t.Errorf("after %v reply and reminder are %q", step.after, got)
			}
		}
	}, func(o *Options) {
		o.Now, o.Steady = func() time.Time { return time.Now().Add(time.Duration(ahead.Load())) }, time.Now
	})
}

// TestOutage says that while Telegram is out of reach few calls are made, and that all arrives soon afterwards.
func TestOutage(t *testing.T) {
	t.Parallel()
	const people = 40
	story(t, silent, func(h *house) {
		for i := range int64(people) {
			h.server.AddPerson(sandbox.Person{ID: 5000 + i, FirstName: "N"})
			h.begins(5000 + i)
		}
		calls, down := 0, true
		h.fails(func(method string) *sandbox.Fault {
			if method == "sendMessage" && down {
				calls++
				return &sandbox.Fault{Status: 502}
			}
			return nil
		})
		for i := range int64(people) {
			h.queues(reply(fmt.Sprint(i), twinning.ChatID(5000+i), words("một")))
		}
		passes(time.Hour)
		waits()
		if calls > 60*4 {
			h.t.Errorf("%d calls in an hour without an answer", calls)
		}
		down = false
		passes(6 * time.Minute)
		waits()
		for i := range int64(people) {
			if got := h.heard(5000 + i); !slices.Equal(got, []string{"một"}) {
				h.t.Errorf("person %d heard %q", i, got)
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

func TestEdits(t *testing.T) {
	t.Parallel()
	edit := func(cause, text string, id int) ledger.Delivery {
		return ledger.Delivery{Cause: cause, Chat: alice, Op: ledger.OpEdit, Subject: "draft/1", EditID: id, Message: words(text)}
	}
	send := func(cause, text string, class int) ledger.Delivery {
		return ledger.Delivery{Cause: cause, Chat: alice, Class: class, Subject: "draft/1", Message: words(text)}
	}
	tests := map[string]struct {
		deliveries []ledger.Delivery
		want       []string
	}{
		"of the newest":              {[]ledger.Delivery{send("1", "cũ", 0), send("2", "mới", 0), edit("3", "sửa", 0)}, []string{"cũ", "sửa"}},
		"same text is no failure":    {[]ledger.Delivery{send("1", "a", 0), edit("2", "a", 0), edit("3", "b", 0)}, []string{"b"}},
		"before its message is sent": {[]ledger.Delivery{send("1", "cũ", ledger.ClassReminder), edit("2", "sửa", 0)}, []string{"sửa"}},
		"without a message":          {[]ledger.Delivery{edit("1", "mới", 0), edit("2", "sửa", 0)}, []string{"sửa"}},
		"message is gone":            {[]ledger.Delivery{edit("1", "mới", 999_999), edit("2", "sửa", 0)}, []string{"sửa"}},
		"becomes too long": {
			[]ledger.Delivery{send("1", "a", 0), edit("2", strings.Repeat("chữ ", 1500), 0)},
			[]string{"a", strings.TrimSpace(strings.Repeat("chữ ", 1024)), strings.TrimSpace(strings.Repeat("chữ ", 476))},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, silent, func(h *house) {
				h.begins(alice)
				h.queues(test.deliveries...)
				passes(time.Minute)
				waits()
				if diff := cmp.Diff(test.want, h.heard(alice)); diff != "" {
					h.t.Errorf("heard (-want +got):\n%s\n%s", diff, h.logged)
				}
				for i := range test.deliveries {
					if row := h.row(uint64(i + 1)); row.State != ledger.Sent {
						h.t.Errorf("row %d %s", i+1, row.State)
					}
				}
			})
		})
	}
}

// TestFiles sends a person's own files back: alone, with a long caption, as an album, and edits the caption.
func TestFiles(t *testing.T) {
	t.Parallel()
	var files []twinning.FileRef
	handle := func(_ context.Context, r *Request) error {
		files = append(files, r.Files...)
		return nil
	}
	story(t, handle, func(h *house) {
		pdf := sandbox.File{Name: "kế hoạch.pdf", MIME: "application/pdf", Data: []byte("%PDF-1.7")}
		for range 3 {
			if _, err := h.server.SendFiles(alice, alice, "", pdf); err != nil {
				h.t.Fatal(err)
			}
		}
		waits()
		album, one, long := words("ba tệp"), words("một tệp"), words(strings.Repeat("dài ", 400))
		album.Files, one.Files, long.Files = files, files[:1], files[:1]
		edited := words("đã sửa")
		h.queues(
			ledger.Delivery{Cause: "1", Chat: alice, Subject: "filing/1", Message: album},
			ledger.Delivery{Cause: "2", Chat: alice, Message: long},
			ledger.Delivery{Cause: "3", Chat: alice, Subject: "filing/2", Message: one},
			ledger.Delivery{Cause: "4", Chat: alice, Op: ledger.OpEdit, Subject: "filing/2", Message: edited},
		)
		passes(time.Minute)
		waits()
		var got []string
		for _, m := range h.server.Messages(alice) {
			if m.FromBot {
				got = append(got, fmt.Sprintf("%t %.10s", m.Document != nil, m.Text))
			}
		}
		want := []string{"true ", "true ", "true ", "false ba tệp", "true ", "false dài dài da", "true đã sửa"}
		for i := range want {
			want[i] = fmt.Sprintf("%.16s", want[i])
		}
		if diff := cmp.Diff(len(want), len(got)); diff != "" || got[6] != "true đã sửa" || got[3] != "false ba tệp" {
			h.t.Errorf("heard %q, want %q\n%s", got, want, h.logged)
		}
		h.look(func(l *ledger.Look) error {
			refs, err := l.MessagesOf("filing/1")
			if len(refs) != 4 {
				h.t.Errorf("%d messages linked, want the album and its text", len(refs))
			}
			return err
		})
	})
}

func TestReports(t *testing.T) {
	t.Parallel()
	made := 0
	reports := func(_ context.Context, r twinning.ReportRequest, p locales.Printer) (string, []byte, error) {
		if made++; made == 1 || r.Year == 1999 {
			return "", nil, errBroken
		}
		return fmt.Sprintf("%s-%d-%s.xlsx", r.Kind, r.Year, p.Lang()), []byte("PK"), nil
	}
	story(t, silent, func(h *house) {
		h.begins(alice)
		good, bad := words("bảng"), words("hỏng")
		good.Report = &twinning.ReportRequest{Kind: "status", Year: 2027}
		bad.Report = &twinning.ReportRequest{Kind: "status", Year: 1999}
		h.queues(reply("1", alice, good), reply("2", alice, bad), reply("3", alice, words("sau")))
		if m := h.hears(alice, "bảng"); m.Document == nil || m.Document.Name != "status-2027-vi.xlsx" {
			h.t.Errorf("message %v", m)
		}
		h.hears(alice, "sau")
		if row := h.row(2); row.State != ledger.Failed || row.Tries != reportTries || row.Error != reasonReport {
			h.t.Errorf("broken report %s after %d tries: %s", row.State, row.Tries, row.Error)
		}
	}, func(o *Options) { o.Reports = reports })
}

// TestPartsAreNotRepeated fails the second part of a long message: the first is not sent again.
func TestPartsAreNotRepeated(t *testing.T) {
	t.Parallel()
	tests := map[string]*sandbox.Fault{"server": {Status: 500}, "flood": {Status: 429, RetryAfter: 9}}
	for name, fault := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, silent, func(h *house) {
				h.begins(alice)
				h.faults(nil, fault, fault)
				h.queues(reply("1", alice, words(strings.Repeat("chữ ", 2500))), reply("2", alice, words("sau")))
				h.hears(alice, "sau")
				if got := h.heard(alice); len(got) != 4 || got[3] != "sau" {
					h.t.Errorf("%d messages", len(got))
				}
			})
		})
	}
}

func TestReplyGone(t *testing.T) {
	t.Parallel()
	story(t, silent, func(h *house) {
		d := reply("1", team, words("một"))
		d.ReplyTo = 999_999
		h.queues(d)
		if m := h.hears(team, "một"); m.ReplyTo != 0 {
			h.t.Errorf("reply to %d", m.ReplyTo)
		}
	})
}

func TestLateAnswer(t *testing.T) {
	t.Parallel()
	story(t, silent, func(h *house) {
		h.queues(ledger.Delivery{Cause: "1", Chat: alice, Op: ledger.OpAnswer, QueryID: "4711"})
		waits()
		if row := h.row(1); row.State != ledger.Sent || row.Error != "query_expired" {
			h.t.Errorf("row %s %s", row.State, row.Error)
		}
	})
}

func TestNotBefore(t *testing.T) {
	t.Parallel()
	story(t, silent, func(h *house) {
		h.begins(alice)
		d := reply("1", alice, words("mai"))
		d.NotBefore = time.Now().Add(time.Hour)
		h.queues(d)
		passes(time.Hour - time.Second)
		waits()
		if got := h.heard(alice); got != nil {
			h.t.Errorf("heard %q an hour early", got)
		}
		passes(3 * time.Second)
		waits()
		if got := h.heard(alice); len(got) != 1 {
			h.t.Errorf("heard %q", got)
		}
	})
}

// TestLanguage says that the addressee's language counts, then that of the delivery.
func TestLanguage(t *testing.T) {
	t.Parallel()
	story(t, silent, func(h *house) {
		english := h.enrols(twinning.Person{Telegram: alice, Name: "A", Lang: "en"})
		h.begins(alice, bela, cong)
		day := twinning.Say("weekday.1", nil)
		h.queues(
			ledger.Delivery{Cause: "1", Chat: alice, Person: english, Lang: "vi", Message: day},
			ledger.Delivery{Cause: "2", Chat: bela, Lang: "en", Message: day}, ledger.Delivery{Cause: "3", Chat: cong, Message: day},
		)
		h.hears(alice, "Monday")
		h.hears(bela, "Monday")
		h.hears(cong, "thứ Hai")
	})
}

// TestAnnouncement writes to many people by the default limits, against a server that enforces Telegram's, while somebody
// asks something now and then.
func TestAnnouncement(t *testing.T) {
	t.Parallel()
	const people = 200
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, echo, func(o *Options) { o.Limits = Limits{} })
		var err error
		h.server, err = sandbox.New(sandbox.Options{Token: secretToken, Username: "ketnghia_bot", Now: time.Now, EnforceLimits: true})
		if err != nil {
			t.Fatal(err)
		}
		h.bot.api.http = &http.Client{Transport: direct{h.server.API()}}
		h.server.AddPerson(sandbox.Person{ID: alice, FirstName: "A"})
		for i := range int64(people) {
			h.server.AddPerson(sandbox.Person{ID: 5000 + i, FirstName: "N"})
			h.says(5000+i, "chào")
		}
		stop := h.start()
		defer stop()
		passes(5 * time.Minute)
		waits()
		var all []ledger.Delivery
		for i := range people {
			all = append(all, ledger.Delivery{
				Cause: fmt.Sprintf("all %d", i), Chat: twinning.ChatID(5000 + i), Class: ledger.ClassAnnouncement, Message: words("thông báo"),
			})
		}
		start := time.Now()
		h.queues(all...)
		for range 5 {
			asked := time.Now()
			text := fmt.Sprintf("hỏi lúc %d", asked.UnixNano())
			h.says(alice, text)
			h.hears(alice, "nghe: "+text)
			if took := time.Since(asked); took > 200*time.Millisecond {
				t.Errorf("a reply took %v during the announcement", took)
			}
			passes(1500 * time.Millisecond)
		}
		h.hears(5000+people-1, "thông báo")
		if took := time.Since(start); took > people*time.Second/24 {
			t.Errorf("announcement to %d people took %v", people, took)
		}
		if strings.Contains(h.logged.String(), "telegram asks to wait") {
			t.Error("a limit was passed")
		}
	})
}

// TestManyForOneDontHoldOthers has a chat with more pending replies than the window shows.
func TestManyForOneDontHoldOthers(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, silent, func(o *Options) { o.Limits = Limits{} })
		stop := h.start()
		defer stop()
		h.begins(alice, bela)
		var many []ledger.Delivery
		for i := range 500 {
			many = append(many, reply(fmt.Sprintf("many %d", i), alice, words(fmt.Sprint(i))))
		}
		h.queues(many...)
		waits()
		start := time.Now()
		h.queues(reply("one", bela, words("tôi")))
		h.hears(bela, "tôi")
		if took := time.Since(start); took > time.Second {
			t.Errorf("waited %v", took)
		}
	})
}
