package programme

import (
	"slices"
	"strconv"
	"strings"

	"ketnghia/twinning"
)

// parties name a pairing without its time.
type parties struct{ sponsor, recipient twinning.UnitKey }

// checkPairings compares the pairings of the file with each other and with those that exist.
func (c *checker) checkPairings(existing []twinning.Pairing) {
	known := map[parties][]twinning.Pairing{}
	for _, p := range existing {
		id := parties{p.Sponsor, p.Recipient}
		known[id] = append(known[id], p)
	}
	seen := map[parties][]PairingRow{}
	taken := map[twinning.PairingID]bool{}
	for _, row := range c.roster.Pairings {
		p, ok := c.pairing(row, existing)
		if !ok || row.bad {
			continue
		}
		id := parties{p.Sponsor, p.Recipient}
		if c.clashes(row, seen[id]) {
			continue
		}
		seen[id] = append(seen[id], row)
		c.diffPairing(p, known[id], taken)
	}
	c.endPairings(existing, taken)
}

// endPairings ends the pairings of units that the file ends, on the day on which they end, unless the file has them.
// Who helps their successors from then on is for a new decision to say.
func (c *checker) endPairings(existing []twinning.Pairing, taken map[twinning.PairingID]bool) {
	for _, old := range existing {
		p := old
		for _, key := range []twinning.UnitKey{p.Sponsor, p.Recipient} {
			at, known := c.byKey[strings.ToLower(string(key))]
			if !known || !c.endsNow(at) {
				continue
			}
			if end := c.units[at].Changed; p.To.IsZero() || p.To > end {
				p.To = max(end, p.From)
			}
		}
		if p.To == old.To || taken[p.ID] {
			continue
		}
		c.plan.Pairings.Changed = append(c.plan.Pairings.Changed, PairingChange{
			Old: old, New: p, Fields: differing(FieldChange{"to", old.To.String(), p.To.String()}),
		})
	}
}

// pairing finds both parties and checks that they may be paired. One that has ended, or is in the books as it is, may be
// of units that a reorganisation ended.
func (c *checker) pairing(row PairingRow, existing []twinning.Pairing) (twinning.Pairing, bool) {
	find := c.findActive
	if row.To != 0 || c.standsAlready(row, existing) {
		find = c.find
	}
	sponsor, okSponsor := find(row.Row, "sponsor", row.Sponsor)
	recipient, okRecipient := find(row.Row, "recipient", row.Recipient)
	switch {
	case !okSponsor || !okRecipient:
	case sponsor.Key == recipient.Key:
		c.roster.reject(row.Row, Rejection{Column: "recipient", Code: RejectSelf, Value: row.Recipient})
		return twinning.Pairing{}, false
	}
	// A unit whose own row has no valid role was rejected there.
	if okSponsor && sponsor.Role != "" && !IsSponsor(sponsor.Role) {
		c.roster.reject(row.Row, Rejection{Column: "sponsor", Code: RejectNotSponsor, Value: row.Sponsor})
		okSponsor = false
	}
	if okRecipient && recipient.Role != "" && !recipient.Role.IsRecipient() {
		c.roster.reject(row.Row, Rejection{Column: "recipient", Code: RejectNotRecipient, Value: row.Recipient})
		okRecipient = false
	}
	return twinning.Pairing{
		Sponsor: sponsor.Key, Recipient: recipient.Key, Decision: row.Decision, From: row.From, To: row.To,
		Demo: row.Demo,
	}, okSponsor && okRecipient
}

// standsAlready says whether the books hold the pairing just as the row has it.
func (c *checker) standsAlready(row PairingRow, existing []twinning.Pairing) bool {
	sponsor, errSponsor := c.directory.Find(row.Sponsor)
	recipient, errRecipient := c.directory.Find(row.Recipient)
	return errSponsor == nil && errRecipient == nil && slices.ContainsFunc(existing, func(p twinning.Pairing) bool {
		return p.Sponsor == sponsor.Key && p.Recipient == recipient.Key && p.From == row.From && p.To == row.To &&
			p.Decision == row.Decision
	})
}

// clashes rejects a row that pairs the same units as an earlier one for a time that overlaps.
func (c *checker) clashes(row PairingRow, earlier []PairingRow) bool {
	for _, other := range earlier {
		if !overlap(row.From, row.To, other.From, other.To) {
			continue
		}
		code := RejectOverlap
		if row.Decision == other.Decision && row.From == other.From && row.To == other.To {
			code = RejectDuplicateRow
		}
		c.roster.reject(row.Row, Rejection{Column: "recipient", Code: code, Value: row.Recipient, Other: other.Number})
		return true
	}
	return false
}

// overlap says whether two times share a day; no date as an end means without end.
func overlap(from1, to1, from2, to2 twinning.Date) bool {
	return (to1.IsZero() || from2 <= to1) && (to2.IsZero() || from1 <= to2)
}

// diffPairing compares a pairing with the existing ones of the same parties: one whose time overlaps is the same pairing,
// with new dates or a new decision; the one that begins on the same day comes first.
func (c *checker) diffPairing(p twinning.Pairing, known []twinning.Pairing, taken map[twinning.PairingID]bool) {
	var old *twinning.Pairing
	for i, k := range known {
		if taken[k.ID] || !overlap(p.From, p.To, k.From, k.To) {
			continue
		}
		if old == nil || k.From == p.From {
			old = &known[i]
		}
	}
	if old == nil {
		c.plan.Pairings.Added = append(c.plan.Pairings.Added, p)
		return
	}
	taken[old.ID] = true
	p.ID = old.ID
	fields := differing(
		FieldChange{"decision", old.Decision, p.Decision},
		FieldChange{"from", old.From.String(), p.From.String()},
		FieldChange{"to", old.To.String(), p.To.String()},
		FieldChange{"demo", strconv.FormatBool(old.Demo), strconv.FormatBool(p.Demo)},
	)
	if len(fields) == 0 {
		c.plan.Pairings.Unchanged = append(c.plan.Pairings.Unchanged, p.ID)
		return
	}
	c.plan.Pairings.Changed = append(c.plan.Pairings.Changed, PairingChange{Old: *old, New: p, Fields: fields})
}
