package bot

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"ketnghia/ledger"
	"ketnghia/locales"
	"ketnghia/sandbox"
	"ketnghia/twinning"
)

func TestEdits(t *testing.T) {
	t.Parallel()
	edit := func(cause, text string, id int) ledger.Delivery {
		return ledger.Delivery{Cause: cause, Chat: alice, Op: ledger.OpEdit, Subject: "draft/1", EditID: id, Message: words(text)}
	}
	send := func(cause, text string, class int) ledger.Delivery {
		return ledger.Delivery{Cause: cause, Chat: alice, Class: class, Subject: "draft/1", Message: words(text)}
	}
	tests := map[string]struct {
		deliveries []ledger.Delivery
		want       []string
	}{
		"of the newest":              {[]ledger.Delivery{send("1", "cũ", 0), send("2", "mới", 0), edit("3", "sửa", 0)}, []string{"cũ", "sửa"}},
		"same text is no failure":    {[]ledger.Delivery{send("1", "a", 0), edit("2", "a", 0), edit("3", "b", 0)}, []string{"b"}},
		"before its message is sent": {[]ledger.Delivery{send("1", "cũ", ledger.ClassReminder), edit("2", "sửa", 0)}, []string{"sửa"}},
		"without a message":          {[]ledger.Delivery{edit("1", "mới", 0), edit("2", "sửa", 0)}, []string{"sửa"}},
		"message is gone":            {[]ledger.Delivery{edit("1", "mới", 999_999), edit("2", "sửa", 0)}, []string{"sửa"}},
		"becomes too long": {
			[]ledger.Delivery{send("1", "a", 0), edit("2", strings.Repeat("chữ ", 1500), 0)},
			[]string{"a", strings.TrimSpace(strings.Repeat("chữ ", 1024)), strings.TrimSpace(strings.Repeat("chữ ", 476))},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, silent, func(h *house) {
				h.begins(alice)
				h.queues(test.deliveries...)
				passes(time.Minute)
				waits()
				if diff := cmp.Diff(test.want, h.heard(alice)); diff != "" {
					h.t.Errorf("heard (-want +got):\n%s\n%s", diff, h.logged)
				}
				for i := range test.deliveries {
					if row := h.row(uint64(i + 1)); row.State != ledger.Sent {
						h.t.Errorf("row %d %s", i+1, row.State)
					}
				}
			})
		})
	}
}

// TestFiles sends a person's own files back: alone, with a long caption, as an album, and edits the caption.
func TestFiles(t *testing.T) {
	t.Parallel()
	var files []twinning.FileRef
	handle := func(_ context.Context, r *Request) error {
		files = append(files, r.Files...)
		return nil
	}
	story(t, handle, func(h *house) {
		pdf := sandbox.File{Name: "kế hoạch.pdf", MIME: "application/pdf", Data: []byte("%PDF-1.7")}
		for range 3 {
			if _, err := h.server.SendFiles(alice, alice, "", pdf); err != nil {
				h.t.Fatal(err)
			}
		}
		waits()
		album, one, long := words("ba tệp"), words("một tệp"), words(strings.Repeat("dài ", 400))
		album.Files, one.Files, long.Files = files, files[:1], files[:1]
		edited := words("đã sửa")
		h.queues(
			ledger.Delivery{Cause: "1", Chat: alice, Subject: "filing/1", Message: album},
			ledger.Delivery{Cause: "2", Chat: alice, Message: long},
			ledger.Delivery{Cause: "3", Chat: alice, Subject: "filing/2", Message: one},
			ledger.Delivery{Cause: "4", Chat: alice, Op: ledger.OpEdit, Subject: "filing/2", Message: edited},
		)
		passes(time.Minute)
		waits()
		var got []string
		for _, m := range h.server.Messages(alice) {
			if m.FromBot {
				got = append(got, fmt.Sprintf("%t %.10s", m.Document != nil, m.Text))
			}
		}
		want := []string{"true ", "true ", "true ", "false ba tệp", "true ", "false dài dài da", "true đã sửa"}
		for i := range want {
			want[i] = fmt.Sprintf("%.16s", want[i])
		}
		if diff := cmp.Diff(len(want), len(got)); diff != "" || got[6] != "true đã sửa" || got[3] != "false ba tệp" {
			h.t.Errorf("heard %q, want %q\n%s", got, want, h.logged)
		}
		h.look(func(l *ledger.Look) error {
			refs, err := l.MessagesOf("filing/1")
			if len(refs) != 4 {
				h.t.Errorf("%d messages linked, want the album and its text", len(refs))
			}
			return err
		})
	})
}

