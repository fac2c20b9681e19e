package ledger_test

import (
	"fmt"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// suggest returns what the books suggest for a unit.
func (b *books) suggest(unit twinning.UnitKey, year int) twinning.Suggestion {
	b.Helper()
	var s twinning.Suggestion
	b.look(func(k *ledger.Look) error {
		u, err := k.Unit(unit)
		if err != nil {
			return err
		}
		s, err = k.SuggestRating(u, year)
		return err
	})
	return s
}

// done logs an activity of health for the commune at the border, and has it confirmed when somebody is named for that.
func (b *books) done(p, confirms twinning.Person, f twinning.Facts) {
	b.Helper()
	d := support(health, 1, 1)
	if f.From != 0 {
		d.Facts.From = f.From
	}
	d.Facts.Kinds, d.Facts.Quantities, d.Facts.Source = f.Kinds, f.Quantities, f.Source
	d.Distinct = true
	act := b.logs(p, d)
	if confirms.ID != 0 {
		b.must(func(w *ledger.Work) error {
			_, err := w.Confirm(by(confirms), act.ID, 1)
			return err
		})
	}
}

// filesOn has the unit file a document on a day.
func (b *books) filesOn(day string, p twinning.Person, rule twinning.RuleID, pairing twinning.PairingID) {
	b.Helper()
	b.now = at(day + " 09:00")
	b.files(p, document(rule, p.Unit, pairing, 2027))
}

// TestFlagsOfTheDecision raises each flag of IV.2 by itself, and only when its time has come.
func TestFlagsOfTheDecision(t *testing.T) {
	t.Parallel()
	type story func(b *books, sponsor, recipient twinning.Person)
	signed := func(b *books, sponsor, _ twinning.Person) { b.filesOn("2027-03-15", sponsor, "programme", 1) }
	reported := func(b *books, sponsor, recipient twinning.Person) {
		b.filesOn("2027-12-10", sponsor, "sponsor_report", 0)
		b.filesOn("2027-12-10", recipient, "report", 0)
	}
	worked := func(confirmed bool) story {
		return func(b *books, sponsor, recipient twinning.Person) {
			b.now = at("2027-06-01 09:00")
			if !confirmed {
				recipient = twinning.Person{}
			}
			b.done(sponsor, recipient, twinning.Facts{From: twinning.NewDate(2027, 5, 5)})
		}
	}
	const (
		unsigned, idle, unreported = twinning.FlagUnsigned, twinning.FlagIdle, twinning.FlagUnreported
	)
	tests := map[string]struct {
		stories []story
		on      string
		want    []twinning.Flag
	}{
		"nothing signed on the last day":       {nil, "2027-03-31", nil},
		"nothing signed the day after":         {nil, "2027-04-01", []twinning.Flag{unsigned}},
		"signed in time":                       {[]story{signed}, "2027-04-01", nil},
		"nothing done while the year runs":     {[]story{signed}, "2027-12-31", nil},
		"no report on the last day":            {[]story{signed, worked(true)}, "2027-12-31", nil},
		"no report the day after":              {[]story{signed, worked(true)}, "2028-01-01", []twinning.Flag{unreported}},
		"nothing done when the year is over":   {[]story{signed, reported}, "2028-01-01", []twinning.Flag{idle}},
		"nothing confirmed":                    {[]story{signed, worked(false), reported}, "2028-01-01", []twinning.Flag{idle}},
		"signed, done, confirmed and reported": {[]story{signed, worked(true), reported}, "2028-01-01", nil},
		"neither signed nor reported":          {[]story{worked(true)}, "2028-01-01", []twinning.Flag{unsigned, unreported}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBooks(t)
			b.now = at("2027-03-10 09:00")
			sponsor, recipient := b.enrol(health, twinning.RoleLead), b.enrol(border, twinning.RoleOfficer)
			for _, tell := range test.stories {
				tell(b, sponsor, recipient)
			}
			b.now = at(test.on + " 09:00")
			// What the sponsor signs is signed for both.
			for _, unit := range []twinning.UnitKey{health, border} {
				if got := b.suggest(unit, 2027).Flags; !slices.Equal(test.want, got) {
					t.Errorf("%s: %q, want %q", unit, got, test.want)
				}
			}
		})
	}
}

