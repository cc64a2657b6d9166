// The grid of a batch: typed with the keyboard, saved line by line while one types. A line has a name of its own, given here,
// so that sending it twice writes it once; what the network loses is sent again, and closing the tab sends what is left.

import { start as startLookup } from "./lookup.js";

const PAUSE = 500; // ms without a key before a line is sent
const RETRY = 3000;
const DEFAULTS = ["received_on", "method", "fund"]; // what a line begins with
const CELLS = ["contact", "received_on", "amount", "method", "cheque_number", "fund"];

const grid = document.querySelector("[data-batch]");
if (grid) begin(grid);

function begin(grid) {
  const words = grid.dataset;
  const body = grid.querySelector("tbody");
  const blank = grid.querySelector("template[data-blank]");
  const balance = document.querySelector("[data-batch-balance]");
  const post = document.querySelector("[data-batch-post] button");
  const plural = new Intl.PluralRules(document.documentElement.lang); // none is singular in French
  const spoken = grid.querySelector("[data-said]");
  const lines = new Map(); // <tr> → what is known of it
  let doubtful = new Set();
  let mayBePosted = Boolean(post) && !post.disabled; // as the server last said

  const model = (name) => grid.querySelector(`template[data-state-${name}]`).innerHTML;
  const cell = (row, name) => row.querySelector(`[data-cell="${name}"]`);
  const donor = (row) => row.querySelector("[data-lookup-value]");
  const rows = () => [...body.querySelectorAll("[data-line]")];
  const isBlank = (row) => !["contact", "amount", "cheque_number"].some((name) => cell(row, name).value.trim()) && !donor(row).value;

  // --- lines ---
  function add(known) {
    const row = blank.content.firstElementChild.cloneNode(true);
    const line = { key: known?.key ?? crypto.randomUUID(), version: known?.version ?? 0, stored: known?.cells ?? null, changes: 0, sent: 0, sending: false, timer: 0, saving: "", out: false, inFlight: null };
    lines.set(row, line);
    const list = row.querySelector("[role=listbox]");
    list.id = `donors_${line.key}`;
    row.querySelector("[data-state]").id = `state_${line.key}`;
    if (known) fill(row, known);
    body.append(row);
    startLookup(row.querySelector("[data-lookup]"));
    return row;
  }

  function fill(row, known) {
    for (const name of CELLS) cell(row, name).value = known.cells[name] ?? "";
    donor(row).value = known.contact;
    tell(row, known);
  }

  // What the server says of a line: which cells are wrong, and its state in words.
  function tell(row, known) {
    for (const name of CELLS) {
      const control = cell(row, name), problem = known.problems[name];
      control.classList.toggle("is-invalid", Boolean(problem));
      control.toggleAttribute("aria-invalid", Boolean(problem));
      if (problem) control.setAttribute("aria-describedby", `state_${lines.get(row).key}`);
      else control.removeAttribute("aria-describedby");
    }
    row.querySelector("[data-state]").innerHTML = known.state;
  }

  function number() {
    rows().forEach((row, place) => {
      const told = row.querySelector("[data-number]");
      if (told.textContent === String(place + 1)) return;
      told.textContent = place + 1;
      for (const name of CELLS) {
        const control = cell(row, name);
        control.dataset.name ??= control.getAttribute("aria-label");
        control.setAttribute("aria-label", `${control.dataset.name}, ${place + 1}`);
      }
    });
    const count = rows().filter((row) => !isBlank(row)).length;
    grid.querySelector("[data-count]").textContent = (plural.select(count) === "one" ? words.saidOne : words.saidMany).replace("%s", count);
  }

  function keepOneBlank() {
    const last = rows().at(-1);
    if (!last || !isBlank(last)) add();
    number();
  }

  // --- saving ---
  function touched(row, now = false) {
    const line = lines.get(row);
    line.changes += 1;
    line.saving = "";
    for (const name of DEFAULTS) {
      const control = cell(row, name);
      if (!control.value && !line.begun) control.value = words[name] ?? "";
    }
    line.begun = true;
    if (!line.sending) row.querySelector("[data-state]").innerHTML = model("typing");
    keepOneBlank();
    if (post) post.disabled = true; // what was just typed is not saved yet: the batch would be posted without it
    clearTimeout(line.timer);
    line.timer = setTimeout(() => send(row), now ? 0 : PAUSE);
  }

  function letter(row, line) {
    const data = new URLSearchParams({ key: line.key, version: line.version, saving: line.saving ||= crypto.randomUUID(), position: rows().indexOf(row), contact: donor(row).value });
    for (const name of CELLS) data.set(name === "contact" ? "contact_text" : name, cell(row, name).value);
    return data;
  }

  function ask(url, data) {
    return fetch(url, { method: "POST", body: data, keepalive: true, headers: { "X-CSRFToken": words.token, Accept: "application/json" } });
  }

  // Signed in again in another tab: this page's token is of the session before. The page itself tells the present one.
  async function renew() {
    try {
      const response = await fetch(location.href);
      const found = response.redirected ? null : (await response.text()).match(/data-token="([^"]+)"/);
      if (found) words.token = found[1];
    } catch { /* no network: asked again with the next attempt */ }
  }

  // What the server says of one letter; where it could not be asked, the page says so and the caller tries again later.
  async function exchange(url, data) {
    let answer = null, status = 0;
    try {
      const response = await ask(url, data);
      status = response.redirected ? 401 : response.status;
      if (!response.redirected) answer = await response.json();
    } catch { /* no network, or no answer that can be read */ }
    if (status === 200 && answer || answer?.changed || answer?.refused) return { status, answer };
    const isOut = [401, 403].includes(status);
    say(isOut ? words.saidSignedOut : words.saidOffline, true);
    if (isOut) await renew();
    return null;
  }

  async function send(row) {
    const line = lines.get(row);
    if (line.sending || line.out || line.sent === line.changes) return;
    if (!line.version && isBlank(row)) return allow(); // nothing to keep yet
    line.sending = true;
    const changes = line.changes, data = letter(row, line);
    const sent = Object.fromEntries(CELLS.map((name) => [name, cell(row, name).value]));
    say(words.saidSaving);
    line.inFlight = exchange(words.save, data);
    const heardBack = await line.inFlight, answer = heardBack?.answer;
    line.sending = false;
    if (line.out) return;
    if (heardBack?.status === 200) {
      line.sent = changes;
      line.version = answer.line.version;
      line.stored = answer.line.cells;
      if (line.changes === changes) settle(row, answer.line, sent);
      heard(answer);
      if (line.changes !== changes) send(row);
    } else if (answer?.changed) conflict(row, answer);
    else if (answer?.refused) refused(row, answer.refused);
    else {
      row.querySelector("[data-state]").innerHTML = model("failed");
      line.timer = setTimeout(() => send(row), RETRY);
    }
  }

  // Cells take the way the server writes them, except the one in which somebody is typing.
  function settle(row, known, sent) {
    for (const name of CELLS) {
      const control = cell(row, name);
      if (control !== document.activeElement && control.value === sent[name]) control.value = known.cells[name] ?? "";
    }
    if (cell(row, "contact") !== document.activeElement || known.contact === Number(donor(row).value)) donor(row).value = known.contact;
    tell(row, known);
    const problem = Object.values(known.problems)[0];
    if (problem) spoken.textContent = `${row.querySelector("[data-number]").textContent}: ${problem}`;
  }

  function heard(answer) {
    balance.innerHTML = answer.balance;
    mayBePosted = answer.may_be_posted;
    allow();
    const savedAt = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "numeric", minute: "2-digit" }).format(new Date());
    say(unsaved() ? words.saidSaving : words.saidSaved.replace("%s", savedAt));
    const now = new Set(answer.doubtful);
    for (const [row, line] of lines) { // its twin makes a line doubtful, or no longer does
      if (line.sent !== line.changes || now.has(line.key) === doubtful.has(line.key)) continue;
      const pill = row.querySelector(".mc-pill");
      if (pill?.matches(".is-ok, .is-warn")) row.querySelector("[data-state]").innerHTML = model(now.has(line.key) ? "doubtful" : "saved");
    }
    doubtful = now;
  }

  function allow() {
    if (post) post.disabled = !mayBePosted || unsaved();
  }

  const unsaved = () => [...lines].some(([row, line]) => line.sent !== line.changes && !line.out && !(isBlank(row) && !line.version));

  function say(text, isBad = false) {
    const place = balance.querySelector("[data-batch-saved]");
    place.textContent = text;
    place.classList.toggle("mc-warn", isBad);
    if (isBad) spoken.textContent = text;
  }

  // Somebody else changed this line: nothing is overwritten unseen. Both are kept until one is chosen.
  function conflict(row, answer) {
    const line = lines.get(row), state = row.querySelector("[data-state]");
    const button = (text, act) => {
      const one = document.createElement("button");
      one.type = "button";
      one.className = "btn btn-sm mt-1";
      one.textContent = text;
      one.addEventListener("click", act);
      return one;
    };
    const said = document.createElement("span");
    said.className = "mc-pill is-bad";
    said.textContent = words.saidChanged;
    const theirs = document.createElement("span");
    theirs.className = "mc-batch-said mc-quiet";
    const other = answer.line?.cells;
    theirs.textContent = other ? [other.contact, other.received_on, other.amount, other.cheque_number].filter(Boolean).join(" · ") : answer.changed;
    state.replaceChildren(said, theirs, button(words.saidMine, () => {
      line.version = answer.line?.version ?? 0;
      touched(row, true);
    }), button(words.saidTheirs, () => {
      if (answer.line) {
        line.version = answer.line.version;
        line.sent = line.changes;
        fill(row, answer.line);
        cell(row, "contact").focus();
      } else leave(row);
      heard(answer);
    }));
    spoken.textContent = `${words.saidChanged}: ${answer.changed}`;
  }

  function refused(row, text) {
    const said = document.createElement("span");
    said.className = "mc-batch-said mc-bad";
    said.textContent = text;
    row.querySelector("[data-state]").replaceChildren(said);
    spoken.textContent = text;
  }

  // --- taking a line out, and putting it back ---
  function leave(row) {
    const line = lines.get(row), next = row.nextElementSibling ?? row.previousElementSibling;
    line.out = true;
    clearTimeout(line.timer);
    row.remove();
    keepOneBlank();
    if (next?.isConnected) cell(next, "contact").focus();
    else cell(rows().at(-1), "contact").focus();
  }

  async function takeOut(row) {
    const line = lines.get(row), place = rows().indexOf(row);
    if (!line.version && isBlank(row)) {
      if (rows().length > 1) leave(row);
      return;
    }
    const data = letter(row, line); // while it still has a place
    if (post) post.disabled = true;
    leave(row);
    offer(row, place);
    await line.inFlight; // or what is on its way would write the line again
    tellOut(data);
  }

  // A line put back has a name of its own: the old one goes all the same.
  async function tellOut(data) {
    const heardBack = await exchange(words.takeOut, data);
    if (heardBack?.status === 200) heard(heardBack.answer);
    else if (!heardBack) setTimeout(() => tellOut(data), RETRY);
  }

  function offer(row, place) {
    const back = document.createElement("button");
    back.type = "button";
    back.className = "btn btn-link btn-sm p-0 ms-2";
    back.textContent = words.saidBack;
    back.addEventListener("click", () => {
      const line = lines.get(row);
      Object.assign(line, { out: false, version: 0, key: crypto.randomUUID() });
      body.insertBefore(row, rows()[place] ?? null);
      touched(row, true);
      cell(row, "contact").focus();
    });
    const keep = document.createElement("span");
    keep.textContent = words.saidRemoved;
    grid.querySelector("[data-removed]")?.remove();
    const said = document.createElement("span");
    said.dataset.removed = "";
    said.append(keep, back);
    grid.querySelector("[data-count]").after(said);
    spoken.textContent = words.saidRemoved;
    back.addEventListener("click", () => said.remove());
  }

  // --- keyboard ---
  function beside(row, step) {
    const all = rows();
    return all[all.indexOf(row) + step];
  }

  function copyDown(row, name) {
    const above = beside(row, -1);
    if (!above) return;
    cell(row, name).value = cell(above, name).value;
    if (name === "contact") donor(row).value = donor(above).value;
    touched(row);
  }

  grid.addEventListener("submit", (event) => event.preventDefault());

  grid.addEventListener("keydown", (event) => {
    const control = event.target.closest("[data-cell]");
    if (!control || event.isComposing) return;
    const row = control.closest("[data-line]"), name = control.dataset.cell;
    const isListOpen = control.getAttribute("aria-expanded") === "true";
    const withCommand = (event.ctrlKey || event.metaKey) && !event.altKey;
    if (withCommand && event.key === "Enter") { // the hands are done: to the button, past a thousand cells
      event.preventDefault();
      (post?.disabled ? document.querySelector("[data-batch-check]") : post)?.focus();
    } else if (withCommand && event.key.toLowerCase() === "d") {
      event.preventDefault();
      copyDown(row, name);
    } else if (withCommand && event.key === "Backspace" && (control.matches("select") || !control.value || control.selectionStart !== control.selectionEnd)) {
      event.preventDefault();
      takeOut(row);
    } else if (event.defaultPrevented || withCommand) {
      return;
    } else if (event.key === "Enter") {
      event.preventDefault();
      const next = beside(row, 1);
      if (next) cell(next, "contact").focus();
    } else if (["ArrowDown", "ArrowUp"].includes(event.key) && !isListOpen && !control.matches("select") && !(name === "contact" && control.value.trim().length >= 3 && !donor(row).value)) {
      event.preventDefault();
      const other = beside(row, event.key === "ArrowDown" ? 1 : -1);
      if (other) cell(other, name).focus();
    }
  });

  grid.addEventListener("input", (event) => {
    if (event.target.closest("[data-cell]")) touched(event.target.closest("[data-line]"));
  });
  grid.addEventListener("change", (event) => {
    const row = event.target.closest("[data-line]");
    if (row) touched(row, true);
  });
  grid.addEventListener("focusin", (event) => {
    if (event.target.matches("input[data-cell]")) event.target.select();
  });
  grid.addEventListener("focusout", (event) => {
    const row = event.target.closest("[data-line]"), line = row && lines.get(row);
    if (line?.stored && line.sent === line.changes && event.target.matches("[data-cell]")) event.target.value = line.stored[event.target.dataset.cell] ?? "";
  });
  grid.addEventListener("click", (event) => {
    const button = event.target.closest("[data-remove]");
    if (button) takeOut(button.closest("[data-line]"));
  });

  // --- somebody new ---
  const dialog = document.querySelector("[data-new-donor]");
  let waiting = null; // the line the new donor is for
  grid.addEventListener("lookup-create", (event) => {
    waiting = event.target.closest("[data-line]");
    dialog.replaceChildren();
    dialog.showModal();
    const url = `${dialog.dataset.url}?name=${encodeURIComponent(event.detail.text)}`;
    window.htmx.ajax("GET", url, { target: dialog, swap: "innerHTML" }).then(() => dialog.querySelector("input[type=text]")?.focus());
  });
  document.addEventListener("contact-created", (event) => {
    if (!waiting) return;
    dialog.close();
    cell(waiting, "contact").value = event.detail.name;
    donor(waiting).value = event.detail.id;
    touched(waiting, true);
    cell(waiting, "amount").focus();
    waiting = null;
  });
  dialog?.addEventListener("click", (event) => {
    if (event.target.closest("[data-close]")) dialog.close();
  });
  dialog?.addEventListener("close", () => {
    if (waiting) cell(waiting, "contact").focus();
    waiting = null;
  });

  // --- leaving ---
  const flush = () => {
    for (const [row, line] of lines) {
      if (line.out || line.sending || line.sent === line.changes || (isBlank(row) && !line.version)) continue;
      ask(words.save, letter(row, line)).catch(() => {});
    }
  };
  window.addEventListener("pagehide", flush);
  window.addEventListener("online", () => { for (const row of rows()) send(row); });
  window.addEventListener("beforeunload", (event) => {
    const failed = [...lines].some(([row, line]) => !line.out && row.querySelector(".mc-pill.is-warn") && line.sent !== line.changes);
    if (failed || !navigator.onLine && unsaved()) event.preventDefault();
  });

  for (const known of JSON.parse(document.getElementById("batch-lines").textContent)) {
    const row = add(known);
    lines.get(row).begun = true;
    if (row.querySelector(".mc-pill.is-warn")) doubtful.add(known.key);
  }
  keepOneBlank();
  cell(rows().at(-1), "contact").focus();
}
