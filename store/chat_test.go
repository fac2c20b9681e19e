package store

import (
	"encoding/json"
	"errors"
	"testing"
	"time"

	"ketnghia/twinning"
)

func TestDraftsComeAndGo(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, func(tx *Tx) error {
		var failed []error
		for _, d := range []twinning.Draft{
			{Author: 1, Chat: -5, MediaGroup: "a"},
			{Author: 1, Chat: -5},
			{Author: 2, Chat: -5, MediaGroup: "b"},
			{Author: 1, Chat: -6, MediaGroup: "a"},
			{ID: 3, Author: 1, Chat: -5, MediaGroup: "c"},
		} {
			_, err := tx.PutDraft(d)
			failed = append(failed, err)
		}
		return errors.Join(append(failed, tx.DeleteDraft(2), tx.DeleteDraft(77))...)
	})
	view(t, s, func(v *View) error {
		for person, want := range map[twinning.PersonID][]twinning.DraftID{1: {4, 3, 1}, 2: nil} {
			drafts, err := v.DraftsOf(person)
			var got []twinning.DraftID
			for _, d := range drafts {
				got = append(got, d.ID)
			}
			same(t, "DraftsOf", want, got, err)
		}
		for album, want := range map[string]twinning.DraftID{"a": 1, "b": 0, "c": 3, "": 0} {
			d, err := v.DraftByAlbum(-5, album)
			if d.ID != want || (want == 0) != errors.Is(err, twinning.ErrNotFound) {
				t.Errorf("album %q is draft %d (%v), want %d", album, d.ID, err, want)
			}
		}
		_, err := v.Draft(2)
		missing(t, "a deleted draft", err)
		return nil
	})
}

func TestConversationEndsInTime(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, func(tx *Tx) error {
		return errors.Join(
			tx.PutConversation(Conversation{Chat: 1, Person: 1, Kind: "old", Expires: noon.Add(-time.Second)}),
			tx.PutConversation(Conversation{
				Chat: 1, Person: 1, Kind: "ask", Data: json.RawMessage(`{"a":1}`), Expires: noon.Add(time.Hour),
			}),
			tx.PutConversation(Conversation{Chat: 1, Person: 2, Kind: "for ever"}),
			tx.PutConversation(Conversation{Chat: 1, Person: 3, Kind: "gone"}),
			tx.DeleteConversation(1, 3), tx.DeleteConversation(1, 99),
		)
	})
	tests := map[string]struct {
		person twinning.PersonID
		at     time.Time
		want   string
	}{
		"waited for":          {1, noon, "ask"},
		"up to its end":       {1, noon.Add(time.Hour - 1), "ask"},
		"at its end":          {1, noon.Add(time.Hour), ""},
		"without an end":      {2, noon.AddDate(50, 0, 0), "for ever"},
		"deleted":             {3, noon, ""},
		"of nobody in a chat": {4, noon, ""},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			err := s.View(t.Context(), test.at, func(v *View) error {
				c, err := v.Conversation(1, test.person)
				if c.Kind != test.want || (test.want == "") != errors.Is(err, twinning.ErrNotFound) {
					t.Errorf("waits for %q (%v), want %q", c.Kind, err, test.want)
				}
				return nil
			})
			if err != nil {
				t.Error(err)
			}
		})
	}
}

func TestMessagesSpeakOfOneSubject(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, func(tx *Tx) error {
		return errors.Join(
			tx.LinkMessage("draft/12", 7, 100), tx.LinkMessage("draft/12", -7, 101), tx.LinkMessage("draft/12", 7, 99),
			tx.LinkMessage("draft/1", 7, 102), tx.LinkMessage("activity/5", 7, 100),
			tx.UnlinkMessage(7, 102), tx.UnlinkMessage(7, 555),
		)
	})
	view(t, s, func(v *View) error {
		for subject, want := range map[string][]MessageRef{
			"draft/12": {{-7, 101}, {7, 99}}, "activity/5": {{7, 100}}, "draft/1": nil, "draft": nil,
		} {
			refs, err := v.MessagesOf(subject)
			same(t, "MessagesOf "+subject, want, refs, err)
		}
		subject, err := v.SubjectOf(7, 100)
		same(t, "SubjectOf", "activity/5", subject, err)
		_, err = v.SubjectOf(7, 102)
		missing(t, "an unlinked message", err)
		return nil
	})
}

