package report

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"ketnghia/locales"
	"ketnghia/twinning"
)

func numberOf(t interface{ Fatal(...any) }, text string) int64 {
	n, err := strconv.ParseInt(strings.ReplaceAll(text, ".", ""), 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

func yearAnnex(t interface {
	Fatal(...any)
	Cleanup(func())
}, r twinning.YearReport,
) *excelize.File {
	var b bytes.Buffer
	if err := YearAnnex(&b, yearPrinter(t).In(locales.Vietnamese), r); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = f.Close() })
	return f
}

// TestYearAnnexTextStaysText opens what people typed that looks like a formula.
func TestYearAnnexTextStaysText(t *testing.T) {
	t.Parallel()
	r := sampleYears()["province"]
	u := r.Units["W1"]
	u.Name = "=HYPERLINK(\"http://x\")"
	r.Units["W1"] = u
	f := yearAnnex(t, r)
	found := map[string]bool{"=1+1": false, "+84": false, "-1": false, "\t=2+2": false, u.Name: false}
	for _, sheet := range f.GetSheetList() {
		rows, err := f.GetRows(sheet)
		if err != nil {
			t.Fatal(err)
		}
		for i, row := range rows {
			for j, text := range row {
				at := cell(j+1, i+1)
				formula, err := f.GetCellFormula(sheet, at)
				if err != nil {
					t.Fatal(err)
				}
				if formula != "" && !strings.HasPrefix(formula, "SUM(") {
					t.Errorf("%s!%s is the formula %q", sheet, at, formula)
				}
				if _, looked := found[text]; looked && formula == "" {
					kind, err := f.GetCellType(sheet, at)
					if err != nil || kind != excelize.CellTypeInlineString && kind != excelize.CellTypeSharedString {
						t.Errorf("%s!%s is of type %v, %v", sheet, at, kind, err)
					}
					found[text] = true
				}
			}
		}
	}
	for text, ok := range found {
		if !ok {
			t.Errorf("%q is not there as text", text)
		}
	}
}

func TestYearAnnexLayout(t *testing.T) {
	t.Parallel()
	f := yearAnnex(t, sampleYears()["province"])
	want := []string{
		"Theo đơn vị", "Theo xã", "Theo loại", "Theo nguồn", "Danh sách hoạt động", "Văn bản", "Chỉ tiêu", "Xếp loại (gợi ý)",
	}
	if got := f.GetSheetList(); !slices.Equal(got, want) {
		t.Fatalf("sheets %q", got)
	}
	titles, filters := 0, 0
	for _, n := range f.GetDefinedName() {
		if n.Name == "_xlnm.Print_Titles" {
			titles++
		}
		if n.Name == "_xlnm._FilterDatabase" {
			filters++
		}
	}
	if titles != len(want) || filters != len(want) {
		t.Errorf("%d repeated headings, %d filters", titles, filters)
	}
	for _, sheet := range want {
		layout, err := f.GetPageLayout(sheet)
		if err != nil || *layout.Size != 9 || *layout.Orientation != "landscape" || *layout.FitToWidth != 1 || *layout.FitToHeight != 0 {
			t.Errorf("%s is printed otherwise: %+v, %v", sheet, layout, err)
		}
		props, err := f.GetSheetProps(sheet)
		if err != nil || props.FitToPage == nil || !*props.FitToPage {
			t.Errorf("%s does not fit the page: %v", sheet, err)
		}
		panes, err := f.GetPanes(sheet)
		if err != nil || !panes.Freeze || panes.YSplit < rowTop {
			t.Errorf("%s: panes %+v, %v", sheet, panes, err)
		}
	}
	date, err := f.GetCellType("Danh sách hoạt động", "C5")
	style, more := f.GetCellStyle("Danh sách hoạt động", "C5")
	format, last := f.GetStyle(style)
	if err != nil || more != nil || last != nil || date == excelize.CellTypeInlineString || format.CustomNumFmt == nil ||
		*format.CustomNumFmt != formatDate {
		t.Errorf("a date is of type %v", date)
	}
}

