package sandbox

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"
)

// The errors that callers can tell apart. They come wrapped with the object they are about.
var (
	ErrNotFound  = errors.New("not found")
	ErrForbidden = errors.New("forbidden")
	ErrInvalid   = errors.New("invalid")
	ErrClosed    = errors.New("closed")
)

// Options configure a Server. Token and Now are required.
type Options struct {
	// Token is the bot's token, "123456:ABC"; the digits before the colon are the bot's user id.
	Token string
	// Name is the bot's first name; empty means "Bot".
	Name string
	// Username is the bot's username without @; empty means "sandbox_bot".
	Username string
	// Now gives the date of messages. It is called under the server's lock and must not call the server.
	Now func() time.Time
	// Log receives one line per refused or faulty call; nil discards.
	Log *slog.Logger
	// ReadAll is what getMe says in can_read_all_group_messages. What the bot really sees is Group.Privacy.
	ReadAll bool
	// EnforceLimits answers 429 when the bot sends faster than Telegram allows.
	EnforceLimits bool
	// Limits are those that EnforceLimits enforces; the zero value is what Telegram documents.
	Limits Limits
	// After is where the ids of updates and messages go on, for a server that takes up where another stopped: the Used of
	// that one. Zero begins anew.
	After int64
	// WebhookRetry is the pause after a failed webhook delivery; zero means one second.
	WebhookRetry time.Duration
}

// Server is a pretended Telegram for one bot. All methods are safe for concurrent use.
type Server struct {
	o       Options
	botID   int64
	spec    *spec
	methods map[string]method
	done    chan struct{}

	mu      sync.Mutex
	closed  bool
	version uint64
	changed chan struct{}
	people  []*person
	chats   map[int64]*chat
	order   []int64
	lastID  int
	files   fileStore
	queue   updateQueue
	hook    webhook
	queries map[string]*query
	lastGrp int
	profile profile
	limits  limiter
	fault   func(method string, chat int64) *Fault
	plan    *FaultPlan
	lost    []LostAnswer
	lastQry int
}

// New makes a server without people. It starts nothing: serve API and Page with net/http.
func New(o Options) (*Server, error) {
	head, _, ok := strings.Cut(o.Token, ":")
	id, err := strconv.ParseInt(head, 10, 64)
	if !ok || err != nil || id <= 0 {
		return nil, fmt.Errorf("token: %w: must look like 123456:ABC", ErrInvalid)
	}
	if o.Now == nil {
		return nil, fmt.Errorf("options: %w: Now is required", ErrInvalid)
	}
	if o.Name == "" {
		o.Name = "Bot"
	}
	if o.Username == "" {
		o.Username = "sandbox_bot"
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.WebhookRetry <= 0 {
		o.WebhookRetry = time.Second
	}
	sp, err := loadSpec()
	if err != nil {
		return nil, fmt.Errorf("specification: %w", err)
	}
	return &Server{
		o:       o,
		botID:   id,
		spec:    sp,
		methods: methodTable(),
		done:    make(chan struct{}),
		changed: make(chan struct{}),
		chats:   map[int64]*chat{},
		files:   newFileStore(),
		lastID:  int(o.After),
		queue:   newUpdateQueue(o.After),
		queries: map[string]*query{},
		profile: newProfile(),
		limits:  newLimiter(o.Limits),
	}, nil
}

// Close ends long polls, webhook deliveries and live pages. Later calls of the Bot API answer 502.
func (s *Server) Close() {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return
	}
	s.closed = true
	s.hook.stop()
	close(s.done)
	s.touch()
}

// Used is the greatest number that an id of an update or message has used up, for the After of a server that goes on.
func (s *Server) Used() int64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	used := max(int64(s.lastID), s.queue.topID-firstUpdate)
	for _, c := range s.chats {
		used = max(used, int64(c.lastID))
	}
	return used
}

// BotID is the bot's user id: the number before the token's colon.
func (s *Server) BotID() int64 { return s.botID }

// BotUsername is the bot's username without @.
func (s *Server) BotUsername() string { return s.o.Username }

// touch counts a change and wakes everybody who waits for one. The lock is held.
func (s *Server) touch() {
	s.version++
	close(s.changed)
	s.changed = make(chan struct{})
}

// Version is the number of changes so far: messages, edits, answers, deliveries, people. It only grows.
func (s *Server) Version() uint64 {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.version
}

// WaitChange blocks until Version differs from since and returns it, or returns the context's error or ErrClosed.
func (s *Server) WaitChange(ctx context.Context, since uint64) (uint64, error) {
	for {
		s.mu.Lock()
		now, ch, closed := s.version, s.changed, s.closed
		s.mu.Unlock()
		if closed {
			return now, fmt.Errorf("sandbox: %w", ErrClosed)
		}
		if now != since {
			return now, nil
		}
		select {
		case <-ch:
		case <-ctx.Done():
			return now, fmt.Errorf("waiting for a change after %d: %w", since, context.Cause(ctx))
		}
	}
}

// WaitQuiet blocks until every update has been confirmed and nothing has changed for the duration d of real time.
func (s *Server) WaitQuiet(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		s.mu.Lock()
		ch, pending, closed := s.changed, len(s.queue.waiting), s.closed
		s.mu.Unlock()
		if closed {
			return fmt.Errorf("sandbox: %w", ErrClosed)
		}
		var quiet <-chan time.Time
		if pending == 0 {
			timer.Reset(d)
			quiet = timer.C
		}
		select {
		case <-quiet:
			return nil
		case <-ch:
		case <-ctx.Done():
			return fmt.Errorf("waiting for quiet with %d pending updates: %w", pending, context.Cause(ctx))
		}
	}
}
