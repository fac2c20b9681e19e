package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"

	"ketnghia/bot"
	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/scheduler"
	"ketnghia/store"
	"ketnghia/twinning"
)

// serveCmd runs the bot against Telegram.
type serveCmd struct {
	APIURL string `name:"telegram-api-url" env:"TELEGRAM_API_URL" placeholder:"URL" help:"${help_api_url}"`

	Watch  watchSettings  `embed:""`
	Backup backupSettings `embed:"" prefix:"backup-"`
}

// Run serves until a signal ends it.
func (c *serveCmd) Run(ctx context.Context, a *app) (err error) {
	token, err := a.token()
	if err != nil {
		return err
	}
	if isKept(a.cli.Data) {
		return &failure{key: "cmd.error.sandbox_data", status: exitUsage, args: map[string]any{"Data": a.cli.Data}}
	}
	b, err := a.openFolder(ctx, a.cli.Data, store.Options{Now: a.now(), Create: true})
	if err != nil {
		return err
	}
	defer b.closeInto(&err)
	log := slog.New(slog.NewJSONHandler(a.err, &slog.HandlerOptions{Level: a.level(slog.LevelInfo)}))
	if b.closed {
		log.WarnContext(ctx, "data folder was open to other accounts and is closed now", slog.String("data", a.cli.Data))
	}
	if err := hideMemory(); err != nil {
		log.WarnContext(ctx, "memory not hidden", slog.Any("error", err)) // some containers forbid it; the bot works
	}
	backups, err := a.newNightly(b, c.Backup, log)
	if err != nil {
		return err
	}
	hook, err := c.Watch.webhook(a)
	if err != nil {
		return err
	}
	m, err := a.newMachine(ctx, b, machineOptions{
		token: token, apiURL: c.APIURL, data: a.cli.Data, now: a.now, log: log, backups: backups,
		webhook: hook, dropWebhook: c.Watch.DropWebhook, metrics: newMetrics(),
	})
	if err != nil {
		return err
	}
	defer m.close()
	if err := m.attend(ctx, c.Watch); err != nil {
		return err
	}
	if err := m.bot.Check(ctx); err != nil {
		if ctx.Err() != nil {
			return nil
		}
		return fmt.Errorf("start: %w", err)
	}
	if err := a.firstInvitation(ctx, b, m.bot); err != nil {
		return err
	}
	backups.begin(a.now())
	log.InfoContext(ctx, "serving", slog.String("version", version()), slog.String("data", a.cli.Data),
		slog.String("mode", c.Watch.mode()))
	err = m.run(ctx)
	log.InfoContext(ctx, "stopped", slog.String("data", a.cli.Data), slog.Bool("well", err == nil))
	return err
}

// token reads the bot's token from the environment; there is no flag for it, since arguments show in the process list.
func (a *app) token() (bot.Token, error) {
	value := a.getenv("TELEGRAM_BOT_TOKEN")
	if value == "" {
		return bot.Token{}, &failure{key: "cmd.error.no_token", status: exitUsage}
	}
	return bot.NewToken(value), nil
}

// machine is the running bot with its scheduler.
type machine struct {
	bot       *bot.Bot
	scheduler *scheduler.Scheduler
	app       *app
	books     *books
	// began is when it began to run, by the time of the machine.
	began time.Time
	o     machineOptions
	// learning keeps two commands that end at once from telling the reader of messages old and new units in disorder.
	learning sync.Mutex
	units    []twinning.Unit
	// watch is nil, and servers are none, where nobody attends to the machine.
	watch   *scheduler.Watch
	servers []*webServer
}

type machineOptions struct {
	token  bot.Token
	apiURL string
	// data is the data folder, where the bot keeps copies of files.
	data string
	now  func() time.Time
	// steady paces the sending where now can be moved.
	steady func() time.Time
	// limits are how fast the bot sends; zero takes what Telegram allows.
	limits bot.Limits
	// flood is how much one sender may bring; zero takes the defaults.
	flood bot.FloodLimits
	// ticks is when the scheduler looks at the books, as a cron line; "" takes every minute.
	ticks string
	log   *slog.Logger
	// backups makes backups; nil makes none.
	backups *nightly
	// webhook has Telegram post updates, nil has the bot poll; dropWebhook removes one that is set.
	webhook     *bot.Webhook
	dropWebhook bool
	// metrics count what happens; nil counts nothing.
	metrics *metrics
	// reader reads messages; nil makes one for the units of the books.
	reader *nlu.Reader
}

