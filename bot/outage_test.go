package bot

import (
	"fmt"
	"slices"
	"sync/atomic"
	"testing"
	"time"

	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// TestOutage says that while Telegram is out of reach few calls are made, and that all arrives soon afterwards, in order.
func TestOutage(t *testing.T) {
	t.Parallel()
	for _, people := range []int64{outageChats, 40} {
		t.Run(fmt.Sprintf("%d people", people), func(t *testing.T) {
			t.Parallel()
			story(t, silent, func(h *house) { h.outage(people) })
		})
	}
}

// outage keeps two messages to each of that many people from getting through for an hour.
func (h *house) outage(people int64) {
	first := int64(5000)
	for id := first; id < first+people; id++ {
		h.server.AddPerson(sandbox.Person{ID: id, FirstName: "N"})
		h.begins(id)
	}
	var calls atomic.Int64
	var up atomic.Bool
	h.fails(func(method string) *sandbox.Fault {
		if method == "sendMessage" && !up.Load() {
			calls.Add(1)
			return &sandbox.Fault{Status: 502}
		}
		return nil
	})
	for id := first; id < first+people; id++ {
		h.queues(
			reply(fmt.Sprint(id, ".1"), twinning.ChatID(id), words("một")),
			reply(fmt.Sprint(id, ".2"), twinning.ChatID(id), words("hai")),
		)
	}
	passes(time.Hour)
	waits()
	if n := calls.Load(); n < 60 || n > 60*5 {
		h.t.Errorf("%d calls in an hour without an answer", n)
	}
	up.Store(true)
	passes(2 * time.Minute) // no chat waits longer while three fail: 3 × 30 s, give or take a quarter
	waits()
	for id := first; id < first+people; id++ {
		if got := h.heard(id); !slices.Equal(got, []string{"một", "hai"}) {
			h.t.Errorf("person %d heard %q", id, got)
		}
	}
}

// TestPoorChats has a few chats fail for a reason of their own while others are answered: that is no outage, so they are
// tried as seldom as each alone, and hold nobody up.
func TestPoorChats(t *testing.T) {
	t.Parallel()
	story(t, silent, func(h *house) {
		h.begins(alice)
		var calls atomic.Int64
		h.server.SetFault(func(method string, chat int64) *sandbox.Fault {
			if method != "sendMessage" || chat < 5000 {
				return nil
			}
			calls.Add(1)
			return &sandbox.Fault{Status: 500}
		})
		for id := int64(5000); id < 5000+outageChats; id++ {
			h.server.AddPerson(sandbox.Person{ID: id, FirstName: "N"})
			h.begins(id)
			h.queues(reply(fmt.Sprint(id), twinning.ChatID(id), words("một")))
		}
		for i := range 360 {
			h.queues(reply(fmt.Sprint("alice ", i), alice, words(fmt.Sprint(i))))
			passes(10 * time.Second)
		}
		waits()
		if n := calls.Load(); n > 30*outageChats {
			h.t.Errorf("%d calls in an hour", n)
		}
		if n := len(h.heard(alice)); n != 360 {
			h.t.Errorf("%d messages arrived elsewhere", n)
		}
	})
}
