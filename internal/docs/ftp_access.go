package main

import (
	"bytes"
	_ "embed"
	"text/template"

	"github.com/connectplus/preflight/clusters"
	"github.com/connectplus/preflight/config"
	"github.com/connectplus/preflight/ftp"
)

//go:embed ftp_access.md.tmpl
var ftpAccessText string

// ftpKeys are the settings of the ftp block of preflight.yaml.
func ftpKeys() []config.Key {
	for _, k := range config.Keys() {
		if k.Name == "ftp" {
			return k.Keys
		}
	}
	return nil
}

func ftpAccessPage() ([]byte, error) {
	t, err := template.New("ftp-access.md").Funcs(template.FuncMap{"cell": cell}).Parse(ftpAccessText)
	if err != nil {
		return nil, err
	}
	b := bytes.NewBufferString(generated)
	err = t.Execute(b, map[string]any{"Steps": ftp.Steps(), "Clusters": clusters.All(), "Keys": ftpKeys()})
	return b.Bytes(), err
}
