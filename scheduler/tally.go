package scheduler

import (
	"fmt"
	"maps"
	"strconv"
	"strings"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// Tally is how one rule stands in one year: what Ban Dân tộc is told.
type Tally struct {
	Rule      twinning.ObligationRule
	Year      int
	Deadlines twinning.Deadlines
	// Filed of Total obligations are met, those aside that were waived or do not apply; Missing are the others, in the order of Programme.Owed.
	Filed, Total int
	Missing      []*ledger.Owing
	// Unlinked are the units in Missing that have nobody who could be reminded.
	Unlinked map[twinning.UnitKey]bool
}

// tallyOf counts the owings of one rule and year, of which there is at least one.
func tallyOf(owings []ledger.Owing, staff map[twinning.UnitKey][]twinning.Person) *Tally {
	t := &Tally{Rule: *owings[0].Rule, Year: owings[0].Year, Deadlines: owings[0].Deadlines}
	t.Unlinked = map[twinning.UnitKey]bool{}
	for i := range owings {
		o := &owings[i]
		if !o.Standing.Counts() {
			continue
		}
		t.Total++
		if o.Standing.Met() {
			t.Filed++
			continue
		}
		t.Missing = append(t.Missing, o)
		if len(staff[o.Unit]) == 0 {
			t.Unlinked[o.Unit] = true
		}
	}
	return t
}

// digestLadder is the ladder of Ban Dân tộc's digests: their own rungs before the deadline, and every week after it.
func digestLadder(l twinning.Ladder) twinning.Ladder {
	digest := twinning.Ladder{Before: l.Digest, Weekly: l.Weekly}
	if l.Weekly > 0 {
		digest.After = []int{l.Weekly}
	}
	return digest
}

// tallyLines says for each rule how many filed, who did not and why, and how many cannot be reminded.
func tallyLines(k *ledger.Look, tallies []*Tally) ([]twinning.Line, error) {
	unlinked := map[twinning.UnitKey]bool{}
	lines := []twinning.Line{{Key: "remind.digest.title", Args: twinning.Args{{"Date", twinning.Day(k.Today())}}}}
	for _, t := range tallies {
		lines = append(lines, twinning.Line{}, twinning.Line{Key: "remind.digest.rule", Args: twinning.Args{
			{"Name", twinning.Named(t.Rule.Name)},
			{"Year", twinning.Text(strconv.Itoa(t.Year))},
			{"Filed", twinning.Number(t.Filed)},
			{"Total", twinning.Number(t.Total)},
			{"Due", twinning.Day(t.Deadlines.Due)},
			{"Left", twinning.Joined(timeLeft(t.Deadlines, k.Today()))},
		}}, missingLine(k, t, len(tallies) <= namedTallies))
		hindered, err := t.hindered(k)
		if err != nil {
			return nil, err
		}
		lines = append(lines, hindered...)
		maps.Copy(unlinked, t.Unlinked)
	}
	lines = append(lines, twinning.Line{})
	if len(unlinked) > 0 {
		lines = append(lines, twinning.Line{
			Key: "remind.digest.unlinked", Args: twinning.Args{{"Count", twinning.Number(len(unlinked))}},
		})
	}
	return append(lines, twinning.Line{Key: "remind.digest.what_to_do"}), nil
}

// hindered says for how many of the missing documents the other party is late with what they wait for.
func (t *Tally) hindered(k *ledger.Look) ([]twinning.Line, error) {
	count := 0
	for _, o := range t.Missing {
		_, late, err := k.Hindrance(*o)
		if err != nil {
			return nil, err
		}
		if late {
			count++
		}
	}
	rule, known := k.Programme().Rule(t.Rule.WaitsFor)
	if count == 0 || !known {
		return nil, nil
	}
	return []twinning.Line{{Key: "remind.digest.hindered", Args: twinning.Args{
		{"Count", twinning.Number(count)}, {"Name", twinning.Named(rule.Name)},
	}}}, nil
}

// namedTallies is up to how many rules one message names the first of many who did not file; of more rules it would be
// too long for a phone.
const namedTallies = 2

// missingLine names the first who did not file and how many more there are, or only how many when there are more than fit
// and naming is false.
func missingLine(k *ledger.Look, t *Tally, naming bool) twinning.Line {
	if !naming && len(t.Missing) > missingShown {
		key := "remind.digest.missing_count"
		if t.Rule.Per == twinning.PerPairing {
			key = "remind.digest.missing_count_pairings"
		}
		return twinning.Line{Key: key, Args: ledger.CountArgs(len(t.Missing))}
	}
	var names []string
	for _, o := range t.Missing[:min(len(t.Missing), missingShown)] {
		names = append(names, partyNames(k, *o))
	}
	line := twinning.Line{Key: "remind.digest.missing", Args: twinning.Args{
		{"Names", twinning.Text(strings.Join(names, ", "))},
	}}
	if rest := len(t.Missing) - missingShown; rest > 0 {
		line.Key = "remind.digest.missing_units"
		if t.Rule.Per == twinning.PerPairing {
			line.Key = "remind.digest.missing_pairings"
		}
		line.Args.Set("Count", twinning.Number(rest))
	}
	return line
}

// partyNames is the unit that owes or, for a pairing, both parties: "Sở Y tế – Xã Ch'ơm".
func partyNames(k *ledger.Look, o ledger.Owing) string {
	name := k.UnitName(o.Unit).Text
	if o.Pairing == 0 {
		return name
	}
	p, err := k.Pairing(o.Pairing)
	if err != nil {
		return name
	}
	return name + " – " + k.UnitName(p.Counterpart(o.Unit)).Text
}

func tallyButtons(tallies []*Tally) [][]twinning.Button {
	var rows [][]twinning.Button
	for _, t := range tallies[:min(len(tallies), buttonsShown)] {
		label := twinning.Line{Key: "button.missing"}
		if len(tallies) > 1 {
			label = twinning.Line{Key: "button.missing_named", Args: twinning.Args{{"Name", twinning.Named(t.Rule.Name)}}}
		}
		rows = append(rows, []twinning.Button{
			{Label: label, Data: fmt.Sprintf("miss:%s:%d", t.Rule.ID, t.Year)},
			{Label: twinning.Line{Key: "button.urge"}, Data: fmt.Sprintf("urge:%s:%d", t.Rule.ID, t.Year)},
		})
	}
	if len(tallies) > buttonsShown {
		rows = append(rows, []twinning.Button{{Label: twinning.Line{Key: "button.deadlines"}, Data: "han"}})
	}
	return rows
}
