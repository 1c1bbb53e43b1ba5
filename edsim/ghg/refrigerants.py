"""Refrigerants: their properties and the yearly ledger of what machines hold and lose.

``E_t = m install (filling loss) + m x leak (operation and service) + m x remaining x (1 - recovery) (end of life)``

Sources
-------
IPCC 2006 Guidelines for National Greenhouse Gas Inventories, vol. 3 ch. 7, eq. 7.10-7.14 and table 7.9.
"""

import csv
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Literal, get_args

import numpy as np
from numpy.typing import NDArray

from edsim.core.arguments import check_choice, reject
from edsim.core.errors import DataError, Finding
from edsim.core.property_table import Figure, read_property_table
from edsim.core.resources import data_path

GwpSet = Literal["AR4", "AR5", "AR6"]
"""IPCC assessment report whose 100-year global warming potentials are used; UNFCCC reporting uses AR5."""

EVENTS = ("install", "operation", "end_of_life")


@dataclass(frozen=True, slots=True)
class Refrigerant:
    """Properties of a refrigerant.

    Attributes
    ----------
    id, name, family
        ASHRAE designation, name, and CFC, HCFC, HFC, HFO or natural.
    odp_kg_per_kg
        Ozone depletion potential, kg CFC-11 eq./kg.
    gwp_kg_per_kg
        Global warming potential over 100 years, kgCO2e/kg, in `gwp_set`.
    gwp_set
        Assessment report.
    montreal_gas
        Controlled by the Montreal Protocol (CFC, HCFC): outside the Kyoto basket, reported as a memo line.
    kigali_controlled
        Controlled by the Kigali Amendment (HFC).
    """

    id: str
    name: str
    family: str
    odp_kg_per_kg: float
    gwp_kg_per_kg: float
    gwp_set: GwpSet
    montreal_gas: bool
    kigali_controlled: bool


@dataclass(frozen=True, slots=True)
class RefrigerantStock:
    """The refrigerant in one machine group.

    Attributes
    ----------
    machine
        Machine group or building.
    refrigerant
        ASHRAE designation (``R-410A``).
    capacity_kw
        Cooling capacity, kW.
    charge_kg_per_kw
        Charge per cooling capacity, kg/kW.
    operating_leak_frac_per_a, service_loss_frac_per_a
        Yearly loss in operation and at service, share of the charge (topped up each year).
    install_loss_frac
        Share of the charge lost at filling.
    end_of_life_remaining_frac, recovery_frac
        Share of the charge left at the end of life, and share of that which is recovered.
    lifetime_a
        Life of the machine, a.
    age_at_start_a
        Age at year 0; an existing machine has no filling loss at the start. One past its life is scrapped in year 0.
    install_year
        Year of first installation.
    replaced_by
        Refrigerant of the machines that replace it (same charge); ``None`` keeps the refrigerant.
    """

    machine: str
    refrigerant: str
    capacity_kw: float
    charge_kg_per_kw: float
    operating_leak_frac_per_a: float
    service_loss_frac_per_a: float
    install_loss_frac: float
    end_of_life_remaining_frac: float
    recovery_frac: float
    lifetime_a: float
    age_at_start_a: float = 0.0
    install_year: int = 0
    replaced_by: str | None = None

    def __post_init__(self) -> None:
        findings = []
        for name in ("capacity_kw", "charge_kg_per_kw", "age_at_start_a"):
            findings += _range_findings(self.machine, name, getattr(self, name), math.inf)
        for name in (
            "operating_leak_frac_per_a",
            "service_loss_frac_per_a",
            "install_loss_frac",
            "end_of_life_remaining_frac",
            "recovery_frac",
        ):
            findings += _range_findings(self.machine, name, getattr(self, name), 1.0)
        if not self.lifetime_a > 0:
            findings.append(Finding("E721", "a life must be longer than zero", field=f"{self.machine}.lifetime_a"))
        if findings:
            raise DataError.of(findings)

    @property
    def charge_kg(self) -> float:
        """Installed charge, kg."""
        return self.capacity_kw * self.charge_kg_per_kw

    @property
    def yearly_loss_frac(self) -> float:
        """Loss per year in operation and at service, share of the charge."""
        return self.operating_leak_frac_per_a + self.service_loss_frac_per_a

    @property
    def end_of_life_loss_kg(self) -> float:
        """Refrigerant released when the machine is scrapped, kg."""
        return self.charge_kg * self.end_of_life_remaining_frac * (1.0 - self.recovery_frac)

    @property
    def mean_loss_kg_per_a(self) -> float:
        """Loss of a mean year over the life of the machine: filling and end of life spread over it, kg/a."""
        once = self.charge_kg * self.install_loss_frac + self.end_of_life_loss_kg
        return self.charge_kg * self.yearly_loss_frac + once / self.lifetime_a


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """Losses of one machine group and refrigerant.

    Attributes
    ----------
    machine, refrigerant
        What leaks.
    charge_kg
        Installed charge, kg.
    loss_kg : (3, horizon_a + 1)
        Loss in the years 0..H by event: filling, operation (with service), end of life, kg.
    mean_loss_kg_per_a
        Loss of a mean year over the machine's life, kg/a; 0 for the refrigerant of a later replacement.
    """

    machine: str
    refrigerant: Refrigerant
    charge_kg: float
    loss_kg: NDArray[np.float64]
    mean_loss_kg_per_a: float

    @property
    def yearly_kg(self) -> NDArray[np.float64]:
        """Loss per year 0..H, kg."""
        return np.asarray(self.loss_kg.sum(axis=0))

    @property
    def yearly_kgco2e(self) -> NDArray[np.float64]:
        """Emission per year 0..H, kgCO2e."""
        return self.yearly_kg * self.refrigerant.gwp_kg_per_kg

    @property
    def mean_kgco2e_per_a(self) -> float:
        """Emission of a mean year, kgCO2e/a."""
        return self.mean_loss_kg_per_a * self.refrigerant.gwp_kg_per_kg

    @property
    def mean_odp_kg_per_a(self) -> float:
        """Ozone depletion of a mean year, kg CFC-11 eq./a."""
        return self.mean_loss_kg_per_a * self.refrigerant.odp_kg_per_kg


