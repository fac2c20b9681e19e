package nlu

import "ketnghia/twinning"

// Ask is what a question wants to know.
type Ask string

// The questions.
const (
	AskMissing     Ask = "missing"     // who has not filed
	AskFiled       Ask = "filed"       // who has filed
	AskLate        Ask = "late"        // who filed late or is overdue
	AskTotal       Ask = "total"       // how many, how much
	AskProgress    Ask = "progress"    // how far to the target, what is short
	AskDeadline    Ask = "deadline"    // when something is due
	AskLatest      Ask = "latest"      // the latest activities
	AskRanking     Ask = "ranking"     // who most, who least
	AskResponsible Ask = "responsible" // who is in charge at a unit
	AskOpen        Ask = "open"        // what is open: difficulties, unconfirmed activities, things to do
	AskStatus      Ask = "status"      // how a unit stands in all
)

// The rules that a question can speak of.
const (
	RuleNeeds     = "needs"     // plan or report of needs, before 28/02
	RuleProgramme = "programme" // signed programme, before 31/3
	RuleReport    = "report"    // year-end report
)

// Order is how a ranking runs.
type Order string

// Most first or least first.
const (
	OrderMost  Order = "most"
	OrderLeast Order = "least"
)

// Question is a question in parts: what is asked, of which measure, of whom, in which time, in which order.
type Question struct {
	Ask  Ask
	Rule string
	// Measure is "" when the question is not about a number.
	Measure twinning.Measure
	// Units are the units named; Ambiguous are names that fit several.
	Units     []twinning.UnitKey
	Ambiguous []Ambiguity
	// Roles is the group asked for ("xã nào" → recipient_commune); empty for any.
	Roles    []twinning.UnitRole
	Category twinning.Category
	Kind     twinning.Kind
	// Year, From and To are the period; zero when not stated. From and To are included.
	Year     int
	From, To twinning.Date
	Order    Order
	// Limit is how many are asked for, 0 when not stated.
	Limit int
}
