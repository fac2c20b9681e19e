package store

import (
	"fmt"

	"ketnghia/store/engine"
	"ketnghia/twinning"
)

// Migrate gives everything of a chat the id that Telegram gave it when the group became a supergroup
// (migrate_to_chat_id): the group, drafts, conversations and the rows of the outbox that are not sent. What the chat
// already has under its new id stays. A supergroup numbers its messages anew, so links of messages are dropped, and
// rows that would edit or answer an old message become messages of their own. Logged activities, filings and the audit
// keep the id under which they happened.
func (tx *Tx) Migrate(from, to twinning.ChatID) error {
	if from == to {
		return nil
	}
	for _, move := range []func(from, to twinning.ChatID) error{
		tx.migrateGroup, tx.migrateDrafts, tx.migrateConversations, tx.dropMessages, tx.migrateOutbox,
	} {
		if err := move(from, to); err != nil {
			return fmt.Errorf("migrate chat %d to %d: %w", from, to, err)
		}
	}
	return nil
}

func (tx *Tx) migrateGroup(from, to twinning.ChatID) error {
	g, err := tx.Group(from)
	if found, err := absent(err); !found {
		return err
	}
	if err := tx.DeleteGroup(from); err != nil {
		return err
	}
	_, err = tx.Group(to)
	if found, err := absent(err); found || err != nil {
		return err
	}
	g.Chat = to
	return tx.PutGroup(g)
}

func (tx *Tx) migrateDrafts(from, to twinning.ChatID) error {
	drafts, err := list[twinning.Draft](&tx.View, under(keyOf(kindDraft)), 0)
	if err != nil {
		return err
	}
	for _, d := range drafts {
		if d.Chat != from {
			continue
		}
		d.Chat = to
		if _, err := tx.PutDraft(d); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) migrateConversations(from, to twinning.ChatID) error {
	conversations, err := list[Conversation](&tx.View, under(keyOf(kindConversation).int(int64(from))), 0)
	if err != nil {
		return err
	}
	for _, c := range conversations {
		if err := tx.DeleteConversation(from, c.Person); err != nil {
			return err
		}
		_, err := tx.Conversation(to, c.Person)
		found, err := absent(err)
		if err != nil {
			return err
		}
		if found {
			continue
		}
		c.Chat = to
		if err := tx.PutConversation(c); err != nil {
			return err
		}
	}
	return nil
}

func (tx *Tx) dropMessages(from, _ twinning.ChatID) error {
	return tx.each(under(keyOf(kindMessage).int(int64(from))), func(p engine.Pair) (bool, error) {
		k := partsOf(p.Key)
		k.int()
		message := int(k.int())
		if err := k.done(); err != nil {
			return true, err
		}
		return false, tx.UnlinkMessage(from, message)
	})
}

func (tx *Tx) migrateOutbox(from, to twinning.ChatID) error {
	for _, s := range []OutState{OutPending, OutSending, OutFailed} {
		rows, err := tx.rowsIn(s)
		if err != nil {
			return err
		}
		for _, row := range rows {
			if row.Chat != from {
				continue
			}
			row.Chat, row.EditID, row.ReplyTo = to, 0, 0
			if err := tx.PutOutRow(row); err != nil {
				return err
			}
		}
	}
	return nil
}
