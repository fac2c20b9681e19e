package programme

import (
	"bytes"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"
	_ "time/tzdata" // The zone must load on a machine without a zone database.

	"github.com/BurntSushi/toml"

	"ketnghia/twinning"
)

// The bounds of a programme file.
const (
	// maxProgrammeBytes is the greatest size: the embedded file has some 15 KB.
	maxProgrammeBytes = 1 << 20
	// maxNesting keeps the TOML library's recursion shallow; the format needs 3.
	maxNesting = 12
	minYear    = 1990
	maxYear    = 2100
)

// Parse reads and checks a programme file. Its errors are all faults of the file, joined, each as
// "name:line: key: what is wrong; what is allowed"; a syntax error is told alone.
func Parse(name string, data []byte) (*twinning.Programme, error) {
	table, lines, err := decode(name, data)
	if err != nil {
		return nil, err
	}
	lunar, err := Lunar()
	if err != nil {
		return nil, err
	}
	root := &section{faults: &faults{file: name, lines: lines}, table: table}
	p := &twinning.Programme{}
	readTitle(root.sub("programme"), p)
	p.Delivery = readDelivery(root.sub("delivery"))
	p.Ladder = readLadder(root.sub("ladder"))
	p.Obligations = readObligations(root, p.Signed)
	p.Targets = readTargets(root)
	p.Stages = readStages(root)
	p.Rating = readRating(root.sub("rating"), p.Obligations)
	p.Calendar = readCalendar(root, lunar)
	root.rest()
	if err := root.faults.err(); err != nil {
		return nil, err
	}
	return p, nil
}

// decode reads the TOML of a programme file, within bounds that keep a hostile one harmless.
func decode(name string, data []byte) (map[string]any, *lineIndex, error) {
	if len(data) > maxProgrammeBytes {
		return nil, nil, &Fault{
			File: name, Line: 1, Problem: "the file is too big",
			Allowed: fmt.Sprintf("at most %d bytes are allowed", maxProgrammeBytes),
		}
	}
	data = bytes.TrimPrefix(data, []byte(byteOrderMark))
	lines := indexLines(string(data))
	if lines.depth > maxNesting {
		return nil, nil, &Fault{
			File: name, Line: 1, Problem: "brackets or dotted keys are nested too deep",
			Allowed: fmt.Sprintf("at most %d levels are allowed", maxNesting),
		}
	}
	var table map[string]any
	if _, err := toml.Decode(string(data), &table); err != nil {
		fault := &Fault{File: name, Line: 1, Problem: err.Error()}
		if syntax, ok := errors.AsType[toml.ParseError](err); ok {
			fault.Line = syntax.Position.Line
			fault.Problem = strings.Join(strings.Fields(syntax.Message), " ")
			if strings.Contains(fault.Problem, `got '\n'`) {
				// The library counts the line break that ended the faulty line already.
				fault.Line--
			}
			// It may also say 0 for a text that ends within its first line.
			fault.Line = max(fault.Line, 1)
			// In a header the last key is one of the table before.
			if !strings.HasPrefix(strings.TrimSpace(lineOf(data, fault.Line)), "[") {
				fault.Key = syntax.LastKey
			}
		}
		return nil, nil, fault
	}
	return table, lines, nil
}

// lineOf returns the line of that number, counted from 1.
func lineOf(data []byte, number int) string {
	for line := range strings.Lines(string(data)) {
		if number--; number == 0 {
			return line
		}
	}
	return ""
}

// byteOrderMark is what Windows editors put before UTF-8.
const byteOrderMark = "\ufeff"

// sub returns the table of that key, which must be there; a missing or mistyped one reads as empty, with one fault instead of one for each
// of its keys.
func (s *section) sub(key string) *section {
	v, ok := s.lookup(key, true)
	table, isTable := v.(map[string]any)
	if ok && !isTable {
		s.fault(key, "is "+kindOf(v), "want a table ["+key+"]")
	}
	if !isTable {
		return nil
	}
	return &section{faults: s.faults, path: s.at(key), table: table}
}

// subs returns the repeated tables of that key.
func (s *section) subs(key string, required bool) []*section {
	v, ok := s.lookup(key, required)
	if !ok {
		return nil
	}
	tables, ok := v.([]map[string]any)
	if !ok {
		s.fault(key, "is "+kindOf(v), "want tables [["+key+"]]")
		return nil
	}
	list := make([]*section, len(tables))
	for i, t := range tables {
		list[i] = &section{faults: s.faults, path: fmt.Sprintf("%s[%d]", s.at(key), i), table: t}
	}
	return list
}

// readTitle reads what the decision is and for which years and zone.
func readTitle(s *section, p *twinning.Programme) {
	if s == nil {
		return
	}
	p.Title = s.names("title", maxText)
	p.Decision = s.text("decision", maxName)
	p.Signed = s.date("signed", true)
	p.From = int(s.number("from", minYear, maxYear))
	p.To = int(s.number("to", minYear, maxYear))
	if p.From > p.To && p.To != 0 {
		s.fault("to", fmt.Sprintf("%d is before %d", p.To, p.From), "to must not be before from")
	}
	zone := s.text("time_zone", maxName)
	s.text("cite", maxText)
	s.rest()
	if zone == "" {
		return
	}
	location, err := time.LoadLocation(zone)
	if err != nil || zone == "Local" {
		s.fault("time_zone", quoted(zone)+" is unknown", `want a name of the tz database such as "Asia/Ho_Chi_Minh"`)
		return
	}
	p.Location = location
}

// readLadder reads when reminders fall, in days from the last day in time.
func readLadder(s *section) twinning.Ladder {
	if s == nil {
		return twinning.Ladder{}
	}
	const year = 366
	l := twinning.Ladder{
		Before:   s.numbers("before", true, 0, year),
		After:    s.numbers("after", false, 1, year),
		Weekly:   int(s.number("weekly", 0, year)),
		LeadFrom: int(s.number("lead_from", 0, year)),
		Digest:   s.numbers("digest", true, 0, year),
	}
	s.text("cite", maxText)
	s.rest()
	for _, d := range l.Digest {
		if len(l.Before) > 0 && !slices.Contains(l.Before, d) {
			s.fault("digest", fmt.Sprintf("%d is no rung of before", d), "allowed: "+joinNumbers(l.Before))
		}
	}
	return l
}

// readDelivery reads the hours of a working day in which reminders go out.
func readDelivery(s *section) twinning.Delivery {
	if s == nil {
		return twinning.Delivery{}
	}
	d := twinning.Delivery{From: s.minutes("from"), To: s.minutes("to")}
	s.text("cite", maxText)
	s.rest()
	if d.From >= 0 && d.To >= 0 && d.From >= d.To {
		s.fault("to", "is not after from", "to must be later on the same day")
	}
	return d
}

// minutes reads "07:30" as minutes since midnight; -1 for a faulty value.
func (s *section) minutes(key string) int {
	v, ok := s.lookup(key, true)
	if !ok {
		return -1
	}
	text, _ := v.(string)
	t, err := time.Parse("15:04", text)
	if err != nil {
		s.fault(key, quoted(v)+" is no time of day", `want hours and minutes in quotes such as "07:30"`)
		return -1
	}
	return t.Hour()*60 + t.Minute()
}

func joinNumbers(list []int) string {
	words := make([]string, len(list))
	for i, n := range list {
		words[i] = fmt.Sprint(n)
	}
	return strings.Join(words, ", ")
}
