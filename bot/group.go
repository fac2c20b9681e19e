package bot

import (
	"context"
	"errors"
	"fmt"

	"ketnghia/twinning"
)

// bindGroup binds the group to a unit or a pairing: "/gannhom", "/gannhom xã Ch'ơm".
func (d *Desk) bindGroup(_ context.Context, r *Request) error {
	if !r.Group {
		return r.Reply(twinning.Say("group.only", nil))
	}
	if r.Args != "" {
		return d.bindNamed(r, r.Args)
	}
	if r.Person.Role == twinning.RoleCoordinator {
		if err := d.converse(r, talkGroup, nil); err != nil {
			return err
		}
		return r.Reply(twinning.Say("group.ask_unit", nil))
	}
	u := r.Person.Unit
	m := twinning.Say("group.choose", nil)
	m.Buttons = [][]twinning.Button{{{
		Label: twinning.Line{Key: "button.unit", Args: twinning.Args{{"Unit", r.Work.UnitName(u)}}},
		Data:  "grp:" + string(u),
	}}}
	pairings, err := r.Work.CurrentPairings(u)
	if err != nil {
		return wrapStep("group", err)
	}
	for _, p := range pairings[:min(len(pairings), listed)] {
		m.Buttons = append(m.Buttons, []twinning.Button{{
			Label: twinning.Line{Key: "button.pairing", Args: twinning.Args{{"Unit", r.Work.UnitName(p.Counterpart(u))}}},
			Data:  fmt.Sprintf("grp:p%d", p.ID),
		}})
	}
	return r.Reply(m)
}

// bindNamed binds the group to the unit that the words name, or to the pairing of the two that they name.
func (d *Desk) bindNamed(r *Request, words string) error {
	mentions, _ := d.reader.Units(words)
	if len(mentions) == 0 {
		return r.Reply(twinning.Say("group.unknown_unit", nil))
	}
	g := twinning.Group{Chat: r.Chat, Title: r.ChatTitle, Unit: mentions[0].Key}
	if len(mentions) > 1 {
		for _, pair := range [][2]int{{0, 1}, {1, 0}} {
			p, err := r.Work.PairingFor(mentions[pair[0]].Key, mentions[pair[1]].Key, d.today(r))
			if err != nil {
				return wrapStep("group", err)
			}
			if p.ID != 0 {
				g.Unit, g.Pairing = "", p.ID
			}
		}
	}
	return d.bind(r, g)
}

// pressGroup takes the choice of bindGroup: "grp:W20437", "grp:p5".
func (d *Desk) pressGroup(_ context.Context, r *Request) error {
	if !r.Group {
		return d.stale(r)
	}
	g := twinning.Group{Chat: r.Chat, Title: r.ChatTitle, Unit: twinning.UnitKey(r.Press.Part(0))}
	var id uint64
	if _, err := fmt.Sscanf(r.Press.Part(0), "p%d", &id); err == nil {
		g.Unit, g.Pairing = "", twinning.PairingID(id)
	}
	return d.bind(r, g)
}

func (d *Desk) bind(r *Request, g twinning.Group) error {
	if err := r.Work.BindGroup(r.Actor(), g); err != nil {
		return wrapStep("group", err)
	}
	if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
		return wrapStep("group", err)
	}
	if g.Pairing == 0 {
		return d.replace(r, "", twinning.Say("group.bound", twinning.Args{{"Unit", r.Work.UnitName(g.Unit)}}))
	}
	p, err := r.Work.Pairing(g.Pairing)
	if err != nil {
		return wrapStep("group", err)
	}
	return d.replace(r, "", twinning.Say("group.bound_pairing", twinning.Args{
		{"Sponsor", r.Work.UnitName(p.Sponsor)}, {"Recipient", r.Work.UnitName(p.Recipient)},
	}))
}

// unbindGroup forgets which unit the group belongs to: "/bonhom".
func (d *Desk) unbindGroup(_ context.Context, r *Request) error {
	if !r.Group {
		return r.Reply(twinning.Say("group.only", nil))
	}
	g, err := r.Work.Group(r.Chat)
	if errors.Is(err, twinning.ErrNotFound) {
		return r.Reply(twinning.Say("group.not_bound", nil))
	}
	if err != nil {
		return wrapStep("group", err)
	}
	p, err := r.Work.Pairing(g.Pairing)
	party := g.Unit == r.Person.Unit || err == nil && p.Has(r.Person.Unit)
	if r.Person.Role != twinning.RoleCoordinator && g.By != r.Person.ID && !party {
		return fmt.Errorf("group %d: %w", r.Chat, twinning.ErrForbidden)
	}
	if err := r.Work.UnbindGroup(r.Actor(), r.Chat); err != nil {
		return wrapStep("group", err)
	}
	return r.Reply(twinning.Say("group.unbound", nil))
}

// member serves the bot's own coming and going: added to a group it says how to bind it, removed it forgets the group,
// blocked by a person it marks the person.
func (d *Desk) member(_ context.Context, r *Request) error {
	if !r.Member.Me {
		return nil
	}
	switch {
	case r.Group && r.Member.Gone():
		if _, err := r.Work.Group(r.Chat); errors.Is(err, twinning.ErrNotFound) {
			return nil
		}
		return wrapStep("group", r.Work.UnbindGroup(r.Actor(), r.Chat))
	case r.Group && (r.Member.Old == "left" || r.Member.Old == "kicked"):
		if r.Person == nil || !r.Person.Active() {
			return r.Reply(twinning.Say("group.hello_stranger", nil))
		}
		return r.Reply(twinning.Say("group.hello", nil))
	case !r.Group && r.Member.Gone() && r.Person != nil:
		return wrapStep("blocked", r.Work.Blocked(*r.Person))
	}
	return nil
}
