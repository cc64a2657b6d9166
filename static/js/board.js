// The board: cards move by drag, by their menu or by keys. A card goes where it was put at once; where the server refuses, it
// comes back with the reason.

const toast = (text, level) => document.dispatchEvent(new CustomEvent("toast", { detail: { text, level } }));
const live = document.querySelector("[data-live]");
const model = document.querySelector("template[data-move-menu]");
const board = () => document.querySelector("[data-board]");
const column = (code) => board().querySelector(`[data-stage="${code}"] [data-cards]`);
const stageOf = (card) => card.closest("[data-stage]").dataset.stage;
let menu = null; // the one that is open, and the button that opened it
let opener = null;

// --- moving ---
function fragment(html) {
  const box = document.createElement("template");
  box.innerHTML = html.trim();
  return box.content.firstElementChild;
}

// What the server says: the card as it is now, in the stage where it is, and the heads of the stages that changed.
function draw(card, told, focused) {
  for (const [code, html] of Object.entries(told.stages ?? {})) {
    const head = board().querySelector(`[data-stage="${code}"] [data-head]`);
    if (head) head.innerHTML = html;
  }
  if (!told.card) return;
  const drawn = fragment(told.card);
  if (stageOf(card) === told.stage) card.replaceWith(drawn);
  else { card.remove(); column(told.stage).prepend(drawn); }
  window.htmx.process(drawn);
  if (focused) drawn.querySelector("[data-menu]")?.focus();
}

// `from` and `next`: where it was, for the case that it must go back. It stands in its new column already.
async function send(card, to, from, next, focused) {
  const back = () => {
    const list = column(from);
    list.insertBefore(card, next?.parentElement === list ? next : list.firstElementChild);
    if (focused) card.querySelector("[data-menu]")?.focus();
  };
  card.setAttribute("aria-busy", "true");
  const body = new URLSearchParams({ to, expected: from, query: location.search });
  let answer = null, told = {};
  try {
    answer = await fetch(card.dataset.move, { method: "POST", body, headers: { "X-CSRFToken": board().dataset.token, Accept: "application/json" } });
    told = await answer.json();
  } catch { /* no network, or a page instead of an answer: told is empty */ }
  card.removeAttribute("aria-busy");
  if (!card.isConnected) return; // the filters drew another board meanwhile
  if (answer?.ok && told.card) {
    draw(card, told, focused);
    live.textContent = told.said;
    return;
  }
  back();
  if (told.card) draw(card, told, focused);
  toast(told.refused ?? board().dataset.failed, told.card ? "warning" : "error");
  if (told.url) location.assign(`${told.url}?to=${to}`); // the form asks for the reason
}

function move(card, to, focused = false) {
  const from = stageOf(card), next = card.nextElementSibling;
  if (to === from || card.getAttribute("aria-busy")) return;
  column(to).prepend(card);
  send(card, to, from, next, focused);
}

// --- the menu ---
function close(focus = true) {
  if (!menu) return;
  menu.remove();
  opener.setAttribute("aria-expanded", "false");
  if (focus) opener.focus();
  menu = opener = null;
}

const items = () => [...menu.querySelectorAll("[role=menuitem]")];

// Beside its button, within the window; again whenever something scrolls.
function lay() {
  if (!menu) return;
  const place = opener.getBoundingClientRect(), size = menu.getBoundingClientRect();
  const left = place.right + 4 + size.width > innerWidth ? place.right - size.width : place.right + 4;
  menu.style.left = `${Math.max(8, left)}px`;
  menu.style.top = `${Math.max(8, Math.min(place.top, innerHeight - size.height - 8))}px`;
}

function open(card) {
  close(false);
  opener = card.querySelector("[data-menu]");
  if (!opener) return;
  menu = model.content.firstElementChild.cloneNode(true);
  const here = menu.querySelector(`[data-to="${stageOf(card)}"]`);
  here.setAttribute("aria-disabled", "true");
  card.append(menu);
  opener.setAttribute("aria-expanded", "true");
  lay();
  items().find((item) => item !== here).focus({ preventScroll: true });
}

function choose(item) {
  const card = item.closest("[data-card]");
  if (item.getAttribute("aria-disabled")) return;
  close(false);
  move(card, item.dataset.to, true);
}

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-board] [data-menu]");
  if (button && !event.ctrlKey && !event.metaKey && !event.shiftKey) {
    event.preventDefault();
    if (opener === button) close(); else open(button.closest("[data-card]"));
    return;
  }
  const item = event.target.closest?.(".mc-menu [role=menuitem]");
  if (item) choose(item);
  else if (menu && !event.target.closest?.(".mc-menu")) close(false);
});

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  if (menu) {
    const all = items(), at = all.indexOf(document.activeElement), number = Number(event.key);
    const go = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: all.length - 1 }[event.key];
    if (go !== undefined) all.at(go % all.length).focus();
    else if (event.key === "Escape" || event.key === "Tab") close();
    else if (number >= 1 && number <= all.length) choose(all[number - 1]);
    else return;
    event.preventDefault();
    return;
  }
  const card = event.target.closest?.("[data-board] [data-card][data-move]");
  if (card && event.key.toLowerCase() === "m") {
    event.preventDefault();
    open(card);
  }
});
addEventListener("scroll", lay, true);
addEventListener("resize", lay);

// --- dragging ---
function draggable() {
  if (!window.Sortable || !board()) return;
  for (const list of board().querySelectorAll("[data-cards]")) {
    if (window.Sortable.get(list)) continue;
    let next = null;
    window.Sortable.create(list, {
      group: "board", sort: false, draggable: "[data-card][data-move]", ghostClass: "is-ghost", animation: 120,
      delay: 200, delayOnTouchOnly: true,
      onStart: ({ item }) => { close(false); next = item.nextElementSibling; },
      onEnd: ({ item, from, to }) => {
        if (from === to) return;
        send(item, to.closest("[data-stage]").dataset.stage, from.closest("[data-stage]").dataset.stage, next, false);
      },
    });
  }
}

draggable();
document.addEventListener("htmx:afterSettle", draggable);
