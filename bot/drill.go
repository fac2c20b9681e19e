package bot

import (
	"fmt"
	"slices"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

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
	case twinning.RoleOverseer:
		if parts, err = d.spanUnits(r, u); err != nil {
			return nil, err
		}
	case twinning.RoleEmulation, twinning.RoleSponsorAgency, twinning.RoleSponsorLowland,
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
				Label: twinning.Line{Key: "button.unit", Args: twinning.Args{{"Unit", twinning.Text(part.Name)}}},
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
				Label: twinning.Line{Key: "button.pairing", Args: twinning.Args{{"Unit", r.Work.UnitName(p.Counterpart(u.Key))}}},
				Data:  fmt.Sprintf("st:p%d:%d:%s", p.ID, year, u.Key),
			}})
		}
	}
	return append(rows, d.statusTail(r, u, year)...), nil
}

// statusTail are the buttons below every status: the activities, the year before, and for those who see all the table.
func (d *Desk) statusTail(r *Request, u twinning.Unit, year int) [][]twinning.Button {
	tail := []twinning.Button{{
		Label: twinning.Line{Key: "button.year", Args: twinning.Args{{"Year", yearText(year - 1)}}},
		Data:  fmt.Sprintf("st:%s:%d", u.Key, year-1),
	}}
	if year-1 < d.programme.From {
		tail = nil
	}
	may, err := r.Work.MayRead(*r.Person, u.Key)
	if err == nil && may {
		tail = append([]twinning.Button{
			press("button.activities", "list:"+string(u.Key)), press("button.why", whyMenu(string(u.Key), year)),
		}, tail...)
	}
	rows := [][]twinning.Button{d.aboutUnit(r, u, year), tail, d.chartButton(r, chartPlace{unit: u.Key, year: year})}
	if all, err := r.Work.ReadsAll(*r.Person); err == nil && all && u.Role == twinning.RoleIssuer && !r.Group {
		rows = append(rows, []twinning.Button{press("button.sheet", fmt.Sprintf("xlsx:%d", year))})
	}
	if up, ok := d.above(r, u); ok {
		rows = append(rows, []twinning.Button{d.backTo(r, up, year)})
	}
	return slices.DeleteFunc(rows, func(row []twinning.Button) bool { return len(row) == 0 })
}

// aboutUnit are the buttons about the unit itself: its posts, its stages, its rating, as far as they are the sender's to
// see.
func (d *Desk) aboutUnit(r *Request, u twinning.Unit, year int) []twinning.Button {
	var row []twinning.Button
	if r.Work.UsesStaff(u) && r.Work.MayStateStaff(*r.Person, u.Key) && !r.Group {
		row = append(row, press("button.staff", fmt.Sprintf("bc:%s:%d", u.Key, year)))
	}
	if u.Role.IsRecipient() && r.Person.Unit == u.Key && r.Person.MayLog() && len(d.programme.Stages.List) > 0 {
		row = append(row, press("button.stages", fmt.Sprintf("cd::%d", year)))
	}
	if r.Work.MayReadRating(*r.Person, u.Key) && ratedRole(u.Role) && !r.Group {
		row = append(row, press("button.rating", fmt.Sprintf("xl:%d:%s", year, u.Key)))
	}
	return row
}

// ratedRole says whether units of the role take part and are rated (IV.1).
func ratedRole(role twinning.UnitRole) bool {
	switch role {
	case twinning.RoleIssuer, twinning.RoleStanding, twinning.RoleOverseer:
		return false
	case twinning.RoleEmulation, twinning.RoleSponsorAgency, twinning.RoleSponsorLowland, twinning.RoleSponsorOther,
		twinning.RoleRecipientDistrict, twinning.RoleRecipientCommune:
	}
	return true
}

// spanUnits returns the units whose figures make up those of a unit, by name.
func (d *Desk) spanUnits(r *Request, u twinning.Unit) ([]twinning.Unit, error) {
	span, err := r.Work.Span(u)
	if err != nil {
		return nil, wrapStep("drill", err)
	}
	units := make([]twinning.Unit, 0, len(span))
	for _, key := range span {
		part, err := r.Work.Unit(key)
		if err != nil {
			return nil, wrapStep("drill", err)
		}
		units = append(units, part)
	}
	return units, nil
}

// above returns the unit one step up: of a commune its district, of everything else the province, as far as the sender
// may see it. The overseer's people go back to the border communes.
func (d *Desk) above(r *Request, u twinning.Unit) (twinning.UnitKey, bool) {
	if own, err := r.Work.Unit(r.Person.Unit); err == nil && own.Role == twinning.RoleOverseer {
		return own.Key, u.Key != own.Key
	}
	if u.Parent != "" {
		may, err := r.Work.MayRead(*r.Person, u.Parent)
		if err == nil && may {
			return u.Parent, true
		}
	}
	issuers, err := r.Work.UnitsOf(twinning.RoleIssuer)
	if err != nil || len(issuers) == 0 || u.Role == twinning.RoleIssuer {
		return "", false
	}
	return issuers[0].Key, true
}

