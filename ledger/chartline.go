package ledger

import (
	"cmp"
	"slices"
	"time"

	"ketnghia/twinning"
)

// ChartFilings is who filed a document on which day.
type ChartFilings struct {
	Rule twinning.ObligationRule
	// Deadline is the last day in time, From the first day to show and AsOf the last one, included.
	Deadline, From, AsOf twinning.Date
	// Whole counts everybody, Districts those of each district, "" for none; there are none for a single district, nor
	// for whoever sees the totals only.
	Whole     FiledDays
	Districts []FiledDays
}

// FiledDays are the documents owed in a district with the days on which they were filed.
type FiledDays struct {
	District twinning.UnitKey
	Owe      int
	Days     []twinning.Date
}

// filingsBefore is how many days before the deadline of a document are shown.
const filingsBefore = 90

// board chooses the obligations that count in the scope: what people of the scope owe, and for those who see all what is
// owed for a district by anybody, as the board of deadlines counts.
func (k *Look) board(s ChartScope, rules ...twinning.RuleID) (BoardFilter, error) {
	f := BoardFilter{Rules: rules}
	if s.Province {
		return f, nil
	}
	all, err := k.ReadsAll(s.reader)
	if all && s.Unit.Role == twinning.RoleRecipientDistrict {
		f.Districts = []twinning.UnitKey{s.Unit.Key}
		return f, err
	}
	f.Units = s.Span
	return f, err
}

// ChartFilings reads the documents under the rule that count within the scope, each as the Scoreboard has it.
func (k *Look) ChartFilings(s ChartScope, year int, id twinning.RuleID) (ChartFilings, error) {
	var c ChartFilings
	rule, known := k.programme.Rule(id)
	if !known {
		return c, wrap("rule "+string(id), twinning.ErrNotFound)
	}
	f, err := k.board(s, id)
	if err != nil {
		return c, err
	}
	b, err := k.Scoreboard(year, f)
	if err != nil {
		return c, err
	}
	districts, err := k.ByDistrict(b.Owings)
	if err != nil {
		return c, err
	}
	dl := rule.Deadlines(year, k.programme.Calendar)
	c = ChartFilings{Rule: rule, Deadline: dl.Due, Whole: filedDays("", b.Owings)}
	if len(districts) > 1 && (s.Open || !s.Province) {
		for _, key := range SortedDistricts(districts) {
			c.Districts = append(c.Districts, filedDays(key, districts[key]))
		}
	}
	// What was filed after the books of the year closed is shown too: it counts in chat.
	last := max(dl.Closes, dl.LateAfter)
	for _, day := range c.Whole.Days {
		last = max(last, day)
	}
	c.AsOf = min(k.Today(), last)
	c.From = min(c.AsOf, max(twinning.NewDate(dl.Due.Year(), time.January, 1), dl.Due.AddDays(-filingsBefore)))
	return c, nil
}

func filedDays(district twinning.UnitKey, owings []Owing) FiledDays {
	line := FiledDays{District: district}
	for _, o := range owings {
		if !o.Standing.Counts() {
			continue
		}
		line.Owe++
		if o.Standing.Met() {
			line.Days = append(line.Days, o.Filing.Filed)
		}
	}
	slices.Sort(line.Days)
	return line
}

// ChartRules returns the documents that somebody owes within the scope in the year, that of the nearest deadline first;
// of one deadline the one that most owe.
func (k *Look) ChartRules(s ChartScope, year int) ([]twinning.ObligationRule, error) {
	f, err := k.board(s)
	if err != nil {
		return nil, err
	}
	b, err := k.Scoreboard(year, f)
	if err != nil {
		return nil, err
	}
	var rules []twinning.ObligationRule
	owed := map[twinning.RuleID]int{}
	for _, x := range b.Rules {
		rule, known := k.programme.Rule(x.Key)
		if owed[x.Key] = x.Score.Total(); known && owed[x.Key] > 0 {
			rules = append(rules, rule)
		}
	}
	today := k.Today()
	away := func(r twinning.ObligationRule) int {
		days := r.Due.In(year).DaysSince(today)
		return max(days, -days)
	}
	slices.SortStableFunc(rules, func(a, b twinning.ObligationRule) int {
		return cmp.Or(cmp.Compare(away(a), away(b)), cmp.Compare(owed[b.ID], owed[a.ID]))
	})
	return rules, nil
}

