package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/sandbox"
)

// scripted answers getUpdates with one body after the other and keeps the offsets it was asked for.
type scripted struct {
	bodies  []string
	offsets []int64
}

func (s *scripted) RoundTrip(r *http.Request) (*http.Response, error) {
	var asked pollParams
	if err := json.NewDecoder(r.Body).Decode(&asked); err != nil {
		return nil, err
	}
	s.offsets = append(s.offsets, asked.Offset)
	body := s.bodies[len(s.offsets)-1]
	return &http.Response{StatusCode: http.StatusOK, Body: io.NopCloser(bytes.NewBufferString(body))}, nil
}

func TestPollOffsets(t *testing.T) {
	t.Parallel()
	update := func(id int64) string { return fmt.Sprintf(`{"update_id":%d,"message":{}}`, id) }
	ok := func(updates ...string) string { return `{"ok":true,"result":[` + strings.Join(updates, ",") + `]}` }
	tests := map[string]struct {
		bodies  []string
		offsets []int64
		stored  []int64
	}{
		"one after the other": {[]string{ok(update(5), update(6)), ok(update(7)), ok()}, []int64{0, 7, 8}, []int64{5, 6, 7}},
		"ids jump forwards":   {[]string{ok(update(5), update(900)), ok()}, []int64{0, 901}, []int64{5, 900}},
		"ids jump back":       {[]string{ok(update(900)), ok(update(5)), ok()}, []int64{0, 901, 6}, []int64{900, 5}},
		"out of order":        {[]string{ok(update(6), update(5)), ok()}, []int64{0, 7}, []int64{6, 5}},
		"duplicates":          {[]string{ok(update(5), update(5)), ok(update(5), update(6)), ok()}, []int64{0, 6, 7}, []int64{5, 6}},
		"one without id":      {[]string{ok(update(5), `{"message":{}}`, update(6)), ok()}, []int64{0, 7}, []int64{5, 6}},
		"none with id":        {[]string{ok(update(5)), ok(`"x"`, `null`), ok(update(8)), ok()}, []int64{0, 6, 8, 9}, []int64{5, 8}},
		"id of a wrong type":  {[]string{ok(`{"update_id":"5"}`, update(6)), ok()}, []int64{0, 7}, []int64{6}},
		"malformed content":   {[]string{ok(`{"update_id":5,"message":7}`), ok()}, []int64{0, 6}, []int64{5}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			script := &scripted{bodies: test.bodies}
			logged := &logBuffer{}
			p := &poller{
				api:    &apiClient{http: &http.Client{Transport: script}, token: NewToken(secretToken), base: "http://telegram.test"},
				ledger: newLedger(newStore(t)), now: time.Now, log: slog.New(slog.NewTextHandler(logged, nil)), timeout: time.Second, stored: newSignal(),
				vitals: newVitals(Options{Now: time.Now, Steady: time.Now, Log: slog.New(slog.DiscardHandler)}),
			}
			for range test.bodies {
				if _, err := p.once(t.Context()); err != nil && !errors.Is(err, errNoID) {
					t.Fatal(err)
				}
			}
			var stored []int64
			err := p.ledger.View(t.Context(), time.Now(), func(l *ledger.Look) error {
				waiting, err := l.Waiting(0)
				for _, u := range waiting {
					stored = append(stored, u.ID)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(test.offsets, script.offsets); diff != "" {
				t.Errorf("offsets (-want +got):\n%s", diff)
			}
			if diff := cmp.Diff(test.stored, stored); diff != "" {
				t.Errorf("stored (-want +got):\n%s", diff)
			}
		})
	}
}

// TestPollFaults says something while getUpdates fails, and looks that it is heard exactly once.
func TestPollFaults(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		fault  sandbox.Fault
		logged string
	}{
		"server":        {sandbox.Fault{Status: 500}, "poll failed"},
		"gateway":       {sandbox.Fault{Status: 502}, "poll failed"},
		"flood":         {sandbox.Fault{Status: 429, RetryAfter: 40}, "poll failed"},
		"dropped":       {sandbox.Fault{DropAfter: true}, "poll failed"},
		"other poller":  {sandbox.Fault{Status: 409, Description: "Conflict: terminated by other getUpdates request"}, "another program polls"},
		"webhook":       {sandbox.Fault{Status: 409, Description: "Conflict: can't use getUpdates method while webhook is active"}, "a webhook is set"},
		"token revoked": {sandbox.Fault{Status: 401}, "token is not known"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			polls := 0
			story(t, echo, func(h *house) {
				h.says(alice, "mở đầu")
				h.hears(alice, "nghe: mở đầu")
				h.fails(func(method string) *sandbox.Fault {
					if method != "getUpdates" {
						return nil
					}
					polls++
					return &test.fault
				})
				h.says(alice, "một")
				passes(time.Hour)
				h.server.SetFault(nil)
				h.says(alice, "hai")
				h.hears(alice, "nghe: hai")
				if diff := cmp.Diff([]string{"nghe: mở đầu", "nghe: một", "nghe: hai"}, h.heard(alice)); diff != "" {
					h.t.Errorf("heard (-want +got):\n%s", diff)
				}
				if polls < 40 || polls > 200 {
					h.t.Errorf("%d polls in an hour of failures", polls)
				}
				if !strings.Contains(h.logged.String(), test.logged) {
					h.t.Errorf("log without %q", test.logged)
				}
			})
		})
	}
}