// TestFactors shows each positive factor by itself, and what just falls short of it.
func TestFactors(t *testing.T) {
	t.Parallel()
	type story func(b *books, sponsor, recipient twinning.Person)
	did := func(year int, kind twinning.Kind, q twinning.Quantities) story {
		return func(b *books, sponsor, _ twinning.Person) {
			f := twinning.Facts{From: twinning.NewDate(year, 3, 2), Quantities: q}
			if kind != "" {
				f.Kinds = []twinning.Kind{kind}
			}
			b.done(sponsor, twinning.Person{}, f)
		}
	}
	led := func(n int) story {
		return func(b *books, _, recipient twinning.Person) {
			b.must(func(w *ledger.Work) error {
				for _, s := range w.Programme().Stages.List[:n] {
					if _, err := w.ToggleStage(by(recipient), 1, 2027, s.ID); err != nil {
						return err
					}
				}
				return nil
			})
		}
	}
	none, money := twinning.Quantities{}, func(n int64) twinning.Quantities { return twinning.Quantities{twinning.Amount: n} }
	houses := func(n int64) twinning.Quantities { return twinning.Quantities{twinning.Households: n} }
	tests := map[string]struct {
		unit    twinning.UnitKey
		stories []story
		want    []twinning.Factor
	}{
		"a fifth more households":      {health, []story{did(2027, "", houses(10))}, []twinning.Factor{twinning.FactorBeyond}}, // of 8
		"not quite a fifth":            {health, []story{did(2027, "", houses(9))}, nil},
		"a model replicated":           {health, []story{did(2027, twinning.KindModelMore, none)}, []twinning.Factor{twinning.FactorReplicated}},
		"a new model":                  {health, []story{did(2027, twinning.KindModelNew, none)}, nil},
		"connected twice":              {health, []story{did(2027, twinning.KindConnecting, none), did(2027, twinning.KindConnecting, none)}, []twinning.Factor{twinning.FactorConnected}},
		"connected once":               {health, []story{did(2027, twinning.KindConnecting, none)}, nil},
		"fewer gifts, of the money":    {health, []story{did(2026, twinning.KindGift, money(5)), did(2027, twinning.KindGift, money(4)), did(2027, "", money(1))}, []twinning.Factor{twinning.FactorFewerGifts}},
		"as many gifts":                {health, []story{did(2026, twinning.KindGift, money(5)), did(2027, twinning.KindGift, money(4))}, nil},
		"fewer gifts, of what is done": {health, []story{did(2026, twinning.KindGift, none), did(2027, "", none)}, []twinning.Factor{twinning.FactorFewerGifts}},
		"nothing last year":            {health, []story{did(2027, "", none)}, nil},
		"five stages of six":           {border, []story{led(5)}, []twinning.Factor{twinning.FactorStages}},
		"four stages of six":           {border, []story{led(4)}, nil},
		"stages are the recipient's":   {health, []story{led(6)}, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBooks(t)
			sponsor, recipient := b.enrol(health, twinning.RoleLead), b.enrol(border, twinning.RoleOfficer)
			for _, tell := range test.stories {
				tell(b, sponsor, recipient)
			}
			if got := b.suggest(test.unit, 2027).Factors; !slices.Equal(test.want, got) {
				t.Errorf("%q, want %q", got, test.want)
			}
		})
	}
}

