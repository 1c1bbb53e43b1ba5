"use strict";
(() => {
  const figures = JSON.parse(document.getElementById("figures").textContent);
  const language = document.documentElement.lang;
  Plotly.register({
    moduleType: "locale", name: "es", dictionary: {},
    format: {
      days: ["domingo", "lunes", "martes", "miércoles", "jueves", "viernes", "sábado"],
      shortDays: ["dom", "lun", "mar", "mié", "jue", "vie", "sáb"],
      months: ["enero", "febrero", "marzo", "abril", "mayo", "junio", "julio", "agosto", "septiembre", "octubre", "noviembre", "diciembre"],
      shortMonths: ["ene", "feb", "mar", "abr", "may", "jun", "jul", "ago", "sep", "oct", "nov", "dic"],
      date: "%d/%m/%Y", decimal: ",", thousands: "."
    }
  });
  const config = {
    responsive: true, displaylogo: false, displayModeBar: false, locale: language, showTips: false,
    scrollZoom: false
  };
  const phone = matchMedia("(max-width: 720px)");

  const fitted = (layout, traces) => {
    const copy = Object.assign({}, layout);
    if (phone.matches) {
      copy.height = layout.height + 20 * Math.max(0, traces - 4);  // the legend has one column there, all of it in sight
      copy.legend = Object.assign({}, layout.legend, { maxheight: 20 * traces + 40 });
      copy.dragmode = false;
      if (layout.yaxis) copy.yaxis = Object.assign({}, layout.yaxis, { tickfont: Object.assign({}, layout.yaxis.tickfont, { size: 10 }) });
      copy.font = Object.assign({}, layout.font, { size: 11 });
      copy.margin = Object.assign({}, layout.margin, { l: Math.min(44, layout.margin.l) });
    }
    return copy;
  };
  // On paper a chart has a fixed width, letters of the size of the text around it and no slider to drag, and tall ones are lower.
  const lettered = (part, size) => Object.assign({}, part, { font: Object.assign({}, part.font, { size }) });
  const paperAxes = (layout) => Object.fromEntries(Object.entries(layout).filter(([key]) => /^[xy]axis/.test(key)).map(([key, axis]) => [key, Object.assign(
    {}, axis, { tickfont: Object.assign({}, axis.tickfont, { size: 10 }) }, axis.title ? { title: lettered(axis.title, 10) } : {}, axis.rangeslider ? { rangeslider: { visible: false } } : {}
  )]));
  const printed = (layout, width, names) => {
    const lower = layout.height > 320 && !layout.yaxis?.scaleanchor ? Math.max(290, 0.7 * layout.height) : layout.height;
    // Nobody can scroll a legend on paper: it shows all its rows, and the chart has their height.
    const columns = Math.max(1, Math.floor((width - 80) / (50 + 7 * Math.max(0, ...names.map((name) => name.length)))));
    const rows = layout.showlegend === false ? 0 : Math.ceil(names.length / columns);
    const height = lower + 20 * Math.max(0, rows - 1);
    // The legend is placed in heights of the chart: below a lower one it keeps its distance.
    const below = layout.legend.y < 0 ? layout.legend.y * Math.max(1, layout.height / lower) : layout.legend.y;
    const legend = { legend: Object.assign(lettered(layout.legend, 10), { y: below, maxheight: 20 * names.length + 40 }) };
    const font = Object.assign({}, layout.font, { size: 11 });
    const axes = paperAxes(layout);
    // Names of months stand level, in letters that leave a gap between them.
    if (layout.meta?.months) Object.assign(axes.xaxis, { tickangle: 0, tickfont: Object.assign({}, axes.xaxis.tickfont, { size: 8.5 }) });
    return Object.assign(layout, axes, legend, { font, width, height, autosize: false });
  };
  const draw = (plot, width) => {
    if (plot.dataset.width === String(width)) return;
    if (plot.dataset.width) Plotly.purge(plot);
    plot.dataset.width = String(width);
    const figure = figures[plot.id];
    const names = figure.data.filter((trace) => trace.showlegend !== false).map((trace) => trace.name || "");
    const layout = fitted(figure.layout, names.length);
    if (width) printed(layout, width, names);
    // The names of an energy balance stand between its columns, which are closer on paper.
    if (width && figure.data[0].type === "sankey") Object.assign(layout, { font: { size: 10 }, height: figure.layout.height });
    plot.style.minHeight = (width ? layout.height : plot.dataset.height) + "px";
    // A copy: the plotting script writes into what it is given.
    const data = structuredClone(figure.data);
    if (phone.matches) for (const trace of data) Object.assign(trace, trace.meta && trace.meta.phone);
    Plotly.newPlot(plot, data, structuredClone(layout), config);
    plot.classList.add("drawn");
  };

  // On a phone a wide table becomes one card per row: each cell under the heading of its column.
  const stack = (table) => {
    const flat = (text) => text.trim().replace(/\s+/g, " ");
    const heads = [...table.tHead.rows[0].cells].map((head) => [...head.childNodes].map((n) => flat(n.textContent)).filter(Boolean).join(", "));
    const roles = (nodes, role) => nodes.forEach((node) => node.setAttribute("role", role));
    table.classList.add("stacked");
    roles([table], "table");
    roles([table.tHead, ...table.tBodies], "rowgroup");
    for (const row of table.rows) {
      row.setAttribute("role", "row");
      [...row.cells].forEach((cell, k) => {
        cell.setAttribute("role", row.parentNode === table.tHead ? "columnheader" : k ? "cell" : "rowheader");
        if (k) cell.dataset.head = heads[k];
        if (k && !cell.textContent.trim()) cell.classList.add("none");
      });
    }
  };
  if (phone.matches) {
    document.querySelectorAll(".drawn-once details").forEach((details) => { details.open = true; });
    const wide = (table) => table.tHead.rows[0].cells.length > 4 || table.classList.contains("coded") || table.scrollWidth > table.parentNode.clientWidth + 1;
    [...document.querySelectorAll(".block table")].filter((table) => !table.closest("figure") && wide(table)).forEach(stack);
    // A closed table has no width: whether it fits is seen when it opens.
    const cut = (table) => !table.classList.contains("stacked") && table.scrollWidth > table.parentNode.clientWidth + 1;
    document.querySelectorAll("details").forEach((details) => details.addEventListener("toggle", () => {
      if (details.open) [...details.querySelectorAll("table")].filter(cut).forEach(stack);
    }));
  }

  const plots = [...document.querySelectorAll(".plot")];
  for (const plot of plots) plot.style.minHeight = plot.dataset.height + "px";
  const near = new IntersectionObserver((entries) => {
    for (const entry of entries) if (entry.isIntersecting) { near.unobserve(entry.target); draw(entry.target, 0); }
  }, { rootMargin: "600px" });
  plots.forEach((plot) => near.observe(plot));
  // What is not near is drawn when nothing else is to do, one at a time: a picture of the whole page has every chart.
  const whenIdle = window.requestIdleCallback ? (work) => requestIdleCallback(work) : (work) => setTimeout(work, 50);
  const drawNext = () => {
    const plot = plots.find((candidate) => !candidate.classList.contains("drawn") && candidate.offsetWidth);
    if (!plot) return;
    near.unobserve(plot);
    draw(plot, 0);
    whenIdle(drawNext);
  };
  addEventListener("load", () => whenIdle(drawNext));
  document.documentElement.dataset.ready = "yes";

  const paper = (plot) => plot.closest(".pair") ? 330 : 680;
  addEventListener("beforeprint", () => plots.forEach((plot) => draw(plot, paper(plot))));
  addEventListener("afterprint", () => plots.forEach((plot) => draw(plot, 0)));

  const contents = document.querySelector("nav details");
  if (matchMedia("(max-width: 1000px)").matches) contents.open = false;
  const links = new Map([...document.querySelectorAll("nav a")].map((a) => [a.hash.slice(1), a]));
  const seen = new IntersectionObserver((entries) => {
    for (const entry of entries) {
      if (!entry.isIntersecting) continue;
      links.forEach((a) => a.removeAttribute("aria-current"));
      links.get(entry.target.id)?.setAttribute("aria-current", "true");
    }
  }, { rootMargin: "-20% 0px -70% 0px" });
  document.querySelectorAll("main > section").forEach((section) => seen.observe(section));

  const plain = (text) => text.normalize("NFD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  for (const field of document.querySelectorAll(".filter input")) {
    const rows = [...field.closest(".table").querySelectorAll("tbody tr")];
    const texts = rows.map((row) => plain(row.textContent));
    const count = field.closest(".filter").querySelector("output");
    field.addEventListener("input", () => {
      const words = plain(field.value).split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, k) => {
        const hit = words.every((word) => texts[k].includes(word));
        row.hidden = !hit;
        shown += hit;
      });
      count.textContent = words.length ? `${shown} / ${rows.length}` : "";
    });
  }
})();
