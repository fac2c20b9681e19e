package nlu

import (
	"slices"
	"strings"

	"ketnghia/twinning"
)

// amounts takes the amount outside of the negation.
func (c *correcting) amounts(amounts []moneyHit) {
	var right []moneyHit
	for _, a := range amounts {
		c.perOne(&a)
		if c.wrong[a.start] || a.vnd == c.now.Quantities[twinning.Amount] && len(amounts) > 1 && !a.each {
			continue
		}
		a.unspent = false
		right = append(right, a)
	}
	right = c.settledAmounts(right)
	c.out.Each = c.each(right, nil, c.out.Facts.Quantities)
	vnd, ok, conflict := c.total(right)
	if conflict {
		c.out.Warnings = append(c.out.Warnings, Warning{WarnSeveralAmounts, c.nfc})
	}
	if ok {
		c.set(twinning.Amount, vnd, c.signOf(right, vnd))
	} else if c.out.Each != nil {
		c.out.Warnings = append(c.out.Warnings, Warning{WarnPriceEach, formatEach(c.scan, right)})
	}
}

// set writes, adds or subtracts a quantity.
func (c *correcting) set(m twinning.Measure, v, sign int64) {
	q := c.out.Facts.Quantities
	if q == nil {
		q = twinning.Quantities{}
		c.out.Facts.Quantities = q
	}
	switch {
	case sign > 0:
		v += q[m]
	case sign < 0:
		v = q[m] - v
	}
	if v <= 0 {
		delete(q, m)
	} else {
		q[m] = v
	}
	c.change(twinning.Field(m))
}

// measures takes the counts outside of the negation. Where two are named ("từ 45 hộ lên 54 hộ"), the one that the card
// does not show yet is meant.
func (c *correcting) measures(counts []countHit) {
	for _, m := range twinning.Measures() {
		var right []countHit
		for _, h := range counts {
			if h.measure == m && !c.wrong[h.start] {
				right = append(right, h)
			}
		}
		if len(right) > 1 {
			right = slices.DeleteFunc(right, func(h countHit) bool { return h.n == c.now.Quantities[m] })
		}
		if len(right) == 0 {
			continue
		}
		right = c.settled(right)
		if v, ok := c.decide(right); ok {
			c.set(m, v, c.sign(right[0].start))
		} else {
			c.out.Warnings = append(c.out.Warnings, Warning{WarnSeveralCounts, c.nfc})
		}
	}
}

// text takes place, goods, kinds, source and category.
func (c *correcting) text() {
	f := &c.out.Facts
	if place := c.rightPlace(); place != "" {
		f.Place = place
		c.change(twinning.FieldPlace)
	}
	if goods := c.goods(); len(goods) > 0 {
		c.inKind(goods)
	}
	if source := c.source(); source != "" {
		f.Source = source
		c.change(FieldSource)
	}
	c.changeKinds()
	if category := c.spokenCategory(); category != twinning.CategoryUnsure {
		f.Category = category
		c.change(twinning.FieldCategory)
	}
}

// rightPlace returns the village outside of the negation. Asked for the place, a short answer is the place as typed.
func (c *correcting) rightPlace() string {
	for i := range c.tokens {
		if c.wrong[i] {
			c.claim(i, i+1, max(c.owner[i], ownedByTrap))
		}
	}
	if place := c.withoutWrong(c.place()); place != "" {
		return place
	}
	if c.asking != twinning.FieldPlace || len(c.tokens) > 6 || len(c.out.Changed) > 0 {
		return ""
	}
	g := c.signs()
	if g.greets || g.thanks || g.mark > 0 || g.notDone > 0 {
		return ""
	}
	return strings.TrimSpace(c.nfc)
}

// inKind replaces the goods of the same name, or adds.
func (c *correcting) inKind(goods []string) {
	f := &c.out.Facts
	for _, g := range goods {
		if !c.rich && (g[0] < '0' || g[0] > '9') {
			continue // "gui sau nha" is no gift of six houses
		}
		name := withoutNumber(g)
		at := slices.IndexFunc(f.InKind, func(o string) bool { return strings.EqualFold(withoutNumber(o), name) })
		switch {
		case at >= 0:
			f.InKind[at] = g
		case len(f.InKind) == 1 && c.sign(0) == 0 && slices.Contains(c.wrong, true):
			f.InKind[0] = g
		default:
			f.InKind = append(f.InKind, g)
		}
		c.change(FieldInKind)
	}
}

