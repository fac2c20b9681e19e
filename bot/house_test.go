package bot

import (
	"bytes"
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/sandbox"
	"ketnghia/store"
	"ketnghia/twinning"
)

const (
	secretToken = "123456:AbCdEf-SecretSecret_0123456789"
	alice       = 1001
	bela        = 1002
	cong        = 1003
	team        = -500
)

// house is a bot over a real store that talks with a sandbox server without a network, so that it lives in a bubble of
// synctest: hours pass at once.
type house struct {
	t         testing.TB
	server    *sandbox.Server
	store     *store.Store
	ledger    *ledger.Ledger
	catalogue *locales.Catalogue
	bot       *Bot
	logged    *logBuffer
	options   Options
}

// enrols makes the person known to the books and returns its id.
func (h *house) enrols(p twinning.Person) (id twinning.PersonID) {
	h.t.Helper()
	p.State = twinning.MembershipActive
	err := h.store.Update(h.t.Context(), h.options.Now(), func(tx *store.Tx) (err error) {
		id, err = tx.PutPerson(p)
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return id
}

// newHouse builds a house whose bot answers by the handler; edit may change the options. Nothing runs yet.
func newHouse(t testing.TB, handle Handler, edit ...func(*Options)) *house {
	t.Helper()
	h := &house{t: t, logged: &logBuffer{written: newSignal()}}
	var err error
	h.server, err = sandbox.New(sandbox.Options{Token: secretToken, Username: "ketnghia_bot", Now: time.Now})
	if err != nil {
		t.Fatal(err)
	}
	h.peoples()
	h.store = newStore(t)
	h.ledger = newLedger(h.store)
	if h.catalogue, err = locales.New(); err != nil {
		t.Fatal(err)
	}
	h.options = Options{
		Ledger: h.ledger, Catalogue: h.catalogue, Handle: handle, Token: NewToken(secretToken),
		HTTPClient: &http.Client{Transport: direct{h.server.API()}}, APIURL: "http://telegram.test",
		Now: time.Now, Log: slog.New(slog.NewJSONHandler(h.logged, &slog.HandlerOptions{Level: slog.LevelDebug})),
		Limits: Limits{All: 10_000, Bulk: 10_000, Chat: time.Nanosecond, Group: time.Nanosecond},
	}
	for _, e := range edit {
		e(&h.options)
	}
	if h.bot, err = New(h.options); err != nil {
		t.Fatal(err)
	}
	return h
}

// peoples gives the server its people and the group.
func (h *house) peoples() {
	for id, name := range map[int64]string{alice: "Alăng Hoa", bela: "Bling Mai", cong: "Công Văn"} {
		h.server.AddPerson(sandbox.Person{ID: id, FirstName: name, Lang: "vi"})
	}
	h.server.AddGroup(sandbox.Group{ID: team, Title: "Tổ công tác", Members: []int64{alice, bela, h.server.BotID()}})
}

// limits puts a server in place of the first that enforces limits, and at a distance: each call takes a round trip. The
// bot keeps its default limits if the options say so.
func (h *house) limits(l sandbox.Limits) {
	h.t.Helper()
	var err error
	h.server, err = sandbox.New(sandbox.Options{
		Token: secretToken, Username: "ketnghia_bot", Now: time.Now, EnforceLimits: true, Limits: l,
	})
	if err != nil {
		h.t.Fatal(err)
	}
	h.peoples()
	h.options.HTTPClient = &http.Client{Transport: distant{direct{h.server.API()}}}
	if h.bot, err = New(h.options); err != nil {
		h.t.Fatal(err)
	}
}

// newStore opens an empty store.
func newStore(t testing.TB) *store.Store {
	t.Helper()
	s, err := store.Open(filepath.Join(t.TempDir(), "ketnghia.db"), store.Options{
		Now: time.Unix(0, 0), Create: true, Altered: func(key string) { t.Errorf("%s was changed in place", key) },
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
		inspect(t, s.Path())
	})
	return s
}

func newLedger(s *store.Store) *ledger.Ledger {
	return ledger.New(s, &twinning.Programme{Location: time.UTC, Calendar: &twinning.Calendar{}})
}

// story runs a test in a bubble with the bot running. The bot is stopped at its end.
func story(t *testing.T, handle Handler, tell func(*house), edit ...func(*Options)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, handle, edit...)
		stop := h.start()
		defer stop()
		tell(h)
	})
}

