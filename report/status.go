package report

import (
	"fmt"
	"io"
	"strconv"

	"github.com/xuri/excelize/v2"

	"ketnghia/locales"
	"ketnghia/twinning"
)

// StatusSheet is the state of things of one year on one day.
type StatusSheet struct {
	Year int
	AsOf twinning.Date
	// Scope is the name of the unit that the sheet is about, "" for the whole province.
	Scope string
	// Demo says that pairings or figures are made up; it is said on every sheet.
	Demo bool
	// Rules are the documents that are followed, a pair of columns each, in this order.
	Rules []StatusRule
	// Units are the rows, in this order.
	Units []StatusUnit
}

// StatusRule is a document that is followed.
type StatusRule struct {
	ID   twinning.RuleID
	Name twinning.Names
}

// StatusUnit is one unit of the sheet.
type StatusUnit struct {
	Name string
	// District is the name of a commune's district, "" otherwise.
	District string
	// Filings are what the unit owes in the year; a rule owed for each pairing comes once for each.
	Filings []StatusFiling
	// Confirmed and Unconfirmed are the year's figures; a measure that is absent leaves its cell empty.
	Confirmed, Unconfirmed twinning.Quantities
}

// StatusFiling is how one obligation of the unit stands.
type StatusFiling struct {
	Rule twinning.RuleID
	// Counterpart is the name of the other party where the obligation is that of a pairing, "" otherwise.
	Counterpart string
	Standing    twinning.Standing
	// Due is the last day in time; Filed is no date while nothing was filed.
	Due, Filed twinning.Date
}

// Status writes the state of things as an XLSX workbook of three sheets: who filed what and when, the figures of each
// unit, and what is not filed.
func Status(w io.Writer, p locales.Printer, s StatusSheet) error {
	book, err := newBook(p, s)
	if err != nil {
		return fmt.Errorf("status %d: %w", s.Year, err)
	}
	defer book.file.Close() //nolint:errcheck // nothing is kept on disk
	for _, sheet := range []sheet{filingsSheet(p, s), figuresSheet(p, s), missingSheet(p, s)} {
		if err := book.add(sheet); err != nil {
			return fmt.Errorf("status %d: sheet %s: %w", s.Year, sheet.name, err)
		}
	}
	if err := book.file.Write(w, excelize.Options{}); err != nil {
		return fmt.Errorf("status %d: %w", s.Year, err)
	}
	return nil
}

// filingsSheet has a row for each unit and two columns for each document: where it stands, and when it was filed.
func filingsSheet(p locales.Printer, s StatusSheet) sheet {
	sh := sheet{name: p.Text("report.status.filings", nil), columns: unitColumns(p)}
	for _, r := range s.Rules {
		sh.columns = append(sh.columns,
			column{group: r.Name[p.Lang()], title: p.Text("report.status.standing", nil), width: 19},
			column{group: r.Name[p.Lang()], title: p.Text("report.status.filed_on", nil), width: 12},
		)
	}
	for i, u := range s.Units {
		row := []any{i + 1, u.Name, u.District}
		for _, r := range s.Rules {
			standing, filed := summed(p, u, r.ID)
			row = append(row, standing, filed)
		}
		sh.rows = append(sh.rows, row)
	}
	return sh
}

// summed returns how a unit's obligations of one rule stand together and the day by which all were filed; it is no
// date while one is missing. A rule that the unit does not owe leaves both cells empty.
func summed(p locales.Printer, u StatusUnit, rule twinning.RuleID) (standing string, filed twinning.Date) {
	total, met := 0, 0
	worst := twinning.Standing("")
	for _, f := range u.Filings {
		if f.Rule != rule {
			continue
		}
		if f.Standing.Counts() {
			total++
		}
		if f.Standing.Met() {
			met++
			filed = max(filed, f.Filed)
		}
		if severity(f.Standing) > severity(worst) {
			worst = f.Standing
		}
	}
	if worst == "" {
		return "", 0
	}
	standing = p.Text("standing."+string(worst), nil)
	if met < total {
		filed = 0
	}
	if total > 1 {
		standing += " (" + p.Text("report.status.filed_of", map[string]any{"Filed": met, "Total": total}) + ")"
	}
	return standing, filed
}