// newMachine wires bot and scheduler over the books.
func (a *app) newMachine(ctx context.Context, b *books, o machineOptions) (*machine, error) {
	m := &machine{app: a, books: b}
	var err error
	if m.units, err = b.units(ctx, o.now()); err != nil {
		return nil, err
	}
	if o.reader, err = newReader(m.units); err != nil {
		return nil, err
	}
	m.o = o
	if m.bot, err = a.newBot(ctx, b, o); err != nil {
		return nil, err
	}
	var jobs []scheduler.Job
	if o.backups != nil {
		jobs = append(jobs, o.backups.job())
	}
	schedule := scheduler.Options{
		Ledger: b.ledger, Now: o.now, Log: o.log, Wake: m.bot.Wake, Spec: o.ticks, Jobs: jobs,
	}
	if o.metrics != nil {
		schedule.Observer = o.metrics
	}
	m.scheduler, err = scheduler.New(schedule)
	if err != nil {
		return nil, fmt.Errorf("scheduler: %w", err)
	}
	return m, nil
}

// newBot wires desk and bot over the books.
func (a *app) newBot(ctx context.Context, b *books, o machineOptions) (*bot.Bot, error) {
	if o.reader == nil {
		var err error
		if o.reader, err = b.reader(ctx, o.now()); err != nil {
			return nil, err
		}
	}
	desk := bot.NewDesk(bot.DeskOptions{
		Reader: o.reader, Programme: b.ledger.Programme(), Catalogue: a.catalogue, Random: rand.Reader,
	})
	reports := bot.Reports(b.ledger, o.now)
	if o.backups != nil {
		reports = o.backups.reports(reports)
	}
	options := bot.Options{
		Ledger: b.ledger, Catalogue: a.catalogue, Handle: desk.Router().Handle, Token: o.token, APIURL: o.apiURL,
		Data: o.data,
		Now:  o.now, Steady: o.steady, Log: o.log, Reports: reports, Commands: bot.Commands(),
		Limits: o.limits, Flood: o.flood, Webhook: o.webhook, DropWebhook: o.dropWebhook,
	}
	if o.metrics != nil {
		options.Observer = o.metrics
	}
	talker, err := bot.New(options)
	if invalid, ok := errors.AsType[*twinning.InvalidError](err); ok {
		return nil, &failure{key: "cmd.error." + invalid.Field, status: exitUsage, cause: err}
	}
	if err != nil {
		return nil, fmt.Errorf("bot: %w", err)
	}
	return talker, nil
}

// run runs bot, scheduler and what attends to them until the context ends or the bot can't go on.
func (m *machine) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer m.admit(ctx)()
	var wg sync.WaitGroup
	failures := make([]error, 2+len(m.servers))
	part := func(i int, run func(context.Context) error) {
		wg.Go(func() {
			failures[i] = run(ctx)
			cancel()
		})
	}
	part(0, m.bot.Run)
	part(1, m.scheduler.Run)
	for i, server := range m.servers {
		part(2+i, server.run)
	}
	if m.watch != nil {
		wg.Go(func() { m.watch.Run(ctx) })
	}
	wg.Wait()
	if err := errors.Join(failures...); err != nil {
		return fmt.Errorf("serve: %w", err)
	}
	return nil
}

// close lets the ports go.
func (m *machine) close() {
	for _, server := range m.servers {
		server.close()
	}
}

// firstInvitation prints an invitation for Ban Dân tộc, once: when nobody is in and none is open.
func (a *app) firstInvitation(ctx context.Context, b *books, links linker) error {
	now := a.now()
	var standing []twinning.Unit
	err := b.ledger.View(ctx, now, func(k *ledger.Look) error {
		people, err := k.People()
		if err != nil || len(people) > 0 {
			return err
		}
		invitations, err := k.Invitations()
		if err != nil || slices.ContainsFunc(invitations, func(i twinning.Invitation) bool { return open(i, now) }) {
			return err
		}
		standing, err = k.UnitsOf(twinning.RoleStanding)
		return err
	})
	if err != nil || len(standing) == 0 {
		return err
	}
	link, err := a.makeInvitation(ctx, b, links, ledger.InviteOrder{Unit: standing[0].Key, Role: twinning.RoleCoordinator})
	if err != nil {
		return err
	}
	a.say("cmd.first_invitation", map[string]any{"Unit": standing[0].Name, "Link": link})
	return nil
}

// open says whether somebody can still come in with the invitation.
func open(i twinning.Invitation, now time.Time) bool { return i.UsedBy == 0 && !now.After(i.Expires) }
