package sftptest

import (
	"crypto/ecdsa"
	"crypto/rand"
	"crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"net"
	"os"
	"os/user"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// TLSMode is how an FTP server encrypts.
type TLSMode int

// The modes of FTP over TLS; explicit is AUTH TLS on the usual port.
const (
	NoTLS            TLSMode = iota
	ExplicitTLS              // offered; a login in the clear works too
	ExplicitRequired         // USER in the clear is refused with 550, data connections need TLS too
	ImplicitTLS              // TLS from the first byte
)

// ProFTPDConfig says how a real proftpd is set up; the zero value is plain FTP.
type ProFTPDConfig struct {
	Dirs       Dirs // zero makes new ones; Root is the folder a session starts in
	TLS        TLSMode
	AnySession bool   // data connections need not resume the TLS session of the control connection
	SFTP       bool   // mod_sftp instead of FTP, with a host key and password login
	Directives string // further lines of the configuration, such as <Limit RNFR RNTO> DenyAll </Limit>
}

// passwordHash is crypt(3) of DefaultPassword with SHA-512 and the salt "preflight".
const passwordHash = "$6$preflight$fOEtNg.s/WzNU9OAgn1J7CFJFa17oPW96cAkMeFlaJkZkHDmyUtaUJeZ2MgxHRNXR4pt3uA6S7rb.vxaSL8x3."

// ProFTPD serves with proftpd on a free port of 127.0.0.1; it needs proftpd ([Need]).
//
// The account is [DefaultUser] with [DefaultPassword]; its files belong to nobody
// when we are root, and else to us.
// Mod_tls and mod_sftp are of the package proftpd-mod-crypto.
func ProFTPD(t testing.TB, config ProFTPDConfig) *Daemon {
	t.Helper()
	bin := Need(t, "proftpd")
	if config.TLS != NoTLS || config.SFTP {
		needModules(t)
	}
	if config.Dirs == (Dirs{}) {
		config.Dirs = Folders(t)
	}
	d := &Daemon{Dirs: config.Dirs, User: DefaultUser, Password: DefaultPassword}
	dir := publicDir(t)
	file := filepath.Join(dir, "proftpd.conf")
	lines := config.lines(t, d, dir)
	showLogs(t, filepath.Join(dir, "*.log"))
	d.Place = inetd(t, bin, func(p Place) []string {
		lines = append(lines, fmt.Sprintf("Port %d", p.Port), config.Directives)
		writeFile(t, file, strings.Join(lines, "\n")+"\n")
		return []string{"--nodaemon", "--ipv4", "--config", file}
	})
	if config.SFTP {
		host := Key(t, ECDSA)
		der, err := x509.MarshalECPrivateKey(host.Private.(*ecdsa.PrivateKey))
		if err != nil {
			t.Fatal(err)
		}
		writeFile(t, filepath.Join(dir, "host_key"), pemText("EC PRIVATE KEY", der))
		d.KnownHosts, d.Fingerprints = knownHosts(t, d.Place, host.Signer.PublicKey())
	}
	return d
}

// lines is the configuration but for the port, and the files it names but the host key.
func (c ProFTPDConfig) lines(t testing.TB, d *Daemon, dir string) []string {
	t.Helper()
	users := filepath.Join(dir, "users")
	uid, gid := nobody, nobody
	if !asRoot() {
		uid, gid = os.Getuid(), os.Getgid()
	}
	account, err := user.LookupId(strconv.Itoa(uid))
	if err != nil {
		t.Fatal(err)
	}
	group, err := user.LookupGroupId(strconv.Itoa(gid))
	if err != nil {
		t.Fatal(err)
	}
	writeFile(t, users, fmt.Sprintf("%s:%s:%d:%d::%s:/bin/false\n", d.User, passwordHash, uid, gid, c.Dirs.Root))
	lines := []string{
		"ServerName preflight",
		"ServerType inetd",
		"DefaultAddress 127.0.0.1",
		"UseReverseDNS off",
		"User " + account.Username,
		"Group " + group.Name,
		"PidFile " + filepath.Join(dir, "pid"),
		"ScoreboardFile " + filepath.Join(dir, "scoreboard"),
		"DelayTable none",
		"DelayEngine off",
		"WtmpLog off",
		"TransferLog none",
		"SystemLog " + filepath.Join(dir, "system.log"),
		"AuthPAM off",
		"AuthOrder mod_auth_file.c",
		"AuthUserFile " + users,
		"RequireValidShell off",
		"PassivePorts 49152 65535",
		"AllowOverwrite on",
		"Umask 022",
	}
	if c.TLS != NoTLS || c.SFTP {
		lines = append(lines, "LoadModule mod_tls.c") // mod_sftp shares its OpenSSL
	}
	if c.SFTP {
		lines = append(lines, "LoadModule mod_sftp.c", "SFTPEngine on",
			"SFTPHostKey "+filepath.Join(dir, "host_key"), "SFTPAuthMethods password",
			"SFTPLog "+filepath.Join(dir, "sftp.log"))
	}
	if c.TLS != NoTLS {
		var key string
		d.CertFile, key = certificate(t, d, dir)
		lines = append(lines, "TLSEngine on", "TLSProtocol TLSv1.2 TLSv1.3", "TLSVerifyClient off",
			"TLSLog "+filepath.Join(dir, "tls.log"),
			"TLSECCertificateFile "+d.CertFile, "TLSECCertificateKeyFile "+key)
		required := "off"
		if c.TLS == ExplicitRequired {
			required = "on"
		}
		lines = append(lines, "TLSRequired "+required)
		if c.TLS == ImplicitTLS {
			lines = append(lines, "TLSOptions UseImplicitSSL")
		}
		if c.AnySession {
			lines = append(lines, "TLSOptions NoSessionReuseRequired")
		}
	}
	return lines
}

func needModules(t testing.TB) {
	t.Helper()
	for _, dir := range []string{"/usr/lib/proftpd", "/usr/libexec/proftpd", "/usr/lib64/proftpd"} {
		if _, err := os.Stat(filepath.Join(dir, "mod_sftp.so")); err == nil {
			return
		}
	}
	notTested(t, "mod_tls and mod_sftp of proftpd are not installed", "apt-get install proftpd-mod-crypto")
}

// certificate writes a self-signed certificate for 127.0.0.1, valid for a day
// either way, and its key; it fills in what the client should know of them.
func certificate(t testing.TB, d *Daemon, dir string) (certFile, keyFile string) {
	t.Helper()
	key := Key(t, ECDSA).Private.(*ecdsa.PrivateKey)
	now := time.Now()
	template := &x509.Certificate{
		SerialNumber: big.NewInt(now.UnixNano()),
		Subject:      pkix.Name{CommonName: "preflight test"},
		NotBefore:    now.Add(-24 * time.Hour), NotAfter: now.Add(24 * time.Hour),
		IPAddresses:           []net.IP{net.IPv4(127, 0, 0, 1)},
		KeyUsage:              x509.KeyUsageDigitalSignature | x509.KeyUsageCertSign,
		ExtKeyUsage:           []x509.ExtKeyUsage{x509.ExtKeyUsageServerAuth},
		IsCA:                  true,
		BasicConstraintsValid: true,
	}
	der, err := x509.CreateCertificate(rand.Reader, template, template, key.Public(), key)
	if err != nil {
		t.Fatal(err)
	}
	cert, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	keyDER, err := x509.MarshalECPrivateKey(key)
	if err != nil {
		t.Fatal(err)
	}
	d.CertPool = x509.NewCertPool()
	d.CertPool.AddCert(cert)
	sum := sha256.Sum256(der)
	d.CertFingerprint = "SHA256:" + base64.RawStdEncoding.EncodeToString(sum[:])
	certFile, keyFile = filepath.Join(dir, "cert.pem"), filepath.Join(dir, "cert.key")
	writeFile(t, certFile, pemText("CERTIFICATE", der))
	writeFile(t, keyFile, pemText("EC PRIVATE KEY", keyDER))
	return certFile, keyFile
}

func pemText(kind string, der []byte) string {
	return string(pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: der}))
}

// writeFile writes a file that only its owner may read, as keys must be.
func writeFile(t testing.TB, path, text string) {
	t.Helper()
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
}
