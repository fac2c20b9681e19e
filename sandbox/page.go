package sandbox

import (
	"net/http"
	"time"
)

// PageOptions configure the web page.
type PageOptions struct {
	// Clock is the clock that the page shows and moves; nil hides the clock bar.
	Clock *Clock
	// Title is the page's title; empty takes the bot's name.
	Title string
	// Banner is the line that says what this is; empty takes a general one.
	Banner string
	// Days are buttons that move the clock.
	Days []Preset
	// OnClock is called after the page has moved the clock, with the new time.
	OnClock func(time.Time)
	// NextMorning gives the morning of the next working day; nil knows Saturdays and Sundays only.
	NextMorning func(time.Time) time.Time
}

// Preset is a button that moves the clock to a time.
type Preset struct {
	Label string
	At    time.Time
}

// Page serves the web chat. Serve it on loopback: it refuses requests whose Host isn't.
func (s *Server) Page(o PageOptions) http.Handler {
	return http.NotFoundHandler()
}
