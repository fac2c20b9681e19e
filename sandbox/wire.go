package sandbox

import "encoding/json"

// The structures of this file are the Bot API's objects as they go over the wire.

type wireUser struct {
	ID        int64  `json:"id"`
	IsBot     bool   `json:"is_bot"`
	FirstName string `json:"first_name"`
	LastName  string `json:"last_name,omitempty"`
	Username  string `json:"username,omitempty"`
	Lang      string `json:"language_code,omitempty"`
}

type wireChat struct {
	ID        int64  `json:"id"`
	Type      string `json:"type"`
	Title     string `json:"title,omitempty"`
	FirstName string `json:"first_name,omitempty"`
	LastName  string `json:"last_name,omitempty"`
	Username  string `json:"username,omitempty"`
}

type wireMessage struct {
	ID              int             `json:"message_id"`
	From            *wireUser       `json:"from,omitempty"`
	Chat            wireChat        `json:"chat"`
	Date            int64           `json:"date"`
	EditDate        int64           `json:"edit_date,omitempty"`
	ForwardOrigin   *wireOrigin     `json:"forward_origin,omitempty"`
	ReplyTo         *wireMessage    `json:"reply_to_message,omitempty"`
	MediaGroup      string          `json:"media_group_id,omitempty"`
	Text            string          `json:"text,omitempty"`
	Entities        []Entity        `json:"entities,omitempty"`
	Caption         string          `json:"caption,omitempty"`
	CaptionEntities []Entity        `json:"caption_entities,omitempty"`
	Photo           []wirePhoto     `json:"photo,omitempty"`
	Document        *wireDocument   `json:"document,omitempty"`
	NewMembers      []wireUser      `json:"new_chat_members,omitempty"`
	LeftMember      *wireUser       `json:"left_chat_member,omitempty"`
	MigrateTo       int64           `json:"migrate_to_chat_id,omitempty"`
	MigrateFrom     int64           `json:"migrate_from_chat_id,omitempty"`
	ReplyMarkup     json.RawMessage `json:"reply_markup,omitempty"`
}

type wireOrigin struct {
	Type string   `json:"type"`
	Date int64    `json:"date"`
	User wireUser `json:"sender_user"`
}

type wirePhoto struct {
	ID       string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	Width    int    `json:"width"`
	Height   int    `json:"height"`
	Size     int    `json:"file_size,omitempty"`
}

type wireDocument struct {
	ID       string `json:"file_id"`
	UniqueID string `json:"file_unique_id"`
	Name     string `json:"file_name,omitempty"`
	MIME     string `json:"mime_type,omitempty"`
	Size     int    `json:"file_size,omitempty"`
}

type wireCallback struct {
	ID       string      `json:"id"`
	From     wireUser    `json:"from"`
	Message  wireMessage `json:"message"`
	Instance string      `json:"chat_instance"`
	Data     string      `json:"data"`
}

type wireMemberUpdate struct {
	Chat wireChat       `json:"chat"`
	From wireUser       `json:"from"`
	Date int64          `json:"date"`
	Old  map[string]any `json:"old_chat_member"`
	New  map[string]any `json:"new_chat_member"`
}

func wirePerson(p Person) wireUser {
	return wireUser{ID: p.ID, FirstName: p.FirstName, LastName: p.LastName, Username: p.Username, Lang: p.Lang}
}

// wireUser is the bot or a person as a User object.
func (s *Server) wireUser(id int64) wireUser {
	if id == s.botID {
		return wireUser{ID: id, IsBot: true, FirstName: s.o.Name, Username: s.o.Username}
	}
	return wirePerson(s.actor(id))
}

func (s *Server) wireChat(c *chat) wireChat {
	if c.kind != kindPrivate {
		return wireChat{ID: c.id, Type: c.kind, Title: c.title}
	}
	p := s.actor(c.id)
	return wireChat{ID: c.id, Type: c.kind, FirstName: p.FirstName, LastName: p.LastName, Username: p.Username}
}

// wireMessage is the message as a Message object; the message it answers is included without its own.
func (s *Server) wireMessage(m *message) wireMessage {
	out := s.wireBare(m)
	if reply := m.chat.find(m.replyTo); reply != nil {
		bare := s.wireBare(reply)
		out.ReplyTo = &bare
	}
	return out
}

func (s *Server) wireBare(m *message) wireMessage {
	from := s.wireUser(m.from)
	out := wireMessage{
		ID: m.id, From: &from, Chat: s.wireChat(m.chat), Date: m.date.Unix(), MediaGroup: m.group, ReplyMarkup: m.markup,
	}
	if !m.edited.IsZero() {
		out.EditDate = m.edited.Unix()
	}
	if m.file == nil {
		out.Text, out.Entities = m.text, m.entities
	} else {
		out.Caption, out.CaptionEntities = m.text, m.entities
		s.wireFile(&out, m)
	}
	if m.forward != nil {
		out.ForwardOrigin = &wireOrigin{Type: "user", Date: m.forward.date.Unix(), User: s.wireUser(m.forward.user)}
	}
	if sv := m.service; sv != nil {
		for _, id := range sv.joined {
			out.NewMembers = append(out.NewMembers, s.wireUser(id))
		}
		if sv.left != 0 {
			left := s.wireUser(sv.left)
			out.LeftMember = &left
		}
		out.MigrateTo, out.MigrateFrom = sv.migrateTo, sv.migrateFrom
	}
	return out
}

// thumbWidth is the width of the small size that comes before the full one in a photo's sizes.
const thumbWidth = 90

func (s *Server) wireFile(out *wireMessage, m *message) {
	info := m.file.info
	if !m.photo {
		out.Document = &wireDocument{ID: info.ID, UniqueID: info.UniqueID, Name: info.Name, MIME: info.MIME, Size: info.Size}
		return
	}
	full := wirePhoto{ID: info.ID, UniqueID: info.UniqueID, Width: info.Width, Height: info.Height, Size: info.Size}
	if info.Width > thumbWidth {
		out.Photo = append(out.Photo, wirePhoto{
			ID: thumbPrefix + info.ID, UniqueID: thumbPrefix + info.UniqueID,
			Width: thumbWidth, Height: max(1, info.Height*thumbWidth/info.Width), Size: min(info.Size, 1200),
		})
	}
	out.Photo = append(out.Photo, full)
}

// wireMember is a ChatMemberUpdated object.
func (s *Server) wireMember(c *chat, by Person, who wireUser, before, after string) wireMemberUpdate {
	return wireMemberUpdate{
		Chat: s.wireChat(c), From: wirePerson(by), Date: s.o.Now().Unix(),
		Old: memberObject(who, before), New: memberObject(who, after),
	}
}

// memberObject is the ChatMember variant of the status.
func memberObject(who wireUser, status string) map[string]any {
	out := map[string]any{"status": status, "user": who}
	switch status {
	case statusKicked:
		out["until_date"] = 0
	case statusCreator:
		out["is_anonymous"] = false
	case statusAdministrator:
		for _, right := range []string{
			"can_be_edited", "is_anonymous", "can_manage_video_chats", "can_restrict_members", "can_promote_members",
			"can_change_info", "can_post_stories", "can_edit_stories", "can_delete_stories",
		} {
			out[right] = false
		}
		for _, right := range []string{"can_manage_chat", "can_delete_messages", "can_invite_users"} {
			out[right] = true
		}
	}
	return out
}
