package ftp

import (
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"time"

	"golang.org/x/crypto/ssh"
)

// A keyError says why a file cannot be used as a key, or its passphrase not.
type keyError struct {
	detail string // "key deploy.ppk is in the format of PuTTY"
	hint   string
}

func (e *keyError) Error() string { return e.detail }

// An identity is a file with a private key, read once.
type identity struct {
	file     string
	pem      []byte
	public   ssh.PublicKey    // nil: only the passphrase tells
	signer   ssh.Signer       // nil: it is encrypted, so far
	cert     *ssh.Certificate // beside the file; nil: none
	warnings []string
}

// keyLimit bounds a file; a key of 16384 bits has 13 kB, in base64 once more 17 kB.
const keyLimit = 64 << 10

// readIdentity reads a private key and the certificate beside it. A key that is
// encrypted stays so. now judges the certificate.
//
// Errors: *keyError.
func readIdentity(file string, now time.Time) (*identity, error) {
	data, info, err := readKeyFile(file)
	if err != nil {
		return nil, err
	}
	k := &identity{file: file, pem: unwrapKey(data)}
	if err := notPrivate(file, k.pem); err != nil {
		return nil, err
	}
	k.signer, err = ssh.ParsePrivateKey(k.pem)
	locked, encrypted := errors.AsType[*ssh.PassphraseMissingError](err)
	switch {
	case encrypted:
		if k.public = locked.PublicKey; k.public == nil {
			k.public = publicBeside(file)
		}
	case err != nil:
		return nil, unreadable(file, k.pem, err)
	default:
		k.public = k.signer.PublicKey()
	}
	if runtime.GOOS != "windows" && info.Mode().IsRegular() && info.Mode().Perm()&0o077 != 0 {
		k.warnings = append(k.warnings, fmt.Sprintf("key %s can be read by other accounts (mode %04o), so that OpenSSH refuses it: chmod 600 %s",
			file, info.Mode().Perm(), quoted(file)))
	}
	k.addCertificate(now)
	return k, nil
}

func readKeyFile(file string) ([]byte, fs.FileInfo, error) {
	f, err := os.Open(file)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil, &keyError{"key " + file + " does not exist", "Check the path that --identity names."}
	}
	if err != nil {
		return nil, nil, unopened(file, err)
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return nil, nil, unopened(file, err)
	}
	if info.IsDir() {
		return nil, nil, &keyError{"key " + file + " is a folder", "Name the file of the private key in it, such as id_ed25519."}
	}
	data, err := io.ReadAll(io.LimitReader(f, keyLimit+1))
	switch {
	case err != nil:
		return nil, nil, unopened(file, err)
	case len(bytes.TrimSpace(data)) == 0:
		return nil, nil, &keyError{"key " + file + " is empty", "Copy the private key again, from its BEGIN line to its END line."}
	case len(data) > keyLimit:
		return nil, nil, &keyError{fmt.Sprintf("key %s is no private key: it is larger than %d kB", file, keyLimit>>10), keyHint}
	}
	return data, info, nil
}

func unopened(file string, err error) error {
	if p, ok := errors.AsType[*fs.PathError](err); ok {
		err = p.Err
	}
	return &keyError{fmt.Sprintf("key %s cannot be read: %s", file, err), "Run preflight with the account that the file belongs to."}
}

// unwrapKey takes off what editors and Connect+ put around a key: byte order
// marks, carriage returns, spaces at the ends of lines, and base64.
func unwrapKey(data []byte) []byte {
	data = bytes.TrimPrefix(data, []byte("\xef\xbb\xbf"))
	if !bytes.Contains(data, []byte("-----BEGIN ")) {
		joined := bytes.Join(bytes.Fields(data), nil)
		for _, encoding := range []*base64.Encoding{base64.StdEncoding, base64.RawStdEncoding} {
			plain, err := encoding.DecodeString(string(joined))
			if err == nil && bytes.Contains(plain, []byte("-----BEGIN ")) {
				data = plain
				break
			}
		}
	}
	var b bytes.Buffer
	for line := range bytes.Lines(data) {
		b.Write(bytes.TrimSpace(line))
		b.WriteByte('\n')
	}
	return b.Bytes()
}

