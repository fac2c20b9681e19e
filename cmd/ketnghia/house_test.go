package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"ketnghia/bot"
	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/sandbox"
	"ketnghia/store"
	"ketnghia/twinning"
)

// patience bounds each wait of a conversation test; what is waited for takes milliseconds.
const patience = 20 * time.Second

// house is the whole product over a sandbox server, on a clock that the test moves.
type house struct {
	t      *testing.T
	app    *app
	books  *books
	clock  *sandbox.Clock
	server *sandbox.Server
	m      *machine
	ctx    context.Context
}

func mustTime(t *testing.T, s string) time.Time {
	t.Helper()
	at, err := time.Parse(time.RFC3339, s)
	if err != nil {
		t.Fatal(err)
	}
	return at
}

// newApp returns the program with its output and settings in memory.
func newApp(t testing.TB, now func() time.Time) *app {
	t.Helper()
	catalogue, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	a := &app{
		catalogue: catalogue, in: strings.NewReader(""), out: &bytes.Buffer{}, err: &bytes.Buffer{},
		getenv: func(string) string { return "" }, now: now,
	}
	if os.Getenv("KETNGHIA_CHECK_SHARED") != "" { // slow: the tests of store, ledger and bot always look
		a.altered = func(key string) { t.Errorf("%s was changed in place", key) }
	}
	return a
}

// command runs the program with the arguments and returns what it printed and its status.
func command(t *testing.T, now func() time.Time, args ...string) (out, errs string, status int) {
	t.Helper()
	a := newApp(t, now)
	a.in = strings.NewReader("")
	status = a.run(t.Context(), args)
	return fmt.Sprint(a.out), fmt.Sprint(a.err), status
}

// openHouse opens the data folder and runs bot and scheduler until the test ends.
func openHouse(t *testing.T, dir string, clock *sandbox.Clock) *house {
	t.Helper()
	return openHouseWith(t, dir, clock, houseOptions{})
}

// houseOptions are what a house may have that others don't.
type houseOptions struct {
	// after is the number behind which the server's ids begin: books that are opened again know those before.
	after int64
	// machine changes the options of the machine; nil leaves them.
	machine func(*house, *machineOptions)
}

// openHouseWith is openHouse with options.
func openHouseWith(t *testing.T, dir string, clock *sandbox.Clock, own houseOptions) *house {
	t.Helper()
	h := &house{t: t, app: newApp(t, clock.Now), clock: clock}
	ctx, cancel := context.WithCancel(context.WithoutCancel(t.Context())) // the cleanup ends it, after what is in hand
	h.ctx = ctx
	var err error
	h.server, err = sandbox.New(sandbox.Options{
		Token: sandboxToken, Name: "Trợ lý kết nghĩa", Username: "ketnghia_bot", Now: clock.Now,
		Log: slog.New(slog.NewTextHandler(testWriter{t}, nil)), After: own.after,
	})
	if err != nil {
		t.Fatal(err)
	}
	web := httptest.NewServer(h.server.API())
	if h.books, err = h.app.open(ctx, dir, clock.Now()); err != nil {
		t.Fatal(err)
	}
	o := machineOptions{
		token: bot.NewToken(sandboxToken), apiURL: web.URL, data: dir, now: clock.Now, steady: time.Now,
		ticks:  "0 0 29 2 *", // reminders come when a test moves the clock, not when a minute of the machine ends
		limits: bot.Limits{All: 1000, Bulk: 1000, Chat: time.Millisecond, Group: time.Millisecond},
		flood:  manners,
		log:    slog.New(slog.NewTextHandler(testWriter{t}, &slog.HandlerOptions{Level: slog.LevelWarn})),
	}
	if own.machine != nil {
		own.machine(h, &o)
	}
	if h.m, err = h.app.newMachine(ctx, h.books, o); err != nil {
		t.Fatal(err)
	}
	done := make(chan error, 1)
	go func() { done <- h.m.run(ctx) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		h.server.Close()
		web.CloseClientConnections()
		web.Close()
		if err := h.books.store.Close(); err != nil {
			t.Error(err)
		}
		inspect(t, h.books.store.Path())
	})
	return h
}

// manners let a test's people write as fast as it can.
var manners = bot.FloodLimits{Burst: 1e6, StrangerBurst: 1e6, GroupBurst: 1e6}

// testWriter passes log lines to the test's output.
type testWriter struct{ t *testing.T }

func (w testWriter) Write(b []byte) (int, error) {
	w.t.Log(strings.TrimSpace(string(b)))
	return len(b), nil
}

// voice is one person in one chat.
type voice struct {
	h    *house
	id   int64
	chat int64
	mu   sync.Mutex
	seen uint64
}

// person brings somebody on stage, in the private chat with the bot.
func (h *house) person(id int64, first, last string) *voice {
	h.server.AddPerson(sandbox.Person{ID: id, FirstName: first, LastName: last, Lang: "vi"})
	return &voice{h: h, id: id, chat: id}
}

// says writes once everything said before has arrived, as people do.
func (v *voice) says(text string, opts ...sandbox.SayOption) sandbox.Message {
	v.h.t.Helper()
	v.h.quiet()
	v.mark()
	m, err := v.h.server.Say(v.id, v.chat, text, opts...)
	if err != nil {
		v.h.t.Fatal(err)
	}
	return m
}

