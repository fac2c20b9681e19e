package bot

import (
	"context"
	"fmt"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

// ratingTalk is what a conversation about a rating waits for: the reason of a proposal, or the document of a decision.
type ratingTalk struct {
	Unit    twinning.UnitKey     `json:"unit"`
	Year    int                  `json:"year"`
	Level   twinning.RatingLevel `json:"level"`
	Decided bool                 `json:"decided,omitempty"`
}

// pressPropose has Ban Dân tộc choose the level that it proposes, then asks for the reason: "xp:2027:ASYT",
// "xp:2027:ASYT:good". The level that the books suggest needs no reason.
func (d *Desk) pressPropose(_ context.Context, r *Request) error {
	talk, x, ok, err := d.ratingTalk(r)
	if err != nil || !ok {
		return err
	}
	if talk.Level == "" {
		return d.chooseLevel(r, talk, x, "xp")
	}
	if talk.Level == x.Suggestion.Level {
		return d.proposeRating(r, talk, "")
	}
	return d.askRating(r, talk, "rating.ask_reason")
}

// pressDecided records what UBND tỉnh decided: "xd:2027:ASYT", "xd:2027:ASYT:good", then number and date are typed.
func (d *Desk) pressDecided(_ context.Context, r *Request) error {
	talk, x, ok, err := d.ratingTalk(r)
	if err != nil || !ok {
		return err
	}
	talk.Decided = true
	if talk.Level == "" {
		return d.chooseLevel(r, talk, x, "xd")
	}
	return d.askRating(r, talk, "rating.ask_document")
}

// ratingTalk reads the unit, year and level of a button that only Ban Dân tộc has.
func (d *Desk) ratingTalk(r *Request) (talk ratingTalk, x ledger.Rated, ok bool, err error) {
	talk = ratingTalk{
		Year: d.year(r, 0), Unit: twinning.UnitKey(r.Press.Part(1)), Level: twinning.RatingLevel(r.Press.Part(2)),
	}
	if r.Person.Role != twinning.RoleCoordinator {
		return talk, x, false, fmt.Errorf("rating of %s: %w", talk.Unit, twinning.ErrForbidden)
	}
	if r.Group {
		return talk, x, false, d.notice(r, "rating.private", nil)
	}
	x, ok, err = d.rated(r, talk.Unit, talk.Year)
	return talk, x, ok, err
}

func (d *Desk) chooseLevel(r *Request, talk ratingTalk, x ledger.Rated, prefix string) error {
	key := "rating.choose"
	if talk.Decided {
		key = "rating.choose_decided"
	}
	m := twinning.Say(key, twinning.Args{
		{"Unit", r.Work.UnitName(talk.Unit)}, {"Year", yearText(talk.Year)}, {"Level", levelName(x.Suggestion.Level)},
	})
	for _, level := range twinning.RatingLevels() {
		label := twinning.Line{Key: "rating.level." + string(level)}
		if level == x.Suggestion.Level && !talk.Decided {
			label = twinning.Line{Key: "rating.as_suggested", Args: twinning.Args{{"Level", levelName(level)}}}
		}
		m.Buttons = append(m.Buttons, []twinning.Button{{
			Label: label, Data: fmt.Sprintf("%s:%d:%s:%s", prefix, talk.Year, talk.Unit, level),
		}})
	}
	m.Buttons = append(m.Buttons, []twinning.Button{press("button.rating", fmt.Sprintf("xl:%d:%s", talk.Year, talk.Unit))})
	return d.offer(r, m, optionsTalk{})
}

func (d *Desk) askRating(r *Request, talk ratingTalk, key string) error {
	if err := d.converse(r, talkRating, talk); err != nil {
		return err
	}
	return r.Reply(twinning.Say(key, twinning.Args{
		{"Unit", r.Work.UnitName(talk.Unit)}, {"Year", yearText(talk.Year)}, {"Level", levelName(talk.Level)},
	}))
}

// ratingAnswer serves the reason or the document that was asked for. done is false when the words are plainly something
// else.
func (d *Desk) ratingAnswer(r *Request, c ledger.Conversation) (done bool, err error) {
	var talk ratingTalk
	if err := decode(c, &talk); err != nil {
		return false, err
	}
	if d.plainlyElse(r) {
		return false, nil
	}
	if !talk.Decided {
		return true, d.proposeRating(r, talk, r.Text)
	}
	_, err = r.Work.DecideRating(r.Actor(), ledger.Rating{Unit: talk.Unit, Year: talk.Year, Level: talk.Level, Words: r.Text})
	return true, d.ratingKept(r, talk, "rating.decided_done", err)
}

func (d *Desk) proposeRating(r *Request, talk ratingTalk, reason string) error {
	_, err := r.Work.ProposeRating(r.Actor(), ledger.Rating{Unit: talk.Unit, Year: talk.Year, Level: talk.Level, Words: reason})
	return d.ratingKept(r, talk, "rating.proposed_done", err)
}

// ratingKept shows the rating after something was said about it.
func (d *Desk) ratingKept(r *Request, talk ratingTalk, key string, err error) error {
	if err != nil {
		return d.refused(r, wrapStep("rating", err), nil)
	}
	if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
		return wrapStep("rating", err)
	}
	return d.showRatingAfter(r, talk.Unit, talk.Year, say(key))
}
