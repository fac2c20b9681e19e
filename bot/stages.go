package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"ketnghia/twinning"
)

// stages shows which stages the recipient leads in each pairing of the sender's unit: "/congdoan", "/congdoan 2026".
func (d *Desk) stages(_ context.Context, r *Request) error {
	year := d.today(r).Year()
	if y, err := strconv.Atoi(r.Args); err == nil && y >= d.programme.From && y <= year {
		year = y
	}
	return d.chooseStages(r, year, 0)
}

// pressStages shows the stages of a pairing or toggles one: "cd::2027:1" chooses the pairing, page by page,
// "cd:5:2027", "cd:5:2027:survey".
func (d *Desk) pressStages(_ context.Context, r *Request) error {
	year := d.year(r, 1)
	if r.Press.Part(0) == "" {
		page, _ := strconv.Atoi(r.Press.Part(2)) // what is no number is the first page
		return d.chooseStages(r, year, page)
	}
	id, err := r.Press.ID(0)
	if err != nil {
		return err
	}
	if stage := twinning.StageID(r.Press.Part(2)); stage != "" {
		if may, err := r.Work.MayStateStages(*r.Person, twinning.PairingID(id), year); err != nil || !may {
			if err != nil {
				return wrapStep("stages", err)
			}
			return d.notice(r, "stages.not_yours", nil)
		}
		if _, err := r.Work.ToggleStage(r.Actor(), twinning.PairingID(id), year, stage); err != nil {
			return wrapStep("stages", err)
		}
	}
	return d.showStages(r, twinning.PairingID(id), year)
}

// chooseStages offers the pairings of the sender's unit, or shows the only one.
func (d *Desk) chooseStages(r *Request, year, page int) error {
	if len(d.programme.Stages.List) == 0 {
		return d.notice(r, "stages.none", nil)
	}
	pairings, err := r.Work.PairingsOf(r.Person.Unit)
	if err != nil {
		return wrapStep("stages", err)
	}
	pairings = slices.DeleteFunc(pairings, func(p twinning.Pairing) bool { return !p.ValidIn(year) })
	switch len(pairings) {
	case 0:
		return d.notice(r, "stages.no_pairing", twinning.Args{{"Year", yearText(year)}})
	case 1:
		return d.showStages(r, pairings[0].ID, year)
	}
	m := twinning.Say("stages.which", twinning.Args{{"Year", yearText(year)}})
	rows, page, pages := pageOf(pairings, page, unitsOffered)
	for _, p := range rows {
		m.Buttons = append(m.Buttons, []twinning.Button{{
			Label: twinning.Line{Key: "button.pairing", Args: twinning.Args{
				{"Unit", r.Work.UnitName(p.Counterpart(r.Person.Unit))},
			}},
			Data: fmt.Sprintf("cd:%d:%d", p.ID, year),
		}})
	}
	m.Buttons = append(m.Buttons, turnButtons(page, pages, func(n int) string { return fmt.Sprintf("cd::%d:%d", year, n) })...)
	return d.offer(r, m, optionsTalk{})
}

// showStages shows the stages of a pairing, with a button for each to those who may say so.
func (d *Desk) showStages(r *Request, id twinning.PairingID, year int) error {
	p, err := r.Work.Pairing(id)
	if err != nil {
		return wrapStep("stages", err)
	}
	if may, err := r.Work.MayReadPairing(*r.Person, p); err != nil || !may {
		if err == nil {
			err = fmt.Errorf("pairing %d: %w", id, twinning.ErrForbidden)
		}
		return wrapStep("stages", err)
	}
	record, err := r.Work.StageRecord(id, year)
	if err != nil {
		return wrapStep("stages", err)
	}
	may, err := r.Work.MayStateStages(*r.Person, id, year)
	if err != nil {
		return wrapStep("stages", err)
	}
	m := twinning.Say("stages.title", twinning.Args{
		{"Sponsor", r.Work.UnitName(p.Sponsor)}, {"Recipient", r.Work.UnitName(p.Recipient)}, {"Year", yearText(year)},
	})
	for _, s := range d.programme.Stages.List {
		key := "stages.open"
		if slices.Contains(record.Led, s.ID) {
			key = "stages.led"
		}
		line := twinning.Line{Key: key, Args: twinning.Args{{"Name", twinning.Named(s.Name)}}}
		m.Lines = append(m.Lines, line)
		if may {
			m.Buttons = append(m.Buttons, []twinning.Button{{Label: line, Data: fmt.Sprintf("cd:%d:%d:%s", id, year, s.ID)}})
		}
	}
	m.Lines = append(m.Lines, r.Work.StageLine(record))
	if record.Stated() {
		m.Lines = append(m.Lines, twinning.Line{Key: "stages.by", Args: twinning.Args{
			{"Who", r.Work.Who(record.By)}, {"Time", twinning.Arg{Kind: twinning.ArgTime, Num: record.At.Unix()}},
		}})
	}
	if may {
		m.Lines = append(m.Lines, say("stages.hint"))
	}
	m.Buttons = append(m.Buttons, []twinning.Button{press("button.status", fmt.Sprintf("st:p%d:%d:%s", id, year, r.Person.Unit))})
	return d.offer(r, m, optionsTalk{})
}
