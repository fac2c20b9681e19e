package bot

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"encoding/xml"
	"io"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/xuri/excelize/v2"
	"pgregory.net/rapid"

	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/report"
	"ketnghia/twinning"
)

// yearFigures are what one source tells of a year: activities, poor households and money in đồng.
type yearFigures struct{ Activities, Households, Amount int64 }

func (f *yearFigures) add(q twinning.Quantities) {
	f.Activities++
	f.Households += q[twinning.Households]
	f.Amount += q[twinning.Amount]
}

func (f yearFigures) less(g yearFigures) yearFigures {
	return yearFigures{f.Activities - g.Activities, f.Households - g.Households, f.Amount - g.Amount}
}

// told are all figures and the confirmed ones among them.
type told struct{ All, Confirmed yearFigures }

// TestEverySourceTellsTheSame reads the figures of random years out of what the office sees – the words in chat, the data of
// the charts, the report as DOCX, its annex as XLSX, the records as JSON and as XLSX – and holds each against a naive
// recount. Every check has two years: `go test ./bot -run TestEverySourceTellsTheSame -rapid.checks=500` compares 1,000.
func TestEverySourceTellsTheSame(t *testing.T) {
	t.Parallel()
	catalogue, err := locales.New()
	if err != nil {
		t.Fatal(err)
	}
	rapid.Check(t, func(r *rapid.T) {
		b := newChartBooks(t, r)
		unit := rapid.SampledFrom([]twinning.UnitKey{"P49", "D504", "D505", "W1", "W3", "ASYT", "D502"}).Draw(r, "scope")
		err := b.ledger.View(t.Context(), b.now, func(k *ledger.Look) error {
			u, err := k.Unit(unit)
			if err != nil {
				return err
			}
			span, err := k.Span(u)
			if err != nil {
				return err
			}
			for _, year := range []int{2026, 2027} {
				s := sources{
					chartCheck: chartCheck{
						T: r, books: b, look: k, maker: chartMaker{k, catalogue.Printer(langVI)},
						req: twinning.ReportRequest{Unit: unit, Year: year, Chart: &twinning.ChartRequest{}},
					},
					unit: u, span: span, scoped: unit,
				}
				if u.Role == twinning.RoleIssuer { // the province's report and records are those of everybody
					s.scoped = ""
				}
				s.compare()
			}
			return nil
		})
		if err != nil {
			r.Fatal(err)
		}
	})
}

// sources are the ways to the figures of a unit in a year.
type sources struct {
	chartCheck

	unit twinning.Unit
	span []twinning.UnitKey
	// scoped is the unit in reports and exports.
	scoped twinning.UnitKey
}

func (s sources) compare() {
	want := s.recounted()
	document, annex := s.report()
	for name, got := range map[string]told{
		"chat": s.chat(), "DOCX": document, "XLSX": annex, "export JSON": s.exported(), "export XLSX": s.tabled(),
	} {
		if diff := cmp.Diff(want, got); diff != "" {
			s.Errorf("%s of %s in %d (-recount +told):\n%s", name, s.req.Unit, s.req.Year, diff)
		}
	}
	if got := s.charted(); got != want.All {
		s.Errorf("charts of %s in %d: %+v, recount %+v", s.req.Unit, s.req.Year, got, want.All)
	}
}

// recounted adds up what the test itself recorded.
func (s sources) recounted() (f told) {
	for _, a := range s.books.activities {
		its := slices.Contains(s.span, a.Facts.Sponsor) || slices.Contains(s.span, a.Facts.Recipient)
		if its && a.Facts.From.Year() == s.req.Year {
			f.count(a)
		}
	}
	return f
}

func (f *told) count(a twinning.Activity) {
	if a.State == twinning.ActivityVoided {
		return
	}
	f.All.add(a.Facts.Quantities)
	if a.State == twinning.ActivityConfirmed {
		f.Confirmed.add(a.Facts.Quantities)
	}
}

