package bot

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/twinning"
)

// pressMissing lists who has not filed: "miss:needs:2027".
func (d *Desk) pressMissing(_ context.Context, r *Request) error {
	year := d.year(r, 1)
	return d.answerFilings(r, nlu.Question{Ask: nlu.AskMissing, Rule: r.Press.Part(0), Year: year}, 0)
}

// answerFilings says who has filed, has not, or is late, with a document of a year.
func (d *Desk) answerFilings(r *Request, q nlu.Question, page int) error {
	filter, err := d.askedFilings(r, q)
	if err != nil {
		return err
	}
	for _, rule := range d.rulesOf(q) {
		filter.Rules = append(filter.Rules, rule.ID)
	}
	if len(filter.Rules) == 0 {
		return r.Reply(twinning.Say("filings.nothing_asked", nil))
	}
	b, err := r.Work.Scoreboard(q.Year, filter)
	if err != nil {
		return wrapStep("filings", err)
	}
	blocks, missing, err := d.filingBlocks(r, q, b)
	if err != nil {
		return err
	}
	if len(blocks) == 0 {
		blocks = d.notInForce(b)
	}
	if len(blocks) == 0 {
		return r.Reply(twinning.Say("filings.nothing_asked", nil))
	}
	lines, at, pages := pageOf(blocks, page, filingLinesShown)
	m := twinning.Message{Lines: slices.Clone(lines)}
	if all, err := r.Work.ReadsAll(*r.Person); err != nil {
		return wrapStep("filings", err)
	} else if !all {
		m.Lines = append(m.Lines, say("filings.scope"))
	}
	m.Buttons = questionTurns(q, at, pages)
	urges := urgeButtons(r, missing, q.Year)
	m.Buttons = append(m.Buttons, append(urges, []twinning.Button{press("button.owed", "han")})...)
	if len(urges) > 0 {
		if err := d.keepOptions(r, m, optionsTalk{}); err != nil {
			return err
		}
	}
	return d.finishDemo(r, m)
}

// filingLinesShown is how many lines of an answer about documents one page shows.
const filingLinesShown = 9

// rulesNamed is up to how many kinds of documents an answer names the units of each; of more it tells the numbers.
const rulesNamed = 3

// filingBlocks are the lines of each rule: how many of how many, and who. missing are the rules that somebody can be urged
// about.
func (d *Desk) filingBlocks(r *Request, q nlu.Question, b ledger.Scoreboard) (lines []twinning.Line, missing []twinning.ObligationRule, err error) {
	rules := slices.DeleteFunc(slices.Clone(b.Rules), func(x ledger.Scored[twinning.RuleID]) bool { return x.Score.Total() == 0 })
	for _, x := range rules {
		rule, _ := d.programme.Rule(x.Key)
		chosen := slices.DeleteFunc(slices.Clone(b.Owings), func(o ledger.Owing) bool {
			return o.Rule.ID != x.Key || !chosenBy(q.Ask, o.Standing)
		})
		lines = append(lines, twinning.Line{Key: "filings." + string(q.Ask), Args: twinning.Args{
			{"Name", twinning.Named(rule.Name)},
			{"Year", yearText(q.Year)},
			{"Count", twinning.Number(len(chosen))},
			{"Value", twinning.Number(len(chosen))},
			{"All", twinning.Number(x.Score.Total())},
			{"Date", twinning.Day(rule.Due.In(q.Year))},
		}})
		if len(rules) <= rulesNamed {
			named, err := d.byDistrict(r, chosen)
			if err != nil {
				return nil, nil, err
			}
			lines = append(lines, named...)
		}
		if len(chosen) > 0 && q.Ask == nlu.AskMissing && len(q.Units)+len(q.Roles) == 0 {
			missing = append(missing, rule)
		}
	}
	return lines, missing, nil
}

