// The contact form: further e-mails and phones get new rows. What does not apply to the chosen kind: aside.js.

for (const rows of document.querySelectorAll("[data-rows]")) {
  const total = rows.querySelector(`[name=${rows.dataset.rows}-TOTAL_FORMS]`);
  rows.querySelector("[data-rows-add]").addEventListener("click", () => {
    const blank = rows.querySelector("[data-rows-blank]").innerHTML.replaceAll("__prefix__", total.value);
    const list = rows.querySelector("[data-rows-list]");
    list.insertAdjacentHTML("beforeend", blank);
    total.value = Number(total.value) + 1;
    list.lastElementChild.querySelector("input").focus();
  });
}
