package programme

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"

	"ketnghia/twinning"
)

// Plan is what a roster file would change.
type Plan struct {
	Units    UnitPlan
	Pairings PairingPlan
	// Invite are the people to invite, with the keys of their units.
	Invite []PersonRow
	// Present are the people who are in the books, or invited, already.
	Present    []PersonRow
	Activities ActivityPlan
	// Ignored are columns and sheets that were not read.
	Ignored []Ignored
}

// UnitPlan is what would become of the units. Units that the file does not name stay as they are.
type UnitPlan struct {
	Added     []twinning.Unit
	Changed   []UnitChange
	Unchanged []twinning.UnitKey
}

// UnitChange is a unit before and after.
type UnitChange struct {
	Old, New twinning.Unit
	Fields   []FieldChange
}

// PairingPlan is what would become of the pairings. Those that the file does not name stay as they are.
type PairingPlan struct {
	// Added have no id yet.
	Added     []twinning.Pairing
	Changed   []PairingChange
	Unchanged []twinning.PairingID
}

// PairingChange is a pairing before and after; the id stays.
type PairingChange struct {
	Old, New twinning.Pairing
	Fields   []FieldChange
}

// FieldChange is one field before and after, as text: dates as 2027-02-26, lists joined by "|", "true" and "false".
type FieldChange struct{ Field, Old, New string }

// Empty says that the file changes nothing.
func (p Plan) Empty() bool { return p.RosterEmpty() && len(p.Activities.Added) == 0 }

// RosterEmpty says that the file changes nothing but activities, if anything.
func (p Plan) RosterEmpty() bool {
	return len(p.Units.Added)+len(p.Units.Changed)+len(p.Pairings.Added)+len(p.Pairings.Changed)+len(p.Invite) == 0
}

// Books are what a roster is compared with.
type Books struct {
	Units    []twinning.Unit
	Pairings []twinning.Pairing
	// People are those who are members or hold an open invitation.
	People []Member
	// Records finds activities; nil for books without any.
	Records Records
	// Today bounds the days of activities and of what became of units, no date for no bound; Signed is the first day that they may have.
	Today, Signed twinning.Date
}

// Member is somebody in a unit.
type Member struct {
	Name string
	Unit twinning.UnitKey
	Role twinning.Role
}

// checker works out a plan and collects the rejections.
type checker struct {
	roster *Roster
	plan   Plan
	// units are all units as they would be: first those of before, which are there already, then the new ones.
	units, before []twinning.Unit
	// byKey finds a unit's place by its key in small letters.
	byKey map[string]int
	// placed is the place of the unit that each good row of the file means, by the row's index.
	placed    map[int]int
	directory *Directory
}

// Check is CheckAgainst for books that hold units and pairings only.
func (r *Roster) Check(existing []twinning.Unit, existingPairings []twinning.Pairing) (Plan, []Rejection) {
	// Only records can fail, and there are none.
	plan, rejected, _ := r.CheckAgainst(Books{Units: existing, Pairings: existingPairings})
	return plan, rejected
}

// CheckAgainst compares the roster with the books. With any rejection nothing is to be applied; the plan then shows only
// what the good rows would do. Rejections come in order of sheets (units, pairings, people, activities) and rows. The
// error is that of the books.
func (r *Roster) CheckAgainst(b Books) (Plan, []Rejection, error) {
	// What is found here must not be told twice by a second Check of the same roster.
	copied := *r
	copied.rejected = slices.Clone(r.rejected)
	copied.Units = slices.Clone(r.Units)
	c := &checker{roster: &copied, units: slices.Clone(b.Units), before: b.Units}
	c.byKey, c.placed = map[string]int{}, map[int]int{}
	c.plan.Ignored = r.Ignored
	for i, u := range c.units {
		c.byKey[strings.ToLower(string(u.Key))] = i
	}
	c.checkUnits()
	c.directory = NewDirectory(c.units)
	c.checkParents()
	c.checkEnds(b.Today)
	c.checkTwins()
	c.diffUnits()
	c.checkPairings(b.Pairings)
	c.checkPeople(b.People)
	if err := c.checkActivities(b); err != nil {
		return c.plan, copied.rejected, fmt.Errorf("roster: %w", err)
	}
	order := []string{SheetUnits, SheetPairings, SheetPeople, SheetActivities}
	slices.SortStableFunc(copied.rejected, func(a, b Rejection) int {
		return cmp.Or(
			cmp.Compare(slices.Index(order, a.Sheet), slices.Index(order, b.Sheet)),
			cmp.Compare(a.File, b.File), cmp.Compare(a.Title, b.Title), cmp.Compare(a.Row, b.Row),
		)
	})
	return c.plan, copied.rejected, nil
}

// find returns the unit that a cell names; the row is rejected when there is not exactly one.
func (c *checker) find(row Row, column, written string) (twinning.Unit, bool) {
	return c.findBy(c.directory.Find, row, column, written)
}

// findActive is find for a unit that still exists.
func (c *checker) findActive(row Row, column, written string) (twinning.Unit, bool) {
	u, ok := c.findBy(c.directory.FindCurrent, row, column, written)
	if ok && !u.Active() {
		c.roster.reject(row, Rejection{Column: column, Code: RejectInactiveUnit, Value: written})
		return u, false
	}
	return u, ok
}

func (c *checker) findBy(
	find func(string) (twinning.Unit, error), row Row, column, written string,
) (twinning.Unit, bool) {
	if written == "" {
		return twinning.Unit{}, false
	}
	u, err := find(written)
	if ambiguous, ok := errors.AsType[*AmbiguousError](err); ok {
		c.roster.reject(row, Rejection{
			Column: column, Code: RejectAmbiguousUnit, Value: written, Candidates: labels(ambiguous.Candidates),
		})
		return twinning.Unit{}, false
	}
	if err != nil {
		c.roster.reject(row, Rejection{Column: column, Code: RejectUnknownUnit, Value: written})
		return twinning.Unit{}, false
	}
	return u, true
}
