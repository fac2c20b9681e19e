package bot

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/sandbox"
	"ketnghia/store"
	"ketnghia/twinning"
)

const otherToken = "654321:ZyXwVu-OtherOther_9876543210"

// picture is a photo that Telegram takes, a different one for each shade.
func picture(t testing.TB, shade uint8) sandbox.File {
	t.Helper()
	m := image.NewGray(image.Rect(0, 0, 40, 30))
	for i := range m.Pix {
		m.Pix[i] = shade
	}
	m.SetGray(1, 1, color.Gray{Y: 255 - shade})
	var b bytes.Buffer
	if err := jpeg.Encode(&b, m, nil); err != nil {
		t.Fatal(err)
	}
	return sandbox.File{Photo: true, Data: b.Bytes()}
}

// moves goes on with another bot account: a server that knows the people, who began to talk with the bot, but no file.
// Its calls pass through the transport.
func (h *house) moves(through func(http.RoundTripper) http.RoundTripper) (stop func()) {
	h.t.Helper()
	var err error
	h.server, err = sandbox.New(sandbox.Options{Token: otherToken, Username: "ketnghia2_bot", Now: time.Now})
	if err != nil {
		h.t.Fatal(err)
	}
	for _, id := range []int64{alice, bela} {
		h.server.AddPerson(sandbox.Person{ID: id, FirstName: "N", Lang: "vi"})
	}
	h.options.Token = NewToken(otherToken)
	h.options.HTTPClient = &http.Client{Transport: through(direct{h.server.API()})}
	if h.bot, err = New(h.options); err != nil {
		h.t.Fatal(err)
	}
	stop = h.start()
	h.begins(alice, bela)
	return stop
}

// afterMove sends files to the bot, has them kept, changes the bot account and then queues what the test says.
func afterMove(t *testing.T, files []sandbox.File, tell func(*house, []twinning.FileRef)) {
	t.Helper()
	synctest.Test(t, func(t *testing.T) {
		data := t.TempDir()
		h := newHouse(t, silent, func(o *Options) { o.Data = data })
		stop := h.start()
		var refs []twinning.FileRef
		for _, f := range files {
			refs = append(refs, h.gets(f))
		}
		passes(time.Minute)
		waits()
		for i, f := range refs {
			h.isKept(f, files[i].Data, extensionOf(f))
		}
		stop()
		defer h.moves(untouched)()
		tell(h, refs)
		h.tellsNoToken()
	})
}

// sent is what the bot wrote into the chat: the text, and of a file its kind, name and content.
func (h *house) sent(chat int64) []string {
	h.t.Helper()
	var all []string
	for _, m := range h.server.Messages(chat) {
		if !m.FromBot {
			continue
		}
		line := m.Text
		for kind, f := range map[string]*sandbox.FileInfo{"photo": m.Photo, "document": m.Document} {
			if f == nil {
				continue
			}
			data, _, err := h.server.DownloadFile(f.ID)
			if err != nil {
				h.t.Fatal(err)
			}
			line = fmt.Sprintf("%s %s %x %s", kind, f.Name, data, m.Text)
		}
		all = append(all, strings.TrimSpace(line))
	}
	return all
}

func (h *house) sends(chat int64, want ...string) {
	h.t.Helper()
	if diff := cmp.Diff(want, h.sent(chat)); diff != "" {
		h.t.Errorf("sent (-want +got):\n%s\n%s", diff, h.logged)
	}
}

// with is a message of the text with the files.
func with(text string, files ...twinning.FileRef) twinning.Message {
	m := words(text)
	m.Files = files
	return m
}

func line(kind string, f sandbox.File, name, text string) string {
	return strings.TrimSpace(fmt.Sprintf("%s %s %x %s", kind, name, f.Data, text))
}

