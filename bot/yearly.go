package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// The report requests for a year-end report and its annex of figures.
const (
	ReportYearDocument = "year_docx"
	ReportYearAnnex    = "year_xlsx"
)

// wholeProvince stands in callback data for the standing agency's report, which no unit has.
const wholeProvince = "-"

// What a button of a report does: show it, send its files or those of the seal, seal it, say what changed since.
const (
	reportFiles   = "f"
	reportSealed  = "o"
	reportSeal    = "s"
	reportSealNow = "y"
	reportChanges = "d"
)

// reportData is callback data: "rep:W20437:2027:f".
func reportData(unit twinning.UnitKey, year int, action string) string {
	name := string(unit)
	if unit == "" {
		name = wholeProvince
	}
	data := fmt.Sprintf("rep:%s:%d", name, year)
	if action != "" {
		data += ":" + action
	}
	return data
}

// yearly offers year-end reports: "/baocao" for the own unit, or for those who see all the province; "/baocao xã Ch'ơm
// 2026" for a unit.
func (d *Desk) yearly(_ context.Context, r *Request) error {
	if r.Group {
		return d.inPrivate(r, "duty.private")
	}
	words, year, done, err := d.typedYear(r, d.today(r).Year())
	if done || err != nil {
		return err
	}
	unit, err := d.ownReport(r)
	if err != nil {
		return err
	}
	if len(words) > 0 {
		format := "rep:%s"
		if year != 0 {
			format += fmt.Sprintf(":%d", year)
		}
		found, done, err := d.named(r, strings.Join(words, " "), format)
		if done || err != nil {
			return err
		}
		unit = found
	}
	if year != 0 {
		return d.showReport(r, unit, year)
	}
	return d.chooseReportYear(r, unit)
}

// ownReport is the report that a sender means who names no unit.
func (d *Desk) ownReport(r *Request) (twinning.UnitKey, error) {
	all, err := r.Work.ReadsAll(*r.Person)
	if all || err != nil {
		return "", wrapStep("report", err)
	}
	return r.Person.Unit, nil
}

// pressReport does what a button of a report says: "rep:W20437", "rep:W20437:2027", "rep:-:2027:f".
func (d *Desk) pressReport(_ context.Context, r *Request) error {
	unit := twinning.UnitKey(r.Press.Part(0))
	if unit == wholeProvince {
		unit = ""
	}
	if r.Group {
		return d.notice(r, "duty.private", nil)
	}
	if r.Press.Part(1) == "" {
		return d.chooseReportYear(r, unit)
	}
	year := d.year(r, 1)
	if strconv.Itoa(year) != r.Press.Part(1) || year > d.programme.Today(r.Now).Year() {
		return d.stale(r)
	}
	switch r.Press.Part(2) {
	case "":
		return d.showReport(r, unit, year)
	case reportFiles:
		return d.sendReport(r, unit, year, 0)
	case reportSealed:
		seal, _, err := r.Work.Sealed(unit, year, 0)
		if err != nil {
			return wrapStep("report", err)
		}
		return d.sendReport(r, unit, year, seal.Version)
	case reportSeal:
		return d.askSeal(r, unit, year)
	case reportSealNow:
		return d.sealReport(r, unit, year)
	case reportChanges:
		return d.showReportChanges(r, unit, year)
	}
	return d.stale(r)
}

// reportAllowed returns the unit that speaks, after the sender's right to read its report was checked. People of the
// issuer and the standing agency mean the province; whoever writes no report is told so.
func (d *Desk) reportAllowed(r *Request, unit twinning.UnitKey) (twinning.UnitKey, bool, error) {
	if unit != "" {
		u, err := r.Work.Unit(unit)
		if err != nil {
			return "", false, wrapStep("report", err)
		}
		switch {
		case u.Role == twinning.RoleIssuer || u.Role == twinning.RoleStanding:
			unit = ""
		case !ledger.Reports(u.Role):
			return "", false, d.notice(r, "refuse.report.no_report", nil)
		default:
			may, err := r.Work.MayReadWhole(*r.Person, unit)
			if err == nil && !may {
				err = d.notice(r, "error.scope", twinning.Args{{"Unit", twinning.Text(u.Name)}})
			}
			return unit, may, wrapStep("report", err)
		}
	}
	all, err := r.Work.ReadsAll(*r.Person)
	if err == nil && !all {
		err = fmt.Errorf("report on the province: %w", twinning.ErrForbidden)
	}
	return unit, all, wrapStep("report", err)
}

// reportName names whose report it is.
func (d *Desk) reportName(r *Request, unit twinning.UnitKey) twinning.Arg {
	if unit != "" {
		return r.Work.UnitName(unit)
	}
	issuers, err := r.Work.UnitsOf(twinning.RoleIssuer)
	if err != nil || len(issuers) == 0 {
		return twinning.Key("unitrole.issuer")
	}
	return twinning.Text(issuers[0].Name)
}

// yearsOffered is how many years a choice by button names, the newest first.
const yearsOffered = 4

