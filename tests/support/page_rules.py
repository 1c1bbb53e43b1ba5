"""Rules every page is held to, as scripts that return what breaks them."""

FAULTS = r"""() => {
  const found = [], name = (e) => e.tagName.toLowerCase() + (e.id ? '#' + e.id : '');
  const visible = (e) => e.checkVisibility() && e.getClientRects().length > 0;
  if (!document.documentElement.lang) found.push('page without language');
  if (!document.title) found.push('page without title');
  if (document.querySelectorAll('main').length !== 1) found.push('not one main landmark');
  if (document.querySelectorAll('h1').length !== 1) found.push('not one first heading');
  const ids = [...document.querySelectorAll('[id]')].filter((e) => !e.closest('.plot svg')).map((e) => e.id);
  for (const id of new Set(ids.filter((i, k) => i && ids.indexOf(i) !== k))) found.push('id twice: ' + id);
  for (const e of document.querySelectorAll('[role=img], [role=region], nav, svg.diagram')) {
    if (!e.getAttribute('aria-label')) found.push('nameless: ' + name(e));
  }
  const regions = [...document.querySelectorAll('[role=region]')].map((e) => e.getAttribute('aria-label'));
  for (const label of new Set(regions.filter((l, k) => regions.indexOf(l) !== k))) found.push('region twice: ' + label);
  for (const e of document.querySelectorAll('input, select, textarea')) {
    if (!e.labels.length && !e.getAttribute('aria-label')) found.push('field without label: ' + name(e));
  }
  for (const e of document.querySelectorAll('table')) {
    if (!e.caption || !e.querySelector('thead th[scope=col]')) found.push('table without caption or headings');
  }
  for (const e of document.querySelectorAll('a[href^="#"]')) {
    if (!document.getElementById(decodeURIComponent(e.hash.slice(1)))) found.push('dead link: ' + e.hash);
  }
  const level = (h) => Number(h.tagName[1]);
  [...document.querySelectorAll('h1, h2, h3')].reduce((last, h) => {
    if (level(h) > last + 1) found.push('heading skips a level: ' + h.textContent.trim());
    return level(h);
  }, 0);
  const light = (rgb) => {
    const part = rgb.slice(0, 3).map((v) => v / 255)
      .map((v) => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4);
    return 0.2126 * part[0] + 0.7152 * part[1] + 0.0722 * part[2];
  };
  const numbers = (text) => text.match(/[\d.]+/g).map(Number);
  const ground = (e) => {
    for (let at = e; at; at = at.parentElement) {
      const back = numbers(getComputedStyle(at).backgroundColor);
      if (back.length < 4 || back[3] > 0.99) return back;
    }
    return [255, 255, 255];
  };
  const pale = new Set();
  for (const e of document.querySelectorAll('main *, nav *, header *, footer *')) {
    if (e.closest('.plot, svg') || !visible(e)) continue;
    if (![...e.childNodes].some((n) => n.nodeType === 3 && n.textContent.trim())) continue;
    const style = getComputedStyle(e), size = parseFloat(style.fontSize);
    const big = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const [a, b] = [light(numbers(style.color)), light(ground(e))].sort((x, y) => y - x);
    if ((a + 0.05) / (b + 0.05) < (big ? 3 : 4.5)) pale.add('too pale: ' + name(e) + '.' + e.className);
  }
  return [...found, ...pale];
}"""
"""Language, title, landmarks, headings, names, labels, captions, links and contrast (WCAG 2.1 AA, 1.4.3)."""

EMPTY_CHARTS = r"""() => [...document.querySelectorAll('.js-plotly-plot')].filter((plot) =>
  !plot.querySelector('.trace path, .trace rect, .sankey path, .points path, .scatterlayer path, .barlayer path')
).map((plot) => plot.id)"""
"""Charts in which nothing is drawn."""
