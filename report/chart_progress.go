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

// ProgressChart is how far units have come to their target of one measure. A bar's length is the part of the unit's own
// target that is reached, so that units of different size compare.
type ProgressChart struct {
	ChartHead
	Measure twinning.Measure
	// Kind is the kind of activity that the target counts, "" where it counts any.
	Kind twinning.Kind
	// Months are the whole months of the year that have gone; from 1 to 11 they are marked on every bar.
	Months int
	// Bars are drawn in this order, the first 20 of them.
	Bars []ProgressBar
}

// ProgressBar is one unit.
type ProgressBar struct {
	Name string
	// Confirmed is what counts; Unconfirmed comes on top of it and waits for the counterpart.
	Confirmed, Unconfirmed int64
	// Target is the number to reach; 0 asks for nothing.
	Target int64
	// TargetUnknown says that there is no target yet because nobody stated the unit's number of posts.
	TargetUnknown bool
}

// maxBars is how many units have a bar.
const maxBars = 20

// Sizes of a bar's row, in pixels: its text stands above the bar.
const (
	lowestRow  = 46
	highestRow = 112
	// wrapRow is the row from which on a long name may take two lines.
	wrapRow    = 104
	highestBar = 34
)

// DrawProgress writes the chart as a PNG, or returns ErrEmptyChart where it has no bar.
func DrawProgress(w io.Writer, p locales.Printer, g ProgressChart) error {
	if err := draw(w, p, g); err != nil {
		return fmt.Errorf("progress chart %d: %w", g.Year, err)
	}
	return nil
}

// Data returns what the chart shows: for each unit with a bar the confirmed and unconfirmed number and the target.
func (g ProgressChart) Data() ChartData {
	data := ChartData{Left: len(g.Bars) - len(g.shown())}
	for _, b := range g.shown() {
		data.Points = append(data.Points,
			ChartPoint{Label: b.Name, Series: "confirmed", Value: b.Confirmed},
			ChartPoint{Label: b.Name, Series: "unconfirmed", Value: b.Unconfirmed},
			ChartPoint{Label: b.Name, Series: "target", Value: b.Target, Unknown: b.TargetUnknown},
		)
	}
	return data
}

func (g ProgressChart) shown() []ProgressBar { return g.Bars[:min(len(g.Bars), maxBars)] }

func (g ProgressChart) check() error {
	if err := g.ChartHead.check(); err != nil {
		return err
	}
	if len(g.Bars) == 0 {
		return emptyChart("units")
	}
	for _, b := range g.Bars {
		for _, n := range []int64{b.Confirmed, b.Unconfirmed, b.Target} {
			if err := checkValue("bars", n); err != nil {
				return err
			}
		}
	}
	return nil
}

// percent returns how much of the target is reached; ok is false where there is none.
func (b ProgressBar) percent(n int64) (percent float64, ok bool) {
	if b.TargetUnknown || b.Target == 0 {
		return 0, false
	}
	return float64(n) * 100 / float64(b.Target), true
}

// progressScale lays percents of the target along the width; what is over top is cut.
type progressScale struct{ top float64 }

func (g ProgressChart) scale() progressScale {
	most := 0.0
	for _, b := range g.shown() {
		percent, _ := b.percent(b.Confirmed + b.Unconfirmed)
		most = max(most, percent)
	}
	for _, top := range []float64{100, 125, 150} {
		if most <= top {
			return progressScale{top}
		}
	}
	return progressScale{200}
}

func (s progressScale) x(percent float64) int {
	return chartMargin + int(min(percent, s.top)*(chartWidth-2*chartMargin)/s.top)
}

func (g ProgressChart) paint(c *canvas, p locales.Printer) int {
	what := chartGauge(p, twinning.Gauge{Measure: g.Measure, Kind: g.Kind})
	title := p.Text("report.chart.progress.title", map[string]any{"What": what, "Year": strconv.Itoa(g.Year)})
	y := c.legend(c.head(p, g.ChartHead, title), g.keys(c, p))
	bars, scale := g.shown(), g.scale()
	left := len(g.Bars) - len(bars)
	foot := noteInk.line() + chartMargin
	if left > 0 {
		foot += noteInk.line()
	}
	height := max(lowestRow, min(highestRow, (chartHeight-y-foot)/len(bars)))
	row := progressRow{scale: scale, lines: 1, bar: barHeight(height)}
	if height >= wrapRow && g.anyLong(c, p) {
		row.lines, row.bar = 2, barHeight(height-labelInk.line())
	}
	for _, b := range bars {
		row.area = rect{chartMargin, y, c.right(), y + height}
		g.paintBar(c, p, b, row)
		y += height
	}
	for percent := 0.0; percent <= scale.top; percent += 50 {
		text := p.Text("report.chart.percent", map[string]any{"Value": p.Number(int64(percent))})
		switch percent {
		case 0:
			c.write(chartMargin, y, text, noteInk)
		case scale.top:
			c.writeRight(c.right(), y, text, noteInk)
		default:
			c.writeCentre(scale.x(percent), y, text, noteInk)
		}
	}
	y += noteInk.line()
	if left > 0 {
		y = c.note(y, p.Text("report.chart.left_units", map[string]any{"Count": left}))
	}
	return y + chartMargin/2
}

