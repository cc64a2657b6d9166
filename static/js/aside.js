// Fields that other answers make pointless step aside: data-when="currency!=CAD", data-when="nature=in_kind,securities".
// Never one that holds something (other than what the page itself proposed, data-proposed), nor one with an error; a section whose every field stepped aside keeps no title.

function answer(form, name) {
  const control = form.elements.namedItem(name);
  if (!control) return undefined;
  if (control instanceof RadioNodeList) return control.value || undefined;
  if (control.type === "checkbox") return control.checked ? "on" : "";
  return control.value;
}

function applies(element) {
  const [, name, negated, values] = element.dataset.when.match(/^(\w+)(!?)=(.*)$/);
  const given = answer(element.closest("form"), name);
  if (given === undefined || given === null) return true;
  return values.split(",").includes(given) !== Boolean(negated);
}

function isFilled(box) {
  return [...box.querySelectorAll("input, select, textarea")].some((control) => {
    if (control.type === "checkbox") return control.checked;
    if (control.type === "hidden" || control.value === control.dataset.proposed) return false;
    if (control.matches("select")) return control.value !== "" && control.options[0].value === "";
    return control.value !== "";
  });
}

function sort() {
  for (const element of document.querySelectorAll("[data-when]")) {
    const box = element.closest(".mc-field");
    box.hidden = !applies(element) && !isFilled(box) && !box.querySelector(".is-invalid, .invalid-feedback");
  }
  for (const section of document.querySelectorAll("fieldset.mc-section")) {
    const fields = [...section.querySelectorAll(".mc-field")];
    section.hidden = fields.length > 0 && fields.every((box) => box.hidden);
  }
}

document.addEventListener("change", sort);
document.addEventListener("htmx:afterSettle", sort); // a form that came later, such as one in a dialog
sort();
