package bot

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strconv"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// boardPlace is a screen of the board of deadlines. Without a rule it is the list of rules; with a rule, or allRules,
// the list of districts; with a district too the list of its units.
type boardPlace struct {
	year int
	rule string
	// district is its key, or noDistrict for what is counted in none.
	district string
	page     int
}

// allRules and noDistrict stand in callback data where a rule or a district would.
const (
	allRules   = "*"
	noDistrict = "-"
)

// data is the place as callback data: "hb:2027", "hb:2027:needs", "hb:2027:needs:D504:1".
func (p boardPlace) data() string {
	data := fmt.Sprintf("hb:%d:%s:%s:%d", p.year, p.rule, p.district, p.page)
	if p.page == 0 {
		data = fmt.Sprintf("hb:%d:%s:%s", p.year, p.rule, p.district)
	}
	return data
}

// in is the same place in another year, from its first page.
func (p boardPlace) in(year int) boardPlace {
	p.year, p.page = year, 0
	return p
}

// at is the same place on another page.
func (p boardPlace) at(page int) boardPlace {
	p.page = page
	return p
}

// placed is the data of a district.
func placed(district twinning.UnitKey) string {
	if district == "" {
		return noDistrict
	}
	return string(district)
}

// filter narrows what the sender watches over to the place.
func (p boardPlace) filter(w watch) ledger.BoardFilter {
	f := w.filter()
	if p.rule != "" && p.rule != allRules {
		f.Rules = []twinning.RuleID{twinning.RuleID(p.rule)}
	}
	switch p.district {
	case "":
	case noDistrict:
		f.Districts = []twinning.UnitKey{""}
	default:
		f.Districts = []twinning.UnitKey{twinning.UnitKey(p.district)}
	}
	return f
}

// pressBoard shows a screen of the board.
func (d *Desk) pressBoard(_ context.Context, r *Request) error {
	w, err := d.watch(r)
	if err != nil {
		return err
	}
	page, _ := strconv.Atoi(r.Press.Part(3)) // what is no number is the first page
	return d.showBoard(r, w, boardPlace{
		year: d.boardYear(r), rule: r.Press.Part(1), district: r.Press.Part(2), page: page,
	})
}

// showBoard shows how those stand whom the sender watches over.
func (d *Desk) showBoard(r *Request, w watch, p boardPlace) error {
	if w.none() {
		return fmt.Errorf("board: %w", twinning.ErrForbidden)
	}
	if _, known := d.programme.Rule(twinning.RuleID(p.rule)); !known && p.rule != "" && p.rule != allRules {
		return d.stale(r)
	}
	b, err := r.Work.Scoreboard(p.year, p.filter(w))
	if err != nil {
		return wrapStep("board", err)
	}
	m := d.boardTitle(r, w, p)
	switch {
	case p.rule == "":
		err = d.boardOfRules(r, w, p, boardScreen{b, &m})
	case p.district == "" && len(b.Districts) > 1:
		d.boardOfDistricts(r, p, boardScreen{b, &m})
	default:
		d.boardOfUnits(r, p, boardScreen{b, &m})
	}
	if err != nil {
		return err
	}
	if chart := d.boardChart(r, w, p); len(chart) > 0 {
		m.Buttons = append(m.Buttons, chart)
	}
	if years := d.yearButtons(r, p.year, func(y int) string { return p.in(y).data() }); len(years) > 0 {
		m.Buttons = append(m.Buttons, years)
	}
	if back, ok := d.boardBack(r, p, len(b.Districts)); ok {
		m.Buttons = append(m.Buttons, []twinning.Button{back})
	}
	if err := d.markDemo(r, &m); err != nil {
		return err
	}
	return d.offer(r, m, optionsTalk{})
}

// boardScreen is a scoreboard on its way into a message.
type boardScreen struct {
	board ledger.Scoreboard
	m     *twinning.Message
}

// total adds the sum of what is on the board.
func (s boardScreen) total() {
	line := say("board.nothing")
	if len(s.board.Owings) > 0 {
		line = twinning.Line{Key: "board.total", Args: twinning.Args{{"Score", twinning.Joined(scoreLines(s.board.All)...)}}}
	}
	s.m.Lines = append(s.m.Lines, line)
}

