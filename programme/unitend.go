package programme

import (
	"strings"

	"ketnghia/twinning"
)

// ended returns the unit with what the row says of its end, but for the successor, which may stand further down. A
// successor without a state means that the unit was merged; an empty cell is no wish to bring a unit back.
func (r UnitRow) ended(u twinning.Unit) twinning.Unit {
	n := r.Unit
	switch {
	case n.State != "":
		u.State = n.State
	case r.Successor != "" && u.Active():
		u.State = twinning.UnitMerged
	}
	if u.Active() {
		u.Successor, u.Changed = "", 0
	} else if n.Changed != 0 {
		u.Changed = n.Changed
	}
	return u
}

// checkEnds finds what took the place of each unit of the file that has ended, now that all units are known. One that
// ended without a day ended today.
func (c *checker) checkEnds(today twinning.Date) {
	for i, row := range c.roster.Units {
		at, ok := c.placed[i]
		if !ok || row.bad {
			continue
		}
		u := &c.units[at]
		if u.Active() {
			if row.Successor != "" {
				c.roster.reject(row.Row, Rejection{Column: "successor", Code: RejectSuccessorOfActive, Value: row.Successor})
			}
			continue
		}
		if u.Changed.IsZero() {
			u.Changed = today
		}
		if !today.IsZero() && u.Changed > today {
			c.roster.reject(row.Row, Rejection{Column: "changed", Code: RejectFuture, Value: row.Unit.Changed.String()})
		}
		c.setSuccessor(row, u)
	}
	for i, row := range c.roster.Units {
		if at, ok := c.placed[i]; ok && !row.bad {
			c.checkHeir(row, c.units[at])
		}
	}
}

// endsNow says whether the file ends the unit at the place, which goes on in the books.
func (c *checker) endsNow(at int) bool {
	return at < len(c.before) && c.before[at].Active() && !c.units[at].Active()
}

// setSuccessor takes over the unit that the row names; an empty cell leaves the one that was named before.
func (c *checker) setSuccessor(row UnitRow, u *twinning.Unit) {
	if row.Successor != "" {
		if successor, ok := c.find(row.Row, "successor", row.Successor); ok {
			u.Successor = successor.Key
		}
		return
	}
	if u.Successor == "" && u.State != twinning.UnitDissolved {
		c.roster.reject(row.Row, Rejection{Column: "successor", Code: RejectSuccessorMissing, Value: u.Name})
	}
}

// checkHeir rejects a unit at the end of whose successors stands none that goes on, or one in which its people could not
// keep their roles.
func (c *checker) checkHeir(row UnitRow, u twinning.Unit) {
	if u.Active() || u.Successor == "" {
		return
	}
	heir := u
	for range c.units { // more would be a circle
		if at, known := c.byKey[strings.ToLower(string(heir.Successor))]; known && !heir.Active() {
			heir = c.units[at]
		}
	}
	switch {
	case !heir.Active():
		c.roster.reject(row.Row, Rejection{Column: "successor", Code: RejectSuccessorEnded, Value: string(u.Successor)})
	case (heir.Role == twinning.RoleStanding) != (u.Role == twinning.RoleStanding):
		c.roster.reject(row.Row, Rejection{Column: "successor", Code: RejectSuccessorRole, Value: string(u.Successor)})
	}
}
