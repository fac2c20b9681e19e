package bot

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// activityTalk is what a conversation about a logged activity remembers.
type activityTalk struct {
	ID      twinning.ActivityID `json:"id"`
	Version int                 `json:"version"`
}

// pressActivity serves the buttons of a logged activity: "a:5:ok:1" is "confirm version 1 of activity 5".
func (d *Desk) pressActivity(_ context.Context, r *Request) error {
	n, err := r.Press.ID(0)
	if err != nil {
		return err
	}
	version, err := strconv.Atoi(r.Press.Part(2))
	if err != nil {
		return r.Alert("error.stale_button", nil)
	}
	id := twinning.ActivityID(n)
	switch r.Press.Part(1) {
	case "ok":
		act, err := r.Work.Confirm(r.Actor(), id, version)
		return d.settled(r, act, "activity.confirmed", err)
	case "none":
		act, err := r.Work.Dispute(r.Actor(), id, version, nil)
		return d.settled(r, act, "activity.denied", err)
	case "take":
		act, err := r.Work.TakeClaim(r.Actor(), id, version)
		return d.settled(r, act, "activity.claim_taken", err)
	case "no":
		return d.askAbout(r, talkDispute, "activity.ask_numbers", activityTalk{id, version})
	case "void":
		return d.askAbout(r, talkVoid, "activity.ask_reason", activityTalk{id, version})
	case "edit":
		return d.askAbout(r, talkRevise, "activity.ask_change", activityTalk{id, version})
	}
	return r.Alert("error.stale_button", nil)
}

// askAbout asks for words about an activity; they are waited for, in a group by a reply to the question.
func (d *Desk) askAbout(r *Request, talk, key string, about activityTalk) error {
	act, err := r.Work.Activity(about.ID)
	if err != nil {
		return wrapStep("activity", err)
	}
	if act.Version != about.Version {
		return fmt.Errorf("activity %d: version %d: %w", about.ID, about.Version, twinning.ErrConflict)
	}
	if err := d.mayAsk(r, act, talk); err != nil {
		return err
	}
	if err := d.converse(r, talk, about); err != nil {
		return err
	}
	return r.Reply(twinning.Say(key, twinning.Args{"ID": twinning.Number(act.ID)}))
}

// mayAsk refuses before the question what would be refused after the answer.
func (d *Desk) mayAsk(r *Request, act twinning.Activity, talk string) error {
	p := *r.Person
	own := p.MayLog() && (p.Unit == act.Unit || p.Role == twinning.RoleCoordinator)
	theirs := p.MayLog() && p.Unit == act.Counterpart()
	if talk == talkDispute && theirs || talk != talkDispute && own {
		return nil
	}
	return fmt.Errorf("activity %d: %w", act.ID, twinning.ErrForbidden)
}

// settled shows an activity after a decision about it.
func (d *Desk) settled(r *Request, act twinning.Activity, key string, err error) error {
	if err != nil {
		return wrapStep("activity", err)
	}
	m := r.Work.ActivityCard(*r.Person, act)
	m.Lines = append([]twinning.Line{{Key: key, Args: twinning.Args{"ID": twinning.Number(act.ID)}}, {}}, m.Lines...)
	if err := r.Answer(key, twinning.Args{"ID": twinning.Number(act.ID)}); err != nil {
		return err
	}
	return d.replace(r, ledger.ActivitySubject(act.ID), m)
}

// disputeNumbers serves the right numbers of an activity that the counterpart logged otherwise.
func (d *Desk) disputeNumbers(r *Request, c ledger.Conversation) error {
	var about activityTalk
	if err := decode(c, &about); err != nil {
		return err
	}
	if d.said("words.drop", r.Text) {
		return d.endTalk(r)
	}
	act, err := r.Work.Activity(about.ID)
	if err != nil {
		return wrapStep("dispute", err)
	}
	corrected, ok := d.reader.Correct(r.Text, d.today(r), act.Facts, twinning.FieldQuantity)
	claim := twinning.Quantities{}
	for m, v := range corrected.Facts.Quantities {
		if act.Facts.Quantities[m] != v {
			claim[m] = v
		}
	}
	if !ok || len(claim) == 0 {
		return r.Reply(twinning.Say("activity.numbers_unread", nil))
	}
	if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
		return wrapStep("dispute", err)
	}
	act, err = r.Work.Dispute(r.Actor(), about.ID, about.Version, claim)
	return d.settled(r, act, "activity.disputed", err)
}

func (d *Desk) endTalk(r *Request) error {
	if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
		return wrapStep("conversation", err)
	}
	return r.Reply(twinning.Say("cancel.done", nil))
}

