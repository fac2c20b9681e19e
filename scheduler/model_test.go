package scheduler_test

import (
	"slices"
	"time"

	"ketnghia/twinning"
)

// model says who must be told what, written from the rules as people state them and not from the code: the fifteen
// documents stand below as literals, every offset is tried day by day, every person is asked for every document. It is
// slow and meant to be obviously right.
type model struct {
	units    []twinning.Unit
	pairings []twinning.Pairing
	people   []*reader
	// groups are the chats bound to units.
	groups map[twinning.UnitKey]twinning.ChatID
	papers map[twinning.Obligation][]*paper
	waived map[twinning.Obligation]bool
	given  map[twinning.Obligation]gift
	later  map[putOff]twinning.Date
	urges  []twinning.Urge
	said   map[string]bool
	// toldOn holds "person 5 2027-02-26" for everybody who got the message of a day.
	toldOn map[string]bool
	rungs  map[rungQuestion]rungAnswer
	// version counts what happened; looked is the last look, as day and version.
	version int
	looked  string
}

// paper is a document that was filed; returned takes it back.
type paper struct{ returned bool }

// gift gives an obligation to one person until a day.
type gift struct {
	to    twinning.PersonID
	until twinning.Date
}

type putOff struct {
	twinning.Obligation
	person twinning.PersonID
}

type reader struct {
	id     twinning.PersonID
	unit   twinning.UnitKey
	role   twinning.Role
	joined twinning.Date
	leave  *twinning.Leave
}

// document is one of the fifteen that the decision asks for.
type document struct {
	rule twinning.RuleID
	// from are the roles that owe it; a document for each pairing is owed by its sponsor, and by both parties when both.
	from          []twinning.UnitRole
	pairing, both bool
	// paired says that only units with a pairing owe it; once, that one of an earlier year is enough.
	paired, once bool
	// due is the last day in time, closes the last day on which it is asked for, each as month and day.
	due, late, closes [2]int
	// nextYear says that closes, or for Ban Dân tộc's own report all three, lie in the year after.
	closesNext, allNext bool
}

func documents() []document {
	recipients := []twinning.UnitRole{twinning.RoleRecipientDistrict, twinning.RoleRecipientCommune}
	district, commune := recipients[:1], recipients[1:]
	sponsors := []twinning.UnitRole{
		twinning.RoleSponsorAgency, twinning.RoleSponsorLowland, twinning.RoleSponsorOther, twinning.RoleEmulation,
	}
	february := document{due: [2]int{2, 27}, late: [2]int{2, 28}, closes: [2]int{12, 31}}
	march := document{due: [2]int{3, 30}, late: [2]int{3, 31}, closes: [2]int{12, 31}}
	december := document{due: [2]int{12, 15}, late: [2]int{12, 31}, closes: [2]int{1, 31}, closesNext: true}
	like := func(d document, rule twinning.RuleID, from []twinning.UnitRole) document {
		d.rule, d.from = rule, from
		return d
	}
	list := []document{
		like(february, "needs", recipients), like(february, "district_plan", district),
		like(february, "district_assignment", district), like(february, "commune_plan", commune),
		like(february, "commune_group", commune), like(february, "commune_regulation", commune),
		like(february, "commune_stages", commune), like(march, "programme", nil), like(march, "sponsor_group", sponsors),
		like(march, "overseer_plan", []twinning.UnitRole{twinning.RoleOverseer}), like(december, "report", recipients),
		like(december, "sponsor_report", sponsors), like(december, "evaluation", nil),
		like(december, "overseer_report", []twinning.UnitRole{twinning.RoleOverseer}),
		{
			rule: "standing_report", from: []twinning.UnitRole{twinning.RoleStanding}, due: [2]int{1, 31}, late: [2]int{1, 31},
			closes: [2]int{3, 31}, closesNext: true, allNext: true,
		},
	}
	for i, d := range list {
		switch d.rule {
		case "district_assignment", "commune_group", "commune_regulation":
			list[i].once = true
		case "sponsor_group":
			list[i].once, list[i].paired = true, true
		case "sponsor_report":
			list[i].paired = true
		case "programme":
			list[i].pairing = true
		case "evaluation":
			list[i].pairing, list[i].both = true, true
		}
	}
	return list
}

// day is a month and day in the document's year or in the one after.
func (d document) day(year int, monthDay [2]int, next bool) twinning.Date {
	if next {
		year++
	}
	return twinning.NewDate(year, time.Month(monthDay[0]), monthDay[1])
}

// duty is an obligation with its last day in time and the last day on which it is asked for.
type duty struct {
	twinning.Obligation
	document
	due, closes twinning.Date
}

// duties are all obligations of a year.
func (m *model) duties(year int) []duty {
	var list []duty
	for _, d := range documents() {
		due, late := d.day(year, d.due, d.allNext), d.day(year, d.late, d.allNext)
		closes := d.day(year, d.closes, d.closesNext)
		add := func(unit twinning.UnitKey, pairing twinning.PairingID) {
			list = append(list, duty{
				twinning.Obligation{Rule: d.rule, Unit: unit, Pairing: pairing, Year: year}, d, due, closes,
			})
		}
		if d.pairing {
			for _, p := range m.pairings {
				if p.From > due || !p.To.IsZero() && p.To < due {
					continue
				}
				add(p.Sponsor, p.ID)
				if d.both {
					add(p.Recipient, p.ID)
				}
			}
			continue
		}
		for _, u := range m.units {
			if slices.Contains(d.from, u.Role) && (!d.paired || m.pairedBy(u.Key, year, late)) {
				add(u.Key, 0)
			}
		}
	}
	return list
}

