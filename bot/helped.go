package bot

import (
	"context"
	"fmt"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// askHelped asks a coordinator for which unit the document is filed.
func (d *Desk) askHelped(r *Request, talk fileTalk) error {
	m := twinning.Say("file.helped", nil)
	m.Buttons = [][]twinning.Button{{{
		Label: twinning.Line{Key: "button.unit", Args: twinning.Args{{"Unit", r.Work.UnitName(r.Person.Unit)}}},
		Data:  "nopu:" + string(r.Person.Unit),
	}}}
	return d.showTalk(r, talkHelped, talk, m)
}

// helpedBy returns the unit that the caption names, when it is only one.
func (d *Desk) helpedBy(talk fileTalk) (twinning.UnitKey, bool) {
	mentions, ambiguous := d.reader.Units(talk.Note)
	if len(mentions) != 1 || len(ambiguous) > 0 || !mentions[0].Exact {
		return "", false
	}
	return mentions[0].Key, true
}

// helpedUnit reads the unit that a coordinator files for; the files may be at hand already.
func (d *Desk) helpedUnit(ctx context.Context, r *Request, c ledger.Conversation) (done bool, err error) {
	var talk fileTalk
	if err := decode(c, &talk); err != nil {
		return false, err
	}
	if done, err := d.chosen(ctx, r, talk.Data); done || err != nil {
		return done, err
	}
	if d.elsewhere(r) {
		return false, nil
	}
	mentions, ambiguous := d.reader.Units(r.Text)
	switch {
	case len(mentions) > 0:
		return true, d.helped(r, talk, mentions[0].Key)
	case len(ambiguous) > 0:
		m := twinning.Say("unit.which", nil)
		m.Buttons = d.unitButtons(r, upTo(ambiguous[0].Candidates, unitsOffered), "nopu:%s")
		return true, d.showTalk(r, talkHelped, talk, m)
	}
	return true, r.Reply(twinning.Say("unit.unknown", twinning.Args{{"Text", twinning.Text(shortened(r.Text))}}))
}

// pressHelped takes the unit that a coordinator files for: "nopu:W20437".
func (d *Desk) pressHelped(_ context.Context, r *Request) error {
	talk, _, err := d.fileTalk(r)
	if err != nil {
		return err
	}
	return d.helped(r, talk, twinning.UnitKey(r.Press.Part(0)))
}

func (d *Desk) helped(r *Request, talk fileTalk, unit twinning.UnitKey) error {
	if r.Person.Role != twinning.RoleCoordinator {
		return fmt.Errorf("file for %s: %w", unit, twinning.ErrForbidden)
	}
	if _, err := r.Work.Unit(unit); err != nil {
		return wrapStep("file", err)
	}
	talk.Unit = unit
	if len(talk.Files) > 0 {
		return d.propose(r, talk)
	}
	return d.showOwed(r, unit)
}
