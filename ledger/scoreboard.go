package ledger

import (
	"slices"

	"ketnghia/twinning"
)

// Score counts obligations by where they stand.
type Score map[twinning.Standing]int

// Total is how many count: those that were waived or do not apply stand aside.
func (s Score) Total() int { return s.sum(twinning.Standing.Counts) }

// Filed is how many are met, in time or late.
func (s Score) Filed() int { return s.sum(twinning.Standing.Met) }

// Missing is how many documents are still to come, late or not.
func (s Score) Missing() int { return s.sum(twinning.Standing.Open) }

// Late is how many were filed late or are overdue.
func (s Score) Late() int {
	return s[twinning.StandingMetLate] + s[twinning.StandingOverdue]
}

func (s Score) sum(of func(twinning.Standing) bool) int {
	n := 0
	for standing, count := range s {
		if of(standing) {
			n += count
		}
	}
	return n
}

// Shares are whole percents of what counts, each rounded by itself so that equal numbers have equal shares: they may add
// up to 99 or 101. Only nothing is 0, and only all is 100.
type Shares struct{ InTime, DueDay, Late, Missing int }

// Shares returns the percentages.
func (s Score) Shares() Shares {
	total := s.Total()
	share := func(n int) int {
		if n == 0 || n == total {
			return n * 100 / max(total, 1)
		}
		return min(max((n*100+total/2)/total, 1), 99)
	}
	return Shares{
		InTime: share(s[twinning.StandingMet]), DueDay: share(s[twinning.StandingMetDue]),
		Late: share(s[twinning.StandingMetLate]), Missing: share(s.Missing()),
	}
}

// Scored is the score of one rule, district or unit.
type Scored[K comparable] struct {
	Key   K
	Score Score
}

// BoardFilter chooses the obligations of a scoreboard. The zero value takes all about which people are reminded.
type BoardFilter struct {
	// Rules and Roles (of the unit that owes) are what counts, each empty for all.
	Rules []twinning.RuleID
	Roles []twinning.UnitRole
	// Units are whose obligations count, nil for all.
	Units []twinning.UnitKey
	// About limits to what is owed by one of these units or a commune of one, or for a pairing that helps one; empty for
	// all.
	About []twinning.UnitKey
	// Districts limits to what is counted there ("" is no district), empty for all.
	Districts []twinning.UnitKey
}

// Scoreboard says how the obligations of a year stand.
type Scoreboard struct {
	Year int
	All  Score
	// Rules are in the order of the programme, Units by key, Districts by key and what has none last, as "". An
	// obligation of a pairing is counted in the recipient's district, one of a unit in that of the unit.
	Rules     []Scored[twinning.RuleID]
	Districts []Scored[twinning.UnitKey]
	Units     []Scored[twinning.UnitKey]
	// Owings are what was counted, in the order of Look.Owings.
	Owings []Owing
}

// Scoreboard counts the obligations of the year. Every number about who filed comes from here.
func (k *Look) Scoreboard(year int, f BoardFilter) (Scoreboard, error) {
	b := Scoreboard{Year: year, All: Score{}}
	owings, err := k.OwingsUnder(year, f.Rules...)
	if err != nil {
		return b, err
	}
	parties, err := k.parties()
	if err != nil {
		return b, err
	}
	districts, units := map[twinning.UnitKey]Score{}, map[twinning.UnitKey]Score{}
	for _, o := range owings {
		district := parties.district(o.Obligation)
		if !f.takes(o, parties) || len(f.Districts) > 0 && !slices.Contains(f.Districts, district) {
			continue
		}
		b.Owings = append(b.Owings, o)
		b.All[o.Standing]++
		if n := len(b.Rules); n == 0 || b.Rules[n-1].Key != o.Rule.ID {
			b.Rules = append(b.Rules, Scored[twinning.RuleID]{o.Rule.ID, Score{}})
		}
		b.Rules[len(b.Rules)-1].Score[o.Standing]++
		count(districts, district, o.Standing)
		count(units, o.Unit, o.Standing)
	}
	b.Districts, b.Units = inOrder(districts), inOrder(units)
	return b, nil
}

func count(scores map[twinning.UnitKey]Score, key twinning.UnitKey, s twinning.Standing) {
	if scores[key] == nil {
		scores[key] = Score{}
	}
	scores[key][s]++
}

// inOrder returns the scores by key, that of "" last.
func inOrder(scores map[twinning.UnitKey]Score) []Scored[twinning.UnitKey] {
	list := make([]Scored[twinning.UnitKey], 0, len(scores))
	for _, key := range SortedDistricts(scores) {
		list = append(list, Scored[twinning.UnitKey]{key, scores[key]})
	}
	return list
}

// takes says whether the obligation is one of those that the filter chooses, districts aside.
func (f BoardFilter) takes(o Owing, p parties) bool {
	u := p.units[o.Unit]
	switch {
	case len(f.Rules) == 0 && !o.Rule.Remind, len(f.Rules) > 0 && !slices.Contains(f.Rules, o.Rule.ID):
		return false
	case f.Units != nil && !slices.Contains(f.Units, o.Unit), len(f.Roles) > 0 && !slices.Contains(f.Roles, u.Role):
		return false
	case len(f.About) == 0, slices.Contains(f.About, o.Unit), slices.Contains(f.About, u.Parent):
		return true
	}
	return o.Pairing != 0 && slices.Contains(f.About, p.pairings[o.Pairing].Recipient)
}
