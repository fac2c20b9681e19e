package store

import (
	"fmt"
	"slices"

	"ketnghia/store/engine"
	"ketnghia/twinning"
)

func requestKey(id twinning.RequestID) key { return numberKey(kindRequest, uint64(id)) }

func openRequestKey(chat twinning.ChatID) key { return keyOf(kindRequestOpen).int(int64(chat)) }

// Request returns the request of that id, open or decided.
func (v *View) Request(id twinning.RequestID) (twinning.EntryRequest, error) {
	r, err := get[twinning.EntryRequest](v, requestKey(id))
	if err != nil {
		return r, fmt.Errorf("request %d: %w", id, err)
	}
	return r, nil
}

// RequestByTelegram returns the open request of a Telegram user.
func (v *View) RequestByTelegram(chat twinning.ChatID) (twinning.EntryRequest, error) {
	id, err := get[twinning.RequestID](v, openRequestKey(chat))
	if err != nil {
		return twinning.EntryRequest{}, fmt.Errorf("request of chat %d: %w", chat, err)
	}
	return v.Request(id)
}

// OpenRequests returns the requests that nobody has decided, by id.
func (v *View) OpenRequests() ([]twinning.EntryRequest, error) {
	var ids []uint64
	err := v.each(under(keyOf(kindRequestOpen)), func(p engine.Pair) (bool, error) {
		id, err := decode[uint64](p.Key, p.Value)
		ids = append(ids, id)
		return false, err
	})
	if err != nil {
		return nil, fmt.Errorf("open requests: %w", err)
	}
	slices.Sort(ids)
	return resolve(ids, v.Request)
}

// PutRequest stores the request and returns its id, a new one when it is 0. A second open request of one Telegram user
// is twinning.ErrConflict.
func (tx *Tx) PutRequest(r twinning.EntryRequest) (twinning.RequestID, error) {
	id, err := tx.number(kindRequest, uint64(r.ID))
	if err != nil {
		return 0, fmt.Errorf("request: %w", err)
	}
	r.ID = twinning.RequestID(id)
	if err := tx.putRequest(r); err != nil {
		return 0, fmt.Errorf("request %d: %w", id, err)
	}
	return r.ID, nil
}

func (tx *Tx) putRequest(r twinning.EntryRequest) error {
	was, err := get[twinning.EntryRequest](&tx.View, requestKey(r.ID))
	if _, err := absent(err); err != nil {
		return err
	}
	holder, err := get[twinning.RequestID](&tx.View, openRequestKey(r.Telegram))
	found, err := absent(err)
	if err != nil {
		return err
	}
	if found && holder != r.ID && r.Decided.IsZero() {
		return fmt.Errorf("request %d of chat %d is open: %w", holder, r.Telegram, twinning.ErrConflict)
	}
	if err := tx.reindex(requestIndex(was), requestIndex(r)); err != nil {
		return err
	}
	return tx.put(requestKey(r.ID), r)
}

// requestIndex returns the index keys of a request, none for a decided one or the zero request.
func requestIndex(r twinning.EntryRequest) index {
	x := index{}
	if r.ID != 0 && r.Decided.IsZero() {
		x.add(openRequestKey(r.Telegram), r.ID)
	}
	return x
}
