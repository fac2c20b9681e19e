package report_test

import (
	"archive/zip"
	"bytes"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"

	"ketnghia/locales"
	"ketnghia/report"
	"ketnghia/twinning"
)

func printer(t *testing.T, lang string) locales.Printer {
	t.Helper()
	c, err := locales.New(locales.OnMissing(func(lang, key string) { t.Errorf("%s: no text %s", lang, key) }))
	if err != nil {
		t.Fatal(err)
	}
	return c.Printer(lang)
}

func day(month time.Month, d int) twinning.Date { return twinning.NewDate(2027, month, d) }

// sample has a commune that filed, a district that is late, and a sponsor with two pairings and a hostile name.
func sample() report.StatusSheet {
	return report.StatusSheet{
		Year: 2027, AsOf: day(3, 9), Demo: true,
		Rules: []report.StatusRule{
			{ID: "needs", Name: twinning.Names{"vi": "Báo cáo đề xuất nhu cầu", "en": "Report of needs"}},
			{ID: "programme", Name: twinning.Names{"vi": "Chương trình ký kết", "en": "Signed programme"}},
		},
		Units: []report.StatusUnit{
			{
				Name: "Xã Ch'ơm", District: "Huyện Tây Giang",
				Filings: []report.StatusFiling{
					{Rule: "needs", Standing: twinning.StandingMet, Due: day(2, 27), Filed: day(2, 24)},
				},
				Confirmed: twinning.Quantities{
					twinning.Activities: 2, twinning.Households: 45, twinning.Amount: 12_500_000, twinning.People: 0,
				},
				Unconfirmed: twinning.Quantities{twinning.Activities: 1, twinning.Gifts: 1_200},
			},
			{
				Name:    "Huyện Tây Giang",
				Filings: []report.StatusFiling{{Rule: "needs", Standing: twinning.StandingOverdue, Due: day(2, 27)}},
			},
			{
				Name: "=HYPERLINK(\"http://x\")",
				Filings: []report.StatusFiling{
					{
						Rule: "programme", Counterpart: "+Xã Ga Ri", Standing: twinning.StandingMet, Due: day(3, 30),
						Filed: day(3, 1),
					},
					{Rule: "programme", Counterpart: "@Xã A Xan", Standing: twinning.StandingDueSoon, Due: day(3, 30)},
					{Rule: "unfollowed", Standing: twinning.StandingOverdue, Due: day(1, 1)},
				},
			},
		},
	}
}

func write(t *testing.T, lang string, s report.StatusSheet) (*excelize.File, []byte) {
	t.Helper()
	var b bytes.Buffer
	if err := report.Status(&b, printer(t, lang), s); err != nil {
		t.Fatal(err)
	}
	if dir := os.Getenv("KETNGHIA_KEEP"); dir != "" {
		if err := os.WriteFile(dir+"/status-"+lang+".xlsx", b.Bytes(), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	data := bytes.Clone(b.Bytes())
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := f.Close(); err != nil {
			t.Error(err)
		}
	})
	return f, data
}

