package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ketnghia/twinning"
)

// people lists who acts for a unit: "/nguoi", "/nguoi Sở Y tế".
func (d *Desk) people(_ context.Context, r *Request) error {
	unit := r.Person.Unit
	if r.Args != "" {
		named, done, err := d.named(r, r.Args, "ppl:%s")
		if done || err != nil {
			return err
		}
		unit = named
	}
	return d.showPeople(r, unit)
}

// pressPeople lists who acts for the unit that was chosen: "ppl:W20437", "ppl:W20437:1" for the second page.
func (d *Desk) pressPeople(_ context.Context, r *Request) error {
	return d.showPeople(r, twinning.UnitKey(r.Press.Part(0)))
}

func (d *Desk) showPeople(r *Request, unit twinning.UnitKey) error {
	if may, err := d.readable(r, unit); err != nil || !may {
		return err
	}
	people, err := r.Work.PeopleOf(unit)
	if err != nil {
		return wrapStep("people", err)
	}
	m := twinning.Say("people.title", twinning.Args{{"Unit", r.Work.UnitName(unit)}})
	people = slices.DeleteFunc(people, func(p twinning.Person) bool { return !p.Active() })
	page, _ := strconv.Atoi(r.Press.Part(1)) // what is no number is the first page
	if r.Press.Prefix != "ppl" {
		page = 0
	}
	shown, page, pages := pageOf(people, page, peopleShown)
	for _, p := range shown {
		key := "people.row"
		if p.Unreachable {
			key = "people.row_unreachable"
		}
		m.Lines = append(m.Lines, twinning.Line{Key: key, Args: twinning.Args{
			{"Name", twinning.Text(p.Name)}, {"Role", twinning.Key("role." + string(p.Role))},
		}})
		if d.awayFrom(r, p) && (unit == r.Person.Unit || mayRemove(*r.Person, unit)) {
			m.Lines = append(m.Lines, d.awayLine(r, p))
		}
		if mayRemove(*r.Person, unit) && p.ID != r.Person.ID && !r.Group {
			m.Buttons = append(m.Buttons, personButtons(p))
		}
	}
	if len(m.Lines) == 1 {
		key := "people.none"
		if mayRemove(*r.Person, unit) {
			key = "people.none_invite"
		}
		m.Lines = append(m.Lines, say(key))
	}
	m.Buttons = append(m.Buttons, turnButtons(page, pages, func(n int) string { return fmt.Sprintf("ppl:%s:%d", unit, n) })...)
	return r.Reply(m)
}

// peopleShown is how many people of a unit one answer names.
const peopleShown = 8

// personButtons are what a lead or coordinator can do about somebody: end the membership, say when the person is away.
func personButtons(p twinning.Person) []twinning.Button {
	button := func(key, data string) twinning.Button {
		return twinning.Button{
			Label: twinning.Line{Key: key, Args: twinning.Args{{"Name", twinning.Text(p.Name)}}}, Data: fmt.Sprintf(data, p.ID),
		}
	}
	row := []twinning.Button{button("button.remove", "who:%d")}
	if p.MayLog() {
		row = append(row, button("button.away_person", "nghi:%d"))
	}
	return row
}

// mayRemove says whether somebody may end the membership of others in the unit, or say that they are away.
func mayRemove(p twinning.Person, unit twinning.UnitKey) bool {
	return p.Role == twinning.RoleCoordinator || p.Role == twinning.RoleLead && p.Unit == unit
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
	if r.Group || !mayRemove(*r.Person, p.Unit) || p.ID == r.Person.ID {
		return fmt.Errorf("person %d: %w", id, twinning.ErrForbidden)
	}
	args := twinning.Args{{"Name", twinning.Text(p.Name)}, {"Unit", r.Work.UnitName(p.Unit)}}
	if r.Press.Part(1) != "yes" {
		m := twinning.Say("people.remove_sure", args)
		m.Buttons = [][]twinning.Button{{
			press("button.remove_yes", fmt.Sprintf("who:%d:yes", id)), press("button.remove_no", "ppl:"+string(p.Unit)),
		}}
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
