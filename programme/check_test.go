package programme_test

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

	"ketnghia/programme"
	"ketnghia/twinning"
)

const unitRoleList = "emulation, issuer, overseer, recipient_commune, recipient_district, sponsor_agency, sponsor_lowland, " +
	"sponsor_other, standing"

func TestCheckRejectsRows(t *testing.T) {
	t.Parallel()
	pairing := "sponsor,recipient,decision,from,to\n"
	person := "name,unit,role\n"
	unit := "key,code,name,role,parent,border,staff\n"
	long := strings.Repeat("ơ", 1001)
	tests := map[string]struct{ file, text, want string }{
		"unknown sponsor":                      {"pairings", pairing + "Sở Ma,W20437,1/QĐ,01/01/2027,\n", `pairings 2 sponsor unknown_unit "Sở Ma"`},
		"ambiguous recipient":                  {"pairings", pairing + "ASYT,tra don,1/QĐ,01/01/2027,\n", `pairings 2 recipient ambiguous_unit "tra don" of Xã Trà Dơn (W20938), Xã Trà Don (W20956)`},
		"no decision":                          {"pairings", pairing + "ASYT,W20437,,01/01/2027,\n", `pairings 2 decision missing_field ""`},
		"no decision column":                   {"pairings", "sponsor,recipient,from\nASYT,W20437,01/01/2027\n", `pairings 1 decision missing_column ""`},
		"a column twice":                       {"pairings", "sponsor,recipient,decision,from,bên nhận\nASYT,W20437,1/QĐ,01/01/2027,x\n", `pairings 1 recipient duplicate_column "bên nhận"`},
		"no beginning":                         {"pairings", pairing + "ASYT,W20437,1/QĐ,,\n", `pairings 2 from missing_field ""`},
		"no such day":                          {"pairings", pairing + "ASYT,W20437,1/QĐ,31/02/2027,\n", `pairings 2 from bad_date "31/02/2027"`},
		"month first":                          {"pairings", pairing + "ASYT,W20437,1/QĐ,12/31/2027,\n", `pairings 2 from bad_date "12/31/2027"`},
		"year of two digits":                   {"pairings", pairing + "ASYT,W20437,1/QĐ,01/02/27,\n", `pairings 2 from bad_date "01/02/27"`},
		"words for a date":                     {"pairings", pairing + "ASYT,W20437,1/QĐ,đầu năm,\n", `pairings 2 from bad_date "đầu năm"`},
		"date out of all years":                {"pairings", pairing + "ASYT,W20437,1/QĐ,01/01/0027,\n", `pairings 2 from bad_date "01/01/0027"`},
		"ends before it begins":                {"pairings", pairing + "ASYT,W20437,1/QĐ,01/02/2027,31/01/2027\n", `pairings 2 to to_before_from "31/01/2027"`},
		"sponsor is a commune":                 {"pairings", pairing + "W20440,W20437,1/QĐ,01/01/2027,\n", `pairings 2 sponsor not_a_sponsor "W20440"`},
		"sponsor is the overseer":              {"pairings", pairing + "ABCHBP,W20437,1/QĐ,01/01/2027,\n", `pairings 2 sponsor not_a_sponsor "ABCHBP"`},
		"recipient is an agency":               {"pairings", pairing + "ASYT,ASTC,1/QĐ,01/01/2027,\n", `pairings 2 recipient not_a_recipient "ASTC"`},
		"with itself":                          {"pairings", pairing + "ASYT,Sở Y tế,1/QĐ,01/01/2027,\n", `pairings 2 recipient paired_with_itself "Sở Y tế"`},
		"the same row twice":                   {"pairings", pairing + "ASYT,W20437,1/QĐ,01/01/2027,\nSở Y tế,Ch'ơm,1/QĐ,2027-01-01,\n", `pairings 3 recipient duplicate_row "Ch'ơm" as 2`},
		"overlapping times":                    {"pairings", pairing + "ASYT,W20437,1/QĐ,01/01/2027,\nASYT,W20437,2/QĐ,01/06/2027,\n", `pairings 3 recipient overlapping_pairing "W20437" as 2`},
		"formula error":                        {"pairings", pairing + "ASYT,#REF!,1/QĐ,01/01/2027,\n", `pairings 2 recipient formula_error "#REF!"`},
		"broken text":                          {"pairings", pairing + "ASYT,W20437,1/Q\ufffd,01/01/2027,\n", `pairings 2 decision broken_text "1/Q` + "\ufffd" + `"`},
		"long cell":                            {"pairings", pairing + "ASYT,W20437," + long + ",01/01/2027,\n", `pairings 2 decision cell_too_long "` + long[:2*80] + `…" up to 1000`},
		"row number after a cell of two lines": {"pairings", pairing + "ASYT,W20437,\"1/QĐ\nngày 2\",01/01/2027,\n\nASYT,W2,1/QĐ,01/01/2027,\n", `pairings 4 recipient unknown_unit "W2"`},
		"open quotes":                          {"pairings", pairing + "ASYT,W20437,\"1/QĐ,01/01/2027,\nASYT", `pairings 2  broken_quotes ""`},
		"bad role of a person":                 {"people", person + "A,W20437,trùm\n", `people 2 role bad_role "trùm" of coordinator, lead, observer, officer`},
		"no role of a person":                  {"people", person + "A,W20437,\n", `people 2 role missing_field ""`},
		"person without a name":                {"people", person + ",W20437,officer\n", `people 2 name missing_field ""`},
		"same person twice":                    {"people", person + "Bh Nướch,W20437,officer\nbh  nướch,Ch'ơm,lead\n", `people 3 name duplicate_row "bh nướch" as 2`},
		"coordinator elsewhere":                {"people", person + "A,W20437,Ban Dân tộc\n", `people 2 role role_not_for_unit "Xã Ch'ơm"`},
		"role of a unit":                       {"units", unit + "A1,,Sở X,ngành,,,\n", `units 2 role bad_role "ngành" of ` + unitRoleList},
		"new unit without role":                {"units", unit + "A1,,Sở X,,,,\n", `units 2 role missing_field ""`},
		"new unit without name":                {"units", unit + "A1,,,sponsor_agency,,,\n", `units 2 name missing_field ""`},
		"new units, no role column":            {"units", "key,name\nA1,Sở X\nA2,Sở Z\n", `units 1 role missing_column ""`},
		"unit of no key":                       {"units", unit + ",,Sở X,sponsor_agency,,,\n", `units 2 name unknown_unit "Sở X"`},
		"nothing to name a unit":               {"units", unit + ",,,sponsor_agency,,,5\n", `units 2 key missing_field ""`},
		"no column names a unit":               {"units", "role,staff\nsở,5\n", `units 1 key missing_column ""`},
		"key with a bar":                       {"units", unit + "A|1,,Sở X,sponsor_agency,,,\n", `units 2 key bad_key "A|1"`},
		"key twice":                            {"units", unit + "ASYT,,,,,,5\nasyt,,,,,,6\n", `units 3 key duplicate_row "ASYT" as 2`},
		"new key twice":                        {"units", unit + "A1,,Sở X,sở,,,5\nA1,,Sở X,sở,,,5\n", `units 3 key duplicate_row "A1" as 2`},
		"code of another":                      {"units", unit + "W1,20437,Xã X,xã nhận,D504,,\n", `units 2 code duplicate_code "20437" of Xã Ch'ơm (W20437)`},
		"name of another":                      {"units", unit + "W1,,xã ch'ơm,xã nhận,Tây Giang,,\n", `units 2 name duplicate_name "xã ch'ơm" of Xã Ch'ơm (W20437)`},
		"commune without district":             {"units", unit + "W1,,Xã X,xã nhận,,,\n", `units 2 parent parent_missing "Xã X"`},
		"district taken away":                  {"units", unit + "W20437,,,,,,\n", `units 2 parent parent_missing "Xã Ch'ơm"`},
		"unknown district":                     {"units", unit + "W1,,Xã X,xã nhận,Huyện Y,,\n", `units 2 parent unknown_unit "Huyện Y"`},
		"agency as district":                   {"units", unit + "W1,,Xã X,xã nhận,Sở Y tế,,\n", `units 2 parent parent_not_district "Sở Y tế"`},
		"staff negative":                       {"units", unit + "ASYT,,,,,,-1\n", `units 2 staff bad_number "-1" up to 100000`},
		"staff in words":                       {"units", unit + "ASYT,,,,,,khoảng 30\n", `units 2 staff bad_number "khoảng 30" up to 100000`},
		"half a post":                          {"units", unit + "ASYT,,,,,,\"12,5\"\n", `units 2 staff bad_number "12,5" up to 100000`},
		"perhaps on the border":                {"units", unit + "W20437,,,,D504,có thể,\n", `units 2 border bad_answer "có thể"`},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, rejected := check(t, write(t, map[string]string{test.file + ".csv": test.text}))
			if diff := cmp.Diff([]string{test.want}, told(rejected)); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCheckBoundsRows(t *testing.T) {
	t.Parallel()
	text := "name,unit,role\n" + strings.Repeat("A,W20437,officer\n", 20_001)
	_, rejected := check(t, write(t, map[string]string{"people.csv": text}))
	lines := told(rejected)
	if want := `people 20002  too_many_rows "" up to 20000`; lines[len(lines)-1] != want {
		t.Errorf("got %s, want %s", lines[len(lines)-1], want)
	}
}

func TestCheckRefusesInactiveUnits(t *testing.T) {
	t.Parallel()
	r, err := programme.ReadRoster(write(t, map[string]string{
		"pairings.csv": "sponsor,recipient,decision,from\nASYT,W1,1/QĐ,01/01/2027\n", "people.csv": "name,unit,role\nA,W1,officer\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	_, rejected := r.Check(append(units1100(t), twinning.Unit{
		Key: "W1", Name: "Xã Cũ", Role: twinning.RoleRecipientCommune, State: twinning.UnitMerged, Successor: "W20437",
	}), nil)
	if diff := cmp.Diff([]string{`pairings 2 recipient inactive_unit "W1"`, `people 2 unit inactive_unit "W1"`}, told(rejected)); diff != "" {
		t.Error(diff)
	}
}

func TestCheckWorkbookFaults(t *testing.T) {
	t.Parallel()
	head := [][]any{{"pairings"}, {"sponsor", "recipient", "decision", "from", "to"}}
	good := []any{"ASYT", "W20437", "1/QĐ", 46388, ""}
	tests := map[string]struct {
		change func(*excelize.File) error
		want   []string
	}{
		"nothing wrong": {func(*excelize.File) error { return nil }, nil},
		"formula with an error": {
			func(f *excelize.File) error { return f.SetCellValue("pairings", "B2", "#N/A") },
			[]string{`pairings 2 recipient formula_error "#N/A"`},
		},
		"formula saved without a value": {
			func(f *excelize.File) error {
				if err := f.SetCellValue("pairings", "E2", nil); err != nil {
					return err
				}
				return f.SetCellFormula("pairings", "E2", "D2+365")
			},
			[]string{`pairings 2 to formula_error ""`},
		},
		"row number after blank rows": {
			func(f *excelize.File) error { return f.SetCellValue("pairings", "A9", "Sở Ma") },
			[]string{
				`pairings 9 recipient missing_field ""`, `pairings 9 decision missing_field ""`,
				`pairings 9 from missing_field ""`, `pairings 9 sponsor unknown_unit "Sở Ma"`,
			},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			path := workbook(t, func(f *excelize.File) {
				if err := test.change(f); err != nil {
					t.Fatal(err)
				}
			}, append(head, good))
			_, rejected := check(t, path)
			if diff := cmp.Diff(test.want, told(rejected), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestCheckTellsChangesApart(t *testing.T) {
	t.Parallel()
	existing := []twinning.Pairing{
		{ID: 1, Sponsor: "ASYT", Recipient: "W20437", Decision: "1/QĐ", From: date(t, "2020-06-05")},
		{ID: 2, Sponsor: "ASTC", Recipient: "W20437", Decision: programme.DemoDecision, From: date(t, "2020-06-05"), Demo: true},
		{ID: 3, Sponsor: "ASTP", Recipient: "W20437", Decision: "1/QĐ", From: date(t, "2020-06-05"), To: date(t, "2025-12-31")},
	}
	r, err := programme.ReadRoster(write(t, map[string]string{
		"pairings.csv": "sponsor,recipient,decision,from,to\n" +
			"ASYT,W20437,1/QĐ,05/06/2020,\n" + "ASTC,W20437,2/QĐ,05/06/2020,31/12/2027\n" + "ASTP,W20437,3/QĐ,01/01/2026,\n" +
			"A1,W1,4/QĐ,01/01/2026,\n",
		"units.csv": "key,name,aliases,role,parent,border,staff\n" +
			"W1,Xã Mới,Mới|Moi,xã nhận,Tây Giang,x,\n" + "A1,Công ty Ba,,đơn vị khác,,,\n" +
			"asyt,,Sở YT,,,,90\n" + "W20437,Xã Ch'ơm,,xã nhận,Huyện Tây Giang,có,\n",
	}))
	if err != nil {
		t.Fatal(err)
	}
	plan, rejected := r.Check(units1100(t), existing)
	if len(rejected) > 0 {
		t.Fatal(told(rejected))
	}
	asyt := twinning.Unit{Key: "ASYT", Name: "Sở Y tế", Role: twinning.RoleSponsorAgency, State: twinning.UnitActive}
	after := asyt
	after.Aliases, after.Staff = []string{"Sở YT"}, 90
	changed := existing[1]
	changed.Decision, changed.To, changed.Demo = "2/QĐ", date(t, "2027-12-31"), false
	want := programme.Plan{
		Units: programme.UnitPlan{
			Added: []twinning.Unit{{
				Key: "W1", Name: "Xã Mới", Aliases: []string{"Mới", "Moi"}, Role: twinning.RoleRecipientCommune, Parent: "D504",
				Border: true, State: twinning.UnitActive,
			}, {Key: "A1", Name: "Công ty Ba", Role: twinning.RoleSponsorOther, State: twinning.UnitActive}},
			Changed: []programme.UnitChange{{Old: asyt, New: after, Fields: []programme.FieldChange{
				{Field: "aliases", Old: "", New: "Sở YT"}, {Field: "staff", Old: "", New: "90"},
			}}},
			Unchanged: []twinning.UnitKey{"W20437"},
		},
		Pairings: programme.PairingPlan{
			Added: []twinning.Pairing{
				{Sponsor: "ASTP", Recipient: "W20437", Decision: "3/QĐ", From: date(t, "2026-01-01")},
				{Sponsor: "A1", Recipient: "W1", Decision: "4/QĐ", From: date(t, "2026-01-01")},
			},
			Changed: []programme.PairingChange{{Old: existing[1], New: changed, Fields: []programme.FieldChange{
				{Field: "decision", Old: programme.DemoDecision, New: "2/QĐ"},
				{Field: "to", Old: "", New: "2027-12-31"},
				{Field: "demo", Old: "true", New: "false"},
			}}},
			Unchanged: []twinning.PairingID{1},
		},
	}
	if diff := cmp.Diff(want, plan, comparing()); diff != "" {
		t.Error(diff)
	}
	if plan.Empty() {
		t.Error("the plan calls itself empty")
	}
}

// A roster that is imported a second time changes nothing.
func TestCheckIsIdempotent(t *testing.T) {
	t.Parallel()
	r, err := programme.ReadRoster("data/units-1100.csv")
	if err != nil {
		t.Fatal(err)
	}
	plan, rejected := r.Check(units1100(t), nil)
	if len(rejected) > 0 || !plan.Empty() || len(plan.Units.Unchanged) != 105 {
		t.Errorf("rejected %v, %d unchanged, %d changed", told(rejected), len(plan.Units.Unchanged), len(plan.Units.Changed))
	}
}

// A workbook that unpacks to far more than it is, or has a cell at the far edge of each row, is refused in moments.
func TestReadRosterBoundsWorkbooks(t *testing.T) {
	t.Parallel()
	wide := workbook(t, func(f *excelize.File) {
		if err := f.SetCellValue("people", "XFD3", "x"); err != nil {
			t.Fatal(err)
		}
	}, [][]any{{"people"}, {"name", "unit", "role"}, {"A", "W20437", "officer"}})
	if _, err := programme.ReadRoster(wide); err == nil || err.Error() != `danh sách.xlsx: sheet "people": row 3 has more than 200 columns` {
		t.Errorf("wide: %v", err)
	}
	bomb := bombed(t, wide)
	if _, err := programme.ReadRoster(bomb); err == nil || !strings.Contains(err.Error(), "unzip size exceeds") {
		t.Errorf("bomb: %v", err)
	}
}

// bombed copies a workbook with 100 MB of blanks more in its first sheet.
func bombed(t *testing.T, path string) string {
	t.Helper()
	from, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer from.Close() //nolint:errcheck // only read from
	var packed bytes.Buffer
	to := zip.NewWriter(&packed)
	for _, entry := range from.File {
		w, err := to.Create(entry.Name)
		if err != nil {
			t.Fatal(err)
		}
		r, err := entry.Open()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := io.Copy(w, r); err != nil {
			t.Fatal(err)
		}
		if strings.HasPrefix(entry.Name, "xl/worksheets/") {
			if _, err := w.Write(bytes.Repeat([]byte(" "), 100<<20)); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := to.Close(); err != nil {
		t.Fatal(err)
	}
	out := filepath.Join(t.TempDir(), "bomb.xlsx")
	if err := os.WriteFile(out, packed.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return out
}
