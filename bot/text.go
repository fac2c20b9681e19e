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
	// talkGroup waits for the unit that a group belongs to.
	talkGroup = "group"
)

// text serves a message of words: an answer to what the bot asked, a correction of the card that it replies to, or
// something new.
func (d *Desk) text(ctx context.Context, r *Request) error {
	if done, err := d.continued(ctx, r); done || err != nil {
		return err
	}
	if r.ReplyTo != 0 {
		if done, err := d.replied(ctx, r); done || err != nil {
			return err
		}
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
	switch reading.Intent {
	case nlu.IntentActivity:
		return d.newDraft(r, reading)
	case nlu.IntentPlan:
		return r.Reply(twinning.Say("text.plan", nil))
	case nlu.IntentQuestion:
		return d.ask(ctx, r)
	case nlu.IntentUndo:
		return d.undo(ctx, r)
	case nlu.IntentGreeting:
		return d.help(ctx, r)
	case nlu.IntentCorrection:
		return d.correctLatest(r)
	case nlu.IntentOther:
	}
	return d.lost(r)
}

// lost says that nothing was understood and offers the nearest questions; a press finds them in the conversation.
func (d *Desk) lost(r *Request) error {
	m := twinning.Say("text.lost", nil)
	nearest := d.reader.Nearest(r.Text, d.today(r))
	for i, q := range nearest {
		m.Buttons = append(m.Buttons, []twinning.Button{{
			Label: d.questionLabel(r, q), Data: "ask:" + strconv.Itoa(i),
		}})
	}
	m.Buttons = append(m.Buttons, []twinning.Button{press("button.help", "help")})
	if err := d.converse(r, talkOptions, nearest); err != nil {
		return err
	}
	return r.Reply(m)
}

// continued serves an answer to what the bot waits for; done is false when it waits for nothing, or when the words are
// plainly something else.
func (d *Desk) continued(ctx context.Context, r *Request) (done bool, err error) {
	c, err := r.Work.Conversation(r.Chat, r.Person.ID)
	if errors.Is(err, twinning.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, wrapStep("conversation", err)
	}
	switch c.Kind {
	case talkDispute:
		return true, d.disputeNumbers(r, c)
	case talkVoid:
		return true, d.voidReason(r, c)
	case talkRevise:
		return true, d.reviseWords(r, c)
	case talkFiled:
		return d.filedAnswer(ctx, r, c)
	case talkFile:
		if d.said("words.drop", r.Text) {
			return true, d.cancel(ctx, r)
		}
	case talkGroup:
		return true, d.groupUnit(r)
	}
	return false, nil
}

// cancel forgets what the bot waits for and the open draft: "/huy", "huỷ".
func (d *Desk) cancel(_ context.Context, r *Request) error {
	if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
		return wrapStep("cancel", err)
	}
	draft, ok, err := d.openDraft(r)
	if err != nil {
		return err
	}
	if ok {
		return d.dropDraft(r, draft.ID)
	}
	return r.Reply(twinning.Say("cancel.done", nil))
}

// replied serves a reply to one of the bot's messages: a correction of the card that it shows.
func (d *Desk) replied(ctx context.Context, r *Request) (done bool, err error) {
	subject, err := r.Work.SubjectOf(r.Chat, r.ReplyTo)
	if errors.Is(err, twinning.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, wrapStep("reply", err)
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
		return d.answerDraft(ctx, r, draft)
	case "activity":
		return true, d.correctActivity(r, twinning.ActivityID(id), r.Text)
	}
	return false, nil
}

func splitSubject(subject string) (kind string, id uint64, err error) {
	kind, number, _ := strings.Cut(subject, "/")
	id, err = strconv.ParseUint(number, 10, 64)
	return kind, id, wrapStep("subject", err)
}

// openDraft returns the newest draft of the sender in this chat that was touched within the life of a conversation.
func (d *Desk) openDraft(r *Request) (twinning.Draft, bool, error) {
	drafts, err := r.Work.DraftsOf(r.Person.ID)
	if err != nil {
		return twinning.Draft{}, false, wrapStep("drafts", err)
	}
	i := slices.IndexFunc(drafts, func(x twinning.Draft) bool {
		return x.Chat == r.Chat && r.Now.Sub(x.Updated) < conversationLife
	})
	if i < 0 {
		return twinning.Draft{}, false, nil
	}
	return drafts[i], true, nil
}

// decode reads the data of a conversation.
func decode(c ledger.Conversation, into any) error {
	return wrapStep("conversation "+c.Kind, json.Unmarshal(c.Data, into))
}