// TestYearTotals makes reports of random years: each total of the document and of the spreadsheet, as it stands there
// and as its formula gives it, is the total of the books.
func TestYearTotals(t *testing.T) {
	t.Parallel()
	rapid.Check(t, func(r *rapid.T) {
		var activities []twinning.ReportActivity
		for i := range rapid.IntRange(0, 12).Draw(r, "activities") {
			a := twinning.ReportActivity{ID: twinning.ActivityID(i + 1), State: rapid.SampledFrom([]twinning.ActivityState{
				twinning.ActivityLogged, twinning.ActivityConfirmed, twinning.ActivityDisputed,
			}).Draw(r, "state"), Facts: twinning.Facts{
				From:      twinning.NewDate(2027, 1, 1).AddDays(i),
				Sponsor:   rapid.SampledFrom([]twinning.UnitKey{"ASYT", "D502"}).Draw(r, "sponsor"),
				Recipient: rapid.SampledFrom([]twinning.UnitKey{"D504", "W1", "W2"}).Draw(r, "recipient"),
				Category:  rapid.SampledFrom(twinning.Categories()).Draw(r, "category"),
				Source:    rapid.SampledFrom([]twinning.Source{"", twinning.SourceOwn, twinning.SourceMobilised}).Draw(r, "source"),
				Quantities: twinning.Quantities{}.Plus(twinning.Quantities{
					twinning.Households: rapid.Int64Range(0, 900).Draw(r, "households"),
					twinning.Amount:     rapid.Int64Range(0, 9_000_000_000).Draw(r, "amount"),
				}, 1),
			}}
			activities = append(activities, a)
		}
		report := yearOf("", activities...)
		checkDocumentTotals(r, report)
		checkAnnexTotals(r, report)
	})
}

// checkDocumentTotals reads every table of figures in the document.
func checkDocumentTotals(r *rapid.T, report twinning.YearReport) {
	body := readXML(r, unzipped(r, yearDocument(r, report))["word/document.xml"]).child[0]
	tables := 0
	for _, table := range body.all("w:tbl") {
		rows := table.all("w:tr")
		last := rows[len(rows)-1].all("w:tc")
		if len(last) != len(figureColumns) || last[1].shows() != "Tổng cộng" {
			continue
		}
		tables++
		for i, m := range shownMeasures() {
			for j, confirmed := range []bool{true, false} {
				want := report.Total.Of(confirmed)[m]
				if got := numberOf(r, last[2+2*i+j].shows()); got != want {
					r.Errorf("the document's total of %s is %d, want %d", m, got, want)
				}
			}
		}
	}
	if tables != 4 { // contents, districts, recipients, sponsors
		r.Errorf("%d tables with totals", tables)
	}
}

// cleaner gives a rapid test the one method more that opening a workbook asks for.
type cleaner struct{ *rapid.T }

// Cleanup forgets it: a workbook in memory needs no closing.
func (cleaner) Cleanup(func()) {}

func checkAnnexTotals(r *rapid.T, report twinning.YearReport) {
	f := yearAnnex(cleaner{r}, report)
	for _, sheet := range []string{"Theo đơn vị", "Theo xã", "Theo loại"} {
		rows, err := f.GetRows(sheet, excelize.Options{RawCellValue: true})
		if err != nil {
			r.Fatal(err)
		}
		first := 2 // number and name
		if sheet != "Theo loại" {
			first = 3
		}
		for i, confirmed := range []bool{true, false} {
			for j, m := range twinning.Measures() {
				at := cell(first+i*len(twinning.Measures())+j+1, len(rows))
				checkTotal(r, f, [2]string{sheet, at}, report.Total.Of(confirmed)[m])
			}
		}
	}
	if len(report.Activities) == 0 {
		return
	}
	rows, err := f.GetRows("Danh sách hoạt động")
	if err != nil {
		r.Fatal(err)
	}
	for j, m := range listedMeasures() {
		at := cell(15+j, len(rows))
		checkTotal(r, f, [2]string{"Danh sách hoạt động", at}, report.Total.All()[m])
	}
}

// checkTotal holds the cell of a total, by sheet and name, to what is wanted: as kept, and as calculated anew.
func checkTotal(r *rapid.T, f *excelize.File, at [2]string, want int64) {
	kept, err := f.GetCellValue(at[0], at[1], excelize.Options{RawCellValue: true})
	if err != nil || kept != fmt.Sprint(want) {
		r.Errorf("%v keeps %q, want %d, %v", at, kept, want, err)
	}
	formula, err := f.GetCellFormula(at[0], at[1])
	if err != nil || !strings.HasPrefix(formula, "SUM(") {
		r.Errorf("%v is the formula %q, %v", at, formula, err)
	}
	calculated, err := f.CalcCellValue(at[0], at[1], excelize.Options{RawCellValue: true})
	if n, bad := strconv.ParseFloat(calculated, 64); err != nil || bad != nil || int64(n) != want {
		r.Errorf("%v comes to %q, want %d, %v", at, calculated, want, err)
	}
}

// TestYearAnnexEmpty has nothing to add up.
func TestYearAnnexEmpty(t *testing.T) {
	t.Parallel()
	f := yearAnnex(t, sampleYears()["empty"])
	total, err := f.GetCellValue("Theo đơn vị", "D7")
	if err != nil || total != "0" {
		t.Errorf("the total is %q, %v", total, err)
	}
}
