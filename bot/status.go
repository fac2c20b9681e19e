package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// status answers "how do things stand": "/tinhhinh" for what concerns the sender, "/tinhhinh Tây Giang 2026" for a unit.
func (d *Desk) status(ctx context.Context, r *Request) error {
	if r.Args == "" {
		unit, err := d.homeUnit(r)
		if err != nil {
			return err
		}
		return d.showStatus(r, unit, d.today(r).Year())
	}
	mentions, ambiguous := d.reader.Units(r.Args)
	switch {
	case len(mentions) > 0:
		year := d.today(r).Year()
		if q, ok := d.reader.Question(r.Args, d.today(r)); ok && q.Year != 0 {
			year = q.Year
		}
		return d.showStatus(r, mentions[0].Key, year)
	case len(ambiguous) > 0:
		return r.Reply(twinning.Message{
			Lines:   []twinning.Line{say("status.which")},
			Buttons: d.unitButtons(r, ambiguous[0].Candidates, "st:%s"),
		})
	}
	r.Text = r.Args
	return d.ask(ctx, r)
}

// homeUnit is the unit that a question without a name is about: the own one, or the province for those who see all.
func (d *Desk) homeUnit(r *Request) (twinning.UnitKey, error) {
	all, err := r.Work.ReadsAll(*r.Person)
	if err != nil {
		return "", wrapStep("status", err)
	}
	if !all {
		return r.Person.Unit, nil
	}
	issuers, err := r.Work.UnitsOf(twinning.RoleIssuer)
	if err != nil || len(issuers) == 0 {
		return r.Person.Unit, wrapStep("status", err)
	}
	return issuers[0].Key, nil
}

// pressStatus drills down: "st:D504:2027", "st:W20437", "st:p5:2027" for a pairing.
func (d *Desk) pressStatus(_ context.Context, r *Request) error {
	year, err := strconv.Atoi(r.Press.Part(1))
	if err != nil {
		year = d.programme.Today(r.Now).Year()
	}
	if number, ok := strings.CutPrefix(r.Press.Part(0), "p"); ok {
		id, err := strconv.ParseUint(number, 10, 64)
		if err != nil {
			return r.Alert("error.stale_button", nil)
		}
		return d.showPairing(r, twinning.PairingID(id), year)
	}
	return d.showStatus(r, twinning.UnitKey(r.Press.Part(0)), year)
}

// showStatus shows one unit (or district, or the province) in one year.
func (d *Desk) showStatus(r *Request, key twinning.UnitKey, year int) error {
	u, err := r.Work.Unit(key)
	if err != nil {
		return wrapStep("status", err)
	}
	// The totals of the whole programme are open to everybody in it.
	if u.Role != twinning.RoleIssuer {
		if err := d.mustRead(r, key); err != nil {
			return err
		}
	}
	span, err := r.Work.Span(u)
	if err != nil {
		return wrapStep("status", err)
	}
	sum, err := r.Work.Sum(year, ledger.Filter{Units: span})
	if err != nil {
		return wrapStep("status", err)
	}
	m := twinning.Say("status.title", twinning.Args{
		"Unit": twinning.Text(u.Name), "Year": yearText(year), "Date": twinning.Day(d.programme.Today(r.Now)),
	})
	m.Lines = append(m.Lines, sumLines(sum)...)
	progress, err := d.progressLines(r, u, year)
	if err != nil {
		return err
	}
	m.Lines = append(m.Lines, progress...)
	filed, err := d.filingLines(r, u, span, year)
	if err != nil {
		return err
	}
	m.Lines = append(m.Lines, filed...)
	if err := d.markDemo(r, &m); err != nil {
		return err
	}
	if m.Buttons, err = d.drillButtons(r, u, year); err != nil {
		return err
	}
	return d.replace(r, "", m)
}

func yearText(year int) twinning.Arg { return twinning.Text(strconv.Itoa(year)) }

func (d *Desk) markDemo(r *Request, m *twinning.Message) error {
	demo, err := r.Work.HasDemo()
	if demo {
		m.Lines = append(m.Lines, say("status.demo"))
	}
	return wrapStep("demo", err)
}

