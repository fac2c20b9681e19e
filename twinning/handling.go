package twinning

import "time"

// Handling is what people decided about one obligation: that it is waived, who sees to it, who wants to be reminded
// later, whether the unit says that it is not its own. It changes what is asked and of whom, never what was filed.
type Handling struct {
	Obligation Obligation  `json:"obligation"`
	Waiver     *Waiver     `json:"waiver,omitempty"`
	Delegation *Delegation `json:"delegation,omitempty"`
	Disclaimer *Disclaimer `json:"disclaimer,omitempty"`
	// Snoozes are the wishes to be reminded later, one a person.
	Snoozes map[PersonID]Snooze `json:"snoozes,omitempty"`
}

// Empty says that there is nothing left to remember.
func (h Handling) Empty() bool {
	return h.Waiver == nil && h.Delegation == nil && h.Disclaimer == nil && len(h.Snoozes) == 0
}

// Waiver says that Ban Dân tộc does not ask for the document, and why.
type Waiver struct {
	Reason string    `json:"reason"`
	By     PersonID  `json:"by"`
	At     time.Time `json:"at"`
}

// Delegation gives an obligation to one person of the unit until a day, included; after it the unit's officers are
// reminded again.
type Delegation struct {
	To    PersonID  `json:"to"`
	By    PersonID  `json:"by"`
	Until Date      `json:"until"`
	At    time.Time `json:"at"`
}

// Disclaimer is a unit's word that the obligation is not its own. It stops nothing until Ban Dân tộc has decided.
type Disclaimer struct {
	Reason string    `json:"reason,omitempty"`
	By     PersonID  `json:"by"`
	At     time.Time `json:"at"`
	// Decided is when Ban Dân tộc answered, the zero time while it has not; Upheld then says that the obligation stays.
	Decided   time.Time `json:"decided,omitzero"`
	DecidedBy PersonID  `json:"decided_by,omitempty"`
	Upheld    bool      `json:"upheld,omitempty"`
}

// Open says whether Ban Dân tộc has still to answer.
func (d *Disclaimer) Open() bool { return d != nil && d.Decided.IsZero() }

// Snooze is a person's wish to be reminded of an obligation on a later day.
type Snooze struct {
	// Until is the working day on which the person is reminded again.
	Until Date `json:"until"`
	// Asked is the day on which it was last asked for, Count how often in all.
	Asked Date `json:"asked"`
	Count int  `json:"count"`
}

// SnoozesAllowed is how often one person may put off the reminders of one obligation.
const SnoozesAllowed = 3

// SnoozeUntil returns the day on which somebody is reminded who asks on a day to be reminded so many days later: a
// working day after today and not after the last working day in time. ok is false when there is none, so that nobody
// can put a reminder off past the deadline.
func SnoozeUntil(today, due Date, days int, c *Calendar) (until Date, ok bool) {
	until = c.OnOrBefore(min(today.AddDays(days), due))
	return until, until > today
}

// Leave is a person's absence, both days included, and who stands in, 0 for nobody.
type Leave struct {
	From   Date     `json:"from"`
	To     Date     `json:"to"`
	Deputy PersonID `json:"deputy,omitempty"`
}

// On says whether the person is away on the day.
func (l *Leave) On(d Date) bool { return l != nil && l.From <= d && d <= l.To }

// Fits says whether the absence can be kept on the day: in order, not over yet and at most LeaveLimit days long.
func (l Leave) Fits(today Date) bool {
	return l.From <= l.To && l.To >= today && l.To.DaysSince(l.From) <= LeaveLimit
}

// LeaveLimit is the longest absence in days; whoever is away for longer hands the membership over.
const LeaveLimit = 366

// Overlaps says whether both are away on some day; a nil leave overlaps nothing.
func (l *Leave) Overlaps(other Leave) bool {
	return l != nil && l.From <= other.To && other.From <= l.To
}

// UrgeID numbers an urge.
type UrgeID uint64

// Urge is Ban Dân tộc's one press that has every unit reminded that had not filed by then. It goes out as a part of the
// reminders of the day, so that nobody gets two messages.
type Urge struct {
	ID   UrgeID `json:"id"`
	Rule RuleID `json:"rule"`
	Year int    `json:"year"`
	// On is the day of the press; an urge that could not be said within UrgeLife days is not said at all.
	On Date      `json:"on"`
	By PersonID  `json:"by"`
	At time.Time `json:"at"`
}

// UrgeLife is how many days an urge waits to be said to somebody who could not be told on its day: Tết may keep everybody
// away for ten.
const UrgeLife = 14
