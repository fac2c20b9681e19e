package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// pressUrge shows a coordinator whom an urge would reach: "urge:needs:2027".
func (d *Desk) pressUrge(_ context.Context, r *Request) error {
	p, ok, err := d.urging(r)
	if !ok || err != nil {
		return err
	}
	if p.Fault != "" {
		return d.urgeRefused(r, p)
	}
	m := twinning.Say("urge.preview", urgeArgs(p))
	m.Lines = append(m.Lines, d.urgeLines(r, p)...)
	data := fmt.Sprintf("%s:%d", p.Rule.ID, p.Year)
	m.Buttons = [][]twinning.Button{{press("button.urge_now", "urgeok:"+data), press("button.urge_no", "urgeno:"+data)}}
	return d.offerStep(r, urgePrefix+data, m)
}

// pressUrgeNow urges: "urgeok:needs:2027".
func (d *Desk) pressUrgeNow(_ context.Context, r *Request) error {
	p, ok, err := d.urging(r)
	if !ok || err != nil {
		return err
	}
	done, err := r.Work.Urge(r.Actor(), p.Rule.ID, p.Year)
	if _, invalid := errors.AsType[*twinning.InvalidError](err); invalid {
		return d.urgeRefused(r, p)
	}
	if err != nil {
		return wrapStep("urge", err)
	}
	if err := d.forgetOptions(r); err != nil {
		return err
	}
	m := twinning.Say("urge.done", urgeArgs(done))
	m.Lines = append(m.Lines, d.urgeLines(r, done)...)
	m.Buttons = [][]twinning.Button{{press("button.missing", fmt.Sprintf("miss:%s:%d", p.Rule.ID, p.Year))}}
	return d.follow(r, fmt.Sprintf("%s%s:%d", urgePrefix, p.Rule.ID, p.Year), fmt.Sprintf("urged/%s:%d", p.Rule.ID, p.Year), m)
}

// pressUrgeNo leaves it: "urgeno:needs:2027".
func (d *Desk) pressUrgeNo(_ context.Context, r *Request) error {
	if err := d.forgetOptions(r); err != nil {
		return err
	}
	return d.step(r, urgePrefix+r.Press.Part(0)+":"+r.Press.Part(1), twinning.Say("cancel.done", nil))
}

// urging returns the preview of the urge that a button names, for coordinators in the private chat.
func (d *Desk) urging(r *Request) (p ledger.UrgePreview, ok bool, err error) {
	year := d.year(r, 1)
	switch {
	case r.Person.Role != twinning.RoleCoordinator:
		return p, false, fmt.Errorf("urge: %w", twinning.ErrForbidden)
	case fmt.Sprint(year) != r.Press.Part(1):
		return p, false, fmt.Errorf("urge: %w", twinning.ErrNotFound)
	case r.Group:
		return p, false, d.notice(r, "duty.private", nil)
	}
	p, err = r.Work.Urging(twinning.RuleID(r.Press.Part(0)), year)
	return p, err == nil, wrapStep("urge", err)
}

// urgeRefused says why nobody can be urged now.
func (d *Desk) urgeRefused(r *Request, p ledger.UrgePreview) error {
	args := urgeArgs(p)
	args.Set("By", twinning.Text(""))
	args.Set("Time", twinning.Arg{Kind: twinning.ArgTime, Num: p.Last.At.Unix()})
	if by, err := r.Work.Person(p.Last.By); err == nil {
		args.Set("By", twinning.Text(by.Name))
	}
	key := fmt.Sprintf("refuse.urge.%s", p.Fault)
	if p.Fault == "nobody" && len(p.Units) > 0 {
		key = "urge.unlinked_all"
	}
	return d.notice(r, key, args)
}

// urgeArgs name the document and count whom the urge reaches.
func urgeArgs(p ledger.UrgePreview) twinning.Args {
	return twinning.Args{
		{"Name", twinning.Named(p.Rule.Name)},
		{"Year", yearText(p.Year)},
		{"Due", twinning.Day(p.Deadlines.Due)},
		{"Units", twinning.Number(len(p.Units))},
		{"People", twinning.Number(p.People)},
	}
}

// urgeLines say who hears of it later or not at all.
func (d *Desk) urgeLines(r *Request, p ledger.UrgePreview) []twinning.Line {
	var lines []twinning.Line
	if p.Today > 0 {
		lines = append(lines, twinning.Line{Key: "urge.today", Args: ledger.CountArgs(p.Today)})
	}
	if len(p.Unlinked) > 0 {
		var names []string
		for _, key := range upTo(p.Unlinked, namesShown) {
			names = append(names, r.Work.UnitName(key).Text)
		}
		args := ledger.CountArgs(len(p.Unlinked))
		args.Set("Names", twinning.Text(strings.Join(names, ", ")))
		key := "urge.unlinked"
		if len(p.Unlinked) > namesShown {
			key = "urge.unlinked_more"
		}
		lines = append(lines, twinning.Line{Key: key, Args: args})
	}
	return lines
}

// urgeButtons offer a coordinator to remind whoever is missing on a list, one button a rule.
func urgeButtons(r *Request, rules []twinning.ObligationRule, year int) [][]twinning.Button {
	if r.Person.Role != twinning.RoleCoordinator || r.Group {
		return nil
	}
	var rows [][]twinning.Button
	for _, rule := range upTo(rules, urgesOffered) {
		b := press("button.urge_missing", fmt.Sprintf("urge:%s:%d", rule.ID, year))
		if len(rules) > 1 {
			b.Label = twinning.Line{Key: "button.urge_named", Args: twinning.Args{{"Name", twinning.Named(rule.Name)}}}
		}
		rows = append(rows, []twinning.Button{b})
	}
	return rows
}

// urgesOffered is how many documents of one list can be urged by button.
const urgesOffered = 3
