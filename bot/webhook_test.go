package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/http/httputil"
	"net/url"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/iotest"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/store"
	"ketnghia/twinning"
)

const testSecret = "a-secret-for-the-hook_0123456789"

// posts counts what became of posts.
type posts struct {
	unobserved
	mu     sync.Mutex
	counts map[string]int
}

func (p *posts) Posted(outcome string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.counts == nil {
		p.counts = map[string]int{}
	}
	p.counts[outcome]++
}

func (p *posts) all() map[string]int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return maps.Clone(p.counts)
}

// hooked makes a bot take posts at the path /hook.
func hooked(seen *posts) func(*Options) {
	return func(o *Options) {
		o.Webhook = &Webhook{URL: "http://127.0.0.1:1/hook", Secret: NewToken(testSecret)}
		o.Observer = seen
	}
}

// takes runs the bot's hook alone and returns what stops it.
func (h *house) takes() (stop func()) {
	ctx, cancel := context.WithCancel(h.t.Context())
	var running sync.WaitGroup
	running.Go(func() { h.bot.hook.run(ctx) })
	return func() {
		cancel()
		running.Wait()
	}
}

// posted posts a body as Telegram does; edit may spoil the request.
func (h *house) posted(body io.Reader, edit ...func(*http.Request)) *http.Response {
	h.t.Helper()
	r := httptest.NewRequestWithContext(h.t.Context(), http.MethodPost, "/hook", body)
	r.Header.Set("Content-Type", "application/json")
	r.Header.Set(hookSecret, testSecret)
	for _, e := range edit {
		e(r)
	}
	recorder := httptest.NewRecorder()
	h.bot.WebhookHandler().ServeHTTP(recorder, r)
	return recorder.Result()
}

// inbox returns the ids of the stored updates in the order of arrival.
func (h *house) inbox() (ids []int64) {
	h.t.Helper()
	err := h.ledger.View(h.t.Context(), time.Now(), func(l *ledger.Look) error {
		waiting, err := l.Waiting(0)
		for _, u := range waiting {
			ids = append(ids, u.ID)
		}
		return err
	})
	if err != nil {
		h.t.Fatal(err)
	}
	return ids
}

func update(id int) string { return fmt.Sprintf(`{"update_id":%d,"message":{}}`, id) }

