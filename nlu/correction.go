package nlu

import (
	"slices"

	"ketnghia/twinning"
)

// Correction is a reply to a card.
type Correction struct {
	// Facts is the corrected whole. A named unit is put where it belongs: in place of the one that it replaces, where
	// asking points, or by its role.
	Facts twinning.Facts
	// Changed names the fields that the reply speaks of, measures by their own name, each once.
	Changed []twinning.Field
	// Units are the units named, in order; Replaced are those that the reply says are wrong ("chứ không phải …").
	Units     []Mention
	Replaced  []twinning.UnitKey
	Ambiguous []Ambiguity
	Warnings  []Warning
	// Each is a price each that the reply states.
	Each *Each
}

// correcting is a reply on its way through Correct.
type correcting struct {
	*scan
	now    twinning.Facts
	asking twinning.Field
	out    Correction
	// wrong marks the tokens of values that the reply takes back.
	wrong []bool
}

// Correct reads a reply to a card that shows now, and on which the question asking ("" for none) is open. ok is false
// when the reply corrects nothing.
func (r *Reader) Correct(text string, ref twinning.Date, now twinning.Facts, asking twinning.Field) (Correction, bool) {
	c := correcting{scan: r.scan(text, ref), now: now, asking: asking, out: Correction{Facts: now.Clone()}}
	c.wrong = make([]bool, len(c.tokens))
	personal := c.traps()
	for _, p := range personal {
		c.out.Warnings = append(c.out.Warnings, Warning{WarnPersonalData, c.between(p.start, p.end)})
	}
	c.negation()
	c.takenBack()
	c.swaps()
	hits := c.names()
	c.clears()
	dates := c.dates()
	amounts := c.money()
	c.labelledFirst()
	counts, vague := c.counts()
	c.zeros()
	for _, v := range vague {
		c.out.Warnings = append(c.out.Warnings, Warning{WarnVagueNumber, c.between(v.start, v.end)})
	}
	c.units(hits)
	c.days(dates)
	c.measures(c.nearPoor(counts))
	c.amounts(amounts)
	c.text()
	c.bareNumbers(counts)
	ok := len(c.out.Changed) > 0 || c.out.Each != nil || len(c.out.Units) > 0 || len(c.out.Ambiguous) > 0
	if !ok || c.asksBack() {
		c.out.Facts = now.Clone()
		return c.out, false
	}
	return c.out, true
}

// change notes a field once.
func (c *correcting) change(f twinning.Field) {
	if !slices.Contains(c.out.Changed, f) {
		c.out.Changed = append(c.out.Changed, f)
	}
}

// negation marks what stands behind "chứ không phải": up to the end of the clause, or up to "mà là".
func (c *correcting) negation() {
	for i := 0; i < len(c.tokens); i++ {
		_, end := c.is(i, "negated")
		if end == 0 {
			continue
		}
		for i = end; i < len(c.tokens) && !c.clauseEnd(i) && !c.word(i, ","); i++ {
			if i > end && c.is2(i, "instead") {
				break
			}
			c.wrong[i] = true
		}
	}
}

// clears empties the fields named after "bỏ" and "không có", or before them: "bỏ số hộ và tiền", "kinh phí thì bỏ".
func (c *correcting) clears() {
	for i := 0; i < len(c.tokens); i++ {
		_, end := c.is(i, "clear")
		if end == 0 || c.wrong[i] || c.owner[i] == ownedByName {
			continue
		}
		if next := c.clearAfter(end); next > end {
			i = next - 1
			continue
		}
		c.clearsBefore(i, end)
	}
}

// clearsBefore empties the fields named right before "bỏ" at token i: "kinh phí thì bỏ", "tiền và quà đều không có".
func (c *correcting) clearsBefore(i, end int) {
	for c.clauseStops(end) {
		e, from := c.ends(c.before(i, ":", "thi", "cu", "em", "nay", "luon", "xin", "nho", "gium", "dum", "giup", "deu", "cung"), "clear_field")
		if e == nil {
			return
		}
		c.clear(e.value)
		if i = from; !c.word(i-1, "va", "voi", "lan") {
			return
		}
		i--
	}
}

// clearAfter empties the fields that stand from token end on, and returns where they end.
func (c *correcting) clearAfter(end int) int {
	last := end
	for c.word(end, "phan", "muc", "cai", "so", "luon", "di", "ca", "het", "nguyen", "gium", "dum", "giup", "em", "anh", "chi") && (!c.is2(end, "clear_field") || c.word(end, "muc", "phan") && c.is2(end+1, "clear_field")) {
		end++
	}
	for {
		e, next := c.is(end, "clear_field")
		if e == nil || c.word(next, "van", "giu") || c.kind(next) == tokenDigits && !c.word(next, "0") {
			return last
		}
		c.clear(e.value)
		for last, end = next, next; c.word(end, "va", ",", "voi", "cung", "lan", "luon", "ca", "phan", "+") || c.word(end, "muc") && c.is2(end+1, "clear_field") || c.is2(end, "clear") && !c.is2(end, "clear_field"); end++ {
			continue
		}
	}
}

