package programme_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"ketnghia/programme"
	"ketnghia/twinning"
)

// write puts files into a new folder and returns its path.
func write(t testing.TB, files map[string]string) string {
	t.Helper()
	dir := t.TempDir()
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// workbook writes an XLSX file with the sheets in the order given and returns its path.
func workbook(t testing.TB, change func(*excelize.File), sheets ...[][]any) string {
	t.Helper()
	f := excelize.NewFile()
	for i, rows := range sheets {
		title, _ := rows[0][0].(string)
		if _, err := f.NewSheet(title); err != nil {
			t.Fatal(err)
		}
		for n, row := range rows[1:] {
			if err := f.SetSheetRow(title, fmt.Sprintf("A%d", n+1), &row); err != nil {
				t.Fatal(err)
			}
		}
		if i == 0 {
			if err := f.DeleteSheet("Sheet1"); err != nil {
				t.Fatal(err)
			}
		}
	}
	if change != nil {
		change(f)
	}
	path := filepath.Join(t.TempDir(), "danh sách.xlsx")
	if err := f.SaveAs(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// check reads a roster and checks it against the embedded units.
func check(t testing.TB, path string) (programme.Plan, []programme.Rejection) {
	t.Helper()
	r, err := programme.ReadRoster(path)
	if err != nil {
		t.Fatal(err)
	}
	return r.Check(units1100(t), nil)
}

// wanted is the plan of the same three rows in every form of file.
func wanted() programme.Plan {
	return programme.Plan{
		Units: programme.UnitPlan{Changed: []programme.UnitChange{{
			Old:    twinning.Unit{Key: "ASYT", Name: "Sở Y tế", Role: twinning.RoleSponsorAgency, State: twinning.UnitActive},
			New:    twinning.Unit{Key: "ASYT", Name: "Sở Y tế", Role: twinning.RoleSponsorAgency, Staff: 1237, State: twinning.UnitActive},
			Fields: []programme.FieldChange{{Field: "staff", Old: "", New: "1237"}},
		}}},
		Pairings: programme.PairingPlan{Added: []twinning.Pairing{{
			Sponsor: "ASYT", Recipient: "W20437", Decision: "1234/QĐ-UBND ngày 05/6/2020",
			From: twinning.NewDate(2020, 6, 5), To: twinning.NewDate(2025, 12, 31),
		}}},
		Invite: []programme.PersonRow{{Name: "Alăng Bhuốch", Unit: "W20437", Role: twinning.RoleOfficer}},
	}
}

func comparing() cmp.Options {
	return cmp.Options{
		cmpopts.IgnoreTypes(programme.Row{}), cmpopts.IgnoreFields(programme.PersonRow{}, "Written"), cmpopts.EquateEmpty(),
		cmpopts.IgnoreFields(programme.Plan{}, "Ignored"),
	}
}

func TestReadRosterForms(t *testing.T) {
	t.Parallel()
	english := map[string]string{
		"units.csv":    "key,name,role,staff\nASYT,Sở Y tế,sponsor_agency,1237\n",
		"pairings.csv": "sponsor,recipient,decision,from,to\nASYT,W20437,1234/QĐ-UBND ngày 05/6/2020,2020-06-05,2025-12-31\n",
		"people.csv":   "name,unit,role\nAlăng Bhuốch,W20437,officer\n",
	}
	vietnamese := map[string]string{
		"Đơn vị.csv":        "\ufeffBiên chế được giao;Tên đơn vị\r\n1.237;So y te\r\n",
		"cap-ket-nghia.csv": "\ufeffQuyết định (số, ngày);Bên nhận (*);Bên giúp (*);ĐẾN NGÀY;Từ ngày\r\n1234/QĐ-UBND ngày 05/6/2020;xa Ch’ơm;sở y tế;31/12/2025;5/6/2020\r\n",
		"CÁN BỘ.CSV":        "sep=;\nvai tro;ho va ten;co quan\nCán bộ;Alăng  Bhuốch;UBND xã Ch'ơm\n",
	}
	tabs := map[string]string{}
	for name, text := range english {
		tabs[name] = strings.ReplaceAll(text, ",", "\t")
	}
	titled := map[string]string{}
	for name, text := range english {
		titled[name] = "DANH SÁCH NĂM 2020,,,\n\n" + text + "\n,,\n"
	}
	sheets := [][][]any{
		{{"Đơn vị"}, {"Mã", "Số biên chế", "Ghi chú"}, {"ASYT", 1237, "gồm đơn vị trực thuộc"}},
		{
			{"Phân công"},
			{"QUYẾT ĐỊNH PHÂN CÔNG"},
			{},
			{"TT", "Bên giúp", "Bên nhận", "Số QĐ", "Từ", "Đến"},
			{1, "Sở Y tế", "Xã Ch'ơm", "1234/QĐ-UBND ngày 05/6/2020", 43987, "31.12.2025"},
		},
		{{"Sheet khác"}, {"Họ tên", "Đơn vị", "Vai trò"}, {"Alăng Bhuốch", "W20437", "chuyên viên"}},
		{{"Ghi chú"}, {"không có gì"}},
	}
	tests := map[string]string{
		"English CSV":                    write(t, english),
		"Vietnamese CSV, BOM, semicolon": write(t, vietnamese),
		"tabs":                           write(t, tabs),
		"titles and blank rows":          write(t, titled),
		"workbook":                       workbook(t, nil, sheets...),
		"workbook counting from 1904": workbook(t, func(f *excelize.File) {
			yes := true
			if err := f.SetWorkbookProps(&excelize.WorkbookPropsOptions{Date1904: &yes}); err != nil {
				t.Fatal(err)
			}
			if err := f.SetCellValue("Phân công", "E4", 43987-1462); err != nil {
				t.Fatal(err)
			}
		}, sheets...),
	}
	for name, path := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			plan, rejected := check(t, path)
			if diff := cmp.Diff([]programme.Rejection(nil), rejected); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(wanted(), plan, comparing()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

func TestReadRosterOneFileIsToldByItsHeader(t *testing.T) {
	t.Parallel()
	tests := map[string]string{
		"name,unit,role\nA,W20437,officer":                             "0 0 1",
		"sponsor,recipient,decision,from\nASYT,W20437,1/QĐ,2020-06-05": "0 1 0",
		"name,role,parent,key\nXã X,recipient_commune,D504,W1":         "1 0 0",
	}
	for text, want := range tests {
		t.Run(want, func(t *testing.T) {
			t.Parallel()
			r, err := programme.ReadRoster(filepath.Join(write(t, map[string]string{"list.csv": text}), "list.csv"))
			if err != nil {
				t.Fatal(err)
			}
			if got := fmt.Sprint(len(r.Units), len(r.Pairings), len(r.People)); got != want {
				t.Errorf("got %s, want %s", got, want)
			}
		})
	}
}

func TestReadRosterNamesWhatItIgnores(t *testing.T) {
	t.Parallel()
	plan, rejected := check(t, write(t, map[string]string{"people.csv": "STT,name,unit,role,Phone\n1,A,W20437,officer,09\n"}))
	if len(rejected) > 0 {
		t.Fatal(rejected)
	}
	if diff := cmp.Diff([]programme.Ignored{
		{File: "people.csv", Sheet: "people", Column: "STT"}, {File: "people.csv", Sheet: "people", Column: "Phone"},
	}, plan.Ignored); diff != "" {
		t.Error(diff)
	}
}

func TestReadRosterRefusesFiles(t *testing.T) {
	t.Parallel()
	dir := write(t, map[string]string{
		"utf16.csv":   "\xff\xfen\x00a\x00",
		"nobom.csv":   "n\x00a\x00m\x00e\x00",
		"1258.csv":    "name,unit,role\nNguy\xean,W20437,officer\n",
		"old.xls":     "\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
		"broken.xlsx": "PK\x03\x04 and nothing more",
		"empty.csv":   "\ufeff \n",
		"other.csv":   "a,b,c\n1,2,3\n",
		"big.csv":     strings.Repeat("x", 20<<20+1),
	})
	folder, linked := t.TempDir(), t.TempDir()
	if err := os.Symlink(filepath.Join(dir, "other.csv"), filepath.Join(linked, "units.csv")); err != nil {
		t.Fatal(err)
	}
	tests := map[string]string{
		filepath.Join(dir, "utf16.csv"):   `utf16.csv: is UTF-16 or no text; save it as "CSV UTF-8"`,
		filepath.Join(dir, "nobom.csv"):   `nobom.csv: is UTF-16 or no text; save it as "CSV UTF-8"`,
		filepath.Join(dir, "1258.csv"):    `1258.csv:2: is not UTF-8 (an old Vietnamese encoding?); save it as "CSV UTF-8"`,
		filepath.Join(dir, "old.xls"):     `old.xls: is an old .xls workbook or one with a password; save it as .xlsx without a password`,
		filepath.Join(dir, "broken.xlsx"): `broken.xlsx: is no readable XLSX workbook: zip: not a valid zip file`,
		filepath.Join(dir, "empty.csv"):   `empty.csv: is empty`,
		filepath.Join(dir, "other.csv"): `other.csv: holds neither units nor pairings nor people nor activities; name the sheet (or file) so, or give it the ` +
			`columns "key, name, role, parent", "sponsor, recipient, decision, from", "name, unit, role" or ` +
			`"date, sponsor, recipient, category"`,
		filepath.Join(dir, "big.csv"):  filepath.Join(dir, "big.csv") + `: the file is too big; at most 20 MB are allowed`,
		filepath.Join(dir, "none.csv"): filepath.Join(dir, "none.csv") + `: no such file or directory`,
		folder:                         folder + `: holds none of units.csv, pairings.csv, people.csv, activities.csv`,
		linked:                         filepath.Join(linked, "units.csv") + `: is not a regular file`,
	}
	for path, want := range tests {
		t.Run(filepath.Base(path), func(t *testing.T) {
			t.Parallel()
			_, err := programme.ReadRoster(path)
			if err == nil {
				t.Fatal("accepted")
			}
			if diff := cmp.Diff(want, err.Error()); diff != "" {
				t.Error(diff)
			}
		})
	}
}

// told writes rejections as lines: sheet, row, column, code, value and what else speaks.
func told(rejected []programme.Rejection) []string {
	var lines []string
	for _, r := range rejected {
		line := fmt.Sprintf("%s %d %s %s %q", r.Sheet, r.Row, r.Column, r.Code, r.Value)
		if len(r.Candidates) > 0 {
			line += " of " + strings.Join(r.Candidates, ", ")
		}
		if r.Other > 0 {
			line += fmt.Sprint(" as ", r.Other)
		}
		if r.Limit > 0 {
			line += fmt.Sprint(" up to ", r.Limit)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestCheckRejectsInOrderAndKeepsGoodRowsApart(t *testing.T) {
	t.Parallel()
	path := write(t, map[string]string{
		"people.csv":   "name,unit,role\nA,Xã Không Có,officer\nB,W20437,officer\n",
		"pairings.csv": "sponsor,recipient,decision,from\nASYT,Trà My,1/QĐ,01/01/2027\n",
		"units.csv":    "key,staff\nASYT,-3\nASTC,12\n",
	})
	r, err := programme.ReadRoster(path)
	if err != nil {
		t.Fatal(err)
	}
	plan, rejected := r.Check(units1100(t), nil)
	want := []string{
		`units 2 staff bad_number "-3" up to 100000`,
		`pairings 2 recipient ambiguous_unit "Trà My" of Huyện Bắc Trà My (D515), Thị trấn Trà My (W20899), Huyện Nam Trà My (D516)`,
		`people 2 unit unknown_unit "Xã Không Có"`,
	}
	if diff := cmp.Diff(want, told(rejected)); diff != "" {
		t.Error(diff)
	}
	if len(plan.Units.Changed) != 1 || len(plan.Pairings.Added) != 0 || len(plan.Invite) != 1 {
		t.Errorf("plan %+v", plan)
	}
	if _, again := r.Check(units1100(t), nil); !slices.Equal(told(again), want) {
		t.Errorf("a second check tells %v", told(again))
	}
}
