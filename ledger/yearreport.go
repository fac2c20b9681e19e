package ledger

import (
	"cmp"
	"errors"
	"maps"
	"slices"

	"ketnghia/twinning"
)

// gathering fills one year-end report from one snapshot.
type gathering struct {
	*Look
	r twinning.YearReport
	// unit is whose report it is; for the province the issuer, whose figures it has.
	unit twinning.Unit
	// span are the units whose activities count.
	span []twinning.UnitKey
}

// Reports says whether units of the role write a year-end report of their own: sponsors and recipients do (III.2.1.c,
// III.2.2.c). The standing agency's is the province's.
func Reports(role twinning.UnitRole) bool {
	switch role {
	case twinning.RoleEmulation, twinning.RoleSponsorAgency, twinning.RoleSponsorLowland, twinning.RoleSponsorOther,
		twinning.RoleRecipientDistrict, twinning.RoleRecipientCommune:
		return true
	case twinning.RoleIssuer, twinning.RoleStanding, twinning.RoleOverseer:
	}
	return false
}

// YearReport gathers what the year-end report of a unit says, or for "" that of the standing agency on the province. Its
// total is what Sum tells for the unit; every other figure is added up from the activities behind it.
func (k *Look) YearReport(unit twinning.UnitKey, year int) (twinning.YearReport, error) {
	p := k.programme
	g := &gathering{Look: k, r: twinning.YearReport{
		Format: twinning.YearReportFormat, Year: year, AsOf: k.Today(), Unit: unit, Decision: p.Decision, Signed: p.Signed,
		Title: p.Title, Units: map[twinning.UnitKey]twinning.ReportUnit{},
	}}
	for _, step := range []func() error{
		g.head, g.pairings, g.activities, g.total, g.duties, g.targets, g.gifts, g.ratings,
	} {
		if err := step(); err != nil {
			return g.r, wrap("year report", err)
		}
	}
	g.names()
	return g.r, nil
}

// head finds whose report it is and who gets it.
func (g *gathering) head() error {
	units, err := g.Units()
	if err != nil {
		return wrap("units", err)
	}
	for _, u := range units {
		g.r.Units[u.Key] = twinning.ReportUnit{
			Name: u.Name, Aliases: u.Aliases, Role: u.Role, District: u.Parent, Border: u.Border, Staff: u.Staff,
		}
		switch {
		case u.State != twinning.UnitActive:
		case u.Role == twinning.RoleIssuer && g.r.Issuer == "":
			g.r.Issuer = u.Key
		case u.Role == twinning.RoleStanding && g.r.Standing == "":
			g.r.Standing = u.Key
		}
	}
	if g.unit, err = g.Unit(cmp.Or(g.r.Unit, g.r.Issuer)); err != nil {
		return wrap("unit", err)
	}
	if g.r.Unit != "" && !Reports(g.unit.Role) {
		return &twinning.InvalidError{Field: "report", Rule: "no_report"}
	}
	g.span, err = g.Span(g.unit)
	return err
}

// counts says whether the unit is among those whose activities count.
func (g *gathering) counts(unit twinning.UnitKey) bool { return slices.Contains(g.span, unit) }

func (g *gathering) pairings() error {
	all, err := g.Pairings()
	if err != nil {
		return wrap("pairings", err)
	}
	for _, p := range all {
		if !p.ValidIn(g.r.Year) || !g.counts(p.Sponsor) && !g.counts(p.Recipient) {
			continue
		}
		g.r.Pairings = append(g.r.Pairings, twinning.ReportPairing{
			Sponsor: p.Sponsor, Recipient: p.Recipient, Decision: p.Decision,
		})
		g.r.Demo = g.r.Demo || p.Demo
	}
	return nil
}

// activities lists what counts in the year and adds it up by content, source, party and pair.
func (g *gathering) activities() error {
	seen := map[twinning.ActivityID]bool{}
	for _, unit := range g.span {
		err := g.eachOf(unit, g.r.Year, func(a twinning.Activity) {
			if seen[a.ID] || a.State == twinning.ActivityVoided {
				return
			}
			seen[a.ID] = true
			g.r.Activities = append(g.r.Activities, twinning.ReportActivity{
				ID: a.ID, Version: a.Version, State: a.State, Facts: a.Facts,
			})
		})
		if err != nil {
			return err
		}
	}
	slices.SortFunc(g.r.Activities, func(a, b twinning.ReportActivity) int {
		return cmp.Or(cmp.Compare(a.Facts.From, b.Facts.From), cmp.Compare(a.ID, b.ID))
	})
	g.addUp()
	return nil
}

// pairOf is whose support for whom, and under which content.
type pairOf struct {
	sponsor, recipient twinning.UnitKey
	category           twinning.Category
}

// tallies are figures in the making by what they belong to. They are changed in place: there may be many activities.
type tallies[K comparable] map[K]*twinning.Figures

func (t tallies[K]) add(key K, q twinning.Quantities, confirmed bool) {
	f := t.of(key)
	to := &f.Unconfirmed
	if confirmed {
		to = &f.Confirmed
	}
	if *to == nil {
		*to = twinning.Quantities{}
	}
	for m, n := range q {
		if n != 0 {
			(*to)[m] += n
		}
	}
}

// of returns the figures of the key, which gets some.
func (t tallies[K]) of(key K) *twinning.Figures {
	if t[key] == nil {
		t[key] = &twinning.Figures{}
	}
	return t[key]
}

