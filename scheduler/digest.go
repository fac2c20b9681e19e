package scheduler

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// Limits of one message: a text has at most 4096 characters (Bot API, sendMessage), and a phone shows a few buttons
// at a time.
const (
	itemsShown   = 15
	missingShown = 8
	buttonsShown = 3
)

// digests makes one message for each person of the plan, in the order of their ids.
func digests(k *ledger.Look, plan []Reminder) ([]ledger.Digest, error) {
	share := map[twinning.PersonID][]Reminder{}
	var ids []twinning.PersonID
	for _, r := range plan {
		for _, id := range r.To {
			if share[id] == nil {
				ids = append(ids, id)
			}
			share[id] = append(share[id], r)
		}
	}
	slices.Sort(ids)
	demo, err := k.HasDemo()
	if err != nil {
		return nil, err
	}
	list := make([]ledger.Digest, 0, len(ids))
	for _, id := range ids {
		person, err := k.Person(id)
		if err != nil {
			return nil, fmt.Errorf("digest of person %d: %w", id, err)
		}
		d := ledger.Digest{Person: person, Message: message(k, person, share[id])}
		if demo && slices.ContainsFunc(share[id], aboutPairings) {
			d.Message.Lines = append(d.Message.Lines, twinning.Line{Key: "status.demo"})
		}
		for _, r := range share[id] {
			d.Causes = append(d.Causes, r.cause(id))
		}
		list = append(list, d)
	}
	return list, nil
}

// aboutPairings says whether the obligation exists because of a pairing, so that a demo must be marked.
func aboutPairings(r Reminder) bool {
	rule := r.Owing.Rule
	if r.Tally != nil {
		rule = r.Tally.Rule
	}
	return rule.Per == twinning.PerPairing || rule.Paired
}

// message says all the reminders to one person: what the own unit owes, then how the rules stand.
func message(k *ledger.Look, to twinning.Person, reminders []Reminder) twinning.Message {
	var own []ledger.Owing
	var tallies []*Tally
	for _, r := range reminders {
		if r.Tally != nil {
			tallies = append(tallies, r.Tally)
		} else {
			own = append(own, r.Owing)
		}
	}
	slices.SortStableFunc(own, func(a, b ledger.Owing) int { return cmp.Compare(a.Deadlines.Due, b.Deadlines.Due) })
	slices.SortStableFunc(tallies, func(a, b *Tally) int { return cmp.Compare(a.Deadlines.Due, b.Deadlines.Due) })
	var m twinning.Message
	if len(own) > 0 {
		m.Lines = ownLines(k, to, own)
		m.Buttons = ownButtons(k, own)
	}
	if len(tallies) > 0 {
		if len(own) > 0 {
			m.Lines = append(m.Lines, twinning.Line{})
		}
		m.Lines = append(m.Lines, tallyLines(k, tallies)...)
		m.Buttons = append(m.Buttons, tallyButtons(tallies)...)
	}
	return m
}

// ownLines lists what the person's unit owes, most urgent first, and says what to do.
func ownLines(k *ledger.Look, to twinning.Person, own []ledger.Owing) []twinning.Line {
	title := twinning.Line{Key: "remind.title", Args: twinning.Args{"Date": twinning.Day(k.Today())}}
	if to.Role == twinning.RoleLead {
		title.Key, title.Args["Unit"] = "remind.title_unit", k.UnitName(to.Unit)
	}
	lines := []twinning.Line{title, {}}
	for _, o := range own[:min(len(own), itemsShown)] {
		lines = append(lines, twinning.Line{Key: "remind.item", Args: twinning.Args{
			"Title": twinning.Joined(k.Title(o)), "Due": twinning.Day(o.Deadlines.Due),
			"Left": twinning.Joined(timeLeft(o.Deadlines, k.Today())),
		}})
		lines = append(lines, dayOff(k, o.Deadlines)...)
	}
	if rest := len(own) - itemsShown; rest > 0 {
		lines = append(lines, twinning.Line{Key: "remind.more", Args: twinning.Args{"Count": twinning.Number(rest)}})
	}
	return append(lines, twinning.Line{}, twinning.Line{Key: "remind.what_to_do"})
}

