package store

import (
	"fmt"

	"ketnghia/twinning"
)

func personKey(id twinning.PersonID) key { return numberKey(kindPerson, uint64(id)) }

func telegramKey(chat twinning.ChatID) key { return keyOf(kindPersonTelegram).int(int64(chat)) }

// People returns everybody who ever entered, by id.
func (v *View) People() ([]twinning.Person, error) {
	return list[twinning.Person](v, under(keyOf(kindPerson)), 0)
}

// Person returns the person of that id.
func (v *View) Person(id twinning.PersonID) (twinning.Person, error) {
	p, err := get[twinning.Person](v, personKey(id))
	if err != nil {
		return p, fmt.Errorf("person %d: %w", id, err)
	}
	return p, nil
}

// PersonByTelegram returns whose Telegram user id it is: the active person, or else the one stored last.
func (v *View) PersonByTelegram(chat twinning.ChatID) (twinning.Person, error) {
	id, err := get[twinning.PersonID](v, telegramKey(chat))
	if err != nil {
		return twinning.Person{}, fmt.Errorf("person of chat %d: %w", chat, err)
	}
	return v.Person(id)
}

// PeopleOf returns the people of the unit by id, active or not.
func (v *View) PeopleOf(u twinning.UnitKey) ([]twinning.Person, error) {
	ids, err := v.numbers(under(keyOf(kindPersonUnit).text(string(u))), 0)
	if err != nil {
		return nil, fmt.Errorf("people of %s: %w", u, err)
	}
	return resolve(ids, v.Person)
}

// PutPerson stores the person and returns the id, a new one when it is 0. Two active people with one Telegram user id
// are twinning.ErrConflict.
func (tx *Tx) PutPerson(p twinning.Person) (twinning.PersonID, error) {
	id, err := tx.number(kindPerson, uint64(p.ID))
	if err != nil {
		return 0, fmt.Errorf("person: %w", err)
	}
	p.ID = twinning.PersonID(id)
	if err := tx.putPerson(p); err != nil {
		return 0, fmt.Errorf("person %d: %w", id, err)
	}
	return p.ID, nil
}

func (tx *Tx) putPerson(p twinning.Person) error {
	was, err := get[twinning.Person](&tx.View, personKey(p.ID))
	if _, err := absent(err); err != nil {
		return err
	}
	is := personIndex(p)
	holder, err := tx.PersonByTelegram(p.Telegram)
	found, err := absent(err)
	if err != nil {
		return err
	}
	if found && holder.ID != p.ID && holder.Active() {
		if p.Active() {
			return fmt.Errorf("chat %d is that of person %d: %w", p.Telegram, holder.ID, twinning.ErrConflict)
		}
		delete(is, string(telegramKey(p.Telegram)))
	}
	if err := tx.reindex(personIndex(was), is); err != nil {
		return err
	}
	return tx.put(personKey(p.ID), p)
}

// personIndex returns the index keys of a person, none for the zero person.
func personIndex(p twinning.Person) index {
	x := index{}
	if p.ID == 0 {
		return x
	}
	x.add(keyOf(kindPersonUnit).text(string(p.Unit)).num(uint64(p.ID)), nothing())
	if p.Telegram != 0 {
		x.add(telegramKey(p.Telegram), p.ID)
	}
	return x
}
