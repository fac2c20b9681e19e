package bot

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	"ketnghia/ledger"
	"ketnghia/nlu"
	"ketnghia/twinning"
)

// talkReason waits for the reason for which a document is returned or taken back.
const talkReason = "reason"

// reasonTalk is what the bot remembers while it waits for a reason.
type reasonTalk struct {
	ID twinning.FilingID `json:"id"`
	// Seen is the state in which the document was returned; Withdraw says that its own unit takes it back.
	Seen     twinning.FilingState `json:"seen,omitempty"`
	Withdraw bool                 `json:"withdraw,omitempty"`
	Data     []string             `json:"data,omitempty"`
}

// returnReasons and withdrawReasons are those that are offered by button, as locale keys.
func returnReasons() []string {
	return []string{"reason.contents", "reason.unsigned", "reason.blurred", "reason.wrong_document"}
}

func withdrawReasons() []string {
	return []string{"reason.misfiled", "reason.wrong_file", "reason.outdated"}
}

// offered returns the reason that callback data names by its place, in Vietnamese as it is kept.
func (d *Desk) offered(reasons []string, part string) (string, bool) {
	n, err := strconv.Atoi(part)
	if err != nil || n < 1 || n > len(reasons) {
		return "", false
	}
	return d.vietnamese.Text(reasons[n-1], nil), true
}

// pressFiling serves the buttons of a filed document: "v:45", "v:45:ok:submitted", "v:45:no:submitted:2".
func (d *Desk) pressFiling(_ context.Context, r *Request) error {
	id, err := r.Press.ID(0)
	if err != nil {
		return err
	}
	f, err := d.readFiling(r, twinning.FilingID(id))
	if err != nil {
		return err
	}
	switch verb := r.Press.Part(1); verb {
	case "":
		return d.openFiling(r, f)
	case "f":
		return d.resend(r, f)
	case "ok":
		return d.accept(r, f, twinning.FilingState(r.Press.Part(2)))
	case "no":
		return d.returnFor(r, f, twinning.FilingState(r.Press.Part(2)))
	}
	if !r.Work.MayFileFor(*r.Person, f.Unit) {
		return fmt.Errorf("filing %d: %w", id, twinning.ErrForbidden)
	}
	return d.pressOwnFiling(r, f)
}

// pressOwnFiling serves the buttons that are the unit's own.
func (d *Desk) pressOwnFiling(r *Request, f twinning.Filing) error {
	switch r.Press.Part(1) {
	case "re":
		return d.fileAgain(r, f)
	case "x":
		return d.misfiled(r, f)
	case "xk":
		return d.askTitle(r, f)
	case "xa":
		return d.retitle(r, f)
	case "xw":
		return d.withdrawFor(r, f)
	case "s":
		return d.askSupply(r, f, stepSupply)
	case "ck":
		return d.askSupply(r, f, stepCheck)
	case "n":
		return d.askSupply(r, f, stepNumber)
	}
	talk, err := d.following(r, f.ID)
	if err != nil {
		return err
	}
	switch r.Press.Part(1) {
	case "t":
		return d.tick(r, f, talk)
	case "td":
		return d.extend(r, f, talk)
	case "ca":
		talk.Lacking = nil
		return d.setChecklist(r, f, talk)
	case "cd":
		return d.setChecklist(r, f, talk)
	case "c":
		talk.Lacking = toggle(talk.Lacking, r.Press.Part(2))
		return d.followUp(r, f, talk)
	case "ns":
		talk.Done = append(talk.Done, stepNumber)
		return d.followUp(r, f, talk)
	case "cs":
		talk.Done = append(talk.Done, stepCheck)
		return d.followUp(r, f, talk)
	case "sl":
		talk.Done = append(talk.Done, stepSupply)
		return d.followUp(r, f, talk)
	}
	return d.stale(r)
}

// readFiling returns a document that the sender may see.
func (d *Desk) readFiling(r *Request, id twinning.FilingID) (twinning.Filing, error) {
	f, err := r.Work.Filing(id)
	if err != nil {
		return f, wrapStep("filing", err)
	}
	may, err := r.Work.MayReadFiling(*r.Person, f)
	if err != nil {
		return f, wrapStep("filing", err)
	}
	if !may {
		return f, fmt.Errorf("filing %d: %w", id, twinning.ErrForbidden)
	}
	return f, nil
}

// showFiling shows a document as it is, below a line about it, in place of the pressed message.
func (d *Desk) showFiling(r *Request, f twinning.Filing, before ...twinning.Line) error {
	m, err := r.Work.FilingCard(*r.Person, f)
	if err != nil {
		return wrapStep("filing", err)
	}
	if len(before) > 0 {
		m.Lines = append(append(before, twinning.Line{}), m.Lines...)
	}
	if err := d.choices(r, m); err != nil {
		return err
	}
	return d.replace(r, ledger.FilingSubject(f.ID), m)
}

