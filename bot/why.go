package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// whyScope is whose figures are asked about: units, or a pairing of one of them.
type whyScope struct {
	units   []twinning.Unit
	pairing twinning.Pairing
}

// data returns the scope as callback data holds it: "W20437", "ASYT+W20437", "p5".
func (s whyScope) data() string {
	if s.pairing.ID != 0 {
		return fmt.Sprintf("p%d", s.pairing.ID)
	}
	keys := make([]string, len(s.units))
	for i, u := range s.units {
		keys[i] = string(u.Key)
	}
	return strings.Join(keys, "+")
}

// why is a question for the entries behind a figure: "why:W20437:2027:3:4.2:17" is measure 3 of content 4 and kind 2, after
// activity 17; a part of a year stands as "20270101-20270331".
type why struct {
	scope string
	// period is a year, or two days.
	period string
	// measure is the place in whyMeasures, -1 for any.
	measure  int
	category twinning.Category
	// kind is the place in twinning.Kinds, counted from 1, 0 for any.
	kind int
}

func (w why) data(after twinning.ActivityID) string {
	data := fmt.Sprintf("why:%s:%s:%d", w.scope, w.period, w.measure)
	if w.category != 0 || w.kind != 0 || after != 0 {
		data += fmt.Sprintf(":%d.%d:%d", w.category, w.kind, after)
	}
	return data
}

// whyAll leads to all activities of a scope in a year, whyMenu to the choice of a figure.
func whyAll(scope string, year int) string {
	return why{scope: scope, period: strconv.Itoa(year), measure: 0}.data(0)
}

func whyMenu(scope string, year int) string { return fmt.Sprintf("why:%s:%d", scope, year) }

// whyMeasures are the figures that have entries behind them, in an order that callback data relies on.
func whyMeasures() []twinning.Measure {
	all := append(twinning.Measures(), twinning.GiftAmount, twinning.MobilisedAmount)
	for _, kind := range twinning.Kinds() {
		all = append(all, twinning.Counting(kind))
	}
	return all
}

// pressWhy shows the figures of a scope that can be asked about, or the entries behind one.
func (d *Desk) pressWhy(_ context.Context, r *Request) error {
	if len(r.Press.Parts) < 2 {
		return d.stale(r)
	}
	scope, ok, err := d.whyScope(r, r.Press.Part(0))
	if err != nil || !ok {
		return err
	}
	w := why{scope: scope.data(), period: r.Press.Part(1), measure: -1}
	span, ok := readPeriod(w.period)
	if !ok {
		return d.stale(r)
	}
	if len(r.Press.Parts) == 2 {
		return d.showWhyMenu(r, scope, w, span)
	}
	measure, err := strconv.Atoi(r.Press.Part(2))
	if err != nil || measure < 0 || measure >= len(whyMeasures()) {
		return d.stale(r)
	}
	w.measure = measure
	after, err := strconv.ParseUint("0"+r.Press.Part(4), 10, 64)
	if _, scan := fmt.Sscanf(r.Press.Part(3)+".", "%d.%d.", &w.category, &w.kind); scan != nil && r.Press.Part(3) != "" || err != nil {
		return d.stale(r)
	}
	if w.kind < 0 || w.kind > len(twinning.Kinds()) {
		return d.stale(r)
	}
	return d.showWhy(r, scope, w, twinning.ActivityID(after))
}

// readPeriod reads "2027" or "20270101-20270331".
func readPeriod(text string) (twinning.DateRange, bool) {
	if year, err := strconv.Atoi(text); err == nil && len(text) == 4 {
		return ledger.WholeYear(year), true
	}
	from, to, _ := strings.Cut(text, "-")
	first, ok := readCompact(from)
	last, also := readCompact(to)
	return twinning.DateRange{From: first, To: last}, ok && also && first <= last
}

// readCompact reads "20270131".
func readCompact(text string) (twinning.Date, bool) {
	if len(text) != 8 {
		return 0, false
	}
	date, err := twinning.ParseDate(text[:4] + "-" + text[4:6] + "-" + text[6:])
	return date, err == nil
}

