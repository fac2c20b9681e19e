package programme

// The sheets of a roster file.
const (
	SheetUnits    = "units"
	SheetPairings = "pairings"
	SheetPeople   = "people"
	// SheetActivities holds what was done, the past years' too.
	SheetActivities = "activities"
	// sheetFilings stands in exports for people to read: a document is more than its row, so it isn't taken over.
	sheetFilings = "filings"
)

// The reasons why a row is rejected. Each is the last part of a text's key; which fields of the Rejection speak for it
// stands behind.
const (
	// RejectMissingColumn: Column is not among the headers; Row is the header's.
	RejectMissingColumn = "missing_column"
	// RejectDuplicateColumn: Column stands twice among the headers; Value is the second header.
	RejectDuplicateColumn = "duplicate_column"
	// RejectMissingField: the cell of Column is empty.
	RejectMissingField = "missing_field"
	// RejectUnknownUnit: nothing is named Value.
	RejectUnknownUnit = "unknown_unit"
	// RejectAmbiguousUnit: Value may mean any of Candidates.
	RejectAmbiguousUnit = "ambiguous_unit"
	// RejectInactiveUnit: Value was merged or dissolved.
	RejectInactiveUnit = "inactive_unit"
	// RejectBadKey: Value is no key (1-16 letters or digits).
	RejectBadKey = "bad_key"
	// RejectDuplicateName: Candidates, in the same district, is named Value too.
	RejectDuplicateName = "duplicate_name"
	// RejectDuplicateCode: Candidates has the code Value.
	RejectDuplicateCode = "duplicate_code"
	// RejectBadRole: Value is no role; Candidates are the roles.
	RejectBadRole = "bad_role"
	// RejectRoleNotForUnit: the person's role belongs to Ban Dân tộc only.
	RejectRoleNotForUnit = "role_not_for_unit"
	// RejectBadAnswer: Value is neither yes nor no.
	RejectBadAnswer = "bad_answer"
	// RejectBadNumber: Value is no whole number from 0 to Limit.
	RejectBadNumber = "bad_number"
	// RejectBadDate: Value is no date.
	RejectBadDate = "bad_date"
	// RejectToBeforeFrom: the pairing ends (Value) before it begins.
	RejectToBeforeFrom = "to_before_from"
	// RejectNotSponsor: Value is a unit that is not assigned to help.
	RejectNotSponsor = "not_a_sponsor"
	// RejectNotRecipient: Value is a unit that is not helped.
	RejectNotRecipient = "not_a_recipient"
	// RejectSelf: the unit Value is paired with itself.
	RejectSelf = "paired_with_itself"
	// RejectOverlap: the row Other pairs the same units for a time that overlaps.
	RejectOverlap = "overlapping_pairing"
	// RejectParentMissing: a commune without a district.
	RejectParentMissing = "parent_missing"
	// RejectParentNotDistrict: Value is a unit, but no recipient district.
	RejectParentNotDistrict = "parent_not_district"
	// RejectSuccessorMissing: the unit Value was renamed or merged, but not into which.
	RejectSuccessorMissing = "successor_missing"
	// RejectSuccessorOfActive: Value is to succeed a unit that goes on.
	RejectSuccessorOfActive = "successor_of_active"
	// RejectSuccessorEnded: Value has ended too, and nothing that still exists took its place.
	RejectSuccessorEnded = "successor_ended"
	// RejectSuccessorRole: Value can't succeed because only one of the two is the standing agency, whose people have roles
	// of their own.
	RejectSuccessorRole = "successor_role"
	// RejectDuplicateRow: the row Other says the same or names the same unit.
	RejectDuplicateRow = "duplicate_row"
	// RejectFormula: Value is the error of a formula, or the cell's formula was saved without a value.
	RejectFormula = "formula_error"
	// RejectFormulaCell: the cell is a formula; what it shows may be something else tomorrow.
	RejectFormulaCell = "formula_cell"
	// RejectCellTooLong: the cell has more than Limit characters; Value is its beginning.
	RejectCellTooLong = "cell_too_long"
	// RejectBrokenText: the cell holds replacement characters, a sign of a broken conversion.
	RejectBrokenText = "broken_text"
	// RejectTooManyRows: the sheet has more than Limit rows; Row is the first beyond.
	RejectTooManyRows = "too_many_rows"
	// RejectQuotes: the quotes of a CSV row are not closed properly; the rows after it could not be read.
	RejectQuotes = "broken_quotes"
	// RejectBadCategory: Value is none of the four contents.
	RejectBadCategory = "bad_category"
	// RejectBadWord: Value is none of Candidates, the words that Column takes.
	RejectBadWord = "bad_word"
	// RejectBadMoney: Value is no amount in đồng that can be read without doubt.
	RejectBadMoney = "bad_money"
	// RejectMoneyUnit: the header Value says that the amounts are not in đồng.
	RejectMoneyUnit = "money_unit"
	// RejectFuture: the day Value is still to come.
	RejectFuture = "future_date"
	// RejectBeforeProgramme: the day Value lies before the programme was signed.
	RejectBeforeProgramme = "before_programme"
	// RejectTwoDates: both a day and a first day are given.
	RejectTwoDates = "two_dates"
	// RejectBadID: Value is no number of an activity.
	RejectBadID = "bad_id"
	// RejectTakenID: Value is the number of another activity in the books, or of this one as it isn't any more.
	RejectTakenID = "taken_id"
	// RejectNoReason: an activity that is voided must say why.
	RejectNoReason = "no_reason"
)

// Rejection is a row that cannot be taken over, with its reason as a code.
type Rejection struct {
	// File is the file's base name, Title the title of its sheet as the person sees it ("" for CSV).
	File, Title string
	// Sheet is one of the Sheet constants.
	Sheet string
	// Row counts as a spreadsheet shows it, from 1.
	Row int
	// Column is our identifier of the column, "" when the row as a whole is meant.
	Column string
	// Code is one of the Reject constants.
	Code string
	// Value is what stands in the cell, at most 80 characters of it.
	Value string
	// Candidates are units ("Huyện Tây Giang (D504)") or allowed values.
	Candidates []string
	// Other is the row that this one clashes with.
	Other int
	// Limit is the bound that was passed.
	Limit int
}
