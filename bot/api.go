package bot

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/url"
	"path"
	"strconv"
	"strings"
	"time"
)

// apiError is a refusal by the Bot API. Its text never leaves the package: a description may quote what was sent.
type apiError struct {
	Code        int
	Description string
	// RetryAfter is the pause that a 429 asks for; MigrateTo is the new id of a group that became a supergroup.
	RetryAfter time.Duration
	MigrateTo  int64
}

func (e *apiError) Error() string {
	return fmt.Sprintf("telegram: %d %s", e.Code, http.StatusText(e.Code))
}

// says tells whether the description holds the words, whatever their case.
func (e *apiError) says(words string) bool {
	return strings.Contains(strings.ToLower(e.Description), strings.ToLower(words))
}

// errBadAnswer says that the answer was cut off or is no JSON, so that it is unknown whether the call had its effect.
var errBadAnswer = errors.New("telegram: unreadable answer")

// maxAnswer bounds an answer of the Bot API in bytes; a hundred updates of the longest text come to less.
const maxAnswer = 32 << 20

// maxRefusal bounds the answer that refuses a download in bytes; it is the envelope alone.
const maxRefusal = 64 << 10

// answer is the envelope of all answers of the Bot API ("Making requests").
type answer[T any] struct {
	OK          bool   `json:"ok"`
	Result      *T     `json:"result"`
	Code        int    `json:"error_code"`
	Description string `json:"description"`
	Parameters  struct {
		RetryAfter int64 `json:"retry_after"`
		MigrateTo  int64 `json:"migrate_to_chat_id"`
	} `json:"parameters"`
}

// apiClient does HTTP for the client library and for the poller. It turns every refusal into an *apiError, also one in
// HTML by a proxy, and takes the token out of every error.
type apiClient struct {
	http  *http.Client
	token Token
	base  string
}

// Do sends the request and reads the answer whole. The library decodes only answers that say ok, cut down by slim.
func (c *apiClient) Do(req *http.Request) (*http.Response, error) {
	method := path.Base(req.URL.Path)
	resp, body, err := c.exchange(method, req)
	if err != nil {
		return nil, err
	}
	result, err := readAnswer[json.RawMessage](method, resp, body)
	if err != nil {
		return nil, err
	}
	body = append(append([]byte(`{"ok":true,"result":`), slim(method, result)...), '}')
	resp.Body = io.NopCloser(bytes.NewReader(body))
	return resp, nil
}

// exchange sends the request, reads the answer whole and closes it.
func (c *apiClient) exchange(method string, req *http.Request) (*http.Response, []byte, error) {
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, nil, c.clean(method, err)
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := readBody(resp)
	if err != nil {
		return nil, nil, c.clean(method, err)
	}
	return resp, body, nil
}

// readBody reads a body of at most maxAnswer bytes, at once where the server says how long it is.
func readBody(resp *http.Response) ([]byte, error) {
	if n := resp.ContentLength; n > 0 && n <= maxAnswer {
		body := make([]byte, n)
		_, err := io.ReadFull(resp.Body, body)
		return body, err //nolint:wrapcheck // cleaned by the caller
	}
	return io.ReadAll(io.LimitReader(resp.Body, maxAnswer)) //nolint:wrapcheck // cleaned by the caller
}

// readAnswer returns the result of an answer, or why there is none.
func readAnswer[T any](method string, resp *http.Response, body []byte) (T, error) {
	var a answer[T]
	err := json.Unmarshal(body, &a)
	if err == nil && a.OK && a.Result != nil {
		return *a.Result, nil
	}
	var none T
	return none, fmt.Errorf("%s: %w", method, refused(resp, a, err))
}

// refused returns why an answer that was read with err has no result.
func refused[T any](resp *http.Response, a answer[T], err error) error {
	switch {
	case err == nil && !a.OK && a.Code != 0:
		return &apiError{
			Code: a.Code, Description: a.Description,
			RetryAfter: time.Duration(a.Parameters.RetryAfter) * time.Second, MigrateTo: a.Parameters.MigrateTo,
		}
	case resp.StatusCode >= http.StatusMultipleChoices:
		seconds, _ := strconv.Atoi(resp.Header.Get("Retry-After"))
		return &apiError{Code: resp.StatusCode, RetryAfter: time.Duration(seconds) * time.Second}
	}
	return errBadAnswer
}

