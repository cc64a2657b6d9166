// Lists: a click on a row opens it, arrows go from row to row, ticks and their bar, exports that follow the filters.

const rowOf = (element) => element?.closest?.("[data-rows] tbody tr");
const linkOf = (row) => row?.querySelector("a.mc-name, a[href]");

// --- the whole row is a target for the mouse; the link in it stays the one for keyboards and screen readers ---
document.addEventListener("click", (event) => {
  const row = rowOf(event.target);
  if (!row || event.defaultPrevented || event.button !== 0) return;
  if (event.target.closest("a, button, input, label, select, summary, [data-no-row]") || String(getSelection())) return;
  const link = row.querySelector("a.mc-name");
  if (!link) return;
  if (event.ctrlKey || event.metaKey) window.open(link.href, "_blank", "noopener");
  else link.click();
});

document.addEventListener("keydown", (event) => {
  if (!["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key) || event.target.matches?.("input, select, textarea")) return;
  const row = rowOf(event.target);
  if (!row) return;
  const rows = [...row.parentElement.rows];
  const here = rows.indexOf(row);
  const next = { ArrowDown: here + 1, ArrowUp: here - 1, Home: 0, End: rows.length - 1 }[event.key];
  const link = linkOf(rows[next]);
  if (!link) return;
  event.preventDefault();
  link.focus();
});

// --- ticks: the box of the head ticks the page, Shift (click or space) ticks from the last one to this one ---
const listOf = (element) => element.closest(".mc-swap") ?? document;
let anchor = null;

function drawTicks(root) {
  const ticks = [...root.querySelectorAll("[data-tick]")];
  const ticked = ticks.filter((tick) => tick.checked);
  for (const tick of ticks) tick.closest("tr")?.classList.toggle("is-ticked", tick.checked);
  const all = root.querySelector("[data-tick-all]");
  if (all) {
    all.checked = ticks.length > 0 && ticked.length === ticks.length;
    all.indeterminate = ticked.length > 0 && ticked.length < ticks.length;
  }
  const bar = root.querySelector("[data-bulk]");
  if (!bar) return;
  bar.hidden = !ticked.length;
  bar.querySelector("[data-bulk-count]").textContent = ticked.length;
  const whole = bar.querySelector("[data-bulk-all]");
  const everything = whole.value === "1" && ticked.length === ticks.length;
  whole.value = everything ? "1" : "";
  for (const tick of ticks) tick.name = everything ? "" : "row"; // the filters say it, not a thousand numbers
  bar.querySelector("[data-bulk-some]").hidden = everything;
  bar.querySelector("[data-bulk-whole]").hidden = !everything;
  const offer = bar.querySelector("[data-bulk-offer]");
  if (offer) offer.hidden = everything;
}

document.addEventListener("click", (event) => {
  if (!event.target.matches?.("[data-tick]")) return;
  const tick = event.target;
  const ticks = [...listOf(tick).querySelectorAll("[data-tick]")];
  const from = ticks.indexOf(anchor);
  if (event.shiftKey && from >= 0) {
    const to = ticks.indexOf(tick);
    for (const one of ticks.slice(Math.min(from, to), Math.max(from, to) + 1)) one.checked = tick.checked;
  }
  anchor = tick;
});

document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick-all]")) {
    for (const tick of listOf(event.target).querySelectorAll("[data-tick]")) tick.checked = event.target.checked;
  }
  if (event.target.matches("[data-tick], [data-tick-all]")) drawTicks(listOf(event.target));
});

document.addEventListener("click", (event) => {
  const list = listOf(event.target);
  if (event.target.closest?.("[data-bulk-everything]")) {
    for (const tick of list.querySelectorAll("[data-tick]")) tick.checked = true;
    list.querySelector("[data-bulk-all]").value = "1";
    drawTicks(list);
    list.querySelector("[data-bulk] [name=act]")?.focus(); // the button that was used is gone
  }
  if (!event.target.closest?.("[data-bulk-clear]")) return;
  for (const tick of list.querySelectorAll("[data-tick]")) tick.checked = false;
  drawTicks(list);
  list.querySelector("[data-tick-all]")?.focus();
});

window.addEventListener("pageshow", () => drawTicks(document)); // the browser keeps ticks when one comes back

// --- an export holds what the list shows now, not what it showed when the page came ---
document.addEventListener("click", (event) => {
  const link = event.target.closest?.("a[data-export]");
  if (!link) return;
  const params = new URLSearchParams(location.search);
  for (const name of ["page", "size"]) params.delete(name);
  params.set("export", link.dataset.export);
  link.href = `${location.pathname}?${params}`;
}, true);

// --- the columns chosen join the address the list has now, with its filters and its order ---
document.addEventListener("submit", (event) => {
  const form = event.target.closest?.("[data-columns]");
  if (!form) return;
  event.preventDefault();
  const params = new URLSearchParams(location.search);
  for (const name of ["page", "panel", "columns"]) params.delete(name);
  const names = [...form.querySelectorAll("[name=columns]:checked")].map((box) => box.value);
  if (names.length) params.set("columns", names.join(","));
  location.assign(`${location.pathname}?${params}`);
});

document.addEventListener("keydown", (event) => {
  const open = event.key === "Escape" && event.target.closest?.("details.mc-columns[open]");
  if (!open) return;
  open.open = false;
  open.querySelector("summary").focus();
});
