package backup

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"

	"filippo.io/age"
	"filippo.io/age/agessh"
)

var (
	// ErrRecipient says that a recipient of the settings can't be read.
	ErrRecipient = errors.New("no recipient")
	// ErrIdentityFile says that a file holds no identity that can be read.
	ErrIdentityFile = errors.New("no identity in the file")
)

// keyFileMost is the most bytes of a file of recipients or identities.
const keyFileMost = 1 << 20

// Recipients reads to whom backups are encrypted: a list, separated by commas, of age recipients ("age1…", of any kind
// that age knows without plugins), SSH public keys ("ssh-ed25519 …", "ssh-rsa …") and paths of files that hold one a
// line. An empty list is nobody. The error is ErrRecipient, or that of the file.
func Recipients(list string) ([]age.Recipient, error) {
	words, err := RecipientList(list)
	if err != nil || words == "" {
		return nil, err
	}
	var all []age.Recipient
	for word := range strings.SplitSeq(words, ",") {
		r, err := recipient(word)
		if err != nil {
			return nil, err
		}
		all = append(all, r)
	}
	// Recipients that age doesn't take together show when something is encrypted to them.
	if w, err := age.Encrypt(io.Discard, all...); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRecipient, err)
	} else if err := w.Close(); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrRecipient, err)
	}
	return all, nil
}

// RecipientList returns such a list with what the files hold in their place.
func RecipientList(list string) (string, error) {
	var all []string
	for entry := range strings.SplitSeq(list, ",") {
		entry = strings.TrimSpace(entry)
		switch {
		case entry == "":
			continue
		case strings.HasPrefix(strings.ToUpper(entry), "AGE-SECRET-KEY-"):
			return "", fmt.Errorf("%w: a secret key", ErrRecipient) // which no error of a missing file must quote
		case isRecipient(entry):
			all = append(all, entry)
		default:
			from, err := recipientFile(entry)
			if err != nil {
				return "", err
			}
			all = append(all, from...)
		}
	}
	return strings.Join(all, ","), nil
}

func isRecipient(entry string) bool {
	return strings.HasPrefix(entry, "age1") || strings.HasPrefix(entry, "ssh-")
}

func recipient(entry string) (age.Recipient, error) {
	if strings.HasPrefix(entry, "ssh-") {
		r, err := agessh.ParseRecipient(entry)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", ErrRecipient, err)
		}
		return r, nil
	}
	all, err := age.ParseRecipients(strings.NewReader(entry))
	if err != nil || len(all) != 1 {
		return nil, fmt.Errorf("%w: %w", ErrRecipient, err)
	}
	return all[0], nil
}

func recipientFile(path string) ([]string, error) {
	content, err := keyFile(path)
	if err != nil {
		return nil, err
	}
	var all []string
	for line := range strings.Lines(string(content)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		if !isRecipient(line) {
			return nil, fmt.Errorf("%w: %s: a line begins neither with age1 nor with ssh-", ErrRecipient, path)
		}
		// What follows the key of an SSH line is a comment, which may hold commas.
		words := strings.Fields(line)
		all = append(all, strings.Join(words[:min(2, len(words))], " "))
	}
	if len(all) == 0 {
		return nil, fmt.Errorf("%w: %s: no key in it", ErrRecipient, path)
	}
	return all, nil
}

// Identities reads the keys that open backups from a file: age identities, or an SSH private key without a passphrase.
// The error is ErrIdentityFile, or that of the file; it never quotes what is in it.
func Identities(path string) ([]age.Identity, error) {
	content, err := keyFile(path)
	if err != nil {
		return nil, err
	}
	if bytes.HasPrefix(bytes.TrimSpace(content), []byte("-----BEGIN")) {
		identity, err := agessh.ParseIdentity(content)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", path, ErrIdentityFile)
		}
		return []age.Identity{identity}, nil
	}
	all, err := age.ParseIdentities(bytes.NewReader(content))
	if err != nil || len(all) == 0 {
		return nil, fmt.Errorf("%s: %w", path, ErrIdentityFile)
	}
	return all, nil
}

func keyFile(path string) ([]byte, error) {
	f, err := os.Open(path) //nolint:gosec // the operator names the file
	if err != nil {
		return nil, err //nolint:wrapcheck // it names the file
	}
	defer func() { _ = f.Close() }()
	content, err := io.ReadAll(io.LimitReader(f, keyFileMost))
	if err != nil {
		return nil, err //nolint:wrapcheck // it names the file
	}
	return content, nil
}
