package programme_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/xuri/excelize/v2"

	"ketnghia/programme"
	"ketnghia/twinning"
)

// records are books that hold these activities.
type records []twinning.Activity

func (r records) Activity(id twinning.ActivityID) (twinning.Activity, error) {
	for _, a := range r {
		if a.ID == id {
			return a, nil
		}
	}
	return twinning.Activity{}, fmt.Errorf("activity %d: %w", id, twinning.ErrNotFound)
}

func (r records) ActivitiesOn(unit twinning.UnitKey, day twinning.Date) ([]twinning.Activity, error) {
	var list []twinning.Activity
	for _, a := range r {
		if a.Facts.From == day && (a.Facts.Sponsor == unit || a.Facts.Recipient == unit) {
			list = append(list, a)
		}
	}
	return list, nil
}

// against checks a CSV file of activities against books of the embedded units and these activities.
func against(t *testing.T, r records, lines ...string) (programme.Plan, []programme.Rejection) {
	t.Helper()
	dir := write(t, map[string]string{"activities.csv": strings.Join(lines, "\n")})
	return againstFile(t, r, filepath.Join(dir, "activities.csv"))
}

func againstFile(t *testing.T, r records, path string) (programme.Plan, []programme.Rejection) {
	t.Helper()
	roster, err := programme.ReadRoster(path)
	if err != nil {
		t.Fatal(err)
	}
	plan, rejected, err := roster.CheckAgainst(programme.Books{
		Units: units1100(t), Records: r, Today: twinning.NewDate(2027, 3, 1), Signed: twinning.NewDate(2020, 4, 16),
	})
	if err != nil {
		t.Fatal(err)
	}
	return plan, rejected
}

// codes are the rejections as "row column code".
func codes(rejected []programme.Rejection) []string {
	list := make([]string, len(rejected))
	for i, r := range rejected {
		list[i] = strings.TrimSpace(fmt.Sprintf("%d %s %s", r.Row, r.Column, r.Code))
	}
	return list
}

func TestActivityRow(t *testing.T) {
	t.Parallel()
	plan, rejected := against(t, nil,
		"Mã;Từ ngày;Đến ngày;Bên giúp;Bên nhận;Địa điểm;Nội dung;Loại việc;Hộ nghèo;Hộ cận nghèo;Số người;Mô hình;Suất quà;"+
			"Kinh phí (đồng);Hiện vật;Nguồn;Tóm tắt;Trạng thái;Số liệu bên kia",
		`HĐ7;12/05/2021;14/5/2021;so y te;xa Ch'ơm;thôn Pà Tôi;4. An sinh xã hội;tặng quà, tập huấn;1.245;0;;1;12;12,5 triệu;`+
			`"12 con bò; 3 tấn gạo";xã hội hoá;"Khám bệnh
phát thuốc";sai số;"Hộ nghèo: 40; Số tiền (đồng): 12000000"`)
	if len(rejected) > 0 {
		t.Fatal(rejected)
	}
	want := []programme.ActivityRow{{
		ID: 7, Sponsor: "so y te", Recipient: "xa Ch'ơm", State: twinning.ActivityDisputed,
		Claim: twinning.Quantities{twinning.Households: 40, twinning.Amount: 12_000_000},
		Facts: twinning.Facts{
			From: twinning.NewDate(2021, 5, 12), To: twinning.NewDate(2021, 5, 14), Sponsor: "ASYT", Recipient: "W20437",
			Place: "thôn Pà Tôi", Category: twinning.CategoryWelfare, Kinds: []twinning.Kind{twinning.KindGift, twinning.KindTraining},
			Quantities: twinning.Quantities{
				twinning.Households: 1245, twinning.NearPoor: 0, twinning.Models: 1, twinning.Gifts: 12, twinning.Amount: 12_500_000,
			},
			InKind: []string{"12 con bò", "3 tấn gạo"}, Source: twinning.SourceMobilised, Summary: "Khám bệnh\nphát thuốc",
		},
	}}
	if diff := cmp.Diff(want, plan.Activities.Added, cmpopts.IgnoreTypes(programme.Row{}), cmpopts.EquateEmpty()); diff != "" {
		t.Error(diff)
	}
}

func TestActivityMoney(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]int64{
		"12500000": 12_500_000, "12.500.000": 12_500_000, "12 500 000 đ": 12_500_000, "12,500,000 VND": 12_500_000,
		"12,5 triệu": 12_500_000, "12.5 triệu đồng": 12_500_000, "12tr": 12_000_000, "1,25 tỷ": 1_250_000_000, "500k": 500_000,
		"500 nghìn đồng": 500_000, "1.25E+7": 12_500_000, "0": 0, "1200 triệu": 1_200_000_000,
		"12": -1, "12,5": -1, "1.234 triệu": -1, "12,555 triệu": -1, "-5000": -1, "khoảng 12 triệu": -1, "12 triệu lẻ": -1,
		"12tr5": -1, "12 USD": -1, "99999999999999": -1, "99999999999999999999 tỷ": -1, "10000000,5": -1,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			plan, rejected := against(t, nil, "date;sponsor;recipient;category;amount_vnd", "12/05/2021;ASYT;W20437;4;"+text)
			got := int64(-1)
			if len(plan.Activities.Added) == 1 {
				got = plan.Activities.Added[0].Facts.Quantities[twinning.Amount]
			}
			if got != want {
				t.Errorf("got %d, want %d (%v)", got, want, rejected)
			}
			if want < 0 {
				if diff := cmp.Diff([]string{"2 amount_vnd bad_money"}, codes(rejected)); diff != "" {
					t.Error(diff)
				}
			}
		})
	}
}

