package bot

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"time"

	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/report"
	"ketnghia/twinning"
)

// Reports makes the files that messages ask for, from a snapshot of the books when they are sent.
func Reports(l *ledger.Ledger, now func() time.Time) ReportFunc {
	return func(ctx context.Context, req twinning.ReportRequest, p locales.Printer) (string, []byte, error) {
		var file bytes.Buffer
		var name string
		err := l.View(ctx, now(), func(k *ledger.Look) error {
			switch req.Kind {
			case ReportStatus:
				name = fmt.Sprintf("%s-%d.xlsx", p.Text("sheet.file_name", nil), req.Year)
				return writeStatus(&file, k, p, req.Year)
			case ReportExport:
				scope := ledger.Scope{Year: req.Year, Unit: req.Unit}
				name = recordsName(p, scope)
				return WriteRecords(&file, k, p, scope)
			}
			return fmt.Errorf("report %q: %w", req.Kind, twinning.ErrNotFound)
		})
		if err != nil {
			return "", nil, wrapStep("sheet", err)
		}
		return name, file.Bytes(), nil
	}
}

func writeStatus(w io.Writer, k *ledger.Look, p locales.Printer, year int) error {
	sheet, err := statusSheet(k, year)
	if err != nil {
		return err
	}
	return wrapStep("sheet", report.Status(w, p, sheet))
}

// statusSheet gathers every unit that is a party: what it filed and what it did in the year.
func statusSheet(k *ledger.Look, year int) (report.StatusSheet, error) {
	sheet := report.StatusSheet{Year: year, AsOf: k.Today()}
	var err error
	if sheet.Demo, err = k.HasDemo(); err != nil {
		return sheet, wrapStep("sheet", err)
	}
	for _, r := range k.Programme().Obligations {
		if r.Remind {
			sheet.Rules = append(sheet.Rules, report.StatusRule{ID: r.ID, Name: r.Name})
		}
	}
	units, err := k.ActiveUnits()
	if err != nil {
		return sheet, wrapStep("sheet", err)
	}
	owings, err := k.Owings(year)
	if err != nil {
		return sheet, wrapStep("sheet", err)
	}
	for _, u := range units {
		row, err := statusUnit(k, u, year, owings)
		if err != nil {
			return sheet, err
		}
		if u.Role.IsRecipient() || len(row.Filings) > 0 || len(row.Confirmed) > 0 || len(row.Unconfirmed) > 0 {
			sheet.Units = append(sheet.Units, row)
		}
	}
	return sheet, nil
}

func statusUnit(k *ledger.Look, u twinning.Unit, year int, owings []ledger.Owing) (report.StatusUnit, error) {
	row := report.StatusUnit{Name: u.Name}
	if district, err := k.Unit(u.Parent); err == nil {
		row.District = district.Name
	}
	for _, o := range owings {
		if o.Obligation.Unit != u.Key || !o.Rule.Remind {
			continue
		}
		f := report.StatusFiling{Rule: o.Rule.ID, Standing: o.Standing, Due: o.Deadlines.Due}
		if o.Filing != nil {
			f.Filed = o.Filing.Filed
		}
		if p, err := k.Pairing(o.Pairing); err == nil {
			if c, err := k.Unit(p.Counterpart(u.Key)); err == nil {
				f.Counterpart = c.Name
			}
		}
		row.Filings = append(row.Filings, f)
	}
	// A district's row holds its own support only: its communes have rows of their own.
	sum, err := k.Sum(year, ledger.Filter{Units: []twinning.UnitKey{u.Key}})
	if err != nil {
		return row, wrapStep("sheet", err)
	}
	row.Confirmed, row.Unconfirmed = sum.Confirmed, sum.Unconfirmed
	return row, nil
}
