package bot

import (
	"context"
	"fmt"
	"strconv"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/twinning"
)

// ask answers a question in free words.
func (d *Desk) ask(ctx context.Context, r *Request) error {
	q, ok := d.question(r, r.Text)
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
	return d.answerPage(ctx, r, q, 0)
}

// answerPage is answer for a later page of a long answer.
func (d *Desk) answerPage(ctx context.Context, r *Request, q nlu.Question, page int) error {
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
		return d.answerFilings(r, q, page)
	case nlu.AskTotal:
		return d.answerTotal(r, q, unit)
	case nlu.AskProgress:
		return d.answerProgress(r, q, unit)
	case nlu.AskDeadline:
		return d.answerDeadline(r, q)
	case nlu.AskLatest:
		return d.showList(r, unit, 0)
	case nlu.AskRanking:
		return d.answerRanking(r, q, page)
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
	args := twinning.Args{{"Unit", twinning.Key("question.label.all")}, {"What", twinning.Key("question.label.what")}}
	if len(q.Units) > 0 {
		args.Set("Unit", r.Work.UnitName(q.Units[0]))
	} else if all, err := r.Work.ReadsAll(*r.Person); err == nil && !all {
		args.Set("Unit", r.Work.UnitName(r.Person.Unit))
	}
	if q.Measure != "" {
		args.Set("What", twinning.Key("question.measure."+string(q.Measure)))
	}
	if rule, ok := d.programme.Rule(twinning.RuleID(q.Rule)); ok {
		args.Set("What", twinning.Named(rule.Name))
	}
	return twinning.Line{Key: "question.label." + string(q.Ask), Args: args}
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
		return wrapStep("progress", err)
	}
	if len(lines) == 0 {
		return d.showStatus(r, unit, q.Year)
	}
	m := twinning.Say("progress.title", twinning.Args{
		{"Unit", twinning.Text(u.Name)}, {"Year", yearText(q.Year)}, {"Months", twinning.Number(r.Work.MonthsOf(q.Year))},
	})
	m.Lines = append(m.Lines, lines...)
	m.Lines = append(m.Lines, d.statusNext(r, u, q.Year)...)
	m.Buttons = [][]twinning.Button{{
		press("button.details", fmt.Sprintf("st:%s:%d", unit, q.Year)), press("button.why", whyMenu(string(unit), q.Year)),
	}}
	if r.Work.UsesStaff(u) && r.Work.MayStateStaff(*r.Person, unit) && !r.Group {
		m.Buttons = append(m.Buttons, []twinning.Button{press("button.staff", fmt.Sprintf("bc:%s:%d", unit, q.Year))})
	}
	return d.finishDemo(r, m)
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
	if over := len(m.Lines) - 1 - datesShown; over > 0 {
		m.Lines = append(m.Lines[:1+datesShown], twinning.Line{Key: "deadline.more", Args: ledger.CountArgs(over)})
	}
	m.Buttons = [][]twinning.Button{{press("button.owed", "han"), press("button.calendar", "cal:"+string(unit))}}
	return r.Reply(m)
}

// datesShown is how many dates one answer names.
const datesShown = 9

// ruleDate shows the next last day in time of a rule.
func (d *Desk) ruleDate(r *Request, rule twinning.ObligationRule, year int) twinning.Line {
	today := d.programme.Today(r.Now)
	due := rule.Due.In(year)
	if due < today {
		due = rule.Due.In(year + 1)
	}
	days := due.DaysSince(today)
	return twinning.Line{Key: "deadline.rule", Args: twinning.Args{
		{"Name", twinning.Named(rule.Name)},
		{"Date", twinning.Day(due)},
		{"Count", twinning.Number(days)},
		{"Value", twinning.Number(days)},
	}}
}
