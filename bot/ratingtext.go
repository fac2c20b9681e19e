package bot

import (
	"fmt"
	"slices"
	"strings"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// conditionLine shows a condition, met or not, with its numbers and where it stands in the decision.
func (d *Desk) conditionLine(c twinning.Condition) twinning.Line {
	args := twinning.Args{}
	key := "rating.unmet"
	switch {
	case c.Met():
		key = "rating.met"
	case !c.Known:
		key = "rating.unknown"
	}
	if rule, ok := d.programme.Rule(c.Rule); ok {
		args.Set("Cite", twinning.Text(shortCite(rule.Cite)))
		args.Set("What", twinning.Joined(twinning.Line{Key: "rating.document", Args: twinning.Args{
			{"Name", twinning.Named(rule.Name)}, {"Done", twinning.Number(c.Done)}, {"Required", twinning.Number(c.Required)},
		}}))
		return twinning.Line{Key: key, Args: args}
	}
	p, cite := d.progressOf(c)
	args.Set("Cite", twinning.Text(cite))
	args.Set("What", twinning.Joined(twinning.Line{Key: "rating.target", Args: twinning.Args{
		{"Done", p.Number(c.Done)}, {"Required", twinning.Joined(p.Amount(c.Required))},
	}}))
	if !c.Known {
		args.Set("What", twinning.Joined(p.Amount(c.Done)))
	}
	return twinning.Line{Key: key, Args: args}
}

// progressOf returns the progress that a condition was made of, and its citation.
func (d *Desk) progressOf(c twinning.Condition) (ledger.Progress, string) {
	i := slices.IndexFunc(d.programme.Targets, func(t twinning.Target) bool { return t.ID == c.Target })
	if i < 0 {
		return ledger.Progress{}, ""
	}
	t := d.programme.Targets[i]
	return ledger.Progress{Target: t, Done: c.Done, Required: c.Required, Known: c.Known}, shortCite(t.Cite)
}

// shortCite is the article alone: "III.2.1.a gạch 1" of "III.2.1.a gạch 1 (R06)".
func shortCite(cite string) string {
	if i := strings.IndexAny(cite, ":;("); i > 0 {
		cite = cite[:i]
	}
	return strings.TrimSpace(cite)
}

// missingLine says in words what a condition lacks: "3 hộ nghèo", "Báo cáo sơ kết cuối năm".
func (d *Desk) missingLine(c twinning.Condition) twinning.Line {
	if rule, ok := d.programme.Rule(c.Rule); ok {
		if n := c.Required - c.Done; n > 1 {
			return twinning.Line{Key: "rating.lacks_documents", Args: twinning.Args{
				{"Number", twinning.Number(n)}, {"Name", twinning.Named(rule.Name)},
			}}
		}
		return twinning.Line{Key: "rating.lacks_document", Args: twinning.Args{{"Name", twinning.Named(rule.Name)}}}
	}
	p, _ := d.progressOf(c)
	if !c.Known {
		return say("rating.lacks_staff")
	}
	return p.Short()
}

func factorLine(s twinning.Suggestion) twinning.Line {
	if len(s.Factors) == 0 {
		return say("rating.no_factors")
	}
	return twinning.Line{Key: "rating.factors", Args: twinning.Args{{"Factors", twinning.Joined(factorNames(s.Factors)...)}}}
}

func factorNames(factors []twinning.Factor) []twinning.Line {
	names := make([]twinning.Line, len(factors))
	for i, f := range factors {
		names[i] = say("rating.factor." + string(f))
	}
	return names
}

func flagLine(s twinning.Suggestion) twinning.Line {
	if len(s.Flags) == 0 {
		return say("rating.no_flags")
	}
	names := make([]twinning.Line, len(s.Flags))
	for i, f := range s.Flags {
		names[i] = say("rating.flag." + string(f))
	}
	return twinning.Line{Key: "rating.flags", Args: twinning.Args{{"Flags", twinning.Joined(names...)}}}
}

func proposalLine(r *Request, p twinning.RatingProposal) twinning.Line {
	args := twinning.Args{
		{"Level", levelName(p.Level)},
		{"Who", r.Work.Who(p.By)},
		{"Time", twinning.Arg{Kind: twinning.ArgTime, Num: p.At.Unix()}},
		{"Suggested", levelName(p.Suggested)},
	}
	if p.Reason != "" {
		args.Set("Reason", twinning.Text(p.Reason))
	}
	return twinning.Line{Key: "rating.proposal", Args: args}
}

func decisionLine(x twinning.RatingDecision) twinning.Line {
	return twinning.Line{Key: "rating.decision", Args: twinning.Args{
		{"Level", levelName(x.Level)}, {"Document", twinning.Text(x.Document)},
	}}
}

// showRatingGap says what a unit lacks for each better level.
func (d *Desk) showRatingGap(r *Request, unit twinning.UnitKey, year int) error {
	x, ok, err := d.rated(r, unit, year)
	if err != nil || !ok {
		return err
	}
	s := x.Suggestion
	m := twinning.Say("rating.gap_title", twinning.Args{
		{"Unit", twinning.Text(x.Unit.Name)}, {"Year", yearText(year)}, {"Level", levelName(s.Level)},
	})
	var missing []twinning.Line
	for _, c := range s.Conditions {
		if !c.Met() {
			missing = append(missing, d.missingLine(c))
		}
	}
	if len(missing) > 0 {
		m.Lines = append(m.Lines, twinning.Line{Key: "rating.gap_missing", Args: twinning.Args{
			{"Missing", twinning.Joined(missing...)},
		}})
	}
	above := s.Above()
	for i, level := range above {
		conditions, factors := d.programme.Rating.Distance(s, level)
		if i+1 < len(above) {
			// Where one more condition leads past a level, only the better one is told.
			if c, f := d.programme.Rating.Distance(s, above[i+1]); c == conditions && f == factors {
				continue
			}
		}
		m.Lines = append(m.Lines, gapLine(level, s, conditions, factors))
	}
	if len(above) == 0 {
		m.Lines = append(m.Lines, say("rating.gap_none"))
	}
	m.Lines = append(m.Lines, say("rating.note"))
	m.Buttons = [][]twinning.Button{{
		press("button.rating", fmt.Sprintf("xl:%d:%s", year, unit)), press("button.status", fmt.Sprintf("st:%s:%d", unit, year)),
	}}
	return d.offer(r, m, optionsTalk{})
}

// gapLine says how far a level is: so many of the conditions that are missing, so many more factors out of those left.
func gapLine(level twinning.RatingLevel, s twinning.Suggestion, conditions, factors int) twinning.Line {
	met, all := s.Share()
	var parts []twinning.Line
	switch {
	case conditions > 0 && conditions == all-met:
		parts = append(parts, say("rating.gap_all"))
	case conditions > 0:
		parts = append(parts, twinning.Line{Key: "rating.gap_some", Args: ledger.CountArgs(conditions)})
	}
	if factors > 0 {
		left := slices.DeleteFunc(twinning.Factors(), func(f twinning.Factor) bool { return slices.Contains(s.Factors, f) })
		parts = append(parts, twinning.Line{Key: "rating.gap_factors", Args: twinning.Args{
			{"Count", twinning.Number(factors)}, {"Value", twinning.Number(factors)}, {"Factors", twinning.Joined(factorNames(left)...)},
		}})
	}
	return twinning.Line{Key: "rating.gap_level", Args: twinning.Args{
		{"Level", levelName(level)}, {"Parts", twinning.Joined(parts...)},
	}}
}

// showRatingHistory shows what was proposed and decided, the oldest first, to Ban Dân tộc.
func (d *Desk) showRatingHistory(r *Request, unit twinning.UnitKey, year int) error {
	if r.Person.Role != twinning.RoleCoordinator {
		return fmt.Errorf("rating of %s: %w", unit, twinning.ErrForbidden)
	}
	record, err := r.Work.RatingRecord(year, unit)
	if err != nil {
		return wrapStep("rating", err)
	}
	m := twinning.Say("rating.history_title", twinning.Args{{"Unit", r.Work.UnitName(unit)}, {"Year", yearText(year)}})
	for _, p := range record.Proposals[max(len(record.Proposals)-historyShown, 0):] {
		m.Lines = append(m.Lines, proposalLine(r, p))
	}
	for _, x := range record.Decisions[max(len(record.Decisions)-historyShown, 0):] {
		m.Lines = append(m.Lines, decisionLine(x))
	}
	m.Buttons = [][]twinning.Button{{press("button.rating", fmt.Sprintf("xl:%d:%s", year, unit))}}
	return d.offer(r, m, optionsTalk{})
}
