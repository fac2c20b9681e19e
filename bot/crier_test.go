package bot

import (
	"fmt"
	"slices"
	"strings"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/store"
	"ketnghia/twinning"
)

// unit is the one unit of the people here.
const unit twinning.UnitKey = "W1"

// proclaiming is a crowd that is enrolled, with a coordinator who announces.
func proclaiming(t testing.TB, people int) (c *crowd, begin func()) {
	c = newCrowd(t, people, 0)
	err := c.store.Update(t.Context(), time.Now(), putUnit)
	if err != nil {
		t.Fatal(err)
	}
	for i := range people {
		c.enrols(twinning.Person{
			Telegram: twinning.ChatID(firstOfCrowd + i), Name: fmt.Sprintf("Người %d", i), Unit: unit, Role: twinning.RoleOfficer,
		})
	}
	boss := twinning.Person{Telegram: alice, Name: "Lan", Unit: unit, Role: twinning.RoleCoordinator}
	boss.ID = c.enrols(boss)
	boss.State = twinning.MembershipActive
	c.says(alice, "/start")
	return c, func() {
		c.update(func(w *ledger.Work) error {
			n, err := w.Announce(ledger.Actor{Person: boss, Chat: alice}, twinning.Announcement{
				To: twinning.Circle{Kind: twinning.CircleAll}, Text: "thông báo",
			})
			if err != nil {
				return err
			}
			t, err := w.Tally(n.ID)
			if err != nil {
				return err
			}
			return w.Queue(ledger.Delivery{
				Cause: "card", Chat: alice, Person: boss.ID, Op: ledger.OpSend, Subject: ledger.AnnouncementSubject(n.ID),
				Message: w.AnnouncementCard(n, t),
			})
		})
		c.bot.Wake()
	}
}

// TestProclaim announces through stops in the middle, to people of whom some have blocked the bot. The card follows, the
// limits hold, and everybody has it once.
func TestProclaim(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		c, begin := proclaiming(t, *crowdOf)
		refused := []int64{firstOfCrowd + 3, firstOfCrowd + 20}
		stop := c.settles()
		for _, p := range refused {
			// Telegram refuses before it tells the bot of the block, as when the bot was away.
			c.server.Block(p, true)
		}
		shown := 0
		var mu sync.Mutex
		c.server.SetFault(func(method string, chat int64) *sandbox.Fault {
			mu.Lock()
			defer mu.Unlock()
			if method == "editMessageText" && chat == alice {
				shown++
			}
			return nil
		})
		begin()
		for range 3 {
			passes(1500 * time.Millisecond)
			stop()
			var err error
			if c.bot, err = New(c.options); err != nil {
				t.Fatal(err)
			}
			stop = c.start()
		}
		defer stop()
		passes(time.Duration(*crowdOf)*time.Second/20 + 30*time.Second)
		waits()
		for i := range int64(c.people) {
			p := firstOfCrowd + i
			if got := len(c.heard(p)); got != 1 && !slices.Contains(refused, p) {
				t.Errorf("person %d heard %q", i, c.heard(p))
			}
		}
		if n := c.server.Refusals(); n > 0 {
			t.Errorf("%d calls were refused", n)
		}
		told := strings.Join(c.heard(alice), "\n")
		for _, want := range []string{
			fmt.Sprintf("%d/%d", c.people-2, c.people), "2 người không nhận được", "Người 3, Người 20",
		} {
			if !strings.Contains(told, want) {
				t.Errorf("the announcer was not told %q:\n%s", want, told)
			}
		}
		if most := c.people/29/5 + 8; shown > most {
			t.Errorf("the card was changed %d times, want at most %d", shown, most)
		}
	})
}

// TestWithdrawnIsNotSent stops an announcement between the choice of what goes now and its mark.
func TestWithdrawnIsNotSent(t *testing.T) {
	t.Parallel()
	h := newHouse(t, silent)
	h.queues(ledger.Delivery{Cause: "1", Chat: alice, Class: ledger.ClassAnnouncement, Message: words("một")})
	s := h.bot.newSender()
	p := s.plan(nil)
	h.look(func(l *ledger.Look) error { return s.pick(l, p) })
	if len(p.launch) != 1 {
		t.Fatalf("%d picked", len(p.launch))
	}
	h.update(func(w *ledger.Work) error {
		row := h.rowIn(w, 1)
		row.State = ledger.Failed
		return w.SetDelivery(row)
	})
	h.update(func(w *ledger.Work) error {
		p = p.copy()
		return p.mark(w)
	})
	if len(p.launch) != 0 || h.row(1).State != ledger.Failed {
		t.Errorf("%d are sent, the row is %s", len(p.launch), h.row(1).State)
	}
}

func putUnit(tx *store.Tx) error {
	return tx.PutUnit(twinning.Unit{Key: unit, Name: "Xã Một", Role: twinning.RoleRecipientCommune, State: twinning.UnitActive})
}
