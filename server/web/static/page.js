// Draws the charts of a page. Everything else on our pages works without a script.

const OPTIONS = {
  // no eval and no inline style: the page's policy allows neither
  ast: true,
  renderer: "svg",
  actions: false,
  defaultStyle: false,
  tooltip: { disableDefaultStyle: true },
};

for (const place of document.querySelectorAll("[data-chart]")) {
  const spec = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  // the library measures text when it draws, so the font has to be there
  document.fonts.ready
    .then(() => window.vegaEmbed(place, spec, OPTIONS))
    .then(() => place.setAttribute("data-drawn", ""));
}

// on paper nothing can be opened: what is folded is unfolded for the printer
const folded = new Set();
window.addEventListener("beforeprint", () => {
  for (const details of document.querySelectorAll("details:not([open])")) {
    details.open = true;
    folded.add(details);
  }
});
window.addEventListener("afterprint", () => {
  for (const details of folded) details.open = false;
  folded.clear();
});
