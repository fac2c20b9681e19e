package ledger

import (
	"fmt"
	"slices"

	"ketnghia/twinning"
)

// lineage returns the unit and those that it succeeded, whose records go on as its own.
func (k *Look) lineage(unit twinning.UnitKey) ([]twinning.UnitKey, error) {
	u, err := k.Unit(unit)
	if err != nil {
		return nil, wrap("unit", err)
	}
	return append([]twinning.UnitKey{unit}, u.Former...), nil
}

// relate works out anew which units each one succeeded.
func (w *Work) relate() error {
	units, err := w.Units()
	if err != nil {
		return wrap("units", err)
	}
	former := map[twinning.UnitKey][]twinning.UnitKey{}
	for _, u := range units {
		if heir := w.heir(u.Key); heir != u.Key {
			former[heir] = append(former[heir], u.Key)
		}
	}
	for _, u := range units {
		if slices.Equal(u.Former, former[u.Key]) {
			continue
		}
		u.Former = former[u.Key]
		if err := w.tx.PutUnit(u); err != nil {
			return wrap("units", err)
		}
	}
	return nil
}

// moveOn lets the people and groups of a unit that ended go on in its successor, in which the people's roles must fit; they
// are told. A renamed or merged unit has one, a dissolved one need not; then its people stay where they are and can do
// nothing but read.
func (w *Work) moveOn(a Actor, unit twinning.UnitKey) error {
	u, err := w.Unit(unit)
	if err != nil {
		return wrap("successor", err)
	}
	heir := w.heir(unit)
	if heir == unit {
		if u.State == twinning.UnitDissolved && u.Successor == "" {
			return nil
		}
		return &twinning.InvalidError{Field: "successor", Rule: "required"}
	}
	people, err := w.PeopleOf(unit)
	if err != nil {
		return wrap("people", err)
	}
	for _, p := range people {
		if !p.Active() {
			continue
		}
		if err := w.movePerson(a, p, u, heir); err != nil {
			return fmt.Errorf("person %d: %w", p.ID, err)
		}
	}
	return w.moveGroups(a, unit, heir)
}

func (w *Work) movePerson(a Actor, p twinning.Person, from twinning.Unit, heir twinning.UnitKey) error {
	if err := w.roleFits(heir, p.Role); err != nil {
		return err
	}
	p.Unit = heir
	if _, err := w.tx.PutPerson(p); err != nil {
		return wrap("people", err)
	}
	if err := w.audit(a, "person.move", personObject(p.ID), map[string]any{"from": from.Key, "to": heir}); err != nil {
		return err
	}
	return w.Queue(Delivery{
		Cause: fmt.Sprintf("moved|%s|%d|person %d", from.Key, w.Now().UnixNano(), p.ID),
		Chat:  p.Telegram, Person: p.ID, Class: ClassReminder, Op: OpSend,
		Message: twinning.Say("notice.unit."+string(from.State), twinning.Args{
			{"Old", w.UnitName(from.Key)}, {"Unit", w.UnitName(heir)}, {"Date", twinning.Day(from.Changed)},
		}),
	})
}

// moveGroups binds the groups of a unit to its successor.
func (w *Work) moveGroups(a Actor, unit, heir twinning.UnitKey) error {
	groups, err := w.Groups()
	if err != nil {
		return wrap("groups", err)
	}
	for _, g := range groups {
		if g.Unit != unit {
			continue
		}
		g.Unit = heir
		if err := w.tx.PutGroup(g); err != nil {
			return wrap("groups", err)
		}
		if err := w.audit(a, "group.bind", groupObject(g.Chat), g); err != nil {
			return err
		}
	}
	return nil
}
