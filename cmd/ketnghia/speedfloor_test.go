package main

import (
	"context"
	"encoding/binary"
	"io"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	tg "github.com/go-telegram/bot"
	"github.com/go-telegram/bot/models"
	"go.etcd.io/bbolt"
)

// runSpeedMinimal is the least that the libraries make of a bot: the poller of go-telegram/bot, and a handler that keeps
// each message in bbolt by an Update of its own and answers it.
func runSpeedMinimal(in io.Reader, out io.Writer) error {
	db, err := bbolt.Open(filepath.Join(os.Getenv(speedDir), "minimal.db"), 0o600, nil)
	if err != nil {
		return err
	}
	defer func() { _ = db.Close() }()
	handle := func(ctx context.Context, b *tg.Bot, u *models.Update) {
		chat := int64(0)
		switch {
		case u.Message != nil:
			chat = u.Message.Chat.ID
		case u.CallbackQuery != nil:
			chat = u.CallbackQuery.From.ID
		}
		err := db.Update(func(tx *bbolt.Tx) error {
			bucket, err := tx.CreateBucketIfNotExists([]byte("messages"))
			if err != nil {
				return err
			}
			defer dawdle()
			return bucket.Put(binary.BigEndian.AppendUint64(nil, uint64(u.ID)), []byte("a message of some length, as people write them"))
		})
		if err == nil {
			_, err = b.SendMessage(ctx, &tg.SendMessageParams{ChatID: chat, Text: "Đã nhận."})
		}
		if err != nil {
			panic(err)
		}
	}
	b, err := tg.New(sandboxToken, tg.WithServerURL(os.Getenv(speedAPI)), tg.WithDefaultHandler(handle))
	if err != nil {
		return err
	}
	ctx, stop := context.WithCancel(context.Background())
	defer stop()
	go b.Start(ctx)
	return answerUsage(in, out, func() (int, error) { return 0, nil })
}

// floorTime is how long each floor is measured.
const floorTime = 2 * time.Second

// measureSync returns how often a second 4 KB can be appended to a file and brought to the disk.
func measureSync(b *testing.B) float64 {
	b.Helper()
	file, err := os.Create(filepath.Join(b.TempDir(), "floor"))
	if err != nil {
		b.Fatal(err)
	}
	defer func() { _ = file.Close() }()
	page := make([]byte, 4096)
	n, began := 0, time.Now()
	for time.Since(began) < floorTime {
		if _, err := file.Write(page); err != nil {
			b.Fatal(err)
		}
		if err := file.Sync(); err != nil {
			b.Fatal(err)
		}
		n++
	}
	return float64(n) / time.Since(began).Seconds()
}

// measureHTTP returns how many calls of sendMessage a second a plain client of net/http makes, 64 at a time.
func measureHTTP(b *testing.B, server string) float64 {
	b.Helper()
	const together = 64
	client := &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: together}}
	defer client.CloseIdleConnections()
	const body = `{"chat_id":1,"text":"a message of some length, as people write them"}`
	var n atomic.Int64
	var running sync.WaitGroup
	began := time.Now()
	for range together {
		running.Go(func() {
			for time.Since(began) < floorTime {
				resp, err := client.Post(server+"/bot/sendMessage", "application/json", strings.NewReader(body)) //nolint:noctx // the floor
				if err != nil {
					b.Error(err)
					return
				}
				_, err = io.Copy(io.Discard, resp.Body)
				_ = resp.Body.Close()
				if err != nil {
					b.Error(err)
					return
				}
				n.Add(1)
			}
		})
	}
	running.Wait()
	return float64(n.Load()) / time.Since(began).Seconds()
}