func (d *Desk) backTo(r *Request, unit twinning.UnitKey, year int) twinning.Button {
	return twinning.Button{
		Label: twinning.Line{Key: "button.back", Args: twinning.Args{{"Unit", r.Work.UnitName(unit)}}},
		Data:  fmt.Sprintf("st:%s:%d", unit, year),
	}
}

// showShared shows the pairing with a counterpart, of which the sender may see nothing else. done is false when the
// sender may see the unit in whole.
func (d *Desk) showShared(r *Request, unit twinning.UnitKey, year int) (done bool, err error) {
	shared, err := r.Work.Shared(*r.Person, unit)
	if err != nil || len(shared) == 0 {
		return false, wrapStep("status", err)
	}
	newest := shared[len(shared)-1]
	for _, p := range shared {
		if p.ValidIn(year) {
			newest = p
		}
	}
	return true, d.pairingStatus(r, newest, r.Person.Unit, year)
}

// showPairing shows one pairing in one year; from is the unit whose pairings were looked at.
func (d *Desk) showPairing(r *Request, id twinning.PairingID, from twinning.UnitKey, year int) error {
	p, err := r.Work.Pairing(id)
	if err != nil {
		return wrapStep("pairing", err)
	}
	may, err := r.Work.MayReadPairing(*r.Person, p)
	if err != nil {
		return wrapStep("pairing", err)
	}
	if !may {
		return fmt.Errorf("pairing %d: %w", id, twinning.ErrForbidden)
	}
	if !p.Has(from) {
		from = p.Recipient
		if whole, err := r.Work.MayReadWhole(*r.Person, from); err != nil || !whole {
			from = p.Sponsor
		}
	}
	return d.pairingStatus(r, p, from, year)
}

// pairingListed is how many of its newest activities a pairing's status shows.
const pairingListed = 2

func (d *Desk) pairingStatus(r *Request, p twinning.Pairing, from twinning.UnitKey, year int) error {
	s, err := r.Work.PairingStatus(p, year)
	if err != nil {
		return wrapStep("pairing", err)
	}
	var t statusText
	t.add(twinning.Line{Key: "status.pairing", Args: twinning.Args{
		{"Sponsor", r.Work.UnitName(p.Sponsor)},
		{"Recipient", r.Work.UnitName(p.Recipient)},
		{"Year", yearText(year)},
		{"Decision", twinning.Text(p.Decision)},
		{"Months", twinning.Number(s.Months)},
	}})
	t.figures(s)
	t.add(pairingTargets(s)...)
	record, err := r.Work.StageRecord(p.ID, year)
	if err != nil {
		return wrapStep("stages", err)
	}
	if line := r.Work.StageLine(record); line.Key != "" {
		t.add(twinning.Line{Key: "stages.line", Args: twinning.Args{{"Parts", twinning.Joined(line)}}})
	}
	if err := d.pairingOwings(r, p, year, &t); err != nil {
		return err
	}
	m := twinning.Message{}
	list, _, err := r.Work.Entries(ledger.EntryQuery{
		Filter: ledger.Filter{Units: []twinning.UnitKey{p.Sponsor}, Pairing: p.ID}, Range: ledger.WholeYear(year), Limit: pairingListed,
	})
	if err != nil {
		return wrapStep("pairing", err)
	}
	d.listRows(r, &m, list)
	t.add(m.Lines...)
	if p.Demo {
		t.add(say("card.demo"))
	}
	m.Lines = t.fit()
	scope := fmt.Sprintf("p%d", p.ID)
	row := []twinning.Button{press("button.activities", whyAll(scope, year)), press("button.why", whyMenu(scope, year))}
	if may, err := r.Work.MayStateStages(*r.Person, p.ID, year); err == nil && may {
		row = append(row, press("button.stages", fmt.Sprintf("cd:%d:%d", p.ID, year)))
	}
	m.Buttons = append(m.Buttons, row, []twinning.Button{d.backTo(r, from, year)})
	return d.replace(r, "", m)
}

// pairingTargets show the targets that are measured by the commune, and in one line what the pairing adds to those of the
// sponsor in all.
func pairingTargets(s ledger.Status) []twinning.Line {
	var lines, here []twinning.Line
	for _, p := range s.Progress {
		if p.Known {
			lines = append(lines, p.Line())
		} else if p.Done > 0 {
			here = append(here, p.Amount(p.Done))
		}
	}
	if len(here) > 0 {
		lines = append(lines, twinning.Line{Key: "progress.here", Args: twinning.Args{{"Counts", twinning.Joined(here...)}}})
	}
	return lines
}

// pairingOwings show the documents that are owed for the pairing, by either party.
func (d *Desk) pairingOwings(r *Request, p twinning.Pairing, year int, t *statusText) error {
	for _, unit := range []twinning.UnitKey{p.Sponsor, p.Recipient} {
		owings, err := r.Work.OwingsIn(unit, year)
		if err != nil {
			return wrapStep("pairing", err)
		}
		for _, o := range owings {
			if o.Pairing == p.ID && o.Rule.Remind {
				t.add(d.owingLine(r, o))
			}
		}
	}
	return nil
}
