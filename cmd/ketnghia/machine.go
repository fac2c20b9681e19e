package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"reflect"
	"time"

	"ketnghia/bot"
)

// admit lets the operator's other commands work in this process until stop. A bot that can't be reached by them still
// serves its people; why is in the log and in what doctor says.
func (m *machine) admit(ctx context.Context) (stop func()) {
	m.began = m.wall()
	if !controlSupported || m.o.data == "" {
		return func() {}
	}
	h := &host{app: m.app, books: m.books, machine: m, log: m.o.log}
	if err := openHost(ctx, h, m.o.data); err != nil {
		m.o.log.ErrorContext(ctx, "control socket not opened", slog.Any("error", err))
		return func() {}
	}
	return h.close
}

// wall is the time of the machine, which a sandbox doesn't move.
func (m *machine) wall() time.Time {
	if m.o.steady != nil {
		return m.o.steady()
	}
	return m.o.now()
}

// changed has the running bot notice what a command has done: units that messages can name, messages to send.
func (m *machine) changed(ctx context.Context) error {
	defer m.bot.Wake()
	m.learning.Lock()
	defer m.learning.Unlock()
	units, err := m.books.units(ctx, m.o.now())
	if err != nil || reflect.DeepEqual(units, m.units) {
		return err
	}
	m.o.reader.SetUnits(units)
	m.units = units
	return nil
}

// links returns the running bot, which makes the links of invitations, once it knows its own name.
func (m *machine) links(ctx context.Context) (linker, error) {
	if m.bot.Username() == "" {
		if err := m.bot.Check(ctx); err != nil && !errors.Is(err, bot.ErrWebhook) {
			return nil, fmt.Errorf("invite: %w", err)
		}
	}
	return m.bot, nil
}