// severity orders standings: of several obligations the gravest is shown.
func severity(s twinning.Standing) int {
	switch s {
	case twinning.StandingNotApplicable:
		return 1
	case twinning.StandingWaived:
		return 2
	case twinning.StandingMet:
		return 3
	case twinning.StandingMetDue:
		return 4
	case twinning.StandingMetLate:
		return 5
	case twinning.StandingUpcoming:
		return 6
	case twinning.StandingDueSoon:
		return 7
	case twinning.StandingOverdue:
		return 8
	}
	return 0
}

// figuresSheet has a row for each unit, the confirmed figures before the unconfirmed ones.
func figuresSheet(p locales.Printer, s StatusSheet) sheet {
	sh := sheet{
		name: p.Text("report.status.figures", nil), note: p.Text("report.status.figures_note", nil),
		columns: unitColumns(p),
	}
	for _, group := range []string{
		p.Text("report.status.confirmed", nil), p.Text("report.status.unconfirmed", nil),
	} {
		for _, m := range twinning.Measures() {
			width := 10.0
			if m == twinning.Amount {
				width = 16
			}
			sh.columns = append(sh.columns, column{group: group, title: heading(p, m), width: width})
		}
	}
	for i, u := range s.Units {
		row := []any{i + 1, u.Name, u.District}
		for _, q := range []twinning.Quantities{u.Confirmed, u.Unconfirmed} {
			for _, m := range twinning.Measures() {
				row = append(row, figure(q, m))
			}
		}
		sh.rows = append(sh.rows, row)
	}
	return sh
}

// figure returns the cell of a measure: a measure that was not stated is empty, but no activity at all is 0.
func figure(q twinning.Quantities, m twinning.Measure) any {
	v, stated := q[m]
	if !stated && m != twinning.Activities {
		return nil
	}
	return v
}

func heading(p locales.Printer, m twinning.Measure) string {
	switch m {
	case twinning.Activities:
		return p.Text("report.status.activities", nil)
	case twinning.Households:
		return p.Text("report.status.households", nil)
	case twinning.NearPoor:
		return p.Text("report.status.near_poor", nil)
	case twinning.People:
		return p.Text("report.status.people", nil)
	case twinning.Models:
		return p.Text("report.status.models", nil)
	case twinning.Gifts:
		return p.Text("report.status.gifts", nil)
	case twinning.Amount:
		return p.Text("report.status.amount", nil)
	case twinning.GiftAmount, twinning.MobilisedAmount: // they are no columns
	}
	return string(m)
}

// missingSheet has a row for each obligation that is not met.
func missingSheet(p locales.Printer, s StatusSheet) sheet {
	text := func(key string) string { return p.Text(key, nil) }
	sh := sheet{
		name: text("report.status.missing"), note: text("report.status.missing_note"), columns: unitColumns(p),
	}
	sh.columns = append(sh.columns,
		column{title: text("report.status.document"), width: 36},
		column{title: text("report.status.counterpart"), width: 26},
		column{title: text("report.status.due"), width: 12},
		column{title: text("report.status.days_over"), width: 12},
		column{title: text("report.status.standing"), width: 20},
	)
	names := map[twinning.RuleID]string{}
	for _, r := range s.Rules {
		names[r.ID] = r.Name[p.Lang()]
	}
	for _, u := range s.Units {
		for _, f := range u.Filings {
			if !f.Standing.Open() || names[f.Rule] == "" {
				continue
			}
			var over any
			if f.Standing == twinning.StandingOverdue {
				over = s.AsOf.DaysSince(f.Due)
			}
			sh.rows = append(sh.rows, []any{
				len(sh.rows) + 1, u.Name, u.District, names[f.Rule], f.Counterpart, f.Due, over,
				p.Text("standing."+string(f.Standing), nil),
			})
		}
	}
	return sh
}

// unitColumns are the first columns of every sheet.
func unitColumns(p locales.Printer) []column {
	return []column{
		{title: p.Text("report.status.number", nil), width: 6},
		{title: p.Text("report.status.unit", nil), width: 30},
		{title: p.Text("report.status.district", nil), width: 22},
	}
}

// statusTitle and statusAsOf head every sheet.
func statusTitle(p locales.Printer, s StatusSheet) string {
	args := map[string]any{"Year": strconv.Itoa(s.Year)}
	if s.Scope == "" {
		return p.Text("report.status.title", args)
	}
	args["Scope"] = s.Scope
	return p.Text("report.status.title_scope", args)
}

func statusAsOf(p locales.Printer, s StatusSheet) string {
	args := map[string]any{"Date": p.Date(s.AsOf.Parts())}
	if s.Demo {
		return p.Text("report.status.as_of_demo", args)
	}
	return p.Text("report.status.as_of", args)
}