func TestActivityContents(t *testing.T) {
	t.Parallel()
	for text, want := range map[string]twinning.Category{
		"1": 1, "2.0": 2, "3. Tuyên truyền, vận động": 3, "II.4": 4, "Nội dung 4": 4, "an sinh xa hoi": 4, "Kinh tế - xã hội": 1,
		"0": 0, "5": 0, "4. Tuyên truyền, vận động": 0, "14": 0, "4 hộ": 0, "y tế": 0,
	} {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			plan, _ := against(t, nil, "date;sponsor;recipient;category", `12/05/2021;ASYT;W20437;`+text)
			var got twinning.Category
			if len(plan.Activities.Added) == 1 {
				got = plan.Activities.Added[0].Facts.Category
			}
			if got != want {
				t.Errorf("got %d, want %d", got, want)
			}
		})
	}
}

// A cell that shows a number in a spreadsheet may be a formula or a fraction: neither is taken for what it looks like.
func TestActivityCellsOfAWorkbook(t *testing.T) {
	t.Parallel()
	path := workbook(t, func(f *excelize.File) {
		for _, cell := range []string{"E2", "B3"} {
			if err := f.SetCellFormula("Hoạt động", cell, "=1+1"); err != nil {
				t.Fatal(err)
			}
		}
	}, [][]any{
		{"Hoạt động"},
		{"date", "sponsor", "recipient", "category", "households", "people", "amount_vnd", "note"},
		{44328, "ASYT", "W20437", 4, 45},
		{44329, "ASYT", "W20437", 4, 45},
		{44330, "ASYT", "W20437", 4, 1.234, 12.5},
		{44331, "ASYT", "W20437", 4, nil, nil, 1250000.5},
		{44332, "ASYT", "W20437", 4, "1.234", 12.0, 12.345},
		{44333, "ASYT", "W20437", 4, 45, 1234, 12500000},
	})
	plan, rejected := againstFile(t, nil, path)
	if diff := cmp.Diff([]string{
		"2 households formula_cell", "3 sponsor formula_cell", "4 households bad_number", "4 people bad_number",
		"5 amount_vnd bad_money", "6 amount_vnd bad_money",
	}, codes(rejected)); diff != "" {
		t.Error(diff)
	}
	if len(plan.Activities.Added) != 1 || plan.Activities.Added[0].Facts.From != twinning.NewDate(2021, 5, 17) {
		t.Errorf("added %+v", plan.Activities.Added)
	}
}

func TestActivitySheetIsToldByItsColumns(t *testing.T) {
	t.Parallel()
	for header, want := range map[string]string{
		"Ngày,Bên giúp,Bên nhận,Nội dung,Số tiền": "1 0",
		"Bên giúp,Bên nhận,Quyết định,Từ ngày":    "0 1",
	} {
		r, err := programme.ReadRoster(filepath.Join(write(t, map[string]string{"bang.csv": header + "\nA,B,C,D"}), "bang.csv"))
		if err != nil {
			t.Fatal(err)
		}
		if got := fmt.Sprint(len(r.Activities), len(r.Pairings)); got != want {
			t.Errorf("%s: got %s, want %s", header, got, want)
		}
	}
	_, rejected := against(t, nil, "sponsor,recipient,category,khac", "ASYT,W20437,4,x")
	if diff := cmp.Diff([]string{"1 date missing_column"}, codes(rejected)); diff != "" {
		t.Error(diff)
	}
}

// logged is an activity of the books as TestKnownActivities has it.
func logged(id twinning.ActivityID, place string, households int64) twinning.Activity {
	a := twinning.Activity{ID: id, State: twinning.ActivityLogged, Facts: twinning.Facts{
		From: twinning.NewDate(2021, 5, 12), Sponsor: "ASYT", Recipient: "W20437", Category: twinning.CategoryWelfare, Place: place,
		Quantities: twinning.Quantities{},
	}}
	if households > 0 {
		a.Facts.Quantities[twinning.Households] = households
	}
	return a
}

