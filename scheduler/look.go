package scheduler

import (
	"fmt"
	"slices"
	"strconv"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// overviewLines says how the year stands, what documents are missing and what waits for Ban Dân tộc. Rules that the same
// message speaks of already are left out.
func overviewLines(k *ledger.Look, o Overview, said []*Tally) []twinning.Line {
	year := twinning.Text(strconv.Itoa(k.Today().Year()))
	lines := []twinning.Line{{Key: "overview.title", Args: twinning.Args{{"Date", twinning.Day(k.Today())}}}}
	if all := o.Done.All(); all[twinning.Activities] > 0 {
		lines = append(lines, twinning.Line{Key: "overview.done", Args: twinning.Args{
			{"Year", year}, {"Counts", twinning.Joined(ledger.QuantityLines(all)...)},
		}})
	} else {
		lines = append(lines, twinning.Line{Key: "overview.done_nothing", Args: twinning.Args{{"Year", year}}})
	}
	for _, t := range o.Tallies {
		if slices.ContainsFunc(said, func(s *Tally) bool { return s.Rule.ID == t.Rule.ID && s.Year == t.Year }) {
			continue
		}
		lines = append(lines, twinning.Line{Key: "overview.rule", Args: twinning.Args{
			{"Name", twinning.Named(t.Rule.Name)},
			{"Year", twinning.Text(strconv.Itoa(t.Year))},
			{"Filed", twinning.Number(t.Filed)},
			{"Total", twinning.Number(t.Total)},
			{"Left", twinning.Joined(timeLeft(t.Deadlines, k.Today()))},
		}})
	}
	counted := func(key string, n int) {
		if n > 0 {
			lines = append(lines, twinning.Line{Key: key, Args: ledger.CountArgs(n)})
		}
	}
	counted("overview.unconfirmed", int(o.Done.Unconfirmed[twinning.Activities]))
	counted("overview.undecided", o.Undecided)
	counted("overview.disclaimed", o.Disclaimed)
	counted("overview.uncopied", o.Uncopied)
	counted("overview.unlinked", o.Unlinked)
	return lines
}

// overviewButtons lead on to the province's figures and to the deadlines, unless the message does so already.
func overviewButtons(k *ledger.Look, m twinning.Message) [][]twinning.Button {
	var row []twinning.Button
	if issuers, err := k.UnitsOf(twinning.RoleIssuer); err == nil && len(issuers) > 0 {
		row = append(row, twinning.Button{
			Label: twinning.Line{Key: "button.details"}, Data: fmt.Sprintf("st:%s:%d", issuers[0].Key, k.Today().Year()),
		})
	}
	leads := func(row []twinning.Button) bool {
		return slices.ContainsFunc(row, func(b twinning.Button) bool { return b.Data == "han" })
	}
	if !slices.ContainsFunc(m.Buttons, leads) {
		row = append(row, twinning.Button{Label: twinning.Line{Key: "button.deadlines"}, Data: "han"})
	}
	return [][]twinning.Button{row}
}

// progressLines says what the unit has done in the year, how far it is with its targets and what waits for its word.
func progressLines(k *ledger.Look, p Progress) []twinning.Line {
	_, month, _ := k.Today().Parts()
	lines := []twinning.Line{{Key: "progress.month_title", Args: twinning.Args{
		{"Unit", twinning.Text(p.Unit.Name)},
		{"Year", twinning.Text(strconv.Itoa(k.Today().Year()))},
		{"Date", twinning.Day(k.Today())},
		{"Months", twinning.Number(int(month) - 1)},
	}}}
	if all := p.Done.All(); all[twinning.Activities] > 0 {
		lines = append(lines, twinning.Line{Key: "status.sum", Args: twinning.Args{
			{"Counts", twinning.Joined(ledger.QuantityLines(all)...)},
		}})
	} else {
		lines = append(lines, twinning.Line{Key: "status.nothing"})
	}
	lines = append(lines, p.Targets...)
	if p.Waiting > 0 {
		lines = append(lines, twinning.Line{Key: "progress.waiting", Args: ledger.CountArgs(p.Waiting)})
	}
	return lines
}

func progressButtons(k *ledger.Look, p Progress) [][]twinning.Button {
	row := []twinning.Button{{
		Label: twinning.Line{Key: "button.details"}, Data: fmt.Sprintf("st:%s:%d", p.Unit.Key, k.Today().Year()),
	}}
	if p.Waiting > 0 {
		row = append(row, twinning.Button{Label: twinning.Line{Key: "button.unconfirmed"}, Data: "uc"})
	}
	return [][]twinning.Button{row}
}
