package twinning

import "fmt"

// LunarYear is one row of the Vietnamese lunar table (UTC+7; it differs from China's in some years, 2030 among them).
type LunarYear struct {
	Year int
	// Tet is the solar date of 1/1 lunar.
	Tet Date
	// Leap is the month after which the leap month stands, 0 when there is none.
	Leap int
	// Long has bit i set when the i-th month of the year in order (leap month included, first month is bit 0) has 30
	// days instead of 29.
	Long uint16
}

// LunarTable turns lunar dates into solar ones for the years that it holds.
type LunarTable map[int]LunarYear

// length returns the days of the i-th month in order, counted from 0.
func (y LunarYear) length(i int) int { return 29 + int(y.Long>>i&1) }

// index returns the place of a numbered month in the year's order.
func (y LunarYear) index(month int, leap bool) int {
	i := month - 1
	if y.Leap > 0 && (month > y.Leap || leap && month == y.Leap) {
		i++
	}
	return i
}

// Solar returns the solar date of the day of the month of the lunar year; leap asks for the leap month of that number.
// A year outside the table, a leap month that the year does not have or a 30th day of a short month is an error.
func (t LunarTable) Solar(year, month, day int, leap bool) (Date, error) {
	y, ok := t[year]
	if !ok {
		return 0, fmt.Errorf("lunar year %d: %w", year, ErrNotFound)
	}
	if month < 1 || month > 12 || leap && y.Leap != month {
		return 0, fmt.Errorf("lunar month %d/%d: %w", month, year, ErrNotFound)
	}
	at := y.index(month, leap)
	if day < 1 || day > y.length(at) {
		return 0, fmt.Errorf("lunar date %d/%d/%d: %w", day, month, year, ErrNotFound)
	}
	d := y.Tet
	for i := range at {
		d = d.AddDays(y.length(i))
	}
	return d.AddDays(day - 1), nil
}

// Eve returns the last day of the lunar year before Tết of the given year: 29 or 30 of the twelfth month.
func (t LunarTable) Eve(tetYear int) (Date, bool) {
	y, ok := t[tetYear]
	return y.Tet.AddDays(-1), ok
}
