package programme

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"ketnghia/twinning"
)

// maxText is the greatest length of a text in a programme file, in runes; a name must fit on a phone's line.
const (
	maxText = 600
	maxName = 64
)

// section reads the keys of one table and notes every fault; a faulty value reads as the zero value.
type section struct {
	faults *faults
	// path is the table's place with numbers of repeated tables, "" for the root.
	path  string
	table map[string]any
	known []string
}

// at returns the full path of a key.
func (s *section) at(key string) string {
	if s.path == "" {
		return key
	}
	return s.path + "." + key
}

func (s *section) fault(key, problem, allowed string) { s.faults.add(s.at(key), problem, allowed) }

// lookup returns the value of the key and marks it as known. A missing key that is required is a fault.
func (s *section) lookup(key string, required bool) (any, bool) {
	s.known = append(s.known, key)
	v, ok := s.table[key]
	if !ok && required {
		s.fault(key, "is missing", "")
	}
	return v, ok
}

// rest notes every key that nobody looked up.
func (s *section) rest() {
	for key := range s.table {
		if !slices.Contains(s.known, key) {
			s.fault(key, "unknown key", "allowed: "+strings.Join(s.known, ", "))
		}
	}
}

// text reads a required text of at most limit runes, trimmed and in NFC.
func (s *section) text(key string, limit int) string {
	v, ok := s.lookup(key, true)
	if !ok {
		return ""
	}
	return s.asText(key, v, limit)
}

func (s *section) asText(key string, v any, limit int) string {
	raw, ok := v.(string)
	text := norm.NFC.String(strings.TrimSpace(raw))
	switch {
	case !ok:
		s.fault(key, "is "+kindOf(v), `want a text in quotes`)
	case text == "":
		s.fault(key, "is empty", "want a text")
	case utf8.RuneCountInString(text) > limit:
		s.fault(key, fmt.Sprintf("has %d characters", utf8.RuneCountInString(text)), fmt.Sprintf("at most %d are allowed", limit))
	default:
		return text
	}
	return ""
}

// choice reads a text that must be one of those allowed; fallback is taken when the key is missing, unless it is "".
func (s *section) choice(key, fallback string, allowed []string) string {
	v, ok := s.lookup(key, fallback == "")
	if !ok {
		return fallback
	}
	return s.oneOf(key, v, allowed)
}

func (s *section) oneOf(key string, v any, allowed []string) string {
	text, ok := v.(string)
	if !ok || !slices.Contains(allowed, text) {
		s.fault(key, quoted(v)+" is unknown", "allowed: "+strings.Join(allowed, ", "))
		return ""
	}
	return text
}

// list reads an array, given whether it must be there with at least one item.
func (s *section) list(key string, required bool) []any {
	v, ok := s.lookup(key, required)
	if !ok {
		return nil
	}
	items, ok := v.([]any)
	if !ok {
		tables, isTables := v.([]map[string]any)
		if !isTables {
			s.fault(key, "is "+kindOf(v), "want a list in square brackets")
			return nil
		}
		for _, t := range tables {
			items = append(items, t)
		}
	}
	if len(items) == 0 && required {
		s.fault(key, "is empty", "want at least one item")
	}
	return items
}

// choices reads a list of distinct words out of those allowed.
func (s *section) choices(key string, required bool, allowed []string) []string {
	var words []string
	for _, item := range s.list(key, required) {
		word := s.oneOf(key, item, allowed)
		switch {
		case word == "":
		case slices.Contains(words, word):
			s.fault(key, fmt.Sprintf("%q stands twice", word), "each item once")
		default:
			words = append(words, word)
		}
	}
	return words
}

// number reads a required whole number from low to high.
func (s *section) number(key string, low, high int64) int64 {
	v, ok := s.lookup(key, true)
	if !ok {
		return 0
	}
	return s.asNumber(key, v, low, high)
}

func (s *section) asNumber(key string, v any, low, high int64) int64 {
	n, ok := v.(int64)
	if !ok || n < low || n > high {
		s.fault(key, quoted(v)+" is out of range", fmt.Sprintf("allowed: whole numbers from %d to %d", low, high))
		return 0
	}
	return n
}

// numbers reads a list of distinct whole numbers from low to high.
func (s *section) numbers(key string, required bool, low, high int64) []int {
	var list []int
	for _, item := range s.list(key, required) {
		before := len(s.faults.list)
		n := int(s.asNumber(key, item, low, high))
		switch {
		case len(s.faults.list) > before:
		case slices.Contains(list, n):
			s.fault(key, fmt.Sprintf("%d stands twice", n), "each item once")
		default:
			list = append(list, n)
		}
	}
	return list
}

// flag reads a required true or false.
func (s *section) flag(key string, required bool) bool {
	v, ok := s.lookup(key, required)
	if !ok {
		return false
	}
	b, ok := v.(bool)
	if !ok {
		s.fault(key, "is "+kindOf(v), "allowed: true, false")
	}
	return b
}

// names reads a required text in both languages.
func (s *section) names(key string, limit int) twinning.Names {
	v, ok := s.lookup(key, true)
	if !ok {
		return nil
	}
	table, ok := v.(map[string]any)
	if !ok {
		s.fault(key, "is "+kindOf(v), `want { vi = "…", en = "…" }`)
		return nil
	}
	sub := &section{faults: s.faults, path: s.at(key), table: table}
	n := twinning.Names{"vi": sub.text("vi", limit), "en": sub.text("en", limit)}
	sub.rest()
	return n
}

// dates reads a list of distinct dates.
func (s *section) dates(key string) []twinning.Date {
	var dates []twinning.Date
	for _, item := range s.list(key, false) {
		d := s.asDate(key, item)
		switch {
		case d.IsZero():
		case slices.Contains(dates, d):
			s.fault(key, d.String()+" stands twice", "each item once")
		default:
			dates = append(dates, d)
		}
	}
	return dates
}

// date reads a date such as 2020-04-16, with or without quotes; no date when it is missing and not required.
func (s *section) date(key string, required bool) twinning.Date {
	v, ok := s.lookup(key, required)
	if !ok {
		return 0
	}
	return s.asDate(key, v)
}

func (s *section) asDate(key string, v any) twinning.Date {
	var d twinning.Date
	switch v := v.(type) {
	case time.Time:
		// The library reads a local date as midnight; a time of day or an offset is refused.
		if v.Location().String() == "date-local" {
			d = twinning.NewDate(v.Date())
		}
	case string:
		if parsed, err := twinning.ParseDate(v); err == nil {
			d = parsed
		}
	}
	if y := d.Year(); d.IsZero() || y < minYear || y > maxYear {
		s.fault(key, quoted(v)+" is no date", fmt.Sprintf("want year-month-day such as 2020-04-16, from %d to %d", minYear, maxYear))
		return 0
	}
	return d
}

// kindOf names a TOML value's type for people.
func kindOf(v any) string {
	switch v.(type) {
	case string:
		return "a text"
	case int64, float64:
		return "a number"
	case bool:
		return "true or false"
	case time.Time:
		return "a date or time"
	case []any, []map[string]any:
		return "a list"
	case map[string]any:
		return "a table"
	}
	return "a value of another type"
}

// quoted shows a value as it was written, shortened.
func quoted(v any) string {
	switch v := v.(type) {
	case string:
		if r := []rune(v); len(r) > 40 {
			return fmt.Sprintf("%q…", string(r[:40]))
		}
		return fmt.Sprintf("%q", v)
	case int64, float64, bool:
		return fmt.Sprint(v)
	}
	return kindOf(v)
}
