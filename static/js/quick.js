// The quick forms of the donor page: a chip shows one of them; what was typed in the others stays there.

function show(box, name) {
  const pane = box.querySelector(`[data-quick="${name}"]`);
  if (!pane) return false;
  for (const other of box.querySelectorAll("[data-quick]")) other.hidden = other !== pane;
  const field = pane.querySelector("form input:not([type=hidden]), form textarea");
  if (field) field.focus();
  else pane.dispatchEvent(new CustomEvent("quick-shown")); // htmx fetches it, once: then there is a field
  return true;
}

document.addEventListener("click", (event) => {
  const chip = event.target.closest?.("[data-quick-show]");
  if (!chip || event.ctrlKey || event.metaKey || event.shiftKey || event.button) return;
  const box = document.querySelector("[data-quick-box]");
  if (box && show(box, chip.dataset.quickShow)) event.preventDefault();
});