// ChartMonths adds up the activities of the scope by the month of their first day, January first. It reads the
// activities of the year, as SumBetween does.
func (k *Look) ChartMonths(s ChartScope, year int) ([12]Sum, error) {
	var months [12]Sum
	for i := range months {
		months[i] = newSum()
	}
	whole := twinning.DateRange{From: twinning.NewDate(year, time.January, 1), To: twinning.NewDate(year, time.December, 31)}
	err := k.eachBetween(whole, Filter{Units: s.Span}, func(a twinning.Activity) {
		_, month, _ := a.Facts.From.Parts()
		months[month-1].addActivity(a)
	})
	return months, err
}

// ChartYears is one gauge of some groups over years.
type ChartYears struct {
	Years  []int
	Groups []ChartGroup
}

// ChartGroup is a unit with its number of each year; Unknown says of which years nothing was recorded in the province.
type ChartGroup struct {
	Unit    twinning.Unit
	Values  []int64
	Unknown []bool
}

// yearsFor is how many years are compared: the more groups, the fewer, so that all find room in one picture.
func yearsFor(groups int) int {
	switch {
	case groups == 1:
		return 5
	case groups <= 4:
		return 4
	case groups <= 6:
		return 3
	}
	return 2
}

// ChartYears compares the year with those before it: of the unit itself, then of its parts that the reader may see, the
// largest of the year first.
func (k *Look) ChartYears(s ChartScope, year int, g twinning.Gauge) (ChartYears, error) {
	var c ChartYears
	parts, err := k.scopeParts(s)
	if err != nil {
		return c, err
	}
	first := max(year-yearsFor(1+len(parts))+1, min(k.programme.From, year-1))
	recorded, err := k.recordedSince(first, year)
	if err != nil {
		return c, err
	}
	for y := first; y <= year; y++ {
		c.Years = append(c.Years, y)
	}
	for _, u := range append([]twinning.Unit{s.Unit}, parts...) {
		span, err := k.Span(u)
		if err != nil {
			return c, err
		}
		group := ChartGroup{Unit: u}
		for _, y := range c.Years {
			sum, err := k.Sum(y, Filter{Units: span})
			if err != nil {
				return c, err
			}
			group.Values = append(group.Values, g.Of(sum.All()))
			group.Unknown = append(group.Unknown, !recorded[y])
		}
		c.Groups = append(c.Groups, group)
	}
	slices.SortStableFunc(c.Groups[1:], func(a, b ChartGroup) int {
		n := len(c.Years) - 1
		return cmp.Or(cmp.Compare(b.Values[n], a.Values[n]), cmp.Compare(b.Values[n-1], a.Values[n-1]))
	})
	return c, nil
}

// scopeParts returns the units of which the scope consists, as far as its reader may see them: the districts of the
// province, the communes of a district, the communes at the border of the overseer.
func (k *Look) scopeParts(s ChartScope) (parts []twinning.Unit, err error) {
	switch {
	case s.Province:
		parts, err = k.UnitsOf(twinning.RoleRecipientDistrict)
	case len(s.Span) > 1:
		parts, err = k.ActiveUnits()
		parts = slices.DeleteFunc(parts, func(u twinning.Unit) bool {
			return u.Key == s.Unit.Key || !slices.Contains(s.Span, u.Key)
		})
	}
	if err != nil {
		return nil, err
	}
	return k.readable(s, parts)
}

// recordedSince says of which years the books hold anything; the present year and later ones count as recorded.
func (k *Look) recordedSince(first, last int) (map[int]bool, error) {
	recipients, err := k.keysOf(func(u twinning.Unit) bool { return u.Role.IsRecipient() })
	if err != nil {
		return nil, err
	}
	recorded := map[int]bool{}
	for year := first; year <= last; year++ {
		sum, err := k.Sum(year, Filter{Units: recipients})
		if err != nil {
			return nil, err
		}
		recorded[year] = year >= k.Today().Year() || sum.All()[twinning.Activities] > 0
	}
	return recorded, nil
}
