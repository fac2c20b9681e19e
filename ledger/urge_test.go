package ledger_test

import (
	"slices"
	"testing"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// urging previews an urge for a rule in 2027.
func (c *cast) urging(rule twinning.RuleID) (p ledger.UrgePreview) {
	c.Helper()
	c.look(func(k *ledger.Look) (err error) {
		p, err = k.Urging(rule, 2027)
		return err
	})
	return p
}

// TestUrge counts whom an urge reaches, and lets one out a day.
func TestUrge(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	urge := func(p twinning.Person) string {
		return c.decides(p, func(w *ledger.Work, a ledger.Actor) error {
			_, err := w.Urge(a, "needs", 2027)
			return err
		})
	}
	p := c.urging("needs")
	if !slices.Equal(p.Units, []twinning.UnitKey{district, far, border, inland, farther}) || p.People != 3 || p.Today != 0 || p.Fault != "" {
		t.Errorf("%v, %d people, %d today, %q", p.Units, p.People, p.Today, p.Fault)
	}
	if !slices.Equal(p.Unlinked, []twinning.UnitKey{district, far, farther}) {
		t.Errorf("unlinked %v", p.Unlinked)
	}
	c.must(func(w *ledger.Work) error {
		return w.Remind(ledger.Digest{Person: c.officer, Message: twinning.Say("remind.what_to_do", nil)})
	})
	c.files(c.neighbour, document("needs", inland, 0, 2027))
	if p := c.urging("needs"); p.People != 2 || p.Today != 1 || slices.Contains(p.Units, inland) {
		t.Errorf("after a reminder and a filing: %v, %d people, %d today", p.Units, p.People, p.Today)
	}
	for _, who := range []twinning.Person{c.officer, c.lead, c.observer, c.neighbour} {
		if got := urge(who); got != "forbidden" {
			t.Errorf("urged by %s: %q", who.Role, got)
		}
	}
	if got := urge(c.coordinator); got != "" {
		t.Fatal(got)
	}
	for _, who := range []twinning.Person{c.coordinator, c.other} {
		if got := urge(who); got != "urge.often" {
			t.Errorf("a second one on the day: %q", got)
		}
	}
	if last := c.urging("needs").Last; last.By != c.coordinator.ID || last.On != twinning.NewDate(2027, 2, 3) {
		t.Errorf("the last one is %+v", last)
	}
	if got := c.urging("commune_plan").Fault; got != "" {
		t.Errorf("another document: %q", got)
	}
	c.now = at("2027-02-04 09:00")
	if got := urge(c.other); got != "" {
		t.Errorf("on the next day: %q", got)
	}
	c.now = at("2029-02-04 09:00")
	if got := urge(c.other); got != "urge.closed" {
		t.Errorf("years later: %q", got)
	}
	if n := count(c.audited(), "obligation.urge"); n != 2 {
		t.Errorf("%d urges are recorded, want 2", n)
	}
}

// TestUrgeNobody has nobody to urge: everything is filed or waived, or nobody is linked.
func TestUrgeNobody(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	urge := func(rule twinning.RuleID) string {
		return c.decides(c.coordinator, func(w *ledger.Work, a ledger.Actor) error {
			_, err := w.Urge(a, rule, 2027)
			return err
		})
	}
	if got := urge("district_plan"); got != "urge.nobody" {
		t.Errorf("nobody is linked: %q", got)
	}
	if got := urge("x"); got != "not found" {
		t.Errorf("no such rule: %q", got)
	}
	c.must(func(w *ledger.Work) error { return w.Waive(by(c.coordinator), duty(), "x") })
	c.files(c.neighbour, document("needs", inland, 0, 2027))
	if got := urge("needs"); got != "urge.nobody" {
		t.Errorf("all is filed or waived: %q", got)
	}
}
