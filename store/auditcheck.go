package store

import (
	"bytes"
	"context"
	"fmt"

	"ketnghia/store/engine"
)

// AuditFault is what is wrong with a link of the audit's chain.
type AuditFault string

// The faults of a link. An entry that was put in shows as changed or as out of place, according to its number.
const (
	// AuditChanged says that the entry is not what its chain was made over, or that an entry before it is not.
	AuditChanged AuditFault = "changed"
	// AuditMissing says that there is no entry of that number, though there are later ones.
	AuditMissing AuditFault = "missing"
	// AuditMisplaced says that the entry stands under another number than its own.
	AuditMisplaced AuditFault = "misplaced"
	// AuditCut says that the chain ends before its head.
	AuditCut AuditFault = "cut"
	// AuditAdded says that the chain goes on after its head, or that there is no head.
	AuditAdded AuditFault = "added"
	// AuditHeadChanged says that the head names another chain than the last entry.
	AuditHeadChanged AuditFault = "head_changed"
)

// AuditBrokenError is the first broken link of the audit's chain.
type AuditBrokenError struct {
	// Seq is the number of the entry.
	Seq   uint64
	Fault AuditFault
	// Head is what the head says, Found the last entry before the broken one.
	Head, Found AuditHead
}

func (e *AuditBrokenError) Error() string {
	return fmt.Sprintf("audit %d: %s (good up to %s; head %s)", e.Seq, e.Fault, e.Found, e.Head)
}

// CheckAudit reads the whole audit, page by page, and returns its head, or an *AuditBrokenError for the first link that
// doesn't hold. One thing can't be seen from inside: a database of which the end of the audit was cut off and the head
// set back to fit, or which was chained anew altogether. For that the head is printed elsewhere (doctor, backups,
// exports), and AuditHeadAt shows whether a printed one is still part of the chain.
func (v *View) CheckAudit(ctx context.Context) (AuditHead, error) {
	head, err := v.AuditHead()
	if err != nil {
		return head, err
	}
	c := chainCheck{head: head}
	err = v.each(under(keyOf(kindAudit)), func(p engine.Pair) (bool, error) {
		if c.found.Seq%pageSize == 0 && ctx.Err() != nil {
			return true, fmt.Errorf("audit: %w", ctx.Err())
		}
		return false, c.entry(p)
	})
	if err != nil {
		return head, err
	}
	return head, c.end()
}

// chainCheck follows a chain from its first entry.
type chainCheck struct{ head, found AuditHead }

func (c *chainCheck) broken(seq uint64, fault AuditFault) error {
	return &AuditBrokenError{Seq: seq, Fault: fault, Head: c.head, Found: c.found}
}

// entry takes the next entry. What it is compared by are its bytes, so that not one of them can differ.
func (c *chainCheck) entry(p engine.Pair) error {
	k := partsOf(p.Key)
	seq := k.num()
	if k.done() != nil || seq == 0 {
		return c.broken(seq, AuditMisplaced)
	}
	if seq != c.found.Seq+1 {
		return c.broken(c.found.Seq+1, AuditMissing)
	}
	n := len(p.Value) - len(withChain(nil, chainOf("", nil)))
	if n < 0 {
		return c.broken(seq, AuditChanged)
	}
	open := p.Value[:n]
	chain := chainOf(c.found.Chain, open)
	if !bytes.Equal(p.Value, withChain(open, chain)) {
		return c.broken(seq, AuditChanged)
	}
	if !bytes.HasPrefix(open, fmt.Appendf(nil, `{"seq":%d,`, seq)) {
		return c.broken(seq, AuditMisplaced)
	}
	c.found = AuditHead{Seq: seq, Chain: chain}
	return nil
}

// end compares the last entry with the head.
func (c *chainCheck) end() error {
	switch {
	case c.found.Seq < c.head.Seq:
		return c.broken(c.found.Seq+1, AuditCut)
	case c.found.Seq > c.head.Seq:
		return c.broken(c.head.Seq+1, AuditAdded)
	case c.found.Chain != c.head.Chain:
		return c.broken(c.head.Seq, AuditHeadChanged)
	}
	return nil
}
