package main

import (
	"context"
	"errors"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"time"

	"ketnghia/bot"
	"ketnghia/ledger"
	"ketnghia/programme"
	"ketnghia/store/backup"
	"ketnghia/twinning"
)

const (
	// clockOff is how far the clock may be from Telegram's.
	clockOff = time.Minute
	// roomLeast is how many bytes should be free, or as many times the database as roomTimes: a backup and an inspection
	// need its size each.
	roomLeast = 1 << 30
	roomTimes = 3
	// backupOld is how old the newest backup may be before it is told: one may fail.
	backupOld = 48 * time.Hour
	// pollSilent is how long Telegram may stay silent: a long poll takes 50 s, a webhook is asked about every minute.
	pollSilent = 3 * time.Minute
	// telegramTime bounds what is asked of Telegram.
	telegramTime = 20 * time.Second
)

// lookTelegram asks Telegram about the bot: whether it knows the token, where updates go, what time it is.
func lookTelegram(ctx context.Context, p *patient) []finding {
	talker, found := p.talker()
	if talker == nil {
		return found
	}
	ctx, cancel := context.WithTimeout(ctx, telegramTime)
	defer cancel()
	account, err := talker.Account(ctx)
	switch {
	case errors.Is(err, bot.ErrToken):
		return bad("token_unknown", nil)
	case err != nil:
		return bad("api_unreachable", nil)
	}
	found = fine("token_ok", map[string]any{"Name": "@" + account.Username})
	found = append(found, p.lookWebhook(account)...)
	found = append(found, p.lookPrivacy(ctx, account)...)
	if account.Clock.IsZero() {
		return found
	}
	off := p.wall.Sub(account.Clock)
	seconds := int(off.Abs() / time.Second)
	if off.Abs() > clockOff {
		return append(found, bad("clock_off", map[string]any{"Seconds": seconds})...)
	}
	return append(found, fine("clock_ok", nil)...)
}

// talker returns the running bot, or one of the settings; nil with a finding when there is no token.
func (p *patient) talker() (*bot.Bot, []finding) {
	if p.machine != nil {
		return p.machine.bot, nil
	}
	value := p.app.getenv("TELEGRAM_BOT_TOKEN")
	if value == "" {
		return nil, warn("token_missing", nil)
	}
	// It asks Telegram and nothing else, so it needs books only for their form.
	talker, err := bot.New(bot.Options{
		Ledger: ledger.New(nil, p.programme), Catalogue: p.app.catalogue, Token: bot.NewToken(value), APIURL: p.cmd.APIURL,
		Handle: func(context.Context, *bot.Request) error { return nil }, Now: p.app.now,
	})
	if invalid, ok := errors.AsType[*twinning.InvalidError](err); ok && invalid.Field == "api_url" {
		return nil, bad("api_address", nil)
	}
	if err != nil {
		return nil, bad("token_shape", nil)
	}
	return talker, nil
}

// lookWebhook says whether updates come to this bot in the way that it is set up for.
func (p *patient) lookWebhook(account bot.Account) []finding {
	host := account.Webhook
	if where, err := url.Parse(account.Webhook); err == nil {
		host = where.Host // its path may be a secret
	}
	wanted := p.app.getenv("KETNGHIA_WEBHOOK_URL")
	switch {
	case account.Webhook == "" && wanted == "":
		return fine("webhook_none", nil)
	case account.Here, account.Webhook == wanted:
		return fine("webhook_ok", map[string]any{"Address": host, "Pending": account.Pending})
	case account.Webhook == "":
		return warn("webhook_unset", nil)
	case wanted == "":
		return bad("webhook_set", map[string]any{"Address": host})
	}
	return bad("webhook_elsewhere", map[string]any{"Address": host})
}

// lookPrivacy says what the bot sees of its groups.
func (p *patient) lookPrivacy(ctx context.Context, account bot.Account) []finding {
	if account.ReadsGroups {
		return fine("privacy_off", nil)
	}
	groups := 0
	if p.books != nil {
		_ = p.books.ledger.View(ctx, p.now, func(k *ledger.Look) error { // lookRoster tells what can't be read
			all, err := k.Groups()
			groups = len(all)
			return err
		})
	}
	if groups == 0 {
		return fine("privacy_on", nil)
	}
	return warn("privacy_groups", map[string]any{"Count": groups, "Value": groups})
}

// lookRunning tells how the running bot gets on.
func lookRunning(_ context.Context, p *patient) []finding {
	if p.machine == nil {
		return warn("not_running", nil)
	}
	h := p.machine.bot.Health()
	var found []finding
	switch h.PollError {
	case "":
	case bot.PollConflict:
		found = bad("poll_conflict", nil)
	case bot.PollWebhook, bot.PollElsewhere, bot.PollBlocked:
		found = bad("poll_webhook", nil)
	case bot.PollToken:
		found = bad("poll_token", nil)
	default:
		found = bad("poll_failing", map[string]any{"Detail": h.PollError, "Since": p.clock(h.PollSince)})
	}
	if h.StoreError != "" {
		found = append(found, bad("store_failing", map[string]any{"Detail": h.StoreError, "Since": p.clock(h.StoreSince)})...)
	}
	if len(found) > 0 {
		return found
	}
	switch silent := p.wall.Sub(p.machine.began) > pollSilent; {
	case h.LastPoll.IsZero() && silent, silent && p.machine.o.steady == nil && p.now.Sub(h.LastPoll) > pollSilent:
		return bad("running_silent", nil)
	case h.LastPoll.IsZero():
		return fine("running_fresh", nil)
	}
	return fine("running_ok", map[string]any{"Time": p.clock(h.LastPoll)})
}

