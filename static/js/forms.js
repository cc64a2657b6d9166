// Forms: sent once, short addresses, nothing typed lost by leaving, Ctrl-Enter.

const GIVE_BACK = 10000; // ms; a form that downloads a file leaves the page as it is, so its buttons come back

// --- the same form is not sent twice while the first sending is on its way ---
const timers = new WeakMap();

function hold(form) {
  form.dataset.sending = "1";
  for (const button of buttons(form)) button.classList.add("is-busy");
  timers.set(form, setTimeout(() => release(form), GIVE_BACK));
}

function release(form) {
  delete form.dataset.sending;
  clearTimeout(timers.get(form));
  for (const button of buttons(form)) button.classList.remove("is-busy");
}

function buttons(form) {
  return [...form.elements].filter((element) => element.type === "submit");
}

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.method !== "post" || form.hasAttribute("data-plain")) return;
  if (form.dataset.sending) {
    event.preventDefault();
    event.stopImmediatePropagation();
    return;
  }
  hold(form);
}, true);

document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.elt.matches("form")) release(event.detail.elt);
});
window.addEventListener("pageshow", () => document.querySelectorAll("form[data-sending]").forEach(release));

// --- what was typed and not saved is not lost by a click elsewhere ---
const changed = new Set();
document.addEventListener("input", (event) => {
  const form = event.target.form;
  if (form?.hasAttribute("data-guard")) changed.add(form);
});
document.addEventListener("submit", (event) => changed.delete(event.target));
window.addEventListener("beforeunload", (event) => {
  if ([...changed].some((form) => form.isConnected)) event.preventDefault();
});

// --- GET forms leave empty fields and usual values out of the address ---
document.addEventListener("formdata", (event) => {
  if (!event.target.hasAttribute("data-drop-empty")) return;
  const data = event.formData;
  for (const name of new Set(data.keys())) {
    const usual = event.target.elements.namedItem(name)?.dataset?.default;
    const values = data.getAll(name).filter((value) => value !== "" && value !== usual);
    data.delete(name);
    values.forEach((value) => data.append(name, value));
  }
});

// --- a choice that applies by itself; Ctrl-Enter sends ---
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-autosubmit]")) event.target.form.requestSubmit();
});
document.addEventListener("keydown", (event) => {
  const form = event.target.form;
  if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || !form) return;
  if (!form.hasAttribute("data-submit-keys") && !form.hasAttribute("data-guard")) return;
  event.preventDefault();
  form.requestSubmit();
});
