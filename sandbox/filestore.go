package sandbox

import (
	"bytes"
	"crypto/sha256"
	"encoding/base64"
	"fmt"
	"image"
	_ "image/gif"  // photos are measured
	_ "image/jpeg" // photos are measured
	_ "image/png"  // photos are measured
	"mime"
	"net/http"
	"path"
	"strings"
)

// Telegram's limits of files in bytes (Sending files, getFile).
const (
	maxUpload   = 50 << 20
	maxDownload = 20 << 20
	maxPhoto    = 10 << 20
)

// thumbPrefix marks the ids of a photo's small size; it gives the same content.
const thumbPrefix = "thumb-"

// file is a stored file.
type file struct {
	info  FileInfo
	photo bool
	path  string
	data  []byte
}

// fileStore keeps the files by id and by download path.
type fileStore struct {
	byID   map[string]*file
	byPath map[string]*file
	n      int
}

func newFileStore() fileStore {
	return fileStore{byID: map[string]*file{}, byPath: map[string]*file{}}
}

// put stores a file. The same content has the same unique id each time, but another file id, as on Telegram.
func (fs *fileStore) put(f File) *file {
	fs.n++
	sum := sha256.Sum256(f.Data)
	prefix, folder, name := "BQACAgUAAxkB", "documents", f.Name
	if f.Photo {
		prefix, folder = "AgACAgUAAxkB", "photos"
	}
	ext := path.Ext(f.Name)
	if f.Photo && ext == "" {
		ext = ".jpg"
	}
	stored := &file{
		info: FileInfo{
			ID:       fmt.Sprintf("%s%06d%s", prefix, fs.n, base64.RawURLEncoding.EncodeToString(sum[:18])),
			UniqueID: "AgAD" + base64.RawURLEncoding.EncodeToString(sum[18:27]),
			Name:     name, MIME: mimeOf(f), Size: len(f.Data),
		},
		photo: f.Photo,
		path:  fmt.Sprintf("%s/file_%d%s", folder, fs.n, ext),
		data:  f.Data,
	}
	if f.Photo {
		stored.info.Width, stored.info.Height = 800, 600 // for a test's photo that isn't an image
		if c, _, err := image.DecodeConfig(bytes.NewReader(f.Data)); err == nil {
			stored.info.Width, stored.info.Height = c.Width, c.Height
		}
	}
	fs.byID[stored.info.ID] = stored
	fs.byPath[stored.path] = stored
	return stored
}

// mimeOf is the given type, else the one of the name's extension, else the content's.
func mimeOf(f File) string {
	kind, _, _ := mime.ParseMediaType(f.MIME)
	if kind == "" || kind == "application/octet-stream" {
		kind, _, _ = mime.ParseMediaType(extensionMIME(path.Ext(f.Name)))
	}
	if kind == "" {
		kind, _, _ = mime.ParseMediaType(http.DetectContentType(f.Data))
	}
	return kind
}

// extensionMIME knows the office formats, which not every machine's table has.
func extensionMIME(ext string) string {
	switch strings.ToLower(ext) {
	case ".docx":
		return "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
	case ".xlsx":
		return "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
	case ".doc":
		return "application/msword"
	case ".xls":
		return "application/vnd.ms-excel"
	}
	return mime.TypeByExtension(ext)
}

// get finds a file by its id; the id of a photo's small size gives the whole photo.
func (fs *fileStore) get(id string) *file { return fs.byID[strings.TrimPrefix(id, thumbPrefix)] }

// getFile is a method of the Bot API.
func (s *Server) getFile(c *call) (any, *apiError) {
	s.mu.Lock()
	defer s.mu.Unlock()
	id := c.p.get("file_id")
	f := s.files.get(id)
	switch {
	case id == "":
		return nil, bad("file_id not specified")
	case f == nil:
		return nil, bad("invalid file_id")
	case len(f.data) > maxDownload:
		return nil, bad("file is too big")
	}
	return map[string]any{
		"file_id": id, "file_unique_id": f.info.UniqueID, "file_size": f.info.Size, "file_path": f.path,
	}, nil
}

// download serves /file/bot<token>/<path>.
func (s *Server) download(w http.ResponseWriter, r *http.Request, rest string) {
	token, name, _ := strings.Cut(rest, "/")
	if token != s.o.Token {
		s.refuse(w, "", fail(http.StatusUnauthorized, "Unauthorized"))
		return
	}
	s.mu.Lock()
	f := s.files.byPath[name]
	s.mu.Unlock()
	if f == nil || len(f.data) > maxDownload {
		s.refuse(w, "", fail(http.StatusNotFound, "Not Found"))
		return
	}
	w.Header().Set("Content-Type", "application/octet-stream")
	if r.Method != http.MethodHead {
		_, _ = w.Write(f.data) // the client is gone; nobody is left to tell
	}
}

// DownloadFile gives the content of a file that somebody sent, by file id.
func (s *Server) DownloadFile(id string) ([]byte, FileInfo, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	f := s.files.get(id)
	if f == nil {
		return nil, FileInfo{}, fmt.Errorf("file %q: %w", id, ErrNotFound)
	}
	return f.data, f.info, nil
}

// checkPhoto refuses what Telegram can't show as a photo.
func checkPhoto(data []byte) *apiError {
	if len(data) > maxPhoto {
		return bad(fmt.Sprintf("file of size %d bytes is too big for a photo; the maximum size is %d bytes", len(data), maxPhoto))
	}
	if http.DetectContentType(data) == "image/webp" {
		return nil // taken by Telegram, not measured here: the standard library has no decoder
	}
	c, _, err := image.DecodeConfig(bytes.NewReader(data))
	if err != nil {
		return bad("IMAGE_PROCESS_FAILED")
	}
	if c.Width+c.Height > 10_000 || c.Width > 20*c.Height || c.Height > 20*c.Width {
		return bad("PHOTO_INVALID_DIMENSIONS")
	}
	return nil
}
