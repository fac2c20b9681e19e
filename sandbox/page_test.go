package sandbox_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"ketnghia/sandbox"
)

// browser is the page of a world, asked as a script of the page asks.
type browser struct {
	*world

	page http.Handler
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	w := newWorld(t)
	return &browser{world: w, page: w.Page(sandbox.PageOptions{
		Clock: w.clock, Title: "Kết nghĩa", Days: []sandbox.Preset{{Label: "Hạn 27/02", At: start().Add(72 * time.Hour)}},
	})}
}

func (b *browser) do(r *http.Request) *httptest.ResponseRecorder {
	b.t.Helper()
	out := httptest.NewRecorder()
	b.page.ServeHTTP(out, r)
	return out
}

func (b *browser) request(method, target, body string) *http.Request {
	r := httptest.NewRequestWithContext(b.t.Context(), method, target, strings.NewReader(body))
	r.Host = "127.0.0.1:8080"
	if method == http.MethodPost {
		r.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		r.Header.Set("Accept", "application/json")
		r.Header.Set("Origin", "http://127.0.0.1:8080")
		r.Header.Set("Sec-Fetch-Site", "same-origin")
	}
	return r
}

func (b *browser) get(target string) string {
	b.t.Helper()
	res := b.do(b.request(http.MethodGet, target, ""))
	if res.Code != http.StatusOK {
		b.t.Fatalf("%s: %d", target, res.Code)
	}
	return res.Body.String()
}

// reply is what an action answers to the script.
type reply struct {
	Go     string         `json:"go"`
	Error  string         `json:"error"`
	Result map[string]any `json:"result"`
}

func (b *browser) act(target string, values url.Values) reply {
	b.t.Helper()
	var out reply
	res := b.do(b.request(http.MethodPost, target, values.Encode()))
	if err := json.Unmarshal(res.Body.Bytes(), &out); err != nil {
		b.t.Fatalf("%s: %d %s", target, res.Code, res.Body)
	}
	return out
}

func form(pairs ...string) url.Values {
	out := url.Values{}
	for i := 0; i < len(pairs); i += 2 {
		out.Add(pairs[i], pairs[i+1])
	}
	return out
}

func contains(t *testing.T, page string, parts ...string) {
	t.Helper()
	for _, part := range parts {
		if !strings.Contains(page, part) {
			t.Errorf("the page lacks %q", part)
		}
	}
}

func TestPageShowsChat(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	b.say(an, an, "<script>alert(1)</script> chào")
	b.ok("sendMessage", `{"chat_id":103,"text":"<b>Đến hạn</b> /nop https://t.me/ketnghia_bot?start=A1","parse_mode":"HTML","reply_markup":{"inline_keyboard":[[{"text":"Ghi <1>","callback_data":"g"},{"text":"Xem","url":"https://x.vn"}]]}}`)
	b.ok("setMyCommands", `{"commands":[{"command":"nop","description":"Nộp văn bản"}]}`)
	page := b.get("/?p=103&c=103")
	contains(t, page,
		"&lt;script&gt;alert(1)&lt;/script&gt; chào", `<b class="bold">Đến hạn</b>`, `data-say="/nop"`,
		`href="https://t.me/ketnghia_bot?start=A1"`, "Ghi &lt;1&gt;", `value="g"`, `href="https://x.vn"`, "Nộp văn bản",
		"Thứ tư 24/02/2027 08:00", "Hạn 27/02", "cán bộ xã", `lang="vi"`,
	)
	if strings.Contains(page, "<script>alert") {
		t.Error("somebody's text runs as a script")
	}
}

func TestPageCountsUnread(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	b.say(an, an, "/start")
	b.say(mai, mai, "/start")
	b.ok("sendMessage", `{"chat_id":103,"text":"một"}`)
	b.ok("sendMessage", `{"chat_id":103,"text":"hai"}`)
	unread := func(target string) int {
		var v struct {
			Unread int `json:"unread"`
		}
		if err := json.Unmarshal([]byte(b.get(target)), &v); err != nil {
			t.Fatal(err)
		}
		return v.Unread
	}
	if n := unread("/view?p=101&c=101"); n != 2 {
		t.Errorf("Mai's page counts %d unread messages of others", n)
	}
	if n := unread("/view?p=103&c=103"); n != 0 {
		t.Errorf("An has seen them: %d", n)
	}
	if n := unread("/view?p=101&c=101"); n != 0 {
		t.Errorf("and they stay seen: %d", n)
	}
}

