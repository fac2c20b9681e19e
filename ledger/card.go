package ledger

import (
	"fmt"

	"ketnghia/twinning"
)

// ActivitySubject names an activity to the message links.
func ActivitySubject(id twinning.ActivityID) string { return fmt.Sprintf("activity/%d", id) }

// DraftSubject names a draft to the message links.
func DraftSubject(id twinning.DraftID) string { return fmt.Sprintf("draft/%d", id) }

// FactLines shows what is known of an activity, a line a fact, in the order of a card: date, place, parties, category,
// counts, goods, amount.
func (k *Look) FactLines(f twinning.Facts) []twinning.Line {
	var lines []twinning.Line
	add := func(key string, args twinning.Args) { lines = append(lines, twinning.Line{Key: key, Args: args}) }
	switch {
	case f.From.IsZero():
	case f.To.IsZero() || f.To == f.From:
		add("card.date", twinning.Args{{"Date", twinning.Day(f.From)}})
	default:
		add("card.dates", twinning.Args{{"From", twinning.Day(f.From)}, {"To", twinning.Day(f.To)}})
	}
	if f.Place != "" {
		add("card.place", twinning.Args{{"Place", twinning.Text(f.Place)}})
	}
	if f.Sponsor != "" {
		add("card.sponsor", twinning.Args{{"Unit", k.UnitName(f.Sponsor)}})
	}
	if f.Recipient != "" {
		add("card.recipient", twinning.Args{{"Unit", k.UnitName(f.Recipient)}})
	}
	if f.Category != twinning.CategoryUnsure {
		add("card.category", twinning.Args{
			{"Number", twinning.Number(f.Category)}, {"Name", CategoryName(f.Category)},
		})
	}
	if kinds := kindLines(f.Kinds); len(kinds) > 0 {
		add("card.kinds", twinning.Args{{"Kinds", twinning.Joined(kinds...)}})
	}
	if counts := CountLines(f.Quantities); len(counts) > 0 {
		add("card.counts", twinning.Args{{"Counts", twinning.Joined(counts...)}})
	}
	if len(f.InKind) > 0 {
		goods := make([]twinning.Line, len(f.InKind))
		for i, g := range f.InKind {
			goods[i] = twinning.Line{Key: "card.plain", Args: twinning.Args{{"Text", twinning.Text(g)}}}
		}
		add("card.in_kind", twinning.Args{{"Goods", twinning.Joined(goods...)}})
	}
	if vnd, ok := f.Quantities[twinning.Amount]; ok {
		add("card.amount", twinning.Args{{"Amount", twinning.Money(vnd)}})
	}
	if f.Source != "" {
		add("card.source", twinning.Args{{"Source", twinning.Key("source." + string(f.Source))}})
	}
	return lines
}

// CategoryName returns the name of a category of section II.
func CategoryName(c twinning.Category) twinning.Arg {
	return twinning.Key(fmt.Sprintf("category.%d", c))
}

func kindLines(kinds []twinning.Kind) []twinning.Line {
	lines := make([]twinning.Line, len(kinds))
	for i, kind := range kinds {
		lines[i] = twinning.Line{Key: "kind." + string(kind)}
	}
	return lines
}

// CountLines shows the counts other than activities and money: "45 hộ nghèo".
func CountLines(q twinning.Quantities) []twinning.Line {
	var lines []twinning.Line
	for _, m := range twinning.Measures() {
		if v, ok := q[m]; ok && m != twinning.Amount && m != twinning.Activities {
			lines = append(lines, MeasureLine(m, v))
		}
	}
	return lines
}

// MeasureLine shows one number with its unit: "45 hộ nghèo", "12.500.000 đ", "2 lần tập huấn".
func MeasureLine(m twinning.Measure, v int64) twinning.Line {
	if kind, ok := m.Kind(); ok {
		return twinning.Line{Key: "progress.kind", Args: twinning.Args{
			{"Count", twinning.Number(v)}, {"Kind", twinning.Key("kind." + string(kind))},
		}}
	}
	value := twinning.Number(v)
	if m.Money() {
		value = twinning.Money(v)
	}
	return twinning.Line{Key: "measure." + string(m), Args: twinning.Args{
		{"Count", twinning.Number(v)}, {"Value", value},
	}}
}

