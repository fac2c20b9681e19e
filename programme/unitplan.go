package programme

import (
	"errors"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"ketnghia/twinning"
)

// checkUnits lays the rows of the file over the units that exist.
func (c *checker) checkUnits() {
	before := NewDirectory(c.before)
	first := map[int]int{}
	for i := range c.roster.Units {
		row := &c.roster.Units[i]
		at, ok := c.target(row, before)
		if !ok {
			continue
		}
		if at < 0 {
			if at, ok = c.addUnit(row); !ok {
				continue
			}
		}
		if other, twice := first[at]; twice {
			c.roster.reject(row.Row, Rejection{
				Column: "key", Code: RejectDuplicateRow, Value: string(c.units[at].Key), Other: other,
			})
			continue
		}
		first[at], c.placed[i] = row.Number, at
		c.units[at] = row.over(c.units[at], at < len(c.before))
	}
}

// target returns the place of the unit that the row means, -1 for a new one; ok is false when it was rejected.
func (c *checker) target(row *UnitRow, before *Directory) (at int, ok bool) {
	u := row.Unit
	if u.Key != "" {
		if at, ok := c.byKey[strings.ToLower(string(u.Key))]; ok {
			return at, true
		}
		return -1, true
	}
	written, column := u.Code, "code"
	if written == "" {
		written, column = u.Name, "name"
	}
	if written == "" {
		if !row.bad {
			c.missing(*row, "key")
		}
		return 0, false
	}
	found, err := before.FindCurrent(written)
	if ambiguous, isAmbiguous := errors.AsType[*AmbiguousError](err); isAmbiguous {
		c.roster.reject(row.Row, Rejection{
			Column: column, Code: RejectAmbiguousUnit, Value: written, Candidates: labels(ambiguous.Candidates),
		})
		return 0, false
	}
	if err != nil {
		// A unit that is neither known nor given a key: it may be misspelt as well as new.
		c.roster.reject(row.Row, Rejection{Column: column, Code: RejectUnknownUnit, Value: written})
		return 0, false
	}
	if column == "name" {
		// The name only said which unit is meant, perhaps without diacritics: it is no new name.
		row.Unit.Name = found.Name
	}
	return c.byKey[strings.ToLower(string(found.Key))], true
}

// keyForm keeps keys short and free of the "|" that parts keys of records.
var keyForm = regexp.MustCompile(`^[A-Za-z0-9]{1,16}$`)

// addUnit appends a new unit, which needs key, name and role.
func (c *checker) addUnit(row *UnitRow) (at int, ok bool) {
	u := row.Unit
	if !keyForm.MatchString(string(u.Key)) {
		c.roster.reject(row.Row, Rejection{Column: "key", Code: RejectBadKey, Value: string(u.Key)})
		return 0, false
	}
	if u.Name == "" && !row.bad {
		c.missing(*row, "name")
	}
	if u.Role == "" && !row.bad {
		c.missing(*row, "role")
	}
	at = len(c.units)
	c.byKey[strings.ToLower(string(u.Key))] = at
	c.units = append(c.units, twinning.Unit{Key: u.Key, State: twinning.UnitActive})
	return at, true
}

// missing rejects a row for an empty cell, or the sheet for a column that it lacks, once.
func (c *checker) missing(row UnitRow, column string) {
	if row.has[column] {
		c.roster.reject(row.Row, Rejection{Column: column, Code: RejectMissingField})
		return
	}
	told := slices.ContainsFunc(c.roster.rejected, func(r Rejection) bool {
		return r.Code == RejectMissingColumn && r.Column == column && r.File == row.File && r.Title == row.Title
	})
	if !told {
		c.roster.reject(row.Row, Rejection{Row: row.header, Column: column, Code: RejectMissingColumn})
	}
}

// over returns the unit with the fields of the columns that the file has. An empty name or role is no wish to lose it.
func (r UnitRow) over(u twinning.Unit, exists bool) twinning.Unit {
	n := r.Unit
	if n.Name != "" {
		u.Name = n.Name
	}
	if n.Role != "" {
		u.Role = n.Role
	}
	if r.has["code"] && (n.Code != "" || !exists) {
		u.Code = n.Code
	}
	if r.has["aliases"] {
		u.Aliases = n.Aliases
	}
	if r.has["border"] {
		u.Border = n.Border
	}
	if r.has["staff"] {
		u.Staff = n.Staff
	}
	if r.has["since"] {
		u.Since = n.Since
	}
	return r.ended(u)
}

