package sandbox

import (
	"net/http"
	"slices"
	"unicode/utf8"
)

// memberStatus is the person's or the bot's status in the group.
func (s *Server) memberStatus(c *chat, id int64) string {
	switch {
	case id == s.botID && c.bot == statusMember && c.botAdmin:
		return statusAdministrator
	case id == s.botID:
		return c.bot
	case id == c.owner():
		return statusCreator
	case slices.Contains(c.members, id):
		return statusMember
	}
	return statusLeft
}

// getChat is a method of the Bot API.
func (s *Server) getChat(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, err := s.chatFor(c.p.get("chat_id"))
	if err != nil {
		return nil, err
	}
	w := s.wireChat(in)
	if in.kind == kindPrivate && !s.person(in.id).started {
		return nil, bad("chat not found")
	}
	out := map[string]any{
		"id": w.ID, "type": w.Type, "accent_color_id": 0, "max_reaction_count": 11,
		"accepted_gift_types": map[string]bool{
			"unlimited_gifts": false, "limited_gifts": false, "unique_gifts": false, "premium_subscription": false,
			"gifts_from_channels": false,
		},
	}
	for key, value := range map[string]string{
		"title": w.Title, "first_name": w.FirstName, "last_name": w.LastName, "username": w.Username,
	} {
		if value != "" {
			out[key] = value
		}
	}
	return out, nil
}

// groupFor is chatFor a method that works in groups only.
func (s *Server) groupFor(c *call, private string) (*chat, *apiError) {
	in, err := s.chatFor(c.p.get("chat_id"))
	if err != nil {
		return nil, err
	}
	if in.kind == kindPrivate {
		return nil, bad(private)
	}
	return in, nil
}

// getChatMember is a method of the Bot API. In a private chat there are two members.
func (s *Server) getChatMember(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, err := s.chatFor(c.p.get("chat_id"))
	if err != nil {
		return nil, err
	}
	id := int64(c.p.intOr("user_id", 0))
	known := s.person(id) != nil || id == s.botID
	switch {
	case id == 0:
		return nil, bad("invalid user_id specified")
	case !known, in.kind == kindPrivate && id != in.id && id != s.botID:
		return nil, bad("PARTICIPANT_ID_INVALID")
	case in.kind == kindPrivate:
		return memberObject(s.wireUser(id), statusMember), nil
	}
	return memberObject(s.wireUser(id), s.memberStatus(in, id)), nil
}

// getChatAdministrators is a method of the Bot API: other bots aside, so this bot shows only with return_bots.
func (s *Server) getChatAdministrators(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, err := s.groupFor(c, "there are no administrators in the private chat")
	if err != nil {
		return nil, err
	}
	out := []map[string]any{}
	if owner := in.owner(); owner != 0 {
		out = append(out, memberObject(s.wireUser(owner), statusCreator))
	}
	if in.botAdmin {
		out = append(out, memberObject(s.wireUser(s.botID), statusAdministrator))
	}
	return out, nil
}

// getChatMemberCount is a method of the Bot API; the bot counts too.
func (s *Server) getChatMemberCount(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, err := s.chatFor(c.p.get("chat_id"))
	if err != nil {
		return nil, err
	}
	if in.kind == kindPrivate {
		return 2, nil
	}
	return len(in.members) + 1, nil
}

// leaveChat is a method of the Bot API.
func (s *Server) leaveChat(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	in, err := s.groupFor(c, "chat member status can't be changed in private chats")
	if err != nil {
		return nil, err
	}
	s.add(in, &message{from: s.botID, service: &service{left: s.botID}})
	in.bot = statusLeft
	by := Person{ID: s.botID, FirstName: s.o.Name, Username: s.o.Username}
	s.tellBotMember(in, by, statusMember, statusLeft)
	return true, nil
}

// maxAnswer is the longest text of a callback answer, in characters (answerCallbackQuery).
const maxAnswer = 200

// answerCallbackQuery is a method of the Bot API.
func (s *Server) answerCallbackQuery(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	q := s.queries[c.p.get("callback_query_id")]
	if q == nil || s.o.Now().Sub(q.asked) > queryLife {
		return nil, bad("query is too old and response timeout expired or query ID is invalid")
	}
	text := c.p.get("text")
	if utf8.RuneCountInString(text) > maxAnswer {
		return nil, bad("MESSAGE_TOO_LONG")
	}
	if url := c.p.get("url"); url != "" && !buttonURL(url) {
		return nil, fail(http.StatusBadRequest, "Bad Request: URL_INVALID")
	}
	q.Answered, q.Text, q.Alert, q.URL = true, text, c.p.boolean("show_alert"), c.p.get("url")
	s.touch()
	return true, nil
}