func TestWebhookRefuses(t *testing.T) {
	t.Parallel()
	header := func(name, value string) func(*http.Request) {
		return func(r *http.Request) { r.Header.Set(name, value) }
	}
	large := `{"update_id":7,"x":"` + strings.Repeat("x", hookBody) + `"}`
	tests := map[string]struct {
		body    io.Reader
		spoil   func(*http.Request)
		status  int
		outcome string
	}{
		"good":            {strings.NewReader(update(7)), nil, 200, PostStored},
		"no secret":       {strings.NewReader(update(7)), func(r *http.Request) { r.Header.Del(hookSecret) }, 401, PostSecret},
		"wrong secret":    {strings.NewReader(update(7)), header(hookSecret, "x"+testSecret[1:]), 401, PostSecret},
		"part of secret":  {strings.NewReader(update(7)), header(hookSecret, testSecret[:8]), 401, PostSecret},
		"secret and more": {strings.NewReader(update(7)), header(hookSecret, testSecret+"x"), 401, PostSecret},
		"get":             {strings.NewReader(""), func(r *http.Request) { r.Method = http.MethodGet }, 405, PostRequest},
		"other path":      {strings.NewReader(update(7)), func(r *http.Request) { r.URL.Path = "/hook/more" }, 404, ""},
		"root":            {strings.NewReader(update(7)), func(r *http.Request) { r.URL.Path = "/" }, 404, ""},
		"form":            {strings.NewReader(update(7)), header("Content-Type", "application/x-www-form-urlencoded"), 415, PostRequest},
		"no type":         {strings.NewReader(update(7)), header("Content-Type", ""), 415, PostRequest},
		"charset":         {strings.NewReader(update(7)), header("Content-Type", "application/json; charset=utf-8"), 200, PostStored},
		"too large":       {strings.NewReader(large), nil, 413, PostTooLarge},
		"cut off":         {io.MultiReader(strings.NewReader(update(7)), iotest.ErrReader(io.ErrUnexpectedEOF)), nil, 400, PostRequest},
		"half":            {strings.NewReader(update(7)[:20]), nil, 400, PostRequest},
		"empty":           {strings.NewReader(""), nil, 400, PostRequest},
		"two":             {strings.NewReader(update(7) + update(8)), nil, 400, PostRequest},
		"deep":            {strings.NewReader(strings.Repeat("[", 100_000)), nil, 400, PostRequest},
		"no id":           {strings.NewReader(`{"message":{}}`), nil, 200, PostSkipped},
		"id of text":      {strings.NewReader(`{"update_id":"7"}`), nil, 200, PostSkipped},
		"no object":       {strings.NewReader(`[1]`), nil, 200, PostSkipped},
		"odd content":     {strings.NewReader(`{"update_id":7,"message":7}`), nil, 200, PostStored},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			seen := &posts{}
			h := newHouse(t, echo, hooked(seen))
			t.Cleanup(h.takes())
			var edits []func(*http.Request)
			if test.spoil != nil {
				edits = append(edits, test.spoil)
			}
			got := h.posted(test.body, edits...)
			body, err := io.ReadAll(got.Body)
			if got.StatusCode != test.status || len(body) > 0 || err != nil {
				t.Errorf("status %d, body %q, %v; want %d without a body", got.StatusCode, body, err, test.status)
			}
			var want []int64
			if test.outcome == PostStored {
				want = []int64{7}
			}
			if diff := cmp.Diff(want, h.inbox()); diff != "" {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
			if test.outcome != "" && seen.all()[test.outcome] != 1 {
				t.Errorf("counted %v, want one %s", seen.all(), test.outcome)
			}
			if strings.Contains(h.logged.String(), testSecret[:8]) {
				t.Errorf("log tells the secret:\n%s", h.logged)
			}
		})
	}
}

// TestWebhookTellsOnce guesses the secret a thousand times: each is counted, one is logged.
func TestWebhookTellsOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		seen := &posts{}
		h := newHouse(t, echo, hooked(seen))
		guess := func() {
			h.posted(strings.NewReader(update(7)), func(r *http.Request) { r.Header.Set(hookSecret, "guess") })
		}
		for range 1000 {
			guess()
		}
		passes(hookQuiet)
		guess()
		if got := seen.all()[PostSecret]; got != 1001 {
			t.Errorf("counted %d, want 1001", got)
		}
		lines := strings.Count(h.logged.String(), "webhook posts refused")
		if lines != 2 || !strings.Contains(h.logged.String(), `"count":1000`) {
			t.Errorf("log:\n%s\nwant 2 lines, the second with the 1000 that came since the first", h.logged)
		}
	})
}

// TestWebhookSharesTransactions posts 50 updates, each twice, while another transaction runs: those that waited for it are
// stored together, each once, and only then answered.
func TestWebhookSharesTransactions(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h, disk := newFailing(t, echo, hooked(&posts{}))
		defer h.takes()()
		release := make(chan struct{})
		var running sync.WaitGroup
		running.Go(func() {
			err := h.ledger.Update(t.Context(), time.Now(), func(*ledger.Work) error { <-release; return nil })
			if err != nil {
				t.Error(err)
			}
		})
		waits()
		statuses := make(chan int, 100)
		for i := range 100 {
			running.Go(func() { statuses <- h.posted(strings.NewReader(update(i / 2))).StatusCode })
		}
		waits()
		if len(statuses) > 0 {
			t.Errorf("%d posts answered before they were stored", len(statuses))
		}
		close(release)
		running.Wait()
		close(statuses)
		for status := range statuses {
			if status != http.StatusOK {
				t.Errorf("status %d", status)
			}
		}
		ids := h.inbox()
		slices.Sort(ids)
		if len(ids) != 50 || ids[0] != 0 || ids[49] != 49 {
			t.Errorf("stored %v, want 0 to 49", ids)
		}
		// The first post begins a transaction and waits, with those that gathered until then; the others have gathered when it
		// is done.
		if disk.begun < 2 || disk.begun > 3 {
			t.Errorf("%d transactions besides the one that they waited for, want 1 or 2", disk.begun-1)
		}
	})
}

