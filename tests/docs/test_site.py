"""The documentation site: built strictly, whole, and without a request to elsewhere."""

from __future__ import annotations

import importlib.util
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
import yaml

from tests.docs.blocks import ROOT
from tests.support.chromium import CHROMIUM

_FENCED = re.compile(r"^```.*?^```", re.DOTALL | re.MULTILINE)
_LINK = re.compile(r"\]\(([^)#\s]+)(?:#[^)]*)?\)")
_OUTSIDE = re.compile(r"""<(?:script|img|iframe|link)\b[^>]*\b(?:src|href)=["']?(?:https?:)?//[^>]*>""")


@pytest.fixture(scope="module")
def generated() -> dict[str, str]:
    """Return the reference pages as the code gives them now, made once."""
    found: dict[str, str] = _generator().files()
    return found


def _generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("reference_pages", ROOT / "docs" / "reference" / "generate.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.mark.medium
@pytest.mark.parametrize("name", ["cli.md", "case.md", "kpis.md", "results.md", "published-checks.md", "mensajes.md"])
def test_reference_pages_are_those_of_the_code(generated: dict[str, str], name: str) -> None:
    """Proves: generated pages are up to date. If ignored: the manual would describe another program.

    Rewrite them with ``python docs/reference/generate.py``.
    """
    written = (ROOT / "docs" / "reference" / name).read_text(encoding="utf-8")
    assert written == generated[name], "run: python docs/reference/generate.py"


def _named(nav: Any) -> Iterator[str]:
    """Yield the pages a navigation names."""
    if isinstance(nav, str):
        yield nav
    else:
        for part in nav.values() if isinstance(nav, dict) else nav:
            yield from _named(part)


def test_navigation_names_every_page_once() -> None:
    """Proves: a reader finds each page in one place. If ignored: pages are lost, or listed twice."""
    named = list(_named(yaml.safe_load((ROOT / "mkdocs.yml").read_text(encoding="utf-8"))["nav"]))
    docs = ROOT / "docs"
    pages = {p.relative_to(docs).as_posix() for p in docs.rglob("*.md")}
    machines = {p for p in pages if p.startswith("reference/technologies/") and not p.endswith("/index.md")}
    assert sorted(named) == sorted(pages - machines)


@pytest.mark.parametrize("folder", ["", "docs", "cases", "benchmarks", "weather"])
def test_links_lead_to_files(folder: str) -> None:
    """Proves: links between pages and to files exist, also outside the site. If ignored: links die unseen."""
    pages = (ROOT / folder).rglob("*.md") if folder else ROOT.glob("*.md")
    dead = [
        (page.relative_to(ROOT).as_posix(), target)
        for page in pages
        for target in _LINK.findall(_FENCED.sub("", page.read_text(encoding="utf-8")))
        if "://" not in target and not target.startswith("mailto:") and not (page.parent / target).exists()
    ]
    assert dead == []


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build the site; a warning is an error."""
    pytest.importorskip("material", reason="mkdocs-material is not installed: pip install -e '.[docs]'")
    folder = tmp_path_factory.mktemp("site")
    command = [sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", str(folder)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder


@pytest.mark.slow
def test_site_builds_and_has_its_pages(site: Path) -> None:
    """Proves: the strict build passes and the pages a newcomer looks for are there."""
    for name in ("index", "quick-start", "inicio-rapido", "tutorial/index", "reference/cli", "explanation/validation"):
        assert (site / f"{name}.html").is_file(), name
    assert list(site.rglob("*.py")) == []


@pytest.mark.slow
def test_site_asks_nobody_else(site: Path) -> None:
    """Proves: no page loads a script, font, style or picture from elsewhere. If ignored: it breaks offline."""
    found = {
        (page.name, tag)
        for page in site.rglob("*.html")
        for tag in _OUTSIDE.findall(page.read_text(encoding="utf-8"))
        if 'rel="canonical"' not in tag
    }
    assert found == set()
    assert not any('class="mermaid"' in page.read_text(encoding="utf-8") for page in site.rglob("*.html"))


@pytest.mark.slow
def test_spanish_page_is_spanish(site: Path) -> None:
    """Proves: the Spanish quick start is built and uses the words of the field."""
    text = (site / "inicio-rapido.html").read_text(encoding="utf-8")
    for word in ("agua helada", "línea base", "subestación térmica", "costo nivelado"):
        assert word in text


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")
def test_search_works_from_a_folder(site: Path) -> None:
    """Proves: who opens the site from a disk finds a page. If ignored: there is no field to type into."""
    api = pytest.importorskip("playwright.sync_api")
    asked: list[str] = []
    with api.sync_playwright() as player:
        browser = player.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 1280, "height": 900})
        page.on("request", lambda r: None if r.url.startswith("file:") else asked.append(r.url))
        page.goto((site / "how-to" / "units.html").as_uri())
        page.click("input.md-search__input")
        page.keyboard.type("ice store")
        page.wait_for_selector(".md-search-result__item a[href*='ice_store']", timeout=20_000)
        browser.close()
    assert asked == []
