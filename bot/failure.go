package bot

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"ketnghia/twinning"
)

// outcome says what a call of the Bot API came to, and so what becomes of the delivery.
type outcome int

const (
	// outcomeSent: it arrived.
	outcomeSent outcome = iota
	// outcomeDropped: there is nothing left to do, and nobody misses anything.
	outcomeDropped
	// outcomeAgain: the network or Telegram failed; try later. Whether it arrived may be unknown.
	outcomeAgain
	// outcomePaused: too fast; wait as long as told. That is no try.
	outcomePaused
	// outcomeUnreachable: the person blocked the bot, or never started it.
	outcomeUnreachable
	// outcomeMigrated: the group has a new id.
	outcomeMigrated
	// outcomeAnew: the message to edit is gone; send it as a new one.
	outcomeAnew
	// outcomeBare: the message to reply to is gone; send it without the reply.
	outcomeBare
	// outcomeRefused: for good.
	outcomeRefused
)

// verdict is an outcome with what it needs.
type verdict struct {
	outcome outcome
	// after is the pause of outcomePaused.
	after time.Duration
	// chat is the new id of outcomeMigrated.
	chat twinning.ChatID
	// code and reason are kept with a delivery that failed: the error_code, and a word that holds no text of people.
	code   int
	reason string
}

// minPause is how long a 429 without retry_after is waited out.
const minPause = time.Second

// The words of Telegram that tell refusals of code 400 apart. They are in no documentation; they come from what the
// server answers.
const (
	saysNotModified  = "message is not modified"
	saysQueryTooOld  = "query is too old"
	saysQueryInvalid = "query id is invalid"
	saysEditNotFound = "message to edit not found"
	saysCantEdit     = "message can't be edited"
	saysNoReply      = "message to be replied not found"
	saysReplied      = "replied message not found"
	saysDeleteGone   = "message to delete not found"
	saysCantDelete   = "message can't be deleted"
	saysNoText       = "there is no text in the message to edit"
	saysChatNotFound = "chat not found"
	saysNoSuchUser   = "user not found"
	saysDeactivated  = "user is deactivated"
	saysNotMember    = "bot is not a member"
)

// errReport wraps an error of Options.Reports.
var errReport = errors.New("report")

// reasonReport is the reason of a delivery whose report could not be made.
const reasonReport = "report"

// reasonTimeout is the reason of a delivery whose answer took longer than is waited for: it may have arrived.
const reasonTimeout = "timeout"

// judge says what an error of the client library or of apiClient means. A nil error means sent.
func judge(err error) verdict {
	var no *apiError
	switch {
	case err == nil:
		return verdict{outcome: outcomeSent}
	case errors.Is(err, errReport):
		return verdict{outcome: outcomeAgain, reason: reasonReport}
	case errors.Is(err, context.DeadlineExceeded):
		return verdict{outcome: outcomeAgain, reason: reasonTimeout}
	case !errors.As(err, &no):
		return verdict{outcome: outcomeAgain, reason: "network"}
	case no.MigrateTo != 0:
		return verdict{outcome: outcomeMigrated, chat: twinning.ChatID(no.MigrateTo), code: no.Code}
	case no.Code == http.StatusTooManyRequests:
		return verdict{outcome: outcomePaused, after: max(minPause, no.RetryAfter), code: no.Code}
	case no.Code == http.StatusForbidden:
		return verdict{outcome: outcomeUnreachable, code: no.Code, reason: "forbidden"}
	case no.Code == http.StatusBadRequest:
		return judgeBadRequest(no)
	case no.Code == http.StatusRequestEntityTooLarge:
		return verdict{outcome: outcomeRefused, code: no.Code, reason: "too_large"}
	}
	// 5xx, and 401, 404 and 409 too: those speak of the token, which the operator mends while messages wait.
	return verdict{outcome: outcomeAgain, code: no.Code, reason: "server"}
}

func judgeBadRequest(no *apiError) verdict {
	for _, known := range []struct {
		words   string
		outcome outcome
		reason  string
	}{
		{saysNotModified, outcomeSent, ""},
		{saysQueryTooOld, outcomeDropped, "query_expired"},
		{saysQueryInvalid, outcomeDropped, "query_expired"},
		{saysDeleteGone, outcomeDropped, "deleted_before"},
		{saysCantDelete, outcomeDropped, "not_deletable"},
		{saysNotMember, outcomeDropped, "not_member"},
		{saysEditNotFound, outcomeAnew, ""},
		{saysCantEdit, outcomeAnew, ""},
		{saysNoReply, outcomeBare, ""},
		{saysReplied, outcomeBare, ""},
		{saysChatNotFound, outcomeUnreachable, "chat_not_found"},
		{saysNoSuchUser, outcomeUnreachable, "chat_not_found"},
		{saysDeactivated, outcomeUnreachable, "deactivated"},
	} {
		if no.says(known.words) {
			return verdict{outcome: known.outcome, code: no.Code, reason: known.reason}
		}
	}
	return verdict{outcome: outcomeRefused, code: no.Code, reason: "bad_request"}
}

// tokenRefused says whether Telegram doesn't know the token: 401 for a wrong one, 404 for one that is malformed.
func tokenRefused(no *apiError) bool {
	return no.Code == http.StatusUnauthorized || no.Code == http.StatusNotFound
}

// describe returns the description of a refusal in lower case, "" for any other error.
func describe(err error) string {
	var no *apiError
	if !errors.As(err, &no) {
		return ""
	}
	return strings.ToLower(no.Description)
}
