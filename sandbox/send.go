package sandbox

import (
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
)

// chatFor finds the chat of a parameter and refuses where the bot can't be at all. The lock is held.
func (s *Server) chatFor(id string) (*chat, *apiError) {
	if id == "" {
		return nil, bad("chat_id is empty")
	}
	n, err := strconv.ParseInt(id, 10, 64)
	if err != nil {
		return nil, bad("chat not found") // "@name" finds public channels only, and the sandbox has none
	}
	c := s.chats[n]
	switch {
	case c == nil:
		return nil, bad("chat not found")
	case c.migratedTo != 0:
		e := bad("group chat was upgraded to a supergroup chat")
		e.migrateTo = c.migratedTo
		return nil, e
	case c.kind == kindPrivate:
		return c, nil
	case c.bot == "":
		return nil, bad("chat not found")
	case c.bot == statusKicked:
		return nil, fail(http.StatusForbidden, "Forbidden: bot was kicked from the "+c.kind+" chat")
	case c.bot != statusMember:
		return nil, fail(http.StatusForbidden, "Forbidden: bot is not a member of the "+c.kind+" chat")
	}
	return c, nil
}

// target is chatFor a call that sends n messages: the person must have started and not blocked the bot, and the limits
// must allow it. The lock is held.
func (s *Server) target(id string, n int) (*chat, *apiError) {
	c, err := s.chatFor(id)
	if err != nil {
		return nil, err
	}
	if c.kind == kindPrivate {
		p := s.person(c.id)
		switch {
		case p.blocked:
			return nil, fail(http.StatusForbidden, "Forbidden: bot was blocked by the user")
		case !p.started:
			return nil, fail(http.StatusForbidden, "Forbidden: bot can't initiate conversation with a user")
		}
	}
	if s.o.EnforceLimits && n > 0 {
		if err := s.limits.take(s.o.Now(), c, n); err != nil {
			return nil, err
		}
	}
	return c, nil
}

// replyTo reads reply_parameters for the chat: the id of the message that is answered, or 0.
func replyTo(raw string, c *chat) (int, *apiError) {
	if raw == "" {
		return 0, nil
	}
	var r struct {
		ID      int  `json:"message_id"`
		Without bool `json:"allow_sending_without_reply"`
	}
	if err := json.Unmarshal([]byte(raw), &r); err != nil {
		return 0, bad("can't parse reply parameters JSON object")
	}
	if c.find(r.ID) != nil {
		return r.ID, nil
	}
	if r.Without {
		return 0, nil
	}
	return 0, bad("message to be replied not found")
}

// dress reads what every send has: reply_parameters and reply_markup.
func dress(c *call, to *chat, m *message) *apiError {
	var err *apiError
	if m.replyTo, err = replyTo(c.p.get("reply_parameters"), to); err != nil {
		return err
	}
	mk, err := readMarkup(c.p.get("reply_markup"))
	if err != nil {
		return err
	}
	m.markup, m.buttons, m.keyboard = mk.raw, mk.buttons, mk.keyboard
	return nil
}

// sendMessage is a method of the Bot API.
func (s *Server) sendMessage(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.p.get("text") == "" {
		return nil, bad("message text is empty")
	}
	text, entities, err := readText(c.p.values, messageText())
	if err != nil {
		return nil, err
	}
	if text == "" {
		return nil, bad("text must be non-empty")
	}
	m := &message{from: s.botID, text: text, entities: entities}
	return s.post(c, m)
}

// post checks the target and appends the bot's message. The lock is held.
func (s *Server) post(c *call, m *message) (any, *apiError) {
	to, err := s.target(c.p.get("chat_id"), 1)
	if err != nil {
		return nil, err
	}
	if err := dress(c, to, m); err != nil {
		return nil, err
	}
	s.add(to, m)
	return s.wireMessage(m), nil
}

// source finds the message that copyMessage or forwardMessage names. The lock is held.
func (s *Server) source(c *call, what string) (*message, *apiError) {
	from, err := s.chatFor(c.p.get("from_chat_id"))
	if err != nil {
		return nil, err
	}
	m := from.find(c.p.intOr("message_id", 0))
	if m == nil {
		return nil, bad("message to " + what + " not found")
	}
	if m.service != nil {
		return nil, bad("message can't be " + map[string]string{"copy": "copied", "forward": "forwarded"}[what])
	}
	return m, nil
}

// copyMessage is a method of the Bot API. It gives the new message's id only.
func (s *Server) copyMessage(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	src, err := s.source(c, "copy")
	if err != nil {
		return nil, err
	}
	m := &message{from: s.botID, text: src.text, entities: slices.Clone(src.entities), file: src.file, photo: src.photo}
	if _, given := c.p.values["caption"]; given && src.file != nil {
		if m.text, m.entities, err = readText(c.p.values, captionText()); err != nil {
			return nil, err
		}
	}
	if _, err := s.post(c, m); err != nil {
		return nil, err
	}
	return map[string]any{"message_id": m.id}, nil
}

// forwardMessage is a method of the Bot API.
func (s *Server) forwardMessage(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	src, err := s.source(c, "forward")
	if err != nil {
		return nil, err
	}
	from := &origin{user: src.from, date: src.date}
	if src.forward != nil {
		from = src.forward
	}
	m := &message{
		from: s.botID, text: src.text, entities: slices.Clone(src.entities), file: src.file, photo: src.photo, forward: from,
	}
	return s.post(c, m)
}

// sendChatAction is a method of the Bot API. The page shows nothing of it.
func (s *Server) sendChatAction(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if !slices.Contains([]string{
		"typing", "upload_photo", "record_video", "upload_video", "record_voice", "upload_voice", "upload_document",
		"choose_sticker", "find_location", "record_video_note", "upload_video_note",
	}, c.p.get("action")) {
		return nil, bad("wrong parameter action in request")
	}
	if _, err := s.target(c.p.get("chat_id"), 0); err != nil { // no message: counts for no limit
		return nil, err
	}
	return true, nil
}
