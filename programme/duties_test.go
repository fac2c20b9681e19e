package programme_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/programme"
	"ketnghia/twinning"
)

var update = flag.Bool("update", false, "write testdata/duties.golden anew")

// TestDuties shows for each of five years who owes what on the real roster with demo pairings, when it is in time, late
// and closed, on which days it is reminded of, and where it stands when it was filed around its dates. 2020 is the
// decision's own year, 2024 a leap year, 28/02/2026 a Saturday, 28/02/2027 a Sunday, and Tết of 2030 differs from
// China's.
func TestDuties(t *testing.T) {
	t.Parallel()
	p, units := decision1100(t), units1100(t)
	var shown strings.Builder
	for _, year := range []int{2020, 2024, 2026, 2027, 2030} {
		duties := p.Duties(year, units, programme.DemoPairings(units, twinning.NewDate(2020, 1, 1)))
		_, _ = fmt.Fprintf(&shown, "== %d\n", year)
		for _, r := range p.Obligations {
			of := slices.DeleteFunc(slices.Clone(duties), func(d twinning.Duty) bool { return d.Rule != r.ID })
			_, _ = fmt.Fprintf(&shown, "%s (%s)\n  %s\n", r.ID, r.Cite, who(units, of))
			if !r.Applies(year) {
				continue
			}
			d := r.Deadlines(year, p.Calendar)
			_, _ = fmt.Fprintf(&shown, "  in time to %s, late after %s, closes %s\n", weekday(d.Due), weekday(d.LateAfter), weekday(d.Closes))
			_, _ = fmt.Fprintf(&shown, "  reminded %s\n  %s\n", days(p.Ladder.Rungs(d.Due, d.Closes, p.Calendar)), states(d))
		}
	}
	path := filepath.Join("testdata", "duties.golden")
	if *update {
		if err := os.WriteFile(path, []byte(shown.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if diff := cmp.Diff(string(want), shown.String()); diff != "" {
		t.Error(diff)
	}
}

// who counts the units that owe, by role, and says why they don't when it does not apply.
func who(units []twinning.Unit, duties []twinning.Duty) string {
	role := map[twinning.UnitKey]twinning.UnitRole{}
	for _, u := range units {
		role[u.Key] = u.Role
	}
	count := map[string]int{}
	for _, d := range duties {
		name := string(role[d.Unit])
		if d.Excuse != "" {
			name += " (not applicable: " + string(d.Excuse) + ")"
		}
		count[name]++
	}
	var parts []string
	for name, n := range count {
		parts = append(parts, fmt.Sprintf("%d %s", n, name))
	}
	slices.SortFunc(parts, func(a, b string) int {
		return strings.Compare(a[strings.IndexByte(a, ' '):], b[strings.IndexByte(b, ' '):])
	})
	return strings.Join(parts, ", ")
}

func weekday(d twinning.Date) string { return d.Weekday().String()[:3] + " " + d.String() }

// days shows the ladder to two weeks after the deadline, each rung with the day on which it is said.
func days(rungs []twinning.Rung) string {
	var parts []string
	for _, r := range rungs {
		if r.Offset <= 14 {
			parts = append(parts, fmt.Sprintf("%+d on %s", r.Offset, weekday(r.On)))
		}
	}
	return strings.Join(parts, ", ")
}

// states tells where the obligation stands on days around its dates, unfiled and filed on that day.
func states(d twinning.Deadlines) string {
	var parts []string
	for _, day := range []twinning.Date{
		d.Due.AddDays(-31), d.Due.AddDays(-30), d.Due, d.Due.AddDays(1), d.LateAfter, d.LateAfter.AddDays(1), d.Closes,
	} {
		parts = append(parts, fmt.Sprintf("%s %s/%s", day.String()[5:], d.StandingOn(day, 0), d.StandingOn(day, day)))
	}
	return strings.Join(parts, ", ")
}

// TestDutiesAreThoseOfANaiveCount counts who owes what by looking at each unit and pairing once more.
func TestDutiesAreThoseOfANaiveCount(t *testing.T) {
	t.Parallel()
	p, units := decision1100(t), units1100(t)
	pairings := programme.DemoPairings(units, twinning.NewDate(2020, 1, 1))
	roles := map[twinning.UnitRole]int{}
	sponsors := map[twinning.UnitKey]bool{}
	for _, u := range units {
		roles[u.Role]++
	}
	for _, x := range pairings {
		sponsors[x.Sponsor] = true
	}
	districts, communes := roles[twinning.RoleRecipientDistrict], roles[twinning.RoleRecipientCommune]
	want := map[twinning.RuleID]int{
		"needs": districts + communes, "report": districts + communes, "district_plan": districts,
		"district_assignment": districts, "commune_plan": communes, "commune_group": communes,
		"commune_regulation": communes, "commune_stages": communes, "programme": len(pairings),
		"evaluation": 2 * len(pairings), "sponsor_group": len(sponsors), "sponsor_report": len(sponsors),
		"overseer_plan": 1, "overseer_report": 1, "standing_report": 1,
	}
	got := map[twinning.RuleID]int{}
	for _, o := range p.Owed(2027, units, pairings) {
		got[o.Rule]++
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	if districts != 6 || communes != 68 {
		t.Errorf("%d districts and %d communes on the roster", districts, communes)
	}
}

// TestDutiesChangeInMidYear has a unit and pairings that begin or end around the deadlines.
func TestDutiesChangeInMidYear(t *testing.T) {
	t.Parallel()
	p := decision1100(t)
	commune := func(since twinning.Date) []twinning.Unit {
		return []twinning.Unit{
			{Key: "W1", Role: twinning.RoleRecipientCommune, State: twinning.UnitActive, Since: since},
			{Key: "A1", Role: twinning.RoleSponsorAgency, State: twinning.UnitActive},
		}
	}
	pairing := func(from, to twinning.Date) []twinning.Pairing {
		return []twinning.Pairing{{ID: 7, Sponsor: "A1", Recipient: "W1", From: from, To: to}}
	}
	day := twinning.NewDate
	tests := map[string]struct {
		units    []twinning.Unit
		pairings []twinning.Pairing
		// want names rule and excuse of what is derived for 2027 of the rules that are looked at.
		want []string
	}{
		"a unit that is older": {commune(day(2027, 2, 28)), nil, []string{"needs W1", "report W1"}},
		"a unit founded after the deadline": {
			commune(day(2027, 3, 1)), nil, []string{"needs W1 unit", "report W1"},
		},
		"a pairing of the whole year": {commune(0), pairing(day(2026, 5, 1), 0), []string{
			"needs W1", "programme A1", "report W1", "sponsor_report A1", "sponsor_group A1", "evaluation A1", "evaluation W1",
		}},
		"a pairing that ends in June": {commune(0), pairing(day(2026, 5, 1), day(2027, 6, 30)), []string{
			"needs W1", "programme A1", "report W1", "sponsor_report A1", "sponsor_group A1",
		}},
		"a pairing that ended in March": {commune(0), pairing(day(2026, 5, 1), day(2027, 3, 29)), []string{
			"needs W1", "report W1", "sponsor_report A1", "sponsor_group A1",
		}},
		"a pairing that begins in June": {commune(0), pairing(day(2027, 6, 1), 0), []string{
			"needs W1", "programme A1 pairing", "report W1", "sponsor_report A1", "sponsor_group A1 pairing", "evaluation A1",
			"evaluation W1",
		}},
	}
	looked := []twinning.RuleID{"needs", "programme", "report", "sponsor_report", "sponsor_group", "evaluation"}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, d := range p.DutiesUnder(2027, looked, test.units, test.pairings) {
				got = append(got, strings.TrimSpace(fmt.Sprintf("%s %s %s", d.Rule, d.Unit, d.Excuse)))
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}
