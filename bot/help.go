package bot

import (
	"context"

	"ketnghia/twinning"
)

// help says what the sender can do here, with a button for each: "/trogiup".
func (d *Desk) help(_ context.Context, r *Request) error {
	if r.Group {
		if !r.Mentioned && r.Kind != KindPress {
			return nil
		}
		return r.Reply(twinning.Say("help.group", nil))
	}
	m := twinning.Say("help.title", twinning.Args{
		{"Name", twinning.Text(r.Person.Name)},
		{"Unit", r.Work.UnitName(r.Person.Unit)},
		{"Role", twinning.Key("role." + string(r.Person.Role))},
	})
	m.Lines = append(m.Lines, twinning.Line{}, say("help."+string(r.Person.Role)), twinning.Line{}, say("help.commands"))
	home, err := d.homeUnit(r)
	if err != nil {
		return err
	}
	m.Buttons = [][]twinning.Button{
		{press("button.owed", "han"), press("button.status", "st:"+string(home))},
		{press("button.activities", "list:"+string(home)), press("button.unconfirmed", "uc")},
	}
	if !r.Person.MayLog() || r.Person.Role == twinning.RoleCoordinator {
		m.Buttons[1] = m.Buttons[1][:1]
	}
	if _, err := r.Work.ExportScope(*r.Person); err == nil {
		m.Buttons = append(m.Buttons, []twinning.Button{press("button.export", "export")})
	}
	m.Buttons = append(m.Buttons, []twinning.Button{
		press("button.report", "rep:"+string(home)), press("button.language", "lang"),
	})
	return r.Reply(m)
}