// decidedFiling shows a document after a decision about it, or as it is when the decision came too late.
func (d *Desk) decidedFiling(r *Request, f twinning.Filing, key string, err error) error {
	if errors.Is(err, twinning.ErrConflict) && f.ID != 0 {
		key, err = "filing.changed", nil
	}
	if done, err := d.refusedFiling(r, err); done || err != nil {
		return err
	}
	args := twinning.Args{{"ID", twinning.Number(f.ID)}, {"State", ledger.FilingState(f)}}
	if err := r.Answer(key, args); err != nil {
		return err
	}
	return d.showFiling(r, f, twinning.Line{Key: key, Args: args})
}

// accept serves "Nhận": Ban Dân tộc takes the document.
func (d *Desk) accept(r *Request, f twinning.Filing, seen twinning.FilingState) error {
	f, err := r.Work.Accept(r.Actor(), f.ID, seen)
	return d.decidedFiling(r, f, "filing.accepted", err)
}

// returnFor serves "Trả lại": it asks for the reason, or takes one that was offered.
func (d *Desk) returnFor(r *Request, f twinning.Filing, seen twinning.FilingState) error {
	if r.Person.Role != twinning.RoleCoordinator || f.Unit == r.Person.Unit {
		return fmt.Errorf("return %d: %w", f.ID, twinning.ErrForbidden)
	}
	if f.State != seen {
		return d.decidedFiling(r, f, "", fmt.Errorf("filing %d: %w", f.ID, twinning.ErrConflict))
	}
	talk := reasonTalk{ID: f.ID, Seen: seen}
	if reason, ok := d.offered(returnReasons(), r.Press.Part(3)); ok {
		return d.giveReason(r, talk, reason)
	}
	return d.askReason(r, f, talk, "filing.ask_return")
}

// withdrawFor serves "Rút lại": it asks for the reason, or takes one that was offered.
func (d *Desk) withdrawFor(r *Request, f twinning.Filing) error {
	talk := reasonTalk{ID: f.ID, Withdraw: true}
	if reason, ok := d.offered(withdrawReasons(), r.Press.Part(2)); ok {
		return d.giveReason(r, talk, reason)
	}
	return d.askReason(r, f, talk, "filing.ask_withdraw")
}

// askReason asks for a reason in words and offers a few.
func (d *Desk) askReason(r *Request, f twinning.Filing, talk reasonTalk, key string) error {
	m := twinning.Say(key, twinning.Args{{"ID", twinning.Number(f.ID)}, {"Unit", r.Work.UnitName(f.Unit)}})
	reasons, verb := returnReasons(), ledger.DecisionVerb("no", talk.Seen)
	if talk.Withdraw {
		reasons, verb = withdrawReasons(), "xw"
	}
	for i, reason := range reasons {
		m.Buttons = append(m.Buttons, []twinning.Button{press(reason, ledger.FilingData(f.ID, fmt.Sprintf("%s:%d", verb, i+1)))})
	}
	talk.Data = dataOf(m)
	if err := d.converse(r, talkReason, talk); err != nil {
		return err
	}
	return r.Reply(m)
}

// reasonAnswer serves the reason in words. done is false when they are plainly something else.
func (d *Desk) reasonAnswer(ctx context.Context, r *Request, c ledger.Conversation) (done bool, err error) {
	var talk reasonTalk
	if err := decode(c, &talk); err != nil {
		return false, err
	}
	if done, err := d.chosen(ctx, r, talk.Data); done || err != nil {
		return done, err
	}
	if d.plainlyElse(r) {
		return false, nil
	}
	return true, d.giveReason(r, talk, r.Text)
}

// plainlyElse is elsewhere for words that are asked for in a sentence of one's own: those of a reason or a supplement look
// like a question all too easily ("chưa có chữ ký"), so one counts only with a word that asks.
func (d *Desk) plainlyElse(r *Request) bool {
	if !d.elsewhere(r) {
		return false
	}
	if d.reader.Read(r.Text, d.today(r)).Intent != nlu.IntentQuestion || strings.HasSuffix(r.Text, "?") {
		return true
	}
	text := " " + plainLetters(r.Text) + " "
	return slices.ContainsFunc(d.words["words.asking"], func(w string) bool { return strings.Contains(text, " "+w+" ") })
}

func (d *Desk) giveReason(r *Request, talk reasonTalk, reason string) error {
	if err := r.Work.EndConversation(r.Chat, r.Person.ID); err != nil {
		return wrapStep("reason", err)
	}
	if talk.Withdraw {
		f, err := r.Work.Withdraw(r.Actor(), talk.ID, reason)
		return d.decidedFiling(r, f, "filing.taken_back", err)
	}
	f, err := r.Work.Return(r.Actor(), talk.ID, talk.Seen, reason)
	return d.decidedFiling(r, f, "filing.given_back", err)
}

