package ledger

import (
	"slices"
	"strings"

	"ketnghia/twinning"
)

// UnitName returns the unit's name as an argument of a text; an unknown key is shown as it is.
func (k *Look) UnitName(key twinning.UnitKey) twinning.Arg {
	u, err := k.Unit(key)
	if err != nil {
		return twinning.Text(string(key))
	}
	return twinning.Text(u.Name)
}

// ActiveUnits returns the units that are not renamed, merged or dissolved, by key.
func (k *Look) ActiveUnits() ([]twinning.Unit, error) {
	units, err := k.Units()
	if err != nil {
		return nil, wrap("units", err)
	}
	return slices.DeleteFunc(units, func(u twinning.Unit) bool { return u.State != twinning.UnitActive }), nil
}

// SpokenUnits returns the active units as people call them: also by the names of units that they succeeded, unless another
// one has such a name now.
func (k *Look) SpokenUnits() ([]twinning.Unit, error) {
	units, err := k.Units()
	if err != nil {
		return nil, wrap("units", err)
	}
	taken := func(name string) bool {
		return slices.ContainsFunc(units, func(u twinning.Unit) bool { return u.Active() && strings.EqualFold(u.Name, name) })
	}
	former := map[twinning.UnitKey][]string{}
	for _, u := range units {
		if u.Active() {
			continue
		}
		heir := k.heir(u.Key)
		for _, name := range append([]string{u.Name}, u.Aliases...) {
			if !taken(name) {
				former[heir] = append(former[heir], name)
			}
		}
	}
	units = slices.DeleteFunc(units, func(u twinning.Unit) bool { return !u.Active() })
	for i, u := range units {
		units[i].Aliases = slices.Concat(u.Aliases, former[u.Key])
	}
	return units, nil
}

// UnitsOf returns the active units of the role, by key.
func (k *Look) UnitsOf(role twinning.UnitRole) ([]twinning.Unit, error) {
	units, err := k.ActiveUnits()
	return slices.DeleteFunc(units, func(u twinning.Unit) bool { return u.Role != role }), err
}

// Communes returns the active communes of a district, by key.
func (k *Look) Communes(district twinning.UnitKey) ([]twinning.Unit, error) {
	units, err := k.ActiveUnits()
	return slices.DeleteFunc(units, func(u twinning.Unit) bool { return u.Parent != district }), err
}

// CurrentPairings returns the pairings of the unit that are in force on the day of the look.
func (k *Look) CurrentPairings(unit twinning.UnitKey) ([]twinning.Pairing, error) {
	pairings, err := k.PairingsOf(unit)
	if err != nil {
		return nil, wrap("pairings", err)
	}
	today := k.Today()
	return slices.DeleteFunc(pairings, func(p twinning.Pairing) bool { return !p.Valid(today) }), nil
}

// Counterparts returns the units that the unit is paired with on the day of the look, each once.
func (k *Look) Counterparts(unit twinning.UnitKey) ([]twinning.UnitKey, error) {
	pairings, err := k.CurrentPairings(unit)
	if err != nil {
		return nil, err
	}
	var keys []twinning.UnitKey
	for _, p := range pairings {
		if c := p.Counterpart(unit); !slices.Contains(keys, c) {
			keys = append(keys, c)
		}
	}
	return keys, nil
}

// PairingFor returns the pairing of the two units in force on the day; when the sponsor is paired with the recipient's
// district only, that pairing. It returns the zero Pairing when there is none.
func (k *Look) PairingFor(sponsor, recipient twinning.UnitKey, day twinning.Date) (twinning.Pairing, error) {
	pairings, err := k.PairingsOf(sponsor)
	if err != nil {
		return twinning.Pairing{}, wrap("pairings", err)
	}
	u, err := k.Unit(recipient)
	if err != nil {
		return twinning.Pairing{}, wrap("pairings", err)
	}
	for _, key := range []twinning.UnitKey{recipient, u.Parent} {
		for _, p := range pairings {
			if key != "" && p.Sponsor == sponsor && p.Recipient == key && p.Valid(day) {
				return p, nil
			}
		}
	}
	return twinning.Pairing{}, nil
}

// HasDemo says whether any pairing of the books is made up for the sandbox.
func (k *Look) HasDemo() (bool, error) {
	pairings, err := k.Pairings()
	return slices.ContainsFunc(pairings, func(p twinning.Pairing) bool { return p.Demo }), wrap("pairings", err)
}
