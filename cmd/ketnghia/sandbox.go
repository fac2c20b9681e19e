package main

import (
	"bytes"
	"context"
	_ "embed"
	"encoding/csv"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"slices"
	"strconv"
	"strings"
	"time"

	"ketnghia/bot"
	"ketnghia/ledger"
	"ketnghia/programme"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

// sandboxCmd runs everything without Telegram: a Bot API on loopback, the real bot on it, a web chat to play people.
type sandboxCmd struct {
	Listen string `default:"127.0.0.1:8080" placeholder:"ADDR" help:"${help_listen}"`
	At     string `default:"2027-01-11T08:00:00+07:00" placeholder:"RFC3339" help:"${help_at}"`
	Keep   string `placeholder:"DIR" help:"${help_keep}"`
}

// sandboxToken is the token of the sandbox's bot; it is worth nothing anywhere else.
const sandboxToken = "1100:SANDBOX-TOKEN-SANDBOX-TOKEN-SANDBOX" //nolint:gosec // no credential: the server is ours and on loopback

// demoPeople are the people of the sandbox: id, name, language, unit, role, note. They are made up.
//
//go:embed demo.csv
var demoPeople []byte

// readTimeout bounds the head of a request to the sandbox.
const readTimeout = 10 * time.Second

// shutdownTime is how long the sandbox waits for open pages when it ends.
const shutdownTime = 2 * time.Second

// Run serves the sandbox until a signal ends it.
func (c *sandboxCmd) Run(ctx context.Context, a *app) (err error) {
	at, err := time.Parse(time.RFC3339, c.At)
	if err != nil {
		return &failure{key: "cmd.error.time", status: exitUsage, cause: err, args: map[string]any{"Text": c.At}}
	}
	listener, err := listenLoopback(ctx, c.Listen)
	if err != nil {
		return err
	}
	defer func() { _ = listener.Close() }() // the server closes it; this is for the ways out before that
	dir := c.Keep
	if dir == "" {
		if dir, err = os.MkdirTemp("", "ketnghia-sandbox-"); err != nil {
			return fmt.Errorf("sandbox: %w", err)
		}
		defer func() { _ = os.RemoveAll(dir) }()
	}
	clock := sandbox.NewClock(a.now)
	clock.Set(at)
	b, err := a.open(ctx, dir, clock.Now())
	if err != nil {
		return err
	}
	defer b.closeInto(&err)
	s := &stage{app: a, books: b, clock: clock, listener: listener}
	return s.run(ctx)
}

// listenLoopback listens on an address of this machine only.
func listenLoopback(ctx context.Context, address string) (net.Listener, error) {
	bad := &failure{key: "cmd.error.listen", status: exitUsage, args: map[string]any{"Address": address}}
	host, _, err := net.SplitHostPort(address)
	if ip := net.ParseIP(host); err != nil || host != "localhost" && (ip == nil || !ip.IsLoopback()) {
		return nil, bad
	}
	listener, err := (&net.ListenConfig{}).Listen(ctx, "tcp", address)
	if err != nil {
		bad.key, bad.status, bad.cause = "cmd.error.port", exitError, err
		return nil, bad
	}
	return listener, nil
}

// stage is the running sandbox.
type stage struct {
	app      *app
	books    *books
	clock    *sandbox.Clock
	listener net.Listener
	server   *sandbox.Server
}

func (s *stage) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	var err error
	s.server, err = sandbox.New(sandbox.Options{
		Token: sandboxToken, Name: s.text("sandbox.bot_name"), Username: "ketnghia_bot", Now: s.clock.Now,
		Log: s.app.logger(s.app.err),
	})
	if err != nil {
		return fmt.Errorf("sandbox: %w", err)
	}
	defer s.server.Close()
	address := "http://" + s.listener.Addr().String()
	m, err := s.app.newMachine(ctx, s.books, machineOptions{
		token: bot.NewToken(sandboxToken), apiURL: address, now: s.clock.Now, steady: s.app.now,
		log: s.app.logger(s.app.err),
	})
	if err != nil {
		return err
	}
	if err := s.people(ctx); err != nil {
		return err
	}
	web := &http.Server{Handler: s.handler(ctx, m), ReadHeaderTimeout: readTimeout}
	failed := make(chan error, 1)
	go func() { failed <- web.Serve(s.listener) }()
	s.app.say("cmd.sandbox.ready", map[string]any{"URL": address})
	serving := m.run(ctx)
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

func (s *stage) text(key string) string { return s.app.printer().Text(key, nil) }

// handler serves the Bot API and the page from one address.
func (s *stage) handler(ctx context.Context, m *machine) http.Handler {
	p := s.books.ledger.Programme()
	page := s.server.Page(sandbox.PageOptions{
		Clock: s.clock, Title: s.text("sandbox.title"), Banner: s.text("sandbox.banner"), Days: s.days(p),
		// What falls due at the new time is queued at once; a failure is logged by the scheduler and seen at its next tick.
		OnClock: func(time.Time) { _, _ = m.scheduler.Poke(ctx) },
		NextMorning: func(now time.Time) time.Time {
			day := p.Calendar.OnOrAfter(p.Today(now).AddDays(1))
			return day.At(p.Delivery.From/60, p.Delivery.From%60+15, p.Location)
		},
	})
	mux := http.NewServeMux()
	mux.Handle("/bot"+sandboxToken+"/", s.server.API())
	mux.Handle("/file/", s.server.API())
	mux.Handle("/", page)
	return mux
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

// people brings the demo pairings and people on stage: everybody with a unit opens an invitation link, as in life.
func (s *stage) people(ctx context.Context) error {
	rows, err := csv.NewReader(bytes.NewReader(demoPeople)).ReadAll()
	if err != nil {
		return fmt.Errorf("demo people: %w", err)
	}
	if err := s.pairings(ctx); err != nil {
		return err
	}
	for _, row := range rows[1:] {
		id, err := strconv.ParseInt(row[0], 10, 64)
		if err != nil {
			return fmt.Errorf("demo people: %w", err)
		}
		s.server.AddPerson(sandbox.Person{ID: id, FirstName: row[1], LastName: row[2], Lang: row[3], Note: row[6]})
		if row[4] == "" || !s.books.seeded {
			continue
		}
		start, err := s.app.makeInvitation(ctx, s.books, typed{}, ledger.InviteOrder{
			Unit: twinning.UnitKey(row[4]), Role: twinning.Role(row[5]), Name: strings.Join(row[1:3], " "),
		})
		if err != nil {
			return err
		}
		if _, err := s.server.Say(id, id, start); err != nil {
			return fmt.Errorf("demo people: %w", err)
		}
	}
	return nil
}

// pairings makes demo pairings in a store that has none.
func (s *stage) pairings(ctx context.Context) error {
	now := s.clock.Now()
	err := s.books.ledger.Update(ctx, now, func(w *ledger.Work) error {
		units, err := w.Units()
		if err != nil {
			return fmt.Errorf("units: %w", err)
		}
		have, err := w.Pairings()
		if err != nil || len(have) > 0 {
			return err //nolint:wrapcheck // wrapped by Update
		}
		demo := programme.DemoPairings(units, twinning.NewDate(w.Programme().From, 1, 1))
		return w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Pairings: demo})
	})
	if err != nil {
		return fmt.Errorf("demo pairings: %w", err)
	}
	return nil
}
