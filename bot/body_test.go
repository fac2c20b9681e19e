package bot

import (
	"bytes"
	"context"
	"flag"
	"io"
	"net/http"
	"os"
	"path"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/twinning"
)

var updateGolden = flag.Bool("update", false, "write the golden files anew")

// bodies keeps what the calls of the Bot API say, with the status that they got.
type bodies struct {
	http.RoundTripper
	mu   sync.Mutex
	kept []string
}

func (b *bodies) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	resp, err := b.RoundTripper.RoundTrip(r)
	method := path.Base(r.URL.Path)
	if err == nil && (strings.HasPrefix(method, "send") || strings.HasPrefix(method, "edit") || strings.HasPrefix(method, "answer")) {
		b.mu.Lock()
		defer b.mu.Unlock()
		b.kept = append(b.kept, method+" "+r.Header.Get("Content-Type")+" "+resp.Status[:3]+"\n"+string(body))
	}
	return resp, err
}

// TestBodies says what goes over the wire for a message with everything, an edit, and the answer to a press; the sandbox,
// which refuses what the Bot API does not know, takes all of it.
func TestBodies(t *testing.T) {
	t.Parallel()
	wire := &bodies{}
	press := func(_ context.Context, r *Request) error {
		if r.Kind == KindPress {
			return r.Alert("measure.amount_vnd", twinning.Args{{"Value", twinning.Text("đã <nhận> & ghi")}})
		}
		return nil
	}
	story(t, press, func(h *house) {
		h.begins(alice)
		button := twinning.Button{Label: twinning.Line{Key: "measure.amount_vnd", Args: twinning.Args{{"Value", twinning.Text("Nút & <b>")}}}}
		pressed, linked := button, button
		pressed.Data, linked.URL = "a/1", "https://example.org/?a=1&b=2"
		full := words("một < hai & \"ba\"")
		full.Buttons = [][]twinning.Button{{pressed}, {linked}}
		empty := words("không nút")
		empty.Buttons = [][]twinning.Button{}
		h.queues(
			ledger.Delivery{Cause: "1", Chat: alice, Subject: "draft/1", Message: full, ReplyTo: 1},
			ledger.Delivery{Cause: "2", Chat: alice, Message: empty},
		)
		m := h.hears(alice, "một")
		passes(time.Minute)
		if _, err := h.server.Press(alice, alice, m.ID, "a/1"); err != nil {
			h.t.Fatal(err)
		}
		passes(time.Minute)
		h.queues(ledger.Delivery{Cause: "3", Chat: alice, Op: ledger.OpEdit, Subject: "draft/1", Message: words("sửa")})
		passes(time.Minute)
		waits()
		wire.mu.Lock()
		defer wire.mu.Unlock()
		golden, got := filepath.Join("testdata", "bodies.golden"), strings.Join(wire.kept, "\n")+"\n"
		if *updateGolden {
			if err := os.WriteFile(golden, []byte(got), 0o600); err != nil {
				h.t.Fatal(err)
			}
		}
		want, err := os.ReadFile(golden)
		if err != nil {
			h.t.Fatal(err)
		}
		if diff := cmp.Diff(string(want), got); diff != "" {
			h.t.Errorf("bodies (-want +got):\n%s", diff)
		}
	}, func(o *Options) {
		wire.RoundTripper = o.HTTPClient.Transport
		o.HTTPClient = &http.Client{Transport: wire}
	})
}
