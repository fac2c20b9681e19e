package store

import (
	"fmt"

	"ketnghia/store/engine"
	"ketnghia/twinning"
)

// MessageRef names a message of Telegram: its id counts within the chat.
type MessageRef struct {
	Chat twinning.ChatID
	ID   int
}

func messageKey(chat twinning.ChatID, message int) key {
	return keyOf(kindMessage).int(int64(chat)).int(int64(message))
}

func subjectKey(subject string) key { return keyOf(kindMessageSubject).text(subject) }

// SubjectOf returns what a message of the bot speaks of: "draft/12", "activity/5", "filing/3".
func (v *View) SubjectOf(chat twinning.ChatID, message int) (string, error) {
	subject, err := get[string](v, messageKey(chat, message))
	if err != nil {
		return "", fmt.Errorf("message %d/%d: %w", chat, message, err)
	}
	return subject, nil
}

// MessagesOf returns the messages that speak of the subject, by chat and message id.
func (v *View) MessagesOf(subject string) ([]MessageRef, error) {
	var refs []MessageRef
	err := v.each(under(subjectKey(subject)), func(p engine.Pair) (bool, error) {
		k := partsOf(p.Key)
		k.text()
		refs = append(refs, MessageRef{Chat: twinning.ChatID(k.int()), ID: int(k.int())})
		return false, k.done()
	})
	if err != nil {
		return nil, fmt.Errorf("messages of %s: %w", subject, err)
	}
	return refs, nil
}

// LinkMessage keeps that the message speaks of the subject, and of nothing else from now on.
func (tx *Tx) LinkMessage(subject string, chat twinning.ChatID, message int) error {
	if subject == "" {
		return required("subject")
	}
	if err := tx.UnlinkMessage(chat, message); err != nil {
		return err
	}
	if err := tx.reindex(nil, messageIndex(subject, chat, message)); err != nil {
		return fmt.Errorf("message %d/%d: %w", chat, message, err)
	}
	return nil
}

// UnlinkMessage forgets what the message speaks of; if that is unknown it is no error.
func (tx *Tx) UnlinkMessage(chat twinning.ChatID, message int) error {
	subject, err := tx.SubjectOf(chat, message)
	if found, err := absent(err); !found {
		return err
	}
	if err := tx.reindex(messageIndex(subject, chat, message), nil); err != nil {
		return fmt.Errorf("message %d/%d: %w", chat, message, err)
	}
	return nil
}

// messageIndex returns the two keys of a link.
func messageIndex(subject string, chat twinning.ChatID, message int) index {
	x := index{}
	x.add(messageKey(chat, message), subject)
	x.add(subjectKey(subject).int(int64(chat)).int(int64(message)), nothing())
	return x
}
