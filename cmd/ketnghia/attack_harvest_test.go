package main

import (
	"fmt"
	"slices"
	"strings"

	"ketnghia/bot"
	"ketnghia/ledger"
	"ketnghia/twinning"
)

// words are texts that somebody may type behind each command, or by themselves, to get at records.
func (x *raid) words() []string {
	unit := func(key twinning.UnitKey) (name string) {
		err := x.books.ledger.View(x.t.Context(), x.now, func(k *ledger.Look) error {
			name = k.UnitName(key).Text
			return nil
		})
		if err != nil {
			x.t.Fatal(err)
		}
		return name
	}
	words := []string{"", "2026", "chắc", "en", "-1", "99999999999999999999", unit(ourRecipient), unit(ourSponsor), "Đông Giang"}
	for _, name := range []string{unit(theirSponsor), unit(theirRecipient)} {
		words = append(words, name, name+" 2027", name+" 37")
	}
	for _, id := range []uint64{uint64(x.theirs.activity), uint64(x.theirs.voided), uint64(x.theirs.filing)} {
		words = append(words, fmt.Sprintf("HĐ%d", id), fmt.Sprintf("HĐ%d 54 hộ", id), fmt.Sprintf("VB%d", id))
	}
	return words
}

// harvest returns the callback data of all buttons that these people come across, from every command on.
func (x *raid) harvest(depth, most int, who ...string) []string {
	seen := map[string]bool{}
	for _, name := range who {
		var fresh []string
		gather := func(l loot) {
			for _, data := range l.buttons {
				if !seen[data] && len(seen) < most {
					seen[data] = true
					fresh = append(fresh, data)
				}
			}
		}
		for _, command := range x.router.Commands() {
			for _, words := range x.words()[:12] {
				gather(x.try(move{who: name, kind: bot.KindMessage, text: strings.TrimSpace("/" + command + " " + words)}))
			}
		}
		for range depth {
			now := fresh
			fresh = nil
			for _, data := range now {
				gather(x.try(move{who: name, kind: bot.KindPress, data: data}))
			}
		}
	}
	var all []string
	for data := range seen {
		all = append(all, data)
	}
	slices.Sort(all)
	return all
}
