"use strict";
// Sorting and filtering. Without this script all tables stand as they are.
(function () {
  const all = (selector, root) => Array.from((root || document).querySelectorAll(selector));

  const key = (row, index) => {
    const cell = row.cells[index];
    const sort = cell.getAttribute("data-sort");
    return sort === null ? cell.textContent.trim() : Number(sort);
  };

  const sort = (table, index, down) => {
    const body = table.tBodies[0];
    const rows = Array.from(body.rows, (row) => ({ row, key: key(row, index) }));
    rows.sort((a, b) => {
      const order = typeof a.key === "number" && typeof b.key === "number"
        ? a.key - b.key
        : String(a.key).localeCompare(String(b.key), "en", { numeric: true });
      return down ? -order : order;
    });
    body.append(...rows.map((r) => r.row));
  };

  for (const table of all("table.sortable")) {
    const heads = Array.from(table.tHead.rows[0].cells);
    heads.forEach((head, index) => {
      const button = document.createElement("button");
      button.type = "button";
      button.append(...head.childNodes);
      head.append(button);
      button.addEventListener("click", () => {
        const down = head.getAttribute("aria-sort") === "ascending";
        heads.forEach((h) => h.removeAttribute("aria-sort"));
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
        sort(table, index, down);
      });
    });
  }

  const causes = all("article.cause").map((article) => ({
    article,
    severity: article.dataset.severity,
    known: "known" in article.dataset,
    head: all("h4, .meta", article).map((e) => e.textContent).join(" ").toLowerCase(),
    rows: all("tbody tr", article).map((row) => ({ row, known: "known" in row.dataset, text: row.textContent.toLowerCase() })),
  }));
  const tools = document.getElementById("tools");
  const words = document.getElementById("words");
  const told = document.getElementById("told");
  const boxes = all("input[type=checkbox]", tools);

  const filter = () => {
    const wanted = words.value.toLowerCase().split(/\s+/).filter(Boolean);
    const kinds = new Set(boxes.filter((b) => b.checked).map((b) => b.value));
    const has = (text) => wanted.every((w) => text.includes(w));
    const news = boxes.some((b) => b.value === "known" && !b.checked);
    let shown = 0;
    for (const c of causes) {
      const whole = has(c.head);
      let some = whole;
      for (const r of c.rows) {
        const match = (whole || has(c.head + " " + r.text)) && !(news && r.known);
        r.row.hidden = !match;
        some = some || match;
      }
      c.article.hidden = !some || !kinds.has(c.severity) || (news && c.known);
      if (!c.article.hidden) shown++;
    }
    told.textContent = shown === causes.length ? "" : shown + " of " + causes.length + " kinds of finding shown";
  };

  if (causes.length > 0) {
    tools.hidden = false;
    words.addEventListener("input", filter);
    for (const box of boxes) box.addEventListener("change", filter);
    filter();
  }

  let opened = [];
  window.addEventListener("beforeprint", () => {
    opened = all("details:not([open])");
    for (const d of opened) d.open = true;
  });
  window.addEventListener("afterprint", () => {
    for (const d of opened) d.open = false;
  });
})();
