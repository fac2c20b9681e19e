package ledger_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// refuses lets Telegram refuse a row, and those that follow from it, for all of whom blocked says so; it returns to whom
// new rows went, in order.
func (b *books) refuses(row ledger.Delivery, blocked map[twinning.PersonID]bool) []string {
	b.Helper()
	var went []string
	queue := []ledger.Delivery{row}
	for len(queue) > 0 && len(went) < 50 {
		before := len(b.outbox())
		b.must(func(w *ledger.Work) error { return w.Unreachable(queue[0]) })
		queue = queue[1:]
		for _, next := range b.outbox()[before:] {
			went = append(went, fmt.Sprintf("%s → %d", next.Cause, next.Person))
			if blocked[next.Person] {
				queue = append(queue, next)
			}
		}
	}
	return went
}

// TestUnreachable refuses messages to one, then to more people of a unit.
func TestUnreachable(t *testing.T) {
	t.Parallel()
	const (
		officer, second, lead, observer, coordinator = 1, 2, 3, 4, 5
	)
	text := twinning.Say("status.nothing", nil)
	all := map[twinning.PersonID]bool{officer: true, second: true, lead: true, coordinator: true}
	tests := []struct {
		name    string
		row     ledger.Delivery
		blocked map[twinning.PersonID]bool
		do      func(*ledger.Work) error
		want    []string
	}{
		{"the lead stands in", ledger.Delivery{Class: ledger.ClassReminder}, nil, nil, []string{"c>3 → 3"}},
		{
			"then the next, and at last Ban Dân tộc hears of it",
			ledger.Delivery{Class: ledger.ClassReminder},
			all, nil,
			[]string{"c>3 → 3", "c>3>2 → 2", "c>3>2>gone/0 → 5"},
		},
		{
			"who was tried before is not tried again",
			ledger.Delivery{Cause: "c>3", Class: ledger.ClassReminder},
			nil, nil,
			[]string{"c>3>2 → 2"},
		},
		{"a plain answer is for nobody else", ledger.Delivery{Class: ledger.ClassReply}, nil, nil, nil},
		{"news of an activity", ledger.Delivery{Subject: "activity/1"}, nil, nil, []string{"c>3 → 3"}},
		{"news that the lead has", ledger.Delivery{Subject: "activity/1"}, nil, func(w *ledger.Work) error {
			return w.Link("activity/1", 1003, 9)
		}, []string{"c>2 → 2"}},
		{"news that the lead will get", ledger.Delivery{Subject: "activity/1"}, nil, func(w *ledger.Work) error {
			return w.Queue(ledger.Delivery{Chat: 1003, Person: lead, Op: ledger.OpSend, Subject: "activity/1", Message: text})
		}, []string{"c>2 → 2"}},
		{
			"a digest, of which the lead had one today",
			ledger.Delivery{Class: ledger.ClassReminder, Subject: "digest/2027-03-10"},
			nil,
			func(w *ledger.Work) error {
				p, err := w.Person(lead)
				if err != nil {
					return err
				}
				return w.Remind(ledger.Digest{Person: p, Message: text})
			},
			[]string{"c>2 → 2"},
		},
		{"an edit", ledger.Delivery{Op: ledger.OpEdit, Subject: "activity/1"}, nil, nil, nil},
		{"a group that the bot was thrown out of", ledger.Delivery{Chat: -7, Subject: "activity/1"}, nil, nil, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBooks(t)
			for _, role := range []twinning.Role{
				twinning.RoleOfficer, twinning.RoleOfficer, twinning.RoleLead, twinning.RoleObserver,
			} {
				b.enrol(border, role)
			}
			b.enrol(standing, twinning.RoleCoordinator)
			if test.do != nil {
				b.must(test.do)
			}
			test.row.Person, test.row.Message = officer, text
			if test.row.Cause == "" {
				test.row.Cause = "c"
			}
			if test.row.Chat == 0 {
				test.row.Chat = 1001
			}
			if test.row.Op == "" {
				test.row.Op = ledger.OpSend
			}
			if diff := cmp.Diff(test.want, b.refuses(test.row, test.blocked)); diff != "" {
				t.Errorf("went (-want +got):\n%s", diff)
			}
			b.look(func(k *ledger.Look) error {
				p, err := k.Person(officer)
				if p.Unreachable != (test.row.Chat > 0) {
					t.Errorf("marked: %v", p.Unreachable)
				}
				return err
			})
			b.checkTexts()
		})
	}
}

