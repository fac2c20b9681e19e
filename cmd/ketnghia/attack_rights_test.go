package main

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"ketnghia/bot"
	"ketnghia/ledger"
	"ketnghia/store"
	"ketnghia/twinning"
)

// TestAttackOthersRecords has people of one pairing go after the records of another by every command, every button that
// anybody gets, and buttons made up of parts of those: nobody sees the secret or changes what is not theirs, and nothing
// makes the bot stumble.
func TestAttackOthersRecords(t *testing.T) {
	t.Parallel()
	x := openRaid(t)
	most := 350
	if os.Getenv(attackLong) != "" {
		most = attackMost
	}
	data := x.harvest(2, most, "coordinator", "their lead", "their officer", "lead", "officer", "observer", "overseer", "district")
	prefixes := map[string]bool{}
	for _, d := range data {
		prefix, _, _ := strings.Cut(d, ":")
		prefixes[prefix] = true
	}
	if len(data) < 300 || len(prefixes) < 25 {
		t.Fatalf("only %d buttons of %d kinds were found to attack with", len(data), len(prefixes))
	}
	forged := x.forge(data, most)
	seen := 0
	for _, by := range []struct {
		who string
		// each is that every how manyth button is pressed, more by those who have rights of their own; the long attack presses
		// all.
		each int
	}{{"officer", 2}, {"lead", 3}, {"district", 5}, {"overseer", 7}, {"left", 11}, {"nobody", 13}, {"watcher", 13}} {
		for _, command := range x.router.Commands() {
			for _, words := range x.words() {
				seen += x.attack(move{who: by.who, kind: bot.KindMessage, text: strings.TrimSpace("/" + command + " " + words)})
			}
		}
		for _, words := range x.words() {
			for _, ask := range []string{"tình hình ", "ai phụ trách ", "kinh phí của ", "còn thiếu gì ", "chi tiết ", "xếp loại ", "biểu đồ ", ""} {
				seen += x.attack(move{who: by.who, kind: bot.KindMessage, text: strings.TrimSpace(ask + words)})
			}
		}
		for i, d := range append(data, forged...) {
			if i%by.each != 0 && most < attackMost {
				continue
			}
			m := move{who: by.who, kind: bot.KindPress, data: d}
			if i%5 == 0 {
				m.chat = theirGroup
			}
			seen += x.attack(m)
		}
	}
	if seen == 0 {
		t.Error("even those who may never saw the secret: the test would see no leak")
	}
}

// mayKnow says who may see the records of the second pairing: observers see all, in whatever unit; only a coordinator
// makes somebody one.
func mayKnow(who string) bool { return who == "coordinator" || who == "observer" || who == "watcher" }

const (
	// attackLong has this attack go on for longer: with so many buttons, real and forged, by everybody.
	attackLong = "KETNGHIA_ATTACK_LONG"
	attackMost = 1500
)

// attack makes a move, checks what it brought and returns 1 if somebody who may saw the secret.
func (x *raid) attack(m move, before ...func(*ledger.Work) error) int {
	x.t.Helper()
	l := x.try(m, before...)
	if l.panic != nil {
		x.t.Errorf("%+v: panic: %v", m, l.panic)
		return 0
	}
	if l.err != nil && !refused(l.err) {
		x.t.Errorf("%+v: fails: %v", m, l.err)
	}
	x.checkChanges(m, l.audit)
	if said := l.said + x.texts(l); strings.Contains(said, secret) {
		if mayKnow(m.who) {
			return 1
		}
		x.t.Errorf("%+v tells of another pairing:\n%s", m, around(said, secret))
	}
	return 0
}

// refused says whether an error is one by which the rules say no.
func refused(err error) bool {
	_, invalid := errors.AsType[*twinning.InvalidError](err)
	return invalid || errors.Is(err, twinning.ErrForbidden) || errors.Is(err, twinning.ErrNotFound) || errors.Is(err, twinning.ErrConflict)
}

func around(text, part string) string {
	at := strings.Index(text, part)
	return text[max(0, at-300):min(len(text), at+200)]
}

// checkChanges holds what was changed against the table of who may do what.
func (x *raid) checkChanges(m move, audit []store.AuditEntry) {
	x.t.Helper()
	p, known := x.people[m.who]
	for _, e := range audit {
		family, _, _ := strings.Cut(e.Action, ".")
		switch {
		case known && p.Active() && allowed(p, e.Action) && (p.Role == twinning.RoleCoordinator || family == "person" && e.Object == fmt.Sprintf("person/%d", p.ID) ||
			x.belongs(e, p.Unit)):
		case m.who == "nobody" || m.who == "left":
			// A stranger may ask to be let in, and take that back by asking for something else.
			if family != "request" || e.Person != 0 {
				x.t.Errorf("%+v: a stranger does %s to %s", m, e.Action, e.Object)
			}
		default:
			x.t.Errorf("%+v: %s in %s does %s to %s: %s", m, p.Role, p.Unit, e.Action, e.Object, e.Detail)
		}
	}
}

