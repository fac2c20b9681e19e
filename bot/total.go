package bot

import (
	"fmt"
	"slices"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/twinning"
)

// answerTotal says how much was done by, at or between the named units.
func (d *Desk) answerTotal(r *Request, q nlu.Question, home twinning.UnitKey) error {
	units := q.Units
	if len(units) == 0 {
		units = []twinning.UnitKey{home}
	}
	filter, units, ok, err := d.totalFilter(r, q, units)
	if err != nil || !ok {
		return err
	}
	t := totalAsked{span: askedSpan(q), filter: filter, measure: q.Measure}
	switch {
	case q.Kind != "" && (q.Measure == twinning.Activities || q.Measure == ""):
		t.measure = twinning.Counting(q.Kind)
	case q.Kind != "":
		t.filter.Kind = q.Kind
	}
	sum, err := sumOver(r, t.span, t.filter)
	if err != nil {
		return err
	}
	m := twinning.Say("total.title", twinning.Args{
		{"Units", twinning.Joined(d.unitLines(r, units)...)}, {"Period", twinning.Joined(spanLine(t.span))},
	})
	m.Lines = append(m.Lines, t.limits()...)
	m.Lines = append(m.Lines, totalLines(sum, t.measure)...)
	if line, ok, err := t.before(r); err != nil {
		return err
	} else if ok {
		m.Lines = append(m.Lines, line)
	}
	if err := d.markDemo(r, &m); err != nil {
		return err
	}
	row := []twinning.Button{press("button.details", fmt.Sprintf("st:%s:%d", units[0], q.Year))}
	if b, ok := d.whyButton(r, t, units); ok {
		row = append(row, b)
	}
	m.Buttons = [][]twinning.Button{row}
	return r.Reply(m)
}

// totalFilter chooses what is added up for the units, within what the asker may see, and returns the units that the answer
// names; ok is false when that was refused.
func (d *Desk) totalFilter(r *Request, q nlu.Question, units []twinning.UnitKey) (f ledger.Filter, named []twinning.UnitKey, ok bool, err error) {
	f.Category = q.Category
	for _, key := range units {
		u, err := r.Work.Unit(key)
		if err != nil {
			return f, nil, false, wrapStep("total", err)
		}
		if may, err := d.readable(r, key); err != nil || !may {
			return f, nil, false, err
		}
		span, err := r.Work.Span(u)
		if err != nil {
			return f, nil, false, wrapStep("total", err)
		}
		f.Units = append(f.Units, span...)
	}
	if err := d.narrowToPairing(r, &f, units); err != nil || f.Pairing != 0 {
		return f, units, err == nil, err
	}
	shared, err := d.narrowToShared(r, &f, units)
	return f, append(slices.Clone(units), shared...), err == nil, err
}

// limits show what the figure is limited to: a content of section II, a kind.
func (t totalAsked) limits() []twinning.Line {
	var lines []twinning.Line
	if c := t.filter.Category; c != twinning.CategoryUnsure {
		lines = append(lines, twinning.Line{Key: "card.category", Args: twinning.Args{
			{"Number", twinning.Number(c)}, {"Name", ledger.CategoryName(c)},
		}})
	}
	if t.filter.Kind != "" {
		lines = append(lines, twinning.Line{Key: "card.kinds", Args: twinning.Args{
			{"Kinds", twinning.Joined(twinning.Line{Key: "kind." + string(t.filter.Kind)})},
		}})
	}
	return lines
}

// totalAsked is a figure that was asked for.
type totalAsked struct {
	span   twinning.DateRange
	filter ledger.Filter
	// measure is "" for all.
	measure twinning.Measure
}

// before shows the same figure a year before: of the whole year, or of the same days. ok is false when there was nothing
// and the words don't ask for it.
func (t totalAsked) before(r *Request) (line twinning.Line, ok bool, err error) {
	year := t.span.From.Year()
	whole := t.span == ledger.WholeYear(year)
	span := twinning.DateRange{From: yearBefore(t.span.From), To: yearBefore(t.span.To)}
	before, err := sumOver(r, span, t.filter)
	if err != nil {
		return line, false, err
	}
	if before.All()[twinning.Activities] == 0 {
		_, compared := withoutComparison(r.Text)
		return twinning.Line{Key: "total.nothing_before", Args: twinning.Args{{"Period", twinning.Joined(spanLine(span))}}}, compared, nil
	}
	if whole {
		line, ok = beforeLine(year-1, before, t.measure)
		return line, ok, nil
	}
	counts := ledger.QuantityLines(before.All())
	if t.measure != "" {
		counts = []twinning.Line{ledger.MeasureLine(t.measure, before.All()[t.measure])}
	}
	return twinning.Line{Key: "total.before", Args: twinning.Args{
		{"Period", twinning.Joined(spanLine(span))}, {"Counts", twinning.Joined(counts...)},
	}}, true, nil
}

