package programme

import (
	"cmp"
	"slices"

	"ketnghia/twinning"
)

// DemoDecision stands for the number of the assigning decision in demo pairings. The real one is a separate decision
// (QĐ 1100/QĐ-UBND, VI.2) that is not part of the roster.
const DemoDecision = "00/QĐ-UBND (demo)"

// The pair that the sandbox's story is about: Sở Y tế and xã Ch'ơm.
const (
	demoSponsor   twinning.UnitKey = "ASYT"
	demoRecipient twinning.UnitKey = "W20437"
)

// IsSponsor says whether units of the role are assigned to help (III.2.1; Sở Nội vụ, which has the emulation role, is a
// department like the others). Bộ Chỉ huy BĐBP oversees pairings and is no sponsor (VI.2).
func IsSponsor(role twinning.UnitRole) bool { return role.IsSponsor() }

// demoPlan deals recipients out to sponsors, always to the one with the fewest.
type demoPlan struct {
	pairings []twinning.Pairing
	load     map[twinning.UnitKey]int
	from     twinning.Date
}

// DemoPairings makes up pairings of real units for the sandbox, each marked as demo. The same units give the same
// pairings, numbered from 1: lowland districts take the border communes first (VI.2), agencies the districts and the
// other communes; every active recipient has a sponsor and every active sponsor a recipient.
func DemoPairings(units []twinning.Unit, from twinning.Date) []twinning.Pairing {
	lowland := demoUnits(units, func(u twinning.Unit) bool { return u.Role == twinning.RoleSponsorLowland })
	agencies := demoUnits(units, func(u twinning.Unit) bool {
		return IsSponsor(u.Role) && u.Role != twinning.RoleSponsorLowland
	})
	border := demoUnits(units, func(u twinning.Unit) bool { return u.Role == twinning.RoleRecipientCommune && u.Border })
	others := demoUnits(units, func(u twinning.Unit) bool { return u.Role.IsRecipient() && !u.Border })
	if len(lowland) == 0 {
		lowland = agencies
	}
	if len(agencies) == 0 {
		agencies = lowland
	}
	p := &demoPlan{load: map[twinning.UnitKey]int{}, from: from}
	if slices.Contains(agencies, demoSponsor) && slices.Contains(border, demoRecipient) {
		p.pair(demoSponsor, demoRecipient)
	}
	p.deal(lowland, border)
	p.deal(agencies, others)
	p.idle(append(lowland, agencies...), append(border, others...))
	for i := range p.pairings {
		p.pairings[i].ID = twinning.PairingID(i + 1)
	}
	return p.pairings
}

// demoUnits returns the keys of the active units that are wanted, in order of keys.
func demoUnits(units []twinning.Unit, want func(twinning.Unit) bool) []twinning.UnitKey {
	var keys []twinning.UnitKey
	for _, u := range units {
		if (u.State == twinning.UnitActive || u.State == "") && want(u) {
			keys = append(keys, u.Key)
		}
	}
	slices.Sort(keys)
	return keys
}

func (p *demoPlan) pair(sponsor, recipient twinning.UnitKey) {
	for _, q := range p.pairings {
		if q.Sponsor == sponsor && q.Recipient == recipient {
			return
		}
	}
	p.load[sponsor]++
	p.pairings = append(p.pairings, twinning.Pairing{
		Sponsor: sponsor, Recipient: recipient, Decision: DemoDecision, From: p.from, Demo: true,
	})
}

// deal gives each recipient the sponsor with the fewest so far, the first of equals.
func (p *demoPlan) deal(sponsors, recipients []twinning.UnitKey) {
	if len(sponsors) == 0 {
		return
	}
	for _, r := range recipients {
		p.pair(slices.MinFunc(sponsors, func(a, b twinning.UnitKey) int { return cmp.Compare(p.load[a], p.load[b]) }), r)
	}
}

// idle gives each sponsor without a recipient one of them in turn.
func (p *demoPlan) idle(sponsors, recipients []twinning.UnitKey) {
	if len(recipients) == 0 {
		return
	}
	next := 0
	for _, s := range sponsors {
		if p.load[s] == 0 {
			p.pair(s, recipients[next%len(recipients)])
			next++
		}
	}
}
