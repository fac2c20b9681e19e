package main

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"os"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"ketnghia/bot"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// sandboxCmd runs everything without Telegram: a Bot API on loopback, the real bot on it, a web chat to play people.
type sandboxCmd struct {
	Listen string  `default:"127.0.0.1:8080" placeholder:"ADDR" help:"${help_listen}"`
	At     *string `placeholder:"TIME" help:"${help_start}"`
	Keep   string  `placeholder:"DIR" help:"${help_keep}"`
	Faults *uint64 `placeholder:"SEED" help:"${help_faults}"`
}

// sandboxToken is the token of the sandbox's bot; it is worth nothing anywhere else.
const sandboxToken = "1100:SANDBOX-TOKEN-SANDBOX-TOKEN-SANDBOX" //nolint:gosec // no credential: the server is ours and on loopback

// readTimeout bounds the head of a request to the sandbox.
const readTimeout = 10 * time.Second

// shutdownTime is how long the sandbox waits for open pages when it ends.
const shutdownTime = 2 * time.Second

// firstMoment is where the clock of a new sandbox stands: a Monday morning of the year's first deadlines, the year before
// closed, half an hour before reminders go out. The help of --at names it.
const firstMoment = "2027-02-01T07:00:00+07:00"

// Run serves the sandbox until a signal ends it.
func (c *sandboxCmd) Run(ctx context.Context, a *app) (err error) {
	listener, err := listenLoopback(ctx, c.Listen)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }() // the server closes it; this is for the ways out before that
	k := &keeping{dir: c.Keep}
	if c.Keep == "" {
		if k.dir, err = os.MkdirTemp("", "ketnghia-sandbox-"); err != nil {
			return fmt.Errorf("sandbox: %w", err)
		}
		defer func() { _ = os.RemoveAll(k.dir) }()
	}
	if err := k.load(); err != nil {
		return err
	}
	at, err := c.start(k)
	if err != nil {
		return err
	}
	if err := k.begin(at); err != nil {
		return &folderError{dir: k.dir, cause: err}
	}
	steady := a.now
	clock := sandbox.NewClock(steady)
	clock.Set(at)
	a.now = clock.Now // whatever this program does from here on, it does in the sandbox's time
	b, err := a.open(ctx, k.dir, clock.Now())
	if err != nil {
		return err
	}
	defer b.closeInto(&err)
	s := &stage{app: a, books: b, clock: clock, steady: steady, listener: listener, kept: k}
	if c.Faults != nil {
		s.faults = sandbox.NewFaultPlan(*c.Faults)
	}
	return s.run(ctx)
}

// start is where the clock begins: where --at says, else where it stood when the kept sandbox stopped.
func (c *sandboxCmd) start(k *keeping) (time.Time, error) {
	switch {
	case c.At != nil:
		return moment(*c.At)
	case k.again:
		return k.Clock, nil
	}
	return moment(firstMoment)
}

// listenLoopback listens on an address of this machine only.
func listenLoopback(ctx context.Context, address string) (net.Listener, error) {
	bad := &failure{key: "cmd.error.listen", status: exitUsage, args: map[string]any{"Address": address}}
	host, _, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, bad
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	switch {
	case errors.Is(err, syscall.EADDRINUSE):
		bad.key, bad.status, bad.cause = "cmd.error.port", exitError, err
		return nil, bad
	case errors.Is(err, fs.ErrPermission):
		bad.key, bad.status, bad.cause = "cmd.error.port_refused", exitError, err
		return nil, bad
	case err != nil:
		bad.cause = err // a port that is no number, or an address that this machine doesn't have
		return nil, bad
	}
	return listener, nil
}

// stage is the running sandbox.
type stage struct {
	app      *app
	books    *books
	clock    *sandbox.Clock
	steady   func() time.Time
	listener net.Listener
	server   *sandbox.Server
	kept     *keeping
	// faults are what goes wrong on purpose; nil for nothing.
	faults *sandbox.FaultPlan
}

