package sandbox

import (
	"bytes"
	"fmt"
	"html/template"
	"mime"
	"net/http"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"
)

// shownMessages is how many of a chat's last messages the page shows.
const shownMessages = 300

// view is what the template shows.
type view struct {
	Title, Banner, BotName, BotUsername string

	// Now is nil without a clock.
	Now     *time.Time
	Days    []Preset
	Err     string
	Chosen  bool
	Notes   []viewNote
	Unread  int
	Person  viewPerson
	Chat    viewChat
	Bubbles []bubble
	// Started is whether the person has ever written to the bot; else the page offers the start button.
	Started     bool
	Description string
	Commands    []BotCommand
	Keyboard    [][]string
	Others      []viewPerson
	People      []viewPerson
}

// viewNote is a heading of the people list.
type viewNote struct {
	Note   string
	People []viewPerson
}

type viewPerson struct {
	Person

	Initials string
	Color    int
	Unread   int
	Current  bool
	Blocked  bool
	Last     string
	// LastPhoto says that the last message is a photo without a caption.
	LastPhoto bool
	Chats     []viewChat
}

type viewChat struct {
	ID      int64
	Title   string
	Group   bool
	HasBot  bool
	Super   bool
	Members int
	Unread  int
	Current bool
}

// bubble is a message, or an album, as the page shows it.
type bubble struct {
	Message

	Body     template.HTML
	Mine     bool
	ShowName bool
	Color    int
	Day      *time.Time
	Time     string
	Reply    *Message
	Files    []Message
	Photos   []Message
}

// index is the whole page.
func (p *page) index(w http.ResponseWriter, r *http.Request) {
	p.render(w, "page.html", p.view(r))
}

// refresh gives the parts of the page that change, for the script.
func (p *page) refresh(w http.ResponseWriter, r *http.Request) {
	v := p.view(r)
	out := map[string]any{}
	for _, part := range []string{"people", "head", "thread", "extras"} {
		var b bytes.Buffer
		if err := p.tmpl.ExecuteTemplate(&b, part, v); err != nil {
			http.Error(w, "the page can't be shown", http.StatusInternalServerError)
			p.s.o.Log.Error("template", "part", part, "error", err)
			return
		}
		out[part] = b.String()
	}
	if v.Now != nil {
		out["now"] = v.Now.UnixMilli()
	}
	out["unread"] = v.Unread
	writeJSON(w, http.StatusOK, out)
}

