package bot

import (
	"slices"
	"strings"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/twinning"
)

// newDraft makes a draft of a message that was read as an activity and answers with its card. earlier are the messages
// of the same album that came before it.
func (d *Desk) newDraft(r *Request, reading nlu.Reading, earlier ...int) error {
	if !r.Person.MayLog() {
		return d.notice(r, "draft.forbidden", nil)
	}
	draft := twinning.Draft{
		Author: r.Person.ID, Unit: r.Person.Unit, Chat: r.Chat, Sources: append(earlier, r.Message),
		MediaGroup: r.Album, Files: r.Files,
	}
	d.fill(r, &draft, reading)
	return d.startDraft(r, draft)
}

// startDraft stores a new draft and shows its card; what a number chose before is over.
func (d *Desk) startDraft(r *Request, draft twinning.Draft) error {
	if err := d.fromGroup(r, &draft); err != nil {
		return err
	}
	draft, err := r.Work.StartDraft(r.Actor(), draft)
	if err != nil {
		return wrapStep("draft", err)
	}
	if err := d.forgetOptions(r); err != nil {
		return err
	}
	return d.replace(r, ledger.DraftSubject(draft.ID), d.draftCard(r, draft))
}

// fromGroup fills the parties that the words left open from what the group is bound to: both from a pairing that the
// author's unit belongs to or a coordinator logs for, one from a unit.
func (d *Desk) fromGroup(r *Request, draft *twinning.Draft) error {
	if !r.Group || len(draft.Candidates) > 0 {
		return nil
	}
	g, err := r.Work.Group(r.Chat)
	if err != nil {
		return nil //nolint:nilerr // a group that is bound to nothing says nothing
	}
	f := &draft.Facts
	if g.Pairing != 0 {
		p, err := r.Work.Pairing(g.Pairing)
		if err != nil {
			return wrapStep("group", err)
		}
		if !p.Has(draft.Unit) && r.Person.Role != twinning.RoleCoordinator {
			return nil
		}
		if f.Sponsor == "" && (f.Recipient == "" || f.Recipient == p.Recipient) {
			f.Sponsor = p.Sponsor
		}
		if f.Recipient == "" && f.Sponsor == p.Sponsor {
			f.Recipient = p.Recipient
		}
		return nil
	}
	u, err := r.Work.Unit(g.Unit)
	switch {
	case err != nil:
		return wrapStep("group", err)
	case u.Role.IsRecipient() && f.Recipient == "":
		f.Recipient = u.Key
	case !u.Role.IsRecipient() && u.Role != twinning.RoleStanding && f.Sponsor == "":
		f.Sponsor = u.Key
	}
	return nil
}

// fill puts a reading into a draft; the parties come from the units that the text names, by their roles.
func (d *Desk) fill(r *Request, draft *twinning.Draft, reading nlu.Reading) {
	sponsor, recipient := draft.Facts.Sponsor, draft.Facts.Recipient
	draft.Facts = reading.Facts.Clone()
	draft.Facts.Sponsor, draft.Facts.Recipient = sponsor, recipient
	draft.Candidates = nil
	left := d.assign(r, &draft.Facts, reading.Units)
	d.ambiguous(r, draft, reading.Ambiguous)
	d.warn(draft, reading.Warnings, reading.Each)
	if len(left) > 0 {
		draft.Warnings = append(draft.Warnings, warning("several_units", strings.Join(left, ", ")))
	}
}

// assign gives each named unit its side: recipients are helped, all others help. Where a district and one of its
// communes are both named, the commune is meant. It returns the names for which the card has no place.
func (d *Desk) assign(r *Request, f *twinning.Facts, mentions []nlu.Mention) (left []string) {
	var sponsor, recipient twinning.Unit
	for _, m := range mentions {
		u, err := r.Work.Unit(m.Key)
		switch {
		case err != nil || u.Role == twinning.RoleStanding || u.Role == twinning.RoleIssuer:
		case u.Role.IsRecipient():
			switch {
			case recipient.Key == "" || recipient.Key == u.Parent:
				recipient = u
			case recipient.Key != u.Key && recipient.Parent != u.Key:
				left = append(left, u.Name)
			}
		case sponsor.Key == "":
			sponsor = u
		case sponsor.Key != u.Key:
			left = append(left, u.Name)
		}
	}
	if sponsor.Key != "" {
		f.Sponsor = sponsor.Key
	}
	if recipient.Key != "" {
		f.Recipient = recipient.Key
	}
	return left
}

// ambiguous keeps the units that a name may mean, without those whose side is filled already.
func (d *Desk) ambiguous(r *Request, draft *twinning.Draft, names []nlu.Ambiguity) {
	for _, a := range names {
		for _, key := range a.Candidates {
			u, err := r.Work.Unit(key)
			if err != nil || u.Role.IsRecipient() && draft.Facts.Recipient != "" ||
				!u.Role.IsRecipient() && draft.Facts.Sponsor != "" || slices.Contains(draft.Candidates, key) {
				continue
			}
			draft.Candidates = append(draft.Candidates, key)
		}
	}
}

// warning is a warning with the piece of the text that it speaks of, as Draft.Warnings keeps it.
func warning(code, text string) string {
	if text == "" {
		return "warning." + code
	}
	return "warning." + code + "|" + text
}

// warn keeps the warnings of a reading with the words that they are about. Personal data is not repeated, and who is
// asked which unit is meant needs no warning about the name.
func (d *Desk) warn(draft *twinning.Draft, warnings []nlu.Warning, each *nlu.Each) {
	draft.Warnings, draft.Product = nil, 0
	for _, w := range warnings {
		text := shortened(w.Text)
		switch w.Code {
		case nlu.WarnPersonalData, nlu.WarnFutureDate, nlu.WarnPriceEach:
			text = ""
		case nlu.WarnAmbiguousUnit:
			if len(draft.Candidates) == 0 {
				continue
			}
		case nlu.WarnVagueNumber, nlu.WarnSeveralDates, nlu.WarnGuessedUnit, nlu.WarnSeveralAmounts, nlu.WarnSeveralCounts:
		}
		if entry := warning(string(w.Code), text); !slices.Contains(draft.Warnings, entry) {
			draft.Warnings = append(draft.Warnings, entry)
		}
	}
	if _, stated := draft.Facts.Quantities[twinning.Amount]; each != nil && !stated {
		draft.Product = each.Product
	}
}

// warningLines shows the warnings of a draft.
func warningLines(draft twinning.Draft) []twinning.Line {
	var lines []twinning.Line
	for _, entry := range draft.Warnings {
		key, text, quoted := strings.Cut(entry, "|")
		line := say(key)
		if quoted {
			line = twinning.Line{Key: "draft.warning", Args: twinning.Args{
				{"Warning", twinning.Joined(line)}, {"Text", twinning.Text(text)},
			}}
		}
		lines = append(lines, line)
	}
	return lines
}
