package bot

import (
	"encoding/json"
	"slices"
	"time"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// An update that brings the process down (out of memory, a fatal error of the runtime) would be tried again at each start
// for ever, so it must be found and buried. It is told from an innocent one that was in hand when somebody killed the
// process, or when something else brought it down, like this:
//
//   - Before a try that may be the last, that is in the first batch after a start and for every suspect, a try is counted in
//     the update's record; handling removes the record. So the count says in how many processes the update was in hand
//     at the end. An update of the first batch may have been in hand uncounted, in a larger transaction: it is the next
//     crash that counts.
//   - A suspect, whose count is not zero, is tried again only after the process has lived for a while without it (caution),
//     longer each time. Whatever kills the process meanwhile is not the suspect, and adds nothing to its count. A process
//     that is killed by others every few seconds never comes to try it; one that is killed rarely hardly ever dies
//     within the milliseconds of the try. So an innocent update is buried only if the last three of crashTries deaths
//     each fell into the moment of its handling after 2, 10 and 30 s of life: with a kill every ten seconds, which no
//     operator endures, and 20 ms for the handling that is once in 10⁸. A real culprit takes 42 s and six starts.
//   - What others wrote goes on meanwhile; only what comes after the suspect in the same chat waits for it, so that the
//     order of a chat is kept.
//
// A crash that a mistake elsewhere causes may still fall into the same moment again and again; then the sender is told
// that the message was not handled, and it is kept with the dead letters.

// crashTries is in how many processes that died an update may have been in hand before it is buried.
const crashTries = 5

// caution returns how long the process must have lived before an update is tried that was in hand in so many that died.
// The first two times it may be chance, and a start is quick.
func caution(deaths int) time.Duration {
	switch {
	case deaths <= 1 || deaths >= crashTries: // from crashTries on it is buried, which needs no wait
		return 0
	case deaths == 2:
		return 2 * time.Second
	case deaths == 3:
		return 10 * time.Second
	}
	return 30 * time.Second
}

// deaths returns in how many processes that died the update was in hand.
func (in *intake) deaths(u ledger.Update) int {
	if in.counted[u.Seq] {
		return u.Tries - 1
	}
	return u.Tries
}

// choose returns the updates that may be handled now after the process has lived for so long, at most intakeBatch and in
// their order, and how long to wait until a suspect may be: 0 when none waits.
func (in *intake) choose(l *ledger.Look, lived time.Duration) (ready []ledger.Update, wait time.Duration, err error) {
	held := map[twinning.ChatID]bool{}
	for limit := intakeBatch; ; limit *= 2 {
		waiting, err := l.Waiting(limit)
		if err != nil {
			return nil, 0, err
		}
		ready, wait = nil, 0
		clear(held)
		for _, u := range waiting {
			pause := caution(in.deaths(u)) - lived
			chat := in.chatOf(u, pause > 0 || len(held) > 0)
			switch {
			case pause > 0:
				held[chat] = true
				if wait == 0 || pause < wait {
					wait = pause
				}
			case !held[chat]:
				ready = append(ready, u)
			}
		}
		if len(ready) >= intakeBatch || len(waiting) < limit {
			return ready[:min(len(ready), intakeBatch)], wait, nil
		}
	}
}

// chatOf returns the chat of an update if that is needed, 0 for one that can't be read.
func (in *intake) chatOf(u ledger.Update, needed bool) twinning.ChatID {
	if !needed {
		return 0
	}
	var read tgUpdate
	if json.Unmarshal(u.Raw, &read) != nil {
		return 0
	}
	return in.me.read(&read).Chat
}

// suspicious says whether an update is among them that was in hand when a process died.
func suspicious(updates []ledger.Update) bool {
	return slices.ContainsFunc(updates, func(u ledger.Update) bool { return u.Tries > 0 })
}