@dataclass(frozen=True, slots=True)
class RefrigerantLedger:
    """Losses of all machines of a variant.

    Attributes
    ----------
    gwp_set
        Assessment report of the global warming potentials.
    horizon_a
        Years of the study; arrays cover 0..H.
    entries
        One per machine group and refrigerant.
    """

    gwp_set: GwpSet
    horizon_a: int
    entries: tuple[LedgerEntry, ...]

    def yearly_kgco2e(self, *, montreal: bool | None = None) -> NDArray[np.float64]:
        """Return the emission per year 0..H, kgCO2e.

        Parameters
        ----------
        montreal
            ``True``: only gases of the Montreal Protocol (memo line); ``False``: only others (the Kyoto basket, as
            national inventories count); ``None``: all.
        """
        total = np.zeros(self.horizon_a + 1)
        for entry in self._of(montreal=montreal):
            total += entry.yearly_kgco2e
        return total

    def mean_kgco2e_per_a(self, *, montreal: bool | None = None) -> float:
        """Return the emission of a mean year over the machines' lives, kgCO2e/a."""
        return sum(entry.mean_kgco2e_per_a for entry in self._of(montreal=montreal))

    def mean_odp_kg_per_a(self) -> float:
        """Return the ozone depletion of a mean year, kg CFC-11 eq./a."""
        return sum(entry.mean_odp_kg_per_a for entry in self.entries)

    def hfc_service_kgco2e(self) -> NDArray[np.float64]:
        """Return the HFC bought per year 0..H to replace losses of operation, kgCO2e."""
        total = np.zeros(self.horizon_a + 1)
        for entry in self.entries:
            if entry.refrigerant.kigali_controlled:
                total += entry.loss_kg[1] * entry.refrigerant.gwp_kg_per_kg
        return total

    def hfc_installed_kgco2e(self) -> float:
        """Return the HFC charge installed, kgCO2e: the figure of ozone units under the Kigali Amendment."""
        held = (e for e in self.entries if e.refrigerant.kigali_controlled)
        return sum(e.charge_kg * e.refrigerant.gwp_kg_per_kg for e in held)

    def _of(self, *, montreal: bool | None) -> tuple[LedgerEntry, ...]:
        return tuple(e for e in self.entries if montreal is None or e.refrigerant.montreal_gas == montreal)


def refrigerant(id: str, gwp_set: GwpSet = "AR5") -> Refrigerant:  # noqa: A002  the word users know
    """Return the properties of a refrigerant of the table.

    Raises
    ------
    DataError
        E720 for an unknown refrigerant (all known ones are listed), E703 for an unknown GWP set.
    """
    check_choice(gwp_set, get_args(GwpSet), "gwp_set")
    families = _families()
    if id not in families:
        raise reject("E720", "unknown refrigerant", "refrigerant", repr(id), allowed=", ".join(families))
    row, figures = families[id], refrigerant_figures()[id]
    return Refrigerant(
        id=id,
        name=row["name"],
        family=row["family"],
        odp_kg_per_kg=figures["odp"].value,
        gwp_kg_per_kg=figures[f"gwp_{gwp_set.lower()}"].value,
        gwp_set=gwp_set,
        montreal_gas=row["montreal_gas"] == "yes",
        kigali_controlled=row["kigali_controlled"] == "yes",
    )


def refrigerant_figures() -> Mapping[str, Mapping[str, Figure]]:
    """Return refrigerant → property → figure with source (ODP and GWP of AR4, AR5, AR6)."""
    return read_property_table(data_path("refrigerants", "properties.csv"))


def practice_figures() -> Mapping[str, Mapping[str, Figure]]:
    """Return machine class → charge, losses, recovery and life with source, the defaults of :func:`typical_stock`."""
    return read_property_table(data_path("refrigerants", "practice.csv"))


@cache
def _kigali() -> tuple[tuple[int, float], ...]:
    with data_path("refrigerants", "kigali_a5_group1.csv").open(encoding="utf-8", newline="") as handle:
        return tuple((int(row["calendar_year"]), float(row["value"])) for row in csv.DictReader(handle))


