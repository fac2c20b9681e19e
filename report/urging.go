package report

import (
	"fmt"
	"io"

	"ketnghia/twinning"
)

// UrgingLetter is what a draft letter says to a unit that has not filed what it owes. An empty text leaves a gap that is
// marked in the letter; nothing is made up in its place.
type UrgingLetter struct {
	// Superior and Issuer are the names in a sentence ("UBND tỉnh Quảng Nam", "Ban Dân tộc"); the head of the letter has
	// them in capitals.
	Superior, Issuer string
	// Code is the issuer's abbreviation in the letter's number ("BDT").
	Code string
	// Place is where the letter is dated ("Quảng Nam"); day and month are left to whoever signs.
	Place     string
	Addressee string
	// AsOf is the day up to which filings were looked at; its year dates the letter.
	AsOf twinning.Date
	// Decision is number and date ("1100/QĐ-UBND ngày 16/4/2020"), DecisionTitle what it issues, as in a sentence
	// ("Kế hoạch thực hiện công tác kết nghĩa …"); without it only the number is said.
	Decision, DecisionTitle string
	// Items are what is urged, at least one: one is told in prose, several are a table in this order.
	Items []UrgingItem
	// Linked is how many people of the unit could be reminded on AsOf. Where it is 0 and no item has a reminder, the
	// letter says that nobody could be reached.
	Linked int
	// NewDue is the day by which the documents are asked for, itself included; no date leaves a gap.
	NewDue twinning.Date
	// Copies are who gets one, after the addressee ("UBND tỉnh (báo cáo)").
	Copies []string
	// Signer is the authority and the office of whoever signs, a line each ("KT. Trưởng ban", "Phó Trưởng ban"); the
	// letter has them in capitals.
	Signer []string
	// Demo says that the data are made up; the letter then says that it must not be sent.
	Demo bool
}

// UrgingItem is a document that the unit has not filed.
type UrgingItem struct {
	// Title is the document with its year and its counterpart ("Chương trình ký kết năm 2027 với Xã Ga Ri").
	Title string
	// Cite is the article as it follows "căn cứ" ("mục III.2.2.c của Kế hoạch").
	Cite string
	// Due is the last day in time, LateAfter the last that is not late; where both are the same, only Due is said.
	Due, LateAfter twinning.Date
	// DaysLate is in days on AsOf; it is not said where it is not above 0.
	DaysLate int
	// Reminders are those that were sent for this document, in the order of their days.
	Reminders []UrgingReminder
}

// UrgingReminder is one reminder that was sent. The letter says how far its day is from Due, which a reader can count, and
// not the rung of the ladder: a rung on a day off was said on the working day before.
type UrgingReminder struct {
	Day twinning.Date
	// People is how many got it, Groups in how many group chats of the unit it stood.
	People, Groups int
}

// Urging writes a draft of the letter ("công văn đôn đốc") as a Word document in Vietnamese, in the layout of Nghị định
// 30/2020/NĐ-CP of 5/3/2020, Phụ lục I. Number, date, signature, name and seal stay blank, and the top says that it is a
// draft. The same letter is the same bytes; the document's own date is AsOf.
func Urging(w io.Writer, l UrgingLetter) error {
	if err := l.check(); err != nil {
		return fmt.Errorf("urging letter: %w", err)
	}
	texts, err := newUrgingTexts(l)
	if err != nil {
		return fmt.Errorf("urging letter: %w", err)
	}
	d := layOutUrging(l, texts)
	if texts.err != nil {
		return fmt.Errorf("urging letter: %w", texts.err)
	}
	if err := d.write(w); err != nil {
		return fmt.Errorf("urging letter: %w", err)
	}
	return nil
}

func (l UrgingLetter) check() error {
	switch {
	case l.AsOf.IsZero():
		return &twinning.InvalidError{Field: "as_of", Rule: "required"}
	case len(l.Items) == 0:
		return &twinning.InvalidError{Field: "items", Rule: "required"}
	}
	for i, item := range l.Items {
		if item.Due.IsZero() {
			return fmt.Errorf("item %d: %w", i, &twinning.InvalidError{Field: "due", Rule: "required"})
		}
		for j, r := range item.Reminders {
			if r.Day.IsZero() {
				return fmt.Errorf("item %d: reminder %d: %w", i, j, &twinning.InvalidError{Field: "day", Rule: "required"})
			}
		}
	}
	return nil
}
