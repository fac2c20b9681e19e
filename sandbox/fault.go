package sandbox

import (
	"fmt"
	"net/http"
	"strings"
)

// Fault is a failure that a test asks for.
type Fault struct {
	// Status is the HTTP status and error_code of the refusal; the call has no effect. Zero means 500.
	Status int
	// Description is the text of the refusal; empty takes Telegram's words for the status.
	Description string
	// RetryAfter in seconds and MigrateTo go into the refusal's parameters.
	RetryAfter int
	MigrateTo  int64
	// DropAfter lets the call have its effect and then closes the connection without an answer; the other fields
	// don't matter.
	DropAfter bool
}

// SetFault has f asked before each call of the Bot API, with the method's name as the documentation writes it
// ("sendMessage") and the chat id (0 if the call names none). Nil from f lets the call pass; a nil f ends it.
func (s *Server) SetFault(f func(method string, chat int64) *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// faultFor asks the hook without the lock, so that the hook may call the server.
func (s *Server) faultFor(name string, chatID int64) *Fault {
	s.mu.Lock()
	f := s.fault
	s.mu.Unlock()
	if f == nil {
		return nil
	}
	return f(s.spec.methodName(name), chatID)
}

func (f *Fault) refusal() *apiError {
	e := &apiError{code: f.Status, description: f.Description, retryAfter: f.RetryAfter, migrateTo: f.MigrateTo}
	if e.code == 0 {
		e.code = http.StatusInternalServerError
	}
	if e.description == "" {
		e.description = http.StatusText(e.code)
		switch {
		case e.migrateTo != 0:
			e.description = "Bad Request: group chat was upgraded to a supergroup chat"
		case e.code == http.StatusTooManyRequests:
			e.description = fmt.Sprintf("Too Many Requests: retry after %d", f.RetryAfter)
		case e.code == http.StatusForbidden:
			e.description = "Forbidden: bot was blocked by the user"
		case strings.HasPrefix(e.description, "Internal"):
			e.description = "Internal Server Error"
		}
	}
	return e
}
