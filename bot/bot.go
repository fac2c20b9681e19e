package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"

	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/twinning"
)

// Reasons why the bot can't begin, for the command line to explain.
var (
	// ErrToken says that Telegram doesn't know the token.
	ErrToken = errors.New("token unknown to telegram")
	// ErrUnreachable says that the Bot API doesn't answer.
	ErrUnreachable = errors.New("telegram out of reach")
	// ErrWebhook says that updates go to a webhook, so that they can't be polled.
	ErrWebhook = errors.New("a webhook is set for the bot")
)

const (
	defaultAPI   = "https://api.telegram.org"
	defaultPoll  = 50 * time.Second
	defaultGrace = 10 * time.Second
	// checkTimeout bounds each call of Check.
	checkTimeout = 15 * time.Second
	// maxDescription is the longest description of a command (Bot API, BotCommand).
	maxDescription = 256
)

// Command is an entry of the menu of commands: its name without slash, and the key of its description in locales.
type Command struct {
	Name string
	Key  string
	// Coordinators says that only they see it.
	Coordinators bool
}

// Options configure a Bot. Ledger, Catalogue, Handle, Token and Now are required.
type Options struct {
	Ledger    *ledger.Ledger
	Catalogue *locales.Catalogue
	// Handle handles each update; Router.Handle is one.
	Handle Handler
	Token  Token
	// APIURL is where the Bot API is served, by default Telegram's own.
	APIURL string
	// HTTPClient makes the calls; by default one that honours HTTPS_PROXY and keeps connections. It must have no
	// timeout shorter than PollTimeout.
	HTTPClient *http.Client
	// Now is the time that people see; it may be moved.
	Now func() time.Time
	// Steady paces the sending: a clock that runs on by itself and never back. By default Now.
	Steady func() time.Time
	Log    *slog.Logger
	// Data is the data folder: copies of files are kept in files/ below it. Empty keeps none.
	Data string
	// Reports makes the files that messages ask for.
	Reports ReportFunc
	// Commands is the menu, shown in Vietnamese and English.
	Commands []Command
	// PollTimeout is how long a getUpdates waits, in whole seconds (default 50 s).
	PollTimeout time.Duration
	// Grace is how long Run finishes what is in hand after its context ended (default 10 s).
	Grace  time.Duration
	Limits Limits
	// Webhook has Telegram post updates to WebhookHandler, instead of being polled. DropWebhook removes one that is set,
	// for a bot that polls again; without it Check and Run return ErrWebhook.
	Webhook     *Webhook
	DropWebhook bool
	// Observer counts what happens; nil for nobody.
	Observer Observer
	// Flood limits what one sender may bring.
	Flood FloodLimits
}

// Bot connects the ledger with Telegram.
type Bot struct {
	o      Options
	api    *apiClient
	client *tg.Bot
	me     atomic.Pointer[identity]
	wake   signal
	vitals *vitals
	// cabinet is nil when no copies are kept; registered wakes who fetches them.
	cabinet    *cabinet
	registered signal
	// announced wakes who takes announcements on.
	announced signal
	// stored rings after updates were stored. hook is nil for a bot that polls.
	stored signal
	hook   *hook
}

// New checks the options and returns a bot that has not spoken with Telegram yet.
func New(o Options) (*Bot, error) {
	if o.Ledger == nil || o.Catalogue == nil || o.Handle == nil || o.Now == nil {
		return nil, fmt.Errorf("bot: %w", &twinning.InvalidError{Field: "options", Rule: "required"})
	}
	if !o.Token.valid() {
		return nil, fmt.Errorf("bot: %w", &twinning.InvalidError{Field: "token", Rule: "shape"})
	}
	o = o.withDefaults()
	base, err := url.Parse(o.APIURL)
	if err != nil || base.Host == "" || base.Scheme != "http" && base.Scheme != "https" {
		return nil, fmt.Errorf("bot: %w", &twinning.InvalidError{Field: "api_url", Rule: "url"})
	}
	b := &Bot{o: o, wake: newSignal(), registered: newSignal(), announced: newSignal(), stored: newSignal(), vitals: newVitals(o)}
	if o.Webhook != nil {
		checked, where, err := o.Webhook.checked()
		if err != nil {
			return nil, err
		}
		b.o.Webhook = &checked
		b.hook = b.newHook(where)
	}
	if o.Data != "" {
		b.cabinet = &cabinet{folder: o.Data}
	}
	b.api = &apiClient{http: o.HTTPClient, token: o.Token, base: strings.TrimRight(o.APIURL, "/")}
	b.client, err = tg.New(o.Token.reveal(), tg.WithSkipGetMe(), tg.WithServerURL(b.api.base),
		tg.WithHTTPClient(o.PollTimeout, b.api),
		tg.WithErrorsHandler(func(error) { o.Log.Warn("client library reports an error") }))
	if err != nil {
		return nil, o.Token.scrubError(fmt.Errorf("bot: %w", err))
	}
	return b, nil
}