// allowed says whether the role may do that to anything at all.
func allowed(p twinning.Person, action string) bool {
	switch action {
	case "person.language", "person.reached", "person.leave":
		return true
	case "person.remove":
		return true // oneself, or for leads and coordinators those of the unit: belongs checks whose
	case "person.invite":
		return p.Role == twinning.RoleLead || p.Role == twinning.RoleCoordinator
	case "activity.confirm", "activity.dispute":
		return p.MayLog() && p.Role != twinning.RoleCoordinator
	case "filing.accept", "filing.return", "obligation.waive", "obligation.unwaive", "obligation.disclaimer", "obligation.urge",
		"rating.propose", "rating.decide", "request.decide", "roster.import":
		return p.Role == twinning.RoleCoordinator
	}
	return p.MayLog()
}

// belongs says whether what was changed is a record of the unit.
func (x *raid) belongs(e store.AuditEntry, unit twinning.UnitKey) (ours bool) {
	x.t.Helper()
	err := x.books.ledger.View(x.t.Context(), x.now, func(k *ledger.Look) error {
		kind, id, _ := strings.Cut(e.Object, "/")
		var n uint64
		_, _ = fmt.Sscan(id, &n)
		switch kind {
		case "activity":
			act, err := k.Activity(twinning.ActivityID(n))
			ours = err != nil || act.Facts.Sponsor == unit || act.Facts.Recipient == unit // new ones are not in the books here
		case "filing":
			f, err := k.Filing(twinning.FilingID(n))
			ours = err != nil || f.Unit == unit
		case "unit":
			ours = id == string(unit)
		case "person":
			q, err := k.Person(twinning.PersonID(n))
			ours = err == nil && q.Unit == unit
		case "pairing":
			q, err := k.Pairing(twinning.PairingID(n))
			ours = err == nil && q.Has(unit)
		case "obligation":
			o, err := twinning.ParseObligation(id)
			ours = err == nil && o.Unit == unit
		case "group":
			g, err := k.Group(twinning.ChatID(0))
			ours = err != nil || g.Unit == unit
		case "report":
			ours = strings.HasSuffix(id, "/"+string(unit))
		}
		return nil
	})
	if err != nil {
		x.t.Fatal(err)
	}
	return ours
}

// forge makes callback data from the parts of real ones.
func (x *raid) forge(data []string, n int) []string {
	rng := rand.New(rand.NewPCG(1, 2))
	atoms := []string{
		"", "0", "-1", "1", "2", "3", "7", "9223372036854775807", "18446744073709551615", "99999999999999999999", "1e9", "0x10",
		"2019", "2026", "2027", "2028", "9999", "yes", "no", "ok", "all", "@", "@" + theirRecipient, "p1", "p2", "p999", "p-1",
		theirSponsor, theirRecipient, ourSponsor, ourRecipient, "D504", "D505", "ABDT", "UBNDT", "needs", "report", "programme",
		"evaluation", "officer", "lead", "coordinator", "m5", "m-5", "l99999999", "void", "edit", "take", "none", "unit", "amt", "cat", "date",
		"2027-02-10", "9999-99-99", "tw", "new", "skip", "own", "../..", "%s", "a b", "đ", "|", "+", "W20437+W20467",
		fmt.Sprint(x.theirs.activity), fmt.Sprint(x.theirs.filing), fmt.Sprint(x.theirs.draft), fmt.Sprint(x.theirs.request),
	}
	for _, d := range data {
		atoms = append(atoms, strings.Split(d, ":")[1:]...)
	}
	var all []string
	for _, prefix := range x.router.Presses() {
		all = append(all, prefix, prefix+":", prefix+":::::::::::", prefix+":"+strings.Repeat("9", 55))
		for range n / len(x.router.Presses()) {
			d := data[rng.IntN(len(data))]
			parts := strings.Split(d, ":")
			if !strings.HasPrefix(d, prefix+":") || rng.IntN(3) == 0 {
				parts = []string{prefix}
				for range rng.IntN(6) {
					parts = append(parts, atoms[rng.IntN(len(atoms))])
				}
			} else {
				parts[1+rng.IntN(len(parts)-1)] = atoms[rng.IntN(len(atoms))]
			}
			if joined := strings.Join(parts, ":"); len(joined) <= 64 {
				all = append(all, joined)
			}
		}
	}
	return all
}
