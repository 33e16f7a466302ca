package rules

import "github.com/connectplus/preflight/validate"

// PGPContentParams settle whether the dataflow decrypts.
type PGPContentParams struct {
	Decrypt bool `yaml:"decrypt" doc:"the dataflow has a decrypt-data block, so files must be encrypted with PGP"`
}

// Validate takes either.
func (*PGPContentParams) Validate() error { return nil }

// pgpMessage is what table calls data encrypted with PGP.
const pgpMessage = "PGP message"

// PGPContent reports encrypted files that nobody decrypts, and plain ones that
// somebody would.
var PGPContent = register(validate.Rule{
	ID: "pgp-content", Title: "Encrypted file without decryption, or the reverse", Severity: validate.Error, Since: "0.2.0",
	Doc: `
The file is encrypted with PGP and the dataflow does not decrypt; or the dataflow does,
and the file is plain text. An encrypted file cannot be judged.

The platform can read neither: rows are neither processed nor rejected.

Drop what the dataflow expects. If it has a decrypt-data block, set the parameter decrypt,
and check the file before it is encrypted.
`,
	Prevents: []string{"data-neither-processed-nor-rejected"},
	Sources:  []string{"Connect+ documentation: decrypt-data block"},
	Params:   &PGPContentParams{},
	Examples: []validate.Example{
		{Name: "plain text where the dataflow decrypts", Text: "billNumber,billAmount\nB1,10\n", Params: &PGPContentParams{Decrypt: true},
			Want: []string{"pgp-content: the file is plain, and the dataflow decrypts"}},
		{Name: "plain text", Text: "billNumber,billAmount\nB1,10\n"},
	},
	Checks: []validate.Check{validate.Head(func(p *validate.Pass, report func(validate.Detail)) {
		switch decrypts, encrypted := p.Params.(*PGPContentParams).Decrypt, p.Source.NotText == pgpMessage; {
		case encrypted && !decrypts:
			report(validate.Detail{Message: "the file is encrypted with PGP, and the dataflow does not decrypt",
				Fix: &validate.Fix{Title: "drop the file decrypted"}})
		case !encrypted && decrypts && !p.Source.Empty:
			report(validate.Detail{Message: "the file is plain, and the dataflow decrypts",
				Fix: &validate.Fix{Title: "encrypt the file with the key of the dataflow"}})
		}
	})},
})