// TestLevels climbs from nothing to the best level, condition by condition.
func TestLevels(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	sponsor, recipient := b.enrol(health, twinning.RoleLead), b.enrol(border, twinning.RoleOfficer)
	b.now = at("2027-12-20 09:00")
	var got []string
	look := func() {
		s := b.suggest(health, 2027)
		met, all := s.Share()
		got = append(got, fmt.Sprintf("%d/%d %s %d", met, all, s.Level, len(s.Factors)))
	}
	kind := func(k twinning.Kind, q twinning.Quantities) {
		b.done(sponsor, recipient, twinning.Facts{From: twinning.NewDate(2027, 6, 1), Kinds: []twinning.Kind{k}, Quantities: q})
	}
	look()
	kind(twinning.KindModelNew, twinning.Quantities{twinning.Models: 1, twinning.Households: 8})
	kind(twinning.KindStudyTour, nil)
	look()
	kind(twinning.KindConnecting, nil)
	look()
	// Late, so that what was in time is no factor.
	b.filesOn("2027-12-20", sponsor, "programme", 1)
	b.filesOn("2027-12-20", sponsor, "sponsor_report", 0)
	b.filesOn("2027-12-20", sponsor, "sponsor_group", 0)
	look()
	b.filesOn("2027-12-20", sponsor, "evaluation", 1)
	look()
	kind(twinning.KindConnecting, nil)
	look()
	kind(twinning.KindModelMore, twinning.Quantities{twinning.Models: 1})
	look()
	want := []string{
		"0/8 weak 0", "3/8 weak 0", "4/8 average 0", "7/8 fair 0", "8/8 good 0", "8/8 good 1", "8/8 excellent 3",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// TestDocumentsInTime is a factor only when every one is, and a document that is still to come stands against it.
func TestDocumentsInTime(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		group string
		want  bool
	}{"in time": {"2027-03-20", true}, "late": {"2027-04-20", false}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			b := newBooks(t)
			sponsor := b.enrol(health, twinning.RoleLead)
			b.filesOn("2027-03-15", sponsor, "programme", 1)
			b.filesOn(test.group, sponsor, "sponsor_group", 0)
			b.filesOn("2027-12-01", sponsor, "sponsor_report", 0)
			if slices.Contains(b.suggest(health, 2027).Factors, twinning.FactorInTime) {
				t.Error("the evaluation is still to come")
			}
			b.filesOn("2027-12-02", sponsor, "evaluation", 1)
			if got := slices.Contains(b.suggest(health, 2027).Factors, twinning.FactorInTime); got != test.want {
				t.Errorf("in time: %v", got)
			}
		})
	}
}

// TestUnknownPostsMeetNothing keeps a unit whose posts nobody knows from the best levels, and says so.
func TestUnknownPostsMeetNothing(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	for _, c := range b.suggest(finance, 2027).Conditions {
		if c.Target == "agency_households" && (c.Known || c.Met()) {
			t.Errorf("%+v", c)
		}
	}
	if s := b.suggest(standing, 2027); s.Level != "" {
		t.Errorf("Ban Dân tộc is rated %s", s.Level)
	}
	// Nobody is rated for a year in which nobody was assigned; recipients are bound without a sponsor too (III.2.2).
	for unit, want := range map[twinning.UnitKey]twinning.RatingLevel{health: "", border: twinning.RatingWeak} {
		if s := b.suggest(unit, 2025); s.Level != want {
			t.Errorf("%s is rated %q in 2025, want %q", unit, s.Level, want)
		}
	}
}

// TestSuggestRatingsOrder has the best first and leaves out whom nothing binds.
func TestSuggestRatingsOrder(t *testing.T) {
	t.Parallel()
	b := newBooks(t)
	sponsor := b.enrol(health, twinning.RoleLead)
	b.filesOn("2027-03-15", sponsor, "programme", 1)
	b.look(func(k *ledger.Look) error {
		rated, err := k.SuggestRatings(2027)
		if len(rated) == 0 || rated[0].Unit.Key != health {
			t.Errorf("first is %v", rated)
		}
		for _, x := range rated {
			if x.Unit.Key == issuer || x.Suggestion.Level == "" {
				t.Errorf("%s is rated %q", x.Unit.Key, x.Suggestion.Level)
			}
		}
		return err
	})
}
