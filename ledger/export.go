package ledger

import (
	"cmp"
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

// Export writes all records as one JSON object: units, pairings, people, invitations, open requests, groups, activities
// with every version, filings, reminders that were said and the audit trail. With a year, activities and filings are
// those of that year and the audit is what was done in it; 0 means all. Every list has an order of its own and is [] when
// it is empty, so the same books give the same file. Figures of people stay in: the file is for the operator, who keeps
// it as he keeps the store.
func (k *Look) Export(out io.Writer, year int) error {
	book := struct {
		Format      string                  `json:"format"`
		At          string                  `json:"at"`
		Year        int                     `json:"year,omitempty"`
		Units       []twinning.Unit         `json:"units"`
		Pairings    []twinning.Pairing      `json:"pairings"`
		People      []twinning.Person       `json:"people"`
		Invitations []twinning.Invitation   `json:"invitations"`
		Requests    []twinning.EntryRequest `json:"requests"`
		Groups      []twinning.Group        `json:"groups"`
		Activities  [][]twinning.Activity   `json:"activities"`
		Filings     []twinning.Filing       `json:"filings"`
		Reminders   []reminder              `json:"reminders"`
		Audit       []store.AuditEntry      `json:"audit"`
	}{Format: "ketnghia/1", At: k.Now().UTC().Format("2006-01-02T15:04:05Z"), Year: year}
	err := errors.Join(
		fill(&book.Units, k.Units),
		fill(&book.Pairings, k.Pairings),
		fill(&book.People, k.People),
		fill(&book.Invitations, k.Invitations),
		fill(&book.Requests, k.OpenRequests),
		fill(&book.Groups, k.Groups),
		fill(&book.Activities, func() ([][]twinning.Activity, error) { return k.histories(year) }),
		fill(&book.Filings, func() ([]twinning.Filing, error) { return k.exportFilings(year) }),
		fill(&book.Reminders, k.reminders),
		fill(&book.Audit, func() ([]store.AuditEntry, error) { return k.wholeAudit(year) }),
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

func (k *Look) reminders() ([]reminder, error) {
	said, err := k.SaidWithPrefix("remind|")
	list := make([]reminder, len(said))
	for i, s := range said {
		list[i] = reminder{Cause: s.Cause, At: s.At}
	}
	return list, wrap("reminders", err)
}

// histories returns every activity of the year as its list of versions.
func (k *Look) histories(year int) ([][]twinning.Activity, error) {
	var ids []twinning.ActivityID
	err := k.Activities(func(a twinning.Activity) error {
		if year == 0 || a.Facts.Year() == year {
			ids = append(ids, a.ID)
		}
		return nil
	})
	if err != nil {
		return nil, wrap("activities", err)
	}
	histories := make([][]twinning.Activity, 0, len(ids))
	for _, id := range ids {
		versions, err := k.ActivityVersions(id)
		if err != nil {
			return nil, wrap("activities", err)
		}
		histories = append(histories, versions)
	}
	return histories, nil
}

// exportFilings returns the filings of the year, of any year for 0, oldest first.
func (k *Look) exportFilings(year int) ([]twinning.Filing, error) {
	filings, err := k.Filings(year)
	slices.SortFunc(filings, func(a, b twinning.Filing) int { return cmp.Compare(a.ID, b.ID) })
	return filings, wrap("filings", err)
}

// wholeAudit returns what was done in the year, all that was ever done for 0.
func (k *Look) wholeAudit(year int) ([]store.AuditEntry, error) {
	var all []store.AuditEntry
	var after uint64
	for {
		page, err := k.AuditLog(after, exportPage)
		if err != nil {
			return nil, wrap("audit", err)
		}
		for _, e := range page {
			if year == 0 || k.programme.Today(e.At).Year() == year {
				all = append(all, e)
			}
		}
		if len(page) < exportPage {
			return all, nil
		}
		after = page[len(page)-1].Seq
	}
}