// voidReason serves the reason for which an activity is taken out of the totals.
func (d *Desk) voidReason(r *Request, c ledger.Conversation) error {
	var about activityTalk
	if err := decode(c, &about); err != nil {
		return err
	}
	if d.said("words.drop", r.Text) {
		return d.endTalk(r)
	}
	if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
		return wrapStep("void", err)
	}
	act, err := r.Work.Void(r.Actor(), about.ID, about.Version, r.Text)
	return d.settled(r, act, "activity.voided", err)
}

// reviseWords serves the correction of a logged activity in plain words.
func (d *Desk) reviseWords(r *Request, c ledger.Conversation) error {
	var about activityTalk
	if err := decode(c, &about); err != nil {
		return err
	}
	if d.said("words.drop", r.Text) {
		return d.endTalk(r)
	}
	return d.correctActivity(r, about.ID, r.Text)
}

// correctActivity makes a draft of a logged activity with the correction applied; it replaces the activity when "Ghi"
// is pressed.
func (d *Desk) correctActivity(r *Request, id twinning.ActivityID, words string) error {
	act, err := r.Work.Activity(id)
	if err != nil {
		return wrapStep("revise", err)
	}
	if err := d.mayAsk(r, act, talkRevise); err != nil {
		return err
	}
	if act.State == twinning.ActivityVoided {
		return r.Reply(twinning.Say("activity.is_voided", twinning.Args{"ID": twinning.Number(id)}))
	}
	draft := d.revision(r, act)
	c, ok := d.reader.Correct(words, d.today(r), act.Facts, "")
	if !ok {
		return r.Reply(twinning.Say("activity.change_unread", twinning.Args{"ID": twinning.Number(id)}))
	}
	d.apply(r, &draft, c)
	if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
		return wrapStep("revise", err)
	}
	if draft, err = r.Work.StartDraft(r.Actor(), draft); err != nil {
		return wrapStep("revise", err)
	}
	return r.ReplySubject(ledger.DraftSubject(draft.ID), d.draftCard(r, draft))
}

// correctLatest serves a correction that replies to nothing: it is about the sender's latest activity of the chat.
func (d *Desk) correctLatest(r *Request) error {
	list, err := r.Work.ActivitiesBy(r.Person.ID, ledger.Page{Limit: 1})
	if err != nil {
		return wrapStep("revise", err)
	}
	if len(list) == 0 || r.Now.Sub(list[0].LoggedAt) > conversationLife || list[0].Chat != r.Chat {
		return d.lost(r)
	}
	return d.correctActivity(r, list[0].ID, r.Text)
}

// reviseByNumber corrects a named activity: "/sua HĐ5 54 hộ", or asks what is wrong with it: "/sua 5".
func (d *Desk) reviseByNumber(_ context.Context, r *Request) error {
	name, words, _ := strings.Cut(r.Args, " ")
	id, err := strconv.ParseUint(strings.TrimPrefix(plainLetters(name), "hd"), 10, 64)
	if err != nil {
		return r.Reply(twinning.Say("activity.which", nil))
	}
	act, err := r.Work.Activity(twinning.ActivityID(id))
	if err != nil {
		return wrapStep("revise", err)
	}
	if strings.TrimSpace(words) == "" {
		return d.askAbout(r, talkRevise, "activity.ask_change", activityTalk{act.ID, act.Version})
	}
	return d.correctActivity(r, act.ID, words)
}

// undo takes back the sender's last change: "hoàn tác", "/hoantac".
func (d *Desk) undo(_ context.Context, r *Request) error {
	act, err := r.Work.Undo(r.Actor())
	if errors.Is(err, ledger.ErrNothingToUndo) {
		return r.Reply(twinning.Say("undo.nothing", nil))
	}
	key := "undo.reverted"
	if act.State == twinning.ActivityVoided {
		key = "undo.voided"
	}
	return d.settled(r, act, key, err)
}

// listed is how many activities one message of a list shows.
const listed = 8

// latest lists the newest activities of a unit: "/hoatdong", "/hoatdong xã Ch'ơm".
func (d *Desk) latest(_ context.Context, r *Request) error {
	unit := r.Person.Unit
	if mentions, _ := d.reader.Units(r.Args); len(mentions) > 0 {
		unit = mentions[0].Key
	}
	return d.showList(r, unit, 0)
}

// pressList shows a page of a unit's activities: "list:W20437:17" is what comes after activity 17.
func (d *Desk) pressList(_ context.Context, r *Request) error {
	after, err := strconv.ParseUint("0"+r.Press.Part(1), 10, 64)
	if err != nil {
		return r.Alert("error.stale_button", nil)
	}
	return d.showList(r, twinning.UnitKey(r.Press.Part(0)), twinning.ActivityID(after))
}