// TestOneDigestADay hands a digest over: it is the deputy's of that day.
func TestOneDigestADay(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	officer, lead := b.enrol(border, twinning.RoleOfficer), b.enrol(border, twinning.RoleLead)
	b.must(func(w *ledger.Work) error {
		return w.Unreachable(ledger.Delivery{
			Cause: "digest|x", Chat: officer.Telegram, Person: officer.ID, Class: ledger.ClassReminder, Op: ledger.OpSend,
			Subject: "digest/2027-03-10", Message: twinning.Say("status.nothing", nil),
		})
	})
	b.look(func(k *ledger.Look) error {
		reminded, err := k.Reminded(lead.ID)
		if !reminded {
			t.Error("the deputy would get a second digest")
		}
		return err
	})
}

// TestMarksAreSeen lets whoever watches the books see that somebody can be told again.
func TestMarksAreSeen(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	p := b.enrol(border, twinning.RoleOfficer)
	changes := func() (n uint64) {
		b.look(func(k *ledger.Look) (err error) {
			n, err = k.Changes(0)
			return err
		})
		return n
	}
	before := changes()
	b.must(func(w *ledger.Work) error { return w.Blocked(p) })
	p.Unreachable = true
	b.must(func(w *ledger.Work) error { return w.Reached(p) })
	p.Unreachable = false
	b.must(func(w *ledger.Work) error { return w.Reached(p) })
	if n := changes() - before; n != 2 {
		t.Errorf("%d changes, want 2", n)
	}
}

// TestSameCauseOnce queues twice for one cause.
func TestSameCauseOnce(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	for range 2 {
		b.must(func(w *ledger.Work) error {
			return w.For("update 1").Queue(ledger.Delivery{Chat: 5, Op: ledger.OpSend, Message: twinning.Say("status.nothing", nil)})
		})
	}
	if n := len(b.outbox()); n != 1 {
		t.Errorf("%d rows", n)
	}
	err := b.peek(func(w *ledger.Work) error { return w.For("").Queue(ledger.Delivery{Chat: 5}) })
	if err == nil || !strings.Contains(err.Error(), "no cause") {
		t.Errorf("without a cause: %v", err)
	}
}

func TestBury(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.enrol(standing, twinning.RoleCoordinator)
	b.must(func(w *ledger.Work) error { return w.Receive([]ledger.Update{{ID: 5, Raw: []byte(`{}`)}}, 6) })
	before := len(b.outbox())
	b.must(func(w *ledger.Work) error { return w.Bury(1, "panic") })
	if rows := b.outbox()[before:]; len(rows) != 1 || rows[0].Message.Lines[0].Key != "notice.dead_letter" {
		t.Errorf("told %v", rows)
	}
	b.checkTexts()
}

// TestMigratedGroupWasTold keeps a group from hearing again, under the id of its supergroup, what it was told.
func TestMigratedGroupWasTold(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	const before, after = twinning.ChatID(-5), twinning.ChatID(-1001)
	cause := twinning.ReminderCause("needs|W1|2027", "-7", "group -5")
	other := twinning.ReminderCause("needs|W1|2027", "-7", "group -55")
	b.must(func(w *ledger.Work) error {
		return w.Remind(ledger.Digest{Group: before, Causes: []string{cause, other}, Message: twinning.Say("remind.title", nil)})
	})
	b.must(func(w *ledger.Work) error { return w.Migrate(before, after) })
	b.look(func(k *ledger.Look) error {
		told, err := k.GroupReminded(after)
		if err != nil || !told {
			t.Errorf("today's digest is not known under the new id: %v", err)
		}
		for name, want := range map[string]bool{"group -1001": true, "group -10015": false} {
			_, said, err := k.Said(twinning.ReminderCause("needs|W1|2027", "-7", name))
			if err != nil || said != want {
				t.Errorf("%s was told: %v, %v", name, said, err)
			}
		}
		return nil
	})
}
