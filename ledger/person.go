package ledger

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"slices"
	"time"

	"ketnghia/twinning"
)

// invitationLife is how long an invitation link can be used.
const invitationLife = 14 * 24 * time.Hour

// guessesAllowed is how many wrong codes a Telegram account may send in guessWindow before it is no longer answered.
const (
	guessesAllowed = 5
	guessWindow    = 24 * time.Hour
)

// codeBytes makes a code of 128 bits; in base64url that is 22 characters, below the 64 of a start payload (Bot API,
// "Deep linking").
const codeBytes = 16

// Errors of entering, told apart because the person can do something different about each.
var (
	// ErrCodeUnknown says that there is no such invitation.
	ErrCodeUnknown = errors.New("unknown invitation")
	// ErrCodeUsed says that somebody came in with it already.
	ErrCodeUsed = errors.New("invitation used")
	// ErrCodeExpired says that it is older than 14 days.
	ErrCodeExpired = errors.New("invitation expired")
	// ErrTooMany says that the account guessed too often.
	ErrTooMany = errors.New("too many attempts")
	// ErrEnrolled says that the account is somebody already.
	ErrEnrolled = errors.New("already enrolled")
)

// NewCode makes an invitation code from a source of randomness such as crypto/rand.Reader.
func NewCode(random io.Reader) (string, error) {
	b := make([]byte, codeBytes)
	if _, err := io.ReadFull(random, b); err != nil {
		return "", fmt.Errorf("invitation code: %w", err)
	}
	return base64.RawURLEncoding.EncodeToString(b), nil
}

func hashCode(code string) string {
	sum := sha256.Sum256([]byte(code))
	return hex.EncodeToString(sum[:])
}

// InviteOrder is whom to invite: into which unit, in which role, with the code that the link will carry.
type InviteOrder struct {
	Code string
	Unit twinning.UnitKey
	Role twinning.Role
	Name string
}

// Invite stores an invitation and returns it. Only the code's hash is kept.
func (w *Work) Invite(a Actor, o InviteOrder) (twinning.Invitation, error) {
	if err := mayInvite(a, o.Unit, o.Role); err != nil {
		return twinning.Invitation{}, err
	}
	if err := w.roleFits(o.Unit, o.Role); err != nil {
		return twinning.Invitation{}, err
	}
	i := twinning.Invitation{
		Hash: hashCode(o.Code), Unit: o.Unit, Role: o.Role, Name: o.Name,
		Created: w.Now(), Expires: w.Now().Add(invitationLife), By: a.Person.ID,
	}
	if err := w.tx.PutInvitation(i); err != nil {
		return i, wrap("invite", err)
	}
	return i, w.audit(a, "person.invite", "unit/"+string(o.Unit), map[string]any{"role": o.Role})
}

// roleFits refuses a role that nobody can have in the unit: coordinators are the people of the standing agency, which
// has no other officers.
func (k *Look) roleFits(unit twinning.UnitKey, role twinning.Role) error {
	if !slices.Contains(twinning.Roles(), role) {
		return &twinning.InvalidError{Field: "role", Rule: "unknown"}
	}
	u, err := k.Unit(unit)
	if err != nil {
		return wrap("role", err)
	}
	if role != twinning.RoleObserver && (role == twinning.RoleCoordinator) != (u.Role == twinning.RoleStanding) {
		return &twinning.InvalidError{Field: "role", Rule: "unit"}
	}
	return nil
}

// Newcomer is a Telegram account that wants in.
type Newcomer struct {
	Telegram twinning.ChatID
	Name     string
	Lang     string
}

// Enrol lets the newcomer in by the code of an invitation, once. Wrong codes are counted.
//
// A wrong code is told by the returned error and by nothing else, so the caller must commit the transaction all the
// same: the count of guesses is part of it.
func (w *Work) Enrol(n Newcomer, code string) (twinning.Person, error) {
	if err := w.guard(n.Telegram); err != nil {
		return twinning.Person{}, err
	}
	if p, err := w.PersonByTelegram(n.Telegram); err == nil && p.Active() {
		return p, fmt.Errorf("person %d: %w", p.ID, ErrEnrolled)
	}
	i, err := w.Invitation(hashCode(code))
	switch {
	case errors.Is(err, twinning.ErrNotFound):
		return twinning.Person{}, errors.Join(ErrCodeUnknown, w.countGuess(n.Telegram))
	case err != nil:
		return twinning.Person{}, wrap("enrol", err)
	case i.UsedBy != 0:
		return twinning.Person{}, ErrCodeUsed
	case w.Now().After(i.Expires):
		return twinning.Person{}, ErrCodeExpired
	}
	p, err := w.admit(n, i.Unit, i.Role, i.By)
	if err != nil {
		return p, err
	}
	i.UsedBy = p.ID
	if err := w.tx.PutInvitation(i); err != nil {
		return p, wrap("enrol", err)
	}
	return p, w.audit(Actor{Person: p, Chat: n.Telegram}, "person.enrol", personObject(p.ID), map[string]any{
		"unit": p.Unit, "role": p.Role,
	})
}

