package report

import (
	"fmt"
	"io"
	"slices"
	"strconv"
	"time"

	"ketnghia/locales"
	"ketnghia/twinning"
)

// ActivityChart is the money and the number of activities of each month of a year, by the contents of section II of
// Decision 1100/QĐ-UBND.
type ActivityChart struct {
	ChartHead
	// WithUnconfirmed says that the numbers include what the counterpart has not confirmed.
	WithUnconfirmed bool
	// Cells come in any order; those of the same month and category are added.
	Cells []ActivityCell
}

// ActivityCell is what was done in a month of the year for one category; CategoryUnsure has a place of its own, so that
// the sums agree.
type ActivityCell struct {
	Month    time.Month
	Category twinning.Category
	// Amount is in đồng.
	Amount, Activities int64
}

// Heights of the plots in pixels.
const (
	moneyHeight = 390
	countHeight = 280
)

const monthsInYear = 12

// DrawActivity writes the chart as a PNG, or returns ErrEmptyChart where nothing was done.
func DrawActivity(w io.Writer, p locales.Printer, g ActivityChart) error {
	if err := draw(w, p, g); err != nil {
		return fmt.Errorf("activity chart %d: %w", g.Year, err)
	}
	return nil
}

// Data returns what the chart shows: for each month of the year that has begun, and each category that it draws, the
// amount in đồng and the number of activities.
func (g ActivityChart) Data() ChartData {
	var data ChartData
	amounts, counts := g.sums()
	for _, s := range []struct {
		name string
		sums monthSums
	}{{"amount", amounts}, {"activities", counts}} {
		for month := range g.begun() {
			for _, category := range g.categories() {
				data.Points = append(data.Points, ChartPoint{
					Label:  fmt.Sprintf("%04d-%02d", g.Year, month+1),
					Series: s.name + " " + strconv.Itoa(int(category)),
					Value:  s.sums[month][category],
				})
			}
		}
	}
	return data
}

// monthSums are the numbers of each month by category.
type monthSums [monthsInYear][twinning.CategoryWelfare + 1]int64

func (s monthSums) total(month int) int64 {
	total := int64(0)
	for _, n := range s[month] {
		total += n
	}
	return total
}

func (s monthSums) most() int64 {
	most := int64(0)
	for month := range s {
		most = max(most, s.total(month))
	}
	return most
}

// sums adds the cells up.
func (g ActivityChart) sums() (amounts, counts monthSums) {
	for _, cell := range g.Cells {
		amounts[cell.Month-1][cell.Category] += cell.Amount
		counts[cell.Month-1][cell.Category] += cell.Activities
	}
	return amounts, counts
}

// begun is how many months of the year have begun by the day of the figures, more where later ones hold something.
func (g ActivityChart) begun() int {
	months := 0
	switch {
	case g.AsOf.Year() > g.Year:
		months = monthsInYear
	case g.AsOf.Year() == g.Year:
		months = int(g.AsOf.Month())
	}
	for _, cell := range g.Cells {
		if cell.Amount > 0 || cell.Activities > 0 {
			months = max(months, int(cell.Month))
		}
	}
	return months
}

// categories are the four of section II, and the unsure one where it holds something.
func (g ActivityChart) categories() []twinning.Category {
	all := twinning.Categories()
	unsure := func(cell ActivityCell) bool {
		return cell.Category == twinning.CategoryUnsure && (cell.Amount > 0 || cell.Activities > 0)
	}
	if slices.ContainsFunc(g.Cells, unsure) {
		all = append(all, twinning.CategoryUnsure)
	}
	return all
}

func (g ActivityChart) check() error {
	if err := g.ChartHead.check(); err != nil {
		return err
	}
	for _, cell := range g.Cells {
		if cell.Month < time.January || cell.Month > time.December {
			return &twinning.InvalidError{Field: "month", Rule: "range"}
		}
		if cell.Category < twinning.CategoryUnsure || cell.Category > twinning.CategoryWelfare {
			return &twinning.InvalidError{Field: "category", Rule: "range"}
		}
		if cell.Amount < 0 || cell.Activities < 0 {
			return &twinning.InvalidError{Field: "cells", Rule: "negative"}
		}
		if cell.Amount > maxChartValue || cell.Activities > maxChartValue {
			return &twinning.InvalidError{Field: "cells", Rule: "too_large"}
		}
	}
	amounts, counts := g.sums()
	if amounts.most() == 0 && counts.most() == 0 {
		return emptyChart("activities")
	}
	return nil
}

// categoryFill is how a category looks in every chart.
func categoryFill(category twinning.Category) areaFill {
	switch category {
	case twinning.CategoryEconomy:
		return areaFill{blue, patternPlain}
	case twinning.CategoryPolitical:
		return areaFill{orange, patternSlashed}
	case twinning.CategoryCampaign:
		return areaFill{purple, patternBarred}
	case twinning.CategoryWelfare:
		return areaFill{green, patternDotted}
	case twinning.CategoryUnsure:
	}
	return areaFill{dimmed, patternCrossed}
}