// writePeriod is the other way round.
func writePeriod(span twinning.DateRange) string {
	if span == ledger.WholeYear(span.From.Year()) {
		return strconv.Itoa(span.From.Year())
	}
	compact := func(d twinning.Date) string { return strings.ReplaceAll(d.String(), "-", "") }
	return compact(span.From) + "-" + compact(span.To)
}

// whyScope reads a scope that the sender may see the entries of; ok is false when that was told. Of a counterpart the
// pairing with it is shown. The province's figures are open to everybody, its entries are not.
func (d *Desk) whyScope(r *Request, text string) (s whyScope, ok bool, err error) {
	if number, pairing := strings.CutPrefix(text, "p"); pairing {
		id, err := strconv.ParseUint(number, 10, 64)
		if err != nil {
			return s, false, d.stale(r)
		}
		if s.pairing, err = r.Work.Pairing(twinning.PairingID(id)); err != nil {
			return s, false, wrapStep("why", err)
		}
		may, err := r.Work.MayReadPairing(*r.Person, s.pairing)
		if err == nil && !may {
			err = fmt.Errorf("pairing %d: %w", id, twinning.ErrForbidden)
		}
		return s, err == nil, wrapStep("why", err)
	}
	for key := range strings.SplitSeq(text, "+") {
		u, err := r.Work.Unit(twinning.UnitKey(key))
		if err != nil {
			return s, false, wrapStep("why", err)
		}
		whole, err := r.Work.MayReadWhole(*r.Person, u.Key)
		if err != nil {
			return s, false, wrapStep("why", err)
		}
		if whole {
			s.units = append(s.units, u)
			continue
		}
		shared, err := r.Work.Shared(*r.Person, u.Key)
		if err != nil || len(shared) == 0 {
			return s, false, errors.Join(err, d.notice(r, "error.scope", twinning.Args{{"Unit", twinning.Text(u.Name)}}))
		}
		return whyScope{pairing: shared[len(shared)-1]}, true, nil
	}
	return s, true, nil
}

// filter returns what the figures of the scope are added up over.
func (s whyScope) filter(r *Request) (ledger.Filter, error) {
	if s.pairing.ID != 0 {
		return ledger.Filter{Units: []twinning.UnitKey{s.pairing.Sponsor}, Pairing: s.pairing.ID}, nil
	}
	var f ledger.Filter
	for _, u := range s.units {
		span, err := r.Work.Span(u)
		if err != nil {
			return f, wrapStep("why", err)
		}
		f.Units = append(f.Units, span...)
	}
	return f, nil
}

func (s whyScope) name(r *Request) twinning.Arg {
	if s.pairing.ID != 0 {
		return twinning.Joined(twinning.Line{Key: "why.pairing", Args: twinning.Args{
			{"Sponsor", r.Work.UnitName(s.pairing.Sponsor)}, {"Recipient", r.Work.UnitName(s.pairing.Recipient)},
		}})
	}
	names := make([]twinning.Line, len(s.units))
	for i, u := range s.units {
		names[i] = twinning.Line{Key: "card.plain", Args: twinning.Args{{"Text", twinning.Text(u.Name)}}}
	}
	return twinning.Joined(names...)
}

// back leads to the status of the scope.
func (s whyScope) back(year int) twinning.Button {
	if s.pairing.ID != 0 {
		return press("button.status", fmt.Sprintf("st:p%d:%d", s.pairing.ID, year))
	}
	return press("button.status", fmt.Sprintf("st:%s:%d", s.units[0].Key, year))
}

// sumOver adds up a period: a whole year from the totals, a part of one from the activities.
func sumOver(r *Request, span twinning.DateRange, f ledger.Filter) (ledger.Sum, error) {
	if span == ledger.WholeYear(span.From.Year()) {
		s, err := r.Work.Sum(span.From.Year(), f)
		return s, wrapStep("sum", err)
	}
	s, err := r.Work.SumBetween(span, f)
	return s, wrapStep("sum", err)
}

