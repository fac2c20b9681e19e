package programme

import (
	"slices"

	"ketnghia/twinning"
)

// maxQuantity bounds a target: a thousand billion đồng.
const maxQuantity = 1_000_000_000_000

// readTargets reads the [[target]] tables.
func readTargets(root *section) []twinning.Target {
	tables := root.subs("target", true)
	targets := make([]twinning.Target, len(tables))
	seen := map[string]bool{}
	for i, s := range tables {
		targets[i] = s.target()
		s.distinct(targets[i].ID, seen)
		s.rest()
	}
	return targets
}

func (s *section) target() twinning.Target {
	pers := []string{string(twinning.PerSponsor), string(twinning.PerCommune), string(twinning.PerStaff)}
	t := twinning.Target{
		ID:       s.id("id"),
		Cite:     s.text("cite", maxText),
		Roles:    words[twinning.UnitRole](s.choices("roles", true, roleNames())),
		Measure:  twinning.Measure(s.choice("measure", "", measureNames())),
		Kinds:    words[twinning.Kind](s.choices("kinds", false, kindNames())),
		Quantity: s.number("quantity", 1, maxQuantity),
		Per:      twinning.TargetPer(s.choice("per", string(twinning.PerSponsor), pers)),
	}
	if t.Measure == twinning.Activities && len(t.Kinds) == 0 {
		s.fault("kinds", "is missing", `measure = "activities" needs the kinds that count`)
	}
	if t.Per == twinning.PerStaff {
		roundings := []string{string(twinning.RoundCeil), string(twinning.RoundNearest), string(twinning.RoundFloorBlock)}
		t.Block = s.number("block", 1, maxQuantity)
		t.Rounding = twinning.Rounding(s.choice("rounding", "", roundings))
		return t
	}
	s.meaningless("block", `per other than "staff"`)
	s.meaningless("rounding", `per other than "staff"`)
	return t
}

func measureNames() []string {
	var names []string
	for _, m := range twinning.Measures() {
		names = append(names, string(m))
	}
	return names
}

func kindNames() []string {
	return []string{
		string(twinning.KindGift), string(twinning.KindStudyTour), string(twinning.KindModelNew),
		string(twinning.KindModelKept), string(twinning.KindModelMore), string(twinning.KindConnecting),
		string(twinning.KindTraining), string(twinning.KindInspection), string(twinning.KindSurvey),
	}
}

// ruleNamed notes an id that no obligation has.
func (s *section) ruleNamed(key, id string, rules []twinning.ObligationRule) twinning.RuleID {
	if id != "" && !slices.ContainsFunc(rules, func(r twinning.ObligationRule) bool { return string(r.ID) == id }) {
		s.fault(key, quoted(id)+" is no obligation", "want the id of an [[obligation]]")
	}
	return twinning.RuleID(id)
}

// readRating reads the thresholds, in percent of the conditions met, and which documents section IV.2 speaks of.
func readRating(s *section, rules []twinning.ObligationRule) twinning.Rating {
	if s == nil {
		return twinning.Rating{}
	}
	r := twinning.Rating{
		Good:             int(s.number("good", 1, 100)),
		Fair:             int(s.number("fair", 1, 100)),
		Average:          int(s.number("average", 1, 100)),
		ExcellentFactors: int(s.number("excellent_factors", 0, 20)),
	}
	s.text("cite", maxText)
	if _, ok := s.lookup("signed", false); ok {
		r.Signed = s.ruleNamed("signed", s.text("signed", maxID), rules)
	}
	for _, id := range s.phrases("reports") {
		r.Reports = append(r.Reports, s.ruleNamed("reports", id, rules))
	}
	s.rest()
	if r.Good != 0 && r.Fair > r.Good {
		s.fault("fair", "is above good", "want good >= fair >= average")
	}
	if r.Fair != 0 && r.Average > r.Fair {
		s.fault("average", "is above fair", "want good >= fair >= average")
	}
	return r
}
