package bot

import (
	"context"
	"errors"
	"slices"
	"strconv"

	"ketnghia/nlu"
	"ketnghia/twinning"
)

// openDraft returns the newest draft of the sender in this chat that was touched within the life of a conversation.
func (d *Desk) openDraft(r *Request) (twinning.Draft, bool, error) {
	drafts, err := r.Work.DraftsOf(r.Person.ID)
	if err != nil {
		return twinning.Draft{}, false, wrapStep("drafts", err)
	}
	drafts = slices.DeleteFunc(drafts, func(x twinning.Draft) bool {
		return x.Chat != r.Chat || r.Now.Sub(x.Updated) >= conversationLife
	})
	if len(drafts) == 0 {
		return twinning.Draft{}, false, nil
	}
	return slices.MaxFunc(drafts, func(a, b twinning.Draft) int { return a.Updated.Compare(b.Updated) }), true, nil
}

// answerDraft serves words while a draft is open: a word for a button, the number of a suggestion, the answer to the
// open question or a correction. done is false when the words are something new. In a group only what is said to the bot
// counts, or what answers its open question.
func (d *Desk) answerDraft(ctx context.Context, r *Request, draft twinning.Draft) (done bool, err error) {
	spoken := !r.Group || r.Mentioned
	if !spoken && draft.Asking == "" {
		return false, nil
	}
	if spoken {
		if done, err := d.draftWord(r, draft); done || err != nil {
			return done, err
		}
	}
	if n, err := strconv.Atoi(r.Text); err == nil {
		if done, err := d.numbered(ctx, r, draft, n); done || err != nil {
			return done, err
		}
	}
	replied := r.ReplyTo != 0
	reading := d.reader.Read(r.Text, d.today(r))
	c, ok := d.reader.Correct(r.Text, d.today(r), draft.Facts, draft.Asking)
	if !replied && !continues(draft, reading, c, ok) {
		return false, nil
	}
	if !ok {
		if replied || draft.Asking != "" && reading.Intent == nlu.IntentOther && !r.Group {
			return true, d.showDraft(r, draft, say("draft.not_understood"), twinning.Line{})
		}
		return false, nil
	}
	d.apply(r, &draft, c)
	return true, d.keepDraft(r, draft)
}

// continues says whether words that reply to nothing go on with the open draft: a correction, an answer to its question,
// or something that is nothing else.
func continues(draft twinning.Draft, reading nlu.Reading, c nlu.Correction, ok bool) bool {
	switch reading.Intent {
	case nlu.IntentCorrection:
		return true
	case nlu.IntentOther:
		return !reading.Aside
	case nlu.IntentActivity:
		return draft.Asking != "" && !reading.Certain
	case nlu.IntentPlan:
		// A day to come is a plan by itself, and a wrong answer to the question for the day.
		return ok && draft.Asking == twinning.FieldDate && len(c.Changed) == 1 && c.Changed[0] == twinning.FieldDate
	case nlu.IntentQuestion, nlu.IntentUndo, nlu.IntentGreeting:
	}
	return false
}

// draftWord serves the words that stand for the card's buttons.
func (d *Desk) draftWord(r *Request, draft twinning.Draft) (done bool, err error) {
	switch {
	case d.said("words.drop", r.Text):
		return true, d.dropDraft(r, draft)
	case d.said("words.save", r.Text):
		if draft.Asking != "" {
			return true, d.showDraft(r, draft, say("draft.still_missing"), twinning.Line{})
		}
		if draft.Twin != 0 {
			return true, d.showDraft(r, draft)
		}
		return true, d.logDraft(r, draft)
	case d.said("words.change", r.Text):
		return true, d.explainChange(r, draft)
	case d.said("words.skip", r.Text) && draft.Asking == twinning.FieldQuantity:
		draft.NoNumbers = true
		return true, d.keepDraft(r, draft)
	}
	return false, nil
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
	d.doubt(r, draft, c)
	d.ambiguous(r, draft, c.Ambiguous)
	d.warn(draft, c.Warnings, c.Each)
	draft.Distinct = false
}