// TestWebhookStoreFails posts to a bot whose store is gone, and again when it is back.
func TestWebhookStoreFails(t *testing.T) {
	t.Parallel()
	seen := &posts{}
	h := newHouse(t, echo, hooked(seen))
	defer h.takes()()
	if err := h.store.Close(); err != nil {
		t.Fatal(err)
	}
	for range 3 {
		got := h.posted(strings.NewReader(update(7)))
		if got.StatusCode != http.StatusServiceUnavailable || got.Header.Get("Retry-After") != hookAgain {
			t.Errorf("status %d, again after %q; want 503 after %s", got.StatusCode, got.Header.Get("Retry-After"), hookAgain)
		}
	}
	again, err := store.Open(h.store.Path(), store.Options{Now: time.Now()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = again.Close() })
	h.ledger = newLedger(again)
	h.bot.hook.ledger = h.ledger
	if got := h.posted(strings.NewReader(update(7))); got.StatusCode != http.StatusOK {
		t.Errorf("status %d after the store came back, want 200", got.StatusCode)
	}
	if diff := cmp.Diff([]int64{7}, h.inbox()); diff != "" {
		t.Errorf("stored (-want +got):\n%s", diff)
	}
	if diff := cmp.Diff(map[string]int{PostNotStored: 3, PostStored: 1}, seen.all()); diff != "" {
		t.Errorf("counted (-want +got):\n%s", diff)
	}
}

// TestWebhookClosed says that a post before Run waits in vain, and one after it is sent away at once; neither is lost.
func TestWebhookClosed(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, echo, hooked(&posts{}))
		began := time.Now()
		if got := h.posted(strings.NewReader(update(7))); got.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("status %d before Run, want 503", got.StatusCode)
		}
		if waited := time.Since(began); waited != hookWait {
			t.Errorf("waited %v, want %v", waited, hookWait)
		}
		h.takes()()
		if got := h.posted(strings.NewReader(update(7))); got.StatusCode != http.StatusServiceUnavailable {
			t.Errorf("status %d after Run, want 503", got.StatusCode)
		}
		if h.inbox() != nil {
			t.Errorf("stored %v", h.inbox())
		}
	})
}

// hookServer serves the handler of whichever bot runs, as a reverse proxy at a path prefix does.
type hookServer struct {
	mu      sync.Mutex
	handler http.Handler
	url     string
}

func newHookServer(t *testing.T) *hookServer {
	s := &hookServer{handler: http.NotFoundHandler()}
	inner := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		handler := s.handler
		s.mu.Unlock()
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(inner.Close)
	target, err := url.Parse(inner.URL)
	if err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.Handle("/bot/", &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(target); r.SetXForwarded() }})
	outer := httptest.NewServer(mux)
	t.Cleanup(outer.Close)
	s.url = outer.URL + "/bot/hook"
	return s
}

func (s *hookServer) serve(handler http.Handler) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.handler = handler
}

// again replaces the bot by one over the same books, as a restart does.
func (h *house) again(edit func(*Options)) {
	h.t.Helper()
	edit(&h.options)
	var err error
	if h.bot, err = New(h.options); err != nil {
		h.t.Fatal(err)
	}
}

