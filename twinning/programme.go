package twinning

import (
	"slices"
	"time"
)

// RuleID names an obligation rule of the programme file: "needs", "programme", "report".
type RuleID string

// Per says what an obligation is owed for.
type Per string

// An obligation is owed once a year by each unit, or by the sponsor of each pairing.
const (
	PerUnit    Per = "unit"
	PerPairing Per = "pairing"
)

// Side says which party of a pairing owes an obligation that is owed for each pairing.
type Side string

// The sponsor, who has the lead ("chủ trì"), the recipient, or each of them about the other (III.2.1.c, III.2.2.c:
// nhận xét đánh giá in both directions).
const (
	SideSponsor   Side = "sponsor"
	SideRecipient Side = "recipient"
	SideBoth      Side = "both"
)

// CopyTo is a class of units that must get a copy of a filed document (III.1, second dash).
type CopyTo string

// The classes: every counterpart in force, Ban Dân tộc (for itself or for UBND tỉnh), the district of the commune, UBND
// tỉnh itself.
const (
	CopyCounterparts CopyTo = "counterparts"
	CopyStanding     CopyTo = "standing"
	CopyDistrict     CopyTo = "district"
	CopyIssuer       CopyTo = "issuer"
)

// Names is a text in each language, keyed "vi" and "en".
type Names map[string]string

// ObligationRule is a document that a class of units owes each year.
type ObligationRule struct {
	ID   RuleID
	Name Names
	// Cite is document, article and default reading, for people.
	Cite string
	// Roles are the units that owe it. For PerPairing the parties that Side names owe it, whatever their role.
	Roles []UnitRole
	Per   Per
	// Side is "" for PerUnit.
	Side Side
	// Once marks a document that stays in force until it is replaced (a working group, its rules): one that was filed for
	// an earlier year is not asked for again.
	Once bool
	// Paired limits a PerUnit rule to units that have a pairing in force during the year.
	Paired bool
	// Due is the last day in time, LateAfter the last day that is not yet late ("đúng ngày hạn" lies between), Closes
	// the last day on which a filing still counts for the year.
	Due, LateAfter, Closes MonthDay
	// First is the first date on which a deadline of the rule can fall: earlier ones do not apply.
	First Date
	// Remind says whether the ladder runs for it; the decision names a date for the rules that are reminded.
	Remind bool
	Copies []CopyTo
	// Contents are the identifiers of what the document must contain, in the decision's order; names in ContentNames.
	Contents     []string
	ContentNames map[string]Names
	// Also are other obligations that the same document meets.
	Also []RuleID
	// WaitsFor is the recipient's obligation that the sponsor needs before it can meet this one of a pairing: while that
	// is late, it is said as the cause. "" for none.
	WaitsFor RuleID
	// Words are what file names and captions call the document, in Vietnamese; a document is proposed by them.
	Words []string
}

// Ladder says when a reminder falls, in days relative to the last day in time.
type Ladder struct {
	// Before and After are the rungs up to the last day in time (30, 14, …, 0) and while overdue (1, 3, 7).
	Before, After []int
	// Weekly is the distance in days between rungs after the last of After; 0 for none.
	Weekly int
	// LeadFrom is the rung from which leads are told too: days before, so also everything later.
	LeadFrom int
	// Digest are the rungs before the deadline at which Ban Dân tộc gets its digest; while overdue it is every Weekly.
	Digest []int
}

// Delivery is the part of a working day in which reminders go out, as minutes since midnight, To excluded.
type Delivery struct{ From, To int }

// TargetPer says what a target's quantity is multiplied by.
type TargetPer string

// A target holds for the unit as it stands, for each paired commune, or for each ten posts (III.2.1.a).
const (
	PerSponsor TargetPer = "unit"
	PerCommune TargetPer = "commune"
	PerStaff   TargetPer = "staff"
)

// Rounding says what becomes of a part of a block of posts.
type Rounding string

// Rounding of the staff target: 37 posts at 2 per 10 are 8 (ceil), 7 (round) or 6 (whole blocks of ten only).
const (
	RoundCeil       Rounding = "ceil"
	RoundNearest    Rounding = "round"
	RoundFloorBlock Rounding = "floor_block"
)

// Target is a yearly number that a class of sponsors should reach.
type Target struct {
	ID       string
	Roles    []UnitRole
	Measure  Measure
	Kinds    []Kind
	Quantity int64
	Per      TargetPer
	// Block is the number of posts that Quantity stands for when Per is PerStaff.
	Block    int64
	Rounding Rounding
	Cite     string
}

// Applies says whether the target binds units of the role.
func (t Target) Applies(role UnitRole) bool { return slices.Contains(t.Roles, role) }

// Gauge is what the target counts, named by its first kind.
func (t Target) Gauge() Gauge {
	if t.Measure == Activities && len(t.Kinds) > 0 {
		return Gauge{t.Measure, t.Kinds[0]}
	}
	return Gauge{Measure: t.Measure}
}

// Required returns the number to reach for a unit with staff posts and so many paired communes; ok is false when the
// staff number is needed and unknown, which is never read as 0.
func (t Target) Required(staff, communes int) (n int64, ok bool) {
	switch t.Per {
	case PerCommune:
		return t.Quantity * int64(communes), true
	case PerStaff:
		if staff <= 0 || t.Block <= 0 {
			return 0, false
		}
		product := t.Quantity * int64(staff)
		switch t.Rounding {
		case RoundNearest:
			return (product + t.Block/2) / t.Block, true
		case RoundFloorBlock:
			return int64(staff) / t.Block * t.Quantity, true
		case RoundCeil:
		}
		return (product + t.Block - 1) / t.Block, true
	case PerSponsor:
	}
	return t.Quantity, true
}

// Rating holds the thresholds of section IV in percent of the targets met, and the positive factors that make "tốt"
// an "xuất sắc".
type Rating struct {
	Good, Fair, Average int
	ExcellentFactors    int
	// Signed is the obligation without which a unit is not considered (IV.2: không có chương trình, kế hoạch ký kết), ""
	// for none; Reports are those of which one must be filed (IV.2: không có báo cáo).
	Signed  RuleID
	Reports []RuleID
}

// Programme is the decision as data.
type Programme struct {
	Title    Names
	Decision string
	Signed   Date
	// From and To are the years of the stage as titled (2020-2025); the obligations go on until another file replaces
	// this one.
	From, To    int
	Location    *time.Location
	Obligations []ObligationRule
	Ladder      Ladder
	Delivery    Delivery
	Targets     []Target
	// Stages are none in a programme that does not ask who leads them.
	Stages   Stages
	Rating   Rating
	Calendar *Calendar
}

// Rule returns the obligation rule of that id.
func (p *Programme) Rule(id RuleID) (ObligationRule, bool) {
	for _, r := range p.Obligations {
		if r.ID == id {
			return r, true
		}
	}
	return ObligationRule{}, false
}

// Today returns the date that now falls on in the programme's time zone.
func (p *Programme) Today(now time.Time) Date { return DateOf(now, p.Location) }

// Delivering says whether reminders may go out at now: a working day, within the delivery hours.
func (p *Programme) Delivering(now time.Time) bool {
	local := now.In(p.Location)
	minute := local.Hour()*60 + local.Minute()
	return p.Calendar.Working(p.Today(now)) && p.Delivery.From <= minute && minute < p.Delivery.To
}
