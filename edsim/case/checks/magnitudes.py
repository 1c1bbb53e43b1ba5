"""Checks of magnitudes: values the schema allows and that are far from what is usual, as a wrong unit makes them."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from itertools import chain
from math import inf, isfinite
from typing import NamedTuple

from edsim.case.checks.ids import place_of
from edsim.case.exchange_rate import RATE, case_prices
from edsim.case.messages import Fault
from edsim.case.reflect import field_infos, field_kinds
from edsim.case.schema import Case
from edsim.case.shipped import shipped_rows
from edsim.core.errors import EdsimError
from edsim.core.money import convert_money

Span = tuple[float, float]
_USUAL_USD: dict[str, tuple[Span, str]] = {
    "finance.water_price_per_m3": ((0.05, 40.0), "USD/m3"),
    "finance.shadow_carbon_price_per_t": ((0.5, 2500.0), "USD/t"),
    "emissions.carbon_price_per_t": ((0.5, 2500.0), "USD/t"),
    "settings.unserved_cost_per_kwh": ((0.3, 1000.0), "USD/kWh"),
    "finance.resilience.value_of_lost_load_per_kwh": ((0.05, 500.0), "USD/kWh"),
    "finance.tariffs.connection_per_kw": ((1.0, 5000.0), "USD/kW"),
    "finance.tariffs.capacity_per_kw_a": ((0.5, 2000.0), "USD/kW"),
    "finance.tariffs.consumption_per_kwh": ((0.001, 2.0), "USD/kWh"),
    "tariffs.*.demand_per_kw_month": ((0.05, 40.0), "USD/kW"),
    "tariffs.*.demand_bands.*.demand_per_kw_month": ((0.05, 40.0), "USD/kW"),
    "tariffs.*.export_per_kwh": ((0.0005, 2.0), "USD/kWh"),
    "tariffs.*.fixed_per_a": ((0.1, 1e8), "USD"),
    "sources.*.price_per_kwh": ((0.0001, 0.5), "USD/kWh"),
    "sources.*.capture_cost_per_kw": ((1.0, 20_000.0), "USD/kW"),
}
"""Prices beyond which the unit or the currency is another one; 0 means none. Judgement of the authors, unverified.

Demand charges: most tariffs in the survey of NREL (McLaren and others 2017) are below 20 USD/kW a month and few above
40; a charge of a year typed as one of a month is twelve times that.
"""
_MOST_USD_PER_KWH, _LEAST_USD_PER_KWH = 5.0, 0.0005
"""Beyond these a price of energy is in the wrong unit (MWh for kWh or the reverse)."""
_USUAL_USD_PER_KWH = (0.01, 0.8)
_USUAL_FUEL_USD_PER_KWH = (0.003, 0.25)
_USUAL_FUNDS_USD_PER_M2 = (0.01, 3000.0)
"""Sums of money per floor area of all buildings, the same."""
_FUNDS = ("finance.grant", "finance.debt.*.amount")
MOST_STOREYS = 60
"""The tallest towers of Latin America have 60 to 70 (CTBUH, unverified), and districts are made of lower ones."""
_USUAL: Mapping[str, tuple[Span, str]] = {
    "networks.*.max_pressure_gradient_pa_per_m": ((20.0, 1000.0), "Pa/m"),
    "networks.*.ets_pressure_drop_kpa": ((5.0, 500.0), "kPa"),
    "networks.*.cost_factor": ((0.1, 10.0), ""),
    "buildings.*.storeys": ((1.0, float(MOST_STOREYS)), ""),
    "buildings.*.year_built": ((1800.0, inf), ""),
    "finance.inflation_frac": ((-0.02, 0.25), ""),
    "networks.*.pump_efficiency_frac": ((0.2, 0.95), ""),
    "finance.debt.*.target_dscr": ((1.0, 4.0), ""),
    "finance.tariffs.target_dscr": ((1.0, 4.0), ""),
    "finance.discount_rate_frac": ((0.003, inf), ""),
    "finance.social_discount_rate_frac": ((0.003, inf), ""),
    "finance.debt.*.rate_frac": ((0.003, 0.35), ""),
    "finance.debt.*.target_irr_frac": ((0.01, 0.4), ""),
    "finance.tariffs.target_irr_frac": ((0.01, 0.4), ""),
}
"""Design values beyond which a plant would not be built so: IEA DHC and ASHRAE district guides, unverified.

