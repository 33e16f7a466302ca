package main

import (
	"bytes"
	_ "embed"
	"text/template"

	"github.com/connectplus/preflight/ftp"
)

//go:embed ftp_access.md.tmpl
var ftpAccessText string

func ftpAccessPage() ([]byte, error) {
	t, err := template.New("ftp-access.md").Funcs(template.FuncMap{"cell": cell}).Parse(ftpAccessText)
	if err != nil {
		return nil, err
	}
	b := bytes.NewBufferString(generated)
	err = t.Execute(b, map[string]any{"Steps": ftp.Steps(), "Clusters": ftp.Clusters()})
	return b.Bytes(), err
}
