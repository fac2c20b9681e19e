package scheduler

import (
	"cmp"
	"slices"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// Plan returns what is to be said at the moment of the look, in the order of years (newest first), rules and units, the
// digest of a rule after its units. It depends on the snapshot alone and changes nothing. Outside the delivery hours it
// returns nothing: what is owed then is said on the next working morning.
//
// There is one Reminder for each obligation and level. A person is left out who was told this rung before or who got
// today's message already, and a reminder of which everybody is left out is none; where a level has nobody linked the
// reminder stays, with an empty To. Leads are told from the ladder's own rung on, and at every rung while their unit has
// no officer linked.
func Plan(k *ledger.Look) ([]Reminder, error) {
	if !k.Programme().Delivering(k.Now()) {
		return nil, nil
	}
	staff, err := k.Staff()
	if err != nil {
		return nil, err
	}
	standing, err := k.UnitsOf(twinning.RoleStanding)
	if err != nil {
		return nil, err
	}
	p := &planner{
		k: k, today: k.Today(), ladder: k.Programme().Ladder, staff: staff, reminded: map[twinning.PersonID]bool{},
	}
	p.coordinators = coordinators(staff)
	if len(standing) > 0 {
		p.standing = standing[0].Key
	}
	for _, year := range k.OpenYears() {
		if !p.begun(year) {
			continue
		}
		if err := p.year(year); err != nil {
			return nil, err
		}
	}
	return p.plan, nil
}

// planner gathers the reminders of one moment.
type planner struct {
	k      *ledger.Look
	today  twinning.Date
	ladder twinning.Ladder
	// staff are the linked people who act for each unit.
	staff map[twinning.UnitKey][]twinning.Person
	// standing is Ban Dân tộc, "" when the roster has none.
	standing     twinning.UnitKey
	coordinators []twinning.Person
	// reminded remembers who got today's message already.
	reminded map[twinning.PersonID]bool
	plan     []Reminder
}

// coordinators returns the coordinators among the staff, by id.
func coordinators(staff map[twinning.UnitKey][]twinning.Person) []twinning.Person {
	var list []twinning.Person
	for _, people := range staff {
		for _, person := range people {
			if person.Role == twinning.RoleCoordinator {
				list = append(list, person)
			}
		}
	}
	slices.SortFunc(list, func(a, b twinning.Person) int { return cmp.Compare(a.ID, b.ID) })
	return list
}

// begun says whether any rule of the year has come to its first rung and is still open, so that the year's owings need
// not be derived in vain.
func (p *planner) begun(year int) bool {
	for _, r := range p.k.Programme().Obligations {
		d := r.Deadlines(year, p.k.Programme().Calendar)
		if !r.Remind || !r.Applies(year) || p.today > d.Closes {
			continue
		}
		_, toUnit := p.latest(p.ladder, d)
		_, toCoordinator := p.latest(digestLadder(p.ladder), d)
		if toUnit || toCoordinator {
			return true
		}
	}
	return false
}

func (p *planner) year(year int) error {
	owings, err := p.k.Owings(year)
	if err != nil {
		return err
	}
	for len(owings) > 0 {
		// The owings come rule by rule.
		n := 1
		for n < len(owings) && owings[n].Rule.ID == owings[0].Rule.ID {
			n++
		}
		if err := p.rule(owings[:n]); err != nil {
			return err
		}
		owings = owings[n:]
	}
	return nil
}

// rule plans the owings of one rule and year, which share their deadlines.
func (p *planner) rule(owings []ledger.Owing) error {
	if !owings[0].Rule.Remind || p.today > owings[0].Deadlines.Closes {
		return nil
	}
	if rung, come := p.latest(p.ladder, owings[0].Deadlines); come {
		for _, o := range owings {
			if !o.Standing.Open() {
				continue
			}
			if err := p.owing(o, rung); err != nil {
				return err
			}
		}
	}
	return p.digest(owings)
}

func (p *planner) latest(l twinning.Ladder, d twinning.Deadlines) (twinning.Rung, bool) {
	return twinning.Latest(l.Rungs(d.Due, d.Closes, p.k.Programme().Calendar), p.today)
}

// owing plans one obligation at each level that its rung reaches.
func (p *planner) owing(o ledger.Owing, rung twinning.Rung) error {
	var officers, leads []twinning.Person
	for _, person := range p.staff[o.Unit] {
		if person.Role == twinning.RoleLead {
			leads = append(leads, person)
		} else {
			officers = append(officers, person)
		}
	}
	r := Reminder{Unit: o.Unit, Obligation: o.Obligation, Rung: rung, Level: LevelOfficer, Owing: o}
	if err := p.add(r, officers); err != nil {
		return err
	}
	if !p.ladder.ToLeads(rung) && (len(officers) > 0 || len(leads) == 0) {
		return nil
	}
	r.Level = LevelLead
	return p.add(r, leads)
}

// digest plans what Ban Dân tộc is told of one rule and year; when nothing is missing there is nothing to tell.
func (p *planner) digest(owings []ledger.Owing) error {
	rung, come := p.latest(digestLadder(p.ladder), owings[0].Deadlines)
	if !come || p.standing == "" {
		return nil
	}
	tally := tallyOf(owings, p.staff)
	if len(tally.Missing) == 0 {
		return nil
	}
	return p.add(Reminder{
		Unit: p.standing, Rung: rung, Level: LevelCoordinator, Tally: tally,
		Obligation: twinning.Obligation{Rule: tally.Rule.ID, Unit: p.standing, Year: tally.Year},
	}, p.coordinators)
}

// add plans the reminder for those of the people who are still to be told.
func (p *planner) add(r Reminder, people []twinning.Person) error {
	for _, person := range people {
		told, err := p.told(r, person.ID)
		if err != nil {
			return err
		}
		if !told {
			r.To = append(r.To, person.ID)
		}
	}
	if len(people) == 0 || len(r.To) > 0 {
		p.plan = append(p.plan, r)
	}
	return nil
}

// told says whether the person was told the rung before, or got today's message already.
func (p *planner) told(r Reminder, id twinning.PersonID) (bool, error) {
	reminded, known := p.reminded[id]
	if !known {
		var err error
		if reminded, err = p.k.Reminded(id); err != nil {
			return false, err
		}
		p.reminded[id] = reminded
	}
	if reminded {
		return true, nil
	}
	_, said, err := p.k.Said(r.cause(id))
	return said, err
}
