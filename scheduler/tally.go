package scheduler

import (
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
	Missing      []ledger.Owing
	// Unlinked is how many of the units in Missing have nobody who could be reminded, each unit counted once.
	Unlinked int
}

// tallyOf counts the owings of one rule and year, of which there is at least one.
func tallyOf(owings []ledger.Owing, staff map[twinning.UnitKey][]twinning.Person) *Tally {
	t := &Tally{Rule: owings[0].Rule, Year: owings[0].Year, Deadlines: owings[0].Deadlines}
	unlinked := map[twinning.UnitKey]bool{}
	for _, o := range owings {
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
			unlinked[o.Unit] = true
		}
	}
	t.Unlinked = len(unlinked)
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
