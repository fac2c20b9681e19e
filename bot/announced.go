package bot

import (
	"context"
	"errors"
	"fmt"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// pressAnnounce serves the buttons of announcements: "tb:to:81:border", "tb:to:81:district:D504", "tb:send:82",
// "tb:edit:82", "tb:drop:82", where the number is the turn; "tb:stop:7", "tb:show:7" of announcement 7.
func (d *Desk) pressAnnounce(_ context.Context, r *Request) error {
	if may, err := d.mayAnnounce(r); err != nil || !may {
		return err
	}
	switch r.Press.Part(0) {
	case "stop":
		return d.pressStop(r)
	case "show":
		return d.showAnnouncement(r)
	}
	talk, ok, err := d.announcing(r)
	if err != nil || !ok {
		return err
	}
	switch r.Press.Part(0) {
	case "to":
		talk.To = twinning.Circle{Kind: twinning.CircleKind(r.Press.Part(2)), Unit: twinning.UnitKey(r.Press.Part(3))}
		return d.preview(r, talk)
	case "send":
		if talk.Step == announceSend {
			return d.sendAnnouncement(r, talk)
		}
	case "edit":
		talk.Step = announceText
		return d.showAnnounce(r, talk, twinning.Say("announce.edit", nil))
	case "drop":
		if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
			return wrapStep("announce", err)
		}
		return d.replace(r, "", twinning.Say("announce.dropped", nil))
	}
	return d.stale(r)
}

// announceAnswer serves words while an announcement is being written. done is false when they are plainly something
// else; what is asked for as text is taken as it is.
func (d *Desk) announceAnswer(ctx context.Context, r *Request, c ledger.Conversation) (done bool, err error) {
	var talk announceTalk
	if err := decode(c, &talk); err != nil {
		return false, err
	}
	if may, err := d.mayAnnounce(r); err != nil || !may {
		return true, err
	}
	if done, err := d.chosen(ctx, r, talk.Data); done || err != nil {
		return done, err
	}
	switch talk.Step {
	case announceText:
		return true, d.takeAnnouncement(r, talk, r.Text)
	case announceWhom, announceUnit:
		return d.whomWords(r, talk)
	}
	switch {
	case d.said("words.send", r.Text):
		return true, d.sendAnnouncement(r, talk)
	case d.said("words.change", r.Text):
		talk.Step = announceText
		return true, d.showAnnounce(r, talk, twinning.Say("announce.edit", nil))
	case d.elsewhere(r):
		return false, nil
	}
	return true, r.Reply(twinning.Say("announce.still", nil))
}

// whomWords reads whom an announcement is for: "tất cả", "các xã biên giới", "huyện Tây Giang", "Sở Y tế".
func (d *Desk) whomWords(r *Request, talk announceTalk) (done bool, err error) {
	for _, c := range circlesByWord() {
		if d.said(c.key, r.Text) {
			talk.To = twinning.Circle{Kind: c.kind}
			return true, d.preview(r, talk)
		}
	}
	mentions, ambiguous := d.reader.Units(r.Text)
	switch {
	case len(mentions) == 1 && len(ambiguous) == 0:
		return true, d.toUnit(r, talk, mentions[0].Key)
	case len(mentions)+len(ambiguous) == 0 && d.elsewhere(r):
		return false, nil
	case len(ambiguous) > 0:
		keys := ambiguous[0].Candidates
		m := twinning.Message{Lines: []twinning.Line{say("unit.which")}}
		for _, key := range upTo(keys, unitsOffered) {
			m.Buttons = append(m.Buttons, []twinning.Button{d.circleButton(r, talk, twinning.Circle{Kind: twinning.CircleUnit, Unit: key})})
		}
		talk.Step = announceUnit
		return true, d.showAnnounce(r, talk, m)
	case len(mentions) > 1:
		return true, r.Reply(twinning.Say("announce.one_unit", nil))
	}
	return true, r.Reply(twinning.Say("announce.whom_unread", twinning.Args{{"Text", twinning.Text(shortened(r.Text))}}))
}