// TestWebhookConversation goes over real connections through a reverse proxy: a bot that is posted to, is stopped while
// people write, comes back with another secret, and then polls. Each message is answered once.
func TestWebhookConversation(t *testing.T) {
	t.Parallel()
	web := newHookServer(t)
	h := newHouse(t, echo, func(o *Options) { o.Webhook = &Webhook{URL: web.url} })
	t.Cleanup(h.server.Close)
	web.serve(h.bot.WebhookHandler())
	stop := h.start()
	h.says(alice, "một")
	h.hears(alice, "nghe: một")
	stop()
	h.says(alice, "hai")
	h.says(bela, "ba")

	h.again(func(*Options) {})
	web.serve(h.bot.WebhookHandler())
	stop = h.start()
	h.hears(alice, "nghe: hai")
	h.hears(bela, "nghe: ba")
	stop()
	h.says(alice, "bốn")

	h.again(func(o *Options) { o.Webhook = nil })
	if err := h.bot.Run(t.Context()); !errors.Is(err, ErrWebhook) {
		t.Errorf("a poller beside the webhook: %v, want ErrWebhook", err)
	}
	h.again(func(o *Options) { o.DropWebhook = true })
	stop = h.start()
	h.hears(alice, "nghe: bốn")
	stop()

	if diff := cmp.Diff([]string{"nghe: một", "nghe: hai", "nghe: bốn"}, h.heard(alice)); diff != "" {
		t.Errorf("alice heard (-want +got):\n%s", diff)
	}
	if n := h.server.Pending(); n > 0 {
		// The last batch is confirmed by the poll after it, which a stop may cut off.
		t.Logf("%d updates not confirmed", n)
	}
}

// TestWebhookLeavesOffset says that a bot which polled before it was posted to asks from the beginning when it polls
// again: an update that could not be stored may have a smaller id than one that could.
func TestWebhookLeavesOffset(t *testing.T) {
	t.Parallel()
	h := newHouse(t, echo, hooked(&posts{}))
	defer h.takes()()
	err := h.ledger.Update(t.Context(), time.Now(), func(w *ledger.Work) error { return w.Receive(nil, 500) })
	if err != nil {
		t.Fatal(err)
	}
	if got := h.posted(strings.NewReader(update(510))); got.StatusCode != http.StatusOK {
		t.Fatalf("status %d", got.StatusCode)
	}
	err = h.ledger.View(t.Context(), time.Now(), func(l *ledger.Look) error {
		if offset, err := l.Offset(); offset != 0 || err != nil {
			t.Errorf("offset %d, %v; want 0", offset, err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// call makes a call of the Bot API as another program would.
func (h *house) call(method, params string) {
	h.t.Helper()
	if _, err := h.bot.api.call(h.t.Context(), method, json.RawMessage(params)); err != nil {
		h.t.Fatal(err)
	}
}

// TestWebhookKept removes the webhook and moves it elsewhere while the bot runs.
func TestWebhookKept(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, echo, hooked(&posts{}))
		defer h.server.Close()
		stop := h.start()
		defer stop()
		hook := func() string {
			state, err := h.bot.askHook(t.Context())
			if err != nil {
				t.Fatal(err)
			}
			return state.URL
		}
		waits()
		if got := hook(); got != h.bot.o.Webhook.URL {
			t.Fatalf("webhook %q", got)
		}
		h.call("deleteWebhook", `{}`)
		passes(hookEvery)
		waits()
		if got := hook(); got != h.bot.o.Webhook.URL {
			t.Errorf("webhook %q after it was removed", got)
		}
		h.call("setWebhook", `{"url":"http://127.0.0.1:1/other"}`)
		passes(hookEvery)
		waits()
		if got := hook(); got != "http://127.0.0.1:1/other" {
			t.Errorf("webhook %q was taken back from another program", got)
		}
		if !strings.Contains(h.logged.String(), "webhook leads elsewhere") {
			t.Errorf("log does not say that the webhook leads elsewhere:\n%s", h.logged)
		}
	})
}

func TestWebhookAddressRefused(t *testing.T) {
	t.Parallel()
	h := newHouse(t, echo, func(o *Options) { o.Webhook = &Webhook{URL: "https://bot.example.vn/hook"} })
	if err := h.bot.Run(t.Context()); !errors.Is(err, ErrWebhookRefused) { // the sandbox posts to loopback only
		t.Errorf("error %v, want ErrWebhookRefused", err)
	}
}

// TestWebhookWaitsForNetwork sets the webhook when Telegram answers at last.
func TestWebhookWaitsForNetwork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, echo, hooked(&posts{}))
		defer h.server.Close()
		tries := 0
		h.fails(func(method string) *sandbox.Fault {
			if method != "setWebhook" {
				return nil
			}
			if tries++; tries <= 3 {
				return &sandbox.Fault{Status: 502}
			}
			return nil
		})
		defer h.start()()
		passes(10 * time.Minute)
		waits()
		if tries != 4 {
			t.Errorf("%d tries, want 4", tries)
		}
	})
}

