package twinning

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Obligation is a rule that a unit owes in a year, for itself or for one pairing. It is derived, never entered by hand.
type Obligation struct {
	Rule RuleID  `json:"rule"`
	Unit UnitKey `json:"unit"`
	// Pairing is 0 for an obligation of the unit itself.
	Pairing PairingID `json:"pairing,omitempty"`
	Year    int       `json:"year"`
}

// Key is the obligation's name in causes and keys: "needs|W20437|2027", with "|p5" for pairing 5 at the end.
func (o Obligation) Key() string {
	key := string(o.Rule) + "|" + string(o.Unit) + "|" + strconv.Itoa(o.Year)
	if o.Pairing == 0 {
		return key
	}
	return key + "|p" + strconv.FormatUint(uint64(o.Pairing), 10)
}

// ParseObligation reads what Key wrote.
func ParseObligation(key string) (Obligation, error) {
	parts := strings.Split(key, "|")
	fault := fmt.Errorf("obligation %q: %w", key, ErrNotFound)
	if len(parts) != 3 && len(parts) != 4 {
		return Obligation{}, fault
	}
	year, err := strconv.Atoi(parts[2])
	if err != nil {
		return Obligation{}, fault
	}
	o := Obligation{Rule: RuleID(parts[0]), Unit: UnitKey(parts[1]), Year: year}
	if len(parts) == 4 {
		id, err := strconv.ParseUint(strings.TrimPrefix(parts[3], "p"), 10, 64)
		if err != nil {
			return Obligation{}, fault
		}
		o.Pairing = PairingID(id)
	}
	if o.Key() != key {
		return Obligation{}, fault
	}
	return o, nil
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

// The standings of an obligation. One that was waived, or that does not apply, is neither met nor missing.
const (
	StandingUpcoming      Standing = "upcoming"
	StandingDueSoon       Standing = "due_soon"
	StandingMet           Standing = "met"
	StandingMetDue        Standing = "met_due_day"
	StandingMetLate       Standing = "met_late"
	StandingOverdue       Standing = "overdue"
	StandingWaived        Standing = "waived"
	StandingNotApplicable Standing = "not_applicable"
)

// Standings returns all standings in the order in which they are shown: what is settled first.
func Standings() []Standing {
	return []Standing{
		StandingMet, StandingMetDue, StandingMetLate, StandingUpcoming, StandingDueSoon, StandingOverdue, StandingWaived,
		StandingNotApplicable,
	}
}

// Met says whether the standing is one of a filed document.
func (s Standing) Met() bool { return s == StandingMet || s == StandingMetDue || s == StandingMetLate }

// Open says whether a document is still to come, late or not.
func (s Standing) Open() bool {
	return s == StandingUpcoming || s == StandingDueSoon || s == StandingOverdue
}

// Counts says whether the obligation is one of those of which a share is met.
func (s Standing) Counts() bool { return s != StandingWaived && s != StandingNotApplicable }

// Excuse says why an obligation does not apply.
type Excuse string

// The excuses: the deadline lies before the decision was in force, the unit or the pairing began after it.
const (
	ExcuseDecision Excuse = "decision"
	ExcuseUnit     Excuse = "unit"
	ExcusePairing  Excuse = "pairing"
)

// Duty is an obligation with the reason why it does not apply, "" when it does.
type Duty struct {
	Obligation
	Excuse Excuse
}

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

// Duties derives the obligations of the year, those that do not apply among them, of the given units: active ones by
// role, or as a party of a pairing. Given one unit and its pairings it returns those of that unit. The order is that of
// the rules, then of the unit keys, then of the pairings.
//
// A pairing that ended before the deadline owes nothing for it, and one that begins in the year after it does not yet:
// whatever changes in mid-year changes what is owed from then on.
func (p *Programme) Duties(year int, units []Unit, pairings []Pairing) []Duty {
	return p.DutiesUnder(year, nil, units, pairings)
}

// DutiesUnder is Duties for the rules of those ids, or for all when none is named.
func (p *Programme) DutiesUnder(year int, rules []RuleID, units []Unit, pairings []Pairing) []Duty {
	if year < p.From || year < p.Signed.Year() {
		return nil
	}
	var duties []Duty
	for _, r := range p.Obligations {
		switch {
		case len(rules) > 0 && !slices.Contains(rules, r.ID):
		case r.Per == PerPairing:
			duties = append(duties, r.dutiesByPairing(year, units, pairings)...)
		default:
			duties = append(duties, r.dutiesByUnit(year, units, pairings)...)
		}
	}
	return duties
}

// Owed returns the obligations of the Duties that apply.
func (p *Programme) Owed(year int, units []Unit, pairings []Pairing) []Obligation {
	var owed []Obligation
	for _, d := range p.Duties(year, units, pairings) {
		if d.Excuse == "" {
			owed = append(owed, d.Obligation)
		}
	}
	return owed
}

// excuse returns why the rule does not bind a unit in the year, "" when it does.
func (r ObligationRule) excuse(year int, u Unit) Excuse {
	switch {
	case !r.Applies(year):
		return ExcuseDecision
	case u.Since > r.LateAfter.In(year):
		return ExcuseUnit
	}
	return ""
}

func (r ObligationRule) dutiesByUnit(year int, units []Unit, pairings []Pairing) []Duty {
	paired := map[UnitKey]Date{}
	for _, p := range pairings {
		if !p.ValidIn(year) {
			continue
		}
		for _, key := range []UnitKey{p.Sponsor, p.Recipient} {
			if first, known := paired[key]; !known || p.From < first {
				paired[key] = p.From
			}
		}
	}
	duties := make([]Duty, 0, len(units))
	for _, u := range units {
		first, isPaired := paired[u.Key]
		if u.State != UnitActive || !slices.Contains(r.Roles, u.Role) || r.Paired && !isPaired {
			continue
		}
		d := Duty{Obligation{Rule: r.ID, Unit: u.Key, Year: year}, r.excuse(year, u)}
		if d.Excuse == "" && r.Paired && first > r.LateAfter.In(year) {
			d.Excuse = ExcusePairing
		}
		duties = append(duties, d)
	}
	slices.SortFunc(duties, func(a, b Duty) int { return cmp.Compare(a.Unit, b.Unit) })
	return duties
}

func (r ObligationRule) dutiesByPairing(year int, units []Unit, pairings []Pairing) []Duty {
	active := map[UnitKey]Unit{}
	for _, u := range units {
		if u.State == UnitActive {
			active[u.Key] = u
		}
	}
	due := r.Due.In(year)
	var duties []Duty
	for _, p := range pairings {
		if !p.ValidIn(year) || !p.To.IsZero() && p.To < due {
			continue
		}
		for _, key := range r.parties(p) {
			u, ok := active[key]
			if !ok {
				continue
			}
			d := Duty{Obligation{Rule: r.ID, Unit: key, Pairing: p.ID, Year: year}, r.excuse(year, u)}
			if d.Excuse == "" && p.From > due {
				d.Excuse = ExcusePairing
			}
			duties = append(duties, d)
		}
	}
	slices.SortFunc(duties, func(a, b Duty) int {
		return cmp.Or(cmp.Compare(a.Unit, b.Unit), cmp.Compare(a.Pairing, b.Pairing))
	})
	return duties
}

// parties returns who of a pairing owes the obligation.
func (r ObligationRule) parties(p Pairing) []UnitKey {
	switch r.Side {
	case SideRecipient:
		return []UnitKey{p.Recipient}
	case SideBoth:
		return []UnitKey{p.Sponsor, p.Recipient}
	case SideSponsor:
	}
	return []UnitKey{p.Sponsor}
}