// The rule by which a row is taken for an activity that is there, or for an earlier row.
func TestKnownActivities(t *testing.T) {
	t.Parallel()
	row := func(id, place, households, summary string) string {
		return strings.Join([]string{id, "12/05/2021", "ASYT", "W20437", "4", place, households, summary}, ";")
	}
	voided := logged(9, "A", 45)
	voided.State = twinning.ActivityVoided
	tests := map[string]struct {
		books records
		rows  []string
		// known are the numbers that rows were found to be, added how many are new.
		known, rejected []string
		added           int
	}{
		"new":                      {rows: []string{row("", "A", "45", "")}, added: 1},
		"same figures":             {books: records{logged(3, "", 45)}, rows: []string{row("", "A", "45", "x")}, known: []string{"3 false"}},
		"other figures":            {books: records{logged(3, "A", 44)}, rows: []string{row("", "A", "45", "")}, added: 1},
		"other place":              {books: records{logged(3, "B", 45)}, rows: []string{row("", "A", "45", "")}, added: 1},
		"voided in the books":      {books: records{voided}, rows: []string{row("", "A", "45", "")}, known: []string{"9 false"}},
		"twice in the file":        {rows: []string{row("", "A", "45", ""), row("", "a", "45", "x")}, rejected: []string{"3  duplicate_row"}, added: 1},
		"two places in the file":   {rows: []string{row("", "A", "45", ""), row("", "B", "45", "")}, added: 2},
		"two numbers":              {rows: []string{row("5", "A", "45", ""), row("6", "A", "45", "")}, added: 2},
		"one number twice":         {rows: []string{row("5", "A", "45", ""), row("5", "B", "46", "")}, rejected: []string{"3 id duplicate_row"}, added: 1},
		"no figures, two meetings": {rows: []string{row("", "", "", "họp"), row("", "", "", "tập huấn")}, added: 2},
		"no figures, one meeting":  {books: records{logged(3, "", 0)}, rows: []string{row("", "", "", "họp")}, known: []string{"3 false"}},
		"its number":               {books: records{logged(3, "A", 45)}, rows: []string{row("HĐ3", "A", "45", "")}, known: []string{"3 true"}},
		"another's number":         {books: records{logged(3, "A", 44)}, rows: []string{row("3", "A", "45", "")}, rejected: []string{"2 id taken_id"}},
		"number of other books":    {books: records{logged(3, "A", 45)}, rows: []string{row("8", "A", "45", "")}, known: []string{"3 false"}},
		"the closer one first": {
			books: records{logged(3, "", 45), logged(4, "B", 45)}, rows: []string{row("", "B", "45", ""), row("", "A", "45", "")},
			known: []string{"4 false", "3 false"},
		},
		"one stands for one": {
			books: records{logged(3, "", 45)}, rows: []string{row("", "B", "45", ""), row("", "A", "45", "")},
			known: []string{"3 false"}, added: 1,
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			lines := append([]string{"id;date;sponsor;recipient;category;place;households;summary"}, test.rows...)
			plan, rejected := against(t, test.books, lines...)
			var known []string
			for _, k := range plan.Activities.Known {
				known = append(known, fmt.Sprint(k.ID, " ", k.Same))
			}
			if diff := cmp.Diff(test.known, known); diff != "" {
				t.Error(diff)
			}
			if diff := cmp.Diff(test.rejected, codes(rejected), cmpopts.EquateEmpty()); diff != "" {
				t.Error(diff)
			}
			if len(plan.Activities.Added) != test.added {
				t.Errorf("added %d, want %d", len(plan.Activities.Added), test.added)
			}
		})
	}
}

// A unit is found by its name with its key behind it, unless the two contradict each other.
func TestDirectoryFindsLabels(t *testing.T) {
	t.Parallel()
	d := programme.NewDirectory(units1100(t))
	for text, want := range map[string]twinning.UnitKey{
		"Sở Y tế (ASYT)": "ASYT", "Tên cũ đã đổi (ASYT)": "ASYT", "Xã Ch'ơm (W20437)": "W20437", "Sở Tài chính (ASYT)": "",
		"Sở Y tế (KHONG)": "", "Tên (cũ) (ASYT)": "ASYT",
	} {
		if u, _ := d.Find(text); u.Key != want {
			t.Errorf("%s: got %q, want %q", text, u.Key, want)
		}
	}
}

func TestPeopleWhoAreThereAreNotInvitedAgain(t *testing.T) {
	t.Parallel()
	r, err := programme.ReadRoster(write(t, map[string]string{"people.csv": "name,unit,role\nLan,ASYT,lead\nHòa,ASYT,lead\n"}))
	if err != nil {
		t.Fatal(err)
	}
	plan, rejected, err := r.CheckAgainst(programme.Books{
		Units: units1100(t), People: []programme.Member{{Name: "LAN", Unit: "ASYT", Role: twinning.RoleLead}},
	})
	if err != nil || len(rejected) > 0 || len(plan.Invite) != 1 || plan.Invite[0].Name != "Hòa" || len(plan.Present) != 1 {
		t.Errorf("%+v, %v, %v", plan, rejected, err)
	}
}
