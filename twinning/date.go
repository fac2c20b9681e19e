package twinning

import (
	"fmt"
	"time"
)

// Date is a calendar date: the number of days since 1970-01-01, without zone or time of day. Dates compare with < and
// subtract to days. The zero value means "no date"; 1970-01-01 itself cannot be told from it and never occurs here.
type Date int32

const secondsPerDay = 24 * 60 * 60

// NewDate returns the date of year, month and day; overflowing parts are normalised as time.Date does.
func NewDate(year int, month time.Month, day int) Date {
	return Date(time.Date(year, month, day, 0, 0, 0, 0, time.UTC).Unix() / secondsPerDay)
}

// ValidDate is NewDate for a date that must exist in the calendar; ok is false for 31/02 and the like.
func ValidDate(year int, month time.Month, day int) (d Date, ok bool) {
	d = NewDate(year, month, day)
	y, m, dd := d.Parts()
	return d, y == year && m == month && dd == day
}

// DateOf returns the date that t falls on in loc.
func DateOf(t time.Time, loc *time.Location) Date {
	y, m, d := t.In(loc).Date()
	return NewDate(y, m, d)
}

// ParseDate reads "2027-02-26".
func ParseDate(s string) (Date, error) {
	t, err := time.Parse(time.DateOnly, s)
	if err != nil {
		return 0, fmt.Errorf("date %q: want year-month-day such as 2027-02-26", s)
	}
	return DateOf(t, time.UTC), nil
}

// Parts returns year, month and day.
func (d Date) Parts() (year int, month time.Month, day int) {
	return time.Unix(int64(d)*secondsPerDay, 0).UTC().Date()
}

// Year returns the calendar year.
func (d Date) Year() int { y, _, _ := d.Parts(); return y }

// Month returns the month of the year.
func (d Date) Month() time.Month { _, m, _ := d.Parts(); return m }

// Day returns the day of the month.
func (d Date) Day() int { _, _, day := d.Parts(); return day }

// Weekday returns the day of the week.
func (d Date) Weekday() time.Weekday { return time.Unix(int64(d)*secondsPerDay, 0).UTC().Weekday() }

// AddDays returns the date n days later (earlier for negative n).
func (d Date) AddDays(n int) Date { return d + Date(n) }

// DaysSince returns the number of days from e to d, negative when d is earlier.
func (d Date) DaysSince(e Date) int { return int(d - e) }

// IsZero says that d is no date.
func (d Date) IsZero() bool { return d == 0 }

// At returns the moment of the day's hour and minute in loc.
func (d Date) At(hour, minute int, loc *time.Location) time.Time {
	y, m, day := d.Parts()
	return time.Date(y, m, day, hour, minute, 0, 0, loc)
}

// String returns "2027-02-26", or "" for no date.
func (d Date) String() string {
	if d.IsZero() {
		return ""
	}
	y, m, day := d.Parts()
	return fmt.Sprintf("%04d-%02d-%02d", y, m, day)
}

// MarshalText writes the date as "2027-02-26" and no date as "".
func (d Date) MarshalText() ([]byte, error) { return []byte(d.String()), nil }

// UnmarshalText reads what MarshalText writes.
func (d *Date) UnmarshalText(b []byte) error {
	if len(b) == 0 {
		*d = 0
		return nil
	}
	v, err := ParseDate(string(b))
	if err != nil {
		return err
	}
	*d = v
	return nil
}

// MonthDay is a day of every year, such as 28 February, or of the year after when NextYear is set.
type MonthDay struct {
	Month    time.Month
	Day      int
	NextYear bool
}

// In returns the date of m in year (or in year+1 when NextYear is set). 29 February becomes 1 March outside leap years.
func (m MonthDay) In(year int) Date {
	if m.NextYear {
		year++
	}
	return NewDate(year, m.Month, m.Day)
}

// IsZero says that m names no day.
func (m MonthDay) IsZero() bool { return m.Month == 0 }
