package store

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"ketnghia/twinning"
)

// AuditEntry is one line of the audit: who did what to which record, from where. Entries are only ever added, and each
// is chained to the one before, so that none can be changed, taken out or put in without its showing (CheckAudit).
type AuditEntry struct {
	// Seq counts the entries from 1; Audit assigns it.
	Seq uint64 `json:"seq"`
	// At is the time of the transaction; Audit assigns it.
	At time.Time `json:"at"`
	// Person is 0 for the program itself and for strangers.
	Person  twinning.PersonID `json:"person,omitempty"`
	Chat    twinning.ChatID   `json:"chat,omitempty"`
	Message int               `json:"message,omitempty"`
	// Action is what was done: "activity.log".
	Action string `json:"action"`
	// Object is the record: "activity/5".
	Object string          `json:"object,omitempty"`
	Detail json.RawMessage `json:"detail,omitempty"`
	// Chain is the SHA-256, in small hex, of the Chain of the entry before (nothing for the first) followed by this
	// entry's canonical form: its JSON in UTF-8 without the member "chain" and without spaces, the members in the order
	// of this type, absent ones left out, and in strings only what JSON itself asks for escaped, and U+2028 and U+2029.
	// Audit assigns it.
	Chain string `json:"chain"`
}

// AuditHead is the end of the audit's chain: how many entries there are, and the Chain of the last. Two heads that were
// written down at different times show whether the older audit is the beginning of the newer (AuditHeadAt).
type AuditHead struct {
	Seq   uint64 `json:"seq"`
	Chain string `json:"chain"`
}

// String returns the number and the chain: "1234 ab12…" with all of its 64 digits, "0" before the first entry.
func (h AuditHead) String() string {
	if h.Seq == 0 {
		return "0"
	}
	return fmt.Sprintf("%d %s", h.Seq, h.Chain)
}

// Audit adds an entry.
func (tx *Tx) Audit(e AuditEntry) error {
	if e.Action == "" {
		return required("action")
	}
	head, err := tx.AuditHead()
	if err != nil {
		return err
	}
	e.Seq, e.At = head.Seq+1, tx.now
	if e.Detail, err = plainJSON(e.Detail); err != nil {
		return fmt.Errorf("audit %d: %w", e.Seq, err)
	}
	value, head, err := link(head, e)
	if err != nil {
		return fmt.Errorf("audit %d: %w", e.Seq, err)
	}
	if e.Object != "" {
		if err := tx.put(auditObjectKey(e), nothing()); err != nil {
			return fmt.Errorf("audit %d: %w", e.Seq, err)
		}
	}
	if err := tx.w.Put(auditKey(e.Seq), value); err != nil {
		return fmt.Errorf("audit %d: %w", e.Seq, err)
	}
	if err := tx.put(auditHeadKey(), head); err != nil {
		return fmt.Errorf("audit %d: %w", e.Seq, err)
	}
	return nil
}

// plainJSON returns the JSON with no more escapes than AuditEntry.Chain allows, so that others who write the entry
// again get the same bytes.
func plainJSON(raw json.RawMessage) (json.RawMessage, error) {
	if !bytes.Contains(raw, []byte(`\u`)) && !bytes.Contains(raw, []byte(`\/`)) {
		return raw, nil
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if err := decoder.Decode(&value); err != nil {
		return nil, fmt.Errorf("detail: %w", err)
	}
	return encode(value)
}

// chainEmpty is how the JSON of an entry ends that has no chain yet.
const chainEmpty = `,"chain":""}`

// link returns the value to store for the entry that follows before, and the head that it makes.
func link(before AuditHead, e AuditEntry) (value []byte, head AuditHead, err error) {
	e.Chain = ""
	encoded, err := encode(e)
	if err != nil {
		return nil, head, err
	}
	open := bytes.TrimSuffix(encoded, []byte(chainEmpty))
	head = AuditHead{Seq: e.Seq, Chain: chainOf(before.Chain, open)}
	return withChain(open, head.Chain), head, nil
}

// chainOf returns the hash in hex over the chain before and a canonical form, which is given without its last brace.
func chainOf(before string, open []byte) string {
	h := sha256.New()
	h.Write([]byte(before)) // a hash takes every write
	h.Write(open)
	h.Write([]byte("}"))
	return hex.EncodeToString(h.Sum(nil))
}

// withChain returns a canonical form, given without its last brace, with the chain as its last member.
func withChain(open []byte, chain string) []byte {
	return slices.Concat(open, []byte(`,"chain":"`), []byte(chain), []byte(`"}`))
}

func auditKey(seq uint64) key { return numberKey(kindAudit, seq) }

func auditHeadKey() key { return keyOf(kindAuditHead) }

func auditObjectKey(e AuditEntry) key { return keyOf(kindAuditObject).text(e.Object).num(e.Seq) }

// AuditHead returns the end of the chain, the zero head before the first entry.
func (v *View) AuditHead() (AuditHead, error) {
	head, err := get[AuditHead](v, auditHeadKey())
	if _, err := absent(err); err != nil {
		return head, fmt.Errorf("audit head: %w", err)
	}
	return head, nil
}

// AuditHeadAt returns what AuditHead was after the entry of that number, as the entry says: it is worth something once
// CheckAudit found the chain whole.
func (v *View) AuditHeadAt(seq uint64) (AuditHead, error) {
	e, err := get[AuditEntry](v, auditKey(seq))
	if err != nil {
		return AuditHead{}, fmt.Errorf("audit %d: %w", seq, err)
	}
	return AuditHead{Seq: e.Seq, Chain: e.Chain}, nil
}

// AuditLog returns the entries after that number, oldest first.
func (v *View) AuditLog(after uint64, limit int) ([]AuditEntry, error) {
	s := span{auditKey(after).next(), keyOf(kindAudit).end()}
	entries, err := list[AuditEntry](v, s, limit)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	return entries, nil
}

// AuditOf returns the entries of a record, oldest first.
func (v *View) AuditOf(object string) ([]AuditEntry, error) {
	seqs, err := v.numbers(under(keyOf(kindAuditObject).text(object)), 0)
	if err != nil {
		return nil, fmt.Errorf("audit of %s: %w", object, err)
	}
	return resolve(seqs, func(seq uint64) (AuditEntry, error) { return get[AuditEntry](v, auditKey(seq)) })
}