// clock writes a moment in the programme's zone.
func (p *patient) clock(at time.Time) string {
	if p.programme != nil {
		at = at.In(p.programme.Location)
	}
	return p.app.printer().Time(at)
}

// lookProgramme says whether the programme file is sound and which years it names.
func lookProgramme(_ context.Context, p *patient) []finding {
	if p.programme == nil {
		_, err := programme.Load(p.app.cli.Programme)
		detail := ""
		if err != nil {
			detail = oneLine(err.Error())
		}
		return bad("programme_broken", map[string]any{"File": p.app.cli.Programme, "Detail": detail})
	}
	years := map[string]any{"FromYear": p.programme.From, "ToYear": p.programme.To, "Year": p.programme.Today(p.now).Year()}
	if p.programme.Today(p.now).Year() > p.programme.To {
		return warn("programme_over", years)
	}
	return fine("programme_ok", years)
}

// lookCalendar says whether the holidays of this year and the next are known.
func lookCalendar(_ context.Context, p *patient) []finding {
	if p.programme == nil {
		return nil
	}
	today := p.programme.Today(p.now)
	if today.Year() >= lastYear {
		return bad("lunar_over", map[string]any{"Year": lastYear})
	}
	next := today.Year() + 1
	if _, known := p.programme.Calendar.TetYears[next]; !known && today.Month() >= time.December {
		return warn("holidays_unlisted", map[string]any{"Year": next})
	}
	return fine("calendar_ok", map[string]any{"Year": lastYear})
}

// lookFolder says whether others can get at the data.
func lookFolder(_ context.Context, p *patient) []finding {
	var found []finding
	names := []string{"", databaseName}
	if p.machine != nil {
		names = append(names, socketName)
	}
	for _, name := range names {
		path := filepath.Join(p.dir, name)
		info, err := os.Lstat(path)
		if err != nil {
			if errors.Is(err, fs.ErrNotExist) && name == socketName {
				found = append(found, warn("socket_missing", nil)...)
			}
			continue
		}
		args := map[string]any{"Path": path}
		if info.Mode().Type() == fs.ModeSymlink && name != "" {
			found = append(found, bad("folder_link", args)...)
			continue
		}
		if name == "" {
			if info, err = os.Stat(path); err != nil {
				continue
			}
		}
		args["Mode"], args["Want"] = info.Mode().Perm().String(), "600"
		if info.IsDir() {
			args["Want"] = "700"
		}
		if info.Mode().Perm()&0o077 != 0 {
			found = append(found, warn("folder_open", args)...)
		}
		if owner, known := ownerOf(info); known && owner != os.Geteuid() && os.Geteuid() != 0 {
			found = append(found, warn("folder_foreign", args)...)
		}
	}
	if len(found) == 0 {
		return fine("folder_ok", map[string]any{"Path": p.dir})
	}
	return found
}

// lookDisk says whether there is room for what is to come.
func lookDisk(_ context.Context, p *patient) []finding {
	free, ok := freeDisk(p.dir)
	if !ok {
		return nil // not known on this system
	}
	need := int64(roomLeast)
	if info, err := os.Stat(filepath.Join(p.dir, databaseName)); err == nil {
		need = max(need, roomTimes*info.Size())
	}
	args := map[string]any{"Free": p.app.size(free), "Need": p.app.size(need)}
	if free < need {
		return warn("disk_low", args)
	}
	return fine("disk_ok", args)
}

// lookBackups says whether there is a backup that is new enough.
func lookBackups(_ context.Context, p *patient) []finding {
	if p.programme == nil {
		return nil
	}
	shelf := &backup.Shelf{Folder: p.cmd.Backups, Zone: p.programme.Location}
	if p.machine != nil {
		if p.machine.o.backups == nil {
			return fine("backups_off", nil) // a sandbox
		}
		if _, err := p.machine.o.backups.Last(); err != nil {
			return bad("backup_failed", map[string]any{"Detail": oneLine(err.Error())})
		}
		shelf = p.machine.o.backups.shelf
	}
	args := map[string]any{"Path": shelf.Folder}
	all, err := shelf.List()
	if err != nil || len(all) == 0 {
		return warn("backup_none", args)
	}
	args["Time"] = p.clock(all[0].Made)
	switch {
	case p.now.Sub(all[0].Made) > backupOld:
		return bad("backup_old", args)
	case !all[0].Sealed:
		return warn("backup_open", args)
	}
	return fine("backup_ok", args)
}
