package sftptest

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/ed25519"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/rsa"
	"encoding/pem"
	"os"
	"path/filepath"
	"testing"

	"golang.org/x/crypto/ssh"
)

// KeyKind is a type of SSH key.
type KeyKind string

// The kinds of keys that [Key] makes.
const (
	Ed25519 KeyKind = "ed25519"
	ECDSA   KeyKind = "ecdsa" // nistp256
	RSA     KeyKind = "rsa"   // 2048 bits
)

// KeyPair is a fresh key, for a user or a host.
type KeyPair struct {
	Signer  ssh.Signer
	Private crypto.Signer // *rsa.PrivateKey, *ecdsa.PrivateKey or ed25519.PrivateKey
}

// Key makes a key. One of RSA takes some tenths of a second.
func Key(t testing.TB, kind KeyKind) KeyPair {
	t.Helper()
	var private crypto.Signer
	var err error
	switch kind {
	case Ed25519:
		_, private, err = ed25519.GenerateKey(rand.Reader)
	case ECDSA:
		private, err = ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	case RSA:
		private, err = rsa.GenerateKey(rand.Reader, 2048)
	default:
		t.Fatalf("key kind %q, expected ed25519, ecdsa or rsa", kind)
	}
	if err != nil {
		t.Fatal(err)
	}
	signer, err := ssh.NewSignerFromSigner(private)
	if err != nil {
		t.Fatal(err)
	}
	return KeyPair{Signer: signer, Private: private}
}

// File writes the private key as OpenSSH does, mode 0600, and returns its path.
//
// An empty passphrase leaves it in the clear.
func (k KeyPair) File(t testing.TB, passphrase string) string {
	t.Helper()
	var block *pem.Block
	var err error
	if passphrase == "" {
		block, err = ssh.MarshalPrivateKey(k.Private, "preflight test")
	} else {
		block, err = ssh.MarshalPrivateKeyWithPassphrase(k.Private, "preflight test", []byte(passphrase))
	}
	if err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(t.TempDir(), "id")
	if err := os.WriteFile(path, pem.EncodeToMemory(block), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}
