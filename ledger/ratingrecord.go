package ledger

import (
	"fmt"
	"slices"

	"ketnghia/twinning"
)

// The audited words about a rating.
const (
	actionProposeRating = "rating.propose"
	actionDecideRating  = "rating.decide"
)

// MayReadRating says whether the person may see how a unit is rated: Ban Dân tộc, and the unit's own people.
func (k *Look) MayReadRating(p twinning.Person, unit twinning.UnitKey) bool {
	return p.Active() && (p.Role == twinning.RoleCoordinator || p.Unit == unit || p.Unit == k.heir(unit))
}

// ProposeRating has Ban Dân tộc propose a level. One that differs from what the books suggest needs a reason; nothing is
// proposed any more once the level is decided. The error is an InvalidError "rating" with rule "level" (no such level),
// "none" (the unit is not rated in that year) or "decided".
func (w *Work) ProposeRating(a Actor, r Rating) (twinning.RatingRecord, error) {
	record, suggested, err := w.rate(a, r)
	if err != nil {
		return record, err
	}
	if record.State() == twinning.RatingDecided {
		return record, &twinning.InvalidError{Field: "rating", Rule: "decided"}
	}
	reason, err := limitedReason(r.Words, r.Level != suggested)
	if err != nil {
		return record, err
	}
	p := twinning.RatingProposal{Suggested: suggested, Level: r.Level, Reason: reason, By: a.Person.ID, At: w.Now()}
	if n := len(record.Proposals); n > 0 {
		last := record.Proposals[n-1]
		if last.Suggested == p.Suggested && last.Level == p.Level && last.Reason == p.Reason {
			return record, nil
		}
	}
	record.Proposals = append(slices.Clip(record.Proposals), p)
	return record, w.keepRating(a, actionProposeRating, record, p)
}

// DecideRating records the level that UBND tỉnh decided, with number and date of the decision. A later decision corrects
// an earlier one; both stay.
func (w *Work) DecideRating(a Actor, r Rating) (twinning.RatingRecord, error) {
	record, _, err := w.rate(a, r)
	if err != nil {
		return record, err
	}
	document, err := limitedReason(r.Words, false)
	if err != nil {
		return record, err
	}
	if document == "" {
		return record, &twinning.InvalidError{Field: "rating", Rule: "document"}
	}
	d := twinning.RatingDecision{Level: r.Level, Document: document, By: a.Person.ID, At: w.Now()}
	if n := len(record.Decisions); n > 0 && record.Decisions[n-1].Level == d.Level && record.Decisions[n-1].Document == d.Document {
		return record, nil
	}
	record.Decisions = append(slices.Clip(record.Decisions), d)
	if err := w.keepRating(a, actionDecideRating, record, d); err != nil {
		return record, err
	}
	return record, w.tellRating(r, document)
}

// tellRating tells the people of a unit which level was decided.
func (w *Work) tellRating(r Rating, document string) error {
	people, err := w.Officers(r.Unit)
	if err != nil {
		return err
	}
	m := twinning.Say("notice.rating_decided", twinning.Args{
		{"Unit", w.UnitName(r.Unit)},
		{"Year", twinning.Text(fmt.Sprint(r.Year))},
		{"Level", twinning.Key("rating.level." + string(r.Level))},
		{"Document", twinning.Text(document)},
	})
	m.Buttons = [][]twinning.Button{{{
		Label: twinning.Line{Key: "button.rating"}, Data: fmt.Sprintf("xl:%d:%s", r.Year, r.Unit),
	}}}
	for _, p := range people {
		if err := w.tell(p, ClassReply, "", m); err != nil {
			return err
		}
	}
	return nil
}

// Rating is a level for a unit and a year, with the reason of a proposal or the document of a decision.
type Rating struct {
	Unit  twinning.UnitKey
	Year  int
	Level twinning.RatingLevel
	Words string
}

// rate returns what was said about the rating and what the books suggest, for somebody who may speak about it.
func (w *Work) rate(a Actor, r Rating) (twinning.RatingRecord, twinning.RatingLevel, error) {
	record := twinning.RatingRecord{Unit: r.Unit, Year: r.Year}
	if err := mustCoordinate(a); err != nil {
		return record, "", err
	}
	if !slices.Contains(twinning.RatingLevels(), r.Level) {
		return record, "", &twinning.InvalidError{Field: "rating", Rule: "level"}
	}
	u, err := w.Unit(r.Unit)
	if err != nil {
		return record, "", wrap("rating", err)
	}
	s, err := w.SuggestRating(u, r.Year)
	if err != nil {
		return record, "", err
	}
	if s.Level == "" || r.Year > w.Today().Year() {
		return record, "", &twinning.InvalidError{Field: "rating", Rule: "none"}
	}
	record, err = w.RatingRecord(r.Year, r.Unit)
	return record, s.Level, wrap("rating", err)
}

func (w *Work) keepRating(a Actor, action string, r twinning.RatingRecord, detail any) error {
	if err := w.tx.PutRatingRecord(r); err != nil {
		return wrap("rating", err)
	}
	return w.audit(a, action, fmt.Sprintf("rating/%s/%d", r.Unit, r.Year), detail)
}
