package programme

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
)

// maxFaults bounds how many faults of one file are told: a file that is no programme at all would tell thousands.
const maxFaults = 100

// Fault is one thing wrong in a programme file.
type Fault struct {
	File string
	// Line counts from 1; a missing key is told at the head of its table.
	Line int
	// Key is the dotted key, without the number of a repeated table: the line says which.
	Key string
	// Problem says what is wrong, Allowed what would be right ("" when Problem says it).
	Problem, Allowed string
}

// Error returns "file:line: key: what is wrong; what is allowed".
func (f *Fault) Error() string {
	s := fmt.Sprintf("%s:%d: ", f.File, f.Line)
	if f.Key != "" {
		s += f.Key + ": "
	}
	s += f.Problem
	if f.Allowed != "" {
		s += "; " + f.Allowed
	}
	return s
}

// faults collects everything wrong in one file.
type faults struct {
	file  string
	lines *lineIndex
	list  []*Fault
}

// add notes a fault at the line of the path, which may carry numbers of repeated tables ("obligation[2].due").
func (f *faults) add(path, problem, allowed string) {
	f.list = append(f.list, &Fault{
		File: f.file, Line: f.lines.line(path), Key: plainKey(path), Problem: problem, Allowed: allowed,
	})
}

// err returns the faults in order of lines, joined, or nil.
func (f *faults) err() error {
	slices.SortStableFunc(f.list, func(a, b *Fault) int { return cmp.Compare(a.Line, b.Line) })
	var errs []error
	for i, fault := range f.list {
		if i == maxFaults {
			errs = append(errs, fmt.Errorf("%s: %d more faults", f.file, len(f.list)-maxFaults))
			break
		}
		errs = append(errs, fault)
	}
	return errors.Join(errs...)
}
