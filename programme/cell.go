package programme

import (
	"errors"
	"maps"
	"math"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"ketnghia/twinning"
)

// maxStaff is more posts than any agency of a province has.
const maxStaff = 100_000

// maxAliases bounds the other names of one unit.
const maxAliases = 20

// The forms of numbers and dates in cells.
var (
	thousands    = regexp.MustCompile(`^\d{1,3}([., ]\d{3})+$`)
	decimal      = regexp.MustCompile(`^-?\d+([.,]\d+)?([eE]\+?\d{1,2})?$`)
	serialNumber = regexp.MustCompile(`^(\d{5})(\.\d+)?$`)
	timeOfDay    = regexp.MustCompile(`[T ]\d{1,2}:\d{2}(:\d{2})?(\.\d+)?Z?$`)
	dayFirst     = regexp.MustCompile(`^(\d{1,2})[/.\-](\d{1,2})[/.\-](\d{4})$`)
	yearFirst    = regexp.MustCompile(`^(\d{4})[/.\-](\d{1,2})[/.\-](\d{1,2})$`)
)

// code returns an official code. A spreadsheet that took it for a number may have written "20437.0".
func (c *cursor) code() string {
	text := c.text("code")
	if n, ok := wholeNumber(text); ok && strings.ContainsAny(text, ".eE") {
		return strconv.FormatInt(n, 10)
	}
	return text
}

// aliases returns the names between "|" (or ";", which no name holds).
func (c *cursor) aliases() []string {
	var list []string
	for _, part := range strings.FieldsFunc(c.text("aliases"), func(r rune) bool { return r == '|' || r == ';' }) {
		if part = clean(part); part != "" && !slices.Contains(list, part) && len(list) < maxAliases {
			list = append(list, part)
		}
	}
	return list
}

// role returns the role that the cell names, "" when it is empty or unknown.
func (c *cursor) role(column string, words map[string]string) string {
	text := c.text(column)
	if text == "" {
		return ""
	}
	role := lookup(words, text)
	if role == "" {
		c.reject(Rejection{
			Column: column, Code: RejectBadRole, Value: text,
			Candidates: slices.Compact(slices.Sorted(maps.Values(words))),
		})
	}
	return role
}

// answer returns whether the cell says yes; empty means no.
func (c *cursor) answer(column string) bool {
	text := c.text(column)
	if text == "" {
		return false
	}
	answer := lookup(c.roster.words.answers, text)
	if answer == "" {
		c.reject(Rejection{Column: column, Code: RejectBadAnswer, Value: text})
	}
	return answer == "yes"
}

// whole returns a number from 0 to limit, 0 for an empty cell.
func (c *cursor) whole(column string, limit int) int {
	text := c.text(column)
	if text == "" {
		return 0
	}
	n, ok := wholeNumber(text)
	if !ok || n < 0 || n > int64(limit) || c.fraction(column) {
		c.reject(Rejection{Column: column, Code: RejectBadNumber, Value: text, Limit: limit})
		return 0
	}
	return int(n)
}

// fraction says whether the cell of the column is a number with a part, whatever its text looks like.
func (c *cursor) fraction(column string) bool {
	_, i, ok := c.raw(column)
	return ok && c.grid.holdsFraction(c.row.Number, i+1)
}

// wholeNumber reads "37", "37.0" (a spreadsheet's), "1.234" and "1 234" (Vietnamese thousands); ok is false for parts.
func wholeNumber(text string) (n int64, ok bool) {
	if thousands.MatchString(text) {
		text = strings.NewReplacer(".", "", ",", "", " ", "").Replace(text)
	}
	if !decimal.MatchString(text) {
		return 0, false
	}
	f, err := strconv.ParseFloat(strings.Replace(text, ",", ".", 1), 64)
	if err != nil || f != math.Trunc(f) || math.Abs(f) > 1<<53 {
		return 0, false
	}
	return int64(f), true
}

// date returns the date of the cell, no date when it is empty or was rejected.
func (c *cursor) date(column string, required bool) twinning.Date {
	text := c.text(column)
	if required {
		text = c.need(column, text)
	}
	if text == "" {
		return 0
	}
	d, ok := c.grid.parseDate(text)
	if !ok {
		c.reject(Rejection{Column: column, Code: RejectBadDate, Value: text})
	}
	return d
}

// parseDate reads dd/mm/yyyy (also with "-" or "."), yyyy-mm-dd (also with "/"), both with a time of day after it, and
// the serials of spreadsheets. The month is never first, and a year has four digits: nobody can tell 02/03/27.
func (g *grid) parseDate(text string) (twinning.Date, bool) {
	if m := serialNumber.FindStringSubmatch(text); m != nil {
		n, err := strconv.Atoi(m[1])
		d := twinning.Date(n - g.serial)
		return d, err == nil && plausible(d)
	}
	text = timeOfDay.ReplaceAllString(text, "")
	var day, month, year string
	if m := dayFirst.FindStringSubmatch(text); m != nil {
		day, month, year = m[1], m[2], m[3]
	} else if m := yearFirst.FindStringSubmatch(text); m != nil {
		year, month, day = m[1], m[2], m[3]
	} else {
		return 0, false
	}
	y, errYear := strconv.Atoi(year)
	m, errMonth := strconv.Atoi(month)
	n, errDay := strconv.Atoi(day)
	d, ok := twinning.ValidDate(y, time.Month(m), n)
	return d, ok && errors.Join(errYear, errMonth, errDay) == nil && plausible(d)
}

// plausible says whether the date lies within the years of any programme.
func plausible(d twinning.Date) bool { return d != 0 && d.Year() >= minYear && d.Year() <= maxYear }
