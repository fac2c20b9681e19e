package sandbox

import (
	"encoding/json"
	"fmt"
	"strconv"
	"strings"
	"time"
)

// SayOption changes how a person says something.
type SayOption func(*message)

// ReplyTo makes the message an answer to another one of the same chat.
func ReplyTo(messageID int) SayOption {
	return func(m *message) { m.replyTo = messageID }
}

// At dates the message, for one written while the phone was offline or the bot was down.
func At(date time.Time) SayOption {
	return func(m *message) { m.date = date }
}

// Say makes a person write a text into a chat; chat is the person's own id for the private chat with the bot. The
// update carries the entities that Telegram finds (commands, mentions, links), with offsets in UTF-16 units.
func (s *Server) Say(personID, chatID int64, text string, opts ...SayOption) (Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, c, err := s.speaker(personID, chatID)
	if err != nil {
		return Message{}, err
	}
	text = strings.TrimSpace(text)
	if err := checkLength("text", text, maxText); err != nil {
		return Message{}, err
	}
	if text == "" {
		return Message{}, fmt.Errorf("text: %w: empty", ErrInvalid)
	}
	m := &message{from: p.ID, text: text, entities: detectEntities(text)}
	for _, opt := range opts {
		opt(m)
	}
	if m.replyTo != 0 && c.find(m.replyTo) == nil {
		return Message{}, fmt.Errorf("message %d of chat %d: %w", m.replyTo, chatID, ErrNotFound)
	}
	if c.kind == kindPrivate {
		p.started = true
	}
	s.add(c, m)
	s.tell(c, m)
	return s.snapshot(m), nil
}

// Edit makes a person change the text or caption of an own message; the bot gets edited_message.
func (s *Server) Edit(personID, chatID int64, messageID int, text string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, c, err := s.speaker(personID, chatID)
	if err != nil {
		return err
	}
	m := c.find(messageID)
	if m == nil || m.from != p.ID || m.service != nil {
		return fmt.Errorf("message %d of person %d: %w", messageID, personID, ErrNotFound)
	}
	limit := maxText
	if m.file != nil {
		limit = maxCaption
	}
	text = strings.TrimSpace(text)
	if err := checkLength("text", text, limit); err != nil {
		return err
	}
	if text == "" && m.file == nil {
		return fmt.Errorf("text: %w: empty", ErrInvalid)
	}
	m.text, m.entities = text, detectEntities(text)
	m.edited = s.o.Now()
	s.touch()
	m.version = s.version
	if s.sees(c, m) {
		s.enqueue("edited_message", s.wireMessage(m))
	}
	return nil
}

// Delete makes a person delete a message for everybody. Telegram doesn't tell bots.
func (s *Server) Delete(personID, chatID int64, messageID int) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	_, c, err := s.speaker(personID, chatID)
	if err != nil {
		return err
	}
	if c.find(messageID) == nil {
		return fmt.Errorf("message %d of chat %d: %w", messageID, chatID, ErrNotFound)
	}
	c.remove(messageID)
	s.touch()
	return nil
}

// File is something a person sends. Photo sends it as a photo instead of a document.
type File struct {
	Name, MIME string
	Data       []byte
	Photo      bool
}

// maxAlbum is the most files of one album on Telegram.
const maxAlbum = 10

// SendFiles makes a person send one file, or several as an album: one update each, the same media_group_id, the caption
// on the first. Photos and documents can't be mixed in one album, as on a phone.
func (s *Server) SendFiles(personID, chatID int64, caption string, files ...File) ([]Message, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, c, err := s.speaker(personID, chatID)
	if err != nil {
		return nil, err
	}
	caption = strings.TrimSpace(caption)
	if err := checkLength("caption", caption, maxCaption); err != nil {
		return nil, err
	}
	if err := checkAlbum(files); err != nil {
		return nil, err
	}
	if c.kind == kindPrivate {
		p.started = true
	}
	group := ""
	if len(files) > 1 {
		group = s.newMediaGroup()
	}
	var out []Message
	for i, f := range files {
		m := &message{from: p.ID, file: s.files.put(f), photo: f.Photo, group: group}
		if i == 0 {
			m.text, m.entities = caption, detectEntities(caption)
		}
		s.add(c, m)
		s.tell(c, m)
		out = append(out, s.snapshot(m))
	}
	return out, nil
}

func checkAlbum(files []File) error {
	if len(files) == 0 || len(files) > maxAlbum {
		return fmt.Errorf("album: %w: %d files, must be 1 to %d", ErrInvalid, len(files), maxAlbum)
	}
	for _, f := range files {
		switch {
		case f.Photo != files[0].Photo:
			return fmt.Errorf("file %s: %w: photos and documents in one album", f.Name, ErrInvalid)
		case len(f.Data) == 0:
			return fmt.Errorf("file %s: %w: empty", f.Name, ErrInvalid)
		case len(f.Data) > maxUpload, f.Photo && len(f.Data) > maxPhoto:
			return fmt.Errorf("file %s: %w: %d bytes", f.Name, ErrInvalid, len(f.Data))
		}
	}
	return nil
}

func (s *Server) newMediaGroup() string {
	s.lastGrp++
	return fmt.Sprintf("1400000%07d", s.lastGrp)
}

// Inject queues any update for the bot: an unknown kind or a malformed one. If raw is a JSON object, update_id is added
// (or replaced); anything else is delivered as it is, which only a poller that reads raw JSON survives.
func (s *Server) Inject(raw json.RawMessage) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.queue.add(func(id int64) json.RawMessage {
		var object map[string]json.RawMessage
		if json.Unmarshal(raw, &object) == nil && object != nil {
			object["update_id"] = json.RawMessage(strconv.FormatInt(id, 10))
			if out, err := json.Marshal(object); err == nil {
				return out
			}
		}
		return raw
	})
	s.touch()
}
