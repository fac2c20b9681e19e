package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"strings"

	"ketnghia/bot"
	"ketnghia/ledger"
	"ketnghia/programme"
	"ketnghia/twinning"
)

// inviteCmd makes an invitation link.
type inviteCmd struct {
	Unit   string `arg:"" help:"${help_unit}"`
	Role   string `default:"officer" enum:"officer,lead,coordinator,observer" placeholder:"ROLE" help:"${help_role}"`
	Name   string `placeholder:"NAME" help:"${help_name}"`
	APIURL string `name:"telegram-api-url" env:"TELEGRAM_API_URL" placeholder:"URL" help:"${help_api_url}"`
}

// linker makes the link that starts the bot with a code.
type linker interface{ DeepLink(code string) string }

// typed stands in for a link where the bot's name isn't known: the words to write to the bot.
type typed struct{}

func (typed) DeepLink(code string) string { return "/start " + code }

// Run prints the link.
func (c *inviteCmd) Run(ctx context.Context, a *app) (err error) {
	b, err := a.open(ctx, a.cli.Data, a.now())
	if err != nil {
		return err
	}
	defer b.closeInto(&err)
	unit, err := a.findUnit(ctx, b, c.Unit)
	if err != nil {
		return err
	}
	if !unit.Active() {
		return &failure{key: "cmd.error.unit_ended", status: exitUsage, args: map[string]any{"Unit": unit.Name}}
	}
	links, err := a.links(ctx, b, c.APIURL)
	if err != nil {
		return err
	}
	link, err := a.makeInvitation(ctx, b, links, ledger.InviteOrder{Unit: unit.Key, Role: twinning.Role(c.Role), Name: c.Name})
	if _, ok := errors.AsType[*twinning.InvalidError](err); ok {
		return &failure{key: "cmd.error.role_unit", status: exitUsage, cause: err, args: map[string]any{"Unit": unit.Name}}
	}
	if err != nil {
		return err
	}
	a.say("cmd.invitation", map[string]any{
		"Unit": unit.Name, "Role": a.printer().Text("role."+c.Role, nil), "Link": link,
	})
	return nil
}

// findUnit finds the unit that the operator names by key, code, name or alias. One that has ended is found too where no
// other one is meant.
func (a *app) findUnit(ctx context.Context, b *books, name string) (twinning.Unit, error) {
	var units []twinning.Unit
	err := b.ledger.View(ctx, a.now(), func(k *ledger.Look) (err error) {
		units, err = k.Units()
		return err
	})
	if err != nil {
		return twinning.Unit{}, fmt.Errorf("unit: %w", err)
	}
	u, err := programme.NewDirectory(units).FindCurrent(name)
	if ambiguous, ok := errors.AsType[*programme.AmbiguousError](err); ok {
		names := make([]string, len(ambiguous.Candidates))
		for i, c := range ambiguous.Candidates {
			names[i] = fmt.Sprintf("%s (%s)", c.Name, c.Key)
		}
		return u, &failure{key: "cmd.error.ambiguous_unit", status: exitUsage, cause: err, args: map[string]any{
			"Unit": name, "Candidates": strings.Join(names, ", "),
		}}
	}
	if err != nil {
		return u, &failure{key: "cmd.error.unknown_unit", status: exitUsage, cause: err, args: map[string]any{"Unit": name}}
	}
	return u, nil
}

// links asks Telegram for the bot's name when there is a token; without one the invitation is the words to write.
func (a *app) links(ctx context.Context, b *books, apiURL string) (linker, error) {
	if a.task != nil {
		return a.task.host.machine.links(ctx)
	}
	if a.getenv("TELEGRAM_BOT_TOKEN") == "" {
		return typed{}, nil
	}
	token, err := a.token()
	if err != nil {
		return nil, err
	}
	talker, err := a.newBot(ctx, b, machineOptions{token: token, apiURL: apiURL, now: a.now})
	if err != nil {
		return nil, err
	}
	if err := talker.Check(ctx); err != nil && !errors.Is(err, bot.ErrWebhook) {
		return nil, fmt.Errorf("invite: %w", err)
	}
	return talker, nil
}

// makeInvitation stores an invitation with a new code and returns its link.
func (a *app) makeInvitation(ctx context.Context, b *books, links linker, o ledger.InviteOrder) (string, error) {
	code, err := ledger.NewCode(rand.Reader)
	if err != nil {
		return "", fmt.Errorf("invite: %w", err)
	}
	o.Code = code
	err = b.ledger.Update(ctx, a.now(), func(w *ledger.Work) error {
		_, err := w.Invite(ledger.Actor{}, o)
		return err
	})
	if err != nil {
		return "", fmt.Errorf("invite: %w", err)
	}
	return links.DeepLink(code), nil
}
