package main

import (
	"bufio"
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"path/filepath"
	"reflect"
	"strings"

	"ketnghia/ledger"
	"ketnghia/programme"
	"ketnghia/store"
)

// importCmd takes over a roster (units, pairings, people) and activities of the past.
type importCmd struct {
	File   string `arg:"" help:"${help_file}"`
	DryRun bool   `help:"${help_dry_run}"`
	APIURL string `name:"telegram-api-url" env:"TELEGRAM_API_URL" placeholder:"URL" help:"${help_api_url}"`
}

// Run shows what would change and, without --dry-run, changes it: the whole file or, with one bad row, nothing.
func (c *importCmd) Run(ctx context.Context, a *app) (err error) {
	roster, err := a.readRoster(c.File)
	if err != nil {
		return a.fileFailure(c.File, err)
	}
	b, err := a.open(ctx, a.cli.Data, a.now())
	if err != nil {
		return err
	}
	defer b.closeInto(&err)
	return c.tries(ctx, a, b, roster)
}

// tries plans and carries out the import until the books stood still between the two.
func (c *importCmd) tries(ctx context.Context, a *app, b *books, roster *programme.Roster) (err error) {
	for range importTries {
		if err = c.once(ctx, a, b, roster); !errors.Is(err, errBooksChanged) {
			return err
		}
		a.say("cmd.import.changed", nil)
	}
	return &failure{key: "cmd.error.books_changing", status: exitError, cause: err}
}

// once plans the import, shows the plan and carries it out.
func (c *importCmd) once(ctx context.Context, a *app, b *books, roster *programme.Roster) error {
	p, err := a.plan(ctx, b, roster)
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	told := bufio.NewWriter(a.err)
	for _, r := range p.rejected {
		_, _ = told.WriteString(a.rejection(r) + "\n")
	}
	_ = told.Flush() // what can't be told can't be helped
	if n := len(p.rejected); n > 0 {
		return &failure{key: "cmd.error.rejected", status: exitError, args: map[string]any{
			"Count": n, "Value": n,
		}}
	}
	a.showPlan(p.Plan)
	switch {
	case p.Empty():
		a.say("cmd.import.nothing", nil)
		return nil
	case c.DryRun:
		a.say("cmd.import.dry_run", nil)
		return nil
	}
	return a.applyPlan(ctx, b, c, p)
}

// readRoster reads the roster of the operator, who may be in another process.
func (a *app) readRoster(path string) (*programme.Roster, error) {
	var err error
	if a.task != nil {
		a.roster = a.task.files
	} else if a.roster, err = programme.LoadRoster(path); err != nil {
		return nil, err
	}
	if a.roster == nil {
		return nil, fs.ErrNotExist
	}
	return a.roster.Parse()
}

// importTries is how often an import is planned anew because the books changed before it was carried out.
const importTries = 5

// errBooksChanged says that the books changed so that another plan would come of the same file.
var errBooksChanged = errors.New("the books changed meanwhile")

// importPlan is what would become of the books as they were.
type importPlan struct {
	programme.Plan

	rejected []programme.Rejection
	roster   *programme.Roster
	// head is the audit's head at that time: nothing changes the books without an entry.
	head store.AuditHead
}

// plan compares the roster with the books.
func (a *app) plan(ctx context.Context, b *books, roster *programme.Roster) (p importPlan, err error) {
	err = b.ledger.View(ctx, a.now(), func(k *ledger.Look) (err error) {
		p, err = planIn(k, roster)
		return err
	})
	return p, err
}

func planIn(k *ledger.Look, roster *programme.Roster) (p importPlan, err error) {
	p.roster = roster
	if p.head, err = k.AuditHead(); err != nil {
		return p, fmt.Errorf("audit: %w", err)
	}
	known := programme.Books{Records: k, Today: k.Today(), Signed: k.Programme().Signed}
	if known.Units, err = k.Units(); err != nil {
		return p, fmt.Errorf("units: %w", err)
	}
	if known.Pairings, err = k.Pairings(); err != nil {
		return p, fmt.Errorf("pairings: %w", err)
	}
	if known.People, err = members(k); err != nil {
		return p, err
	}
	p.Plan, p.rejected, err = roster.CheckAgainst(known)
	return p, err
}

