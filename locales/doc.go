// Package locales owns every text that people read, in Vietnamese and English, and the way numbers, money, dates and
// times are written. It imports no other room of the house.
//
// The texts stand in vi.toml and en.toml, one quoted table per key:
//
//	["card.title"]
//	other = "Hoạt động ngày {{.Date}}"
//
// A text that is given a Count has the forms "one" and "other" in both languages. In Vietnamese "one" also serves 0, so it
// must not spell out the number one. Texts are HTML for Telegram; arguments arrive rendered and escaped. Texts below
// "button.", "command." and "report." are shown as they stand, so they hold no tags and no entities; those below "cmd." are
// for a terminal.
package locales
