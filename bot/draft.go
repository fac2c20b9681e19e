package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/twinning"
)

// newDraft makes a draft of a message that was read as an activity and answers with its card.
func (d *Desk) newDraft(r *Request, reading nlu.Reading) error {
	if !r.Person.MayLog() {
		return r.Reply(twinning.Say("draft.forbidden", nil))
	}
	draft := twinning.Draft{
		Author: r.Person.ID, Unit: r.Person.Unit, Chat: r.Chat, Sources: []int{r.Message},
		MediaGroup: r.Album, Files: r.Files,
	}
	d.fill(r, &draft, reading)
	draft, err := r.Work.StartDraft(r.Actor(), draft)
	if err != nil {
		return wrapStep("draft", err)
	}
	return r.ReplySubject(ledger.DraftSubject(draft.ID), d.draftCard(r, draft))
}

// fill puts a reading into a draft; the parties come from the units that the text names, by their roles.
func (d *Desk) fill(r *Request, draft *twinning.Draft, reading nlu.Reading) {
	sponsor, recipient := draft.Facts.Sponsor, draft.Facts.Recipient
	draft.Facts = reading.Facts.Clone()
	draft.Facts.Sponsor, draft.Facts.Recipient = sponsor, recipient
	draft.Candidates = nil
	d.assign(r, &draft.Facts, reading.Units)
	for _, a := range reading.Ambiguous {
		draft.Candidates = append(draft.Candidates, a.Candidates...)
	}
	d.warn(draft, reading.Warnings, reading.Each)
}

// assign gives each named unit its side: recipients are helped, all others help. Where a district and one of its
// communes are both named, the commune is meant.
func (d *Desk) assign(r *Request, f *twinning.Facts, mentions []nlu.Mention) {
	var sponsor, recipient twinning.Unit
	for _, m := range mentions {
		u, err := r.Work.Unit(m.Key)
		switch {
		case err != nil || u.Role == twinning.RoleStanding || u.Role == twinning.RoleIssuer:
		case u.Role.IsRecipient():
			if recipient.Key == "" || recipient.Key == u.Parent {
				recipient = u
			}
		case sponsor.Key == "":
			sponsor = u
		}
	}
	if sponsor.Key != "" {
		f.Sponsor = sponsor.Key
	}
	if recipient.Key != "" {
		f.Recipient = recipient.Key
	}
}

func (d *Desk) warn(draft *twinning.Draft, warnings []nlu.Warning, each *nlu.Each) {
	draft.Warnings, draft.Product = nil, 0
	for _, w := range warnings {
		key := "warning." + string(w.Code)
		if !slices.Contains(draft.Warnings, key) {
			draft.Warnings = append(draft.Warnings, key)
		}
	}
	if _, stated := draft.Facts.Quantities[twinning.Amount]; each != nil && !stated {
		draft.Product = each.Product
	}
}

// draftCard shows a draft: the facts, the warnings, the open question with its suggestions, or the buttons to log it.
func (d *Desk) draftCard(r *Request, draft twinning.Draft) twinning.Message {
	title := "draft.title"
	if draft.Revises != 0 {
		title = "draft.title_revise"
	}
	m := twinning.Say(title, twinning.Args{"ID": twinning.Number(draft.Revises)})
	m.Lines = append(m.Lines, r.Work.FactLines(draft.Facts)...)
	if len(draft.Files) > 0 {
		m.Lines = append(m.Lines, twinning.Line{Key: "card.files", Args: ledger.CountArgs(len(draft.Files))})
	}
	for _, key := range draft.Warnings {
		m.Lines = append(m.Lines, say(key))
	}
	m.Lines = append(m.Lines, d.demoLine(r, draft)...)
	if draft.Twin != 0 {
		return d.twinQuestion(draft, m)
	}
	if draft.Product > 0 {
		m.Buttons = append(m.Buttons, []twinning.Button{{
			Label: twinning.Line{Key: "button.use_total", Args: twinning.Args{"Amount": twinning.Money(draft.Product)}},
			Data:  fmt.Sprintf("d:%d:amt:%d", draft.ID, draft.Product),
		}})
	}
	if draft.Asking != "" {
		m.Lines = append(m.Lines, twinning.Line{}, say("question."+string(draft.Asking)))
		m.Buttons = append(m.Buttons, d.suggestions(r, draft)...)
		m.Buttons = append(m.Buttons, []twinning.Button{press("button.drop", draftData(draft.ID, "no"))})
		return m
	}
	m.Lines = append(m.Lines, twinning.Line{}, say("draft.hint"))
	m.Buttons = append(m.Buttons, []twinning.Button{
		press("button.save", draftData(draft.ID, "ok")),
		press("button.change", draftData(draft.ID, "ed")),
		press("button.drop", draftData(draft.ID, "no")),
	})
	return m
}

