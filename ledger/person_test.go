package ledger_test

import (
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

func (b *books) invites(code string, unit twinning.UnitKey, role twinning.Role) {
	b.Helper()
	b.must(func(w *ledger.Work) error {
		_, err := w.Invite(ledger.Actor{}, ledger.InviteOrder{Code: code, Unit: unit, Role: role})
		return err
	})
}

func (b *books) enters(n ledger.Newcomer, code string) (p twinning.Person, err error) {
	b.Helper()
	err = b.try(func(w *ledger.Work) (err error) {
		p, err = w.Enrol(n, code)
		return err
	})
	return p, err
}

func TestNewCode(t *testing.T) {
	t.Parallel()
	code, err := ledger.NewCode(strings.NewReader(strings.Repeat("x", 16)))
	if err != nil || code != "eHh4eHh4eHh4eHh4eHh4eA" {
		t.Errorf("code %q, %v", code, err)
	}
	if _, err := ledger.NewCode(strings.NewReader("short")); err == nil {
		t.Error("a code of too little randomness")
	}
}

func TestEnrol(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.invites("one", health, twinning.RoleLead)
	p, err := b.enters(newcomer(1), "one")
	if err != nil || p.Unit != health || p.Role != twinning.RoleLead || !p.Active() {
		t.Fatalf("enrolled %+v, %v", p, err)
	}
	if _, err := b.enters(newcomer(2), "one"); !errors.Is(err, ledger.ErrCodeUsed) {
		t.Errorf("a used code: %v", err)
	}
	b.invites("two", border, twinning.RoleOfficer)
	if _, err := b.enters(newcomer(1), "two"); !errors.Is(err, ledger.ErrEnrolled) {
		t.Errorf("a second unit: %v", err)
	}
	b.must(func(w *ledger.Work) error { _, err := w.StartDraft(by(p), support(health, 1, 1)); return err })
	b.must(func(w *ledger.Work) error { _, err := w.Remove(by(p), p.ID); return err })
	b.look(func(k *ledger.Look) error {
		drafts, err := k.DraftsOf(p.ID)
		if len(drafts) > 0 {
			t.Errorf("drafts of somebody who left: %v", drafts)
		}
		return err
	})
	again, err := b.enters(newcomer(1), "two")
	if err != nil || again.ID != p.ID || again.Unit != border || again.Role != twinning.RoleOfficer {
		t.Errorf("back in another unit as %+v, %v", again, err)
	}
	b.invites("three", border, twinning.RoleOfficer)
	b.now = b.now.Add(14 * 24 * time.Hour)
	if _, err := b.enters(newcomer(3), "three"); !errors.Is(err, ledger.ErrCodeExpired) {
		t.Errorf("after two weeks: %v", err)
	}
}

// TestGuesses lets an account guess: five wrong codes a day, then not even the right one, until the day is over. Coming
// in forgets the guesses.
func TestGuesses(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.invites("right", border, twinning.RoleOfficer)
	for range 5 {
		if _, err := b.enters(newcomer(1), "wrong"); !errors.Is(err, ledger.ErrCodeUnknown) {
			t.Fatalf("a wrong code: %v", err)
		}
	}
	if _, err := b.enters(newcomer(1), "right"); !errors.Is(err, ledger.ErrTooMany) {
		t.Errorf("the sixth: %v", err)
	}
	b.now = b.now.Add(24*time.Hour - time.Second)
	if _, err := b.enters(newcomer(1), "right"); !errors.Is(err, ledger.ErrTooMany) {
		t.Errorf("a second too early: %v", err)
	}
	b.now = b.now.Add(time.Second)
	p, err := b.enters(newcomer(1), "right")
	if err != nil {
		t.Errorf("a day later: %v", err)
	}
	b.look(func(k *ledger.Look) error {
		n, _, err := k.Attempts(p.Telegram)
		if n != 0 {
			t.Errorf("%d attempts are remembered of somebody who is in", n)
		}
		return err
	})
}

func TestInviteRefuses(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.invites("taken", border, twinning.RoleOfficer)
	b.must(func(w *ledger.Work) error {
		u, err := w.Unit(far)
		u.State, u.Successor = twinning.UnitMerged, district
		return errors.Join(err, w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Units: []twinning.Unit{u}}))
	})
	tests := []struct {
		name  string
		order ledger.InviteOrder
		want  string
	}{
		{"an officer of Ban Dân tộc", ledger.InviteOrder{Code: "a", Unit: standing, Role: twinning.RoleOfficer}, "invalid role: unit"},
		{"a coordinator elsewhere", ledger.InviteOrder{Code: "a", Unit: health, Role: twinning.RoleCoordinator}, "invalid role: unit"},
		{"no role", ledger.InviteOrder{Code: "a", Unit: health, Role: "boss"}, "invalid role: unknown"},
		{"no code", ledger.InviteOrder{Unit: health, Role: twinning.RoleLead}, "invalid code: required"},
		{"a code that is out", ledger.InviteOrder{Code: "taken", Unit: health, Role: twinning.RoleLead}, "invitation into ASYT: code: conflict"},
		{"a unit that is no more", ledger.InviteOrder{Code: "a", Unit: far, Role: twinning.RoleLead}, "invalid unit: inactive"},
		{"no unit", ledger.InviteOrder{Code: "a", Unit: "X", Role: twinning.RoleLead}, "role: unit X: not found"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got := ""
			if err := b.peek(func(w *ledger.Work) error { _, err := w.Invite(ledger.Actor{}, test.order); return err }); err != nil {
				got = err.Error()
			}
			if got != test.want {
				t.Errorf("got %q, want %q", got, test.want)
			}
		})
	}
}

