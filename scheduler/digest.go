package scheduler

import (
	"cmp"
	"fmt"
	"slices"

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

// digests makes one message for each addressee of the plan, people in the order of their ids before groups.
func digests(k *ledger.Look, plan []Reminder) ([]ledger.Digest, error) {
	share := map[addressee][]Reminder{}
	var all []addressee
	for _, r := range plan {
		for _, who := range r.addressees() {
			if share[who] == nil {
				all = append(all, who)
			}
			share[who] = append(share[who], r)
		}
	}
	slices.SortFunc(all, func(a, b addressee) int {
		return cmp.Or(cmp.Compare(b.chat, a.chat), cmp.Compare(a.person, b.person))
	})
	demo, err := k.HasDemo()
	if err != nil {
		return nil, err
	}
	list := make([]ledger.Digest, 0, len(all))
	for _, who := range all {
		d, err := digest(k, who, share[who])
		if err != nil {
			return nil, fmt.Errorf("digest of %s: %w", who, err)
		}
		about := func(r Reminder) bool { return aboutPairings(k, r) }
		if demo && slices.ContainsFunc(share[who], about) {
			d.Message.Lines = append(d.Message.Lines, twinning.Line{Key: "status.demo"})
		}
		list = append(list, d)
	}
	return list, nil
}

// digest makes the message for one addressee.
func digest(k *ledger.Look, who addressee, reminders []Reminder) (ledger.Digest, error) {
	d := ledger.Digest{Group: who.chat}
	if who.chat == 0 {
		var err error
		if d.Person, err = k.Person(who.person); err != nil {
			return d, err
		}
	}
	for _, r := range reminders {
		for _, s := range r.said {
			if s.who == who {
				d.Causes = append(d.Causes, s.causes...)
			}
		}
	}
	var err error
	d.Message, err = message(k, d.Person, reminders)
	return d, err
}

// aboutPairings says whether the reminder exists because of a pairing, so that a demo must be marked.
func aboutPairings(k *ledger.Look, r Reminder) bool {
	if r.Topic != TopicOwed {
		return true
	}
	rule, _ := k.Programme().Rule(r.Obligation.Rule)
	return rule.Per == twinning.PerPairing || rule.Paired
}

// message says all the reminders to one addressee: what the own unit owes, what communes owe that nobody else can be told
// of, how the rules stand, the week's overview, the month's progress. The zero Person is a group.
func message(k *ledger.Look, to twinning.Person, reminders []Reminder) (twinning.Message, error) {
	var own, district []Reminder
	var tallies []*Tally
	var looks []Reminder
	for _, r := range reminders {
		switch {
		case r.Topic != TopicOwed:
			looks = append(looks, r)
		case r.Tally != nil:
			tallies = append(tallies, r.Tally)
		case r.Level == LevelDistrict:
			district = append(district, r)
		default:
			own = append(own, r)
		}
	}
	byDue := func(a, b Reminder) int { return cmp.Compare(a.Owing.Deadlines.Due, b.Owing.Deadlines.Due) }
	slices.SortStableFunc(own, byDue)
	slices.SortStableFunc(district, byDue)
	slices.SortStableFunc(tallies, func(a, b *Tally) int { return cmp.Compare(a.Deadlines.Due, b.Deadlines.Due) })
	var m twinning.Message
	add := func(lines []twinning.Line, buttons [][]twinning.Button) {
		if len(m.Lines) > 0 {
			m.Lines = append(m.Lines, twinning.Line{})
		}
		m.Lines, m.Buttons = append(m.Lines, lines...), append(m.Buttons, buttons...)
	}
	if len(own) > 0 {
		lines, err := ownLines(k, to, own)
		if err != nil {
			return m, err
		}
		add(lines, ownButtons(k, to, own))
	}
	if len(district) > 0 {
		add(districtLines(k, district), nil)
	}
	if len(tallies) > 0 {
		lines, err := tallyLines(k, tallies)
		if err != nil {
			return m, err
		}
		add(lines, tallyButtons(tallies))
	}
	for _, r := range looks {
		if r.Overview != nil {
			add(overviewLines(k, *r.Overview, tallies), overviewButtons(k, m))
		}
		if r.Progress != nil {
			add(progressLines(k, *r.Progress), progressButtons(k, *r.Progress))
		}
	}
	m.Buttons = eachOnce(m.Buttons)
	return m, nil
}

// eachOnce keeps the first of several buttons that do the same.
func eachOnce(rows [][]twinning.Button) [][]twinning.Button {
	seen := map[string]bool{}
	var kept [][]twinning.Button
	for _, row := range rows {
		row = slices.DeleteFunc(slices.Clone(row), func(b twinning.Button) bool {
			twice := seen[b.Data]
			seen[b.Data] = true
			return twice
		})
		if len(row) > 0 {
			kept = append(kept, row)
		}
	}
	return kept
}
