package scheduler_test

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/scheduler"
	"ketnghia/twinning"
)

func TestNewRefuses(t *testing.T) {
	t.Parallel()
	good := scheduler.Options{Ledger: ledger.New(nil, nil), Now: time.Now, Log: quiet()}
	if _, err := scheduler.New(good); err != nil {
		t.Fatal(err)
	}
	for name, spoil := range map[string]func(*scheduler.Options){
		"no ledger":  func(o *scheduler.Options) { o.Ledger = nil },
		"no clock":   func(o *scheduler.Options) { o.Now = nil },
		"no log":     func(o *scheduler.Options) { o.Log = nil },
		"wrong spec": func(o *scheduler.Options) { o.Spec = "every now and then" },
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := good
			spoil(&o)
			if _, err := scheduler.New(o); err == nil {
				t.Error("accepted")
			}
		})
	}
}

// step is a moment at which something may happen before the scheduler looks, and who is told then.
type step struct {
	when string
	do   func(*books)
	want []twinning.PersonID
}

func TestTick(t *testing.T) {
	t.Parallel()
	fileAll := func(b *books) {
		for _, rule := range []twinning.RuleID{"needs", "commune_plan", "commune_group", "commune_regulation", "commune_stages"} {
			b.file(at("2027-02-25 20:00"), twinning.Obligation{Rule: rule, Unit: "W20437", Year: 2027})
		}
	}
	officer := func(when string) func(*books) {
		return func(b *books) { b.enrol(at(when), "W20437", twinning.RoleOfficer) }
	}
	tests := []struct {
		name  string
		steps []step
	}{
		{"each rung once", []step{
			{"2027-01-28 07:30", officer("2027-01-27 08:00"), []twinning.PersonID{1}},
			{"2027-01-28 07:31", nil, nil},
			{"2027-01-29 09:00", nil, nil},
			{"2027-02-11 09:00", nil, nil},
			{"2027-02-12 09:00", nil, []twinning.PersonID{1}},
			{"2027-02-15 09:00", nil, nil},
			{"2027-02-16 09:00", nil, nil},
		}},
		{"what falls due at night waits for the morning", []step{
			{"2027-01-28 17:30", officer("2027-01-28 17:00"), nil},
			{"2027-01-28 23:00", nil, nil},
			{"2027-01-29 07:30", nil, []twinning.PersonID{1}},
		}},
		{"a late newcomer gets the current rung once", []step{
			{"2027-02-25 09:00", nil, nil},
			{"2027-02-25 09:05", officer("2027-02-25 09:04"), []twinning.PersonID{1}},
			{"2027-02-25 09:06", nil, nil},
			{"2027-02-26 09:00", nil, []twinning.PersonID{1}},
		}},
		{"nothing after filing", []step{
			{"2027-02-24 09:00", officer("2027-02-24 08:00"), []twinning.PersonID{1}},
			{"2027-02-26 09:00", fileAll, nil},
			{"2027-03-02 09:00", nil, nil},
		}},
		{"a gap is one late notice", []step{
			{"2027-01-28 09:00", officer("2027-01-28 08:00"), []twinning.PersonID{1}},
			{"2027-03-09 14:12", nil, []twinning.PersonID{1}},
			{"2027-03-09 14:13", nil, nil},
			{"2027-03-10 09:00", nil, nil},
		}},
		{"a clock that jumps back says nothing twice", []step{
			{"2027-02-24 09:00", officer("2027-01-02 08:00"), []twinning.PersonID{1}},
			{"2027-02-24 08:00", nil, nil},
			{"2027-02-25 09:00", nil, nil},
			{"2027-02-24 10:00", nil, nil},
		}},
		{"what comes up after the day's message waits for the next day", []step{
			{"2027-02-26 09:00", officer("2027-02-26 08:00"), []twinning.PersonID{1}},
			{"2027-02-26 10:00", func(b *books) {
				b.update("2027-02-26 09:30", func(w *ledger.Work) error {
					// The officer's unit becomes a sponsor too, for which the ladder of 30/03 begins on Friday 26/02.
					return w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Pairings: []twinning.Pairing{{
						Sponsor: "W20437", Recipient: "W20440", From: twinning.NewDate(2027, 1, 1),
					}}})
				})
			}, nil},
			{"2027-02-28 10:00", nil, nil},
			{"2027-03-01 10:00", nil, []twinning.PersonID{1}},
			{"2027-03-01 11:00", nil, nil},
		}},
		{"somebody who leaves is told no more", []step{
			{"2027-02-24 09:00", officer("2027-02-24 08:00"), []twinning.PersonID{1}},
			{"2027-02-26 09:00", func(b *books) {
				b.update("2027-02-25 09:00", func(w *ledger.Work) error {
					_, err := w.Remove(ledger.Actor{}, 1)
					return err
				})
			}, nil},
		}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			b := newBooks(t, false)
			for _, s := range test.steps {
				if s.do != nil {
					s.do(b)
				}
				var got []twinning.PersonID
				for _, row := range b.tick(s.when) {
					got = append(got, row.Person)
				}
				if diff := cmp.Diff(s.want, got); diff != "" {
					t.Errorf("%s: %s", s.when, diff)
				}
			}
		})
	}
}

func TestTickMarksTheCauses(t *testing.T) {
	t.Parallel()
	b := newBooks(t, true)
	b.enrol(at("2027-01-04 08:00"), "ASYT", twinning.RoleOfficer)
	b.enrol(at("2027-01-04 08:00"), b.standing(), twinning.RoleCoordinator)
	b.tick("2027-03-26 09:00")
	want := []string{
		"remind|digest|overseer_plan|2027|-3|person 2",
		"remind|digest|programme|2027|-3|person 2",
		"remind|digest|sponsor_group|2027|-3|person 2",
		"remind|overview|2027-03-22|person 2",
		"remind|sponsor_group|ASYT|2027|-3|person 1",
		"remind|standing_report|" + string(b.standing()) + "|2026|56|person 2",
	}
	for _, rule := range []string{
		"needs", "district_plan", "district_assignment", "commune_plan", "commune_group", "commune_regulation", "commune_stages",
	} {
		want = append(want, "remind|digest|"+rule+"|2027|28|person 2")
	}
	for _, p := range b.pairings {
		if p.Sponsor == "ASYT" {
			want = append(want, fmt.Sprintf("remind|programme|ASYT|2027|p%d|-3|person 1", p.ID))
		}
	}
	var got []string
	err := b.ledger.View(t.Context(), at("2027-03-26 09:00"), func(k *ledger.Look) error {
		said, err := k.SaidWithPrefix("remind|")
		for _, s := range said {
			got = append(got, s.Cause)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(want)
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestTickWakesTheSender(t *testing.T) {
	t.Parallel()
	b := newBooks(t, false)
	b.enrol(at("2027-01-04 08:00"), "W20437", twinning.RoleOfficer)
	woken := 0
	s := b.scheduler(func() { woken++ })
	for _, when := range []string{"2027-02-24 03:00", "2027-02-24 09:00", "2027-02-24 09:01", "2027-02-25 09:00"} {
		if _, err := s.Tick(t.Context(), at(when)); err != nil {
			t.Fatal(err)
		}
	}
	if woken != 1 {
		t.Errorf("woken %d times", woken)
	}
}
