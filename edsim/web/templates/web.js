"use strict";
(() => {
  const steps = document.getElementById("steps");
  if (!steps || !steps.dataset.events) return;
  const state = document.getElementById("state");
  const format = (number, digits) => number.toLocaleString(document.documentElement.lang, { minimumFractionDigits: digits, maximumFractionDigits: digits });
  steps.replaceChildren();
  const source = new EventSource(steps.dataset.events);
  source.onopen = () => steps.replaceChildren();
  source.onmessage = (event) => {
    const job = JSON.parse(event.data);
    for (const [second, text] of job.steps) {
      const line = document.createElement("li"), time = document.createElement("span");
      time.textContent = `${format(second, 1)} s`;
      line.append(time, ` ${text}`);
      steps.append(line);
      steps.scrollTop = steps.scrollHeight;
    }
    if (job.state === "running") state.textContent = `${steps.dataset.running} · ${format(job.seconds, 0)} s`;
    else if (job.state !== "waiting") { source.close(); location.reload(); }
  };
})();
