package report_test

import (
	"archive/zip"
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"ketnghia/locales"
	"ketnghia/programme"
	"ketnghia/report"
	"ketnghia/twinning"
)

// everyWord are records that use every word that the tables have: each role, content, kind, source and state.
func everyWord() report.Records {
	r := report.Records{Documents: map[twinning.RuleID]twinning.Names{"needs": {"vi": "Báo cáo nhu cầu", "en": "Needs"}}}
	for i, role := range twinning.UnitRoles() {
		u := twinning.Unit{Key: twinning.UnitKey("U" + string(rune('A'+i))), Name: "Đơn vị " + string(rune('A'+i)), Role: role, State: twinning.UnitActive}
		if role == twinning.RoleRecipientCommune {
			u.Parent, u.Border, u.Code, u.Aliases = "UH", true, "00123", []string{"=1+1", "CA"}
		}
		if role == twinning.RoleSponsorAgency {
			u.Staff, u.Since = 1237, day(1, 1)
		}
		r.Units = append(r.Units, u)
	}
	for i, state := range []twinning.UnitState{twinning.UnitRenamed, twinning.UnitMerged, twinning.UnitDissolved} {
		u := twinning.Unit{
			Key: twinning.UnitKey("X" + string(rune('A'+i))), Name: "Đơn vị cũ " + string(rune('A'+i)), Role: twinning.RoleSponsorAgency,
			State: state, Changed: day(3, i+1),
		}
		if state != twinning.UnitDissolved {
			u.Successor = "UE"
		}
		r.Units = append(r.Units, u)
	}
	r.Pairings = []twinning.Pairing{
		{ID: 1, Sponsor: "UE", Recipient: "UI", Decision: "-1/QĐ", From: day(1, 2), To: day(12, 31), Demo: true},
		{ID: 2, Sponsor: "UF", Recipient: "UH", Decision: "@2/QĐ", From: day(1, 2)},
	}
	for i, role := range []twinning.Role{twinning.RoleOfficer, twinning.RoleLead, twinning.RoleObserver} {
		r.People = append(r.People, twinning.Person{
			ID: 1, Telegram: 987654321, Name: "=cmd|' /C calc'!A" + string(rune('0'+i)), Unit: "UE", Role: role,
		})
	}
	r.People = append(r.People, twinning.Person{Telegram: 987654322, Name: "Lan", Unit: "UB", Role: twinning.RoleCoordinator})
	states := []twinning.ActivityState{
		twinning.ActivityLogged, twinning.ActivityConfirmed, twinning.ActivityDisputed, twinning.ActivityVoided,
	}
	sources := []twinning.Source{
		twinning.SourceIntegrated, twinning.SourceOwn, twinning.SourceStaff, twinning.SourceMobilised,
	}
	for i, state := range states {
		a := twinning.Activity{ID: twinning.ActivityID(i + 1), State: state, Chat: 987654323, Facts: twinning.Facts{
			From: day(2, i+1), Sponsor: "UE", Recipient: "UI", Place: "=HYPERLINK(\"http://x\")", Category: twinning.Categories()[i],
			Kinds: twinning.Kinds(), Source: sources[i], Summary: "+1", InKind: []string{"-12 con bò", "@3"},
			Quantities: twinning.Quantities{},
		}}
		for n, m := range twinning.Measures()[1:] {
			a.Facts.Quantities[m] = int64(n) * 1000
		}
		switch state {
		case twinning.ActivityDisputed:
			a.Claim = a.Facts.Quantities
		case twinning.ActivityVoided:
			a.Reason = "=lý do"
		case twinning.ActivityLogged, twinning.ActivityConfirmed:
		}
		r.Activities = append(r.Activities, a)
	}
	r.Filings = []twinning.Filing{{
		ID: 1, State: twinning.FilingAccepted, Unit: "UI", Meets: []twinning.Obligation{{Rule: "needs", Unit: "UI", Year: 2027}},
		Filed: day(2, 1), Note: "=note", Number: "15/KH-UBND", Files: []twinning.FileRef{{ID: "secretfile"}},
	}}
	return r
}

