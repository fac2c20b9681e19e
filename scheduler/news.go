package scheduler

import (
	"slices"

	"ketnghia/twinning"
)

// add plans the reminder for those of the people who are still to be told.
func (p *planner) add(r Reminder, people []twinning.Person, at occasion) error {
	for _, person := range people {
		who := addressee{person: person.ID}
		var s twinning.Snooze
		if r.Owing != nil {
			s = r.Owing.Handling.Snoozes[person.ID]
		}
		causes, urged, err := p.news(r, at, who, s)
		if err != nil {
			return err
		}
		if len(causes) > 0 {
			r.To, r.Urged, r.said = append(r.To, person.ID), r.Urged || urged, append(r.said, saying{who, causes})
		}
	}
	if len(people) == 0 || len(r.To) > 0 {
		p.plan = append(p.plan, r)
	}
	return nil
}

// addGroup plans the reminder for the group of the unit, unless it was told. Nobody can put off what a group is told.
func (p *planner) addGroup(r Reminder, chat twinning.ChatID, at occasion) error {
	who := addressee{chat: chat}
	causes, urged, err := p.news(r, at, who, twinning.Snooze{})
	if err != nil || len(causes) == 0 {
		return err
	}
	r.Level, r.Chat, r.Urged, r.said = LevelGroup, chat, urged, []saying{{who, causes}}
	p.plan = append(p.plan, r)
	return nil
}

// news returns the causes for which somebody is to hear of the reminder and did not yet; urged says that an urge is among
// them. A rung that was said before its day belongs to a deadline that was another one then, so it is said again.
func (p *planner) news(r Reminder, at occasion, who addressee, s twinning.Snooze) (causes []string, urged bool, err error) {
	if reminded, err := p.hasDigest(who); err != nil || reminded {
		return nil, false, err
	}
	for _, o := range twinning.Occasions(p.today, at.rung, at.come, s, at.urges) {
		c := cause(r.about(), o.Name, who)
		said, known, err := p.k.Said(c)
		if err != nil {
			return nil, false, err
		}
		if !known || p.k.Programme().Today(said) < o.On {
			causes, urged = append(causes, c), urged || o.Urged
		}
	}
	return causes, urged, nil
}

// hasDigest says whether the addressee got today's message already.
func (p *planner) hasDigest(who addressee) (bool, error) {
	if reminded, known := p.reminded[who]; known {
		return reminded, nil
	}
	reminded, err := p.k.Reminded(who.person)
	if who.chat != 0 {
		reminded, err = p.k.GroupReminded(who.chat)
	}
	p.reminded[who] = reminded
	return reminded, err
}

// once plans an overview or a progress for those who did not get it, by a cause that names the week or the month.
func (p *planner) once(r Reminder, when string, people []twinning.Person) error {
	add := func(who addressee) (bool, error) {
		if reminded, err := p.hasDigest(who); err != nil || reminded {
			return false, err
		}
		c := cause(string(r.Topic), when, who)
		_, said, err := p.k.Said(c)
		if err != nil || said {
			return false, err
		}
		r.said = append(r.said, saying{who, []string{c}})
		return true, nil
	}
	if r.Chat != 0 {
		if ok, err := add(addressee{chat: r.Chat}); err != nil || !ok {
			return err
		}
		p.plan = append(p.plan, r)
		return nil
	}
	for _, person := range people {
		ok, err := add(addressee{person: person.ID})
		if err != nil {
			return err
		}
		if ok {
			r.To = append(r.To, person.ID)
		}
	}
	if len(r.To) > 0 {
		p.plan = append(p.plan, r)
	}
	return nil
}

// joinedBefore returns those who were there when the day began: a newcomer is not greeted by a look back.
func (p *planner) joinedBefore(people []twinning.Person, day twinning.Date) []twinning.Person {
	return slices.DeleteFunc(slices.Clone(people), func(x twinning.Person) bool {
		return p.k.Programme().Today(x.Joined) >= day
	})
}
