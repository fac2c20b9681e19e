package ledger

import (
	"fmt"
	"slices"

	"ketnghia/twinning"
)

// FilingData names a filing and what to do with it in callback data: "v:45:num".
func FilingData(id twinning.FilingID, verb string) string {
	if verb == "" {
		return fmt.Sprintf("v:%d", id)
	}
	return fmt.Sprintf("v:%d:%s", id, verb)
}

func filingButton(f twinning.Filing, key, verb string) twinning.Button {
	return twinning.Button{Label: twinning.Line{Key: key}, Data: FilingData(f.ID, verb)}
}

// DecisionVerb is the part of callback data with which Ban Dân tộc decides about a document as it was shown: "ok:submitted".
func DecisionVerb(verb string, seen twinning.FilingState) string { return verb + ":" + string(seen) }

// FilingLines shows what a document was filed for, when, how that stands against the deadline, its number and date, what
// it still lacks and why it was returned.
func (k *Look) FilingLines(f twinning.Filing) []twinning.Line {
	var lines []twinning.Line
	add := func(key string, args twinning.Args) { lines = append(lines, twinning.Line{Key: key, Args: args}) }
	for _, o := range f.Meets {
		owing, err := k.OwingNamed(o)
		if err != nil {
			continue
		}
		args := twinning.Args{{"Title", twinning.Joined(k.Title(owing))}, {"Date", twinning.Day(f.Filed)}}
		key := "filing.met_not"
		if f.Counts() {
			standing := owing.Deadlines.StandingOn(k.Today(), f.Filed)
			if f.Stands() && owing.Standing.Met() {
				standing = owing.Standing // an earlier version was perhaps in time
			}
			key = "filing.meets"
			args.Set("Standing", twinning.Key("standing."+string(standing)))
		}
		add(key, args)
	}
	if key := numberKey(f); key != "" {
		add(key, twinning.Args{{"Number", twinning.Text(f.Number)}, {"Date", twinning.Day(f.Dated)}})
	}
	if f.Note != "" {
		add("filing.note", twinning.Args{{"Note", twinning.Text(f.Note)}})
	}
	if wanting := f.Wanting(); len(wanting) > 0 && f.Counts() {
		add("filing.wanting", twinning.Args{{"Contents", k.ContentNames(f, wanting)}})
	}
	if f.State == twinning.FilingReturned && f.Reason != "" {
		add("filing.reason", twinning.Args{{"Reason", twinning.Text(f.Reason)}})
	}
	return lines
}

func numberKey(f twinning.Filing) string {
	switch {
	case f.Number != "" && !f.Dated.IsZero():
		return "filing.number_dated"
	case f.Number != "":
		return "filing.number"
	case !f.Dated.IsZero():
		return "filing.dated"
	}
	return ""
}

// Contents returns what the document must contain by the rules that it was filed under, in their order, with the names.
func (k *Look) Contents(f twinning.Filing) (ids []string, names map[string]twinning.Names) {
	names = map[string]twinning.Names{}
	for _, o := range f.Meets {
		rule, _ := k.programme.Rule(o.Rule)
		for _, id := range rule.Contents {
			if _, known := names[id]; !known {
				ids, names[id] = append(ids, id), rule.ContentNames[id]
			}
		}
	}
	return ids, names
}

// ContentNames are the names of contents as an argument of a text.
func (k *Look) ContentNames(f twinning.Filing, ids []string) twinning.Arg {
	_, names := k.Contents(f)
	lines := make([]twinning.Line, len(ids))
	for i, id := range ids {
		lines[i] = twinning.Line{Key: "file.content", Args: twinning.Args{{"Name", twinning.Named(names[id])}}}
	}
	return twinning.JoinedBy(", ", lines...)
}

// TitlesOf are the names of obligations as an argument of a text.
func (k *Look) TitlesOf(obligations []twinning.Obligation) twinning.Arg {
	var lines []twinning.Line
	for _, o := range obligations {
		if owing, err := k.OwingNamed(o); err == nil {
			lines = append(lines, k.Title(owing))
		}
	}
	return twinning.Joined(lines...)
}

// FilingState says where a document stands, as an argument of a text.
func FilingState(f twinning.Filing) twinning.Arg {
	if f.Withdrawn {
		return twinning.Key("filing.withdrawn")
	}
	return twinning.Key("filing.state." + string(f.State))
}

// FilingCard is a document as the person sees it: where it stands, its versions, who has a copy, and what the person can
// do about it.
func (k *Look) FilingCard(p twinning.Person, f twinning.Filing) (twinning.Message, error) {
	m := twinning.Say("filing.card", twinning.Args{
		{"ID", twinning.Number(f.ID)}, {"Unit", k.UnitName(f.Unit)}, {"State", FilingState(f)},
	})
	m.Lines = append(m.Lines, k.FilingLines(f)...)
	if numberKey(f) == "" {
		m.Lines = append(m.Lines, twinning.Line{Key: "filing.no_number"})
	}
	m.Lines = append(m.Lines, twinning.Line{Key: "card.files", Args: countArgs(len(f.Files))})
	m.Lines = append(m.Lines, k.SupplyLines(f)...)
	older, newer, err := k.Versions(p, f)
	if err != nil {
		return m, err
	}
	whole, err := k.MayReadWhole(p, f.Unit)
	if err != nil {
		return m, err
	}
	if len(older) > 0 {
		m.Lines = append(m.Lines, twinning.Line{Key: "filing.older", Args: twinning.Args{{"Versions", versionLines(older)}}})
	}
	if len(newer) > 0 {
		m.Lines = append(m.Lines, twinning.Line{Key: "filing.newer", Args: twinning.Args{{"Versions", versionLines(newer)}}})
	}
	if whole {
		m.Lines = append(m.Lines, k.ReceiptLines(f)...)
	}
	m.Buttons = k.filingButtons(p, f, len(newer) > 0)
	var row []twinning.Button
	for _, g := range slices.Concat(older, newer) {
		row = append(row, twinning.Button{
			Label: twinning.Line{Key: "button.filing", Args: twinning.Args{{"ID", twinning.Number(g.ID)}}}, Data: FilingData(g.ID, ""),
		})
	}
	if len(row) > 0 {
		m.Buttons = append(m.Buttons, row[:min(len(row), versionsShown)])
	}
	return m, nil
}

