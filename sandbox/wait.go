package sandbox

import (
	"context"
	"fmt"
	"strings"
)

// shownOnTimeout is how many of a chat's last messages an error of Wait prints.
const shownOnTimeout = 8

// Wait gives the first message of the bot in the chat that matches, be it there already or still to come; edits make a
// message a candidate anew. When the context ends first, the error prints the chat's last messages.
func (s *Server) Wait(ctx context.Context, chatID int64, match func(Message) bool) (Message, error) {
	return s.WaitSince(ctx, chatID, 0, match)
}

// WaitSince is Wait over the messages that were sent or edited after the given Version.
func (s *Server) WaitSince(ctx context.Context, chatID int64, since uint64, match func(Message) bool) (Message, error) {
	for {
		fresh, seen := s.botMessages(chatID, since)
		for _, m := range fresh {
			if match(m) {
				return m, nil
			}
		}
		since = max(since, seen)
		if _, err := s.WaitChange(ctx, seen); err != nil {
			return Message{}, fmt.Errorf("waiting for the bot in chat %d: %w\n%s", chatID, err, s.tail(chatID))
		}
	}
}

// botMessages are the bot's messages in the chat that changed after the Version, and the Version now.
func (s *Server) botMessages(chatID int64, since uint64) ([]Message, uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var out []Message
	if c := s.chats[chatID]; c != nil {
		for _, m := range c.messages {
			if m.from == s.botID && m.version > since {
				out = append(out, s.snapshot(m))
			}
		}
	}
	return out, s.version
}

// tail prints the chat's last messages.
func (s *Server) tail(chatID int64) string {
	all := s.Messages(chatID)
	if len(all) == 0 {
		return "the chat has no messages"
	}
	var b strings.Builder
	b.WriteString("the chat's last messages:")
	for _, m := range all[max(0, len(all)-shownOnTimeout):] {
		b.WriteString("\n  " + m.String())
	}
	return b.String()
}