func (v *voice) sends(caption string, files ...sandbox.File) {
	v.h.t.Helper()
	v.mark()
	if _, err := v.h.server.SendFiles(v.id, v.chat, caption, files...); err != nil {
		v.h.t.Fatal(err)
	}
}

// presses presses the newest button of that label, once everything said has arrived.
func (v *voice) presses(label string) {
	v.h.t.Helper()
	v.h.quiet()
	messages := v.h.server.Messages(v.chat)
	for _, message := range slices.Backward(messages) {
		for _, row := range message.Buttons {
			for _, b := range row {
				if b.Text == label {
					v.mark()
					if _, err := v.h.server.Press(v.id, v.chat, message.ID, b.Text); err != nil {
						v.h.t.Fatal(err)
					}
					return
				}
			}
		}
	}
	v.h.t.Fatalf("no button %q in chat %d:\n%s", label, v.chat, transcript(messages))
}

// mark makes the next sees look at what comes from here on.
func (v *voice) mark() {
	v.mu.Lock()
	v.seen = v.h.server.Version()
	v.mu.Unlock()
}

// sees waits for a message of the bot that holds all parts, or changed to do so, since the person last did something.
func (v *voice) sees(parts ...string) sandbox.Message {
	v.h.t.Helper()
	v.mu.Lock()
	since := v.seen
	v.mu.Unlock()
	ctx, cancel := context.WithTimeout(v.h.ctx, patience)
	defer cancel()
	m, err := v.h.server.WaitSince(ctx, v.chat, since, func(m sandbox.Message) bool {
		return m.FromBot && holdsAll(m.Text, parts)
	})
	if err != nil {
		v.h.t.Fatalf("waiting for %q: %v", parts, err)
	}
	return m
}

// hears is sees for a message that somebody else's doing brings: it looks at the whole chat.
func (v *voice) hears(parts ...string) sandbox.Message {
	v.h.t.Helper()
	ctx, cancel := context.WithTimeout(v.h.ctx, patience)
	defer cancel()
	m, err := v.h.server.Wait(ctx, v.chat, func(m sandbox.Message) bool { return m.FromBot && holdsAll(m.Text, parts) })
	if err != nil {
		v.h.t.Fatalf("waiting for %q: %v", parts, err)
	}
	return m
}

// count returns how many messages of the bot in the chat hold all parts now.
func (v *voice) count(parts ...string) int {
	n := 0
	for _, m := range v.h.server.Messages(v.chat) {
		if m.FromBot && holdsAll(m.Text, parts) {
			n++
		}
	}
	return n
}

func holdsAll(text string, parts []string) bool {
	for _, p := range parts {
		if !strings.Contains(text, p) {
			return false
		}
	}
	return true
}

func transcript(messages []sandbox.Message) string {
	var b strings.Builder
	for _, m := range messages {
		b.WriteString(m.String() + "\n")
	}
	return b.String()
}

// clockTo moves the clock and looks at the books as the running scheduler would within a minute.
func (h *house) clockTo(at string) {
	h.t.Helper()
	h.clock.Set(mustTime(h.t, at))
	if _, err := h.m.scheduler.Poke(h.ctx); err != nil {
		h.t.Fatal(err)
	}
	h.quiet()
}

// quiet waits until the outbox is empty and everything said has been handled.
func (h *house) quiet() {
	h.t.Helper()
	deadline := time.Now().Add(9 * patience) // an attack says thousands of things, and the race detector is slow
	for !h.idle() {
		if time.Now().After(deadline) {
			h.t.Fatal("not quiet")
		}
		// The last of it, that a message arrived, changes the books only: nothing of the server tells of it.
		ctx, cancel := context.WithTimeout(h.ctx, settling)
		_, _ = h.server.WaitChange(ctx, h.server.Version())
		cancel()
	}
}

// settling is how long quiet waits for a change of the server before it looks at the books again.
const settling = 5 * time.Millisecond

func (h *house) idle() bool {
	open := -1
	err := h.books.ledger.View(h.ctx, h.clock.Now(), func(k *ledger.Look) error {
		waiting, err := k.Waiting(1)
		if err != nil {
			return err
		}
		pending, err := k.Pending(1)
		if err != nil {
			return err
		}
		// What is being sent counts too: only what is settled can be found again by a reply or an edit.
		rows, _, err := k.OutboxStats()
		open = len(waiting) + len(pending) + rows[ledger.Sending]
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return open == 0 && h.server.Pending() == 0
}

// sum is what the books count for a unit in the year of the clock.
func (h *house) sum(unit twinning.UnitKey) twinning.Quantities {
	h.t.Helper()
	var q twinning.Quantities
	err := h.books.ledger.View(h.ctx, h.clock.Now(), func(k *ledger.Look) error {
		s, err := k.Sum(k.Today().Year(), ledger.Filter{Units: []twinning.UnitKey{unit}})
		q = s.All()
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return q
}

func newSandboxToken() bot.Token { return bot.NewToken(sandboxToken) }

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
