package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// boardChores offers Ban Dân tộc what waits for it: units that nobody is linked for, and those that say that a document
// is not theirs.
func (d *Desk) boardChores(r *Request, m *twinning.Message) error {
	if r.Person.Role != twinning.RoleCoordinator || r.Group {
		return nil
	}
	unlinked, err := r.Work.Unlinked()
	if err != nil {
		return wrapStep("chores", err)
	}
	disclaimers, err := r.Work.Disclaimers()
	if err != nil {
		return wrapStep("chores", err)
	}
	n := 0
	for _, units := range unlinked {
		n += len(units)
	}
	var row []twinning.Button
	if n > 0 {
		row = append(row, twinning.Button{Label: twinning.Line{Key: "button.unlinked", Args: ledger.CountArgs(n)}, Data: "hx"})
	}
	if n := len(disclaimers); n > 0 {
		row = append(row, twinning.Button{Label: twinning.Line{Key: "button.disclaimers", Args: ledger.CountArgs(n)}, Data: "hd"})
	}
	if len(row) > 0 {
		m.Buttons = append(m.Buttons, row)
	}
	return nil
}

// pressUnlinked lists the units that nobody is linked for: "hx" by district, "hx:D504:1" those of one with a button to
// invite somebody.
func (d *Desk) pressUnlinked(_ context.Context, r *Request) error {
	if r.Person.Role != twinning.RoleCoordinator || r.Group {
		return fmt.Errorf("unlinked: %w", twinning.ErrForbidden)
	}
	unlinked, err := r.Work.Unlinked()
	if err != nil {
		return wrapStep("unlinked", err)
	}
	if district := r.Press.Part(0); district != "" {
		return d.unlinkedIn(r, district, unlinked[unplaced(district)])
	}
	m := twinning.Say("unlinked.title", nil)
	all := 0
	for i, key := range ledger.SortedDistricts(unlinked) {
		all += len(unlinked[key])
		name, args := d.districtName(r, placed(key)), ledger.CountArgs(len(unlinked[key]))
		args.Set("Name", name)
		args.Set("Number", twinning.Number(i+1))
		m.Lines = append(m.Lines, twinning.Line{Key: "unlinked.row", Args: args})
		m.Buttons = appendTwo(m.Buttons, twinning.Button{
			Label: twinning.Line{Key: "button.unit", Args: twinning.Args{{"Unit", name}}}, Data: "hx:" + placed(key),
		})
	}
	m.Lines = slices.Insert(m.Lines, 1, twinning.Line{Key: "unlinked.total", Args: ledger.CountArgs(all)})
	m.Buttons = append(m.Buttons, []twinning.Button{press("button.back_up", "han")})
	return d.offer(r, m, optionsTalk{})
}

func (d *Desk) unlinkedIn(r *Request, district string, units []twinning.Unit) error {
	page, _ := strconv.Atoi(r.Press.Part(1)) // what is no number is the first page
	rows, page, pages := pageOf(units, page, unitsShown)
	m := twinning.Say("unlinked.title_in", twinning.Args{{"Name", d.districtName(r, district)}})
	for _, u := range rows {
		m.Buttons = appendTwo(m.Buttons, twinning.Button{
			Label: twinning.Line{Key: "button.invite_unit", Args: twinning.Args{{"Unit", twinning.Text(u.Name)}}},
			Data:  "inv:" + string(u.Key),
		})
	}
	m.Buttons = append(m.Buttons, turnButtons(page, pages, func(n int) string { return fmt.Sprintf("hx:%s:%d", district, n) })...)
	m.Buttons = append(m.Buttons, []twinning.Button{press("button.back_up", "hx")})
	return d.offer(r, m, optionsTalk{})
}

// unplaced reads the district that placed wrote.
func unplaced(district string) twinning.UnitKey {
	if district == noDistrict {
		return ""
	}
	return twinning.UnitKey(district)
}

// disclaimersShown is how many disclaimers are brought at once.
const disclaimersShown = 5

// pressDisclaimers brings the obligations about which Ban Dân tộc has to decide, a card each: "hd".
func (d *Desk) pressDisclaimers(_ context.Context, r *Request) error {
	if r.Person.Role != twinning.RoleCoordinator || r.Group {
		return fmt.Errorf("disclaimers: %w", twinning.ErrForbidden)
	}
	open, err := r.Work.Disclaimers()
	if err != nil {
		return wrapStep("disclaimers", err)
	}
	if len(open) == 0 {
		return d.notice(r, "disclaimers.none", nil)
	}
	for _, h := range upTo(open, disclaimersShown) {
		owing, err := r.Work.OwingNamed(h.Obligation)
		if err != nil {
			return wrapStep("disclaimers", err)
		}
		by, err := r.Work.Person(h.Disclaimer.By)
		if err != nil {
			return wrapStep("disclaimers", err)
		}
		card := r.Work.DisclaimerCard(owing, by)
		if err := r.ReplySubject(ledger.HandlingSubject(h.Obligation), card); err != nil {
			return err
		}
	}
	if more := len(open) - disclaimersShown; more > 0 {
		return r.Reply(twinning.Say("disclaimers.more", ledger.CountArgs(more)))
	}
	return nil
}
