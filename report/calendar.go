package report

import (
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"ketnghia/twinning"
)

// CalendarBook is a calendar of deadlines that a phone or a PC takes in.
type CalendarBook struct {
	// Name is what the calendar is called where it is shown.
	Name string
	// Stamp is the moment at which the calendar is made; it is written to the second, in UTC.
	Stamp time.Time
	// Events are at least one, in the order in which they are written.
	Events []CalendarEvent
}

// CalendarEvent is one deadline: a whole day that leaves its person free.
type CalendarEvent struct {
	// UID names the deadline for ever: whoever takes the calendar in again gets the event of the same UID changed and not
	// a second one.
	UID                  string
	Summary, Description string
	// Day is the last day in time.
	Day twinning.Date
	// Alarms are in days before Day (0 is the day itself); each rings at 08:00.
	Alarms []int
	// Sequence counts the changes of the event, from 0. A calendar keeps what it has when a lower number comes.
	Sequence int
	// Cancelled says that the deadline is no more: the calendar strikes it out, and it rings no longer.
	Cancelled bool
}

// Limits and texts of RFC 5545.
const (
	// calendarOctets is the longest line without its break (3.1).
	calendarOctets = 75
	// calendarProduct names the program (3.7.3).
	calendarProduct = "-//ketnghia//deadlines//VI"
	calendarZone    = "Asia/Ho_Chi_Minh"
	calendarDay     = "20060102"
	calendarMoment  = "20060102T150405Z"
)

// alarmHour is the hour of the day at which alarms ring, local time: half an hour into the office day of a commune.
const alarmHour = 8

// Calendar writes the deadlines as an iCalendar file (RFC 5545, text/calendar, UTF-8).
//
// Events are dates without a zone, and alarms are relative to the midnight at which their day begins where the reader is
// (RFC 5545, 3.8.6.3), so they ring at 08:00 of Asia/Ho_Chi_Minh on every device that is set to Vietnam's time.
func Calendar(w io.Writer, c CalendarBook) error {
	if err := c.check(); err != nil {
		return fmt.Errorf("calendar: %w", err)
	}
	var l contentLines
	l.put("BEGIN", "VCALENDAR")
	l.put("VERSION", "2.0")
	l.put("PRODID", calendarProduct)
	l.put("CALSCALE", "GREGORIAN")
	l.put("METHOD", "PUBLISH")
	l.putText("X-WR-CALNAME", c.Name)
	l.put("X-WR-TIMEZONE", calendarZone)
	for _, e := range c.Events {
		l.putEvent(e, c.Stamp)
	}
	l.put("END", "VCALENDAR")
	if _, err := io.WriteString(w, l.file.String()); err != nil {
		return fmt.Errorf("calendar: %w", err)
	}
	return nil
}

// check refuses what no calendar takes in: a file needs a component (RFC 5545, 3.6), an event a UID of its own and a day.
func (c CalendarBook) check() error {
	if len(c.Events) == 0 {
		return &twinning.InvalidError{Field: "events", Rule: "required"}
	}
	if c.Stamp.IsZero() {
		return &twinning.InvalidError{Field: "stamp", Rule: "required"}
	}
	seen := map[string]bool{}
	for i, e := range c.Events {
		if err := e.check(); err != nil {
			return fmt.Errorf("event %d: %w", i, err)
		}
		uid := plainLines(e.UID)
		if seen[uid] {
			return fmt.Errorf("event %d: %w", i, &twinning.InvalidError{Field: "uid", Rule: "unique"})
		}
		seen[uid] = true
	}
	return nil
}

func (e CalendarEvent) check() error {
	switch {
	case plainLines(e.UID) == "":
		return &twinning.InvalidError{Field: "uid", Rule: "required"}
	case e.Day.IsZero():
		return &twinning.InvalidError{Field: "day", Rule: "required"}
	case e.Sequence < 0:
		return &twinning.InvalidError{Field: "sequence", Rule: "negative"}
	}
	for _, before := range e.Alarms {
		if before < 0 {
			return &twinning.InvalidError{Field: "alarms", Rule: "negative"}
		}
	}
	return nil
}

// contentLines are the lines of the file, folded, each with its CRLF.
type contentLines struct{ file strings.Builder }

func (l *contentLines) putEvent(e CalendarEvent, stamp time.Time) {
	l.put("BEGIN", "VEVENT")
	l.putText("UID", e.UID)
	l.put("DTSTAMP", stamp.UTC().Format(calendarMoment))
	l.put("DTSTART;VALUE=DATE", e.Day.At(0, 0, time.UTC).Format(calendarDay))
	// The end is the first day that is not in the event any more (RFC 5545, 3.6.1).
	l.put("DTEND;VALUE=DATE", e.Day.AddDays(1).At(0, 0, time.UTC).Format(calendarDay))
	l.put("SEQUENCE", strconv.Itoa(e.Sequence))
	if e.Cancelled {
		l.put("STATUS", "CANCELLED")
	} else {
		l.put("STATUS", "CONFIRMED")
	}
	l.put("TRANSP", "TRANSPARENT")
	l.putText("SUMMARY", e.Summary)
	if e.Description != "" {
		l.putText("DESCRIPTION", e.Description)
	}
	if !e.Cancelled {
		for _, before := range e.Alarms {
			l.put("BEGIN", "VALARM")
			l.put("ACTION", "DISPLAY")
			l.putText("DESCRIPTION", e.Summary)
			l.put("TRIGGER", alarmTrigger(before))
			l.put("END", "VALARM")
		}
	}
	l.put("END", "VEVENT")
}

// alarmTrigger returns the duration from the midnight at which the day begins to 08:00 so many days before: "PT8H" on the
// day itself, "-PT16H" the day before, "-P6DT16H" seven days before.
func alarmTrigger(daysBefore int) string {
	if daysBefore == 0 {
		return fmt.Sprintf("PT%dH", alarmHour)
	}
	days, hours := daysBefore-1, 24-alarmHour
	if days == 0 {
		return fmt.Sprintf("-PT%dH", hours)
	}
	return fmt.Sprintf("-P%dDT%dH", days, hours)
}

var calendarEscapes = strings.NewReplacer(`\`, `\\`, ";", `\;`, ",", `\,`, "\n", `\n`)

// putText writes a property whose value is of type TEXT (RFC 5545, 3.3.11).
func (l *contentLines) putText(name, text string) {
	l.put(name, calendarEscapes.Replace(plainLines(text)))
}

// put writes a property, folded so that no line is longer than 75 octets and no character is cut in two. The space that
// continues a line counts among its octets.
func (l *contentLines) put(name, value string) {
	octets := 0
	for _, r := range name + ":" + value {
		size := utf8.RuneLen(r)
		if octets+size > calendarOctets {
			l.file.WriteString("\r\n ")
			octets = 1
		}
		l.file.WriteRune(r)
		octets += size
	}
	l.file.WriteString("\r\n")
}