func TestReports(t *testing.T) {
	t.Parallel()
	made := 0
	reports := func(_ context.Context, r twinning.ReportRequest, p locales.Printer) (string, []byte, error) {
		if made++; made == 1 || r.Year == 1999 {
			return "", nil, errBroken
		}
		return fmt.Sprintf("%s-%d-%s.xlsx", r.Kind, r.Year, p.Lang()), []byte("PK"), nil
	}
	story(t, silent, func(h *house) {
		h.begins(alice)
		good, bad := words("bảng"), words("hỏng")
		good.Report = &twinning.ReportRequest{Kind: "status", Year: 2027}
		bad.Report = &twinning.ReportRequest{Kind: "status", Year: 1999}
		h.queues(reply("1", alice, good), reply("2", alice, bad), reply("3", alice, words("sau")))
		if m := h.hears(alice, "bảng"); m.Document == nil || m.Document.Name != "status-2027-vi.xlsx" {
			h.t.Errorf("message %v", m)
		}
		h.hears(alice, "sau")
		if row := h.row(2); row.State != ledger.Failed || row.Tries != reportTries || row.Error != reasonReport {
			h.t.Errorf("broken report %s after %d tries: %s", row.State, row.Tries, row.Error)
		}
	}, func(o *Options) { o.Reports = reports })
}

// TestPartsAreNotRepeated fails the second part of a long message: the first is not sent again.
func TestPartsAreNotRepeated(t *testing.T) {
	t.Parallel()
	tests := map[string]*sandbox.Fault{"server": {Status: 500}, "flood": {Status: 429, RetryAfter: 9}}
	for name, fault := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			story(t, silent, func(h *house) {
				h.begins(alice)
				h.faults(nil, fault, fault)
				h.queues(reply("1", alice, words(strings.Repeat("chữ ", 2500))), reply("2", alice, words("sau")))
				h.hears(alice, "sau")
				if got := h.heard(alice); len(got) != 4 || got[3] != "sau" {
					h.t.Errorf("%d messages", len(got))
				}
			})
		})
	}
}

func TestReplyGone(t *testing.T) {
	t.Parallel()
	story(t, silent, func(h *house) {
		d := reply("1", team, words("một"))
		d.ReplyTo = 999_999
		h.queues(d)
		if m := h.hears(team, "một"); m.ReplyTo != 0 {
			h.t.Errorf("reply to %d", m.ReplyTo)
		}
	})
}

func TestLateAnswer(t *testing.T) {
	t.Parallel()
	story(t, silent, func(h *house) {
		h.queues(ledger.Delivery{Cause: "1", Chat: alice, Op: ledger.OpAnswer, QueryID: "4711"})
		waits()
		if row := h.row(1); row.State != ledger.Sent || row.Error != "query_expired" {
			h.t.Errorf("row %s %s", row.State, row.Error)
		}
	})
}

// TestLanguage says that the addressee's language counts, then that of the delivery.
func TestLanguage(t *testing.T) {
	t.Parallel()
	story(t, silent, func(h *house) {
		english := h.enrols(twinning.Person{Telegram: alice, Name: "A", Lang: "en"})
		h.begins(alice, bela, cong)
		day := twinning.Say("weekday.1", nil)
		h.queues(
			ledger.Delivery{Cause: "1", Chat: alice, Person: english, Lang: "vi", Message: day},
			ledger.Delivery{Cause: "2", Chat: bela, Lang: "en", Message: day}, ledger.Delivery{Cause: "3", Chat: cong, Message: day},
		)
		h.hears(alice, "Monday")
		h.hears(bela, "Monday")
		h.hears(cong, "thứ Hai")
	})
}
