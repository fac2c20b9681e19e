package ledger_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// III.2.1.c and III.2.2.c: a sponsor draws up the programme on the needs that the recipient reports.
func TestHindrance(t *testing.T) {
	t.Parallel()
	programme := twinning.Obligation{Rule: "programme", Unit: health, Pairing: 1, Year: 2027}
	tests := map[string]struct {
		now  string
		of   twinning.Obligation
		with func(b *books)
		want string
	}{
		"not late yet": {now: "2027-03-01 09:00", of: programme},
		"late":         {now: "2027-03-02 09:00", of: programme, want: "needs|W1|2027"},
		"of a district": {
			now: "2027-03-02 09:00", want: "needs|D504|2027",
			of: twinning.Obligation{Rule: "programme", Unit: lowland, Pairing: 2, Year: 2027},
		},
		"filed late": {
			now: "2027-03-04 09:00", of: programme,
			with: func(b *books) { b.meets(twinning.Person{}, needsOf(border)) },
		},
		"waived": {
			now: "2027-03-04 09:00", of: programme,
			with: func(b *books) {
				b.must(func(w *ledger.Work) error { return w.Waive(ledger.Actor{}, needsOf(border), "mới lập") })
			},
		},
		"the programme is filed": {
			now: "2027-03-04 09:00", of: programme, with: func(b *books) { b.meets(twinning.Person{}, programme) },
		},
		"nothing is waited for": {now: "2027-03-04 09:00", of: needsOf(border)},
		"another pairing's recipient counts for itself": {
			now: "2027-03-04 09:00", want: "needs|W1|2027", of: programme,
			with: func(b *books) { b.meets(twinning.Person{}, needsOf(inland)) },
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBooks(t)
			b.now = at(test.now)
			if test.with != nil {
				test.with(b)
			}
			b.look(func(k *ledger.Look) error {
				owing, err := k.OwingNamed(test.of)
				if err != nil {
					return err
				}
				got := ""
				cause, ok, err := k.Hindrance(owing)
				if ok {
					got = cause.Key()
				}
				if got != test.want {
					t.Errorf("hindered by %q, want %q", got, test.want)
				}
				return err
			})
		})
	}
}

// Units that owe something and have nobody who could be reminded, by district.
func TestUnlinked(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.enrol(border, twinning.RoleOfficer)
	b.enrol(inland, twinning.RoleObserver)
	b.enrol(health, twinning.RoleLead)
	gone := b.enrol(far, twinning.RoleLead)
	b.must(func(w *ledger.Work) error { return w.Blocked(gone) })
	want := map[twinning.UnitKey][]twinning.UnitKey{
		"":       {standing, guards, rewards, finance, lowland},
		district: {district, inland},
		far:      {far, farther},
	}
	b.look(func(k *ledger.Look) error {
		unlinked, err := k.Unlinked()
		got := map[twinning.UnitKey][]twinning.UnitKey{}
		for d, units := range unlinked {
			for _, u := range units {
				got[d] = append(got[d], u.Key)
			}
		}
		sorted := cmp.Transformer("set", func(keys []twinning.UnitKey) map[twinning.UnitKey]bool {
			set := map[twinning.UnitKey]bool{}
			for _, key := range keys {
				set[key] = true
			}
			return set
		})
		if diff := cmp.Diff(want, got, sorted); diff != "" {
			t.Errorf("unlinked (-want +got):\n%s", diff)
		}
		return err
	})
}

