package locales

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// Number writes a whole number with thousands separators: "1.350" in Vietnamese, "1,350" in English.
func (p Printer) Number(n int64) string {
	separator := "."
	if p.lang == English {
		separator = ","
	}
	digits, negative := strings.CutPrefix(strconv.FormatInt(n, 10), "-")
	var text strings.Builder
	if negative {
		text.WriteByte('-')
	}
	for i, digit := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			text.WriteString(separator)
		}
		text.WriteRune(digit)
	}
	return text.String()
}

// Money writes an amount of đồng in full digits: "12.500.000 đ" in Vietnamese, "12,500,000 VND" in English.
func (p Printer) Money(vnd int64) string {
	if p.lang == English {
		return p.Number(vnd) + " VND"
	}
	return p.Number(vnd) + " đ"
}

// Date writes a date as "27/02/2027" in both languages.
func (p Printer) Date(year int, month time.Month, day int) string {
	return fmt.Sprintf("%02d/%02d/%04d", day, month, year)
}

// CalendarDay is a date as time.Time and the domain's dates have it.
type CalendarDay interface {
	Year() int
	Month() time.Month
	Day() int
}

// DateRange writes the days from the first to the last, both included, without repeating what they share:
// "25–27/02/2027", "27/02–03/03/2027", "30/12/2026–02/01/2027", and "27/02/2027" when both are the same day.
func (p Printer) DateRange(first, last CalendarDay) string {
	end := p.Date(last.Year(), last.Month(), last.Day())
	switch {
	case first.Year() != last.Year():
		return p.Date(first.Year(), first.Month(), first.Day()) + "–" + end
	case first.Month() != last.Month():
		return fmt.Sprintf("%02d/%02d–%s", first.Day(), first.Month(), end)
	case first.Day() != last.Day():
		return fmt.Sprintf("%02d–%s", first.Day(), end)
	}
	return end
}

// Time writes a moment as "08:30 27/02/2027" in both languages, in the location that t carries.
func (p Printer) Time(t time.Time) string { return t.Format("15:04 02/01/2006") }

// Weekday returns the name of the day: "thứ Hai", "Monday".
func (p Printer) Weekday(day time.Weekday) string {
	return p.Text("weekday."+strconv.Itoa(int(day)), nil)
}

// Decimal writes n, which counts parts of 10^places to the whole and is not negative, without zeros at its end: 1250
// with two places is "12,5" in Vietnamese and "12.5" in English, 1200 is "12".
func (p Printer) Decimal(n int64, places int) string {
	parts := int64(1)
	for range places {
		parts *= 10
	}
	whole, rest := p.Number(n/parts), n%parts
	if rest == 0 {
		return whole
	}
	separator := ","
	if p.lang == English {
		separator = "."
	}
	return whole + separator + strings.TrimRight(fmt.Sprintf("%0*d", places, rest), "0")
}
