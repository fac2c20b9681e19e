package ledger_test

import (
	"errors"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// duty is the first obligation of the commune at the border, due on 27/02/2027.
func duty() twinning.Obligation {
	return twinning.Obligation{Rule: "needs", Unit: border, Year: 2027}
}

// cast are the people of the tests of handling, three weeks before the commune's first deadline.
type cast struct {
	*books
	officer, lead, observer, neighbour, coordinator, other twinning.Person
}

func newCast(t *testing.T) *cast {
	t.Helper()
	b := newBooks(t)
	b.now = at("2027-02-03 09:00") // a Wednesday; Tết is from 05/02 to 09/02
	return &cast{
		books: b, officer: b.enrol(border, twinning.RoleOfficer), lead: b.enrol(border, twinning.RoleLead),
		observer: b.enrol(border, twinning.RoleObserver), neighbour: b.enrol(inland, twinning.RoleLead),
		coordinator: b.enrol(standing, twinning.RoleCoordinator), other: b.enrol(standing, twinning.RoleCoordinator),
	}
}

// decides tries something as the person and returns the error in words, "" for none.
func (c *cast) decides(p twinning.Person, do func(*ledger.Work, ledger.Actor) error) string {
	c.Helper()
	if err := c.try(func(w *ledger.Work) error { return do(w, by(p)) }); err != nil {
		return reason(err)
	}
	return ""
}

// reason is what kind of refusal an error is.
func reason(err error) string {
	var invalid *twinning.InvalidError
	switch {
	case errors.As(err, &invalid):
		return invalid.Field + "." + invalid.Rule
	case errors.Is(err, twinning.ErrForbidden):
		return "forbidden"
	case errors.Is(err, twinning.ErrConflict):
		return "conflict"
	case errors.Is(err, twinning.ErrNotFound):
		return "not found"
	}
	return err.Error()
}

// audited returns the actions that were recorded, the oldest first.
func (b *books) audited() (actions []string) {
	b.Helper()
	b.look(func(k *ledger.Look) error {
		entries, err := k.AuditLog(0, 1000)
		for _, e := range entries {
			actions = append(actions, e.Action)
		}
		return err
	})
	return actions
}

func count(actions []string, action string) (n int) {
	for _, a := range actions {
		if a == action {
			n++
		}
	}
	return n
}

// decisions are all use cases that decide about an obligation.
func decisions(to twinning.Person) map[string]func(w *ledger.Work, a ledger.Actor, o twinning.Obligation) error {
	return map[string]func(w *ledger.Work, a ledger.Actor, o twinning.Obligation) error{
		"waive":   func(w *ledger.Work, a ledger.Actor, o twinning.Obligation) error { return w.Waive(a, o, "x") },
		"unwaive": func(w *ledger.Work, a ledger.Actor, o twinning.Obligation) error { return w.Unwaive(a, o) },
		"uphold":  func(w *ledger.Work, a ledger.Actor, o twinning.Obligation) error { return w.Uphold(a, o) },
		"disclaim": func(w *ledger.Work, a ledger.Actor, o twinning.Obligation) error {
			return w.Disclaim(a, o, "")
		},
		"delegate": func(w *ledger.Work, a ledger.Actor, o twinning.Obligation) error {
			return w.Delegate(a, o, to.ID, w.Today())
		},
		"undelegate": func(w *ledger.Work, a ledger.Actor, o twinning.Obligation) error { return w.Undelegate(a, o) },
		"snooze": func(w *ledger.Work, a ledger.Actor, o twinning.Obligation) error {
			_, err := w.Snooze(a, o, 1)
			return err
		},
	}
}

// TestWhoDecides lets everybody try everything.
func TestWhoDecides(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	gone := c.enrol(border, twinning.RoleOfficer)
	c.must(func(w *ledger.Work) (err error) {
		gone, err = w.Remove(ledger.Actor{}, gone.ID)
		return err
	})
	people := map[string]twinning.Person{
		"officer": c.officer, "lead": c.lead, "observer": c.observer, "neighbour": c.neighbour,
		"coordinator": c.coordinator, "gone": gone,
	}
	unit := map[string]string{"officer": "", "lead": "", "observer": "forbidden", "neighbour": "forbidden", "coordinator": "forbidden", "gone": "forbidden"}
	ban := map[string]string{"officer": "forbidden", "lead": "forbidden", "observer": "forbidden", "neighbour": "forbidden", "coordinator": "", "gone": "forbidden"}
	own := map[string]map[string]string{
		"waive": ban, "unwaive": ban, "uphold": ban, "disclaim": unit, "delegate": unit, "undelegate": unit, "snooze": unit,
	}
	for name, do := range decisions(c.officer) {
		for who, p := range people {
			want := own[name][who]
			if want == "" && (name == "unwaive" || name == "uphold" || name == "undelegate") {
				want = "conflict" // nothing is there to be taken back yet
			}
			got := ""
			if err := c.peek(func(w *ledger.Work) error { return do(w, by(p), duty()) }); err != nil {
				got = reason(err)
			}
			if got != want {
				t.Errorf("%s by %s: %q, want %q", name, who, got, want)
			}
		}
	}
}

// TestDecideInEveryState tries everything on obligations that are settled one way or the other.
func TestDecideInEveryState(t *testing.T) {
	t.Parallel()
	met := map[string]string{
		"waive": "obligation.met", "unwaive": "conflict", "uphold": "conflict", "disclaim": "obligation.met",
		"delegate": "obligation.met", "undelegate": "obligation.met", "snooze": "obligation.met",
	}
	excused, closed, unknown := map[string]string{}, map[string]string{}, map[string]string{}
	for name, rule := range met {
		closed[name], unknown[name], excused[name] = "obligation.closed", "not found", "obligation.excused"
		if rule == "conflict" {
			excused[name] = rule
		}
	}
	waived := map[string]string{"unwaive": ""}
	for name, rule := range excused {
		if name != "unwaive" {
			waived[name] = rule
		}
	}
	tests := []struct {
		name, now string
		o         twinning.Obligation
		before    func(c *cast)
		want      map[string]string
	}{
		{"filed", "2027-02-03 09:00", duty(), func(c *cast) { c.files(c.officer, document("needs", border, 0, 2027)) }, met},
		{"waived", "2027-02-03 09:00", duty(), func(c *cast) {
			c.must(func(w *ledger.Work) error { return w.Waive(by(c.coordinator), duty(), "x") })
		}, waived},
		{"not applicable", "2026-02-03 09:00", twinning.Obligation{Rule: "needs", Unit: border, Year: 2026}, func(c *cast) {
			c.must(func(w *ledger.Work) error {
				u, err := w.Unit(border)
				if err != nil {
					return err
				}
				u.Since = twinning.NewDate(2026, 6, 1)
				return w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Units: []twinning.Unit{u}})
			})
		}, excused},
		{"over", "2029-02-03 09:00", duty(), func(*cast) {}, closed},
		{"to come", "2026-12-03 09:00", duty(), func(*cast) {}, unknown},
		{"none", "2027-02-03 09:00", twinning.Obligation{Rule: "x", Unit: border, Year: 2027}, func(*cast) {}, unknown},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newCast(t)
			test.before(c)
			c.now = at(test.now)
			for name, do := range decisions(c.officer) {
				p := c.officer
				if name == "waive" || name == "unwaive" || name == "uphold" {
					p = c.coordinator
				}
				got := ""
				if err := c.peek(func(w *ledger.Work) error { return do(w, by(p), test.o) }); err != nil {
					got = reason(err)
				}
				if got != test.want[name] {
					t.Errorf("%s: %q, want %q", name, got, test.want[name])
				}
			}
		})
	}
}

