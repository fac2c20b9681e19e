package scheduler_test

import (
	"encoding/json"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"ketnghia/scheduler"
	"ketnghia/twinning"
)

func quiet() *slog.Logger { return slog.New(slog.DiscardHandler) }

func TestPlanOnAFreshStoreListsEveryRecipient(t *testing.T) {
	t.Parallel()
	b := newBooks(t, false)
	listed := map[twinning.UnitRole]map[twinning.UnitKey]bool{}
	roles := map[twinning.UnitKey]twinning.UnitRole{}
	for _, u := range b.units {
		roles[u.Key] = u.Role
	}
	for _, r := range b.plan("2027-02-26 09:00") {
		if len(r.To) > 0 {
			t.Errorf("unexpected %s", lineOf(t, r))
		}
		if r.Obligation.Rule != "needs" {
			continue
		}
		if r.Rung.Offset != 0 {
			t.Errorf("unexpected %s", lineOf(t, r))
		}
		role := roles[r.Unit]
		if listed[role] == nil {
			listed[role] = map[twinning.UnitKey]bool{}
		}
		listed[role][r.Unit] = true
	}
	got := map[twinning.UnitRole]int{}
	for role, units := range listed {
		got[role] = len(units)
	}
	want := map[twinning.UnitRole]int{
		twinning.RoleRecipientDistrict: 6, twinning.RoleRecipientCommune: 68, twinning.RoleStanding: 1,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Error(diff)
	}
}