func TestPageActions(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	if got := b.act("/say", form("p", "103", "c", "103", "text", "hôm qua")); got.Error != "" || lastOf(t, b.world, an).Text != "hôm qua" {
		t.Fatalf("say: %+v", got)
	}
	id := lastOf(t, b.world, an).ID
	b.act("/say", form("p", "103", "c", "103", "text", "hôm kia", "edit", itoa(id)))
	if got := lastOf(t, b.world, an); got.Text != "hôm kia" || got.Edited.IsZero() {
		t.Errorf("edit: %v", got)
	}
	b.act("/say", form("p", "103", "c", "103", "text", "nhé", "reply", itoa(id)))
	if got := lastOf(t, b.world, an); got.ReplyTo != id {
		t.Errorf("reply: %+v", got)
	}
	b.act("/delete", form("p", "103", "c", "103", "m", itoa(id)))
	if all := b.Messages(an); len(all) != 1 {
		t.Errorf("delete: %v", all)
	}
	if got := b.act("/say", form("p", "101", "c", "101", "text", "https://t.me/ketnghia_bot?start=AbC_1-2")); got.Go != "/?p=101&c=101" || lastOf(t, b.world, mai).Text != "/start AbC_1-2" {
		t.Errorf("a deep link alone is opened: %+v", got)
	}
	if got := b.act("/open", form("p", "103", "c", "103", "as", "105", "code", "X")); got.Go != "/?p=105&c=105" || lastOf(t, b.world, stranger).Text != "/start X" {
		t.Errorf("a link opened by somebody else: %+v", got)
	}
	if got := b.act("/open", form("as", "105", "code", "X Y")); got.Error != "invalid" {
		t.Errorf("a broken code: %+v", got)
	}
	b.act("/block", form("p", "103", "c", "103", "on", "1"))
	if got := b.act("/say", form("p", "103", "c", "103", "text", "a")); got.Error != "forbidden" {
		t.Errorf("a blocker writes: %+v", got)
	}
	contains(t, b.get("/?p=103&c=103"), "đã chặn bot")
	plain := b.request(http.MethodPost, "/say", form("p", "101", "c", "101", "text", " ").Encode())
	plain.Header.Del("Accept")
	if res := b.do(plain); res.Code != http.StatusSeeOther || res.Header().Get("Location") != "/?p=101&c=101&err=invalid" {
		t.Errorf("without a script: %d %s", res.Code, res.Header())
	}
}

func itoa(n int) string { return string(jsonOf(n)) }

func jsonOf(v any) []byte {
	raw, err := json.Marshal(v)
	if err != nil {
		return nil
	}
	return raw
}

func TestPagePress(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	b.say(an, an, "/start")
	b.ok("sendMessage", `{"chat_id":103,"text":"thẻ","reply_markup":{"inline_keyboard":[[{"text":"Ghi","callback_data":"g"}]]}}`)
	seen := b.updates(`{"offset":-1}`)[0].ID
	done := make(chan struct{})
	go func() {
		defer close(done)
		for _, u := range b.updates(fmt.Sprintf(`{"offset":%d,"timeout":50}`, seen+1)) {
			b.ok("answerCallbackQuery", `{"callback_query_id":"`+u.Callback.ID+`","text":"Đã ghi"}`)
		}
	}()
	got := b.act("/press", form("p", "103", "c", "103", "m", itoa(lastOf(t, b.world, an).ID), "b", "g"))
	if got.Result["text"] != "Đã ghi" || got.Result["alert"] != false {
		t.Errorf("press: %+v", got)
	}
	receive(t, done)
}

func TestPageFiles(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	var body bytes.Buffer
	parts := multipart.NewWriter(&body)
	for name, data := range map[string][]byte{"a.png": picture(t), "evil.html": []byte("<script>alert(1)</script>")} {
		w, err := parts.CreateFormFile("files", name)
		if err != nil {
			t.Fatal(err)
		}
		_, _ = w.Write(data)
	}
	_ = parts.WriteField("p", "103")
	_ = parts.WriteField("c", "103")
	_ = parts.WriteField("text", "hai tệp")
	_ = parts.Close()
	r := b.request(http.MethodPost, "/say", body.String())
	r.Header.Set("Content-Type", parts.FormDataContentType())
	if res := b.do(r); res.Code != http.StatusOK {
		t.Fatalf("%d %s", res.Code, res.Body)
	}
	all := b.Messages(an)
	if len(all) != 2 || all[0].Photo == nil || all[0].Text != "hai tệp" || all[1].Document == nil {
		t.Fatalf("messages %v", all)
	}
	image := b.do(b.request(http.MethodGet, "/file/"+all[0].Photo.ID, ""))
	if image.Header().Get("Content-Type") != "image/png" {
		t.Errorf("photo served as %s", image.Header())
	}
	evil := b.do(b.request(http.MethodGet, "/file/"+all[1].Document.ID, ""))
	if h := evil.Header(); h.Get("Content-Type") != "application/octet-stream" || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment") || h.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("a page among the files would run: %v", h)
	}
	contains(t, b.get("/?p=103&c=103"), `src="file/`+all[0].Photo.ID, "evil.html")
}

