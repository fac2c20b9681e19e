package nlu

import (
	"slices"

	"ketnghia/twinning"
)

// maxNearest is how many readings are offered for a text that was not understood: three buttons fit a phone.
const maxNearest = 3

// Nearest returns the up to three readings nearest to a text that Question does not understand, most likely first.
func (r *Reader) Nearest(text string, ref twinning.Date) []Question {
	s := r.scan(text, ref)
	p := s.questionParts()
	var near []Question
	add := func(ask Ask, change func(*Question)) {
		q := questionParts{q: p.q}
		q.q.Ask = ask
		if change != nil {
			change(&q.q)
		}
		q.finish()
		same := func(o Question) bool { return o.Ask == q.q.Ask && o.Rule == q.q.Rule && o.Measure == q.q.Measure }
		if len(near) < maxNearest && !slices.ContainsFunc(near, same) {
			near = append(near, q.q)
		}
	}
	if p.q.Measure != "" {
		add(AskTotal, nil)
	}
	if p.q.Rule != "" {
		add(AskMissing, nil)
	}
	if len(p.q.Units) > 0 {
		add(AskStatus, nil)
		add(AskLatest, nil)
	}
	add(AskStatus, nil)
	add(AskTotal, func(q *Question) { q.Measure = twinning.Households })
	add(AskDeadline, func(q *Question) { q.Rule = "" })
	return near
}
