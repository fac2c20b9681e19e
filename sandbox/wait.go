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
		seen := s.Version()
		for _, m := range s.Messages(chatID) {
			if m.FromBot && m.Version > since && match(m) {
				return m, nil
			}
		}
		if _, err := s.WaitChange(ctx, seen); err != nil {
			return Message{}, fmt.Errorf("waiting for the bot in chat %d: %w\n%s", chatID, err, s.tail(chatID))
		}
	}
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
