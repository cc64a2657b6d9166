// Messages: they leave by themselves or are closed; a request that failed says so and can be tried again.

const STAY = 12000; // ms; an Undo is offered at least ten seconds (ui.md §5)
const words = document.querySelector("[data-words]").dataset;
const box = () => document.querySelector("[data-toasts]");
const copyOf = (name) => document.querySelector(`template[data-${name}-model]`).content.firstElementChild.cloneNode(true);

// --- toasts ---
function leaveLater(toast) {
  if (toast.dataset.toast !== "success") return;
  let timer = 0;
  const start = () => { timer = setTimeout(() => toast.remove(), STAY); };
  const stop = () => clearTimeout(timer);
  toast.addEventListener("mouseenter", stop);
  toast.addEventListener("focusin", stop);
  toast.addEventListener("mouseleave", start);
  toast.addEventListener("focusout", start);
  start();
}

const ICONS = { success: "circle-check", warning: "alert-triangle", error: "alert-circle", info: "info-circle" };
const TONES = { success: "is-ok", warning: "is-warn", error: "is-bad" };

// detail: {text, level ("success", "info", "warning", "error"), retry (a function)}
function show({ text, level = "info", retry = null }) {
  const toast = copyOf("toast");
  toast.dataset.toast = level;
  if (level === "error") toast.setAttribute("role", "alert");
  if (TONES[level]) toast.classList.add(TONES[level]);
  const use = toast.querySelector(".icon use");
  use.setAttribute("href", use.getAttribute("href").replace(/#.*/, `#i-${ICONS[level] ?? ICONS.info}`));
  toast.querySelector(".mc-main").textContent = text;
  const again = toast.querySelector("[data-retry]");
  if (retry) {
    again.hidden = false;
    again.addEventListener("click", () => { toast.remove(); retry(); });
  } else again.remove();
  for (const other of box().children) if (other.querySelector(".mc-main").textContent === text) other.remove();
  box().append(toast);
  leaveLater(toast);
  return toast;
}

document.addEventListener("toast", (event) => show(event.detail)); // also HX-Trigger: {"toast": {"text": …}}
document.addEventListener("click", (event) => event.target.closest?.("[data-dismiss]")?.closest("[data-toast]")?.remove());
for (const toast of box().children) leaveLater(toast);

// --- said to screen readers when a part of the page changed ---
let said = "";
document.addEventListener("htmx:afterSettle", (event) => {
  const text = event.detail.elt.querySelector("[data-announce]")?.textContent.trim() ?? "";
  if (!text || text === said) return;
  said = text;
  document.querySelector("[data-live]").textContent = text;
});

// --- a request that failed ---
function again(detail) {
  const { verb, path, parameters, elt, target } = { target: detail.target, elt: detail.elt, ...detail.requestConfig };
  if (!elt?.isConnected) { location.reload(); return; }
  if (verb !== "get" && elt.matches("form")) { elt.requestSubmit(); return; }
  const swap = elt.closest("[hx-swap]")?.getAttribute("hx-swap") ?? "innerHTML";
  window.htmx.ajax(verb, path, { source: elt, target, swap, values: { ...parameters } });
}

function failed(event, text) {
  const { elt, target } = event.detail;
  if (elt.matches?.("[data-panel]")) {
    const notice = copyOf("failed");
    notice.querySelector("[data-retry]").addEventListener("click", () => again(event.detail));
    target.replaceChildren(notice);
    return;
  }
  show({ text, level: "error", retry: () => again(event.detail) });
}

document.addEventListener("htmx:sendError", (event) => failed(event, words.offline));
document.addEventListener("htmx:timeout", (event) => failed(event, words.offline));
document.addEventListener("htmx:responseError", (event) => {
  const status = event.detail.xhr.status;
  failed(event, { 403: words.forbidden, 404: words.missing, 429: words.busy }[status] ?? words.server);
});

// --- passkeys: allauth tells what the browser refused ---
document.addEventListener("allauth.error", (event) => {
  event.preventDefault();
  show({ text: words.passkey, level: "warning" });
});
