package report_test

import (
	"crypto/sha256"
	"encoding/base64"
	"html"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/connectplus/preflight/report"
	"github.com/connectplus/preflight/validate"
)

// inBrowser runs after the script of the page: it sorts, filters, and writes
// down what it sees, one line each.
const inBrowser = `
const seen = [];
const say = (name, value) => seen.push(name + ": " + value);
window.addEventListener("error", (e) => say("error", e.message));
document.addEventListener("securitypolicyviolation", (e) => say("refused", e.violatedDirective));
const table = document.querySelector("section.file table.sortable");
const column = (i) => Array.from(table.tBodies[0].rows, (r) => r.cells[i].textContent).join(" ");
const head = table.tHead.rows[0].cells[2];
say("before", column(2));
head.querySelector("button").click();
say("ascending", column(2) + " " + head.getAttribute("aria-sort"));
head.querySelector("button").click();
say("descending", column(2) + " " + head.getAttribute("aria-sort"));
const shown = () => Array.from(document.querySelectorAll("article.cause:not([hidden]) .meta code"), (e) => e.textContent)
  .filter((s, i, all) => all.indexOf(s) === i).join(" ");
const rows = () => document.querySelectorAll("article.cause:not([hidden]) tbody tr:not([hidden])").length;
const words = document.getElementById("words");
const filter = (s) => { words.value = s; words.dispatchEvent(new Event("input")); };
say("all", shown());
filter("30/12/2025 date-format");
say("filtered", shown() + " " + rows());
say("told", document.getElementById("told").textContent);
filter("");
document.querySelector("input[value=error]").click();
say("no errors", shown());
document.querySelector("input[value=error]").click();
const before = rows();
document.querySelector("input[value=known]").click();
say("no known", (before - rows()) + " " + shown());
say("bars", Array.from(document.querySelectorAll(".bars rect"), (r) => r.getBoundingClientRect().width > 0).join(" "));
say("background", getComputedStyle(document.querySelector(".verdict")).borderLeftStyle);
say("requests", performance.getEntriesByType("resource").length);
const out = document.createElement("pre");
out.id = "seen";
out.textContent = seen.join("\n");
setTimeout(() => document.body.append(out), 0);
`

// TestHTMLInBrowser sorts and filters the tables in Chromium, under the policy
// of the page with the hash of this test's own script added.
func TestHTMLInBrowser(t *testing.T) {
	chromium, err := exec.LookPath("chromium")
	switch {
	case err != nil && os.Getenv("CI") != "":
		t.Fatal("chromium is not installed; apt-get install chromium")
	case err != nil:
		t.Skip("NOT TESTED: chromium is not installed; apt-get install chromium")
	case testing.Short():
		t.Skip("takes seconds")
	}
	res := bothFiles()
	first := res.Files[0]
	for _, known := range []string{"date-format", "mobile-format"} { // one of several, and all
		i := slices.IndexFunc(first.Findings, func(fd validate.Finding) bool { return fd.Rule == known })
		k := slices.IndexFunc(first.Causes, func(c validate.Cause) bool { return c.Rule == known })
		first.Findings[i].Baselined, first.Causes[k].Baselined = true, 1
	}
	page := written(t, "html", res, report.Options{})
	sum := sha256.Sum256([]byte(inBrowser))
	page = strings.Replace(page, "script-src ", "script-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+"' ", 1)
	page = strings.Replace(page, "</body>", "<script>"+inBrowser+"</script></body>", 1)
	dir := t.TempDir()
	path := filepath.Join(dir, "report.html")
	if err := os.WriteFile(path, []byte(page), 0o600); err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), chromium, "--headless", "--no-sandbox", "--disable-gpu",
		"--user-data-dir="+filepath.Join(dir, "profile"), "--dump-dom", "file://"+filepath.ToSlash(path))
	dom, err := cmd.Output()
	if err != nil {
		t.Fatalf("chromium: %v", err)
	}
	m := regexp.MustCompile(`(?s)<pre id="seen">(.*?)</pre>`).FindSubmatch(dom)
	if m == nil {
		t.Fatalf("the script of the test did not end; the page is:\n%s", dom)
	}
	want := strings.Join([]string{
		"before: 4 2 –",
		"ascending: – 2 4 ascending",
		"descending: 4 2 – descending",
		"all: bill-total-mismatch date-format mobile-format control-characters header-unknown",
		"filtered: date-format 2",
		"told: 1 of 5 kinds of finding shown",
		"no errors: mobile-format control-characters header-unknown",
		"no known: 2 bill-total-mismatch date-format control-characters header-unknown",
		"bars: true true true true true",
		"background: solid",
		"requests: 0",
	}, "\n")
	if got := html.UnescapeString(string(m[1])); got != want {
		t.Errorf("the browser saw:\n%s\nwant:\n%s", got, want)
	}
}
