package sandbox

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"
)

// Fault is a failure that a test asks for. The zero Fault refuses the call with 500.
type Fault struct {
	// Status is the HTTP status and error_code of the refusal; the call has no effect. Zero means 500, or no refusal
	// when Before, After, Reset, DropAfter or Cut say what goes wrong.
	Status int
	// Description is the text of the refusal; empty takes Telegram's words for the status.
	Description string
	// RetryAfter in seconds and MigrateTo go into the refusal's parameters.
	RetryAfter int
	MigrateTo  int64
	// HTML gives the refusal as a page, as a proxy in front of Telegram does.
	HTML bool
	// Before is how long the call waits before it has its effect: none if the client gives up meanwhile. After is how
	// long its answer waits afterwards.
	Before, After time.Duration
	// Reset closes the connection before the call has its effect, DropAfter after it and without an answer, Cut in the
	// middle of the answer.
	Reset, DropAfter, Cut bool
}

// LostAnswer is a call that had its effect, the answer to which the client cannot have read: it may well ask again.
type LostAnswer struct {
	Method string
	// Chat is the chat id of the call, Text its text or caption; zero if it has none.
	Chat int64
	Text string
}

// SetFault has f asked before each call of the Bot API, with the method's name as the documentation writes it
// ("sendMessage") and the chat id (0 if the call names none). Nil from f lets the call pass; a nil f ends it.
func (s *Server) SetFault(f func(method string, chat int64) *Fault) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.fault = f
}

// LostAnswers are the calls so far whose answer a fault kept from the client.
func (s *Server) LostAnswers() []LostAnswer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.lost)
}

// faultFor asks the hook, then the plan, without the lock, so that they may call the server.
func (s *Server) faultFor(name string, chatID int64) *Fault {
	s.mu.Lock()
	hook, plan := s.fault, s.plan
	s.mu.Unlock()
	method := s.spec.methodName(name)
	if hook != nil {
		if f := hook(method, chatID); f != nil {
			return f
		}
	}
	if plan != nil {
		return plan.fault(method, chatID)
	}
	return nil
}

// refuses says whether the fault is a refusal.
func (f *Fault) refuses() bool {
	return f.Status != 0 || f.Before == 0 && f.After == 0 && !f.Reset && !f.DropAfter && !f.Cut
}

// before does what the fault asks for before the call has its effect, and says whether it may have one.
func (s *Server) before(w http.ResponseWriter, r *http.Request, name string, f *Fault) bool {
	if !s.pause(r.Context(), f.Before) || f.Reset {
		s.o.Log.Info("connection closed before the effect", "method", name)
		panic(http.ErrAbortHandler)
	}
	switch {
	case f.refuses() && f.HTML:
		s.o.Log.Info("call refused by a page", "method", name, "code", f.refusal().code)
		writePage(w, f)
		return false
	case f.refuses():
		s.refuse(w, name, f.refusal())
		return false
	}
	return true
}

// after does what the fault asks for between the effect of a call and its answer; it panics if there is to be none.
func (s *Server) after(w http.ResponseWriter, c *call, f *Fault, result any, failed bool) {
	arrived := s.pause(c.ctx, f.After)
	if arrived && !f.DropAfter && !f.Cut {
		return
	}
	if !failed {
		s.mu.Lock()
		text := c.p.get("text")
		if text == "" {
			text = c.p.get("caption")
		}
		s.lost = append(s.lost, LostAnswer{Method: s.spec.methodName(c.method), Chat: c.p.chatID(), Text: text})
		s.mu.Unlock()
	}
	s.o.Log.Info("connection dropped after the effect", "method", c.method)
	if arrived && f.Cut {
		writeHalf(w, map[string]any{"ok": true, "result": result})
	}
	panic(http.ErrAbortHandler)
}

// pause waits for d, and says whether the client still waited then.
func (s *Server) pause(ctx context.Context, d time.Duration) bool {
	if d > 0 {
		timer := time.NewTimer(d)
		defer timer.Stop()
		select {
		case <-timer.C:
		case <-ctx.Done():
		case <-s.done:
		}
	}
	return ctx.Err() == nil
}

// writePage answers as a proxy does that can't reach Telegram.
func writePage(w http.ResponseWriter, f *Fault) {
	e := f.refusal()
	w.Header().Set("Content-Type", "text/html")
	if e.retryAfter > 0 {
		w.Header().Set("Retry-After", strconv.Itoa(e.retryAfter))
	}
	w.WriteHeader(e.code)
	title := fmt.Sprintf("%d %s", e.code, http.StatusText(e.code))
	//nolint:gosec // the title is the words of a status
	_, _ = fmt.Fprintf(w, "<html>\r\n<head><title>%[1]s</title></head>\r\n<body>\r\n<center><h1>%[1]s</h1></center>\r\n"+
		"<hr><center>nginx</center>\r\n</body>\r\n</html>\r\n", title) // the client is gone; nobody is left to tell
}

// writeHalf announces the whole answer and writes its first half.
func writeHalf(w http.ResponseWriter, body any) {
	raw, err := json.Marshal(body)
	if err != nil {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Content-Length", strconv.Itoa(len(raw)))
	w.WriteHeader(http.StatusOK)
	_, _ = w.Write(raw[:len(raw)/2])
	_ = http.NewResponseController(w).Flush() // a writer that can't flush has written all the same
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
