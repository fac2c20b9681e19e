package twinning_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/twinning"
)

// rules are one of each kind: of units, of paired units, of pairings.
func rules(t testing.TB) *twinning.Programme {
	t.Helper()
	signed := day(t, "2020-04-16")
	return &twinning.Programme{
		Calendar: calendar(t),
		Obligations: []twinning.ObligationRule{{
			ID: "needs", Per: twinning.PerUnit, Roles: []twinning.UnitRole{twinning.RoleRecipientCommune}, First: signed,
			Due: twinning.MonthDay{Month: 2, Day: 27}, LateAfter: twinning.MonthDay{Month: 2, Day: 28}, Closes: twinning.MonthDay{Month: 12, Day: 31},
		}, {
			ID: "report", Per: twinning.PerUnit, Paired: true, Roles: []twinning.UnitRole{twinning.RoleSponsorAgency}, First: signed,
			Due: twinning.MonthDay{Month: 12, Day: 15}, LateAfter: twinning.MonthDay{Month: 12, Day: 31}, Closes: twinning.MonthDay{Month: 1, Day: 31, NextYear: true},
		}, {
			ID: "programme", Per: twinning.PerPairing, First: signed,
			Due: twinning.MonthDay{Month: 3, Day: 30}, LateAfter: twinning.MonthDay{Month: 3, Day: 31}, Closes: twinning.MonthDay{Month: 12, Day: 31},
		}},
	}
}

func TestOwed(t *testing.T) {
	t.Parallel()
	units := []twinning.Unit{
		{Key: "W2", Role: twinning.RoleRecipientCommune, State: twinning.UnitActive},
		{Key: "W1", Role: twinning.RoleRecipientCommune, State: twinning.UnitActive},
		{Key: "W3", Role: twinning.RoleRecipientCommune, State: twinning.UnitMerged},
		{Key: "A1", Role: twinning.RoleSponsorAgency, State: twinning.UnitActive},
		{Key: "A2", Role: twinning.RoleSponsorAgency, State: twinning.UnitActive},
	}
	pairings := []twinning.Pairing{
		{ID: 5, Sponsor: "A1", Recipient: "W1", From: day(t, "2020-06-01"), To: day(t, "2027-03-30")},
		{ID: 4, Sponsor: "A1", Recipient: "W2", From: day(t, "2027-03-31")},
	}
	tests := map[int][]string{
		2019: nil,
		2020: {"report|A1|2020"},
		2026: {"needs|W1|2026", "needs|W2|2026", "report|A1|2026", "programme|A1|2026|p5"},
		// Pairing 5 ends on the due day and still owes; pairing 4 begins on the day after and does not.
		2027: {"needs|W1|2027", "needs|W2|2027", "report|A1|2027", "programme|A1|2027|p5"},
		2028: {"needs|W1|2028", "needs|W2|2028", "report|A1|2028", "programme|A1|2028|p4"},
	}
	p := rules(t)
	for year, want := range tests {
		var got []string
		for _, o := range p.Owed(year, units, pairings) {
			got = append(got, o.Key())
		}
		if diff := cmp.Diff(want, got); diff != "" {
			t.Errorf("%d: %s", year, diff)
		}
	}
}

func TestStandingOn(t *testing.T) {
	t.Parallel()
	// 28/02/2026 is a Saturday: late after Monday 02/03.
	d := rules(t).Obligations[0].Deadlines(2026, calendar(t))
	tests := map[string]struct {
		today, filed string
		want         twinning.Standing
	}{
		"31 days before":              {"2026-01-27", "", twinning.StandingUpcoming},
		"30 days before":              {"2026-01-28", "", twinning.StandingDueSoon},
		"last day in time":            {"2026-02-27", "", twinning.StandingDueSoon},
		"the day itself":              {"2026-02-28", "", twinning.StandingDueSoon},
		"rolled over the weekend":     {"2026-03-02", "", twinning.StandingDueSoon},
		"overdue":                     {"2026-03-03", "", twinning.StandingOverdue},
		"filed in time":               {"2026-06-01", "2026-02-27", twinning.StandingMet},
		"filed on the day":            {"2026-06-01", "2026-02-28", twinning.StandingMetDue},
		"filed on the rolled due day": {"2026-06-01", "2026-03-02", twinning.StandingMetDue},
		"filed late":                  {"2026-06-01", "2026-03-03", twinning.StandingMetLate},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var filed twinning.Date
			if test.filed != "" {
				filed = day(t, test.filed)
			}
			got := d.StandingOn(day(t, test.today), filed)
			if got != test.want || got.Met() != (test.filed != "") {
				t.Errorf("%s, want %s", got, test.want)
			}
		})
	}
}

