"""Words of the pages: those of the report and the pages' own catalogue."""

from functools import cache
from pathlib import Path

from edsim.report.i18n import LANGUAGES, Language, language, parse_catalogue
from edsim.web.guard import REFUSALS

STATES = {
    "waiting": "waiting",
    "running": "running",
    "done": "finished",
    "refused": "refused",
    "failed": "failed",
    "cancelled": "cancelled",
}
"""State of a job → word."""

STATUSES = {"certified": "certified", "open": "open", "screening": "screening", "none": "no certificate"}
"""Status of a certificate → word."""

MODES = {
    "typical": "Typical days, certified over 8760 hours",
    "screening": "Screening: fast, without a proven bound",
    "full_year": "All 8760 hours at once: slow",
}
"""Mode of a run → what it means."""

TABLES = (STATES, STATUSES, MODES, REFUSALS)


@cache
def spoken(code: str) -> Language:
    """Return the language of the pages; an unknown code gives English."""
    if code not in LANGUAGES or code == "en":
        return Language("en", {})
    path = Path(__file__).with_name("locale") / "web_es.po"
    return Language("es", {**language("es").words, **parse_catalogue(path.read_text("utf-8"))}, language("es").names)