// before steps back over the given words.
func (c *correcting) before(i int, folds ...string) int {
	for i > 0 && c.word(i-1, folds...) {
		i--
	}
	return i
}

// clauseStops says that at token i only words of address stand before the end of the clause.
func (c *correcting) clauseStops(i int) bool {
	for i < len(c.tokens) && (c.is2(i, "particle") || c.word(i, "di", "luon", "gium", "giup", "nha", "nhe", "het", "khoi")) {
		i++
	}
	return i >= len(c.tokens) || c.clauseEnd(i) || c.word(i, ",", "vi", "do", "tai")
}

func (c *correcting) clear(field string) {
	f := &c.out.Facts
	switch twinning.Field(field) {
	case twinning.FieldPlace:
		f.Place = ""
	case twinning.FieldDate:
		f.From, f.To = 0, 0
	case FieldSource:
		f.Source = ""
	case FieldInKind:
		f.InKind = nil
	case twinning.FieldCategory:
		f.Category = twinning.CategoryUnsure
	case twinning.FieldSponsor, twinning.FieldRecipient, twinning.FieldQuantity:
		// No words clear these: parties are replaced, numbers cleared one by one.
	default:
		delete(f.Quantities, twinning.Measure(field))
	}
	c.change(twinning.Field(field))
}

// units takes the names outside of the negation.
func (c *correcting) units(hits []nameHit) {
	var right, taken []nameHit
	for _, h := range hits {
		if c.wrong[h.start] {
			taken = append(taken, h)
		} else {
			right = append(right, h)
		}
	}
	wrong, _ := c.mentions(taken)
	for _, m := range wrong {
		c.out.Replaced = append(c.out.Replaced, m.Key)
	}
	c.out.Units, c.out.Ambiguous = c.mentions(right)
	for _, m := range c.out.Units {
		c.party(m)
	}
}

// party puts a unit in the place of the one that it replaces, into the field asked for, or by its role.
func (c *correcting) party(m Mention) {
	f, key := &c.out.Facts, m.Key
	u := c.roster.units[c.roster.byKey[key]]
	toSponsor := !u.Role.IsRecipient()
	switch {
	case slices.Contains(c.out.Replaced, c.now.Sponsor) && c.now.Sponsor != "":
		toSponsor = true
	case slices.Contains(c.out.Replaced, c.now.Recipient) && c.now.Recipient != "":
		toSponsor = false
	case c.asking == twinning.FieldSponsor && len(c.out.Units) == 1:
		toSponsor = true
	case c.asking == twinning.FieldRecipient && len(c.out.Units) == 1:
		toSponsor = false
	}
	if c.joins(m) && (toSponsor && f.Sponsor != "" || !toSponsor && f.Recipient != "") {
		return // "bổ sung thêm xã Trà Vân": the card holds one, and the caller sees the other in Units
	}
	if toSponsor {
		f.Sponsor = key
		c.change(twinning.FieldSponsor)
		return
	}
	// "xã Ch'ơm, huyện Tây Giang" is the commune.
	if f.Recipient != "" && slices.Contains(c.out.Changed, twinning.FieldRecipient) {
		if old := c.roster.units[c.roster.byKey[f.Recipient]]; old.Parent == key {
			return
		}
	}
	f.Recipient = key
	c.change(twinning.FieldRecipient)
}

// joins says that "thêm" stands before the unit's name in its clause.
func (c *correcting) joins(m Mention) bool {
	for i := range c.tokens {
		if c.tokens[i].start == m.Start {
			return c.sign(i) > 0
		}
	}
	return false
}

// days takes a date outside of the negation; for the open question of the date a bare day of the month will do.
func (c *correcting) days(dates []dateHit) {
	var right []dateHit
	for _, d := range dates {
		if !c.wrong[d.start] {
			right = append(right, d)
		}
	}
	if len(right) == 0 && c.asking == twinning.FieldDate && len(c.tokens) == 1 {
		if n, _, ok := c.dayNumber(0); ok {
			if date, ok := c.latestDay(n); ok {
				right = []dateHit{{span: span{0, 1}, from: date}}
				c.claim(0, 1, ownedByDate)
			}
		}
	}
	from, to, warnings := c.date(right)
	c.out.Warnings = append(c.out.Warnings, warnings...)
	if from.IsZero() {
		return
	}
	c.out.Facts.From, c.out.Facts.To = from, to
	c.change(twinning.FieldDate)
}
