package programme

import (
	"fmt"
	"regexp"
	"slices"
	"strings"
	"time"

	"ketnghia/twinning"
)

// maxID keeps ids short: they are part of callback data, of which Telegram allows 64 bytes (InlineKeyboardButton).
const maxID = 24

// readObligations reads the [[obligation]] tables; first is the first date of those that name none.
func readObligations(root *section, first twinning.Date) []twinning.ObligationRule {
	tables := root.subs("obligation", true)
	rules := make([]twinning.ObligationRule, len(tables))
	ids := map[string]bool{}
	for i, s := range tables {
		rules[i] = s.obligation(first)
		s.distinct(string(rules[i].ID), ids)
	}
	for i, s := range tables {
		rules[i].Also = s.also(rules[i].ID, ids)
		rules[i].WaitsFor = s.waitsFor(rules[i], ids)
		s.rest()
	}
	return rules
}

// obligation reads one rule, except for also, which needs the other rules.
func (s *section) obligation(first twinning.Date) twinning.ObligationRule {
	r := twinning.ObligationRule{
		ID:        twinning.RuleID(s.id("id")),
		Name:      s.names("name", maxName),
		Cite:      s.text("cite", maxText),
		Per:       twinning.Per(s.choice("per", string(twinning.PerUnit), []string{string(twinning.PerUnit), string(twinning.PerPairing)})),
		Due:       s.monthDay("due"),
		LateAfter: s.monthDay("late_after"),
		Closes:    s.monthDay("closes"),
		First:     s.date("first", false),
		Remind:    s.flag("remind", true),
	}
	if r.First.IsZero() {
		r.First = first
	}
	if r.Per == twinning.PerPairing {
		s.meaningless("roles", `per = "pairing"`)
		s.meaningless("paired", `per = "pairing"`)
		sides := []string{string(twinning.SideSponsor), string(twinning.SideRecipient), string(twinning.SideBoth)}
		r.Side = twinning.Side(s.choice("side", string(twinning.SideSponsor), sides))
	} else {
		s.meaningless("side", `per = "unit"`)
		r.Roles = words[twinning.UnitRole](s.choices("roles", true, roleNames()))
		r.Paired = s.flag("paired", false)
	}
	r.Once = s.flag("once", false)
	r.Words = s.phrases("words")
	copies := []string{
		string(twinning.CopyCounterparts), string(twinning.CopyStanding), string(twinning.CopyDistrict), string(twinning.CopyIssuer),
	}
	r.Copies = words[twinning.CopyTo](s.choices("copies", true, copies))
	r.Contents, r.ContentNames = s.named("contents", false)
	s.order(r)
	return r
}

// meaningless notes a key that another key makes void: a reader of the file would be misled by it.
func (s *section) meaningless(key, with string) {
	if _, ok := s.lookup(key, false); ok {
		s.fault(key, "has no meaning with "+with, "leave it out")
	}
}

// order checks that the three dates come one after the other, in common and in leap years.
func (s *section) order(r twinning.ObligationRule) {
	if r.Due.IsZero() || r.LateAfter.IsZero() || r.Closes.IsZero() {
		return
	}
	const common = 2023
	if r.LateAfter.In(common) < r.Due.In(common) {
		s.fault("late_after", "is before due", "want due <= late_after <= closes")
	}
	if r.Closes.In(common) < r.LateAfter.In(common) {
		s.fault("closes", "is before late_after", "want due <= late_after <= closes")
	}
}

// named reads a list of things as tables of id and both names: what a document must contain, the stages.
func (s *section) named(key string, required bool) ([]string, map[string]twinning.Names) {
	items := s.list(key, required)
	if len(items) == 0 {
		return nil, nil
	}
	var ids []string
	seen := map[string]bool{}
	names := map[string]twinning.Names{}
	for _, item := range items {
		table, ok := item.(map[string]any)
		if !ok {
			s.fault(key, "holds "+kindOf(item), `want { id = "…", vi = "…", en = "…" }`)
			continue
		}
		sub := &section{faults: s.faults, path: s.at(key), table: table}
		id := sub.id("id")
		names[id] = twinning.Names{"vi": sub.text("vi", maxName), "en": sub.text("en", maxName)}
		sub.rest()
		sub.distinct(id, seen)
		ids = append(ids, id)
	}
	return ids, names
}