func TestPageClock(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	tests := []struct {
		form url.Values
		err  string
		want string
	}{
		{form("jump", "hour"), "", "24/02/2027 09:00"},
		{form("jump", "day"), "", "25/02/2027 09:00"},
		{form("jump", "morning"), "", "26/02/2027 08:00"},
		{form("jump", "0"), "", "27/02/2027 08:00"},
		{form("to", "tới 28/02/2027 17:30"), "", "28/02/2027 17:30"},
		{form("to", "20/02/2027"), "past", "28/02/2027 17:30"},
		{form("to", "hôm nào đó"), "moment", "28/02/2027 17:30"},
		{form("jump", "7"), "moment", "28/02/2027 17:30"},
	}
	zone := time.FixedZone("", 7*60*60)
	for _, tt := range tests {
		got := b.act("/clock", tt.form)
		if now := b.clock.Now().In(zone).Format("02/01/2006 15:04"); got.Error != tt.err || now != tt.want {
			t.Errorf("clock %v: %+v, now %s, want %s", tt.form, got, now, tt.want)
		}
	}
}

func TestPageAdds(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	got := b.act("/person", form("name", "  Người   Mới ", "note", "khách"))
	people := b.People()
	if added := people[len(people)-1]; added.FirstName != "Người Mới" || added.Note != "khách" || got.Go != "/?p=7000000001&c=7000000001" {
		t.Errorf("person %+v, %+v", added, got)
	}
	if got := b.act("/person", form("name", " ")); got.Error != "invalid" {
		t.Errorf("a person without a name: %+v", got)
	}
	b.act("/group", form("p", "103", "title", "Tổ mới", "member", "101", "member", "105", "privacy", "1"))
	groups := b.Groups()
	added := groups[len(groups)-1]
	if added.Title != "Tổ mới" || len(added.Members) != 3 || !added.HasBot || !added.Privacy {
		t.Fatalf("group %+v", added)
	}
	chat := jsonOf(added.ID)
	b.act("/bot", form("p", "103", "c", string(chat), "do", "remove"))
	b.act("/member", form("p", "105", "c", string(chat)))
	if g := b.Groups(); g[1].HasBot || len(g[1].Members) != 2 {
		t.Errorf("group %+v", g[1])
	}
	b.act("/bot", form("p", "103", "c", string(chat), "do", "add"))
	if got := b.act("/bot", form("p", "103", "c", string(chat), "do", "migrate")); !strings.HasPrefix(got.Go, "/?p=103&c=-1") {
		t.Errorf("migrate: %+v", got)
	}
	contains(t, b.get("/?p=103&c=103"), "Tổ mới")
}

func TestPageGuards(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	tests := map[string]struct {
		change func(*http.Request)
		want   int
	}{
		"same origin":    {func(*http.Request) {}, http.StatusOK},
		"localhost":      {func(r *http.Request) { r.Host = "localhost:8080"; r.Header.Set("Origin", "http://localhost:8080") }, http.StatusOK},
		"IPv6":           {func(r *http.Request) { r.Host = "[::1]:8080"; r.Header.Set("Origin", "http://[::1]:8080") }, http.StatusOK},
		"rebound name":   {func(r *http.Request) { r.Host = "evil.example:8080" }, http.StatusForbidden},
		"cross site":     {func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "cross-site") }, http.StatusForbidden},
		"other port":     {func(r *http.Request) { r.Header.Set("Sec-Fetch-Site", "same-site") }, http.StatusForbidden},
		"foreign origin": {func(r *http.Request) { r.Header.Del("Sec-Fetch-Site"); r.Header.Set("Origin", "https://evil.example") }, http.StatusForbidden},
		"null origin":    {func(r *http.Request) { r.Header.Del("Sec-Fetch-Site"); r.Header.Set("Origin", "null") }, http.StatusForbidden},
	}
	for name, tt := range tests {
		t.Run(name, func(t *testing.T) {
			r := b.request(http.MethodPost, "/say", form("p", "103", "c", "103", "text", "a").Encode())
			tt.change(r)
			if res := b.do(r); res.Code != tt.want {
				t.Errorf("status %d, want %d", res.Code, tt.want)
			}
		})
	}
	res := b.do(b.request(http.MethodGet, "/", ""))
	if policy := res.Header().Get("Content-Security-Policy"); !strings.Contains(policy, "default-src 'none'; script-src 'self'") || !strings.Contains(policy, "frame-ancestors 'none'") {
		t.Errorf("policy %q", policy)
	}
	if res := b.do(b.request(http.MethodGet, "/say", "")); res.Code != http.StatusMethodNotAllowed {
		t.Errorf("GET /say: %d", res.Code)
	}
	for _, path := range []string{"/page.css", "/page.js"} {
		if len(b.get(path)) < 1000 {
			t.Errorf("%s is empty", path)
		}
	}
}

func TestPageEvents(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	h := httptest.NewServer(b.page)
	defer h.Close()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, h.URL+"/events", nil)
	if err != nil {
		t.Fatal(err)
	}
	res, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = res.Body.Close() }()
	lines := bufio.NewScanner(res.Body)
	next := func() string {
		for lines.Scan() {
			if text, ok := strings.CutPrefix(lines.Text(), "data: "); ok {
				return text
			}
		}
		return ""
	}
	first := next()
	b.say(an, an, "a")
	if second := next(); first == "" || second == "" || first == second {
		t.Errorf("events %q, %q", first, second)
	}
	b.Close()
	if _, err := io.ReadAll(res.Body); err != nil {
		t.Errorf("the stream's end: %v", err)
	}
}
