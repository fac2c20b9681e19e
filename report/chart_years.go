package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"

	"github.com/go-analyze/charts"

	"ketnghia/locales"
	"ketnghia/twinning"
)

// YearsChart compares one measure of some groups over two to six years.
type YearsChart struct {
	// ChartHead's Year is the last one that is compared; it is marked as unfinished while AsOf is before its end.
	ChartHead
	Measure twinning.Measure
	// Kind is the kind of activity that is counted, "" for any.
	Kind twinning.Kind
	// WithUnconfirmed says that the numbers include what the counterpart has not confirmed.
	WithUnconfirmed bool
	// Years are two to six, the oldest first.
	Years []int
	// Groups are drawn in this order, as many of them as have room: seven for two years, three for six.
	Groups []YearsGroup
}

// YearsGroup is a district, a class of units or a unit.
type YearsGroup struct {
	Name string
	// Values are as many as the years.
	Values []YearsValue
}

// YearsValue is a group's number of one year; Unknown says that there is no record of that year.
type YearsValue struct {
	Value   int64
	Unknown bool
}

const (
	fewestYears = 2
	mostYears   = 6
)

// Sizes in pixels: the row of a year, the line of a group's name with the gap before it, and what all groups share.
const (
	yearRow   = 36
	groupHead = 49
	yearsRoom = 950
)

// DrawYears writes the chart as a PNG, or returns ErrEmptyChart where no number is known.
func DrawYears(w io.Writer, p locales.Printer, g YearsChart) error {
	if err := draw(w, p, g); err != nil {
		return fmt.Errorf("years chart %d: %w", g.Year, err)
	}
	return nil
}

// Data returns what the chart shows: for each group with bars the number of each year.
func (g YearsChart) Data() ChartData {
	data := ChartData{Left: len(g.Groups) - len(g.shown())}
	for _, group := range g.shown() {
		for i, v := range group.Values {
			data.Points = append(data.Points, ChartPoint{
				Label: group.Name, Series: strconv.Itoa(g.Years[i]), Value: v.Value, Unknown: v.Unknown,
			})
		}
	}
	return data
}

func (g YearsChart) shown() []YearsGroup {
	room := yearsRoom / (groupHead + yearRow*max(1, len(g.Years)))
	return g.Groups[:min(len(g.Groups), room)]
}

func (g YearsChart) check() error {
	if err := g.ChartHead.check(); err != nil {
		return err
	}
	if len(g.Years) < fewestYears || len(g.Years) > mostYears {
		return &twinning.InvalidError{Field: "years", Rule: "count"}
	}
	for i := 1; i < len(g.Years); i++ {
		if g.Years[i] <= g.Years[i-1] {
			return &twinning.InvalidError{Field: "years", Rule: "order"}
		}
	}
	known := false
	for _, group := range g.Groups {
		if len(group.Values) != len(g.Years) {
			return &twinning.InvalidError{Field: "groups", Rule: "count"}
		}
		for _, v := range group.Values {
			if err := checkValue("groups", v.Value); err != nil {
				return err
			}
			known = known || !v.Unknown
		}
	}
	if !known {
		return emptyChart("numbers")
	}
	return nil
}

// unfinished says that the year is not over on the day of the figures.
func (g YearsChart) unfinished(year int) bool { return g.AsOf < twinning.NewDate(year, 12, 31) }

// yearLabel marks a year that is not over.
func (g YearsChart) yearLabel(year int) string {
	if g.unfinished(year) {
		return strconv.Itoa(year) + "*"
	}
	return strconv.Itoa(year)
}

func (g YearsChart) paint(c *canvas, p locales.Printer) int {
	last := len(g.Years) - 1
	y := c.head(p, g.ChartHead, p.Text("report.chart.years.title", map[string]any{
		"What": chartGauge(p, twinning.Gauge{Measure: g.Measure, Kind: g.Kind}), "FirstYear": g.Years[0], "LastYear": g.Years[last],
	}))
	bars := g.columns(c, p)
	for _, group := range g.shown() {
		y += groupHead - headingInk.line() - 4
		c.write(chartMargin, y, c.shortened(group.Name, c.inner(), headingInk), headingInk)
		y += headingInk.line() + 4
		for i, v := range group.Values {
			c.writeRight(bars.x1-14, y, g.yearLabel(g.Years[i]), labelInk)
			g.paintYear(c, p, yearBar{rect{bars.x1, y, bars.x2, y + yearRow}, v, last - i})
			y += yearRow
		}
		c.box(rect{bars.x1 - 2, y - yearRow*len(g.Years), bars.x1, y}, dimmed)
	}
	y += 20
	if left := len(g.Groups) - len(g.shown()); left > 0 {
		y = c.note(y, p.Text("report.chart.left_groups", map[string]any{"Count": left}))
	}
	var notes []string
	if year := g.Years[last]; g.unfinished(year) {
		notes = append(notes, p.Text("report.chart.unfinished", map[string]any{
			"Year": strconv.Itoa(year), "Date": p.Date(g.AsOf.Parts()),
		}))
	}
	if g.WithUnconfirmed {
		notes = append(notes, p.Text("report.chart.with_unconfirmed", nil))
	}
	return c.note(y, strings.Join(notes, " ")) + chartMargin/2
}

// columns returns where bars begin and how far the longest may go, so that its number still fits to its right.
func (g YearsChart) columns(c *canvas, p locales.Printer) rect {
	var years, values []string
	for _, year := range g.Years {
		years = append(years, g.yearLabel(year))
	}
	for _, group := range g.shown() {
		for _, v := range group.Values {
			if !v.Unknown {
				values = append(values, g.valueLabel(p, v))
			}
		}
	}
	return rect{
		x1: chartMargin + c.widest(years, labelInk) + 16, x2: c.right() - c.widest(values, labelInk) - 12,
	}
}

func (g YearsChart) valueLabel(p locales.Printer, v YearsValue) string {
	if v.Unknown {
		return p.Text("report.chart.unknown", nil)
	}
	return chartQuantity(p, g.Measure, v.Value)
}

// most is the largest number of the groups that are drawn, at least 1.
func (g YearsChart) most() int64 {
	most := int64(1)
	for _, group := range g.shown() {
		for _, v := range group.Values {
			if !v.Unknown {
				most = max(most, v.Value)
			}
		}
	}
	return most
}

// yearBar is one number with the room for its bar, and how many years it lies back.
type yearBar struct {
	room  rect
	value YearsValue
	back  int
}

// yearColours are those of this year, the last one and so on: the older, the paler, in grey too.
func yearColours() []charts.Color {
	return []charts.Color{
		blue,
		{R: 0x3F, G: 0x95, B: 0xC8, A: 0xFF},
		{R: 0x6F, G: 0xB1, B: 0xD8, A: 0xFF},
		{R: 0x96, G: 0xC7, B: 0xE3, A: 0xFF},
		{R: 0xB8, G: 0xD8, B: 0xEB, A: 0xFF},
		{R: 0xD3, G: 0xE6, B: 0xF2, A: 0xFF},
	}
}

func (g YearsChart) paintYear(c *canvas, p locales.Printer, b yearBar) {
	k, end := labelInk, b.room.x1
	if b.value.Unknown {
		k = noteInk
	} else {
		end += int(float64(b.room.x2-b.room.x1) * float64(b.value.Value) / float64(g.most()))
		c.box(rect{b.room.x1, b.room.y1 + 3, end, b.room.y2 - 3}, yearColours()[b.back])
	}
	c.write(end+10, b.room.y1, g.valueLabel(p, b.value), k)
}
