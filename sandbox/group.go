package sandbox

import (
	"fmt"
	"slices"
)

// Group is a group chat. The first member is its owner.
type Group struct {
	// ID is negative.
	ID    int64
	Title string
	// Members are people's ids; the bot's own id may stand among them, then it is a member from the start, untold.
	Members []int64
	// Privacy is the bot's privacy mode in this group: on, the bot sees only commands, replies to it, mentions of it and
	// service messages; off ("all messages"), it sees everything.
	Privacy bool
	// BotAdmin makes the bot an administrator: it sees everything, is told of members, and may delete others' messages.
	BotAdmin bool
	// Supergroup makes it a supergroup from the start.
	Supergroup bool
	// MigratedTo is set by Migrate: the group is closed and lives on under that id.
	MigratedTo int64
	// HasBot says in an answer of Groups that the bot is a member now.
	HasBot bool
}

// AddGroup makes a group chat known, or replaces title, members and options of a known one. The bot joins by AddBotTo.
func (s *Server) AddGroup(g Group) {
	s.mu.Lock()
	defer s.mu.Unlock()
	c := s.chats[g.ID]
	if c == nil {
		c = &chat{id: g.ID, kind: kindGroup}
		s.addChat(c)
	}
	if g.Supergroup {
		c.kind = kindSupergroup
	}
	c.title, c.privacy, c.botAdmin = g.Title, g.Privacy, g.BotAdmin
	c.members = slices.DeleteFunc(slices.Clone(g.Members), func(id int64) bool { return id == s.botID })
	if len(c.members) != len(g.Members) {
		c.bot = statusMember
	}
	s.touch()
}

// NewGroupID gives a negative chat id that no chat has yet.
func (s *Server) NewGroupID() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := int64(-4000)
	for s.chats[id] != nil {
		id--
	}
	return id
}

// Groups lists the group chats in the order they were added.
func (s *Server) Groups() []Group {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Group
	for _, id := range s.order {
		c := s.chats[id]
		if c.kind == kindPrivate {
			continue
		}
		out = append(out, Group{
			ID: c.id, Title: c.title, Members: slices.Clone(c.members), Privacy: c.privacy, BotAdmin: c.botAdmin,
			Supergroup: c.kind == kindSupergroup, MigratedTo: c.migratedTo, HasBot: c.bot == statusMember,
		})
	}
	return out
}

// group finds a living group chat. The lock is held.
func (s *Server) group(id int64) (*chat, error) {
	c := s.chats[id]
	if c == nil || c.kind == kindPrivate {
		return nil, fmt.Errorf("group %d: %w", id, ErrNotFound)
	}
	if c.migratedTo != 0 {
		return nil, fmt.Errorf("group %d: %w: upgraded to %d", id, ErrForbidden, c.migratedTo)
	}
	return c, nil
}

// Join adds a person to a group, with the service message and, when the bot is an administrator, chat_member.
func (s *Server) Join(personID, groupID int64) error {
	return s.changeMember(personID, groupID, true)
}

// Leave takes a person out of a group, with the service message and, when the bot is an administrator, chat_member.
func (s *Server) Leave(personID, groupID int64) error {
	return s.changeMember(personID, groupID, false)
}

func (s *Server) changeMember(personID, groupID int64, join bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.group(groupID)
	if err != nil {
		return err
	}
	p := s.person(personID)
	if p == nil {
		return fmt.Errorf("person %d: %w", personID, ErrNotFound)
	}
	if slices.Contains(c.members, personID) == join {
		return nil
	}
	before, after, what := statusLeft, statusMember, service{joined: []int64{personID}}
	if join {
		c.members = append(c.members, personID)
	} else {
		before, after, what = statusMember, statusLeft, service{left: personID}
		c.members = slices.DeleteFunc(c.members, func(id int64) bool { return id == personID })
	}
	m := s.add(c, &message{from: personID, service: &what})
	if c.bot == statusMember && c.botAdmin {
		s.enqueue("chat_member", s.wireMember(c, p.Person, s.wireUser(personID), before, after))
	}
	s.tell(c, m)
	return nil
}

// AddBotTo makes the group's owner add the bot to the group.
func (s *Server) AddBotTo(groupID int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.group(groupID)
	if err != nil {
		return err
	}
	if c.bot == statusMember {
		return nil
	}
	before := c.bot
	if before == "" {
		before = statusLeft
	}
	c.bot = statusMember
	m := s.add(c, &message{from: c.owner(), service: &service{joined: []int64{s.botID}}})
	s.tellBotMember(c, s.actor(c.owner()), before, statusMember)
	s.tell(c, m)
	return nil
}

// RemoveBotFrom makes the group's owner remove the bot. Later sends answer 403.
func (s *Server) RemoveBotFrom(groupID int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.group(groupID)
	if err != nil {
		return err
	}
	if c.bot != statusMember {
		return nil
	}
	s.add(c, &message{from: c.owner(), service: &service{left: s.botID}})
	s.tellBotMember(c, s.actor(c.owner()), statusMember, statusKicked)
	c.bot = statusKicked
	s.touch()
	return nil
}

// Migrate upgrades the group to a supergroup with another id, as Telegram does: a service message in each chat, and from
// then on every call about the old id answers 400 with migrate_to_chat_id. The new id is unused.
func (s *Server) Migrate(oldGroup, newGroup int64) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	c, err := s.group(oldGroup)
	if err != nil {
		return err
	}
	if s.chats[newGroup] != nil || newGroup >= 0 {
		return fmt.Errorf("group %d: %w: the new id is taken or positive", newGroup, ErrInvalid)
	}
	next := &chat{
		id: newGroup, kind: kindSupergroup, title: c.title, members: slices.Clone(c.members),
		privacy: c.privacy, botAdmin: c.botAdmin, bot: c.bot,
	}
	s.addChat(next)
	gone := s.add(c, &message{from: c.owner(), service: &service{migrateTo: newGroup}})
	come := s.add(next, &message{from: c.owner(), service: &service{migrateFrom: oldGroup}})
	s.tell(c, gone)
	s.tell(next, come)
	c.migratedTo = newGroup
	return nil
}

// actor is the person of that id, or an unnamed one when there is none (a group without members).
func (s *Server) actor(id int64) Person {
	if p := s.person(id); p != nil {
		return p.Person
	}
	return Person{ID: id, FirstName: "?"}
}

// tellBotMember makes the my_chat_member update. The lock is held.
func (s *Server) tellBotMember(c *chat, by Person, before, after string) {
	s.enqueue("my_chat_member", s.wireMember(c, by, s.wireUser(s.botID), before, after))
}
