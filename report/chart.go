package report

import (
	"errors"
	"fmt"
	"io"

	"ketnghia/locales"
	"ketnghia/twinning"
)

// ErrEmptyChart says that there is nothing to draw; whoever asked says so in words instead of sending a picture.
var ErrEmptyChart = errors.New("nothing to draw")

// ChartHead is what every chart says above its picture.
type ChartHead struct {
	Year int
	// AsOf is the last day whose figures are counted.
	AsOf twinning.Date
	// Scope is the name of the unit, pairing or district that the chart is about, "" for the whole province.
	Scope string
	// Demo says that pairings or figures are made up; it is said in every picture.
	Demo bool
}

// ChartData is what a chart shows: the numbers behind its bars and lines, in the order in which they are drawn.
type ChartData struct {
	Points []ChartPoint
	// Left is how many units or groups have no bar or line of their own.
	Left int
}

// ChartPoint is one number of a chart.
type ChartPoint struct {
	// Label is the full name of what the number is about: a unit, a group, a month ("2027-02") or a day ("2027-02-27").
	Label string
	// Series says which of its numbers it is: "confirmed", "unconfirmed" or "target"; a line's name; "amount" or
	// "activities" with the category ("amount 4"); a year ("2027").
	Series string
	Value  int64
	// Unknown says that nobody has stated the number, which is drawn in words and not as 0.
	Unknown bool
}

// maxChartValue is the largest number that a chart takes, a million tỷ đồng: sums and axes of such numbers stay far
// below the limits of int64.
const maxChartValue = 1_000_000_000_000_000

// chart is a picture in the making.
type chart interface {
	// check returns ErrEmptyChart where there is nothing to draw, or an InvalidError.
	check() error
	// paint draws the chart and returns where it ends, in pixels from the top; that never depends on the canvas.
	paint(c *canvas, p locales.Printer) int
}

// draw writes the chart as a PNG. It is painted twice: on a canvas of one line, which costs next to nothing, to learn
// how high it becomes, and then for good.
func draw(w io.Writer, p locales.Printer, g chart) error {
	if err := g.check(); err != nil {
		return err
	}
	c := newCanvas(g.paint(newCanvas(1), p))
	g.paint(c, p)
	return c.encode(w)
}

func (h ChartHead) check() error {
	switch {
	case h.Year < 1:
		return &twinning.InvalidError{Field: "year", Rule: "required"}
	case h.AsOf.IsZero():
		return &twinning.InvalidError{Field: "as_of", Rule: "required"}
	}
	return nil
}

// checkValue says whether a chart takes the number.
func checkValue(field string, value int64) error {
	switch {
	case value < 0:
		return &twinning.InvalidError{Field: field, Rule: "negative"}
	case value > maxChartValue:
		return &twinning.InvalidError{Field: field, Rule: "too_large"}
	}
	return nil
}

func emptyChart(what string) error { return fmt.Errorf("no %s: %w", what, ErrEmptyChart) }

// head writes title, scope with date, and the mark of demo data, and returns where the picture begins.
func (c *canvas) head(p locales.Printer, h ChartHead, title string) int {
	y := chartMargin - 8
	for _, line := range c.wrapped(title, c.inner(), 2, titleInk) {
		c.write(chartMargin, y, line, titleInk)
		y += titleInk.line()
	}
	scope := h.Scope
	if scope == "" {
		scope = p.Text("report.chart.whole", nil)
	}
	asOf := p.Text("report.chart.as_of", map[string]any{"Date": p.Date(h.AsOf.Parts())})
	y += 4
	room := c.inner() - c.width(" · "+asOf, subtitleInk)
	c.write(chartMargin, y, c.shortened(scope, room, subtitleInk)+" · "+asOf, subtitleInk)
	y += subtitleInk.line()
	if h.Demo {
		text := c.shortened(p.Text("report.chart.demo", nil), c.inner()-2*badgePadding, demoInk)
		width := c.width(text, demoInk) + 2*badgePadding
		c.box(rect{chartMargin, y + 6, chartMargin + width, y + 10 + demoInk.line()}, vermilion)
		c.write(chartMargin+badgePadding, y+8, text, demoInk)
		y += demoInk.line() + 14
	}
	return y + 16
}

// note writes a line below the picture and returns where the next one begins.
func (c *canvas) note(y int, text string) int {
	for _, line := range c.wrapped(text, c.inner(), 2, noteInk) {
		c.write(chartMargin, y, line, noteInk)
		y += noteInk.line()
	}
	return y
}
