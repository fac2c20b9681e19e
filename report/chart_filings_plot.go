package report

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/go-analyze/charts"

	"ketnghia/locales"
	"ketnghia/twinning"
)

// timeAxis lays days along the width.
type timeAxis struct {
	from, to twinning.Date
	x1, x2   int
}

func (t timeAxis) x(day twinning.Date) int {
	return t.x1 + int(float64(t.x2-t.x1)*float64(day.DaysSince(t.from))/float64(t.to.DaysSince(t.from)))
}

// days returns the days that are written below the axis: as many as have room, at even distances.
func (t timeAxis) days(width int) []twinning.Date {
	all := t.to.DaysSince(t.from)
	room := max(1, (t.x2-t.x1)/width)
	step := 1
	for _, step = range []int{1, 2, 5, 7, 14, 21, 28, 42, 56, 91, 182, 365} {
		if all/step < room {
			break
		}
	}
	var days []twinning.Date
	for day := t.from; day <= t.to; day = day.AddDays(step) {
		days = append(days, day)
	}
	return days
}

// paint writes the days at y.
func (t timeAxis) paint(c *canvas, y int) {
	short := func(day twinning.Date) string { return fmt.Sprintf("%02d/%02d", day.Day(), int(day.Month())) }
	for _, day := range t.days(c.width("00/00", noteInk) + 24) {
		c.writeCentre(t.x(day), y, short(day), noteInk)
		c.box(rect{t.x(day) - 1, y - 8, t.x(day) + 1, y}, dimmed)
	}
}

// filingsPlot is a plot with its lines.
type filingsPlot struct {
	lines  []FilingsLine
	styles []lineStyle
	height int
	times  timeAxis
}

// axisOf is the axis of a plot: from 0 to the largest number that is owed.
func (f filingsPlot) axisOf() []int64 {
	most := 0
	for _, line := range f.lines {
		most = max(most, line.Owe)
	}
	return ticksTo(int64(most), steps(f.height))
}

// Widths in pixels of the lines' names to the right of the plots.
const (
	widestName = 380
	nameGap    = 22
)

func (g FilingsChart) plotLeft(c *canvas, p locales.Printer, plots []filingsPlot) int {
	width := 0
	for _, plot := range plots {
		width = max(width, c.axisWidth(plot.axisOf(), p.Number))
	}
	return chartMargin + width
}

func (g FilingsChart) plotRight(c *canvas, p locales.Printer, plots []filingsPlot) int {
	width := 0
	for _, plot := range plots {
		for _, line := range plot.lines {
			width = max(width, signWidth+10+c.width(chartText(line.Name)+" "+g.count(p, line), labelInk))
		}
	}
	return c.right() - min(width, widestName) - nameGap
}

// count is what is written behind a line's name: "7/10".
func (g FilingsChart) count(p locales.Printer, line FilingsLine) string {
	return p.Number(int64(g.filed(line))) + "/" + p.Number(int64(line.Owe))
}

// paintPlot draws axis, deadline and lines, and returns where it ends.
func (g FilingsChart) paintPlot(c *canvas, p locales.Printer, y int, f filingsPlot) int {
	deadline := p.Text("report.chart.filings.deadline", map[string]any{"Date": p.Date(g.Deadline.Parts())})
	half := c.width(deadline, deadlineInk) / 2
	middle := max(f.times.x1+half, min(f.times.x(g.Deadline), c.right()-half))
	c.writeCentre(middle, y, deadline, deadlineInk)
	y += deadlineInk.line() + 4
	a := panel{rect{f.times.x1, y, f.times.x2, y + f.height}, f.axisOf()}
	c.axis(a, p.Number)
	x := f.times.x(g.Deadline)
	c.stroke([]charts.Point{{X: x, Y: a.area.y1 - 2}, {X: x, Y: a.area.y2}}, black, 3, 14, 8)
	ends := g.ends(a, f)
	for _, e := range slices.Backward(ends) {
		g.paintLine(c, a, f.times, e)
	}
	g.paintNames(c, p, a, ends)
	return a.area.y2 + noteInk.line()/2 + 6
}

var deadlineInk = ink{size: smallestType, bold: true, colour: black}

// lineEnd is a line with its look and where it ends.
type lineEnd struct {
	line  FilingsLine
	style lineStyle
	x, y  int
}

// ends are the lines of a plot, the highest end first.
func (g FilingsChart) ends(a panel, f filingsPlot) []lineEnd {
	var ends []lineEnd
	for i, line := range f.lines {
		ends = append(ends, lineEnd{line, f.styles[i], f.times.x(g.AsOf), a.y(int64(g.filed(line)))})
	}
	slices.SortStableFunc(ends, func(x, y lineEnd) int { return cmp.Compare(x.y, y.y) })
	return ends
}

// paintLine draws the line as stairs, since a number holds until the day on which the next document comes.
func (g FilingsChart) paintLine(c *canvas, a panel, t timeAxis, e lineEnd) {
	var points []charts.Point
	for _, step := range g.steps(e.line) {
		x, y := t.x(step.day), a.y(int64(step.filed))
		if len(points) > 0 {
			points = append(points, charts.Point{X: x, Y: points[len(points)-1].Y})
		}
		points = append(points, charts.Point{X: x, Y: y})
	}
	points = append(points, charts.Point{X: e.x, Y: e.y})
	c.stroke(points, e.style.colour, 5, e.style.dashes...)
	c.mark(e.x, e.y, e.style)
}

// mark draws the sign at the end of a line.
func (c *canvas) mark(x, y int, s lineStyle) {
	switch s.mark {
	case markSquare:
		c.box(rect{x - 10, y - 10, x + 10, y + 10}, white)
		c.box(rect{x - 8, y - 8, x + 8, y + 8}, s.colour)
	case markDiamond:
		c.painter.FilledDiamond(x, y, 28, 28, white, white, 0)
		c.painter.FilledDiamond(x, y, 22, 22, s.colour, s.colour, 0)
	case markDot:
		c.painter.Circle(11, x, y, white, white, 0)
		c.painter.Circle(9, x, y, s.colour, s.colour, 0)
	}
}

// paintNames writes name and number of each line beside its end, pushed apart where lines end together.
func (g FilingsChart) paintNames(c *canvas, p locales.Printer, a panel, ends []lineEnd) {
	heights := spread(ends, labelInk.line()+4, a.area)
	left := a.area.x2 + nameGap
	for i, e := range ends {
		y := heights[i]
		c.stroke([]charts.Point{{X: e.x + 14, Y: e.y}, {X: a.area.x2, Y: e.y}, {X: left - 4, Y: y}}, dimmed, 1.5, 3, 6)
		c.stroke([]charts.Point{{X: left, Y: y}, {X: left + signWidth, Y: y}}, e.style.colour, 5, e.style.dashes...)
		c.mark(left+signWidth/2, y, e.style)
		count := g.count(p, e.line)
		room := c.right() - left - signWidth - 10 - c.width(" "+count, labelInk)
		c.write(left+signWidth+10, y-labelInk.line()/2, c.shortened(e.line.Name, room, labelInk)+" "+count, labelInk)
	}
}

// spread returns the middle of each name: at the line's end where there is room, in the same order.
func spread(ends []lineEnd, gap int, area rect) []int {
	var heights []int
	for i, e := range ends {
		y := e.y
		if i > 0 {
			y = max(y, heights[i-1]+gap)
		}
		heights = append(heights, y)
	}
	for i, lowest := len(heights)-1, area.y2; i >= 0; i-- {
		heights[i] = min(heights[i], lowest)
		lowest = heights[i] - gap
	}
	return heights
}
