"""The pages in a real browser: no console message, no request elsewhere, usable by keyboard and on a phone."""

import json
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from edsim.appraisal.types import Appraisal
from edsim.bundle import save
from edsim.report import report_files
from tests.support import accessibility, pictures
from tests.support.case_texts import HALL
from tests.support.chromium import CHROMIUM
from tests.unit.portfolio.synthetic import Made, write_run

ROOT = Path(__file__).parents[3]
PLACE = Path(__file__).with_name("baselines")
CASE = HALL + "variants: {bau: {baseline: frozen}, district: {}}\n"

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]


@pytest.fixture(scope="module")
def place(appraisal: Appraisal, dearer: Appraisal, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of two runs that may change."""
    folder = tmp_path_factory.mktemp("served")
    save(appraisal, folder / "today", files=report_files(appraisal))
    save(dearer, folder / "dear", files=report_files(dearer))
    return folder


@contextmanager
def _serving(folder: Path) -> Iterator[str]:
    """Serve a folder from a process of its own; give the address with its key."""
    command = [sys.executable, "-m", "edsim", "serve", str(folder), "--json"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=ROOT) as process:
        assert process.stdout is not None
        text = ""
        while not text.endswith("}\n"):
            text += process.stdout.readline()
        try:
            yield json.loads(text)["url"]
        finally:
            process.terminate()


@contextmanager
def _entered(address: str, width: int = 1280) -> Iterator[Any]:
    """Open a page that has entered; what it logs or asks for elsewhere fails the test."""
    api = pytest.importorskip("playwright.sync_api")
    faults: list[str] = []
    host = address.split("/?", maxsplit=1)[0]
    with api.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        context = browser.new_context(viewport={"width": width, "height": 900}, accept_downloads=True)
        page = context.new_page()
        page.on("console", lambda m: faults.append(m.text))
        page.on("pageerror", lambda e: faults.append(str(e)))
        page.on("dialog", lambda d: faults.append(d.message))
        page.on("request", lambda r: None if r.url.startswith((host, "data:", "blob:")) else faults.append(r.url))
        page.goto(address)
        yield page
        browser.close()
    assert faults == []


@pytest.fixture(scope="module")
def address(place: Path) -> Iterator[str]:
    """Return the address with key of a server over two runs."""
    with _serving(place) as url:
        yield url


@pytest.fixture
def tab(address: str, request: pytest.FixtureRequest) -> Iterator[Any]:
    """Return an open page of that server."""
    with _entered(address, getattr(request, "param", 1280)) as page:
        yield page


DRAWN = """(() => {
  const left = [...document.querySelectorAll(".plot")].filter(p => p.offsetParent && !p.matches(".js-plotly-plot"));
  if (left.length) left[0].scrollIntoView();
  return left.length === 0;
})()"""
"""Whether every chart that is not folded is drawn; scrolls to the next that is not."""


def _until(page: Any, script: str, seconds: float = 30.0) -> None:
    """Wait until a script is true; the pages' own policy forbids the waiting that evaluates text inside them."""
    for _ in range(int(seconds / 0.1)):
        if page.evaluate(script):
            return
        page.wait_for_timeout(100)
    raise AssertionError(script)


def _runs(page: Any) -> list[str]:
    return [str(a.get_attribute("href")) for a in page.query_selector_all("table.runs th a")]


@pytest.mark.parametrize("tab", [1280, 390], indirect=True)
@pytest.mark.parametrize("lang", ["en", "es"])
def test_pages_draw_fit_and_hinder_nobody(tab: Any, lang: str) -> None:
    """Proves: every page draws its charts under its own policy, is no wider than the window, and axe finds no fault.

    Its look is held against pictures that were looked at. If ignored: a citizen's phone shows a broken page.
    """
    host = tab.url.rstrip("/")
    assert "token" not in tab.url
    tab.goto(f"{host}/?lang={lang}")
    first, second = _runs(tab)
    ids = [p.rsplit("/", 1)[1] for p in (first, second)]
    width, faults = tab.viewport_size["width"], []
    for name, path, charts in (
        ("runs", "/", 0), ("run", first, 1), ("public", f"{first}/public", 2), ("report", f"{first}/report", 9),
        ("compare", f"/compare?run={ids[0]}&run={ids[1]}", 1), ("start", "/start", 0),
        ("again", f"/start?run={ids[0]}", 0),
    ):  # fmt: skip
        tab.goto(host + path)
        assert len(tab.query_selector_all(".plot")) >= charts, path
        _sound(tab)
        if name in {"report", "again"}:  # the report has pictures of its own; the text of a case is long
            continue
        if (found := _changed(tab, f"{name}-{lang}-{width}.png")) is not None:
            faults.append((name, found))
    assert faults == []


@pytest.mark.parametrize("width", [1280, 390])
@pytest.mark.parametrize("lang", ["en", "es"])
def test_portfolio_page(tmp_path: Path, lang: str, width: int) -> None:
    """Proves: totals by city and sector with their map, in both languages and widths; held as the other pages are."""
    for k, (city, sector, lat) in enumerate(
        (("Cali", "health", 3.4), ("Neiva", "industry", 2.9), ("Cali", "residential", 3.5))
    ):
        write_run(tmp_path, Made(f"study {k}", city=city, sector=sector, lat_deg=lat, npv=200.0 - 150.0 * k))
    with _serving(tmp_path) as address, _entered(address, width) as tab:
        tab.goto(f"{tab.url.rstrip('/')}/portfolio?lang={lang}")
        assert len(tab.query_selector_all(".plot")) >= 2
        _sound(tab)
        assert _changed(tab, f"portfolio-{lang}-{width}.png") is None


def _sound(tab: Any) -> None:
    """Hold a page to what every page must be: drawn, no wider than the window, without a hindrance axe knows."""
    _until(tab, DRAWN)
    assert tab.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth") <= 0
    assert accessibility.serious(tab) == []


def _changed(tab: Any, name: str) -> pictures.Difference | None:
    tab.evaluate("scrollTo(0, 0)")
    scale = 0.3 if tab.viewport_size["width"] > 1000 else 0.5
    return pictures.held(pictures.small(tab.screenshot(full_page=True), scale), PLACE / name)


def test_keyboard_reaches_everything(tab: Any) -> None:
    """Proves: the first tab stop skips to the content, all links, fields and buttons follow with a visible focus."""
    seen = []
    for _ in range(40):
        tab.keyboard.press("Tab")
        found = tab.evaluate(
            "(() => { const e = document.activeElement, s = getComputedStyle(e);"
            " return [e.tagName, e.textContent.trim().slice(0, 30), parseFloat(s.outlineWidth)]; })()"
        )
        if found[0] == "BODY":
            break
        seen.append(found)
    assert seen[0][1] == "Skip to the content"
    assert all(width >= 1 for _, _, width in seen)
    tags = [t for t, _, _ in seen]
    assert {"A", "SELECT", "INPUT", "BUTTON"} <= set(tags)


def test_compare_by_hand(tab: Any) -> None:
    """Proves: two ticks and a button lead to the comparison."""
    for box in tab.query_selector_all("input[name=run]"):
        box.check()
    tab.get_by_role("button", name="Compare the chosen runs").click()
    assert tab.query_selector("#inputs") is not None


def test_a_run_is_started_followed_and_shown(tab: Any, tmp_path: Path) -> None:
    """Proves: an uploaded case runs with live progress and its results can be opened and downloaded."""
    import zipfile

    upload = tmp_path / "one.zip"
    with zipfile.ZipFile(upload, "w") as archive:
        archive.writestr("one/case.yaml", CASE)
    tab.get_by_role("link", name="Start a run").click()
    tab.set_input_files("input[type=file]", str(upload))
    tab.get_by_label("Screening").check()
    tab.get_by_role("button", name="Start a run").click()
    _until(tab, "document.querySelectorAll('#steps li').length > 1", 120.0)
    tab.get_by_role("link", name="Show the results").click(timeout=180_000)
    assert "One building" in tab.title()
    with tab.expect_download() as download:
        tab.get_by_role("link", name="Download the run").click()
    assert re.fullmatch(r"one-[0-9a-f]{8}\.zip", download.value.suggested_filename)


def test_stored_report_cannot_reach_the_pages(tab: Any) -> None:
    """Proves: scripts of a stored report see no cookie and cannot ask the server."""
    host = tab.url.rstrip("/")
    tab.goto(f"{host}{_runs(tab)[0]}/report")
    assert tab.evaluate("location.origin === 'null' || window.origin === 'null'")
    assert tab.evaluate("(() => { try { return document.cookie; } catch (e) { return 'refused'; } })()") == "refused"