// checkParents finds the district of each commune of the file, now that all units are known.
func (c *checker) checkParents() {
	for i, row := range c.roster.Units {
		at, ok := c.placed[i]
		if !ok {
			continue
		}
		u := &c.units[at]
		if row.has["parent"] {
			c.setParent(row, u)
		}
		if u.Role == twinning.RoleRecipientCommune && u.Parent == "" && row.Parent == "" {
			c.roster.reject(row.Row, Rejection{Column: "parent", Code: RejectParentMissing, Value: u.Name})
		}
	}
}

// setParent takes over the district that the row names.
func (c *checker) setParent(row UnitRow, u *twinning.Unit) {
	if row.Parent == "" {
		u.Parent = ""
		return
	}
	parent, ok := c.find(row.Row, "parent", row.Parent)
	switch {
	case !ok:
	case parent.Role != twinning.RoleRecipientDistrict || parent.Key == u.Key:
		c.roster.reject(row.Row, Rejection{Column: "parent", Code: RejectParentNotDistrict, Value: row.Parent})
	default:
		u.Parent = parent.Key
	}
}

// checkTwins rejects rows whose unit has the code of another one, or is new and has the name of another one of the same
// district, from which nobody could tell it. Units that have ended are no twins.
func (c *checker) checkTwins() {
	rows := map[int]UnitRow{}
	for i, at := range c.placed {
		rows[at] = c.roster.Units[i]
	}
	codes, names := map[string]twinning.Unit{}, map[string]twinning.Unit{}
	for at, u := range c.units {
		if !u.Active() {
			continue // a new unit may take over name and code
		}
		row, inFile := rows[at]
		name := string(u.Parent) + "|" + foldCase(u.Name)
		code, codeTaken := codes[u.Code]
		twin, nameTaken := names[name]
		switch {
		case inFile && u.Code != "" && codeTaken:
			c.roster.reject(row.Row, Rejection{
				Column: "code", Code: RejectDuplicateCode, Value: u.Code, Candidates: []string{label(code)},
			})
		case inFile && u.Name != "" && nameTaken && at >= len(c.before):
			c.roster.reject(row.Row, Rejection{
				Column: "name", Code: RejectDuplicateName, Value: u.Name, Candidates: []string{label(twin)},
			})
		}
		codes[u.Code], names[name] = u, u
	}
}

// diffUnits tells added, changed and unchanged units apart, in order of the file.
func (c *checker) diffUnits() {
	for i := range c.roster.Units {
		at, ok := c.placed[i]
		if !ok {
			continue
		}
		if at >= len(c.before) {
			c.plan.Units.Added = append(c.plan.Units.Added, c.units[at])
			continue
		}
		if fields := unitFields(c.before[at], c.units[at]); len(fields) > 0 {
			c.plan.Units.Changed = append(c.plan.Units.Changed, UnitChange{Old: c.before[at], New: c.units[at], Fields: fields})
			continue
		}
		c.plan.Units.Unchanged = append(c.plan.Units.Unchanged, c.before[at].Key)
	}
}

// unitFields returns the fields that differ.
func unitFields(a, b twinning.Unit) []FieldChange {
	return differing(
		FieldChange{"code", a.Code, b.Code},
		FieldChange{"name", a.Name, b.Name},
		FieldChange{"aliases", strings.Join(a.Aliases, "|"), strings.Join(b.Aliases, "|")},
		FieldChange{"role", string(a.Role), string(b.Role)},
		FieldChange{"parent", string(a.Parent), string(b.Parent)},
		FieldChange{"border", strconv.FormatBool(a.Border), strconv.FormatBool(b.Border)},
		FieldChange{"staff", staffText(a.Staff), staffText(b.Staff)},
		FieldChange{"since", a.Since.String(), b.Since.String()},
		FieldChange{"state", string(a.State), string(b.State)},
		FieldChange{"successor", string(a.Successor), string(b.Successor)},
		FieldChange{"changed", a.Changed.String(), b.Changed.String()},
	)
}

// staffText returns the number of posts, "" for an unknown one.
func staffText(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func differing(fields ...FieldChange) []FieldChange {
	return slices.DeleteFunc(fields, func(f FieldChange) bool { return f.Old == f.New })
}
