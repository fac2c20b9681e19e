package ledger_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// TestDisclaim goes through all that can become of a unit's word that an obligation is not its own.
func TestDisclaim(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	say := func(w *ledger.Work, a ledger.Actor) error { return w.Disclaim(a, duty(), "không có hộ") }
	uphold := func(w *ledger.Work, a ledger.Actor) error { return w.Uphold(a, duty()) }
	waive := func(w *ledger.Work, a ledger.Actor) error { return w.Waive(a, duty(), "đúng") }
	open := func() (n int) {
		c.look(func(k *ledger.Look) error {
			list, err := k.Disclaimers()
			n = len(list)
			return err
		})
		return n
	}
	before := len(c.outbox())
	if got := c.decides(c.officer, say); got != "" {
		t.Fatal(got)
	}
	if got := c.decides(c.lead, say); got != "conflict" {
		t.Errorf("said twice: %q", got)
	}
	if diff := cmp.Diff([]twinning.PersonID{c.coordinator.ID, c.other.ID}, c.told(before)); diff != "" {
		t.Errorf("asked (-want +got):\n%s", diff)
	}
	if open() != 1 || !c.owing(duty()).Standing.Open() {
		t.Errorf("%d open, the obligation is %s", open(), c.owing(duty()).Standing)
	}
	c.links(before)
	before = len(c.outbox())
	if got := c.decides(c.coordinator, waive); got != "" {
		t.Fatal(got)
	}
	if diff := cmp.Diff([]int64{int64(c.other.Telegram)}, c.edited(before)); diff != "" {
		t.Errorf("cards closed beside the pressed one (-want +got):\n%s", diff)
	}
	if d := c.owing(duty()).Handling.Disclaimer; open() != 0 || d.Open() || d.Upheld || d.DecidedBy != c.coordinator.ID {
		t.Errorf("%d open, %+v", open(), d)
	}
	if got := c.decides(c.coordinator, uphold); got != "conflict" {
		t.Errorf("upheld after it was waived: %q", got)
	}
	// After the waiver was taken back the unit can say it again; once upheld it can't.
	c.must(func(w *ledger.Work) error { return w.Unwaive(by(c.coordinator), duty()) })
	if got := c.decides(c.lead, say); got != "" {
		t.Errorf("said again: %q", got)
	}
	before = len(c.outbox())
	if got := c.decides(c.other, uphold); got != "" {
		t.Fatal(got)
	}
	if n := len(c.told(before)); n != 2 {
		t.Errorf("%d people of the unit were answered", n)
	}
	for _, fault := range []string{c.decides(c.other, uphold), c.decides(c.officer, say)} {
		if fault != "conflict" {
			t.Errorf("after the answer: %q", fault)
		}
	}
	if a := c.audited(); count(a, "obligation.disclaim") != 2 || count(a, "obligation.disclaimer") != 1 {
		t.Errorf("recorded: %v", a)
	}
	c.checkTexts()
}

// TestDisclaimedThenFiled needs no decision any more.
func TestDisclaimedThenFiled(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	c.must(func(w *ledger.Work) error { return w.Disclaim(by(c.officer), duty(), "") })
	c.files(c.officer, document("needs", border, 0, 2027))
	c.look(func(k *ledger.Look) error {
		list, err := k.Disclaimers()
		if len(list) > 0 {
			t.Errorf("still open: %+v", list)
		}
		return err
	})
}

// links makes the messages that were queued since before known by number 1, as if they had been sent.
func (c *cast) links(before int) {
	c.Helper()
	rows := c.outbox()[before:]
	c.must(func(w *ledger.Work) error {
		for _, row := range rows {
			if err := w.Link(row.Subject, row.Chat, 1); err != nil {
				return err
			}
		}
		return nil
	})
}

// edited returns the chats in which a message was changed since before.
func (c *cast) edited(before int) (chats []int64) {
	c.Helper()
	for _, row := range c.outbox()[before:] {
		if row.Op == ledger.OpEdit {
			chats = append(chats, int64(row.Chat))
		}
	}
	return chats
}
