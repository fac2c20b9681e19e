package report

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"ketnghia/twinning"
)

// yearView is the report with what its texts ask about it.
type yearView struct {
	twinning.YearReport
	// committee stands before the name of a place that speaks, department at the beginning of a name of one.
	committee, department string
	// gap marks what nobody said.
	gap string
}

// name returns a unit's name in one line.
func (v *yearView) name(key twinning.UnitKey) string {
	return strings.Join(strings.Fields(v.Name(key)), " ")
}

// isPlace says whether the unit is a province, district or commune, which its people's committee speaks for.
func (v *yearView) isPlace(key twinning.UnitKey) bool {
	role := v.Units[key].Role
	return role.IsRecipient() || role == twinning.RoleSponsorLowland || role == twinning.RoleIssuer
}

// inText returns a unit's name as it stands in a sentence: "xã Ch'ơm", "Sở Y tế".
func (v *yearView) inText(key twinning.UnitKey) string {
	if v.isPlace(key) {
		return lowered(v.name(key))
	}
	return v.name(key)
}

// signing returns who speaks for a unit, in a sentence: "UBND xã Ch'ơm", "Sở Y tế".
func (v *yearView) signing(key twinning.UnitKey) string {
	switch {
	case key == "":
		return v.gap
	case v.isPlace(key):
		return v.committee + " " + v.inText(key)
	}
	return v.name(key)
}

// AuthorName is who reports, IssuerName and StandingName who gets it, as in a sentence.
func (v *yearView) AuthorName() string   { return v.signing(v.Author()) }
func (v *yearView) IssuerName() string   { return v.signing(v.Issuer) }
func (v *yearView) StandingName() string { return v.signing(v.Standing) }

// Code is the author's abbreviation in the report's number, "" where nobody said it. That of the standing agency is the
// first letters of its name, as in its own letters ("184/TTr-BDT").
func (v *yearView) Code() string {
	author := v.Author()
	if v.isPlace(author) {
		return v.committee
	}
	for _, alias := range v.Units[author].Aliases {
		if !strings.ContainsFunc(alias, func(r rune) bool { return !unicode.IsUpper(r) && r != '&' && r != '-' }) {
			return alias
		}
	}
	if author != v.Standing || author == "" {
		return ""
	}
	var initials strings.Builder
	for word := range strings.FieldsSeq(v.shortName(author)) {
		first, _ := utf8.DecodeRuneInString(word)
		_, _ = initials.WriteRune(unicode.ToUpper(first))
	}
	return initials.String()
}

// shortName is the name without what the line above it says: "Ban Dân tộc" of "Ban Dân tộc tỉnh".
func (v *yearView) shortName(key twinning.UnitKey) string {
	province, _, _ := strings.Cut(v.inText(v.Issuer), " ")
	return strings.TrimSuffix(v.name(key), " "+province)
}

// Place is where the report is dated: the name of the author's own place, without what kind it is, or the province's.
func (v *yearView) Place() string {
	at := v.Issuer
	if v.isPlace(v.Author()) {
		at = v.Author()
	}
	return v.bareName(at)
}

// bareName returns a place's name behind the word or words for its kind, which are not capitals: "Tam Kỳ" of "Thành phố
// Tam Kỳ".
func (v *yearView) bareName(key twinning.UnitKey) string {
	words := strings.Fields(v.name(key))
	for i, word := range words {
		if first, _ := utf8.DecodeRuneInString(word); i > 0 && unicode.IsUpper(first) {
			return strings.Join(words[i:], " ")
		}
	}
	return strings.Join(words, " ")
}

// SignedYear is the year of the blank date: that in which the books were looked at.
func (v *yearView) SignedYear() int { return v.AsOf.Year() }

// PlanTitle is what the decision issues, in Vietnamese.
func (v *yearView) PlanTitle() string { return v.Title["vi"] }

// OwnDistrict is the district of a commune that reports, "" otherwise.
func (v *yearView) OwnDistrict() twinning.UnitKey { return v.Units[v.Unit].District }

// mostCopies is up to how many counterparts the list of receivers names each.
const mostCopies = 6

// CopyPartners are the counterparts that the list of receivers names; with more it names them together.
func (v *yearView) CopyPartners() []twinning.UnitKey {
	var keys []twinning.UnitKey
	for _, p := range v.Partners() {
		if !slices.Contains(keys, p.Unit) {
			keys = append(keys, p.Unit)
		}
	}
	if len(keys) > mostCopies {
		return nil
	}
	return keys
}

// partner is a counterpart with the decision that assigned it.
type partner struct {
	Unit     twinning.UnitKey
	Decision string
}

// Partners are the counterparts of the unit's own pairings.
func (v *yearView) Partners() []partner {
	var list []partner
	for _, p := range v.Pairings {
		switch v.Unit {
		case p.Sponsor:
			list = append(list, partner{p.Recipient, p.Decision})
		case p.Recipient:
			list = append(list, partner{p.Sponsor, p.Decision})
		}
	}
	return list
}

// IsDistrict says whether the report is a district's, which counts its communes' support too.
func (v *yearView) IsDistrict() bool { return v.Units[v.Unit].Role == twinning.RoleRecipientDistrict }

