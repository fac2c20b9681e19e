package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/twinning"
)

// ask answers a question in free words.
func (d *Desk) ask(ctx context.Context, r *Request) error {
	q, ok := d.reader.Question(r.Text, d.today(r))
	if !ok {
		return d.lost(r)
	}
	return d.answer(ctx, r, q)
}

// pressAsk takes one of the nearest readings that lost offered: "ask:1".
func (d *Desk) pressAsk(ctx context.Context, r *Request) error {
	talk, ok, err := d.options(r)
	if err != nil {
		return err
	}
	n, err := strconv.Atoi(r.Press.Part(0))
	if err != nil || !ok || n < 0 || n >= len(talk.Nearest) {
		return d.stale(r)
	}
	return d.answer(ctx, r, talk.Nearest[n])
}

// answer answers a question that was understood, within what the asker may see.
func (d *Desk) answer(ctx context.Context, r *Request, q nlu.Question) error {
	if len(q.Units) == 0 && len(q.Ambiguous) > 0 {
		return d.offer(r, twinning.Message{
			Lines:   []twinning.Line{say("unit.which")},
			Buttons: d.unitButtons(r, upTo(q.Ambiguous[0].Candidates, unitsOffered), "st:%s"),
		}, optionsTalk{})
	}
	if q.Year == 0 {
		q.Year = d.today(r).Year()
	}
	unit, err := d.homeUnit(r)
	if err != nil {
		return err
	}
	if len(q.Units) > 0 {
		unit = q.Units[0]
	}
	switch q.Ask {
	case nlu.AskMissing, nlu.AskFiled, nlu.AskLate:
		return d.answerFilings(r, q)
	case nlu.AskTotal:
		return d.answerTotal(r, q, unit)
	case nlu.AskProgress:
		return d.answerProgress(r, q, unit)
	case nlu.AskDeadline:
		return d.answerDeadline(r, q)
	case nlu.AskLatest:
		return d.showList(r, unit, 0)
	case nlu.AskRanking:
		return d.answerRanking(r, q)
	case nlu.AskResponsible:
		return d.showPeople(r, unit)
	case nlu.AskOpen:
		return d.owed(ctx, r)
	case nlu.AskStatus:
	}
	return d.showStatus(r, unit, q.Year)
}

// questionLabel names a reading of a question on its button.
func (d *Desk) questionLabel(r *Request, q nlu.Question) twinning.Line {
	args := twinning.Args{"Unit": twinning.Key("question.label.all"), "What": twinning.Key("question.label.what")}
	if len(q.Units) > 0 {
		args["Unit"] = r.Work.UnitName(q.Units[0])
	} else if all, err := r.Work.ReadsAll(*r.Person); err == nil && !all {
		args["Unit"] = r.Work.UnitName(r.Person.Unit)
	}
	if q.Measure != "" {
		args["What"] = twinning.Key("question.measure." + string(q.Measure))
	}
	if rule, ok := d.programme.Rule(twinning.RuleID(q.Rule)); ok {
		args["What"] = twinning.Named(rule.Name)
	}
	return twinning.Line{Key: "question.label." + string(q.Ask), Args: args}
}

