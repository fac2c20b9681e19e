package sandbox

import (
	"context"
	"errors"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"
)

// The page's own errors, for which it has texts.
var (
	errPast   = errors.New("the clock runs forwards only")
	errMoment = errors.New("not a moment")
)

// answerWait is how long the page waits for the bot to answer a press, before it shows nothing.
const answerWait = 8 * time.Second

// say sends what the composer holds: an edit, files, or a text. A text that is nothing but a deep link opens it.
func (p *page) say(r *http.Request) (place, any, error) {
	at := placeOf(r)
	text := strings.ReplaceAll(r.FormValue("text"), "\r\n", "\n")
	if id := int(formInt(r, "edit")); id != 0 {
		return at, nil, p.s.Edit(at.person, at.chat, id, text)
	}
	files, err := formFiles(r, r.FormValue("asfile") == "")
	if err != nil {
		return at, nil, err
	}
	if len(files) > 0 {
		return at, nil, p.sendAll(at, text, files)
	}
	if code, ok := deepLink(text, p.s.o.Username); ok {
		at.chat = at.person
		text = strings.TrimSpace("/start " + code)
	}
	var opts []SayOption
	if id := int(formInt(r, "reply")); id != 0 {
		opts = append(opts, ReplyTo(id))
	}
	_, err = p.s.Say(at.person, at.chat, text, opts...)
	return at, nil, err
}

// sendAll sends photos and documents, which can't share an album, in up to ten at a time; the caption goes first.
func (p *page) sendAll(at place, caption string, files []File) error {
	photos, documents := []File{}, []File{}
	for _, f := range files {
		if f.Photo {
			photos = append(photos, f)
		} else {
			documents = append(documents, f)
		}
	}
	for _, kind := range [][]File{photos, documents} {
		for album := range slices.Chunk(kind, maxAlbum) {
			if _, err := p.s.SendFiles(at.person, at.chat, caption, album...); err != nil {
				return err
			}
			caption = ""
		}
	}
	return nil
}

// formFiles reads the attached files; images become photos unless they shall be sent as files or are too big.
func formFiles(r *http.Request, photos bool) ([]File, error) {
	if r.MultipartForm == nil {
		return nil, nil
	}
	var out []File
	for _, head := range r.MultipartForm.File["files"] {
		if head.Size == 0 {
			continue // an empty file field
		}
		data, err := readPart(head)
		if err != nil {
			return nil, fmt.Errorf("file %s: %w", head.Filename, err)
		}
		photo := photos && len(data) <= maxPhoto && checkPhoto(data) == nil
		out = append(out, File{Name: head.Filename, MIME: head.Header.Get("Content-Type"), Data: data, Photo: photo})
	}
	return out, nil
}

