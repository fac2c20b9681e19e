package sandbox

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"
)

// Message is a message as a phone shows it now.
type Message struct {
	ID      int
	Chat    int64
	From    int64
	FromBot bool
	// Name is the sender's name.
	Name string
	Date time.Time
	// Edited is the time of the last edit of text or caption; zero if never.
	Edited time.Time
	// Text is the plain text or the caption, without markup.
	Text string
	// HTML is the text as safe HTML for the page.
	HTML     string
	Entities []Entity
	Buttons  [][]Button
	// Keyboard is the reply keyboard that came with the message: each button says its text.
	Keyboard [][]string
	Photo    *FileInfo
	Document *FileInfo
	// MediaGroup is the same for all messages of an album; empty outside albums.
	MediaGroup string
	// ReplyTo is the id of the message that this one answers, in the same chat; 0 if none.
	ReplyTo int
	// Service says what happened, for a service message ("joined", "left", "migrated"); empty otherwise.
	Service string
	// ForwardFrom names the origin of a forwarded message.
	ForwardFrom string
	// Reactions are the emoji by which the bot reacted.
	Reactions []string
	// Version is the server's Version when the message last changed, so that a caller can wait for a later change.
	Version uint64
}

// Button is one inline button.
type Button struct {
	Text string
	// Data is the callback data; empty for a button that opens URL.
	Data string
	URL  string
	// Style is "", "primary", "success" or "danger".
	Style string
}

// FileInfo names a photo or document; DownloadFile gives its content.
type FileInfo struct {
	ID       string
	UniqueID string
	Name     string
	MIME     string
	Size     int
	// Width and Height are set for photos.
	Width, Height int
}

// message is a stored message. Its fields change under the server's lock only.
type message struct {
	id       int
	chat     *chat
	from     int64
	date     time.Time
	edited   time.Time
	text     string
	entities []Entity
	// markup is the inline keyboard as the bot gave it (checked, quirks removed); nil if none.
	markup json.RawMessage
	// buttons is markup, read.
	buttons   [][]Button
	keyboard  [][]string
	file      *file
	photo     bool
	group     string
	replyTo   int
	service   *service
	forward   *origin
	reactions []string
	version   uint64
}

// service is what a service message tells; one field is set.
type service struct {
	joined      []int64
	left        int64
	migrateTo   int64
	migrateFrom int64
}

// origin is where a forwarded message came from.
type origin struct {
	user int64
	date time.Time
}

// Messages is a snapshot of the chat as a phone would show it now: edits applied, deleted messages gone.
func (s *Server) Messages(chatID int64) []Message {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[chatID]
	if c == nil {
		return nil
	}
	out := make([]Message, len(c.messages))
	for i, m := range c.messages {
		out[i] = s.snapshot(m)
	}
	return out
}

func (s *Server) snapshot(m *message) Message {
	out := Message{
		ID: m.id, Chat: m.chat.id, From: m.from, FromBot: m.from == s.botID, Name: s.nameOf(m.from),
		Date: m.date, Edited: m.edited,
		Text: m.text, HTML: renderHTML(m.text, m.entities), Entities: append([]Entity(nil), m.entities...),
		Buttons: cloneButtons(m.buttons), Keyboard: m.keyboard,
		MediaGroup: m.group, ReplyTo: m.replyTo, Reactions: append([]string(nil), m.reactions...), Version: m.version,
	}
	if m.file != nil {
		info := m.file.info
		if m.photo {
			out.Photo = &info
		} else {
			out.Document = &info
		}
	}
	if m.forward != nil {
		out.ForwardFrom = s.nameOf(m.forward.user)
	}
	if sv := m.service; sv != nil {
		switch {
		case len(sv.joined) > 0:
			out.Service, out.Text = "joined", s.nameOf(sv.joined[0])
		case sv.left != 0:
			out.Service, out.Text = "left", s.nameOf(sv.left)
		default:
			out.Service = "migrated"
		}
	}
	return out
}

func cloneButtons(rows [][]Button) [][]Button {
	out := make([][]Button, len(rows))
	for i, row := range rows {
		out[i] = append([]Button(nil), row...)
	}
	return out
}

func (s *Server) nameOf(id int64) string {
	if id == s.botID {
		return s.o.Name
	}
	return s.actor(id).Name()
}

// String prints the message on one line for test failures: id, sender, text, buttons.
func (m Message) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "#%d %s: %q", m.ID, m.Name, m.Text)
	if m.Photo != nil {
		b.WriteString(" [photo]")
	}
	if m.Document != nil {
		fmt.Fprintf(&b, " [document %s]", m.Document.Name)
	}
	if m.Service != "" {
		fmt.Fprintf(&b, " [%s]", m.Service)
	}
	for _, row := range m.Buttons {
		for _, button := range row {
			fmt.Fprintf(&b, " [%s]", button.Text)
		}
	}
	return b.String()
}
