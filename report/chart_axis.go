package report

import (
	"github.com/go-analyze/charts"
)

// panel is a plot with an axis of numbers at its left, from 0 at the foot of the area to the last tick at its top.
type panel struct {
	area  rect
	ticks []int64
}

// tickGap is the least distance of two ticks in pixels.
const tickGap = 62

// axisTicks returns 0 and the multiples of a round step (1, 2 or 5 times a power of ten) until one is no less than
// most, in at most so many steps.
func axisTicks(most int64, steps int) []int64 {
	step := roundStep(most, steps)
	ticks := []int64{0}
	for last := int64(0); last < max(most, 1); {
		last += step
		ticks = append(ticks, last)
	}
	return ticks
}

// ticksTo is axisTicks with most itself at the end, for an axis that ends at a number that means something. A multiple
// of the step that comes too close to it is left out.
func ticksTo(most int64, steps int) []int64 {
	step := roundStep(most, steps)
	ticks := []int64{0}
	for last := step; 5*(most-last) >= 3*step; last += step {
		ticks = append(ticks, last)
	}
	return append(ticks, max(most, 1))
}

func roundStep(most int64, steps int) int64 {
	for power := int64(1); ; power *= 10 {
		for _, step := range []int64{1, 2, 5} {
			if step*power*int64(steps) >= most {
				return step * power
			}
		}
	}
}

// steps is how many ticks above 0 have room in the height.
func steps(height int) int { return max(1, height/tickGap) }

// top is the number at the top of the axis.
func (a panel) top() int64 { return a.ticks[len(a.ticks)-1] }

// y is where a number lies.
func (a panel) y(value int64) int {
	return a.area.y2 - int(float64(a.area.y2-a.area.y1)*float64(value)/float64(a.top()))
}

// axis draws the lines of the ticks, and their numbers to the left of the area.
func (c *canvas) axis(a panel, label func(int64) string) {
	for _, tick := range a.ticks {
		y, colour, width := a.y(tick), grid, 1.5
		if tick == 0 {
			colour, width = dimmed, 2
		}
		c.stroke([]charts.Point{{X: a.area.x1, Y: y}, {X: a.area.x2, Y: y}}, colour, width)
		c.writeRight(a.area.x1-12, y-noteInk.line()/2, label(tick), noteInk)
	}
}

// axisWidth is the room that the axis needs to the left of the area.
func (c *canvas) axisWidth(ticks []int64, label func(int64) string) int {
	var labels []string
	for _, tick := range ticks {
		labels = append(labels, label(tick))
	}
	return c.widest(labels, noteInk) + 12
}
