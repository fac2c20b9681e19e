package bot

import (
	"context"
	"fmt"
	"slices"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// owed shows what the sender's unit has to hand in, most urgent first, and how those stand for whom the unit answers:
// "/han". Files can be chosen by button or number.
func (d *Desk) owed(_ context.Context, r *Request) error {
	all, err := r.Work.ReadsAll(*r.Person)
	if err != nil {
		return wrapStep("owed", err)
	}
	below, err := d.unitsBelow(r, all)
	if err != nil {
		return err
	}
	m := twinning.Say("owed.title", twinning.Args{"Unit": r.Work.UnitName(r.Person.Unit)})
	if all {
		m = twinning.Say("owed.all_title", twinning.Args{"Date": twinning.Day(d.programme.Today(r.Now))})
	} else if err := d.ownOwings(r, &m); err != nil {
		return err
	}
	if len(below) > 0 {
		if !all {
			key := "owed.below"
			if own, err := r.Work.Unit(r.Person.Unit); err == nil && own.Role == twinning.RoleOverseer {
				key = "owed.border"
			}
			if len(m.Lines) > 1 {
				m.Lines = append(m.Lines, twinning.Line{})
			}
			m.Lines = append(m.Lines, say(key))
		}
		if err := d.owedByRule(r, &m, below); err != nil {
			return err
		}
	}
	if len(m.Lines) == 1 {
		return d.replace(r, "", twinning.Say("owed.nothing", twinning.Args{"Unit": r.Work.UnitName(r.Person.Unit)}))
	}
	if err := d.markDemo(r, &m); err != nil {
		return err
	}
	return d.offer(r, m, optionsTalk{})
}

// ownOwings adds the documents of the sender's own unit.
func (d *Desk) ownOwings(r *Request, m *twinning.Message) error {
	owings, err := r.Work.OwingsOf(r.Person.Unit)
	if err != nil {
		return wrapStep("owed", err)
	}
	reminded := slices.DeleteFunc(owings, func(o ledger.Owing) bool { return !o.Rule.Remind })
	for _, o := range upTo(reminded, owingsOffered) {
		m.Lines = append(m.Lines, d.owingLine(r, o))
	}
	if more := len(reminded) - owingsOffered; more > 0 {
		m.Lines = append(m.Lines, twinning.Line{Key: "owed.more", Args: ledger.CountArgs(more)})
	}
	unmet := slices.DeleteFunc(reminded, func(o ledger.Owing) bool { return !o.Standing.Open() })
	if r.Person.MayLog() {
		m.Buttons = d.owingButtons(r, unmet, "nop")
	}
	return nil
}

// unitsBelow returns the units for which the sender watches over deadlines: all for those who see all, the communes of
// a district, the border communes for the overseer; nil for everybody else.
func (d *Desk) unitsBelow(r *Request, all bool) (map[twinning.UnitKey]bool, error) {
	own, err := r.Work.Unit(r.Person.Unit)
	if err != nil {
		return nil, wrapStep("owed", err)
	}
	below := map[twinning.UnitKey]bool{}
	switch {
	case all:
		units, err := r.Work.Units()
		if err != nil {
			return nil, wrapStep("owed", err)
		}
		for _, u := range units {
			below[u.Key] = true
		}
	case own.Role == twinning.RoleRecipientDistrict || own.Role == twinning.RoleOverseer:
		span, err := r.Work.Span(own)
		if err != nil {
			return nil, wrapStep("owed", err)
		}
		for _, key := range span {
			below[key] = key != own.Key
		}
	}
	return below, nil
}

// owedByRule adds how many of the units have filed each document of the open years.
func (d *Desk) owedByRule(r *Request, m *twinning.Message, units map[twinning.UnitKey]bool) error {
	today := d.programme.Today(r.Now)
	for _, year := range r.Work.OpenYears() {
		owings, err := r.Work.Owings(year)
		if err != nil {
			return wrapStep("owed", err)
		}
		for _, rule := range d.programme.Obligations {
			of := slices.DeleteFunc(slices.Clone(owings), func(o ledger.Owing) bool {
				return o.Obligation.Rule != rule.ID || !rule.Remind || !o.Standing.Counts() || today > o.Deadlines.Closes || !units[o.Obligation.Unit]
			})
			if len(of) == 0 {
				continue
			}
			line, missing := d.ruleLine(of)
			m.Lines = append(m.Lines, line)
			if missing > 0 {
				m.Buttons = append(m.Buttons, []twinning.Button{{
					Label: twinning.Line{Key: "button.missing_rule", Args: twinning.Args{
						"Name": twinning.Named(rule.Name), "Year": yearText(year),
					}},
					Data: fmt.Sprintf("miss:%s:%d", rule.ID, year),
				}})
			}
		}
	}
	return nil
}

// ruleLine counts the owings of one rule: in time, on the due day, late, missing.
func (d *Desk) ruleLine(owings []ledger.Owing) (line twinning.Line, missing int) {
	count := map[twinning.Standing]int{}
	for _, o := range owings {
		count[o.Standing]++
		if !o.Standing.Met() {
			missing++
		}
	}
	o := owings[0]
	return twinning.Line{Key: "owed.rule", Args: twinning.Args{
		"Name": twinning.Named(o.Rule.Name), "Year": yearText(o.Year), "Date": twinning.Day(o.Deadlines.Due),
		"Met":     twinning.Number(count[twinning.StandingMet]),
		"DueDay":  twinning.Number(count[twinning.StandingMetDue]),
		"Late":    twinning.Number(count[twinning.StandingMetLate]),
		"Missing": twinning.Number(missing), "All": twinning.Number(len(owings)),
	}}, missing
}
