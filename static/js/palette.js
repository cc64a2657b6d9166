// Quick search (Ctrl-K or /): a dialog with one combobox over grouped options, after the ARIA combobox pattern. The focus
// never leaves the text box; arrows, Home and End move the active option, Enter opens it, Esc closes.

const WAIT = 200; // ms without a key before asking
const LEAST = 2; // letters

const dialog = document.querySelector("[data-palette]");
if (dialog) {
  const { url, list: listUrl, create, none, failed, searching, hint, foundOne, found: foundMany, all, new: addNew, page } = dialog.dataset;
  const input = dialog.querySelector("[data-palette-input]");
  const list = dialog.querySelector("[role=listbox]");
  const status = dialog.querySelector("[data-palette-said]");
  const icons = dialog.querySelector("[data-palette-icons]").content;
  let opener = null, timer = 0, request = null, active = -1;
  let awaited = false; // what is shown is not yet the answer to what is typed
  let hasty = false; // Enter came before the answer: it is meant for the answer

  const fold = (text) => text.normalize("NFD").replace(/\p{M}/gu, "").toLowerCase();
  const fill = (text, value) => text.replace("{text}", value);
  const options = () => [...list.querySelectorAll("[role=option]")];

  function say(text, quietly = false) {
    status.textContent = text;
    status.classList.toggle("visually-hidden", quietly); // a count is only news to those who do not see the list
  }

  function choose(index) {
    const items = options();
    active = items.length ? (index + items.length) % items.length : -1;
    items.forEach((option, place) => option.setAttribute("aria-selected", String(place === active)));
    if (active < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", items[active].id);
      items[active].scrollIntoView({ block: "nearest" });
    }
  }

  function option({ url, name, detail = "", pk = 0, is_organization: square = false, icon = "" }) {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.dataset.url = url;
    const sign = document.createElement("span");
    sign.setAttribute("aria-hidden", "true");
    if (icon) {
      sign.className = "mc-sign";
      sign.append(picture(icon));
    } else {
      sign.className = `avatar avatar-sm${square ? " mc-org" : ` a-${pk % 5}`}`;
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

  function picture(name) {
    const svg = icons.querySelector("svg").cloneNode(true);
    const use = svg.querySelector("use");
    use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#i-${name}`));
    return svg;
  }

  function initials(name) {
    const parts = name.split(/\s+/).filter((part) => /^[\p{L}\p{N}]/u.test(part));
    return parts.length ? (parts[0][0] + (parts.length > 1 ? parts.at(-1)[0] : "")).toUpperCase() : "?";
  }

  function pages(text) {
    const links = [...document.querySelectorAll("#nav .nav-link")];
    return links.filter((link) => fold(link.textContent).includes(fold(text))).slice(0, 3)
      .map((link) => ({ url: link.href, name: link.querySelector(".nav-link-title").textContent, icon: "arrow-right" }));
  }

  // A group is a list of its own with its name; a listbox may hold groups of options.
  function section({ code, label, hits }) {
    const group = document.createElement("ul");
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", label);
    const title = document.createElement("li");
    title.setAttribute("role", "presentation");
    title.className = "mc-palette-group";
    title.textContent = label;
    group.append(title, ...hits.map(option));
    group.dataset.code = code;
    return group;
  }

  function draw(text, groups) {
    const found = groups.filter((group) => group.code !== "acts");
    const people = found.find((group) => group.code === "contacts")?.hits ?? [];
    const further = [];
    if (people.length) further.push({ url: `${listUrl}?q=${encodeURIComponent(text)}`, name: fill(all, text), icon: "list" });
    else if (text && create) further.push({ url: `${create}?name=${encodeURIComponent(text)}`, name: fill(addNew, text), icon: "user-plus" });
    const more = text ? [...pages(text), ...further] : [];
    const shown = more.length ? [...groups, { code: "more", label: page, hits: more }] : groups;
    list.replaceChildren(...shown.map(section));
    options().forEach((item, place) => { item.id = `palette-${place}`; });
    input.setAttribute("aria-expanded", String(options().length > 0));
    const count = found.reduce((sum, group) => sum + group.hits.length, 0);
    if (!text) say(hint);
    else if (count) say(count === 1 ? foundOne : fill(foundMany, count), true);
    else say(fill(none, text));
    choose(0);
    list.scrollTop = 0;
    awaited = false;
    if (hasty && active >= 0) location.assign(options()[active].dataset.url);
    hasty = false;
  }

  function clear(text) {
    awaited = hasty = false;
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
      draw(text, (await response.json()).groups);
    } catch (error) {
      if (error.name !== "AbortError") clear(failed);
    } finally {
      clearTimeout(late);
    }
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    const text = input.value.trim();
    if (text.length === 1) {
      request?.abort();
      clear(hint);
    } else {
      awaited = true;
      timer = setTimeout(() => ask(text), text ? WAIT : 0);
    }
  });

  input.addEventListener("keydown", (event) => {
    const last = options().length - 1;
    const moves = { ArrowDown: active + 1, ArrowUp: active - 1, Home: 0, End: last };
    if (event.key in moves && last >= 0 && !(event.shiftKey || event.ctrlKey)) {
      event.preventDefault();
      choose(moves[event.key]);
    } else if (event.key === "Enter" && awaited) {
      event.preventDefault();
      hasty = true;
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

  const writing = (place) => place.isContentEditable || /^(input|textarea|select)$/i.test(place.tagName);

  function start() {
    if (dialog.open || document.querySelector("dialog[open]")) return;
    opener = document.activeElement;
    dialog.showModal();
    input.select();
    if (input.value.trim().length < LEAST) ask("");
  }

  document.addEventListener("click", (event) => {
    const asked = event.target.closest?.("[data-palette-open]");
    if (!asked || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    start();
  });
  document.addEventListener("keydown", (event) => {
    const control = event.ctrlKey || event.metaKey;
    const command = event.key.toLowerCase() === "k" && control && !event.shiftKey && !event.altKey;
    const slash = event.key === "/" && !control && !event.altKey && !writing(event.target);
    if (!command && !slash) return;
    event.preventDefault();
    start();
  });
  dialog.querySelector("[data-palette-close]").addEventListener("click", () => dialog.close());
  dialog.addEventListener("click", (event) => { if (event.target === dialog) dialog.close(); });
  dialog.addEventListener("close", () => { request?.abort(); opener?.focus?.(); });
}