func readPart(head *multipart.FileHeader) ([]byte, error) {
	f, err := head.Open()
	if err != nil {
		return nil, fmt.Errorf("open: %w", err)
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(f)
	if err != nil {
		return nil, fmt.Errorf("read: %w", err)
	}
	return data, nil
}

// deepLink is the start code of a link to the bot, "https://t.me/<bot>?start=CODE".
func deepLink(text, username string) (string, bool) {
	text = strings.TrimSpace(text)
	if !strings.Contains(text, "://") {
		text = "https://" + text
	}
	u, err := url.Parse(text)
	if err != nil || u.Host != "t.me" && u.Host != "telegram.me" || !strings.EqualFold(strings.Trim(u.Path, "/"), username) {
		return "", false
	}
	code := u.Query().Get("start")
	return code, startCode(code)
}

// startCode says whether Telegram takes the code in a deep link: up to 64 of A-Z, a-z, 0-9, _ and -. Empty is a plain
// /start.
func startCode(code string) bool {
	return len(code) <= 64 && strings.Trim(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_-") == ""
}

// open opens a deep link as a person, who need not be the one in whose chat the link stands.
func (p *page) open(r *http.Request) (place, any, error) {
	at := place{person: formInt(r, "as")}
	at.chat = at.person
	code := r.FormValue("code")
	if !startCode(code) {
		return at, nil, fmt.Errorf("start code: %w", ErrInvalid)
	}
	_, err := p.s.Say(at.person, at.chat, strings.TrimSpace("/start "+code))
	return at, nil, err
}

// press presses a button and waits a while for the bot's answer, which the page shows as a toast.
func (p *page) press(r *http.Request) (place, any, error) {
	at := placeOf(r)
	a, err := p.s.Press(at.person, at.chat, int(formInt(r, "m")), r.FormValue("b"))
	if err != nil {
		return at, nil, err
	}
	if a.QueryID != "" {
		ctx, cancel := context.WithTimeout(r.Context(), answerWait)
		defer cancel()
		if a, err = p.s.WaitAnswer(ctx, a.QueryID); err != nil {
			return at, map[string]any{"silent": true}, nil // a bot that answers late is no error of the page
		}
	}
	return at, map[string]any{"text": a.Text, "alert": a.Alert, "url": a.URL}, nil
}

func (p *page) erase(r *http.Request) (place, any, error) {
	at := placeOf(r)
	return at, nil, p.s.Delete(at.person, at.chat, int(formInt(r, "m")))
}

func (p *page) block(r *http.Request) (place, any, error) {
	at := placeOf(r)
	p.s.Block(at.person, r.FormValue("on") != "")
	return at, nil, nil
}

// firstStranger is where the ids of people begin that the page adds.
const firstStranger = 7_000_000_001

// person adds a stranger.
func (p *page) person(r *http.Request) (place, any, error) {
	name := strings.Join(strings.Fields(r.FormValue("name")), " ")
	if name == "" {
		return place{}, nil, fmt.Errorf("name: %w", ErrInvalid)
	}
	id := int64(firstStranger)
	for _, known := range p.s.People() {
		id = max(id, known.ID+1)
	}
	p.s.AddPerson(Person{ID: id, FirstName: name, Lang: "vi", Note: strings.TrimSpace(r.FormValue("note"))})
	return place{person: id, chat: id}, nil, nil
}

// group adds a group of the chosen people and the bot; the current person is the owner.
func (p *page) group(r *http.Request) (place, any, error) {
	at := placeOf(r)
	title := strings.TrimSpace(r.FormValue("title"))
	if title == "" {
		return at, nil, fmt.Errorf("title: %w", ErrInvalid)
	}
	g := Group{ID: p.s.NewGroupID(), Title: title, Privacy: r.FormValue("privacy") != ""}
	if at.person != 0 {
		g.Members = append(g.Members, at.person)
	}
	for _, text := range r.Form["member"] {
		if id, err := strconv.ParseInt(text, 10, 64); err == nil && !slices.Contains(g.Members, id) {
			g.Members = append(g.Members, id)
		}
	}
	if len(g.Members) == 0 {
		return at, nil, fmt.Errorf("members: %w", ErrInvalid)
	}
	p.s.AddGroup(g)
	at = place{person: g.Members[0], chat: g.ID}
	return at, nil, p.s.AddBotTo(g.ID)
}

// bot adds the bot to the group, removes it, or upgrades the group.
func (p *page) bot(r *http.Request) (place, any, error) {
	at := placeOf(r)
	switch r.FormValue("do") {
	case "add":
		return at, nil, p.s.AddBotTo(at.chat)
	case "remove":
		return at, nil, p.s.RemoveBotFrom(at.chat)
	case "migrate":
		next := at.chat - 1_000_000_000_000
		if err := p.s.Migrate(at.chat, next); err != nil {
			return at, nil, err
		}
		at.chat = next
		return at, nil, nil
	}
	return at, nil, fmt.Errorf("action: %w", ErrInvalid)
}

// member makes a person join or leave the group.
func (p *page) member(r *http.Request) (place, any, error) {
	at := placeOf(r)
	if id := formInt(r, "join"); id != 0 {
		return at, nil, p.s.Join(id, at.chat)
	}
	err := p.s.Leave(at.person, at.chat)
	return place{person: at.person, chat: at.person}, nil, err
}

// clock moves the clock forwards.
func (p *page) clock(r *http.Request) (place, any, error) {
	at := placeOf(r)
	if p.o.Clock == nil {
		return at, nil, fmt.Errorf("clock: %w", ErrNotFound)
	}
	now := p.o.Clock.Now()
	to, err := p.destination(r, now)
	switch {
	case err != nil:
		return at, nil, err
	case !to.After(now):
		return at, nil, fmt.Errorf("%s: %w", to, errPast)
	case to.Year() > 9999:
		return at, nil, fmt.Errorf("year %d: %w", to.Year(), errMoment)
	}
	p.o.Clock.Set(to)
	if p.o.OnClock != nil {
		p.o.OnClock(to)
	}
	p.s.mu.Lock()
	p.s.touch() // other windows show the new time
	p.s.mu.Unlock()
	return at, map[string]any{"now": to.UnixMilli()}, nil
}

// destination is where a button or the typed text sends the clock.
func (p *page) destination(r *http.Request, now time.Time) (time.Time, error) {
	switch jump := r.FormValue("jump"); jump {
	case "hour":
		return now.Add(time.Hour), nil
	case "day":
		return now.AddDate(0, 0, 1), nil
	case "morning":
		return p.o.NextMorning(now), nil
	default:
		if i, err := strconv.Atoi(jump); err == nil && i >= 0 && i < len(p.o.Days) {
			return p.o.Days[i].At, nil
		}
	}
	to, err := moment(r.FormValue("to"), now)
	if err != nil {
		return to, fmt.Errorf("%w: %w", errMoment, err)
	}
	return to, nil
}
