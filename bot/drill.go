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
				Data:  fmt.Sprintf("st:p%d:%d:%s", p.ID, year, u.Key),
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
	rows := [][]twinning.Button{tail, d.chartButton(r, chartPlace{unit: u.Key, year: year})}
	if all, err := r.Work.ReadsAll(*r.Person); err == nil && all && u.Role == twinning.RoleIssuer && !r.Group {
		rows = append(rows, []twinning.Button{press("button.sheet", fmt.Sprintf("xlsx:%d", year))})
	}
	if up, ok := d.above(r, u); ok {
		rows = append(rows, []twinning.Button{d.backTo(r, up, year)})
	}
	return slices.DeleteFunc(rows, func(row []twinning.Button) bool { return len(row) == 0 })
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
		Label: twinning.Line{Key: "button.back", Args: twinning.Args{"Unit": r.Work.UnitName(unit)}},
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
	for _, key := range []twinning.UnitKey{p.Recipient, p.Sponsor} {
		if may, err := r.Work.MayRead(*r.Person, key); err != nil || may {
			if err != nil {
				return wrapStep("pairing", err)
			}
			if !p.Has(from) {
				from = key
			}
			return d.pairingStatus(r, p, from, year)
		}
	}
	return fmt.Errorf("pairing %d: %w", id, twinning.ErrForbidden)
}

func (d *Desk) pairingStatus(r *Request, p twinning.Pairing, from twinning.UnitKey, year int) error {
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
	m.Buttons = append(m.Buttons, []twinning.Button{d.backTo(r, from, year)})
	return d.replace(r, "", m)
}