// TestLastCoordinator keeps somebody in who can let others in.
func TestLastCoordinator(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	one, two := b.enrol(standing, twinning.RoleCoordinator), b.enrol(standing, twinning.RoleCoordinator)
	b.enrol(standing, twinning.RoleObserver)
	removes := func(a ledger.Actor, id twinning.PersonID) error {
		return b.try(func(w *ledger.Work) error { _, err := w.Remove(a, id); return err })
	}
	if err := removes(by(one), two.ID); err != nil {
		t.Fatal(err)
	}
	if err := removes(by(one), two.ID); !errors.Is(err, twinning.ErrConflict) {
		t.Errorf("removed twice: %v", err)
	}
	for _, a := range []ledger.Actor{by(one), {}} {
		if err := removes(a, one.ID); !errors.Is(err, ledger.ErrLastCoordinator) || !errors.Is(err, twinning.ErrConflict) {
			t.Errorf("the last one left: %v", err)
		}
	}
}

// TestRequests plays a stranger who asks, asks for something else, and comes in.
func TestRequests(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	coordinator, other := b.enrol(standing, twinning.RoleCoordinator), b.enrol(standing, twinning.RoleCoordinator)
	asks := func(n ledger.Newcomer, unit twinning.UnitKey, role twinning.Role) (r twinning.EntryRequest, err error) {
		err = b.try(func(w *ledger.Work) (err error) { r, err = w.AskEntry(n, unit, role); return err })
		return r, err
	}
	decides := func(id twinning.RequestID, yes bool) error {
		return b.try(func(w *ledger.Work) error { _, err := w.Decide(by(coordinator), id, yes); return err })
	}
	before := len(b.outbox())
	first, err := asks(newcomer(91), border, twinning.RoleOfficer)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff([]twinning.PersonID{coordinator.ID, other.ID}, b.told(before)); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	before = len(b.outbox())
	if same, err := asks(newcomer(91), border, twinning.RoleOfficer); err != nil || same.ID != first.ID || len(b.outbox()) != before {
		t.Errorf("asked for the same: %+v, %v", same, err)
	}
	// The button shown for an officer of a commune must not let in a coordinator.
	second, err := asks(newcomer(91), standing, twinning.RoleCoordinator)
	if err != nil || second.ID == first.ID {
		t.Fatalf("asked for more: %+v, %v", second, err)
	}
	if err := decides(first.ID, true); !errors.Is(err, twinning.ErrConflict) {
		t.Errorf("the first request: %v", err)
	}
	if err := decides(second.ID, false); err != nil {
		t.Error(err)
	}
	if err := decides(second.ID, true); !errors.Is(err, twinning.ErrConflict) {
		t.Errorf("decided twice: %v", err)
	}
	// Who comes in by a link has no open request any more, so that no late press moves the person.
	third, err := asks(newcomer(91), health, twinning.RoleLead)
	if err != nil {
		t.Fatal(err)
	}
	b.invites("link", inland, twinning.RoleOfficer)
	p, err := b.enters(newcomer(91), "link")
	if err != nil {
		t.Fatal(err)
	}
	if err := decides(third.ID, true); !errors.Is(err, twinning.ErrConflict) {
		t.Errorf("a request of somebody who is in: %v", err)
	}
	b.look(func(k *ledger.Look) error {
		open, err := k.OpenRequests()
		if len(open) > 0 {
			t.Errorf("still open: %v", open)
		}
		return err
	})
	if _, err := asks(newcomer(91), health, twinning.RoleLead); !errors.Is(err, ledger.ErrEnrolled) {
		t.Errorf("asked by somebody who is in: %v", err)
	}
	b.look(func(k *ledger.Look) error {
		got, err := k.Person(p.ID)
		if got.Unit != inland || got.Role != twinning.RoleOfficer {
			t.Errorf("moved to %s as %s", got.Unit, got.Role)
		}
		return err
	})
	for i, want := range []error{nil, nil, nil, nil, nil, ledger.ErrTooMany} {
		if _, err := asks(newcomer(92), []twinning.UnitKey{border, inland}[i%2], twinning.RoleOfficer); !errors.Is(err, want) {
			t.Errorf("request %d: %v, want %v", i+1, err, want)
		}
	}
	b.checkTexts()
}

