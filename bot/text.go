package bot

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"strconv"
	"strings"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/twinning"
)

// What the bot can be waiting for from a person in a chat.
const (
	// talkDispute waits for the right numbers of an activity, talkVoid for the reason to void one, talkRevise for what is
	// wrong with one.
	talkDispute = "dispute"
	talkVoid    = "void"
	talkRevise  = "revise"
	// talkOptions holds the choices of the last list, so that "2" chooses its second.
	talkOptions = "options"
	// talkFile waits for a file of an obligation, talkFiled for what the files at hand are.
	talkFile  = "file"
	talkFiled = "filed"
	// talkPages keeps the pages of an album that came before its caption.
	talkPages = "pages"
	// talkHelped waits for the unit that a coordinator files for.
	talkHelped = "helped"
	// talkGroup waits for the unit that a group belongs to.
	talkGroup = "group"
	// talkSnooze waits for when to be reminded of an obligation, talkDelegate for who gets it, talkUntil for until when,
	// talkDisclaim for why it is not the unit's, talkWaive for why it is waived.
	talkSnooze   = "snooze"
	talkDelegate = "delegate"
	talkUntil    = "until"
	talkDisclaim = "disclaim"
	talkWaive    = "waive"
	// talkStaff waits for the posts of a unit, talkRating for the reason of a proposed rating or the document of a decided one.
	talkStaff  = "staff"
	talkRating = "rating"
	// talkAway waits for when somebody is away and who stands in.
	talkAway = "away"
)

// text serves a message of words: a correction of the card that it replies to, an answer to what the bot asked, or
// something new.
func (d *Desk) text(ctx context.Context, r *Request) error {
	if r.ReplyTo != 0 {
		if done, err := d.replied(ctx, r); done || err != nil {
			return err
		}
	}
	if done, err := d.continued(ctx, r); done || err != nil {
		return err
	}
	if done, err := d.chartByWord(r); done || err != nil {
		return err
	}
	if draft, ok, err := d.openDraft(r); err != nil {
		return err
	} else if ok {
		if done, err := d.answerDraft(ctx, r, draft); done || err != nil {
			return err
		}
	}
	return d.fresh(ctx, r)
}

// fresh serves words that continue nothing.
func (d *Desk) fresh(ctx context.Context, r *Request) error {
	reading := d.reader.Read(r.Text, d.today(r))
	if r.Group && !r.Mentioned && (reading.Intent != nlu.IntentActivity || !reading.Certain) {
		return nil
	}
	if done, err := d.confirmedByWord(ctx, r); done || err != nil {
		return err
	}
	if d.said("words.drop", r.Text) {
		return d.cancel(ctx, r)
	}
	if done, err := d.filingsByWord(r); done || err != nil {
		return err
	}
	if reading.Intent == nlu.IntentOther || reading.Intent == nlu.IntentQuestion {
		if done, err := d.askedRating(r); done || err != nil {
			return err
		}
		if _, compared := withoutComparison(r.Text); compared {
			return d.ask(ctx, r)
		}
	}
	switch reading.Intent {
	case nlu.IntentActivity:
		return d.newDraft(r, reading)
	case nlu.IntentPlan:
		return d.planned(r)
	case nlu.IntentQuestion:
		return d.ask(ctx, r)
	case nlu.IntentUndo:
		return d.unsay(ctx, r)
	case nlu.IntentGreeting:
		return d.help(ctx, r)
	case nlu.IntentCorrection:
		return d.correctLatest(r)
	case nlu.IntentOther:
	}
	if d.onlyUnit(r) {
		unit, done, err := d.named(r, r.Text, "st:%s")
		if done || err != nil {
			return err
		}
		return d.showStatus(r, unit, d.today(r).Year())
	}
	return d.lost(r)
}

