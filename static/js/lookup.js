// Choosing a contact inside a form: a text box becomes a combobox over a list, after the ARIA combobox pattern. The number
// of the chosen contact is in a hidden field; changing the text forgets it, so that a number never stays behind a name.

const WAIT = 150; // ms without a key before asking
const LEAST = 3; // letters

for (const root of document.querySelectorAll("[data-lookup]")) start(root);

// data-create offers somebody new below who was found: the event “lookup-create” carries the name that was typed.
export function start(root) {
  const { url, name, none, failed, hint, create } = root.dataset;
  const input = root.querySelector("input[type=text]");
  const list = root.querySelector("[role=listbox]");
  const status = root.querySelector("[role=status]");
  let value = root.querySelector("[data-lookup-value]");
  let timer = 0, request = null, active = -1, pending = false;

  input.setAttribute("role", "combobox");
  input.setAttribute("aria-autocomplete", "list");
  input.setAttribute("aria-controls", list.id);
  input.setAttribute("aria-expanded", "false");

  const options = () => [...list.querySelectorAll("[role=option]")];

  function show(open) {
    list.hidden = !open;
    input.setAttribute("aria-expanded", String(open));
    if (!open) choose(-1);
  }

  function choose(index) {
    const all = options();
    active = all.length && index !== -1 ? (index + all.length) % all.length : -1;
    all.forEach((option, place) => option.setAttribute("aria-selected", String(place === active)));
    if (active < 0) input.removeAttribute("aria-activedescendant");
    else {
      input.setAttribute("aria-activedescendant", all[active].id);
      all[active].scrollIntoView({ block: "nearest" });
    }
  }

  function line(css, text) {
    const item = document.createElement("p");
    item.className = css;
    item.textContent = text;
    return item;
  }

  function initials(text) {
    const parts = text.split(/\s+/).filter((part) => /^[\p{L}\p{N}]/u.test(part));
    return parts.length ? (parts[0][0] + (parts.length > 1 ? parts.at(-1)[0] : "")).toUpperCase() : "?";
  }

  function option(person, place) {
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.id = `${list.id}_${place}`;
    item.dataset.id = person.id;
    item.dataset.name = person.name;
    const mark = document.createElement("span");
    mark.className = `avatar avatar-sm ${person.organization ? "mc-org" : `a-${person.id % 5}`}`;
    mark.setAttribute("aria-hidden", "true");
    mark.textContent = initials(person.name);
    const words = document.createElement("div");
    words.append(line("mc-name", person.name));
    if (person.detail) words.append(line("mc-small mc-quiet", person.detail));
    item.append(mark, words);
    return item;
  }

  function say(text, ...others) {
    const item = document.createElement("li");
    item.className = "mc-lookup-said";
    item.setAttribute("role", "presentation");
    item.textContent = text;
    list.replaceChildren(item, ...others);
    status.textContent = text;
    show(true);
  }

  function somebodyNew(text) {
    if (!create) return [];
    const item = document.createElement("li");
    item.setAttribute("role", "option");
    item.id = `${list.id}_new`;
    item.dataset.create = text;
    const mark = document.createElement("span");
    mark.className = "avatar avatar-sm";
    mark.setAttribute("aria-hidden", "true");
    mark.textContent = "+";
    item.append(mark, line("mc-name", create.replace("%s", text)));
    return [item];
  }

  async function ask(text) {
    pending = true;
    request?.abort();
    const mine = request = new AbortController();
    try {
      const response = await fetch(`${url}?q=${encodeURIComponent(text)}`, {
        headers: { Accept: "application/json" }, signal: mine.signal,
      });
      if (!response.ok) throw new Error(response.status);
      const { results, said } = await response.json();
      if (!results.length) {
        say(none.replace("%s", text), ...somebodyNew(text));
        return choose(0);
      }
      list.replaceChildren(...results.map(option), ...somebodyNew(text));
      status.textContent = said;
      show(true);
      choose(0);
    } catch (error) {
      if (error.name !== "AbortError") say(failed);
    } finally {
      if (request === mine) pending = false;
    }
  }

  function pick(item) {
    if (item.dataset.create) {
      show(false);
      root.dispatchEvent(new CustomEvent("lookup-create", { bubbles: true, detail: { text: item.dataset.create } }));
      return;
    }
    input.value = item.dataset.name;
    const chosen = field();
    chosen.value = item.dataset.id;
    chosen.dispatchEvent(new Event("change", { bubbles: true })); // for whoever shows what follows from the choice
    input.removeAttribute("aria-invalid");
    input.classList.remove("is-invalid");
    request?.abort();
    show(false);
  }

  // The server may have answered with radio buttons instead: from the first key on, this list takes over.
  function field() {
    root.querySelector("[data-lookup-candidates]")?.remove();
    if (!value) {
      value = document.createElement("input");
      value.type = "hidden";
      value.name = name;
      root.append(value);
    }
    return value;
  }

  input.addEventListener("input", () => {
    clearTimeout(timer);
    request?.abort();
    request = null;
    field().value = "";
    choose(-1); // what is listed answers what was typed before
    const text = input.value.trim();
    pending = text.length >= LEAST;
    if (pending) timer = setTimeout(() => ask(text), WAIT);
    else {
      show(false);
      status.textContent = text ? hint : "";
    }
  });

  input.addEventListener("keydown", (event) => {
    const all = options();
    if (event.key === "Enter" && pending) event.preventDefault(); // the answer is on its way
    else if (event.key === "ArrowDown" && list.hidden && input.value.trim().length >= LEAST) {
      event.preventDefault();
      list.replaceChildren();
      ask(input.value.trim());
    } else if (list.hidden) return;
    else if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(active < 0 ? (step > 0 ? 0 : all.length - 1) : (active + step + all.length) % all.length);
    } else if (event.key === "Enter" && active >= 0) {
      event.preventDefault();
      const isNew = "create" in all[active].dataset;
      pick(all[active]);
      if (!isNew) next();
    } else if (event.key === "Tab" && active >= 0 && !("create" in all[active].dataset)) pick(all[active]);
    else if (event.key === "Escape") {
      event.preventDefault();
      show(false);
    }
  });

  // After Enter the hands stay on the keyboard: on to what is asked next.
  function next() {
    const fields = [...input.form.elements].filter((one) => one.type !== "hidden" && !one.disabled && one.offsetParent);
    fields[fields.indexOf(input) + 1]?.focus();
  }

  list.addEventListener("pointerdown", (event) => event.preventDefault()); // the text box keeps the focus
  list.addEventListener("click", (event) => {
    const item = event.target.closest("[role=option]");
    if (item) pick(item);
  });
  input.addEventListener("blur", () => show(false));

  // Whoever was quicker than this script has typed already.
  const early = input.value !== input.defaultValue && document.activeElement === input;
  if (early) input.dispatchEvent(new Event("input", { bubbles: true }));
}