func (g *gathering) addUp() {
	byCategory, byPair := tallies[twinning.Category]{}, tallies[pairOf]{}
	bySponsor, byRecipient := g.parties()
	bySource := tallies[twinning.Source]{}
	for _, a := range g.r.Activities {
		f, counted := a.Facts, twinning.Activity{State: a.State, Facts: a.Facts}.Counted()
		byCategory.add(f.Category, counted, a.Confirmed())
		bySponsor.add(f.Sponsor, counted, a.Confirmed())
		byRecipient.add(f.Recipient, counted, a.Confirmed())
		byPair.add(pairOf{f.Sponsor, f.Recipient, f.Category}, counted, a.Confirmed())
		bySource.add(f.Source, counted, a.Confirmed())
	}
	for _, c := range append(twinning.Categories(), twinning.CategoryUnsure) {
		if f, some := byCategory[c]; some || c != twinning.CategoryUnsure {
			if !some {
				f = &twinning.Figures{}
			}
			g.r.Categories = append(g.r.Categories, twinning.CategoryShare{Category: c, Figures: *f})
		}
	}
	for _, s := range []twinning.Source{
		twinning.SourceIntegrated, twinning.SourceOwn, twinning.SourceStaff, twinning.SourceMobilised, "",
	} {
		f := bySource.of(s)
		g.r.Sources = append(g.r.Sources, twinning.SourceShare{
			Source: s, Confirmed: f.Confirmed[twinning.Amount], Unconfirmed: f.Unconfirmed[twinning.Amount],
		})
	}
	g.r.Sponsors, g.r.Recipients = g.ordered(bySponsor), g.ordered(byRecipient)
	for p, f := range byPair {
		g.r.Shares = append(g.r.Shares, twinning.PairShare{
			Sponsor: p.sponsor, Recipient: p.recipient, Category: p.category, Figures: *f,
		})
	}
	slices.SortFunc(g.r.Shares, func(a, b twinning.PairShare) int {
		return cmp.Or(
			cmp.Compare(a.Category, b.Category), g.order(a.Recipient, b.Recipient), g.order(a.Sponsor, b.Sponsor),
		)
	})
}

// parties returns the sponsors and recipients that have a row whether they did something or not.
func (g *gathering) parties() (sponsors, recipients tallies[twinning.UnitKey]) {
	sponsors, recipients = tallies[twinning.UnitKey]{}, tallies[twinning.UnitKey]{}
	for _, p := range g.r.Pairings {
		sponsors.of(p.Sponsor)
		recipients.of(p.Recipient)
	}
	for _, key := range g.span {
		if !g.r.Units[key].Role.IsRecipient() {
			sponsors.of(key)
		} else if u, err := g.Unit(key); err == nil && u.State == twinning.UnitActive {
			recipients.of(key)
		}
	}
	return sponsors, recipients
}

func (g *gathering) ordered(by tallies[twinning.UnitKey]) []twinning.PartyShare {
	var list []twinning.PartyShare
	for _, key := range slices.SortedFunc(maps.Keys(by), g.order) {
		list = append(list, twinning.PartyShare{Unit: key, Figures: *by[key]})
	}
	return list
}

// order puts sponsors before recipients, agencies before districts, a district before its communes, then by key.
func (g *gathering) order(a, b twinning.UnitKey) int {
	u, v := g.r.Units[a], g.r.Units[b]
	if u.Role.IsRecipient() && v.Role.IsRecipient() {
		return cmp.Or(
			cmp.Compare(cmp.Or(u.District, a), cmp.Or(v.District, b)), cmp.Compare(u.District, v.District), cmp.Compare(a, b),
		)
	}
	rank := func(r twinning.UnitRole) int { return slices.Index(twinning.UnitRoles(), r) }
	return cmp.Or(cmp.Compare(rank(u.Role), rank(v.Role)), cmp.Compare(a, b))
}

func (g *gathering) total() error {
	sum, err := g.Sum(g.r.Year, Filter{Units: g.span})
	g.r.Total = twinning.Figures{Confirmed: sum.Confirmed, Unconfirmed: sum.Unconfirmed}
	return err
}

func (g *gathering) gifts() error {
	now, err := g.GiftShareOf(g.r.Year, g.span...)
	before, more := g.GiftShareOf(g.r.Year-1, g.span...)
	g.r.Gifts, g.r.GiftsBefore = twinning.GiftFigures(now), twinning.GiftFigures(before)
	return errors.Join(err, more)
}

// names drops the units that the report doesn't speak of.
func (g *gathering) names() {
	named := map[twinning.UnitKey]bool{g.r.Unit: true, g.r.Issuer: true, g.r.Standing: true}
	for _, p := range g.r.Pairings {
		named[p.Sponsor], named[p.Recipient] = true, true
	}
	for _, p := range slices.Concat(g.r.Sponsors, g.r.Recipients) {
		named[p.Unit] = true
	}
	for _, d := range g.r.Duties {
		named[d.Unit], named[d.Counterpart] = true, true
	}
	for _, t := range g.r.Targets {
		named[t.Unit] = true
	}
	for _, x := range g.r.Ratings {
		named[x.Unit] = true
	}
	for key := range maps.Clone(named) {
		named[g.r.Units[key].District] = true
	}
	maps.DeleteFunc(g.r.Units, func(key twinning.UnitKey, _ twinning.ReportUnit) bool { return !named[key] })
}
