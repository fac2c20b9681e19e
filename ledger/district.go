package ledger

import (
	"cmp"
	"maps"
	"slices"

	"ketnghia/twinning"
)

// parties are all units and pairings by their keys.
type parties struct {
	units    map[twinning.UnitKey]twinning.Unit
	pairings map[twinning.PairingID]twinning.Pairing
}

func (k *Look) parties() (parties, error) {
	p := parties{units: map[twinning.UnitKey]twinning.Unit{}, pairings: map[twinning.PairingID]twinning.Pairing{}}
	units, err := k.Units()
	if err != nil {
		return p, wrap("units", err)
	}
	for _, u := range units {
		p.units[u.Key] = u
	}
	pairings, err := k.Pairings()
	if err != nil {
		return p, wrap("pairings", err)
	}
	for _, x := range pairings {
		p.pairings[x.ID] = x
	}
	return p, nil
}

// district returns the district in which the obligation is counted, "" for none.
func (p parties) district(o twinning.Obligation) twinning.UnitKey {
	if o.Pairing != 0 {
		return districtOf(p.units[p.pairings[o.Pairing].Recipient])
	}
	return districtOf(p.units[o.Unit])
}

// districtOf returns the mountain district that a unit is or lies in, "" for any other unit.
func districtOf(u twinning.Unit) twinning.UnitKey {
	if u.Role == twinning.RoleRecipientDistrict {
		return u.Key
	}
	return u.Parent
}

// ByDistrict returns the owings by the district in which they are counted, "" for none.
func (k *Look) ByDistrict(owings []Owing) (map[twinning.UnitKey][]Owing, error) {
	p, err := k.parties()
	if err != nil {
		return nil, err
	}
	groups := map[twinning.UnitKey][]Owing{}
	for _, o := range owings {
		d := p.district(o.Obligation)
		groups[d] = append(groups[d], o)
	}
	return groups, nil
}

// Unlinked returns the active units that owe something about which people are reminded this year and for which nobody
// could be, by district ("" for none) and key.
func (k *Look) Unlinked() (map[twinning.UnitKey][]twinning.Unit, error) {
	units, err := k.ActiveUnits()
	if err != nil {
		return nil, err
	}
	pairings, err := k.Pairings()
	if err != nil {
		return nil, wrap("unlinked", err)
	}
	staff, err := k.Staff()
	if err != nil {
		return nil, err
	}
	owes := map[twinning.UnitKey]bool{}
	for _, o := range k.programme.Owed(k.Today().Year(), units, pairings) {
		rule, _ := k.programme.Rule(o.Rule)
		owes[o.Unit] = owes[o.Unit] || rule.Remind
	}
	unlinked := map[twinning.UnitKey][]twinning.Unit{}
	for _, u := range units {
		if owes[u.Key] && len(staff[u.Key]) == 0 {
			unlinked[districtOf(u)] = append(unlinked[districtOf(u)], u)
		}
	}
	return unlinked, nil
}

// SortedDistricts returns the keys of a map by district in order, "" last.
func SortedDistricts[V any](m map[twinning.UnitKey]V) []twinning.UnitKey {
	return slices.SortedFunc(maps.Keys(m), func(a, b twinning.UnitKey) int {
		if (a == "") != (b == "") {
			return cmp.Compare(b, a)
		}
		return cmp.Compare(a, b)
	})
}
