"""A headless Chromium for tests of pages: opened offline, its console, dialogs and requests kept."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

CHROMIUM = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)

_SCROLL = """async () => {
  for (const box of document.querySelectorAll('.plotbox')) {
    box.scrollIntoView({ behavior: 'instant', block: 'center' });
    for (let k = 0; k < 50 && !box.querySelector('.js-plotly-plot'); k++) await new Promise((d) => setTimeout(d, 60));
  }
  scrollTo({ top: 0, behavior: 'instant' });
}"""


@dataclass
class Opened:
    """A page and what it did."""

    page: Any
    logged: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)

    @property
    def outside(self) -> list[str]:
        """Requests that left the machine."""
        return [r for r in self.requests if not r.startswith(("file:", "data:", "blob:"))]

    def draw_all(self) -> None:
        """Open all details and bring every chart into view once."""
        self.page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        self.page.evaluate(_SCROLL)
        _until(
            self.page,
            "document.querySelectorAll('.plotbox').length === document.querySelectorAll('.js-plotly-plot').length",
        )


def _until(page: Any, condition: str, seconds: int = 60) -> None:
    """Wait for a condition; asked from outside, because the policy of the page forbids evaluating text inside it."""
    for _ in range(10 * seconds):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(100)
    raise TimeoutError(condition)


@contextmanager
def opened(path: Path, width: int = 1280) -> Iterator[Opened]:
    """Open a file and give the page; the browser is closed at the end."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        page = browser.new_page(viewport={"width": width, "height": 900})
        seen = Opened(page)

        def refuse(dialog: Any) -> None:
            seen.dialogs.append(dialog.message)
            dialog.dismiss()

        page.on("console", lambda m: seen.logged.append(m.text))
        page.on("pageerror", lambda e: seen.logged.append(str(e)))
        page.on("request", lambda r: seen.requests.append(r.url))
        page.on("dialog", refuse)
        page.goto(path.absolute().as_uri())
        _until(page, "document.documentElement.dataset.ready === 'yes'")
        try:
            yield seen
        finally:
            browser.close()