func (d *Desk) chooseReportYear(r *Request, unit twinning.UnitKey) error {
	unit, ok, err := d.reportAllowed(r, unit)
	if !ok || err != nil {
		return err
	}
	m := twinning.Say("yearly.choose", twinning.Args{{"Unit", d.reportName(r, unit)}})
	if all, err := r.Work.ReadsAll(*r.Person); err == nil && all {
		m.Lines = append(m.Lines, say("yearly.choose_unit"))
	}
	var row []twinning.Button
	now := d.programme.Today(r.Now).Year()
	for year := now; year > now-yearsOffered && year >= d.programme.From; year-- {
		row = append(row, twinning.Button{
			Label: twinning.Line{Key: "button.year", Args: twinning.Args{{"Year", yearText(year)}}},
			Data:  reportData(unit, year, ""),
		})
	}
	m.Buttons = [][]twinning.Button{row}
	return d.offer(r, m, optionsTalk{})
}

// showReport shows what can be done with a report, and whether it is sealed.
func (d *Desk) showReport(r *Request, unit twinning.UnitKey, year int) error {
	unit, ok, err := d.reportAllowed(r, unit)
	if !ok || err != nil {
		return err
	}
	m := twinning.Say("yearly.title", d.reportArgs(r, unit, year))
	seals, err := r.Work.Seals(year, unit)
	if err != nil {
		return wrapStep("report", err)
	}
	m.Buttons = [][]twinning.Button{{press("button.report_files", reportData(unit, year, reportFiles))}}
	if n := len(seals); n > 0 {
		m.Lines = append(m.Lines, twinning.Line{Key: "yearly.sealed", Args: d.sealArgs(r, seals[n-1])})
		m.Buttons = append(m.Buttons,
			[]twinning.Button{press("button.report_changes", reportData(unit, year, reportChanges))},
			[]twinning.Button{press("button.report_sealed", reportData(unit, year, reportSealed))})
	}
	if r.Work.MaySeal(r.Actor(), unit) == nil {
		m.Buttons = append(m.Buttons, []twinning.Button{press("button.report_seal", reportData(unit, year, reportSeal))})
	}
	if err := d.markDemo(r, &m); err != nil {
		return err
	}
	return d.offer(r, m, optionsTalk{})
}

func (d *Desk) reportArgs(r *Request, unit twinning.UnitKey, year int) twinning.Args {
	return twinning.Args{
		{"Unit", d.reportName(r, unit)}, {"Year", yearText(year)}, {"Date", twinning.Day(d.programme.Today(r.Now))},
	}
}

func (d *Desk) sealArgs(r *Request, s twinning.Seal) twinning.Args {
	by := twinning.Key("yearly.operator")
	if p, err := r.Work.Person(s.By); err == nil {
		by = twinning.Text(p.Name)
	}
	return twinning.Args{
		{"Version", twinning.Number(s.Version)},
		{"Time", twinning.Arg{Kind: twinning.ArgTime, Num: s.At.Unix()}},
		{"By", by},
		{"Hash", twinning.Text(s.SHA256[:min(len(s.SHA256), hashShown)])},
	}
}

// hashShown is how many digits of a hash a message shows: enough to compare by eye.
const hashShown = 12

// sendReport sends the document and its annex, of the books of today or of a seal.
func (d *Desk) sendReport(r *Request, unit twinning.UnitKey, year, seal int) error {
	unit, ok, err := d.reportAllowed(r, unit)
	if !ok || err != nil {
		return err
	}
	if err := r.Answer("sheet.coming", nil); err != nil {
		return err
	}
	for _, file := range []struct{ kind, key string }{
		{ReportYearDocument, "yearly.caption_document"}, {ReportYearAnnex, "yearly.caption_annex"},
	} {
		m := twinning.Say(file.key, d.reportArgs(r, unit, year))
		m.Report = &twinning.ReportRequest{Kind: file.kind, Year: year, Unit: unit, Seal: seal}
		if err := r.Reply(m); err != nil {
			return err
		}
	}
	return nil
}

// askSeal asks once more, since a seal can't be taken off.
func (d *Desk) askSeal(r *Request, unit twinning.UnitKey, year int) error {
	if err := r.Work.MaySeal(r.Actor(), unit); err != nil {
		return wrapStep("seal", err)
	}
	m := twinning.Say("yearly.ask_seal", d.reportArgs(r, unit, year))
	m.Buttons = [][]twinning.Button{{
		press("button.report_seal_now", reportData(unit, year, reportSealNow)),
		press("button.report_back", reportData(unit, year, "")),
	}}
	return d.offer(r, m, optionsTalk{})
}

func (d *Desk) sealReport(r *Request, unit twinning.UnitKey, year int) error {
	_, err := r.Work.Seal(r.Actor(), unit, year)
	if errors.Is(err, twinning.ErrConflict) {
		return d.notice(r, "yearly.same", nil)
	}
	if err != nil {
		return wrapStep("seal", err)
	}
	return d.showReport(r, unit, year)
}

// sealButtons lead whoever handed in a year-end report, and may seal it, to where that is done.
func (d *Desk) sealButtons(r *Request, f twinning.Filing) [][]twinning.Button {
	for _, o := range f.Meets {
		unit := o.Unit
		if u, err := r.Work.Unit(unit); err == nil && u.Role == twinning.RoleStanding {
			unit = ""
		} else if !slices.Contains(d.programme.Rating.Reports, o.Rule) {
			continue
		}
		if r.Work.MaySeal(r.Actor(), unit) == nil && !r.Group {
			return [][]twinning.Button{{press("button.report", reportData(unit, o.Year, ""))}}
		}
	}
	return nil
}
