package nlu

import "ketnghia/twinning"

// clues are the single words of a question that say something wherever they stand. Together they say what is asked where
// no fixed phrase does: "chưa" up to four words before "nộp" or "báo cáo" asks who is missing. Each is the token where
// the word stands, −1 for none.
type clues struct {
	// which and who are "sở nào" and "ai", many is "bao nhiêu", when "bao giờ", what "gì", how "ra sao".
	which, who, many, when, what, how int
	// files is a verb of filing, done "đã" or "rồi", left "còn" or "phải", goal "đủ" or "đạt", helper a verb of
	// twinning ("giúp", "đỡ đầu"), late "trễ", mends a verb of settling a difficulty.
	files, done, left, goal, helper, late int
	// undecided says that the text ends with "chưa" or "không".
	undecided bool
}

// clueClasses are the classes of questions.csv that clues reads.
func (c *clues) of(cl class) *int {
	switch cl {
	case "which":
		return &c.which
	case "who":
		return &c.who
	case "how_many":
		return &c.many
	case "when":
		return &c.when
	case "what":
		return &c.what
	case "how":
		return &c.how
	case "files":
		return &c.files
	case "ready":
		return &c.done
	case "left":
		return &c.left
	case "goal":
		return &c.goal
	case "helper":
		return &c.helper
	case "lateness":
		return &c.late
	}
	return nil
}

// asks says that a question word was found.
func (c *clues) asks() bool {
	return c.which >= 0 || c.who >= 0 || c.many >= 0 || c.when >= 0 || c.what >= 0 || c.how >= 0 || c.undecided
}

func (s *scan) clues() clues {
	c := clues{-1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, -1, s.undecided() >= 0}
	for i := range s.tokens {
		if s.owner[i] == ownedByName {
			continue
		}
		for _, t := range s.tags[s.index[i]:s.index[i+1]] {
			if at := c.of(t.entry.class); at != nil && *at < 0 && s.isClue(t.entry.class, i, int(t.end)) {
				*at = i
			}
		}
	}
	return c
}

// isClue keeps words of other meaning out: "mô hình" asks nothing, nor does "chi" before money or a cell of the Party.
func (s *scan) isClue(cl class, i, end int) bool {
	switch cl {
	case "which":
		return !s.word(i-1, "the", "khi", "luc", "ngay", "hom", "thang", "bua", "nhu", "nam") && (!s.word(end-1, "mo") || !s.is2(end, "not_where") && !(s.word(end-2, "xa", "so") && s.is2(end-1, "strong_act")))
	case "what":
		return !s.word(i, "chi") || s.asksWhat(i)
	case "goal":
		if s.word(i, "du") && !s.rich && s.tokens[i].plain() {
			return s.word(i-1, "moi", "da", "cho", "thi", "lam", "la", "duoc", "giup", "de") || s.word(end, "chi", "chua", "khong", "ko", "mo", "ho", "so") || s.kind(end) == tokenDigits
		}
		return !s.word(i, "dat", "du") || !s.word(i-1, "day", "truyen") && !s.word(end, "duoc", "ket", "dieu", "chuan", "nuoc")
	case "lateness":
		return !s.word(i-1, "khong", "ko", "chua") || end-i > 1
	}
	return true
}

// asksWhat says that "chi" at token i is "gì": it stands behind a verb or "có", and no money or other word follows that
// it belongs to.
func (s *scan) asksWhat(i int) bool {
	if s.is2(i+1, "measure") || s.is2(i+1, "how_many") || s.is2(i+1, "not_what") || s.kind(i+1) == tokenDigits {
		return false
	}
	if !s.rich && s.word(i-1, "cho", "giup", "nho", "cua", "voi", "bao", "de") && (!s.word(i+1, "roi", "cho", "o", "?", "khong", "ko") && i+1 < len(s.tokens) || s.is2(0, "ask_word")) {
		return false // "cho chi xin" is "cho chị xin"
	}
	return s.is2(i-1, "helped") || s.is2(i-1, "files") || s.is2(i-1, "act") || s.is2(i-1, "stuck") || s.is2(i-1, "left") ||
		s.word(i-1, "co", "duoc", "nhung", "cai", "dong", "viec", "su", "noi", "moc", "them", "kho", "nhan", "han") || s.follows(i, "measure")
}

