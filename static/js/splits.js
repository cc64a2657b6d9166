// A gift shared out between funds: lines are added, and what is left of the amount is said while one types.

const SIGNS = /[^0-9.,]/g;

// What the server reads (parse_amount) in the usual writings; anything doubtful counts as nothing, and the server tells.
function cents(text) {
  const plain = text.replace(SIGNS, "");
  if (!plain) return 0;
  const mark = Math.max(plain.lastIndexOf("."), plain.lastIndexOf(","));
  const decimals = mark >= 0 && plain.length - mark - 1 <= 2 ? plain.slice(mark + 1) : "";
  const whole = (decimals || mark === plain.length - 1 ? plain.slice(0, mark) : plain).replace(/[.,]/g, "");
  return Number(whole || 0) * 100 + Number(decimals.padEnd(2, "0") || 0);
}

function said(amount) {
  return new Intl.NumberFormat(document.documentElement.lang, { style: "currency", currency: "CAD", currencyDisplay: "narrowSymbol" }).format(amount / 100);
}

for (const splits of document.querySelectorAll("[data-splits]")) {
  const whole = document.getElementById(splits.dataset.splits);
  const output = splits.querySelector("[data-split-left]");
  const amounts = () => [...splits.querySelectorAll("[data-split] input")];

  const count = () => {
    const left = cents(whole.value) - amounts().reduce((sum, input) => sum + cents(input.value), 0);
    output.textContent = left === 0 ? output.dataset.none : (left > 0 ? output.dataset.left : output.dataset.over).replace("%s", said(Math.abs(left)));
    output.classList.toggle("is-even", left === 0);
    output.hidden = !cents(whole.value);
    return left;
  };

  splits.addEventListener("input", count);
  whole?.addEventListener("input", count);

  // The amount of a fund just chosen is what is left: the last line seldom needs typing.
  splits.addEventListener("change", (event) => {
    if (!event.target.matches("select") || !event.target.value) return;
    const input = event.target.closest("[data-split]").querySelector("input");
    const left = count();
    const others = amounts().some((other) => other !== input && other.value);
    if (!input.value && others && left > 0) {
      input.value = (left / 100).toFixed(2).replace(".", document.documentElement.lang.startsWith("fr") ? "," : ".");
      count();
    }
  });

  splits.querySelector("[data-split-add]").addEventListener("click", () => {
    const lines = splits.querySelectorAll("[data-split]");
    const line = lines[lines.length - 1].cloneNode(true);
    for (const control of line.querySelectorAll("select, input")) {
      control.value = "";
      control.setAttribute("aria-label", control.getAttribute("aria-label").replace(/\d+/, lines.length + 1));
    }
    lines[lines.length - 1].after(line);
    line.querySelector("select").focus();
  });
  count();
}
