package bot

import (
	"cmp"
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
	return d.answerFilings(r, nlu.Question{Ask: nlu.AskMissing, Rule: r.Press.Part(0), Year: year})
}

// answerFilings says who has filed, has not, or is late, with a document of a year.
func (d *Desk) answerFilings(r *Request, q nlu.Question) error {
	rules := d.rulesOf(q)
	owings, err := r.Work.Owings(q.Year)
	if err != nil {
		return wrapStep("filings", err)
	}
	m := twinning.Message{}
	var missing []twinning.ObligationRule
	for _, rule := range rules {
		var all, chosen []ledger.Owing
		for _, o := range owings {
			visible, err := d.asked(r, q, o)
			if err != nil {
				return err
			}
			if o.Obligation.Rule != rule.ID || !visible || !o.Standing.Counts() {
				continue
			}
			all = append(all, o)
			if chosenBy(q.Ask, o.Standing) {
				chosen = append(chosen, o)
			}
		}
		if len(all) == 0 {
			continue
		}
		m.Lines = append(m.Lines, twinning.Line{Key: "filings." + string(q.Ask), Args: twinning.Args{
			"Name": twinning.Named(rule.Name), "Year": yearText(q.Year), "Count": twinning.Number(len(chosen)),
			"Value": twinning.Number(len(chosen)), "All": twinning.Number(len(all)), "Date": twinning.Day(rule.Due.In(q.Year)),
		}})
		m.Lines = append(m.Lines, d.byDistrict(r, chosen)...)
		if len(chosen) > 0 && q.Ask == nlu.AskMissing && len(q.Units)+len(q.Roles) == 0 {
			missing = append(missing, rule)
		}
	}
	if len(m.Lines) == 0 {
		return r.Reply(twinning.Say("filings.nothing_asked", nil))
	}
	if all, err := r.Work.ReadsAll(*r.Person); err != nil {
		return wrapStep("filings", err)
	} else if !all {
		m.Lines = append(m.Lines, twinning.Line{}, say("filings.scope"))
	}
	urges := urgeButtons(r, missing, q.Year)
	m.Buttons = append(urges, []twinning.Button{press("button.owed", "han")})
	if len(urges) > 0 {
		if err := d.keepOptions(r, m, optionsTalk{}); err != nil {
			return err
		}
	}
	return d.finishDemo(r, m)
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

// asked says whether an obligation is among those that the question is about and the asker may see.
func (d *Desk) asked(r *Request, q nlu.Question, o ledger.Owing) (bool, error) {
	u, err := r.Work.Unit(o.Obligation.Unit)
	if err != nil {
		return false, wrapStep("filings", err)
	}
	if len(q.Roles) > 0 && !slices.Contains(q.Roles, u.Role) || !d.concerns(r, q.Units, o, u) {
		return false, nil
	}
	may, err := r.Work.MayRead(*r.Person, u.Key)
	return may, wrapStep("filings", err)
}

// concerns says whether the obligation is of one of the units, of a commune of one, or of a pairing with one.
func (d *Desk) concerns(r *Request, named []twinning.UnitKey, o ledger.Owing, u twinning.Unit) bool {
	if within(named, u) {
		return true
	}
	p, err := r.Work.Pairing(o.Pairing)
	return err == nil && slices.Contains(named, p.Recipient)
}

// byDistrict names the units of the owings, a line for each district, those without a district last.
func (d *Desk) byDistrict(r *Request, owings []ledger.Owing) []twinning.Line {
	groups := map[twinning.UnitKey][]string{}
	for _, o := range owings {
		u, err := r.Work.Unit(o.Obligation.Unit)
		if err != nil {
			continue
		}
		name := u.Name
		if p, err := r.Work.Pairing(o.Pairing); err == nil {
			if c, err := r.Work.Unit(p.Counterpart(u.Key)); err == nil {
				name = fmt.Sprintf("%s – %s", u.Name, c.Name)
			}
		}
		groups[u.Parent] = append(groups[u.Parent], name)
	}
	keys := make([]twinning.UnitKey, 0, len(groups))
	for key := range groups {
		keys = append(keys, key)
	}
	slices.SortFunc(keys, func(a, b twinning.UnitKey) int {
		if (a == "") != (b == "") {
			return cmp.Compare(b, a)
		}
		return cmp.Compare(a, b)
	})
	var lines []twinning.Line
	for _, key := range keys {
		lines = append(lines, d.districtLine(r, key, groups[key]))
	}
	return lines
}

// namesShown is how many units a line of a list names.
const namesShown = 25

func (d *Desk) districtLine(r *Request, district twinning.UnitKey, names []string) twinning.Line {
	more := len(names) - namesShown
	args := twinning.Args{
		"Count": twinning.Number(len(names)), "Value": twinning.Number(len(names)),
		"Names": twinning.Text(strings.Join(names[:min(len(names), namesShown)], ", ")),
	}
	key := "filings.others"
	if district != "" {
		key, args["District"] = "filings.district", r.Work.UnitName(district)
	}
	if more > 0 {
		args["More"] = twinning.Number(more)
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
	m := twinning.Say("sheet.caption", twinning.Args{"Year": yearText(year)})
	m.Report = &twinning.ReportRequest{Kind: ReportStatus, Year: year}
	return r.Reply(m)
}

// ReportStatus is the report request for the table of the state of things.
const ReportStatus = "status_xlsx"
