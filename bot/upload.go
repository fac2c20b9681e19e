package bot

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"mime/multipart"
	"net/http"
	"path"
	"slices"
	"strconv"
	"time"

	"github.com/go-telegram/bot/models"

	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/twinning"
)

const (
	// uploadMost is how many bytes of files go into one call: Telegram takes 50 MB (Bot API, Sending files), with some
	// room for the rest of the request.
	uploadMost = 48 << 20
	// uploadPace is the slowest upload that is waited for, in bytes per second.
	uploadPace = 128 << 10
)

// lostWords are how Telegram refuses the id of a file: one of another bot account, one that it can't read, or one whose
// file it no longer finds. They are in no documentation; they come from what the server answers.
func lostWords() []string {
	return []string{
		"wrong file identifier", "wrong remote file id", "invalid remote file id", "wrong file_id", "wrong file id",
		"invalid file_id", "invalid file id", "file_id_invalid", "file_reference", "file reference", "media_empty",
	}
}

// fileLost says whether a call failed because Telegram doesn't know a file by the id that it was given.
func fileLost(err error) bool {
	no, ok := errors.AsType[*apiError](err)
	return ok && no.Code == http.StatusBadRequest && slices.ContainsFunc(lostWords(), no.says)
}

// copies finds the local copies of files. Without a cabinet there are none.
type copies struct {
	ledger  *ledger.Ledger
	cabinet *cabinet
	now     func() time.Time
	log     *slog.Logger
}