// chat reads the words that a status answer begins with.
func (s sources) chat() (f told) {
	status, err := s.look.StatusOf(s.unit, s.req.Year)
	s.must(err)
	var t statusText
	t.figures(status)
	words := renderer{}.lines(s.maker.printer, t.lines, "\n")
	for line := range strings.Lines(words) {
		line = strip(line)
		switch whole, waiting, _ := strings.Cut(line, "Chờ xác nhận:"); {
		case strings.HasPrefix(line, "Đã làm:"):
			f.All = s.words(line)
		case strings.HasPrefix(line, "Tất cả đã được"):
			f.Confirmed = f.All
		case waiting != "":
			f.Confirmed = s.words(whole)
			if rest := f.All.less(f.Confirmed); rest != s.words(waiting) {
				s.Errorf("the parts aren't the whole:\n%s", words)
			}
		}
	}
	return f
}

var (
	wordOfActivities = regexp.MustCompile(`([\d.]+) hoạt động`)
	wordOfHouseholds = regexp.MustCompile(`([\d.]+) hộ nghèo`)
	wordOfAmount     = regexp.MustCompile(`([\d.]+) đ(?:\P{L}|$)`)
)

func (s sources) words(text string) yearFigures {
	number := func(word *regexp.Regexp) int64 {
		found := word.FindStringSubmatch(strings.ReplaceAll(text, "\u00a0", " "))
		if found == nil {
			return 0
		}
		return s.number(found[1])
	}
	return yearFigures{number(wordOfActivities), number(wordOfHouseholds), number(wordOfAmount)}
}

// number reads a number with or without dots between thousands.
func (s sources) number(text string) int64 {
	n, err := strconv.ParseInt(strings.ReplaceAll(text, ".", ""), 10, 64)
	s.must(err)
	return n
}

// charted adds up the months of the chart of activities, and takes the households from that of the years.
func (s sources) charted() (f yearFigures) {
	var err error
	s.scope, err = s.look.ChartScope(s.books.reader, s.req.Unit)
	s.must(err)
	months, err := s.maker.activity(s.scope, s.req)
	s.must(err)
	series := func(name string) int64 {
		return sumOf(months.Data(), func(p report.ChartPoint) bool { return strings.HasPrefix(p.Series, name) })
	}
	f.Activities, f.Amount = series("activities"), series("amount")
	years, err := s.look.ChartYears(s.scope, s.req.Year, twinning.Gauge{Measure: twinning.Households})
	s.must(err)
	f.Households = years.Groups[0].Values[slices.Index(years.Years, s.req.Year)]
	return f
}

// report reads the totals of the year-end report and of its annex.
func (s sources) report() (document, annex told) {
	data, err := s.look.YearReport(s.scoped, s.req.Year)
	s.must(err)
	var docx, xlsx bytes.Buffer
	s.must(report.YearDocument(&docx, s.maker.printer, data))
	s.must(report.YearAnnex(&xlsx, s.maker.printer, data))
	return s.documentTotal(docx.Bytes()), s.annexTotal(&xlsx)
}

// documentTotal reads the last row of each table of figures; they must be the same.
func (s sources) documentTotal(docx []byte) (f told) {
	archive, err := zip.NewReader(bytes.NewReader(docx), int64(len(docx)))
	s.must(err)
	part, err := archive.Open("word/document.xml")
	s.must(err)
	body, err := io.ReadAll(part)
	s.must(err)
	tables := 0
	for _, row := range s.rows(body) {
		if len(row) != 8 || row[1] != "Tổng cộng" {
			continue
		}
		var n [6]int64
		for i := range n {
			n[i] = s.number(row[2+i])
		}
		one := told{Confirmed: yearFigures{n[0], n[2], n[4]}, All: yearFigures{n[0] + n[1], n[2] + n[3], n[4] + n[5]}}
		if tables++; tables > 1 && one != f {
			s.Errorf("two tables of the report of %s in %d differ: %+v, %+v", s.req.Unit, s.req.Year, f, one)
		}
		f = one
	}
	if tables == 0 {
		s.Errorf("no table of figures in the report of %s in %d", s.req.Unit, s.req.Year)
	}
	return f
}

