package bot

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"time"

	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/report"
	"ketnghia/twinning"
)

// calendar sends the deadlines for the calendar of a phone: "/lich" those of the own unit, to those who see all those of
// the programme, "/lich xã Ch'ơm" those of a unit.
func (d *Desk) calendar(_ context.Context, r *Request) error {
	if r.Args == "" {
		if d.readsAll(r) {
			return d.sendCalendar(r, "")
		}
		return d.sendCalendar(r, r.Person.Unit)
	}
	unit, done, err := d.named(r, r.Args, "cal:%s")
	if done || err != nil {
		return err
	}
	return d.sendCalendar(r, unit)
}

// pressCalendar sends the deadlines of the unit that was chosen: "cal:W20437".
func (d *Desk) pressCalendar(_ context.Context, r *Request) error {
	return d.sendCalendar(r, twinning.UnitKey(r.Press.Part(0)))
}

// sendCalendar sends a unit's deadlines, or with "" those of the programme, to which everybody may look.
func (d *Desk) sendCalendar(r *Request, unit twinning.UnitKey) error {
	if r.Group {
		return d.notice(r, "calendar.private", nil)
	}
	key, args := "calendar.caption_all", twinning.Args{}
	if unit != "" {
		u, err := r.Work.Unit(unit)
		if err != nil {
			return wrapStep("calendar", err)
		}
		args.Set("Unit", twinning.Text(u.Name))
		whole, err := r.Work.MayReadWhole(*r.Person, unit)
		if err != nil {
			return wrapStep("calendar", err)
		}
		if !whole {
			return d.notice(r, "error.scope", args)
		}
		agenda, err := r.Work.AgendaOf(unit)
		if err != nil {
			return wrapStep("calendar", err)
		}
		if len(agenda.Owings)+len(agenda.Gone) == 0 {
			return d.notice(r, "calendar.nothing", args)
		}
		key = "calendar.caption"
	}
	if err := r.Answer("sheet.coming", nil); err != nil {
		return err
	}
	m := twinning.Say(key, args)
	m.Lines = append(m.Lines, say("calendar.how"))
	if err := d.markDemo(r, &m); err != nil {
		return err
	}
	m.Report = &twinning.ReportRequest{Kind: ReportCalendar, Year: d.programme.Today(r.Now).Year(), Unit: unit}
	return r.Reply(m)
}

// calendarFile writes the deadlines of a unit, or those of the programme.
func calendarFile(k *ledger.Look, req twinning.ReportRequest, p locales.Printer, w io.Writer) (string, error) {
	c := calendarMaker{look: k, printer: p, render: renderer{location: k.Programme().Location, log: slog.New(slog.DiscardHandler)}}
	book := report.CalendarBook{Name: p.Text("calendar.name_all", nil), Stamp: k.Now()}
	name := p.Text("calendar.file_name", nil)
	if req.Unit == "" {
		book.Events = c.programme()
		return name, wrapStep("calendar", report.Calendar(w, book))
	}
	u, err := k.Unit(req.Unit)
	if err != nil {
		return "", wrapStep("calendar", err)
	}
	agenda, err := k.AgendaOf(req.Unit)
	if err != nil {
		return "", wrapStep("calendar", err)
	}
	book.Name = p.Text("calendar.name", map[string]any{"Unit": u.Name})
	for _, o := range agenda.Owings {
		book.Events = append(book.Events, c.event(o))
	}
	for _, o := range agenda.Gone {
		e := c.event(o)
		e.Cancelled = true
		book.Events = append(book.Events, e)
	}
	return name + "-" + fileName(u.Name), wrapStep("calendar", report.Calendar(w, book))
}

// calendarMaker makes the events of a calendar.
type calendarMaker struct {
	look    *ledger.Look
	printer locales.Printer
	render  renderer
}

// Alarms ring so many days before the last day in time.
var calendarAlarms = [...]int{7, 1}

// calendarEpoch is the moment from which the changes of events are counted, in seconds: a file that is made later always
// wins, and the number stays in 32 bits until 2088 (RFC 5545, 3.8.7.4).
var calendarEpoch = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)

func (c calendarMaker) sequence() int {
	return int(max(c.look.Now().Sub(calendarEpoch)/time.Second, 0))
}

// event is one obligation on its last day in time. One that is met stays as such and rings no more; one that is not asked
// for is struck out.
func (c calendarMaker) event(o ledger.Owing) report.CalendarEvent {
	title := c.render.plain(c.printer, c.look.Title(o))
	e := report.CalendarEvent{
		UID: o.Key() + "@ketnghia", Day: o.Deadlines.Due, Sequence: c.sequence(),
		Summary:     c.printer.Text("calendar.due", map[string]any{"Title": title}),
		Description: c.description(*o.Rule, o.Deadlines),
		Cancelled:   !o.Standing.Counts(),
	}
	switch {
	case o.Standing.Met():
		e.Summary = c.printer.Text("calendar.filed", map[string]any{
			"Title": title, "Date": c.printer.Date(o.Filing.Filed.Parts()),
		})
	default:
		e.Alarms = calendarAlarms[:]
	}
	return e
}

// description says what the day means and what to do.
func (c calendarMaker) description(rule twinning.ObligationRule, dl twinning.Deadlines) string {
	args := map[string]any{"Due": c.printer.Date(dl.Due.Parts()), "Late": c.printer.Date(dl.LateAfter.AddDays(1).Parts())}
	text := c.printer.Text("calendar.description", args)
	if last := c.look.Programme().Calendar.OnOrBefore(dl.Due); last < dl.Due {
		text += " " + c.printer.Text("calendar.last_working_day", map[string]any{"Date": c.printer.Date(last.Parts())})
	}
	return text + "\n" + c.printer.Text("calendar.cite", map[string]any{"Cite": citation(rule)})
}

// programme is every deadline of the programme in the years of an agenda.
func (c calendarMaker) programme() []report.CalendarEvent {
	var events []report.CalendarEvent
	p := c.look.Programme()
	for _, year := range c.look.AgendaYears() {
		for _, rule := range p.Obligations {
			if !rule.Remind || !rule.Applies(year) {
				continue
			}
			dl := rule.Deadlines(year, p.Calendar)
			title := c.printer.Text("calendar.rule", map[string]any{"Name": rule.Name[c.printer.Lang()], "Year": year})
			events = append(events, report.CalendarEvent{
				UID: fmt.Sprintf("%s|%d@ketnghia", rule.ID, year), Day: dl.Due, Sequence: c.sequence(), Alarms: calendarAlarms[:],
				Summary:     c.printer.Text("calendar.due", map[string]any{"Title": title}),
				Description: c.description(rule, dl),
			})
		}
	}
	return events
}
