package twinning

// UnitKey names a unit for ever, also after it was renamed or merged: "W20437", "D504", "ASYT".
type UnitKey string

// UnitRole is what a unit is in the programme.
type UnitRole string

// The roles of Decision 1100/QĐ-UBND, Điều 1, III.2 and VI.
const (
	RoleIssuer            UnitRole = "issuer"
	RoleStanding          UnitRole = "standing"
	RoleEmulation         UnitRole = "emulation"
	RoleOverseer          UnitRole = "overseer"
	RoleSponsorAgency     UnitRole = "sponsor_agency"
	RoleSponsorLowland    UnitRole = "sponsor_lowland"
	RoleSponsorOther      UnitRole = "sponsor_other"
	RoleRecipientDistrict UnitRole = "recipient_district"
	RoleRecipientCommune  UnitRole = "recipient_commune"
)

// UnitRoles returns all roles in the order of the decision.
func UnitRoles() []UnitRole {
	return []UnitRole{
		RoleIssuer, RoleStanding, RoleEmulation, RoleOverseer, RoleSponsorAgency, RoleSponsorLowland,
		RoleSponsorOther, RoleRecipientDistrict, RoleRecipientCommune,
	}
}

// IsRecipient says whether units of the role are helped.
func (r UnitRole) IsRecipient() bool { return r == RoleRecipientDistrict || r == RoleRecipientCommune }

// IsSponsor says whether units of the role are assigned to help (Quyết định 1100/QĐ-UBND, III.2.1; Sở Nội vụ, which has
// the emulation role, is a department like the others). Bộ Chỉ huy BĐBP oversees pairings and is no sponsor (VI.2).
func (r UnitRole) IsSponsor() bool {
	return r == RoleSponsorAgency || r == RoleSponsorLowland || r == RoleSponsorOther || r == RoleEmulation
}

// UnitState is where a unit stands in its life.
type UnitState string

// A unit is active until a reorganisation renames, merges or dissolves it (with successor and date).
const (
	UnitActive    UnitState = "active"
	UnitRenamed   UnitState = "renamed"
	UnitMerged    UnitState = "merged"
	UnitDissolved UnitState = "dissolved"
)

// Unit is an agency, district or commune of the roster.
type Unit struct {
	Key UnitKey `json:"key"`
	// Code is the official code of the General Statistics Office, "" for agencies.
	Code    string   `json:"code,omitempty"`
	Name    string   `json:"name"`
	Aliases []string `json:"aliases,omitempty"`
	Role    UnitRole `json:"role"`
	// Parent is the district of a commune, "" otherwise.
	Parent UnitKey `json:"parent,omitempty"`
	// Border marks a commune on the land border (Đắc Pre, Ch'ơm, …).
	Border bool `json:"border,omitempty"`
	// Staff is the number of posts assigned (biên chế được giao) for every year that has no number of its own, 0 when
	// unknown.
	Staff int `json:"staff,omitempty"`
	// StaffByYear holds the posts of single years, as the unit or Ban Dân tộc stated them.
	StaffByYear map[int]int `json:"staff_by_year,omitempty"`
	// Since is the day on which the unit came to exist; no date for one that existed before the programme. It owes
	// nothing for deadlines before it.
	Since     Date      `json:"since,omitzero"`
	State     UnitState `json:"state"`
	Successor UnitKey   `json:"successor,omitempty"`
	// Former are the units at the end of whose successors this one stands, by key. The books work them out.
	Former  []UnitKey `json:"former,omitempty"`
	Changed Date      `json:"changed,omitzero"`
}

// Active says whether the unit goes on; one without a state does.
func (u Unit) Active() bool { return u.State == UnitActive || u.State == "" }

// StaffIn returns the number of posts that counts for the year, 0 when nobody knows it.
func (u Unit) StaffIn(year int) int {
	if n := u.StaffByYear[year]; n > 0 {
		return n
	}
	return u.Staff
}

// PairingID numbers a pairing.
type PairingID uint64

// Pairing (cặp kết nghĩa) says that Sponsor helps Recipient, by which decision and for which time.
type Pairing struct {
	ID        PairingID `json:"id"`
	Sponsor   UnitKey   `json:"sponsor"`
	Recipient UnitKey   `json:"recipient"`
	// Decision is number and date of the assigning decision, as written.
	Decision string `json:"decision"`
	From     Date   `json:"from"`
	// To is the last day of validity; no date means until further notice.
	To Date `json:"to,omitzero"`
	// Demo marks a pairing made up for the sandbox; it is said wherever the pairing shows.
	Demo bool `json:"demo,omitempty"`
}

// Valid says whether the pairing is in force on d.
func (p Pairing) Valid(d Date) bool { return p.From <= d && (p.To.IsZero() || d <= p.To) }

// ValidIn says whether the pairing is in force on any day of the year.
func (p Pairing) ValidIn(year int) bool {
	return p.From <= NewDate(year, 12, 31) && (p.To.IsZero() || p.To >= NewDate(year, 1, 1))
}

// Has says whether the unit is a party of the pairing.
func (p Pairing) Has(u UnitKey) bool { return p.Sponsor == u || p.Recipient == u }

// Counterpart returns the other party.
func (p Pairing) Counterpart(u UnitKey) UnitKey {
	if p.Sponsor == u {
		return p.Recipient
	}
	return p.Sponsor
}
