// What every page does: appearance, menus, passwords shown, where the focus goes after a part of the page was replaced.
// Nothing here is needed to work: links and forms do their own work without script.

const find = (selector, root = document) => root.querySelector(selector);

// --- appearance: applied at once, remembered by the form's own request ---
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (!form.matches("[data-theme-form]") || !event.submitter) return;
  const theme = event.submitter.value;
  document.documentElement.dataset.bsTheme = theme;
  for (const button of document.querySelectorAll("[data-theme-form] [name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === theme));
  }
  close(form.closest("[data-pop]"), true);
});

// --- menus: <details data-pop>; one open at a time, Esc and a click elsewhere close it, arrows walk through it ---
function close(menu, refocus = false) {
  if (!menu?.open) return;
  menu.open = false;
  if (refocus) find("summary", menu).focus();
}

document.addEventListener("toggle", (event) => {
  if (!event.target.matches?.("[data-pop]") || !event.target.open) return;
  for (const other of document.querySelectorAll("[data-pop][open]")) if (other !== event.target) close(other);
  find("[data-pop-focus]", event.target)?.focus();
}, true);

document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("[data-pop][open]")) if (!menu.contains(event.target)) close(menu);
  if (event.target.closest?.("[data-pop] a")) close(event.target.closest("[data-pop]"));
});

document.addEventListener("keydown", (event) => {
  const menu = event.target.closest?.("[data-pop]");
  if (!menu) return;
  if (event.key === "Escape" && menu.open) {
    event.preventDefault();
    close(menu, true);
    return;
  }
  if (!["ArrowDown", "ArrowUp", "Home", "End"].includes(event.key)) return;
  if (!menu.open && event.target.matches("summary")) menu.open = true;
  const items = [...menu.querySelectorAll("a, button")].filter((item) => item.offsetParent);
  if (!items.length) return;
  event.preventDefault();
  const here = items.indexOf(document.activeElement);
  const next = { ArrowDown: here + 1, ArrowUp: here < 0 ? -1 : here - 1, Home: 0, End: -1 }[event.key];
  items.at(next >= items.length ? 0 : next).focus();
});

// --- the bell: a page that stays open asks how many notifications wait, once a minute while it is looked at ---
const MINUTE = 60000;
let rang = Date.now();

async function ring() {
  const bells = document.querySelectorAll("[data-bell]");
  if (document.hidden || !bells.length || Date.now() - rang < MINUTE / 2) return;
  rang = Date.now();
  let told;
  try {
    const response = await fetch(bells[0].dataset.bell, { headers: { Accept: "application/json" }, redirect: "error" });
    if (!response.ok) return;
    told = await response.json();
  } catch {
    return; // offline, or signed out meanwhile: the next page says so
  }
  for (const bell of bells) {
    bell.setAttribute("aria-label", told.label);
    find(".mc-dot", bell)?.remove();
    if (!told.badge) continue;
    const dot = document.createElement("span");
    dot.className = "mc-dot";
    dot.textContent = told.badge;
    bell.append(dot);
  }
}

setInterval(ring, MINUTE);
document.addEventListener("visibilitychange", ring);

// --- password shown or hidden ---
document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-reveal]");
  if (!button) return;
  const input = document.getElementById(button.dataset.reveal);
  const shown = input.type === "text";
  input.type = shown ? "password" : "text";
  button.setAttribute("aria-pressed", String(!shown));
  input.focus();
});

// --- copy to the clipboard ---
document.addEventListener("click", async (event) => {
  const button = event.target.closest?.("[data-copy]");
  if (!button || !navigator.clipboard) return;
  await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).innerText);
  document.dispatchEvent(new CustomEvent("toast", { detail: { text: button.dataset.copied, level: "success" } }));
});

// --- focus: first to what asks for it (a summary of errors, a field to go on with), else back to where it was ---
const focusable = "a[href], button, input, select, textarea, [tabindex]";
let held = false;

function focusAsked(root) {
  const asked = root.matches?.("[data-focus]") ? root : find("[data-focus]", root);
  if (!asked) return false;
  asked.focus({ preventScroll: false });
  return true;
}

focusAsked(document.body);

document.addEventListener("htmx:beforeSwap", (event) => {
  held = event.detail.target.contains(document.activeElement);
});

document.addEventListener("htmx:afterSettle", (event) => {
  const root = event.detail.elt;
  if (focusAsked(root) || !held) return;
  held = false;
  if (document.activeElement && document.activeElement !== document.body) return; // htmx found the same control again
  const target = root.matches(focusable) ? root : root.closest("[tabindex]") ?? find("h1, h2, h3", root) ?? root;
  if (!target.matches(focusable)) target.tabIndex = -1;
  target.focus({ preventScroll: true });
});

// --- one page, one menu on a phone: following a link inside the page closes it ---
window.addEventListener("pageshow", () => {
  for (const menu of document.querySelectorAll("[data-pop][open]")) close(menu);
});

// --- Back twice in a hurry: the page of the first Back, arriving late, must not replace the second one ---
let restoring = null;
document.addEventListener("htmx:historyCacheMiss", (event) => {
  restoring?.abort();
  restoring = event.detail.xhr;
});