// slim cuts the messages that a sending method returns down to their ids. The rest is not needed, and the library would
// take a part that it doesn't know for a failure of a message that was sent.
func slim(method string, result json.RawMessage) json.RawMessage {
	if !strings.HasPrefix(method, "send") && !strings.HasPrefix(method, "editMessage") {
		return result
	}
	type message struct {
		ID int `json:"message_id"`
	}
	var one message
	var many []message
	var short any
	switch {
	case json.Unmarshal(result, &one) == nil:
		short = one
	case json.Unmarshal(result, &many) == nil:
		short = many
	default:
		return result
	}
	cut, err := json.Marshal(short)
	if err != nil {
		return result
	}
	return cut
}

// call posts parameters as JSON and returns the result as it came.
func (c *apiClient) call(ctx context.Context, method string, params any) (json.RawMessage, error) {
	return callFor[json.RawMessage](ctx, c, method, params)
}

// callFor posts parameters as JSON and reads the result.
func callFor[T any](ctx context.Context, c *apiClient, method string, params any) (result T, err error) {
	body, err := json.Marshal(params)
	if err != nil {
		return result, fmt.Errorf("%s: %w", method, err)
	}
	address := c.base + "/bot" + c.token.reveal() + "/" + method
	req, err := http.NewRequestWithContext(ctx, http.MethodPost, address, bytes.NewReader(body))
	if err != nil {
		return result, c.clean(method, err)
	}
	req.Header.Set("Content-Type", "application/json")
	resp, read, err := c.exchange(method, req)
	if err != nil {
		return result, err
	}
	return readAnswer[T](method, resp, read)
}

// message makes a call that sends or changes a message, and returns the message's id. The library would send the
// parameters as a form, which costs several times as much.
func (c *apiClient) message(ctx context.Context, method string, params any) (int, error) {
	m, err := callFor[struct {
		ID int `json:"message_id"`
	}](ctx, c, method, params)
	return m.ID, err
}

// locate asks where the content of a file is, for download, and how many bytes it has, 0 when Telegram doesn't say (Bot
// API, getFile).
func (c *apiClient) locate(ctx context.Context, fileID string) (where string, size int64, err error) {
	result, err := c.call(ctx, "getFile", struct {
		FileID string `json:"file_id"`
	}{fileID})
	if err != nil {
		return "", 0, err
	}
	var file struct {
		Path string `json:"file_path"`
		Size int64  `json:"file_size"`
	}
	if json.Unmarshal(result, &file) != nil || file.Path == "" {
		return "", 0, fmt.Errorf("getFile: %w", errBadAnswer)
	}
	return file.Path, file.Size, nil
}

// download begins to read the content of a file from where locate said (Bot API, File). Errors of the reader are for
// clean, like all that tell of an address.
func (c *apiClient) download(ctx context.Context, where string) (io.ReadCloser, error) {
	const method = "download"
	segments := strings.Split(where, "/")
	for i, s := range segments {
		segments[i] = url.PathEscape(s)
	}
	address := c.base + "/file/bot" + c.token.reveal() + "/" + strings.Join(segments, "/")
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, address, nil)
	if err != nil {
		return nil, c.clean(method, err)
	}
	resp, err := c.http.Do(req)
	if err != nil {
		return nil, c.clean(method, err)
	}
	if resp.StatusCode == http.StatusOK {
		return resp.Body, nil
	}
	defer func() { _ = resp.Body.Close() }()
	body, err := io.ReadAll(io.LimitReader(resp.Body, maxRefusal))
	if err != nil {
		return nil, c.clean(method, err)
	}
	if _, err = readAnswer[json.RawMessage](method, resp, body); err == nil {
		err = fmt.Errorf("%s: %w", method, errBadAnswer)
	}
	return nil, err
}

// clean returns what went wrong with a call without the address, which holds the token.
func (c *apiClient) clean(method string, err error) error {
	if where, ok := errors.AsType[*url.Error](err); ok {
		err = where.Err
	}
	return c.token.scrubError(fmt.Errorf("%s: %w", method, err))
}

// newHTTPClient returns a client that keeps its connections open: conns is how many calls may be in flight. It honours
// HTTPS_PROXY and follows no redirect, which would carry the token elsewhere.
func newHTTPClient(conns int) *http.Client {
	dialer := &net.Dialer{Timeout: 10 * time.Second, KeepAlive: 30 * time.Second}
	return &http.Client{
		Transport: &http.Transport{
			Proxy:                 http.ProxyFromEnvironment,
			DialContext:           dialer.DialContext,
			ForceAttemptHTTP2:     true,
			TLSHandshakeTimeout:   10 * time.Second,
			IdleConnTimeout:       90 * time.Second,
			MaxIdleConns:          2 * conns,
			MaxIdleConnsPerHost:   conns,
			ExpectContinueTimeout: time.Second,
		},
		CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
	}
}
