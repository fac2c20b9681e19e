package twinning

import "time"

// PersonID numbers a person; ids are ours, not Telegram's.
type PersonID uint64

// ChatID is a Telegram chat: positive for a private chat, negative for a group.
type ChatID int64

// Role is what a person is in a unit.
type Role string

// The roles of a membership: cán bộ, thủ trưởng / đầu mối, Ban Dân tộc, theo dõi.
const (
	RoleOfficer     Role = "officer"
	RoleLead        Role = "lead"
	RoleCoordinator Role = "coordinator"
	RoleObserver    Role = "observer"
)

// Roles returns the roles a person can have.
func Roles() []Role { return []Role{RoleOfficer, RoleLead, RoleCoordinator, RoleObserver} }

// MembershipState is where a membership stands.
type MembershipState string

// A membership is invited, then active, and may be suspended or left.
const (
	MembershipActive    MembershipState = "active"
	MembershipSuspended MembershipState = "suspended"
	MembershipLeft      MembershipState = "left"
)

// Person is somebody who entered by invitation or approval, with the membership in one unit.
type Person struct {
	ID PersonID `json:"id"`
	// Telegram is the user's id at Telegram and the id of the private chat with the bot.
	Telegram ChatID `json:"telegram"`
	Name     string `json:"name"`
	// Lang is "vi" or "en".
	Lang  string          `json:"lang"`
	Unit  UnitKey         `json:"unit"`
	Role  Role            `json:"role"`
	State MembershipState `json:"state"`
	// Unreachable is set when Telegram says that the person blocked the bot; a message from the person clears it.
	Unreachable bool `json:"unreachable,omitempty"`
	// Leave is the person's present or next absence, nil for none.
	Leave     *Leave    `json:"leave,omitempty"`
	Joined    time.Time `json:"joined"`
	InvitedBy PersonID  `json:"invited_by,omitempty"`
}

// Active says whether the person may use the bot.
func (p Person) Active() bool { return p.State == MembershipActive }

// MayLog says whether the person may log, correct and file: officers and leads for their own unit, coordinators for
// any.
func (p Person) MayLog() bool {
	return p.Active() && (p.Role == RoleOfficer || p.Role == RoleLead || p.Role == RoleCoordinator)
}

// Invitation is a one-time way in, bound to a unit and a role.
type Invitation struct {
	// Hash is the SHA-256 of the code in hex; the code itself is never stored.
	Hash    string    `json:"hash"`
	Unit    UnitKey   `json:"unit"`
	Role    Role      `json:"role"`
	Name    string    `json:"name,omitempty"`
	Created time.Time `json:"created"`
	Expires time.Time `json:"expires"`
	// By is who invited, 0 for the operator's command line.
	By PersonID `json:"by,omitempty"`
	// UsedBy is who came in with it, 0 while open.
	UsedBy PersonID `json:"used_by,omitempty"`
}

// RequestID numbers a stranger's request to be let in.
type RequestID uint64

// EntryRequest is a stranger's wish to be let in, decided by a coordinator.
type EntryRequest struct {
	ID       RequestID `json:"id"`
	Telegram ChatID    `json:"telegram"`
	Name     string    `json:"name"`
	Lang     string    `json:"lang"`
	Unit     UnitKey   `json:"unit,omitempty"`
	Role     Role      `json:"role,omitempty"`
	Created  time.Time `json:"created"`
	// Decided is when a coordinator approved or declined; the zero time while open.
	Decided  time.Time `json:"decided,omitzero"`
	By       PersonID  `json:"by,omitempty"`
	Approved bool      `json:"approved,omitempty"`
}

// Group is a Telegram group that was bound to a unit or a pairing with /gannhom.
type Group struct {
	Chat    ChatID    `json:"chat"`
	Title   string    `json:"title"`
	Unit    UnitKey   `json:"unit,omitempty"`
	Pairing PairingID `json:"pairing,omitempty"`
	By      PersonID  `json:"by"`
	Bound   time.Time `json:"bound"`
}
