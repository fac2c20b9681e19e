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
		return d.stale(r)
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
	return d.stale(r)
}

// askAbout asks for words about an activity; they are waited for, in a group by a reply to the question.
func (d *Desk) askAbout(r *Request, talk, key string, about activityTalk) error {
	act, err := r.Work.Activity(about.ID)
	if err != nil {
		return wrapStep("activity", err)
	}
	if act.Version != about.Version {
		return d.settled(r, act, "", fmt.Errorf("activity %d: version %d: %w", about.ID, about.Version, twinning.ErrConflict))
	}
	if err := d.mayAsk(r, act, talk); err != nil {
		return err
	}
	if err := d.converse(r, talk, about); err != nil {
		return err
	}
	return r.Reply(twinning.Say(key, twinning.Args{{"ID", twinning.Number(act.ID)}}))
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

// settled shows an activity after a decision about it. When it changed before, so that the decision was about something
// else, it shows how it stands now.
func (d *Desk) settled(r *Request, act twinning.Activity, key string, err error) error {
	args := twinning.Args{{"ID", twinning.Number(act.ID)}}
	if errors.Is(err, twinning.ErrConflict) && act.ID != 0 {
		may, reading := r.Work.MayReadActivity(*r.Person, act)
		if reading != nil || !may {
			return wrapStep("activity", err)
		}
		key, err = "activity.changed", nil
	}
	if err != nil {
		return wrapStep("activity", err)
	}
	m := r.Work.ActivityCard(*r.Person, act)
	m.Lines = append([]twinning.Line{{Key: key, Args: args}, {}}, m.Lines...)
	if err := r.Answer(key, args); err != nil {
		return err
	}
	return d.replace(r, ledger.ActivitySubject(act.ID), m)
}

// correctActivity makes a draft of a logged activity with the correction applied; it replaces the activity when "Ghi"
// is pressed.
func (d *Desk) correctActivity(r *Request, id twinning.ActivityID, words string) error {
	act, err := r.Work.Activity(id)
	if err != nil {
		return wrapStep("revise", err)
	}
	if d.mayAsk(r, act, talkRevise) != nil {
		return r.Reply(twinning.Say("activity.not_yours", twinning.Args{
			{"ID", twinning.Number(id)}, {"Unit", r.Work.UnitName(act.Unit)},
		}))
	}
	if act.State == twinning.ActivityVoided {
		return r.Reply(twinning.Say("activity.is_voided", twinning.Args{{"ID", twinning.Number(id)}}))
	}
	draft := d.revision(r, act)
	c, ok := d.reader.Correct(words, d.today(r), act.Facts, "")
	if !ok {
		return r.Reply(twinning.Say("activity.change_unread", twinning.Args{{"ID", twinning.Number(id)}}))
	}
	d.apply(r, &draft, c)
	if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
		return wrapStep("revise", err)
	}
	return d.startDraft(r, draft)
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
	if errors.Is(err, twinning.ErrNotFound) {
		return r.Reply(twinning.Say("activity.unknown", twinning.Args{{"ID", twinning.Number(id)}}))
	}
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
