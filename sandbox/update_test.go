package sandbox_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
)

func texts(all []update) []string {
	var out []string
	for _, u := range all {
		if u.Message != nil {
			out = append(out, u.Message.Text)
		}
	}
	return out
}

// receive takes from the channel, and fails the test rather than wait for ever.
func receive[T any](t *testing.T, from <-chan T) T {
	t.Helper()
	timer := time.NewTimer(10 * time.Second)
	defer timer.Stop()
	select {
	case got := <-from:
		return got
	case <-timer.C:
		t.Fatal("nothing came")
		panic("unreachable")
	}
}

func TestOffsets(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for i := range 5 {
		w.say(an, an, fmt.Sprint("tin ", i))
	}
	all := w.updates(`{}`)
	if diff := cmp.Diff([]string{"tin 0", "tin 1", "tin 2", "tin 3", "tin 4"}, texts(all)); diff != "" {
		t.Fatal(diff)
	}
	if again := w.updates(`{"limit":2}`); len(again) != 2 || again[0].ID != all[0].ID {
		t.Errorf("without an offset the same updates come again: %v", texts(again))
	}
	rest := w.updates(fmt.Sprintf(`{"offset":%d}`, all[2].ID))
	if diff := cmp.Diff([]string{"tin 2", "tin 3", "tin 4"}, texts(rest)); diff != "" {
		t.Errorf("the offset confirms what is before it:\n%s", diff)
	}
	if w.Delivered() != 2 || w.Pending() != 3 {
		t.Errorf("delivered %d, pending %d", w.Delivered(), w.Pending())
	}
	if last := w.updates(`{"offset":-1}`); len(last) != 1 || last[0].ID != all[4].ID {
		t.Errorf("a negative offset keeps the newest: %v", texts(last))
	}
	if none := w.updates(fmt.Sprintf(`{"offset":%d}`, all[4].ID+1)); len(none) != 0 || w.Pending() != 0 || w.Delivered() != 5 {
		t.Errorf("after all: %v, pending %d, delivered %d", texts(none), w.Pending(), w.Delivered())
	}
}

func TestLongPollWakes(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := make(chan []update)
	seen := w.Version()
	go func() { got <- w.updates(`{"timeout":50}`) }()
	if _, err := w.WaitChange(t.Context(), seen); err != nil { // the poller has come
		t.Fatal(err)
	}
	w.say(an, an, "có ai không")
	if all := receive(t, got); len(all) != 1 {
		t.Errorf("updates %v", texts(all))
	}
}

func TestOnePoller(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	first := make(chan answer)
	seen := w.Version()
	go func() { first <- w.call("getUpdates", `{"timeout":50}`) }()
	if _, err := w.WaitChange(t.Context(), seen); err != nil {
		t.Fatal(err)
	}
	w.updates(`{}`)
	a := receive(t, first)
	if a.Code != 409 || !strings.HasPrefix(a.Description, "Conflict: terminated by other getUpdates request") {
		t.Errorf("the first poller got %+v", a)
	}
}

func TestCloseEndsPoll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	got := make(chan answer)
	seen := w.Version()
	go func() { got <- w.call("getUpdates", `{"timeout":50}`) }()
	if _, err := w.WaitChange(t.Context(), seen); err != nil {
		t.Fatal(err)
	}
	w.Close()
	w.Close()
	if a := receive(t, got); a.Code != 502 {
		t.Errorf("answer %+v", a)
	}
	if a := w.call("getMe", ""); a.Code != 502 {
		t.Errorf("after Close: %+v", a)
	}
}

func TestAllowedUpdates(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.updates(`{"allowed_updates":["message"]}`)
	m := w.say(an, an, "một")
	if err := w.Edit(an, an, m.ID, "hai"); err != nil {
		t.Fatal(err)
	}
	if all := w.updates(`{}`); len(all) != 1 || all[0].Message == nil {
		t.Errorf("only messages are allowed, remembered: %+v", all)
	}
	w.updates(`{"allowed_updates":[]}`)
	if err := w.Edit(an, an, m.ID, "ba"); err != nil {
		t.Fatal(err)
	}
	if all := w.updates(`{}`); len(all) != 2 || all[1].Edited == nil || all[1].Edited.Text != "ba" {
		t.Errorf("an empty list is the default again: %+v", all)
	}
}

func TestInject(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.Inject(json.RawMessage(`{"hologram":{"x":1}}`))
	w.Inject(json.RawMessage(`{"update_id":1,"message":{"message_id":"not a number"}}`))
	var got []map[string]json.RawMessage
	if err := json.Unmarshal(w.ok("getUpdates", `{}`), &got); err != nil {
		t.Fatal(err)
	}
	if len(got) != 2 || string(got[0]["hologram"]) != `{"x":1}` || string(got[1]["update_id"]) == "1" {
		t.Errorf("injected %s", got)
	}
}

func TestWebhook(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	type hit struct{ secret, text string }
	hits := make(chan hit, 10)
	var refused atomic.Bool
	hook := httptest.NewServer(http.HandlerFunc(func(rw http.ResponseWriter, r *http.Request) {
		var u update
		if err := json.NewDecoder(r.Body).Decode(&u); err != nil {
			t.Error(err)
		}
		hits <- hit{r.Header.Get("X-Telegram-Bot-Api-Secret-Token"), u.Message.Text}
		if !refused.Swap(true) {
			rw.WriteHeader(http.StatusInternalServerError)
		}
	}))
	defer hook.Close()
	w.ok("setWebhook", `{"url":"`+hook.URL+`/x","secret_token":"s3cret"}`)
	if a := w.call("getUpdates", `{}`); a.Code != 409 || !strings.Contains(a.Description, "webhook is active") {
		t.Errorf("getUpdates beside a webhook: %+v", a)
	}
	w.say(an, an, "một")
	w.say(an, an, "hai")
	for _, want := range []string{"một", "một", "hai"} { // the first is refused once and comes again
		if got := receive(t, hits); got != (hit{"s3cret", want}) {
			t.Errorf("hook got %+v, want %s", got, want)
		}
	}
	ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
	defer cancel()
	if err := w.WaitQuiet(ctx, time.Millisecond); err != nil || w.Delivered() != 2 {
		t.Errorf("delivered %d, %v", w.Delivered(), err)
	}
	var info struct {
		URL       string `json:"url"`
		LastError string `json:"last_error_message"`
	}
	if err := json.Unmarshal(w.ok("getWebhookInfo", ""), &info); err != nil {
		t.Fatal(err)
	}
	if info.URL != hook.URL+"/x" || !strings.Contains(info.LastError, "500") {
		t.Errorf("info %+v", info)
	}
	w.ok("deleteWebhook", `{"drop_pending_updates":true}`)
	w.say(an, an, "ba")
	if all := w.updates(`{}`); len(all) != 1 {
		t.Errorf("after deleteWebhook polling works: %v", texts(all))
	}
	if a := w.call("setWebhook", `{"url":"https://example.com/x"}`); a.Code != 400 {
		t.Errorf("a webhook elsewhere: %+v", a)
	}
}
