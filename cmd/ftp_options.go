package cmd

import (
	"net"
	"net/url"
	"strings"
	"time"

	"github.com/connectplus/preflight/clusters"
	"github.com/connectplus/preflight/config"
	"github.com/connectplus/preflight/ftp"
)

// accessSettings are the flags and the keys of preflight.yaml of those options
// of a probe that may be wrong, by their names in ftp.Options.
var accessSettings = map[string]struct{ flag, key string }{
	"Host": {"host", "host"}, "Port": {"port", "port"}, "Protocol": {"protocol", "protocol"}, "User": {"user", "user"},
	"HostKey": {"host-key", "host_key"}, "Source": {"source", "source"}, "Processed": {"processed", "processed"},
	"Error": {"error", "error"}, "NamePattern": {"name-pattern", "name_pattern"}, "ProbeName": {"probe-name", "probe_name"},
	"ConnectTimeout": {"connect-timeout", "connect_timeout"}, "Timeout": {"timeout", "timeout"},
}

// An accessPlan is what a probe is called with.
type accessPlan struct {
	options  ftp.Options
	cluster  string
	login    []string          // what sftp needs to log in alike
	from     map[string]string // option → what named it: "--host", "preflight.yaml: ftp: host"
	warnings []string
}

// plan puts the settings together: flags go before preflight.yaml, that before
// ~/.ssh/config.
func (f *access) plan() (*accessPlan, error) {
	file, flow, err := f.settings()
	if err != nil {
		return nil, err
	}
	p := &accessPlan{from: map[string]string{}}
	for _, overlay := range []func(p *accessPlan, file string, c config.FTP) error{f.overlayTexts, f.overlayOthers, f.overlayKeys} {
		if err := overlay(p, file, flow.FTP); err != nil {
			return nil, err
		}
	}
	if p.cluster == "" {
		p.cluster = flow.Cluster
	}
	if p.options.NamePattern == "" && !f.flags.Changed("name-pattern") {
		p.options.NamePattern = flow.PatternText
	}
	return p, nil
}

// settings returns the flow that holds, and the file that it stands in.
func (f *access) settings() (file string, flow config.Flow, err error) {
	c, err := f.forPath("")
	if c == nil || err != nil {
		return "", flow, err
	}
	if f.flow != "" {
		if flow, err = c.Flow("", f.flow); err != nil {
			return "", flow, usage("%s", err)
		}
		return c.Name, flow, nil
	}
	var own, names []string
	flow = c.Defaults
	for _, candidate := range c.Flows {
		if candidate.OwnFTP || len(c.Flows) == 1 {
			flow = candidate
			own = append(own, candidate.Name)
		}
		if candidate.OwnFTP && candidate.Name != "" {
			names = append(names, candidate.Name)
		}
	}
	switch {
	case len(own) < 2:
		return c.Name, flow, nil
	case len(names) == 0:
		return "", flow, usage("%s has %d flows with an ftp block; give them names and choose one with --flow", c.Name, len(own))
	}
	return "", flow, usage("%s has %d flows with an ftp block; choose one with --flow: %s", c.Name, len(own), strings.Join(names, ", "))
}

// overlayTexts sets the options that are texts.
func (f *access) overlayTexts(p *accessPlan, file string, c config.FTP) error {
	o, protocol := &p.options, ""
	for _, s := range []struct {
		option            string
		given, configured string
		to                *string
	}{
		{"Protocol", f.protocol, c.Protocol, &protocol},
		{"Host", f.host, c.Host, &o.Host},
		{"User", f.user, c.User, &o.User},
		{"HostKey", f.hostKey, c.HostKey, &o.HostKey},
		{"Source", f.source, c.Source, &o.Source},
		{"Processed", f.processed, c.Processed, &o.Processed},
		{"Error", f.error, c.Error, &o.Error},
		{"NamePattern", f.pattern, c.NamePattern, &o.NamePattern},
		{"ProbeName", f.probeName, c.ProbeName, &o.ProbeName},
	} {
		names := accessSettings[s.option]
		switch {
		case f.flags.Changed(names.flag):
			*s.to, p.from[s.option] = s.given, "--"+names.flag
		case s.configured != "":
			*s.to, p.from[s.option] = s.configured, file+": ftp: "+names.key
		}
		if *s.to == "" {
			delete(p.from, s.option) // it is missing, whoever said so
		}
	}
	o.Protocol = ftp.SFTP
	if protocol != "" {
		var err error
		if o.Protocol, err = ftp.ParseProtocol(protocol); err != nil {
			return usage("%s: %s", p.from["Protocol"], err)
		}
	}
	return p.plainHost()
}

// plainHost refuses addresses of the kinds that other programs take, and says
// which flags take their parts.
func (p *accessPlan) plainHost() error {
	o := &p.options
	host := o.Host
	if strings.HasPrefix(host, "[") && strings.HasSuffix(host, "]") {
		o.Host = host[1 : len(host)-1]
		return nil
	}
	at := &url.URL{Host: host}
	switch _, _, err := net.SplitHostPort(host); {
	case strings.Contains(host, "://"), strings.ContainsAny(host, "@/"):
		text := host
		if !strings.Contains(text, "://") {
			text = "//" + text
		}
		// What cannot be taken apart is not shown: it may hold a password.
		if at, err = url.Parse(text); err != nil || at.Hostname() == "" {
			return usage("%s takes the name of the server alone, such as data.example.com", p.from["Host"])
		}
	case err != nil: // there is no port in it
		return nil
	}
	var flags []string
	add := func(flag, value string) {
		if value != "" {
			flags = append(flags, "--"+flag+" "+value)
		}
	}
	if at.Scheme != "sftp" && at.Scheme != "" {
		if _, err := ftp.ParseProtocol(at.Scheme); err == nil {
			add("protocol", at.Scheme)
		}
	}
	add("host", at.Hostname())
	add("port", at.Port())
	add("user", at.User.Username())
	add("source", strings.TrimSuffix(at.Path, "/"))
	return usage("%s takes the name of the server alone; write %s", p.from["Host"], strings.Join(flags, " "))
}

// overlayOthers sets numbers, times and switches.
func (f *access) overlayOthers(p *accessPlan, _ string, c config.FTP) error {
	o, given := &p.options, f.flags.Changed
	o.Port, o.Paused, o.AllowLeftover = c.Port, c.Paused, f.leave
	if given("port") {
		if f.port == 0 {
			return usage("--port takes a number from 1 to 65535, not 0")
		}
		o.Port, p.from["Port"] = f.port, "--port"
	}
	if given("dataflow-paused") {
		o.Paused = f.paused
	}
	for _, t := range []struct {
		flag              string
		given, configured time.Duration
		to                *time.Duration
	}{{"connect-timeout", f.connectTimeout, c.ConnectTimeout, &o.ConnectTimeout}, {"timeout", f.timeout, c.Timeout, &o.Timeout}} {
		*t.to = t.configured
		if given(t.flag) {
			if *t.to = t.given; t.given <= 0 {
				return usage("--%s takes a time above zero, such as 15s, not %s", t.flag, t.given)
			}
		}
	}
	p.cluster = c.Cluster
	if given("cluster") {
		if _, ok := clusters.ByName(f.cluster); !ok {
			return usage("--cluster takes %s, not %q", strings.Join(clusters.Names(), ", "), f.cluster)
		}
		p.cluster = f.cluster
	}
	return nil
}
