package twinning

import (
	"cmp"
	"fmt"
	"slices"
)

// Obligation is a rule that a unit owes in a year, for itself or for one pairing. It is derived, never stored.
type Obligation struct {
	Rule RuleID  `json:"rule"`
	Unit UnitKey `json:"unit"`
	// Pairing is 0 for an obligation of the unit itself.
	Pairing PairingID `json:"pairing,omitempty"`
	Year    int       `json:"year"`
}

// Key is the obligation's name in causes and keys: "needs|W20437|2027", with "|p5" for pairing 5 at the end.
func (o Obligation) Key() string {
	if o.Pairing == 0 {
		return fmt.Sprintf("%s|%s|%d", o.Rule, o.Unit, o.Year)
	}
	return fmt.Sprintf("%s|%s|%d|p%d", o.Rule, o.Unit, o.Year, o.Pairing)
}

// Deadlines are the dates of one rule in one year.
type Deadlines struct {
	// Due is the last day in time; LateAfter the last day that is not late, rolled to the next working day; Closes the
	// last day on which a filing counts for the year.
	Due, LateAfter, Closes Date
}

// Deadlines returns the dates of the rule in the year. A LateAfter on a day off rolls to the next working day (the
// label only; reminders run to the plain Due).
func (r ObligationRule) Deadlines(year int, c *Calendar) Deadlines {
	return Deadlines{Due: r.Due.In(year), LateAfter: c.OnOrAfter(r.LateAfter.In(year)), Closes: r.Closes.In(year)}
}

// Applies says whether the rule binds in the year at all: its deadline is not before the rule's first date (QĐ
// 1100/QĐ-UBND, Điều 3, in force from 16/4/2020, so 28/02 and 31/3 of 2020 do not apply).
func (r ObligationRule) Applies(year int) bool { return r.LateAfter.In(year) >= r.First }

// Standing is where an obligation stands.
type Standing string

// The standings of an obligation.
const (
	StandingUpcoming Standing = "upcoming"
	StandingDueSoon  Standing = "due_soon"
	StandingMet      Standing = "met"
	StandingMetDue   Standing = "met_due_day"
	StandingMetLate  Standing = "met_late"
	StandingOverdue  Standing = "overdue"
)

// Met says whether the standing is one of a filed document.
func (s Standing) Met() bool { return s == StandingMet || s == StandingMetDue || s == StandingMetLate }

// dueSoonDays is the first rung of the default ladder: from there on an obligation counts as due soon.
const dueSoonDays = 30

// StandingOn returns the standing on a day, given when the document was filed (no date: not yet).
func (d Deadlines) StandingOn(today, filed Date) Standing {
	switch {
	case !filed.IsZero() && filed <= d.Due:
		return StandingMet
	case !filed.IsZero() && filed <= d.LateAfter:
		return StandingMetDue
	case !filed.IsZero():
		return StandingMetLate
	case today > d.LateAfter:
		return StandingOverdue
	case d.Due.DaysSince(today) <= dueSoonDays:
		return StandingDueSoon
	}
	return StandingUpcoming
}

// Owed derives the obligations of the year that the given units owe: active ones by role, or as sponsor of a pairing in
// force. Given one unit and its pairings it returns what that unit owes. The order is that of the rules, then of the
// unit keys, then of the pairings.
func (p *Programme) Owed(year int, units []Unit, pairings []Pairing) []Obligation {
	var owed []Obligation
	for _, r := range p.Obligations {
		if !r.Applies(year) {
			continue
		}
		if r.Per == PerPairing {
			owed = append(owed, r.owedByPairing(year, units, pairings)...)
			continue
		}
		owed = append(owed, r.owedByUnit(year, units, pairings)...)
	}
	return owed
}

func (r ObligationRule) owedByUnit(year int, units []Unit, pairings []Pairing) []Obligation {
	paired := map[UnitKey]bool{}
	for _, p := range pairings {
		if p.ValidIn(year) {
			paired[p.Sponsor], paired[p.Recipient] = true, true
		}
	}
	var owed []Obligation
	for _, u := range units {
		if u.State == UnitActive && slices.Contains(r.Roles, u.Role) && (!r.Paired || paired[u.Key]) {
			owed = append(owed, Obligation{Rule: r.ID, Unit: u.Key, Year: year})
		}
	}
	slices.SortFunc(owed, func(a, b Obligation) int { return cmp.Compare(a.Unit, b.Unit) })
	return owed
}

func (r ObligationRule) owedByPairing(year int, units []Unit, pairings []Pairing) []Obligation {
	active := map[UnitKey]bool{}
	for _, u := range units {
		active[u.Key] = u.State == UnitActive
	}
	due := r.Due.In(year)
	var owed []Obligation
	for _, p := range pairings {
		// A pairing that ended before the deadline, or that began after it, owes nothing for that deadline.
		if p.Valid(due) && active[p.Sponsor] {
			owed = append(owed, Obligation{Rule: r.ID, Unit: p.Sponsor, Pairing: p.ID, Year: year})
		}
	}
	slices.SortFunc(owed, func(a, b Obligation) int {
		return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Pairing, b.Pairing))
	})
	return owed
}