// pairedBy says whether the unit has a pairing in the year that had begun when the document was due.
func (m *model) pairedBy(unit twinning.UnitKey, year int, late twinning.Date) bool {
	return slices.ContainsFunc(m.pairings, func(p twinning.Pairing) bool {
		return (p.Sponsor == unit || p.Recipient == unit) && p.From <= late &&
			(p.To.IsZero() || p.To >= twinning.NewDate(year, 1, 1))
	})
}

// pairedOn says whether the unit has a pairing in force on the day.
func (m *model) pairedOn(unit twinning.UnitKey, day twinning.Date) bool {
	return slices.ContainsFunc(m.pairings, func(p twinning.Pairing) bool {
		return (p.Sponsor == unit || p.Recipient == unit) && p.From <= day && (p.To.IsZero() || p.To >= day)
	})
}

// open says whether the document is still asked for: not filed, or returned, and not waived.
func (m *model) open(d duty) bool {
	if m.waived[d.Obligation] {
		return false
	}
	for year := d.Year; year >= d.Year-2; year-- {
		o := d.Obligation
		o.Year = year
		for _, p := range m.papers[o] {
			if !p.returned {
				return false
			}
		}
		if !d.once {
			break
		}
	}
	return true
}

// free are the days off on weekdays of the years that the test runs through.
func free() []string {
	return []string{
		"2026-01-01", "2026-09-01", "2026-09-02", "2027-01-01", "2027-02-05", "2027-02-06", "2027-02-07", "2027-02-08",
		"2027-02-09", "2027-04-16", "2027-04-30", "2027-05-01", "2027-09-01", "2027-09-02", "2028-01-01", "2028-01-25",
		"2028-01-26", "2028-01-27", "2028-01-28", "2028-01-29",
	}
}

func works(d twinning.Date) bool {
	return d.Weekday() != time.Saturday && d.Weekday() != time.Sunday && !slices.Contains(free(), d.String())
}

type rungQuestion struct {
	due, closes, today twinning.Date
	digest             bool
}

type rungAnswer struct {
	offset int
	on     twinning.Date
	come   bool
}

// rung tries every offset: of those whose working day has come, the latest day counts, and of several on that day the
// one nearest to the deadline that is not overdue.
func (m *model) rung(q rungQuestion) rungAnswer {
	if a, known := m.rungs[q]; known {
		return a
	}
	var best rungAnswer
	for offset := -60; q.due.AddDays(offset) <= q.closes; offset++ {
		if !onLadder(offset, q.digest) {
			continue
		}
		on := q.due.AddDays(offset)
		for !works(on) {
			on--
		}
		if on > q.today {
			continue
		}
		if !best.come || on > best.on || offset <= 0 || best.offset > 0 {
			best = rungAnswer{offset, on, true}
		}
	}
	m.rungs[q] = best
	return best
}

func onLadder(offset int, digest bool) bool {
	if digest {
		return slices.Contains([]int{-14, -7, -3, 0}, offset) || offset > 0 && offset%7 == 0
	}
	return slices.Contains([]int{-30, -14, -7, -3, -1, 0, 1, 3}, offset) || offset > 0 && offset%7 == 0
}

// staff are the people of a unit.
func (m *model) staff(unit twinning.UnitKey, roles ...twinning.Role) []*reader {
	var list []*reader
	for _, r := range m.people {
		if r.unit == unit && slices.Contains(roles, r.role) {
			list = append(list, r)
		}
	}
	return list
}

// there puts deputies for those who are away, and leaves out those who are away without.
func (m *model) there(people []*reader, today twinning.Date) []*reader {
	away := func(r *reader) bool { return r.leave != nil && r.leave.From <= today && today <= r.leave.To }
	var list []*reader
	for _, r := range people {
		if away(r) {
			i := slices.IndexFunc(m.people, func(x *reader) bool { return x.id == r.leave.Deputy })
			if i < 0 || away(m.people[i]) || m.people[i].unit != r.unit {
				continue
			}
			r = m.people[i]
		}
		if !slices.Contains(list, r) {
			list = append(list, r)
		}
	}
	return list
}

// newModel knows the roster; nobody is linked yet.
func newModel(units []twinning.Unit, pairings []twinning.Pairing) *model {
	return &model{
		units: units, pairings: slices.Clone(pairings), groups: map[twinning.UnitKey]twinning.ChatID{},
		papers: map[twinning.Obligation][]*paper{}, waived: map[twinning.Obligation]bool{},
		given: map[twinning.Obligation]gift{}, later: map[putOff]twinning.Date{}, said: map[string]bool{},
		toldOn: map[string]bool{}, rungs: map[rungQuestion]rungAnswer{},
	}
}