// sumLines shows what was done: in all, confirmed, waiting, by content of section II.
func sumLines(s ledger.Sum) []twinning.Line {
	all := s.All()
	if all[twinning.Activities] == 0 {
		return []twinning.Line{say("status.nothing")}
	}
	lines := []twinning.Line{{Key: "status.sum", Args: twinning.Args{"Counts": twinning.Joined(quantityLines(all)...)}}}
	if open := s.Unconfirmed; open[twinning.Activities] > 0 {
		lines = append(lines, twinning.Line{Key: "status.unconfirmed", Args: twinning.Args{
			"Counts": twinning.Joined(quantityLines(open)...),
		}})
	} else {
		lines = append(lines, say("status.all_confirmed"))
	}
	for _, c := range twinning.Categories() {
		if q := s.ByCategory[c]; q[twinning.Activities] > 0 {
			lines = append(lines, twinning.Line{Key: "status.category", Args: twinning.Args{
				"Number": twinning.Number(c), "Name": ledger.CategoryName(c), "Counts": twinning.Joined(quantityLines(q)...),
			}})
		}
	}
	return lines
}

// quantityLines shows all measures that are not 0.
func quantityLines(q twinning.Quantities) []twinning.Line {
	var lines []twinning.Line
	for _, m := range twinning.Measures() {
		if q[m] != 0 {
			lines = append(lines, ledger.MeasureLine(m, q[m]))
		}
	}
	return lines
}

// progressLines shows a sponsor's targets of III.2.1.
func (d *Desk) progressLines(r *Request, u twinning.Unit, year int) ([]twinning.Line, error) {
	if u.Role.IsRecipient() {
		return nil, nil
	}
	list, err := r.Work.Progresses(u, year)
	if err != nil {
		return nil, wrapStep("progress", err)
	}
	var lines []twinning.Line
	for _, p := range list {
		line := twinning.Line{Key: "progress.row", Args: twinning.Args{
			"Done":     twinning.Joined(ledger.MeasureLine(p.Target.Measure, p.Done)),
			"Required": twinning.Joined(ledger.MeasureLine(p.Target.Measure, p.Required)),
		}}
		switch {
		case !p.Known:
			line.Key = "progress.unknown"
		case p.Done >= p.Required:
			line.Key = "progress.reached"
		default:
			line.Args["Short"] = twinning.Joined(ledger.MeasureLine(p.Target.Measure, p.Required-p.Done))
		}
		lines = append(lines, line)
	}
	return lines, nil
}

// filingLines shows the documents of the year: one line each for a single unit, filed of all for several.
func (d *Desk) filingLines(r *Request, u twinning.Unit, span []twinning.UnitKey, year int) ([]twinning.Line, error) {
	owings, err := r.Work.Owings(year)
	if err != nil {
		return nil, wrapStep("owings", err)
	}
	var lines []twinning.Line
	if len(span) == 1 {
		for _, o := range owings {
			if o.Obligation.Unit == u.Key && o.Rule.Remind {
				lines = append(lines, d.owingLine(r, o))
			}
		}
		return lines[:min(len(lines), listed)], nil
	}
	for _, rule := range d.programme.Obligations {
		var met, all int
		for _, o := range owings {
			if o.Obligation.Rule == rule.ID && rule.Remind && (u.Role == twinning.RoleIssuer || slices.Contains(span, o.Obligation.Unit)) {
				all++
				if o.Standing.Met() {
					met++
				}
			}
		}
		if all > 0 {
			lines = append(lines, twinning.Line{Key: "status.filed", Args: twinning.Args{
				"Name": twinning.Named(rule.Name), "Met": twinning.Number(met), "All": twinning.Number(all),
				"Date": twinning.Day(rule.Due.In(year)),
			}})
		}
	}
	return lines, nil
}

// owingLine shows one document: its name, where it stands and what its dates mean today.
func (d *Desk) owingLine(r *Request, o ledger.Owing) twinning.Line {
	args := twinning.Args{
		"Title": twinning.Joined(r.Work.Title(o)), "Date": twinning.Day(o.Deadlines.Due),
		"Standing": twinning.Key("standing." + string(o.Standing)),
	}
	days := o.Deadlines.Due.DaysSince(d.programme.Today(r.Now))
	switch {
	case o.Filing != nil:
		args["Date"] = twinning.Day(o.Filing.Filed)
		return twinning.Line{Key: "owed.filed", Args: args}
	case days > 0:
		args["Count"], args["Value"] = twinning.Number(days), twinning.Number(days)
		return twinning.Line{Key: "owed.left", Args: args}
	case days == 0:
		return twinning.Line{Key: "owed.today", Args: args}
	case o.Standing == twinning.StandingOverdue:
		args["Count"], args["Value"] = twinning.Number(-days), twinning.Number(-days)
		return twinning.Line{Key: "owed.over", Args: args}
	}
	return twinning.Line{Key: "owed.due_day", Args: args}
}

