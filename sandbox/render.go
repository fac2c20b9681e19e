package sandbox

import (
	"html"
	"net/url"
	"slices"
	"strings"
)

// safeURL says whether a link may be shown as one: no javascript: and the like.
func safeURL(raw string) bool {
	u, err := url.Parse(raw)
	if err != nil {
		return false
	}
	switch strings.ToLower(u.Scheme) {
	case "http", "https", "tg":
		return u.Host != ""
	case "mailto", "tel":
		return u.Opaque != ""
	}
	return false
}

// renderHTML is the text with its entities as HTML that is safe to put into the page: everything from the text is
// escaped, only tags of this function come out, and they are nested properly even if the entities overlap.
func renderHTML(text string, entities []Entity) string {
	entities = slices.Clone(entities)
	sortEntities(entities)
	var b strings.Builder
	var open []Entity
	next, at := 0, 0
	// turn closes what ends and opens what begins at the offset.
	turn := func(final bool) {
		open = closeEnded(&b, open, at, final)
		for next < len(entities) && entities[next].Offset <= at {
			if e := entities[next]; e.end() > at {
				b.WriteString(startTag(text, e))
				open = append(open, e)
			}
			next++
		}
	}
	for _, r := range text {
		turn(false)
		b.WriteString(html.EscapeString(string(r)))
		at++
		if r > 0xFFFF {
			at++
		}
	}
	turn(true)
	return b.String()
}

// closeEnded closes the open entities that end at the offset; those that were opened later are closed and opened again
// unless they end too. At the end of the text all are closed.
func closeEnded(b *strings.Builder, open []Entity, at int, final bool) []Entity {
	first := slices.IndexFunc(open, func(e Entity) bool { return final || e.end() <= at })
	if first < 0 {
		return open
	}
	for _, e := range slices.Backward(open[first:]) {
		b.WriteString(endTagOf(e))
	}
	kept := open[:first:first]
	for _, e := range open[first:] {
		if !final && e.end() > at {
			b.WriteString(plainStart(e))
			kept = append(kept, e)
		}
	}
	return kept
}

// htmlTag is the page's tag for an entity type.
func htmlTag(kind string) string {
	switch kind {
	case "bold":
		return "b"
	case "italic":
		return "i"
	case "underline":
		return "u"
	case "strikethrough":
		return "s"
	case "code":
		return "code"
	case "pre":
		return "pre"
	case "blockquote", "expandable_blockquote":
		return "blockquote"
	case "text_link", "url", "email", "bot_command":
		return "a"
	}
	return "span"
}

func endTagOf(e Entity) string { return "</" + htmlTag(e.Type) + ">" }

// plainStart opens a formatting tag again; a split link goes on as a link without behaviour.
func plainStart(e Entity) string { return "<" + htmlTag(e.Type) + ` class="` + e.Type + `">` }

// startTag opens the entity's tag. The entity's type is one of ours, so it needs no escaping; everything else does.
func startTag(text string, e Entity) string {
	part := cut16(text, e.Offset, e.end())
	switch e.Type {
	case "bot_command":
		return `<a class="bot_command" href="#" data-say="` + html.EscapeString(part) + `">`
	case "email":
		return linkTag("mailto:" + part)
	case "url":
		if !strings.Contains(part, "://") {
			part = "https://" + part
		}
		return linkTag(part)
	case "text_link":
		return linkTag(e.URL)
	case "spoiler":
		return `<span class="spoiler" tabindex="0">`
	}
	return plainStart(e)
}

// linkTag opens a link in a new window; a deep link to a bot is marked, so that the page can open the chat instead.
func linkTag(target string) string {
	if !safeURL(target) {
		return `<a>`
	}
	return `<a href="` + html.EscapeString(target) + `" target="_blank" rel="noopener noreferrer">`
}