// CommunePairs is how many pairings are those of the district's communes.
func (v *yearView) CommunePairs() int { return len(v.Pairings) - len(v.Partners()) }

// Contents are the shares of section II in order.
func (v *yearView) Contents() []twinning.CategoryShare { return v.Categories }

// pairs returns who did something for whom under a content.
func (v *yearView) pairs(c twinning.Category) []twinning.PairShare {
	var list []twinning.PairShare
	for _, s := range v.Shares {
		if s.Category == c {
			list = append(list, s)
		}
	}
	return list
}

// Papers are the unit's own documents, and what both parties of its pairings signed.
func (v *yearView) Papers() []twinning.ReportDuty {
	var list []twinning.ReportDuty
	for _, d := range v.Duties {
		if d.Unit == v.Unit || d.Part == twinning.DutySigned && d.Counterpart == v.Unit {
			list = append(list, d)
		}
	}
	return list
}

// standing is a document that organises the work.
type standing struct {
	Title string
	Filed twinning.Date
}

// Standings are the documents that organise the work and were filed.
func (v *yearView) Standings() []standing {
	var list []standing
	for _, d := range v.OwnDuties(twinning.DutyOrganising) {
		if d.Filed.IsZero() {
			continue
		}
		list = append(list, standing{Title: d.Name["vi"], Filed: d.Filed})
	}
	return list
}

// OwnEvaluations are what the unit writes about each counterpart.
func (v *yearView) OwnEvaluations() []twinning.ReportDuty {
	return v.OwnDuties(twinning.DutyEvaluation)
}

// share is how many of how many.
type share struct{ Filed, All int }

// Evaluations are those of all pairings, nil where there are none.
func (v *yearView) Evaluations() *share {
	var s share
	for _, d := range v.Duties {
		if d.Part == twinning.DutyEvaluation && d.Standing.Counts() {
			s.All++
			if d.Standing.Met() {
				s.Filed++
			}
		}
	}
	if s.All == 0 {
		return nil
	}
	return &s
}

// PairedSponsors, PairedDistricts, PairedCommunes and PairedBorder count the parties of pairings, each once.
func (v *yearView) PairedSponsors() int {
	return v.paired(func(_ twinning.ReportUnit, sponsor bool) bool { return sponsor })
}

// PairedDistricts counts districts.
func (v *yearView) PairedDistricts() int {
	return v.paired(func(u twinning.ReportUnit, _ bool) bool { return u.Role == twinning.RoleRecipientDistrict })
}

// PairedCommunes counts communes.
func (v *yearView) PairedCommunes() int {
	return v.paired(func(u twinning.ReportUnit, _ bool) bool { return u.Role == twinning.RoleRecipientCommune })
}

// PairedBorder counts communes on the border.
func (v *yearView) PairedBorder() int {
	return v.paired(func(u twinning.ReportUnit, _ bool) bool {
		return u.Role == twinning.RoleRecipientCommune && u.Border
	})
}

func (v *yearView) paired(want func(u twinning.ReportUnit, sponsor bool) bool) int {
	found := map[twinning.UnitKey]bool{}
	for _, p := range v.Pairings {
		found[p.Sponsor] = found[p.Sponsor] || want(v.Units[p.Sponsor], true)
		found[p.Recipient] = found[p.Recipient] || want(v.Units[p.Recipient], false)
	}
	n := 0
	for _, yes := range found {
		if yes {
			n++
		}
	}
	return n
}

// rated is how many units have a level.
type rated struct {
	Level twinning.RatingLevel
	Units int
}

// Levels counts the units of each level, best first.
func (v *yearView) Levels() []rated {
	var list []rated
	for _, level := range twinning.RatingLevels() {
		n := 0
		for _, x := range v.Ratings {
			if x.Level == level {
				n++
			}
		}
		list = append(list, rated{level, n})
	}
	return list
}

// flagged are the units that a flag of IV.2 is on.
type flagged struct {
	Flag  twinning.Flag
	Units []twinning.UnitKey
}

// Flagged lists the three flags.
func (v *yearView) Flagged() []flagged {
	var list []flagged
	for _, f := range twinning.Flags() {
		x := flagged{Flag: f}
		for _, r := range v.Ratings {
			if slices.Contains(r.Flags, f) {
				x.Units = append(x.Units, r.Unit)
			}
		}
		list = append(list, x)
	}
	return list
}

// Districts are the districts with what they and their communes got.
func (v *yearView) Districts() []twinning.PartyShare {
	var list []twinning.PartyShare
	for _, s := range v.Recipients {
		key := s.Unit
		if d := v.Units[key].District; d != "" {
			key = d
		}
		i := slices.IndexFunc(list, func(x twinning.PartyShare) bool { return x.Unit == key })
		if i < 0 {
			i = len(list)
			list = append(list, twinning.PartyShare{Unit: key})
		}
		list[i].Confirmed = list[i].Confirmed.Plus(s.Confirmed, 1)
		list[i].Unconfirmed = list[i].Unconfirmed.Plus(s.Unconfirmed, 1)
	}
	return list
}
