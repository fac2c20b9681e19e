package store

import (
	"bytes"
	"fmt"

	"ketnghia/twinning"
)

// storedRow is a row as it is remembered, with its message as it was written, nil while that was not read.
type storedRow struct {
	OutRow

	message []byte
}

// whole returns a row with its message, unless it is sent. What is remembered of the message counts only if it is what is
// stored: after a transaction that was rolled back the same row can come to say something else.
func (v *View) whole(k, of key) (OutRow, error) {
	stored, value, err := v.storedRow(k)
	if err != nil {
		return OutRow{}, err
	}
	if stored.State == OutSent {
		return stored.OutRow, nil
	}
	message, err := v.peek(of)
	if err != nil {
		return OutRow{}, err
	}
	if message == nil {
		return OutRow{}, fmt.Errorf("no message: %w", twinning.ErrNotFound)
	}
	if bytes.Equal(stored.message, message) {
		return stored.OutRow, nil
	}
	if stored.Message, err = decode[twinning.Message](of, message); err != nil {
		return OutRow{}, err
	}
	stored.message = bytes.Clone(message)
	if v.memory != nil {
		v.memory.keep(k, bytes.Clone(value), stored, len(message)) // its call begins
	}
	return stored.OutRow, nil
}

// storedRow returns a row as it is remembered, with its value to be used at once. One that is not is read without its
// message and not remembered: a backlog of thousands would drive everything else out.
func (v *View) storedRow(k key) (row storedRow, value []byte, err error) {
	value, err = v.peek(k)
	if err == nil && value == nil {
		err = twinning.ErrNotFound
	}
	if err != nil {
		return row, nil, err
	}
	if v.memory != nil {
		if stored, ok := v.memory.recall(k, value); ok {
			if row, ok := stored.(storedRow); ok {
				return row, value, nil
			}
		}
	}
	row.OutRow, err = decode[OutRow](k, value)
	return row, value, err
}
