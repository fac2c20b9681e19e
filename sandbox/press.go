package sandbox

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"
)

// Answer is what became of a press of a button.
type Answer struct {
	// QueryID is the callback query's id, for WaitAnswer; empty for a button that opens a URL.
	QueryID string
	// URL is what the button or the answer opens.
	URL string
	// Answered says that the bot has called answerCallbackQuery.
	Answered bool
	// Text is the toast; Alert shows it as a dialog.
	Text  string
	Alert bool
}

// query is a callback query that waits for its answer.
type query struct {
	Answer

	asked time.Time
}

// queryLife is how long a callback query can be answered. Telegram gives no number; bots see it expire within minutes.
const queryLife = 15 * time.Minute

// firstQuery makes query ids look like Telegram's; maxQueries bounds their memory.
const (
	firstQuery = 4_000_000_000
	maxQueries = 10_000
)

// Press makes a person press an inline button, named by its callback data or its visible label; the bot gets a
// callback_query. It doesn't wait for the answer: WaitAnswer does. A URL button makes no update; Answer.URL is set.
func (s *Server) Press(personID, chatID int64, messageID int, button string) (Answer, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	p, c, err := s.speaker(personID, chatID)
	if err != nil {
		return Answer{}, err
	}
	m := c.find(messageID)
	if m == nil {
		return Answer{}, fmt.Errorf("message %d of chat %d: %w", messageID, chatID, ErrNotFound)
	}
	b, ok := findButton(m.buttons, button)
	if !ok {
		return Answer{}, fmt.Errorf("button %q of message %d: %w", button, messageID, ErrNotFound)
	}
	if b.Data == "" {
		return Answer{URL: b.URL}, nil
	}
	s.lastQry++
	q := &query{Answer: Answer{QueryID: strconv.Itoa(firstQuery + s.lastQry)}, asked: s.o.Now()}
	s.queries[q.QueryID] = q
	delete(s.queries, strconv.Itoa(firstQuery+s.lastQry-maxQueries))
	s.enqueue("callback_query", wireCallback{
		ID: q.QueryID, From: wirePerson(p.Person), Message: s.wireMessage(m),
		Instance: strconv.FormatInt(c.id*7919, 10), Data: b.Data,
	})
	s.touch()
	return q.Answer, nil
}

// findButton looks for callback data first, then for a label.
func findButton(rows [][]Button, name string) (Button, bool) {
	all := slices.Concat(rows...)
	if i := slices.IndexFunc(all, func(b Button) bool { return b.Data != "" && b.Data == name }); i >= 0 {
		return all[i], true
	}
	if i := slices.IndexFunc(all, func(b Button) bool { return b.Text == name }); i >= 0 {
		return all[i], true
	}
	return Button{}, false
}

// WaitAnswer waits until the bot has answered the callback query.
func (s *Server) WaitAnswer(ctx context.Context, queryID string) (Answer, error) {
	for {
		s.mu.Lock()
		seen, q := s.version, s.queries[queryID]
		var a Answer
		if q != nil {
			a = q.Answer
		}
		s.mu.Unlock()
		if q == nil {
			return Answer{}, fmt.Errorf("callback query %q: %w", queryID, ErrNotFound)
		}
		if a.Answered {
			return a, nil
		}
		if _, err := s.WaitChange(ctx, seen); err != nil {
			return a, fmt.Errorf("callback query %s: %w", queryID, err)
		}
	}
}
