package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"

	"github.com/go-analyze/charts"

	"ketnghia/locales"
	"ketnghia/twinning"
)

// FilingsChart is how many of those who owe a document have filed it, day by day.
type FilingsChart struct {
	ChartHead
	// Document is the name of the obligation.
	Document string
	// Deadline is the last day in time.
	Deadline twinning.Date
	// From is the first day that is drawn; what was filed before it counts from the start.
	From twinning.Date
	// Whole is the line of all who owe, drawn by itself above the districts'; it is left out where it owes nothing.
	Whole FilingsLine
	// Districts are drawn in this order, the first six of those that owe something.
	Districts []FilingsLine
}

// FilingsLine is a district or the whole province.
type FilingsLine struct {
	Name string
	// Owe is how many documents are owed; Filed are the days on which each of them came, in any order.
	Owe   int
	Filed []twinning.Date
}

// daysAround are drawn before and after the deadline at least, so that it stands inside the plot.
const daysAround = 3

// maxDistricts is how many lines people can follow in one plot.
const maxDistricts = 6

// DrawFilings writes the chart as a PNG, or returns ErrEmptyChart where nobody owes the document.
func DrawFilings(w io.Writer, p locales.Printer, g FilingsChart) error {
	if err := draw(w, p, g); err != nil {
		return fmt.Errorf("filings chart %d: %w", g.Year, err)
	}
	return nil
}

// Data returns what the chart shows: for each line how many had been filed at the end of each day on which that number
// is new, from the first day that is drawn to that of the figures.
func (g FilingsChart) Data() ChartData {
	shown, left := g.shown()
	data := ChartData{Left: left}
	if g.Whole.Owe > 0 {
		shown = slices.Insert(shown, 0, g.Whole)
	}
	for _, line := range shown {
		for _, step := range g.steps(line) {
			data.Points = append(data.Points, ChartPoint{
				Label: step.day.String(), Series: line.Name, Value: int64(step.filed),
			})
		}
	}
	return data
}

// shown returns the districts that have a line, and how many have none though they owe something.
func (g FilingsChart) shown() (districts []FilingsLine, left int) {
	for _, line := range g.Districts {
		switch {
		case line.Owe == 0:
		case len(districts) < maxDistricts:
			districts = append(districts, line)
		default:
			left++
		}
	}
	return districts, left
}

// filingsStep is a day with the number filed by its end.
type filingsStep struct {
	day   twinning.Date
	filed int
}

// steps are the days on which the number changes, after the first day that is drawn.
func (g FilingsChart) steps(line FilingsLine) []filingsStep {
	days := slices.Sorted(slices.Values(line.Filed))
	all := []filingsStep{{day: g.From}}
	for _, day := range days {
		last := &all[len(all)-1]
		switch {
		case day > g.AsOf:
		case day <= last.day:
			last.filed++
		default:
			all = append(all, filingsStep{day, last.filed + 1})
		}
	}
	return all
}

// filed is the number at the end of the line.
func (g FilingsChart) filed(line FilingsLine) int {
	all := g.steps(line)
	return all[len(all)-1].filed
}

func (g FilingsChart) check() error {
	if err := g.ChartHead.check(); err != nil {
		return err
	}
	switch {
	case g.Deadline.IsZero():
		return &twinning.InvalidError{Field: "deadline", Rule: "required"}
	case g.From.IsZero():
		return &twinning.InvalidError{Field: "from", Rule: "required"}
	case g.From > g.AsOf:
		return &twinning.InvalidError{Field: "from", Rule: "after_as_of"}
	}
	owe := 0
	for _, line := range append(slices.Clone(g.Districts), g.Whole) {
		if err := checkValue("owe", int64(line.Owe)); err != nil {
			return err
		}
		if len(line.Filed) > line.Owe {
			return &twinning.InvalidError{Field: "filed", Rule: "too_many"}
		}
		owe += line.Owe
	}
	if owe == 0 {
		return emptyChart("duties")
	}
	return nil
}

// lineStyle tells a line apart by colour, dashes and the mark at its end.
type lineStyle struct {
	colour charts.Color
	dashes []float64
	mark   endMark
}

// endMark is the shape of the mark at the end of a line.
type endMark int

const (
	markDot endMark = iota
	markSquare
	markDiamond
)

func wholeStyle() lineStyle { return lineStyle{blue, nil, markDot} }

func districtStyles() []lineStyle {
	return []lineStyle{
		{blue, nil, markDot},
		{vermilion, []float64{22, 8}, markSquare},
		{green, nil, markDiamond},
		{purple, []float64{8, 8}, markDot},
		{orange, nil, markSquare},
		{sky, []float64{22, 8, 6, 8}, markDiamond},
	}
}

func (g FilingsChart) paint(c *canvas, p locales.Printer) int {
	y := c.head(p, g.ChartHead, p.Text("report.chart.filings.title", map[string]any{
		"Document": capitalised(g.Document), "Year": strconv.Itoa(g.Year),
	}))
	districts, left := g.shown()
	plots := []filingsPlot{}
	if g.Whole.Owe > 0 {
		plots = append(plots, filingsPlot{lines: []FilingsLine{g.Whole}, styles: []lineStyle{wholeStyle()}, height: 300})
	}
	if len(districts) > 0 {
		plots = append(plots, filingsPlot{lines: districts, styles: districtStyles(), height: 430})
	}
	if len(plots) == 1 {
		plots[0].height = 640
	}
	c.write(chartMargin, y, p.Text("report.chart.filings.heading", nil), headingInk)
	y += headingInk.line() + 6
	times := timeAxis{
		from: min(g.From, g.Deadline.AddDays(-daysAround)), to: max(g.AsOf, g.Deadline).AddDays(daysAround),
		x1: g.plotLeft(c, p, plots), x2: g.plotRight(c, p, plots),
	}
	for _, plot := range plots {
		plot.times = times
		y = g.paintPlot(c, p, y, plot)
	}
	times.paint(c, y)
	y += noteInk.line() + 8
	if left > 0 {
		y = c.note(y, p.Text("report.chart.left_groups", map[string]any{"Count": left}))
	}
	return y + chartMargin/2
}