// TestTwoPollers starts a second bot with the same token. Both say so and ask less and less often; what people write
// still reaches one of them, and all is well when one of them ends.
func TestTwoPollers(t *testing.T) {
	t.Parallel()
	var polls atomic.Int64
	story(t, echo, func(h *house) {
		h.says(alice, "trước")
		h.hears(alice, "nghe: trước")
		o, logged := h.options, &logBuffer{written: newSignal()}
		o.Ledger, o.Log = newLedger(newStore(h.t)), slog.New(slog.NewTextHandler(logged, nil))
		second, err := New(o)
		if err != nil {
			h.t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(h.t.Context())
		ended := make(chan error)
		go func() { ended <- second.Run(ctx) }()
		polls.Store(0)
		h.sleeps(time.Hour)
		if polls := polls.Load(); polls > 400 {
			h.t.Errorf("%d polls of both in an hour", polls)
		}
		for _, b := range []*Bot{h.bot, second} {
			if health := b.Health(); health.PollError != PollConflict || health.PollSince.IsZero() {
				h.t.Errorf("health %+v", health)
			}
		}
		for i, log := range []string{h.logged.String(), logged.String()} {
			if n := strings.Count(log, "another program polls"); n < 1 || n > 7 {
				h.t.Errorf("bot %d says so %d times in an hour", i, n)
			}
		}
		h.says(alice, "trong khi")
		h.hears(alice, "nghe: trong khi")
		cancel()
		if err := <-ended; err != nil {
			h.t.Error(err)
		}
		h.sleeps(10 * time.Minute)
		if health := h.bot.Health(); health.PollError != "" || time.Since(health.LastPoll) > time.Minute {
			h.t.Errorf("health afterwards %+v", health)
		}
		h.says(alice, "sau")
		h.hears(alice, "nghe: sau")
	}, func(o *Options) {
		inner := o.HTTPClient.Transport
		o.HTTPClient = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if strings.HasSuffix(r.URL.Path, "/getUpdates") {
				polls.Add(1)
			}
			return inner.RoundTrip(r)
		})}
	})
}

// TestPollWithoutIDs answers with nothing but what has no id. Nobody is asked more often for that than after a failure.
func TestPollWithoutIDs(t *testing.T) {
	t.Parallel()
	polls := 0
	story(t, echo, func(*house) { passes(time.Hour) }, func(o *Options) {
		inner := o.HTTPClient.Transport
		o.HTTPClient = &http.Client{Transport: roundTrip(func(r *http.Request) (*http.Response, error) {
			if !strings.HasSuffix(r.URL.Path, "/getUpdates") {
				return inner.RoundTrip(r)
			}
			polls++
			body := io.NopCloser(strings.NewReader(`{"ok":true,"result":[{"message":{}}]}`))
			return &http.Response{StatusCode: http.StatusOK, Body: body}, nil
		})}
	})
	if polls > 200 {
		t.Errorf("%d polls in an hour", polls)
	}
}

// TestMalformedUpdate says that what Telegram sends for somebody must not stop anybody else.
func TestMalformedUpdate(t *testing.T) {
	t.Parallel()
	story(t, echo, func(h *house) {
		for _, raw := range []string{`"no object"`, `{"message":7}`, `{"message":{"chat":{"id":"x"}}}`, `{"novel_update":{"a":[1]}}`, `[1,2]`} {
			h.server.Inject(json.RawMessage(raw))
		}
		h.says(alice, "còn đó không")
		h.hears(alice, "nghe: còn đó không")
	})
}
