// Package report makes the files that people take away: the state of things of a year as a
// spreadsheet, and a unit's deadlines as a calendar.
//
// It owns the layout of these files and nothing else: whoever asks fills a plain struct from the ledger, and report
// writes it to an io.Writer in the reader's language. Cells are typed (numbers, dates, text) and no cell is a formula.
// It may import locales, twinning, excelize and x/text.
package report
