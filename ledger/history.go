package ledger

import (
	"maps"
	"slices"

	"ketnghia/twinning"
)

// HistoryLines shows every version of an activity, the first one first: when, who, and what changed.
func (k *Look) HistoryLines(id twinning.ActivityID) ([]twinning.Line, error) {
	versions, err := k.ActivityVersions(id)
	if err != nil {
		return nil, wrap("history", err)
	}
	lines := make([]twinning.Line, len(versions))
	for i, v := range versions {
		what := []twinning.Line{{Key: "history.logged", Args: twinning.Args{{"Counts", twinning.Joined(k.brief(v.Facts)...)}}}}
		if i > 0 {
			what = k.changes(versions[i-1], v)
		}
		lines[i] = twinning.Line{Key: "history.row", Args: twinning.Args{
			{"Time", twinning.Arg{Kind: twinning.ArgTime, Num: v.Changed.Unix()}},
			{"Who", twinning.Joined(k.who(v.ChangedBy))},
			{"What", twinning.Joined(what...)},
		}}
	}
	return lines, nil
}

// who names a person with the unit; nobody is the operator of the server.
func (k *Look) who(id twinning.PersonID) twinning.Line {
	p, err := k.Person(id)
	if err != nil {
		return twinning.Line{Key: "history.operator"}
	}
	return twinning.Line{Key: "history.who", Args: twinning.Args{{"Name", twinning.Text(p.Name)}, {"Unit", k.UnitName(p.Unit)}}}
}

// Who names somebody in a line of text.
func (k *Look) Who(id twinning.PersonID) twinning.Arg { return twinning.Joined(k.who(id)) }

// brief is what an activity brought, or its content where no number was stated.
func (k *Look) brief(f twinning.Facts) []twinning.Line {
	lines := claimLines(f.Quantities)
	if len(lines) == 0 {
		lines = []twinning.Line{{Key: "card.category", Args: twinning.Args{
			{"Number", twinning.Number(f.Category)}, {"Name", CategoryName(f.Category)},
		}}}
	}
	return lines
}

// changes say what a version made of the one before.
func (k *Look) changes(was, is twinning.Activity) []twinning.Line {
	var lines []twinning.Line
	switch {
	case is.Reason == undoReason:
		lines = append(lines, twinning.Line{Key: "history.undone"})
	case is.State == twinning.ActivityVoided:
		lines = append(lines, twinning.Line{Key: "history.voided", Args: twinning.Args{{"Reason", twinning.Text(is.Reason)}}})
	case is.State == twinning.ActivityDisputed && len(is.Claim) > 0:
		lines = append(lines, twinning.Line{Key: "history.disputed", Args: twinning.Args{
			{"Counts", twinning.Joined(claimLines(is.Claim)...)},
		}})
	case is.State == twinning.ActivityDisputed:
		lines = append(lines, twinning.Line{Key: "history.denied"})
	case is.State == twinning.ActivityConfirmed && was.State != twinning.ActivityConfirmed:
		lines = append(lines, twinning.Line{Key: "history.confirmed"})
	}
	lines = append(lines, numberChanges(was.Facts.Quantities, is.Facts.Quantities)...)
	lines = append(lines, k.factChanges(was.Facts, is.Facts)...)
	if n := len(is.Files) - len(was.Files); n > 0 {
		lines = append(lines, twinning.Line{Key: "history.files", Args: countArgs(n)})
	}
	if len(lines) == 0 {
		lines = append(lines, twinning.Line{Key: "history.same"})
	}
	return lines
}

// numberChanges show the numbers that differ: "45 hộ nghèo → 54 hộ nghèo".
func numberChanges(was, is twinning.Quantities) []twinning.Line {
	var lines []twinning.Line
	for _, m := range twinning.Measures() {
		before, had := was[m]
		after, has := is[m]
		switch {
		case had && has && before != after:
			lines = append(lines, twinning.Line{Key: "history.number", Args: twinning.Args{
				{"Old", twinning.Joined(MeasureLine(m, before))}, {"New", twinning.Joined(MeasureLine(m, after))},
			}})
		case had && !has:
			lines = append(lines, twinning.Line{Key: "history.number_gone", Args: twinning.Args{
				{"Old", twinning.Joined(MeasureLine(m, before))},
			}})
		case has && !had:
			lines = append(lines, twinning.Line{Key: "history.number_new", Args: twinning.Args{
				{"New", twinning.Joined(MeasureLine(m, after))},
			}})
		}
	}
	return lines
}

// factChanges show the other facts that differ, as they stand now.
func (k *Look) factChanges(was, is twinning.Facts) []twinning.Line {
	old, now := k.factsByKey(was), k.factsByKey(is)
	var lines []twinning.Line
	for _, line := range k.FactLines(is) {
		if before, had := old[line.Key]; line.Key != "card.counts" && line.Key != "card.amount" && (!had || !sameArgs(before, line.Args)) {
			lines = append(lines, line)
		}
	}
	for _, key := range slices.Sorted(maps.Keys(old)) {
		if _, has := now[key]; !has && key != "card.counts" && key != "card.amount" && key != "card.date" && key != "card.dates" {
			lines = append(lines, twinning.Line{Key: "history.gone", Args: twinning.Args{
				{"Fact", twinning.Joined(twinning.Line{Key: key, Args: old[key]})},
			}})
		}
	}
	return lines
}

func (k *Look) factsByKey(f twinning.Facts) map[string]twinning.Args {
	facts := map[string]twinning.Args{}
	for _, line := range k.FactLines(f) {
		facts[line.Key] = line.Args
	}
	return facts
}

func sameArgs(a, b twinning.Args) bool {
	return len(a) == len(b) && !slices.ContainsFunc(a, func(n twinning.NamedArg) bool {
		other, ok := b.Lookup(n.Name)
		return !ok || !sameArg(n.Arg, other)
	})
}

func sameArg(a, b twinning.Arg) bool {
	return a.Kind == b.Kind && a.Text == b.Text && a.Num == b.Num && a.Date == b.Date &&
		slices.EqualFunc(a.Lines(), b.Lines(), func(l, m twinning.Line) bool { return l.Key == m.Key && sameArgs(l.Args, m.Args) })
}