func (d *Desk) showWhyMenu(r *Request, scope whyScope, w why, span twinning.DateRange) error {
	filter, err := scope.filter(r)
	if err != nil {
		return err
	}
	sum, err := sumOver(r, span, filter)
	if err != nil {
		return err
	}
	m := twinning.Say("why.menu", twinning.Args{{"Unit", scope.name(r)}, {"Period", twinning.Joined(spanLine(span))}})
	all := sum.All()
	if all[twinning.Activities] == 0 {
		m.Lines = append(m.Lines, say("status.nothing"))
	}
	for i, measure := range whyMeasures() {
		if n := all[measure]; n > 0 {
			w.measure = i
			m.Buttons = appendTwo(m.Buttons, twinning.Button{Label: ledger.MeasureLine(measure, n), Data: w.data(0)})
		}
	}
	m.Buttons = append(m.Buttons, []twinning.Button{scope.back(span.From.Year())})
	return d.offer(r, m, optionsTalk{})
}

func spanLine(span twinning.DateRange) twinning.Line {
	if span == ledger.WholeYear(span.From.Year()) {
		return twinning.Line{Key: "period.year", Args: twinning.Args{{"Year", yearText(span.From.Year())}}}
	}
	return twinning.Line{Key: "period.range", Args: twinning.Args{
		{"From", twinning.Day(span.From)}, {"To", twinning.Day(span.To)},
	}}
}

// showWhy shows a page of the activities behind a figure, and the figure.
func (d *Desk) showWhy(r *Request, scope whyScope, w why, after twinning.ActivityID) error {
	filter, err := scope.filter(r)
	if err != nil {
		return err
	}
	filter.Category = w.category
	if w.kind > 0 {
		filter.Kind = twinning.Kinds()[w.kind-1]
	}
	span, _ := readPeriod(w.period)
	sum, err := sumOver(r, span, filter)
	if err != nil {
		return err
	}
	measure := whyMeasures()[w.measure]
	list, more, err := r.Work.Entries(ledger.EntryQuery{
		Filter: filter, Range: span, Measure: measure, After: after, Limit: listed,
	})
	if err != nil {
		return wrapStep("why", err)
	}
	m := twinning.Say("why.title", twinning.Args{
		{"Value", twinning.Joined(ledger.MeasureLine(measure, sum.All()[measure]))},
		{"Unit", scope.name(r)},
		{"Period", twinning.Joined(spanLine(span))},
	})
	d.sourceRows(r, &m, list)
	switch {
	case len(list) == 0:
		m.Lines = append(m.Lines, say("list.none"))
	default:
		m.Lines = append(m.Lines, say("why.hint"))
	}
	var turn []twinning.Button
	if after != 0 {
		turn = append(turn, press("button.first", w.data(0)))
	}
	if more {
		turn = append(turn, press("button.more", w.data(list[len(list)-1].ID)))
	}
	m.Buttons = append(m.Buttons, append(turn, scope.back(span.From.Year())))
	m.Buttons = slices.DeleteFunc(m.Buttons, func(row []twinning.Button) bool { return len(row) == 0 })
	return d.replace(r, "", m)
}

// sourceRows append a line for each activity, with how often it was changed and how many files prove it, and a button
// that leads to its history.
func (d *Desk) sourceRows(r *Request, m *twinning.Message, list []twinning.Activity) {
	for _, a := range list {
		line := d.activityRow(r, a)
		if extra := sourceParts(a); len(extra) > 0 {
			line = twinning.Line{Key: "why.row", Args: twinning.Args{
				{"Row", twinning.Joined(line)}, {"Extra", twinning.Joined(extra...)},
			}}
		}
		m.Lines = append(m.Lines, line)
	}
	var row []twinning.Button
	for _, a := range list {
		row = append(row, twinning.Button{
			Label: twinning.Line{Key: "button.activity", Args: twinning.Args{{"ID", twinning.Number(a.ID)}}},
			Data:  fmt.Sprintf("src:%d", a.ID),
		})
		if len(row) == 4 {
			m.Buttons, row = append(m.Buttons, row), nil
		}
	}
	m.Buttons = append(m.Buttons, row)
}

func sourceParts(a twinning.Activity) []twinning.Line {
	var parts []twinning.Line
	if a.Version > 1 {
		parts = append(parts, twinning.Line{Key: "why.changes", Args: ledger.CountArgs(a.Version - 1)})
	}
	if len(a.Files) > 0 {
		parts = append(parts, twinning.Line{Key: "why.files", Args: ledger.CountArgs(len(a.Files))})
	}
	return parts
}
