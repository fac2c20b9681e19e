package scheduler

import (
	"time"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// Overview is what Ban Dân tộc is told at the beginning of a week.
type Overview struct {
	// Tallies are the rules of which documents are missing and of which the ladder speaks.
	Tallies []*Tally
	// Done is what was done in the year so far.
	Done ledger.Sum
	// Undecided is how many documents wait to be accepted or returned, Disclaimed how many obligations units say are not
	// theirs, Uncopied how many documents have a copy that nobody could be sent, Unlinked how many units that owe
	// something have nobody linked.
	Undecided, Disclaimed, Uncopied, Unlinked int
}

// empty says that there is nothing to tell.
func (o Overview) empty() bool {
	return len(o.Tallies) == 0 && o.Done.All()[twinning.Activities] == 0 && o.Undecided == 0 && o.Disclaimed == 0
}

// overview plans the week's overview, on its first working day or, when that was missed, on the next one of the week.
func (p *planner) overview() error {
	week := p.today.AddDays(-((int(p.today.Weekday()) + 6) % 7))
	people := p.joinedBefore(p.coordinators, week)
	if p.standing == "" || len(people) == 0 {
		return nil
	}
	before := len(p.plan)
	r := Reminder{Topic: TopicOverview, Unit: p.standing, Level: LevelCoordinator}
	if err := p.once(r, week.String(), people); err != nil || len(p.plan) == before {
		return err
	}
	o, err := p.overviewNow()
	if err != nil {
		return err
	}
	if o.empty() {
		p.plan = p.plan[:before]
		return nil
	}
	p.plan[before].Overview = &o
	return nil
}

func (p *planner) overviewNow() (Overview, error) {
	o := Overview{Tallies: p.tallies}
	for _, u := range p.units {
		if len(p.staff[u.Key]) == 0 && (u.Role.IsRecipient() || p.paired(u.Key)) {
			o.Unlinked++
		}
	}
	disclaimers, err := p.k.Disclaimers()
	if err != nil {
		return o, err
	}
	uncopied, err := p.k.Uncopied("")
	if err != nil {
		return o, err
	}
	o.Disclaimed, o.Uncopied = len(disclaimers), len(uncopied)
	for _, year := range p.k.OpenYears() {
		filings, err := p.k.Filings(year)
		if err != nil {
			return o, err
		}
		for _, f := range filings {
			if f.State == twinning.FilingSubmitted && f.Unit != p.standing { // nobody decides about their own
				o.Undecided++
			}
		}
	}
	span, err := p.k.Span(twinning.Unit{Role: twinning.RoleIssuer})
	if err != nil {
		return o, err
	}
	o.Done, err = p.k.Sum(p.today.Year(), ledger.Filter{Units: span})
	return o, err
}

// paired says whether the unit has a pairing in force.
func (p *planner) paired(unit twinning.UnitKey) bool {
	pairings, err := p.k.CurrentPairings(unit)
	return err == nil && len(pairings) > 0
}

// Progress is what a unit is told at the beginning of a month.
type Progress struct {
	Unit twinning.Unit
	Done ledger.Sum
	// Targets show how far the unit is with what the decision asks for.
	Targets []twinning.Line
	// Waiting is how many activities wait for the unit's word.
	Waiting int
}

// progressDays is how far into a month its progress may still be told; later it would be stale.
const progressDays = 10

// silentUntil is the month from which a unit without any activity hears of its targets: before, the year has just begun.
const silentUntil = time.April

// progress plans the month's progress of each unit that has something to hear, on the first working day of the month or,
// when that was missed, in its first days.
func (p *planner) progress() error {
	_, month, day := p.today.Parts()
	first := p.today.AddDays(1 - day)
	if day > progressDays || month == time.January {
		return nil
	}
	for _, u := range p.units {
		if u.Role == twinning.RoleStanding || u.Role == twinning.RoleIssuer || u.Role == twinning.RoleOverseer {
			continue
		}
		if err := p.progressOf(u, first); err != nil {
			return err
		}
	}
	return nil
}

func (p *planner) progressOf(u twinning.Unit, first twinning.Date) error {
	before := len(p.plan)
	staff := p.staff[u.Key]
	r := Reminder{Topic: TopicProgress, Unit: u.Key, Level: LevelOfficer}
	for _, chat := range p.groups[u.Key] {
		r.Chat, r.Level = chat, LevelGroup
		if err := p.once(r, first.String(), nil); err != nil {
			return err
		}
	}
	if r.Chat == 0 {
		if err := p.once(r, first.String(), p.joinedBefore(twinning.Present(staff, staff, p.today), first)); err != nil {
			return err
		}
	}
	if len(p.plan) == before {
		return nil
	}
	now, err := p.progressNow(u)
	if err != nil {
		return err
	}
	if now == nil {
		p.plan = p.plan[:before]
		return nil
	}
	for i := before; i < len(p.plan); i++ {
		p.plan[i].Progress = now
	}
	return nil
}

// progressNow returns what the unit has to hear, nil when that is nothing.
func (p *planner) progressNow(u twinning.Unit) (*Progress, error) {
	year := p.today.Year()
	span, err := p.k.Span(u)
	if err != nil {
		return nil, err
	}
	now := &Progress{Unit: u}
	if now.Done, err = p.k.Sum(year, ledger.Filter{Units: span}); err != nil {
		return nil, err
	}
	waiting, err := p.k.Unconfirmed(u.Key)
	if err != nil {
		return nil, err
	}
	now.Waiting = len(waiting)
	if now.Targets, err = p.k.ProgressLines(u, year); err != nil {
		return nil, err
	}
	_, month, _ := p.today.Parts()
	nothing := now.Done.All()[twinning.Activities] == 0 && now.Waiting == 0
	if nothing && (month < silentUntil || len(now.Targets) == 0 || !p.paired(u.Key)) {
		return nil, nil //nolint:nilnil // nothing to hear is no error
	}
	return now, nil
}
