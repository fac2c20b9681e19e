package bot

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

func TestConversation(t *testing.T) {
	t.Parallel()
	router := NewRouter()
	router.Command("han", func(_ context.Context, r *Request) error {
		m := words("hạn của " + r.Args)
		m.Buttons = [][]twinning.Button{{{Label: words("Xem").Lines[0], Data: "h:7:xem"}}}
		return r.ReplySubject("deadline/7", m)
	})
	router.Press("h", func(_ context.Context, r *Request) error {
		id, err := r.Press.ID(0)
		if err != nil {
			return err
		}
		if id != 7 || r.Press.Part(1) != "xem" {
			return errBroken
		}
		if err := r.Answer("measure.amount_vnd", twinning.Args{{"Value", twinning.Text("a < b")}}); err != nil {
			return err
		}
		return r.EditSubject("deadline/7", words("đã xem"))
	})
	story(t, router.Handle, func(h *house) {
		h.says(alice, "/hạn xã Ch'ơm <b>")
		card := h.hears(alice, "hạn của xã Ch'ơm <b>")
		answer, err := h.server.Press(alice, alice, card.ID, "Xem")
		if err != nil {
			h.t.Fatal(err)
		}
		if answer, err = h.server.WaitAnswer(h.t.Context(), answer.QueryID); err != nil || answer.Text != "a < b" {
			h.t.Errorf("answer %+v, %v; want a < b", answer, err)
		}
		if edited := h.hears(alice, "đã xem"); edited.ID != card.ID || len(edited.Buttons) != 0 {
			h.t.Errorf("edited %v, want message %d without buttons", edited, card.ID)
		}
	})
}

func TestGroupReply(t *testing.T) {
	t.Parallel()
	story(t, echo, func(h *house) {
		asked, err := h.server.Say(alice, team, "@ketnghia_bot còn mấy ngày?")
		if err != nil {
			h.t.Fatal(err)
		}
		if m := h.hears(team, "nghe: còn mấy ngày?"); m.ReplyTo != asked.ID {
			h.t.Errorf("reply to %d, want %d", m.ReplyTo, asked.ID)
		}
	})
}

func TestCommandMenu(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, echo, func(o *Options) { o.Commands = []Command{{Name: "han", Key: "weekday.1"}} })
		calls := 0
		h.fails(func(method string) *sandbox.Fault {
			if method != "setMyCommands" {
				return nil
			}
			if calls++; calls == 1 {
				return &sandbox.Fault{Status: 500}
			}
			return nil
		})
		stop := h.start() // the menu is shown at once, so the fault stands before
		defer stop()
		passes(time.Minute)
		waits()
		if calls != 3 { // Vietnamese twice, English once
			h.t.Errorf("%d calls, want 3", calls)
		}
		if strings.Contains(h.logged.String(), `"code":400`) {
			h.t.Errorf("refused:\n%s", h.logged)
		}
	})
}

// TestCoordinatorsMenu says that what only coordinators may do stands in their menu alone.
func TestCoordinatorsMenu(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, echo, func(o *Options) {
			o.Commands = []Command{{Name: "han", Key: "weekday.1"}, {Name: "thongbao", Key: "weekday.2", Coordinators: true}}
		})
		h.enrols(twinning.Person{Telegram: alice, Name: "Lan", Unit: "W1", Role: twinning.RoleCoordinator})
		h.enrols(twinning.Person{Telegram: bela, Name: "Mai", Unit: "W1", Role: twinning.RoleLead})
		stop := h.start()
		defer stop()
		h.begins(alice, bela)
		if own, other := h.server.Commands(alice), h.server.Commands(bela); len(own) != 2 || len(other) != 1 {
			t.Errorf("the coordinator sees %v, somebody else %v", own, other)
		}
	})
}

func TestCheck(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		token string
		serve func(*sandbox.Server) http.Handler
		want  error
	}{
		"known":         {secretToken, (*sandbox.Server).API, nil},
		"unknown token": {"123456:other-secret", (*sandbox.Server).API, ErrToken},
		"webhook": {secretToken, func(s *sandbox.Server) http.Handler {
			call := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/bot"+secretToken+"/setWebhook",
				strings.NewReader(`{"url":"http://127.0.0.1:1/hook"}`))
			call.Header.Set("Content-Type", "application/json")
			recorder := httptest.NewRecorder()
			s.API().ServeHTTP(recorder, call)
			return s.API()
		}, ErrWebhook},
		"html": {secretToken, func(*sandbox.Server) http.Handler {
			return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				http.Error(w, "<html>gateway</html>", http.StatusBadGateway)
			})
		}, ErrUnreachable},
		"dropped": {secretToken, func(*sandbox.Server) http.Handler {
			return http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })
		}, ErrUnreachable},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var handler http.Handler
			h := newHouse(t, echo, func(o *Options) { o.Token = NewToken(test.token) })
			handler = test.serve(h.server)
			h.bot.api.http = &http.Client{Transport: direct{handler}}
			err := h.bot.Check(t.Context())
			if !errors.Is(err, test.want) || (err == nil) != (test.want == nil) {
				t.Errorf("error %v, want %v", err, test.want)
			}
			if err != nil && strings.Contains(err.Error(), "ecret") {
				t.Errorf("error tells the token: %v", err)
			}
		})
	}
}

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	tests := map[string]func(*Options){
		"no ledger":    func(o *Options) { o.Ledger = nil },
		"no handler":   func(o *Options) { o.Handle = nil },
		"no clock":     func(o *Options) { o.Now = nil },
		"no token":     func(o *Options) { o.Token = Token{} },
		"bad token":    func(o *Options) { o.Token = NewToken("abc") },
		"token path":   func(o *Options) { o.Token = NewToken("1:a/b") },
		"bad address":  func(o *Options) { o.APIURL = "ftp://telegram.test" },
		"hostless":     func(o *Options) { o.APIURL = "https://" },
		"unparsed url": func(o *Options) { o.APIURL = "http://a\x7f" },
	}
	for name, spoil := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newHouse(t, echo).options
			spoil(&o)
			var invalid *twinning.InvalidError
			if _, err := New(o); !errors.As(err, &invalid) {
				t.Errorf("error %v, want *InvalidError", err)
			}
		})
	}
}

