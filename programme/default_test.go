package programme_test

import (
	"fmt"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/programme"
	"ketnghia/twinning"
)

func decision1100(t testing.TB) *twinning.Programme {
	t.Helper()
	p, err := programme.Default()
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func units1100(t testing.TB) []twinning.Unit {
	t.Helper()
	units, err := programme.DefaultUnits()
	if err != nil {
		t.Fatal(err)
	}
	return units
}

func TestDefaultHasEveryObligation(t *testing.T) {
	t.Parallel()
	var got []string
	for _, r := range decision1100(t).Obligations {
		side := ""
		if r.Per == twinning.PerPairing {
			side = " of " + string(r.Side)
		}
		got = append(got, fmt.Sprintf("%s per %s%s, roles %v paired %v once %v, due %02d-%02d, late after %02d-%02d, closes %02d-%02d next %v, remind %v, copies %v also %v",
			r.ID, r.Per, side, r.Roles, r.Paired, r.Once, r.Due.Month, r.Due.Day, r.LateAfter.Month, r.LateAfter.Day,
			r.Closes.Month, r.Closes.Day, r.Closes.NextYear, r.Remind, r.Copies, r.Also))
	}
	sponsors := "[sponsor_agency sponsor_lowland sponsor_other emulation]"
	want := []string{
		"needs per unit, roles [recipient_district recipient_commune] paired false once false, due 02-27, late after 02-28, closes 12-31 next false, remind true, copies [counterparts standing district] also []",
		"programme per pairing of sponsor, roles [] paired false once false, due 03-30, late after 03-31, closes 12-31 next false, remind true, copies [counterparts standing district] also []",
		"report per unit, roles [recipient_district recipient_commune] paired false once false, due 12-15, late after 12-31, closes 01-31 next true, remind true, copies [counterparts standing] also []",
		"sponsor_report per unit, roles " + sponsors + " paired true once false, due 12-15, late after 12-31, closes 01-31 next true, remind true, copies [counterparts standing] also []",
		"district_plan per unit, roles [recipient_district] paired false once false, due 02-27, late after 02-28, closes 12-31 next false, remind true, copies [counterparts standing] also [needs]",
		"district_assignment per unit, roles [recipient_district] paired false once true, due 02-27, late after 02-28, closes 12-31 next false, remind true, copies [counterparts standing] also []",
		"commune_plan per unit, roles [recipient_commune] paired false once false, due 02-27, late after 02-28, closes 12-31 next false, remind true, copies [counterparts standing district] also [needs]",
		"commune_group per unit, roles [recipient_commune] paired false once true, due 02-27, late after 02-28, closes 12-31 next false, remind true, copies [counterparts standing district] also []",
		"commune_regulation per unit, roles [recipient_commune] paired false once true, due 02-27, late after 02-28, closes 12-31 next false, remind true, copies [counterparts standing district] also []",
		"commune_stages per unit, roles [recipient_commune] paired false once false, due 02-27, late after 02-28, closes 12-31 next false, remind true, copies [counterparts standing district] also []",
		"sponsor_group per unit, roles " + sponsors + " paired true once true, due 03-30, late after 03-31, closes 12-31 next false, remind true, copies [counterparts standing] also []",
		"evaluation per pairing of both, roles [] paired false once false, due 12-15, late after 12-31, closes 01-31 next true, remind true, copies [counterparts standing] also []",
		"overseer_plan per unit, roles [overseer] paired false once false, due 03-30, late after 03-31, closes 12-31 next false, remind true, copies [standing] also []",
		"overseer_report per unit, roles [overseer] paired false once false, due 12-15, late after 12-31, closes 01-31 next true, remind true, copies [standing] also []",
		"standing_report per unit, roles [standing] paired false once false, due 01-31, late after 01-31, closes 03-31 next true, remind true, copies [issuer] also []",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
	for _, r := range decision1100(t).Obligations {
		if r.First != twinning.NewDate(2020, time.April, 16) {
			t.Errorf("%s binds from %s, want the day of signing (R26)", r.ID, r.First)
		}
		for lang, name := range r.Name {
			if n := len([]rune(name)); n > 40 {
				t.Errorf("%s: the %s name has %d characters, too long for a phone's line", r.ID, lang, n)
			}
		}
	}
}

func TestDefaultProgrammeContents(t *testing.T) {
	t.Parallel()
	r, ok := decision1100(t).Rule("programme")
	if !ok {
		t.Fatal("no rule")
	}
	var got []string
	for _, id := range r.Contents {
		got = append(got, id+": "+r.ContentNames[id]["vi"])
	}
	want := []string{
		"content: nội dung", "place: địa điểm", "beneficiaries: đối tượng hưởng lợi", "budget: kinh phí",
		"schedule: tiến độ thực hiện", "solutions: giải pháp",
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func TestDefaultRest(t *testing.T) {
	t.Parallel()
	p := decision1100(t)
	if diff := cmp.Diff(twinning.Ladder{
		Before: []int{30, 14, 7, 3, 1, 0}, After: []int{1, 3, 7}, Weekly: 7, LeadFrom: 7, Digest: []int{14, 7, 3, 0},
	}, p.Ladder); diff != "" {
		t.Error(diff)
	}
	if p.Delivery != (twinning.Delivery{From: 7*60 + 30, To: 17*60 + 30}) {
		t.Errorf("delivery %v", p.Delivery)
	}
	if diff := cmp.Diff(twinning.Rating{
		Good: 100, Fair: 80, Average: 50, ExcellentFactors: 2, Signed: "programme",
		Reports: []twinning.RuleID{"report", "sponsor_report"},
	}, p.Rating); diff != "" {
		t.Error(diff)
	}
	if p.Decision != "1100/QĐ-UBND" || p.From != 2020 || p.To != 2025 || p.Title["vi"] == "" || p.Title["en"] == "" {
		t.Errorf("title %v", p)
	}
}

// Rules that name a document must be an obligation; every other rule must be accounted for in the file.
func TestDefaultAccountsForEveryRule(t *testing.T) {
	t.Parallel()
	source, err := os.ReadFile("1100.toml")
	if err != nil {
		t.Fatal(err)
	}
	rule := regexp.MustCompile(`R\d\d`)
	cited := map[string]bool{}
	for _, r := range decision1100(t).Obligations {
		for _, id := range rule.FindAllString(r.Cite, -1) {
			cited[id] = true
		}
	}
	for _, id := range []string{"R02", "R03", "R05", "R09", "R10", "R11", "R12", "R13", "R14", "R18", "R19", "R21", "R22"} {
		if !cited[id] {
			t.Errorf("no obligation cites %s, which names a document", id)
		}
	}
	named := rule.FindAllString(string(source), -1)
	for n := 1; n <= 27; n++ {
		if id := fmt.Sprintf("R%02d", n); !slices.Contains(named, id) {
			t.Errorf("1100.toml does not account for %s", id)
		}
	}
}

func TestDefaultTargets(t *testing.T) {
	t.Parallel()
	p := decision1100(t)
	tests := map[string]struct {
		role            twinning.UnitRole
		staff, communes int
		want            []string
	}{
		"agency of 37 posts, 3 communes": {
			twinning.RoleSponsorAgency, 37, 3,
			[]string{"agency_households 8", "agency_models 3", "agency_study_tour 1", "connecting 1"},
		},
		"agency of unknown size": {
			twinning.RoleSponsorAgency, 0, 1,
			[]string{"agency_households unknown", "agency_models 1", "agency_study_tour 1", "connecting 1"},
		},
		"Sở Nội vụ is an agency": {
			twinning.RoleEmulation, 40, 1,
			[]string{"agency_households 8", "agency_models 1", "agency_study_tour 1", "connecting 1"},
		},
		"lowland district": {
			twinning.RoleSponsorLowland, 0, 2,
			[]string{"lowland_households 10", "lowland_amount 200000000", "lowland_models 4", "lowland_study_tour 1", "connecting 1"},
		},
		"commune":  {twinning.RoleRecipientCommune, 0, 0, []string{"connecting 1"}},
		"overseer": {twinning.RoleOverseer, 0, 0, nil},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, target := range p.Targets {
				if !target.Applies(test.role) {
					continue
				}
				n, ok := target.Required(test.staff, test.communes)
				text := fmt.Sprint(target.ID, " ", n)
				if !ok {
					text = target.ID + " unknown"
				}
				got = append(got, text)
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDefaultDeadlines(t *testing.T) {
	t.Parallel()
	p := decision1100(t)
	tests := []struct {
		rule                   twinning.RuleID
		year                   int
		due, lateAfter, closes string
	}{
		{"needs", 2020, "", "", ""},
		{"programme", 2020, "", "", ""},
		{"report", 2020, "2020-12-15", "2020-12-31", "2021-01-31"},
		{"needs", 2024, "2024-02-27", "2024-02-28", "2024-12-31"},
		// 31/3/2024 is a Sunday: the label rolls to Monday, the reminders do not.
		{"programme", 2024, "2024-03-30", "2024-04-01", "2024-12-31"},
		// 28/02/2026 is a Saturday.
		{"needs", 2026, "2026-02-27", "2026-03-02", "2026-12-31"},
		{"programme", 2026, "2026-03-30", "2026-03-31", "2026-12-31"},
		{"report", 2026, "2026-12-15", "2026-12-31", "2027-01-31"},
		// 28/02/2027 is a Sunday.
		{"needs", 2027, "2027-02-27", "2027-03-01", "2027-12-31"},
		{"programme", 2027, "2027-03-30", "2027-03-31", "2027-12-31"},
		{"sponsor_report", 2027, "2027-12-15", "2027-12-31", "2028-01-31"},
		{"needs", 2030, "2030-02-27", "2030-02-28", "2030-12-31"},
		{"programme", 2030, "2030-03-30", "2030-04-01", "2030-12-31"},
		{"standing_report", 2030, "2031-01-31", "2031-01-31", "2031-03-31"},
	}
	for _, test := range tests {
		t.Run(fmt.Sprint(test.rule, " ", test.year), func(t *testing.T) {
			t.Parallel()
			r, ok := p.Rule(test.rule)
			if !ok {
				t.Fatal("no such rule")
			}
			if applies := r.Applies(test.year); applies != (test.due != "") {
				t.Fatalf("applies: %v", applies)
			}
			if test.due == "" {
				return
			}
			d := r.Deadlines(test.year, p.Calendar)
			got := []string{d.Due.String(), d.LateAfter.String(), d.Closes.String()}
			if diff := cmp.Diff([]string{test.due, test.lateAfter, test.closes}, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestDefaultTwentyNinthOfFebruaryIsLate(t *testing.T) {
	t.Parallel()
	p := decision1100(t)
	needs, _ := p.Rule("needs")
	// 28/02/2024 is a Wednesday, 29/02/2024 a Thursday.
	d := needs.Deadlines(2024, p.Calendar)
	for day, want := range map[twinning.Date]twinning.Standing{
		twinning.NewDate(2024, 2, 27): twinning.StandingMet,
		twinning.NewDate(2024, 2, 28): twinning.StandingMetDue,
		twinning.NewDate(2024, 2, 29): twinning.StandingMetLate,
	} {
		if got := d.StandingOn(day, day); got != want {
			t.Errorf("filed on %s: %s, want %s", day, got, want)
		}
	}
}

func TestDefaultHolidays(t *testing.T) {
	t.Parallel()
	c := decision1100(t).Calendar
	tests := map[string]struct {
		from, to string
		off      string
	}{
		"Tết 2026, 17/02":                           {"2026-02-14", "2026-02-23", "2026-02-14 2026-02-15 2026-02-16 2026-02-17 2026-02-18 2026-02-19 2026-02-20 2026-02-21 2026-02-22"},
		"Tết 2027, 06/02":                           {"2027-02-04", "2027-02-10", "2027-02-05 2027-02-06 2027-02-07 2027-02-08 2027-02-09"},
		"Tết 2030 is 02/02 in Vietnam":              {"2030-01-31", "2030-02-06", "2030-02-01 2030-02-02 2030-02-03 2030-02-04 2030-02-05"},
		"Giỗ Tổ 2027, 10/3 lunar":                   {"2027-04-15", "2027-04-16", "2027-04-16"},
		"30/4 and 1/5/2027":                         {"2027-04-28", "2027-05-04", "2027-04-30 2027-05-01 2027-05-02"},
		"2/9/2026, a Wednesday, and the day before": {"2026-08-31", "2026-09-04", "2026-09-01 2026-09-02"},
		"2/9/2030, a Monday, and the day after":     {"2030-08-30", "2030-09-04", "2030-08-31 2030-09-01 2030-09-02 2030-09-03"},
		"New Year 2027":                             {"2026-12-31", "2027-01-04", "2027-01-01 2027-01-02 2027-01-03"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var off []string
			for d := date(t, test.from); d <= date(t, test.to); d++ {
				if !c.Working(d) {
					off = append(off, d.String())
				}
			}
			if diff := cmp.Diff(test.off, strings.Join(off, " ")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func date(t testing.TB, s string) twinning.Date {
	t.Helper()
	d, err := twinning.ParseDate(s)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// Each lunar year must end where the next begins: a wrong bit or leap month in the table breaks the chain.
func TestLunarYearsFollowEachOther(t *testing.T) {
	t.Parallel()
	table, err := programme.Lunar()
	if err != nil {
		t.Fatal(err)
	}
	if len(table) != 50 {
		t.Errorf("%d years, want 2000-2049", len(table))
	}
	for year := 2000; year < 2049; year++ {
		last, err := table.Solar(year, 12, 29, false)
		if err != nil {
			t.Fatal(err)
		}
		if long, err := table.Solar(year, 12, 30, false); err == nil {
			last = long
		}
		if eve, ok := table.Eve(year + 1); !ok || eve != last {
			t.Errorf("the lunar year %d ends on %s, the next begins after %s", year, last, eve)
		}
	}
}

func TestDefaultUnits(t *testing.T) {
	t.Parallel()
	units := units1100(t)
	roles := map[twinning.UnitRole]int{}
	border := 0
	for _, u := range units {
		roles[u.Role]++
		if u.Border {
			border++
		}
		if u.State != twinning.UnitActive {
			t.Errorf("%s is %q", u.Key, u.State)
		}
	}
	want := map[twinning.UnitRole]int{
		twinning.RoleIssuer: 1, twinning.RoleStanding: 1, twinning.RoleEmulation: 1, twinning.RoleOverseer: 1,
		twinning.RoleSponsorAgency: 18, twinning.RoleSponsorLowland: 9, twinning.RoleRecipientDistrict: 6,
		twinning.RoleRecipientCommune: 68,
	}
	if diff := cmp.Diff(want, roles); diff != "" {
		t.Error(diff)
	}
	if len(units) != 105 || border != 14 {
		t.Errorf("%d units, %d on the border; want 105 and 14", len(units), border)
	}
	i := slices.IndexFunc(units, func(u twinning.Unit) bool { return u.Key == "W20458" })
	if diff := cmp.Diff(twinning.Unit{
		Key: "W20458", Code: "20458", Name: "Xã Bha Lêê", Aliases: []string{"Xã Bha Lê"},
		Role: twinning.RoleRecipientCommune, Parent: "D504", Border: true, State: twinning.UnitActive,
	}, units[i]); diff != "" {
		t.Error(diff)
	}
}
