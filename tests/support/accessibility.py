"""axe-core over a page in a browser: what hinders people who read by ear, by keyboard or in strong sun."""

from __future__ import annotations

import importlib.util
from pathlib import Path
from typing import Any

_RUN = "async () => (await axe.run({resultTypes: ['violations']})).violations"


def serious(page: Any) -> list[tuple[str, str]]:
    """Return rule and first element of what axe-core counts as serious or critical."""
    page.evaluate(_engine())
    found = page.evaluate(_RUN)
    return [(v["id"], str(v["nodes"][0]["target"])) for v in found if v["impact"] in {"serious", "critical"}]


def _engine() -> str:
    spec = importlib.util.find_spec("axe_playwright_python")
    assert spec is not None, "the test extra brings axe-core"
    assert spec.origin is not None
    return Path(spec.origin).with_name("axe.min.js").read_text("utf-8")
