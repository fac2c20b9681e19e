package nlu

import (
	"slices"
	"strings"

	"ketnghia/twinning"
)

// takenBack marks what a reply calls wrong behind it: "Phước Kim là lộn", "bữa nay đâu có". It goes back to the comma.
func (c *correcting) takenBack() {
	for i := 1; i < len(c.tokens); i++ {
		_, end := c.is(i, "wrong_after")
		if end == 0 || c.kind(i-1) == tokenPunct {
			continue
		}
		if !c.clauseStops(end) && !c.word(end, "chu", "ma", "roi", "moi") {
			continue // "đâu có quà" and "không phải 45" speak of what follows
		}
		for j := i - 1; j >= 0 && !c.wrong[j] && !c.clauseEnd(j) && !c.word(j, ",", "chu", "con", "ma"); j-- {
			c.wrong[j] = true
		}
	}
}

// swaps marks the first of "đổi X thành Y", "từ X lên Y", "X → Y" as wrong, back to the verb, a comma or the clause.
func (c *correcting) swaps() {
	verb := -1
	for i := range c.tokens {
		if c.clauseEnd(i) || c.word(i, ",") {
			verb = -1
			continue
		}
		if _, end := c.is(i, "swap"); end > 0 {
			verb = end
		}
		e, end := c.is(i, "becomes")
		if e == nil || c.is2(end, "not_becomes") || c.word(i-1, "hoan", "truong") || e.value == "verb" && verb < 0 {
			continue
		}
		for j := i - 1; j >= max(verb, 0) && !c.wrong[j] && !c.clauseEnd(j) && !c.word(j, ",", "va"); j-- {
			c.wrong[j] = true
		}
		verb = -1
	}
}

// zeros clears what a reply sets to nothing: "kinh phí 0 đồng", "số quà là 0", "0 hộ".
func (c *correcting) zeros() {
	for i := range c.tokens {
		if !c.word(i, "0") || c.owner[i] != free || c.glued(i) || c.glued(i+1) && c.kind(i+1) != tokenWord {
			continue
		}
		if e, _ := c.is(i+1, "count"); e != nil {
			c.clear(e.value)
			continue
		}
		if c.is2(i+1, "currency") {
			c.clear(string(twinning.Amount))
			continue
		}
		if e, _ := c.ends(c.afterLabel(i), "clear_field"); e != nil {
			c.clear(e.value)
		}
	}
}

// sign returns +1 when "thêm" stands before token i in its clause, −1 for "bớt", 0 for neither or where "còn lại" or
// "thành" says that the number is the new value. A number right behind a comma goes on with the clause before.
func (c *correcting) sign(i int) int64 {
	for j := i - 1; j >= 0 && i-j <= maxSignReach; j-- {
		switch {
		case c.clauseEnd(j) || c.word(j, ",") && j != i-1:
			return 0
		case c.inside(j, "absolute"):
			return 0 // "tổng cộng" adds nothing
		case c.is2(j, "add") && !c.is2(j, "not_one"):
			return 1
		case c.is2(j, "subtract") && !c.word(j+1, "ngheo") && (c.marked(j, "bot", "bơt2") && c.rich || !c.word(j, "bot") || i-j <= 2):
			return -1
		case c.is2(j, "absolute"):
			return 0
		}
	}
	return 0
}

// inside says that token i is a further word of a phrase of the class.
func (c *correcting) inside(i int, cl class) bool {
	_, end := c.is(i-1, cl)
	return end > i
}

// maxSignReach is how many words before a number "thêm" and "bớt" are looked for.
const maxSignReach = 8

// settledAmounts does the same for amounts: "tăng thêm 2 triệu rưỡi thành 15 triệu".
func (c *correcting) settledAmounts(of []moneyHit) []moneyHit {
	var kept []moneyHit
	for _, a := range of {
		if e, _ := c.ends(a.start, "absolute"); e != nil && !a.each {
			kept = append(kept, a)
		}
	}
	if len(of) == 2 && len(kept) == 1 && !of[0].each && !of[1].each {
		return kept
	}
	return of
}

// onlyLabel returns the measure that the reply names without a number, where it names one only: "sai số quà rồi, 60".
func (c *correcting) onlyLabel() (twinning.Measure, bool) {
	found := twinning.Measure("")
	for i := 0; i < len(c.tokens); i++ {
		for _, cl := range [...]class{"clear_field", "label"} {
			e, end := c.is(i, cl)
			if e == nil || !isMeasure(e.value) || c.owner[i] == ownedByName {
				continue
			}
			if found != "" && found != twinning.Measure(e.value) {
				return "", false
			}
			found = twinning.Measure(e.value)
			i = max(i, end-1)
		}
	}
	return found, found != ""
}