// of returns the copy of each file, the zero record for one that has no good copy.
func (c copies) of(ctx context.Context, files []twinning.FileRef) ([]ledger.KeptFile, error) {
	found := make([]ledger.KeptFile, len(files))
	if c.cabinet == nil {
		return found, nil
	}
	err := c.ledger.View(ctx, c.now(), func(l *ledger.Look) error {
		for i, f := range files {
			kept, err := l.KeptFile(f.UniqueID)
			if err != nil && !errors.Is(err, twinning.ErrNotFound) {
				return err
			}
			found[i] = kept
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	for i, kept := range found {
		if kept.State != ledger.KeptDone {
			found[i] = ledger.KeptFile{}
			continue
		}
		if err := c.cabinet.check(kept); err != nil {
			c.log.ErrorContext(ctx, "kept file is spoilt", slog.String("file", kept.File.UniqueID), slog.Any("error", err))
			found[i] = ledger.KeptFile{}
		}
	}
	return found, nil
}

// restore returns what takes the place of a part that Telegram refused because of a file's id: the files that have a
// local copy are uploaded; one that has none is tried alone, and one that was alone already is told of instead of sent,
// so that the rest of the message arrives.
func (c *caller) restore(ctx context.Context, printer locales.Printer, p part) ([]part, error) {
	found, err := c.copies.of(ctx, p.files)
	if err != nil {
		return nil, err
	}
	var uploads, alone []part
	var bytes int64
	for i, kept := range found {
		if kept.State != ledger.KeptDone {
			alone = append(alone, part{files: p.files[i : i+1]})
			continue
		}
		if bytes += kept.Bytes; len(uploads) == 0 || bytes > uploadMost {
			uploads, bytes = append(uploads, part{}), kept.Bytes
		}
		last := &uploads[len(uploads)-1]
		last.files, last.copies = append(last.files, p.files[i]), append(last.copies, kept)
	}
	c.log.InfoContext(ctx, "file ids refused", slog.Int("files", len(p.files)), slog.Int("copies", len(p.files)-len(alone)))
	if len(p.files) > 1 {
		return append(uploads, alone...), nil
	}
	if len(uploads) == 1 {
		uploads[0].text, uploads[0].buttons = p.text, p.buttons
		return uploads, nil
	}
	lost := c.render.line(printer, lostLine(p.files[0]))
	if p.text != "" {
		lost = p.text + "\n" + lost
	}
	return []part{{text: lost, buttons: p.buttons}}, nil
}

// lostLine tells that a file can't be sent any more.
func lostLine(f twinning.FileRef) twinning.Line {
	if f.Name == "" {
		return say("file.lost_unnamed")
	}
	return twinning.Line{Key: "file.lost", Args: twinning.Args{{"Name", twinning.Text(f.Name)}}}
}

// limit is how long sending the part may take.
func (p part) limit() time.Duration {
	limit := sendTimeout
	if p.report != nil || len(p.copies) > 0 {
		limit = sendFileTimeout
	}
	for _, kept := range p.copies {
		limit += time.Duration(kept.Bytes/uploadPace) * time.Second
	}
	return limit
}

// attachment is a file of a call, read while it is sent.
type attachment struct {
	name string
	data io.ReadCloser
}

// attach opens the copies of the part; free closes them.
func (c *caller) attach(p part) (files []attachment, free func(), err error) {
	free = func() {
		for _, f := range files {
			_ = f.data.Close() // it was only read
		}
	}
	for i, kept := range p.copies {
		data, err := c.copies.cabinet.open(kept)
		if err != nil {
			free()
			return nil, nil, err
		}
		name := p.files[i].Name
		if name == "" {
			name = "file" + path.Ext(kept.Path)
		}
		files = append(files, attachment{name: name, data: data})
	}
	return files, free, nil
}

// single returns the one file of the part for a call, its copy or its id; free ends the reading.
func (c *caller) single(p part) (file models.InputFile, free func(), err error) {
	if len(p.copies) == 0 {
		return &models.InputFileString{Data: p.files[0].ID}, func() {}, nil
	}
	files, free, err := c.attach(p)
	if err != nil {
		return nil, nil, err
	}
	return &models.InputFileUpload{Filename: files[0].name, Data: files[0].data}, free, nil
}

// uploadAlbum sends the copies of the part as an album (Bot API, sendMediaGroup). The library would name a file as it
// names the part of the request, which people would see.
func (c *caller) uploadAlbum(ctx context.Context, chat int64, reply *models.ReplyParameters, p part) ([]int, error) {
	type medium struct {
		Type  string `json:"type"`
		Media string `json:"media"`
	}
	media := make([]medium, len(p.files))
	for i, f := range p.files {
		media[i] = medium{Type: "document", Media: "attach://" + attachmentName(i)}
		if f.Photo {
			media[i].Type = "photo"
		}
	}
	raw, err := json.Marshal(media)
	if err != nil {
		return nil, fmt.Errorf("album: %w", err)
	}
	fields := map[string]string{"chat_id": strconv.FormatInt(chat, 10), "media": string(raw)}
	if reply != nil {
		raw, err := json.Marshal(reply)
		if err != nil {
			return nil, fmt.Errorf("album: %w", err)
		}
		fields["reply_parameters"] = string(raw)
	}
	files, free, err := c.attach(p)
	if err != nil {
		return nil, err
	}
	defer free()
	result, err := c.api.upload(ctx, "sendMediaGroup", fields, files)
	if err != nil {
		return nil, err
	}
	var sent []struct {
		ID int `json:"message_id"`
	}
	if err := json.Unmarshal(result, &sent); err != nil {
		return nil, fmt.Errorf("album: %w", errBadAnswer)
	}
	var ids []int
	for _, m := range sent {
		ids = append(ids, m.ID)
	}
	return ids, nil
}

// attachmentName is the name of the part of a request that holds the file of that number.
func attachmentName(i int) string { return fmt.Sprintf("file%d", i) }

// upload posts parameters and files as a form and returns the result as it came. Only what is being sent is in memory.
func (c *apiClient) upload(
	ctx context.Context, method string, fields map[string]string, files []attachment,
) (json.RawMessage, error) {
	body, to := io.Pipe()
	form := multipart.NewWriter(to)
	done := make(chan struct{})
	go func() {
		defer close(done)
		_ = to.CloseWithError(writeForm(form, fields, files)) // it never fails
	}()
	// The files are closed by whoever opened them once nothing reads them any more.
	defer func() {
		_ = body.Close() // it never fails
		<-done
	}()
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, c.base+"/bot"+c.token.reveal()+"/"+method, body)
	if err != nil {
		return nil, c.clean(method, err)
	}
	req.Header.Set("Content-Type", form.FormDataContentType())
	resp, read, err := c.exchange(method, req)
	if err != nil {
		return nil, err
	}
	return readAnswer[json.RawMessage](method, resp, read)
}

func writeForm(form *multipart.Writer, fields map[string]string, files []attachment) error {
	for name, value := range fields {
		if err := form.WriteField(name, value); err != nil {
			return err //nolint:wrapcheck // the reader of the pipe wraps it
		}
	}
	for i, f := range files {
		part, err := form.CreateFormFile(attachmentName(i), f.name)
		if err != nil {
			return err //nolint:wrapcheck // the reader of the pipe wraps it
		}
		if _, err := io.Copy(part, f.data); err != nil {
			return err //nolint:wrapcheck // the reader of the pipe wraps it
		}
	}
	return form.Close() //nolint:wrapcheck // the reader of the pipe wraps it
}
