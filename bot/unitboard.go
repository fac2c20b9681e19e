package bot

import (
	"context"
	"fmt"
	"slices"
	"strconv"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// unitData leads to the documents of a unit: "hu:2027:W20437:needs:D504:1"; rule, district and page are the way back.
func unitData(year int, unit twinning.UnitKey, way boardPlace) string {
	return unitPage(year, unit, way, 0)
}

// unitPage is unitData for one of the pages of the unit's documents, from 0. The way back is left out where callback data
// has no room for it.
func unitPage(year int, unit twinning.UnitKey, way boardPlace, page int) string {
	data := fmt.Sprintf("hu:%d:%s:%s:%s:%d:%d", year, unit, way.rule, way.district, way.page, page)
	if len(data) > maxData {
		return fmt.Sprintf("hu:%d:%s::::%d", year, unit, page)
	}
	return data
}

// pressUnitOwings shows the documents of a unit.
func (d *Desk) pressUnitOwings(_ context.Context, r *Request) error {
	page, _ := strconv.Atoi(r.Press.Part(4)) // what is no number is the first page
	return d.showUnitOwings(r, twinning.UnitKey(r.Press.Part(1)), boardPlace{
		year: d.boardYear(r), rule: r.Press.Part(2), district: r.Press.Part(3), page: page,
	})
}

// owingsShown is how many documents of a unit one screen shows.
const owingsShown = 9

// showUnitOwings shows every document of a unit in the year with its state and its date; way is where the sender came
// from.
func (d *Desk) showUnitOwings(r *Request, unit twinning.UnitKey, way boardPlace) error {
	u, err := r.Work.Unit(unit)
	if err != nil {
		return wrapStep("unit", err)
	}
	if whole, err := r.Work.MayReadWhole(*r.Person, unit); err != nil || !whole {
		if err != nil {
			return wrapStep("unit", err)
		}
		return d.notice(r, "error.scope", twinning.Args{{"Unit", twinning.Text(u.Name)}})
	}
	b, err := r.Work.Scoreboard(way.year, ledger.BoardFilter{Units: []twinning.UnitKey{unit}})
	if err != nil {
		return wrapStep("unit", err)
	}
	m := twinning.Say("owed.unit_title", twinning.Args{
		{"Unit", twinning.Text(u.Name)}, {"Year", yearText(way.year)}, {"Date", twinning.Day(d.programme.Today(r.Now))},
	})
	boardScreen{b, &m}.total()
	own, _ := strconv.Atoi(r.Press.Part(5)) // what is no number is the first page
	if r.Press.Prefix != "hu" {
		own = 0
	}
	rows, own, pages := pageOf(inUrgency(b.Owings), own, owingsShown)
	for _, o := range rows {
		m.Lines = append(m.Lines, d.owingLine(r, o))
		if state := d.stateLines(r, o); len(state) > 0 {
			m.Lines = append(m.Lines, twinning.Line{Key: "owed.state", Args: twinning.Args{{"State", twinning.Joined(state...)}}})
		}
		hindrance, err := d.hindranceLines(r, o)
		if err != nil {
			return err
		}
		m.Lines = append(m.Lines, hindrance...)
	}
	m.Buttons = turnButtons(own, pages, func(n int) string { return unitPage(way.year, unit, way, n) })
	if err := d.addLinked(r, u, &m); err != nil {
		return err
	}
	d.unitOwingButtons(r, u, way, boardScreen{b, &m})
	if err := d.markDemo(r, &m); err != nil {
		return err
	}
	return d.offer(r, m, optionsTalk{})
}

// inUrgency returns the owings by their deadlines, what is open before what is settled.
func inUrgency(owings []ledger.Owing) []ledger.Owing {
	sorted := slices.Clone(owings)
	rank := func(o ledger.Owing) int {
		switch {
		case o.Standing.Open():
			return int(o.Deadlines.Due)
		case o.Standing.Met():
			return int(o.Deadlines.Due) + 1<<20
		}
		return int(o.Deadlines.Due) + 1<<21
	}
	slices.SortStableFunc(sorted, func(a, b ledger.Owing) int { return rank(a) - rank(b) })
	return sorted
}

// addLinked says to those who watch that nobody of the unit can be reminded.
func (d *Desk) addLinked(r *Request, u twinning.Unit, m *twinning.Message) error {
	if u.Key == r.Person.Unit {
		return nil
	}
	officers, err := r.Work.Officers(u.Key)
	if err != nil {
		return wrapStep("unit", err)
	}
	if len(officers) == 0 {
		m.Lines = append(m.Lines, say("owed.unlinked"))
	}
	return nil
}

func (d *Desk) unitOwingButtons(r *Request, u twinning.Unit, way boardPlace, s boardScreen) {
	if d.mayUrge(r) && slices.ContainsFunc(s.board.Owings, r.Work.CanUrge) {
		s.m.Buttons = append(s.m.Buttons, []twinning.Button{
			press("button.letter", fmt.Sprintf("let:%d:%s", way.year, u.Key)),
		})
	}
	s.m.Buttons = append(s.m.Buttons, []twinning.Button{
		press("button.calendar", "cal:"+string(u.Key)), press("button.status", fmt.Sprintf("st:%s:%d", u.Key, way.year)),
	})
	years := d.yearButtons(r, way.year, func(y int) string { return unitData(y, u.Key, way) })
	if len(years) > 0 {
		s.m.Buttons = append(s.m.Buttons, years)
	}
	back := press("button.back_up", "han")
	if way.rule != "" {
		back.Data = way.data()
	}
	s.m.Buttons = append(s.m.Buttons, []twinning.Button{back})
}
