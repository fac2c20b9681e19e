package scheduler_test

import (
	"errors"
	"fmt"
	"slices"
	"time"

	"ketnghia/ledger"
	"ketnghia/store"
	"ketnghia/twinning"
)

// people of the test, and how many of each hundred units have nobody.
const (
	peopleInAll   = 500
	emptyPercent  = 8
	groupPercent  = 15
	latePercent   = 10
	filedPercent  = 70
	decisionsMade = 600
)

// planPeople spreads 500 people over the units: Ban Dân tộc has coordinators, every unit but a few has officers and
// leads, nine of ten from the start, the others in the course of the year. Some units have a group.
func (y *year) planPeople() {
	start := at("2027-01-01 00:00")
	var units []twinning.Unit
	for _, u := range y.units {
		if u.Role == twinning.RoleStanding || u.Role.IsRecipient() && y.random.IntN(100) < emptyPercent {
			continue
		}
		units = append(units, u)
		if y.random.IntN(100) < groupPercent {
			y.planGroup(u.Key, len(units))
		}
	}
	enrol := func(unit twinning.UnitKey, role twinning.Role) {
		when := start.Add(-time.Hour)
		if y.random.IntN(100) < latePercent {
			when = y.between(start, y.end)
		}
		y.add(when, func(now time.Time) {
			id := y.enrol(now, unit, role)
			y.model.people = append(y.model.people, &reader{id: id, unit: unit, role: role, joined: twinning.DateOf(now, zone())})
		})
	}
	for range 5 {
		enrol(y.standing(), twinning.RoleCoordinator)
	}
	for i := range peopleInAll - 5 {
		role := twinning.RoleOfficer
		if i/len(units)%2 == 1 {
			role = twinning.RoleLead
		}
		enrol(units[i%len(units)].Key, role)
	}
}

func (y *year) planGroup(unit twinning.UnitKey, n int) {
	chat := twinning.ChatID(-1000 - n)
	y.add(y.between(at("2027-01-01 00:00"), at("2027-06-01 00:00")), func(now time.Time) {
		y.use(now, func(w *ledger.Work) error {
			return w.BindGroup(ledger.Actor{}, twinning.Group{Chat: chat, Title: "Tổ công tác", Unit: unit})
		})
		y.model.groups[unit] = chat
	})
}

// use runs a use case that can't be refused.
func (y *year) use(now time.Time, fn func(*ledger.Work) error) {
	y.Helper()
	if !y.try(now, fn) {
		y.Fatal("refused")
	}
}

// try runs a use case and says whether the books took it.
func (y *year) try(now time.Time, fn func(*ledger.Work) error) bool {
	y.Helper()
	y.people++
	err := y.ledger.Update(y.Context(), now, func(w *ledger.Work) error {
		return fn(w.For(fmt.Sprintf("use %d", y.people)))
	})
	var invalid *twinning.InvalidError
	refused := errors.As(err, &invalid) || errors.Is(err, twinning.ErrConflict) || errors.Is(err, twinning.ErrForbidden) ||
		errors.Is(err, twinning.ErrNotFound)
	if err != nil && !refused {
		y.Fatal(err)
	}
	return err == nil
}

// planFilings has seven of ten documents filed, from 60 days before the deadline to the last day that counts, and one of
// eight of them returned some days later.
func (y *year) planFilings() {
	first := at("2027-01-01 00:00")
	for _, number := range []int{2026, 2027, 2028} {
		for _, d := range y.model.duties(number) {
			from, to := d.due.AddDays(-60).At(0, 0, zone()), d.closes.At(23, 0, zone())
			if from.Before(first) {
				from = first
			}
			// Most file around the deadline.
			if soon := d.due.AddDays(20).At(0, 0, zone()); y.random.IntN(3) > 0 && soon.After(from) && soon.Before(to) {
				to = soon
			}
			if to.After(y.end) {
				to = y.end
			}
			if y.random.IntN(100) >= filedPercent || !from.Before(to) {
				continue
			}
			y.planFiling(d.Obligation, y.between(from, to))
		}
	}
}

