package twinning

import (
	"errors"
	"fmt"
)

// Sentinels that the rooms wrap with the object they speak of; the edge maps them to user text.
var (
	// ErrNotFound says that the named record does not exist.
	ErrNotFound = errors.New("not found")
	// ErrConflict says that the record is no longer in the state that the change needs.
	ErrConflict = errors.New("conflict")
	// ErrForbidden says that the actor may not read or change the record.
	ErrForbidden = errors.New("forbidden")
)

// InvalidError says which field breaks which rule. Rule is a short identifier such as "required" or "future", never
// user text.
type InvalidError struct {
	Field string
	Rule  string
}

func (e *InvalidError) Error() string { return fmt.Sprintf("invalid %s: %s", e.Field, e.Rule) }
