package bot

import (
	"fmt"
	"testing"
	"testing/synctest"
	"time"

	"ketnghia/ledger"
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

// TestBulkIsNotReadWhole says that a turn reads few of many announcements while it is their rate that holds them, although
// a reply might go.
func TestBulkIsNotReadWhole(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		h := newHouse(t, silent, func(o *Options) { o.Limits = Limits{} })
		var many []ledger.Delivery
		for i := range 300 {
			many = append(many, ledger.Delivery{
				Cause: fmt.Sprint(i), Chat: twinning.ChatID(firstOfCrowd + i), Class: ledger.ClassAnnouncement, Message: words("một"),
			})
		}
		h.queues(many...)
		s := h.bot.newSender()
		for range 20 {
			p := s.plan(nil)
			h.look(func(l *ledger.Look) error { return s.pick(l, p) })
			s.pace = p.pace
			s.remember(p)
			passes(10 * time.Millisecond)
		}
		if s.window != windowLeast {
			t.Errorf("%d rows are read in a turn, want %d", s.window, windowLeast)
		}
	})
}