// undecided returns the token of "chưa" or "không" at the end of the text, behind which only words of address stand; −1
// when there is none.
func (s *scan) undecided() int {
	i := len(s.tokens) - 1
	for i > 0 && (s.kind(i) == tokenPunct || s.is2(i, "particle") && !s.word(i, "khong", "k")) {
		i--
	}
	if i < 1 || s.kind(i-1) == tokenPunct || s.word(i-1, "da", "van", "thi", "con", "vang") && s.word(i, "chua") {
		return -1
	}
	switch {
	case s.marked(i, "chua", "chưa"):
		return i
	case s.word(i, "khong", "ko", "k", "hong", "khg", "kg", "hk", "hok", "hem"):
		for j := max(0, i-8); j < i; j++ {
			if s.word(j, "co", "con", "duoc", "dung", "phai", "du", "kip", "thieu", "no") || s.is2(j, "which") || s.is2(j, "what") {
				return i
			}
		}
	}
	return -1
}

// add notes evidence for a kind of question.
func (p *questionParts) add(a Ask, weight int, sp span) {
	if old := p.asks[a]; weight > old.weight || weight == old.weight && sp.end-sp.start > old.end-old.start {
		p.asks[a] = askHit{sp, weight}
	}
}

// compose adds what the clues say together to what the fixed phrases say.
func (p *questionParts) compose(s *scan) {
	c := s.clues()
	p.clues = c
	p.filing = p.filing || c.files >= 0
	s.denials(p)
	p.lateness(s, &c)
	p.filings(s, &c)
	p.goals(s, &c)
	p.days(s, &c)
	p.partners(s, &c)
	p.news(s, &c)
	p.comparisons(s, &c)
	s.numbersOf(p)
}

// numbersOf reads "số HTX", "con số hộ": "số" right before a measure or a group asks how many.
func (s *scan) numbersOf(p *questionParts) {
	for i := range s.tokens {
		if s.marked(i, "so", "sô2") && s.owner[i] == free && (s.is2(i+1, "measure") && !s.notMeasure(i+1, i+2) || s.word(i+1, "luong")) {
			p.add(AskTotal, 5, span{i, i + 2})
		}
	}
}

// denials reads "chưa", "không", "thiếu" by what stands within a few words behind them: a filing is missing, a target is
// short, a difficulty is open.
func (s *scan) denials(p *questionParts) {
	target := s.says("tieu", "muc")
	for i := range s.tokens {
		e, end := s.is(i, "deny")
		if e == nil || s.owner[i] == ownedByName || s.word(i, "k") && s.kind(i-1) == tokenDigits {
			continue
		}
		if e.value == "lack" && p.q.Measure == "" && !target && (p.q.Rule != "" || s.is2(end, "who") || s.is2(end+1, "who") || s.is2(end, "role")) {
			p.add(AskMissing, 7, span{i, end})
		}
		if (end == len(s.tokens) || s.clauseEnd(end)) && s.word(end-1, "co") && p.q.Rule != "" && s.isChoice(i-1) {
			p.add(AskMissing, 7, span{i, end}) // "báo cáo cuối năm, ai chưa có"
		}
		for j := end; j < end+reach && j < len(s.tokens) && !s.clauseEnd(j); j++ {
			if s.is2(j, "mends") {
				p.add(AskOpen, 7, span{i, j + 1})
				break
			}
			if s.is2(j, "goal") && s.isClue("goal", j, j+1) && e.value == "deed" {
				p.add(AskProgress, 6, span{i, j + 1})
				break
			}
			if rule, end := s.is(j, "rule"); rule != nil && !(s.word(j, "bao") && s.word(j+1, "nhieu")) {
				p.add(AskMissing, 7, span{i, end})
				break
			}
			if e.value == "lack" && p.clues.asks() && s.is2(j, "measure") && !s.notMeasure(j, j+1) && p.q.Measure != "" {
				p.add(AskProgress, 7, span{i, j + 1})
				break
			}
			if s.is2(j, "paper") {
				p.add(AskMissing, 6, span{i, j + 1})
			}
			if s.is2(j, "files") && e.value == "deed" {
				p.add(AskMissing, 6, span{i, j + 1})
			}
		}
	}
}

