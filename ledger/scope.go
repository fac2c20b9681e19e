package ledger

import (
	"cmp"
	"fmt"
	"slices"
	"strings"

	"ketnghia/store"
	"ketnghia/twinning"
)

// Scope says which records are taken out of the books.
type Scope struct {
	// Year is that of the activities' first day and of what filings are for; 0 means all.
	Year int
	// Unit is whose records are meant, with those of its communes for a district and of units that became it; "" means
	// everybody's.
	Unit twinning.UnitKey
}

// Extract are the records of a scope as a table holds them: the latest version of each activity, and nothing of the chat.
// Lists are in order of keys and numbers.
type Extract struct {
	// Units are those of the scope and all that the other records name.
	Units    []twinning.Unit
	Pairings []twinning.Pairing
	// People are the members in force.
	People     []twinning.Person
	Activities []twinning.Activity
	Filings    []twinning.Filing
	// Demo says that pairings among them are made up.
	Demo bool
}

// reach is a scope with the units that it means; units is nil for everybody.
type reach struct {
	Scope

	units map[twinning.UnitKey]bool
}

func (k *Look) reach(s Scope) (reach, error) {
	r := reach{Scope: s}
	if s.Unit == "" {
		return r, nil
	}
	units, err := k.Units()
	if err != nil {
		return r, wrap("scope", err)
	}
	r.units = map[twinning.UnitKey]bool{}
	for _, u := range units {
		if u.Key == s.Unit || u.Parent == s.Unit || k.heir(u.Key) == s.Unit {
			r.units[u.Key] = true
		}
	}
	if len(r.units) == 0 {
		return r, fmt.Errorf("scope: unit %s: %w", s.Unit, twinning.ErrNotFound)
	}
	return r, nil
}

// has says whether the unit is meant.
func (r reach) has(u twinning.UnitKey) bool { return r.units == nil || r.units[u] }

func (r reach) hasPairing(p twinning.Pairing) bool { return r.has(p.Sponsor) || r.has(p.Recipient) }

// within keeps the elements whose unit is meant.
func within[T any](r reach, unit func(T) twinning.UnitKey, read func() ([]T, error)) ([]T, error) {
	list, err := read()
	return slices.DeleteFunc(list, func(t T) bool { return !r.has(unit(t)) }), err
}

// Extract returns the records of the scope.
func (k *Look) Extract(s Scope) (Extract, error) {
	var x Extract
	r, err := k.reach(s)
	if err != nil {
		return x, err
	}
	if x.Pairings, err = k.pairingsWithin(r); err != nil {
		return x, err
	}
	x.Demo = slices.ContainsFunc(x.Pairings, func(p twinning.Pairing) bool { return p.Demo })
	if x.People, err = within(r, func(p twinning.Person) twinning.UnitKey { return p.Unit }, k.People); err != nil {
		return x, wrap("people", err)
	}
	x.People = slices.DeleteFunc(x.People, func(p twinning.Person) bool { return !p.Active() })
	if x.Activities, err = k.activitiesWithin(r); err != nil {
		return x, err
	}
	if x.Filings, err = k.filingsWithin(r); err != nil {
		return x, err
	}
	x.Units, err = k.unitsNamed(r, x.Pairings, x.Activities)
	return x, err
}

func (k *Look) pairingsWithin(r reach) ([]twinning.Pairing, error) {
	pairings, err := k.Pairings()
	return slices.DeleteFunc(pairings, func(p twinning.Pairing) bool { return !r.hasPairing(p) }), wrap("pairings", err)
}

// activitiesWithin returns the activities by number. For few units it reads theirs only, however many others there are.
func (k *Look) activitiesWithin(r reach) ([]twinning.Activity, error) {
	var list []twinning.Activity
	if r.units == nil {
		err := k.Activities(func(a twinning.Activity) error {
			if r.Year == 0 || a.Facts.Year() == r.Year {
				list = append(list, a)
			}
			return nil
		})
		return list, wrap("activities", err)
	}
	for u := range r.units {
		if err := k.eachOf(u, r.Year, func(a twinning.Activity) { list = append(list, a) }); err != nil {
			return nil, err
		}
	}
	slices.SortFunc(list, func(a, b twinning.Activity) int { return cmp.Compare(a.ID, b.ID) })
	return slices.CompactFunc(list, func(a, b twinning.Activity) bool { return a.ID == b.ID }), nil
}