// onlyUnit says whether the words are the name of a unit with nothing beside it.
func (d *Desk) onlyUnit(r *Request) bool {
	mentions, ambiguous := d.reader.Units(r.Text)
	rest := r.Text
	switch {
	case len(mentions) == 1 && len(ambiguous) == 0:
		rest = r.Text[:mentions[0].Start] + r.Text[mentions[0].End:]
	case len(mentions) == 0 && len(ambiguous) == 1:
		rest = strings.Replace(r.Text, ambiguous[0].Text, "", 1)
	}
	return strings.Trim(rest, " .?!") == ""
}

// planned says that what is still to come is not logged, and lets the author say that it was done.
func (d *Desk) planned(r *Request) error {
	m := twinning.Say("text.plan", nil)
	if !r.Person.MayLog() {
		return r.Reply(m)
	}
	m.Buttons = [][]twinning.Button{{press("button.done_already", "log")}}
	return d.offer(r, m, optionsTalk{Text: r.Text, Message: r.Message})
}

// unsay serves words that take something back: the card that is still open, since it came last, else what was logged.
func (d *Desk) unsay(ctx context.Context, r *Request) error {
	draft, ok, err := d.openDraft(r)
	switch {
	case err != nil:
		return err
	case ok:
		return d.dropDraft(r, draft)
	}
	return d.undo(ctx, r)
}

// lost says that nothing was understood and offers what may have been meant: the nearest questions, an activity told in
// words that the bot doesn't know, or a document that was signed and not sent.
func (d *Desk) lost(r *Request) error {
	key := "text.lost"
	if !r.Person.MayLog() {
		key = "text.lost_reader"
	}
	m := twinning.Say(key, nil)
	if r.Person.MayLog() {
		m.Buttons = append(m.Buttons, []twinning.Button{press("button.log_this", "log")})
	}
	nearest := d.reader.Nearest(r.Text, d.today(r))
	if r.Person.MayLog() && slices.ContainsFunc(nearest, func(q nlu.Question) bool { return q.Rule != "" }) {
		m.Lines = append(m.Lines, twinning.Line{Key: "text.lost_document"})
	}
	for i, q := range nearest {
		m.Buttons = append(m.Buttons, []twinning.Button{{
			Label: d.questionLabel(r, q), Data: "ask:" + strconv.Itoa(i),
		}})
	}
	m.Buttons = append(m.Buttons, []twinning.Button{press("button.help", "help")})
	return d.offer(r, m, optionsTalk{Nearest: nearest, Text: r.Text, Message: r.Message})
}

// pressLog makes a draft of words that were not taken for an activity: "log".
func (d *Desk) pressLog(_ context.Context, r *Request) error {
	talk, ok, err := d.options(r)
	if err != nil {
		return err
	}
	if !ok || talk.Text == "" {
		return d.stale(r)
	}
	r.Message = talk.Message
	reading := d.reader.Read(talk.Text, d.today(r))
	if max(reading.Facts.From, reading.Facts.To) > d.today(r) {
		// What was done has another day than the one planned: it is asked for.
		reading.Facts.From, reading.Facts.To = 0, 0
		reading.Warnings = slices.DeleteFunc(reading.Warnings, func(w nlu.Warning) bool { return w.Code == nlu.WarnFutureDate })
	}
	return d.newDraft(r, reading)
}

// options returns what the last message with a choice offered.
func (d *Desk) options(r *Request) (talk optionsTalk, ok bool, err error) {
	c, waiting, err := d.conversation(r)
	if err != nil || !waiting || c.Kind != talkOptions {
		return talk, false, err
	}
	return talk, true, decode(c, &talk)
}