// oldChat puts everything that can belong to a chat into chat -5, and something of other chats beside it.
func oldChat(tx *Tx) error {
	queue := func(cause string, chat twinning.ChatID) error {
		_, err := tx.Queue(OutRow{Cause: cause, Chat: chat, Op: OpSend})
		return err
	}
	_, draft := tx.PutDraft(twinning.Draft{Author: 1, Chat: -5, MediaGroup: "a"})
	_, other := tx.PutDraft(twinning.Draft{Author: 1, Chat: 6})
	return errors.Join(
		draft, other,
		tx.PutGroup(twinning.Group{Chat: -5, Title: "Tổ công tác", Unit: "ASYT"}),
		tx.PutConversation(Conversation{Chat: -5, Person: 1, Kind: "moves", Expires: noon.Add(time.Hour)}),
		tx.PutConversation(Conversation{Chat: -5, Person: 2, Kind: "old"}),
		tx.PutConversation(Conversation{Chat: -100, Person: 2, Kind: "new"}),
		tx.LinkMessage("draft/1", -5, 10), tx.LinkMessage("draft/2", -5, 11), tx.LinkMessage("draft/3", -100, 11),
		queue("pending", -5), queue("sending", -5), queue("sent", -5), queue("failed", -5), queue("other", 6),
		tx.PutOutRow(OutRow{Seq: 2, Chat: -5, State: OutSending, EditID: 9, ReplyTo: 8}),
		tx.PutOutRow(OutRow{Seq: 3, Chat: -5, State: OutSent}),
		tx.PutOutRow(OutRow{Seq: 4, Chat: -5, State: OutFailed}),
	)
}

func TestMigrateMovesAChat(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, oldChat)
	update(t, s, func(tx *Tx) error {
		return errors.Join(tx.Migrate(-5, -100), tx.Migrate(-100, -100), tx.Migrate(-77, -78))
	})
	view(t, s, func(v *View) error {
		groups, err := v.Groups()
		same(t, "Groups", []twinning.Group{{Chat: -100, Title: "Tổ công tác", Unit: "ASYT"}}, groups, err)
		d, err := v.DraftByAlbum(-100, "a")
		same(t, "the draft's chat", twinning.ChatID(-100), d.Chat, err)
		_, err = v.DraftByAlbum(-5, "a")
		missing(t, "the album in the old chat", err)
		other, err := v.Draft(2)
		same(t, "another chat's draft", twinning.ChatID(6), other.Chat, err)
		for person, want := range map[twinning.PersonID]string{1: "moves", 2: "new"} {
			c, err := v.Conversation(-100, person)
			same(t, "the conversation", want, c.Kind, err)
			_, err = v.Conversation(-5, person)
			missing(t, "the conversation in the old chat", err)
		}
		subject, err := v.SubjectOf(-100, 11)
		same(t, "what a message of the new chat speaks of", "draft/3", subject, err)
		_, err = v.SubjectOf(-100, 10)
		missing(t, "an old message's number in the new chat", err)
		_, err = v.SubjectOf(-5, 10)
		missing(t, "the message in the old chat", err)
		edit, err := v.OutRow(2)
		same(t, "the old message that a row would edit", 0, edit.EditID+edit.ReplyTo, err)
		for seq, want := range map[uint64]twinning.ChatID{1: -100, 2: -100, 3: -5, 4: -100, 5: 6} {
			row, err := v.OutRow(seq)
			same(t, "the chat of row "+row.Cause, want, row.Chat, err)
		}
		return nil
	})
}

func TestMigrateKeepsTheNewGroup(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, func(tx *Tx) error {
		return errors.Join(
			tx.PutGroup(twinning.Group{Chat: -5, Title: "old"}), tx.PutGroup(twinning.Group{Chat: -100, Title: "new"}),
			tx.Migrate(-5, -100), tx.PutGroup(twinning.Group{Chat: -6}), tx.DeleteGroup(-6), tx.DeleteGroup(-7),
		)
	})
	view(t, s, func(v *View) error {
		groups, err := v.Groups()
		same(t, "Groups", []twinning.Group{{Chat: -100, Title: "new"}}, groups, err)
		_, err = v.Group(-5)
		missing(t, "the old group", err)
		return nil
	})
}

func TestSayings(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	causes := []string{"remind|needs|W1|2027|-7|person 1", "remind|needs|W1|2027|-7|person 2", "remind|needs|W10", "digest|1"}
	update(t, s, func(tx *Tx) error {
		return errors.Join(tx.MarkSaid(causes[0]), tx.MarkSaid(causes[2]), tx.MarkSaid(causes[3]))
	})
	updateAt(t, s, noon.Add(time.Hour), func(tx *Tx) error {
		return errors.Join(tx.MarkSaid(causes[1]), tx.MarkSaid(causes[3]))
	})
	view(t, s, func(v *View) error {
		at, said, err := v.Said(causes[3])
		same(t, "the last time", []any{noon.Add(time.Hour), true}, []any{at, said}, err)
		_, said, err = v.Said("remind|needs|W1")
		same(t, "a beginning alone", false, said, err)
		list, err := v.SaidWithPrefix("remind|needs|W1|")
		same(t, "SaidWithPrefix", []Saying{{causes[0], noon}, {causes[1], noon.Add(time.Hour)}}, list, err)
		list, err = v.SaidWithPrefix("")
		if len(list) != 4 {
			t.Errorf("%d sayings, want 4", len(list))
		}
		return err
	})
}