// TestWelcome tells who comes in what waits.
func TestWelcome(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.logs(b.enrol(health, twinning.RoleLead), support(health, 1, 1))
	for _, role := range []twinning.Role{twinning.RoleOfficer, twinning.RoleLead, twinning.RoleObserver} {
		p := b.enrol(border, role)
		b.look(func(k *ledger.Look) error {
			m, err := k.Welcome(p)
			told := false
			for _, key := range keysOf(m.Lines) {
				told = told || key == "welcome.unconfirmed"
			}
			if told != p.MayLog() {
				t.Errorf("%s is told of what waits: %v", role, told)
			}
			return err
		})
	}
}

func TestGroups(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	officer, other := b.enrol(border, twinning.RoleOfficer), b.enrol(health, twinning.RoleOfficer)
	binds := func(p twinning.Person, g twinning.Group) error {
		return b.try(func(w *ledger.Work) error { return w.BindGroup(by(p), g) })
	}
	if err := binds(officer, twinning.Group{Chat: -1, Unit: health, Pairing: 1}); err != nil {
		t.Fatal(err)
	}
	b.look(func(k *ledger.Look) error {
		g, err := k.Group(-1)
		if g.Unit != "" || g.Pairing != 1 || g.By != officer.ID {
			t.Errorf("bound %+v", g)
		}
		return err
	})
	if err := binds(other, twinning.Group{Chat: -1, Unit: health}); err != nil {
		t.Errorf("bound anew by the other party: %v", err)
	}
	if err := binds(officer, twinning.Group{Chat: -1, Unit: border}); !errors.Is(err, twinning.ErrForbidden) {
		t.Errorf("taken from the other party: %v", err)
	}
	if err := binds(officer, twinning.Group{Chat: -2, Pairing: 9}); !errors.Is(err, twinning.ErrNotFound) {
		t.Errorf("no such pairing: %v", err)
	}
}
