package nlu

import "ketnghia/twinning"

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
	if intent := s.spoken(g, ev, deed); intent != "" {
		return intent, false
	}
	switch {
	case s.isOther(g, ev):
		return IntentOther, false
	case g.undo && !ev.numbers, g.undoLate && !ev.numbers && !ev.day:
		return IntentUndo, false
	case g.thanks && !ev.day, g.wishes && !ev.numbers && g.mark == 0 && g.asks == 0 && !(ev.day && ev.where):
		return IntentGreeting, false
	case s.isNotice(g, ev, deed):
		return IntentPlan, false
	case g.isQuestion(ev):
		return IntentQuestion, false
	case g.corrects && len(s.tokens) <= 20 && !(ev.day && ev.where && deed):
		return IntentCorrection, false
	case (g.putsOff || g.ahead) && !(ev.day && ev.numbers && g.done > 0) && g.mark == 0:
		return IntentPlan, false
	case g.notYet > 0 && !(ev.numbers && ev.day):
		return IntentOther, false
	case g.notDone > 0 && ev.future && !ev.numbers:
		return IntentPlan, false
	case g.notDone > 0 && !(ev.numbers && ev.day && g.done > 0):
		return IntentOther, false
	case ev.future || g.plan > 0 && !(ev.day && ev.numbers) && g.done == 0:
		if deed || g.plan > 0 || ev.future && len(s.tokens) > 3 {
			return IntentPlan, false
		}
	case g.request > 0 && (!ev.day || !ev.numbers && (g.trouble > 0 || g.asksFirst) && g.done == 0):
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

// spoken returns the intent of a message whose words say it by themselves, "" where they don't.
func (s *scan) spoken(g signs, ev evidence, deed bool) Intent {
	report := deed && ev.numbers && (ev.where || ev.helped || ev.category && ev.day)
	undo := g.undo || g.undoLate
	switch {
	case g.outright && !undo && !g.pleads, g.either && !g.amends && !ev.paid && !g.corrects, s.wantsList():
		return IntentQuestion
	case (g.greets || g.receives && !ev.numbers) && g.thanksLate && g.mark == 0 && g.asks == 0 && !ev.day && !ev.paid && g.strong == 0:
		return IntentGreeting
	case g.proposes && g.done == 0, g.meets && g.hour && g.mark == 0 && g.reminds:
		return IntentPlan
	case g.hour && g.mark == 0 && g.done == 0 && !ev.numbers && (g.meets && g.strong == 0 && (ev.today || ev.future) || g.plan > 0 && ev.future):
		return IntentPlan
	case g.wishes && s.is2(0, "wish") && g.strong == 0 && !ev.where && !ev.paid:
		return IntentGreeting
	case (g.amends || g.amendsMaybe && !report) && !g.undoFirst && !(g.takesBack && g.logged) && g.mark == 0 && !g.askEnd && g.asks < 3:
		return IntentCorrection
	}
	return ""
}

// isOther says that the message is about the program or hands over papers and states nothing that was done.
func (s *scan) isOther(g signs, ev evidence) bool {
	if s.isTalk(g, ev) || g.aside(ev) {
		return true
	}
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
	return g.technical && !ev.category && !g.askEnd && !(g.strong > 0 && ev.day && ev.where) && !(ev.future && g.plan > 0) && g.asks < 3 || g.papers && g.filing > 0 && !ev.future
}

// aside says that the message hands on news, or concerns the writers alone, and names no place of the programme.
func (g *signs) aside(ev evidence) bool {
	private := g.private && !g.wishes && !g.greets && !ev.helped && !(g.strong > 0 && ev.category)
	return (g.press || private) && g.mark == 0 && g.asks == 0 && !ev.where
}

// isTalk says that the message complains, jokes, reminds, leaves open or hands over papers and reports nothing besides: a deed
// with a number and a day is a report in spite of that.
func (s *scan) isTalk(g signs, ev evidence) bool {
	if g.mark > 0 || g.askEnd || !g.chats() && !g.phones {
		return false
	}
	if g.undecided && !g.laments && !g.links && !g.reminds && !g.handsOver && (g.asks > 1 || ev.day && ev.where && g.strong > 0) {
		return false
	}
	if g.phones && !g.chats() {
		return !ev.numbers && !ev.day && !ev.future
	}
	if g.handsOver {
		return !(ev.day && ev.numbers && g.strong > 0 && (s.tells() || s.pictures())) && !ev.future
	}
	return (!ev.future || g.laments && !g.hour) && !(ev.day && ev.numbers && g.strong > 0) && !(ev.paid && g.done > 0) && !g.scheduled
}

// tells says that a colon introduces what happened.
func (s *scan) tells() bool {
	for i := range s.tokens {
		if s.word(i, ":") && s.owner[i] == free && !s.glued(i+1) {
			return true
		}
	}
	return false
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
	if g.scheduled && g.filing == 0 && !(ev.day && ev.numbers) && (deed || ev.future || g.plan > 0) {
		return true
	}
	if g.hour && !ev.day && !ev.numbers && g.asks == 0 && s.endsWith("tail") {
		return true // "họp rút kinh nghiệm chiều 15h nhé"
	}
	if s.word(0, "hop") && g.hour && !ev.numbers {
		return true
	}
	ahead := ev.future || ev.today && g.hour && !ev.numbers && !(deed && (ev.category || ev.kinds))
	return ahead && g.asks > 0 && g.asks < 3 || ahead && (g.plan > 0 || g.hour) && !ev.numbers && g.lists == 0 && g.asks == 0
}

// lastWords says that only particles and words of address follow token i-1.
func (s *scan) lastWords(i int) bool {
	for ; i < len(s.tokens); i++ {
		if s.owner[i] != ownedByName && !s.is2(i, "tail") && !s.word(i, "moi", "nguoi", "ca", "oi", "ac", "cac", "bac", "co", "chu", "a", "anh", "chi", "em", "e", "c", "vay", "rua", "ta", "ban", "sep", "!", ".") {
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
	case g.mark > 0, g.either, g.askEnd && !(ev.day && g.done > 0) && !ev.paid:
		return true
	case g.asks >= 3:
		return !ev.numbers
	case g.asks == 2:
		return g.most || !ev.numbers && !(ev.day && g.strong > 0)
	case g.lists > 0:
		return !ev.numbers && (g.opens || g.orders || !(ev.day && g.strong > 0))
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
	return ev.stated && (ev.day || ev.category && ev.where) && (ev.where || ev.category) && g.filing == 0 && (g.trouble == 0 || g.done > 0)
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