// answerTotal says how much was done by, at or between the named units.
func (d *Desk) answerTotal(r *Request, q nlu.Question, home twinning.UnitKey) error {
	units := q.Units
	if len(units) == 0 {
		units = []twinning.UnitKey{home}
	}
	filter := ledger.Filter{Category: q.Category}
	for _, key := range units {
		u, err := r.Work.Unit(key)
		if err != nil {
			return wrapStep("total", err)
		}
		if may, err := d.readable(r, key); err != nil || !may {
			return err
		}
		span, err := r.Work.Span(u)
		if err != nil {
			return wrapStep("total", err)
		}
		filter.Units = append(filter.Units, span...)
	}
	if err := d.narrowToPairing(r, &filter, units); err != nil {
		return err
	}
	if filter.Pairing == 0 {
		shared, err := d.narrowToShared(r, &filter, units)
		if err != nil {
			return err
		}
		units = append(slices.Clone(units), shared...)
	}
	sum, err := d.sum(r, q, filter)
	if err != nil {
		return err
	}
	m := twinning.Say("total.title", twinning.Args{
		"Units": twinning.Joined(d.unitLines(r, units)...), "Period": twinning.Joined(periodLine(q)),
	})
	if q.Category != twinning.CategoryUnsure {
		m.Lines = append(m.Lines, twinning.Line{Key: "card.category", Args: twinning.Args{
			"Number": twinning.Number(q.Category), "Name": ledger.CategoryName(q.Category),
		}})
	}
	m.Lines = append(m.Lines, totalLines(sum, q.Measure)...)
	if err := d.markDemo(r, &m); err != nil {
		return err
	}
	m.Buttons = [][]twinning.Button{{press("button.details", fmt.Sprintf("st:%s:%d", units[0], q.Year))}}
	return r.Reply(m)
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

// sum adds up the year from the totals, or a part of it from the activities.
func (d *Desk) sum(r *Request, q nlu.Question, f ledger.Filter) (ledger.Sum, error) {
	whole := twinning.DateRange{From: twinning.NewDate(q.Year, 1, 1), To: twinning.NewDate(q.Year, 12, 31)}
	span := twinning.DateRange{From: q.From, To: q.To}
	if span.From.IsZero() || span == whole {
		s, err := r.Work.Sum(q.Year, f)
		return s, wrapStep("total", err)
	}
	if span.To.IsZero() {
		span.To = span.From
	}
	s, err := r.Work.SumBetween(span, f)
	return s, wrapStep("total", err)
}

func (d *Desk) unitLines(r *Request, units []twinning.UnitKey) []twinning.Line {
	lines := make([]twinning.Line, len(units))
	for i, key := range units {
		lines[i] = twinning.Line{Key: "card.plain", Args: twinning.Args{"Text": r.Work.UnitName(key)}}
	}
	return lines
}

func periodLine(q nlu.Question) twinning.Line {
	if q.From.IsZero() {
		return twinning.Line{Key: "period.year", Args: twinning.Args{"Year": yearText(q.Year)}}
	}
	return twinning.Line{Key: "period.range", Args: twinning.Args{
		"From": twinning.Day(q.From), "To": twinning.Day(max(q.From, q.To)),
	}}
}

// totalLines shows the asked measure with its confirmed part, or all measures when none was named.
func totalLines(s ledger.Sum, m twinning.Measure) []twinning.Line {
	if m == "" {
		return sumLines(s)
	}
	return []twinning.Line{
		{Key: "total.value", Args: twinning.Args{"Value": twinning.Joined(ledger.MeasureLine(m, s.All()[m]))}},
		{Key: "total.parts", Args: twinning.Args{
			"Confirmed":   twinning.Joined(ledger.MeasureLine(m, s.Confirmed[m])),
			"Unconfirmed": twinning.Joined(ledger.MeasureLine(m, s.Unconfirmed[m])),
		}},
	}
}

// answerProgress says how far a sponsor is with its targets, or shows the status of anybody else.
func (d *Desk) answerProgress(r *Request, q nlu.Question, unit twinning.UnitKey) error {
	u, err := r.Work.Unit(unit)
	if err != nil {
		return wrapStep("progress", err)
	}
	if u.Role.IsRecipient() || u.Role == twinning.RoleIssuer || u.Role == twinning.RoleStanding {
		return d.showStatus(r, unit, q.Year)
	}
	if may, err := d.readable(r, unit); err != nil || !may {
		return err
	}
	if done, err := d.showShared(r, unit, q.Year); done || err != nil {
		return err
	}
	lines, err := r.Work.ProgressLines(u, q.Year)
	if err != nil {
		return err
	}
	if len(lines) == 0 {
		return d.showStatus(r, unit, q.Year)
	}
	m := twinning.Say("progress.title", twinning.Args{"Unit": twinning.Text(u.Name), "Year": yearText(q.Year)})
	m.Lines = append(m.Lines, lines...)
	m.Buttons = [][]twinning.Button{{press("button.details", fmt.Sprintf("st:%s:%d", unit, q.Year))}}
	return r.Reply(m)
}

// answerDeadline says how many days there are until what the asker's unit owes, or until the three dates.
func (d *Desk) answerDeadline(r *Request, q nlu.Question) error {
	unit := r.Person.Unit
	if len(q.Units) > 0 {
		unit = q.Units[0]
		if may, err := d.readable(r, unit); err != nil || !may {
			return err
		}
	}
	owings, err := r.Work.OwingsOf(unit)
	if err != nil {
		return wrapStep("deadline", err)
	}
	m := twinning.Say("deadline.title", nil)
	for _, o := range owings {
		if o.Rule.Remind && (q.Rule == "" || q.Rule == string(o.Rule.ID)) {
			m.Lines = append(m.Lines, d.owingLine(r, o))
		}
	}
	if len(m.Lines) == 1 {
		// The asker owes nothing of the kind: the dates of everybody are the answer.
		for _, rule := range d.programme.Obligations {
			if rule.Remind && (q.Rule == "" || q.Rule == string(rule.ID)) {
				m.Lines = append(m.Lines, d.ruleDate(r, rule, q.Year))
			}
		}
	}
	m.Buttons = [][]twinning.Button{{press("button.owed", "han")}}
	return r.Reply(m)
}

// ruleDate shows the next last day in time of a rule.
func (d *Desk) ruleDate(r *Request, rule twinning.ObligationRule, year int) twinning.Line {
	today := d.programme.Today(r.Now)
	due := rule.Due.In(year)
	if due < today {
		due = rule.Due.In(year + 1)
	}
	days := due.DaysSince(today)
	return twinning.Line{Key: "deadline.rule", Args: twinning.Args{
		"Name": twinning.Named(rule.Name), "Date": twinning.Day(due),
		"Count": twinning.Number(days), "Value": twinning.Number(days),
	}}
}