func (d *Desk) showList(r *Request, unit twinning.UnitKey, after twinning.ActivityID) error {
	u, err := r.Work.Unit(unit)
	if err != nil {
		return wrapStep("list", err)
	}
	if err := d.mustRead(r, unit); err != nil {
		return err
	}
	list, more, err := r.Work.NewestOf(u, after, listed)
	if err != nil {
		return wrapStep("list", err)
	}
	m := twinning.Say("list.title", twinning.Args{"Unit": twinning.Text(u.Name)})
	if len(list) == 0 {
		m.Lines = append(m.Lines, say("list.none"))
	}
	d.listRows(r, &m, list)
	if more {
		m.Buttons = append(m.Buttons, []twinning.Button{
			press("button.more", fmt.Sprintf("list:%s:%d", unit, list[len(list)-1].ID)),
		})
	}
	return d.replace(r, "", m)
}

// listRows appends a line and a button for each activity.
func (d *Desk) listRows(r *Request, m *twinning.Message, list []twinning.Activity) {
	var row []twinning.Button
	for _, a := range list {
		m.Lines = append(m.Lines, d.activityRow(r, a))
		row = append(row, twinning.Button{
			Label: twinning.Line{Key: "button.activity", Args: twinning.Args{"ID": twinning.Number(a.ID)}},
			Data:  fmt.Sprintf("act:%d", a.ID),
		})
		if len(row) == 4 {
			m.Buttons, row = append(m.Buttons, row), nil
		}
	}
	if len(row) > 0 {
		m.Buttons = append(m.Buttons, row)
	}
}

func (d *Desk) activityRow(r *Request, a twinning.Activity) twinning.Line {
	counts := ledger.CountLines(a.Facts.Quantities)
	if vnd, ok := a.Facts.Quantities[twinning.Amount]; ok {
		counts = append(counts, ledger.MeasureLine(twinning.Amount, vnd))
	}
	if len(counts) == 0 {
		counts = []twinning.Line{{Key: fmt.Sprintf("category.%d", a.Facts.Category)}}
	}
	return twinning.Line{Key: "list.row", Args: twinning.Args{
		"ID": twinning.Number(a.ID), "Date": twinning.Day(a.Facts.From), "Sponsor": r.Work.UnitName(a.Facts.Sponsor),
		"Recipient": r.Work.UnitName(a.Facts.Recipient), "Counts": twinning.Joined(counts...),
		"State": twinning.Key("activity.state." + string(a.State)),
	}}
}

// unconfirmed lists what waits for the sender's confirmation.
func (d *Desk) unconfirmed(_ context.Context, r *Request) error {
	list, err := r.Work.Unconfirmed(r.Person.Unit)
	if err != nil {
		return wrapStep("unconfirmed", err)
	}
	if len(list) == 0 {
		return r.Reply(twinning.Say("unconfirmed.none", nil))
	}
	m := twinning.Say("unconfirmed.title", ledger.CountArgs(len(list)))
	d.listRows(r, &m, list[:min(len(list), listed)])
	return r.Reply(m)
}

// pressShow shows one activity: "act:5".
func (d *Desk) pressShow(_ context.Context, r *Request) error {
	id, err := r.Press.ID(0)
	if err != nil {
		return err
	}
	act, err := r.Work.Activity(twinning.ActivityID(id))
	if err != nil {
		return wrapStep("show", err)
	}
	may, err := r.Work.MayReadActivity(*r.Person, act)
	if err != nil {
		return wrapStep("show", err)
	}
	if !may {
		return fmt.Errorf("activity %d: %w", id, twinning.ErrForbidden)
	}
	m := r.Work.ActivityCard(*r.Person, act)
	m.Files = act.Files
	if act.Facts.Summary != "" {
		m.Lines = append(m.Lines, twinning.Line{Key: "card.summary", Args: twinning.Args{"Text": twinning.Text(act.Facts.Summary)}})
	}
	return r.ReplySubject(ledger.ActivitySubject(act.ID), m)
}

// mustRead refuses a unit that the sender may not see.
func (d *Desk) mustRead(r *Request, unit twinning.UnitKey) error {
	may, err := r.Work.MayRead(*r.Person, unit)
	if err != nil {
		return wrapStep("read", err)
	}
	if !may {
		return fmt.Errorf("unit %s: %w", unit, twinning.ErrForbidden)
	}
	return nil
}
