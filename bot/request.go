package bot

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// The languages that the bot speaks; a person of any other language is answered in Vietnamese.
const (
	langVI = "vi"
	langEN = "en"
)

// Kind says what an update is.
type Kind int

// The kinds of updates. The zero value is an update that no handler is for.
const (
	KindOther Kind = iota
	// KindMessage is a message with text, files or an unsupported content.
	KindMessage
	// KindEdited is a message that its author changed.
	KindEdited
	// KindPress is an inline button that somebody pressed (Bot API, CallbackQuery).
	KindPress
	// KindMember says that the bot or somebody else came, left or was blocked (Bot API, ChatMemberUpdated).
	KindMember
	// KindMigrated says that a group became a supergroup; the books already know the new id.
	KindMigrated
)

// Sender is who caused an update.
type Sender struct {
	// ID is also the id of the private chat with the bot.
	ID   twinning.ChatID
	Name string
	// Lang is "vi" or "en".
	Lang string
	Bot  bool
}

// Press is a pressed button.
type Press struct {
	QueryID string
	// Data is the callback data as it came; Prefix and Parts are what stands between its colons.
	Data   string
	Prefix string
	Parts  []string
	// Message is the id of the message that the button hangs on.
	Message int
}

// Member is a change of somebody's membership of a chat. Old and New are statuses of the Bot API: creator,
// administrator, member, restricted, left, kicked.
type Member struct {
	Who Sender
	// Me says that it is the bot itself; in a private chat "kicked" then means that it was blocked.
	Me       bool
	Old, New string
}

// Gone says whether the change took the member out of the chat.
func (m Member) Gone() bool { return m.New == "left" || m.New == "kicked" }

// Request is one update on its way to a handler, with the transaction that all its effects belong to.
type Request struct {
	// Now is the server's time, Sent the date of the message (of the edit, for an edited one).
	Now, Sent time.Time
	Kind      Kind
	// Chat is never 0. Group says that it is a group; ChatTitle is then its title.
	Chat      twinning.ChatID
	Group     bool
	ChatTitle string
	// Message is the id of the message that came, or of the one whose button was pressed.
	Message int
	From    Sender
	// Person is nil for a stranger; a person that is suspended or left is not nil.
	Person *twinning.Person
	// Text is the text or caption as NFC, trimmed, without an @mention of the bot at its start or end.
	Text string
	// Command is the command's name in lower case without diacritics, "" for none; Args is the text after it.
	Command, Args string
	// Mentioned says that a message of a group speaks to the bot: by @mention, command or reply.
	Mentioned bool
	// ReplyTo is the id of the message replied to if it is one of the bot's; ReplyAny is it whoever wrote it.
	ReplyTo, ReplyAny int
	Files             []twinning.FileRef
	// Album is the same for all messages of one album, "" outside albums.
	Album string
	// Unsupported names content that the bot has no use for: voice, audio, video, video_note, sticker, location,
	// contact, poll.
	Unsupported string
	Press       Press
	Member      Member
	MigratedTo  twinning.ChatID
	Work        *ledger.Work

	// username of the bot, for links.
	username string
	answered bool
}

// Actor returns who acts, for the books.
func (r *Request) Actor() ledger.Actor {
	a := ledger.Actor{Chat: r.Chat, Message: r.Message}
	if r.Person != nil {
		a.Person = *r.Person
	}
	return a
}

// Lang returns the language in which the sender is answered.
func (r *Request) Lang() string {
	if r.Person != nil && r.Person.Lang != "" {
		return r.Person.Lang
	}
	return r.From.Lang
}

// DeepLink returns the link that starts the bot with a code (of A-Z, a-z, 0-9, _ and -, at most 64; Bot API, deep
// linking).
func (r *Request) DeepLink(code string) string { return deepLink(r.username, code) }

// Reply queues an answer to the chat of the update; in a group as a reply to the message.
func (r *Request) Reply(m twinning.Message) error { return r.ReplySubject("", m) }

// ReplySubject is Reply, and links the sent message to the subject ("draft/12") so that replies to it and edits of it
// find each other.
func (r *Request) ReplySubject(subject string, m twinning.Message) error {
	d := r.delivery(ledger.OpSend)
	d.Subject, d.Message = subject, m
	if r.Group && r.Kind != KindMember {
		d.ReplyTo = r.Message
	}
	return r.queue(d)
}

// EditSubject changes the bot's message of the subject in this chat: the pressed message when a button was pressed, else
// the newest one that is linked to the subject. When there is none yet, or it can no longer be edited, the message is
// sent anew. It comes after whatever was queued for the chat before.
func (r *Request) EditSubject(subject string, m twinning.Message) error {
	d := r.delivery(ledger.OpEdit)
	d.Subject, d.Message = subject, m
	if r.Kind == KindPress {
		d.EditID = r.Press.Message
	}
	return r.queue(d)
}

// Answer shows a short text over the chat of whoever pressed (at most 200 characters; Bot API, answerCallbackQuery). A
// press that no handler answers is answered silently.
func (r *Request) Answer(key string, args twinning.Args) error { return r.answer(key, args, false) }

// Alert is Answer as a dialog that must be closed.
func (r *Request) Alert(key string, args twinning.Args) error { return r.answer(key, args, true) }

