package nlu

import "ketnghia/twinning"

// signs is what the words of a message say of its intent.
type signs struct {
	// act and strong count the words of doing; firstAct is where the first stands, −1 for none.
	act, strong, firstAct int
	// asks is the weight of question words, lists that of "danh sách", "tình hình" near the beginning.
	asks, lists, mark int
	plan, request     int
	done, notDone     int
	filing, trouble   int
	greets            bool
	thanks            bool
	corrects          bool
	undo              bool
	// wishes says that it is a wish or a welcome; pleads that a question word begins a request ("ai có mẫu gửi giúp em").
	wishes, pleads bool
	// firstStrong says that a verb that is a deed by itself stood before.
	firstStrong bool
	// later counts denials behind a deed ("… không phát sinh tiền mặt"), which take nothing back.
	later int
	// technical says that it speaks of the program, papers that it hands over documents, scheduled that it begins as a
	// notice or a plan, hour that it names a time of day.
	technical, papers, scheduled, hour bool
	// statistic says that it gives figures about a commune, meets that it speaks of a meeting.
	statistic, meets bool
	// helpless says that it asks for a decision, askEnd that its last words ask.
	helpless, askEnd bool
	// orders says that it begins with what the bot is asked to do: "thống kê giúp tôi", "liệt kê".
	orders bool
	// takesBack and logged are the two halves of "xóa giùm cái vừa nhập".
	takesBack, logged bool
}

// signs reads the words of speech. Tokens of names say nothing.
func (s *scan) signs() signs {
	g := signs{firstAct: -1}
	hidden, foreseen := 0, 0
	for i := range s.tokens {
		g.meets = g.meets || s.word(i, "hop", "moi") || s.word(i, "hoi") && s.word(i+1, "nghi", "thao")
		g.hour = g.hour || s.owner[i] == ownedByTrap && s.is2(i, "hour")
		if s.owner[i] == ownedByName || s.owner[i] == ownedByTrap {
			continue
		}
		if s.word(i, "?") {
			g.mark++
		}
		if s.is2(i, "hindsight") {
			_, end := s.is(i, "hindsight")
			foreseen = max(foreseen, end)
		}
		if _, end := s.is(i, "indefinite"); end > hidden {
			hidden = end
		}
		for _, t := range s.tags[s.index[i]:s.index[i+1]] {
			if t.entry.class == "question_word" && i < hidden || t.entry.class == "plan" && i < foreseen {
				continue
			}
			s.sign(&g, t, i)
		}
	}
	g.undo = g.undo || g.takesBack && g.logged
	if g.pleads && g.mark == 0 && s.asksForSomebody() {
		g.asks = 0
		g.request++
	}
	return g
}

func (s *scan) sign(g *signs, t tag, i int) {
	switch t.entry.class {
	case "act":
		if !s.isHousehold(i, int(t.end)) {
			g.act++
			if g.firstAct < 0 {
				g.firstAct = i
			}
		}
	case "strong_act":
		if !s.isHousehold(i, int(t.end)) {
			g.strong++
			g.firstStrong = true
		}
	case "question_word":
		if s.asking(i, t) {
			g.asks = max(g.asks, t.entry.weight)
		}
	case "ask_word":
		if i < 4 && !s.word(i-1, "gui", "goi") && !(s.word(i, "xem") && s.word(int(t.end), "lai", "truoc", "xet", "ky")) {
			g.lists = max(g.lists, t.entry.weight)
			g.orders = g.orders || i == 0 && !s.word(i, "tinh", "tien", "con", "tong", "ket") || i == 0 && s.word(int(t.end), "giup", "gium", "dum", "cho")
		}
	case "plan":
		if !(s.word(i, "moi") && (s.kind(i+1) == tokenDigits || s.word(i+1, "goi", "duoc", "doanh", "cong", "cty"))) {
			g.plan++
		}
	case "request":
		if g.firstAct < 0 || i < g.firstAct {
			g.request++
		}
	case "done":
		g.done++
	case "not_done":
		switch {
		case !s.negates(t):
		case g.firstStrong && int(t.end) == i+1 && s.word(i, "chua", "khong"):
			g.later++
		default:
			g.notDone++
		}
	case "filing":
		g.filing++
	case "difficulty":
		g.trouble++
	case "greeting", "assent":
		g.greets = g.greets || i == 0 || i < 2 && !s.word(i, "da")
	case "thanks":
		g.thanks = g.thanks || i < 5
	case "correct":
		g.corrects = g.corrects || i < 2 && s.correctsAt(i, int(t.end)) || s.word(i, "chu")
	default:
		s.signOfSpeech(g, t, i)
	}
}