// anyLong says whether a name needs a second line.
func (g ProgressChart) anyLong(c *canvas, p locales.Printer) bool {
	return slices.ContainsFunc(g.shown(), func(b ProgressBar) bool {
		return c.width(chartText(b.Name), labelInk) > c.nameRoom(g.label(p, b, g.scale()))
	})
}

// nameRoom is the width that a bar's numbers leave for its name.
func (c *canvas) nameRoom(value string) int { return c.inner() - c.width(value, labelInk) - 24 }

// keys are the entries of the legend: only what the bars really have.
func (g ProgressChart) keys(c *canvas, p locales.Printer) []legendKey {
	keys := []legendKey{{
		func(r rect) { c.area(r, confirmedFill()) }, p.Text("report.chart.confirmed", nil), 0,
	}}
	if slices.ContainsFunc(g.shown(), func(b ProgressBar) bool { return b.Unconfirmed > 0 }) {
		keys = append(keys, legendKey{
			func(r rect) { c.area(r, unconfirmedFill()) }, p.Text("report.chart.unconfirmed_plus", nil), 0,
		})
	}
	if g.marksMonths() {
		keys = append(keys, legendKey{
			func(r rect) { c.box(r, black) },
			p.Text("report.chart.months_gone", map[string]any{"Months": g.Months}), 4,
		})
	}
	if g.scale().top > 100 {
		keys = append(keys, legendKey{
			func(r rect) { c.box(r, vermilion) }, p.Text("report.chart.target", nil), 5,
		})
	}
	return keys
}

func (g ProgressChart) marksMonths() bool { return g.Months > 0 && g.Months < 12 }

func confirmedFill() areaFill   { return areaFill{blue, patternPlain} }
func unconfirmedFill() areaFill { return areaFill{sky, patternSlashed} }

// progressRow is where a bar and its text go.
type progressRow struct {
	area  rect
	scale progressScale
	// lines are how many a name may take, bar is the height of the bar below them.
	lines, bar int
}

// paintBar writes name and numbers, and the bar below them.
func (g ProgressChart) paintBar(c *canvas, p locales.Printer, b ProgressBar, row progressRow) {
	k := labelInk
	value := g.label(p, b, row.scale)
	names := c.wrapped(b.Name, c.nameRoom(value), row.lines, k)
	y := row.area.y1 + row.lines*k.line()
	for i, line := range names {
		c.write(row.area.x1, y-(len(names)-i)*k.line(), line, k)
	}
	c.writeRight(row.area.x2, y-k.line(), value, k)
	area := rect{row.area.x1, y + 1, row.area.x2, y + 1 + row.bar}
	percent, ok := b.percent(b.Confirmed)
	if !ok {
		if b.TargetUnknown {
			c.outline(rect{area.x1, area.y1, row.scale.x(100), area.y2}, dimmed)
		}
		return
	}
	g.paintParts(c, progressRow{area: area, scale: row.scale}, percent, b)
}

// barHeight is what the row leaves below its text, less a gap to the next row.
func barHeight(row int) int { return max(9, min(highestBar, row-labelInk.line()-row/5)) }

// paintParts draws the track up to the target, the confirmed and the unconfirmed part, and the marks.
func (g ProgressChart) paintParts(c *canvas, row progressRow, percent float64, b ProgressBar) {
	at := func(from, to float64) rect { return rect{row.scale.x(from), row.area.y1, row.scale.x(to), row.area.y2} }
	all, _ := b.percent(b.Confirmed + b.Unconfirmed)
	c.box(at(0, 100), track)
	c.area(at(0, percent), confirmedFill())
	c.area(at(percent, all), unconfirmedFill())
	if row.scale.top > 100 {
		x := row.scale.x(100)
		c.box(rect{x - 2, row.area.y1, x + 3, row.area.y2 + 4}, vermilion)
	}
	if all > row.scale.top { // the end of the bar is torn off
		for _, x := range []int{row.area.x2 - 40, row.area.x2 - 28} {
			c.stroke([]charts.Point{{X: x, Y: row.area.y2}, {X: x + 8, Y: row.area.y1}}, white, 5)
		}
	}
	if g.marksMonths() {
		x := row.scale.x(float64(g.Months) * 100 / 12)
		c.box(rect{x - 3, row.area.y1, x + 4, row.area.y2 + 4}, white)
		c.box(rect{x - 1, row.area.y1, x + 2, row.area.y2 + 4}, black)
	}
}

// label is what is written at the bar: "45/60 hộ (+5)".
func (g ProgressChart) label(p locales.Printer, b ProgressBar, scale progressScale) string {
	text, of := chartProgress(p, g.Measure, b.Confirmed, b.Target), b.Target
	if b.TargetUnknown {
		text, of = chartQuantity(p, g.Measure, b.Confirmed), b.Confirmed
	}
	if b.Unconfirmed > 0 {
		unit := int64(1)
		if g.Measure == twinning.Amount {
			unit, _ = moneyUnit(of)
		}
		text += " (+" + inUnits(p, b.Unconfirmed, unit, decimals(unit)) + ")"
	}
	if b.TargetUnknown {
		text += " · " + p.Text("report.chart.target_unknown", nil)
	}
	if all, _ := b.percent(b.Confirmed + b.Unconfirmed); all > scale.top { // the bar is cut
		percent, _ := b.percent(b.Confirmed)
		text += " · " + p.Text("report.chart.percent", map[string]any{"Value": p.Number(int64(percent))})
	}
	return text
}