// drillButtons lead from the whole to its parts: province to districts, district to communes, unit to pairings.
func (d *Desk) drillButtons(r *Request, u twinning.Unit, year int) ([][]twinning.Button, error) {
	var parts []twinning.Unit
	var err error
	switch u.Role {
	case twinning.RoleIssuer, twinning.RoleStanding:
		if parts, err = r.Work.UnitsOf(twinning.RoleRecipientDistrict); err != nil {
			return nil, wrapStep("drill", err)
		}
	case twinning.RoleRecipientDistrict:
		if parts, err = r.Work.Communes(u.Key); err != nil {
			return nil, wrapStep("drill", err)
		}
	case twinning.RoleEmulation, twinning.RoleOverseer, twinning.RoleSponsorAgency, twinning.RoleSponsorLowland,
		twinning.RoleSponsorOther, twinning.RoleRecipientCommune:
		return d.pairingButtons(r, u, year)
	}
	var rows [][]twinning.Button
	for _, part := range parts {
		may, err := r.Work.MayRead(*r.Person, part.Key)
		if err != nil {
			return nil, wrapStep("drill", err)
		}
		if may {
			rows = appendTwo(rows, twinning.Button{
				Label: twinning.Line{Key: "button.unit", Args: twinning.Args{"Unit": twinning.Text(part.Name)}},
				Data:  fmt.Sprintf("st:%s:%d", part.Key, year),
			})
		}
	}
	return append(rows, d.statusTail(r, u, year)...), nil
}

// appendTwo puts the button beside the last one, or begins a row when that row is full.
func appendTwo(rows [][]twinning.Button, b twinning.Button) [][]twinning.Button {
	if n := len(rows); n > 0 && len(rows[n-1]) < 2 {
		rows[n-1] = append(rows[n-1], b)
		return rows
	}
	return append(rows, []twinning.Button{b})
}

func (d *Desk) pairingButtons(r *Request, u twinning.Unit, year int) ([][]twinning.Button, error) {
	pairings, err := r.Work.PairingsOf(u.Key)
	if err != nil {
		return nil, wrapStep("drill", err)
	}
	var rows [][]twinning.Button
	for _, p := range pairings {
		if p.ValidIn(year) && len(rows) < listed {
			rows = append(rows, []twinning.Button{{
				Label: twinning.Line{Key: "button.pairing", Args: twinning.Args{"Unit": r.Work.UnitName(p.Counterpart(u.Key))}},
				Data:  fmt.Sprintf("st:p%d:%d", p.ID, year),
			}})
		}
	}
	return append(rows, d.statusTail(r, u, year)...), nil
}

// statusTail are the buttons below every status: the activities, the year before, and for those who see all the table.
func (d *Desk) statusTail(r *Request, u twinning.Unit, year int) [][]twinning.Button {
	tail := []twinning.Button{{
		Label: twinning.Line{Key: "button.year", Args: twinning.Args{"Year": yearText(year - 1)}},
		Data:  fmt.Sprintf("st:%s:%d", u.Key, year-1),
	}}
	if year-1 < d.programme.From {
		tail = nil
	}
	may, err := r.Work.MayRead(*r.Person, u.Key)
	if err == nil && may {
		tail = append([]twinning.Button{press("button.activities", "list:"+string(u.Key))}, tail...)
	}
	rows := [][]twinning.Button{tail}
	if u.Role == twinning.RoleIssuer && r.Person.Role == twinning.RoleCoordinator {
		rows = append(rows, []twinning.Button{press("button.sheet", fmt.Sprintf("xlsx:%d", year))})
	}
	return rows
}

// showPairing shows one pairing in one year.
func (d *Desk) showPairing(r *Request, id twinning.PairingID, year int) error {
	p, err := r.Work.Pairing(id)
	if err != nil {
		return wrapStep("pairing", err)
	}
	for _, key := range []twinning.UnitKey{p.Recipient, p.Sponsor} {
		if may, err := r.Work.MayRead(*r.Person, key); err != nil || may {
			return d.pairingStatus(r, p, year, err)
		}
	}
	return fmt.Errorf("pairing %d: %w", id, twinning.ErrForbidden)
}

