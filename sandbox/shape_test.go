package sandbox

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// TestUpdateShapes checks that what the server sends has the shape that the Bot API's specification gives.
func TestUpdateShapes(t *testing.T) {
	t.Parallel()
	s, err := New(Options{Token: "1:A", Now: func() time.Time { return time.Unix(1_800_000_000, 0) }})
	if err != nil {
		t.Fatal(err)
	}
	s.queue.allowed = []string{"message", "edited_message", "callback_query", "my_chat_member", "chat_member"}
	s.AddPerson(Person{ID: 5, FirstName: "A", LastName: "B", Username: "abcd", Lang: "vi"})
	s.AddPerson(Person{ID: 6, FirstName: "C"})
	s.AddGroup(Group{ID: -5, Title: "N", Members: []int64{5}, BotAdmin: true})
	m, err := s.Say(5, 5, "/start https://x.vn @abcd #a")
	must(t, err)
	must(t, s.Edit(5, 5, m.ID, "b"))
	_, err = s.SendFiles(5, 5, "c", File{Name: "a.jpg", Data: []byte("x"), Photo: true}, File{Name: "b.jpg", Data: []byte("y"), Photo: true})
	must(t, err)
	_, err = s.SendFiles(5, 5, "", File{Name: "a.docx", Data: []byte("x")})
	must(t, err)
	s.mu.Lock()
	c := s.chats[5]
	sent := s.add(c, &message{
		from: s.botID, text: "x", replyTo: m.ID, forward: &origin{user: 5, date: time.Unix(1, 0)},
		markup: json.RawMessage(`{"inline_keyboard":[[{"text":"a","callback_data":"b"}]]}`), buttons: [][]Button{{{Text: "a", Data: "b"}}},
	})
	s.mu.Unlock()
	_, err = s.Press(5, 5, sent.id, "b")
	must(t, err)
	s.Block(5, true)
	must(t, s.AddBotTo(-5))
	must(t, s.Join(6, -5))
	must(t, s.Leave(6, -5))
	must(t, s.Migrate(-5, -6))
	must(t, s.RemoveBotFrom(-6))

	kinds := map[string]bool{}
	for _, u := range s.queue.waiting {
		var object map[string]any
		must(t, json.Unmarshal(u.raw, &object))
		for kind := range object {
			kinds[kind] = true
		}
		if problem := s.spec.checkObject("update", []string{"Update"}, object); problem != "" {
			t.Errorf("%s\n%s", problem, u.raw)
		}
	}
	if len(kinds) != 6 { // the five kinds and update_id
		t.Errorf("kinds %v", kinds)
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// TestMethodsAndSpecification checks that each served method has its shape and the other way round.
func TestMethodsAndSpecification(t *testing.T) {
	t.Parallel()
	sp, err := loadSpec()
	must(t, err)
	for name := range methodTable() {
		if sp.lower[name] == nil {
			t.Errorf("method %s has no shape", name)
		}
	}
	for name := range sp.Methods {
		if methodTable()[strings.ToLower(name)] == nil {
			t.Errorf("method %s isn't served", name)
		}
	}
}

// FuzzReadParams checks that no body makes the server panic.
func FuzzReadParams(f *testing.F) {
	f.Add("sendmessage", `{"chat_id":5,"text":"a","reply_markup":{"inline_keyboard":[[{"text":"x","callback_data":"y"}]]}}`)
	f.Add("sendmediagroup", `{"chat_id":5,"media":[{"type":"photo","media":"x"},{"type":"photo","media":"y"}]}`)
	f.Add("getupdates", `{"offset":-99999999999999,"limit":0,"allowed_updates":[]}`)
	f.Add("setmessagereaction", `{"chat_id":5,"message_id":1,"reaction":[{"type":"emoji","emoji":"x"}]}`)
	f.Fuzz(func(t *testing.T, name, body string) {
		s, err := New(Options{Token: "1:A", Now: func() time.Time { return time.Unix(1_800_000_000, 0) }})
		must(t, err)
		s.AddPerson(Person{ID: 5, FirstName: "A"})
		_, err = s.Say(5, 5, "a")
		must(t, err)
		p := params{values: map[string]string{}, files: map[string]upload{}}
		run := s.methods[name]
		if run == nil || p.readJSON([]byte(body)) != nil || s.spec.check(name, p) != nil || p.get("timeout") != "" {
			return
		}
		_, _ = run(s, &call{ctx: t.Context(), method: name, p: p})
		s.Close()
	})
}
