"""The appraisal of a case: every variant beside business-as-usual, as named tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from edsim.appraisal.notebook import Tables, summary_html
from edsim.core.errors import Finding
from edsim.optimization.types import Certificate

if TYPE_CHECKING:
    import pandas as pd

OWN_POWER = "W843"
"""Code of power from sun or wind that is in the project alone."""
AT_SIZE = "W844"
"""Code of an investment that moves as a whole with the cost of the sizes found."""
OUTAGE = "W845"
"""Code of an outage to survive that stands in the year shown."""
UNBOUGHT = "W846"
"""Code of a machine that gives a variant its name and is not bought."""

UNSOLD = "W847"
"""Code of sun that panels could give and nobody takes."""
RESERVE = "W848"
"""Code of a reserve on one of several machines of the same product."""


@dataclass(frozen=True, slots=True)
class Appraisal:
    """All results of a run; what the report shows and the bundle stores.

    Attributes
    ----------
    name, city, country, currency, price_year
        Of the case.
    main_variant
        The project variant the summary speaks of.
    variants
        Names of the project variants, in order; business-as-usual is ``bau``.
    descriptions
        Variant → description.
    tables
        Name → data frame; columns as in :data:`edsim.results.schema.TABLES`.
    certificates
        Project variant → certificate.
    network_geojson
        FeatureCollection of trenches, plants and buildings of the main variant, WGS84.
    findings
        Warnings collected on the way.
    headline
        Sentences that the summary says first, worst news first.
    manifest
        Versions, input hashes, seed, solver, seconds.
    inputs
        File name → content of the case files, for the bundle.
    """

    name: str
    city: str
    country: str
    currency: str
    price_year: int
    main_variant: str
    variants: tuple[str, ...]
    descriptions: Mapping[str, str] = field(repr=False)
    tables: Mapping[str, pd.DataFrame]
    certificates: Mapping[str, Certificate] = field(repr=False)
    network_geojson: Mapping[str, Any] = field(repr=False)
    findings: tuple[Finding, ...] = field(repr=False)
    headline: tuple[str, ...]
    manifest: Mapping[str, Any] = field(repr=False)
    inputs: Mapping[str, bytes] = field(repr=False)

    def __post_init__(self) -> None:
        """Let notebooks show the tables by name."""
        object.__setattr__(self, "tables", Tables(self.tables))

    def _repr_html_(self) -> str:
        """Return the summary a notebook shows: headline, indicators beside BAU, certificates, findings."""
        return summary_html(self)
