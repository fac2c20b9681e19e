package bot

import (
	"context"
	"errors"
	"fmt"
	"io"

	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/report"
	"ketnghia/twinning"
)

// export offers the records as a file, a button a year: "/xuat".
func (d *Desk) export(_ context.Context, r *Request) error {
	scope, err := r.Work.ExportScope(*r.Person)
	switch {
	case errors.Is(err, twinning.ErrForbidden):
		return d.notice(r, "export.forbidden", nil)
	case err != nil:
		return wrapStep("export", err)
	case r.Group:
		return d.notice(r, "export.private", nil)
	}
	m := twinning.Say("export.choose", twinning.Args{{"Unit", exported(r, scope)}})
	m.Buttons = [][]twinning.Button{{press("button.all_years", "xuat:0")}}
	for year := d.programme.Today(r.Now).Year(); year >= d.programme.From && len(m.Buttons) <= yearRows; year-- {
		m.Buttons = appendTwo(m.Buttons, twinning.Button{
			Label: twinning.Line{Key: "button.year", Args: twinning.Args{{"Year", yearText(year)}}},
			Data:  fmt.Sprintf("xuat:%d", year),
		})
	}
	return d.offer(r, m, optionsTalk{})
}

// yearRows is how many rows of years are offered at most.
const yearRows = 6

// exported names whose records they are.
func exported(r *Request, unit twinning.UnitKey) twinning.Arg {
	if unit == "" {
		return twinning.Key("export.everything")
	}
	return r.Work.UnitName(unit)
}

// pressExport sends the records of a year: "xuat:2027", of all years: "xuat:0".
func (d *Desk) pressExport(_ context.Context, r *Request) error {
	unit, err := r.Work.ExportScope(*r.Person)
	if err == nil && r.Group {
		err = twinning.ErrForbidden
	}
	if err != nil {
		return wrapStep("export", err)
	}
	if err := r.Answer("export.coming", nil); err != nil {
		return err
	}
	m := twinning.Say("export.caption_all", twinning.Args{{"Unit", exported(r, unit)}})
	year := 0
	if r.Press.Part(0) != "0" {
		year = d.year(r, 0)
		m = twinning.Say("export.caption", twinning.Args{{"Unit", exported(r, unit)}, {"Year", yearText(year)}})
	}
	m.Report = &twinning.ReportRequest{Kind: ReportExport, Year: year, Unit: unit}
	return r.Reply(m)
}

// WriteRecords writes the records of the scope as tables.
func WriteRecords(w io.Writer, k *ledger.Look, p locales.Printer, s ledger.Scope) error {
	x, err := k.Extract(s)
	if err != nil {
		return wrapStep("export", err)
	}
	records := report.Records{
		Units: x.Units, Pairings: x.Pairings, People: x.People, Activities: x.Activities, Filings: x.Filings,
		Documents: map[twinning.RuleID]twinning.Names{},
	}
	for _, rule := range k.Programme().Obligations {
		records.Documents[rule.ID] = rule.Name
	}
	return wrapStep("export", report.WriteRecords(w, p, records))
}

// recordsFile writes the records of a year, of all years for 0.
func recordsFile(k *ledger.Look, req twinning.ReportRequest, p locales.Printer, w io.Writer) (string, error) {
	name := p.Text("records.file_name", nil)
	if req.Unit != "" {
		name += "-" + string(req.Unit)
	}
	if req.Year == 0 {
		name += "-" + p.Text("records.all_years", nil)
	}
	return name, WriteRecords(w, k, p, ledger.Scope{Year: req.Year, Unit: req.Unit})
}