// timeLeft says in words how far the deadline is. Between the last day in time and the last day that is not late a
// filing is "đúng ngày hạn", so that nobody is called late then.
func timeLeft(d twinning.Deadlines, today twinning.Date) twinning.Line {
	days := d.Due.DaysSince(today)
	switch {
	case days > 0:
		return twinning.Line{Key: "remind.left", Args: twinning.Args{"Count": twinning.Number(days)}}
	case days == 0:
		return twinning.Line{Key: "remind.left_today"}
	case today < d.LateAfter:
		return twinning.Line{Key: "remind.left_grace", Args: twinning.Args{"Date": twinning.Day(d.LateAfter)}}
	case today == d.LateAfter:
		return twinning.Line{Key: "remind.left_grace_today"}
	}
	return twinning.Line{Key: "remind.overdue", Args: twinning.Args{"Count": twinning.Number(-days)}}
}

// dayOff warns that a last day in time still to come is no working day.
func dayOff(k *ledger.Look, d twinning.Deadlines) []twinning.Line {
	calendar := k.Programme().Calendar
	if k.Today() > d.Due || calendar.Working(d.Due) {
		return nil
	}
	last := calendar.OnOrBefore(d.Due)
	line := twinning.Line{Key: "remind.day_off", Args: twinning.Args{
		"Due": twinning.Day(d.Due), "Last": twinning.Day(last),
		"Weekday": twinning.Key(fmt.Sprintf("weekday.%d", d.Due.Weekday())),
	}}
	if last == k.Today() {
		line.Key = "remind.day_off_today"
	}
	return []twinning.Line{line}
}

func ownButtons(k *ledger.Look, own []ledger.Owing) [][]twinning.Button {
	var rows [][]twinning.Button
	for _, o := range own[:min(len(own), buttonsShown)] {
		label := twinning.Line{Key: "button.file_now"}
		if len(own) > 1 {
			label = fileLabel(k, o)
		}
		rows = append(rows, []twinning.Button{{
			Label: label, Data: fmt.Sprintf("nop:%s:%d:%d", o.Rule.ID, o.Year, o.Pairing),
		}})
	}
	return append(rows, []twinning.Button{{Label: twinning.Line{Key: "button.deadlines"}, Data: "han"}})
}

// fileLabel names the document, since several buttons would else read the same.
func fileLabel(k *ledger.Look, o ledger.Owing) twinning.Line {
	name := twinning.Named(o.Rule.Name)
	if p, err := k.Pairing(o.Pairing); o.Pairing != 0 && err == nil {
		return twinning.Line{Key: "button.file_pairing", Args: twinning.Args{
			"Name": name, "Counterpart": k.UnitName(p.Counterpart(o.Unit)),
		}}
	}
	return twinning.Line{Key: "button.file_named", Args: twinning.Args{"Name": name}}
}

// tallyLines says for each rule how many filed, who did not, and who cannot be reminded.
func tallyLines(k *ledger.Look, tallies []*Tally) []twinning.Line {
	lines := []twinning.Line{{Key: "remind.digest.title", Args: twinning.Args{"Date": twinning.Day(k.Today())}}}
	for _, t := range tallies {
		lines = append(lines, twinning.Line{}, twinning.Line{Key: "remind.digest.rule", Args: twinning.Args{
			"Name": twinning.Named(t.Rule.Name), "Year": twinning.Text(strconv.Itoa(t.Year)),
			"Filed": twinning.Number(t.Filed), "Total": twinning.Number(t.Total),
			"Due": twinning.Day(t.Deadlines.Due), "Left": twinning.Joined(timeLeft(t.Deadlines, k.Today())),
		}}, missingLine(k, t))
		if t.Unlinked > 0 {
			lines = append(lines, twinning.Line{
				Key: "remind.digest.unlinked", Args: twinning.Args{"Count": twinning.Number(t.Unlinked)},
			})
		}
	}
	return append(lines, twinning.Line{}, twinning.Line{Key: "remind.digest.what_to_do"})
}

// missingLine names the first who did not file, and how many more there are.
func missingLine(k *ledger.Look, t *Tally) twinning.Line {
	var names []string
	for _, o := range t.Missing[:min(len(t.Missing), missingShown)] {
		names = append(names, partyNames(k, o))
	}
	line := twinning.Line{Key: "remind.digest.missing", Args: twinning.Args{
		"Names": twinning.Text(strings.Join(names, ", ")),
	}}
	if rest := len(t.Missing) - missingShown; rest > 0 {
		line.Key = "remind.digest.missing_units"
		if t.Rule.Per == twinning.PerPairing {
			line.Key = "remind.digest.missing_pairings"
		}
		line.Args["Count"] = twinning.Number(rest)
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
			label = twinning.Line{Key: "button.missing_named", Args: twinning.Args{"Name": twinning.Named(t.Rule.Name)}}
		}
		rows = append(rows, []twinning.Button{{Label: label, Data: fmt.Sprintf("miss:%s:%d", t.Rule.ID, t.Year)}})
	}
	return rows
}