// ActivityLines shows a logged activity: its number and state, the facts, who logged it, and whether its pairing is a
// demo.
func (k *Look) ActivityLines(a twinning.Activity) []twinning.Line {
	lines := []twinning.Line{{Key: "card.activity", Args: twinning.Args{
		{"ID", twinning.Number(a.ID)}, {"State", twinning.Key("activity.state." + string(a.State))},
	}}}
	lines = append(lines, k.FactLines(a.Facts)...)
	if len(a.Files) > 0 {
		lines = append(lines, twinning.Line{Key: "card.files", Args: countArgs(len(a.Files))})
	}
	lines = append(lines, twinning.Line{Key: "card.by", Args: twinning.Args{{"Unit", k.UnitName(a.Unit)}}})
	switch {
	case a.Imported != "":
		lines = append(lines, twinning.Line{Key: "card.imported", Args: twinning.Args{{"File", twinning.Text(a.Imported)}}})
	case a.ByCoordinator:
		lines = append(lines, twinning.Line{Key: "card.by_coordinator"})
	}
	if len(a.Claim) > 0 {
		lines = append(lines, twinning.Line{Key: "card.claim", Args: twinning.Args{
			{"Unit", k.UnitName(a.Counterpart())}, {"Counts", twinning.Joined(claimLines(a.Claim)...)},
		}})
	}
	if a.State == twinning.ActivityDisputed && len(a.Claim) == 0 {
		lines = append(lines, twinning.Line{Key: "card.denied", Args: twinning.Args{{"Unit", k.UnitName(a.Counterpart())}}})
	}
	if p, err := k.Pairing(a.Pairing); err == nil && p.Demo {
		lines = append(lines, twinning.Line{Key: "card.demo"})
	}
	return lines
}

func claimLines(q twinning.Quantities) []twinning.Line {
	lines := CountLines(q)
	if vnd, ok := q[twinning.Amount]; ok {
		lines = append(lines, MeasureLine(twinning.Amount, vnd))
	}
	return lines
}

func countArgs(n int) twinning.Args {
	return twinning.Args{{"Count", twinning.Number(n)}, {"Value", twinning.Number(n)}}
}

// CountArgs are the arguments of a text with one number.
func CountArgs(n int) twinning.Args { return countArgs(n) }

// ActivityCard is an activity as the person sees it, with the buttons that are this person's to press.
func (k *Look) ActivityCard(p twinning.Person, a twinning.Activity) twinning.Message {
	return twinning.Message{Lines: k.ActivityLines(a), Buttons: activityButtons(p, a)}
}

func activityButtons(p twinning.Person, a twinning.Activity) [][]twinning.Button {
	button := func(key, verb string) twinning.Button {
		return twinning.Button{Label: twinning.Line{Key: key}, Data: fmt.Sprintf("a:%d:%s:%d", a.ID, verb, a.Version)}
	}
	own := p.MayLog() && (p.Unit == a.Unit || p.Role == twinning.RoleCoordinator)
	theirs := p.MayLog() && p.Unit == a.Counterpart()
	switch {
	case a.State == twinning.ActivityVoided:
	case theirs && a.State == twinning.ActivityLogged:
		return [][]twinning.Button{
			{button("button.confirm", "ok")},
			{button("button.dispute", "no"), button("button.deny", "none")},
		}
	case theirs && a.State == twinning.ActivityDisputed:
		return [][]twinning.Button{{button("button.confirm", "ok"), button("button.dispute", "no")}}
	case theirs && !own:
		return [][]twinning.Button{{button("button.dispute", "no")}}
	case own && a.State == twinning.ActivityDisputed && len(a.Claim) > 0:
		return [][]twinning.Button{{button("button.accept_claim", "take")}, {button("button.revise", "edit"), button("button.void", "void")}}
	case own:
		return [][]twinning.Button{{button("button.revise", "edit"), button("button.void", "void")}}
	}
	return nil
}