func (r *Request) answer(key string, args twinning.Args, alert bool) error {
	if r.Kind != KindPress || r.answered {
		return nil
	}
	d := r.delivery(ledger.OpAnswer)
	d.QueryID, d.Alert = r.Press.QueryID, alert
	if key != "" {
		d.Message = twinning.Say(key, args)
	}
	r.answered = true
	return r.queue(d)
}

// delivery returns a delivery to the chat of the update. Only one to a private chat names the person: a group that
// refuses the bot says nothing about who wrote there. What strangers are told goes out last, so that many of them hold
// nobody up.
func (r *Request) delivery(op string) ledger.Delivery {
	d := ledger.Delivery{Chat: r.Chat, Lang: r.Lang(), Class: ledger.ClassReply, Op: op}
	switch {
	case r.Person == nil:
		d.Class = ledger.ClassAnnouncement
	case !r.Group:
		d.Person = r.Person.ID
	}
	return d
}

// queue puts the delivery into the outbox. A button that Telegram would refuse is a mistake of the handler.
func (r *Request) queue(d ledger.Delivery) error {
	for _, row := range d.Message.Buttons {
		for _, b := range row {
			if !buttonFits(b) {
				return fmt.Errorf("reply: %w: %s", errButton, b.Label.Key)
			}
		}
	}
	if err := r.Work.Queue(d); err != nil {
		return fmt.Errorf("reply: %w", err)
	}
	return nil
}

// errButton says that a button has no data, too much of it, or data and a link.
var errButton = errors.New("button does not fit")

// identity is who the bot is at Telegram.
type identity struct {
	id       int64
	username string
}

// read turns an update into a request; nothing is looked up in the books yet. The kind is KindOther when no handler is
// for it, or when it has no chat to answer in.
func (me identity) read(u *tgUpdate) *Request {
	r := &Request{username: me.username, From: Sender{Lang: langVI}}
	switch {
	case u.Message != nil:
		me.readMessage(r, u.Message, KindMessage)
	case u.Edited != nil:
		me.readMessage(r, u.Edited, KindEdited)
	case u.Callback != nil:
		readPress(r, u.Callback)
	case u.MyChatMember != nil:
		me.readMember(r, u.MyChatMember)
	case u.ChatMember != nil:
		me.readMember(r, u.ChatMember)
	}
	if r.Chat == 0 || r.From.ID == 0 {
		r.Kind = KindOther
	}
	return r
}

func (me identity) readMessage(r *Request, m *tgMessage, kind Kind) {
	r.setChat(m.Chat, m.ID)
	r.From, r.Sent = m.From.sender(), unix(max(m.Date, m.EditDate))
	if m.MigrateTo != 0 {
		r.Kind, r.MigratedTo = KindMigrated, m.MigrateTo
		return
	}
	r.Files, r.Album, r.Unsupported = m.files(), m.Album, m.kind()
	r.Text, r.Mentioned = me.mention(m)
	if re := m.ReplyTo; re != nil {
		r.ReplyAny = re.ID
		if re.From != nil && re.From.ID == me.id {
			r.ReplyTo, r.Mentioned = re.ID, true
		}
	}
	if r.Text == "" && len(r.Files) == 0 && r.Unsupported == "" {
		return // a service message
	}
	name, addressee, args, ok := command(r.Text)
	if ok && addressee != "" && !strings.EqualFold(addressee, me.username) {
		return // another bot's
	}
	if ok {
		r.Command, r.Args, r.Mentioned = name, args, true
	}
	r.Kind = kind
}

// mention returns the words of the message without the bot's @name around them, and whether it was named.
func (me identity) mention(m *tgMessage) (words string, named bool) {
	words = m.words()
	for _, e := range m.Entities {
		named = named || e.User != nil && e.User.ID == me.id
	}
	// The fields are cut off as they were written: in small letters some are shorter.
	at, fields := "@"+me.username, strings.Fields(words)
	if me.username == "" || len(fields) == 0 {
		return words, named
	}
	for _, f := range fields {
		named = named || strings.EqualFold(strings.Trim(f, ",.:;!?()"), at)
	}
	if last := fields[len(fields)-1]; len(fields) > 1 && strings.EqualFold(last, at) {
		words = strings.TrimSpace(words[:len(words)-len(last)])
	}
	if strings.EqualFold(strings.Trim(fields[0], ",:"), at) {
		words = strings.TrimSpace(words[min(len(fields[0]), len(words)):])
	}
	return words, named
}

func readPress(r *Request, c *tgCallback) {
	r.From = c.From.sender()
	if c.Message == nil {
		return // a message of an inline query, which the bot never sends
	}
	r.setChat(c.Message.Chat, c.Message.ID)
	r.Kind = KindPress
	r.Press = Press{QueryID: c.ID, Data: c.Data, Message: c.Message.ID}
	r.Press.Prefix, r.Press.Parts = splitData(c.Data)
}

func (me identity) readMember(r *Request, u *tgMemberUpdate) {
	r.setChat(u.Chat, 0)
	r.From, r.Sent, r.Kind = u.From.sender(), unix(u.Date), KindMember
	r.Member = Member{Who: u.New.User.sender(), Me: u.New.User.ID == me.id, Old: u.Old.Status, New: u.New.Status}
}

func (r *Request) setChat(c tgChat, message int) {
	r.Chat, r.Group, r.ChatTitle, r.Message = twinning.ChatID(c.ID), c.group(), clean(c.Title), message
}
