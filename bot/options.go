package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/twinning"
)

// optionsTalk is what the last message with a choice offered, so that "2" chooses its second button.
type optionsTalk struct {
	// Data is the callback data of the buttons, in order.
	Data []string `json:"data,omitempty"`
	// Nearest are the questions that the words may have meant, Text the words.
	Nearest []nlu.Question `json:"nearest,omitempty"`
	Text    string         `json:"text,omitempty"`
	// Message is where the words stand, so that a draft made of them follows their edits.
	Message int `json:"message,omitempty"`
}

// offer shows a message whose buttons can also be chosen by typing their number. Files that are waited for, or at hand,
// stay so: then only the buttons choose.
func (d *Desk) offer(r *Request, m twinning.Message, talk optionsTalk) error {
	if err := d.keepOptions(r, m, talk); err != nil {
		return err
	}
	return d.replace(r, "", m)
}

// choices lets the buttons of a message be chosen by number, as offer does, and leaves showing it to the caller.
func (d *Desk) choices(r *Request, m twinning.Message) error {
	return d.keepOptions(r, m, optionsTalk{})
}

// keepOptions remembers the buttons of a message for whoever types their number.
func (d *Desk) keepOptions(r *Request, m twinning.Message, talk optionsTalk) error {
	c, waiting, err := d.conversation(r)
	if err != nil || waiting && (c.Kind == talkFile || c.Kind == talkFiled) {
		return err
	}
	talk.Data = dataOf(m)
	return d.converse(r, talkOptions, talk)
}

// dataOf returns the callback data of a message's buttons in the order in which they are read.
func dataOf(m twinning.Message) []string {
	var data []string
	for _, row := range m.Buttons {
		for _, b := range row {
			data = append(data, b.Data)
		}
	}
	return data
}

// conversation returns what the bot waits for from the sender in this chat, and whether it waits at all. What another
// version of the program asked, and this one can't read, counts as nothing.
func (d *Desk) conversation(r *Request) (ledger.Conversation, bool, error) {
	c, err := r.Work.Conversation(r.Chat, r.personID())
	if errors.Is(err, twinning.ErrNotFound) {
		return c, false, nil
	}
	return c, err == nil && readable(c), wrapStep("conversation", err)
}

// readable says whether the data of a conversation are of the shape that this version of the program keeps for its kind.
func readable(c ledger.Conversation) bool {
	var data any
	switch c.Kind {
	case talkStranger, talkGroup:
		return true
	case talkDispute, talkVoid, talkRevise:
		data = &activityTalk{}
	case talkOptions, talkJoin:
		data = &optionsTalk{}
	case talkFile, talkFiled, talkPages, talkHelped:
		data = &fileTalk{}
	case talkSnooze, talkDelegate, talkUntil, talkDisclaim, talkWaive:
		data = &dutyTalk{}
	case talkStaff:
		data = &staffTalk{}
	case talkRating:
		data = &ratingTalk{}
	case talkAway:
		data = &awayTalk{}
	case talkReason:
		data = &reasonTalk{}
	case talkFollow:
		data = &followTalk{}
	case talkAnnounce:
		data = &announceTalk{}
	default:
		return false
	}
	return decode(c, data) == nil
}

// chosen serves the number of a choice. done is false when the words are no such number.
func (d *Desk) chosen(ctx context.Context, r *Request, data []string) (done bool, err error) {
	n, err := strconv.Atoi(r.Text)
	if err != nil || n < 1 || n > len(data) {
		return false, nil //nolint:nilerr // words that are no number choose nothing
	}
	return true, d.pressTyped(ctx, r, data[n-1])
}

// pressTyped serves words that stand for a button.
func (d *Desk) pressTyped(ctx context.Context, r *Request, data string) error {
	r.Press.Prefix, r.Press.Parts = splitData(data)
	h, ok := d.presses()[r.Press.Prefix]
	if !ok {
		return fmt.Errorf("option %s: %w", r.Press.Prefix, twinning.ErrNotFound)
	}
	return h(ctx, r)
}

// notice tells one text: as a dialog to whoever pressed a button, as a message to whoever wrote.
func (d *Desk) notice(r *Request, key string, args twinning.Args) error {
	if r.Kind == KindPress {
		return r.Alert(key, args)
	}
	return r.Reply(twinning.Say(key, args))
}

func (d *Desk) stale(r *Request) error { return d.notice(r, "error.stale_button", nil) }

// forgetOptions ends a choice that something newer has taken the place of.
func (d *Desk) forgetOptions(r *Request) error {
	c, waiting, err := d.conversation(r)
	if err != nil || !waiting || c.Kind != talkOptions {
		return err
	}
	return wrapStep("options", r.Work.EndConversation(r.Chat, r.personID()))
}