// withoutNumber returns "con bò" of "12 con bò".
func withoutNumber(s string) string {
	_, name, _ := strings.Cut(s, " ")
	return name
}

// spokenCategory returns a category said by number ("loại 4", or "4" when it is asked for) or, when it is asked for or
// nothing else was said, by its name.
func (c *correcting) spokenCategory() twinning.Category {
	asked := c.asking == twinning.FieldCategory
	for i := range c.tokens {
		v, ok := c.small(i, 1)
		if !ok || v < 1 || v > 4 || c.wrong[i] {
			continue
		}
		e, _ := c.ends(c.afterLabel(i), "category_number")
		if e != nil || asked && len(c.tokens) == 1 {
			c.claim(i, i+1, ownedByTrap)
			return twinning.Category(v)
		}
	}
	denied := c.deniesCategory()
	for i := range c.tokens {
		if e, end := c.is(i, "question_category"); e != nil && !c.wrong[i] && c.owner[i] == free {
			if asked || i == 0 && (end == len(c.tokens) || c.is2(end, "negated")) || c.is2(i-1, "into") || denied || c.rightBehind(end) {
				return twinning.Category(e.number)
			}
		}
	}
	if asked {
		return c.category()
	}
	return twinning.CategoryUnsure
}

// bareNumbers gives numbers without a noun the measure that the reply means: that of the value taken back ("54 chứ
// không phải 45"), of the label before it ("số hộ là 54"), or of the open question.
func (c *correcting) bareNumbers(counts []countHit) {
	var bare []number
	var taken []int64
	for i := 0; i < len(c.tokens); i++ {
		n, ok := c.number(i)
		if !ok {
			continue
		}
		v, whole := n.whole()
		switch {
		case !whole || v == 0 || n.weak && n.words:
		case c.wrong[i]:
			taken = append(taken, v)
		case c.labelled(n, v):
		case c.isFree(i, n.end) && !c.isEachCount(countHit{span: span{i, n.end}}) && !c.countable(number{}, n.end) && !c.word(n.end, "%", "/"):
			bare = append(bare, n)
		}
		i = n.end - 1
	}
	if len(bare) == 0 {
		return
	}
	n := bare[0]
	if len(bare) == 2 {
		if v, _ := n.whole(); c.holds(v) {
			taken = append(taken, v)
			n = bare[1]
		}
	} else if len(bare) > 2 {
		return
	}
	v, _ := n.whole()
	if m, ok := c.measureFor(n, taken, counts); ok {
		c.set(m, v, c.sign(n.start))
	}
}

// holds says that the card shows the value.
func (c *correcting) holds(v int64) bool {
	for _, old := range c.now.Quantities {
		if old == v {
			return true
		}
	}
	return false
}

// measureFor finds what a bare number counts.
func (c *correcting) measureFor(n number, taken []int64, counts []countHit) (twinning.Measure, bool) {
	for _, h := range counts {
		if c.wrong[h.start] {
			return h.measure, true
		}
	}
	var fits []twinning.Measure
	for _, m := range twinning.Measures() {
		if old, ok := c.now.Quantities[m]; ok && slices.Contains(taken, old) {
			fits = append(fits, m)
		}
	}
	if len(fits) == 1 {
		return fits[0], true
	}
	if m, ok := c.onlyLabel(); ok {
		return m, true
	}
	if len(c.out.Changed) > 0 || len(c.tokens) > 6 {
		return "", false
	}
	return c.openMeasure(n)
}

// bigNumber is the smallest bare number that is money rather than a count: no activity reaches a hundred thousand
// households.
const bigNumber = 100_000

// openMeasure returns what a bare number answers: the open question, or the only number on the card.
func (c *correcting) openMeasure(n number) (twinning.Measure, bool) {
	v, _ := n.whole()
	switch {
	case v >= bigNumber:
		return twinning.Amount, c.asking == twinning.FieldQuantity || len(c.now.Quantities) > 0
	case c.asking == twinning.FieldQuantity:
		return twinning.Households, true
	case c.asking != "":
		return "", false
	}
	var count []twinning.Measure
	for m := range c.now.Quantities {
		if m != twinning.Amount {
			count = append(count, m)
		}
	}
	if len(count) == 1 {
		return count[0], true
	}
	return "", false
}

func isMeasure(s string) bool { return slices.Contains(twinning.Measures(), twinning.Measure(s)) }
