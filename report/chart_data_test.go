package report

import (
	"image"
	"image/color"
	"testing"
	"time"

	"github.com/go-analyze/charts"
	"github.com/google/go-cmp/cmp"

	"ketnghia/twinning"
)

func TestProgressData(t *testing.T) {
	t.Parallel()
	g := agencies(t, 51)
	data := g.Data()
	if len(data.Points) != 3*20 || data.Left != 31 {
		t.Errorf("%d points and %d left, want 60 and 31", len(data.Points), data.Left)
	}
	want := []ChartPoint{
		{Label: "Sở Công Thương", Series: "confirmed", Value: 2},
		{Label: "Sở Công Thương", Series: "unconfirmed"},
		{Label: "Sở Công Thương", Series: "target", Unknown: true},
	}
	if diff := cmp.Diff(want, data.Points[12:15]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestFilingsData(t *testing.T) {
	t.Parallel()
	day := func(d int) twinning.Date { return twinning.NewDate(2027, time.February, d) }
	g := FilingsChart{
		ChartHead: ChartHead{Year: 2027, AsOf: day(20)}, Deadline: day(27), From: day(1),
		Whole: FilingsLine{Name: "Toàn tỉnh", Owe: 4, Filed: []twinning.Date{day(20), day(9), day(9)}},
		Districts: []FilingsLine{
			{Name: "A", Owe: 3, Filed: []twinning.Date{day(1) - 30, day(21)}},
			{Name: "owes nothing"},
			{Name: "B", Owe: 1},
		},
	}
	want := ChartData{Points: []ChartPoint{
		{Label: "2027-02-01", Series: "Toàn tỉnh", Value: 0},
		{Label: "2027-02-09", Series: "Toàn tỉnh", Value: 2},
		{Label: "2027-02-20", Series: "Toàn tỉnh", Value: 3},
		{Label: "2027-02-01", Series: "A", Value: 1},
		{Label: "2027-02-01", Series: "B", Value: 0},
	}}
	if diff := cmp.Diff(want, g.Data()); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

func TestActivityData(t *testing.T) {
	t.Parallel()
	g := ActivityChart{
		ChartHead: ChartHead{Year: 2027, AsOf: twinning.NewDate(2027, time.February, 3)},
		Cells: []ActivityCell{
			{Month: time.January, Category: twinning.CategoryWelfare, Amount: 5, Activities: 1},
			{Month: time.January, Category: twinning.CategoryWelfare, Amount: 7, Activities: 2},
			{Month: time.February, Category: twinning.CategoryEconomy, Amount: 9},
		},
	}
	got := map[string]int64{}
	for _, point := range g.Data().Points {
		got[point.Label+" "+point.Series] += point.Value
	}
	want := map[string]int64{
		"2027-01 amount 1": 0, "2027-01 amount 2": 0, "2027-01 amount 3": 0, "2027-01 amount 4": 12,
		"2027-02 amount 1": 9, "2027-02 amount 2": 0, "2027-02 amount 3": 0, "2027-02 amount 4": 0,
		"2027-01 activities 1": 0, "2027-01 activities 2": 0, "2027-01 activities 3": 0, "2027-01 activities 4": 3,
		"2027-02 activities 1": 0, "2027-02 activities 2": 0, "2027-02 activities 3": 0, "2027-02 activities 4": 0,
	}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	g.Cells = append(g.Cells, ActivityCell{Month: time.January, Category: twinning.CategoryUnsure, Activities: 1})
	if n := len(g.Data().Points); n != 20 {
		t.Errorf("%d points with an unsure category, want 20", n)
	}
}

func TestYearsData(t *testing.T) {
	t.Parallel()
	for years, groups := range map[int]int{2: 6, 3: 6, 4: 4, 5: 4, 6: 3} {
		data := districtYears(t, years).Data()
		if len(data.Points) != years*groups || data.Left != 6-groups {
			t.Errorf("%d years: %d points and %d groups left, want %d groups", years, len(data.Points), data.Left, groups)
		}
	}
	want := []ChartPoint{
		{Label: "Huyện Đông Giang", Series: "2026", Unknown: true},
		{Label: "Huyện Đông Giang", Series: "2027", Value: 463 * 1_300_000},
	}
	if diff := cmp.Diff(want, districtYears(t, 2).Data().Points[2:4]); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
}

// longestRun returns the length of the longest row of pixels of the colour. The edges of letters hold runs of 1 or 2.
func longestRun(picture *image.RGBA, want charts.Color) int {
	longest, size := 0, picture.Bounds().Size()
	for y := range size.Y {
		run := 0
		for x := range size.X {
			if picture.RGBAAt(x, y) != (color.RGBA{want.R, want.G, want.B, 0xFF}) {
				run = 0
				continue
			}
			run++
			longest = max(longest, run)
		}
	}
	return longest
}

// TestBarsAreAsLongAsTheirNumbers measures bars in the picture: a bar must not look longer or shorter than it is.
func TestBarsAreAsLongAsTheirNumbers(t *testing.T) {
	t.Parallel()
	progress := func(b ProgressBar) chart {
		b.Name = "Sở Y tế"
		return ProgressChart{ChartHead: chartHead(), Measure: twinning.Households, Bars: []ProgressBar{b}}
	}
	years := func(older, newer int64) chart {
		return YearsChart{
			ChartHead: ChartHead{Year: 2026, AsOf: chartHead().AsOf}, Measure: twinning.Models, Years: []int{2025, 2026},
			Groups: []YearsGroup{{Name: "Sở Y tế", Values: []YearsValue{{Value: older}, {Value: newer}}}},
		}
	}
	tests := []struct {
		name     string
		g        chart
		colour   charts.Color
		from, to int
	}{
		{"half", progress(ProgressBar{Confirmed: 30, Target: 60}), blue, 498, 502},
		{"nearly", progress(ProgressBar{Confirmed: 59, Target: 60}), blue, 981, 985},
		{"reached", progress(ProgressBar{Confirmed: 60, Target: 60}), blue, 998, 1002},
		{"nothing, but for the legend's sign", progress(ProgressBar{Target: 60}), blue, signWidth - 2, signWidth + 2},
		{"missing", progress(ProgressBar{Confirmed: 15, Target: 60}), track, 748, 752},
		{"no target, no track", progress(ProgressBar{Confirmed: 15, TargetUnknown: true}), track, 0, 3},
		{"over the target", progress(ProgressBar{Confirmed: 72, Target: 60}), blue, 798, 802},
		{"older year", years(40, 80), yearColours()[1], 345, 400},
		{"newer year", years(40, 80), yearColours()[0], 690, 800},
	}
	p := printers(t)["vi"]
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			got := longestRun(decoded(t, drawn(t, p, test.g)), test.colour)
			if got < test.from || got > test.to {
				t.Errorf("the bar is %d pixels long, want %d to %d", got, test.from, test.to)
			}
		})
	}
}
