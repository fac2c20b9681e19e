package ledger_test

import (
	"testing"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

func needsOf(unit twinning.UnitKey) twinning.Obligation {
	return twinning.Obligation{Rule: "needs", Unit: unit, Year: 2027}
}

// next is the next reminder of an obligation for a person, "" for none.
func (b *books) next(o twinning.Obligation, id twinning.PersonID) (day string) {
	b.Helper()
	b.look(func(k *ledger.Look) error {
		owing, err := k.OwingNamed(o)
		if err != nil {
			return err
		}
		p, err := k.Person(id)
		if err != nil {
			return err
		}
		on, ok, err := k.NextReminder(owing, p)
		if ok {
			day = on.String()
		}
		return err
	})
	return day
}

// The needs of 2027 are due on Saturday 27/02: rungs 28/01, 12/02 (for 13/02, a Saturday), 19/02 (for 20/02), 24/02,
// 26/02 (the last day), 02/03, 05/03 (for 06/03), then weekly.
func TestNextReminder(t *testing.T) {
	t.Parallel()
	says := func(b *books, p twinning.Person, offset string) {
		b.must(func(w *ledger.Work) error {
			cause := "remind|needs|W1|2027|" + offset + "|person 1"
			return w.Remind(ledger.Digest{Person: p, Message: twinning.Say("remind.title", nil), Causes: []string{cause}})
		})
	}
	tests := map[string]struct {
		now  string
		with func(b *books, officer, lead twinning.Person)
		want map[string]string
	}{
		"a rung that came and was not said is said today": {
			now: "2027-02-16 09:00", want: map[string]string{"officer": "2027-02-16", "lead": "2027-02-19"},
		},
		"after the delivery hours on the next working day": {
			now: "2027-02-16 18:00", want: map[string]string{"officer": "2027-02-17"},
		},
		"on a day off on the next working day": {
			now: "2027-02-20 09:00", want: map[string]string{"officer": "2027-02-22", "lead": "2027-02-22"},
		},
		"what was said gives way to the next rung": {
			now:  "2027-02-16 09:00",
			with: func(b *books, officer, _ twinning.Person) { says(b, officer, "-14") },
			want: map[string]string{"officer": "2027-02-19"},
		},
		"put off": {
			now: "2027-02-16 09:00",
			with: func(b *books, officer, _ twinning.Person) {
				b.must(func(w *ledger.Work) error {
					_, err := w.Snooze(by(officer), needsOf(border), 7)
					return err
				})
			},
			want: map[string]string{"officer": "2027-02-23", "lead": "2027-02-19"},
		},
		"given to the lead": {
			now: "2027-02-16 09:00",
			with: func(b *books, officer, lead twinning.Person) {
				b.must(func(w *ledger.Work) error {
					return w.Delegate(by(officer), needsOf(border), lead.ID, twinning.NewDate(2027, 2, 25))
				})
			},
			want: map[string]string{"officer": "2027-02-26", "lead": "2027-02-16"},
		},
		"away until after the next rung": {
			now: "2027-02-16 09:00",
			with: func(b *books, officer, lead twinning.Person) {
				b.must(func(w *ledger.Work) error {
					return w.SetLeave(by(officer), officer.ID, &twinning.Leave{
						From: twinning.NewDate(2027, 2, 15), To: twinning.NewDate(2027, 2, 23), Deputy: lead.ID,
					})
				})
			},
			want: map[string]string{"officer": "2027-02-24", "lead": "2027-02-16"},
		},
		"filed": {
			now:  "2027-02-16 09:00",
			with: func(b *books, officer, _ twinning.Person) { b.meets(officer, needsOf(border)) },
			want: map[string]string{"officer": "", "lead": ""},
		},
		"overdue": {
			now:  "2027-03-02 09:00",
			with: func(b *books, officer, _ twinning.Person) { says(b, officer, "3") },
			want: map[string]string{"officer": "2027-03-05", "lead": "2027-03-02"},
		},
		"after the year has closed": {now: "2028-01-10 09:00", want: map[string]string{"officer": ""}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBooks(t)
			b.now = at(test.now)
			people := map[string]twinning.Person{
				"officer": b.enrol(border, twinning.RoleOfficer), "lead": b.enrol(border, twinning.RoleLead),
			}
			if test.with != nil {
				test.with(b, people["officer"], people["lead"])
			}
			for who, want := range test.want {
				if got := b.next(needsOf(border), people[who].ID); got != want {
					t.Errorf("%s: next reminder %q, want %q", who, got, want)
				}
			}
		})
	}
}

// meets hands in a document for an obligation today.
func (b *books) meets(p twinning.Person, o twinning.Obligation) {
	b.Helper()
	b.must(func(w *ledger.Work) error {
		_, err := w.File(by(p), twinning.Filing{
			Unit: o.Unit, Meets: []twinning.Obligation{o}, Files: []twinning.FileRef{{ID: "f", UniqueID: "u"}},
		})
		return err
	})
}

// While a unit has no officer, its lead is told at every rung; an observer is told nothing.
func TestNextReminderOfALeadAlone(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.now = at("2027-02-16 09:00")
	lead, observer := b.enrol(border, twinning.RoleLead), b.enrol(border, twinning.RoleObserver)
	if got := b.next(needsOf(border), lead.ID); got != "2027-02-16" {
		t.Errorf("lead: %q", got)
	}
	if got := b.next(needsOf(border), observer.ID); got != "" {
		t.Errorf("observer: %q", got)
	}
	if got := b.next(needsOf(inland), lead.ID); got != "" {
		t.Errorf("of another unit: %q", got)
	}
}

// An officer whose unit has a group is reminded there; what Ban Dân tộc urges comes at once, also to whom put it off.
func TestNextReminderByGroupAndUrge(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.now = at("2027-02-16 09:00")
	officer, lead, coordinator := b.enrol(border, twinning.RoleOfficer), b.enrol(border, twinning.RoleLead), b.enrol(standing, twinning.RoleCoordinator)
	b.must(func(w *ledger.Work) error {
		return w.Remind(ledger.Digest{Person: officer, Message: twinning.Say("remind.title", nil), Causes: []string{
			"remind|needs|W1|2027|-14|person 1",
		}})
	})
	b.must(func(w *ledger.Work) error {
		return w.BindGroup(by(lead), twinning.Group{Chat: -5, Title: "nhóm", Unit: border})
	})
	if got := b.next(needsOf(border), officer.ID); got != "2027-02-16" {
		t.Errorf("with a group that was told nothing: %q", got)
	}
	b.must(func(w *ledger.Work) error {
		return w.Remind(ledger.Digest{Group: -5, Message: twinning.Say("remind.title", nil), Causes: []string{
			"remind|needs|W1|2027|-14|group -5",
		}})
	})
	if got := b.next(needsOf(border), officer.ID); got != "2027-02-19" {
		t.Errorf("with a group that was told: %q", got)
	}
	b.must(func(w *ledger.Work) error {
		_, err := w.Urge(by(coordinator), "needs", 2027)
		return err
	})
	for id, want := range map[twinning.PersonID]string{officer.ID: "2027-02-17", lead.ID: "2027-02-16"} {
		if got := b.next(needsOf(border), id); got != want {
			t.Errorf("person %d after an urge: %q, want %q", id, got, want)
		}
	}
}
