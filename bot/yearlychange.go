package bot

import (
	"ketnghia/ledger"
	"ketnghia/twinning"
)

// changesListed is how many changes of a kind a message lists.
const changesListed = 8

// showReportChanges says what differs between the newest seal of a report and the books of today.
func (d *Desk) showReportChanges(r *Request, unit twinning.UnitKey, year int) error {
	unit, ok, err := d.reportAllowed(r, unit)
	if !ok || err != nil {
		return err
	}
	seal, changes, err := r.Work.ChangesSince(unit, year)
	if err != nil {
		return wrapStep("report", err)
	}
	args := d.sealArgs(r, seal)
	args.Set("Unit", d.reportName(r, unit))
	args.Set("Year", yearText(year))
	m := twinning.Say("yearly.changes", args)
	if changes.None() {
		m.Lines = append(m.Lines, say("yearly.no_changes"))
	}
	m.Lines = append(m.Lines, listedChanges(figureLines(changes.Figures))...)
	m.Lines = append(m.Lines, listedChanges(activityLines(changes.Activities))...)
	m.Lines = append(m.Lines, listedChanges(dutyLines(r, changes.Duties))...)
	m.Buttons = [][]twinning.Button{{press("button.report_back", reportData(unit, year, ""))}}
	return d.offer(r, m, optionsTalk{})
}

// listedChanges cuts a list to what one reads, and says how many more there are.
func listedChanges(lines []twinning.Line) []twinning.Line {
	more := len(lines) - changesListed
	if more <= 0 {
		return lines
	}
	return append(lines[:changesListed:changesListed], twinning.Line{Key: "yearly.more", Args: ledger.CountArgs(more)})
}

// figureLines show the total's changes; those of single units are in the files.
func figureLines(changes []twinning.FigureChange) []twinning.Line {
	var lines []twinning.Line
	for _, c := range changes {
		if c.Unit != "" {
			continue
		}
		state := twinning.Key("yearly.unconfirmed")
		if c.Confirmed {
			state = twinning.Key("yearly.confirmed")
		}
		value := twinning.Number[int64]
		if c.Measure.Money() {
			value = twinning.Money
		}
		lines = append(lines, twinning.Line{Key: "yearly.change_figure", Args: twinning.Args{
			{"Name", twinning.Key("question.measure." + string(c.Measure))}, {"State", state}, {"Was", value(c.Was)}, {"Now", value(c.Now)},
		}})
	}
	return lines
}

func activityLines(changes []twinning.ActivityChange) []twinning.Line {
	lines := make([]twinning.Line, len(changes))
	for i, c := range changes {
		lines[i] = twinning.Line{Key: "yearly.change_activity", Args: twinning.Args{{"ID", twinning.Number(c.ID)}}}
		switch {
		case c.Was == nil:
			lines[i].Key = "yearly.new_activity"
			lines[i].Args.Set("Counts", factsLine(*c.Now))
		case c.Now == nil:
			lines[i].Key = "yearly.lost_activity"
			lines[i].Args.Set("Counts", factsLine(*c.Was))
		default:
			lines[i].Args.Set("Was", factsLine(*c.Was))
			lines[i].Args.Set("Now", factsLine(*c.Now))
		}
	}
	return lines
}

// factsLine shows the numbers of an activity and its state.
func factsLine(a twinning.ReportActivity) twinning.Arg {
	return twinning.Joined(append(ledger.QuantityLines(a.Facts.Quantities), say("activity.state."+string(a.State)))...)
}

func dutyLines(r *Request, changes []twinning.DutyChange) []twinning.Line {
	lines := make([]twinning.Line, len(changes))
	standing := func(d *twinning.ReportDuty) twinning.Arg {
		if d == nil {
			return twinning.Key("standing.not_applicable")
		}
		return twinning.Key("standing." + string(d.Standing))
	}
	for i, c := range changes {
		about := c.Now
		if about == nil {
			about = c.Was
		}
		lines[i] = twinning.Line{Key: "yearly.change_duty", Args: twinning.Args{
			{"Name", twinning.Named(about.Name)}, {"Unit", r.Work.UnitName(about.Unit)}, {"Was", standing(c.Was)}, {"Now", standing(c.Now)},
		}}
	}
	return lines
}