// start runs the bot and returns what stops it.
func (h *house) start() (stop func()) {
	ctx, cancel := context.WithCancel(h.t.Context())
	var running sync.WaitGroup
	running.Go(func() {
		if err := h.bot.Run(ctx); err != nil {
			h.t.Errorf("run: %v", err)
		}
	})
	return func() {
		cancel()
		running.Wait()
	}
}

// direct carries requests to a handler without a network. A dropped connection is an error after the effect, of reading
// the body when a part of it was written.
type direct struct{ handler http.Handler }

func (d direct) RoundTrip(r *http.Request) (resp *http.Response, err error) {
	recorder := httptest.NewRecorder()
	defer func() {
		if recover() == nil {
			return
		}
		resp, err = nil, io.ErrUnexpectedEOF
		if recorder.Body.Len() > 0 {
			resp, err = recorder.Result(), nil
			resp.Body = io.NopCloser(io.MultiReader(recorder.Body, iotest.ErrReader(io.ErrUnexpectedEOF)))
		}
	}()
	d.handler.ServeHTTP(recorder, r)
	if r.Context().Err() != nil {
		return nil, r.Context().Err()
	}
	return recorder.Result(), nil
}

// logBuffer keeps what was logged; written rings for each line.
type logBuffer struct {
	mu      sync.Mutex
	b       bytes.Buffer
	written signal
}

func (l *logBuffer) Write(p []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	defer l.written.ring()
	return l.b.Write(p)
}

func (l *logBuffer) String() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.b.String()
}

// words is a message of any text: the locale text of an amount is its value alone.
func words(text string) twinning.Message {
	return twinning.Say("measure.amount_vnd", twinning.Args{{"Value", twinning.Text(text)}})
}

// echo answers each message with its own text.
func echo(_ context.Context, r *Request) error {
	if r.Kind != KindMessage {
		return nil
	}
	return r.Reply(words("nghe: " + r.Text))
}

// says makes a person write to the bot.
func (h *house) says(person int64, text string) {
	h.t.Helper()
	if _, err := h.server.Say(person, person, text); err != nil {
		h.t.Fatal(err)
	}
}

// hears waits until the bot wrote the text into the chat.
func (h *house) hears(chat int64, text string) sandbox.Message {
	h.t.Helper()
	ctx, cancel := context.WithTimeout(h.t.Context(), 48*time.Hour)
	defer cancel()
	m, err := h.server.Wait(ctx, chat, func(m sandbox.Message) bool { return strings.Contains(m.Text, text) })
	if err != nil {
		h.t.Fatalf("%v\nlog:\n%s", err, h.logged)
	}
	return m
}

// heard returns the texts that the bot wrote into the chat.
func (h *house) heard(chat int64) []string {
	var texts []string
	for _, m := range h.server.Messages(chat) {
		if m.FromBot {
			texts = append(texts, m.Text)
		}
	}
	return texts
}

// queues puts deliveries into the outbox, each with the cause "test <n>", and wakes the sender.
func (h *house) queues(deliveries ...ledger.Delivery) {
	h.t.Helper()
	h.update(func(w *ledger.Work) error {
		for _, d := range deliveries {
			if d.Op == "" {
				d.Op = ledger.OpSend
			}
			if err := w.Queue(d); err != nil {
				return err
			}
		}
		return nil
	})
	h.bot.Wake()
}

func (h *house) update(fn func(*ledger.Work) error) {
	h.t.Helper()
	if err := h.ledger.Update(h.t.Context(), h.options.Now(), fn); err != nil {
		h.t.Fatal(err)
	}
}

func (h *house) look(fn func(*ledger.Look) error) {
	h.t.Helper()
	if err := h.ledger.View(h.t.Context(), h.options.Now(), fn); err != nil {
		h.t.Fatal(err)
	}
}

// row returns the delivery of that number.
func (h *house) row(seq uint64) (d ledger.Delivery) {
	h.t.Helper()
	h.look(func(l *ledger.Look) (err error) {
		d, err = l.OutRow(seq)
		return err
	})
	return d
}

// rowIn is row within a transaction.
func (h *house) rowIn(w *ledger.Work, seq uint64) ledger.Delivery {
	h.t.Helper()
	d, err := w.OutRow(seq)
	if err != nil {
		h.t.Fatal(err)
	}
	return d
}

// begins makes the people write to the bot, so that it may write to them.
func (h *house) begins(people ...int64) {
	h.t.Helper()
	for _, p := range people {
		h.says(p, "/start")
	}
	waits()
}

// waits lets the bot work until it only waits for others or for the time to pass.
func waits() { synctest.Wait() }

// passes lets time pass, which takes none in a bubble.
func passes(d time.Duration) { time.Sleep(d) }

var errBroken = errors.New("broken")

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
