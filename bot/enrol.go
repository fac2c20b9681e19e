package bot

import (
	"context"
	"errors"
	"fmt"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

func wrapStep(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("%s: %w", what, err)
}

func (r *Request) personID() twinning.PersonID {
	if r.Person == nil {
		return 0
	}
	return r.Person.ID
}

func (r *Request) newcomer() ledger.Newcomer {
	return ledger.Newcomer{Telegram: r.From.ID, Name: r.From.Name, Lang: r.From.Lang}
}

// start greets somebody who is enrolled already; a code in the link is then of no use.
func (d *Desk) start(ctx context.Context, r *Request) error {
	if r.Group || r.Args == "" {
		return d.help(ctx, r)
	}
	return r.Reply(twinning.Message{Lines: []twinning.Line{{Key: "enrol.already", Args: twinning.Args{
		{"Unit", r.Work.UnitName(r.Person.Unit)}, {"Role", twinning.Key("role." + string(r.Person.Role))},
	}}}})
}

// stranger serves somebody who is nobody here yet: an invitation link, or the request to be let in.
func (d *Desk) stranger(ctx context.Context, r *Request) error {
	switch {
	case r.Kind == KindMessage && r.Command == "start" && r.Args != "":
		return d.enrol(r)
	case r.Kind == KindPress && r.Press.Prefix == "join":
		return d.pressJoin(ctx, r)
	case r.Kind == KindPress:
		return r.Alert("stranger.alert", nil)
	case r.Kind != KindMessage:
		return nil
	}
	c, waiting, err := d.conversation(r)
	switch {
	case err != nil:
		return err
	case !waiting, r.Command != "":
		return d.greetStranger(r)
	case c.Kind == talkJoin && r.Command == "":
		return d.joinUnit(ctx, r, c)
	}
	// One polite line a day is enough; the conversation that holds it runs out.
	return nil
}

// strangerInGroup stays silent to chatter, and says once a day whom it helps to somebody who speaks to it.
func (d *Desk) strangerInGroup(r *Request) error {
	if r.Kind == KindPress {
		return r.Alert("stranger.alert", nil)
	}
	if r.Kind != KindMessage || !r.Mentioned {
		return nil
	}
	// Somebody without a record has the conversation of the whole group, so one line a day goes to all of them.
	if _, waiting, err := d.conversation(r); err != nil || waiting {
		return err
	}
	if err := d.converse(r, talkStranger, nil); err != nil {
		return err
	}
	return r.Reply(twinning.Say("group.hello_stranger", nil))
}

const (
	talkStranger = "stranger"
	talkJoin     = "join"
)

func (d *Desk) greetStranger(r *Request) error {
	if err := d.converse(r, talkStranger, nil); err != nil {
		return err
	}
	m := twinning.Say("stranger.hello", nil)
	m.Buttons = [][]twinning.Button{{press("button.join", "join")}}
	return r.Reply(m)
}

func (d *Desk) enrol(r *Request) error {
	p, err := r.Work.Enrol(r.newcomer(), r.Args)
	for _, known := range []struct {
		err error
		key string
	}{
		{ledger.ErrCodeUnknown, "enrol.unknown"},
		{ledger.ErrCodeUsed, "enrol.used"},
		{ledger.ErrCodeExpired, "enrol.expired"},
		{ledger.ErrTooMany, "enrol.too_many"},
	} {
		if errors.Is(err, known.err) {
			return r.Reply(twinning.Say(known.key, nil))
		}
	}
	if err != nil {
		return wrapStep("enrol", err)
	}
	r.Person = &p
	if err := r.Work.EndConversation(r.Chat, 0); err != nil {
		return wrapStep("enrol", err)
	}
	m, err := r.Work.Welcome(p)
	if err != nil {
		return wrapStep("enrol", err)
	}
	return r.Reply(m)
}

// pressJoin begins a request, asks for the role in a unit, or takes it: "join", "join:W20437", "join:W20437:officer".
func (d *Desk) pressJoin(_ context.Context, r *Request) error {
	if r.Person != nil && r.Person.Active() {
		return r.Answer("enrol.already_short", nil)
	}
	unit, role := twinning.UnitKey(r.Press.Part(0)), twinning.Role(r.Press.Part(1))
	switch {
	case unit == "":
		return d.joinStep(r, twinning.Say("join.unit", nil))
	case role == "":
		return d.joinRole(r, unit)
	case role != twinning.RoleOfficer && role != twinning.RoleLead && role != twinning.RoleCoordinator:
		return d.stale(r)
	}
	if _, err := r.Work.AskEntry(r.newcomer(), unit, role); err != nil {
		return wrapStep("join", err)
	}
	if err := d.converse(r, talkStranger, nil); err != nil {
		return err
	}
	return d.replace(r, "", twinning.Say("join.sent", twinning.Args{
		{"Unit", r.Work.UnitName(unit)}, {"Role", twinning.Key("role." + string(role))},
	}))
}

// joinStep shows a question of the request and waits for its answer in words or by number.
func (d *Desk) joinStep(r *Request, m twinning.Message) error {
	if err := d.converse(r, talkJoin, optionsTalk{Data: dataOf(m)}); err != nil {
		return err
	}
	return d.replace(r, "", m)
}

// joinUnit reads the unit that a stranger names and asks for the role.
func (d *Desk) joinUnit(ctx context.Context, r *Request, c ledger.Conversation) error {
	if d.said("words.drop", r.Text) {
		if err := d.converse(r, talkStranger, nil); err != nil {
			return err
		}
		return r.Reply(twinning.Say("join.dropped", nil))
	}
	var talk optionsTalk
	if err := decode(c, &talk); err != nil {
		return err
	}
	if done, err := d.chosen(ctx, r, talk.Data); done || err != nil {
		return err
	}
	mentions, ambiguous := d.reader.Units(r.Text)
	switch {
	case len(mentions) > 0:
		return d.joinRole(r, mentions[0].Key)
	case len(ambiguous) > 0:
		return d.joinStep(r, twinning.Message{
			Lines:   []twinning.Line{say("join.which")},
			Buttons: d.unitButtons(r, upTo(ambiguous[0].Candidates, unitsOffered), "join:%s"),
		})
	}
	return r.Reply(twinning.Say("join.unknown_unit", twinning.Args{{"Text", twinning.Text(shortened(r.Text))}}))
}

func (d *Desk) joinRole(r *Request, unit twinning.UnitKey) error {
	u, err := r.Work.Unit(unit)
	if err != nil {
		return wrapStep("join", err)
	}
	m := twinning.Say("join.role", twinning.Args{{"Unit", twinning.Text(u.Name)}})
	data := fmt.Sprintf("join:%s:", u.Key)
	if u.Role == twinning.RoleStanding {
		m.Buttons = [][]twinning.Button{{press("button.role.coordinator", data+string(twinning.RoleCoordinator))}}
	} else {
		m.Buttons = [][]twinning.Button{{
			press("button.role.officer", data+string(twinning.RoleOfficer)),
			press("button.role.lead", data+string(twinning.RoleLead)),
		}}
	}
	return d.joinStep(r, m)
}

// unitButtons offers units by name, one a row; format holds the callback data with %s for the key.
func (d *Desk) unitButtons(r *Request, keys []twinning.UnitKey, format string) [][]twinning.Button {
	rows := make([][]twinning.Button, 0, len(keys))
	for _, key := range keys {
		rows = append(rows, []twinning.Button{{
			Label: twinning.Line{Key: "button.unit", Args: twinning.Args{{"Unit", r.Work.UnitName(key)}}},
			Data:  fmt.Sprintf(format, key),
		}})
	}
	return rows
}

// pressRequest is a coordinator's decision: "req:7:yes". Whoever presses after a colleague is shown what was decided.
func (d *Desk) pressRequest(_ context.Context, r *Request) error {
	id, err := r.Press.ID(0)
	if err != nil {
		return err
	}
	verb := r.Press.Part(1)
	if verb != "yes" && verb != "no" {
		return d.stale(r)
	}
	req, err := r.Work.Decide(r.Actor(), twinning.RequestID(id), verb == "yes")
	if errors.Is(err, twinning.ErrConflict) {
		if err := r.Answer("request.already", nil); err != nil {
			return err
		}
	} else if err != nil {
		return wrapStep("request", err)
	}
	return r.EditSubject("", r.Work.RequestDone(req))
}

// invite makes a link: "/moi xã Ch'ơm", then the role by button; a lead without a unit means the own one.
func (d *Desk) invite(_ context.Context, r *Request) error {
	if r.Group {
		return r.Reply(twinning.Say("invite.private", nil))
	}
	p := *r.Person
	if p.Role != twinning.RoleCoordinator && p.Role != twinning.RoleLead {
		return r.Reply(twinning.Say("invite.forbidden", nil))
	}
	unit := p.Unit
	if r.Args != "" {
		named, done, err := d.named(r, r.Args, "inv:%s")
		if done || err != nil {
			return err
		}
		unit = named
	}
	if p.Role == twinning.RoleLead && unit != p.Unit {
		return r.Reply(twinning.Say("invite.forbidden", nil))
	}
	return d.askInviteRole(r, unit)
}

func (d *Desk) askInviteRole(r *Request, unit twinning.UnitKey) error {
	u, err := r.Work.Unit(unit)
	if err != nil {
		return wrapStep("invite", err)
	}
	roles := []twinning.Role{twinning.RoleOfficer, twinning.RoleLead, twinning.RoleObserver}
	if u.Role == twinning.RoleStanding {
		roles = []twinning.Role{twinning.RoleCoordinator, twinning.RoleObserver}
	}
	m := twinning.Say("invite.role", twinning.Args{{"Unit", twinning.Text(u.Name)}})
	for _, role := range roles {
		if role == twinning.RoleObserver && r.Person.Role != twinning.RoleCoordinator {
			continue
		}
		data := fmt.Sprintf("inv:%s:%s", unit, role)
		m.Buttons = append(m.Buttons, []twinning.Button{press("button.role."+string(role), data)})
	}
	return d.offer(r, m, optionsTalk{})
}

// pressInvite makes the link once unit and role are chosen: "inv:W20437", "inv:W20437:officer".
func (d *Desk) pressInvite(_ context.Context, r *Request) error {
	unit, role := twinning.UnitKey(r.Press.Part(0)), twinning.Role(r.Press.Part(1))
	if r.Group || r.Person.Role != twinning.RoleCoordinator && r.Person.Role != twinning.RoleLead {
		return d.notice(r, "invite.forbidden", nil)
	}
	if role == "" {
		return d.askInviteRole(r, unit)
	}
	code, err := ledger.NewCode(d.random)
	if err != nil {
		return wrapStep("invite", err)
	}
	i, err := r.Work.Invite(r.Actor(), ledger.InviteOrder{Code: code, Unit: unit, Role: role})
	if err != nil {
		return wrapStep("invite", err)
	}
	return d.replace(r, "", twinning.Say("invite.link", twinning.Args{
		{"Unit", r.Work.UnitName(unit)},
		{"Role", twinning.Key("role." + string(role))},
		{"Link", twinning.Text(r.DeepLink(code))},
		{"Date", twinning.Day(d.programme.Today(i.Expires))},
	}))
}
