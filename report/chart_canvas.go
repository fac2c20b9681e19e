package report

import (
	"fmt"
	"io"

	"github.com/go-analyze/charts"
)

// Sizes in pixels. A phone shows the picture at about a third of its width, so that 28 px become the size of small
// print; Telegram shrinks a photo whose longer side is over 1280 px, so that a higher picture would make type smaller.
const (
	chartWidth  = 1080
	chartHeight = 1350
	chartMargin = 40
	// smallestType is the size of the smallest text.
	smallestType = 28
	badgePadding = 14
)

// The palette of Okabe and Ito (https://jfly.uni-koeln.de/color/), which people with any kind of colour-blindness tell
// apart, and greys. Text is never told apart by its colour alone.
var (
	black     = charts.Color{R: 0x1A, G: 0x1A, B: 0x1A, A: 0xFF}
	blue      = charts.Color{R: 0x00, G: 0x72, B: 0xB2, A: 0xFF}
	orange    = charts.Color{R: 0xE6, G: 0x9F, B: 0x00, A: 0xFF}
	sky       = charts.Color{R: 0x56, G: 0xB4, B: 0xE9, A: 0xFF}
	green     = charts.Color{R: 0x00, G: 0x9E, B: 0x73, A: 0xFF}
	vermilion = charts.Color{R: 0xD5, G: 0x5E, B: 0x00, A: 0xFF}
	purple    = charts.Color{R: 0xCC, G: 0x79, B: 0xA7, A: 0xFF}
	white     = charts.Color{R: 0xFF, G: 0xFF, B: 0xFF, A: 0xFF}
	dimmed    = charts.Color{R: 0x55, G: 0x55, B: 0x55, A: 0xFF}
	grid      = charts.Color{R: 0xD4, G: 0xD4, B: 0xD4, A: 0xFF}
	track     = charts.Color{R: 0xE4, G: 0xE4, B: 0xE4, A: 0xFF}
)

// ink is how text looks.
type ink struct {
	size   int
	bold   bool
	colour charts.Color
}

var (
	titleInk    = ink{size: 44, bold: true, colour: black}
	subtitleInk = ink{size: 30, colour: dimmed}
	demoInk     = ink{size: 28, bold: true, colour: white}
	headingInk  = ink{size: 30, bold: true, colour: black}
	labelInk    = ink{size: smallestType, colour: black}
	noteInk     = ink{size: smallestType, colour: dimmed}
)

// line is the height of a line of text; capitals with two marks (Ấ) reach its top, tails its foot.
func (k ink) line() int { return k.size * 13 / 10 }

// style is the same for the library, whose sizes are points of 96 pixels to the inch.
func (k ink) style() charts.FontStyle {
	family := charts.FontFamilyNotoSans
	if k.bold {
		family = charts.FontFamilyNotoSansBold
	}
	return charts.FontStyle{FontSize: float64(k.size) * 72 / 96, FontColor: k.colour, Font: charts.GetFont(family)}
}

// rect is an area: x1 and y1 belong to it, x2 and y2 do not.
type rect struct{ x1, y1, x2, y2 int }

// placedText is a text on the canvas with the area that it takes.
type placedText struct {
	text string
	area rect
}

// canvas is the picture in the making.
type canvas struct {
	painter *charts.Painter
	// texts are all texts, so that a test can see whether one is clipped or covers another.
	texts []placedText
}

func newCanvas(height int) *canvas {
	c := &canvas{painter: charts.NewPainter(charts.PainterOptions{
		OutputFormat: charts.ChartOutputPNG, Width: chartWidth, Height: height,
	})}
	c.box(rect{0, 0, chartWidth, height}, white)
	return c
}

// inner is the width between the margins.
func (c *canvas) inner() int { return chartWidth - 2*chartMargin }

// right is where the right margin begins.
func (c *canvas) right() int { return chartWidth - chartMargin }

func (c *canvas) encode(w io.Writer) error {
	data, err := c.painter.Bytes()
	if err != nil {
		return fmt.Errorf("png: %w", err)
	}
	if _, err := w.Write(data); err != nil {
		return fmt.Errorf("png: %w", err)
	}
	return nil
}

// write puts a text with its left top corner at x, y; writeRight and writeCentre have x at its right end and middle.
func (c *canvas) write(x, y int, text string, k ink) {
	if text == "" {
		return
	}
	c.painter.Text(text, x, y+k.size, 0, k.style())
	c.texts = append(c.texts, placedText{text, rect{x, y, x + c.width(text, k), y + k.line()}})
}

func (c *canvas) writeRight(x, y int, text string, k ink) { c.write(x-c.width(text, k), y, text, k) }

func (c *canvas) writeCentre(x, y int, text string, k ink) { c.write(x-c.width(text, k)/2, y, text, k) }

// width is how wide the text is.
func (c *canvas) width(text string, k ink) int {
	return c.painter.MeasureText(text, 0, k.style()).Width()
}

// widest is the width of the widest text.
func (c *canvas) widest(texts []string, k ink) int {
	widest := 0
	for _, text := range texts {
		widest = max(widest, c.width(text, k))
	}
	return widest
}

func (c *canvas) box(r rect, colour charts.Color) {
	if r.x1 < r.x2 && r.y1 < r.y2 {
		c.painter.FilledRect(r.x1, r.y1, r.x2, r.y2, colour, colour, 0)
	}
}

// stroke draws a line of straight pieces, dashed where dashes are given.
func (c *canvas) stroke(points []charts.Point, colour charts.Color, width float64, dashes ...float64) {
	if len(dashes) > 0 {
		c.painter.DashedLineStroke(points, colour, width, dashes)
		return
	}
	c.painter.LineStroke(points, colour, width)
}

// outline draws a dashed frame inside the area.
func (c *canvas) outline(r rect, colour charts.Color) {
	c.stroke([]charts.Point{
		{X: r.x1 + 1, Y: r.y1 + 1},
		{X: r.x2 - 1, Y: r.y1 + 1},
		{X: r.x2 - 1, Y: r.y2 - 1},
		{X: r.x1 + 1, Y: r.y2 - 1},
		{X: r.x1 + 1, Y: r.y1 + 1},
	}, colour, 2, 10, 7)
}