// doubt opens the side that an ambiguous name is about, so that the card asks which unit is meant.
func (d *Desk) doubt(r *Request, draft *twinning.Draft, c nlu.Correction) {
	if len(c.Units) > 0 {
		return
	}
	for _, a := range c.Ambiguous {
		for _, key := range a.Candidates {
			u, err := r.Work.Unit(key)
			switch {
			case err != nil:
			case u.Role.IsRecipient():
				draft.Facts.Recipient = ""
			default:
				draft.Facts.Sponsor = ""
			}
		}
	}
}

// numbered serves "1", "2", … as the buttons of the card in their order. done is false when the number can be an answer
// itself (a count) or there is no such button.
func (d *Desk) numbered(ctx context.Context, r *Request, draft twinning.Draft, n int) (done bool, err error) {
	if draft.Asking == twinning.FieldQuantity {
		return false, nil
	}
	data := dataOf(d.draftCard(r, draft))
	if n < 1 || n > len(data) {
		return false, nil
	}
	return true, d.pressTyped(ctx, r, data[n-1])
}

// edited serves a message that its author changed: its draft is read anew; a logged activity gets a draft that would
// replace it; a message that was no activity before and is one now is logged like a new one.
func (d *Desk) edited(_ context.Context, r *Request) error {
	drafts, err := r.Work.DraftsOf(r.Person.ID)
	if err != nil {
		return wrapStep("edited", err)
	}
	reading := d.reader.Read(r.Text, d.today(r))
	for _, draft := range drafts {
		if draft.Chat == r.Chat && slices.Contains(draft.Sources, r.Message) {
			return d.editedDraft(r, draft, reading)
		}
	}
	act, err := r.Work.ActivityBySource(r.Chat, r.Message)
	if errors.Is(err, twinning.ErrNotFound) {
		if reading.Intent == nlu.IntentActivity && reading.Certain && r.Person.MayLog() {
			return d.newDraft(r, reading)
		}
		return nil
	}
	if err != nil {
		return wrapStep("edited", err)
	}
	if act.State == twinning.ActivityVoided {
		return nil
	}
	if reading.Intent != nlu.IntentActivity {
		return r.Reply(twinning.Say("draft.edited_away", twinning.Args{{"ID", twinning.Number(act.ID)}}))
	}
	draft := d.revision(r, act)
	draft.Facts.Sponsor, draft.Facts.Recipient = "", ""
	d.fill(r, &draft, reading)
	d.keepParties(&draft, act.Facts)
	return d.startDraft(r, draft)
}

// editedDraft reads the draft of an edited message anew. Words that are no activity any more leave the card as it is.
func (d *Desk) editedDraft(r *Request, draft twinning.Draft, reading nlu.Reading) error {
	if reading.Intent != nlu.IntentActivity && draft.Revises == 0 {
		return d.showDraft(r, draft, say("draft.edited_unread"), twinning.Line{})
	}
	before := draft.Facts
	draft.Facts.Sponsor, draft.Facts.Recipient, draft.NoNumbers = "", "", false
	d.fill(r, &draft, reading)
	if draft.Revises != 0 {
		draft.NoNumbers = true
		d.keepParties(&draft, before)
	}
	return d.keepDraft(r, draft)
}

// keepParties puts the former parties where the new words name none.
func (d *Desk) keepParties(draft *twinning.Draft, f twinning.Facts) {
	if len(draft.Candidates) > 0 {
		return
	}
	if draft.Facts.Sponsor == "" {
		draft.Facts.Sponsor = f.Sponsor
	}
	if draft.Facts.Recipient == "" {
		draft.Facts.Recipient = f.Recipient
	}
}

// revision returns a draft that holds the activity as it stands and would replace it.
func (d *Desk) revision(r *Request, act twinning.Activity) twinning.Draft {
	return twinning.Draft{
		Author: r.Person.ID, Unit: act.Unit, Chat: r.Chat, Facts: act.Facts.Clone(), Revises: act.ID, NoNumbers: true,
	}
}
