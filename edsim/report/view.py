"""What a page is made of: sections of notes, tables and charts, all text already in the reader's language."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from edsim.core.language.countries import country_name
from edsim.report.i18n import Language
from edsim.results.schema import TABLES

if TYPE_CHECKING:
    import pandas as pd

    from edsim.appraisal.types import Appraisal

BAU = "bau"
UNSET = frozenset(("None", "{}", "()", "nan"))
"""Values of inputs the case leaves out, as the table of assumptions writes them."""


@dataclass(frozen=True, slots=True)
class Head:
    """Heading of a table column; numbers are set right."""

    label: str
    unit: str = ""
    numeric: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    """A table of finished text.

    Attributes
    ----------
    title
        Shown above and read out by screen readers.
    heads, rows
        Columns and cells.
    note
        One sentence below.
    filtered
        Whether the page offers a search field over the rows.
    coded
        Whether names of fields in the cells are set as code.
    summed
        Whether the last row is the sum of those above.
    """

    title: str
    heads: tuple[Head, ...]
    rows: tuple[tuple[str, ...], ...]
    note: str = ""
    filtered: bool = False
    coded: bool = False
    summed: bool = False


@dataclass(frozen=True, slots=True)
class Chart:
    """A figure with the sentence that says what it shows and the table behind it.

    Attributes
    ----------
    key
        Identifier on the page.
    title, caption
        Heading, and one sentence on what is shown; together the text alternative.
    figure
        ``data`` and ``layout`` of plotly.js.
    table
        The numbers shown.
    height
        In pixels.
    half
        Whether two may stand side by side on a wide page.
    wide
        Whether a narrow screen scrolls it sideways instead of squeezing it.
    hint
        What a reader can do with it on a screen; paper leaves it out.
    """

    key: str
    title: str
    caption: str
    figure: Mapping[str, Any]
    table: Table
    height: int = 380
    half: bool = False
    wide: bool = False
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Drawing:
    """An inline SVG, already escaped by the page templates, with title, caption and the numbers in it."""

    title: str
    caption: str
    markup: str
    table: Table | None = None


@dataclass(frozen=True, slots=True)
class Note:
    """A sentence; `tone` is ``plain``, ``good`` or ``warn``."""

    text: str
    tone: str = "plain"


@dataclass(frozen=True, slots=True)
class Fold:
    """Details a reader opens: blocks under a title, closed at first."""

    key: str
    title: str
    blocks: tuple[Table | Chart | Drawing | Note, ...]


Block = Table | Chart | Drawing | Note | Fold


def walk(blocks: Iterable[Block]) -> Iterator[Table | Chart | Drawing | Note]:
    """Return all blocks in order, those in folds too."""
    for block in blocks:
        if isinstance(block, Fold):
            yield from block.blocks
        else:
            yield block


def fold(key: str, title: str, blocks: Iterable[Table | Chart | Drawing | Note | None]) -> Fold | None:
    """Return a fold of the blocks there are, or None where there is none."""
    found = tuple(b for b in blocks if b is not None)
    return Fold(key, title, found) if found else None


@dataclass(frozen=True, slots=True)
class Section:
    """A numbered part of the page."""

    key: str
    title: str
    blocks: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Study:
    """An appraisal seen in a language: what figures and tables read."""

    appraisal: Appraisal
    lang: Language
    _cache: dict[str, pd.DataFrame] = field(default_factory=dict, compare=False)
    _labels: dict[str, dict[str, str]] = field(default_factory=dict, compare=False)

    @property
    def main(self) -> str:
        """The project variant the summary speaks of."""
        return self.appraisal.main_variant

    @property
    def order(self) -> tuple[str, ...]:
        """BAU, the main variant, then the other variants."""
        others = [v for v in self.appraisal.variants if v != self.main]
        return (BAU, self.main, *others)

    @property
    def currency(self) -> str:
        """Currency of all money."""
        return self.appraisal.currency

    @property
    def country(self) -> str:
        """Name of the country of the district."""
        return country_name(self.appraisal.country, self.lang.code)

    def t(self, message: str, values: Mapping[str, object] | None = None) -> str:
        """Return `message` in the language of the report."""
        return self.lang.text(message, values)

    def table(self, name: str) -> pd.DataFrame:
        """Return a result table; one the appraisal lacks is empty."""
        found = self.appraisal.tables.get(name)
        if found is not None:
            return found
        if name not in self._cache:
            import pandas as pd

            self._cache[name] = pd.DataFrame({c.name: [] for c in TABLES[name].columns})
        return self._cache[name]

    def of(self, name: str, variant: str) -> pd.DataFrame:
        """Return the rows of one variant of a result table."""
        key = f"{name} of {variant}"
        if key not in self._cache:
            frame = self.table(name)
            self._cache[key] = frame[frame["variant"] == variant]
        return self._cache[key]

    def labels(self, variant: str) -> dict[str, str]:
        """Return machine group → name the case gives it, where it gives one."""
        if variant not in self._labels:
            rows = self.of("equipment", variant)
            pairs = zip(rows["technology"].astype(str), rows["label"].astype(str), strict=True)
            self._labels[variant] = {t: self.lang.usual(name) for t, name in pairs if name not in {"", t}}
        return self._labels[variant]

    def buildings(self) -> dict[str, str]:
        """Return building → name the case gives it, where it gives one."""
        frame = self.table("buildings")
        pairs = zip(frame["building"].astype(str), frame["name"].astype(str), strict=True)
        return {key: name for key, name in pairs if name}

    def variant(self, name: str) -> str:
        """Return the name shown for a variant."""
        if name == BAU:
            return self.t("BAU")
        return name.replace("_", " ")

    def hourly(self, variant: str, columns: list[str]) -> pd.DataFrame:
        """Return hourly columns of a variant; a flow it does not have is zero."""
        frame = self.of("hourly", variant)
        return frame.reindex(columns=columns).fillna(0.0)