// TestRunWaitsForNetwork says that a bot started before the network is there begins when it is.
func TestRunWaitsForNetwork(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, echo)
		var up atomic.Bool
		h.fails(func(string) *sandbox.Fault {
			if !up.Load() {
				return &sandbox.Fault{Status: 502}
			}
			return nil
		})
		stop := h.start()
		defer stop()
		h.says(alice, "có ai không")
		passes(10 * time.Minute)
		waits()
		if got := h.heard(alice); got != nil {
			t.Errorf("heard %q while down", got)
		}
		up.Store(true)
		h.hears(alice, "nghe: có ai không")
	})
}

func TestRunRefusesToken(t *testing.T) {
	t.Parallel()
	h := newHouse(t, echo, func(o *Options) { o.Token = NewToken("123456:wrong-secret") })
	if err := h.bot.Run(t.Context()); !errors.Is(err, ErrToken) {
		t.Errorf("error %v, want ErrToken", err)
	}
}

// TestLoopback goes over real connections once.
func TestLoopback(t *testing.T) {
	t.Parallel()
	h := newHouse(t, echo)
	api := httptest.NewServer(h.server.API())
	t.Cleanup(api.Close)
	h.options.HTTPClient, h.options.APIURL = nil, api.URL
	var err error
	if h.bot, err = New(h.options); err != nil {
		t.Fatal(err)
	}
	stop := h.start()
	t.Cleanup(stop)
	h.says(alice, "xin chào")
	h.hears(alice, "nghe: xin chào")
	if got := h.bot.DeepLink("abc"); got != "https://t.me/ketnghia_bot?start=abc" {
		t.Errorf("link %s", got)
	}
}

// TestTokenStaysSecret makes calls fail in many ways and looks for the token in all that is logged.
func TestTokenStaysSecret(t *testing.T) {
	t.Parallel()
	faults := map[string]http.RoundTripper{
		"refused connection": http.DefaultTransport,
		"dropped":            direct{http.HandlerFunc(func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) })},
		"redirect": direct{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://elsewhere.test"+r.URL.Path, http.StatusTemporaryRedirect)
		})},
		"echoing proxy": direct{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			http.Error(w, "cannot reach "+r.URL.String(), http.StatusBadGateway)
		})},
		"echoing description": direct{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(`{"ok":false,"error_code":400,"description":"Bad Request: ` + r.URL.Path + `"}`))
		})},
		"cut off": direct{http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			_, _ = w.Write([]byte(`{"ok":true,"result":"` + r.URL.Path))
		})},
	}
	for name, transport := range faults {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			h := newHouse(t, echo, func(o *Options) {
				o.APIURL = "http://127.0.0.1:1"
				o.HTTPClient = &http.Client{Transport: transport}
			})
			ctx := t.Context()
			h.bot.me.Store(&identity{id: 1, username: "b"})
			checkErr := h.bot.Check(ctx)
			_, pollErr := (&poller{
				api: h.bot.api, ledger: h.ledger, now: time.Now, log: h.options.Log, timeout: time.Second, vitals: h.bot.vitals,
			}).once(ctx)
			s := h.bot.newSender()
			row := ledger.Delivery{Chat: alice, Op: ledger.OpSend, Message: words("x")}
			_, sendErr := s.caller.call(ctx, &job{row: row})
			for i, err := range []error{checkErr, pollErr, sendErr} {
				if err == nil {
					t.Errorf("call %d did not fail", i)
					continue
				}
				h.options.Log.Error("failed", slog.Any("error", err))
				h.options.Log.Error("failed", slog.Any("error", errors.Unwrap(err)), slog.Any("bot", h.bot.o.Token))
			}
			if s := h.logged.String(); strings.Contains(s, "Secret") || strings.Count(s, "failed") < 6 {
				t.Errorf("log tells the token or is short:\n%s", s)
			}
		})
	}
}

// TestStopFinishesWhatIsInHand stops the bot while a message is on its way.
func TestStopFinishesWhatIsInHand(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, echo)
		slow := &slowTransport{inner: h.options.HTTPClient.Transport, delay: 5 * time.Second}
		h.bot.api.http = &http.Client{Transport: slow}
		stop := h.start()
		h.says(alice, "chậm")
		passes(2 * time.Second)
		if got := h.row(1).State; got != ledger.Sending {
			t.Errorf("state %s before the stop, want sending", got)
		}
		stop()
		if diff := cmp.Diff([]string{"nghe: chậm"}, h.heard(alice)); diff != "" {
			t.Errorf("heard (-want +got):\n%s", diff)
		}
		if got := h.row(1).State; got != ledger.Sent {
			t.Errorf("state %s, want sent", got)
		}
	})
}

// slowTransport delays the answers of sending methods; late lets a call arrive although nobody waits for it any more.
type slowTransport struct {
	inner http.RoundTripper
	delay time.Duration
	late  bool
}

func (s *slowTransport) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.Contains(r.URL.Path, "/send") {
		time.Sleep(s.delay)
	}
	if r.Context().Err() != nil && !s.late {
		return nil, r.Context().Err()
	}
	return s.inner.RoundTrip(r)
}