// askedFilings chooses the obligations that a question is about and the asker may see.
func (d *Desk) askedFilings(r *Request, q nlu.Question) (ledger.BoardFilter, error) {
	f := ledger.BoardFilter{Units: []twinning.UnitKey{}, Roles: q.Roles, About: q.Units}
	units, err := r.Work.Units()
	if err != nil {
		return f, wrapStep("filings", err)
	}
	for _, u := range units {
		may, err := r.Work.MayRead(*r.Person, u.Key)
		if err != nil {
			return f, wrapStep("filings", err)
		}
		if may {
			f.Units = append(f.Units, u.Key)
		}
	}
	return f, nil
}

// rulesOf are the rules that a question about filings means; without a name all that are reminded. A plan or report
// that sponsors and recipients owe under rules of their own is meant by one word.
func (d *Desk) rulesOf(q nlu.Question) []twinning.ObligationRule {
	var rules []twinning.ObligationRule
	for _, rule := range d.programme.Obligations {
		named := q.Rule == string(rule.ID) || strings.HasSuffix(string(rule.ID), "_"+q.Rule) && rule.Remind
		if q.Rule == "" && rule.Remind || q.Rule != "" && named {
			rules = append(rules, rule)
		}
	}
	return rules
}

func chosenBy(ask nlu.Ask, s twinning.Standing) bool {
	switch ask {
	case nlu.AskFiled:
		return s.Met()
	case nlu.AskLate:
		return s == twinning.StandingMetLate || s == twinning.StandingOverdue
	case nlu.AskMissing, nlu.AskTotal, nlu.AskProgress, nlu.AskDeadline, nlu.AskLatest, nlu.AskRanking,
		nlu.AskResponsible, nlu.AskOpen, nlu.AskStatus:
	}
	return s.Open()
}

// byDistrict names the units of the owings, a line for each district, those without a district last.
func (d *Desk) byDistrict(r *Request, owings []ledger.Owing) ([]twinning.Line, error) {
	groups, err := r.Work.ByDistrict(owings)
	if err != nil {
		return nil, wrapStep("filings", err)
	}
	var lines []twinning.Line
	for _, key := range ledger.SortedDistricts(groups) {
		names := make([]string, len(groups[key]))
		for i, o := range groups[key] {
			names[i] = r.Work.UnitName(o.Unit).Text
			if p, err := r.Work.Pairing(o.Pairing); err == nil {
				names[i] = fmt.Sprintf("%s – %s", names[i], r.Work.UnitName(p.Counterpart(o.Unit)).Text)
			}
		}
		lines = append(lines, d.districtLine(r, key, names))
	}
	return lines, nil
}

// namesShown is how many units a line of a list names.
const namesShown = 25

func (d *Desk) districtLine(r *Request, district twinning.UnitKey, names []string) twinning.Line {
	more := len(names) - namesShown
	args := twinning.Args{
		{"Count", twinning.Number(len(names))},
		{"Value", twinning.Number(len(names))},
		{"Names", twinning.Text(strings.Join(names[:min(len(names), namesShown)], ", "))},
	}
	key := "filings.others"
	if district != "" {
		key = "filings.district"
		args.Set("District", r.Work.UnitName(district))
	}
	if more > 0 {
		args.Set("More", twinning.Number(more))
		key += "_more"
	}
	return twinning.Line{Key: key, Args: args}
}

// pressSheet sends the state of things as a table: "xlsx:2027".
func (d *Desk) pressSheet(_ context.Context, r *Request) error {
	year := d.year(r, 0)
	if all, err := r.Work.ReadsAll(*r.Person); err != nil || !all || r.Group {
		return fmt.Errorf("sheet: %w", twinning.ErrForbidden)
	}
	if err := r.Answer("sheet.coming", nil); err != nil {
		return err
	}
	m := twinning.Say("sheet.caption", twinning.Args{{"Year", yearText(year)}})
	m.Report = &twinning.ReportRequest{Kind: ReportStatus, Year: year}
	return r.Reply(m)
}