func (g ActivityChart) paint(c *canvas, p locales.Printer) int {
	y := c.head(p, g.ChartHead, p.Text("report.chart.activity.title", map[string]any{"Year": strconv.Itoa(g.Year)}))
	var keys []legendKey
	for _, category := range g.categories() {
		keys = append(keys, legendKey{
			func(r rect) { c.area(r, categoryFill(category)) }, p.Text("category."+strconv.Itoa(int(category)), nil), 0,
		})
	}
	y = c.legend(y, keys)
	amounts, counts := g.sums()
	unit, _ := moneyUnit(amounts.most())
	money := monthPlot{
		title: p.Text("report.chart.activity.money", map[string]any{"Unit": unitName(p, unit)}),
		sums:  amounts, label: func(n int64, places int) string { return inUnits(p, n, unit, places) }, height: moneyHeight,
		places: decimals(unit),
	}
	count := monthPlot{
		title: p.Text("report.chart.activity.count", nil),
		sums:  counts, label: func(n int64, _ int) string { return p.Number(n) }, height: countHeight,
	}
	for _, plot := range []monthPlot{money, count} {
		plot.nothing = p.Text("report.chart.unknown", nil)
		plot.left = max(c.plotLeft(money), c.plotLeft(count))
		y = g.paintMonths(c, y, plot)
	}
	c.writeRight(c.right(), y, p.Text("report.chart.month", nil), noteInk)
	if g.WithUnconfirmed {
		room := c.inner() - c.width(p.Text("report.chart.month", nil), noteInk) - 30
		c.write(chartMargin, y, c.shortened(p.Text("report.chart.with_unconfirmed", nil), room, noteInk), noteInk)
	}
	return y + noteInk.line() + chartMargin/2
}

// monthPlot is one of the two plots.
type monthPlot struct {
	title string
	// nothing is said in place of the plot where all is 0.
	nothing      string
	sums         monthSums
	label        func(n int64, places int) string
	left, height int
	// places are the decimals of the axis, the most that a total may have.
	places int
}

// tick writes a number of the axis.
func (m monthPlot) tick(n int64) string { return m.label(n, m.places) }

func (m monthPlot) ticks() []int64 { return axisTicks(m.sums.most(), steps(m.height)) }

// plotLeft is where the area of a plot begins.
func (c *canvas) plotLeft(m monthPlot) int { return chartMargin + c.axisWidth(m.ticks(), m.tick) }

// paintMonths draws a plot and returns where the next one begins.
func (g ActivityChart) paintMonths(c *canvas, y int, m monthPlot) int {
	c.write(chartMargin, y, c.shortened(m.title, c.inner(), headingInk), headingInk)
	y += headingInk.line()
	if m.sums.most() == 0 {
		c.write(chartMargin, y, capitalised(m.nothing), noteInk)
		return y + noteInk.line() + 16
	}
	y += labelInk.line() + 6 // for the total of the highest column
	a := panel{rect{m.left, y, c.right(), y + m.height}, m.ticks()}
	c.axis(a, m.tick)
	slot := (a.area.x2 - a.area.x1) / monthsInYear
	places := c.totalPlaces(m, slot)
	for month := range monthsInYear {
		left := a.area.x1 + month*slot + slot/8
		right := left + slot*3/4
		c.writeCentre((left+right)/2, a.area.y2+6, strconv.Itoa(month+1), noteInk)
		if month >= g.begun() {
			continue
		}
		c.paintStack(a, rect{x1: left, x2: right}, m.sums[month])
		if total := m.sums.total(month); places >= 0 {
			c.paintTotal((left+right)/2, a.y(total)-2, m.label(total, places))
		}
	}
	return a.area.y2 + 6 + noteInk.line() + 16
}

// paintTotal writes a total above its column, on white so that no line of the axis runs through it.
func (c *canvas) paintTotal(x, foot int, total string) {
	half := c.width(total, labelInk)/2 + 2
	c.box(rect{x - half, foot - labelInk.line() + 4, x + half, foot}, white)
	c.writeCentre(x, foot-labelInk.line(), total, labelInk)
}

// totalGap is the least distance of two totals in pixels.
const totalGap = 4

// totalPlaces is with how many decimals all totals fit above their columns, or -1 where they don't even without: then
// none is written, since a single one missing would read as 0.
func (c *canvas) totalPlaces(m monthPlot, slot int) int {
	for places := m.places; places >= 0; places-- {
		var totals []string
		for month := range monthsInYear {
			totals = append(totals, m.label(m.sums.total(month), places))
		}
		if c.widest(totals, labelInk) <= slot-totalGap {
			return places
		}
	}
	return -1
}

// paintStack draws the column of a month, the first category at the foot.
func (c *canvas) paintStack(a panel, column rect, numbers [twinning.CategoryWelfare + 1]int64) {
	sum := int64(0)
	for _, category := range append(twinning.Categories(), twinning.CategoryUnsure) {
		n := numbers[category]
		part := rect{column.x1, a.y(sum + n), column.x2, a.y(sum)}
		c.area(part, categoryFill(category))
		if sum > 0 && n > 0 && part.y2-part.y1 > 4 {
			c.box(rect{part.x1, part.y2 - 1, part.x2, part.y2 + 1}, white)
		}
		sum += n
	}
}
