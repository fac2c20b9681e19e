package ledger_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// away is from the day of February 2027 to the day, both included.
func away(from, to int, deputy twinning.PersonID) *twinning.Leave {
	return &twinning.Leave{From: twinning.NewDate(2027, 2, from), To: twinning.NewDate(2027, 2, to), Deputy: deputy}
}

func (c *cast) sets(p twinning.Person, of twinning.PersonID, leave *twinning.Leave) string {
	return c.decides(p, func(w *ledger.Work, a ledger.Actor) error { return w.SetLeave(a, of, leave) })
}

// TestWhoSetsLeave lets everybody say of everybody that they are away.
func TestWhoSetsLeave(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	gone := c.enrol(border, twinning.RoleOfficer)
	c.must(func(w *ledger.Work) error {
		_, err := w.Remove(ledger.Actor{}, gone.ID)
		return err
	})
	for _, test := range []struct {
		name  string
		by    twinning.Person
		of    twinning.PersonID
		leave *twinning.Leave
		want  string
	}{
		{"oneself", c.officer, c.officer.ID, away(10, 12, 0), ""},
		{"a lead of the unit", c.lead, c.officer.ID, away(10, 12, 0), ""},
		{"a coordinator", c.coordinator, c.officer.ID, away(10, 12, 0), ""},
		{"an officer of a colleague", c.officer, c.lead.ID, away(10, 12, 0), "forbidden"},
		{"a lead of elsewhere", c.neighbour, c.officer.ID, away(10, 12, 0), "forbidden"},
		{"an observer of a colleague", c.observer, c.officer.ID, away(10, 12, 0), "forbidden"},
		{"of somebody who left", c.coordinator, gone.ID, away(10, 12, 0), "not found"},
		{"of nobody", c.coordinator, 999, away(10, 12, 0), "not found"},
		{"today only", c.officer, c.officer.ID, away(3, 3, 0), ""},
		{"begun already", c.officer, c.officer.ID, away(1, 3, 0), ""},
		{"over", c.officer, c.officer.ID, away(1, 2, 0), "leave.range"},
		{"in the wrong order", c.officer, c.officer.ID, away(12, 10, 0), "leave.range"},
		{"longer than a year", c.officer, c.officer.ID, away(10, 10+367, 0), "leave.range"},
		{"a year", c.officer, c.officer.ID, away(10, 10+366, 0), ""},
		{"with a deputy", c.officer, c.officer.ID, away(10, 12, c.lead.ID), ""},
		{"with oneself", c.officer, c.officer.ID, away(10, 12, c.officer.ID), "forbidden"},
		{"with an observer", c.officer, c.officer.ID, away(10, 12, c.observer.ID), "forbidden"},
		{"with a neighbour", c.officer, c.officer.ID, away(10, 12, c.neighbour.ID), "forbidden"},
		{"with somebody who left", c.officer, c.officer.ID, away(10, 12, gone.ID), "forbidden"},
		{"with nobody known", c.officer, c.officer.ID, away(10, 12, 999), "not found"},
	} {
		got := ""
		if err := c.peek(func(w *ledger.Work) error { return w.SetLeave(by(test.by), test.of, test.leave) }); err != nil {
			got = reason(err)
		}
		if got != test.want {
			t.Errorf("%s: %q, want %q", test.name, got, test.want)
		}
	}
}

// TestLeave says who is told of an absence and of its end.
func TestLeave(t *testing.T) {
	t.Parallel()
	c := newCast(t)
	second := c.enrol(border, twinning.RoleOfficer)
	steps := []struct {
		name  string
		by    twinning.Person
		leave *twinning.Leave
		told  []twinning.PersonID
	}{
		{"nothing to end", c.officer, nil, nil},
		{"alone", c.officer, away(10, 12, 0), nil},
		{"with a deputy", c.officer, away(10, 12, second.ID), []twinning.PersonID{second.ID}},
		{"the same again", c.officer, away(10, 12, second.ID), nil},
		{"with another, by the lead", c.lead, away(10, 12, c.lead.ID), []twinning.PersonID{c.officer.ID, second.ID}},
		{"back, by a coordinator", c.coordinator, nil, []twinning.PersonID{c.officer.ID, c.lead.ID}},
		{"back again", c.officer, nil, nil},
	}
	for _, step := range steps {
		before := len(c.outbox())
		if fault := c.sets(step.by, c.officer.ID, step.leave); fault != "" {
			t.Fatalf("%s: %s", step.name, fault)
		}
		if diff := cmp.Diff(step.told, c.told(before)); diff != "" {
			t.Errorf("%s: told (-want +got):\n%s", step.name, diff)
		}
		c.look(func(k *ledger.Look) error {
			p, err := k.Person(c.officer.ID)
			if diff := cmp.Diff(step.leave, p.Leave); diff != "" {
				t.Errorf("%s: leave (-want +got):\n%s", step.name, diff)
			}
			return err
		})
	}
	if n := count(c.audited(), "person.leave"); n != 4 {
		t.Errorf("%d changes are recorded, want 4", n)
	}
	c.checkTexts()
}