func lineOf(t *testing.T, r scheduler.Reminder) string {
	t.Helper()
	b, err := json.Marshal(r)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

func TestReminderAsJSON(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name string
		r    scheduler.Reminder
		want string
	}{
		{
			"a unit's",
			scheduler.Reminder{
				Unit: "W20437", Obligation: twinning.Obligation{Rule: "needs", Unit: "W20437", Year: 2027},
				Rung: twinning.Rung{Offset: -7}, Level: scheduler.LevelOfficer, To: []twinning.PersonID{5},
			},
			`{"unit":"W20437","obligation":"needs","year":2027,"rung":-7,"level":"officer","to":[5]}`,
		},
		{
			"a pairing's, nobody linked",
			scheduler.Reminder{
				Unit: "ASYT", Obligation: twinning.Obligation{Rule: "programme", Unit: "ASYT", Pairing: 3, Year: 2027},
				Rung: twinning.Rung{Offset: 1}, Level: scheduler.LevelLead,
			},
			`{"unit":"ASYT","obligation":"programme","pairing":3,"year":2027,"rung":1,"level":"lead","to":[]}`,
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, lineOf(t, test.r)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// TestPlanForOneCommune has an officer and a lead in W20437, and in W20440 a lead alone; both owe "needs" by 27/02/2027,
// a Saturday.
func TestPlanForOneCommune(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, when string
		want       []string
	}{
		{"before the ladder", "2027-01-27 09:00", nil},
		{"30 days before", "2027-01-28 09:00", []string{"W20437 -30 officer 1", "W20440 -30 lead 3"}},
		{"between rungs the last is owed", "2027-02-02 09:00", []string{"W20437 -30 officer 1", "W20440 -30 lead 3"}},
		{"14 days before", "2027-02-17 09:00", []string{"W20437 -14 officer 1", "W20440 -14 lead 3"}},
		{"7 days before is Saturday, so Friday", "2027-02-19 09:00", []string{
			"W20437 -7 officer 1", "W20437 -7 lead 2", "W20440 -7 lead 3",
		}},
		{"3 days before", "2027-02-24 09:00", []string{
			"W20437 -3 officer 1", "W20437 -3 lead 2", "W20440 -3 lead 3",
		}},
		{"1 and 0 days before fall on Friday, as 0", "2027-02-26 09:00", []string{
			"W20437 0 officer 1", "W20437 0 lead 2", "W20440 0 lead 3",
		}},
		{"the Monday after says nothing new", "2027-03-01 09:00", []string{
			"W20437 0 officer 1", "W20437 0 lead 2", "W20440 0 lead 3",
		}},
		{"3 days over", "2027-03-02 09:00", []string{
			"W20437 3 officer 1", "W20437 3 lead 2", "W20440 3 lead 3",
		}},
		{"weekly while overdue: 14 days over is Saturday", "2027-03-12 09:00", []string{
			"W20437 14 officer 1", "W20437 14 lead 2", "W20440 14 lead 3",
		}},
		{"Tết", "2027-02-08 09:00", nil},
		{"Saturday", "2027-02-27 09:00", nil},
		{"night", "2027-02-24 22:00", nil},
		{"a minute too early", "2027-02-24 07:29", nil},
		{"the first minute", "2027-02-24 07:30", []string{
			"W20437 -3 officer 1", "W20437 -3 lead 2", "W20440 -3 lead 3",
		}},
		{"the last minute", "2027-02-24 17:29", []string{
			"W20437 -3 officer 1", "W20437 -3 lead 2", "W20440 -3 lead 3",
		}},
		{"a minute too late", "2027-02-24 17:30", nil},
	}
	b := newBooks(t, false)
	joined := at("2027-01-01 08:00")
	b.enrol(joined, "W20437", twinning.RoleOfficer)
	b.enrol(joined, "W20437", twinning.RoleLead)
	b.enrol(joined, "W20440", twinning.RoleLead)
	b.enrol(joined, "W20437", twinning.RoleObserver)
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			if diff := cmp.Diff(test.want, brief(b.plan(test.when), "needs")); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// brief writes the reminders of a rule that reach somebody.
func brief(plan []scheduler.Reminder, rule twinning.RuleID) []string {
	var lines []string
	for _, r := range plan {
		if r.Obligation.Rule == rule && len(r.To) > 0 {
			to := strings.Trim(fmt.Sprint(r.To), "[]")
			lines = append(lines, fmt.Sprintf("%s %d %s %s", r.Unit, r.Rung.Offset, r.Level, to))
		}
	}
	return lines
}

func TestPlanYearEndRunsIntoJanuary(t *testing.T) {
	t.Parallel()
	b := newBooks(t, false)
	b.enrol(at("2027-01-01 08:00"), "W20437", twinning.RoleOfficer)
	tests := []struct {
		name, when string
		want       []string
	}{
		{"on the last day in time", "2027-12-15 09:00", []string{"2027 0"}},
		{"weekly after it", "2028-01-05 09:00", []string{"2027 21"}},
		{"the last rung within the books", "2028-01-31 09:00", []string{"2027 42"}},
		{"closed", "2028-02-01 09:00", nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, r := range b.plan(test.when) {
				if r.Obligation.Rule == "report" && len(r.To) > 0 {
					got = append(got, fmt.Sprintf("%d %d", r.Obligation.Year, r.Rung.Offset))
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestPlanForTheCoordinator(t *testing.T) {
	t.Parallel()
	b := newBooks(t, true)
	b.enrol(at("2027-01-01 08:00"), b.standing(), twinning.RoleCoordinator)
	b.enrol(at("2027-01-01 08:00"), "W20437", twinning.RoleOfficer)
	b.file(at("2027-01-04 09:00"), twinning.Obligation{Rule: "needs", Unit: "W20440", Year: 2027})
	tests := []struct {
		name, when string
		want       []string
	}{
		{"not at 30 days", "2027-01-28 09:00", nil},
		// 13/02 is the Saturday after Tết.
		{"14 days before is Saturday, so Friday", "2027-02-12 09:00", []string{"needs -14 1/74 unlinked 72"}},
		{"7", "2027-02-19 09:00", []string{"needs -7 1/74 unlinked 72"}},
		{"3", "2027-02-24 09:00", []string{"needs -3 1/74 unlinked 72"}},
		{"0", "2027-02-26 09:00", []string{"needs 0 1/74 unlinked 72"}},
		{"not 3 days over", "2027-03-02 09:00", []string{"needs 0 1/74 unlinked 72"}},
		{"a week over", "2027-03-05 09:00", []string{"needs 7 1/74 unlinked 72"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var got []string
			for _, r := range b.plan(test.when) {
				if r.Level == scheduler.LevelCoordinator && r.Obligation.Rule == "needs" && r.Obligation.Year == 2027 {
					got = append(got, fmt.Sprintf("%s %d %d/%d unlinked %d", r.Obligation.Rule, r.Rung.Offset,
						r.Tally.Filed, r.Tally.Total, len(r.Tally.Unlinked)))
				}
			}
			if diff := cmp.Diff(test.want, got); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestNoDigestWhenAllFiled(t *testing.T) {
	t.Parallel()
	b := newBooks(t, false)
	b.enrol(at("2027-01-01 08:00"), b.standing(), twinning.RoleCoordinator)
	for _, u := range b.units {
		if u.Role.IsRecipient() {
			b.file(at("2027-02-01 09:00"), twinning.Obligation{Rule: "needs", Unit: u.Key, Year: 2027})
		}
	}
	others := 0
	for _, r := range b.plan("2027-02-26 09:00") {
		if r.Obligation.Rule == "needs" {
			t.Errorf("unexpected %s", lineOf(t, r))
		}
		others++
	}
	if others == 0 {
		t.Error("nothing else is said either: the test shows nothing")
	}
}

func TestPairingsAreNamed(t *testing.T) {
	t.Parallel()
	b := newBooks(t, true)
	b.enrol(at("2027-01-01 08:00"), "ASYT", twinning.RoleOfficer)
	var got, want []string
	for _, r := range b.plan("2027-03-30 09:00") {
		if r.Unit == "ASYT" && r.Obligation.Rule == "programme" {
			got = append(got, lineOf(t, r))
		}
	}
	for _, p := range b.pairings {
		if p.Sponsor == "ASYT" {
			line := `{"unit":"ASYT","obligation":"programme","pairing":%d,"year":2027,"rung":0,"level":"%s","to":[%s]}`
			want = append(want, fmt.Sprintf(line, p.ID, "officer", "1"), fmt.Sprintf(line, p.ID, "lead", ""))
		}
	}
	if len(want) == 0 || !slices.Equal(want, got) {
		t.Error(cmp.Diff(want, got))
	}
}