func (y *year) planFiling(o twinning.Obligation, when time.Time) {
	var id twinning.FilingID
	sheet := &paper{}
	y.add(when, func(now time.Time) {
		id = y.put(now, twinning.Filing{State: twinning.FilingSubmitted, Meets: []twinning.Obligation{o}})
		y.model.papers[o] = append(y.model.papers[o], sheet)
	})
	if y.random.IntN(8) == 0 {
		y.add(when.Add(time.Duration(1+y.random.IntN(10*24*60))*time.Minute), func(now time.Time) {
			y.put(now, twinning.Filing{ID: id, State: twinning.FilingReturned, Meets: []twinning.Obligation{o}})
			sheet.returned = true
		})
	}
}

// put stores a filing as the ledger does, without the copies to everybody, of which a whole year would take too long.
func (y *year) put(now time.Time, f twinning.Filing) twinning.FilingID {
	y.Helper()
	f.Unit, f.Filed, f.At = f.Meets[0].Unit, twinning.DateOf(now, zone()), now
	err := y.store.Update(y.Context(), now, func(tx *store.Tx) (err error) {
		f.ID, err = tx.PutFiling(f)
		return errors.Join(err, tx.Audit(store.AuditEntry{Action: "filing.put"}))
	})
	if err != nil {
		y.Fatal(err)
	}
	return f.ID
}

// planDecisions has people put off, give away, waive, urge and go on leave at random.
func (y *year) planDecisions() {
	for range decisionsMade {
		choice, when := y.random.IntN(100), y.sometime()
		if choice >= 28 {
			when = y.busy()
		}
		y.add(when, func(now time.Time) {
			today := twinning.DateOf(now, zone())
			r := y.model.people[y.random.IntN(len(y.model.people))]
			d, ok := y.openDuty(r.unit, today, choice >= 60)
			switch {
			case choice < 20:
				y.goAway(now, r)
			case choice < 24:
				y.urge(now)
			case !ok:
			case choice < 28:
				y.waive(now, d.Obligation)
			case choice < 60:
				y.give(now, r, d)
			default:
				y.putOff(now, r, d)
			}
		})
	}
}

// openDuty returns a random document that the unit owes and of which the ladder may speak; ahead limits it to those that
// are not overdue.
func (y *year) openDuty(unit twinning.UnitKey, today twinning.Date, ahead bool) (duty, bool) {
	var open []duty
	for _, number := range []int{today.Year(), today.Year() - 1} {
		for _, d := range y.model.duties(number) {
			if d.Unit == unit && today <= d.closes && (!ahead || today < d.due) && y.model.open(d) {
				open = append(open, d)
			}
		}
	}
	if len(open) == 0 {
		return duty{}, false
	}
	// The most urgent first: what is due in a year's time nobody puts off.
	slices.SortFunc(open, func(a, b duty) int { return a.due.DaysSince(b.due) })
	return open[y.random.IntN(min(len(open), 3))], true
}

func (y *year) actor(r *reader) ledger.Actor {
	var a ledger.Actor
	err := y.ledger.View(y.Context(), y.end, func(k *ledger.Look) (err error) {
		a.Person, err = k.Person(r.id)
		a.Chat = a.Person.Telegram
		return err
	})
	if err != nil {
		y.Fatal(err)
	}
	return a
}

func (y *year) putOff(now time.Time, r *reader, d duty) {
	var s twinning.Snooze
	days := 1 + y.random.IntN(10)
	if y.try(now, func(w *ledger.Work) (err error) {
		s, err = w.Snooze(y.actor(r), d.Obligation, days)
		return err
	}) {
		y.model.later[putOff{d.Obligation, r.id}] = s.Until
	}
}

func (y *year) give(now time.Time, r *reader, d duty) {
	colleagues := y.model.staff(r.unit, twinning.RoleOfficer, twinning.RoleLead, twinning.RoleCoordinator)
	to := colleagues[y.random.IntN(len(colleagues))]
	until := twinning.DateOf(now, zone()).AddDays(y.random.IntN(20))
	if y.try(now, func(w *ledger.Work) error { return w.Delegate(y.actor(r), d.Obligation, to.id, until) }) {
		y.model.given[d.Obligation] = gift{to.id, until}
	}
}