// TestFilesOutliveTheBotAccount sends a document, a photo, and albums of both, whose ids are those of an account that
// is lost: the copies arrive, byte by byte, with their names, captions and buttons.
func TestFilesOutliveTheBotAccount(t *testing.T) {
	t.Parallel()
	files := []sandbox.File{
		{Name: "kế hoạch \"2027\".pdf", Data: []byte("%PDF-1.7 a")},
		{Name: "b.docx", Data: []byte("PK b")},
		picture(t, 10), picture(t, 200), picture(t, 90),
	}
	afterMove(t, files, func(h *house, refs []twinning.FileRef) {
		document := with("văn bản", refs[0])
		document.Buttons = [][]twinning.Button{{{Label: twinning.Line{Key: "button.drop"}, Data: "f:no"}}}
		edited := ledger.Delivery{Cause: "5", Chat: alice, Op: ledger.OpEdit, Subject: "filing/1", Message: words("đã sửa")}
		first := reply("1", alice, document)
		first.Subject = "filing/1"
		h.queues(
			first, reply("2", alice, with("ảnh", refs[2])), reply("3", alice, with("tất cả", refs...)),
			reply("4", bela, with("văn bản", refs[0])), edited,
		)
		passes(time.Minute)
		waits()
		name := "kế hoạch \"2027\".pdf"
		h.sends(alice,
			line("document", files[0], name, "đã sửa"), line("photo", files[2], "file.jpg", "ảnh"),
			line("photo", files[2], "file.jpg", ""), line("photo", files[3], "file.jpg", ""), line("photo", files[4], "file.jpg", ""),
			line("document", files[0], name, ""), line("document", files[1], "b.docx", ""), "tất cả",
		)
		h.sends(bela, line("document", files[0], name, "văn bản"))
		var groups []string
		for _, m := range h.server.Messages(alice) {
			if m.FromBot {
				groups = append(groups, m.MediaGroup)
			}
		}
		if g := groups; g[2] == "" || g[2] != g[3] || g[3] != g[4] || g[5] == "" || g[5] != g[6] || g[4] == g[5] {
			h.t.Errorf("albums %q", groups)
		}
	})
}

// TestFilesWithoutACopy sends, from a lost account, files of which some have no copy or a spoilt one: the rest arrives,
// and what is missing is told.
func TestFilesWithoutACopy(t *testing.T) {
	t.Parallel()
	files := []sandbox.File{
		{Name: "a.pdf", Data: []byte("a")}, {Name: "b.pdf", Data: []byte("b")}, {Name: "c.pdf", Data: []byte("c")},
	}
	lost := func(name string) string {
		return fmt.Sprintf("⚠️ Không gửi được tệp %s: Telegram không còn giữ tệp này và chưa có bản sao. Hãy xin lại tệp ở nơi đã gửi.", name)
	}
	afterMove(t, files, func(h *house, refs []twinning.FileRef) {
		never := twinning.FileRef{ID: "BQACnever", UniqueID: "never", Name: "<d>.pdf"}
		photo := twinning.FileRef{ID: "AgACnever", UniqueID: "never either", Photo: true}
		spoilt := filepath.Join(h.options.Data, filepath.FromSlash(h.kept(refs[1]).Path))
		if err := os.WriteFile(spoilt, []byte("B"), 0o600); err != nil {
			h.t.Fatal(err)
		}
		h.queues(
			reply("1", alice, with("một", never)), reply("2", alice, twinning.Message{Files: []twinning.FileRef{photo}}),
			reply("3", alice, with("ba", refs[0], refs[1], never, refs[2])), reply("4", alice, words("sau")),
		)
		passes(time.Minute)
		waits()
		h.sends(alice,
			"một\n"+lost("<d>.pdf"),
			"⚠️ Không gửi được một ảnh hoặc tệp: Telegram không còn giữ và chưa có bản sao. Hãy xin lại ở nơi đã gửi.",
			line("document", files[0], "a.pdf", ""), line("document", files[2], "c.pdf", ""), lost("b.pdf"), lost("<d>.pdf"), "ba",
			"sau",
		)
		for seq := range uint64(4) {
			if row := h.row(seq + 1); row.State != ledger.Sent {
				h.t.Errorf("row %d %s", seq+1, row.State)
			}
		}
	})
}