func TestSnooze(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	snooze := func(p twinning.Person, days int) (twinning.Snooze, string) {
		var s twinning.Snooze
		fault := c.decides(p, func(w *ledger.Work, a ledger.Actor) (err error) {
			s, err = w.Snooze(a, duty(), days)
			return err
		})
		return s, fault
	}
	want := func(p twinning.Person, days int, until twinning.Date, count int) {
		t.Helper()
		s, fault := snooze(p, days)
		if fault != "" || s.Until != until || s.Count != count || s.Asked != twinning.DateOf(c.now, c.now.Location()) {
			t.Errorf("in %d days: %+v %s, want %s for the %d. time", days, s, fault, until, count)
		}
	}
	want(c.officer, 1, twinning.NewDate(2027, 2, 4), 1)
	want(c.officer, 1, twinning.NewDate(2027, 2, 4), 1) // twice the same is one wish
	want(c.officer, 6, twinning.NewDate(2027, 2, 4), 1) // Tết is no working day, so it is the same wish
	want(c.officer, 14, twinning.NewDate(2027, 2, 17), 2)
	want(c.officer, 60, twinning.NewDate(2027, 2, 26), 3) // not past the deadline, which is a Saturday
	want(c.officer, 60, twinning.NewDate(2027, 2, 26), 3)
	if _, fault := snooze(c.officer, 1); fault != "snooze.often" {
		t.Errorf("the fourth wish: %q", fault)
	}
	want(c.lead, 1, twinning.NewDate(2027, 2, 4), 1) // everybody for oneself
	for _, days := range []int{0, -3} {
		if _, fault := snooze(c.neighbour, days); fault != "forbidden" {
			t.Errorf("a neighbour in %d days: %q", days, fault)
		}
		if _, fault := snooze(c.lead, days); fault != "snooze.late" {
			t.Errorf("in %d days: %q", days, fault)
		}
	}
	for _, now := range []string{"2027-02-26 09:00", "2027-02-27 09:00", "2027-03-05 09:00"} {
		c.now = at(now)
		if _, fault := snooze(c.lead, 1); fault != "snooze.late" {
			t.Errorf("on %s: %q", now, fault)
		}
	}
	if n := count(c.audited(), "obligation.snooze"); n != 4 {
		t.Errorf("%d wishes are recorded, want 4", n)
	}
}

