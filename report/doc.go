// Package report makes the files that people take away: records as tables, the state of things of a year as a
// spreadsheet, a unit's deadlines as a calendar, the draft of a letter that urges a unit, and charts as pictures for a
// phone.
//
// It owns the layout of these files and nothing else: whoever asks fills a plain struct from the ledger, and report
// writes it to an io.Writer in the reader's language. Cells are typed (numbers, dates, text) and no cell is a formula.
//
// Word documents are written by the package's own docx files (document, paragraph, table); what a letter says stands in
// its template, in Vietnamese alone, because it is official writing.
//
// A chart is drawn piece by piece with the painter of go-analyze/charts, whose own charts have no room for a bar's target,
// a deadline or a long name; every chart also tells its numbers (Data), so that they can be held against other files.
//
// It may import locales, twinning, excelize, go-analyze/charts and x/text.
package report