// withoutWrong drops from a place the villages that the reply takes back.
func (c *correcting) withoutWrong(place string) string {
	parts := strings.Split(place, ", ")
	if len(parts) < 2 || len(parts) > maxPlaces {
		return place
	}
	kept := parts[:0]
	for _, p := range parts {
		if !c.takesBack(p) {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, ", ")
}

// maxPlaces bounds how many villages a reply can set right; a longer list is no correction of one.
const maxPlaces = 8

// takesBack says that the text stands in the part that the reply calls wrong.
func (c *correcting) takesBack(text string) bool {
	for i := 0; i < len(c.tokens); i++ {
		start := i
		for i < len(c.tokens) && c.wrong[i] {
			i++
		}
		if i > start && strings.Contains(c.between(start, i), text) {
			return true
		}
	}
	return false
}

// signOf returns the sign of the amount chosen.
func (c *correcting) signOf(amounts []moneyHit, vnd int64) int64 {
	for _, a := range amounts {
		if a.vnd == vnd {
			return c.sign(a.start)
		}
	}
	return 0
}

// settled keeps of several counts of a measure those that the reply calls the result: "có 1 HTX với 2 tổ hợp tác, vậy là
// 3 mô hình", "bớt 3 hộ, còn lại 17 hộ".
func (c *correcting) settled(of []countHit) []countHit {
	if len(of) < 2 {
		return of
	}
	var kept []countHit
	for _, h := range of {
		if e, _ := c.ends(h.start, "absolute"); e != nil {
			kept = append(kept, h)
		}
	}
	if len(kept) == 1 {
		return kept
	}
	return of
}

// nearPoor reads "12 hộ là cận nghèo", where the kind of household stands behind.
func (c *correcting) nearPoor(counts []countHit) []countHit {
	for k := range counts {
		h := &counts[k]
		if h.measure != twinning.Households {
			continue
		}
		j := h.end
		for c.word(j, "la", "thuoc", "dien", "ho", "trong", "do", "thi", "nay", "moi") {
			j++
		}
		if j > h.end && c.word(j, "can") && (c.word(j+1, "ngheo") || c.clauseStops(j+1)) {
			h.measure = twinning.NearPoor
		}
	}
	return counts
}

// perOne marks "500k là mỗi suất", "2 triệu rưỡi một hộ" as a price each.
func (c *correcting) perOne(a *moneyHit) {
	j := a.end
	for c.word(j, "la", "cho", "chi", "thoi", "tinh") {
		j++
	}
	if !c.is2(j, "per") {
		return
	}
	if _, end := c.is(j+1, "each_after"); end > 0 {
		a.each, a.what = true, c.between(j+1, end)
	}
}

// afterLabel steps back from a value over the words that link it to its label: "nhóm thành 2", "số hộ thì là 54".
func (c *correcting) afterLabel(i int) int {
	for i > 0 && (c.is2(i-1, "link") || c.is2(i-1, "add") || c.is2(i-1, "subtract")) && !c.follows(i, "clear_field") && !c.follows(i, "label") {
		i--
	}
	return i
}

// minPrice is the smallest number behind "mỗi suất" that is a price without a word of money.
const minPrice = 1000

// labelled sets the measure whose label stands before a bare number: "hộ thì 32, người thì 140".
func (c *correcting) labelled(n number, v int64) bool {
	j := c.afterLabel(n.start)
	if j == 0 || !c.isFree(n.start, n.end) || c.word(n.end, "%", "/") && c.kind(n.end+1) != tokenWord {
		return false
	}
	if e, from := c.ends(j, "each_after"); e != nil && c.follows(from, "each_before") && v >= minPrice {
		c.out.Each = &Each{Unit: v, What: c.between(from, j)}
		c.claim(n.start, n.end, ownedByMoney)
		c.out.Warnings = append(c.out.Warnings, Warning{WarnPriceEach, c.between(n.start, n.end)})
		return true
	}
	for _, cl := range [...]class{"clear_field", "label"} {
		if e, _ := c.ends(j, cl); e != nil && isMeasure(e.value) && (v >= minPrice) == (e.value == string(twinning.Amount)) {
			c.set(twinning.Measure(e.value), v, c.sign(n.start))
			c.claim(n.start, n.end, ownedByCount)
			return true
		}
	}
	return false
}

// labelledFirst reads replies that put the label before every number, without a comma between: "hộ 54 quà 54".
func (c *correcting) labelledFirst() {
	var bare []number
	for i := 0; i < len(c.tokens); i++ {
		if c.kind(i) != tokenDigits || c.owner[i] != free {
			continue
		}
		n, ok := c.number(i)
		if !ok {
			return
		}
		e, _ := c.ends(c.afterLabel(i), "clear_field")
		if e == nil || !isMeasure(e.value) || n.scale > 1 {
			return
		}
		bare = append(bare, n)
		i = n.end - 1
	}
	if len(bare) < 2 {
		return
	}
	for _, n := range bare {
		if v, whole := n.whole(); whole && v > 0 {
			c.labelled(n, v)
		}
	}
}

// rightBehind says that "mới đúng" stands at token i.
func (c *correcting) rightBehind(i int) bool {
	return c.word(i, "moi") && c.word(i+1, "dung", "phai", "chuan") || c.word(i, "chu") && c.clauseStops(i+1)
}

// changeKinds takes the kinds named outside of the negation. They come in place of those that the reply takes back, of
// the other way in which a model came about, and of all after "đây là" or "thành"; else they are added. A gift counts only
// where it replaces something: "150 suất quà" names no kind.
func (c *correcting) changeKinds() {
	f := &c.out.Facts
	var right, wrong []twinning.Kind
	replaces := false
	for i := range c.tokens {
		e, _ := c.is(i, "kind")
		if e == nil || c.owner[i] == ownedByName || c.is2(i, "source") {
			continue
		}
		k := twinning.Kind(e.value)
		if c.wrong[i] || c.word(i-1, "khong", "ko") || c.word(i-1, "co") && c.word(i-2, "khong", "ko") {
			wrong = append(wrong, k)
			continue
		}
		says := c.word(i-1, "la", "thanh", "sang", "qua") || c.rightKind(i)
		replaces = replaces || says
		if (k != twinning.KindGift || says) && !slices.Contains(right, k) {
			right = append(right, k)
		}
	}
	if len(right) == 0 && !slices.ContainsFunc(wrong, func(k twinning.Kind) bool { return slices.Contains(f.Kinds, k) }) {
		return
	}
	kept := slices.DeleteFunc(slices.Clone(f.Kinds), func(k twinning.Kind) bool {
		return replaces || slices.Contains(wrong, k) || isModelKind(k) && slices.ContainsFunc(right, isModelKind)
	})
	for _, k := range right {
		if !slices.Contains(kept, k) && !(k == twinning.KindModelNew && slices.ContainsFunc(right, isOldModel)) {
			kept = append(kept, k)
		}
	}
	if len(kept) == 0 {
		kept = nil
	}
	if !slices.Equal(kept, f.Kinds) {
		f.Kinds = kept
		c.change(FieldKinds)
	}
}

// rightKind says that the kind at token i is called the right one.
func (c *correcting) rightKind(i int) bool {
	_, end := c.is(i, "kind")
	return c.rightBehind(end)
}

func isModelKind(k twinning.Kind) bool { return k == twinning.KindModelNew || isOldModel(k) }

func isOldModel(k twinning.Kind) bool {
	return k == twinning.KindModelKept || k == twinning.KindModelMore
}

// deniesCategory says that the reply takes a category back, so that any other that it names is the right one.
func (c *correcting) deniesCategory() bool {
	for i := range c.tokens {
		if c.wrong[i] && c.is2(i, "question_category") {
			return true
		}
	}
	return false
}

// asksBack says that the reply asks or puts off and corrects nothing, whatever its words could mean. Numbers, dates and
// names that it states stand against "để em hỏi lại", not against a question mark.
func (c *correcting) asksBack() bool {
	if c.word(len(c.tokens)-1, "?") {
		return true
	}
	g := c.signs()
	dated := len(c.out.Changed) == 1 && c.out.Changed[0] == twinning.FieldDate && len(c.out.Units) == 0 && c.asking != twinning.FieldDate
	if dated && !g.corrects && (c.out.Facts.From > c.ref || g.trouble > 0) {
		return true // "mai chị gửi danh sách"
	}
	if g.asks >= 3 && !g.corrects && c.undecided() >= 0 {
		return true
	}
	for i := range c.tokens {
		if c.is2(i, "later") && !g.corrects {
			return !slices.ContainsFunc(c.out.Changed, func(f twinning.Field) bool { return isMeasure(string(f)) || f == twinning.FieldDate })
		}
	}
	return false
}
