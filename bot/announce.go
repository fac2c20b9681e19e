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

// talkAnnounce waits for what to announce, to whom, and for the word to send it.
const talkAnnounce = "announce"

// announceTalk is an announcement that is being written.
type announceTalk struct {
	Step string            `json:"step"`
	Text string            `json:"text,omitempty"`
	File *twinning.FileRef `json:"file,omitempty"`
	To   twinning.Circle   `json:"to,omitzero"`
	// Turn tells the questions of one announcement from those of another and from earlier ones.
	Turn int `json:"turn,omitempty"`
	// Album is the album of which one file is taken.
	Album string `json:"album,omitempty"`
	// Data is the callback data of the question's buttons, in order.
	Data []string `json:"data,omitempty"`
}

// The steps of an announcement.
const (
	announceText = "text"
	announceWhom = "whom"
	announceUnit = "unit"
	announceSend = "send"
)

// announcementsShown is how many of the last announcements are listed.
const announcementsShown = 5

// announceSubject is the subject of the questions about an announcement that is being written.
func announceSubject(turn int) string { return fmt.Sprintf("tb/%d", turn) }

// mayAnnounce says whether the sender may announce here, and says no if not.
func (d *Desk) mayAnnounce(r *Request) (bool, error) {
	switch {
	case !r.Person.Active() || r.Person.Role != twinning.RoleCoordinator:
		return false, d.notice(r, "announce.forbidden", nil)
	case r.Group:
		return false, d.notice(r, "announce.private", nil)
	}
	return true, nil
}

// announce begins an announcement: "/thongbao Mai họp lúc 8 giờ", also as the caption of a photo or document. Alone it
// lists the last ones and asks for the text; "/thongbao dừng" stops what goes out.
func (d *Desk) announce(_ context.Context, r *Request) error {
	if may, err := d.mayAnnounce(r); err != nil || !may {
		return err
	}
	talk := announceTalk{Turn: r.Message}
	switch {
	case len(r.Files) == 0 && r.Args == "":
		return d.askAnnouncement(r, talk)
	case len(r.Files) == 0 && d.said("words.stop", r.Args):
		return d.stopAll(r)
	}
	return d.takeAnnouncement(r, talk, r.Args)
}

// askAnnouncement lists the last announcements and asks for the text of a new one.
func (d *Desk) askAnnouncement(r *Request, talk announceTalk) error {
	var m twinning.Message
	last, err := r.Work.Announcements(announcementsShown)
	if err != nil {
		return wrapStep("announce", err)
	}
	if len(last) > 0 {
		m.Lines = append(m.Lines, say("announce.last"))
	}
	for _, n := range last {
		t, err := r.Work.Tally(n.ID)
		if err != nil {
			return wrapStep("announce", err)
		}
		m.Lines = append(m.Lines, announcementLine(r, n, t))
		m.Buttons = appendTwo(m.Buttons, twinning.Button{
			Label: twinning.Line{Key: "button.announcement", Args: twinning.Args{{"ID", twinning.Number(n.ID)}}},
			Data:  fmt.Sprintf("tb:show:%d", n.ID),
		})
	}
	if len(last) > 0 {
		m.Lines = append(m.Lines, twinning.Line{})
	}
	m.Lines = append(m.Lines, say("announce.ask"))
	talk.Step, talk.Data = announceText, dataOf(m)
	if err := d.converse(r, talkAnnounce, talk); err != nil {
		return err
	}
	return r.Reply(m) // the list stays to be read when the announcement has gone on
}

// announcementLine is one announcement of a list.
func announcementLine(r *Request, n twinning.Announcement, t twinning.Tally) twinning.Line {
	args := r.Work.AnnouncementArgs(n, t)
	args.Set("Text", twinning.Text(shortened(strings.Join(strings.Fields(n.Text), " "))))
	key := "announce.row"
	if t.Missed > 0 {
		key = "announce.row_missed"
		args.Set("Missed", twinning.Number(t.Missed))
	}
	return twinning.Line{Key: key, Args: args}
}

// showAnnounce shows a question about the announcement and waits for its answer.
func (d *Desk) showAnnounce(r *Request, talk announceTalk, m twinning.Message) error {
	talk.Data = dataOf(m)
	if err := d.converse(r, talkAnnounce, talk); err != nil {
		return err
	}
	subject := announceSubject(talk.Turn)
	if r.Kind != KindPress {
		if err := d.closeSteps(r, subject); err != nil {
			return err
		}
	}
	return d.replace(r, subject, m)
}

// takeAnnouncement takes text and file of the message, and asks whom they are for unless that is known.
func (d *Desk) takeAnnouncement(r *Request, talk announceTalk, words string) error {
	if r.Album != "" && r.Album == talk.Album {
		return nil // the other pages of the album whose first one was taken
	}
	talk.Text, talk.Album = words, r.Album
	if len(r.Files) > 0 {
		talk.File = &r.Files[0]
	}
	talk.Step = announceText
	most := d.announcementMost(r, talk.File != nil)
	if length := utf16Units(words); length > most {
		return d.showAnnounce(r, talk, twinning.Say("announce.too_long", twinning.Args{
			{"Length", twinning.Number(length)}, {"Most", twinning.Number(most)},
		}))
	}
	if talk.To.Kind != "" {
		return d.preview(r, talk)
	}
	return d.askWhom(r, talk)
}

// announcementMost returns how long the text may be beside the header, in the language in which that is longest.
func (d *Desk) announcementMost(r *Request, file bool) int {
	header := r.Work.AnnouncementMessage(twinning.Announcement{Name: r.Person.Name, Unit: r.Person.Unit}).Lines
	most := maxText
	if file {
		most = maxCaption
	}
	longest := 0
	for _, p := range d.printers {
		longest = max(longest, units(renderer{}.lines(p, header, "\n")))
	}
	return most - longest - 2 // the empty line between them
}

