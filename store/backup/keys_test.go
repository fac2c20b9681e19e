package backup_test

import (
	"crypto/ed25519"
	"crypto/rand"
	"encoding/pem"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"filippo.io/age"
	"golang.org/x/crypto/ssh"

	"ketnghia/store/backup"
)

// sshKey makes an SSH key and returns its public line and private file.
func sshKey(t *testing.T, passphrase string) (public string, private []byte) {
	t.Helper()
	_, key, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromKey(key)
	if err != nil {
		t.Fatal(err)
	}
	var block *pem.Block
	if passphrase == "" {
		block, err = ssh.MarshalPrivateKey(key, "")
	} else {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(key, "", []byte(passphrase))
	}
	if err != nil {
		t.Fatal(err)
	}
	return strings.TrimSpace(string(ssh.MarshalAuthorizedKey(signer.PublicKey()))), pem.EncodeToMemory(block)
}

func write(t *testing.T, content string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "keys")
	if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func TestRecipients(t *testing.T) {
	t.Parallel()
	hybrid, err := age.GenerateHybridIdentity()
	if err != nil {
		t.Fatal(err)
	}
	one, two := newKey(t).Recipient().String(), newKey(t).Recipient().String()
	public, _ := sshKey(t, "")
	typo := "q"
	if strings.HasSuffix(one, typo) {
		typo = "p"
	}
	for name, test := range map[string]struct {
		list string
		want int
	}{
		"nobody":         {"", 0},
		"only commas":    {" , ", 0},
		"one":            {one, 1},
		"two":            {one + ", " + two, 2},
		"post-quantum":   {hybrid.Recipient().String(), 1},
		"an ssh key":     {public + "," + one, 2},
		"a file":         {write(t, "# operators\n"+one+"\n\n"+public+"\n"), 2},
		"a file and one": {write(t, one) + "," + two, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := backup.Recipients(test.list)
			if err != nil || len(got) != test.want {
				t.Errorf("%d recipients, %v; want %d", len(got), err, test.want)
			}
		})
	}
	for name, test := range map[string]struct {
		list string
		want error
	}{
		"a typo":               {one[:len(one)-1] + typo, backup.ErrRecipient},
		"a secret key":         {write(t, newKey(t).String()), backup.ErrRecipient},
		"an empty file":        {write(t, "# none\n"), backup.ErrRecipient},
		"a secret key here":    {newKey(t).String(), backup.ErrRecipient},
		"no such file":         {filepath.Join(t.TempDir(), "none"), fs.ErrNotExist},
		"a plugin's":           {"age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t", backup.ErrRecipient},
		"an ssh key's half":    {"ssh-ed25519 AAAA", backup.ErrRecipient},
		"old and new together": {one + "," + hybrid.Recipient().String(), backup.ErrRecipient},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := backup.Recipients(test.list)
			if !errors.Is(err, test.want) || strings.Contains(strings.ToUpper(err.Error()), "SECRET-KEY") {
				t.Errorf("%d recipients, %v; want %v", len(got), err, test.want)
			}
		})
	}
}

func TestIdentities(t *testing.T) {
	t.Parallel()
	h := newHouse(t)
	key := newKey(t)
	public, private := sshKey(t, "")
	recipients, err := backup.Recipients(key.Recipient().String() + "," + public)
	if err != nil {
		t.Fatal(err)
	}
	packed, _ := h.pack(recipients...)
	for name, content := range map[string]string{
		"age": "# created: today\n" + key.String() + "\n", "two": newKey(t).String() + "\n" + key.String(), "ssh": string(private),
	} {
		identities, err := backup.Identities(write(t, content))
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		if _, _, err := unpack(t, packed, identities...); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	_, locked := sshKey(t, "secret")
	for name, content := range map[string]string{
		"empty": "", "a text": "Dear diary", "a public key": key.Recipient().String(), "a passphrase": string(locked),
		"half a key": key.String()[:40],
	} {
		_, err := backup.Identities(write(t, content))
		if !errors.Is(err, backup.ErrIdentityFile) {
			t.Errorf("%s: %v", name, err)
		}
		if content != "" && err != nil && strings.Contains(err.Error(), content[:5]) {
			t.Errorf("%s: the error quotes the file: %v", name, err)
		}
	}
	if _, err := backup.Identities(filepath.Join(t.TempDir(), "none")); !errors.Is(err, fs.ErrNotExist) {
		t.Errorf("no file: %v", err)
	}
}