func (y *year) waive(now time.Time, o twinning.Obligation) {
	if y.try(now, func(w *ledger.Work) error { return w.Waive(ledger.Actor{}, o, "xã sáp nhập") }) {
		y.model.waived[o] = true
		return
	}
}

func (y *year) urge(now time.Time) {
	documents := documents()
	rule, number := documents[y.random.IntN(len(documents))].rule, twinning.DateOf(now, zone()).Year()
	if y.try(now, func(w *ledger.Work) error { _, err := w.Urge(ledger.Actor{}, rule, number); return err }) {
		y.model.urges = append(y.model.urges, twinning.Urge{
			ID: twinning.UrgeID(len(y.model.urges) + 1), Rule: rule, Year: number, On: twinning.DateOf(now, zone()),
		})
	}
}

func (y *year) goAway(now time.Time, r *reader) {
	from := twinning.DateOf(now, zone()).AddDays(y.random.IntN(5))
	leave := &twinning.Leave{From: from, To: from.AddDays(y.random.IntN(15))}
	if colleagues := y.model.staff(r.unit, twinning.RoleOfficer, twinning.RoleLead, twinning.RoleCoordinator); y.random.IntN(2) == 0 {
		if d := colleagues[y.random.IntN(len(colleagues))]; d != r {
			leave.Deputy = d.id
		}
	}
	if y.try(now, func(w *ledger.Work) error { return w.SetLeave(ledger.Actor{}, r.id, leave) }) {
		r.leave = leave
	}
}

// planRoster ends some pairings and begins others in mid-year, and lets some people go.
func (y *year) planRoster() {
	for i := range 20 {
		y.add(y.sometime(), func(now time.Time) {
			p := y.model.pairings[y.random.IntN(len(y.model.pairings))]
			today := twinning.DateOf(now, zone())
			if i%2 == 0 {
				p.To = today
			} else {
				p.ID, p.From, p.To = 0, today, 0
				communes := y.units[y.random.IntN(len(y.units))]
				if communes.Role != twinning.RoleRecipientCommune {
					return
				}
				p.Recipient = communes.Key
			}
			y.changePairing(now, p)
		})
	}
	for range 15 {
		y.add(y.sometime(), func(now time.Time) {
			i := y.random.IntN(len(y.model.people))
			r := y.model.people[i]
			if y.try(now, func(w *ledger.Work) error { _, err := w.Remove(ledger.Actor{}, r.id); return err }) {
				y.model.people = slices.Delete(y.model.people, i, i+1)
			}
		})
	}
}

func (y *year) changePairing(now time.Time, p twinning.Pairing) {
	if !y.try(now, func(w *ledger.Work) error {
		return w.ApplyRoster(ledger.Actor{}, ledger.RosterChange{Pairings: []twinning.Pairing{p}})
	}) {
		return
	}
	err := y.ledger.View(y.Context(), now, func(k *ledger.Look) (err error) {
		y.model.pairings, err = k.Pairings()
		return err
	})
	if err != nil {
		y.Fatal(err)
	}
}

// planOutages spreads outages of equal length over the year, each at a random moment of its share.
func (y *year) planOutages(n int) {
	if n == 0 {
		return
	}
	start, length := at("2027-01-01 00:00"), daysDown*24*time.Hour/time.Duration(n)
	share := y.end.Sub(start) / time.Duration(n)
	for i := range n {
		from := start.Add(time.Duration(i) * share)
		down := y.between(from.Add(time.Minute), from.Add(share-length-time.Hour))
		y.add(down, func(time.Time) { y.stop(down) })
		y.add(down.Add(length), func(time.Time) { y.start(down.Add(length)) })
	}
}

// planJumps puts the clock wrong by up to some days, and right again some hours later.
func (y *year) planJumps(n int) {
	for range n {
		when := y.sometime()
		wrong := time.Duration(y.random.IntN(14*24)-5*24) * time.Hour
		y.add(when, func(time.Time) { y.offset.Store(int64(wrong)) })
		y.add(when.Add(time.Duration(1+y.random.IntN(48))*time.Hour), func(time.Time) { y.offset.Store(0) })
	}
}
