package store

import (
	"encoding/json"
	"fmt"
	"time"

	"ketnghia/twinning"
)

// Conversation is what the bot waits for from a person in a chat: at most one thing at a time.
type Conversation struct {
	Chat   twinning.ChatID   `json:"chat"`
	Person twinning.PersonID `json:"person"`
	// Kind and Data belong to the bot.
	Kind string          `json:"kind"`
	Data json.RawMessage `json:"data,omitempty"`
	// Expires is the first moment at which the bot no longer waits; the zero time means never.
	Expires time.Time `json:"expires,omitzero"`
}

func conversationKey(chat twinning.ChatID, person twinning.PersonID) key {
	return keyOf(kindConversation).int(int64(chat)).num(uint64(person))
}

// Conversation returns what the bot waits for; twinning.ErrNotFound when for nothing, or no longer at Now.
func (v *View) Conversation(chat twinning.ChatID, person twinning.PersonID) (Conversation, error) {
	c, err := get[Conversation](v, conversationKey(chat, person))
	if err == nil && !c.Expires.IsZero() && !c.Expires.After(v.now) {
		err = twinning.ErrNotFound
	}
	if err != nil {
		return Conversation{}, fmt.Errorf("conversation %d/%d: %w", chat, person, err)
	}
	return c, nil
}

// PutConversation stores what the bot waits for, in place of what it waited for from the person in the chat before.
func (tx *Tx) PutConversation(c Conversation) error {
	if err := tx.DeleteConversation(c.Chat, c.Person); err != nil {
		return err
	}
	if err := tx.reindex(nil, conversationIndex(c)); err != nil {
		return fmt.Errorf("conversation %d/%d: %w", c.Chat, c.Person, err)
	}
	if err := tx.put(conversationKey(c.Chat, c.Person), c); err != nil {
		return fmt.Errorf("conversation %d/%d: %w", c.Chat, c.Person, err)
	}
	return nil
}

// DeleteConversation stops waiting; when the bot waits for nothing it is no error.
func (tx *Tx) DeleteConversation(chat twinning.ChatID, person twinning.PersonID) error {
	k := conversationKey(chat, person)
	c, err := get[Conversation](&tx.View, k)
	if found, err := absent(err); !found {
		return err
	}
	if err := tx.reindex(conversationIndex(c), nil); err != nil {
		return fmt.Errorf("conversation %d/%d: %w", chat, person, err)
	}
	if err := tx.w.Delete(k); err != nil {
		return fmt.Errorf("conversation %d/%d: %w", chat, person, err)
	}
	return nil
}

// conversationIndex returns the index keys of a conversation, none for one that never expires.
func conversationIndex(c Conversation) index {
	x := index{}
	if !c.Expires.IsZero() {
		k := keyOf(kindConversationEnds).int(c.Expires.Unix()).int(int64(c.Chat)).num(uint64(c.Person))
		x.add(k, nothing())
	}
	return x
}
