package bot

import (
	"context"
	"fmt"
	"strconv"
	"strings"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// disputeNumbers serves the right numbers of an activity that the counterpart logged otherwise. done is false when the
// words are plainly something else; then the question stays open.
func (d *Desk) disputeNumbers(r *Request, c ledger.Conversation) (done bool, err error) {
	var about activityTalk
	if err := decode(c, &about); err != nil {
		return false, err
	}
	if d.elsewhere(r) {
		return false, nil
	}
	act, err := r.Work.Activity(about.ID)
	if err != nil {
		return false, wrapStep("dispute", err)
	}
	claim := d.claimIn(r, act)
	if len(claim) == 0 {
		return true, r.Reply(twinning.Say("activity.numbers_unread", twinning.Args{{"ID", twinning.Number(act.ID)}}))
	}
	if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
		return false, wrapStep("dispute", err)
	}
	act, err = r.Work.Dispute(r.Actor(), about.ID, about.Version, claim)
	return true, d.settled(r, act, "activity.disputed", err)
}

// claimIn returns the numbers of the words that differ from those of the activity.
func (d *Desk) claimIn(r *Request, act twinning.Activity) twinning.Quantities {
	c, ok := d.reader.Correct(r.Text, d.today(r), act.Facts, twinning.FieldQuantity)
	if !ok {
		return nil
	}
	return claimOf(act, c.Facts.Quantities)
}

// endTalk stops waiting for an answer.
func (d *Desk) endTalk(r *Request, c ledger.Conversation) error {
	if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
		return wrapStep("conversation", err)
	}
	if c.Kind == talkFile || c.Kind == talkFiled {
		var talk fileTalk
		if err := decode(c, &talk); err != nil {
			return err
		}
		if err := d.retire(r, talk.Question, twinning.Say("file.dropped", nil)); err != nil {
			return err
		}
		return d.replace(r, "", twinning.Say("file.dropped", nil))
	}
	if subject, err := stepOf(c); err != nil {
		return err
	} else if subject != "" {
		if err := d.closeSteps(r, subject); err != nil {
			return err
		}
	}
	if c.Kind == talkFollow {
		var talk followTalk
		if err := decode(c, &talk); err != nil {
			return err
		}
		m := twinning.Say("file.stays", twinning.Args{{"ID", twinning.Number(talk.ID)}})
		m.Buttons = [][]twinning.Button{{
			press("button.misfiled", ledger.FilingData(talk.ID, "x")), press("button.filing_show", ledger.FilingData(talk.ID, "")),
		}}
		return d.replace(r, "", m)
	}
	return d.replace(r, "", twinning.Say("cancel.done", nil))
}

// stepOf returns the subject of the question that a conversation about an obligation, an absence or an announcement waits
// for.
func stepOf(c ledger.Conversation) (subject string, err error) {
	if c.Kind == talkAway {
		var talk awayTalk
		err = decode(c, &talk)
		return fmt.Sprintf("%s%d", awayPrefix, talk.Person), err
	}
	if c.Kind == talkAnnounce {
		var talk announceTalk
		err = decode(c, &talk)
		return announceSubject(talk.Turn), err
	}
	if !dutyKind(c.Kind) {
		return "", nil
	}
	var talk dutyTalk
	err = decode(c, &talk)
	return dutySubject(talk.For), err
}

// voidReason serves the reason for which an activity is taken out of the totals.
func (d *Desk) voidReason(r *Request, c ledger.Conversation) error {
	var about activityTalk
	if err := decode(c, &about); err != nil {
		return err
	}
	if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
		return wrapStep("void", err)
	}
	act, err := r.Work.Void(r.Actor(), about.ID, about.Version, limited(r.Text, reasonLimit))
	return d.settled(r, act, "activity.voided", err)
}

// reasonLimit is how many characters of a reason are kept.
const reasonLimit = 300

func limited(words string, limit int) string {
	runes := []rune(words)
	return string(runes[:min(len(runes), limit)])
}

// reviseWords serves the correction of a logged activity in plain words. done is false when they are plainly something
// else.
func (d *Desk) reviseWords(r *Request, c ledger.Conversation) (done bool, err error) {
	var about activityTalk
	if err := decode(c, &about); err != nil {
		return false, err
	}
	if d.elsewhere(r) {
		return false, nil
	}
	return true, d.correctActivity(r, about.ID, r.Text)
}

// activityWords serves a reply to the card of a logged activity: of the counterpart a confirmation or its numbers, of
// the own unit a correction. Words that are plainly something else are left to others.
func (d *Desk) activityWords(r *Request, id twinning.ActivityID) (done bool, err error) {
	act, err := r.Work.Activity(id)
	if err != nil {
		return false, wrapStep("activity", err)
	}
	p := *r.Person
	if p.MayLog() && p.Unit == act.Counterpart() && p.Role != twinning.RoleCoordinator {
		return d.counterpartWords(r, act)
	}
	if d.mayAsk(r, act, talkRevise) != nil {
		return false, nil //nolint:nilerr // who may only read asks something
	}
	switch {
	case d.said("words.void", r.Text):
		return true, d.askAbout(r, talkVoid, "activity.ask_reason", activityTalk{act.ID, act.Version})
	case d.elsewhere(r):
		return false, nil
	}
	return true, d.correctActivity(r, id, r.Text)
}

func (d *Desk) counterpartWords(r *Request, act twinning.Activity) (done bool, err error) {
	switch {
	case d.said("words.confirm", r.Text):
		act, err = r.Work.Confirm(r.Actor(), act.ID, act.Version)
		return true, d.settled(r, act, "activity.confirmed", err)
	case d.said("words.deny", r.Text):
		act, err = r.Work.Dispute(r.Actor(), act.ID, act.Version, nil)
		return true, d.settled(r, act, "activity.denied", err)
	case d.said("words.dispute", r.Text):
		return true, d.askAbout(r, talkDispute, "activity.ask_numbers", activityTalk{act.ID, act.Version})
	case d.elsewhere(r):
		return false, nil
	}
	claim := d.claimIn(r, act)
	if len(claim) == 0 {
		return true, r.Reply(twinning.Say("activity.numbers_unread", twinning.Args{{"ID", twinning.Number(act.ID)}}))
	}
	act, err = r.Work.Dispute(r.Actor(), act.ID, act.Version, claim)
	return true, d.settled(r, act, "activity.disputed", err)
}

// confirmedByWord serves "xác nhận" and "xác nhận HĐ3" that reply to nothing: the only activity that waits for the
// sender's unit, or the one named.
func (d *Desk) confirmedByWord(ctx context.Context, r *Request) (done bool, err error) {
	text := plainLetters(r.Text)
	words, number := text, uint64(0)
	if i := strings.LastIndex(text, "hd"); i > 0 {
		if n, err := strconv.ParseUint(strings.TrimSpace(text[i+2:]), 10, 64); err == nil {
			words, number = strings.TrimSpace(text[:i]), n
		}
	}
	if !d.said("words.confirm", words) || !r.Person.MayLog() {
		return false, nil
	}
	open, err := r.Work.Unconfirmed(r.Person.Unit)
	if err != nil {
		return false, wrapStep("confirm", err)
	}
	for _, act := range open {
		if uint64(act.ID) == number || number == 0 && len(open) == 1 {
			act, err = r.Work.Confirm(r.Actor(), act.ID, act.Version)
			return true, d.settled(r, act, "activity.confirmed", err)
		}
	}
	return true, d.unconfirmed(ctx, r)
}
