// Package report makes the files that people take away: the state of things of a year as a spreadsheet, a
// unit's deadlines as a calendar, the draft of a letter that urges a unit, and year-end reports with their annex.
//
// It owns the layout of these files and nothing else: whoever asks fills a plain struct from the ledger, and report
// writes it to an io.Writer in the reader's language. Cells are typed (numbers, dates, text); only the totals of a
// year-end report's annex are formulas.
//
// Word documents are written by the package's own docx files (document, paragraph, table); what a letter says stands in
// its template, in Vietnamese alone, because it is official writing. It may import locales, twinning, excelize and x/text.
package report
