package report

import (
	"cmp"

	"github.com/go-analyze/charts"
)

// pattern is what tells two areas apart where colours do not.
type pattern int

const (
	patternPlain pattern = iota
	patternSlashed
	patternDotted
	patternBarred
	patternCrossed
)

// areaFill is how an area looks.
type areaFill struct {
	colour  charts.Color
	pattern pattern
}

// Distances of the lines and dots of a pattern, and their widths, in pixels.
const (
	slashGap = 14
	barGap   = 11
	dotGap   = 14
	hatch    = 3.0
)

// area paints the rectangle; the pattern is white on the colour.
func (c *canvas) area(r rect, f areaFill) {
	if r.x1 >= r.x2 || r.y1 >= r.y2 {
		return
	}
	c.box(r, f.colour)
	switch f.pattern {
	case patternPlain:
	case patternSlashed:
		c.slash(r, true)
	case patternCrossed:
		c.slash(r, true)
		c.slash(r, false)
	case patternBarred:
		for y := r.y1 + barGap/2; y < r.y2-1; y += barGap {
			c.stroke([]charts.Point{{X: r.x1, Y: y}, {X: r.x2, Y: y}}, white, hatch)
		}
	case patternDotted:
		for y := r.y1 + dotGap/2; y < r.y2-2; y += dotGap {
			for x := r.x1 + dotGap/2; x < r.x2-2; x += dotGap {
				c.painter.Circle(hatch, x, y, white, white, 0)
			}
		}
	}
}

// slash draws slanted lines that end at the edges of the area: rising ones, or falling ones.
func (c *canvas) slash(r rect, rising bool) {
	height := r.y2 - r.y1
	for start := r.x1 - height; start < r.x2; start += slashGap {
		from, to := max(start, r.x1), min(start+height, r.x2)
		if from >= to {
			continue
		}
		y1, y2 := r.y2-(from-start), r.y2-(to-start)
		if !rising {
			y1, y2 = r.y1+(from-start), r.y1+(to-start)
		}
		c.stroke([]charts.Point{{X: from, Y: y1}, {X: to, Y: y2}}, white, hatch)
	}
}

// legendKey is an entry of a legend: how to draw its sign, and what it means.
type legendKey struct {
	sign func(r rect)
	text string
	// width is that of a sign narrower than the others, 0 otherwise.
	width int
}

// Sizes of the sign of a legend's entry and the space around it.
const (
	signWidth  = 40
	signHeight = 26
	keyGap     = 28
)

// legend writes the entries one after the other, in as many lines as they need, and returns where it ends.
func (c *canvas) legend(y int, keys []legendKey) int {
	if len(keys) == 0 {
		return y
	}
	x := chartMargin
	for _, k := range keys {
		sign := cmp.Or(k.width, signWidth)
		text := c.shortened(k.text, c.inner()-sign-10, labelInk)
		width := sign + 10 + c.width(text, labelInk)
		if x > chartMargin && x+width > c.right() {
			x, y = chartMargin, y+labelInk.line()+6
		}
		k.sign(rect{x, y + 6, x + sign, y + 6 + signHeight})
		c.write(x+sign+10, y, text, labelInk)
		x += width + keyGap
	}
	return y + labelInk.line() + 14
}
