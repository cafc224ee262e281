// Fills the list of charts in "Take away": each as PNG and SVG, drawn by the plotly that drew the page.
(() => {
  "use strict";
  const place = document.querySelector(".charts-to-take");
  if (!place || place.dataset.filled) return;
  place.dataset.filled = "yes";

  // Plotly saves by a click on a link of its own outside the list, which would close the list.
  if (!window.chartsStayOpen) {
    window.chartsStayOpen = true;
    const stay = (event) => event.target instanceof HTMLAnchorElement && event.target.download && event.stopPropagation();
    window.addEventListener("click", stay, { capture: true });
  }

  const words = (element) => (element ? element.textContent.replace(/\s+/g, " ").trim() : "");
  // Plotly reads tags in titles: what was data stays text.
  const plain = (text) => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;");
  const cut = (text, longest) => (text.length > longest ? `${text.slice(0, longest - 1)}…` : text);
  const main = document.querySelector("[data-testid=stMain]");
  const page = words(main.querySelector("h1"));
  const about = [...main.querySelectorAll("[data-testid=stText]")].map(words).find((text) => text.includes(" · ")) || "";

  // The nearest heading above a chart names it.
  const named = (chart) => {
    const above = [...main.querySelectorAll("h1, h2, h3")].filter(
      (heading) => heading.compareDocumentPosition(chart) & Node.DOCUMENT_POSITION_FOLLOWING
    );
    return words(above.at(-1)) || page;
  };

  const take = (chart, name, format) => {
    const { width, height } = chart._fullLayout;
    const before = { ...chart.layout };
    const options = chart._context.toImageButtonOptions;
    const style = getComputedStyle(document.querySelector("[data-testid=stApp]"));
    const room = 64; // pixels for the title
    const letters = Math.floor(width / 6.4);
    Object.assign(chart.layout, {
      paper_bgcolor: style.backgroundColor,
      margin: { ...chart._fullLayout.margin, t: chart._fullLayout.margin.t + room },
      title: {
        text: `${plain(cut(name, Math.floor(letters * 0.7)))}<br><sub>${plain(cut(about, letters))}</sub>`,
        x: 0.01, y: 0.98, xanchor: "left", yanchor: "top", yref: "container",
        font: { size: 16, color: style.color },
      },
    });
    Object.assign(options, {
      format, scale: format === "png" ? 2 : 1, width, height: height + room,
      filename: `${page} ${name}`.toLowerCase().replace(/[^\p{L}\p{N}]+/gu, "-").replace(/^-|-$/g, "").slice(0, 60),
    });
    chart._fullLayout._modeBar.buttons.flat().find((button) => button.name === "toImage").click(chart);
    // The picture is made of a copy that was taken at once.
    Object.assign(chart.layout, { margin: before.margin, title: before.title, paper_bgcolor: before.paper_bgcolor });
  };

  for (const chart of main.querySelectorAll(".js-plotly-plot")) {
    const name = named(chart);
    const line = document.createElement("p");
    line.append(cut(name, 60), document.createElement("br"));
    for (const format of ["png", "svg"]) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = format.toUpperCase();
      button.setAttribute("aria-label", `${name} as ${format.toUpperCase()}`);
      button.addEventListener("click", () => take(chart, name, format));
      line.append(button, " ");
    }
    place.append(line);
  }
  // The list stands behind all of the page in the order of tabs: without this, the keyboard would come to it last.
  place.querySelector("button")?.focus();
})();