// reach is how many words behind a denial its object may stand: "chưa thấy sở nào ký".
const reach = 5

// grouped says that the question asks for units or people: "sở nào", "ai", "bao nhiêu xã", "danh sách các huyện".
func (p *questionParts) grouped(c *clues) bool {
	return c.who >= 0 || c.which >= 0 || len(p.q.Roles) > 0 || p.anyone
}

// lateness reads "trễ", "chậm", "sau 28/2" together with a filing.
func (p *questionParts) lateness(s *scan, c *clues) {
	if c.when >= 0 {
		delete(p.asks, AskLate) // "chậm nhất ngày nào"
	}
	if p.q.Rule == "" && c.files < 0 || c.when >= 0 {
		return
	}
	if c.late >= 0 {
		p.add(AskLate, 8, span{c.late, c.late + 1})
	}
	for i := range s.tokens {
		if s.word(i, "sau", "qua") && (s.is2(i+1, "rule_day") || s.word(i+1, "ngay", "han", "moc") && s.is2(i+2, "rule_day")) && !s.word(i-1, "han") && p.asks[AskMissing].weight < 6 {
			p.add(AskLate, 8, span{i, i + 2})
		}
	}
}

// filings reads who has filed: a group, a filing and "đã" or "rồi", or one unit's filing and "chưa" at the end.
func (p *questionParts) filings(s *scan, c *clues) {
	about := p.q.Rule != "" || c.files >= 0
	if !about || p.asks[AskMissing].weight > 3 && !c.undecided || c.when >= 0 || c.what >= 0 ||
		p.q.Measure != "" && p.q.Measure != twinning.Activities {
		return
	}
	switch {
	case p.asks[AskMissing].weight > 3:
	case c.undecided && s.isChoice(s.undecided()-1):
		p.add(AskMissing, 7, span{s.undecided() - 1, s.undecided() + 1}) // "báo cáo thì sở nào chưa"
	case c.undecided && s.word(s.undecided(), "chua") && c.goal < 0:
		p.add(AskFiled, 6, span{s.undecided(), s.undecided() + 1})
	case c.done >= 0 && p.grouped(c):
		p.add(AskFiled, 7, span{c.done, c.done + 1})
	case p.grouped(c) && s.hasDocument():
		p.add(AskFiled, 5, span{0, 1})
	}
}

// isChoice says that "nào" or "ai" stands at token i.
func (s *scan) isChoice(i int) bool { return s.is2(i, "which") || s.is2(i, "who") }

// hasDocument says that "có" stands right before a filing: "các sở có chương trình ký kết".
func (s *scan) hasDocument() bool {
	for i := range s.tokens {
		if s.word(i, "co") && s.owner[i] == free && s.is2(i+1, "rule") {
			return true
		}
	}
	return false
}

// goals reads how far it is to a target: "mới đủ", "đạt … chưa", "còn phải giúp thêm mấy hộ".
func (p *questionParts) goals(s *scan, c *clues) {
	measured := p.q.Measure != "" || p.amount
	if !measured || p.q.Rule != "" && c.files >= 0 {
		return
	}
	switch {
	case c.goal >= 0 && (c.many >= 0 || c.undecided || c.which >= 0 || c.left >= 0):
		p.add(AskProgress, 7, span{c.goal, c.goal + 1})
	case c.many >= 0 && c.left >= 0 && c.left < c.many+4 && s.says("nua", "them", "moi"):
		p.add(AskProgress, 6, span{c.left, c.left + 1})
	}
}