const keyHint = "Name a private key as ssh-keygen writes it; it begins with -----BEGIN OPENSSH PRIVATE KEY-----."

// notPrivate names what is often taken for a private key.
func notPrivate(file string, data []byte) error {
	text := string(data)
	public, _, _, _, err := ssh.ParseAuthorizedKey(data)
	_, certificate := public.(*ssh.Certificate)
	switch {
	case strings.HasPrefix(text, "PuTTY-User-Key-File-"):
		name := strings.TrimSuffix(file, ".ppk")
		return &keyError{"key " + file + " is in the format of PuTTY",
			fmt.Sprintf("Convert it: puttygen %s -O private-openssh -o %s", quoted(file), quoted(name+".key"))}
	case err == nil && certificate:
		return &keyError{"key " + file + " is a certificate, not a private key",
			"Name the private key that it belongs to; the certificate is found beside it as KEY-cert.pub."}
	case err == nil, strings.HasPrefix(text, "---- BEGIN SSH2 PUBLIC KEY"), strings.Contains(text, "PUBLIC KEY-----"):
		hint := "Name the private key that belongs to it."
		if private, ok := strings.CutSuffix(file, ".pub"); ok {
			hint = fmt.Sprintf("Name the private key that belongs to it, mostly %s.", private)
		}
		return &keyError{"key " + file + " is a public key, not a private one", hint}
	case strings.Contains(text, "-----BEGIN CERTIFICATE-----") && !strings.Contains(text, "PRIVATE KEY-----"):
		return &keyError{"key " + file + " is a TLS certificate, not a private key", keyHint}
	}
	return nil
}

// unreadable words why a private key was not understood.
func unreadable(file string, data []byte, err error) error {
	text := strings.TrimPrefix(clean(err.Error()), "ssh: ")
	convert := fmt.Sprintf("Convert a copy: cp %[1]s %[2]s && ssh-keygen -p -f %[2]s", quoted(file), quoted(file+".openssh"))
	switch {
	case bytes.Contains(data, []byte("-----BEGIN ENCRYPTED PRIVATE KEY-----")):
		return &keyError{"key " + file + " is encrypted in the format PKCS #8, which cannot be read", convert}
	case strings.Contains(text, "sk-"):
		return &keyError{"key " + file + " needs a hardware token, which a dataflow does not have",
			"Make a key without a token: ssh-keygen -t ed25519"}
	case !bytes.Contains(data, []byte("-----BEGIN ")):
		return &keyError{"key " + file + " is no private key", keyHint}
	case !bytes.Contains(data, []byte("-----END ")) || strings.Contains(text, "no key found"):
		return &keyError{"key " + file + " is cut off or damaged", "Copy the private key again, from its BEGIN line to its END line."}
	}
	return &keyError{fmt.Sprintf("key %s cannot be read: %s", file, text), convert}
}

// publicBeside reads FILE.pub, which tells the key of an encrypted PEM file; nil
// if it is not there.
func publicBeside(file string) ssh.PublicKey {
	data, _, err := readKeyFile(file + ".pub")
	if err != nil {
		return nil
	}
	public, _, _, _, err := ssh.ParseAuthorizedKey(data)
	if _, certificate := public.(*ssh.Certificate); err != nil || certificate {
		return nil
	}
	return public
}

// addCertificate reads KEY-cert.pub. One that cannot be used is a warning: the
// key may do without.
func (k *identity) addCertificate(now time.Time) {
	file := k.file + "-cert.pub"
	data, _, err := readKeyFile(file)
	if err != nil {
		if _, missing := os.Lstat(file); missing == nil {
			k.warnings = append(k.warnings, fmt.Sprintf("certificate %s was not read", file))
		}
		return
	}
	public, _, _, _, err := ssh.ParseAuthorizedKey(data)
	cert, ok := public.(*ssh.Certificate)
	unused := ""
	switch {
	case err != nil || !ok:
		unused = "is no certificate"
	case cert.CertType != ssh.UserCert:
		unused = "is for a host, not for a user"
	case k.public != nil && !bytes.Equal(cert.Key.Marshal(), k.public.Marshal()):
		unused = "belongs to another key"
	case cert.ValidBefore != ssh.CertTimeInfinity && uint64(now.Unix()) >= cert.ValidBefore:
		unused = "expired at " + time.Unix(int64(cert.ValidBefore), 0).UTC().Format(time.RFC3339)
	case uint64(now.Unix()) < cert.ValidAfter:
		unused = "is not valid before " + time.Unix(int64(cert.ValidAfter), 0).UTC().Format(time.RFC3339)
	}
	if unused != "" {
		k.warnings = append(k.warnings, fmt.Sprintf("certificate %s %s, so it is not offered", file, unused))
		return
	}
	k.cert = cert
	if k.public == nil {
		k.public = cert.Key
	}
}

