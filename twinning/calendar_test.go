package twinning_test

import (
	"errors"
	"testing"

	"pgregory.net/rapid"

	"ketnghia/twinning"
)

// lunar holds three years: 2025 with a leap sixth month, 2026 and 2027.
func lunar(t testing.TB) twinning.LunarTable {
	t.Helper()
	return twinning.LunarTable{
		2025: {Year: 2025, Tet: day(t, "2025-01-29"), Leap: 6, Long: 0x0ea5},
		2026: {Year: 2026, Tet: day(t, "2026-02-17"), Long: 0x0725},
		2027: {Year: 2027, Tet: day(t, "2027-02-06"), Long: 0x064b},
	}
}

func calendar(t testing.TB) *twinning.Calendar {
	t.Helper()
	return &twinning.Calendar{
		Lunar: lunar(t), TetTo: 4,
		Fixed:     []twinning.MonthDay{{Month: 1, Day: 1}, {Month: 4, Day: 30}, {Month: 5, Day: 1}, {Month: 9, Day: 2}},
		National:  twinning.MonthDay{Month: 9, Day: 2},
		LunarDays: []twinning.MonthDay{{Month: 3, Day: 10}},
		TetYears:  map[int]twinning.DateRange{2025: {From: day(t, "2025-01-27"), To: day(t, "2025-01-31")}},
		Off:       map[twinning.Date]bool{day(t, "2025-05-02"): true},
		Work:      map[twinning.Date]bool{day(t, "2025-04-26"): true},
	}
}

func TestSolar(t *testing.T) {
	t.Parallel()
	table := lunar(t)
	tests := map[string]struct {
		year, month, day int
		leap             bool
		want             string
	}{
		"first day of the year":     {2027, 1, 1, false, "2027-02-06"},
		"Giỗ Tổ 2026":               {2026, 3, 10, false, "2026-04-26"},
		"Giỗ Tổ 2027":               {2027, 3, 10, false, "2027-04-16"},
		"mid-autumn, no leap month": {2026, 8, 15, false, "2026-09-25"},
		"sixth month 2025":          {2025, 6, 1, false, "2025-06-25"},
		"leap sixth month 2025":     {2025, 6, 1, true, "2025-07-25"},
		"month after the leap one":  {2025, 7, 15, false, "2025-09-06"},
		"mid-autumn after it":       {2025, 8, 15, false, "2025-10-06"},
		"no leap month":             {2026, 6, 1, true, ""},
		"30th of a short month":     {2026, 2, 30, false, ""},
		"no such month":             {2026, 13, 1, false, ""},
		"day 0":                     {2026, 1, 0, false, ""},
		"year outside the table":    {2050, 1, 1, false, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d, err := table.Solar(test.year, test.month, test.day, test.leap)
			if d.String() != test.want || (err == nil) != (test.want != "") {
				t.Errorf("got %s, %v; want %s", d, err, test.want)
			}
			if err != nil && !errors.Is(err, twinning.ErrNotFound) {
				t.Errorf("%v is no ErrNotFound", err)
			}
		})
	}
}

func TestEve(t *testing.T) {
	t.Parallel()
	if d, ok := lunar(t).Eve(2027); !ok || d != day(t, "2027-02-05") {
		t.Errorf("eve of 2027: %s, %v", d, ok)
	}
	if _, ok := lunar(t).Eve(2050); ok {
		t.Error("a year outside the table has an eve")
	}
}

func TestWorking(t *testing.T) {
	t.Parallel()
	c := calendar(t)
	tests := map[string]bool{
		"2027-02-04": true,  // Thursday before Tết
		"2027-02-05": false, // eve of Tết
		"2027-02-08": false, // 3/1 lunar
		"2027-02-09": false, // 4/1 lunar
		"2027-02-10": true,
		"2025-01-24": true, // Friday
		"2025-01-27": false,
		"2025-01-31": false,
		"2025-02-03": true,
		"2025-04-26": true,  // a Saturday worked
		"2025-05-02": false, // a Friday off for it
		"2025-04-07": false, // 10/3 lunar
		"2026-09-01": false, // Tuesday before 2/9
		"2026-09-02": false,
		"2026-09-03": true,
		"2024-09-03": false, // 2/9/2024 is a Monday: the free day is the one after
		"2024-08-30": true,
		"2026-02-28": false, // Saturday
		"2026-03-02": true,
		"2027-01-01": false,
	}
	for text, want := range tests {
		t.Run(text, func(t *testing.T) {
			t.Parallel()
			if got := c.Working(day(t, text)); got != want {
				t.Errorf("working: %v, want %v", got, want)
			}
		})
	}
}

func TestZeroCalendarKnowsWeekends(t *testing.T) {
	t.Parallel()
	c := &twinning.Calendar{}
	if c.Working(day(t, "2027-02-06")) || !c.Working(day(t, "2027-02-08")) {
		t.Error("the zero calendar is not that of weekends alone")
	}
}

// The nearest working day on either side is one, and no working day lies between.
func TestNearestWorkingDays(t *testing.T) {
	t.Parallel()
	c := calendar(t)
	first := day(t, "2025-01-01")
	rapid.Check(t, func(t *rapid.T) {
		d := first.AddDays(rapid.IntRange(0, 1094).Draw(t, "day"))
		before, after := c.OnOrBefore(d), c.OnOrAfter(d)
		if before > d || after < d || !c.Working(before) || !c.Working(after) {
			t.Fatalf("%s lies between %s and %s", d, before, after)
		}
		for x := before + 1; x < after; x++ {
			if c.Working(x) {
				t.Fatalf("%s is a working day between %s and %s", x, before, after)
			}
		}
	})
}