func (o Options) withDefaults() Options {
	o.Limits = o.Limits.withDefaults()
	if o.APIURL == "" {
		o.APIURL = defaultAPI
	}
	if o.HTTPClient == nil {
		o.HTTPClient = newHTTPClient(o.Limits.InFlight)
	}
	if o.Steady == nil {
		o.Steady = o.Now
	}
	if o.Log == nil {
		o.Log = slog.New(slog.DiscardHandler)
	}
	if o.Reports == nil {
		o.Reports = func(context.Context, twinning.ReportRequest, locales.Printer) (string, []byte, error) {
			return "", nil, twinning.ErrNotFound
		}
	}
	if o.Observer == nil {
		o.Observer = unobserved{}
	}
	if o.PollTimeout <= 0 {
		o.PollTimeout = defaultPoll
	}
	if o.Grace <= 0 {
		o.Grace = defaultGrace
	}
	return o
}

// Check asks Telegram who the bot is and whether it may poll. The error is ErrToken, ErrUnreachable or ErrWebhook.
func (b *Bot) Check(ctx context.Context) error {
	var me struct {
		ID       int64  `json:"id"`
		Username string `json:"username"`
	}
	if err := b.ask(ctx, "getMe", &me); err != nil {
		return err
	}
	var hook struct {
		URL string `json:"url"`
	}
	if err := b.ask(ctx, "getWebhookInfo", &hook); err != nil {
		return err
	}
	b.me.Store(&identity{id: me.ID, username: me.Username})
	if hook.URL != "" && b.hook == nil && !b.o.DropWebhook {
		return ErrWebhook
	}
	return nil
}

// ask makes a call without parameters for Check.
func (b *Bot) ask(ctx context.Context, method string, into any) error {
	ctx, cancel := context.WithTimeout(ctx, checkTimeout)
	defer cancel()
	result, err := b.api.call(ctx, method, struct{}{})
	var refused *apiError
	switch {
	case errors.As(err, &refused) && tokenRefused(refused):
		return fmt.Errorf("%s: %w", method, ErrToken)
	case err != nil:
		return fmt.Errorf("%w: %w", ErrUnreachable, err)
	}
	if err := json.Unmarshal(result, into); err != nil {
		return fmt.Errorf("%w: %s: %w", ErrUnreachable, method, errBadAnswer)
	}
	return nil
}

// Username returns the bot's username without @, "" before Telegram told it.
func (b *Bot) Username() string {
	if me := b.me.Load(); me != nil {
		return me.username
	}
	return ""
}

// DeepLink returns the link that starts the bot with the code. It is of no use before Telegram told the username.
func (b *Bot) DeepLink(code string) string { return deepLink(b.Username(), code) }

func deepLink(username, code string) string { return "https://t.me/" + username + "?start=" + code }

// Wake has the bot look now for messages to send and files to keep. Whoever commits some outside the bot calls it.
func (b *Bot) Wake() {
	b.wake.ring()
	b.registered.ring()
	b.announced.ring()
}

// Run takes updates, handles and sends until the context ends, and then finishes what is in hand. It waits for a network
// that is not there yet; it returns ErrToken, ErrWebhook or ErrWebhookRefused when Telegram says so at the start, and nil
// otherwise. A webhook stays set when it ends: Telegram keeps what comes meanwhile for a day (Bot API, Getting updates).
func (b *Bot) Run(ctx context.Context) error {
	if err := b.introduce(ctx); err != nil || ctx.Err() != nil {
		return err
	}
	if err := b.register(ctx); err != nil || ctx.Err() != nil {
		return err
	}
	in := &intake{
		ledger: b.o.Ledger, me: *b.me.Load(), handle: b.o.observed(), now: b.o.Now, log: b.o.Log,
		steady: b.o.Steady, counted: map[uint64]bool{}, flood: newFlood(b.o.Flood),
		vitals: b.vitals, stored: b.stored, handled: b.wake, registered: b.registered, announced: b.announced,
	}
	var running sync.WaitGroup
	b.listen(ctx, &running)
	running.Go(func() { in.run(ctx) })
	running.Go(func() { b.newSender().run(ctx) })
	running.Go(func() { b.newCrier().run(ctx) })
	running.Go(func() { b.showCommands(ctx) })
	if b.cabinet != nil {
		running.Go(func() { b.newKeeper().run(ctx) })
	}
	running.Wait()
	return nil
}

// listen takes updates in, posted or polled.
func (b *Bot) listen(ctx context.Context, running *sync.WaitGroup) {
	if b.hook != nil {
		running.Go(func() { b.hook.run(ctx) })
		running.Go(func() { b.keepHook(ctx) })
		return
	}
	p := &poller{
		api: b.api, ledger: b.o.Ledger, now: b.o.Now, log: b.o.Log, vitals: b.vitals,
		timeout: b.o.PollTimeout, stored: b.stored,
	}
	running.Go(func() { p.run(ctx) })
}

