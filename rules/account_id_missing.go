package rules

import (
	"fmt"
	"strings"

	"github.com/connectplus/preflight/validate"
)

// AccountIDParams are the parameters of account-id-missing.
type AccountIDParams struct {
	Sources []string `yaml:"sources" doc:"sources that need an account; none: those that the documents name"`
}

// Validate reports a source that is blank.
func (a *AccountIDParams) Validate() error {
	for _, s := range a.Sources {
		if strings.TrimSpace(s) == "" {
			return fmt.Errorf("sources has a blank entry; it takes names such as WECHAT")
		}
	}
	return nil
}

// accountTemplates are those of account-id-missing.
var accountTemplates = append([]string{"customer-v2-add", "pii-cleanup"}, sales...)

// The sources that need an account, where the parameters name none.
var (
	saleAccounts    = []string{"MARTJACK", "WECHAT"}
	profileAccounts = []string{"WECHAT", "FACEBOOK", "LINE", "WEB_ENGAGE", "MOBILE_APP"}
)

// AccountIDMissing reports rows whose source has several accounts and that
// name none.
var AccountIDMissing = register(validate.Rule{
	ID: "account-id-missing", Title: "Account of the source is missing", Severity: validate.Error, Since: "0.2.0",
	Doc: `
The source is one with several accounts, WECHAT for example, and the row does not say
which account it is about. For bills these are MARTJACK and WECHAT, for customers WECHAT,
FACEBOOK, LINE, WEB_ENGAGE and MOBILE_APP.

The platform refuses the row: within such a source it finds a customer only by the
account.

Fill the account id. If your organisation has accounts in other sources, or one account
in one of these, say which need an id with ` + "`sources`" + `.
`,
	Templates: accountTemplates,
	Prevents:  []string{"customer:8045", "customer:8054", "customer:8091", "customer:8127", "customer:8011"},
	Sources:   []string{salesAPISingle, customerAPI, customerCodes, erasureAPI},
	Params:    &AccountIDParams{},
	Examples: []validate.Example{
		{Name: "which account", Text: "billNumber,source,accountId\nB1,WECHAT,\n",
			Want: []string{"2:accountId: account-id-missing: accountId is blank where source is WECHAT"}},
		{Name: "an organisation with two web shops", Params: &AccountIDParams{Sources: []string{"ECOMMERCE"}},
			Text: "billNumber,source,accountId\nB1,ECOMMERCE,\nB2,WECHAT,\n",
			Want: []string{"2:accountId: account-id-missing: accountId is blank where source is ECOMMERCE"}},
		{Name: "a shop has no account", Text: "billNumber,source,accountId\nB1,INSTORE,\nB2,WECHAT,shop-1\n"},
	},
	Checks: []validate.Check{row(func(p *validate.Pass) *validate.RowCheck {
		name := accountField(p)
		source := strings.TrimSuffix(name, "accountId") + "source"
		from, account := p.Value(source), p.Value(name)
		if name == "" || !from.Given() || account.Column < 0 && (account.Given() || from.Column < 0) {
			return nil
		}
		list := p.Params.(*AccountIDParams).Sources
		if len(list) == 0 {
			list = profileAccounts
			if named(sales, p) && source == "source" {
				list = saleAccounts
			}
		}
		several := newFolder(list)
		check := &validate.RowCheck{
			Column: account.Column, Rank: validate.Form,
			OK: func(r validate.RowView) bool {
				return len(r.Get(account)) > 0 || several.find(r.Get(from)) == ""
			},
			Describe: func(r validate.RowView) validate.Detail {
				return validate.Detail{Message: fmt.Sprintf("%s is blank where %s is %s", name, source, several.find(r.Get(from)))}
			},
		}
		if account.Column >= 0 {
			check.Suspects = unfilled(account.Column)
			return check
		}
		check.Column = from.Column
		check.Describe = func(validate.RowView) validate.Detail {
			return validate.Detail{Message: "{value} has several accounts, and nothing carries " + name}
		}
		return check
	})},
})

// accountField returns the field that names the account of a row's source, or
// "" where the template has none.
func accountField(p *validate.Pass) string {
	for _, name := range []string{"accountId", "profiles.accountId"} {
		if p.Template.Field(name) != nil {
			return name
		}
	}
	return ""
}
