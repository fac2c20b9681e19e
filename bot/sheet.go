package bot

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"strings"
	"time"

	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/report"
	"ketnghia/twinning"
)

// The files that a message can ask for.
const (
	// ReportStatus is the table of the state of things.
	ReportStatus = "status_xlsx"
	// ReportCalendar is the deadlines of a unit, or those of the programme, for the calendar of a phone.
	ReportCalendar = "calendar_ics"
	// ReportUrging is the draft of a letter that urges a unit.
	ReportUrging = "urging_docx"
	// ReportExport is the records as tables: those of its unit, everybody's for "", of its year, of all years for 0.
	ReportExport = "export_xlsx"
)

// fileMaker writes a file from a snapshot of the books and returns its name without the year and the ending.
type fileMaker func(k *ledger.Look, req twinning.ReportRequest, p locales.Printer, w io.Writer) (name string, err error)

// Reports makes the files that messages ask for, from a snapshot of the books when they are sent.
func Reports(l *ledger.Ledger, now func() time.Time) ReportFunc {
	makers := map[string]fileMaker{
		ReportStatus: statusFile, ReportCalendar: calendarFile, ReportUrging: urgingFile,
		ReportExport: recordsFile, ReportYearDocument: yearDocument, ReportYearAnnex: yearAnnex,
	}
	return func(ctx context.Context, req twinning.ReportRequest, p locales.Printer) (string, []byte, error) {
		if title, drawn := chartFiles()[req.Kind]; drawn && req.Chart != nil {
			return chartFile(ctx, chartOrder{ledger: l, now: now(), req: req, printer: p, title: title})
		}
		maker, known := makers[req.Kind]
		if !known {
			return "", nil, fmt.Errorf("report %q: %w", req.Kind, twinning.ErrNotFound)
		}
		var file bytes.Buffer
		var name string
		err := l.View(ctx, now(), func(k *ledger.Look) (err error) {
			file.Reset()
			name, err = maker(k, req, p, &file)
			return err
		})
		if err != nil {
			return "", nil, wrapStep(req.Kind, err)
		}
		_, ending, _ := strings.Cut(req.Kind, "_")
		if req.Year != 0 {
			name = fmt.Sprintf("%s-%d", name, req.Year)
		}
		return name + "." + ending, file.Bytes(), nil
	}
}

// statusFile writes the state of things of a year.
func statusFile(k *ledger.Look, req twinning.ReportRequest, p locales.Printer, w io.Writer) (string, error) {
	sheet, err := statusSheet(k, req.Year)
	if err != nil {
		return "", err
	}
	return p.Text("sheet.file_name", nil), wrapStep("sheet", report.Status(w, p, sheet))
}

// fileName makes the name of a file of letters, digits and hyphens: "xa-ch-om".
func fileName(words string) string {
	return strings.Join(strings.FieldsFunc(plainLetters(words), func(c rune) bool {
		return (c < 'a' || c > 'z') && (c < '0' || c > '9')
	}), "-")
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