func (d *Desk) pairingStatus(r *Request, p twinning.Pairing, year int, err error) error {
	if err != nil {
		return wrapStep("pairing", err)
	}
	// An activity in a commune of a paired district belongs to the pairing too, so the sponsor's rows are complete.
	sum, err := r.Work.Sum(year, ledger.Filter{Units: []twinning.UnitKey{p.Sponsor}, Pairing: p.ID})
	if err != nil {
		return wrapStep("pairing", err)
	}
	m := twinning.Say("status.pairing", twinning.Args{
		"Sponsor": r.Work.UnitName(p.Sponsor), "Recipient": r.Work.UnitName(p.Recipient), "Year": yearText(year),
		"Decision": twinning.Text(p.Decision),
	})
	m.Lines = append(m.Lines, sumLines(sum)...)
	owings, err := r.Work.Owings(year)
	if err != nil {
		return wrapStep("pairing", err)
	}
	for _, o := range owings {
		if o.Pairing == p.ID && o.Rule.Remind {
			m.Lines = append(m.Lines, d.owingLine(r, o))
		}
	}
	if p.Demo {
		m.Lines = append(m.Lines, say("card.demo"))
	}
	list, err := r.Work.ActivitiesOfPairing(p.ID, year, ledger.Page{Limit: listed})
	if err != nil {
		return wrapStep("pairing", err)
	}
	list = slices.DeleteFunc(list, func(a twinning.Activity) bool { return a.State == twinning.ActivityVoided })
	d.listRows(r, &m, list)
	return d.replace(r, "", m)
}

// owed shows what the sender's unit has to hand in, most urgent first: "/han".
func (d *Desk) owed(_ context.Context, r *Request) error {
	all, err := r.Work.ReadsAll(*r.Person)
	if err != nil {
		return wrapStep("owed", err)
	}
	if all {
		return d.owedByRule(r)
	}
	owings, err := r.Work.OwingsOf(r.Person.Unit)
	if err != nil {
		return wrapStep("owed", err)
	}
	m := twinning.Say("owed.title", twinning.Args{"Unit": r.Work.UnitName(r.Person.Unit)})
	for _, o := range owings {
		if o.Rule.Remind {
			m.Lines = append(m.Lines, d.owingLine(r, o))
		}
	}
	if len(m.Lines) == 1 {
		return r.Reply(twinning.Say("owed.nothing", nil))
	}
	unmet := slices.DeleteFunc(owings, func(o ledger.Owing) bool { return o.Standing.Met() || !o.Rule.Remind })
	if r.Person.MayLog() {
		m.Buttons = d.owingButtons(r, unmet, "nop")
	}
	return r.Reply(m)
}

// owedByRule shows, for those who see all, how many have filed each document of the open years.
func (d *Desk) owedByRule(r *Request) error {
	m := twinning.Say("owed.all_title", twinning.Args{"Date": twinning.Day(d.programme.Today(r.Now))})
	for _, year := range r.Work.OpenYears() {
		owings, err := r.Work.Owings(year)
		if err != nil {
			return wrapStep("owed", err)
		}
		for _, rule := range d.programme.Obligations {
			of := slices.DeleteFunc(slices.Clone(owings), func(o ledger.Owing) bool {
				return o.Obligation.Rule != rule.ID || !rule.Remind || d.programme.Today(r.Now) > o.Deadlines.Closes
			})
			if len(of) == 0 {
				continue
			}
			line, late := d.ruleLine(r, of)
			m.Lines = append(m.Lines, line)
			if late > 0 {
				m.Buttons = append(m.Buttons, []twinning.Button{{
					Label: twinning.Line{Key: "button.missing_rule", Args: twinning.Args{
						"Name": twinning.Named(rule.Name), "Year": yearText(year),
					}},
					Data: fmt.Sprintf("miss:%s:%d", rule.ID, year),
				}})
			}
		}
	}
	return r.Reply(m)
}

// ruleLine counts the owings of one rule: in time, on the due day, late, missing.
func (d *Desk) ruleLine(r *Request, owings []ledger.Owing) (line twinning.Line, missing int) {
	count := map[twinning.Standing]int{}
	for _, o := range owings {
		count[o.Standing]++
		if !o.Standing.Met() {
			missing++
		}
	}
	o := owings[0]
	return twinning.Line{Key: "owed.rule", Args: twinning.Args{
		"Name": twinning.Named(o.Rule.Name), "Year": yearText(o.Year), "Date": twinning.Day(o.Deadlines.Due),
		"Met":     twinning.Number(count[twinning.StandingMet]),
		"DueDay":  twinning.Number(count[twinning.StandingMetDue]),
		"Late":    twinning.Number(count[twinning.StandingMetLate]),
		"Missing": twinning.Number(missing), "All": twinning.Number(len(owings)),
	}}, missing
}
