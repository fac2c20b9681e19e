package main

import (
	"context"
	"path/filepath"

	"ketnghia/bot"
	"ketnghia/scheduler"
)

// watchSettings are how the bot is reached by programs: by those that watch it, and by Telegram instead of being polled.
type watchSettings struct {
	Listen        string `env:"KETNGHIA_LISTEN" default:"127.0.0.1:9090" placeholder:"ADDR" help:"${help_health}"`
	WebhookURL    string `name:"webhook-url" env:"KETNGHIA_WEBHOOK_URL" placeholder:"URL" help:"${help_webhook_url}"`
	WebhookListen string `name:"webhook-listen" env:"KETNGHIA_WEBHOOK_LISTEN" default:"127.0.0.1:8443" placeholder:"ADDR" help:"${help_webhook_listen}"`
	DropWebhook   bool   `name:"drop-webhook" help:"${help_drop_webhook}"`
}

// webhook returns where Telegram is to post, nil for a bot that polls. There is no flag for the secret, since arguments
// show in the process list; without one the bot makes one anew at each start.
func (s watchSettings) webhook(a *app) (*bot.Webhook, error) {
	switch {
	case s.WebhookURL == "":
		return nil, nil //nolint:nilnil // no webhook is no failure
	case s.DropWebhook:
		return nil, &failure{key: "cmd.error.webhook_both", status: exitUsage}
	}
	hook := &bot.Webhook{URL: s.WebhookURL}
	if secret := a.getenv("KETNGHIA_WEBHOOK_SECRET"); secret != "" {
		hook.Secret = bot.NewToken(secret)
	}
	return hook, nil
}

// mode names how updates come in.
func (s watchSettings) mode() string {
	if s.WebhookURL != "" {
		return "webhook"
	}
	return "polling"
}

// attend adds to the machine the servers for programs and the watch for the coordinators. It opens the ports, so that one
// that is taken is told before anything runs.
func (m *machine) attend(ctx context.Context, s watchSettings) error {
	path, log, now := m.books.store.Path(), m.o.log, m.o.now
	signs := &signs{
		bot: m.bot, ticks: m.scheduler, ledger: m.books.ledger, database: path, data: filepath.Dir(path), disk: freeDisk,
		began: now(),
	}
	if m.o.backups != nil {
		signs.backups = m.o.backups
	}
	probes := signs.probes()
	m.watch = scheduler.NewWatch(scheduler.WatchOptions{
		Ledger: m.books.ledger, Now: now, Log: log, Wake: m.bot.Wake, Probes: probes,
	})
	if s.Listen != off {
		listener, err := listen(ctx, s.Listen, "--listen")
		if err != nil {
			return err
		}
		m.o.metrics.registry.MustRegister(newState(signs, probes, now))
		h := &health{signs: signs, probes: probes, now: now, mode: s.mode()}
		m.servers = append(m.servers, newWebServer("health", listener, h.handler(m.o.metrics.handler(log)), log))
	}
	if hook := m.bot.WebhookHandler(); hook != nil {
		listener, err := listen(ctx, s.WebhookListen, "--webhook-listen")
		if err != nil {
			return err
		}
		m.servers = append(m.servers, newWebServer("webhook", listener, hook, log))
	}
	return nil
}