func (p *page) render(w http.ResponseWriter, name string, v view) {
	var b bytes.Buffer
	if err := p.tmpl.ExecuteTemplate(&b, name, v); err != nil {
		http.Error(w, "the page can't be shown", http.StatusInternalServerError)
		p.s.o.Log.Error("template", "part", name, "error", err)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = w.Write(b.Bytes()) // the client is gone; nobody is left to tell
}

// view collects what the person of the request sees, and notes that it has been seen.
func (p *page) view(r *http.Request) view {
	at := placeOf(r)
	v := view{
		Title: p.o.Title, Banner: p.o.Banner, BotName: p.s.o.Name, BotUsername: p.s.o.Username, Days: p.o.Days,
		Err: r.FormValue("err"), Chosen: at.chat != 0,
	}
	if p.o.Clock != nil {
		now := p.o.Clock.Now().In(vietnam())
		v.Now = &now
	}
	p.s.mu.Lock()
	defer p.s.mu.Unlock()
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.s.person(at.person) == nil && len(p.s.people) > 0 {
		at.person = p.s.people[0].ID
	}
	who, c, err := p.s.speaker(at.person, at.chat)
	if err != nil && p.s.person(at.person) != nil {
		who = p.s.person(at.person)
		c = p.s.chats[who.ID]
	}
	if c != nil {
		at.chat = c.id
		if v.Chosen && len(c.messages) > 0 {
			p.seen[[2]int64{who.ID, c.id}] = c.messages[len(c.messages)-1].id
		}
	}
	p.list(&v, at)
	if c == nil {
		return v
	}
	v.Started = who.started || c.kind != kindPrivate
	v.Bubbles = p.s.bubbles(c, who.ID)
	for _, m := range slices.Backward(c.messages) {
		if m.from == p.s.botID && m.keyboard != nil {
			v.Keyboard = m.keyboard
			break
		}
	}
	v.Description, v.Commands = p.s.description(), p.s.commandsFor(c.id)
	return v
}

// list fills the people list and the current person and chat. Both locks are held.
func (p *page) list(v *view, at place) {
	for _, who := range p.s.people {
		vp := viewPerson{
			Person: who.Person, Initials: initials(who.Name()), Color: int(who.ID % 8), Current: who.ID == at.person,
			Blocked: who.blocked,
		}
		for _, id := range p.s.order {
			c := p.s.chats[id]
			member := slices.Contains(c.members, who.ID)
			if c.migratedTo != 0 || c.kind == kindPrivate && id != who.ID || c.kind != kindPrivate && !member {
				continue
			}
			vc := viewChat{
				ID: id, Title: c.title, Group: c.kind != kindPrivate, Super: c.kind == kindSupergroup,
				HasBot: c.bot == statusMember, Members: len(c.members), Current: vp.Current && id == at.chat,
				Unread: p.s.unread(c, who.ID, p.seen[[2]int64{who.ID, id}]),
			}
			vp.Unread += vc.Unread
			vp.Chats = append(vp.Chats, vc)
			if vc.Current {
				v.Chat = vc
			}
			if c.kind == kindPrivate && len(c.messages) > 0 {
				vp.Last, vp.LastPhoto = p.s.summary(c.messages[len(c.messages)-1])
			}
		}
		v.add(vp)
	}
	for _, other := range v.People {
		if !p.s.inChat(other.ID, at.chat) {
			v.Others = append(v.Others, other)
		}
	}
}

// summary is a message on one line of the list: its text or its file's name; else whether it is a photo. The lock is held.
func (s *Server) summary(m *message) (string, bool) {
	text := clip(m.text, 60)
	if text == "" && m.file != nil && !m.photo {
		text = clip(m.file.info.Name, 60)
	}
	return text, m.photo && text == ""
}

// add puts the person under its note.
func (v *view) add(vp viewPerson) {
	v.People = append(v.People, vp)
	v.Unread += vp.Unread
	if vp.Current {
		v.Person = vp
	}
	i := slices.IndexFunc(v.Notes, func(n viewNote) bool { return n.Note == vp.Note })
	if i < 0 {
		v.Notes = append(v.Notes, viewNote{Note: vp.Note})
		i = len(v.Notes) - 1
	}
	v.Notes[i].People = append(v.Notes[i].People, vp)
}

// inChat says whether the person is in the chat. The lock is held.
func (s *Server) inChat(personID, chatID int64) bool {
	c := s.chats[chatID]
	return c != nil && (c.kind == kindPrivate || slices.Contains(c.members, personID))
}

// unread counts the messages of others after the last seen one. The lock is held.
func (s *Server) unread(c *chat, personID int64, seen int) int {
	n := 0
	for _, m := range slices.Backward(c.messages) {
		if m.id <= seen {
			break
		}
		if m.from != personID && m.service == nil {
			n++
		}
	}
	return n
}

// bubbles are the chat's last messages for the person, albums joined, days marked. The lock is held.
func (s *Server) bubbles(c *chat, personID int64) []bubble {
	var out []bubble
	day := ""
	for _, m := range c.messages[max(0, len(c.messages)-shownMessages):] {
		shown := s.snapshot(m)
		shown.Date = shown.Date.In(vietnam())
		if n := len(out); n > 0 && m.group != "" && out[n-1].MediaGroup == m.group {
			out[n-1].attach(shown)
			continue
		}
		b := bubble{
			Message: shown, Mine: m.from == personID, Color: int(m.from % 8), Time: shown.Date.Format("15:04"),
			Body: template.HTML(shown.HTML), //nolint:gosec // renderHTML escapes everything and is fuzzed for it
		}
		if d := shown.Date.Format(time.DateOnly); d != day {
			day, b.Day = d, &shown.Date
		}
		b.ShowName = c.kind != kindPrivate && !b.Mine && (len(out) == 0 || out[len(out)-1].From != m.from || b.Day != nil)
		if reply := c.find(m.replyTo); reply != nil {
			r := s.snapshot(reply)
			r.Text = clip(r.Text, 120)
			b.Reply = &r
		}
		b.attach(shown)
		out = append(out, b)
	}
	return out
}

// attach adds a message's file to the bubble.
func (b *bubble) attach(m Message) {
	if m.Photo != nil {
		b.Photos = append(b.Photos, m)
	}
	if m.Document != nil {
		b.Files = append(b.Files, m)
	}
}

// clip shortens a text to n characters on one line.
func clip(text string, n int) string {
	text = strings.Join(strings.Fields(text), " ")
	if utf8.RuneCountInString(text) <= n {
		return text
	}
	return strings.TrimSpace(string([]rune(text)[:n-1])) + "…"
}

// initials are the first letters of the first and the last word, for the round picture.
func initials(name string) string {
	words := strings.FieldsFunc(name, func(r rune) bool { return !unicode.IsLetter(r) && !unicode.IsNumber(r) && !unicode.IsMark(r) })
	if len(words) == 0 {
		return "?"
	}
	first, _ := utf8.DecodeRuneInString(words[0])
	out := string(unicode.ToUpper(first))
	if len(words) > 1 {
		last, _ := utf8.DecodeRuneInString(words[len(words)-1])
		out += string(unicode.ToUpper(last))
	}
	return out
}

// HumanSize is the size as a phone shows it.
func (f FileInfo) HumanSize() string {
	switch {
	case f.Size >= 1<<20:
		return strings.Replace(fmt.Sprintf("%.1f MB", float64(f.Size)/(1<<20)), ".", ",", 1)
	case f.Size >= 1<<10:
		return fmt.Sprintf("%d KB", f.Size/(1<<10))
	}
	return fmt.Sprintf("%d B", f.Size)
}

// file serves a photo to be shown, and everything else to be saved only, so that no file runs as a page.
func (p *page) file(w http.ResponseWriter, r *http.Request) {
	data, info, err := p.s.DownloadFile(r.PathValue("id"))
	if err != nil {
		http.Error(w, "not found", http.StatusNotFound)
		return
	}
	switch kind := http.DetectContentType(data); kind {
	case "image/jpeg", "image/png", "image/gif", "image/webp":
		w.Header().Set("Content-Type", kind)
	default:
		w.Header().Set("Content-Type", "application/octet-stream")
		w.Header().Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": info.Name}))
	}
	_, _ = w.Write(data) //nolint:gosec // images and attachments only, never sniffed
}
