package sandbox

import "slices"

// Kinds of chats as Telegram names them.
const (
	kindPrivate    = "private"
	kindGroup      = "group"
	kindSupergroup = "supergroup"
)

// Member statuses as Telegram names them.
const (
	statusCreator       = "creator"
	statusAdministrator = "administrator"
	statusMember        = "member"
	statusLeft          = "left"
	statusKicked        = "kicked"
)

// maxChatMessages bounds the memory of one chat; the oldest messages fall out.
const maxChatMessages = 5000

// chat is a private chat with the bot or a group.
type chat struct {
	id       int64
	kind     string
	title    string
	members  []int64
	privacy  bool
	botAdmin bool
	// bot is the bot's status in a group: empty before it was ever there.
	bot        string
	migratedTo int64
	messages   []*message
	// lastID counts the messages of a supergroup; the other chats share the server's counter, as on Telegram.
	lastID int
}

func (s *Server) addChat(c *chat) {
	s.chats[c.id] = c
	s.order = append(s.order, c.id)
}

// owner is the group's first member, or 0.
func (c *chat) owner() int64 {
	if len(c.members) == 0 {
		return 0
	}
	return c.members[0]
}

// find gives the message of that id, or nil.
func (c *chat) find(id int) *message {
	i, ok := slices.BinarySearchFunc(c.messages, id, func(m *message, id int) int { return m.id - id })
	if !ok {
		return nil
	}
	return c.messages[i]
}

// remove takes the message out of the chat.
func (c *chat) remove(id int) {
	c.messages = slices.DeleteFunc(c.messages, func(m *message) bool { return m.id == id })
}

// add gives the message its id, its chat and (unless it has one) its date, and appends it. The lock is held.
func (s *Server) add(c *chat, m *message) *message {
	if c.kind == kindSupergroup {
		c.lastID = max(c.lastID, int(s.o.After)) + 1
		m.id = c.lastID
	} else {
		s.lastID++
		m.id = s.lastID
	}
	m.chat = c
	if m.date.IsZero() {
		m.date = s.o.Now()
	}
	c.messages = append(c.messages, m)
	if over := len(c.messages) - maxChatMessages; over > 0 {
		c.messages = slices.Delete(c.messages, 0, over)
	}
	s.touch()
	m.version = s.version
	return m
}

// tell makes the message update, if the bot may see the message. The lock is held.
func (s *Server) tell(c *chat, m *message) {
	if s.sees(c, m) {
		s.enqueue("message", s.wireMessage(m))
	}
}

// sees says whether the bot is shown the message: everything in private, by privacy mode in groups.
func (s *Server) sees(c *chat, m *message) bool {
	switch {
	case c.kind == kindPrivate:
		return true
	case c.bot != statusMember:
		return false
	case !c.privacy || c.botAdmin || m.service != nil:
		return true
	}
	if reply := c.find(m.replyTo); reply != nil && reply.from == s.botID {
		return true
	}
	return addressed(m.text, m.entities, s.o.Username)
}
