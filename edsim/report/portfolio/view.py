"""What the page and the workbook of a portfolio show: finished tables and labels, and the words of a language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from edsim.core.errors import Finding
from edsim.core.language.countries import country_name
from edsim.report.i18n import Language
from edsim.report.labels import CARRIERS

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, slots=True)
class PortfolioData:
    """A portfolio as it was added up.

    Attributes
    ----------
    currency, price_year
        Of all money.
    tables
        Stem of the CSV file → table.
    labels
        Measure → English label and unit.
    budget
        ``budget, spent, gain, bound, goal`` of the choice, None without one.
    findings
        What was left out and why, and what was accepted.
    version
        Of edsim.
    variant_rule
        How the variant of each study was chosen: ``main``, ``best:npv``, ``best:cost``, ``best:ghg`` or a name, then
        exceptions ``CASE=NAME``.
    places
        Run → latitude and longitude of the middle of its buildings, degrees; of the map alone, in no table.
    """

    currency: str
    price_year: int
    tables: Mapping[str, pd.DataFrame]
    labels: Mapping[str, tuple[str, str]]
    budget: Mapping[str, Any] | None
    findings: tuple[Finding, ...]
    version: str
    variant_rule: tuple[str, ...] = ("main",)
    places: Mapping[str, tuple[float, float]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PortfolioView:
    """A portfolio seen in a language."""

    data: PortfolioData
    lang: Language
    _totals: dict[str, float] = field(default_factory=dict, compare=False)
    _countries: dict[str, str] = field(default_factory=dict, compare=False)

    def t(self, message: str, values: Mapping[str, object] | None = None) -> str:
        """Return `message` in the language of the page."""
        return self.lang.text(message, values)

    @property
    def currency(self) -> str:
        """Currency of all money."""
        return self.data.currency

    @property
    def price_year(self) -> int:
        """Price year of all money."""
        return self.data.price_year

    @property
    def version(self) -> str:
        """Version of edsim."""
        return self.data.version

    @property
    def name(self) -> str:
        """Heading of the page."""
        count = len(self.data.tables["measures"])
        return (
            self.t("Portfolio of {count} studies", {"count": count}) if count != 1 else self.t("Portfolio of one study")
        )

    @property
    def place(self) -> str:
        """Countries of the portfolio."""
        return ", ".join(sorted(map(self.country, set(self.data.tables["measures"]["country"].astype(str)))))

    def country(self, code: str) -> str:
        """Return the name of a country of the portfolio; any other text stays as it is."""
        if not self._countries:
            codes = set(self.data.tables["measures"]["country"].astype(str))
            self._countries.update({c: country_name(c, self.lang.code) for c in codes})
        return self._countries.get(code, code)

    def total(self, measure: str) -> float:
        """Return the sum of a measure over the portfolio."""
        if not self._totals:
            rows = self.data.tables["totals"]
            rows = rows[rows["dimension"] == "portfolio"]
            self._totals.update(dict(zip(rows["measure"], rows["value"].astype(float), strict=True)))
        return self._totals[measure]

    def shown(self, value: object, unit: str) -> str:
        """Return a quantity with its unit, scaled for reading."""
        number, scaled = self.lang.quantity(value, unit.replace("currency", self.currency))
        return f"{number} {scaled}".strip()

    def label(self, measure: str) -> str:
        """Return the name of a measure."""
        return self.t(self.data.labels[measure][0])

    def word(self, text: object) -> str:
        """Return a label of a table (country, sector, stage, services) in the language, with blanks for underscores."""
        if (named := self.country(str(text))) != text:
            return named
        parts = [CARRIERS.get(p, p.replace("_", " ")) for p in str(text).split(" + ")]
        return " + ".join(self.t(p) if p else "" for p in parts)
