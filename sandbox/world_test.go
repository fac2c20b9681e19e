package sandbox_test

import (
	"bytes"
	"context"
	"encoding/json"
	"image"
	"image/png"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/go-telegram/bot"

	"ketnghia/sandbox"
)

const (
	token    = "123456:ABC-def"
	botID    = 123456
	mai      = 101
	an       = 103
	stranger = 105
	team     = -900
)

// world is a server with three people, a group, and the real client library talking to it.
type world struct {
	*sandbox.Server

	t     *testing.T
	clock *sandbox.Clock
	url   string
	bot   *bot.Bot
}

// start is a fixed moment: 24/02/2027 08:00 in Vietnam.
func start() time.Time { return time.Date(2027, 2, 24, 1, 0, 0, 0, time.UTC) }

func newWorld(t *testing.T, change ...func(*sandbox.Options)) *world {
	t.Helper()
	clock := sandbox.NewClock(start)
	o := sandbox.Options{Token: token, Name: "Trợ lý", Username: "ketnghia_bot", Now: clock.Now, WebhookRetry: time.Millisecond}
	for _, f := range change {
		f(&o)
	}
	s, err := sandbox.New(o)
	if err != nil {
		t.Fatal(err)
	}
	s.AddPerson(sandbox.Person{ID: mai, FirstName: "Bling Thị", LastName: "Mai", Lang: "vi", Note: "cán bộ xã"})
	s.AddPerson(sandbox.Person{ID: an, FirstName: "An", Username: "an_soyte"})
	s.AddPerson(sandbox.Person{ID: stranger, FirstName: "Lạ"})
	s.AddGroup(sandbox.Group{ID: team, Title: "Tổ công tác", Members: []int64{an, mai}, Privacy: true})
	h := httptest.NewServer(s.API())
	t.Cleanup(h.Close)
	t.Cleanup(s.Close)
	b, err := bot.New(token, bot.WithServerURL(h.URL), bot.WithHTTPClient(time.Minute, h.Client()))
	if err != nil {
		t.Fatal(err)
	}
	return &world{Server: s, t: t, clock: clock, url: h.URL, bot: b}
}

// say makes a person write and fails the test if that can't be.
func (w *world) say(person, chat int64, text string, opts ...sandbox.SayOption) sandbox.Message {
	w.t.Helper()
	m, err := w.Say(person, chat, text, opts...)
	if err != nil {
		w.t.Fatal(err)
	}
	return m
}

// answer is what the Bot API answers.
type answer struct {
	OK          bool            `json:"ok"`
	Result      json.RawMessage `json:"result"`
	Code        int             `json:"error_code"`
	Description string          `json:"description"`
	Parameters  struct {
		RetryAfter int   `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

// call posts a JSON body to a method.
func (w *world) call(method, body string) answer {
	w.t.Helper()
	return w.post(w.t.Context(), w.url+"/bot"+token+"/"+method, "application/json", strings.NewReader(body))
}

func (w *world) post(ctx context.Context, url, kind string, body io.Reader) answer {
	w.t.Helper()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, url, body)
	if err != nil {
		w.t.Fatal(err)
	}
	req.Header.Set("Content-Type", kind)
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		w.t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	var a answer
	if err := json.NewDecoder(res.Body).Decode(&a); err != nil {
		w.t.Fatal(err)
	}
	if !a.OK && res.StatusCode != a.Code {
		w.t.Errorf("status %d with error_code %d", res.StatusCode, a.Code)
	}
	return a
}

// ok is call for a method that must succeed.
func (w *world) ok(method, body string) json.RawMessage {
	w.t.Helper()
	a := w.call(method, body)
	if !a.OK {
		w.t.Fatalf("%s %s: %s", method, body, a.Description)
	}
	return a.Result
}

// update is an update with the fields that the tests look at.
type update struct {
	ID      int64 `json:"update_id"`
	Message *struct {
		ID         int    `json:"message_id"`
		Text       string `json:"text"`
		Caption    string `json:"caption"`
		Date       int64  `json:"date"`
		MediaGroup string `json:"media_group_id"`
		MigrateTo  int64  `json:"migrate_to_chat_id"`
		Reply      *struct {
			ID int `json:"message_id"`
		} `json:"reply_to_message"`
	} `json:"message"`
	Edited *struct {
		Text string `json:"text"`
	} `json:"edited_message"`
	Callback *struct {
		ID   string `json:"id"`
		Data string `json:"data"`
	} `json:"callback_query"`
	MyMember   json.RawMessage `json:"my_chat_member"`
	ChatMember json.RawMessage `json:"chat_member"`
}

// updates are the waiting updates; offset as in getUpdates.
func (w *world) updates(body string) []update {
	w.t.Helper()
	var out []update
	if err := json.Unmarshal(w.ok("getUpdates", body), &out); err != nil {
		w.t.Fatal(err)
	}
	return out
}

// picture is a small PNG.
func picture(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := png.Encode(&b, image.NewRGBA(image.Rect(0, 0, 200, 100))); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}
