// A text written by hand goes back to the generated one: its box is emptied, and the preview says what it becomes.

document.addEventListener("click", (event) => {
  const button = event.target.closest?.("[data-empties]");
  if (!button) return;
  const input = document.getElementById(button.dataset.empties);
  if (!input) return;
  input.value = "";
  input.dispatchEvent(new Event("input", { bubbles: true }));
  input.focus();
});
