// Package twinning is the domain of kết nghĩa: the types, the rules and the calendar that every other room shares.
//
// It owns what a unit, a pairing, an activity, an obligation and a reminder are, and the pure functions over them:
// which obligations exist, what state each is in on a day, which rung of the reminder ladder falls on which working
// day. It does no I/O, reads no clock and imports the standard library only. All dates are calendar dates of the
// programme's time zone (Asia/Ho_Chi_Minh); a time comes in as an argument and is turned into a Date at the edge.
//
// The words follow the glossary of Decision 1100/QĐ-UBND (Quảng Nam, 16/4/2020): a Sponsor helps a Recipient.
package twinning