// introduce checks until Telegram answers.
func (b *Bot) introduce(ctx context.Context) error {
	for failures := 1; b.me.Load() == nil; failures++ {
		err := b.Check(ctx)
		switch {
		case ctx.Err() != nil:
			return nil //nolint:nilerr // being stopped is no failure
		case errors.Is(err, ErrUnreachable):
			b.o.Log.WarnContext(ctx, "telegram out of reach", slog.Any("error", err))
			sleep(ctx, delay(failures, pollMostPause))
		case err != nil:
			return err
		}
	}
	return nil
}

func (b *Bot) newSender() *sender {
	return &sender{
		ledger: b.o.Ledger, now: b.o.Now, steady: b.o.Steady, log: b.o.Log, vitals: b.vitals,
		grace: b.o.Grace, wake: b.wake,
		caller: &caller{
			client: b.client, api: b.api, catalogue: b.o.Catalogue, reports: b.o.Reports, log: b.o.Log, tell: b.o.Observer.Sent,
			copies: copies{ledger: b.o.Ledger, cabinet: b.cabinet, now: b.o.Now, log: b.o.Log},
			render: renderer{location: b.o.Ledger.Programme().Location, log: b.o.Log},
		},
		results: make(chan result, b.o.Limits.InFlight), pace: newPace(b.o.Limits), window: windowLeast,
		flying: map[*job]bool{}, failing: map[twinning.ChatID]bool{}, heads: map[uint64]*ledger.Delivery{},
	}
}

func (b *Bot) newCrier() *crier {
	return &crier{
		ledger: b.o.Ledger, now: b.o.Now, log: b.o.Log, vitals: b.vitals, wake: b.announced, queued: b.wake,
	}
}

func (b *Bot) newKeeper() *keeper {
	return &keeper{
		ledger: b.o.Ledger, api: b.api, cabinet: b.cabinet, now: b.o.Now, log: b.o.Log, vitals: b.vitals,
		wake:    b.registered,
		results: make(chan fetched, keptTogether), flying: map[string]bool{},
	}
}

// showCommands sets the menu of commands: Vietnamese for everybody, English for those whose Telegram speaks it, and for
// each coordinator one with what only they may do. The bot works without it, so a failure is tried again a few times and
// then left.
func (b *Bot) showCommands(ctx context.Context) {
	if len(b.o.Commands) == 0 {
		return
	}
	for _, lang := range []string{"", langEN} {
		b.setCommands(ctx, &tg.SetMyCommandsParams{LanguageCode: lang, Commands: b.menu(lang, false)})
	}
	if !slices.ContainsFunc(b.o.Commands, func(c Command) bool { return c.Coordinators }) {
		return
	}
	shown := map[twinning.ChatID]bool{}
	for again := true; again; again = sleep(ctx, menuTick) {
		b.showCoordinators(ctx, shown)
	}
}

// menuTick is how often it is looked whether somebody became a coordinator.
const menuTick = time.Minute

// showCoordinators sets the menu of those coordinators who have not got theirs.
func (b *Bot) showCoordinators(ctx context.Context, shown map[twinning.ChatID]bool) {
	var coordinators []twinning.Person
	err := b.o.Ledger.View(ctx, b.o.Now(), func(l *ledger.Look) (err error) {
		coordinators, err = l.Coordinators()
		return err
	})
	if err != nil {
		b.o.Log.WarnContext(ctx, "coordinators not read for their menu", slog.Any("error", err))
	}
	for _, p := range coordinators {
		if shown[p.Telegram] {
			continue
		}
		shown[p.Telegram] = true
		b.setCommands(ctx, &tg.SetMyCommandsParams{
			Scope: &models.BotCommandScopeChat{ChatID: int64(p.Telegram)}, Commands: b.menu(p.Lang, true),
		})
	}
}

// menu returns the commands with their descriptions, for coordinators all of them.
func (b *Bot) menu(lang string, coordinator bool) []models.BotCommand {
	d, p := renderer{log: b.o.Log}, b.o.Catalogue.Printer(lang)
	var menu []models.BotCommand
	for _, c := range b.o.Commands {
		if c.Coordinators && !coordinator {
			continue
		}
		text := []rune(d.plain(p, twinning.Line{Key: c.Key}))
		menu = append(menu, models.BotCommand{
			Command: c.Name, Description: string(text[:min(len(text), maxDescription)]),
		})
	}
	return menu
}

func (b *Bot) setCommands(ctx context.Context, params *tg.SetMyCommandsParams) {
	const tries = 4
	for failures := 1; failures <= tries; failures++ {
		calling, cancel := context.WithTimeout(ctx, checkTimeout)
		_, err := b.client.SetMyCommands(calling, params)
		cancel()
		if err == nil || ctx.Err() != nil {
			return
		}
		b.o.Log.WarnContext(ctx, "menu of commands not set", slog.Any("error", b.o.Token.scrubError(err)))
		sleep(ctx, delay(failures, pollMostPause))
	}
}
