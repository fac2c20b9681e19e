package bot

import (
	"ketnghia/ledger"
	"ketnghia/twinning"
)

// owingLine shows one document: its name, where it stands and what its dates mean today.
func (d *Desk) owingLine(r *Request, o ledger.Owing) twinning.Line {
	args := twinning.Args{
		{"Title", twinning.Joined(r.Work.Title(o))},
		{"Date", twinning.Day(o.Deadlines.Due)},
		{"Standing", twinning.Key("standing." + string(o.Standing))},
	}
	days := o.Deadlines.Due.DaysSince(d.programme.Today(r.Now))
	switch {
	case o.Filing != nil:
		args.Set("Date", twinning.Day(o.Filing.Filed))
		return twinning.Line{Key: "owed.filed", Args: args}
	case !o.Standing.Counts():
		args.Set("Reason", twinning.Joined(excuseLines(d.programme, o)...))
		return twinning.Line{Key: "owed.excused", Args: args}
	case days > 0:
		args.Set("Count", twinning.Number(days))
		args.Set("Value", twinning.Number(days))
		return twinning.Line{Key: "owed.left", Args: args}
	case days == 0:
		return twinning.Line{Key: "owed.today", Args: args}
	case o.Standing == twinning.StandingOverdue:
		args.Set("Count", twinning.Number(-days))
		args.Set("Value", twinning.Number(-days))
		return twinning.Line{Key: "owed.over", Args: args}
	}
	return twinning.Line{Key: "owed.due_day", Args: args}
}

// excuseLines say why a document is not asked for, none when it is.
func excuseLines(p *twinning.Programme, o ledger.Owing) []twinning.Line {
	if o.Standing == twinning.StandingWaived {
		reason := ""
		if o.Handling.Waiver != nil {
			reason = o.Handling.Waiver.Reason
		}
		return []twinning.Line{{Key: "excuse.waived", Args: twinning.Args{{"Reason", twinning.Text(reason)}}}}
	}
	args := twinning.Args{{"Date", twinning.Day(o.Deadlines.LateAfter)}}
	switch o.Excuse {
	case twinning.ExcuseDecision:
		args.Set("Signed", twinning.Day(p.Signed))
		return []twinning.Line{{Key: "excuse.decision", Args: args}}
	case twinning.ExcuseUnit:
		return []twinning.Line{{Key: "excuse.unit", Args: args}}
	case twinning.ExcusePairing:
		return []twinning.Line{{Key: "excuse.pairing", Args: args}}
	}
	return nil
}

// leftLine says how far the last day in time is from today.
func leftLine(dl twinning.Deadlines, today twinning.Date) twinning.Line {
	days := dl.Due.DaysSince(today)
	switch {
	case days > 0:
		return twinning.Line{Key: "owed.days_left", Args: ledger.CountArgs(days)}
	case days == 0:
		return say("owed.last_day")
	case today <= dl.LateAfter:
		return twinning.Line{Key: "owed.grace", Args: twinning.Args{{"Date", twinning.Day(dl.LateAfter)}}}
	}
	return twinning.Line{Key: "owed.days_over", Args: ledger.CountArgs(-days)}
}

// stateLines say what became of a document beside its date: that it was returned or lacks something, who sees to it,
// who asked to be reminded later, what was told to Ban Dân tộc.
func (d *Desk) stateLines(r *Request, o ledger.Owing) []twinning.Line {
	var lines []twinning.Line
	add := func(key string, args twinning.Args) { lines = append(lines, twinning.Line{Key: key, Args: args}) }
	today := d.programme.Today(r.Now)
	if o.Returned != nil {
		add("owed.state.returned", twinning.Args{{"Reason", twinning.Text(o.Returned.Reason)}})
	}
	if wanting := o.Wanting(); len(wanting) > 0 {
		names := make([]twinning.Line, len(wanting))
		for i, id := range wanting {
			names[i] = twinning.Line{Key: "file.content", Args: twinning.Args{{"Name", twinning.Named(o.Rule.ContentNames[id])}}}
		}
		add("owed.state.wanting", twinning.Args{{"Contents", twinning.JoinedBy(", ", names...)}})
	}
	if !o.Standing.Open() {
		return lines
	}
	if x := o.Handling.Delegation; x != nil && today <= x.Until {
		if p, err := r.Work.Person(x.To); err == nil {
			add("owed.state.delegated", twinning.Args{{"Name", twinning.Text(p.Name)}, {"Date", twinning.Day(x.Until)}})
		}
	}
	if s := o.Handling.Snoozes[r.Person.ID]; s.Until > today {
		add("owed.state.snoozed", twinning.Args{{"Date", twinning.Day(s.Until)}})
	}
	if o.Handling.Disclaimer.Open() {
		add("owed.state.disclaimed", nil)
	}
	return lines
}

// hindranceLines name what a document of a pairing waits for.
func (d *Desk) hindranceLines(r *Request, o ledger.Owing) ([]twinning.Line, error) {
	cause, ok, err := r.Work.Hindrance(o)
	if err != nil || !ok {
		return nil, wrapStep("hindrance", err)
	}
	args := ledger.CountArgs(d.programme.Today(r.Now).DaysSince(cause.Deadlines.Due))
	args.Set("Unit", r.Work.UnitName(cause.Unit))
	args.Set("Name", twinning.Named(cause.Rule.Name))
	return []twinning.Line{{Key: "owed.hindrance", Args: args}}, nil
}

// scoreLines say how obligations stand: what is missing first, then what was filed, each with its share of what counts;
// what was waived or does not apply stands apart. Shares of nothing are left out.
func scoreLines(s ledger.Score) []twinning.Line {
	var lines []twinning.Line
	part := func(key string, n, percent int) {
		if n > 0 {
			lines = append(lines, twinning.Line{Key: key, Args: twinning.Args{
				{"Value", twinning.Number(n)}, {"Percent", twinning.Number(percent)}, {"All", twinning.Number(s.Total())},
			}})
		}
	}
	shares := s.Shares()
	part("score.missing", s.Missing(), shares.Missing)
	if s.Missing() == 0 {
		part("score.complete", s.Total(), 0)
	}
	part("score.met", s[twinning.StandingMet], shares.InTime)
	part("score.due_day", s[twinning.StandingMetDue], shares.DueDay)
	part("score.late", s[twinning.StandingMetLate], shares.Late)
	part("score.waived", s[twinning.StandingWaived], 0)
	part("score.not_applicable", s[twinning.StandingNotApplicable], 0)
	return lines
}
