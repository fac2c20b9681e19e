package bot

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

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