func draftData(id twinning.DraftID, verb string) string { return fmt.Sprintf("d:%d:%s", id, verb) }

// twinQuestion asks whether the draft is the support that the counterpart logged already.
func (d *Desk) twinQuestion(draft twinning.Draft, m twinning.Message) twinning.Message {
	m.Lines = append(m.Lines, twinning.Line{}, twinning.Line{Key: "draft.twin", Args: twinning.Args{
		"ID": twinning.Number(draft.Twin),
	}})
	m.Buttons = [][]twinning.Button{
		{{Label: twinning.Line{Key: "button.twin_yes", Args: twinning.Args{"ID": twinning.Number(draft.Twin)}}, Data: draftData(draft.ID, "tw")}},
		{press("button.twin_no", draftData(draft.ID, "new")), press("button.drop", draftData(draft.ID, "no"))},
	}
	return m
}

// demoLine marks a draft whose pairing is made up for the sandbox, and says when there is no pairing at all.
func (d *Desk) demoLine(r *Request, draft twinning.Draft) []twinning.Line {
	f := draft.Facts
	if f.Sponsor == "" || f.Recipient == "" || f.From.IsZero() {
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

// suggestedUnits is how many counterparts are offered as buttons; further ones are typed.
const suggestedUnits = 8

// suggestions are the buttons below an open question.
func (d *Desk) suggestions(r *Request, draft twinning.Draft) [][]twinning.Button {
	switch draft.Asking {
	case twinning.FieldDate:
		today := d.today(r)
		return [][]twinning.Button{{
			press("button.today", draftData(draft.ID, "date:"+today.String())),
			press("button.yesterday", draftData(draft.ID, "date:"+today.AddDays(-1).String())),
		}}
	case twinning.FieldCategory:
		var rows [][]twinning.Button
		for _, c := range twinning.Categories() {
			rows = append(rows, []twinning.Button{{
				Label: twinning.Line{Key: "button.category", Args: twinning.Args{
					"Number": twinning.Number(c), "Name": ledger.CategoryName(c),
				}},
				Data: draftData(draft.ID, "cat:"+strconv.Itoa(int(c))),
			}})
		}
		return rows
	case twinning.FieldRecipient, twinning.FieldSponsor:
		return d.unitButtons(r, d.unitChoices(r, draft), draftData(draft.ID, "unit:%s"))
	case twinning.FieldQuantity:
		return [][]twinning.Button{{press("button.no_numbers", draftData(draft.ID, "skip"))}}
	case twinning.FieldPlace:
	}
	return nil
}

// unitChoices are the units that the open question may mean: the candidates of an ambiguous name, else the counterparts.
func (d *Desk) unitChoices(r *Request, draft twinning.Draft) []twinning.UnitKey {
	choices := draft.Candidates
	if len(choices) == 0 {
		base := draft.Unit
		if draft.Asking == twinning.FieldSponsor && draft.Facts.Recipient != "" {
			base = draft.Facts.Recipient
		} else if draft.Asking == twinning.FieldRecipient && draft.Facts.Sponsor != "" {
			base = draft.Facts.Sponsor
		}
		choices, _ = r.Work.Counterparts(base) // without suggestions the name is typed
	}
	return choices[:min(len(choices), suggestedUnits)]
}

// pressDraft serves the buttons of a draft's card: "d:12:ok", "d:12:cat:4", "d:12:unit:W20437".
func (d *Desk) pressDraft(_ context.Context, r *Request) error {
	id, err := r.Press.ID(0)
	if err != nil {
		return err
	}
	draft, err := r.Work.Draft(twinning.DraftID(id))
	if errors.Is(err, twinning.ErrNotFound) {
		return r.Alert("draft.gone", nil)
	}
	if err != nil {
		return wrapStep("draft", err)
	}
	value := r.Press.Part(2)
	switch r.Press.Part(1) {
	case "ok":
		return d.logDraft(r, draft)
	case "no":
		return d.dropDraft(r, draft.ID)
	case "ed":
		return d.explainChange(r, draft)
	case "tw":
		return d.confirmTwin(r, draft)
	case "new":
		draft.Distinct = true
	case "skip":
		draft.NoNumbers = true
	case "amt":
		vnd, err := strconv.ParseInt(value, 10, 64)
		if err != nil || vnd != draft.Product {
			return r.Alert("error.stale_button", nil)
		}
		draft.Facts.Quantities = draft.Facts.Quantities.Plus(nil, 1)
		draft.Facts.Quantities[twinning.Amount], draft.Product = vnd, 0
	default:
		if !d.take(r, &draft, value) {
			return r.Alert("error.stale_button", nil)
		}
	}
	return d.keepDraft(r, draft)
}

// take sets one field from a suggestion; false when the data names none.
func (d *Desk) take(r *Request, draft *twinning.Draft, value string) bool {
	switch r.Press.Part(1) {
	case "date":
		day, err := twinning.ParseDate(value)
		draft.Facts.From, draft.Facts.To = day, 0
		return err == nil
	case "cat":
		n, err := strconv.Atoi(value)
		draft.Facts.Category = twinning.Category(n)
		return err == nil && slices.Contains(twinning.Categories(), twinning.Category(n))
	case "unit":
		return d.takeUnit(r, draft, twinning.UnitKey(value))
	}
	return false
}

func (d *Desk) takeUnit(r *Request, draft *twinning.Draft, key twinning.UnitKey) bool {
	if _, err := r.Work.Unit(key); err != nil {
		return false
	}
	d.assign(r, &draft.Facts, []nlu.Mention{{Key: key, Exact: true}})
	draft.Candidates = nil
	draft.Warnings = slices.DeleteFunc(draft.Warnings, func(w string) bool {
		return w == "warning."+string(nlu.WarnAmbiguousUnit)
	})
	return true
}

// keepDraft stores a changed draft and shows it in place of its card.
func (d *Desk) keepDraft(r *Request, draft twinning.Draft) error {
	draft, err := r.Work.ChangeDraft(r.Actor(), draft)
	if err != nil {
		return wrapStep("draft", err)
	}
	if r.Kind == KindMessage {
		// The corrected card goes below the words that corrected it, where the eye is.
		return r.ReplySubject(ledger.DraftSubject(draft.ID), d.draftCard(r, draft))
	}
	return r.EditSubject(ledger.DraftSubject(draft.ID), d.draftCard(r, draft))
}

// logDraft makes the draft a fact and shows the logged card in its place.
func (d *Desk) logDraft(r *Request, draft twinning.Draft) error {
	act, err := r.Work.Log(r.Actor(), draft.ID)
	var invalid *twinning.InvalidError
	if errors.As(err, &invalid) {
		return d.refuse(r, invalid)
	}
	if err != nil {
		return wrapStep("log", err)
	}
	m := r.Work.ActivityCard(*r.Person, act)
	m.Lines = append([]twinning.Line{{Key: "draft.logged", Args: twinning.Args{"ID": twinning.Number(act.ID)}}}, m.Lines...)
	people, err := r.Work.Officers(act.Counterpart())
	if err != nil {
		return wrapStep("log", err)
	}
	key := "draft.told"
	if len(people) == 0 {
		key = "draft.nobody_to_tell"
	}
	if act.State == twinning.ActivityConfirmed {
		key = "draft.agreed"
	}
	m.Lines = append(m.Lines, twinning.Line{}, twinning.Line{Key: key, Args: twinning.Args{
		"Unit": r.Work.UnitName(act.Counterpart()),
	}})
	if err := r.Answer("draft.logged_short", nil); err != nil {
		return err
	}
	return d.replace(r, ledger.ActivitySubject(act.ID), m)
}

// refuse says what keeps the draft from being logged; the draft stays.
func (d *Desk) refuse(r *Request, e *twinning.InvalidError) error {
	key := fmt.Sprintf("refuse.%s.%s", e.Field, e.Rule)
	if r.Kind == KindPress {
		return r.Alert(key, nil)
	}
	return r.Reply(twinning.Say(key, nil))
}

// replace shows a message in place of the pressed card, or below typed words.
func (d *Desk) replace(r *Request, subject string, m twinning.Message) error {
	if r.Kind == KindPress {
		return r.EditSubject(subject, m)
	}
	return r.ReplySubject(subject, m)
}

func (d *Desk) dropDraft(r *Request, id twinning.DraftID) error {
	if err := r.Work.DropDraft(r.Actor(), id); err != nil {
		return wrapStep("draft", err)
	}
	return d.replace(r, "", twinning.Say("draft.dropped", nil))
}

// explainChange says how a card is corrected; the next words correct it.
func (d *Desk) explainChange(r *Request, draft twinning.Draft) error {
	if _, err := r.Work.ChangeDraft(r.Actor(), draft); err != nil {
		return wrapStep("draft", err)
	}
	if err := r.Answer("draft.change_short", nil); err != nil {
		return err
	}
	return r.ReplySubject(ledger.DraftSubject(draft.ID), twinning.Say("draft.change", nil))
}

func (d *Desk) confirmTwin(r *Request, draft twinning.Draft) error {
	act, err := r.Work.Confirm(r.Actor(), draft.Twin, 0)
	if err != nil {
		return wrapStep("twin", err)
	}
	if err := r.Work.DropDraft(r.Actor(), draft.ID); err != nil {
		return wrapStep("twin", err)
	}
	m := r.Work.ActivityCard(*r.Person, act)
	m.Lines = append([]twinning.Line{say("activity.confirmed")}, m.Lines...)
	return d.replace(r, ledger.ActivitySubject(act.ID), m)
}

// answerDraft serves words while a draft is open: a word for a button, the number of a suggestion, the answer to the
// open question or a correction. done is false when the words are something new.
func (d *Desk) answerDraft(ctx context.Context, r *Request, draft twinning.Draft) (done bool, err error) {
	replied := r.ReplyTo != 0
	switch {
	case d.said("words.drop", r.Text):
		return true, d.dropDraft(r, draft.ID)
	case d.said("words.save", r.Text) && draft.Asking == "" && draft.Twin == 0:
		return true, d.logDraft(r, draft)
	case d.said("words.change", r.Text):
		return true, d.explainChange(r, draft)
	case d.said("words.skip", r.Text) && draft.Asking == twinning.FieldQuantity:
		draft.NoNumbers = true
		return true, d.keepDraft(r, draft)
	}
	if n, err := strconv.Atoi(r.Text); err == nil {
		if done, err := d.numbered(ctx, r, draft, n); done || err != nil {
			return done, err
		}
	}
	reading := d.reader.Read(r.Text, d.today(r))
	if !replied && reading.Intent != nlu.IntentCorrection && reading.Intent != nlu.IntentOther &&
		(draft.Asking == "" || reading.Certain || reading.Intent != nlu.IntentActivity) {
		return false, nil
	}
	c, ok := d.reader.Correct(r.Text, d.today(r), draft.Facts, draft.Asking)
	if !ok {
		if replied || draft.Asking != "" && reading.Intent == nlu.IntentOther && !r.Group {
			return true, d.notUnderstood(r, draft)
		}
		return false, nil
	}
	d.apply(r, &draft, c)
	return true, d.keepDraft(r, draft)
}

// apply puts a correction into a draft.
func (d *Desk) apply(r *Request, draft *twinning.Draft, c nlu.Correction) {
	sponsor, recipient := draft.Facts.Sponsor, draft.Facts.Recipient
	draft.Facts = c.Facts
	draft.Facts.Sponsor, draft.Facts.Recipient = sponsor, recipient
	if slices.Contains(c.Replaced, sponsor) {
		draft.Facts.Sponsor = ""
	}
	if slices.Contains(c.Replaced, recipient) {
		draft.Facts.Recipient = ""
	}
	d.assign(r, &draft.Facts, c.Units)
	if len(c.Units) > 0 {
		draft.Candidates = nil
	}
	for _, a := range c.Ambiguous {
		draft.Candidates = append(draft.Candidates, a.Candidates...)
	}
	d.warn(draft, c.Warnings, c.Each)
}

func (d *Desk) notUnderstood(r *Request, draft twinning.Draft) error {
	m := d.draftCard(r, draft)
	m.Lines = append([]twinning.Line{say("draft.not_understood"), {}}, m.Lines...)
	return r.ReplySubject(ledger.DraftSubject(draft.ID), m)
}

// numbered serves "1", "2", … as the buttons of the card in their order. done is false when the number can be an answer
// itself (a count) or there is no such button.
func (d *Desk) numbered(ctx context.Context, r *Request, draft twinning.Draft, n int) (done bool, err error) {
	if draft.Asking == twinning.FieldQuantity {
		return false, nil
	}
	var buttons []twinning.Button
	for _, row := range d.draftCard(r, draft).Buttons {
		buttons = append(buttons, row...)
	}
	if n < 1 || n > len(buttons) {
		return false, nil
	}
	r.Press.Prefix, r.Press.Parts = splitData(buttons[n-1].Data)
	return true, d.pressDraft(ctx, r)
}

// edited serves a message that its author changed: its draft is read anew; a logged activity gets a draft that would
// replace it.
func (d *Desk) edited(_ context.Context, r *Request) error {
	drafts, err := r.Work.DraftsOf(r.Person.ID)
	if err != nil {
		return wrapStep("edited", err)
	}
	reading := d.reader.Read(r.Text, d.today(r))
	for _, draft := range drafts {
		if draft.Chat == r.Chat && slices.Contains(draft.Sources, r.Message) {
			draft.Facts.Sponsor, draft.Facts.Recipient, draft.NoNumbers = "", "", false
			d.fill(r, &draft, reading)
			return d.keepDraft(r, draft)
		}
	}
	act, err := r.Work.ActivityBySource(r.Chat, r.Message)
	if errors.Is(err, twinning.ErrNotFound) || act.State == twinning.ActivityVoided {
		return nil
	}
	if err != nil {
		return wrapStep("edited", err)
	}
	draft := d.revision(r, act)
	d.fill(r, &draft, reading)
	if reading.Intent != nlu.IntentActivity {
		return r.Reply(twinning.Say("draft.edited_away", twinning.Args{"ID": twinning.Number(act.ID)}))
	}
	if draft, err = r.Work.StartDraft(r.Actor(), draft); err != nil {
		return wrapStep("edited", err)
	}
	return r.ReplySubject(ledger.DraftSubject(draft.ID), d.draftCard(r, draft))
}

// revision returns a draft that holds the activity as it stands and would replace it.
func (d *Desk) revision(r *Request, act twinning.Activity) twinning.Draft {
	return twinning.Draft{
		Author: r.Person.ID, Unit: act.Unit, Chat: r.Chat, Facts: act.Facts.Clone(), Revises: act.ID, NoNumbers: true,
	}
}
