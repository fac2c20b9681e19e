package bot

import (
	"cmp"
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
	words, year, done, err := d.typedYear(r, d.today(r).Year()+1)
	if done || err != nil {
		return err
	}
	if year == 0 {
		year = d.today(r).Year()
	}
	if len(words) == 0 {
		unit, err := d.homeUnit(r)
		if err != nil {
			return err
		}
		return d.showStatus(r, unit, year)
	}
	if mentions, ambiguous := d.reader.Units(r.Args); len(mentions)+len(ambiguous) == 0 {
		if q, ok := d.reader.Question(r.Args, d.today(r)); ok {
			return d.answer(ctx, r, q)
		}
	}
	unit, done, err := d.named(r, strings.Join(words, " "), fmt.Sprintf("st:%%s:%d", year))
	if done || err != nil {
		return err
	}
	return d.showStatus(r, unit, year)
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
	year := d.year(r, 1)
	if number, ok := strings.CutPrefix(r.Press.Part(0), "p"); ok {
		id, err := strconv.ParseUint(number, 10, 64)
		if err != nil {
			return d.stale(r)
		}
		return d.showPairing(r, twinning.PairingID(id), twinning.UnitKey(r.Press.Part(2)), year)
	}
	return d.showStatus(r, twinning.UnitKey(r.Press.Part(0)), year)
}

// showStatus shows one unit (or district, or the province) in one year.
func (d *Desk) showStatus(r *Request, key twinning.UnitKey, year int) error {
	u, err := r.Work.Unit(key)
	if err != nil {
		return wrapStep("status", err)
	}
	if may, err := d.readable(r, key); err != nil || !may {
		return err
	}
	if done, err := d.showShared(r, key, year); done || err != nil {
		return err
	}
	s, err := r.Work.StatusOf(u, year)
	if err != nil {
		return wrapStep("status", err)
	}
	var t statusText
	t.add(twinning.Line{Key: "status.title", Args: twinning.Args{
		{"Unit", twinning.Text(u.Name)},
		{"Year", yearText(year)},
		{"Date", twinning.Day(d.programme.Today(r.Now))},
		{"Months", twinning.Number(s.Months)},
	}})
	if u.Role == twinning.RoleOverseer {
		t.add(say("status.border"))
	}
	t.figures(s)
	for _, p := range s.Progress {
		t.add(p.Line())
	}
	if err := d.stageLines(r, u, year, &t); err != nil {
		return err
	}
	if err := d.filingLines(r, s, &t); err != nil {
		return err
	}
	t.add(d.statusNext(r, u, year)...)
	m := twinning.Message{Lines: t.lines}
	if err := d.markDemo(r, &m); err != nil {
		return err
	}
	t.add(m.Lines[len(t.lines):]...)
	m.Lines = t.fit()
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

// statusNext says what the asker can do next: state the posts that a target needs, or look into the parts.
func (d *Desk) statusNext(r *Request, u twinning.Unit, year int) []twinning.Line {
	switch {
	case r.Work.WantsStaff(u, year) && r.Work.MayStateStaff(*r.Person, u.Key):
		return []twinning.Line{{Key: "status.next_staff", Args: twinning.Args{{"Year", yearText(year)}}}}
	case r.Work.WantsStaff(u, year):
		return []twinning.Line{{Key: "status.wants_staff", Args: twinning.Args{{"Year", yearText(year)}}}}
	case u.Role == twinning.RoleIssuer, u.Role == twinning.RoleStanding, u.Role == twinning.RoleOverseer:
		return []twinning.Line{say("status.next_parts")}
	}
	return nil
}

// stageLines show how many of the stages a recipient led, a part a pairing.
func (d *Desk) stageLines(r *Request, u twinning.Unit, year int, t *statusText) error {
	if !u.Role.IsRecipient() || len(d.programme.Stages.List) == 0 {
		return nil
	}
	pairings, err := r.Work.PairingsOf(u.Key)
	if err != nil {
		return wrapStep("stages", err)
	}
	var parts []twinning.Line
	for _, p := range pairings {
		if p.Recipient != u.Key || !p.ValidIn(year) || len(parts) == stagePairs {
			continue
		}
		record, err := r.Work.StageRecord(p.ID, year)
		if err != nil {
			return wrapStep("stages", err)
		}
		if record.Stated() {
			parts = append(parts, twinning.Line{Key: "stages.with", Args: twinning.Args{
				{"Unit", r.Work.UnitName(p.Sponsor)}, {"Stages", twinning.Joined(r.Work.StageLine(record))},
			}})
		}
	}
	if len(parts) > 0 {
		t.addSpare(twinning.Line{Key: "stages.line", Args: twinning.Args{{"Parts", twinning.Joined(parts...)}}})
	}
	return nil
}

// stagePairs is how many pairings one line of stages names.
const stagePairs = 3

// filingLines show the documents of the year: of a single unit how many are filed and what comes next; of several the most
// urgent kinds and how many of all.
func (d *Desk) filingLines(r *Request, s ledger.Status, t *statusText) error {
	span, err := r.Work.Span(s.Unit)
	if err != nil {
		return wrapStep("owings", err)
	}
	filter := ledger.BoardFilter{Units: span}
	if s.Unit.Role == twinning.RoleIssuer {
		filter.Units = nil
	}
	b, err := r.Work.Scoreboard(s.Year, filter)
	if err != nil || b.All.Total() == 0 {
		return wrapStep("owings", err)
	}
	if len(span) > 1 {
		for _, x := range urgentRules(d.programme, b, d.programme.Today(r.Now)) {
			rule, _ := d.programme.Rule(x.Key)
			t.add(twinning.Line{Key: "status.filed", Args: twinning.Args{
				{"Name", twinning.Named(rule.Name)},
				{"Met", twinning.Number(x.Score.Filed())},
				{"All", twinning.Number(x.Score.Total())},
				{"Date", twinning.Day(rule.Due.In(s.Year))},
			}})
		}
	}
	t.add(twinning.Line{Key: "status.filed_all", Args: twinning.Args{
		{"Met", twinning.Number(b.All.Filed())}, {"All", twinning.Number(b.All.Total())},
	}})
	if len(span) > 1 {
		return nil
	}
	next := slices.DeleteFunc(inUrgency(b.Owings), func(o ledger.Owing) bool { return !o.Standing.Open() })
	for i, o := range upTo(next, 2) {
		if i == 0 {
			t.add(d.owingLine(r, o))
		} else {
			t.addSpare(d.owingLine(r, o))
		}
	}
	return nil
}

// statusRules is how many kinds of documents a status answer names.
const statusRules = 3

// soonDays is how many days before its day a kind of document counts as urgent.
const soonDays = 45

// urgentRules returns the kinds of documents that something is missing of: what is late or due soon before what is due
// later, most missing first.
func urgentRules(p *twinning.Programme, b ledger.Scoreboard, today twinning.Date) []ledger.Scored[twinning.RuleID] {
	rules := slices.DeleteFunc(slices.Clone(b.Rules), func(x ledger.Scored[twinning.RuleID]) bool { return x.Score.Missing() == 0 })
	later := func(x ledger.Scored[twinning.RuleID]) int {
		rule, _ := p.Rule(x.Key)
		return max(rule.Due.In(b.Year).DaysSince(today)-soonDays, 0)
	}
	slices.SortStableFunc(rules, func(a, b ledger.Scored[twinning.RuleID]) int {
		return cmp.Or(cmp.Compare(later(a), later(b)), cmp.Compare(b.Score.Missing(), a.Score.Missing()))
	})
	return upTo(rules, statusRules)
}
