package sandbox

import (
	"bytes"
	"encoding/json"
	"slices"
	"time"
)

// deleteLife is how long after sending a message can be deleted (deleteMessage).
const deleteLife = 48 * time.Hour

// editable finds the bot's message that an edit method names. The lock is held.
func (s *Server) editable(c *call) (*message, *apiError) {
	if c.p.get("inline_message_id") != "" {
		return nil, bad("MESSAGE_ID_INVALID") // the sandbox has no inline mode
	}
	in, err := s.chatFor(c.p.get("chat_id"))
	if err != nil {
		return nil, err
	}
	if c.p.get("message_id") == "" {
		return nil, bad("message identifier is not specified")
	}
	m := in.find(c.p.intOr("message_id", 0))
	switch {
	case m == nil:
		return nil, bad("message to edit not found")
	case m.from != s.botID || m.forward != nil || m.service != nil:
		return nil, bad("message can't be edited")
	}
	return m, nil
}

// change applies an edit, refusing one that changes nothing. An edit without reply_markup takes the buttons away.
func (s *Server) change(c *call, m *message, text string, entities []Entity) (any, *apiError) {
	mk, err := readMarkup(c.p.get("reply_markup"))
	if err != nil {
		return nil, err
	}
	if mk.keyboard != nil {
		return nil, bad("inline keyboard expected")
	}
	sameText := m.text == text && slices.Equal(m.entities, entities)
	if sameText && sameJSON(m.markup, mk.raw) {
		return nil, bad("message is not modified: specified new message content and reply markup are exactly the same as a current content and reply markup of the message")
	}
	if !sameText {
		m.edited = s.o.Now()
	}
	m.text, m.entities, m.markup, m.buttons = text, entities, mk.raw, mk.buttons
	s.touch()
	m.version = s.version
	return s.wireMessage(m), nil
}

func sameJSON(a, b json.RawMessage) bool {
	return bytes.Equal(a, b) // both were written by readInline, with sorted keys
}

// editMessageText is a method of the Bot API.
func (s *Server) editMessageText(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if c.p.get("text") == "" {
		return nil, bad("message text is empty")
	}
	text, entities, err := readText(c.p.values, messageText())
	if err != nil {
		return nil, err
	}
	m, err := s.editable(c)
	switch {
	case err != nil:
		return nil, err
	case text == "":
		return nil, bad("text must be non-empty")
	case m.file != nil:
		return nil, bad("there is no text in the message to edit")
	}
	return s.change(c, m, text, entities)
}

// editMessageCaption is a method of the Bot API. An absent caption takes the caption away.
func (s *Server) editMessageCaption(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, entities, err := readText(c.p.values, captionText())
	if err != nil {
		return nil, err
	}
	m, err := s.editable(c)
	switch {
	case err != nil:
		return nil, err
	case m.file == nil:
		return nil, bad("there is no caption in the message to edit")
	}
	return s.change(c, m, text, entities)
}

// editMessageReplyMarkup is a method of the Bot API.
func (s *Server) editMessageReplyMarkup(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	m, err := s.editable(c)
	if err != nil {
		return nil, err
	}
	return s.change(c, m, m.text, m.entities)
}

// deleteMessage is a method of the Bot API: within 48 hours; in groups others' messages only as an administrator.
func (s *Server) deleteMessage(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, err := s.chatFor(c.p.get("chat_id"))
	if err != nil {
		return nil, err
	}
	if c.p.get("message_id") == "" {
		return nil, bad("message identifier is not specified")
	}
	m := in.find(c.p.intOr("message_id", 0))
	switch {
	case m == nil:
		return nil, bad("message to delete not found")
	case s.o.Now().Sub(m.date) > deleteLife:
		return nil, bad("message can't be deleted for everyone")
	case m.from != s.botID && in.kind != kindPrivate && !in.botAdmin:
		return nil, bad("message can't be deleted")
	}
	in.remove(m.id)
	s.touch()
	return true, nil
}

// setMessageReaction is a method of the Bot API: one emoji at most, as for every bot that isn't premium.
func (s *Server) setMessageReaction(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, err := s.chatFor(c.p.get("chat_id"))
	if err != nil {
		return nil, err
	}
	m := in.find(c.p.intOr("message_id", 0))
	if m == nil {
		return nil, bad("message to react not found")
	}
	var reactions []struct {
		Type  string `json:"type"`
		Emoji string `json:"emoji"`
	}
	if raw := c.p.get("reaction"); raw != "" {
		if json.Unmarshal([]byte(raw), &reactions) != nil {
			return nil, bad("can't parse reaction types JSON object")
		}
	}
	if len(reactions) > 1 {
		return nil, bad("REACTIONS_TOO_MANY")
	}
	m.reactions = nil
	for _, r := range reactions {
		if r.Type != "emoji" || !slices.Contains(reactionEmoji(), r.Emoji) {
			return nil, bad("REACTION_INVALID")
		}
		m.reactions = append(m.reactions, r.Emoji)
	}
	s.touch()
	m.version = s.version
	return true, nil
}

// reactionEmoji are the emoji of ReactionTypeEmoji that every chat allows, without the rarely used rest.
func reactionEmoji() []string {
	return []string{
		"👍", "👎", "❤", "🔥", "🥰", "👏", "😁", "🤔", "🤯", "😱", "😢", "🎉", "🤩", "🙏", "👌", "🕊", "🤡", "🥱", "❤‍🔥", "💯", "⚡", "🏆",
		"🤝", "✍", "🤗", "🫡", "👀", "🆒", "😎", "👨‍💻", "🤷", "💊", "😍", "🤓",
	}
}
