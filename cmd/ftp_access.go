package cmd

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os/signal"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/connectplus/preflight/clusters"
	"github.com/connectplus/preflight/ftp"
	"github.com/connectplus/preflight/internal/terminal"
)

// access holds the flags of ftp-access.
type access struct {
	flags *pflag.FlagSet
	configs

	host, protocol, user     string
	port                     int
	identities, knownHosts   []string
	passphrase, password     string // files
	noAgent                  bool
	hostKey                  string
	source, processed, error string
	pattern, probeName       string
	paused, leave            bool
	connectTimeout, timeout  time.Duration
	cluster                  string
	format, output           string
	color, progress          string
	verbose, quiet           bool
}

func (f *access) register(flags *pflag.FlagSet) {
	f.flags = flags
	flags.StringVar(&f.host, "host", "", "the server: a `NAME` or an address, or an alias of ~/.ssh/config")
	flags.IntVar(&f.port, "port", 0, "its port `N` (default 22; 21 for FTP and FTPS)")
	flags.StringVar(&f.protocol, "protocol", "", "how it is spoken to, `NAME`: sftp, ftp or ftps (default sftp)")
	flags.StringVar(&f.user, "user", "", "the account `NAME` that the dataflow logs in with")
	flags.StringArrayVarP(&f.identities, "identity", "i", nil, "a `FILE` with a private key, the only ones that are offered; repeatable (default: the agent's, those of ~/.ssh)")
	flags.StringVar(&f.passphrase, "passphrase-file", "", "a `FILE` whose first line is the passphrase of the key")
	flags.StringVar(&f.password, "password-file", "", "a `FILE` whose first line is the password")
	flags.BoolVar(&f.noAgent, "no-agent", false, "do not ask the ssh-agent for keys")
	flags.StringArrayVar(&f.knownHosts, "known-hosts", nil, "a `FILE` of host keys, never written; repeatable (default: those of the user and the system)")
	flags.StringVar(&f.hostKey, "host-key", "", "trust the host key (of FTPS, the certificate) with this `FINGERPRINT`, SHA256:…, and no other")
	flags.StringVar(&f.source, "source", "", "the folder `DIR` that the dataflow reads (default: the one of the login)")
	flags.StringVar(&f.processed, "processed", "", "the folder `DIR` that it moves files to")
	flags.StringVar(&f.error, "error", "", "the folder `DIR` for API error files (default: not tried)")
	flags.StringVar(&f.pattern, "name-pattern", "", "the dataflow's Filename Pattern `REGEX`: probe files must not match it (default: the pattern of the flow)")
	flags.BoolVar(&f.paused, "dataflow-paused", false, "the dataflow is paused, so that its pattern may take the probe files")
	flags.StringVar(&f.probeName, "probe-name", "", "the `NAME` of the probe file, for servers that take only certain names (default: a random one)")
	flags.BoolVar(&f.leave, "allow-leftover", false, "write probe files even where they cannot be removed")
	flags.DurationVar(&f.connectTimeout, "connect-timeout", 0, "how long connecting and logging in may take, `TIME` (default 15s)")
	flags.DurationVar(&f.timeout, "timeout", 0, "how long a request may take, `TIME` (default 15s)")
	f.configs.register(flags, "the working directory", "the only one with an ftp block")
	flags.Lookup("isolated").Usage = "read neither preflight.yaml nor ~/.ssh/config"
	flags.StringVar(&f.cluster, "cluster", "", "show the addresses of the cluster `NAME` of Connect+: "+strings.Join(clusters.Names(), ", ")+" (default: all)")
	flags.StringVarP(&f.format, "format", "f", "text", "the format `NAME` of the report: "+strings.Join(accessFormats, ", "))
	flags.StringVarP(&f.output, "output", "o", "", "write the report to `PATH` (default: standard output)")
	flags.StringVar(&f.color, "color", "auto", "colour the text, `WHEN`: auto, always or never")
	flags.StringVar(&f.progress, "progress", "auto", "show progress on standard error, `WHEN`: auto, always or never")
	flags.BoolVarP(&f.verbose, "verbose", "v", false, "show every request and answer on standard error")
	flags.BoolVarP(&f.quiet, "quiet", "q", false, "the verdict line only")
}

var accessFormats = []string{"text", "json"}

func ftpAccessCommand(a *app) *cobra.Command {
	f := &access{}
	c := &cobra.Command{
		Use:   "ftp-access --host HOST --user USER --processed DIR",
		Short: "Prove that an SFTP account can do what a dataflow needs",
		Long: `Prove by doing it that an SFTP, FTP or FTPS account can do what a dataflow
needs: log in without a person, list, write and read files, move them out of
the source folder, and remove them. The probe files are small, have names that
no dataflow takes, and are removed again; no other file is opened or changed.

A password comes from --password-file, PREFLIGHT_FTP_PASSWORD or a prompt on a
terminal, a passphrase from --passphrase-file, PREFLIGHT_FTP_PASSPHRASE or a
prompt; no flag takes one. What is said of the connection and the folders may
stand in the ftp block of preflight.yaml (docs/ftp-access.md has its keys); host
name, port, user and keys are taken from ~/.ssh/config, too.

Exit codes: 0 every right is there; 1 one is missing; 2 wrong usage, or the
probe would disturb the dataflow; 3 it could not be checked to the end; 128+n
after signal n, cleaned up. docs/ftp-access.md lists the steps.`,
		Example: `  preflight ftp-access --host data.example.com --user brand -i ~/.ssh/brand \
      --source /in --processed /done --error /err --cluster india
  preflight ftp-access --flow sales --format json
  PREFLIGHT_FTP_PASSWORD=… preflight ftp-access --protocol ftps --host data.example.com \
      --user brand --source in --processed done`,
		Args: noArguments,
		RunE: func(c *cobra.Command, _ []string) error { return a.ftpAccess(c.Context(), f) },
	}
	c.Flags().SortFlags = false
	f.register(c.Flags())
	return c
}