// versionsShown is how many other versions of a document have a button on its card.
const versionsShown = 5

func versionLines(filings []twinning.Filing) twinning.Arg {
	lines := make([]twinning.Line, len(filings))
	for i, f := range filings {
		lines[i] = twinning.Line{Key: "filing.version", Args: twinning.Args{
			{"ID", twinning.Number(f.ID)}, {"Date", twinning.Day(f.Filed)}, {"State", FilingState(f)},
		}}
	}
	return twinning.Joined(lines...)
}

// SupplyLines show what was handed in since for the contents that a document lacked.
func (k *Look) SupplyLines(f twinning.Filing) []twinning.Line {
	lines := make([]twinning.Line, len(f.Supplements))
	for i, s := range f.Supplements {
		lines[i] = k.supplyLine(f, s)
	}
	return lines
}

func (k *Look) supplyLine(f twinning.Filing, s twinning.Supplement) twinning.Line {
	key, args := "filing.supplied", twinning.Args{
		{"Content", k.ContentNames(f, []string{s.Content})}, {"Text", twinning.Text(s.Text)},
	}
	if s.Text == "" {
		key = "filing.supplied_files"
	}
	return twinning.Line{Key: key, Args: args}
}

// ReceiptLines say who was sent the document, with the day when it is not that of the filing, and who could not be since
// nobody of the unit is linked.
func (k *Look) ReceiptLines(f twinning.Filing) []twinning.Line {
	var told, untold []twinning.Line
	for _, c := range f.Copies {
		if len(c.To) == 0 {
			untold = append(untold, twinning.Line{Key: "card.plain", Args: twinning.Args{{"Text", k.UnitName(c.Unit)}}})
			continue
		}
		line := twinning.Line{Key: "card.plain", Args: twinning.Args{{"Text", k.UnitName(c.Unit)}}}
		if day := k.programme.Today(c.At); day != f.Filed {
			line = twinning.Line{Key: "filing.receipt", Args: twinning.Args{{"Unit", k.UnitName(c.Unit)}, {"Date", twinning.Day(day)}}}
		}
		told = append(told, line)
	}
	var lines []twinning.Line
	if len(told) > 0 {
		lines = append(lines, twinning.Line{Key: "file.copied", Args: twinning.Args{{"Units", twinning.Joined(told...)}}})
	}
	if len(untold) > 0 {
		lines = append(lines, twinning.Line{Key: "file.not_copied", Args: twinning.Args{{"Units", twinning.Joined(untold...)}}})
	}
	return lines
}

// filingButtons are what the person can do about a document; replaced says that there is a newer version.
func (k *Look) filingButtons(p twinning.Person, f twinning.Filing, replaced bool) [][]twinning.Button {
	a := Actor{Person: p, Chat: p.Telegram}
	var rows [][]twinning.Button
	row := func(buttons ...twinning.Button) {
		if len(buttons) > 0 {
			rows = append(rows, buttons)
		}
	}
	if mayDecide(a, f) == nil && !replaced {
		row(decisionButtons(f)...)
	}
	row(filingButton(f, "button.filing_files", "f"))
	untold := slices.ContainsFunc(f.Copies, func(c twinning.Receipt) bool { return len(c.To) == 0 })
	if untold && p.Role == twinning.RoleCoordinator && p.Active() {
		row(twinning.Button{Label: twinning.Line{Key: "button.uncopied_card"}, Data: "vu"})
	}
	if !k.MayFileFor(p, f.Unit) || replaced || f.State == twinning.FilingSuperseded {
		return rows
	}
	if f.State == twinning.FilingReturned {
		row(filingButton(f, "button.file_again", "re"))
		return rows
	}
	if len(f.Wanting()) > 0 {
		row(filingButton(f, "button.supply", "s"))
	} else if ids, _ := k.Contents(f); len(ids) > 0 && !f.Checked {
		row(filingButton(f, "button.checklist", "ck"))
	}
	row(filingButton(f, "button.number", "n"))
	if k.MayTakeBack(p, f) && f.State == twinning.FilingSubmitted {
		row(filingButton(f, "button.misfiled", "x"))
	}
	return rows
}

// decisionButtons let Ban Dân tộc decide about a document in its present state.
func decisionButtons(f twinning.Filing) []twinning.Button {
	accept := filingButton(f, "button.filing_accept", DecisionVerb("ok", f.State))
	back := filingButton(f, "button.filing_return", DecisionVerb("no", f.State))
	switch f.State {
	case twinning.FilingSubmitted:
		return []twinning.Button{accept, back}
	case twinning.FilingAccepted:
		return []twinning.Button{back}
	case twinning.FilingReturned:
		if !f.Withdrawn {
			return []twinning.Button{accept}
		}
	case twinning.FilingSuperseded:
	}
	return nil
}