// yearBefore returns the same day of the year before, 28/02 for 29/02.
func yearBefore(day twinning.Date) twinning.Date {
	before := twinning.NewDate(day.Year()-1, day.Month(), day.Day())
	if before.Month() != day.Month() {
		return before.AddDays(-1)
	}
	return before
}

// whyButton leads to the entries behind a total, where the asker may see them.
func (d *Desk) whyButton(r *Request, t totalAsked, units []twinning.UnitKey) (twinning.Button, bool) {
	var scope whyScope
	for _, key := range units {
		u, err := r.Work.Unit(key)
		whole, reading := r.Work.MayReadWhole(*r.Person, key)
		if err != nil || reading != nil || t.filter.Pairing == 0 && !whole {
			return twinning.Button{}, false
		}
		scope.units = append(scope.units, u)
	}
	if t.filter.Pairing != 0 {
		p, err := r.Work.Pairing(t.filter.Pairing)
		if err != nil {
			return twinning.Button{}, false
		}
		scope.pairing = p
	}
	w := why{
		scope: scope.data(), period: writePeriod(t.span), measure: max(slices.Index(whyMeasures(), t.measure), 0),
		category: t.filter.Category, kind: slices.Index(twinning.Kinds(), t.filter.Kind) + 1,
	}
	data := w.data(0)
	return press("button.why", data), len(data)+whyAfter <= maxData
}

// whyAfter is how much room the number of the last activity of a page needs.
const whyAfter = 16

// askedSpan returns the period that a question is about.
func askedSpan(q nlu.Question) twinning.DateRange {
	if q.From.IsZero() {
		return ledger.WholeYear(q.Year)
	}
	return twinning.DateRange{From: q.From, To: max(q.From, q.To)}
}

// narrowToPairing limits a question that names a sponsor and a recipient to what the one did for the other.
func (d *Desk) narrowToPairing(r *Request, f *ledger.Filter, units []twinning.UnitKey) error {
	if len(units) != 2 {
		return nil
	}
	for _, pair := range [][2]twinning.UnitKey{{units[0], units[1]}, {units[1], units[0]}} {
		p, err := r.Work.PairingFor(pair[0], pair[1], d.today(r))
		if err != nil {
			return wrapStep("total", err)
		}
		if p.ID != 0 {
			f.Units, f.Pairing = []twinning.UnitKey{pair[1]}, p.ID
			return nil
		}
	}
	return nil
}

// narrowToShared limits a question about a counterpart to what was done together with the sender's unit, which it
// returns to be named in the answer; a question about units that may be seen in whole stays as it is.
func (d *Desk) narrowToShared(r *Request, f *ledger.Filter, units []twinning.UnitKey) ([]twinning.UnitKey, error) {
	for _, key := range units {
		shared, err := r.Work.Shared(*r.Person, key)
		if err != nil {
			return nil, wrapStep("total", err)
		}
		if len(shared) > 0 {
			p := shared[len(shared)-1]
			f.Units, f.Pairing = []twinning.UnitKey{p.Sponsor}, p.ID
			return []twinning.UnitKey{r.Person.Unit}, nil
		}
	}
	return nil, nil
}

func (d *Desk) unitLines(r *Request, units []twinning.UnitKey) []twinning.Line {
	lines := make([]twinning.Line, len(units))
	for i, key := range units {
		lines[i] = twinning.Line{Key: "card.plain", Args: twinning.Args{{"Text", r.Work.UnitName(key)}}}
	}
	return lines
}

// totalLines shows the asked measure with its confirmed part, or all measures when none was named.
func totalLines(s ledger.Sum, m twinning.Measure) []twinning.Line {
	if m == "" {
		return sumLines(s)
	}
	return []twinning.Line{
		{Key: "total.value", Args: twinning.Args{{"Value", twinning.Joined(ledger.MeasureLine(m, s.All()[m]))}}},
		{Key: "total.parts", Args: twinning.Args{
			{"Confirmed", twinning.Joined(ledger.MeasureLine(m, s.Confirmed[m]))},
			{"Unconfirmed", twinning.Joined(ledger.MeasureLine(m, s.Unconfirmed[m]))},
		}},
	}
}
