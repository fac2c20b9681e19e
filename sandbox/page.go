package sandbox

import (
	"embed"
	"errors"
	"fmt"
	"html/template"
	"net/http"
	"strconv"
	"sync"
	"time"
)

//go:embed web
var webFiles embed.FS

// PageOptions configure the web page.
type PageOptions struct {
	// Clock is the clock that the page shows and moves; nil hides the clock bar.
	Clock *Clock
	// Title is the page's title; empty takes the bot's name.
	Title string
	// Banner is the line that says what this is; empty takes a general one.
	Banner string
	// Days are buttons that move the clock.
	Days []Preset
	// OnClock is called after the page has moved the clock, with the new time.
	OnClock func(time.Time)
	// NextMorning gives the morning of the next working day; nil knows Saturdays and Sundays only.
	NextMorning func(time.Time) time.Time
}

// Preset is a button that moves the clock to a time.
type Preset struct {
	Label string
	At    time.Time
}

// page is the web chat: the server, the templates, and what each person has seen.
type page struct {
	s    *Server
	o    PageOptions
	tmpl *template.Template

	mu sync.Mutex
	// seen is the id of the last message that the person has seen in the chat.
	seen map[[2]int64]int
}

// Page serves the web chat. Serve it on loopback: it refuses requests whose Host isn't, and requests from other sites.
func (s *Server) Page(o PageOptions) http.Handler {
	if o.Title == "" {
		o.Title = s.o.Name
	}
	if o.NextMorning == nil {
		o.NextMorning = nextMorning
	}
	p := &page{
		s: s, o: o, seen: map[[2]int64]int{},
		tmpl: template.Must(template.ParseFS(webFiles, "web/*.html")),
	}
	mux := http.NewServeMux()
	mux.HandleFunc("GET /{$}", p.index)
	mux.HandleFunc("GET /view", p.refresh)
	mux.HandleFunc("GET /events", p.events)
	mux.HandleFunc("GET /file/{id}", p.file)
	mux.HandleFunc("GET /page.css", p.static("page.css", "text/css; charset=utf-8"))
	mux.HandleFunc("GET /page.js", p.static("page.js", "text/javascript; charset=utf-8"))
	for path, act := range map[string]func(*page, *http.Request) (place, any, error){
		"/say": (*page).say, "/press": (*page).press, "/delete": (*page).erase, "/open": (*page).open,
		"/block": (*page).block, "/person": (*page).person, "/group": (*page).group, "/bot": (*page).bot,
		"/member": (*page).member, "/clock": (*page).clock,
	} {
		mux.Handle("POST "+path, p.action(act))
	}
	return guard(mux)
}

// guard lets only this machine's own pages in: the Host must be loopback (a name that another site points at 127.0.0.1
// isn't), and a request that changes something must come from this very origin. Headers forbid all that isn't ours.
func guard(next http.Handler) http.Handler {
	next = http.NewCrossOriginProtection().Handler(next)
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if !loopbackHost(r.Host) {
			http.Error(w, "this page is for this machine only", http.StatusForbidden)
			return
		}
		h := w.Header()
		h.Set("Content-Security-Policy", "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "+
			"connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("Cross-Origin-Resource-Policy", "same-origin")
		h.Set("Cache-Control", "no-store")
		next.ServeHTTP(w, r)
	})
}

func (p *page) static(name, kind string) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) {
		raw, err := webFiles.ReadFile("web/" + name)
		if err != nil {
			http.Error(w, "not found", http.StatusNotFound)
			return
		}
		w.Header().Set("Content-Type", kind)
		_, _ = w.Write(raw) // the client is gone; nobody is left to tell
	}
}

// place is a person and a chat of that person: what the page shows.
type place struct{ person, chat int64 }

func (at place) query() string {
	return "/?p=" + strconv.FormatInt(at.person, 10) + "&c=" + strconv.FormatInt(at.chat, 10)
}

func placeOf(r *http.Request) place {
	return place{person: formInt(r, "p"), chat: formInt(r, "c")}
}

func formInt(r *http.Request, name string) int64 {
	n, err := strconv.ParseInt(r.FormValue(name), 10, 64)
	if err != nil {
		return 0
	}
	return n
}

// action wraps something a person does: a script gets JSON, a plain form a redirect to the chat.
func (p *page) action(act func(*page, *http.Request) (place, any, error)) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, maxAlbum*maxBody)
		if err := r.ParseMultipartForm(maxBody); err != nil && !errors.Is(err, http.ErrNotMultipart) { //nolint:gosec // the body was bounded the line before
			http.Error(w, "the form can't be read", http.StatusBadRequest)
			return
		}
		at, result, err := act(p, r)
		if at.person == 0 {
			at = placeOf(r)
		}
		if err != nil {
			p.s.o.Log.Info("page action refused", "path", r.URL.Path, "error", err)
		}
		script := r.Header.Get("Accept") == "application/json"
		switch {
		case script && err != nil:
			writeJSON(w, http.StatusUnprocessableEntity, map[string]any{"error": errorKey(err), "detail": err.Error()})
		case script:
			writeJSON(w, http.StatusOK, map[string]any{"go": at.query(), "result": result})
		case err != nil:
			http.Redirect(w, r, at.query()+"&err="+errorKey(err), http.StatusSeeOther) //nolint:gosec // a path of this page with two numbers
		default:
			http.Redirect(w, r, at.query(), http.StatusSeeOther) //nolint:gosec // a path of this page with two numbers
		}
	})
}

// errorKey is the key of the page's text for an error; the texts stand in the template.
func errorKey(err error) string {
	switch {
	case errors.Is(err, errPast):
		return "past"
	case errors.Is(err, errMoment):
		return "moment"
	case errors.Is(err, ErrNotFound):
		return "notfound"
	case errors.Is(err, ErrForbidden):
		return "forbidden"
	}
	return "invalid"
}

// events tells a page of each change by Server-Sent Events, until the page or the server goes.
func (p *page) events(w http.ResponseWriter, r *http.Request) {
	out := http.NewResponseController(w)
	_ = out.SetWriteDeadline(time.Time{}) // the stream outlives a server's write timeout; not every writer can
	w.Header().Set("Content-Type", "text/event-stream")
	version := p.s.Version()
	for {
		if _, err := fmt.Fprintf(w, "data: %d\n\n", version); err != nil {
			return
		}
		if err := out.Flush(); err != nil {
			return
		}
		var err error
		if version, err = p.s.WaitChange(r.Context(), version); err != nil {
			return
		}
	}
}
