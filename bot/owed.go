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

// owed shows what the sender's unit has to hand in, most urgent first, or how all stand to those who see all: "/han",
// "/han 2026", "/han xã Ch'ơm"; "han:0" is the first page of the own documents whoever asks.
func (d *Desk) owed(_ context.Context, r *Request) error {
	if r.Command == "han" && r.Args != "" {
		return d.owedOf(r)
	}
	w, err := d.watch(r)
	if err != nil {
		return err
	}
	page, err := strconv.Atoi(r.Press.Part(0))
	paged := r.Press.Prefix == "han" && err == nil
	switch {
	case w.all && !paged:
		return d.showBoard(r, w, boardPlace{year: d.programme.Today(r.Now).Year()})
	case !paged:
		page = 0
	}
	return d.showOwn(r, w, page)
}

// owedOf shows the documents of the unit or of the year that was typed behind the command.
func (d *Desk) owedOf(r *Request) error {
	words, year, done, err := d.typedYear(r, d.today(r).Year())
	if done || err != nil {
		return err
	}
	if year == 0 {
		year = d.today(r).Year()
	}
	if len(words) > 0 {
		unit, done, err := d.named(r, strings.Join(words, " "), fmt.Sprintf("hu:%d:%%s", year))
		if done || err != nil {
			return err
		}
		return d.showUnitOwings(r, unit, boardPlace{year: year})
	}
	w, err := d.watch(r)
	switch {
	case err != nil:
		return err
	case w.none():
		return d.showUnitOwings(r, r.Person.Unit, boardPlace{year: year})
	}
	return d.showBoard(r, w, boardPlace{year: year})
}

// owedItem is one document with what is said about it.
type owedItem struct {
	owing ledger.Owing
	// next is the day of the sender's next reminder, no date for none.
	next  twinning.Date
	lines []twinning.Line
}

// ownLines is how many lines of documents one screen shows, headings included.
const ownLines = 9

// showOwn shows what the sender's unit owes: a block for each deadline, then what is met in one line, then how those
// stand whom the sender watches over.
func (d *Desk) showOwn(r *Request, w watch, page int) error {
	owings, err := r.Work.OwingsOf(r.Person.Unit)
	if err != nil {
		return wrapStep("owed", err)
	}
	owings = slices.DeleteFunc(owings, func(o ledger.Owing) bool { return !o.Rule.Remind })
	items, err := d.owedItems(r, owings)
	if err != nil {
		return err
	}
	if len(owings) == 0 && w.none() {
		return d.replace(r, "", twinning.Say("owed.nothing", twinning.Args{{"Unit", r.Work.UnitName(r.Person.Unit)}}))
	}
	screens := owedPages(items)
	page = max(min(page, len(screens)-1), 0)
	m := twinning.Say("owed.title", twinning.Args{{"Unit", r.Work.UnitName(r.Person.Unit)}})
	if len(screens) > 0 {
		m.Lines = append(m.Lines, d.owedBlocks(r, screens[page])...)
		m.Buttons = d.fileButtons(r, screens[page])
	}
	if page+1 >= len(screens) {
		m.Lines = append(m.Lines, metLines(owings)...)
	}
	m.Buttons = append(m.Buttons, turnButtons(page, len(screens), func(p int) string { return fmt.Sprintf("han:%d", p) })...)
	year := d.programme.Today(r.Now).Year()
	m.Buttons = append(m.Buttons, []twinning.Button{
		{
			Label: twinning.Line{Key: "button.all_of_year", Args: twinning.Args{{"Year", yearText(year)}}},
			Data:  unitData(year, r.Person.Unit, boardPlace{}),
		},
		press("button.calendar", "cal:"+string(r.Person.Unit)),
	})
	if r.Person.MayLog() && len(items) > 0 && !r.Group {
		last := len(m.Buttons) - 1
		m.Buttons[last] = append(m.Buttons[last], press("button.more_to_do", "viec"))
	}
	if err := d.addWatched(r, w, &m); err != nil {
		return err
	}
	if err := d.markDemo(r, &m); err != nil {
		return err
	}
	return d.offer(r, m, optionsTalk{})
}

// owedItems are the documents that are still asked for: not filed, or filed with something lacking.
func (d *Desk) owedItems(r *Request, owings []ledger.Owing) ([]owedItem, error) {
	var items []owedItem
	for _, o := range owings {
		if !o.Standing.Open() && len(o.Wanting()) == 0 {
			continue
		}
		next, _, err := r.Work.NextReminder(o, *r.Person)
		if err != nil {
			return nil, wrapStep("owed", err)
		}
		hindrance, err := d.hindranceLines(r, o)
		if err != nil {
			return nil, err
		}
		items = append(items, owedItem{owing: o, next: next, lines: hindrance})
	}
	return items, nil
}

