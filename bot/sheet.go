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
		m := maker{ledger: l, now: now, printer: p}
		switch req.Kind {
		case ReportStatus:
			return m.status(ctx, req)
		case ReportYearDocument:
			return m.year(ctx, req, ".docx", report.YearDocument)
		case ReportYearAnnex:
			return m.year(ctx, req, ".xlsx", report.YearAnnex)
		}
		return "", nil, fmt.Errorf("report %q: %w", req.Kind, twinning.ErrNotFound)
	}
}

// maker makes files for one reader.
type maker struct {
	ledger  *ledger.Ledger
	now     func() time.Time
	printer locales.Printer
}

func (m maker) status(ctx context.Context, req twinning.ReportRequest) (string, []byte, error) {
	var sheet report.StatusSheet
	err := m.ledger.View(ctx, m.now(), func(k *ledger.Look) (err error) {
		sheet, err = statusSheet(k, req.Year)
		return err
	})
	if err != nil {
		return "", nil, wrapStep("sheet", err)
	}
	var file bytes.Buffer
	if err := report.Status(&file, m.printer, sheet); err != nil {
		return "", nil, wrapStep("sheet", err)
	}
	return fmt.Sprintf("%s-%d.xlsx", m.printer.Text("sheet.file_name", nil), req.Year), file.Bytes(), nil
}

// year makes a file of a year-end report, from the books of now or from the seal that the request names.
func (m maker) year(
	ctx context.Context, req twinning.ReportRequest, end string, write func(io.Writer, locales.Printer, twinning.YearReport) error,
) (string, []byte, error) {
	var data twinning.YearReport
	err := m.ledger.View(ctx, m.now(), func(k *ledger.Look) (err error) {
		if req.Seal > 0 {
			_, data, err = k.Sealed(req.Unit, req.Year, req.Seal)
		} else {
			data, err = k.YearReport(req.Unit, req.Year)
		}
		return err
	})
	if err != nil {
		return "", nil, wrapStep("year report", err)
	}
	var file bytes.Buffer
	if err := write(&file, m.printer, data); err != nil {
		return "", nil, wrapStep("year report", err)
	}
	name := fmt.Sprintf("%s-%d", m.printer.Text("yearly.file_name", nil), req.Year)
	if req.Unit != "" {
		name += "-" + string(req.Unit)
	}
	return name + end, file.Bytes(), nil
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