// retire takes the buttons off the bot's messages of a subject in this chat, the pressed one aside: what can be done now
// stands on a newer message. The messages keep a link to the subject's id, so that a reply to them still finds it.
func (d *Desk) retire(r *Request, subject string, m twinning.Message) error {
	if subject == "" {
		return nil
	}
	refs, err := r.Work.MessagesOf(subject)
	if err != nil {
		return wrapStep("retire", err)
	}
	sent := false
	for _, ref := range refs {
		if ref.Chat != r.Chat {
			continue
		}
		sent = true
		if r.Kind == KindPress && ref.ID == r.Press.Message {
			continue
		}
		old := r.delivery(ledger.OpEdit)
		old.EditID, old.Subject, old.Message = ref.ID, retired+subject, m
		if err := r.queue(old); err != nil {
			return err
		}
	}
	if sent || r.Kind == KindPress {
		return nil
	}
	// It is still on its way: this waits for it.
	old := r.delivery(ledger.OpEdit)
	old.Subject, old.Message = subject, m
	return r.queue(old)
}

// retired begins the subject of messages that were replaced by newer ones.
const retired = "old-"

// named returns the one unit that the words name. When they name none, or fit several, that is answered here and done is
// true; format makes the callback data of the choice, with %s for the key.
func (d *Desk) named(r *Request, words, format string) (key twinning.UnitKey, done bool, err error) {
	mentions, ambiguous := d.reader.Units(words)
	switch {
	case len(mentions) > 0:
		return mentions[0].Key, false, nil
	case len(ambiguous) > 0:
		return "", true, d.whichUnit(r, ambiguous[0].Candidates, format)
	}
	return "", true, r.Reply(twinning.Say("unit.unknown", twinning.Args{{"Text", twinning.Text(shortened(words))}}))
}

// whichUnit asks which of the units that a name fits is meant; format makes the callback data, with %s for the key.
func (d *Desk) whichUnit(r *Request, keys []twinning.UnitKey, format string) error {
	return d.offer(r, twinning.Message{
		Lines: []twinning.Line{say("unit.which")}, Buttons: d.unitButtons(r, upTo(keys, unitsOffered), format),
	}, optionsTalk{})
}

// unitsOffered is how many units a choice by button names.
const unitsOffered = 12

// shortened cuts quoted words to what fits into a line.
func shortened(words string) string {
	const most = 60
	if runes := []rune(words); len(runes) > most {
		return string(runes[:most]) + "…"
	}
	return words
}

// readable says whether the sender may see the unit, and says no if not. The province's totals are open to everybody in
// the programme.
func (d *Desk) readable(r *Request, unit twinning.UnitKey) (bool, error) {
	u, err := r.Work.Unit(unit)
	if err != nil {
		return false, wrapStep("read", err)
	}
	may, err := r.Work.MayRead(*r.Person, unit)
	if err != nil {
		return false, wrapStep("read", err)
	}
	if may || u.Role == twinning.RoleIssuer {
		return true, nil
	}
	key := "error.scope"
	if overseer, err := r.Work.Unit(r.Person.Unit); err == nil && overseer.Role == twinning.RoleOverseer {
		key = "error.scope_border"
	}
	return false, d.notice(r, key, twinning.Args{{"Unit", twinning.Text(u.Name)}})
}

// year reads a part of callback data as a year that the programme can speak of, or takes the present one.
func (d *Desk) year(r *Request, part int) int {
	now := d.programme.Today(r.Now).Year()
	y, err := strconv.Atoi(r.Press.Part(part))
	if err != nil || y < d.programme.From || y > now+1 {
		return now
	}
	return y
}

// typedYear splits a year off the end of what was typed behind a command; it is 0 where none was. A year that the books
// don't have, before the programme or after last, is answered, and done is true.
func (d *Desk) typedYear(r *Request, last int) (words []string, year int, done bool, err error) {
	words = strings.Fields(r.Args)
	if len(words) == 0 {
		return words, 0, false, nil
	}
	end := words[len(words)-1]
	y, bad := strconv.Atoi(end)
	switch {
	case bad != nil, len(end) != len("2027"):
		return words, 0, false, nil //nolint:nilerr // it is the end of a name
	case y < d.programme.From || y > last:
		return words, 0, true, r.Reply(twinning.Say("year.unknown", twinning.Args{
			{"Year", yearText(y)}, {"First", yearText(d.programme.From)}, {"Last", yearText(last)},
		}))
	}
	return words[:len(words)-1], y, false, nil
}

// upTo returns the first n elements, or all when there are fewer.
func upTo[T any](list []T, n int) []T { return slices.Clip(list[:min(len(list), n)]) }
