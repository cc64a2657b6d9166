// Quick search (Ctrl-K): a dialog with one combobox over a list, after the ARIA combobox pattern. The focus never leaves
// the text box; arrows, Home and End move the active option, Enter opens it, Esc closes.

const WAIT = 200; // ms without a key before asking
const LEAST = 2; // letters

const dialog = document.querySelector("[data-palette]");
if (dialog) {
  const { url, list: listUrl, create, none, failed, searching, hint, foundOne, found, all, new: addNew, page } = dialog.dataset;
  const input = dialog.querySelector("[data-palette-input]");
  const list = dialog.querySelector("[role=listbox]");
  const status = dialog.querySelector("[data-palette-said]");
  const icons = dialog.querySelector("[data-palette-icons]").content;
  let opener = null, timer = 0, request = null, active = -1;

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const fill = (text, value) => text.replace("{text}", value);
  const options = () => [...list.children];

  function say(text, quietly = false) {
    status.textContent = text;
    status.classList.toggle("visually-hidden", quietly); // a count is only news to those who do not see the list
  }

  function choose(index) {
    const all = options();
    active = all.length ? (index + all.length) % all.length : -1;
    all.forEach((option, place) => option.setAttribute("aria-selected", String(place === active)));
    if (active < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    }
  }

  function option({ url, name, detail = "", mark, square = false, kind = "" }) {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.dataset.url = url;
    const sign = document.createElement("span");
    sign.setAttribute("aria-hidden", "true");
    if (kind) {
      sign.className = "mc-sign";
      sign.append(icons.querySelector(`[data-kind=${kind}] svg`).cloneNode(true));
    } else {
      sign.className = `avatar avatar-sm${square ? " mc-org" : ` a-${mark.id % 5}`}`;
      sign.textContent = initials(name);
    }
    const text = document.createElement("div");
    for (const [css, words] of [["mc-name", name], ["mc-small mc-quiet", detail]]) {
      if (!words) continue;
      const line = document.createElement("p");
      line.className = css;
      line.textContent = words;
      text.append(line);
    }
    item.append(sign, text);
    return item;
  }

  function initials(name) {
    const parts = name.split(/\s+/).filter((part) => /^[\p{L}\p{N}]/u.test(part));
    return parts.length ? (parts[0][0] + (parts.length > 1 ? parts.at(-1)[0] : "")).toUpperCase() : "?";
  }

  function pages(text) {
    const links = [...document.querySelectorAll("#nav .nav-link")];
    return links.filter((link) => fold(link.textContent).includes(fold(text))).slice(0, 3)
      .map((link) => option({ url: link.href, name: link.querySelector(".nav-link-title").textContent, detail: page, kind: "page" }));
  }

  function draw(text, people) {
    const items = people.map((person) =>
      option({ url: person.url, name: person.name, detail: person.detail, mark: person, square: person.organization }));
    items.push(...pages(text));
    if (people.length) items.push(option({ url: `${listUrl}?q=${encodeURIComponent(text)}`, name: fill(all, text), kind: "all" }));
    else if (create) items.push(option({ url: `${create}?name=${encodeURIComponent(text)}`, name: fill(addNew, text), kind: "new" }));
    items.forEach((item, place) => { item.id = `palette-${place}`; });
    list.replaceChildren(...items);
    input.setAttribute("aria-expanded", String(items.length > 0));
    if (people.length) say(people.length === 1 ? foundOne : fill(found, people.length), true);
    else say(fill(none, text));
    choose(0);
  }

  function clear(text) {
    list.replaceChildren();
    input.setAttribute("aria-expanded", "false");
    choose(-1);
    say(text);
  }

  async function ask(text) {
    request?.abort();
    const mine = request = new AbortController();
    const late = setTimeout(() => { if (!list.children.length) say(searching); }, 300);
    try {
      const response = await fetch(`${url}?q=${encodeURIComponent(text)}`, {
        headers: { Accept: "application/json" }, signal: mine.signal,
      });
      if (!response.ok) throw new Error(response.status);
      draw(text, (await response.json()).results);
    } catch (error) {
      if (error.name !== "AbortError") clear(failed);
    } finally {
      clearTimeout(late);
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    const text = input.value.trim();
    if (text.length < LEAST) {
      request?.abort();
      clear(hint);
    } else timer = setTimeout(() => ask(text), WAIT);
  });

  input.addEventListener("keydown", (event) => {
    const last = options().length - 1;
    const moves = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: last };
    if (event.key in moves && last >= 0 && !(event.shiftKey || event.ctrlKey)) {
      event.preventDefault();
      choose(moves[event.key]);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      open(options()[active], event);
    }
  });

  function open(item, event) {
    if (event.ctrlKey || event.metaKey) window.open(item.dataset.url, "_blank", "noopener");
    else location.assign(item.dataset.url);
  }

  list.addEventListener("mousemove", (event) => {
    const item = event.target.closest("[role=option]");
    if (item && options().indexOf(item) !== active) choose(options().indexOf(item));
  });
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) open(item, event);
  });

  function start() {
    if (dialog.open || document.querySelector("dialog[open]")) return;
    opener = document.activeElement;
    dialog.showModal();
    input.select();
    if (input.value.trim().length < LEAST) clear(hint);
  }

  document.addEventListener("click", (event) => {
    const asked = event.target.closest?.("[data-palette-open]");
    if (!asked || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    start();
  });
  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey || event.altKey) return;
    event.preventDefault();
    start();
  });
  dialog.querySelector("[data-palette-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => { request?.abort(); opener?.focus?.(); });
}