func personObject(id twinning.PersonID) string { return fmt.Sprintf("person/%d", id) }

// admit makes the newcomer a person; an earlier membership of the same account is replaced.
func (w *Work) admit(n Newcomer, unit twinning.UnitKey, role twinning.Role, by twinning.PersonID) (twinning.Person, error) {
	p, err := w.PersonByTelegram(n.Telegram)
	if err != nil && !errors.Is(err, twinning.ErrNotFound) {
		return p, wrap("admit", err)
	}
	p.Telegram, p.Name, p.Unit, p.Role, p.InvitedBy = n.Telegram, n.Name, unit, role, by
	p.State, p.Unreachable, p.Joined = twinning.MembershipActive, false, w.Now()
	if p.Lang == "" {
		p.Lang = n.Lang
	}
	p.ID, err = w.tx.PutPerson(p)
	return p, wrap("admit", err)
}

func (w *Work) guard(chat twinning.ChatID) error {
	n, since, err := w.Attempts(chat)
	if err != nil {
		return wrap("attempts", err)
	}
	if n >= guessesAllowed && w.Now().Sub(since) < guessWindow {
		return ErrTooMany
	}
	return nil
}

func (w *Work) countGuess(chat twinning.ChatID) error {
	n, since, err := w.Attempts(chat)
	if err != nil {
		return wrap("attempts", err)
	}
	if n == 0 || w.Now().Sub(since) >= guessWindow {
		n, since = 0, w.Now()
	}
	return wrap("attempts", w.tx.PutAttempts(chat, n+1, since))
}

// SetLang changes the language in which the person is answered.
func (w *Work) SetLang(p twinning.Person, lang string) error {
	p.Lang = lang
	_, err := w.tx.PutPerson(p)
	return wrap("language", err)
}

// Reached clears the mark of a person who had blocked the bot and writes again.
func (w *Work) Reached(p twinning.Person) error {
	if !p.Unreachable {
		return nil
	}
	p.Unreachable = false
	_, err := w.tx.PutPerson(p)
	return wrap("person", err)
}

// Remove ends a membership: by a coordinator, or by a lead for somebody of the own unit, or by oneself.
func (w *Work) Remove(a Actor, id twinning.PersonID) (twinning.Person, error) {
	p, err := w.Person(id)
	if err != nil {
		return p, wrap("remove", err)
	}
	if a.Person.ID != id {
		if err := mayInvite(a, p.Unit, p.Role); err != nil {
			return p, err
		}
	}
	p.State = twinning.MembershipLeft
	if _, err := w.tx.PutPerson(p); err != nil {
		return p, wrap("remove", err)
	}
	return p, w.audit(a, "person.remove", personObject(id), map[string]any{"unit": p.Unit})
}

// AskEntry stores a stranger's request and shows it to the coordinators. A second request of the same account while the
// first is open changes it.
func (w *Work) AskEntry(n Newcomer, unit twinning.UnitKey, role twinning.Role) (twinning.EntryRequest, error) {
	if err := w.roleFits(unit, role); err != nil {
		return twinning.EntryRequest{}, err
	}
	r, err := w.RequestByTelegram(n.Telegram)
	if err != nil && !errors.Is(err, twinning.ErrNotFound) {
		return r, wrap("request", err)
	}
	told := err == nil && r.Unit == unit && r.Role == role
	r.Telegram, r.Name, r.Lang, r.Unit, r.Role = n.Telegram, n.Name, n.Lang, unit, role
	if r.Created.IsZero() {
		r.Created = w.Now()
	}
	if r.ID, err = w.tx.PutRequest(r); err != nil {
		return r, wrap("request", err)
	}
	if told {
		return r, nil
	}
	return r, w.showRequest(r)
}