def kigali_limit_frac(calendar_year: int) -> float | None:
    """Return the HFC consumption allowed in a year to Article 5 parties of group 1, share of their baseline.

    ``None`` before the freeze. Steps and source are in ``data/refrigerants/kigali_a5_group1.csv``.
    """
    steps = [value for year, value in _kigali() if year <= calendar_year]
    return steps[-1] if steps else None


def typical_stock(
    machine: str, machine_class: str, refrigerant_id: str, capacity_kw: float, *, age_at_start_a: float = 0.0
) -> RefrigerantStock:
    """Return a stock with the default practice of its machine class (``split``, ``air_cooled_chiller``, ...).

    Raises
    ------
    DataError
        E722 for an unknown machine class.
    """
    classes = practice_figures()
    if machine_class not in classes:
        raise reject("E722", "unknown machine class", "machine_class", repr(machine_class), allowed=", ".join(classes))
    f = {name: figure.value for name, figure in classes[machine_class].items()}
    return RefrigerantStock(
        machine=machine,
        refrigerant=refrigerant_id,
        capacity_kw=capacity_kw,
        charge_kg_per_kw=f["charge_kg_per_kw"],
        operating_leak_frac_per_a=f["operating_leak_frac_per_a"],
        service_loss_frac_per_a=f["service_loss_frac_per_a"],
        install_loss_frac=f["install_loss_frac"],
        end_of_life_remaining_frac=f["end_of_life_remaining_frac"],
        recovery_frac=f["recovery_frac"],
        lifetime_a=f["lifetime_a"],
        age_at_start_a=age_at_start_a,
    )


def refrigerant_ledger(
    machines: Sequence[RefrigerantStock],
    horizon_a: int,
    gwp_set: GwpSet = "AR5",
    *,
    own: Mapping[str, Refrigerant] | None = None,
) -> RefrigerantLedger:
    """Return what the machines lose in each year of the study and in a mean year of their lives.

    Machines are replaced at the end of their life within the study. Scrapping after the study is not in the yearly
    arrays, but is in the mean year.

    Parameters
    ----------
    machines
        Stocks; :func:`typical_stock` fills defaults.
    horizon_a
        Years of the study, a.
    gwp_set
        AR4, AR5 or AR6.
    own
        Properties over those of the table, by refrigerant.
    """
    if horizon_a < 1:
        raise reject("E721", "a study needs at least one year", "horizon_a", horizon_a)
    entries: list[LedgerEntry] = []
    for stock in machines:
        first = (own or {}).get(stock.refrigerant) or refrigerant(stock.refrigerant, gwp_set)
        later_id = stock.replaced_by or stock.refrigerant
        later = (own or {}).get(later_id) or refrigerant(later_id, gwp_set)
        losses = _losses(stock, horizon_a)
        if later_id == stock.refrigerant:
            entries.append(
                LedgerEntry(stock.machine, first, stock.charge_kg, losses.sum(axis=0), stock.mean_loss_kg_per_a)
            )
            continue
        entries.append(LedgerEntry(stock.machine, first, stock.charge_kg, losses[0], stock.mean_loss_kg_per_a))
        entries.append(LedgerEntry(stock.machine, later, 0.0, losses[1], 0.0))
    return RefrigerantLedger(gwp_set, horizon_a, tuple(entries))


def _losses(stock: RefrigerantStock, horizon_a: int) -> NDArray[np.float64]:
    """Return losses of the first machine and of its replacements, [2, event, year 0..H], kg."""
    losses = np.zeros((2, len(EVENTS), horizon_a + 1))
    start = stock.install_year - min(stock.age_at_start_a, stock.lifetime_a)
    count = max(1, math.ceil((horizon_a - start) / stock.lifetime_a - 1e-9))
    for k in range(count):
        born, dies = start + k * stock.lifetime_a, start + (k + 1) * stock.lifetime_a
        first_year, last_year = math.ceil(max(born, stock.install_year) - 1e-9), math.ceil(dies - 1e-9)
        target = losses[min(k, 1)]
        if k or stock.age_at_start_a == 0:
            target[0, first_year : first_year + 1] += stock.charge_kg * stock.install_loss_frac
        target[1, first_year + 1 : last_year + 1] += stock.charge_kg * stock.yearly_loss_frac
        target[2, last_year : last_year + 1] += stock.end_of_life_loss_kg
    return losses


@cache
def _families() -> Mapping[str, Mapping[str, str]]:
    with data_path("refrigerants", "refrigerants.csv").open(encoding="utf-8", newline="") as handle:
        return {row["id"]: row for row in csv.DictReader(handle)}


def _range_findings(machine: str, name: str, value: float, high: float) -> list[Finding]:
    if math.isfinite(value) and 0 <= value <= high:
        return []
    allowed = "a number, zero or more" if high == math.inf else f"0..{high:g}"
    return [Finding("E721", "out of range", field=f"{machine}.{name}", got=str(value), allowed=allowed)]
