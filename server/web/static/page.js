// Draws the charts of a page. Everything else on our pages works without a script.

const OPTIONS = {
  // no eval and no inline style: the page's policy allows neither
  ast: true,
  renderer: "svg",
  actions: false,
  defaultStyle: false,
  tooltip: { disableDefaultStyle: true },
};

// what is between the margins of a sheet of A4, in pixels of 1/96 inch
const PAPER_WIDTH = 650;
const PAPER_HEIGHT_MAX = 180;

const views = [];

for (const place of document.querySelectorAll("[data-chart]")) {
  const spec = JSON.parse(document.getElementById(place.dataset.chart).textContent);
  // the library measures text when it draws, so the font has to be there
  document.fonts.ready
    .then(() => window.vegaEmbed(place, spec, OPTIONS))
    .then(({ view }) => {
      views.push([view, place.dataset.paper?.split(" ").map(Number)]);
      place.setAttribute("data-drawn", "");
    });
}

// on paper nothing can be opened or scrolled: what is folded is unfolded, and charts fit the sheet
const folded = new Set();
window.addEventListener("beforeprint", () => {
  for (const [view, paper] of views) {
    const [width, height] = paper ?? [PAPER_WIDTH, Math.min(view.height(), PAPER_HEIGHT_MAX)];
    view.width(width).height(height).run();
  }
  for (const details of document.querySelectorAll("details:not([open])")) {
    details.open = true;
    folded.add(details);
  }
});
window.addEventListener("afterprint", () => {
  for (const details of folded) details.open = false;
  folded.clear();
  // each chart measures its place again
  window.dispatchEvent(new Event("resize"));
});
