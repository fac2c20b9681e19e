package report

import (
	"bytes"
	"errors"
	"image"
	"image/color"
	"image/png"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"github.com/go-analyze/charts"

	"ketnghia/locales"
	"ketnghia/twinning"
)

// forEachChart runs the test with every sample and extreme in both languages, or with those of these names.
func forEachChart(t *testing.T, only []string, test func(t *testing.T, name string, g chart, p locales.Printer)) {
	t.Helper()
	all, speak := sampleCharts(t), printers(t)
	maps.Copy(all, extremeCharts(t))
	ran := 0
	for name, g := range all {
		for lang, p := range speak {
			name := name + "-" + lang
			if only != nil && !slices.Contains(only, name) {
				continue
			}
			ran++
			t.Run(name, func(t *testing.T) {
				t.Parallel()
				test(t, name, g, p)
			})
		}
	}
	if only != nil && ran != len(only) {
		t.Errorf("%d charts of %q", ran, only)
	}
}

func drawn(t *testing.T, p locales.Printer, g chart) []byte {
	t.Helper()
	var picture bytes.Buffer
	if err := draw(&picture, p, g); err != nil {
		t.Fatal(err)
	}
	return picture.Bytes()
}

func decoded(t *testing.T, data []byte) *image.RGBA {
	t.Helper()
	picture, err := png.Decode(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	opaque, ok := picture.(*image.RGBA)
	if !ok {
		t.Fatalf("a picture of type %T, want colours without transparency", picture)
	}
	return opaque
}

// pictured are the charts whose pixels are tested: those of the others differ in their numbers alone, and pictures
// take long under the race detector. All are drawn when they are to be looked at.
func pictured() []string {
	if os.Getenv("KETNGHIA_KEEP") != "" {
		return nil
	}
	return []string{"activity-vi", "filings-vi", "progress-money-vi", "years-2-vi", "progress-1-en"}
}

func TestChartIsAPictureForAPhone(t *testing.T) {
	t.Parallel()
	forEachChart(t, pictured(), func(t *testing.T, name string, g chart, p locales.Printer) {
		t.Helper()
		data := drawn(t, p, g)
		keep(t, "chart-"+name+".png", data)
		picture := decoded(t, data)
		size := picture.Bounds().Size()
		if want := image.Pt(1080, g.paint(newCanvas(1), p)); size != want {
			t.Errorf("%v pixels, want %v", size, want)
		}
		inked := 0
		for y := 0; y < size.Y; y += 3 {
			for x := 0; x < size.X; x += 3 {
				if picture.RGBAAt(x, y) == (color.RGBA{0xFF, 0xFF, 0xFF, 0xFF}) {
					continue
				}
				inked++
				if x < 10 || x >= size.X-10 || y < 10 || y >= size.Y-10 {
					t.Fatalf("something is drawn at %d,%d, at the very edge", x, y)
				}
			}
		}
		if share := inked * 900 / (size.X * size.Y); share < 3 || share > 70 {
			t.Errorf("%d%% of the picture is drawn on", share)
		}
		if name == "filings-vi" && !bytes.Equal(data, drawn(t, p, g)) {
			t.Error("drawn again, the picture is another one")
		}
	})
}

func TestChartTextsFit(t *testing.T) {
	t.Parallel()
	forEachChart(t, nil, func(t *testing.T, _ string, g chart, p locales.Printer) {
		t.Helper()
		c := newCanvas(1)
		height := g.paint(c, p)
		if height < 320 || height > chartHeight {
			t.Errorf("%d pixels high, want 320 to %d", height, chartHeight)
		}
		for i, a := range c.texts {
			if a.area.x1 < chartMargin/4 || a.area.x2 > chartWidth-chartMargin/4 || a.area.y1 < 0 || a.area.y2 > height {
				t.Errorf("%q is clipped: %v", a.text, a.area)
			}
			for _, b := range c.texts[i+1:] {
				if a.area.x1 < b.area.x2 && b.area.x1 < a.area.x2 && a.area.y1 < b.area.y2 && b.area.y1 < a.area.y2 {
					t.Errorf("%q %v and %q %v cover each other", a.text, a.area, b.text, b.area)
				}
			}
		}
	})
}

// TestChartTexts holds what stands in the pictures, from top to bottom, as a reader finds it.
func TestChartTexts(t *testing.T) {
	t.Parallel()
	for lang, p := range printers(t) {
		t.Run(lang, func(t *testing.T) {
			t.Parallel()
			var all strings.Builder
			samples := sampleCharts(t)
			for _, name := range slices.Sorted(maps.Keys(samples)) {
				all.WriteString("== " + name + "\n")
				c := newCanvas(1)
				samples[name].paint(c, p)
				for _, text := range c.texts {
					all.WriteString(text.text + "\n")
				}
			}
			checkGolden(t, "charts-"+lang+".golden", all.String())
		})
	}
}

func TestChartFontsHaveEveryLetter(t *testing.T) {
	t.Parallel()
	letters := "aàáảãạăằắẳẵặâầấẩẫậeèéẻẽẹêềếểễệiìíỉĩịoòóỏõọôồốổỗộơờớởỡợuùúủũụưừứửữựyỳýỷỹỵđ" +
		"bcdfghjklmnpqrstvwxz0123456789.,:;!?()/%+-–—*·…<>'\"’“”"
	for _, family := range []string{charts.FontFamilyNotoSans, charts.FontFamilyNotoSansBold} {
		font := charts.GetFont(family)
		for _, letter := range letters + strings.ToUpper(letters) {
			if font.Index(letter) == 0 {
				t.Errorf("%s has no %q", family, letter)
			}
		}
	}
}

func TestEmptyChart(t *testing.T) {
	t.Parallel()
	head, p := chartHead(), printers(t)["vi"]
	for name, g := range map[string]chart{
		"no bars":       ProgressChart{ChartHead: head, Measure: twinning.Models},
		"nobody owes":   FilingsChart{ChartHead: head, Deadline: head.AsOf, From: head.AsOf, Districts: []FilingsLine{{Name: "x"}}},
		"no activities": ActivityChart{ChartHead: head, Cells: []ActivityCell{{Month: 3, Category: 1}}},
		"no numbers": YearsChart{
			ChartHead: head, Years: []int{2026, 2027},
			Groups: []YearsGroup{{Name: "x", Values: []YearsValue{{Unknown: true}, {Unknown: true}}}},
		},
		"no groups": YearsChart{ChartHead: head, Years: []int{2026, 2027}},
	} {
		var picture bytes.Buffer
		if err := draw(&picture, p, g); !errors.Is(err, ErrEmptyChart) || picture.Len() > 0 {
			t.Errorf("%s: error %v and %d bytes, want ErrEmptyChart and none", name, err, picture.Len())
		}
	}
}

func TestChartRefusesWhatItCannotDraw(t *testing.T) {
	t.Parallel()
	head, p := chartHead(), printers(t)["vi"]
	progress := func(b ProgressBar) chart { return ProgressChart{ChartHead: head, Bars: []ProgressBar{b}} }
	activity := func(cell ActivityCell) chart { return ActivityChart{ChartHead: head, Cells: []ActivityCell{cell}} }
	years := func(values ...YearsValue) chart {
		return YearsChart{ChartHead: head, Years: []int{2026, 2027}, Groups: []YearsGroup{{Values: values}}}
	}
	line := FilingsLine{Owe: 1, Filed: []twinning.Date{head.AsOf, head.AsOf}}
	tests := []struct {
		g    chart
		want twinning.InvalidError
	}{
		{ProgressChart{ChartHead: ChartHead{AsOf: head.AsOf}}, twinning.InvalidError{Field: "year", Rule: "required"}},
		{ProgressChart{ChartHead: ChartHead{Year: 2027}}, twinning.InvalidError{Field: "as_of", Rule: "required"}},
		{progress(ProgressBar{Confirmed: -1}), twinning.InvalidError{Field: "bars", Rule: "negative"}},
		{progress(ProgressBar{Target: maxChartValue + 1}), twinning.InvalidError{Field: "bars", Rule: "too_large"}},
		{activity(ActivityCell{Month: 13}), twinning.InvalidError{Field: "month", Rule: "range"}},
		{activity(ActivityCell{Month: 1, Category: 5}), twinning.InvalidError{Field: "category", Rule: "range"}},
		{activity(ActivityCell{Month: 1, Amount: -1}), twinning.InvalidError{Field: "cells", Rule: "negative"}},
		{activity(ActivityCell{Month: 1, Activities: maxChartValue + 1}), twinning.InvalidError{Field: "cells", Rule: "too_large"}},
		{years(YearsValue{}), twinning.InvalidError{Field: "groups", Rule: "count"}},
		{years(YearsValue{}, YearsValue{Value: -1}), twinning.InvalidError{Field: "groups", Rule: "negative"}},
		{YearsChart{ChartHead: head, Years: []int{2027}}, twinning.InvalidError{Field: "years", Rule: "count"}},
		{YearsChart{ChartHead: head, Years: []int{2027, 2026}}, twinning.InvalidError{Field: "years", Rule: "order"}},
		{FilingsChart{ChartHead: head, From: head.AsOf}, twinning.InvalidError{Field: "deadline", Rule: "required"}},
		{FilingsChart{ChartHead: head, Deadline: head.AsOf}, twinning.InvalidError{Field: "from", Rule: "required"}},
		{
			FilingsChart{ChartHead: head, Deadline: head.AsOf, From: head.AsOf + 1},
			twinning.InvalidError{Field: "from", Rule: "after_as_of"},
		},
		{
			FilingsChart{ChartHead: head, Deadline: head.AsOf, From: head.AsOf, Whole: line},
			twinning.InvalidError{Field: "filed", Rule: "too_many"},
		},
	}
	for _, test := range tests {
		var got *twinning.InvalidError
		err := draw(&bytes.Buffer{}, p, test.g)
		if !errors.As(err, &got) || *got != test.want {
			t.Errorf("error %v, want %v", err, &test.want)
		}
	}
}