func rows(t *testing.T, f *excelize.File, sheet string) [][]string {
	t.Helper()
	all, err := f.GetRows(sheet)
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func TestStatusCells(t *testing.T) {
	t.Parallel()
	f, _ := write(t, "vi", sample())
	if diff := cmp.Diff([]string{"Văn bản", "Số liệu", "Chưa nộp"}, f.GetSheetList()); diff != "" {
		t.Fatal(diff)
	}
	top := [][]string{
		{"Tình hình thực hiện công tác kết nghĩa năm 2027"},
		{"Số liệu đến ngày 09/03/2027 – DỮ LIỆU MẪU, không dùng để báo cáo"},
	}
	want := map[string][][]string{
		"Văn bản": {
			nil,
			{"STT", "Đơn vị", "Huyện", "Báo cáo đề xuất nhu cầu", "", "Chương trình ký kết"},
			{"", "", "", "Tình trạng", "Ngày nộp", "Tình trạng", "Ngày nộp"},
			{"1", "Xã Ch'ơm", "Huyện Tây Giang", "đã nộp đúng hạn", "24/02/2027"},
			{"2", "Huyện Tây Giang", "", "quá hạn, chưa nộp"},
			{"3", "=HYPERLINK(\"http://x\")", "", "", "", "sắp đến hạn (đã nộp 1/2)"},
		},
		"Chưa nộp": {
			{"Chỉ gồm văn bản có ngày hạn trong quyết định."},
			{"STT", "Đơn vị", "Huyện", "Văn bản phải nộp", "Bên kia", "Hạn", "Số ngày quá hạn", "Tình trạng"},
			{"1", "Huyện Tây Giang", "", "Báo cáo đề xuất nhu cầu", "", "27/02/2027", "10", "quá hạn, chưa nộp"},
			{
				"2", "=HYPERLINK(\"http://x\")", "", "Chương trình ký kết", "@Xã A Xan", "30/03/2027", "",
				"sắp đến hạn",
			},
		},
	}
	for sheet, body := range want {
		if diff := cmp.Diff(append(append([][]string(nil), top...), body...), trimmed(rows(t, f, sheet))); diff != "" {
			t.Errorf("%s: %s", sheet, diff)
		}
	}
	figures := rows(t, f, "Số liệu")
	if got, want := strings.Join(figures[5], "|"), "1|Xã Ch'ơm|Huyện Tây Giang|2|45||0|||12,500,000|1|||||1,200"; got != want {
		t.Errorf("figures: got %s, want %s", got, want)
	}
	if got, want := strings.Join(figures[6], "|"), "2|Huyện Tây Giang||0|||||||0"; got != want {
		t.Errorf("no figures: got %s, want %s", got, want)
	}
}

// trimmed cuts empty cells off the ends of rows; formatted cells without a value come back as empty.
func trimmed(rows [][]string) [][]string {
	for i, row := range rows {
		for len(row) > 0 && row[len(row)-1] == "" {
			row = row[:len(row)-1]
		}
		rows[i] = row
		if len(row) == 0 {
			rows[i] = nil
		}
	}
	return rows
}

func TestStatusCellTypes(t *testing.T) {
	t.Parallel()
	f, data := write(t, "vi", sample())
	tests := []struct {
		name, sheet, at string
		kind            excelize.CellType
		raw             string
	}{
		{"a number is a number", "Số liệu", "J6", excelize.CellTypeUnset, "12500000"},
		{"a date is a serial number", "Văn bản", "E6", excelize.CellTypeUnset, "46442"},
		{"a name is text", "Văn bản", "B6", excelize.CellTypeSharedString, "Xã Ch'ơm"},
		{"a name with = is text", "Văn bản", "B8", excelize.CellTypeSharedString, "=HYPERLINK(\"http://x\")"},
		{"a name with @ is text", "Chưa nộp", "E6", excelize.CellTypeSharedString, "@Xã A Xan"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			kind, err := f.GetCellType(test.sheet, test.at)
			if err != nil {
				t.Fatal(err)
			}
			raw, err := f.GetCellValue(test.sheet, test.at, excelize.Options{RawCellValue: true})
			if err != nil {
				t.Fatal(err)
			}
			if kind != test.kind || raw != test.raw {
				t.Errorf("got type %d %q, want %d %q", kind, raw, test.kind, test.raw)
			}
		})
	}
	for name, xml := range parts(t, data) {
		if strings.Contains(xml, "<f>") || strings.Contains(xml, "<f ") {
			t.Errorf("%s holds a formula", name)
		}
	}
}

// parts returns the sheets of the workbook as XML.
func parts(t *testing.T, data []byte) map[string]string {
	t.Helper()
	z, err := zip.NewReader(bytes.NewReader(data), int64(len(data)))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]string{}
	for _, f := range z.File {
		if !strings.HasPrefix(f.Name, "xl/worksheets/sheet") {
			continue
		}
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		var b bytes.Buffer
		if _, err := b.ReadFrom(r); err != nil {
			t.Fatal(err)
		}
		all[f.Name] = b.String()
	}
	if len(all) != 3 {
		t.Fatalf("%d sheets", len(all))
	}
	return all
}

func TestStatusPrintLayout(t *testing.T) {
	t.Parallel()
	f, data := write(t, "en", sample())
	for name, xml := range parts(t, data) {
		for _, want := range []string{
			`orientation="landscape"`, `paperSize="9"`, `fitToWidth="1"`, `fitToHeight="0"`, `<pageSetUpPr fitToPage="true"`,
			`<autoFilter ref="$A$`, `state="frozen"`, `ySplit="`, `&amp;LAs of 09/03/2027 – SAMPLE DATA`,
			`&amp;RPage &amp;P/&amp;N`,
		} {
			if !strings.Contains(xml, want) {
				t.Errorf("%s lacks %s", name, want)
			}
		}
	}
	titles := map[string]string{}
	for _, n := range f.GetDefinedName() {
		if n.Name == "_xlnm.Print_Titles" {
			titles[n.Scope] = n.RefersTo
		}
	}
	want := map[string]string{
		"Documents": "'Documents'!$4:$5", "Figures": "'Figures'!$4:$5", "Not filed": "'Not filed'!$4:$4",
	}
	if diff := cmp.Diff(want, titles); diff != "" {
		t.Error(diff)
	}
}

func TestStatusMarks(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, lang  string
		change      func(*report.StatusSheet)
		title, asOf string
	}{
		{
			"demo in English", "en", func(*report.StatusSheet) {}, "Twinning in 2027: the state of things",
			"As of 09/03/2027 – SAMPLE DATA, not for reporting",
		},
		{
			"real", "vi", func(s *report.StatusSheet) { s.Demo = false },
			"Tình hình thực hiện công tác kết nghĩa năm 2027", "Số liệu đến ngày 09/03/2027",
		},
		{
			"one district, nothing in it", "vi",
			func(s *report.StatusSheet) { s.Demo, s.Scope, s.Units = false, "Huyện Tây Giang", nil },
			"Tình hình thực hiện công tác kết nghĩa năm 2027 – Huyện Tây Giang", "Số liệu đến ngày 09/03/2027",
		},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := sample()
			test.change(&s)
			f, _ := write(t, test.lang, s)
			for _, sheet := range f.GetSheetList() {
				got := rows(t, f, sheet)
				if got[0][0] != test.title || got[1][0] != test.asOf {
					t.Errorf("%s: got %q, %q", sheet, got[0][0], got[1][0])
				}
			}
		})
	}
}