// row adds a numbered line.
func (s boardScreen) row(n int, name twinning.Arg, score []twinning.Line) {
	s.m.Lines = append(s.m.Lines, twinning.Line{Key: "board.row", Args: twinning.Args{
		{"Number", twinning.Number(n)}, {"Name", name}, {"Score", twinning.Joined(score...)},
	}})
}

// boardTitle says what is counted, of whom, and up to which day.
func (d *Desk) boardTitle(r *Request, w watch, p boardPlace) twinning.Message {
	args := twinning.Args{
		{"Year", yearText(p.year)}, {"Date", twinning.Day(d.programme.Today(r.Now))}, {"Scope", twinning.Joined(w.scope())},
	}
	if p.district != "" {
		args.Set("Scope", d.districtName(r, p.district))
	}
	rule, known := d.programme.Rule(twinning.RuleID(p.rule))
	if !known {
		return twinning.Say("board.title", args)
	}
	args.Set("Name", twinning.Named(rule.Name))
	args.Set("Due", twinning.Day(rule.Due.In(p.year)))
	return twinning.Say("board.title_rule", args)
}

// districtName names a district as callback data has it.
func (d *Desk) districtName(r *Request, district string) twinning.Arg {
	if district == noDistrict {
		return twinning.Key("board.no_district")
	}
	return r.Work.UnitName(twinning.UnitKey(district))
}

// Rows of one screen, so that with title, sum and notes it has at most twelve lines; the rules have long names.
const (
	rulesShown = 6
	unitsShown = 8
)

// boardOfRules lists the documents of the year with the way to each, and what else is to be seen to.
func (d *Desk) boardOfRules(r *Request, w watch, p boardPlace, s boardScreen) error {
	s.total()
	applied := slices.DeleteFunc(slices.Clone(s.board.Rules), func(x ledger.Scored[twinning.RuleID]) bool {
		return x.Score.Total()+x.Score[twinning.StandingWaived] == 0
	})
	rows, page, pages := pageOf(applied, p.page, rulesShown)
	for i, x := range rows {
		rule, _ := d.programme.Rule(x.Key)
		name := twinning.Joined(twinning.Line{Key: "board.rule", Args: twinning.Args{
			{"Name", twinning.Named(rule.Name)}, {"Date", twinning.Day(rule.Due.In(p.year))},
		}})
		s.row(i+1, name, scoreLines(x.Score))
		s.m.Buttons = append(s.m.Buttons, []twinning.Button{{
			Label: twinning.Line{Key: "button.rule", Args: twinning.Args{{"Name", twinning.Named(rule.Name)}}},
			Data:  boardPlace{year: p.year, rule: string(x.Key)}.data(),
		}})
	}
	if page+1 == pages {
		s.m.Lines = append(s.m.Lines, d.notInForce(s.board)...)
	}
	s.m.Buttons = append(s.m.Buttons, turnButtons(page, pages, func(n int) string { return p.at(n).data() })...)
	row := []twinning.Button{press("button.by_district", boardPlace{year: p.year, rule: allRules}.data())}
	if w.own.Role == twinning.RoleRecipientDistrict && !w.all {
		row[0].Label.Key = "button.by_unit"
	}
	if owings, err := r.Work.OwingsOf(r.Person.Unit); err != nil {
		return wrapStep("board", err)
	} else if len(owings) > 0 {
		row = append(row, press("button.own_owings", "han:0"))
	}
	s.m.Buttons = append(s.m.Buttons, row)
	return d.boardChores(r, s.m)
}

// notInForce says which deadlines lie before the decision was in force.
func (d *Desk) notInForce(b ledger.Scoreboard) []twinning.Line {
	rules := map[twinning.RuleID]bool{}
	var days []twinning.Date
	for _, o := range b.Owings {
		if o.Standing != twinning.StandingNotApplicable || o.Excuse != twinning.ExcuseDecision {
			continue
		}
		rules[o.Rule.ID] = true
		if day := o.Rule.LateAfter.In(o.Year); !slices.Contains(days, day) {
			days = append(days, day)
		}
	}
	if len(rules) == 0 {
		return nil
	}
	slices.Sort(days)
	lines := make([]twinning.Line, len(days))
	for i, day := range days {
		lines[i] = twinning.Line{Key: "board.day", Args: twinning.Args{{"Date", twinning.Day(day)}}}
	}
	args := ledger.CountArgs(len(rules))
	args.Set("Dates", twinning.Joined(lines...))
	args.Set("Signed", twinning.Day(d.programme.Signed))
	return []twinning.Line{{Key: "board.not_in_force", Args: args}}
}

