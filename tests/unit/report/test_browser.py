"""The page in a real browser: every chart is drawn, nothing is logged or fetched, no hostile name acts."""

import dataclasses
from pathlib import Path

import pytest

from edsim.appraisal.types import Appraisal
from edsim.report import write_report
from tests.support import accessibility, chromium, page_rules
from tests.unit.report.test_report import hostile

pytest.importorskip("playwright.sync_api")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(chromium.CHROMIUM is None, reason="no Chromium on this machine")]

ACTING = (
    "<script>document.title='acted'</script>",
    "<img src=x onerror=\"document.title='acted';alert(1)\">",
    "</script><script>document.title='acted';alert(2)</script>",
    "<svg onload=\"document.title='acted'\">",
    "<a href=\"javascript:document.title='acted'\">x</a>",
)


@pytest.mark.parametrize(("lang", "width"), [("en", 1280), ("es", 1280), ("en", 390), ("es", 390)])
def test_the_page_as_a_reader_sees_it(appraisal: Appraisal, tmp_path: Path, lang: str, width: int) -> None:
    """Proves: all charts drawn under the page's own policy, no message, no request outside, no wide or nameless part.

    If ignored: blank charts, a page that scrolls sideways on a phone, or figures a screen reader cannot name go out.
    """
    path = write_report(appraisal, tmp_path / "report.html", lang=lang)
    with chromium.opened(path, width) as seen:
        seen.draw_all()
        assert seen.page.locator(".js-plotly-plot").count() >= 9
        assert (seen.logged, seen.outside, seen.dialogs) == ([], [], [])
        assert seen.page.evaluate("document.documentElement.scrollWidth") <= width
        assert seen.page.evaluate(page_rules.FAULTS) == []
        assert seen.page.evaluate(page_rules.EMPTY_CHARTS) == []
        assert accessibility.serious(seen.page) == []


def test_tables_that_open_on_a_phone_are_cards(appraisal: Appraisal, tmp_path: Path) -> None:
    """Proves: opened tables fit a phone, those behind charts and in folds too. If ignored: half the columns are cut."""
    with chromium.opened(write_report(appraisal, tmp_path / "report.html"), 390) as seen:
        seen.page.evaluate("document.querySelectorAll('details').forEach((d) => { d.open = true; })")
        seen.page.wait_for_timeout(500)
        cut = "[...document.querySelectorAll('.scroll:not(.drawing)')].filter((s) => s.scrollWidth > s.clientWidth + 1)"
        assert seen.page.evaluate(f"{cut}.map((s) => s.ariaLabel)") == []


@pytest.mark.parametrize("lang", ["en", "es"])
def test_the_summary_is_one_page_of_paper(appraisal: Appraisal, tmp_path: Path, lang: str) -> None:
    """Proves: title and summary fit on a page of A4 (273 mm between its margins). If ignored: a decision on two."""
    with chromium.opened(write_report(appraisal, tmp_path / "report.html", lang=lang), 688) as seen:
        seen.page.emulate_media(media="print")
        bottom = seen.page.evaluate("document.getElementById('summary').getBoundingClientRect().bottom + scrollY")
    assert 400.0 < bottom <= 273.0 / 25.4 * 96.0


def test_paper_speaks_of_nothing_to_drag_or_point_at(appraisal: Appraisal, tmp_path: Path) -> None:
    """Proves: what a reader may do with a chart is said on a screen only. If ignored: "drag the slider" on paper."""
    shown = "[...document.querySelectorAll('.hint')].map((e) => e.getClientRects().length > 0)"
    with chromium.opened(write_report(appraisal, tmp_path / "report.html"), 688) as seen:
        assert seen.page.evaluate(shown).count(True) >= 3
        seen.page.emulate_media(media="print")
        assert True not in seen.page.evaluate(shown)


def test_charts_are_drawn_without_scrolling(appraisal: Appraisal, tmp_path: Path) -> None:
    """Proves: nobody scrolls and all charts in sight get drawn. If ignored: a picture of the whole page has blanks."""
    waiting = "[...document.querySelectorAll('.plot')].filter((p) => p.offsetWidth && !p.classList.contains('drawn'))"
    with chromium.opened(write_report(appraisal, tmp_path / "report.html")) as seen:
        for _ in range(100):
            if not seen.page.evaluate(f"{waiting}.length"):
                break
            seen.page.wait_for_timeout(100)
        assert seen.page.evaluate(f"{waiting}.map((p) => p.id)") == []
        assert seen.page.locator(".plot.drawn").count() >= 9


def test_names_do_not_act(appraisal: Appraisal, tmp_path: Path) -> None:
    """Proves: names that would act as markup, in every chart and table, change nothing."""
    tables = dict(appraisal.tables)
    for table, column in (("buildings", "name"), ("equipment", "label"), ("published", "label"), ("levels", "note")):
        names = [ACTING[k % len(ACTING)] for k in range(len(tables[table]))]
        tables[table] = tables[table].assign(**{column: names})
    attacked = dataclasses.replace(appraisal, name="honest", headline=ACTING, tables=tables)
    with chromium.opened(write_report(attacked, tmp_path / "report.html")) as seen:
        seen.draw_all()
        assert seen.page.title().startswith("honest")
        assert (seen.logged, seen.dialogs, seen.outside) == ([], [], [])


def test_hostile_names_open_no_dialog(appraisal: Appraisal, tmp_path: Path) -> None:
    """Proves: over 40 hostile names in all tables, map and notes at once: no dialog, message or request."""
    attacked = hostile(appraisal)
    with chromium.opened(write_report(attacked, tmp_path / "report.html", one_file=True)) as seen:
        seen.draw_all()
        hover = seen.page.locator("#map")
        hover.scroll_into_view_if_needed()
        box = hover.bounding_box()
        for k in range(1, 10):
            seen.page.mouse.move(box["x"] + box["width"] * k / 10, box["y"] + box["height"] * k / 10)
        assert (seen.dialogs, seen.outside) == ([], [])
        assert not [m for m in seen.logged if "acted" in m or "Refused" in m]