// filingsWithin returns the filings of the year, of any year for 0, oldest first.
func (k *Look) filingsWithin(r reach) ([]twinning.Filing, error) {
	filings, err := k.Filings(r.Year)
	filings = slices.DeleteFunc(filings, func(f twinning.Filing) bool { return !r.has(f.Unit) })
	slices.SortFunc(filings, func(a, b twinning.Filing) int { return cmp.Compare(a.ID, b.ID) })
	return filings, wrap("filings", err)
}

// unitsNamed returns the units of the scope, the other parties of what they did, the successors of those that have ended,
// and the districts of them all, so that the file explains itself and can be imported alone.
func (k *Look) unitsNamed(r reach, pairings []twinning.Pairing, activities []twinning.Activity) ([]twinning.Unit, error) {
	units, err := k.Units()
	if err != nil || r.units == nil {
		return units, wrap("units", err)
	}
	named := map[twinning.UnitKey]bool{}
	for _, p := range pairings {
		named[p.Sponsor], named[p.Recipient] = true, true
	}
	for _, a := range activities {
		named[a.Facts.Sponsor], named[a.Facts.Recipient] = true, true
	}
	byKey := map[twinning.UnitKey]twinning.Unit{}
	for _, u := range units {
		byKey[u.Key] = u
	}
	for _, u := range units {
		if !named[u.Key] && !r.has(u.Key) {
			continue
		}
		for range maxSuccessors {
			named[u.Key], named[u.Parent] = true, true
			if u = byKey[u.Successor]; u.Key == "" {
				break
			}
		}
	}
	return slices.DeleteFunc(units, func(u twinning.Unit) bool { return !named[u.Key] }), nil
}

// objects are the names of the records of the scope in the audit; nil for everybody's.
func (r reach) objects(x Extract) map[string]bool {
	if r.units == nil {
		return nil
	}
	objects := map[string]bool{}
	for u := range r.units {
		objects["unit/"+string(u)] = true
	}
	for _, a := range x.Activities {
		objects[ActivitySubject(a.ID)] = true
	}
	for _, f := range x.Filings {
		objects[FilingSubject(f.ID)] = true
	}
	for _, p := range x.Pairings {
		objects[fmt.Sprintf("pairing/%d", p.ID)] = true
	}
	for _, p := range x.People {
		objects[personObject(p.ID)] = true
	}
	return objects
}

// auditWithin returns what was done in the year to the records of the scope, all that was ever done for 0.
func (k *Look) auditWithin(r reach, objects map[string]bool) ([]store.AuditEntry, error) {
	var all []store.AuditEntry
	var after uint64
	for {
		page, err := k.AuditLog(after, exportPage)
		if err != nil {
			return nil, wrap("audit", err)
		}
		for _, e := range page {
			inYear := r.Year == 0 || k.programme.Today(e.At).Year() == r.Year
			if inYear && (objects == nil || objects[e.Object]) {
				all = append(all, e)
			}
		}
		if len(page) < exportPage {
			return all, nil
		}
		after = page[len(page)-1].Seq
	}
}

// remindersWithin returns the rungs of the ladder that were said about the units of the scope.
func (k *Look) remindersWithin(r reach) ([]reminder, error) {
	said, err := k.SaidWithPrefix("remind|")
	var list []reminder
	for _, s := range said {
		// "remind|needs|W20437|2027|…"
		parts := strings.Split(s.Cause, "|")
		if r.units == nil || len(parts) > 2 && r.units[twinning.UnitKey(parts[2])] {
			list = append(list, reminder{Cause: s.Cause, At: s.At})
		}
	}
	return list, wrap("reminders", err)
}
