package scheduler_test

import (
	"fmt"
	"slices"
	"time"

	"ketnghia/twinning"
)

// model says who must be told what, written from the rules as people state them and not from the code: every offset is
// tried day by day, every date is a literal. It is slow and meant to be obviously right.
type model struct {
	duties []duty
	// own are the duties of each unit.
	own    map[twinning.UnitKey][]duty
	people []reader
	filed  map[twinning.Obligation]bool
	said   map[saying]bool
	toldOn map[twinning.PersonID]twinning.Date
	rungs  map[rungQuestion]rungAnswer
}

// duty is an obligation with its last day in time and the last day on which it is asked for.
type duty struct {
	twinning.Obligation
	due, closes twinning.Date
}

type reader struct {
	id     twinning.PersonID
	unit   twinning.UnitKey
	role   twinning.Role
	joined time.Time
}

type saying struct {
	about  twinning.Obligation
	offset int
	to     twinning.PersonID
}

func (s saying) String() string {
	if s.about.Unit == "" {
		return fmt.Sprintf("remind|digest|%s|%d|%d|person %d", s.about.Rule, s.about.Year, s.offset, s.to)
	}
	return fmt.Sprintf("remind|%s|%d|person %d", s.about.Key(), s.offset, s.to)
}

// told is one message that somebody gets.
type told struct {
	At     time.Time
	To     twinning.PersonID
	Causes []string
}

func newModel(units []twinning.Unit, pairings []twinning.Pairing, years ...int) *model {
	m := &model{
		filed: map[twinning.Obligation]bool{}, said: map[saying]bool{}, rungs: map[rungQuestion]rungAnswer{},
		toldOn: map[twinning.PersonID]twinning.Date{}, own: map[twinning.UnitKey][]duty{},
	}
	sponsors := map[twinning.UnitKey]bool{}
	for _, p := range pairings {
		sponsors[p.Sponsor] = true
	}
	for _, y := range years {
		add := func(rule twinning.RuleID, unit twinning.UnitKey, pairing twinning.PairingID, due, closes twinning.Date) {
			m.duties = append(m.duties, duty{
				twinning.Obligation{Rule: rule, Unit: unit, Pairing: pairing, Year: y}, due, closes,
			})
		}
		newYear, january := twinning.NewDate(y, 12, 31), twinning.NewDate(y+1, 1, 31)
		for _, u := range units {
			if u.Role == twinning.RoleRecipientDistrict || u.Role == twinning.RoleRecipientCommune {
				add("needs", u.Key, 0, twinning.NewDate(y, 2, 27), newYear)
				add("report", u.Key, 0, twinning.NewDate(y, 12, 15), january)
			}
			if sponsors[u.Key] {
				add("sponsor_report", u.Key, 0, twinning.NewDate(y, 12, 15), january)
			}
		}
		for _, p := range pairings {
			add("programme", p.Sponsor, p.ID, twinning.NewDate(y, 3, 30), newYear)
		}
	}
	for _, d := range m.duties {
		m.own[d.Unit] = append(m.own[d.Unit], d)
	}
	return m
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
	come   bool
}

// rung tries every offset: of those whose working day has come, the latest day counts, and of several on that day the
// one nearest to the deadline that is not overdue.
func (m *model) rung(q rungQuestion) rungAnswer {
	if a, known := m.rungs[q]; known {
		return a
	}
	var best rungAnswer
	var bestOn twinning.Date
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
		if !best.come || on > bestOn || offset <= 0 || best.offset > 0 {
			best, bestOn = rungAnswer{offset, true}, on
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

// tick returns the messages that go out when somebody looks at now.
func (m *model) tick(now time.Time) []told {
	local := now.In(zone())
	today := twinning.DateOf(local, zone())
	clock := local.Hour()*100 + local.Minute()
	if !works(today) || clock < 730 || clock >= 1730 {
		return nil
	}
	var messages []told
	for _, r := range m.people {
		if m.toldOn[r.id] == today || r.joined.After(now) {
			continue
		}
		var causes []string
		for _, s := range m.news(r, today, now) {
			m.said[s] = true
			causes = append(causes, s.String())
		}
		if len(causes) > 0 {
			slices.Sort(causes)
			m.toldOn[r.id] = today
			messages = append(messages, told{At: now, To: r.id, Causes: causes})
		}
	}
	return messages
}

// news is what the reader must hear and did not yet.
func (m *model) news(r reader, today twinning.Date, now time.Time) []saying {
	var all []saying
	add := func(about twinning.Obligation, offset int) {
		s := saying{about, offset, r.id}
		if !m.said[s] && !slices.Contains(all, s) {
			all = append(all, s)
		}
	}
	duties := m.own[r.unit]
	if r.role == twinning.RoleCoordinator {
		duties = m.duties
	}
	for _, d := range duties {
		if m.filed[d.Obligation] || today > d.closes {
			continue
		}
		if r.role == twinning.RoleCoordinator {
			if a := m.rung(rungQuestion{d.due, d.closes, today, true}); a.come {
				add(twinning.Obligation{Rule: d.Rule, Year: d.Year}, a.offset)
			}
			continue
		}
		a := m.rung(rungQuestion{d.due, d.closes, today, false})
		if !a.come || r.role == twinning.RoleLead && a.offset < -7 && m.hasOfficer(r.unit, now) {
			continue
		}
		add(d.Obligation, a.offset)
	}
	return all
}

func (m *model) hasOfficer(unit twinning.UnitKey, now time.Time) bool {
	return slices.ContainsFunc(m.people, func(r reader) bool {
		return r.unit == unit && r.role == twinning.RoleOfficer && !r.joined.After(now)
	})
}
