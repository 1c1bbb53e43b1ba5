"""Links to headings work on the site and on GitHub, which make anchors by different rules."""

import re
import runpy
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted([*(ROOT / "docs").rglob("*.md"), ROOT / "README.md"])
SLUGS = runpy.run_path(str(ROOT / "docs/reference/spanish_messages.py"))


def _anchors(page: Path, rule: str) -> set[str]:
    """Return the anchors of a page by a rule, and those written out."""
    text = re.sub(r"(?ms)^```.*?^```$", "", page.read_text(encoding="utf-8"))
    titles = [
        re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", t).replace("`", "") for t in re.findall(r"(?m)^#{1,6} (.+)$", text)
    ]
    return {SLUGS[rule](t) for t in titles} | set(re.findall(r'<a id="([^"]+)"', text))


@pytest.mark.parametrize(
    ("title", "site", "github"),
    [
        ("Qué es", "que-es", "qué-es"),
        ("W183 of {percent} % is high", "w183-of-percent-is-high", "w183-of-percent--is-high"),
        ("W181 {value} m² each", "w181-value-m2-each", "w181-value-m-each"),
        ("E566 touches {}", "e566-touches", "e566-touches-"),
        ("A_b, c-d: (5xx)", "a_b-c-d-5xx", "a_b-c-d-5xx"),
    ],
)
def test_the_rules_are_those_of_the_site_and_of_github(title: str, site: str, github: str) -> None:
    """Proves: accents, signs, blanks at ends. If ignored: the next test would hold links to a rule of our own."""
    assert SLUGS["site_slug"](title) == site
    assert SLUGS["github_slug"](title) == github


def test_every_anchor_a_page_links_to_is_there_by_both_rules() -> None:
    """Proves: all links reach their heading in both places. If ignored: a reader lands at the top of a long page."""
    known: dict[Path, set[str]] = {}
    lost = []
    for page in PAGES:
        for place, anchor in re.findall(r"\]\(([^)\s#:]*)#([^)\s]+)\)", page.read_text(encoding="utf-8")):
            target = (page.parent / place).resolve() if place else page
            if target.suffix == ".md" and target.is_file():
                if target not in known:
                    known[target] = _anchors(target, "site_slug") & _anchors(target, "github_slug")
                if anchor not in known[target]:
                    lost.append((page.name, place, anchor))
    assert lost == []