// signOfSpeech notes the words that tell a message from a report wherever they stand.
func (s *scan) signOfSpeech(g *signs, t tag, i int) {
	switch t.entry.class {
	case "undo":
		g.undo = g.undo || i < 3
	case "technical":
		g.technical = true
	case "asks_help":
		g.helpless = true
	case "statistic":
		g.statistic = true
	case "question_end":
		g.askEnd = g.askEnd || s.lastWords(int(t.end))
	case "scheduled":
		g.scheduled = g.scheduled || i == 0
	case "papers":
		g.papers = g.papers || i == 0 || i < 3 && s.word(i-1, "gui", "nop", "co")
	case "handed":
		g.filing++
	case "undo_verb":
		g.takesBack = g.takesBack || i < 4 || int(t.end) > i+1 || s.is2(0, "request") && i < 10
	case "undo_object":
		g.logged = true
	case "wish":
		g.wishes = true
	case "plea":
		g.pleads = true
	case "slip":
		g.corrects = true
	}
}

// asksForSomebody says that the message begins a request with "ai": "ai có mẫu gửi giúp em với".
func (s *scan) asksForSomebody() bool {
	for i := range s.tokens {
		if s.word(i, "ai") && s.owner[i] == free {
			return true
		}
	}
	return false
}

// isHousehold keeps "ho" of "45 ho" from being read as a verb's beginning.
func (s *scan) isHousehold(i, end int) bool { return s.owner[i] == ownedByCount && end == i+1 }

// asking says that a question word asks: "nào" after "không còn hộ" and "mấy" before "hôm nay" do not, and "à", "sao"
// only near the end.
func (s *scan) asking(i int, t tag) bool {
	if s.word(i, "nao", "ai", "gi") && (s.word(i-2, "khong", "bat") || s.word(i-1, "khong", "bat", "ke") || s.word(i-3, "khong")) {
		return false
	}
	if s.word(i, "may") && s.word(i+1, "hom", "ngay", "bua", "nay", "dua") && !s.word(i+2, "nua") {
		return false
	}
	if s.word(i, "a", "ha", "ho", "nhi") {
		return int(t.end) >= len(s.tokens)-1
	}
	return true
}

// correctsAt says that the word of correcting at tokens [i, end) near the beginning corrects: "xóa nhà tạm", "sửa đường" are
// deeds, and what stands behind a unit's name is what the unit did. A bare "bo" is "bỏ" only before what can be left out.
func (s *scan) correctsAt(i, end int) bool {
	if end > i+1 || s.word(i, "sai", "nham", "lon") {
		return true
	}
	if i > 0 && s.owner[i-1] == ownedByName {
		return false
	}
	if s.word(i, "bo") && s.tokens[i].plain() && !s.is2(end, "clear_field") && !s.is2(end+1, "clear_field") && !s.word(end, "so", "muc", "ngay") {
		return false
	}
	if _, deed := s.is(i, "strong_act"); deed > i+1 {
		return false
	}
	_, content := s.is(i, "category")
	return content <= i+1
}

// negates says that "chưa" or "không" denies the deed: it stands right before it. "hoãn", "dời" do so anywhere.
func (s *scan) negates(t tag) bool {
	start, end := int(t.start), int(t.end)
	if end > start+1 || !s.word(start, "chua", "khong") {
		return true
	}
	return s.is2(end, "act") || s.word(end, "co") && s.is2(end+1, "strong_act")
}

// evidence is what of an activity was found in a message.
type evidence struct {
	numbers bool
	// paid says that an amount is stated.
	paid bool
	// helped says that households are.
	helped bool
	// stated says that a count, an amount or goods are among the numbers, not a price each or a vague number alone.
	stated bool
	day    bool
	today  bool
	future bool
	where  bool
	category,
	kinds bool
}

// intent weighs signs and evidence.
func (s *scan) intent(g signs, ev evidence) (Intent, bool) {
	deed := g.strong > 0 || g.act > 0 && ev.category
	if s.isOther(g, ev) {
		return IntentOther, false
	}
	switch {
	case g.undo && !ev.numbers:
		return IntentUndo, false
	case g.thanks && !ev.day, g.wishes && !ev.numbers && g.mark == 0 && g.asks == 0 && !(ev.day && ev.where):
		return IntentGreeting, false
	case s.isNotice(g, ev, deed):
		return IntentPlan, false
	case g.isQuestion(ev):
		return IntentQuestion, false
	case g.corrects && len(s.tokens) <= 20 && !(ev.day && ev.where && deed):
		return IntentCorrection, false
	case g.notDone > 0 && ev.future && !ev.numbers:
		return IntentPlan, false
	case g.notDone > 0 && !(ev.numbers && ev.day && g.done > 0):
		return IntentOther, false
	case ev.future || g.plan > 0 && !(ev.day && ev.numbers) && g.done == 0:
		if deed || g.plan > 0 || ev.future && len(s.tokens) > 3 {
			return IntentPlan, false
		}
	case g.request > 0 && !ev.day:
		return IntentOther, false
	}
	if s.isActivity(g, ev, deed) {
		certain := deed && ev.numbers && (ev.day || g.done > 0) && g.plan == 0 && g.request == 0 && !ev.future &&
			(ev.where || ev.category) && g.mark == 0
		return IntentActivity, certain
	}
	if (g.greets && g.filing == 0 || g.thanks) && !ev.numbers {
		return IntentGreeting, false
	}
	return IntentOther, false
}

