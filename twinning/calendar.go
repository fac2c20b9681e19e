package twinning

import "time"

// Calendar knows which days public offices work. The zero value knows weekends only.
//
// Source of the holidays: Bộ luật Lao động 45/2019/QH14, Điều 112; which days of Tết and which neighbour of 2/9 are
// free is decided each year, so Off and Work of a year override the rule.
type Calendar struct {
	Lunar LunarTable
	// Fixed are solar holidays of every year (1/1, 30/4, 1/5, 2/9).
	Fixed []MonthDay
	// National is the holiday that brings one neighbouring free day with it (2/9): the day before, or the day after
	// when the day before is a Saturday or Sunday.
	National MonthDay
	// TetTo is the last free day of Tết in the first lunar month; the first is the last day of the old lunar year.
	TetTo int
	// LunarDays are single lunar holidays (10/3, Giỗ Tổ Hùng Vương).
	LunarDays []MonthDay
	// TetYears replaces the first and last free day of Tết in some years.
	TetYears map[int]DateRange
	// Off and Work are the swaps of single days: free though a weekday, worked though a weekend or holiday.
	Off, Work map[Date]bool
}

// DateRange is From to To, both included.
type DateRange struct{ From, To Date }

// Contains says whether d lies in the range.
func (r DateRange) Contains(d Date) bool { return r.From <= d && d <= r.To }

// Working says whether public offices work on d.
func (c *Calendar) Working(d Date) bool {
	if c.Work[d] {
		return true
	}
	if c.Off[d] || weekend(d) {
		return false
	}
	return !c.holiday(d)
}

func weekend(d Date) bool { return d.Weekday() == time.Saturday || d.Weekday() == time.Sunday }

func (c *Calendar) holiday(d Date) bool {
	y := d.Year()
	for _, f := range c.Fixed {
		if f.In(y) == d {
			return true
		}
	}
	return c.nationalNeighbour(y) == d || c.tet(d) || c.lunarDay(d)
}

// nationalNeighbour returns the free day next to the national day of the year, or no date.
func (c *Calendar) nationalNeighbour(year int) Date {
	if c.National.IsZero() {
		return 0
	}
	before := c.National.In(year).AddDays(-1)
	if weekend(before) {
		return before.AddDays(2)
	}
	return before
}

// tet says whether d is a free day of Tết. Tết always falls in January or February, so the solar year names it.
func (c *Calendar) tet(d Date) bool {
	if r, ok := c.TetYears[d.Year()]; ok {
		return r.Contains(d)
	}
	y, ok := c.Lunar[d.Year()]
	return ok && c.TetTo > 0 && DateRange{y.Tet.AddDays(-1), y.Tet.AddDays(c.TetTo - 1)}.Contains(d)
}

func (c *Calendar) lunarDay(d Date) bool {
	for _, l := range c.LunarDays {
		if s, err := c.Lunar.Solar(d.Year(), int(l.Month), l.Day, false); err == nil && s == d {
			return true
		}
	}
	return false
}

// OnOrBefore returns the latest working day not after d.
func (c *Calendar) OnOrBefore(d Date) Date {
	for !c.Working(d) {
		d--
	}
	return d
}

// OnOrAfter returns the first working day not before d.
func (c *Calendar) OnOrAfter(d Date) Date {
	for !c.Working(d) {
		d++
	}
	return d
}