// continued serves an answer to what the bot waits for; done is false when it waits for nothing, or when the words are
// plainly something else. In a group only what is said to the bot answers it.
func (d *Desk) continued(ctx context.Context, r *Request) (done bool, err error) {
	c, waiting, err := d.conversation(r)
	if err != nil || !waiting || r.Group && !r.Mentioned {
		return false, err
	}
	if c.Kind != talkOptions && d.said("words.drop", r.Text) {
		return true, d.endTalk(r, c)
	}
	switch c.Kind {
	case talkDispute:
		return d.disputeNumbers(r, c)
	case talkVoid:
		return true, d.voidReason(r, c)
	case talkRevise:
		return d.reviseWords(r, c)
	case talkFiled:
		return d.filedAnswer(ctx, r, c)
	case talkFile:
		return d.fileAnswer(r, c)
	case talkGroup:
		return true, d.bindNamed(r, r.Text)
	case talkHelped:
		return d.helpedUnit(ctx, r, c)
	case talkSnooze, talkDelegate, talkUntil, talkDisclaim, talkWaive:
		return d.dutyAnswer(ctx, r, c)
	case talkAway:
		return d.awayAnswer(ctx, r, c)
	case talkStaff:
		return d.staffAnswer(r, c)
	case talkRating:
		return d.ratingAnswer(r, c)
	case talkFollow:
		return d.followAnswer(ctx, r, c)
	case talkReason:
		return d.reasonAnswer(ctx, r, c)
	case talkAnnounce:
		return d.announceAnswer(ctx, r, c)
	case talkOptions:
		var talk optionsTalk
		if err := decode(c, &talk); err != nil {
			return false, err
		}
		return d.chosen(ctx, r, talk.Data)
	}
	return false, nil
}

// elsewhere says whether words that came while the bot waited for an answer are plainly something else: a question, an
// undo, a whole activity.
func (d *Desk) elsewhere(r *Request) bool {
	reading := d.reader.Read(r.Text, d.today(r))
	switch reading.Intent {
	case nlu.IntentQuestion, nlu.IntentUndo:
		return true
	case nlu.IntentActivity:
		return reading.Certain
	case nlu.IntentPlan, nlu.IntentCorrection, nlu.IntentGreeting, nlu.IntentOther:
	}
	return false
}

// cancel forgets what the bot waits for and the open draft: "/huy", "huỷ".
func (d *Desk) cancel(_ context.Context, r *Request) error {
	draft, ok, err := d.openDraft(r)
	if err != nil {
		return err
	}
	c, waiting, err := d.conversation(r)
	if err != nil {
		return err
	}
	switch {
	case waiting && c.Kind != talkOptions:
		return d.endTalk(r, c)
	case ok:
		return d.dropDraft(r, draft)
	case waiting:
		return d.endTalk(r, c)
	}
	return r.Reply(twinning.Say("cancel.nothing", nil))
}

// replied serves a reply to one of the bot's messages: words about the obligations that it names, or a correction of the
// card that it shows.
func (d *Desk) replied(ctx context.Context, r *Request) (done bool, err error) {
	subject, err := r.Work.SubjectOf(r.Chat, r.ReplyTo)
	if errors.Is(err, twinning.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, wrapStep("reply", err)
	}
	if done, err := d.aboutDuty(r, subject); done || err != nil {
		return done, err
	}
	kind, id, err := splitSubject(subject)
	if err != nil {
		return false, nil //nolint:nilerr // a message about something that takes no reply is like any other
	}
	switch kind {
	case "draft":
		draft, err := r.Work.Draft(twinning.DraftID(id))
		if errors.Is(err, twinning.ErrNotFound) {
			return true, r.Reply(twinning.Say("draft.gone", nil))
		}
		if err != nil {
			return false, wrapStep("draft", err)
		}
		if draft.Unit != r.Person.Unit && r.Person.Role != twinning.RoleCoordinator {
			return true, r.Reply(twinning.Say("draft.not_yours", twinning.Args{{"Unit", r.Work.UnitName(draft.Unit)}}))
		}
		return d.answerDraft(ctx, r, draft)
	case "activity":
		return d.activityWords(r, twinning.ActivityID(id))
	case "filing":
		return d.filingWords(r, twinning.FilingID(id))
	}
	return false, nil
}

func splitSubject(subject string) (kind string, id uint64, err error) {
	kind, number, _ := strings.Cut(strings.TrimPrefix(subject, retired), "/")
	id, err = strconv.ParseUint(number, 10, 64)
	return kind, id, wrapStep("subject", err)
}

// decode reads the data of a conversation.
func decode(c ledger.Conversation, into any) error {
	return wrapStep("conversation "+c.Kind, json.Unmarshal(c.Data, into))
}
