package store

import (
	"errors"

	"ketnghia/twinning"
)

func isNotFound(err error) bool { return errors.Is(err, twinning.ErrNotFound) }

// absent turns a bare ErrNotFound into found == false.
func absent(err error) (found bool, other error) {
	if isNotFound(err) {
		return false, nil
	}
	return err == nil, err
}

// required is the error of a record without the field that names it.
func required(field string) error { return &twinning.InvalidError{Field: field, Rule: "required"} }