// rows are the texts of the cells of all rows of all tables.
func (s sources) rows(body []byte) (rows [][]string) {
	decoder := xml.NewDecoder(bytes.NewReader(body))
	text, cell := false, false
	for {
		token, err := decoder.Token()
		if err == io.EOF { //nolint:errorlint // as Token promises
			return rows
		}
		s.must(err)
		switch x := token.(type) {
		case xml.StartElement:
			switch text = x.Name.Local == "t"; x.Name.Local {
			case "tr":
				rows = append(rows, nil)
			case "tc":
				rows[len(rows)-1], cell = append(rows[len(rows)-1], ""), true
			}
		case xml.EndElement:
			text, cell = false, cell && x.Name.Local != "tc"
		case xml.CharData:
			if n := len(rows) - 1; text && cell {
				rows[n][len(rows[n])-1] += string(x)
			}
		}
	}
}

func (s sources) workbook(file io.Reader) *excelize.File {
	book, err := excelize.OpenReader(file)
	s.must(err)
	return book
}

// annexTotal calculates the totals below the contents of section II anew, as a spreadsheet does.
func (s sources) annexTotal(file io.Reader) told {
	book := s.workbook(file)
	defer func() { s.must(book.Close()) }()
	const sheet = "Theo loại"
	rows, err := book.GetRows(sheet)
	s.must(err)
	measures := twinning.Measures()
	total := func(group int, m twinning.Measure) int64 {
		at, err := excelize.CoordinatesToCellName(3+group*len(measures)+slices.Index(measures, m), len(rows))
		s.must(err)
		value, err := book.CalcCellValue(sheet, at, excelize.Options{RawCellValue: true})
		s.must(err)
		n, err := strconv.ParseFloat(value, 64)
		s.must(err)
		return int64(n)
	}
	figures := func(group int) yearFigures {
		return yearFigures{total(group, twinning.Activities), total(group, twinning.Households), total(group, twinning.Amount)}
	}
	confirmed, other := figures(0), figures(1)
	return told{Confirmed: confirmed, All: confirmed.less(yearFigures{}.less(other))}
}

// exported adds up the newest versions in the JSON of the records.
func (s sources) exported() (f told) {
	var file bytes.Buffer
	s.must(s.look.Export(&file, ledger.Scope{Year: s.req.Year, Unit: s.scoped}))
	var book struct{ Activities [][]twinning.Activity }
	s.must(json.Unmarshal(file.Bytes(), &book))
	for _, versions := range book.Activities {
		f.count(versions[len(versions)-1])
	}
	return f
}

// tabled adds up the sheet of activities in the records as a workbook.
func (s sources) tabled() (f told) {
	var file bytes.Buffer
	s.must(WriteRecords(&file, s.look, s.maker.printer, ledger.Scope{Year: s.req.Year, Unit: s.scoped}))
	book := s.workbook(&file)
	defer func() { s.must(book.Close()) }()
	for _, sheet := range book.GetSheetList() {
		rows, err := book.GetRows(sheet, excelize.Options{RawCellValue: true})
		s.must(err)
		state, households, amount := column(rows, "Trạng thái"), column(rows, "Hộ nghèo"), column(rows, "Số tiền (đồng)")
		if state < 0 || households < 0 {
			continue
		}
		for _, row := range rows[1:] {
			a := twinning.Activity{Facts: twinning.Facts{Quantities: twinning.Quantities{}}}
			for m, at := range map[twinning.Measure]int{twinning.Households: households, twinning.Amount: amount} {
				if row[at] != "" {
					a.Facts.Quantities[m] = s.number(row[at])
				}
			}
			for _, x := range []twinning.ActivityState{twinning.ActivityLogged, twinning.ActivityConfirmed, twinning.ActivityVoided} {
				if s.maker.printer.Text("activity.state."+string(x), nil) == row[state] {
					a.State = x
				}
			}
			f.count(a)
		}
	}
	return f
}

func column(rows [][]string, title string) int {
	if len(rows) == 0 {
		return -1
	}
	return slices.Index(rows[0], title)
}
