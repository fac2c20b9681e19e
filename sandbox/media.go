package sandbox

import (
	"encoding/json"
	"strings"
)

// sendPhoto is a method of the Bot API.
func (s *Server) sendPhoto(c *call) (any, *apiError) { return s.sendFile(c, "photo", true) }

// sendDocument is a method of the Bot API.
func (s *Server) sendDocument(c *call) (any, *apiError) { return s.sendFile(c, "document", false) }

func (s *Server) sendFile(c *call, field string, photo bool) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	text, entities, err := readText(c.p.values, captionText())
	if err != nil {
		return nil, err
	}
	f, err := s.readFile(c.p, field, photo)
	if err != nil {
		return nil, err
	}
	return s.post(c, &message{from: s.botID, text: text, entities: entities, file: f, photo: photo})
}

// readFile is the file of a parameter: uploaded in its own part, uploaded and named by attach://, or known by file id.
func (s *Server) readFile(p params, field string, photo bool) (*file, *apiError) {
	if up, ok := p.files[field]; ok {
		return s.store(up, photo)
	}
	kind := "document"
	if photo {
		kind = "photo"
	}
	value := p.get(field)
	if value == "" {
		return nil, bad("there is no " + kind + " in the request")
	}
	return s.fileFor(p, value, photo)
}

func (s *Server) fileFor(p params, value string, photo bool) (*file, *apiError) {
	if name, ok := strings.CutPrefix(value, "attach://"); ok {
		up, ok := p.files[name]
		if !ok {
			return nil, bad("wrong file attachment: there is no part named " + name)
		}
		return s.store(up, photo)
	}
	if strings.HasPrefix(value, "http://") || strings.HasPrefix(value, "https://") {
		return nil, bad("failed to get HTTP URL content") // the sandbox has no network
	}
	f := s.files.get(value)
	switch {
	case f == nil:
		return nil, bad("wrong file identifier/HTTP URL specified")
	case f.photo && !photo:
		return nil, bad("can't use file of type Photo as Document")
	case !f.photo && photo:
		return nil, bad("can't use file of type Document as Photo")
	}
	return f, nil
}

// store keeps an uploaded file.
func (s *Server) store(up upload, photo bool) (*file, *apiError) {
	switch {
	case len(up.data) == 0:
		return nil, bad("file must be non-empty")
	case len(up.data) > maxUpload:
		return nil, fail(413, "Request Entity Too Large")
	}
	if photo {
		if err := checkPhoto(up.data); err != nil {
			return nil, err
		}
	}
	return s.files.put(File{Name: up.name, MIME: up.mime, Data: up.data, Photo: photo}), nil
}

// albumItem is an InputMedia object, as far as the sandbox serves it.
type albumItem struct {
	Type     string          `json:"type"`
	Media    string          `json:"media"`
	Caption  string          `json:"caption"`
	Mode     string          `json:"parse_mode"`
	Entities json.RawMessage `json:"caption_entities"`
}

// sendMediaGroup is a method of the Bot API. It sends all or nothing.
func (s *Server) sendMediaGroup(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var items []albumItem
	if err := json.Unmarshal([]byte(c.p.get("media")), &items); err != nil || len(items) < 2 {
		return nil, bad("media group must include 2-10 items")
	}
	if len(items) > maxAlbum {
		return nil, bad("too many messages to send as an album")
	}
	var all []*message
	for _, item := range items {
		m, err := s.albumMessage(c.p, item, items[0].Type)
		if err != nil {
			return nil, err
		}
		all = append(all, m)
	}
	to, err := s.target(c.p.get("chat_id"), len(all))
	if err != nil {
		return nil, err
	}
	reply, err := replyTo(c.p.get("reply_parameters"), to)
	if err != nil {
		return nil, err
	}
	group := s.newMediaGroup()
	out := make([]wireMessage, 0, len(all))
	for _, m := range all {
		m.group, m.replyTo = group, reply
		s.add(to, m)
		out = append(out, s.wireMessage(m))
	}
	return out, nil
}

func (s *Server) albumMessage(p params, item albumItem, first string) (*message, *apiError) {
	switch {
	case item.Type != "photo" && item.Type != "document":
		return nil, bad("the sandbox sends albums of photos or documents only, not " + item.Type)
	case item.Type != first:
		return nil, bad("document can't be mixed with other media types")
	}
	text, entities, err := parseText(item.Caption, item.Mode, string(item.Entities), captionText())
	if err != nil {
		return nil, err
	}
	photo := item.Type == "photo"
	f, err := s.fileFor(p, item.Media, photo)
	if err != nil {
		return nil, err
	}
	return &message{from: s.botID, text: text, entities: entities, file: f, photo: photo}, nil
}
