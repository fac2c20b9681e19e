package bot

import (
	"context"
	"fmt"
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
	year := d.today(r).Year()
	words := strings.Fields(r.Args)
	if y, err := strconv.Atoi(words[len(words)-1]); err == nil && y >= d.programme.From && y <= year+1 {
		year, words = y, words[:len(words)-1]
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
	if u.Role == twinning.RoleOverseer {
		m.Lines = append(m.Lines, say("status.border"))
	}
	m.Lines = append(m.Lines, sumLines(sum)...)
	progress, err := r.Work.ProgressLines(u, year)
	if err != nil {
		return wrapStep("progress", err)
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
	lines := []twinning.Line{{Key: "status.sum", Args: twinning.Args{"Counts": twinning.Joined(ledger.QuantityLines(all)...)}}}
	if open := s.Unconfirmed; open[twinning.Activities] > 0 {
		lines = append(lines, twinning.Line{Key: "status.unconfirmed", Args: twinning.Args{
			"Counts": twinning.Joined(ledger.QuantityLines(open)...),
		}})
	} else {
		lines = append(lines, say("status.all_confirmed"))
	}
	for _, c := range twinning.Categories() {
		if q := s.ByCategory[c]; q[twinning.Activities] > 0 {
			lines = append(lines, twinning.Line{Key: "status.category", Args: twinning.Args{
				"Number": twinning.Number(c), "Name": ledger.CategoryName(c), "Counts": twinning.Joined(ledger.QuantityLines(q)...),
			}})
		}
	}
	return lines
}

// filingLines shows the documents of the year: one line each for a single unit, filed of all for several.
func (d *Desk) filingLines(r *Request, u twinning.Unit, span []twinning.UnitKey, year int) ([]twinning.Line, error) {
	filter := ledger.BoardFilter{Units: span}
	if u.Role == twinning.RoleIssuer {
		filter.Units = nil
	}
	b, err := r.Work.Scoreboard(year, filter)
	if err != nil {
		return nil, wrapStep("owings", err)
	}
	var lines []twinning.Line
	if len(span) == 1 {
		for _, o := range upTo(b.Owings, listed) {
			lines = append(lines, d.owingLine(r, o))
		}
		return lines, nil
	}
	for _, x := range b.Rules {
		rule, _ := d.programme.Rule(x.Key)
		if x.Score.Total() > 0 {
			lines = append(lines, twinning.Line{Key: "status.filed", Args: twinning.Args{
				"Name": twinning.Named(rule.Name), "Met": twinning.Number(x.Score.Filed()),
				"All": twinning.Number(x.Score.Total()), "Date": twinning.Day(rule.Due.In(year)),
			}})
		}
	}
	return lines, nil
}
