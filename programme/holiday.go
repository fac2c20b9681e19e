package programme

import (
	"fmt"
	"time"

	"ketnghia/twinning"
)

// readCalendar reads the holidays of every year and the exceptions of single years.
func readCalendar(root *section, lunar twinning.LunarTable) *twinning.Calendar {
	c := &twinning.Calendar{
		Lunar:    lunar,
		TetYears: map[int]twinning.DateRange{},
		Off:      map[twinning.Date]bool{},
		Work:     map[twinning.Date]bool{},
	}
	if s := root.sub("holidays"); s != nil {
		for _, item := range s.list("fixed", true) {
			c.Fixed = append(c.Fixed, s.asMonthDay("fixed", item, false))
		}
		c.National = s.monthDay("national")
		c.TetTo = int(s.number("tet_to", 1, 15))
		for _, item := range s.list("lunar", false) {
			c.LunarDays = append(c.LunarDays, s.lunarDay("lunar", item))
		}
		s.text("cite", maxText)
		s.rest()
	}
	seen := map[int]bool{}
	for _, s := range root.subs("year", false) {
		s.holidayYear(c, seen)
		s.rest()
	}
	return c
}

// lunarDay reads a day of the lunar year, "03-10" for Giỗ Tổ Hùng Vương.
func (s *section) lunarDay(key string, v any) twinning.MonthDay {
	text, _ := v.(string)
	var month, day int
	if n, err := fmt.Sscanf(text, "%2d-%2d", &month, &day); err != nil || n != 2 || len(text) != len("03-10") ||
		month < 1 || month > 12 || day < 1 || day > 30 {
		s.fault(key, quoted(v)+" is no lunar day", `want lunar month-day such as "03-10"`)
		return twinning.MonthDay{}
	}
	return twinning.MonthDay{Month: time.Month(month), Day: day}
}

// holidayYear reads what the Government decided for one year: the free days of Tết and the swaps of single days.
func (s *section) holidayYear(c *twinning.Calendar, seen map[int]bool) {
	year := int(s.number("year", minYear, maxYear))
	if seen[year] && year != 0 {
		s.fault("year", fmt.Sprintf("%d stands twice", year), "each year once")
	}
	seen[year] = true
	_, hasFrom := s.table["tet_from"]
	_, hasTo := s.table["tet_to"]
	tet := twinning.DateRange{From: s.date("tet_from", hasTo), To: s.date("tet_to", hasFrom)}
	if tet.From != 0 && tet.To != 0 {
		s.tet(year, tet, c)
	}
	for _, d := range s.dates("off") {
		s.sameYear("off", d, year)
		c.Off[d] = true
	}
	for _, d := range s.dates("work") {
		s.sameYear("work", d, year)
		if c.Off[d] {
			s.fault("work", d.String()+" stands in off too", "a day is free or worked")
		}
		c.Work[d] = true
	}
	s.text("cite", maxText)
}

// tet takes over the free days of Tết of one year. More than a month is a slip of the pen.
func (s *section) tet(year int, tet twinning.DateRange, c *twinning.Calendar) {
	s.sameYear("tet_from", tet.From, year)
	s.sameYear("tet_to", tet.To, year)
	if n := tet.To.DaysSince(tet.From); n < 0 || n > 30 {
		s.fault("tet_to", "is not within 30 days after tet_from", "want tet_from <= tet_to")
		return
	}
	c.TetYears[year] = tet
}

func (s *section) sameYear(key string, d twinning.Date, year int) {
	if year != 0 && d.Year() != year {
		s.fault(key, d.String()+" is not in the year of its table", fmt.Sprintf("want a date in %d", year))
	}
}