// isOther says that the message is about the program or hands over papers and states nothing that was done.
func (s *scan) isOther(g signs, ev evidence) bool {
	if g.papers && g.filing > 0 && g.mark == 0 && !ev.day && !ev.future && !ev.paid {
		return true // "danh sách 45 hộ nhận bò em đã gửi"
	}
	if s.idle(g, ev) {
		return true
	}
	if g.helpless && g.mark == 0 && !ev.day && !ev.paid {
		return true
	}
	if ev.numbers || g.mark > 0 || g.undo {
		return false
	}
	return g.technical && !ev.category && !(ev.future && g.plan > 0) && g.asks < 3 || g.papers && g.filing > 0 && !ev.future
}

// idle says that figures about a commune stand without a deed, or that a short answer promises something ("vâng em sẽ bổ
// sung") without saying what, when or where.
func (s *scan) idle(g signs, ev evidence) bool {
	if g.mark > 0 || g.asks > 0 || g.lists > 0 || ev.paid || ev.future {
		return false
	}
	if g.statistic && g.strong == 0 && !ev.day {
		return true
	}
	return g.plan > 0 && len(s.tokens) <= 9 && !ev.numbers && !ev.day && !ev.category && !ev.where && !g.hour && !g.meets
}

// isNotice says that the message tells what is to come: it begins as a notice or a plan and says of nothing that it was
// done, or it names an hour ahead and nothing that was counted.
func (s *scan) isNotice(g signs, ev evidence, deed bool) bool {
	if g.done > 0 || g.mark > 0 || g.notDone > 0 {
		return false
	}
	if g.scheduled && g.filing == 0 && (deed || ev.future || g.plan > 0) {
		return true
	}
	if g.hour && !ev.day && !ev.numbers && g.asks == 0 && s.endsWith("particle") {
		return true // "họp rút kinh nghiệm chiều 15h nhé"
	}
	ahead := ev.future || ev.today && g.hour && !ev.numbers && !(deed && (ev.category || ev.kinds))
	return ahead && g.asks > 0 && g.asks < 3 || ahead && (g.plan > 0 || g.hour) && !ev.numbers && g.lists == 0 && g.asks == 0
}

// lastWords says that only particles and words of address follow token i-1.
func (s *scan) lastWords(i int) bool {
	for ; i < len(s.tokens); i++ {
		if !s.is2(i, "particle") && !s.word(i, "a", "anh", "chi", "em", "e", "c", "vay", "rua", "ta", "ban", "sep", "!", ".") {
			return false
		}
	}
	return true
}

// endsWith says that a phrase of the class stands among the last three tokens.
func (s *scan) endsWith(c class) bool {
	for i := max(0, len(s.tokens)-3); i < len(s.tokens); i++ {
		if s.is2(i, c) {
			return true
		}
	}
	return false
}

// isQuestion says that the message asks. Numbers of its own make it a report unless it ends with a question mark.
func (g *signs) isQuestion(ev evidence) bool {
	switch {
	case g.mark > 0, g.askEnd && !(ev.day && g.done > 0) && !ev.paid:
		return true
	case g.asks >= 3:
		return !ev.numbers
	case g.asks == 2:
		return !ev.numbers && !(ev.day && g.strong > 0)
	case g.lists > 0:
		return !ev.numbers && (g.orders || !(ev.day && g.strong > 0))
	}
	return false
}

// isActivity says that somebody did something: a deed with a number, or with a day and a place or a content.
func (s *scan) isActivity(g signs, ev evidence, deed bool) bool {
	if g.filing > 0 && !ev.numbers && !ev.category {
		return false
	}
	if deed {
		if ev.numbers {
			return true
		}
		if g.filing > 0 || g.trouble > 0 && !ev.day {
			return false
		}
		return ev.day && (ev.where || ev.category || ev.kinds) || (ev.category || ev.kinds) && (ev.where || g.done > 0) && g.trouble == 0
	}
	if ev.paid && ev.helped && ev.where && g.filing == 0 && g.trouble == 0 && g.request == 0 {
		return true // "Trà Mai 12 hộ/36tr, Trà Vinh 8 hộ/24tr"
	}
	return ev.stated && (ev.day || ev.category) && (ev.where || ev.category) && g.filing == 0 && (g.trouble == 0 || g.done > 0)
}

// evidenceOf collects the evidence of a reading.
func evidenceOf(f *twinning.Facts, ref twinning.Date, names int) evidence {
	return evidence{
		numbers:  len(f.Quantities) > 0 || len(f.InKind) > 0,
		helped:   f.Quantities[twinning.Households] > 0,
		paid:     f.Quantities[twinning.Amount] > 0,
		stated:   len(f.Quantities) > 0 || len(f.InKind) > 0,
		day:      !f.From.IsZero() && f.From <= ref,
		today:    f.From == ref,
		future:   f.From > ref,
		where:    names > 0 || f.Place != "",
		category: f.Category != twinning.CategoryUnsure,
		kinds:    len(f.Kinds) > 0,
	}
}
