package twinning

import (
	"slices"
	"time"
)

// RatingLevel is a level of section IV.1.
type RatingLevel string

// The levels of IV.1, best first. They are suggested; people decide.
const (
	RatingExcellent RatingLevel = "excellent"
	RatingGood      RatingLevel = "good"
	RatingFair      RatingLevel = "fair"
	RatingAverage   RatingLevel = "average"
	RatingWeak      RatingLevel = "weak"
)

// RatingLevels returns the levels, best first.
func RatingLevels() []RatingLevel {
	return []RatingLevel{RatingExcellent, RatingGood, RatingFair, RatingAverage, RatingWeak}
}

// Condition is one of what III.1 and III.2 ask of a unit, as far as a suggestion looks at it.
type Condition struct {
	// Target is the id of the target of numbers, Rule that of the document; one of them is set.
	Target string `json:"target,omitempty"`
	Rule   RuleID `json:"rule,omitempty"`
	// Done of Required; Known is false when what is required needs the number of posts and nobody knows that.
	Done     int64 `json:"done"`
	Required int64 `json:"required"`
	Known    bool  `json:"known"`
}

// Met says whether the condition is fulfilled. One that can't be known is not.
func (c Condition) Met() bool { return c.Known && c.Done >= c.Required }

// Factor is something positive besides the conditions ("các yếu tố tích cực khác", IV.1).
type Factor string

// The factors that the books can show: a number target passed by a fifth, models replicated (II.1), more than one
// activity that connects donors (III.1), a smaller share of gifts than last year (I.2), everything filed in time, more
// than 80% of the stages led by the recipient itself (I.2).
const (
	FactorBeyond     Factor = "beyond"
	FactorReplicated Factor = "replicated"
	FactorConnected  Factor = "connected"
	FactorFewerGifts Factor = "fewer_gifts"
	FactorInTime     Factor = "in_time"
	FactorStages     Factor = "stages"
)

// Factors returns all factors in the order in which they are shown.
func Factors() []Factor {
	return []Factor{FactorBeyond, FactorReplicated, FactorConnected, FactorFewerGifts, FactorInTime, FactorStages}
}

// Flag is a reason of IV.2 for not considering a unit at all; each stands by itself.
type Flag string

// The flags of IV.2: nothing signed; signed, and no confirmed activity by the end of the year; no report.
const (
	FlagUnsigned   Flag = "unsigned"
	FlagIdle       Flag = "idle"
	FlagUnreported Flag = "unreported"
)

// Flags returns the three flags in the order of IV.2.
func Flags() []Flag { return []Flag{FlagUnsigned, FlagIdle, FlagUnreported} }

// Suggestion is a rating that the books suggest, with everything that it comes from.
type Suggestion struct {
	Conditions []Condition `json:"conditions,omitempty"`
	Factors    []Factor    `json:"factors,omitempty"`
	Flags      []Flag      `json:"flags,omitempty"`
	// Level is "" when the unit has no conditions, so that there is nothing to rate.
	Level RatingLevel `json:"level,omitempty"`
}

// Share returns how many of the conditions are met, of how many.
func (s Suggestion) Share() (met, all int) {
	for _, c := range s.Conditions {
		if c.Met() {
			met++
		}
	}
	return met, len(s.Conditions)
}

// Distance returns how many more conditions and how many more factors the level needs, 0 for what it has enough of.
func (r Rating) Distance(s Suggestion, level RatingLevel) (conditions, factors int) {
	percent := 0
	switch level {
	case RatingExcellent:
		percent, factors = r.Good, max(r.ExcellentFactors-len(s.Factors), 0)
	case RatingGood:
		percent = r.Good
	case RatingFair:
		percent = r.Fair
	case RatingAverage:
		percent = r.Average
	case RatingWeak:
	}
	met, all := s.Share()
	return max((percent*all+99)/100-met, 0), factors
}

// Above returns the levels that are better than the suggested one, the nearest first.
func (s Suggestion) Above() []RatingLevel {
	levels := RatingLevels()
	above := slices.Clone(levels[:max(slices.Index(levels, s.Level), 0)])
	slices.Reverse(above)
	return above
}

// Suggest returns the level for the conditions met and the factors: all conditions for "tốt" and enough factors besides
// for "xuất sắc"; below that by the share of conditions (IV.1; the thresholds are the programme's).
func (r Rating) Suggest(conditions []Condition, factors []Factor) RatingLevel {
	met, all := Suggestion{Conditions: conditions}.Share()
	if all == 0 {
		return ""
	}
	switch percent := 100 * met / all; {
	case percent >= r.Good && len(factors) >= r.ExcellentFactors:
		return RatingExcellent
	case percent >= r.Good:
		return RatingGood
	case percent >= r.Fair:
		return RatingFair
	case percent >= r.Average:
		return RatingAverage
	}
	return RatingWeak
}

// RatingState is where the rating of a unit for a year stands.
type RatingState string

// A rating is suggested by the books, proposed by Ban Dân tộc, and then decided by UBND tỉnh; only the last is one.
const (
	RatingSuggested RatingState = "suggested"
	RatingProposed  RatingState = "proposed"
	RatingDecided   RatingState = "decided"
)

// RatingProposal is a level that Ban Dân tộc proposes.
type RatingProposal struct {
	// Suggested is what the books suggested when it was proposed.
	Suggested RatingLevel `json:"suggested"`
	Level     RatingLevel `json:"level"`
	// Reason is "" only for a proposal that follows the suggestion.
	Reason string    `json:"reason,omitempty"`
	By     PersonID  `json:"by"`
	At     time.Time `json:"at"`
}

// RatingDecision is the level that UBND tỉnh decided.
type RatingDecision struct {
	Level RatingLevel `json:"level"`
	// Document is number and date of the decision as written: "512/QĐ-UBND ngày 20/02/2028".
	Document string    `json:"document"`
	By       PersonID  `json:"by"`
	At       time.Time `json:"at"`
}

// RatingRecord is what people said about the rating of a unit for a year, oldest first; nothing of it is ever removed.
type RatingRecord struct {
	Unit      UnitKey          `json:"unit"`
	Year      int              `json:"year"`
	Proposals []RatingProposal `json:"proposals,omitempty"`
	Decisions []RatingDecision `json:"decisions,omitempty"`
}

// State returns where the rating stands.
func (r RatingRecord) State() RatingState {
	switch {
	case len(r.Decisions) > 0:
		return RatingDecided
	case len(r.Proposals) > 0:
		return RatingProposed
	}
	return RatingSuggested
}
