package ledger

import (
	"encoding/json"
	"fmt"
	"io"
	"slices"

	"ketnghia/store"
	"ketnghia/twinning"
)

// exportPage is how many audit entries are read at a time.
const exportPage = 1000

// Export writes all records of the year (0: of all years) as one JSON object: units, pairings, people, invitations,
// activities with every version, filings, groups and the audit trail. Figures of people stay in: the file is for the
// operator, who keeps it as he keeps the store.
func (k *Look) Export(out io.Writer, year int) error {
	book := struct {
		Format      string                `json:"format"`
		At          string                `json:"at"`
		Year        int                   `json:"year,omitempty"`
		Units       []twinning.Unit       `json:"units"`
		Pairings    []twinning.Pairing    `json:"pairings"`
		People      []twinning.Person     `json:"people"`
		Invitations []twinning.Invitation `json:"invitations"`
		Groups      []twinning.Group      `json:"groups"`
		Activities  [][]twinning.Activity `json:"activities"`
		Filings     []twinning.Filing     `json:"filings"`
		Audit       []store.AuditEntry    `json:"audit"`
	}{Format: "ketnghia/1", At: k.Now().UTC().Format("2006-01-02T15:04:05Z"), Year: year}
	var errs [8]error
	book.Units, errs[0] = k.Units()
	book.Pairings, errs[1] = k.Pairings()
	book.People, errs[2] = k.People()
	book.Invitations, errs[3] = k.Invitations()
	book.Groups, errs[4] = k.Groups()
	book.Activities, errs[5] = k.histories(year)
	book.Filings, errs[6] = k.exportFilings(year)
	book.Audit, errs[7] = k.wholeAudit()
	for _, err := range errs {
		if err != nil {
			return fmt.Errorf("export: %w", err)
		}
	}
	enc := json.NewEncoder(out)
	enc.SetIndent("", " ")
	enc.SetEscapeHTML(false)
	return wrap("export", enc.Encode(book))
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

// exportFilings returns the filings of the year, or of all years since the programme began.
func (k *Look) exportFilings(year int) ([]twinning.Filing, error) {
	from, to := k.programme.From, k.Today().Year()
	if year != 0 {
		from, to = year, year
	}
	seen := map[twinning.FilingID]bool{}
	var filings []twinning.Filing
	for y := from; y <= to; y++ {
		list, err := k.Filings(y)
		if err != nil {
			return nil, wrap("filings", err)
		}
		for _, f := range list {
			if !seen[f.ID] {
				seen[f.ID] = true
				filings = append(filings, f)
			}
		}
	}
	slices.SortFunc(filings, func(a, b twinning.Filing) int { return int(a.ID) - int(b.ID) })
	return filings, nil
}

func (k *Look) wholeAudit() ([]store.AuditEntry, error) {
	var all []store.AuditEntry
	var after uint64
	for {
		page, err := k.AuditLog(after, exportPage)
		if err != nil {
			return nil, wrap("audit", err)
		}
		all = append(all, page...)
		if len(page) < exportPage {
			return all, nil
		}
		after = page[len(page)-1].Seq
	}
}
