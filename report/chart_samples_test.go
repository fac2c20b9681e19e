package report

import (
	"bytes"
	"encoding/csv"
	"os"
	"slices"
	"strconv"
	"testing"
	"time"

	"ketnghia/locales"
	"ketnghia/twinning"
)

// rosterNames returns the names of the real roster's units of the role, in its order.
func rosterNames(t *testing.T, role string) []string {
	t.Helper()
	roster, err := os.ReadFile("../programme/data/units-1100.csv")
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(bytes.NewReader(roster)).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var names []string
	for _, row := range rows[1:] {
		if row[4] == role {
			names = append(names, row[2])
		}
	}
	return names
}

// printers returns the printers of both languages; reading the texts takes long under the race detector.
func printers(t *testing.T) map[string]locales.Printer {
	t.Helper()
	catalogue, err := locales.New(locales.OnMissing(func(lang, key string) {
		t.Errorf("%s %s: missing text or argument", lang, key)
	}))
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]locales.Printer{}
	for _, lang := range locales.Languages() {
		all[lang] = catalogue.Printer(lang)
	}
	return all
}

func chartHead() ChartHead {
	return ChartHead{Year: 2027, AsOf: twinning.NewDate(2027, 9, 30)}
}

// agencies is the progress of so many units to their households, worst first; their real names come first.
func agencies(t *testing.T, count int) ProgressChart {
	t.Helper()
	names := slices.Concat([]string{"Ban Quản lý các Khu kinh tế và Khu công nghiệp tỉnh"},
		rosterNames(t, "sponsor_agency"), rosterNames(t, "recipient_commune"))
	g := ProgressChart{ChartHead: chartHead(), Measure: twinning.Households, Months: 9}
	for i := range count {
		target := int64(8 + i*7%50)
		b := ProgressBar{Name: names[i], Target: target, Confirmed: target * int64(i) / int64(count)}
		switch i % 7 {
		case 2:
			b.Unconfirmed = 5
		case 4:
			b.Target, b.TargetUnknown = 0, true
		}
		g.Bars = append(g.Bars, b)
	}
	return g
}

func lowlandMoney(t *testing.T) ProgressChart {
	t.Helper()
	g := ProgressChart{ChartHead: chartHead(), Measure: twinning.Amount, Months: 9}
	g.Demo = true
	for i, name := range rosterNames(t, "sponsor_lowland") {
		g.Bars = append(g.Bars, ProgressBar{
			Name: name, Target: 200_000_000, Confirmed: []int64{
				0, 40_000, 12_500_000, 120_000_000, 199_999_999, 200_000_000, 260_000_000, 1_000_000_000, 90_000_000,
			}[i%9], Unconfirmed: int64(i%3) * 15_500_000,
		})
	}
	return g
}

func needsByDistrict(t *testing.T) FilingsChart {
	t.Helper()
	from := twinning.NewDate(2027, 1, 15)
	g := FilingsChart{
		ChartHead: ChartHead{Year: 2027, AsOf: twinning.NewDate(2027, 3, 9), Demo: true},
		Document:  "đăng ký nhu cầu giúp đỡ", Deadline: twinning.NewDate(2027, 2, 27), From: from,
		Whole: FilingsLine{Name: "Toàn tỉnh"},
	}
	for i, name := range rosterNames(t, "recipient_district") {
		line := FilingsLine{Name: name, Owe: 10 + i%4}
		for j := range line.Owe - i%3*2 {
			line.Filed = append(line.Filed, from.AddDays((12+j*j*(i+4))%52))
		}
		g.Whole.Owe += line.Owe
		g.Whole.Filed = append(g.Whole.Filed, line.Filed...)
		g.Districts = append(g.Districts, line)
	}
	return g
}

func yearOfActivities() ActivityChart {
	g := ActivityChart{ChartHead: chartHead(), WithUnconfirmed: true}
	for month := time.January; month <= time.September; month++ {
		for i, category := range append(twinning.Categories(), twinning.CategoryUnsure) {
			m := int64(month)
			g.Cells = append(g.Cells, ActivityCell{
				Month: month, Category: category,
				Amount: (m*37 + int64(i)*53) % 91 * 1_250_000, Activities: (m*5 + int64(i)*3) % 9,
			})
		}
	}
	return g
}

func districtYears(t *testing.T, years int) YearsChart {
	t.Helper()
	g := YearsChart{ChartHead: chartHead(), Measure: twinning.Amount, WithUnconfirmed: true}
	for i := range years {
		g.Years = append(g.Years, 2027-years+1+i)
	}
	for i, name := range rosterNames(t, "recipient_district") {
		group := YearsGroup{Name: name}
		for j := range years {
			v := YearsValue{Value: int64(200+i*173+j*90) * 1_300_000}
			if i == 1 && j == 0 {
				v = YearsValue{Unknown: true}
			}
			group.Values = append(group.Values, v)
		}
		g.Groups = append(g.Groups, group)
	}
	return g
}

// sampleCharts are the charts that a province sees in a year, and the extremes, by the name of their picture.
func sampleCharts(t *testing.T) map[string]chart {
	t.Helper()
	all := map[string]chart{
		"filings": needsByDistrict(t), "activity": yearOfActivities(), "progress-money": lowlandMoney(t),
	}
	for _, n := range []int{1, 3, 8, 20, 51} {
		all["progress-"+strconv.Itoa(n)] = agencies(t, n)
	}
	for years := fewestYears; years <= mostYears; years++ {
		all["years-"+strconv.Itoa(years)] = districtYears(t, years)
	}
	return all
}