// circleByWord is a circle that names no unit, with the text of the words for it.
type circleByWord struct {
	kind twinning.CircleKind
	key  string
}

// circlesByWord returns the circles that name no unit in the order of their buttons.
func circlesByWord() []circleByWord {
	return []circleByWord{
		{twinning.CircleAll, "words.circle_all"},
		{twinning.CircleSponsors, "words.circle_sponsors"},
		{twinning.CircleRecipients, "words.circle_recipients"},
		{twinning.CircleBorder, "words.circle_border"},
		{twinning.CircleLeads, "words.circle_leads"},
	}
}

// askWhom asks whom the announcement is for.
func (d *Desk) askWhom(r *Request, talk announceTalk, before ...twinning.Line) error {
	m := twinning.Message{Lines: append(before, say("announce.whom"))}
	if talk.Album != "" {
		m.Lines = append(m.Lines, say("announce.one_file"))
	}
	for _, c := range circlesByWord() {
		m.Buttons = append(m.Buttons, []twinning.Button{
			press("button.circle."+string(c.kind), fmt.Sprintf("tb:to:%d:%s", talk.Turn, c.kind)),
		})
	}
	talk.Step = announceWhom
	return d.showAnnounce(r, talk, m)
}

// preview shows the announcement as its addressees will see it, and then asks whether to send it.
func (d *Desk) preview(r *Request, talk announceTalk) error {
	reach, err := r.Work.Reaching(r.Actor(), talk.To)
	if err != nil {
		return wrapStep("announce", err)
	}
	to := r.Work.CircleName(talk.To)
	if reach.People == 0 {
		talk.To = twinning.Circle{}
		return d.askWhom(r, talk, twinning.Line{Key: "announce.nobody", Args: twinning.Args{{"To", to}}}, twinning.Line{})
	}
	if err := d.leaveStep(r, talk, to); err != nil {
		return err
	}
	n := twinning.Announcement{Text: talk.Text, File: talk.File, Name: r.Person.Name, Unit: r.Person.Unit}
	if err := r.Reply(r.Work.AnnouncementMessage(n)); err != nil {
		return err
	}
	talk.Turn, talk.Step = talk.Turn+1, announceSend
	args := ledger.CountArgs(reach.People)
	args.Set("To", to)
	args.Set("Time", lasts(reach.People))
	m := twinning.Say("announce.preview", args)
	if reach.Blocked > 0 {
		m.Lines = append(m.Lines, twinning.Line{Key: "announce.blocked", Args: ledger.CountArgs(reach.Blocked)})
	}
	m.Buttons = [][]twinning.Button{{
		press("button.send", fmt.Sprintf("tb:send:%d", talk.Turn)), press("button.change", fmt.Sprintf("tb:edit:%d", talk.Turn)),
		press("button.drop", fmt.Sprintf("tb:drop:%d", talk.Turn)),
	}}
	talk.Data = dataOf(m)
	if err := d.converse(r, talkAnnounce, talk); err != nil {
		return err
	}
	return r.ReplySubject(announceSubject(talk.Turn), m)
}

// leaveStep says in place of the question what was chosen, so that its buttons are gone.
func (d *Desk) leaveStep(r *Request, talk announceTalk, to twinning.Arg) error {
	if r.Kind != KindPress {
		return d.closeSteps(r, announceSubject(talk.Turn))
	}
	return r.EditSubject(retired+announceSubject(talk.Turn), twinning.Say("announce.chosen", twinning.Args{{"To", to}}))
}

// lasts says how long it takes to write to so many people.
func lasts(people int) twinning.Arg {
	seconds := (people + defaultBulk - 1) / defaultBulk
	if seconds < 60 {
		return twinning.Joined(twinning.Line{Key: "announce.within_a_minute"})
	}
	return twinning.Joined(twinning.Line{Key: "announce.minutes", Args: ledger.CountArgs((seconds + 59) / 60)})
}

// announcing returns the announcement that is being written, when a button of the question that is open was pressed; ok
// is false when that was told already.
func (d *Desk) announcing(r *Request) (talk announceTalk, ok bool, err error) {
	c, waiting, err := d.conversation(r)
	if err != nil {
		return talk, false, err
	}
	if !waiting || c.Kind != talkAnnounce {
		return talk, false, d.stale(r)
	}
	if err := decode(c, &talk); err != nil {
		return talk, false, err
	}
	if r.Press.Part(1) != strconv.Itoa(talk.Turn) {
		return talk, false, d.stale(r)
	}
	return talk, true, nil
}

// sendAnnouncement begins to send what was shown.
func (d *Desk) sendAnnouncement(r *Request, talk announceTalk) error {
	n, err := r.Work.Announce(r.Actor(), twinning.Announcement{To: talk.To, Text: talk.Text, File: talk.File})
	if invalid, ok := errors.AsType[*twinning.InvalidError](err); ok {
		return d.notice(r, fmt.Sprintf("refuse.%s.%s", invalid.Field, invalid.Rule), nil)
	}
	if err != nil {
		return wrapStep("announce", err)
	}
	if r.Kind != KindPress {
		if err := d.closeSteps(r, announceSubject(talk.Turn)); err != nil {
			return err
		}
	}
	t, err := r.Work.Tally(n.ID)
	if err != nil {
		return wrapStep("announce", err)
	}
	m := r.Work.AnnouncementCard(n, t)
	if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
		return wrapStep("announce", err)
	}
	if err := d.choices(r, m); err != nil {
		return err
	}
	return d.replace(r, ledger.AnnouncementSubject(n.ID), m)
}
