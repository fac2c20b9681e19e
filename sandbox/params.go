package sandbox

import (
	"bytes"
	"encoding/json"
	"errors"
	"io"
	"mime"
	"mime/multipart"
	"net/http"
	"strconv"
	"strings"
)

// maxBody bounds a request: a 50 MB file and some text.
const maxBody = 52 << 20

// upload is a file of a multipart body.
type upload struct {
	name string
	mime string
	data []byte
}

// params are a call's parameters as the Bot API sees them: strings, the composite ones holding JSON. A JSON body is
// flattened to that form; null is the same as absent.
type params struct {
	values map[string]string
	files  map[string]upload
}

// readParams reads the query string and the body in any of the encodings that the Bot API takes.
func readParams(w http.ResponseWriter, r *http.Request) (params, *apiError) {
	p := params{values: map[string]string{}, files: map[string]upload{}}
	for k, v := range r.URL.Query() {
		p.values[k] = v[0]
	}
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody))
	if err != nil {
		if _, big := errors.AsType[*http.MaxBytesError](err); big {
			return p, fail(http.StatusRequestEntityTooLarge, "Request Entity Too Large")
		}
		return p, bad("body can't be read")
	}
	kind, opts, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if len(body) == 0 {
		return p, nil
	}
	if err != nil {
		return p, bad("Content-Type can't be read")
	}
	switch kind {
	case "application/json":
		return p, p.readJSON(body)
	case "application/x-www-form-urlencoded":
		return p, p.readForm(string(body))
	case "multipart/form-data":
		return p, p.readMultipart(body, opts["boundary"])
	}
	return p, bad("unsupported Content-Type " + kind)
}

func (p *params) readJSON(body []byte) *apiError {
	var object map[string]json.RawMessage
	if err := json.Unmarshal(body, &object); err != nil {
		return bad("Can't parse JSON object") // as Telegram words it: an object at the top, nothing else
	}
	for k, raw := range object {
		raw = bytes.TrimSpace(raw)
		var text string
		switch {
		case bytes.Equal(raw, []byte("null")):
		case json.Unmarshal(raw, &text) == nil:
			p.values[k] = text
		default:
			p.values[k] = string(raw)
		}
	}
	return nil
}

func (p *params) readForm(body string) *apiError {
	r := http.Request{Method: http.MethodPost, Body: io.NopCloser(strings.NewReader(body)), Header: http.Header{
		"Content-Type": {"application/x-www-form-urlencoded"},
	}}
	if err := r.ParseForm(); err != nil {
		return bad("can't parse the form")
	}
	for k, v := range r.PostForm {
		p.values[k] = v[0]
	}
	return nil
}

func (p *params) readMultipart(body []byte, boundary string) *apiError {
	parts := multipart.NewReader(bytes.NewReader(body), boundary)
	for {
		part, err := parts.NextPart()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return bad("can't parse the multipart body")
		}
		data, err := io.ReadAll(part)
		if err != nil {
			return bad("can't parse the multipart body")
		}
		if part.FileName() == "" {
			p.values[part.FormName()] = string(data)
			continue
		}
		p.files[part.FormName()] = upload{name: part.FileName(), mime: part.Header.Get("Content-Type"), data: data}
	}
}

func (p params) get(name string) string { return p.values[name] }

// intOr is the integer parameter, or the default when it is absent. The shape was checked before.
func (p params) intOr(name string, otherwise int) int {
	n, err := strconv.Atoi(p.values[name])
	if err != nil {
		return otherwise
	}
	return n
}

// boolean is the parameter's truth; absent is false. The shape was checked before.
func (p params) boolean(name string) bool {
	b, err := strconv.ParseBool(p.values[name])
	return err == nil && b
}

// list is a parameter that holds a JSON array of strings, and whether it was given.
func (p params) list(name string) ([]string, bool) {
	raw := p.values[name]
	if raw == "" {
		return nil, false
	}
	var out []string
	if json.Unmarshal([]byte(raw), &out) != nil {
		return nil, false
	}
	return out, true
}

// chatID is the call's chat_id if it is a number, else 0.
func (p params) chatID() int64 {
	id, err := strconv.ParseInt(p.values["chat_id"], 10, 64)
	if err != nil {
		return 0
	}
	return id
}