// also reads the other obligations that the same document meets.
func (s *section) also(self twinning.RuleID, ids map[string]bool) []twinning.RuleID {
	var also []twinning.RuleID
	for _, item := range s.list("also", false) {
		id, _ := item.(string)
		switch {
		case !ids[id] || id == string(self):
			s.fault("also", quoted(item)+" is no other obligation", "want the id of another [[obligation]]")
		case slices.Contains(also, twinning.RuleID(id)):
			s.fault("also", quoted(item)+" stands twice", "each item once")
		default:
			also = append(also, twinning.RuleID(id))
		}
	}
	return also
}

// waitsFor reads the recipient's obligation whose lateness explains that of this one.
func (s *section) waitsFor(r twinning.ObligationRule, ids map[string]bool) twinning.RuleID {
	v, ok := s.lookup("waits_for", false)
	if !ok {
		return ""
	}
	id, _ := v.(string)
	switch {
	case r.Per != twinning.PerPairing:
		s.fault("waits_for", `has no meaning with per = "unit"`, "leave it out")
	case !ids[id] || id == string(r.ID):
		s.fault("waits_for", quoted(v)+" is no other obligation", "want the id of another [[obligation]]")
	default:
		return twinning.RuleID(id)
	}
	return ""
}

// phrases reads a list of distinct texts that may be absent.
func (s *section) phrases(key string) []string {
	var list []string
	for _, item := range s.list(key, false) {
		text := s.asText(key, item, maxName)
		switch {
		case text == "":
		case slices.Contains(list, text):
			s.fault(key, quoted(text)+" stands twice", "each item once")
		default:
			list = append(list, text)
		}
	}
	return list
}

// idForm is what an identifier looks like; maxID bounds its length.
var idForm = regexp.MustCompile(`^[a-z][a-z0-9_]*$`)

// id reads an identifier of small letters, digits and underscores.
func (s *section) id(key string) string {
	id := s.text(key, maxID)
	if id != "" && !idForm.MatchString(id) {
		s.fault(key, quoted(id)+" is no identifier", "allowed: small letters a-z, digits and _, a letter first")
		return ""
	}
	return id
}

// distinct notes an id that another table has already.
func (s *section) distinct(id string, seen map[string]bool) {
	if id == "" {
		return
	}
	if seen[id] {
		s.fault("id", quoted(id)+" stands twice", "each id once")
	}
	seen[id] = true
}

// monthDay reads a day of every year, "02-27", or of the year after, "next 01-31".
func (s *section) monthDay(key string) twinning.MonthDay {
	v, ok := s.lookup(key, true)
	if !ok {
		return twinning.MonthDay{}
	}
	return s.asMonthDay(key, v, true)
}

func (s *section) asMonthDay(key string, v any, nextAllowed bool) twinning.MonthDay {
	text, _ := v.(string)
	rest, next := strings.CutPrefix(text, "next ")
	// 2023 is a common year, so that 29 February, which most years lack, is refused.
	t, err := time.Parse(time.DateOnly, "2023-"+rest)
	allowed := `want month-day such as "02-27"`
	if nextAllowed {
		allowed += ` or "next 01-31" for the year after`
	}
	if err != nil || next && !nextAllowed {
		s.fault(key, quoted(v)+" is no day of every year", allowed)
		return twinning.MonthDay{}
	}
	return twinning.MonthDay{Month: t.Month(), Day: t.Day(), NextYear: next}
}

// words turns read words into a named type; nil stays nil.
func words[W ~string](list []string) []W {
	var typed []W
	for _, word := range list {
		typed = append(typed, W(word))
	}
	return typed
}

func roleNames() []string {
	var names []string
	for _, r := range twinning.UnitRoles() {
		names = append(names, fmt.Sprint(r))
	}
	return names
}
