// The contact form: what does not apply to the chosen kind steps aside (never when it holds something), and further e-mails
// and phones get new rows.

const ONLY = {
  person: ["honorific", "first_name", "middle_name", "last_name", "suffix", "is_deceased", "deceased_on"],
  organization: ["company_size", "industry"],
};

const kinds = [...document.querySelectorAll("input[name=kind]")];

function sort() {
  const chosen = kinds.find((radio) => radio.checked)?.value;
  for (const [kind, names] of Object.entries(ONLY)) {
    for (const name of names) {
      const field = document.getElementById(`id_${name}`);
      const box = document.getElementById(`div_id_${name}`);
      if (!field || !box) continue;
      const filled = field.type === "checkbox" ? field.checked : field.value !== "";
      box.hidden = chosen !== undefined && kind !== chosen && !filled && !field.classList.contains("is-invalid");
    }
  }
  // A section whose every field stepped aside keeps no title.
  for (const section of document.querySelectorAll("fieldset.mc-section")) {
    const fields = [...section.querySelectorAll(":scope > .mc-field, :scope > div > .mc-field")];
    section.hidden = fields.length > 0 && fields.every((box) => box.hidden);
  }
}

kinds.forEach((radio) => radio.addEventListener("change", sort));
if (kinds.length) sort();

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