// Only reminders that Telegram took are counted, each person once a day.
func TestSentReminders(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	officer, lead := b.enrol(border, twinning.RoleOfficer), b.enrol(border, twinning.RoleLead)
	stranger := b.enrol(district, twinning.RoleOfficer) // is told for a commune where nobody is linked
	send := func(day, state string, d ledger.Digest) {
		b.now = at(day + " 09:00")
		before := len(b.outbox())
		d.Message = twinning.Say("remind.title", nil)
		b.must(func(w *ledger.Work) error { return w.Remind(d) })
		row := b.outbox()[before]
		if state == "" {
			return
		}
		b.must(func(w *ledger.Work) error {
			row.State = ledger.Sent
			if state == "failed" {
				row.State = ledger.Failed
			}
			return w.SetDelivery(row)
		})
	}
	remind := func(day string, p twinning.Person, state string, causes ...string) {
		send(day, state, ledger.Digest{Person: p, Causes: causes})
	}
	group := func(day string, causes ...string) { send(day, "sent", ledger.Digest{Group: -5, Causes: causes}) }
	remind("2027-02-19", officer, "sent", "remind|needs|W1|2027|-7|person 1", "remind|commune_plan|W1|2027|-7|person 1")
	remind("2027-02-19", lead, "sent", "remind|needs|W1|2027|-7|person 2")
	remind("2027-02-24", officer, "failed", "remind|needs|W1|2027|-3|person 1")
	remind("2027-02-24", lead, "sent", "remind|needs|W1|2027|-3|person 2")
	remind("2027-02-26", officer, "", "remind|needs|W1|2027|0|person 1")
	remind("2027-03-02", officer, "sent", "remind|needs|W1|2027|1|person 1", "remind|needs|W1|2027|3|person 1")
	remind("2027-03-05", officer, "sent", "remind|needs|W11|2027|7|person 1")
	remind("2027-03-09", stranger, "sent", "remind|needs|W1|2027|7|person 3")
	group("2027-03-12", "remind|needs|W1|2027|urge 1|group -5")
	want := []ledger.SentReminder{
		{On: twinning.NewDate(2027, 2, 19), People: 2},
		{On: twinning.NewDate(2027, 2, 24), People: 1},
		{On: twinning.NewDate(2027, 3, 2), People: 1},
		{On: twinning.NewDate(2027, 3, 12), Groups: 1},
	}
	check := func(when string) {
		b.look(func(k *ledger.Look) error {
			got, err := k.SentReminders(needsOf(border))
			if diff := cmp.Diff(want, got); diff != "" {
				t.Errorf("%s: reminders (-want +got):\n%s", when, diff)
			}
			return err
		})
	}
	check("at once")
	b.must(func(w *ledger.Work) error {
		_, err := w.Prune(at("2027-06-01 09:00"), 0)
		return err
	})
	check("after what was sent is pruned")
}

// What a letter can urge for is overdue and still taken.
func TestUrgent(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	for now, want := range map[string]int{
		"2027-03-01 09:00": 0, "2027-03-02 09:00": 5, "2027-12-30 09:00": 5, "2028-01-03 09:00": 2, "2028-02-01 09:00": 0,
	} {
		b.now = at(now)
		b.look(func(k *ledger.Look) error {
			urgent, err := k.Urgent(border, 2027)
			if len(urgent) != want {
				t.Errorf("%s: %d documents, want %d", now, len(urgent), want)
			}
			return err
		})
	}
}

// The agenda holds what can be derived; a pairing that ended takes its events with it.
func TestAgenda(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	b.now = at("2027-01-20 09:00")
	agenda := func() (a ledger.Agenda) {
		b.look(func(k *ledger.Look) (err error) {
			a, err = k.AgendaOf(health)
			return err
		})
		return a
	}
	keys := func(owings []ledger.Owing) map[string]bool {
		set := map[string]bool{}
		for _, o := range owings {
			set[o.Key()] = true
		}
		return set
	}
	a := agenda()
	for _, key := range []string{
		"sponsor_report|ASYT|2026", "programme|ASYT|2027|p1", "programme|ASYT|2028|p1", "evaluation|ASYT|2028|p1",
	} {
		if !keys(a.Owings)[key] {
			t.Errorf("the agenda lacks %s", key)
		}
	}
	if len(a.Gone) != 0 {
		t.Errorf("%d gone while the pairing holds", len(a.Gone))
	}
	b.must(func(w *ledger.Work) error {
		p, err := w.Pairing(1)
		if err != nil {
			return err
		}
		p.To = twinning.NewDate(2027, 1, 31)
		return w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Pairings: []twinning.Pairing{p}})
	})
	after := agenda()
	for _, key := range []string{"programme|ASYT|2027|p1", "programme|ASYT|2028|p1"} {
		if keys(after.Owings)[key] || !keys(after.Gone)[key] {
			t.Errorf("%s is still asked for, or not taken back", key)
		}
	}
	all := keys(append(after.Owings, after.Gone...))
	if diff := cmp.Diff(keys(a.Owings), all); diff != "" {
		t.Errorf("events that the first calendar had are not all named again (-first +second):\n%s", diff)
	}
}
