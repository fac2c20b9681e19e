package bot

import (
	"context"
	"errors"
	"fmt"
	"strings"

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
		"Unit": r.Work.UnitName(r.Person.Unit), "Role": twinning.Key("role." + string(r.Person.Role)),
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
	c, err := r.Work.Conversation(r.Chat, 0)
	switch {
	case errors.Is(err, twinning.ErrNotFound):
		return d.greetStranger(r)
	case err != nil:
		return wrapStep("stranger", err)
	case c.Kind == talkJoin:
		return d.joinUnit(r)
	case r.Command == "start":
		return d.greetStranger(r)
	}
	// One polite line a day is enough; the conversation that holds it runs out.
	return nil
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

// pressJoin begins a request, or takes the role for it: "join", "join:W20437:officer".
func (d *Desk) pressJoin(_ context.Context, r *Request) error {
	if r.Person != nil && r.Person.Active() {
		return r.Answer("enrol.already_short", nil)
	}
	unit, role := twinning.UnitKey(r.Press.Part(0)), twinning.Role(r.Press.Part(1))
	if unit == "" {
		if err := d.converse(r, talkJoin, nil); err != nil {
			return err
		}
		return r.Reply(twinning.Say("join.unit", nil))
	}
	if role != twinning.RoleOfficer && role != twinning.RoleLead && role != twinning.RoleCoordinator {
		return r.Alert("error.stale_button", nil)
	}
	if _, err := r.Work.AskEntry(r.newcomer(), unit, role); err != nil {
		return wrapStep("join", err)
	}
	if err := d.converse(r, talkStranger, nil); err != nil {
		return err
	}
	return r.EditSubject("", twinning.Say("join.sent", twinning.Args{"Unit": r.Work.UnitName(unit)}))
}

// joinUnit reads the unit that a stranger names and asks for the role.
func (d *Desk) joinUnit(r *Request) error {
	mentions, ambiguous := d.reader.Units(r.Text)
	if len(mentions) == 0 {
		if len(ambiguous) > 0 {
			return r.Reply(twinning.Message{
				Lines:   []twinning.Line{say("join.which")},
				Buttons: d.unitButtons(r, ambiguous[0].Candidates, "join:%s:officer"),
			})
		}
		return r.Reply(twinning.Say("join.unknown_unit", nil))
	}
	u, err := r.Work.Unit(mentions[0].Key)
	if err != nil {
		return wrapStep("join", err)
	}
	m := twinning.Say("join.role", twinning.Args{"Unit": twinning.Text(u.Name)})
	data := fmt.Sprintf("join:%s:", u.Key)
	if u.Role == twinning.RoleStanding {
		m.Buttons = [][]twinning.Button{{press("button.role.coordinator", data+string(twinning.RoleCoordinator))}}
	} else {
		m.Buttons = [][]twinning.Button{{
			press("button.role.officer", data+string(twinning.RoleOfficer)),
			press("button.role.lead", data+string(twinning.RoleLead)),
		}}
	}
	return r.Reply(m)
}

// unitButtons offers units by name, one a row; format holds the callback data with %s for the key.
func (d *Desk) unitButtons(r *Request, keys []twinning.UnitKey, format string) [][]twinning.Button {
	rows := make([][]twinning.Button, 0, len(keys))
	for _, key := range keys {
		rows = append(rows, []twinning.Button{{
			Label: twinning.Line{Key: "button.unit", Args: twinning.Args{"Unit": r.Work.UnitName(key)}},
			Data:  fmt.Sprintf(format, key),
		}})
	}
	return rows
}

// pressRequest is a coordinator's decision: "req:7:yes".
func (d *Desk) pressRequest(_ context.Context, r *Request) error {
	id, err := r.Press.ID(0)
	if err != nil {
		return err
	}
	approve := r.Press.Part(1) == "yes"
	req, err := r.Work.Decide(r.Actor(), twinning.RequestID(id), approve)
	if err != nil {
		return wrapStep("request", err)
	}
	key := "request.done_no"
	if approve {
		key = "request.done_yes"
	}
	return r.EditSubject("", twinning.Say(key, twinning.Args{
		"Name": twinning.Text(req.Name), "Unit": r.Work.UnitName(req.Unit),
	}))
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
		mentions, ambiguous := d.reader.Units(r.Args)
		switch {
		case len(mentions) > 0:
			unit = mentions[0].Key
		case len(ambiguous) > 0:
			return r.Reply(twinning.Message{
				Lines:   []twinning.Line{say("invite.which")},
				Buttons: d.unitButtons(r, ambiguous[0].Candidates, "inv:%s"),
			})
		default:
			return r.Reply(twinning.Say("invite.unknown_unit", twinning.Args{"Text": twinning.Text(r.Args)}))
		}
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
	m := twinning.Say("invite.role", twinning.Args{"Unit": twinning.Text(u.Name)})
	for _, role := range roles {
		if role == twinning.RoleObserver && r.Person.Role != twinning.RoleCoordinator {
			continue
		}
		data := fmt.Sprintf("inv:%s:%s", unit, role)
		m.Buttons = append(m.Buttons, []twinning.Button{press("button.role."+string(role), data)})
	}
	return r.Reply(m)
}

// pressInvite makes the link once unit and role are chosen: "inv:W20437", "inv:W20437:officer".
func (d *Desk) pressInvite(_ context.Context, r *Request) error {
	unit, role := twinning.UnitKey(r.Press.Part(0)), twinning.Role(r.Press.Part(1))
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
	return r.EditSubject("", twinning.Say("invite.link", twinning.Args{
		"Unit": r.Work.UnitName(unit), "Role": twinning.Key("role." + string(role)),
		"Link": twinning.Text(r.DeepLink(code)), "Date": twinning.Day(d.programme.Today(i.Expires)),
	}))
}

// people lists who acts for a unit: "/nguoi", "/nguoi Sở Y tế".
func (d *Desk) people(_ context.Context, r *Request) error {
	unit := r.Person.Unit
	if mentions, _ := d.reader.Units(r.Args); len(mentions) > 0 {
		unit = mentions[0].Key
	}
	return d.showPeople(r, unit)
}

func (d *Desk) showPeople(r *Request, unit twinning.UnitKey) error {
	may, err := r.Work.MayRead(*r.Person, unit)
	if err != nil {
		return wrapStep("people", err)
	}
	if !may {
		return fmt.Errorf("people of %s: %w", unit, twinning.ErrForbidden)
	}
	people, err := r.Work.PeopleOf(unit)
	if err != nil {
		return wrapStep("people", err)
	}
	m := twinning.Say("people.title", twinning.Args{"Unit": r.Work.UnitName(unit)})
	mayRemove := r.Person.Role == twinning.RoleCoordinator || r.Person.Role == twinning.RoleLead && r.Person.Unit == unit
	for _, p := range people {
		if !p.Active() {
			continue
		}
		key := "people.row"
		if p.Unreachable {
			key = "people.row_unreachable"
		}
		m.Lines = append(m.Lines, twinning.Line{Key: key, Args: twinning.Args{
			"Name": twinning.Text(p.Name), "Role": twinning.Key("role." + string(p.Role)),
		}})
		if mayRemove && p.ID != r.Person.ID && !r.Group {
			m.Buttons = append(m.Buttons, []twinning.Button{{
				Label: twinning.Line{Key: "button.remove", Args: twinning.Args{"Name": twinning.Text(p.Name)}},
				Data:  fmt.Sprintf("who:%d", p.ID),
			}})
		}
	}
	if len(m.Lines) == 1 {
		m.Lines = append(m.Lines, say("people.none"))
	}
	return r.Reply(m)
}

// pressPerson removes somebody after a second press: "who:5", "who:5:yes".
func (d *Desk) pressPerson(_ context.Context, r *Request) error {
	id, err := r.Press.ID(0)
	if err != nil {
		return err
	}
	p, err := r.Work.Person(twinning.PersonID(id))
	if err != nil {
		return wrapStep("person", err)
	}
	args := twinning.Args{"Name": twinning.Text(p.Name), "Unit": r.Work.UnitName(p.Unit)}
	if r.Press.Part(1) != "yes" {
		m := twinning.Say("people.remove_sure", args)
		m.Buttons = [][]twinning.Button{{press("button.remove_yes", fmt.Sprintf("who:%d:yes", id))}}
		return r.EditSubject("", m)
	}
	if _, err := r.Work.Remove(r.Actor(), p.ID); err != nil {
		return wrapStep("remove", err)
	}
	return r.EditSubject("", twinning.Say("people.removed", args))
}

// leave ends the sender's own membership after a second word: "/roi", "/roi chắc".
func (d *Desk) leave(_ context.Context, r *Request) error {
	if r.Group {
		return nil
	}
	if !d.said("words.yes", r.Args) {
		return r.Reply(twinning.Say("leave.sure", nil))
	}
	if _, err := r.Work.Remove(r.Actor(), r.Person.ID); err != nil {
		return wrapStep("leave", err)
	}
	return r.Reply(twinning.Say("leave.done", nil))
}

// language shows the two languages: "/ngonngu", or takes one: "/ngonngu en".
func (d *Desk) language(_ context.Context, r *Request) error {
	if lang := strings.ToLower(r.Args); lang == langVI || lang == langEN {
		return d.setLanguage(r, lang)
	}
	m := twinning.Say("language.choose", nil)
	m.Buttons = [][]twinning.Button{{press("button.lang.vi", "lang:vi"), press("button.lang.en", "lang:en")}}
	return r.Reply(m)
}

// pressLanguage takes the choice of language: "lang:en"; "lang" alone shows it.
func (d *Desk) pressLanguage(ctx context.Context, r *Request) error {
	switch lang := r.Press.Part(0); lang {
	case langVI, langEN:
		return d.setLanguage(r, lang)
	case "":
		return d.language(ctx, r)
	}
	return r.Alert("error.stale_button", nil)
}

func (d *Desk) setLanguage(r *Request, lang string) error {
	p := *r.Person
	p.Lang = lang
	r.Person = &p
	if err := r.Work.SetLang(p, lang); err != nil {
		return wrapStep("language", err)
	}
	return r.Reply(twinning.Say("language.done", nil))
}
