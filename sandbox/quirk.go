package sandbox

// This file holds what the server lets through although the documentation forbids it, each with its reason. Everything
// is a habit of the client library github.com/go-telegram/bot v1.19 that the real Telegram accepts too:
//
//   - "copy_text":{"text":""} in every inline button: CopyText is a struct without a pointer, so omitempty never drops it.
//   - "inline_keyboard":null: an InlineKeyboardMarkup with a nil slice, by which callers take the buttons away.
//   - a Content-Type of multipart/form-data with an empty body: methods without parameters (readParams).
//
// Not let through: EditMessageCaptionParams.ShowCaptionAboveMedia goes out as "k" and DisableWebPagePreview as a parameter
// that editMessageCaption doesn't have; Telegram ignores both silently, so the sandbox refuses them loudly.

// letNull says whether a required field may be null.
func letNull(typeName, field string, given bool) bool {
	return given && typeName == "InlineKeyboardMarkup" && field == "inline_keyboard"
}

// dropEmptyCopyText removes the library's empty copy_text from a button, so that it isn't shown or echoed.
func dropEmptyCopyText(button map[string]any) {
	if object, ok := button["copy_text"].(map[string]any); ok && object["text"] == "" {
		delete(button, "copy_text")
	}
}