func writeRecords(t *testing.T, p locales.Printer, r report.Records) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := report.WriteRecords(&b, p, r); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// An import understands every heading and every word of the tables in both languages.
func TestRecordsAreReadAgain(t *testing.T) {
	t.Parallel()
	for _, lang := range locales.Languages() {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			want := everyWord()
			path := filepath.Join(t.TempDir(), "so.xlsx")
			if err := os.WriteFile(path, writeRecords(t, printer(t, lang), want), 0o600); err != nil {
				t.Fatal(err)
			}
			roster, err := programme.ReadRoster(path)
			if err != nil {
				t.Fatal(err)
			}
			plan, rejected := roster.Check(nil, nil)
			if len(rejected) > 0 {
				t.Fatalf("%+v", rejected)
			}
			if diff := cmp.Diff([]programme.Ignored{{File: "so.xlsx", Title: "filings", Sheet: "filings"}}, plan.Ignored); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(want.Units, plan.Units.Added, cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(want.Pairings, plan.Pairings.Added, cmpopts.IgnoreFields(twinning.Pairing{}, "ID")); diff != "" {
				t.Error(diff)
			}
			if len(plan.Invite) != len(want.People) || plan.Invite[0].Name != want.People[0].Name {
				t.Errorf("people: %+v", plan.Invite)
			}
			for i, row := range plan.Activities.Added {
				a := want.Activities[i]
				got := twinning.Activity{ID: row.ID, State: row.State, Chat: a.Chat, Facts: row.Facts, Claim: row.Claim, Reason: row.Reason}
				if diff := cmp.Diff(a, got); diff != "" {
					t.Error(diff)
				}
			}
			if len(plan.Activities.Added) != len(want.Activities) {
				t.Errorf("%d activities", len(plan.Activities.Added))
			}
		})
	}
}

// Nothing in the file is a formula, whatever people wrote, and nothing of Telegram is in it.
func TestRecordsHoldNoFormulasAndNoSecrets(t *testing.T) {
	t.Parallel()
	data := writeRecords(t, printer(t, "vi"), everyWord())
	archive, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	for _, f := range archive.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		part, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		for _, bad := range []string{"<f>", "<f ", "98765432", "secretfile"} {
			if strings.Contains(string(part), bad) {
				t.Errorf("%s holds %q", f.Name, bad)
			}
		}
	}
}

func TestRecordsAreTyped(t *testing.T) {
	t.Parallel()
	f, err := excelize.OpenReader(bytes.NewReader(writeRecords(t, printer(t, "vi"), everyWord())))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close() //nolint:errcheck // only read from
	if diff := cmp.Diff([]string{"units", "pairings", "people", "activities", "filings"}, f.GetSheetList()); diff != "" {
		t.Error(diff)
	}
	for cell, want := range map[string]struct {
		shown string
		kind  excelize.CellType
	}{
		"A2": {"1", excelize.CellTypeUnset}, "B2": {"01/02/2027", excelize.CellTypeUnset}, "J2": {"1,000", excelize.CellTypeUnset},
		"N2": {"5,000", excelize.CellTypeUnset}, "F2": {"=HYPERLINK(\"http://x\")", excelize.CellTypeInlineString},
	} {
		shown, err := f.GetCellValue("activities", cell)
		if err != nil {
			t.Fatal(err)
		}
		kind, err := f.GetCellType("activities", cell)
		if err != nil || shown != want.shown || kind != want.kind {
			t.Errorf("%s: %q %v, want %q %v (%v)", cell, shown, kind, want.shown, want.kind, err)
		}
	}
	panes, err := f.GetPanes("activities")
	if err != nil || !panes.Freeze || panes.YSplit != 1 {
		t.Errorf("panes %+v, %v", panes, err)
	}
	filters := 0
	for _, name := range f.GetDefinedName() {
		if strings.HasSuffix(name.Name, "_FilterDatabase") {
			filters++
		}
	}
	if filters != 5 {
		t.Errorf("%d filters", filters)
	}
}

// A long table goes on in further sheets, which an import reads as one.
func TestRecordsGoOnInFurtherSheets(t *testing.T) {
	t.Parallel()
	r := everyWord()
	first := r.Activities[0]
	r.Activities = nil
	for i := range 20_001 {
		a := first
		a.ID = twinning.ActivityID(i + 1)
		r.Activities = append(r.Activities, a)
	}
	path := filepath.Join(t.TempDir(), "so.xlsx")
	if err := os.WriteFile(path, writeRecords(t, printer(t, "vi"), r), 0o600); err != nil {
		t.Fatal(err)
	}
	roster, err := programme.ReadRoster(path)
	if err != nil || len(roster.Activities) != 20_001 || roster.Activities[20_000].Title != "activities (2)" {
		t.Errorf("%d activities, %v", len(roster.Activities), err)
	}
}