func (w *Work) showRequest(r twinning.EntryRequest) error {
	data := func(verb string) string { return fmt.Sprintf("req:%d:%s", r.ID, verb) }
	return w.tellCoordinators(ClassReply, twinning.Message{
		Lines: []twinning.Line{{Key: "request.coordinator", Args: twinning.Args{
			"Name": twinning.Text(r.Name), "Unit": w.UnitName(r.Unit), "Role": twinning.Key("role." + string(r.Role)),
		}}},
		Buttons: [][]twinning.Button{{
			{Label: twinning.Line{Key: "button.approve"}, Data: data("yes")},
			{Label: twinning.Line{Key: "button.decline"}, Data: data("no")},
		}},
	})
}

// Decide approves or declines a request and tells the one who asked.
func (w *Work) Decide(a Actor, id twinning.RequestID, approve bool) (twinning.EntryRequest, error) {
	if err := mustCoordinate(a); err != nil {
		return twinning.EntryRequest{}, err
	}
	r, err := w.Request(id)
	if err != nil {
		return r, wrap("request", err)
	}
	if !r.Decided.IsZero() {
		return r, fmt.Errorf("request %d: decided: %w", id, twinning.ErrConflict)
	}
	r.Decided, r.By, r.Approved = w.Now(), a.Person.ID, approve
	if _, err := w.tx.PutRequest(r); err != nil {
		return r, wrap("request", err)
	}
	answer := Delivery{Chat: r.Telegram, Lang: r.Lang, Op: OpSend, Message: twinning.Say("request.declined", nil)}
	if approve {
		p, err := w.admit(Newcomer{Telegram: r.Telegram, Name: r.Name, Lang: r.Lang}, r.Unit, r.Role, a.Person.ID)
		if err != nil {
			return r, err
		}
		if answer.Message, err = w.Welcome(p); err != nil {
			return r, err
		}
		answer.Person = p.ID
	}
	if err := w.Queue(answer); err != nil {
		return r, err
	}
	return r, w.audit(a, "request.decide", fmt.Sprintf("request/%d", id), map[string]any{"approved": approve})
}

// Welcome is the first message to a person who came in: what one is here, what one can do, what waits.
func (k *Look) Welcome(p twinning.Person) (twinning.Message, error) {
	m := twinning.Say("welcome.title", twinning.Args{
		"Name": twinning.Text(p.Name), "Unit": k.UnitName(p.Unit), "Role": twinning.Key("role." + string(p.Role)),
	})
	m.Lines = append(m.Lines, twinning.Line{}, twinning.Line{Key: "welcome." + string(p.Role)})
	waiting, err := k.Unconfirmed(p.Unit)
	if err != nil {
		return m, err
	}
	if len(waiting) > 0 && p.MayLog() && p.Role != twinning.RoleCoordinator {
		m.Lines = append(m.Lines, twinning.Line{Key: "welcome.unconfirmed", Args: twinning.Args{
			"Count": twinning.Number(len(waiting)), "Value": twinning.Number(len(waiting)),
		}})
		m.Buttons = append(m.Buttons, []twinning.Button{{Label: twinning.Line{Key: "button.unconfirmed"}, Data: "uc"}})
	}
	m.Buttons = append(m.Buttons, []twinning.Button{
		{Label: twinning.Line{Key: "button.owed"}, Data: "han"},
		{Label: twinning.Line{Key: "button.help"}, Data: "help"},
	})
	return m, nil
}

// reachable returns the active people of a unit whom Telegram lets us write to.
func (k *Look) reachable(unit twinning.UnitKey) ([]twinning.Person, error) {
	people, err := k.PeopleOf(unit)
	if err != nil {
		return nil, wrap("people", err)
	}
	return slices.DeleteFunc(people, func(p twinning.Person) bool { return !p.Active() || p.Unreachable }), nil
}

// Officers returns the reachable people of a unit who act for it: officers and leads (coordinators for the standing
// agency), not observers.
func (k *Look) Officers(unit twinning.UnitKey) ([]twinning.Person, error) {
	people, err := k.reachable(unit)
	return slices.DeleteFunc(people, func(p twinning.Person) bool { return !p.MayLog() }), err
}

// Coordinators returns the reachable coordinators.
func (k *Look) Coordinators() ([]twinning.Person, error) {
	people, err := k.People()
	if err != nil {
		return nil, wrap("people", err)
	}
	return slices.DeleteFunc(people, func(p twinning.Person) bool {
		return !p.Active() || p.Unreachable || p.Role != twinning.RoleCoordinator
	}), nil
}

func (w *Work) tellCoordinators(class int, m twinning.Message) error {
	people, err := w.Coordinators()
	if err != nil {
		return err
	}
	for _, p := range people {
		if err := w.tell(p, class, "", m); err != nil {
			return err
		}
	}
	return nil
}
