package programme

import "fmt"

// The reasons why a roster file cannot be read as a whole. Each is the last part of a text's key.
const (
	// FileEmpty: there is nothing in it.
	FileEmpty = "file_empty"
	// FileNotText: it is UTF-16 or no text.
	FileNotText = "file_not_text"
	// FileNotUTF8: Line holds characters of another encoding.
	FileNotUTF8 = "file_not_utf8"
	// FileOldWorkbook: it is an .xls workbook, or one with a password.
	FileOldWorkbook = "file_old_workbook"
	// FileBroken: it is no readable XLSX workbook.
	FileBroken = "file_broken"
	// FileTooWide: Line has more than Limit columns.
	FileTooWide = "file_too_wide"
	// FileTooBig: it has more than Limit MB.
	FileTooBig = "file_too_big"
	// FileNotRegular: it is a device, a pipe or a link.
	FileNotRegular = "file_not_regular"
	// FileUnknown: it holds neither units nor pairings nor people.
	FileUnknown = "file_unknown"
	// FileNoMember: the folder has no file that is named after a sheet.
	FileNoMember = "file_no_member"
)

// FileError says why a file cannot be read as a whole.
type FileError struct {
	// File is the file's name as far as the reason is known to hold for it, Code one of the File constants.
	File, Code string
	// Line counts from 1, in the workbook's sheet of that title if there is one; 0 means the whole file.
	Line  int
	Sheet string
	// Limit is the bound that was passed.
	Limit int
	text  string
}

// Error returns "file: what is wrong", or "file:line: what is wrong".
func (e *FileError) Error() string {
	if e.Line > 0 && e.Code == FileNotUTF8 {
		return fmt.Sprintf("%s:%d: %s", e.File, e.Line, e.text)
	}
	return e.File + ": " + e.text
}

func tooBig(file string, limit int64) error {
	mb := int(limit >> 20)
	return &FileError{File: file, Code: FileTooBig, Limit: mb, text: fmt.Sprintf("the file is too big; at most %d MB are allowed", mb)}
}