// holds returns nil while the plan is what would be planned now: two imports of one file must not add everything twice.
func (p importPlan) holds(k *ledger.Look) error {
	head, err := k.AuditHead()
	if err != nil || head == p.head {
		return err
	}
	again, err := planIn(k, p.roster)
	if err == nil && (len(again.rejected) > 0 || !reflect.DeepEqual(again.Plan, p.Plan)) {
		return errBooksChanged
	}
	return err
}

// members are the people who are in the books and those who hold an open invitation.
func members(k *ledger.Look) ([]programme.Member, error) {
	people, err := k.People()
	if err != nil {
		return nil, fmt.Errorf("people: %w", err)
	}
	var all []programme.Member
	for _, p := range people {
		if p.Active() {
			all = append(all, programme.Member{Name: p.Name, Unit: p.Unit, Role: p.Role})
		}
	}
	invitations, err := k.Invitations()
	if err != nil {
		return nil, fmt.Errorf("invitations: %w", err)
	}
	for _, i := range invitations {
		if i.UsedBy == 0 && i.Expires.After(k.Now()) {
			all = append(all, programme.Member{Name: i.Name, Unit: i.Unit, Role: i.Role})
		}
	}
	return all, nil
}

// rejection says which row is bad and why.
func (a *app) rejection(r programme.Rejection) string {
	sheet := r.Sheet
	if strings.HasPrefix(r.Title, sheet+" ") {
		sheet = r.Title // "activities (2)"
	}
	return a.printer().Text("cmd.import.rejection", map[string]any{
		"Sheet": sheet, "Row": r.Row, "File": r.File,
		"Reason": a.printer().Text("cmd.reject."+r.Code, map[string]any{
			"Column": r.Column, "Text": r.Value, "Candidates": strings.Join(a.candidates(r), ", "), "Other": r.Other,
			"Limit": r.Limit,
		}),
	})
}

// candidates are what could stand in the cell, in the operator's language where it is a word.
func (a *app) candidates(r programme.Rejection) []string {
	family := ""
	switch {
	case r.Code != programme.RejectBadWord:
		return r.Candidates
	case r.Column == "kinds":
		family = "kind."
	case r.Column == "source":
		family = "source."
	case r.Sheet == programme.SheetUnits:
		family = "unitstate."
	default:
		family = "activity.state."
	}
	words := make([]string, len(r.Candidates))
	for i, id := range r.Candidates {
		words[i] = a.printer().Text(family+id, nil)
	}
	return words
}

// showPlan prints what would change, a line a record, in the manner of a diff.
func (a *app) showPlan(p programme.Plan) {
	for _, i := range p.Ignored {
		if i.Column == "" && i.Sheet != "" {
			a.say("cmd.import.view_only", map[string]any{"File": i.File, "Text": i.Title})
			continue
		}
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
	if n := len(p.Present); n > 0 {
		a.say("cmd.import.people_there", map[string]any{"Count": n})
	}
	a.showActivities(p.Activities)
}

func changes(fields []programme.FieldChange) string {
	parts := make([]string, len(fields))
	for i, f := range fields {
		parts[i] = fmt.Sprintf("%s %q → %q", f.Field, f.Old, f.New)
	}
	return strings.Join(parts, ", ")
}

// applyPlan puts the plan into the books in one transaction and prints the links of the people to invite.
func (a *app) applyPlan(ctx context.Context, b *books, c *importCmd, p importPlan) error {
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
		if links, err = a.links(ctx, b, c.APIURL); err != nil {
			return err
		}
	}
	err = b.ledger.Update(ctx, a.now(), func(w *ledger.Work) error {
		if err := p.holds(&w.Look); err != nil {
			return err
		}
		if !p.RosterEmpty() {
			if err := w.ApplyRoster(ledger.Actor{}, change); err != nil {
				return err
			}
		}
		if len(p.Activities.Added) == 0 {
			return nil
		}
		return w.TakeOver(ledger.Actor{}, takeover(filepath.Base(c.File), p.Activities.Added))
	})
	if err != nil {
		return fmt.Errorf("import: %w", err)
	}
	for _, o := range change.People {
		a.print("%s: %s\n", o.Name, links.DeepLink(o.Code))
	}
	a.say("cmd.import.done", nil)
	return nil
}