// open decrypts the key, once. ask returns the passphrase; nil: there is none.
//
// Errors: *keyError, and those of ask.
func (k *identity) open(ask func() (Secret, error)) (ssh.Signer, error) {
	if k.signer != nil {
		return k.signer, nil
	}
	if ask == nil {
		return nil, &keyError{"key " + k.file + " is encrypted, and no passphrase was given",
			"Set PREFLIGHT_FTP_PASSPHRASE, or name a file with --passphrase-file FILE."}
	}
	passphrase, err := ask()
	if err != nil {
		return nil, err
	}
	signer, err := ssh.ParsePrivateKeyWithPassphrase(k.pem, []byte(passphrase))
	if err != nil {
		if text := err.Error(); strings.Contains(text, "unknown cipher") || strings.Contains(text, "unknown KDF") {
			return nil, &keyError{"key " + k.file + " is encrypted in a way that cannot be read",
				fmt.Sprintf("Encrypt it anew: ssh-keygen -p -Z aes256-ctr -f %s", quoted(k.file))}
		}
		// Old PEM files tell a wrong passphrase only by what comes out.
		return nil, &keyError{"the passphrase does not open key " + k.file,
			fmt.Sprintf("Check the passphrase; \"ssh-keygen -y -f %s\" asks for it, too.", quoted(k.file))}
	}
	if k.public != nil && !bytes.Equal(k.public.Marshal(), signer.PublicKey().Marshal()) {
		return nil, &keyError{fmt.Sprintf("key %s does not belong to the public key beside it", k.file),
			fmt.Sprintf("Make the public key anew: ssh-keygen -y -f %s > %s", quoted(k.file), quoted(k.file+".pub"))}
	}
	k.signer, k.public = signer, signer.PublicKey()
	return signer, nil
}

// name is what messages call the key: its file without folders.
func (k *identity) name() string { return clean(filepath.Base(k.file)) }

// A loginKey is a key to offer, whose private half may still be encrypted: the
// passphrase is asked for when the server has taken the public half.
type loginKey struct {
	name   string
	public ssh.PublicKey
	base   ssh.PublicKey // of a certificate, its key; else public
	open   func() (ssh.Signer, error)
	// taken is called when the server has taken the key, with the error of open.
	taken func(*loginKey, error)
}

var _ ssh.MultiAlgorithmSigner = (*loginKey)(nil)

func (k *loginKey) PublicKey() ssh.PublicKey { return k.public }

// Algorithms are those of the key, for RSA with SHA-2 first.
func (k *loginKey) Algorithms() []string {
	if k.base.Type() == ssh.KeyAlgoRSA {
		return []string{ssh.KeyAlgoRSASHA256, ssh.KeyAlgoRSASHA512, ssh.KeyAlgoRSA}
	}
	return []string{k.base.Type()}
}

func (k *loginKey) Sign(rand io.Reader, data []byte) (*ssh.Signature, error) {
	return k.SignWithAlgorithm(rand, data, "")
}

func (k *loginKey) SignWithAlgorithm(rand io.Reader, data []byte, algorithm string) (*ssh.Signature, error) {
	signer, err := k.open()
	k.taken(k, err)
	if err != nil {
		return nil, err
	}
	if s, ok := signer.(ssh.AlgorithmSigner); ok && algorithm != "" {
		return s.SignWithAlgorithm(rand, data, algorithm)
	}
	return signer.Sign(rand, data)
}

// describe names a key for a message: "key id_ed25519 (ed25519 SHA256:…)".
func (k *loginKey) describe() string {
	what := "key "
	if _, ok := k.public.(*ssh.Certificate); ok {
		what = "certificate "
	}
	return fmt.Sprintf("%s%s (%s)", what, k.name, describeKey(k.public))
}