// boardOfDistricts lists how it stands in each district.
func (d *Desk) boardOfDistricts(r *Request, p boardPlace, s boardScreen) {
	s.total()
	rows, page, pages := pageOf(s.board.Districts, p.page, unitsShown)
	for i, x := range rows {
		name := d.districtName(r, placed(x.Key))
		s.row(i+1, name, scoreLines(x.Score))
		s.m.Buttons = appendTwo(s.m.Buttons, twinning.Button{
			Label: twinning.Line{Key: "button.unit", Args: twinning.Args{{"Unit", name}}},
			Data:  boardPlace{year: p.year, rule: p.rule, district: placed(x.Key)}.data(),
		})
	}
	s.m.Buttons = append(s.m.Buttons, turnButtons(page, pages, func(n int) string { return p.at(n).data() })...)
	d.ruleButtons(r, p, s)
}

// boardOfUnits lists the units, those that miss most first.
func (d *Desk) boardOfUnits(r *Request, p boardPlace, s boardScreen) {
	s.total()
	units := slices.Clone(s.board.Units)
	slices.SortStableFunc(units, func(a, b ledger.Scored[twinning.UnitKey]) int {
		return cmp.Compare(b.Score.Missing(), a.Score.Missing())
	})
	rows, page, pages := pageOf(units, p.page, unitsShown)
	for i, x := range rows {
		score := scoreLines(x.Score)
		if own := ofUnit(s.board.Owings, x.Key); len(own) == 1 {
			score = []twinning.Line{d.briefLine(r, own[0])}
		}
		s.row(i+1, r.Work.UnitName(x.Key), score)
		s.m.Buttons = appendTwo(s.m.Buttons, twinning.Button{
			Label: twinning.Line{Key: "button.unit", Args: twinning.Args{{"Unit", r.Work.UnitName(x.Key)}}},
			Data:  unitData(p.year, x.Key, p.at(page)),
		})
	}
	s.m.Buttons = append(s.m.Buttons, turnButtons(page, pages, func(n int) string { return p.at(n).data() })...)
	if p.district == "" {
		d.ruleButtons(r, p, s)
	}
}

func ofUnit(owings []ledger.Owing, unit twinning.UnitKey) []ledger.Owing {
	var own []ledger.Owing
	for _, o := range owings {
		if o.Unit == unit {
			own = append(own, o)
		}
	}
	return own
}

// briefLine says where one document stands whose name stands above.
func (d *Desk) briefLine(r *Request, o ledger.Owing) twinning.Line {
	switch {
	case o.Filing != nil:
		return twinning.Line{Key: "board.filed", Args: twinning.Args{
			{"Date", twinning.Day(o.Filing.Filed)}, {"Standing", twinning.Key("standing." + string(o.Standing))},
		}}
	case !o.Standing.Counts():
		return twinning.Line{Key: "board.excused", Args: twinning.Args{{"Reason", twinning.Joined(excuseLines(d.programme, o)...)}}}
	}
	return twinning.Line{Key: "board.open", Args: twinning.Args{{"Left", twinning.Joined(leftLine(o.Deadlines, d.programme.Today(r.Now)))}}}
}

// ruleButtons lead from one document to who has not filed it and, once that is late, to the letters.
func (d *Desk) ruleButtons(r *Request, p boardPlace, s boardScreen) {
	if p.rule == allRules || s.board.All.Missing() == 0 {
		return
	}
	row := []twinning.Button{press("button.missing", fmt.Sprintf("miss:%s:%d", p.rule, p.year))}
	if d.mayUrge(r) && slices.ContainsFunc(s.board.Owings, r.Work.CanUrge) {
		row = append(row, press("button.letters", fmt.Sprintf("lets:%d:%s", p.year, p.rule)))
	}
	s.m.Buttons = append(s.m.Buttons, row)
}

// boardBack leads one step up.
func (d *Desk) boardBack(r *Request, p boardPlace, districts int) (twinning.Button, bool) {
	up := boardPlace{year: p.year}
	switch {
	case p.rule == "":
		return press("button.back_own", "han:0"), !d.readsAll(r)
	case p.district != "" && districts > 0:
		up.rule = p.rule
	}
	return press("button.back_up", up.data()), true
}

func (d *Desk) readsAll(r *Request) bool {
	all, err := r.Work.ReadsAll(*r.Person)
	return err == nil && all
}
