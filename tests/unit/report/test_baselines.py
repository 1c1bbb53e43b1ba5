"""The look of the report, held against pictures that were looked at."""

from pathlib import Path

import pytest
from PIL import Image

from edsim.appraisal.types import Appraisal
from edsim.report import write_report
from tests.support import chromium, pictures

PLACE = Path(__file__).with_name("baselines")
SECTIONS = ("summary", "site", "plant", "operation", "money", "company", "ghg", "grid", "buildings")

pytest.importorskip("playwright.sync_api")
pytestmark = [pytest.mark.slow, pytest.mark.skipif(chromium.CHROMIUM is None, reason="no Chromium on this machine")]


@pytest.mark.parametrize(
    ("lang", "width", "scale"), [("en", 1280, 0.3), ("en", 390, 0.5), ("es", 1280, 0.3), ("es", 390, 0.5)]
)
def test_sections_look_as_they_did(appraisal: Appraisal, tmp_path: Path, lang: str, width: int, scale: float) -> None:
    """Proves: no section lost a chart, covers another or changed its colors. If ignored: a client sees it first."""
    faults = []
    with chromium.opened(write_report(appraisal, tmp_path / "report.html", lang=lang), width) as seen:
        for box in seen.page.query_selector_all(".plotbox"):
            box.scroll_into_view_if_needed() if box.is_visible() else None
        seen.page.wait_for_timeout(1500)
        for section in SECTIONS:
            shown = pictures.small(seen.page.locator(f"#{section}").screenshot(), scale)
            name = f"{section}-{width}.png" if lang == "en" else f"{section}-{lang}-{width}.png"
            if (found := pictures.held(shown, PLACE / name)) is not None:
                faults.append((section, found))
    assert faults == []


def test_a_blank_chart_is_seen() -> None:
    """Proves: the comparison finds a chart that is not drawn. If ignored: a tolerance that passes everything."""
    kept = Image.open(PLACE / "money-1280.png").convert("RGB")
    blank = kept.copy()
    blank.paste((255, 255, 255), (0, blank.height // 10, blank.width, blank.height // 3))
    assert pictures.difference(blank, kept).seen
