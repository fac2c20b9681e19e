package bot

import (
	"fmt"
	"slices"
	"strconv"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// draftCard shows a draft: the facts, the warnings, the open question with its suggestions, or the buttons to log it.
func (d *Desk) draftCard(r *Request, draft twinning.Draft) twinning.Message {
	title := "draft.title"
	if draft.Revises != 0 {
		title = "draft.title_revise"
	}
	m := twinning.Say(title, twinning.Args{{"ID", twinning.Number(draft.Revises)}})
	m.Lines = append(m.Lines, r.Work.FactLines(draft.Facts)...)
	if len(draft.Files) > 0 {
		m.Lines = append(m.Lines, twinning.Line{Key: "card.files", Args: ledger.CountArgs(len(draft.Files))})
	}
	m.Lines = append(m.Lines, warningLines(draft)...)
	m.Lines = append(m.Lines, d.partyLines(r, draft)...)
	if draft.Twin != 0 {
		return d.twinQuestion(r, draft, m)
	}
	if draft.Product > 0 {
		m.Buttons = append(m.Buttons, []twinning.Button{{
			Label: twinning.Line{Key: "button.use_total", Args: twinning.Args{{"Amount", twinning.Money(draft.Product)}}},
			Data:  draftData(draft, fmt.Sprintf("amt:%d", draft.Product)),
		}})
	}
	if draft.Asking != "" {
		m.Lines = append(m.Lines, twinning.Line{}, say("question."+string(draft.Asking)))
		suggestions := d.suggestions(r, draft)
		if len(suggestions) == suggestedUnits && draft.Asking != twinning.FieldCategory {
			m.Lines = append(m.Lines, say("draft.more_units"))
		}
		m.Buttons = append(m.Buttons, suggestions...)
		m.Buttons = append(m.Buttons, []twinning.Button{press("button.drop", draftData(draft, "no"))})
		return m
	}
	m.Lines = append(m.Lines, twinning.Line{})
	change, drop := press("button.change", draftData(draft, "ed")), press("button.drop", draftData(draft, "no"))
	switch {
	case max(draft.Facts.From, draft.Facts.To) > d.programme.Today(r.Now):
		m.Lines = append(m.Lines, say("draft.hint_future"))
		m.Buttons = append(m.Buttons, []twinning.Button{change, drop})
		return m
	case !d.isParty(r, draft):
		m.Lines = append(m.Lines, say("draft.hint_party"))
		m.Buttons = append(m.Buttons, []twinning.Button{change, drop})
		return m
	}
	m.Lines = append(m.Lines, say("draft.hint"))
	m.Buttons = append(m.Buttons, []twinning.Button{press("button.save", draftData(draft, "ok")), change, drop})
	return m
}

// draftData is the callback data of a card's button. It carries the moment at which the draft was last touched, so that
// a card that was replaced by a newer one can't do what it no longer shows.
func draftData(draft twinning.Draft, verb string) string {
	return fmt.Sprintf("d:%d:%s:%s", draft.ID, draftStamp(draft), verb)
}

func draftStamp(draft twinning.Draft) string { return strconv.FormatInt(draft.Updated.UnixMilli(), 36) }

// partyLines marks a draft whose pairing is made up for the sandbox, and says when there is no pairing at all or the
// author's unit is no party.
func (d *Desk) partyLines(r *Request, draft twinning.Draft) []twinning.Line {
	f := draft.Facts
	if f.Sponsor == "" || f.Recipient == "" {
		return nil
	}
	if !d.isParty(r, draft) {
		return []twinning.Line{{Key: "warning.not_party", Args: twinning.Args{{"Unit", r.Work.UnitName(draft.Unit)}}}}
	}
	if f.From.IsZero() {
		return nil
	}
	p, err := r.Work.PairingFor(f.Sponsor, f.Recipient, f.From)
	switch {
	case err != nil:
		return nil
	case p.ID == 0:
		return []twinning.Line{say("warning.no_pairing")}
	case p.Demo:
		return []twinning.Line{say("card.demo")}
	}
	return nil
}

// isParty says whether the draft is of a support that its author may log: of the own unit, or of any for a coordinator.
func (d *Desk) isParty(r *Request, draft twinning.Draft) bool {
	f := draft.Facts
	return draft.Unit == f.Sponsor || draft.Unit == f.Recipient || r.Person.Role == twinning.RoleCoordinator
}

// suggestedUnits is how many counterparts are offered as buttons; further ones are typed, as the question says.
const suggestedUnits = 8

// suggestions are the buttons below an open question.
func (d *Desk) suggestions(r *Request, draft twinning.Draft) [][]twinning.Button {
	switch draft.Asking {
	case twinning.FieldDate:
		today := d.today(r)
		return [][]twinning.Button{{
			press("button.today", draftData(draft, "date:"+today.String())),
			press("button.yesterday", draftData(draft, "date:"+today.AddDays(-1).String())),
		}}
	case twinning.FieldCategory:
		var rows [][]twinning.Button
		for _, c := range twinning.Categories() {
			rows = append(rows, []twinning.Button{{
				Label: twinning.Line{Key: "button.category", Args: twinning.Args{
					{"Number", twinning.Number(c)}, {"Name", ledger.CategoryName(c)},
				}},
				Data: draftData(draft, "cat:"+strconv.Itoa(int(c))),
			}})
		}
		return rows
	case twinning.FieldRecipient, twinning.FieldSponsor:
		return d.unitButtons(r, d.unitChoices(r, draft), draftData(draft, "unit:%s"))
	case twinning.FieldQuantity:
		return [][]twinning.Button{{press("button.no_numbers", draftData(draft, "skip"))}}
	case twinning.FieldPlace:
	}
	return nil
}

// unitChoices are the units that the open question may mean: the candidates of an ambiguous name, else the counterparts.
func (d *Desk) unitChoices(r *Request, draft twinning.Draft) []twinning.UnitKey {
	helped := draft.Asking == twinning.FieldRecipient
	choices := slices.DeleteFunc(slices.Clone(draft.Candidates), func(key twinning.UnitKey) bool {
		u, err := r.Work.Unit(key)
		return err != nil || u.Role.IsRecipient() != helped
	})
	if len(choices) == 0 {
		base := draft.Unit
		switch {
		case !helped && draft.Facts.Recipient != "":
			base = draft.Facts.Recipient
		case helped && draft.Facts.Sponsor != "":
			base = draft.Facts.Sponsor
		}
		choices, _ = r.Work.Counterparts(base) // without suggestions the name is typed
	}
	return upTo(choices, suggestedUnits)
}

// keepDraft stores a changed draft and shows it: below the words that changed it, where the eye is, or in place of the
// card whose button was pressed or whose message was edited.
func (d *Desk) keepDraft(r *Request, draft twinning.Draft) error {
	draft, err := r.Work.ChangeDraft(r.Actor(), draft)
	if err != nil {
		return wrapStep("draft", err)
	}
	return d.showDraft(r, draft)
}

func (d *Desk) showDraft(r *Request, draft twinning.Draft, before ...twinning.Line) error {
	m := d.draftCard(r, draft)
	m.Lines = append(before, m.Lines...)
	subject := ledger.DraftSubject(draft.ID)
	if err := d.forgetOptions(r); err != nil {
		return err
	}
	if r.Kind == KindEdited {
		return r.EditSubject(subject, m)
	}
	if err := d.retire(r, subject, twinning.Say("draft.replaced", nil)); err != nil {
		return err
	}
	return d.replace(r, subject, m)
}

// replace shows a message in place of the pressed card, or below typed words.
func (d *Desk) replace(r *Request, subject string, m twinning.Message) error {
	if r.Kind == KindPress {
		return r.EditSubject(subject, m)
	}
	return r.ReplySubject(subject, m)
}