// says says that one of the words stands in the text.
func (s *scan) says(folds ...string) bool {
	for i := range s.tokens {
		if s.word(i, folds...) && s.owner[i] != ownedByName {
			return true
		}
	}
	return false
}

// days reads when something is due: "còn mấy bữa nữa", "bao giờ … nộp".
func (p *questionParts) days(s *scan, c *clues) {
	if c.when >= 0 && (p.q.Rule != "" || c.files >= 0 || p.asks[AskDeadline].weight > 4) {
		p.add(AskDeadline, 7, span{c.when, c.when + 1})
	}
	for i := range s.tokens {
		_, end := s.is(i, "how_many")
		if end == 0 || s.owner[i] == ownedByName || !s.is2(end, "days_left") {
			continue
		}
		if !s.word(end+1, "qua", "nay", "ni", "roi", "truoc", "vua", "gan") {
			p.add(AskDeadline, 6, span{i, end + 1})
		}
	}
}

// partners reads who helps whom: a verb of twinning next to the group asked for, and a unit that is named.
func (p *questionParts) partners(s *scan, c *clues) {
	named := len(p.q.Units)+len(p.q.Ambiguous) > 0
	if !named {
		return
	}
	for i := range s.tokens {
		_, end := s.is(i, "helper")
		if end == 0 || s.owner[i] == ownedByName {
			continue
		}
		near := func(at int) bool {
			if at < 0 || max(at-end, i-at) > maxNameTokens {
				return false
			}
			return at < i && i-at-s.named(at, i) <= 3 || at >= end && at-end-s.named(end, at) <= 4
		}
		by := s.owner[max(i-1, 0)] == ownedByName && (c.which >= 0 || len(p.q.Roles) > 0) && s.follows(s.nameStart(i), "by")
		if near(c.which) || near(c.who) || by {
			p.add(AskResponsible, 6, span{i, end})
		}
	}
}

// named counts the tokens of names in a range.
func (s *scan) named(from, to int) (n int) {
	for i := from; i < to; i++ {
		if s.owner[i] == ownedByName {
			n++
		}
	}
	return n
}

// nameStart returns where the name that ends before token i begins.
func (s *scan) nameStart(i int) int {
	for i > 0 && s.owner[i-1] == ownedByName {
		i--
	}
	return i
}

// news reads "làm chi", "nhận được gì": what was done, unless a word says that it is still to be done or stuck.
func (p *questionParts) news(s *scan, c *clues) {
	if c.what < 0 {
		return
	}
	for i := max(0, c.what-6); i < min(len(s.tokens), c.what+3); i++ {
		if s.is2(i, "stuck") && s.owner[i] != ownedByName {
			p.add(AskOpen, 6, span{i, c.what + 1})
			return
		}
	}
	if len(p.q.Units)+len(p.q.Roles)+len(p.q.Ambiguous) == 0 && p.q.From.IsZero() && p.q.Year == 0 && !s.says("moi") {
		return
	}
	for i := max(0, c.what-5); i < c.what; i++ {
		if s.is2(i, "helped") || s.is2(i, "act") || s.word(i, "co", "duoc", "viec", "dung") || s.is2(i, "measure") {
			p.add(AskLatest, 5, span{i, c.what + 1})
			return
		}
	}
}

// comparisons reads "hơn" between two units or behind "ai".
func (p *questionParts) comparisons(s *scan, c *clues) {
	for i := range s.tokens {
		if s.word(i, "hon") && s.owner[i] == free && (len(p.q.Units) > 1 || c.which >= 0 || c.who >= 0) && (s.is2(i-1, "degree") || s.is2(i-2, "degree") || s.is2(i-3, "degree")) {
			p.add(AskRanking, 8, span{i, i + 1})
		}
	}
}