// toUnit announces to one unit; of a district it asks whether its communes are meant too.
func (d *Desk) toUnit(r *Request, talk announceTalk, key twinning.UnitKey) error {
	u, err := r.Work.Unit(key)
	if err != nil {
		return wrapStep("announce", err)
	}
	one := twinning.Circle{Kind: twinning.CircleUnit, Unit: key}
	if u.Role != twinning.RoleRecipientDistrict {
		talk.To = one
		return d.preview(r, talk)
	}
	m := twinning.Say("announce.which_district", twinning.Args{{"Unit", twinning.Text(u.Name)}})
	m.Buttons = [][]twinning.Button{
		{d.circleButton(r, talk, twinning.Circle{Kind: twinning.CircleDistrict, Unit: key})},
		{d.circleButton(r, talk, one)},
	}
	talk.Step = announceUnit
	return d.showAnnounce(r, talk, m)
}

// circleButton chooses a circle of one unit.
func (d *Desk) circleButton(r *Request, talk announceTalk, c twinning.Circle) twinning.Button {
	return twinning.Button{
		Label: twinning.Line{Key: "button.circle." + string(c.Kind), Args: twinning.Args{{"Unit", r.Work.UnitName(c.Unit)}}},
		Data:  fmt.Sprintf("tb:to:%d:%s:%s", talk.Turn, c.Kind, c.Unit),
	}
}

// announceFile takes a photo or document for the announcement whose text is asked for. done is false when none is.
func (d *Desk) announceFile(r *Request) (done bool, err error) {
	c, waiting, err := d.conversation(r)
	if err != nil || !waiting || c.Kind != talkAnnounce || r.Group {
		return false, err
	}
	var talk announceTalk
	if err := decode(c, &talk); err != nil {
		return false, err
	}
	if talk.Step != announceText && (r.Album == "" || r.Album != talk.Album) {
		return false, nil
	}
	return true, d.takeAnnouncement(r, talk, r.Text)
}

// pressStop withdraws what of an announcement has not gone out.
func (d *Desk) pressStop(r *Request) error {
	id, err := r.Press.ID(1)
	if err != nil {
		return err
	}
	n, err := r.Work.StopAnnouncement(r.Actor(), twinning.AnnouncementID(id))
	if errors.Is(err, twinning.ErrConflict) {
		return d.notice(r, "announce.over_already", twinning.Args{{"ID", twinning.Number(n.ID)}})
	}
	if err != nil {
		return wrapStep("announce", err)
	}
	t, err := r.Work.Tally(n.ID)
	if err != nil {
		return wrapStep("announce", err)
	}
	if err := d.forgetOptions(r); err != nil {
		return err
	}
	return r.EditSubject(ledger.AnnouncementSubject(n.ID), r.Work.AnnouncementCard(n, t))
}

// stopAll stops every announcement that goes out.
func (d *Desk) stopAll(r *Request) error {
	open, err := r.Work.OpenAnnouncements()
	if err != nil {
		return wrapStep("announce", err)
	}
	stopped := 0
	for _, id := range open {
		_, err := r.Work.StopAnnouncement(r.Actor(), id)
		switch {
		case errors.Is(err, twinning.ErrConflict): // it was stopped before
		case err != nil:
			return wrapStep("announce", err)
		default:
			stopped++
		}
	}
	if stopped == 0 {
		return r.Reply(twinning.Say("announce.nothing_goes", nil))
	}
	if err := d.forgetOptions(r); err != nil {
		return err
	}
	return r.Reply(twinning.Say("announce.all_stopped", ledger.CountArgs(stopped)))
}

// showAnnouncement shows a former announcement, how far it is and whom it missed.
func (d *Desk) showAnnouncement(r *Request) error {
	id, err := r.Press.ID(1)
	if err != nil {
		return err
	}
	n, err := r.Work.Announcement(twinning.AnnouncementID(id))
	if err != nil {
		return wrapStep("announce", err)
	}
	t, err := r.Work.Tally(n.ID)
	if err != nil {
		return wrapStep("announce", err)
	}
	if err := r.Reply(r.Work.AnnouncementMessage(n)); err != nil {
		return err
	}
	m := twinning.Say("announce.sent_by", r.Work.AnnouncementArgs(n, t))
	card := r.Work.AnnouncementCard(n, t)
	m.Lines, m.Buttons = append(m.Lines, card.Lines...), card.Buttons
	if t.Missed > 0 {
		missed, err := r.Work.MissedMessage(n.ID)
		if err != nil {
			return wrapStep("announce", err)
		}
		m.Lines = append(append(m.Lines, twinning.Line{}), missed.Lines...)
	}
	return d.offer(r, m, optionsTalk{})
}
