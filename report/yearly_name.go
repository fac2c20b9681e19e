package report

import (
	"slices"
	"strings"

	"ketnghia/locales"
	"ketnghia/twinning"
)

// yearNames writes what the document and the spreadsheet of a report both name, in one language.
type yearNames struct {
	p locales.Printer
	r *twinning.YearReport
}

// of returns a text of locales, of a family that a constant chooses from.
func (n yearNames) of(family, constant string) string { return n.p.Text(family+constant, nil) }

// target says what a target asks for.
func (n yearNames) target(x twinning.ReportTarget) string {
	switch {
	case x.Measure == twinning.Households:
		return n.p.Text("yearly.target.households", nil)
	case x.Measure == twinning.Models:
		return n.p.Text("yearly.target.models", nil)
	case x.Measure == twinning.Amount:
		return n.p.Text("yearly.target.amount", nil)
	case len(x.Kinds) > 0:
		return capitalised(n.of("kind.", string(x.Kinds[0])))
	}
	return x.Target
}

// condition names what a rating asks for.
func (n yearNames) condition(c twinning.Condition) string {
	if c.Target != "" {
		i := slices.IndexFunc(n.r.Targets, func(x twinning.ReportTarget) bool { return x.Target == c.Target })
		if i >= 0 {
			return n.target(n.r.Targets[i])
		}
		return c.Target
	}
	i := slices.IndexFunc(n.r.Duties, func(d twinning.ReportDuty) bool { return d.Rule == c.Rule })
	if i >= 0 {
		return n.r.Duties[i].Name[n.p.Lang()]
	}
	return string(c.Rule)
}

// unmet names the conditions that are not met, with how far they are.
func (n yearNames) unmet(r twinning.ReportRating) string {
	var list []string
	for _, c := range r.Conditions {
		switch {
		case c.Met():
		case !c.Known:
			list = append(list, n.p.Text("yearly.condition_unknown", map[string]any{"Name": n.condition(c)}))
		default:
			list = append(list, n.p.Text("yearly.condition", map[string]any{
				"Name": n.condition(c), "Done": c.Done, "Required": c.Required,
			}))
		}
	}
	return strings.Join(list, "; ")
}

func (n yearNames) factors(r twinning.ReportRating) string {
	var list []string
	for _, f := range r.Factors {
		list = append(list, n.of("yearly.factor.", string(f)))
	}
	return strings.Join(list, "; ")
}

func (n yearNames) flags(r twinning.ReportRating) string {
	var list []string
	for _, f := range r.Flags {
		list = append(list, n.of("yearly.flag.", string(f)))
	}
	return strings.Join(list, "; ")
}

func (n yearNames) source(s twinning.Source) string {
	if s == "" {
		return n.p.Text("yearly.source_none", nil)
	}
	return capitalised(n.of("source.", string(s)))
}

func (n yearNames) kinds(kinds []twinning.Kind) string {
	var list []string
	for _, k := range kinds {
		list = append(list, n.of("kind.", string(k)))
	}
	return strings.Join(list, "; ")
}