// TestUploadFits has more in an album than one call may hold.
func TestUploadFits(t *testing.T) {
	t.Parallel()
	files := []sandbox.File{
		{Name: "a.pdf", Data: []byte("a")}, {Name: "b.pdf", Data: []byte("b")}, {Name: "c.pdf", Data: []byte("c")},
	}
	afterMove(t, files, func(h *house, refs []twinning.FileRef) {
		// The records say that the files are larger than they are.
		err := h.store.Update(h.t.Context(), time.Now(), func(tx *store.Tx) error {
			for _, f := range refs {
				kept, err := tx.KeptFile(f.UniqueID)
				if err != nil {
					return err
				}
				kept.Bytes = uploadMost / 2
				if err := tx.PutKeptFile(kept); err != nil {
					return err
				}
			}
			return nil
		})
		if err != nil {
			h.t.Fatal(err)
		}
		h.queues(reply("1", alice, with("ba", refs...)))
		passes(time.Minute)
		waits()
		var groups []bool
		for _, m := range h.server.Messages(alice) {
			if m.FromBot {
				groups = append(groups, m.MediaGroup != "")
			}
		}
		if diff := cmp.Diff([]bool{true, true, false, false}, groups); diff != "" {
			h.t.Errorf("in an album (-want +got):\n%s", diff)
		}
		h.sends(alice,
			line("document", files[0], "a.pdf", ""), line("document", files[1], "b.pdf", ""), line("document", files[2], "c.pdf", ""),
			"ba",
		)
	})
}

// TestUploadRefused has Telegram refuse the upload as it refused the id.
func TestUploadRefused(t *testing.T) {
	t.Parallel()
	files := []sandbox.File{{Name: "a.pdf", Data: []byte("a")}}
	afterMove(t, files, func(h *house, refs []twinning.FileRef) {
		refusal := &sandbox.Fault{Status: 400, Description: "Bad Request: MEDIA_EMPTY"}
		calls := h.faults(refusal, refusal, refusal, refusal)
		h.queues(reply("1", alice, with("văn bản", refs[0])))
		passes(time.Minute)
		waits()
		if row := h.row(1); row.State != ledger.Failed || row.Error != "bad_request" || calls.Load() != 2 {
			h.t.Errorf("%s for %s after %d calls", row.State, row.Error, calls.Load())
		}
	})
}

// TestUploadFails breaks the connection in the middle of uploads: they are tried again and arrive once.
func TestUploadFails(t *testing.T) {
	t.Parallel()
	files := []sandbox.File{{Name: "a.pdf", Data: bytes.Repeat([]byte("a"), 1<<20)}, {Name: "b.pdf", Data: []byte("b")}}
	synctest.Test(t, func(t *testing.T) {
		data := t.TempDir()
		h := newHouse(t, silent, func(o *Options) { o.Data = data })
		stop := h.start()
		refs := []twinning.FileRef{h.gets(files[0]), h.gets(files[1])}
		passes(time.Minute)
		waits()
		stop()
		broken := 0
		defer h.moves(func(inner http.RoundTripper) http.RoundTripper {
			return roundTrip(func(r *http.Request) (*http.Response, error) {
				if r.Body == nil {
					return inner.RoundTrip(r)
				}
				head, err := io.ReadAll(io.LimitReader(r.Body, 64<<10))
				if err != nil {
					return nil, err
				}
				if len(head) == 64<<10 && broken < 4 {
					broken++
					_ = r.Body.Close()
					return nil, errBroken
				}
				r.Body = struct {
					io.Reader
					io.Closer
				}{io.MultiReader(bytes.NewReader(head), r.Body), r.Body}
				return inner.RoundTrip(r)
			})
		})()
		h.queues(reply("1", alice, with("hai", refs...)), reply("2", alice, with("một", refs[0])))
		passes(10 * time.Minute)
		waits()
		h.sends(alice,
			line("document", files[0], "a.pdf", ""), line("document", files[1], "b.pdf", ""), "hai",
			line("document", files[0], "a.pdf", "một"),
		)
		if row := h.row(1); broken != 4 || row.Tries != 4 {
			t.Errorf("%d uploads were broken, %d tries", broken, row.Tries)
		}
	})
}