func TestRequired(t *testing.T) {
	t.Parallel()
	target := func(rounding twinning.Rounding) twinning.Target {
		return twinning.Target{Quantity: 2, Per: twinning.PerStaff, Block: 10, Rounding: rounding}
	}
	tests := map[string]struct {
		target          twinning.Target
		staff, communes int
		want            int64
		known           bool
	}{
		"37 posts, ceil":        {target(twinning.RoundCeil), 37, 0, 8, true},
		"37 posts, round":       {target(twinning.RoundNearest), 37, 0, 7, true},
		"37 posts, blocks":      {target(twinning.RoundFloorBlock), 37, 0, 6, true},
		"1 post, ceil":          {target(twinning.RoundCeil), 1, 0, 1, true},
		"1 post, blocks":        {target(twinning.RoundFloorBlock), 1, 0, 0, true},
		"40 posts, ceil":        {target(twinning.RoundCeil), 40, 0, 8, true},
		"unknown is never zero": {target(twinning.RoundCeil), 0, 0, 0, false},
		"3 communes":            {twinning.Target{Quantity: 2, Per: twinning.PerCommune}, 0, 3, 6, true},
		"the unit itself":       {twinning.Target{Quantity: 10, Per: twinning.PerSponsor}, 0, 3, 10, true},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			if n, ok := test.target.Required(test.staff, test.communes); n != test.want || ok != test.known {
				t.Errorf("%d, %v; want %d, %v", n, ok, test.want, test.known)
			}
		})
	}
}

func TestPairingValidity(t *testing.T) {
	t.Parallel()
	p := twinning.Pairing{Sponsor: "A1", Recipient: "W1", From: day(t, "2026-12-31"), To: day(t, "2028-01-01")}
	for year, want := range map[int]bool{2025: false, 2026: true, 2027: true, 2028: true, 2029: false} {
		if got := p.ValidIn(year); got != want {
			t.Errorf("in force in %d: %v", year, got)
		}
	}
	for text, want := range map[string]bool{"2026-12-30": false, "2026-12-31": true, "2028-01-01": true, "2028-01-02": false} {
		if got := p.Valid(day(t, text)); got != want {
			t.Errorf("in force on %s: %v", text, got)
		}
	}
	if p.Counterpart("A1") != "W1" || p.Counterpart("W1") != "A1" || p.Has("A2") {
		t.Error("the parties are mixed up")
	}
}

func TestParseObligation(t *testing.T) {
	t.Parallel()
	for _, o := range []twinning.Obligation{
		{Rule: "needs", Unit: "W20437", Year: 2027}, {Rule: "programme", Unit: "ASYT", Pairing: 5, Year: 2027},
	} {
		if got, err := twinning.ParseObligation(o.Key()); err != nil || got != o {
			t.Errorf("%s reads as %+v, %v", o.Key(), got, err)
		}
	}
	for _, key := range []string{
		"", "needs", "needs|W1", "needs|W1|x", "needs|W1|2027|5", "needs|W1|2027|px", "needs|W1|2027|p0", "needs|W1|02027",
		"needs|W1|2027|p5|x",
	} {
		if o, err := twinning.ParseObligation(key); !errors.Is(err, twinning.ErrNotFound) {
			t.Errorf("%q reads as %+v, %v", key, o, err)
		}
	}
}

// TestUrgeOutlastsTet says on the first working day after Tết what was asked for on the last one before (in 2026 ten days).
func TestUrgeOutlastsTet(t *testing.T) {
	t.Parallel()
	u := twinning.Urge{On: twinning.NewDate(2026, 2, 13)}
	if !u.Lasts(twinning.NewDate(2026, 2, 23)) || u.Lasts(twinning.NewDate(2026, 2, 28)) || u.Lasts(twinning.NewDate(2026, 2, 12)) {
		t.Error("an urge lasts from its day for two weeks")
	}
}
