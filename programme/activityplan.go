package programme

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"

	"ketnghia/twinning"
)

// ActivityPlan is what would become of the activities. An import only ever adds: what is in the books already stays as
// it is, whatever the file says of its state.
type ActivityPlan struct {
	// Added are the rows to take over, with the keys of their parties, in order of the file.
	Added []ActivityRow
	// Known are the rows that are in the books already.
	Known []KnownActivity
}

// KnownActivity is a row that is the activity ID of the books. Same says that the row has this number itself; otherwise
// it was recognised by its day, parties, content and figures.
type KnownActivity struct {
	Row  ActivityRow
	ID   twinning.ActivityID
	Same bool
}

// Records finds the activities that the books hold already.
type Records interface {
	// Activity wraps twinning.ErrNotFound when there is none.
	Activity(id twinning.ActivityID) (twinning.Activity, error)
	// ActivitiesOn returns those of a party that began on the day, voided ones too.
	ActivitiesOn(unit twinning.UnitKey, day twinning.Date) ([]twinning.Activity, error)
}

// occasion is what two rows of one and the same activity agree on: first day, parties, content and figures (a 0 and an
// empty cell are the same). Whether they are one activity then depends on apart.
type occasion struct {
	from               twinning.Date
	sponsor, recipient twinning.UnitKey
	category           twinning.Category
	figures            string
}

func occasionOf(f twinning.Facts) occasion {
	return occasion{f.From, f.Sponsor, f.Recipient, f.Category, figures(f.Quantities)}
}

func figures(q twinning.Quantities) string {
	var b strings.Builder
	for _, m := range twinning.Measures() {
		if q[m] != 0 {
			fmt.Fprintf(&b, "%s=%d ", m, q[m])
		}
	}
	return b.String()
}

// apart says whether two activities of one occasion differ after all: in a last day or a place that both name, or, where
// there are no figures, in what both say was done or given.
func apart(a, b twinning.Facts) bool {
	differ := func(x, y string) bool { return x != "" && y != "" && foldCase(x) != foldCase(y) }
	if a.To != 0 && b.To != 0 && a.To != b.To || differ(a.Place, b.Place) {
		return true
	}
	return figures(a.Quantities) == "" &&
		(differ(a.Summary, b.Summary) || differ(strings.Join(a.InKind, ";"), strings.Join(b.InKind, ";")))
}

// checkActivities compares the rows with each other and with the books.
func (c *checker) checkActivities(b Books) error {
	var good []ActivityRow
	seen, ids := map[occasion][]ActivityRow{}, map[twinning.ActivityID]int{}
	parties := partyFinder{checker: c, found: map[string]twinning.Unit{}}
	for _, row := range c.roster.Activities {
		if !parties.fill(&row) || row.bad || !c.inTime(row, b) {
			continue
		}
		if c.saidBefore(row, seen, ids) {
			continue
		}
		o := occasionOf(row.Facts)
		seen[o] = append(seen[o], row)
		ids[row.ID] = row.Number
		good = append(good, row)
	}
	return c.compareActivities(good, b.Records)
}

// partyFinder remembers the units that names mean: they come again in every other row.
type partyFinder struct {
	*checker

	found map[string]twinning.Unit
}

// fill finds both parties of a row and checks that one may help the other. Units that a reorganisation ended are taken
// too: past years were theirs.
func (p partyFinder) fill(row *ActivityRow) bool {
	sponsor, okSponsor := p.unit(row.Row, "sponsor", row.Sponsor)
	recipient, okRecipient := p.unit(row.Row, "recipient", row.Recipient)
	if okSponsor && sponsor.Role.IsRecipient() {
		p.roster.reject(row.Row, Rejection{Column: "sponsor", Code: RejectNotSponsor, Value: row.Sponsor})
		okSponsor = false
	}
	if okRecipient && recipient.Role != "" && !recipient.Role.IsRecipient() {
		p.roster.reject(row.Row, Rejection{Column: "recipient", Code: RejectNotRecipient, Value: row.Recipient})
		okRecipient = false
	}
	row.Facts.Sponsor, row.Facts.Recipient = sponsor.Key, recipient.Key
	return okSponsor && okRecipient
}

func (p partyFinder) unit(row Row, column, written string) (twinning.Unit, bool) {
	if u, ok := p.found[written]; ok {
		return u, true
	}
	u, ok := p.find(row, column, written)
	if ok {
		p.found[written] = u
	}
	return u, ok
}

