package ledger

import "ketnghia/twinning"

// Status is how a unit stands in a year: everything that a status answer shows, from the places that every other answer
// takes its figures from.
type Status struct {
	Unit twinning.Unit
	Year int
	// Done and Before are what was done in the year and in the year before; Gifts and GiftsBefore the shares of gifts.
	Done, Before       Sum
	Gifts, GiftsBefore GiftShare
	// Progress holds the unit's targets, none for those that none binds.
	Progress []Progress
	// Months is how many months of the year have passed in full.
	Months int
}

// StatusOf returns how a unit stands in a year; of a district, the province or the overseer together with what belongs to
// it. Its cost does not depend on the number of activities.
func (k *Look) StatusOf(u twinning.Unit, year int) (Status, error) {
	span, err := k.Span(u)
	if err != nil {
		return Status{}, err
	}
	s, err := k.statusOver(year, Filter{Units: span})
	if err != nil {
		return s, err
	}
	s.Unit = u
	s.Progress, err = k.Progresses(u, year)
	return s, err
}

// PairingStatus returns how a pairing stands in a year. An activity in a commune of a paired district belongs to the
// pairing too, so the sponsor's rows are complete. The targets are the sponsor's, with what was done in this pairing; what
// is required of each commune is that of one commune, what is required of the sponsor in all is left to StatusOf.
func (k *Look) PairingStatus(p twinning.Pairing, year int) (Status, error) {
	s, err := k.statusOver(year, Filter{Units: []twinning.UnitKey{p.Sponsor}, Pairing: p.ID})
	if err != nil {
		return s, err
	}
	sponsor, err := k.Unit(p.Sponsor)
	if err != nil {
		return s, wrap("pairing", err)
	}
	recipient, err := k.Unit(p.Recipient)
	if err != nil {
		return s, wrap("pairing", err)
	}
	all := s.Done.All()
	for _, t := range k.programme.Targets {
		if !t.Applies(sponsor.Role) {
			continue
		}
		here := Progress{Target: t, Done: done(t, all), Confirmed: done(t, s.Done.Confirmed)}
		if t.Per == twinning.PerCommune && recipient.Role == twinning.RoleRecipientCommune {
			here.Required, here.Known = t.Required(0, 1)
			here.Behind = year == k.Today().Year() && behind(here.Done, here.Required, s.Months)
		}
		s.Progress = append(s.Progress, here)
	}
	return s, nil
}

func (k *Look) statusOver(year int, f Filter) (Status, error) {
	s := Status{Year: year, Months: k.MonthsOf(year)}
	var err error
	if s.Done, err = k.Sum(year, f); err != nil {
		return s, err
	}
	if s.Before, err = k.Sum(year-1, f); err != nil {
		return s, err
	}
	s.Gifts, s.GiftsBefore = giftShare(s.Done), giftShare(s.Before)
	return s, nil
}
