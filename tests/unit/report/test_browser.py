"""The page in a real browser: every chart is drawn, nothing is logged, no hostile name acts."""

import dataclasses
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from edsim.appraisal.types import Appraisal
from edsim.report import write_report

CHROMIUM = next((p for n in ("chromium", "chromium-browser", "google-chrome") if (p := shutil.which(n))), None)

pytestmark = [pytest.mark.slow, pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")]

ACTING = (
    "<script>document.title='acted'</script>",
    "<img src=x onerror=\"document.title='acted'\">",
    "</script><script>document.title='acted'</script>",
    "<svg onload=\"document.title='acted'\">",
    "<a href=\"javascript:document.title='acted'\">x</a>",
)


def _open(path: Path, profile: Path) -> tuple[str, str]:
    """Return the page as drawn and what the browser logged."""
    assert CHROMIUM is not None
    flags = (
        "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-sync",
        "--disable-background-networking", "--disable-component-update", "--enable-logging=stderr",
        "--window-size=1280,30000", f"--user-data-dir={profile}", "--virtual-time-budget=20000", "--dump-dom",
    )  # fmt: skip
    done = subprocess.run([CHROMIUM, *flags, path.as_uri()], capture_output=True, text=True, timeout=180, check=True)
    return done.stdout, done.stderr


@pytest.mark.parametrize("lang", ["en", "es"])
def test_every_chart_is_drawn_and_nothing_is_logged(appraisal: Appraisal, tmp_path: Path, lang: str) -> None:
    """Proves: at least 9 charts under the page's own policy, no console message. If ignored: blank charts go out."""
    page, log = _open(write_report(appraisal, tmp_path / "report.html", lang=lang), tmp_path / "profile")
    plots = re.findall(r'class="[^"]*js-plotly-plot[^"]*"', page)
    assert len(plots) == page.count('class="plotbox"') >= 9
    assert "CONSOLE" not in log


def test_names_do_not_act(appraisal: Appraisal, tmp_path: Path) -> None:
    """Proves: names that would act as markup, in every chart and table, change nothing."""
    tables = dict(appraisal.tables)
    for table, column in (
        ("buildings", "name"),
        ("equipment", "label"),
        ("published", "label"),
        ("assumptions", "value"),
    ):
        names = [ACTING[k % len(ACTING)] for k in range(len(tables[table]))]
        tables[table] = tables[table].assign(**{column: names})
    attacked = dataclasses.replace(appraisal, name="honest", headline=ACTING, tables=tables)
    page, log = _open(write_report(attacked, tmp_path / "report.html"), tmp_path / "profile")
    assert "<title>honest" in page
    assert "acted</title>" not in page
    assert "CONSOLE" not in log