// ftpAccess tries the account and writes the report, even when it was
// interrupted: what was found by then, and above all what was left behind.
func (a *app) ftpAccess(ctx context.Context, f *access) error {
	s := takeSecrets()
	if err := f.checkValues(); err != nil {
		return err
	}
	plan, err := f.plan()
	if err != nil {
		return err
	}
	if err := s.prepare(f); err != nil {
		return err
	}
	out, err := openOutput(f.output, a.out, nil)
	if err != nil {
		return err
	}
	defer out.discard()
	// A reader that goes away must not end the program before it has cleaned up.
	signal.Ignore(syscall.SIGPIPE)
	for _, w := range append(plan.warnings, s.warnings...) {
		a.complain("preflight", "warning: "+w)
	}
	wanted := !f.verbose && (f.progress == "always" || f.progress == "auto" && isTerminal(a.err))
	p := startStepProgress(a.err, wanted)
	o := &plan.options
	o.Password, o.Passphrase = s.callbacks(ctx, a, o, p)
	if p != nil {
		o.Progress = p.step
	}
	if f.verbose {
		o.Trace = func(line string) { fmt.Fprintln(a.err, terminal.Visible(line)) }
	}
	res, err := ftp.Probe(ctx, *o)
	p.end()
	if err != nil {
		return plan.wrong(err)
	}
	a.interrupted = afterInterrupt(res)
	a.code = accessCode(res.Verdict())
	return out.write(func(w io.Writer) error {
		if f.format == "json" {
			return res.WriteJSON(w)
		}
		return res.WriteText(w, ftp.TextOptions{
			Color: colored(f.color, out.w), Width: width(out.w), Cluster: plan.cluster, Login: plan.login, Quiet: f.quiet,
		})
	})
}

func accessCode(v ftp.Verdict) int {
	switch v {
	case ftp.Pass:
		return 0
	case ftp.Fail:
		return 1
	case ftp.Refused:
		return exitUsage
	}
	return exitNoVerdict
}

// afterInterrupt says what an interrupted probe left on the server.
func afterInterrupt(res *ftp.Result) string {
	switch {
	case len(res.Leftovers) > 0:
		return "interrupted; probe files that are, or may be, there still: " + strings.Join(res.Leftovers, ", ")
	case len(res.Vanished) > 0:
		return "interrupted; probe files that somebody else took: " + strings.Join(res.Vanished, ", ")
	case res.Made == 0:
		return "interrupted; nothing was written to the server"
	}
	return "interrupted; the probe files were removed"
}

// checkValues refuses wrong values of flags that say how the report is made.
func (f *access) checkValues() error {
	if err := when("color", f.color); err != nil {
		return err
	}
	if err := when("progress", f.progress); err != nil {
		return err
	}
	for _, name := range accessFormats {
		if f.format == name {
			return nil
		}
	}
	return usage("--format takes %s, not %q", strings.Join(accessFormats, ", "), f.format)
}

// wrong words an error of the options by the flag, or wherever the value is
// from.
func (p *accessPlan) wrong(err error) error {
	e, ok := errors.AsType[*ftp.OptionsError](err)
	if !ok {
		return err
	}
	if from := p.from[e.Option]; from != "" {
		return usage("%s %s", from, e.Message)
	}
	s := accessSettings[e.Option]
	return usage("--%s %s (or %s in the ftp block of preflight.yaml)", s.flag, e.Message, s.key)
}

// A stepProgress shows on one line which step of a probe is under way. All of
// its methods may be called on nil.
type stepProgress struct {
	*ticker
	now atomic.Value // string
}

func startStepProgress(w io.Writer, wanted bool) *stepProgress {
	if !wanted {
		return nil
	}
	p := &stepProgress{}
	p.now.Store("")
	p.ticker = startTicker(w, func(time.Duration) string { return p.now.Load().(string) })
	return p
}

// step takes what ftp.Options.Progress hands out.
func (p *stepProgress) step(s *ftp.Step, number, total int) {
	p.now.Store(fmt.Sprintf("%d/%d %s", number+1, total, s.ID))
}

func (p *stepProgress) end() {
	if p != nil {
		p.ticker.end()
	}
}

// asking keeps the line away while a person answers.
func (p *stepProgress) asking() (answered func()) {
	if p == nil {
		return func() {}
	}
	p.hold()
	return p.release
}