// owedPages cuts the documents into screens; the heading of a block counts as a line on each screen that it is on.
func owedPages(items []owedItem) [][]owedItem {
	var screens [][]owedItem
	lines, due := 0, twinning.Date(0)
	for _, x := range items {
		need := 1 + len(x.lines)
		if x.owing.Deadlines.Due != due {
			need++
		}
		if n := len(screens); n == 0 || lines+need > ownLines {
			screens, lines, need = append(screens, nil), 0, 2+len(x.lines)
		}
		lines, due = lines+need, x.owing.Deadlines.Due
		screens[len(screens)-1] = append(screens[len(screens)-1], x)
	}
	return screens
}

// owedBlocks are the lines of one screen: a heading for each deadline with the next reminder, below it the documents.
func (d *Desk) owedBlocks(r *Request, items []owedItem) []twinning.Line {
	var lines []twinning.Line
	today := d.programme.Today(r.Now)
	for len(items) > 0 {
		dl := items[0].owing.Deadlines
		n := slices.IndexFunc(items, func(x owedItem) bool { return x.owing.Deadlines.Due != dl.Due })
		if n < 0 {
			n = len(items)
		}
		heading := twinning.Args{{"Date", twinning.Day(dl.Due)}, {"Left", twinning.Joined(leftLine(dl, today))}}
		if last := d.programme.Calendar.OnOrBefore(dl.Due); last < dl.Due && today <= last {
			heading.Set("Last", twinning.Day(last))
		}
		next := earliest(items[:n])
		if next != 0 {
			heading.Set("Next", twinning.Day(next))
		}
		lines = append(lines, twinning.Line{Key: "owed.block", Args: heading})
		for _, x := range items[:n] {
			lines = append(lines, d.owedItemLine(r, x, next))
			lines = append(lines, x.lines...)
		}
		items = items[n:]
	}
	return lines
}

// earliest returns the first of the next reminders, no date for none.
func earliest(items []owedItem) twinning.Date {
	var first twinning.Date
	for _, x := range items {
		if x.next != 0 && (first == 0 || x.next < first) {
			first = x.next
		}
	}
	return first
}

// owedItemLine shows one document of a block; its next reminder is said where it differs from the block's.
func (d *Desk) owedItemLine(r *Request, x owedItem, next twinning.Date) twinning.Line {
	args := twinning.Args{{"Title", twinning.Joined(r.Work.Title(x.owing))}}
	state := d.stateLines(r, x.owing)
	snoozed := x.owing.Handling.Snoozes[r.Person.ID].Until == x.next
	if x.next != 0 && x.next != next && !snoozed {
		state = append(state, twinning.Line{Key: "owed.state.next", Args: twinning.Args{{"Date", twinning.Day(x.next)}}})
	}
	if len(state) > 0 {
		args.Set("State", twinning.Joined(state...))
	}
	return twinning.Line{Key: "owed.item", Args: args}
}

// fileButtons offer to hand in the documents of a screen.
func (d *Desk) fileButtons(r *Request, items []owedItem) [][]twinning.Button {
	if !r.Person.MayLog() {
		return nil
	}
	owings := make([]ledger.Owing, len(items))
	for i, x := range items {
		owings[i] = x.owing
	}
	return d.owingButtons(r, owings, "nop")
}

// metLines sum up what was filed.
func metLines(owings []ledger.Owing) []twinning.Line {
	met, late := 0, 0
	for _, o := range owings {
		if o.Standing.Met() {
			met++
		}
		if o.Standing == twinning.StandingMetLate {
			late++
		}
	}
	if met == 0 {
		return nil
	}
	args := ledger.CountArgs(met)
	if late > 0 {
		args.Set("Late", twinning.Number(late))
	}
	return []twinning.Line{{Key: "owed.met", Args: args}}
}

// addWatched sums up those whom the sender watches over, and leads to them.
func (d *Desk) addWatched(r *Request, w watch, m *twinning.Message) error {
	switch {
	case w.all:
		m.Buttons = append(m.Buttons, []twinning.Button{press("button.board", "han")})
	case len(w.units) > 0:
		year := d.programme.Today(r.Now).Year()
		b, err := r.Work.Scoreboard(year, w.filter())
		if err != nil {
			return wrapStep("owed", err)
		}
		m.Lines = append(m.Lines, twinning.Line{Key: "owed.watched", Args: twinning.Args{
			{"Scope", twinning.Joined(w.scope())}, {"Year", yearText(year)}, {"Score", twinning.Joined(scoreLines(b.All)...)},
		}})
		m.Buttons = append(m.Buttons, []twinning.Button{{
			Label: twinning.Line{Key: "button.watched", Args: twinning.Args{{"Scope", twinning.Joined(w.scope())}}},
			Data:  boardPlace{year: year}.data(),
		}}, d.boardChart(r, w, boardPlace{year: year}))
	}
	return nil
}