func TestDelegate(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	give := func(to twinning.Person, until twinning.Date) string {
		return c.decides(c.officer, func(w *ledger.Work, a ledger.Actor) error { return w.Delegate(a, duty(), to.ID, until) })
	}
	due, today := twinning.NewDate(2027, 2, 27), twinning.NewDate(2027, 2, 3)
	closes := c.owing(duty()).Deadlines.Closes
	for _, test := range []struct {
		to    twinning.Person
		until twinning.Date
		want  string
	}{
		{c.lead, today.AddDays(-1), "until.range"},
		{c.lead, closes.AddDays(1), "until.range"},
		{c.observer, due, "forbidden"},
		{c.neighbour, due, "forbidden"},
		{c.coordinator, due, "forbidden"},
		{twinning.Person{ID: 999}, due, "not found"},
		{c.officer, closes, ""},
		{c.officer, today, ""},
	} {
		if got := give(test.to, test.until); got != test.want {
			t.Errorf("to %d until %s: %q, want %q", test.to.ID, test.until, got, test.want)
		}
	}
	before := len(c.outbox())
	for range 2 {
		if fault := give(c.lead, due); fault != "" {
			t.Fatal(fault)
		}
	}
	if diff := cmp.Diff([]twinning.PersonID{c.lead.ID}, c.told(before)); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	if g := c.owing(duty()).Handling.Delegation; g == nil || g.To != c.lead.ID || g.By != c.officer.ID || g.Until != due {
		t.Errorf("delegation %+v", g)
	}
	before = len(c.outbox())
	back := func(w *ledger.Work, a ledger.Actor) error { return w.Undelegate(a, duty()) }
	if fault := c.decides(c.officer, back); fault != "" {
		t.Fatal(fault)
	}
	if fault := c.decides(c.officer, back); fault != "conflict" {
		t.Errorf("taken back twice: %q", fault)
	}
	if diff := cmp.Diff([]twinning.PersonID{c.lead.ID}, c.told(before)); diff != "" {
		t.Errorf("told of the end (-want +got):\n%s", diff)
	}
	// Whoever gives it back is told nothing.
	if fault := give(c.lead, due); fault != "" {
		t.Fatal(fault)
	}
	before = len(c.outbox())
	if fault := c.decides(c.lead, back); fault != "" || len(c.told(before)) > 0 {
		t.Errorf("given back: %q, told %v", fault, c.told(before))
	}
	if h := c.owing(duty()).Handling; !h.Empty() {
		t.Errorf("left: %+v", h)
	}
	if a := c.audited(); count(a, "obligation.delegate") != 4 || count(a, "obligation.undelegate") != 2 {
		t.Errorf("recorded: %v", slices.Compact(a))
	}
	c.checkTexts()
}

func TestWaive(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	waive := func(reason string) string {
		return c.decides(c.coordinator, func(w *ledger.Work, a ledger.Actor) error { return w.Waive(a, duty(), reason) })
	}
	if got := waive(" \n"); got != "reason.required" {
		t.Errorf("without a reason: %q", got)
	}
	before := len(c.outbox())
	if got := waive("  gộp với huyện "); got != "" {
		t.Fatal(got)
	}
	if got := waive("again"); got != "obligation.excused" {
		t.Errorf("twice: %q", got)
	}
	if diff := cmp.Diff([]twinning.PersonID{c.officer.ID, c.lead.ID}, c.told(before)); diff != "" {
		t.Errorf("told (-want +got):\n%s", diff)
	}
	o := c.owing(duty())
	if o.Standing != twinning.StandingWaived || o.Handling.Waiver.Reason != "gộp với huyện" || o.Handling.Waiver.By != c.coordinator.ID {
		t.Errorf("%s, %+v", o.Standing, o.Handling.Waiver)
	}
	back := func(w *ledger.Work, a ledger.Actor) error { return w.Unwaive(a, duty()) }
	before = len(c.outbox())
	if got := c.decides(c.other, back); got != "" {
		t.Fatal(got)
	}
	if got := c.decides(c.other, back); got != "conflict" {
		t.Errorf("taken back twice: %q", got)
	}
	if n := len(c.told(before)); n != 2 {
		t.Errorf("%d people were told that it is owed again", n)
	}
	if o := c.owing(duty()); !o.Standing.Open() || !o.Handling.Empty() {
		t.Errorf("%s, %+v", o.Standing, o.Handling)
	}
	if a := c.audited(); count(a, "obligation.waive") != 1 || count(a, "obligation.unwaive") != 1 {
		t.Errorf("recorded: %v", a)
	}
	c.checkTexts()
}

func TestHandlingSubject(t *testing.T) {
	t.Parallel()
	o := twinning.Obligation{Rule: "programme", Unit: health, Pairing: 5, Year: 2027}
	if got, ok := ledger.HandlingOf(ledger.HandlingSubject(o)); !ok || got != o {
		t.Errorf("got %+v", got)
	}
	for _, subject := range []string{"", "activity/5", "obligation/x", "obligation/needs|W1|x", "duty/needs|W1|2027"} {
		if o, ok := ledger.HandlingOf(subject); ok {
			t.Errorf("%q is read as %+v", subject, o)
		}
	}
}
