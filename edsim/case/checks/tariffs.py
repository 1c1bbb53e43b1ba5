"""Checks of the hours of a tariff: they exist, every price holds in some of them, and a peak stays a peak."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import combinations, product

from edsim.case.checks.ids import place_of
from edsim.case.checks.usual import usd_per_unit
from edsim.case.parts.tariff_spec import DemandBandSpec, TariffSpec, TimeOfUse
from edsim.case.schema import Case
from edsim.case.wording.messages import Fault
from edsim.core.technology import Technology

_LIMITS = {"hours": (0, 23), "months": (1, 12), "weekdays": (1, 7)}
_MOST_TIMES_GAS, _MOST_TIMES_GAS_AT_WELL = 6.0, 15.0
"""Electricity over natural gas per kWh (LHV) beyond which gas is likelier priced per MJ: industry pays 1.5 to 5 times
as much, up to 6 in parts of the United States, more where gas is cheap (IEA Energy Prices, EIA 2024; judgement,
unverified)."""
_MOST_USD_OF_CHEAP_GAS = 0.03
_GAS_AT_WELL = frozenset(
    (
        "ARE", "ARG", "AZE", "BHR", "BOL", "BRN", "CAN", "DZA", "EGY", "IRN", "IRQ", "KAZ", "KWT", "LBY", "MEX", "NGA",
        "OMN", "PER", "QAT", "RUS", "SAU", "TKM", "TTO", "USA", "UZB", "VEN",
    )
)  # fmt: skip
"""Countries whose industry buys gas near the price of the well, some at prices the state sets."""
_EVERY = frozenset(product(range(1, 13), range(1, 8), range(24)))
"""Month, day of the week and hour of all hours."""
_OF_SPOT = ("spot_column", "spot_factor", "spot_export_frac")
"""Fields of a tariff that say how `spot_file` is read."""
_HINTS = {"hours": "hours_of_day", "months": "", "weekdays": "days_of_week"}
UNASKED = "W1951"
"""A tariff pays for exports that the default of the grid forbids."""


def check_tariffs(case: Case) -> Iterator[Fault]:
    """Yield hours, months and days that do not exist, prices later ones cover, and fields of a spot file not given."""
    yield from _cheap_gas(case)
    for tariff in case.tariffs:
        windows = tariff.time_of_use
        idle = (f for f in _OF_SPOT if tariff.spot_file is None and f in tariff.model_fields_set)
        for path in (f"tariffs.{tariff.id}.{field}" for field in idle):
            yield Fault("W1888", place_of(case, path), path, hint="spot_prices")
        peaks = tariff.demand_per_kw_month or any(b.demand_per_kw_month for b in tariff.demand_bands)
        if tariff.demand_load_factor_frac is not None and not peaks:
            path = f"tariffs.{tariff.id}.demand_load_factor_frac"
            yield Fault(
                "W1957", place_of(case, path), path, f"{tariff.demand_load_factor_frac:g}", hint="cap_needs_peak"
            )
        yield from _free_hours(case, tariff)
        yield from _below_gas(case, tariff)
        yield from _bands(case, tariff)
        for i, window in enumerate(windows):
            path = f"tariffs.{tariff.id}.time_of_use.{i}"
            yield from _limits(case, window, path)
            if windows[i + 1 :] and not _when(window).difference(*map(_when, windows[i + 1 :])):
                yield Fault("W1892", place_of(case, f"{path}.per_kwh"), path, f"{window.per_kwh:g}", hint="later_wins")
        for (_, one), (j, other) in combinations(enumerate(windows), 2):
            shared = _overlap(one, other)
            if shared and one.per_kwh != other.per_kwh:
                path, words = f"tariffs.{tariff.id}.time_of_use.{j}.hours", {"price": f"{one.per_kwh:g}"}
                yield Fault("W1832", place_of(case, path), path, ", ".join(map(str, shared)), "", words, "later_wins")


def _bands(case: Case, tariff: TariffSpec) -> Iterator[Fault]:
    """Yield bands of hours that do not exist, that are all hours beside the charge on these, or that stand twice."""
    path = f"tariffs.{tariff.id}.demand_bands"
    for i, band in enumerate(tariff.demand_bands):
        yield from _limits(case, band, f"{path}.{i}")
        if tariff.demand_per_kw_month and band.demand_per_kw_month and _when(band) >= _EVERY:
            at, got = f"{path}.{i}.demand_per_kw_month", f"{band.demand_per_kw_month:g}"
            yield Fault("W1941", place_of(case, at), at, got, hint="band_hours")
    for (i, one), (j, other) in combinations(enumerate(tariff.demand_bands), 2):
        if one == other:
            at, words = f"{path}.{j}", {"other": f"{path}.{i}"}
            yield Fault("W1971", place_of(case, at), at, params=words, hint="counted_twice")


def unused_tariffs(case: Case, changed: Iterable[Case]) -> Iterator[Fault]:
    """Yield the tariffs nobody pays, in the case or as its variants and scenarios change it.

    Parameters
    ----------
    case
        The case.
    changed
        The same with the changes of every variant and scenario.
    """
    paid = {name for each in (case, *changed) for name in _paid(each)}
    for tariff in case.tariffs:
        if tariff.id not in paid:
            path = f"tariffs.{tariff.id}.id"
            words = {"first": case.tariffs[0].id}
            yield Fault("W1840", place_of(case, path), path, tariff.id, "", words, "name_tariff")


def unsold_surplus(case: Case, changed: Iterable[Case]) -> Iterator[Fault]:
    """Yield the tariffs that pay for exports which the default of every grid forbids, in a case that makes power.

    A limit the case states is a choice, of 0 too.

    Parameters
    ----------
    case
        The case.
    changed
        The same with the changes of every variant and scenario.
    """
    machines = [t for each in (case, *changed) for t in each.technologies]
    if not any(_makes_power(t) for t in machines):
        return
    for tariff in case.tariffs:
        grids = [t for t in machines if t.kind == "grid" and getattr(t, "tariff", None) == tariff.id]
        stated = any("max_export_kw" in t.model_fields_set for t in grids)
        price = tariff.export_per_kwh or (tariff.spot_export_frac if tariff.spot_file else 0.0)
        if price and grids and not stated:
            path = f"tariffs.{tariff.id}.{'export_per_kwh' if tariff.export_per_kwh else 'spot_export_frac'}"
            words = {"grid": grids[0].id}
            yield Fault(UNASKED, place_of(case, path), path, f"{price:g}", "", words, "may_sell")


def _makes_power(machine: Technology) -> bool:
    """Return whether a machine makes electricity, and does not only pass, store or forgo it."""
    ways = {port.direction for port in machine.ports if machine.carrier_of(port) == "electricity"}
    return machine.kind != "interruptible_load" and ways == {"out"}


def _paid(case: Case) -> Iterator[str]:
    """Yield the tariffs machines and buildings name, and the first, which is that of buildings that name none."""
    yield from (str(getattr(t, "tariff", None)) for t in case.technologies)
    yield from (b.tariff or case.tariffs[0].id for b in case.buildings if case.tariffs)


def _overlap(one: TimeOfUse, other: TimeOfUse) -> list[int]:
    """Return the hours two windows share on some day, where each has hours of the day that the other has not.

    All hours of the weekend after some hours of every day are no slip: the later price is meant to win.
    """
    mine, theirs = ({hour for *_, hour in _when(w)} for w in (one, other))
    return sorted({hour for *_, hour in _when(one) & _when(other)}) if mine - theirs and theirs - mine else []


def _limits(case: Case, window: TimeOfUse | DemandBandSpec, path: str) -> Iterator[Fault]:
    """Yield the hours, months and days of the week of a window that do not exist."""
    for field, (low, high) in _LIMITS.items():
        wrong = [n for n in getattr(window, field) if not low <= n <= high]
        if wrong:
            at, got = f"{path}.{field}", ", ".join(map(str, wrong))
            yield Fault("E123", place_of(case, at), at, got, f"{low} – {high}", hint=_HINTS[field])


def lost_peaks(case: Case, changed: Case) -> Iterator[Fault]:
    """Yield prices of hours that are above the energy price in `case` and below it in `changed`.

    A scenario or a study that raises ``energy_per_kwh`` alone makes the peak the cheap time of the day.
    """
    after = {tariff.id: tariff for tariff in changed.tariffs}
    for tariff in case.tariffs:
        moved = after.get(tariff.id, tariff)
        for i, (was, now) in enumerate(zip(tariff.time_of_use, moved.time_of_use, strict=False)):
            if was.per_kwh > tariff.energy_per_kwh and now.per_kwh < moved.energy_per_kwh:
                path = f"tariffs.{tariff.id}.time_of_use.{i}.per_kwh"
                allowed, words = f"≥ {moved.energy_per_kwh:.4g}", {"tariff": tariff.id}
                yield Fault("W1869", place_of(changed, path), path, f"{now.per_kwh:.4g}", allowed, words, "all_hours")


def _free_hours(case: Case, tariff: TariffSpec) -> Iterator[Fault]:
    """Yield a remark where a tariff of prices by the hour leaves hours without one and its energy price is 0."""
    if tariff.energy_per_kwh or tariff.spot_file or not any(w.per_kwh for w in tariff.time_of_use):
        return
    free = _EVERY.difference(*map(_when, tariff.time_of_use))
    if free:
        path, words = f"tariffs.{tariff.id}.energy_per_kwh", {"hours": f"{len(free) / len(_EVERY) * 8760:.0f}"}
        yield Fault("W1940", place_of(case, path), path, "0", "", words, "zero_hours")


def _below_gas(case: Case, tariff: TariffSpec) -> Iterator[Fault]:
    """Yield a remark where a kWh of electricity is cheaper in every hour than one of the natural gas of the case.

    Tariffs with demand charges, whose energy price is only a part, and those of the spot market are left out.
    """
    gas = next((fuel.price_per_kwh for fuel in case.fuels if fuel.id == "natural_gas"), 0.0)
    dearest = max([tariff.energy_per_kwh, *(w.per_kwh for w in tariff.time_of_use)])
    charged = tariff.demand_per_kw_month or tariff.demand_bands or tariff.fixed_per_a or tariff.spot_file
    if 0.0 < dearest < gas and not charged:
        path, words = f"tariffs.{tariff.id}.energy_per_kwh", {"gas": f"{gas:g}"}
        yield Fault("W1946", place_of(case, path), path, f"{dearest:g}", f"≥ {gas:g}", words, "per_mj")


def _cheap_gas(case: Case) -> Iterator[Fault]:
    """Yield a remark where natural gas is so much cheaper than every tariff that it is likelier per MJ."""
    rate = usd_per_unit(case)
    prices = [t.energy_per_kwh for t in case.tariffs if t.energy_per_kwh and not t.spot_file]
    most = _MOST_TIMES_GAS_AT_WELL if case.city.country in _GAS_AT_WELL else _MOST_TIMES_GAS
    for gas in (fuel.price_per_kwh for fuel in case.fuels if fuel.id == "natural_gas"):
        cheap = rate is not None and 0.0 < gas * rate < _MOST_USD_OF_CHEAP_GAS
        if cheap and prices and min(prices) > most * gas:
            path = "fuels.natural_gas.price_per_kwh"
            words = {"share": f"{min(prices) / gas:.2g}", "reading": f"{gas:g}", "kwh": f"{gas * 3.6:.3g}"}
            allowed = f"≥ {min(prices) / most:.2g}"
            yield Fault("W1948", place_of(case, path), path, f"{gas:g}", allowed, words, "gas_per_mj")


def _when(window: TimeOfUse | DemandBandSpec) -> set[tuple[int, int, int]]:
    """Return month, day of the week and hour of all hours a price is meant for."""
    every = {field: range(low, high + 1) for field, (low, high) in _LIMITS.items()}
    months, days, hours = (getattr(window, field) or every[field] for field in ("months", "weekdays", "hours"))
    return set(product(months, days, hours))
