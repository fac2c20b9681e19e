package sandbox

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// morningHour is the hour to which a moment without an hour is set.
const morningHour = 8

// vietnam is Asia/Ho_Chi_Minh: UTC+7 without daylight saving since 1975, so no time zone table is needed.
func vietnam() *time.Location { return time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60) }

// moment reads where the clock shall go, as somebody types it into the page: "20/02/2027", "20/2", "20/02/2027 08:00",
// "17h30", "2027-02-20 08:00", "+3 ngày", "2 giờ", each with or without "tới". A date without an hour means the
// morning; without a year, and an hour without a date, the next such moment after now. The Vietnamese words here are
// what people type, not what the page shows.
func moment(text string, now time.Time) (time.Time, error) {
	now = now.In(vietnam())
	text = strings.ToLower(strings.Join(strings.Fields(text), " "))
	text = regexp.MustCompile(`^(?:(?:tới|đến|toi|den|ngày|ngay|luc|lúc) )+`).ReplaceAllString(text, "")
	if t, ok := step(text, now); ok {
		return t, nil
	}
	if t, ok := hour(text, now); ok {
		return t, nil
	}
	if t, ok := date(text, now); ok {
		return t, nil
	}
	for _, layout := range []string{"2006-01-02 15:04", "2006-01-02t15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(layout, text, vietnam()); err == nil {
			if layout == "2006-01-02" {
				t = t.Add(morningHour * time.Hour)
			}
			return t, nil
		}
	}
	return time.Time{}, fmt.Errorf("moment %q: %w", text, ErrInvalid)
}

// maxStep bounds a step's number, so that the year stays within four digits.
const maxStep = 100_000

// step reads a distance from now.
func step(text string, now time.Time) (time.Time, bool) {
	m := regexp.MustCompile(`^\+? ?(\d{1,6}) ?(phút|phut|giờ|gio|ngày|ngay|tuần|tuan|tháng|thang|năm|nam|m|h|d)$`).FindStringSubmatch(text)
	if m == nil || strings.HasSuffix(m[2], "h") && !strings.HasPrefix(text, "+") {
		return time.Time{}, false // "17h" is an hour, "+17h" a distance
	}
	n := min(number(m[1]), maxStep)
	switch m[2] {
	case "phút", "phut", "m":
		return now.Add(time.Duration(n) * time.Minute), true
	case "giờ", "gio", "h":
		return now.Add(time.Duration(n) * time.Hour), true
	case "tuần", "tuan":
		return now.AddDate(0, 0, 7*n), true
	case "tháng", "thang":
		return now.AddDate(0, n, 0), true
	case "năm", "nam":
		return now.AddDate(min(n, 1000), 0, 0), true
	}
	return now.AddDate(0, 0, n), true
}

// hour reads an hour alone: the next one after now.
func hour(text string, now time.Time) (time.Time, bool) {
	m := regexp.MustCompile(`^(\d{1,2})[:h](\d{2})?$`).FindStringSubmatch(text)
	if m == nil || number(m[1]) > 23 || number(m[2]) > 59 {
		return time.Time{}, false
	}
	t := time.Date(now.Year(), now.Month(), now.Day(), number(m[1]), number(m[2]), 0, 0, vietnam())
	if !t.After(now) {
		t = t.AddDate(0, 0, 1)
	}
	return t, true
}

// date reads day/month, with or without year and hour.
func date(text string, now time.Time) (time.Time, bool) {
	m := regexp.MustCompile(`^(\d{1,2})[/.-](\d{1,2})(?:[/.-](\d{4}))?(?:,? (?:lúc |luc )?(\d{1,2})(?:[:h](\d{2})?)?)?$`).FindStringSubmatch(text)
	if m == nil || number(m[4]) > 23 || number(m[5]) > 59 {
		return time.Time{}, false
	}
	year, h := number(m[3]), morningHour
	if m[4] != "" {
		h = number(m[4])
	}
	if m[3] == "" {
		year = now.Year()
	}
	t := time.Date(year, time.Month(number(m[2])), number(m[1]), h, number(m[5]), 0, 0, vietnam())
	if m[3] == "" && !t.After(now) {
		year++
		t = time.Date(year, time.Month(number(m[2])), number(m[1]), h, number(m[5]), 0, 0, vietnam())
	}
	return t, t.Day() == number(m[1]) && int(t.Month()) == number(m[2]) // 31/2 isn't a date
}

// number reads digits; none is 0.
func number(digits string) int {
	n, err := strconv.Atoi(digits)
	if err != nil {
		return 0
	}
	return n
}

// nextMorning is the next Monday to Friday, 08:00.
func nextMorning(now time.Time) time.Time {
	now = now.In(vietnam())
	t := time.Date(now.Year(), now.Month(), now.Day(), morningHour, 0, 0, 0, vietnam())
	for !t.After(now) || t.Weekday() == time.Saturday || t.Weekday() == time.Sunday {
		t = t.AddDate(0, 0, 1)
	}
	return t
}
