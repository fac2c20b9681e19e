// Package nlu reads what officers type: Vietnamese text, with or without diacritics, becomes numbers, money, dates,
// unit names, a category, a draft of an activity, a question or a correction.
//
// It is deterministic, holds no model and does no I/O. One tokenizer ([alphabet.scan]) keeps the NFC text and its
// folded form side by side, with byte offsets. The words that it knows stand in the CSV files below tables/, one
// meaning a line; New compiles them and the names of the roster once, and a [Reader] is then safe for concurrent use.
//
// Leaving a field empty beats a wrong value: whatever two readings fit equally well is left out and said in
// [Reading.Warnings] or [Reading.Ambiguous].
//
// It may import ketnghia/twinning, the standard library and golang.org/x/text.
package nlu