func TestWebhookChecked(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		hook  Webhook
		field string
	}{
		"https":          {Webhook{URL: "https://bot.example.vn/ketnghia/hook"}, ""},
		"loopback":       {Webhook{URL: "http://127.0.0.1:8443/"}, ""},
		"localhost":      {Webhook{URL: "http://localhost/x"}, ""},
		"clear":          {Webhook{URL: "http://bot.example.vn/"}, "webhook_url"},
		"no host":        {Webhook{URL: "https:///hook"}, "webhook_url"},
		"no url":         {Webhook{URL: "bot.example.vn"}, "webhook_url"},
		"password":       {Webhook{URL: "https://a:b@bot.example.vn/"}, "webhook_url"},
		"fragment":       {Webhook{URL: "https://bot.example.vn/#a"}, "webhook_url"},
		"other protocol": {Webhook{URL: "ftp://bot.example.vn/"}, "webhook_url"},
		"short secret":   {Webhook{URL: "https://bot.example.vn/", Secret: NewToken("abc")}, "webhook_secret"},
		"odd secret":     {Webhook{URL: "https://bot.example.vn/", Secret: NewToken("abc def ghi jkl mno pqr")}, "webhook_secret"},
		"long secret":    {Webhook{URL: "https://bot.example.vn/", Secret: NewToken(strings.Repeat("x", 257))}, "webhook_secret"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, _, err := test.hook.checked()
			var invalid *twinning.InvalidError
			switch {
			case test.field == "" && (err != nil || len(got.Secret.reveal()) < 43):
				t.Errorf("error %v, secret of %d letters", err, len(got.Secret.reveal()))
			case test.field != "" && (!errors.As(err, &invalid) || invalid.Field != test.field):
				t.Errorf("error %v, want one of %s", err, test.field)
			}
		})
	}
}

// FuzzWebhook posts any body with the right secret: it is stored as it came, or refused.
func FuzzWebhook(f *testing.F) {
	for _, seed := range []string{
		update(7), `{"message":{}}`, `[]`, `null`, `7`, ``, `{`, "\xff", `{"update_id":1e3}`, `{"update_id":-1}`,
		`{"update_id":99999999999999999999}`, `{"update_id":1,"update_id":2}`, `{"UPDATE_ID":3}`, update(1) + "\n", "\ufeff" + update(1),
	} {
		f.Add([]byte(seed))
	}
	h := newHouse(f, echo, hooked(&posts{}))
	taken := make(chan ledger.Update, 1)
	go func() {
		for p := range h.bot.hook.posts {
			taken <- p.update
			p.stored <- nil
		}
	}()
	f.Fuzz(func(t *testing.T, body []byte) {
		h := *h
		h.t = t
		status := h.posted(bytes.NewReader(body)).StatusCode
		var stored *ledger.Update
		select {
		case u := <-taken:
			stored = &u
		default:
		}
		switch {
		case status == http.StatusOK && stored != nil && bytes.Equal(stored.Raw, body):
		case status == http.StatusOK && stored == nil && json.Valid(body):
		case status == http.StatusBadRequest && stored == nil && !json.Valid(body):
		case status == http.StatusRequestEntityTooLarge && stored == nil && len(body) > hookBody:
		default:
			t.Errorf("status %d, stored %v, of %q", status, stored, body)
		}
	})
}
