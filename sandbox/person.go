package sandbox

import (
	"fmt"
	"slices"
)

// Person is somebody who may talk to the bot. ID is positive and is also the id of the private chat with the bot.
type Person struct {
	ID        int64
	FirstName string
	LastName  string
	// Username is without @; empty for most people.
	Username string
	// Lang is the client's language tag; empty leaves language_code out.
	Lang string
	// Note is shown in the page only: the person's role. People with the same note are listed together.
	Note string
}

// Name is first and last name as a phone shows it.
func (p Person) Name() string {
	if p.LastName == "" {
		return p.FirstName
	}
	return p.FirstName + " " + p.LastName
}

// person is a Person with its relation to the bot.
type person struct {
	Person

	started bool
	blocked bool
}

// AddPerson makes a person known, or replaces the names of a known one. The person has not written to the bot yet, so
// the bot can't write first. Nobody can have the bot's own id, with which its token begins: asking for it is a mistake
// of the caller, and panics.
func (s *Server) AddPerson(p Person) {
	if p.ID == s.botID {
		panic(fmt.Sprintf("sandbox: person %d has the id of the bot", p.ID))
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.addPerson(p)
}

func (s *Server) addPerson(p Person) {
	if known := s.person(p.ID); known != nil {
		known.Person = p
		s.touch()
		return
	}
	s.people = append(s.people, &person{Person: p})
	s.addChat(&chat{id: p.ID, kind: kindPrivate})
	s.touch()
}

// People lists everybody in the order they were added.
func (s *Server) People() []Person {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Person, len(s.people))
	for i, p := range s.people {
		out[i] = p.Person
	}
	return out
}

// person finds somebody by id, or nil. The lock is held.
func (s *Server) person(id int64) *person {
	i := slices.IndexFunc(s.people, func(p *person) bool { return p.ID == id })
	if i < 0 {
		return nil
	}
	return s.people[i]
}

// Block makes a person block or unblock the bot. While blocked, sends to the person answer 403. The bot is told by a
// my_chat_member update. Unknown people and repeated calls change nothing.
func (s *Server) Block(id int64, blocked bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.person(id)
	if p == nil || p.blocked == blocked {
		return
	}
	p.blocked = blocked
	before, after := statusMember, statusKicked
	if !blocked {
		before, after = after, before
	}
	s.tellBotMember(s.chats[id], p.Person, before, after)
	s.touch()
}

// Blocked says whether the person has blocked the bot.
func (s *Server) Blocked(id int64) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	p := s.person(id)
	return p != nil && p.blocked
}

// speaker finds the person and the chat where the person may write. The lock is held.
func (s *Server) speaker(personID, chatID int64) (*person, *chat, error) {
	p := s.person(personID)
	if p == nil {
		return nil, nil, fmt.Errorf("person %d: %w", personID, ErrNotFound)
	}
	c := s.chats[chatID]
	switch {
	case c == nil:
		return nil, nil, fmt.Errorf("chat %d: %w", chatID, ErrNotFound)
	case c.kind == kindPrivate && c.id != p.ID:
		return nil, nil, fmt.Errorf("chat %d of person %d: %w: a private chat of somebody else", chatID, personID, ErrForbidden)
	case c.kind == kindPrivate && p.blocked:
		return nil, nil, fmt.Errorf("person %d: %w: has blocked the bot", personID, ErrForbidden)
	case c.migratedTo != 0:
		return nil, nil, fmt.Errorf("chat %d: %w: upgraded to %d", chatID, ErrForbidden, c.migratedTo)
	case c.kind != kindPrivate && !slices.Contains(c.members, p.ID):
		return nil, nil, fmt.Errorf("person %d in chat %d: %w: not a member", personID, chatID, ErrForbidden)
	}
	return p, c, nil
}
