// Package cmd is the command line of preflight: one file a command. It is the
// only package that reads flags, the environment, the clock and the terminal,
// and the only one that writes to them.
//
// Exit codes, the same for every command and format:
//
//	0      judged, nothing at or above --fail-on
//	1      judged, findings at or above --fail-on
//	2      wrong usage or configuration; nothing was judged
//	3      no verdict: a file that cannot be read, a limit, no way to log in
//	128+n  ended by signal n
package cmd

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/signal"
	"regexp"
	"strings"
	"syscall"

	"github.com/spf13/cobra"
	"github.com/spf13/pflag"

	"github.com/connectplus/preflight/internal/nearest"
)

// Exit codes that do not come from a verdict.
const (
	exitUsage     = 2
	exitNoVerdict = 3
	exitPipe      = 128 + 13 // as a shell shows a program whose reader went away
)

// Main runs preflight with its arguments, without the name of the program, and
// returns the exit code. The report goes to stdout; errors, progress and hints
// go to stderr. Environment variables named PREFLIGHT_… stand in for flags.
func Main(args []string, stdin io.Reader, stdout, stderr io.Writer) (code int) {
	defer func() {
		if trouble := recover(); trouble != nil {
			fmt.Fprintf(stderr, "preflight: internal error: %v; please report it with the command that you gave\n", trouble)
			code = exitNoVerdict
		}
	}()
	ctx, ended := interruptible()
	a := &app{in: stdin, out: stdout, err: stderr}
	root := rootCommand(a)
	root.SetArgs(args)
	err := root.ExecuteContext(ctx)
	if sig := ended(); sig != 0 {
		a.complain("preflight", cmp.Or(a.interrupted, "interrupted, so there is no report"))
		return 128 + int(sig)
	}
	return a.finish(err)
}

// Root returns the command tree for the documentation.
func Root() *cobra.Command {
	return rootCommand(&app{in: strings.NewReader(""), out: io.Discard, err: io.Discard})
}

// An app is one run: its streams, and the exit code that a command settled on.
type app struct {
	in       io.Reader
	out, err io.Writer
	code     int

	environment map[string]bool // flags that were set from their variables
	interrupted string          // what to say last if a signal came; empty: that there is no report
}

// finish words an error for the terminal and returns the exit code.
func (a *app) finish(err error) int {
	if err == nil {
		return a.code
	}
	if errors.Is(err, syscall.EPIPE) {
		return exitPipe
	}
	code := exitNoVerdict
	_, wrong := errors.AsType[*usageError](err)
	if wrong {
		code = exitUsage
	}
	for line := range strings.SplitSeq(err.Error(), "\n") {
		if wrong {
			line = a.source(line)
		}
		a.complain("preflight", line)
	}
	return code
}

var (
	aboutFlags = regexp.MustCompile(`^--[a-z-]+( and --[a-z-]+)?`)
	oneFlag    = regexp.MustCompile(`--[a-z-]+`)
)

// source names the variable in a sentence about a flag, which begins with the
// flag, where the value is from there.
func (a *app) source(line string) string {
	return aboutFlags.ReplaceAllStringFunc(line, func(flags string) string {
		return oneFlag.ReplaceAllStringFunc(flags, func(flag string) string {
			if name := flag[len("--"):]; a.environment[name] {
				return variable(name)
			}
			return flag
		})
	})
}

// complain writes one line to stderr. Names and headers in it may hold
// characters that a terminal would obey.
func (a *app) complain(label, line string) {
	fmt.Fprintf(a.err, "%s: %s\n", label, visible(strings.ReplaceAll(line, "\n", "·")))
}

// A usageError says that the command or the configuration is wrong, so that
// nothing was judged. Each line is a sentence of its own.
type usageError struct{ message string }

func (e *usageError) Error() string { return e.message }

func usage(format string, args ...any) error {
	return &usageError{fmt.Sprintf(format, args...)}
}

func rootCommand(a *app) *cobra.Command {
	root := &cobra.Command{
		Use:   "preflight",
		Short: "Check files before they are dropped for Connect+",
		Long: `preflight judges CSV files before they are dropped into the folder that a
Connect+ dataflow reads: which rows the platform would refuse and why, which it
would take with wrong results, and what to mend. It also tries whether the SFTP
account may do what the dataflow needs.`,
		Version:           Version,
		SilenceUsage:      true,
		SilenceErrors:     true,
		Args:              func(c *cobra.Command, args []string) error { return unknownCommand(c, args) },
		PersistentPreRunE: func(c *cobra.Command, _ []string) error { return a.fromEnvironment(c.Flags()) },
		RunE: func(c *cobra.Command, _ []string) error {
			c.SetOut(a.err)
			_ = c.Help()
			return usage("no command given")
		},
	}
	root.SetIn(a.in)
	root.SetOut(a.out)
	root.SetErr(a.err)
	root.SetVersionTemplate("preflight {{.Version}}\n")
	root.SetFlagErrorFunc(flagError)
	root.CompletionOptions.DisableDefaultCmd = true
	root.SetHelpCommand(helpCommand())
	root.AddCommand(
		checkCommand(a), initCommand(a), fixCommand(a), splitCommand(a), triageCommand(a), previewCommand(a),
		rulesCommand(a), explainCommand(a), templatesCommand(a), ftpAccessCommand(a), completionCommand(a), versionCommand(a),
	)
	return root
}

func helpCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "help [COMMAND]",
		Short: "Explain a command",
		RunE: func(c *cobra.Command, args []string) error {
			about, rest, err := c.Root().Find(args)
			if err != nil || len(rest) > 0 {
				return unknownCommand(c.Root(), args)
			}
			return about.Help()
		},
	}
}

// unknownCommand refuses words that are no command.
func unknownCommand(c *cobra.Command, args []string) error {
	if len(args) == 0 {
		return nil
	}
	if _, err := os.Stat(args[0]); err == nil {
		return usage("%q is no command; to judge that file: preflight check %s", args[0], args[0])
	}
	var names []string
	for _, sub := range c.Commands() {
		if sub.IsAvailableCommand() {
			names = append(names, sub.Name())
		}
	}
	return usage("unknown command %q; the nearest is %s (preflight help lists all)", args[0], nearest.Always(args[0], names))
}

// flagError words what pflag says about a flag in one sentence.
func flagError(c *cobra.Command, err error) error {
	if e, ok := errors.AsType[*pflag.NotExistError](err); ok {
		name := e.GetSpecifiedName()
		if len(name) == 1 {
			return usage("unknown flag -%s (preflight %s --help lists all)", name, c.Name())
		}
		var names []string
		c.Flags().VisitAll(func(f *pflag.Flag) { names = append(names, f.Name) })
		return usage("unknown flag --%s; the nearest is --%s (%s --help lists all)",
			name, nearest.Always(name, names), c.CommandPath())
	}
	if e, ok := errors.AsType[*pflag.InvalidValueError](err); ok {
		return usage("--%s", wrongValue(e.GetFlag(), e.GetValue()))
	}
	if e, ok := errors.AsType[*pflag.ValueRequiredError](err); ok {
		return usage("--%s needs a value", e.GetFlag().Name)
	}
	return usage("%s", err)
}

// wrongValue says what a flag takes, beginning with its name.
func wrongValue(f *pflag.Flag, value string) string {
	takes := "another sort of value"
	switch f.Value.Type() {
	case "int":
		takes = "a whole number"
	case "bool":
		takes = "true or false"
	case "duration":
		takes = "a time such as 15s"
	}
	return fmt.Sprintf("%s takes %s, not %q", f.Name, takes, value)
}

// variable returns the environment variable that stands in for a flag.
func variable(flag string) string {
	return "PREFLIGHT_" + strings.ToUpper(strings.ReplaceAll(flag, "-", "_"))
}

// fromEnvironment sets flags that were not given from their variables. The
// values of a flag that may be repeated are separated by line breaks.
func (a *app) fromEnvironment(flags *pflag.FlagSet) (err error) {
	a.environment = map[string]bool{}
	beaten := map[string]bool{"help": true, "version": true}
	// Of two flags that exclude each other the one that was given holds.
	for _, pair := range [][2]string{{"isolated", "config"}, {"config", "isolated"}} {
		if f := flags.Lookup(pair[0]); f != nil && f.Changed && f.Value.String() != f.DefValue {
			beaten[pair[1]] = true
		}
	}
	flags.VisitAll(func(f *pflag.Flag) {
		text, ok := os.LookupEnv(variable(f.Name))
		if !ok || text == "" || f.Changed || beaten[f.Name] || err != nil {
			return
		}
		a.environment[f.Name] = true
		values := []string{text}
		if _, repeatable := f.Value.(pflag.SliceValue); repeatable {
			values = strings.Split(strings.TrimRight(text, "\n"), "\n")
		}
		for _, v := range values {
			if flags.Set(f.Name, v) != nil {
				err = usage("--%s", wrongValue(f, v))
			}
		}
	})
	return err
}

// interruptible returns a context that ends with the first interrupt. ended
// stops listening and returns the signal that came, or 0. A second interrupt
// ends the program at once.
func interruptible() (ctx context.Context, ended func() syscall.Signal) {
	ctx, cancel := context.WithCancel(context.Background())
	signals, got := make(chan os.Signal, 1), make(chan syscall.Signal, 1)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
	if !signal.Ignored(syscall.SIGHUP) { // nohup
		signal.Notify(signals, syscall.SIGHUP)
	}
	go func() {
		select {
		case s := <-signals:
			if sig, ok := s.(syscall.Signal); ok {
				got <- sig
			}
			signal.Stop(signals)
			cancel()
		case <-ctx.Done():
		}
	}()
	return ctx, func() syscall.Signal {
		signal.Stop(signals)
		defer cancel()
		select {
		case s := <-got:
			return s
		default:
			return 0
		}
	}
}