func TestAuditIsReadInOrder(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	for i, object := range []string{"activity/5", "activity/50", "", "activity/5"} {
		updateAt(t, s, noon.Add(time.Duration(i)*time.Minute), func(tx *Tx) error {
			return tx.Audit(AuditEntry{Seq: 77, At: noon.AddDate(-1, 0, 0), Action: "test", Object: object})
		})
	}
	view(t, s, func(v *View) error {
		want := []AuditEntry{
			{Seq: 2, At: noon.Add(time.Minute), Action: "test", Object: "activity/50"},
			{Seq: 3, At: noon.Add(2 * time.Minute), Action: "test"},
		}
		log, err := v.AuditLog(1, 2)
		for i := range log {
			log[i].Chain = "" // TestAuditChainIsWhatTheCommentSays looks at it
		}
		same(t, "AuditLog", want, log, err)
		log, err = v.AuditLog(4, 0)
		same(t, "AuditLog after the last", []AuditEntry{}, log, err)
		log, err = v.AuditOf("activity/5")
		if err != nil || len(log) != 2 || log[0].Seq != 1 || log[1].Seq != 4 {
			t.Errorf("AuditOf: %+v (%v), want entries 1 and 4", log, err)
		}
		return nil
	})
}

func TestAttempts(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	update(t, s, func(tx *Tx) error {
		return errors.Join(tx.PutAttempts(1, 3, noon), tx.PutAttempts(2, 1, noon), tx.PutAttempts(2, 0, noon))
	})
	for chat, want := range map[twinning.ChatID]int{1: 3, 2: 0, 3: 0} {
		view(t, s, func(v *View) error {
			n, since, err := v.Attempts(chat)
			if n != want || since.IsZero() != (want == 0) {
				t.Errorf("chat %d tried %d times since %v, want %d", chat, n, since, want)
			}
			return err
		})
	}
}

func TestPruneStopsAtItsLimitAndFinishes(t *testing.T) {
	t.Parallel()
	s := newStore(t)
	old := noon.AddDate(0, 0, -40)
	updateAt(t, s, old, func(tx *Tx) error {
		_, queued := tx.Queue(OutRow{Cause: "update 1/0"})
		return errors.Join(
			tx.Receive([]Update{{ID: 1, Raw: json.RawMessage("{}")}, {ID: 2, Raw: json.RawMessage("{}")}}, 3), queued,
			tx.PutOutRow(OutRow{Seq: 1, State: OutSent}),
			tx.PutConversation(Conversation{Chat: 1, Person: 1, Expires: old}),
			tx.PutConversation(Conversation{Chat: 1, Person: 2, Expires: noon}),
			tx.PutConversation(Conversation{Chat: 1, Person: 3, Kind: "replaced", Expires: old}),
			tx.PutConversation(Conversation{Chat: 1, Person: 3}),
			tx.PutAttempts(1, 1, old), tx.PutAttempts(2, 1, noon),
		)
	})
	var removed []int
	for n := 2; n == 2; removed = append(removed, n) {
		update(t, s, func(tx *Tx) (err error) { n, err = tx.Prune(noon.AddDate(0, 0, -30), 2); return err })
	}
	same(t, "what each call removed", []int{2, 2, 1}, removed, nil)
	update(t, s, func(tx *Tx) error {
		queued, err := tx.Queue(OutRow{Cause: "update 1/0"})
		if !queued {
			t.Error("the cause of a pruned row is still known")
		}
		n, _, kept := tx.Attempts(2)
		_, waits := tx.Conversation(1, 3)
		same(t, "attempts that are young", 1, n, kept)
		same(t, "a conversation without an end", nil, nil, waits)
		waiting, unhandled := tx.Waiting(0)
		same(t, "updates that nobody handled", 2, len(waiting), unhandled)
		return err
	})
	left := dump(t, snapshot(t, s))
	if left[string(keyOf(kindConversation).int(1).num(2))] == "" || left[string(keyOf(kindConversation).int(1).num(1))] != "" {
		t.Error("Prune took the wrong conversation")
	}
}