Inflation above a quarter a year is likelier a slip than what a study stands on; so are rates below 0.3 % that are not
none, which a percentage divided by a hundred once too often makes; judgement.
"""
_HINTS = {
    "storeys": "storeys",
    **dict.fromkeys(
        ("rate_frac", "discount_rate_frac", "social_discount_rate_frac", "target_irr_frac"), "share_as_number"
    ),
}
"""What to do about a field that is far from usual, by its name."""
_MAY_BE_NONE = "rate_frac"
"""End of the fields that are 0 where nothing is discounted or a loan bears no interest."""
_MOST_TIMES_DEFAULT = 25.0
"""An investment this often or this rarely the default is in another unit or currency."""
_ARCHETYPE_TIMES, _ARCHETYPE_SHARE = 20.0, 100.0
"""Needs this often the largest of all uses, or this small a part of that of their own use, are in another unit."""
_COUNTED_NEEDS = ("dhw_l_per_unit_day", "steam_kg_per_unit_day", "compressed_air_nm3_per_h_m2")
"""Needs of an archetype that are per unit or floor area, and tempt to write those of the whole building."""
_COMBUSTION = (0.8, 1.6)
"""Least and most of a stated emission factor against combustion by the table of fuels: upstream adds up to half."""
_SOURCE_TEMP_C = {"water": (-2.0, 45.0), "data_center": (15.0, 80.0), "transformer": (20.0, 110.0),
                  "cold_store": (10.0, 120.0), "compressor": (20.0, 200.0), "process_cooling": (10.0, 200.0),
                  "ground": (-2.0, 200.0)}  # fmt: skip
"""Temperatures of sources by kind; above, the value is in °F or K. Judgement of the authors, unverified."""
_WATERS = frozenset({"wastewater", "sea", "lake", "river"})
_USUAL_LIMIT_PER_M2 = {"kW": (2.5e-4, 5.0), "kWh": (5e-4, 500.0), "kWp": (2.5e-5, 5.0)}
"""Limits of machines and stores against the floor area they serve: beyond, they are a factor of 1000 off; judgement."""
_HINT_OF_LIMIT = {"kW": "in_kw", "kWh": "check_slip", "kWp": "in_kwp"}
_USUAL_FACTORS: Mapping[str, Span] = {"demand_factor": (0.2, 10.0), "price_factor": (0.1, 5.0)}
"""Factors of a milestone beyond which a percentage or a lost digit is likelier than a plan; judgement, unverified."""
_CARBON_PRICE_TIMES = 50.0
"""Carbon price of a milestone against that of the case, either way; the same."""
_MOST_DATA_CENTER_KW = 100_000.0
"""Data centers above 100 MW are hyperscale sites, none of a district (IEA, Energy and AI, 2025, unverified)."""
_LEAST_SOURCE_KW_PER_M2 = 1e-4
"""Power of a source against all floor area, below which nobody would lay a pipe to it; the same."""
_M2_PER_OCCUPANT = (0.3, 5000.0)
_LEAST_FIELD_M2 = 8.0
"""Least area of modules or collectors of an energy center; the same."""
_MOST_ROOFS = 3.0
"""Modules on roofs against the roofs of all buildings; roofs of the energy center are not known."""


class _Value(NamedTuple):
    path: str
    value: float


_WASTEWATER_M3_PER_H: Span = (0.1, 60_000.0)
"""Flow of a sewer or plant: 60 000 m3/h are ten million people at 150 l a day, which few plants of the world treat."""


def check_magnitudes(case: Case) -> Iterator[Fault]:
    """Yield the remark of every value that is far from what is usual, with where it stands and what is usual."""
    for pattern, (usual, unit) in _USUAL.items():
        for path, value in _values(case, pattern):
            if value or not pattern.endswith(_MAY_BE_NONE):
                yield from remark(case, path, value, usual, unit, _HINTS.get(path.rpartition(".")[2], ""))
    rate = _usd_per_unit(case)
    if rate is not None:
        turned = list(_turned_rate(case, rate))
        yield from turned or chain(_energy_prices(case, rate), _other_prices(case, rate))
    yield from _investments(case)
    yield from _fuels(case)
    yield from _sources(case)
    yield from _needs(case)
    yield from _roofs(case)
    yield from _powers(case)
    yield from _milestones(case)


def _usd_per_unit(case: Case) -> float | None:
    """Return US dollars per unit of the case currency in its price year, None when the tables do not say."""
    try:
        return convert_money(1.0, case.currency, case.price_year, "USD", case.price_year, case_prices(case))
    except EdsimError:
        return None


def _short(value: float) -> str:
    """Return a figure in four digits, those above as whole numbers and none as a power of ten."""
    return f"{value:.0f}" if value >= 1e4 else f"{value:.4g}"


def _within(value: float, limits: Span) -> bool:
    return limits[0] <= value <= limits[1]


def _values(part: object, pattern: str, path: str = "") -> Iterator[_Value]:
    """Yield path and value of the numbers a dotted pattern leads to; ``*`` stands for each part of a list."""
    head, _, rest = pattern.partition(".")
    if head == "*":
        for i, item in enumerate(part if isinstance(part, tuple) else ()):
            yield from _values(item, rest, f"{path}.{getattr(item, 'id', i)}")
        return
    value = getattr(part, head, None)
    inside = f"{path}.{head}" if path else head
    if rest:
        yield from _values(value, rest, inside)
    elif isinstance(value, int | float):
        yield _Value(inside, float(value))


def remark(case: Case, path: str, value: float, usual: Span, unit: str, hint: str = "") -> Iterator[Fault]:
    """Yield the remark of a stated value outside `usual`; defaults are no business of the user."""
    if _within(value, usual):
        return
    place = place_of(case, path)
    if place.file:
        got = f"{value:.10g} {unit}".strip()
        allowed = f"≥ {_short(usual[0])}" if usual[1] == inf else f"{_short(usual[0])} – {_short(usual[1])}"
        yield Fault("W1891", place, path, got, f"{allowed} {unit}".strip(), hint=hint)


def _energy_priced(case: Case) -> dict[str, tuple[float, Span]]:
    """Return the energy prices of a case by path, each with what is usual in US dollars."""
    prices = {f"tariffs.{t.id}.energy_per_kwh": (t.energy_per_kwh, _USUAL_USD_PER_KWH) for t in case.tariffs}
    for t in case.tariffs:
        for i, window in enumerate(t.time_of_use):
            prices[f"tariffs.{t.id}.time_of_use.{i}.per_kwh"] = (abs(window.per_kwh), _USUAL_USD_PER_KWH)
    prices |= {f"fuels.{f.id}.price_per_kwh": (f.price_per_kwh, _USUAL_FUEL_USD_PER_KWH) for f in case.fuels}
    return prices


def _turned_rate(case: Case, rate: float) -> Iterator[Fault]:
    """Yield an exchange rate that is upside down: turned round it makes every energy price usual that is not so."""
    judged = [(price * rate, usual) for price, usual in _energy_priced(case).values() if price]
    wrong = [(usd, usual) for usd, usual in judged if not _within(usd, usual)]
    mended = all(_within(usd / rate / rate, usual) for usd, usual in wrong)
    if case.exchange_rate_per_usd is not None and mended and (len(wrong) > 1 or 0 < len(wrong) == len(judged)):
        got = f"{case.exchange_rate_per_usd:g} {case.currency}/USD"
        words = {"turned": f"{1.0 / case.exchange_rate_per_usd:.6g}", "currency": case.currency}
        yield Fault("E1823", place_of(case, RATE), RATE, got, "", words, "turned_rate")


def _energy_prices(case: Case, rate: float) -> Iterator[Fault]:
    """Yield energy prices that are a factor of 1000 off, or at least unusual, judged in US dollars."""
    for path, (price, usual) in _energy_priced(case).items():
        usd = price * rate
        if usd == 0 or _within(usd, usual):
            continue
        impossible = usd > _MOST_USD_PER_KWH or usd < _LEAST_USD_PER_KWH
        words, got = {"usd": f"{usd:.4g}"}, f"{price:g} {case.currency}/kWh"
        allowed = "" if impossible else f"{usual[0]:g} – {usual[1]:g} USD/kWh"
        yield Fault("E193" if impossible else "W182", place_of(case, path), path, got, allowed, words, "check_slip")


def _other_prices(case: Case, rate: float) -> Iterator[Fault]:
    """Yield prices and sums of money far from what is usual, judged in US dollars."""
    area = sum(b.floor_area_m2 for b in case.buildings)
    funds = (_USUAL_FUNDS_USD_PER_M2[0] * area, _USUAL_FUNDS_USD_PER_M2[1] * area)
    for pattern, (usual, unit) in (_USUAL_USD | dict.fromkeys(_FUNDS, (funds, "USD"))).items():
        for path, value in _values(case, pattern):
            usd = value * rate
            if value and not _within(usd, usual):
                words = {"usd": f"{_short(usd)} {unit}"}
                allowed = f"{_short(usual[0])} – {_short(usual[1])} {unit}"
                got = f"{value:.10g} {unit.replace('USD', case.currency)}"
                yield Fault("W1890", place_of(case, path), path, got, allowed, words, "check_slip")


def _investments(case: Case) -> Iterator[Fault]:
    """Yield investments that are many times the default of their machine, or a small share of it."""
    money = (case.currency, case.price_year)
    for t in case.technologies:
        for name, kind in field_kinds(type(t)).items():
            default, value = field_infos(type(t))[name].default, getattr(t, name)
            if not kind.price or "capex" not in name or not isinstance(default, int | float) or not (default and value):
                continue
            currency, _, year = kind.price.partition(" ")
            try:
                usual = convert_money(float(default), currency, int(year), *money, case_prices(case))
            except EdsimError:
                continue
            path = f"technologies.{t.id}.{name}"
            if not usual / _MOST_TIMES_DEFAULT <= value <= usual * _MOST_TIMES_DEFAULT:
                unit = kind.unit.replace("currency", case.currency)
                words = {"usual": f"{_short(usual)} {unit}"}
                yield Fault("W1889", place_of(case, path), path, f"{value:.10g} {unit}", "", words, "check_slip")


def _fuels(case: Case) -> Iterator[Fault]:
    """Yield emission factors of fossil fuels that are not those of burning them."""
    for fuel in case.fuels:
        burnt = _combustion_kg_per_kwh().get(fuel.id, 0.0)
        span = (burnt * _COMBUSTION[0], burnt * _COMBUSTION[1])
        if burnt:
            path = f"fuels.{fuel.id}.ghg_kg_per_kwh"
            yield from remark(case, path, fuel.ghg_kg_per_kwh, (round(span[0], 3), round(span[1], 3)), "kgCO2e/kWh")


@cache
def _combustion_kg_per_kwh() -> Mapping[str, float]:
    """Return kgCO2/kWh LHV of burning each fossil fuel of the table."""
    rows = [r for r in shipped_rows("fuels", "fuels.csv") if r["property"] == "co2_kg_per_gj_lhv"]
    return {r["fuel"]: float(r["value"]) * 0.0036 for r in rows}


def _sources(case: Case) -> Iterator[Fault]:
    for spec in case.sources:
        usual = _SOURCE_TEMP_C.get("water" if spec.kind in _WATERS else spec.kind)
        if usual is not None and spec.temp_c is not None:
            yield from remark(case, f"sources.{spec.id}.temp_c", spec.temp_c, usual, "°C", "other_scale")
        if spec.kind == "wastewater" and spec.flow_m3_per_h:
            yield from remark(
                case, f"sources.{spec.id}.flow_m3_per_h", spec.flow_m3_per_h, _WASTEWATER_M3_PER_H, "m3/h"
            )


def _needs(case: Case) -> Iterator[Fault]:
    """Yield needs per unit or floor area many times what any building has, and people that do not fit its area."""
    for building in case.buildings:
        if building.occupants:
            usual = tuple(float(f"{building.floor_area_m2 / each:.3g}") for each in reversed(_M2_PER_OCCUPANT))
            path = f"buildings.{building.id}.occupants"
            yield from remark(case, path, building.occupants, (usual[0], usual[1]), "persons", "all_people")
        for field in _COUNTED_NEEDS:
            value = building.archetype.get(field)
            own, largest = _of_archetypes(field, building.use)
            if value and isinstance(value, int | float):
                path = f"buildings.{building.id}.archetype.{field}"
                usual = (own / _ARCHETYPE_SHARE, largest * _ARCHETYPE_TIMES)
                yield from remark(case, path, float(value), usual, "", "per_unit")


@cache
def _of_archetypes(field: str, use: str) -> tuple[float, float]:
    """Return the value of a use, 0 where it has none, and the largest of all uses."""
    rows = [r for r in shipped_rows("archetypes", "archetypes.csv") if r["field"] == field]
    return max((float(r["value"]) for r in rows if r["use"] == use), default=0.0), max(float(r["value"]) for r in rows)


def _roofs(case: Case) -> Iterator[Fault]:
    """Yield modules and collectors of a few m², and modules for which the buildings have not nearly the roofs."""
    roofs = sum(b.floor_area_m2 / b.storeys for b in case.buildings)
    for t in case.technologies:
        area = getattr(t, "area_m2", None)
        if area and isinstance(area, int | float):
            path = f"technologies.{t.id}.area_m2"
            most = round(_MOST_ROOFS * roofs) if getattr(t, "mounting", "") == "roof" else inf
            hint = "of_roofs" if area > most else "in_m2"
            yield from remark(case, path, float(area), (_LEAST_FIELD_M2, most), "m2", hint)


def _powers(case: Case) -> Iterator[Fault]:
    """Yield limits of machines and powers of sources that are in W or MW, judged by the floor area they serve."""
    areas = {b.id: b.floor_area_m2 for b in case.buildings}
    everywhere = sum(areas.values())
    for t in case.technologies:
        area = areas.get(t.node, everywhere)
        for name, kind in field_kinds(type(t)).items():
            value = getattr(t, name)
            limits = kind.unit in _USUAL_LIMIT_PER_M2 and name.startswith(("max_", "min_"))
            if limits and value and isinstance(value, int | float) and isfinite(value):
                least, most = (area * each for each in _USUAL_LIMIT_PER_M2[kind.unit])
                path, hint = f"technologies.{t.id}.{name}", _HINT_OF_LIMIT[kind.unit]
                yield from remark(case, path, float(value), (least, most), kind.unit, hint)
    for spec in case.sources:
        for name, value in (("available_kw", spec.available_kw), ("power_kw", spec.power_kw)):
            if value:
                most = _MOST_DATA_CENTER_KW if spec.kind == "data_center" else inf
                usual = (everywhere * _LEAST_SOURCE_KW_PER_M2, most)
                yield from remark(case, f"sources.{spec.id}.{name}", value, usual, "kW", "in_kw")


def _milestones(case: Case) -> Iterator[Fault]:
    """Yield factors of demand and prices that no district grows by."""
    for index, milestone in enumerate(case.milestones):
        for group, usual in _USUAL_FACTORS.items():
            for name, value in getattr(milestone, group).items():
                yield from remark(case, f"milestones.{index}.{group}.{name}", value, usual, "")
        base, price = case.emissions.carbon_price_per_t, milestone.carbon_price_per_t
        if base and price:
            near = (base / _CARBON_PRICE_TIMES, base * _CARBON_PRICE_TIMES)
            yield from remark(case, f"milestones.{index}.carbon_price_per_t", price, near, "currency/t")
