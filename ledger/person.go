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

// guessesAllowed is how many wrong codes and requests together a Telegram account may send in guessWindow before it is
// refused.
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
	// ErrTooMany says that the account guessed or asked too often.
	ErrTooMany = fmt.Errorf("too many attempts: %w", twinning.ErrForbidden)
	// ErrEnrolled says that the account is somebody already, who first has to leave the unit.
	ErrEnrolled = fmt.Errorf("already enrolled: %w", twinning.ErrConflict)
	// ErrLastCoordinator says that without this person nobody could let anybody in.
	ErrLastCoordinator = fmt.Errorf("last coordinator: %w", twinning.ErrConflict)
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
	if o.Code == "" {
		return twinning.Invitation{}, &twinning.InvalidError{Field: "code", Rule: "required"}
	}
	switch _, err := w.Invitation(hashCode(o.Code)); {
	case err == nil:
		return twinning.Invitation{}, fmt.Errorf("invitation into %s: code: %w", o.Unit, twinning.ErrConflict)
	case !errors.Is(err, twinning.ErrNotFound):
		return twinning.Invitation{}, wrap("invite", err)
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

// roleFits refuses a role that nobody can have in the unit, and a unit that is no more: coordinators are the people of
// the standing agency, which has no other officers.
func (k *Look) roleFits(unit twinning.UnitKey, role twinning.Role) error {
	if !slices.Contains(twinning.Roles(), role) {
		return &twinning.InvalidError{Field: "role", Rule: "unknown"}
	}
	u, err := k.Unit(unit)
	if err != nil {
		return wrap("role", err)
	}
	if !u.Active() {
		return &twinning.InvalidError{Field: "unit", Rule: "inactive"}
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
	if p, err := w.enrolled(n.Telegram); err != nil {
		return p, err
	}
	i, err := w.Invitation(hashCode(code))
	switch {
	case errors.Is(err, twinning.ErrNotFound):
		if err := w.countGuess(n.Telegram); err != nil {
			return twinning.Person{}, err
		}
		return twinning.Person{}, ErrCodeUnknown
	case err != nil:
		return twinning.Person{}, wrap("enrol", err)
	case i.UsedBy != 0:
		return twinning.Person{}, ErrCodeUsed
	case !w.Now().Before(i.Expires), !w.stands(i):
		return twinning.Person{}, ErrCodeExpired
	}
	p, err := w.admit(n, membership{unit: i.Unit, role: i.Role, by: i.By})
	if err != nil {
		return p, err
	}
	i.UsedBy = p.ID
	if err := w.tx.PutInvitation(i); err != nil {
		return p, wrap("enrol", err)
	}
	if err := w.tx.PutAttempts(n.Telegram, 0, time.Time{}); err != nil {
		return p, wrap("enrol", err)
	}
	if err := w.settleRequest(p); err != nil {
		return p, err
	}
	err = w.audit(Actor{Person: p, Chat: n.Telegram}, "person.enrol", personObject(p.ID), map[string]any{
		"unit": p.Unit, "role": p.Role,
	})
	if err != nil {
		return p, err
	}
	return p, w.deliverUncopied(p)
}

// stands says whether whoever made the invitation might still make it: otherwise somebody who is removed could come back
// by a link that was put by. What the operator made stands.
func (k *Look) stands(i twinning.Invitation) bool {
	if i.By == 0 {
		return true
	}
	by, err := k.Person(i.By)
	return err == nil && mayInvite(Actor{Person: by}, k.heir(i.Unit), i.Role) == nil
}

func personObject(id twinning.PersonID) string { return fmt.Sprintf("person/%d", id) }

// enrolled returns ErrEnrolled, with the person, for an account that is somebody already.
func (k *Look) enrolled(chat twinning.ChatID) (twinning.Person, error) {
	p, err := k.PersonByTelegram(chat)
	switch {
	case errors.Is(err, twinning.ErrNotFound):
		return twinning.Person{}, nil
	case err != nil:
		return p, wrap("person", err)
	case p.Active():
		return p, fmt.Errorf("person %d: %w", p.ID, ErrEnrolled)
	}
	return p, nil
}

// membership is what somebody is let in as, and by whom.
type membership struct {
	unit twinning.UnitKey
	role twinning.Role
	by   twinning.PersonID
}

// admit makes the newcomer a person, in what became of the unit since; an earlier membership of the same account, which
// must have ended, is replaced.
func (w *Work) admit(n Newcomer, m membership) (twinning.Person, error) {
	p, err := w.enrolled(n.Telegram)
	if err != nil {
		return p, err
	}
	m.unit = w.heir(m.unit)
	if err := w.roleFits(m.unit, m.role); err != nil {
		return p, err
	}
	p.Telegram, p.Name, p.Unit, p.Role, p.InvitedBy = n.Telegram, n.Name, m.unit, m.role, m.by
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
	if _, err := w.tx.PutPerson(p); err != nil {
		return wrap("language", err)
	}
	return w.audit(Actor{Person: p, Chat: p.Telegram}, "person.language", personObject(p.ID), lang)
}

// Welcome is the first message to a person who came in: what one is here, what one can do, what waits.
func (k *Look) Welcome(p twinning.Person) (twinning.Message, error) {
	m := twinning.Say("welcome.title", twinning.Args{
		{"Name", twinning.Text(p.Name)}, {"Unit", k.UnitName(p.Unit)}, {"Role", twinning.Key("role." + string(p.Role))},
	})
	m.Lines = append(m.Lines, twinning.Line{}, twinning.Line{Key: "welcome." + string(p.Role)})
	waiting, err := k.Unconfirmed(p.Unit)
	if err != nil {
		return m, err
	}
	if len(waiting) > 0 && p.MayLog() && p.Role != twinning.RoleCoordinator {
		m.Lines = append(m.Lines, twinning.Line{Key: "welcome.unconfirmed", Args: twinning.Args{
			{"Count", twinning.Number(len(waiting))}, {"Value", twinning.Number(len(waiting))},
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
