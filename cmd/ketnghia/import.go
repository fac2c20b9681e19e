package main

import (
	"context"
	"crypto/rand"
	"fmt"
	"io"
	"strings"

	"ketnghia/ledger"
	"ketnghia/programme"
	"ketnghia/twinning"
)

// importCmd takes over a roster: units, pairings, people.
type importCmd struct {
	File   string `arg:"" help:"${help_file}"`
	DryRun bool   `help:"${help_dry_run}"`
	APIURL string `name:"telegram-api-url" env:"TELEGRAM_API_URL" placeholder:"URL" help:"${help_api_url}"`
}

// Run shows what would change and, without --dry-run, changes it: the whole file or, with one bad row, nothing.
func (c *importCmd) Run(ctx context.Context, a *app) (err error) {
	roster, err := programme.ReadRoster(c.File)
	if err != nil {
		return a.fileFailure("cmd.error.file", c.File, err)
	}
	b, err := a.open(ctx, a.cli.Data, a.now())
	if err != nil {
		return err
	}
	defer b.closeInto(&err)
	var units []twinning.Unit
	var pairings []twinning.Pairing
	err = b.ledger.View(ctx, a.now(), func(k *ledger.Look) (err error) {
		if units, err = k.Units(); err != nil {
			return fmt.Errorf("units: %w", err)
		}
		pairings, err = k.Pairings()
		return err
	})
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	plan, rejections := roster.Check(units, pairings)
	for _, r := range rejections {
		_, _ = io.WriteString(a.err, a.rejection(r)+"\n")
	}
	if n := len(rejections); n > 0 {
		return &failure{key: "cmd.error.rejected", status: exitError, args: map[string]any{
			"Count": n, "Value": n,
		}}
	}
	a.showPlan(plan)
	if c.DryRun {
		a.say("cmd.import.dry_run", nil)
		return nil
	}
	return a.applyPlan(ctx, b, c.APIURL, plan)
}

// rejection says which row is bad and why.
func (a *app) rejection(r programme.Rejection) string {
	return a.printer().Text("cmd.import.rejection", map[string]any{
		"Sheet": r.Sheet, "Row": r.Row, "File": r.File,
		"Reason": a.printer().Text("cmd.reject."+r.Code, map[string]any{
			"Column": r.Column, "Text": r.Value, "Candidates": strings.Join(r.Candidates, ", "), "Other": r.Other,
			"Limit": r.Limit,
		}),
	})
}

// showPlan prints what would change, a line a record, in the manner of a diff.
func (a *app) showPlan(p programme.Plan) {
	for _, i := range p.Ignored {
		a.say("cmd.import.ignored", map[string]any{"File": i.File, "Text": strings.TrimSpace(i.Title + " " + i.Column)})
	}
	for _, u := range p.Units.Added {
		a.print("+ %s %s (%s)\n", u.Key, u.Name, a.printer().Text("unitrole."+string(u.Role), nil))
	}
	for _, u := range p.Units.Changed {
		a.print("~ %s %s: %s\n", u.New.Key, u.New.Name, changes(u.Fields))
	}
	for _, x := range p.Pairings.Added {
		a.print("+ %s → %s (%s, %s)\n", x.Sponsor, x.Recipient, x.Decision, x.From)
	}
	for _, x := range p.Pairings.Changed {
		a.print("~ %s → %s: %s\n", x.New.Sponsor, x.New.Recipient, changes(x.Fields))
	}
	for _, x := range p.Invite {
		a.print("+ %s (%s, %s)\n", x.Name, a.printer().Text("role."+string(x.Role), nil), x.Unit)
	}
	a.say("cmd.import.summary", map[string]any{
		"UnitsAdded": len(p.Units.Added), "UnitsChanged": len(p.Units.Changed), "UnitsSame": len(p.Units.Unchanged),
		"PairingsAdded": len(p.Pairings.Added), "PairingsChanged": len(p.Pairings.Changed),
		"PairingsSame": len(p.Pairings.Unchanged), "People": len(p.Invite),
	})
}

func changes(fields []programme.FieldChange) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = fmt.Sprintf("%s %q → %q", f.Field, f.Old, f.New)
	}
	return strings.Join(parts, ", ")
}

// applyPlan puts the plan into the books in one transaction and prints the links of the people to invite.
func (a *app) applyPlan(ctx context.Context, b *books, apiURL string, p programme.Plan) error {
	if p.Empty() {
		a.say("cmd.import.nothing", nil)
		return nil
	}
	change := ledger.RosterChange{Units: p.Units.Added, Pairings: p.Pairings.Added}
	for _, u := range p.Units.Changed {
		change.Units = append(change.Units, u.New)
	}
	for _, x := range p.Pairings.Changed {
		change.Pairings = append(change.Pairings, x.New)
	}
	for _, x := range p.Invite {
		code, err := ledger.NewCode(rand.Reader)
		if err != nil {
			return fmt.Errorf("import: %w", err)
		}
		change.People = append(change.People, ledger.InviteOrder{Code: code, Unit: x.Unit, Role: x.Role, Name: x.Name})
	}
	var links linker = typed{}
	var err error
	if len(change.People) > 0 {
		if links, err = a.links(ctx, b, apiURL); err != nil {
			return err
		}
	}
	err = b.ledger.Update(ctx, a.now(), func(w *ledger.Work) error { return w.ApplyRoster(ledger.Actor{}, change) })
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	for _, o := range change.People {
		a.print("%s: %s\n", o.Name, links.DeepLink(o.Code))
	}
	a.say("cmd.import.done", nil)
	return nil
}