// fileAgain waits for a better version of a document that was returned. One that stays in force is filed for this year.
func (d *Desk) fileAgain(r *Request, f twinning.Filing) error {
	_, newer, err := r.Work.Versions(*r.Person, f)
	if err != nil {
		return wrapStep("file", err)
	}
	if f.State != twinning.FilingReturned || len(newer) > 0 || len(f.Meets) == 0 {
		return d.changed(r, f, fmt.Errorf("filing %d: %w", f.ID, twinning.ErrConflict))
	}
	meets := slices.Clone(f.Meets)
	for i, o := range meets {
		if rule, ok := d.programme.Rule(o.Rule); ok && rule.Once {
			meets[i].Year = max(o.Year, d.today(r).Year())
		}
	}
	if err := d.converse(r, talkFile, fileTalk{For: meets[0], With: meets[1:]}); err != nil {
		return err
	}
	m := twinning.Say("file.send_again", twinning.Args{
		{"Titles", r.Work.TitlesOf(f.Meets)}, {"Reason", twinning.Text(f.Reason)}, {"ID", twinning.Number(f.ID)},
	})
	if f.Unit != r.Person.Unit {
		m.Lines = append(m.Lines, twinning.Line{Key: "file.for", Args: twinning.Args{{"Unit", r.Work.UnitName(f.Unit)}}})
	}
	return r.Reply(m)
}

// misfiled offers what can be done about a document that was filed by mistake.
func (d *Desk) misfiled(r *Request, f twinning.Filing) error {
	if f.State != twinning.FilingSubmitted {
		return d.changed(r, f, fmt.Errorf("filing %d: %w", f.ID, twinning.ErrConflict))
	}
	m := twinning.Say("filing.misfiled", twinning.Args{{"ID", twinning.Number(f.ID)}, {"Titles", r.Work.TitlesOf(f.Meets)}})
	m.Buttons = [][]twinning.Button{
		{press("button.retitle", ledger.FilingData(f.ID, "xk"))},
		{press("button.withdraw", ledger.FilingData(f.ID, "xw"))},
	}
	return d.offer(r, m, optionsTalk{})
}

// askTitle asks which document it is instead.
func (d *Desk) askTitle(r *Request, f twinning.Filing) error {
	if f.State != twinning.FilingSubmitted {
		return d.changed(r, f, fmt.Errorf("filing %d: %w", f.ID, twinning.ErrConflict))
	}
	owings, _, err := d.ranked(r, f.Unit, d.evidenceOf(r, f.Note, f.Files))
	if err != nil {
		return err
	}
	owings = slices.DeleteFunc(owings, func(o ledger.Owing) bool { return f.Meeting(o.Obligation) })
	m := twinning.Say("filing.ask_title", twinning.Args{{"ID", twinning.Number(f.ID)}})
	m.Buttons = upTo(d.choiceButtons(r, owings, ledger.FilingData(f.ID, "xa"), 0), owingsOffered)
	return d.offer(r, m, optionsTalk{})
}

// retitle says that the document is another one: "v:45:xa:commune_plan:2027:0".
func (d *Desk) retitle(r *Request, f twinning.Filing) error {
	o, err := d.obligation(r, 2)
	if err != nil {
		return err
	}
	f, err = r.Work.Retitle(r.Actor(), f.ID, []twinning.Obligation{o})
	if err != nil {
		return d.changed(r, f, err)
	}
	return d.followUp(r, f, followTalk{ID: f.ID, Full: true}, twinning.Line{Key: "filing.retitled", Args: twinning.Args{{"ID", twinning.Number(f.ID)}}})
}

// filingWords serves a reply to a message about a filed document: Ban Dân tộc's decision, number and date, or a supplement.
// done is false when the words are none of these.
func (d *Desk) filingWords(r *Request, id twinning.FilingID) (done bool, err error) {
	f, err := d.readFiling(r, id)
	if err != nil {
		return false, err
	}
	coordinator := r.Person.Role == twinning.RoleCoordinator && f.Unit != r.Person.Unit
	switch {
	case coordinator && d.said("words.accept", r.Text):
		return true, d.accept(r, f, f.State)
	case coordinator:
		for _, word := range d.words["words.return"] {
			if reason, ok := cutFolded(r.Text, word); ok && strings.TrimSpace(reason) != "" {
				return true, d.giveReason(r, reasonTalk{ID: f.ID, Seen: f.State}, strings.Trim(reason, " :,.-"))
			} else if ok {
				return true, d.returnFor(r, f, f.State)
			}
		}
	}
	if !r.Work.MayFileFor(*r.Person, f.Unit) {
		return false, nil
	}
	if d.said("words.again", r.Text) && f.State == twinning.FilingReturned {
		return true, d.fileAgain(r, f)
	}
	return d.numberAnswer(r, f, followTalk{ID: f.ID, Step: stepNumber, Done: []string{stepAlso, stepCheck, stepSupply}})
}

// cutFolded returns what follows a folded word at the start of the text.
func cutFolded(text, word string) (rest string, ok bool) {
	end := 0
	for range utf8.RuneCountInString(word) {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	return text[end:], plainLetters(text[:end]) == word
}
