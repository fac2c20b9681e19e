package scheduler

import (
	"slices"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// Plan returns what is to be said at the moment of the look, in the order of years (newest first), rules and units, the
// digest of a rule after its units, then overviews and progress. It depends on the snapshot alone and changes nothing.
// Outside the delivery hours it returns nothing: what is owed then is said on the next working morning.
//
// There is one Reminder for each obligation and level. Somebody is left out who was told the same before, who got today's
// message already, or who asked to be reminded later; a reminder of which everybody is left out is none. Where nobody is
// linked the reminder stays, with an empty To. Leads are told from the ladder's own rung on, and at every rung while
// their unit has no officer to tell.
func Plan(k *ledger.Look) ([]Reminder, error) {
	if !k.Programme().Delivering(k.Now()) {
		return nil, nil
	}
	p, err := newPlanner(k)
	if err != nil {
		return nil, err
	}
	for _, year := range k.OpenYears() {
		rules := p.begun(year)
		if len(rules) == 0 {
			continue
		}
		if err := p.year(year, rules); err != nil {
			return nil, err
		}
	}
	if err := p.overview(); err != nil {
		return nil, err
	}
	return p.plan, p.progress()
}

// planner gathers the reminders of one moment.
type planner struct {
	k      *ledger.Look
	today  twinning.Date
	ladder twinning.Ladder
	// staff are the linked people who act for each unit, groups the group chats that were bound to it, parents its
	// district.
	staff   map[twinning.UnitKey][]twinning.Person
	groups  map[twinning.UnitKey][]twinning.ChatID
	parents map[twinning.UnitKey]twinning.UnitKey
	parties ledger.Parties
	// units are the active ones.
	units []twinning.Unit
	// urges are those that may still have to be said.
	urges []twinning.Urge
	// standing is Ban Dân tộc, "" when the roster has none.
	standing     twinning.UnitKey
	coordinators []twinning.Person
	// reminded remembers who got today's message already.
	reminded map[addressee]bool
	// tallies are how the rules stand that are spoken of.
	tallies []*Tally
	plan    []Reminder
}

func newPlanner(k *ledger.Look) (*planner, error) {
	p := &planner{
		k: k, today: k.Today(), ladder: k.Programme().Ladder, reminded: map[addressee]bool{},
		groups: map[twinning.UnitKey][]twinning.ChatID{}, parents: map[twinning.UnitKey]twinning.UnitKey{},
	}
	var err error
	if p.staff, err = k.Staff(); err != nil {
		return nil, err
	}
	if p.parties, err = k.Parties(); err != nil {
		return nil, err
	}
	p.units = make([]twinning.Unit, 0, len(p.parties.Units))
	for _, u := range p.parties.Units {
		if u.State != twinning.UnitActive {
			continue
		}
		p.units = append(p.units, u)
		p.parents[u.Key] = u.Parent
		if u.Role == twinning.RoleStanding && p.standing == "" {
			p.standing = u.Key
		}
	}
	groups, err := k.Groups()
	if err != nil {
		return nil, err
	}
	for _, g := range groups {
		if g.Unit != "" {
			p.groups[g.Unit] = append(p.groups[g.Unit], g.Chat)
		}
	}
	urges, err := k.Urges()
	if err != nil {
		return nil, err
	}
	for _, u := range urges {
		if u.Lasts(p.today) {
			p.urges = append(p.urges, u)
		}
	}
	all := coordinators(p.staff)
	if p.coordinators = twinning.Present(all, all, p.today); len(p.coordinators) == 0 {
		p.coordinators = all
	}
	return p, nil
}

// occasion is why something is to be said of a rule in a year: a rung that has come, urges, or both.
type occasion struct {
	rung  twinning.Rung
	come  bool
	urges []twinning.Urge
}

// occasionOf returns why the owings of a rule and year are to be spoken of today; ok is false when they are not.
func (p *planner) occasionOf(rule twinning.RuleID, year int, d twinning.Deadlines) (o occasion, ok bool) {
	o.rung, o.come = p.latest(p.ladder, d)
	for _, u := range p.urges {
		if u.Rule == rule && u.Year == year {
			o.urges = append(o.urges, u)
		}
	}
	if !o.come {
		o.rung = twinning.Rung{Offset: p.today.DaysSince(d.Due), On: p.today}
	}
	return o, o.come || len(o.urges) > 0
}

// begun returns the rules of the year that are to be spoken of, so that the owings of the others, and those of a whole
// year when there are none, need not be derived in vain.
func (p *planner) begun(year int) []twinning.RuleID {
	var rules []twinning.RuleID
	for _, r := range p.k.Programme().Obligations {
		d := r.Deadlines(year, p.k.Programme().Calendar)
		if !r.Remind || !r.Applies(year) || p.today > d.Closes {
			continue
		}
		_, toUnit := p.occasionOf(r.ID, year, d)
		_, toCoordinator := p.latest(digestLadder(p.ladder), d)
		if toUnit || toCoordinator {
			rules = append(rules, r.ID)
		}
	}
	return rules
}

func (p *planner) year(year int, rules []twinning.RuleID) error {
	owings, err := p.k.OwingsAmong(p.parties, year, rules...)
	if err != nil {
		return err
	}
	// Officers and leads have a reminder each.
	p.plan = slices.Grow(p.plan, 2*len(owings))
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
	first := owings[0]
	if at, ok := p.occasionOf(first.Rule.ID, first.Year, first.Deadlines); ok {
		for i := range owings {
			if !owings[i].Standing.Open() {
				continue
			}
			if err := p.owing(&owings[i], at); err != nil {
				return err
			}
		}
	}
	return p.digest(owings)
}

func (p *planner) latest(l twinning.Ladder, d twinning.Deadlines) (twinning.Rung, bool) {
	return twinning.Latest(l.Rungs(d.Due, d.Closes, p.k.Programme().Calendar), p.today)
}

// owing plans one obligation at each level that its occasion reaches.
func (p *planner) owing(o *ledger.Owing, at occasion) error {
	a, district := p.audienceOf(o)
	r := Reminder{Unit: o.Unit, Obligation: o.Obligation, Rung: at.rung, Level: LevelOfficer, Owing: o}
	if len(a.Groups) == 0 {
		if err := p.add(r, a.Officers, at); err != nil {
			return err
		}
	}
	for _, chat := range a.Groups {
		if err := p.addGroup(r, chat, at); err != nil {
			return err
		}
	}
	toLeads := p.ladder.ToLeads(at.rung) || len(at.urges) > 0
	if toLeads || len(a.Leads) > 0 && a.NobodyElse() {
		r.Level = LevelLead
		if err := p.add(r, a.Leads, at); err != nil {
			return err
		}
	}
	if len(district) > 0 {
		r.Level = LevelDistrict
		return p.add(r, district, at)
	}
	return nil
}

// digest plans what Ban Dân tộc is told of one rule and year; when nothing is missing, or only its own document, there is
// nothing to tell.
func (p *planner) digest(owings []ledger.Owing) error {
	tally := tallyOf(owings, p.staff)
	if p.standing == "" || len(tally.Missing) == 0 || len(owings) == 1 && owings[0].Unit == p.standing {
		return nil
	}
	p.tallies = append(p.tallies, tally)
	rung, come := p.latest(digestLadder(p.ladder), owings[0].Deadlines)
	if !come {
		return nil
	}
	return p.add(Reminder{
		Unit: p.standing, Rung: rung, Level: LevelCoordinator, Tally: tally,
		Obligation: twinning.Obligation{Rule: tally.Rule.ID, Unit: p.standing, Year: tally.Year},
	}, p.coordinators, occasion{rung: rung, come: true})
}
