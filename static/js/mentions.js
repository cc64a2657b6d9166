// Naming a colleague in a note: after an @ a list of those who see the contact opens under the text box. The arrows choose,
// Enter or Tab writes the name, Escape leaves what was typed. A name that is typed whole counts without any list.

const AT = /(?:^|[^\p{L}\p{N}.])@([\p{L}\p{N}'’ -]{0,40})$/u;
let known = null; // the colleagues, fetched at the first @

const plain = (text) => text.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();

async function colleagues(url) {
  if (known?.url !== url) {
    const response = await fetch(url, { headers: { Accept: "application/json" } });
    if (!response.ok) return [];
    known = { url, people: (await response.json()).results };
  }
  return known.people;
}

function listOf(box) {
  let list = box.parentElement.querySelector("[data-mention-list]");
  if (!list) {
    list = document.createElement("ul");
    list.className = "mc-lookup-list mc-mentions list-unstyled mb-0";
    list.id = `${box.id}_mentions`;
    list.dataset.mentionList = "";
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", box.labels?.[0]?.textContent ?? "");
    list.hidden = true;
    list.addEventListener("pointerdown", (event) => event.preventDefault()); // the text box keeps the focus
    list.addEventListener("click", (event) => {
      const item = event.target.closest("[role=option]");
      if (item) write(box, item.dataset.name);
    });
    const status = document.createElement("p");
    status.className = "visually-hidden";
    status.setAttribute("role", "status");
    status.dataset.mentionSaid = "";
    box.after(list, status);
    box.setAttribute("aria-autocomplete", "list");
    box.setAttribute("aria-controls", list.id);
  }
  return list;
}

function begun(box) {
  return AT.exec(box.value.slice(0, box.selectionStart))?.[1] ?? null;
}

function choose(box, index) {
  const options = [...listOf(box).querySelectorAll("[role=option]")];
  options.forEach((option, place) => option.setAttribute("aria-selected", String(place === index)));
  if (options[index]) {
    box.setAttribute("aria-activedescendant", options[index].id);
    options[index].scrollIntoView({ block: "nearest" });
  } else box.removeAttribute("aria-activedescendant");
}

function close(box) {
  listOf(box).hidden = true;
  box.removeAttribute("aria-activedescendant");
}

function write(box, name) {
  const at = box.selectionStart, typed = begun(box) ?? "";
  box.setRangeText(`${name} `, at - typed.length, at, "end");
  close(box);
  box.dispatchEvent(new Event("input", { bubbles: true }));
}

async function look(box) {
  const typed = begun(box);
  if (typed === null) return close(box);
  const people = await colleagues(box.dataset.mentions).catch(() => []);
  if (begun(box) !== typed || document.activeElement !== box) return;
  const words = plain(typed);
  const found = people.filter(({ name }) => plain(name).startsWith(words) || plain(name).includes(` ${words}`)).slice(0, 6);
  if (!found.length || found.some(({ name }) => plain(name) === words.trim())) {
    if (words && !words.includes(" ")) box.parentElement.querySelector("[data-mention-said]").textContent = found.length ? "" : box.dataset.mentionsNone;
    return close(box);
  }
  const list = listOf(box);
  list.replaceChildren(...found.map(({ id, name }) => {
    const item = document.createElement("li");
    item.id = `${list.id}_${id}`;
    item.dataset.name = name;
    item.setAttribute("role", "option");
    item.textContent = name;
    return item;
  }));
  list.hidden = false;
  choose(box, 0);
}

document.addEventListener("input", (event) => {
  const box = event.target;
  if (!box.dataset?.mentions) return;
  listOf(box);
  look(box);
});

document.addEventListener("keydown", (event) => {
  const box = event.target;
  if (!box.dataset?.mentions) return;
  const list = box.parentElement.querySelector("[data-mention-list]");
  if (!list || list.hidden) return;
  const options = [...list.querySelectorAll("[role=option]")];
  const active = options.findIndex((option) => option.getAttribute("aria-selected") === "true");
  if (event.key === "ArrowDown") choose(box, (active + 1) % options.length);
  else if (event.key === "ArrowUp") choose(box, (active - 1 + options.length) % options.length);
  else if ((event.key === "Enter" && !event.ctrlKey && !event.metaKey) || event.key === "Tab") write(box, options[active].dataset.name);
  else if (event.key === "Escape") close(box);
  else return;
  event.preventDefault();
  event.stopPropagation();
}, true);

document.addEventListener("focusout", (event) => {
  if (event.target.dataset?.mentions) close(event.target);
});