// inTime rejects days that are still to come and days before the programme was signed.
func (c *checker) inTime(row ActivityRow, b Books) bool {
	column, day := "from", row.Facts.From
	if !row.has["from"] {
		column = "date"
	}
	switch {
	case day < b.Signed:
		c.roster.reject(row.Row, Rejection{Column: column, Code: RejectBeforeProgramme, Value: written(day)})
		return false
	case b.Today != 0 && row.Facts.To > b.Today:
		column, day = "to", row.Facts.To
	case b.Today == 0 || day <= b.Today:
		return true
	}
	c.roster.reject(row.Row, Rejection{Column: column, Code: RejectFuture, Value: written(day)})
	return false
}

// written returns a day as people write it.
func written(d twinning.Date) string {
	year, month, day := d.Parts()
	return fmt.Sprintf("%02d/%02d/%d", day, month, year)
}

// saidBefore rejects a row that says again what an earlier row of the file says. Two different numbers of an export make
// two activities, however alike.
func (c *checker) saidBefore(row ActivityRow, seen map[occasion][]ActivityRow, ids map[twinning.ActivityID]int) bool {
	if other, twice := ids[row.ID]; twice && row.ID != 0 {
		c.roster.reject(row.Row, Rejection{
			Column: "id", Code: RejectDuplicateRow, Value: fmt.Sprint(row.ID), Other: other,
		})
		return true
	}
	for _, other := range seen[occasionOf(row.Facts)] {
		if apart(row.Facts, other.Facts) || row.ID != 0 && other.ID != 0 {
			continue
		}
		c.roster.reject(row.Row, Rejection{Code: RejectDuplicateRow, Other: other.Number})
		return true
	}
	return false
}

// compareActivities tells the rows that are in the books from those to add: first by number, then by what they say. One
// activity of the books stands for one row only.
func (c *checker) compareActivities(rows []ActivityRow, records Records) error {
	plan := &c.plan.Activities
	if records == nil {
		plan.Added = rows
		return nil
	}
	taken := map[twinning.ActivityID]bool{}
	known, refused := make([]KnownActivity, len(rows)), map[int]bool{}
	for i, row := range rows {
		if row.ID == 0 {
			continue
		}
		act, err := records.Activity(row.ID)
		switch {
		case errors.Is(err, twinning.ErrNotFound):
		case err != nil:
			return fmt.Errorf("row %d: %w", row.Number, err)
		case SameActivity(act.Facts, row.Facts):
			known[i], taken[act.ID] = KnownActivity{Row: row, ID: act.ID, Same: true}, true
		default:
			refused[i] = true
			c.roster.reject(row.Row, Rejection{Column: "id", Code: RejectTakenID, Value: fmt.Sprint(row.ID)})
		}
	}
	for i, row := range rows {
		if refused[i] {
			continue
		}
		if known[i].ID == 0 {
			id, err := c.recognise(row, records, taken)
			if err != nil {
				return fmt.Errorf("row %d: %w", row.Number, err)
			}
			known[i], taken[id] = KnownActivity{Row: row, ID: id}, true
		}
		if known[i].ID != 0 {
			plan.Known = append(plan.Known, known[i])
		} else {
			plan.Added = append(plan.Added, row)
		}
	}
	return nil
}

// recognise returns the activity of the books that the row tells of, one with the very same place first, 0 for none.
func (c *checker) recognise(
	row ActivityRow, records Records, taken map[twinning.ActivityID]bool,
) (twinning.ActivityID, error) {
	list, err := records.ActivitiesOn(row.Facts.Recipient, row.Facts.From)
	if err != nil {
		return 0, fmt.Errorf("books: %w", err)
	}
	var found twinning.ActivityID
	for _, act := range list {
		f := canonical(act.Facts)
		if taken[act.ID] || occasionOf(f) != occasionOf(row.Facts) || apart(f, row.Facts) {
			continue
		}
		if foldCase(f.Place) == foldCase(row.Facts.Place) {
			return act.ID, nil
		}
		found = act.ID
	}
	return found, nil
}

// SameActivity says whether two facts are the same as far as a sheet can tell.
func SameActivity(a, b twinning.Facts) bool {
	a, b = canonical(a), canonical(b)
	return a.From == b.From && a.To == b.To && a.Sponsor == b.Sponsor && a.Recipient == b.Recipient &&
		a.Place == b.Place && a.Category == b.Category && a.Source == b.Source && a.Summary == b.Summary &&
		slices.Equal(a.Kinds, b.Kinds) && slices.Equal(a.InKind, b.InKind) && maps.Equal(a.Quantities, b.Quantities)
}

// canonical returns facts of the books as they come back from a sheet.
func canonical(f twinning.Facts) twinning.Facts {
	if f.To == f.From {
		f.To = 0
	}
	f.Place, f.Summary = cleanProse(f.Place), cleanProse(f.Summary)
	f.InKind = goods(cleanProse(strings.Join(f.InKind, "\n")))
	return f
}