func (s *stage) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	// A person looks at the terminal, so it shows where the page is and what goes wrong.
	log := slog.New(slog.NewTextHandler(s.app.err, &slog.HandlerOptions{Level: s.app.level(slog.LevelWarn)}))
	var err error
	s.server, err = sandbox.New(sandbox.Options{
		Token: sandboxToken, Name: s.app.text("sandbox.bot_name"), Username: "ketnghia_bot", Now: s.clock.Now, Log: log,
		After: s.kept.Used,
	})
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	defer s.server.Close()
	s.server.Follow(s.faults)
	address := "http://" + s.listener.Addr().String()
	m, err := s.app.newMachine(ctx, s.books, machineOptions{
		token: bot.NewToken(sandboxToken), apiURL: address, data: s.kept.dir, now: s.clock.Now, steady: s.steady, log: log,
	})
	if err != nil {
		return err
	}
	if err := s.people(ctx); err != nil {
		return err
	}
	web := &http.Server{
		Handler: s.handler(ctx, m), ReadHeaderTimeout: readTimeout, ErrorLog: slog.NewLogLogger(log.Handler(), slog.LevelInfo),
	}
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(s.listener) }()
	s.app.say("cmd.sandbox.ready", map[string]any{"URL": address})
	var keeping sync.WaitGroup
	keeping.Go(func() { s.keep(ctx, log) })
	serving := m.run(ctx)
	cancel()
	keeping.Wait()
	end, stop := context.WithTimeout(context.WithoutCancel(ctx), shutdownTime)
	defer stop()
	s.server.Close()
	if err := web.Shutdown(end); err != nil {
		_ = web.Close()
	}
	if err := <-failed; !errors.Is(err, http.ErrServerClosed) {
		return errors.Join(serving, fmt.Errorf("sandbox: %w", err))
	}
	return serving
}

// handler serves the Bot API and the page from one address.
func (s *stage) handler(ctx context.Context, m *machine) http.Handler {
	p := s.books.ledger.Programme()
	page := s.server.Page(sandbox.PageOptions{
		Clock: s.clock, Title: s.app.text("sandbox.title"), Banner: s.app.text("sandbox.banner"), Days: s.days(p),
		// What falls due at the new time is queued at once; a failure is logged by the scheduler and seen at its next tick.
		OnClock: func(time.Time) { _, _ = m.scheduler.Poke(ctx) },
		NextMorning: func(now time.Time) time.Time {
			day := p.Calendar.OnOrAfter(p.Today(now).AddDays(1))
			return day.At(p.Delivery.From/60, p.Delivery.From%60+15, p.Location)
		},
	})
	api := s.server.API()
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		// The Bot API's own paths are /bot<token>/<method> and /file/bot<token>/<path>, whatever the token.
		rest, file := strings.CutPrefix(r.URL.Path, "/file")
		token, bot := strings.CutPrefix(rest, "/bot")
		if bot && (file || strings.Contains(token, "/")) {
			api.ServeHTTP(w, r)
			return
		}
		page.ServeHTTP(w, r)
	})
}

// days are the moments of the year at which something happens, as buttons of the clock.
func (s *stage) days(p *twinning.Programme) []sandbox.Preset {
	year := p.Today(s.clock.Now()).Year()
	var days []sandbox.Preset
	for _, r := range p.Obligations {
		if !r.Remind {
			continue
		}
		d := r.Deadlines(year, p.Calendar)
		rungs := p.Ladder.Rungs(d.Due, d.Closes, p.Calendar)
		for _, rung := range rungs {
			if rung.Offset != 0 && rung.Offset != -7 && rung.Offset != 3 {
				continue
			}
			at := rung.On.At(8, 0, p.Location)
			if !slices.ContainsFunc(days, func(x sandbox.Preset) bool { return x.At.Equal(at) }) {
				days = append(days, sandbox.Preset{Label: at.Format("02/01"), At: at})
			}
		}
	}
	slices.SortFunc(days, func(a, b sandbox.Preset) int { return a.At.Compare(b.At) })
	return days
}
