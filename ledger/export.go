package ledger

import (
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"ketnghia/store"
	"ketnghia/twinning"
)

// exportPage is how many audit entries are read at a time.
const exportPage = 1000

// Export writes all records of the scope as one JSON object: units, pairings, people, invitations, open requests, groups,
// activities with every version, filings, decisions about obligations, what was said about ratings, the stages that
// recipients led, reminders that were said and the audit trail.
// With a year, activities and filings are those of that year and the audit is what was done in it. With a unit, all lists
// hold what is that unit's (a district's communes' too) and the audit what was done to it; units are those that the rest
// names as well. Every list has an order of its own and is [] when it is empty, so the same books give the same file.
// Each entry of the audit holds its link of the chain (store.AuditEntry.Chain), and audit_head the last link of all, so
// that whoever has the file can see whether it is whole and whether another file is its continuation.
// Figures of people stay in: the file is for the operator, who keeps it as he keeps the store.
func (k *Look) Export(out io.Writer, s Scope) error {
	book := struct {
		Format      string                  `json:"format"`
		At          string                  `json:"at"`
		Year        int                     `json:"year,omitempty"`
		Unit        twinning.UnitKey        `json:"unit,omitempty"`
		Units       []twinning.Unit         `json:"units"`
		Pairings    []twinning.Pairing      `json:"pairings"`
		People      []twinning.Person       `json:"people"`
		Invitations []twinning.Invitation   `json:"invitations"`
		Requests    []twinning.EntryRequest `json:"requests"`
		Groups      []twinning.Group        `json:"groups"`
		Activities  [][]twinning.Activity   `json:"activities"`
		Filings     []twinning.Filing       `json:"filings"`
		Handlings   []twinning.Handling     `json:"handlings"`
		Ratings     []twinning.RatingRecord `json:"ratings"`
		Stages      []twinning.StageRecord  `json:"stages"`
		Reminders   []reminder              `json:"reminders"`
		Audit       []store.AuditEntry      `json:"audit"`
		AuditHead   store.AuditHead         `json:"audit_head"`
	}{Format: "ketnghia/1", At: k.Now().UTC().Format("2006-01-02T15:04:05Z"), Year: s.Year, Unit: s.Unit}
	r, err := k.reach(s)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	if book.AuditHead, err = k.View.AuditHead(); err != nil {
		return fmt.Errorf("export: %w", err)
	}
	x, err := k.Extract(s)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	err = errors.Join(
		fill(&book.Units, func() ([]twinning.Unit, error) { return x.Units, nil }),
		fill(&book.Pairings, func() ([]twinning.Pairing, error) { return x.Pairings, nil }),
		fill(&book.People, func() ([]twinning.Person, error) {
			return within(r, func(p twinning.Person) twinning.UnitKey { return p.Unit }, k.People)
		}),
		fill(&book.Invitations, func() ([]twinning.Invitation, error) {
			return within(r, func(i twinning.Invitation) twinning.UnitKey { return i.Unit }, k.Invitations)
		}),
		fill(&book.Requests, func() ([]twinning.EntryRequest, error) {
			return within(r, func(e twinning.EntryRequest) twinning.UnitKey { return e.Unit }, k.OpenRequests)
		}),
		fill(&book.Groups, func() ([]twinning.Group, error) { return k.groupsWithin(r) }),
		fill(&book.Activities, func() ([][]twinning.Activity, error) { return k.histories(x.Activities) }),
		fill(&book.Filings, func() ([]twinning.Filing, error) { return x.Filings, nil }),
		fill(&book.Handlings, func() ([]twinning.Handling, error) { return k.handlingsWithin(r) }),
		fill(&book.Ratings, func() ([]twinning.RatingRecord, error) { return k.ratingsWithin(r) }),
		fill(&book.Stages, func() ([]twinning.StageRecord, error) { return k.stagesOf(r, x.Pairings) }),
		fill(&book.Reminders, func() ([]reminder, error) { return k.remindersWithin(r) }),
		fill(&book.Audit, func() ([]store.AuditEntry, error) { return k.auditWithin(r, r.objects(x)) }),
	)
	if err != nil {
		return fmt.Errorf("export: %w", err)
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(false)
	return wrap("export", enc.Encode(book))
}

// fill puts what read returns into list, an empty list in place of none.
func fill[T any](list *[]T, read func() ([]T, error)) error {
	got, err := read()
	if got == nil {
		got = []T{}
	}
	*list = got
	return err
}

// reminder is a rung of the ladder that was said to somebody.
type reminder struct {
	Cause string    `json:"cause"`
	At    time.Time `json:"at"`
}

// histories returns every activity as its list of versions.
func (k *Look) histories(activities []twinning.Activity) ([][]twinning.Activity, error) {
	histories := make([][]twinning.Activity, 0, len(activities))
	for _, a := range activities {
		versions, err := k.ActivityVersions(a.ID)
		if err != nil {
			return nil, wrap("activities", err)
		}
		histories = append(histories, versions)
	}
	return histories, nil
}

// groupsWithin returns the groups of the units of the scope and of their pairings.
func (k *Look) groupsWithin(r reach) ([]twinning.Group, error) {
	groups, err := k.Groups()
	return slices.DeleteFunc(groups, func(g twinning.Group) bool {
		if r.units == nil {
			return false
		}
		p, err := k.Pairing(g.Pairing)
		return !r.units[g.Unit] && (err != nil || !r.hasPairing(p))
	}), wrap("groups", err)
}

// handlingsWithin returns what people decided about the obligations of the units of the scope, by year.
func (k *Look) handlingsWithin(r reach) ([]twinning.Handling, error) {
	var all []twinning.Handling
	for _, year := range k.yearsWithin(r) {
		list, err := within(r, func(h twinning.Handling) twinning.UnitKey { return h.Obligation.Unit },
			func() ([]twinning.Handling, error) { return k.Handlings(year) })
		if err != nil {
			return nil, wrap("handlings", err)
		}
		all = append(all, list...)
	}
	return all, nil
}

// yearsWithin returns the years of the scope that something can be kept for.
func (k *Look) yearsWithin(r reach) []int {
	if r.Year != 0 {
		return []int{r.Year}
	}
	var years []int
	for year := k.programme.From; year <= k.Today().Year()+1; year++ {
		years = append(years, year)
	}
	return years
}

// ratingsWithin returns what people said about the ratings of the units of the scope.
func (k *Look) ratingsWithin(r reach) ([]twinning.RatingRecord, error) {
	var all []twinning.RatingRecord
	for _, year := range k.yearsWithin(r) {
		list, err := within(r, func(x twinning.RatingRecord) twinning.UnitKey { return x.Unit },
			func() ([]twinning.RatingRecord, error) { return k.RatingRecords(year) })
		if err != nil {
			return nil, wrap("ratings", err)
		}
		all = append(all, list...)
	}
	return all, nil
}

// stagesOf returns which stages the recipients of the pairings led, where anybody has said.
func (k *Look) stagesOf(r reach, pairings []twinning.Pairing) ([]twinning.StageRecord, error) {
	var all []twinning.StageRecord
	for _, p := range pairings {
		for _, year := range k.yearsWithin(r) {
			record, err := k.StageRecord(p.ID, year)
			if err != nil {
				return nil, wrap("stages", err)
			}
			if record.Stated() {
				all = append(all, record)
			}
		}
	}
	return all, nil
}
