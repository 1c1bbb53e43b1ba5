"""Thousands of price alternatives of one design: the same cash flows as a run, for all alternatives at once.

With sizes and operation fixed, every yearly line, unit price and emission is an affine function of each price and
factor of the case. The slopes are read off the functions a run uses (:mod:`edsim.appraisal.costs`,
:mod:`edsim.appraisal.emissions`), one evaluation per field at the far end of its range; one between and one at all ends
together prove that they are affine, alone and together. Rates, cost factors, carbon price and escalation enter in
closed form. Before any result is given, one alternative, and points half-way and at the far end of the emission
factors, are evaluated in full and must agree to 1e-9; a study that fails any of this is evaluated point by point.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from edsim.appraisal.kpis import LEVELIZED
from edsim.case.milestones import is_phased
from edsim.case.schema import Case
from edsim.finance.builders import installations
from edsim.studies.bench import Bench
from edsim.studies.bill_slopes import AGREEMENT_FRAC, CARBON, MARGINS, bills_and_slopes
from edsim.studies.bills import GRID_CHANGE, Bill
from edsim.studies.fields import value_at, with_values
from edsim.studies.row_returns import (
    extra_per,
    farthest,
    internal_rates,
    lasting_paybacks,
    modified_rates,
    salvage_share,
)
from edsim.studies.vary import Point

Array = NDArray[np.float64]
_ENERGY = {"electricity", "fuel", "heat_purchase", "demand_charge", "export_revenue"}
_RATE, _GRANT = "finance.discount_rate_frac", "finance.grant"
_CLOSED = {_RATE, CARBON, _GRANT, GRID_CHANGE, *MARGINS}
_BY_ROOT = {"irr", "modified_irr", "adjusted_irr", "simple_payback", "discounted_payback"}
_SHARED = set(LEVELIZED) - {"lcoc", "lcoc_tr_h"}
"""Levelized costs that only a district of several services has."""
_CORE = _BY_ROOT | {
    "investment", "yearly_cost", "energy_cost", "life_cycle_cost", "life_cycle_cost_no_salvage", "lcoc", "lcoc_tr_h",
    "primary_energy", "ghg_total", "ghg_kyoto", "ghg_grid", "ghg_fuel", "ghg_hfc", "ghg_montreal", "npv",
    "abatement_cost", "sir", "first_year_payback",
}  # fmt: skip
"""Indicators computed from the bills; a study in which one of them differs is evaluated point by point."""


@dataclass(frozen=True, slots=True)
class PriceModel:
    """The bills of BAU and project as affine functions of the varied fields.

    Attributes
    ----------
    case
        The case as it stands.
    paths
        Varied fields read as slopes.
    bills
        BAU and project at the base values.
    slopes : (fields, numbers)
        Of BAU and of the project.
    others
        Indicators that are not computed from the bills: id → (BAU, project) at the base values.
    other_slopes
        Their slopes over every varied field, same keys: path → (BAU, project).
    left_out
        Indicators that are not affine in the fields and therefore have no value in this study.
    """

    case: Case
    paths: tuple[str, ...]
    base: Array
    bills: tuple[Bill, Bill]
    slopes: tuple[Array, Array]
    others: Mapping[str, tuple[float, float]]
    other_slopes: Mapping[str, Mapping[str, tuple[float, float]]]
    left_out: tuple[str, ...] = ()

    def evaluate(self, points: Sequence[Point]) -> tuple[dict[str, tuple[Array, Array]], Array]:
        """Return indicator → values of BAU and project by point, and the flows between (points, horizon + 1)."""
        moved = np.array([[p.number(f, b) for f, b in zip(self.paths, self.base, strict=True)] for p in points])
        moved = moved.reshape(len(points), len(self.paths)) - self.base
        terms = _Terms.of(self.case, points)
        both = [
            _evaluate(bill, bill.numbers + moved @ slope, terms, is_project=i == 1)
            for i, (bill, slope) in enumerate(zip(self.bills, self.slopes, strict=True))
        ]
        out = self._affine(points)
        out |= {k: (both[0][k], both[1][k]) for k in both[0] if not k.startswith("_")}
        _levelize(out, terms)
        difference = both[1]["_flows"] - both[0]["_flows"]
        out |= _returns(difference, terms, both)
        saved = out["yearly_cost"][0] - out["yearly_cost"][1]
        out["first_year_payback"] = out["npv"][0], extra_per(-difference[:, 0], saved)
        return out, difference

    def _affine(self, points: Sequence[Point]) -> dict[str, tuple[Array, Array]]:
        n = len(points)
        out = {k: (np.full(n, v[0]), np.full(n, v[1])) for k, v in self.others.items() if k not in self.left_out}
        for path, by_id in self.other_slopes.items():
            start = float(value_at(self.case, path))
            moved = np.array([p.number(path, start) for p in points]) - start
            for k in by_id.keys() & out.keys():
                out[k] = (out[k][0] + moved * by_id[k][0], out[k][1] + moved * by_id[k][1])
        return out


@dataclass(frozen=True, slots=True)
class _Terms:
    """Rates and factors of every point, each ``(points,)``."""

    horizon_a: int
    rate: Array
    margin: Array
    carbon_per_kg: Array
    grant: Array
    grid_years: Array
    """Years of the horizon, each weighed by the grid's emission factor over that of the first."""
    escalation: Mapping[str, Array]
    salvage: str

    @classmethod
    def of(cls, case: Case, points: Sequence[Point]) -> _Terms:
        def series(path: str) -> Array:
            base = float(value_at(case, path))
            return np.array([p.number(path, base) for p in points])

        tariffs = [f"tariffs.{t.id}.escalation_frac" for t in case.tariffs]
        fuels = [f"fuels.{f.id}.escalation_frac" for f in case.fuels]
        grows = {p: series(p) for p in [*tariffs, *fuels, GRID_CHANGE]}
        margin = 1.0 + series(MARGINS[0]) + series(MARGINS[1])
        carbon = series(CARBON) / 1000.0
        horizon = case.finance.horizon_a
        grid_years = ((1.0 + series(GRID_CHANGE))[:, None] ** np.arange(horizon)).sum(axis=1)
        return cls(horizon, series(_RATE), margin, carbon, series(_GRANT), grid_years, grows, case.finance.salvage)


def _evaluate(bill: Bill, numbers: Array, terms: _Terms, *, is_project: bool) -> dict[str, Array]:
    """Return flows and indicators of one variant at `numbers` : (points, numbers)."""
    n, h, count = len(numbers), terms.horizon_a, len(bill.assets)
    years = np.arange(h + 1)
    factors = (1.0 + terms.rate)[:, None] ** -years
    flows, yearly_cost = np.zeros((n, h + 1)), np.zeros(n)
    salvage, invested, carbon = np.zeros(n), np.zeros(n), np.zeros(n)
    for i, asset in enumerate(bill.assets):
        price = numbers[:, i] * terms.margin * asset.quantity
        times = installations(asset, h)
        for k, bought in enumerate(times):
            if k or asset.age_at_start_a == 0:
                year = int(np.ceil(bought - 1e-9))
                flows[:, year] -= price
                invested += price * factors[:, year]
        left = max(asset.lifetime_a - (h - float(times[-1])), 0.0)
        salvage += price * salvage_share(terms.salvage, terms.rate, asset.lifetime_a, left)
        care = numbers[:, i] * numbers[:, count + i] * asset.quantity
        flows[:, 1:] -= care[:, None]
        yearly_cost += care
    energy = np.zeros(n)
    for j, (line, tag) in enumerate(bill.lines):
        amount = numbers[:, 2 * count + j] * (terms.carbon_per_kg if line == "carbon" else 1.0)
        grown = years[1:] - (tag == GRID_CHANGE)
        growth = (1.0 + terms.escalation[tag])[:, None] ** grown if tag else np.ones((n, h))
        flows[:, 1:] += amount[:, None] * growth
        carbon -= (amount[:, None] * growth * factors[:, 1:]).sum(axis=1) if line == "carbon" else 0.0
        yearly_cost -= amount * growth[:, 0]
        energy -= amount * growth[:, 0] if line in _ENERGY else 0.0
    grid, fuel, heat, hfc, montreal, primary = numbers[:, -6:].T
    if is_project:
        flows[:, 0] += terms.grant
    plain = -(flows * factors).sum(axis=1)
    flows[:, h] += salvage
    return {
        "_flows": flows,
        "_invested": invested - salvage * factors[:, h],
        "_carbon": carbon,
        "_horizon_ghg": (grid * terms.grid_years + (fuel + heat + hfc + montreal) * h) / 1000.0,
        "investment": -flows[:, 0],
        "yearly_cost": yearly_cost,
        "energy_cost": energy,
        "life_cycle_cost": -(flows * factors).sum(axis=1),
        "life_cycle_cost_no_salvage": plain,
        "primary_energy": primary / 1000.0,
        "ghg_total": (grid + fuel + heat + hfc + montreal) / 1000.0,
        "ghg_kyoto": (grid + fuel + heat + hfc) / 1000.0,
        "ghg_grid": grid / 1000.0,
        "ghg_fuel": fuel / 1000.0,
        "ghg_hfc": hfc / 1000.0,
        "ghg_montreal": montreal / 1000.0,
    }


def _levelize(out: dict[str, tuple[Array, Array]], terms: _Terms) -> None:
    """Put in the levelized cost of a district of cooling alone; where costs are joint it is left to the full run."""
    if "lcoc" not in out or np.isnan(out["lcoc"][1]).any() or _SHARED & out.keys():
        return
    safe = np.where(terms.rate == 0.0, 1.0, terms.rate)
    level = np.where(terms.rate == 0.0, terms.horizon_a, -np.expm1(-terms.horizon_a * np.log1p(safe)) / safe)
    per_kwh = [out["life_cycle_cost"][i] / (out["cooling"][i] * 1000.0 * level) for i in (0, 1)]
    ratio = out["lcoc_tr_h"][1][0] / out["lcoc"][1][0]
    out["lcoc"] = (per_kwh[0], per_kwh[1])
    out["lcoc_tr_h"] = (per_kwh[0] * ratio, per_kwh[1] * ratio)


def _returns(difference: Array, terms: _Terms, both: Sequence[Mapping[str, Array]]) -> dict[str, tuple[Array, Array]]:
    """Return what the project earns against BAU, by the definitions of :mod:`edsim.appraisal.returns`."""
    none = np.full(len(difference), np.nan)
    bau, project = both
    value = bau["life_cycle_cost"] - project["life_cycle_cost"]
    avoided = bau["_horizon_ghg"] - project["_horizon_ghg"]
    without_carbon = value - bau["_carbon"] + project["_carbon"]
    factors = (1.0 + terms.rate)[:, None] ** -np.arange(difference.shape[1])
    extra = project["_invested"] - bau["_invested"]
    sir = np.where(extra > 0, (value + extra) / np.where(extra > 0, extra, 1.0), np.nan)
    saved = np.where(sir > 0, sir, 1.0) ** (1.0 / terms.horizon_a)
    columns = {
        "npv": value,
        "irr": internal_rates(difference),
        "modified_irr": modified_rates(difference, terms.rate),
        "sir": sir,
        "adjusted_irr": np.where(sir > 0, (1.0 + terms.rate) * saved - 1.0, np.nan),
        "simple_payback": lasting_paybacks(difference),
        "discounted_payback": lasting_paybacks(difference * factors),
        "abatement_cost": np.where(avoided > 0, -without_carbon / np.where(avoided > 0, avoided, 1.0), np.nan),
    }
    return {k: (none, v) for k, v in columns.items()}


def price_model(bench: Bench, points: Sequence[Point]) -> PriceModel | None:
    """Return the price model of a study; None where more than prices changes, not affinely, or the district grows.

    The range of every field is taken from the `points`.
    """
    base = _numbers_varied(bench.case, points)
    if not base or is_phased(bench.case):
        return None
    moves = {p: (v, farthest(v, _values(points, p))) for p, v in base.items()}
    sloped = {p: ends for p, ends in moves.items() if p not in _CLOSED and not _is_escalation(p)}
    found = bills_and_slopes(bench, sloped)
    if found is None:
        return None
    at_start = bench.base_indicators()
    factors = {p: ends for p, ends in moves.items() if _is_factor(p)}
    others = _other_slopes(bench, factors, at_start)
    starts = np.array([start for start, _ in sloped.values()])
    model = PriceModel(bench.case, tuple(sloped), starts, *found, at_start, others)
    return _held_to_full(bench, model, [_farthest_point(bench, points), *_proofs(factors)])


def _numbers_varied(case: Case, points: Sequence[Point]) -> dict[str, float]:
    """Return varied field → value of the case; empty where anything but numbers is varied."""
    values = [v for p in points for v in p.values.values()]
    base = {path: value_at(case, path) for p in points for path in p.values}
    if not all(isinstance(v, int | float) and not isinstance(v, bool) for v in [*values, *base.values()]):
        return {}
    return {path: float(v) for path, v in base.items()}


def _values(points: Sequence[Point], path: str) -> list[float]:
    return [p.number(path) for p in points if path in p.values]


def _indicators(bench: Bench, point: Point) -> dict[str, tuple[float, float]]:
    """Return indicator → (BAU, project) of a point by the full evaluation of the fixed design."""
    case = with_values(bench.case, point.values, variants=(bench.variant,))
    return bench.indicators(case, bench.solve(case, "fixed"))


def _other_slopes(
    bench: Bench, factors: Mapping[str, tuple[float, float]], at_start: Mapping[str, tuple[float, float]]
) -> dict[str, dict[str, tuple[float, float]]]:
    """Return path → indicator → slopes, from one full evaluation at the far end of every factor (base, far end)."""
    out: dict[str, dict[str, tuple[float, float]]] = {}
    for path, (start, far) in ((p, ends) for p, ends in factors.items() if ends[0] != ends[1]):
        found = _indicators(bench, Point("", {path: far}))
        changed = {k: (a[0] - at_start[k][0], a[1] - at_start[k][1]) for k, a in found.items() if k in at_start}
        out[path] = {
            k: (d[0] / (far - start), d[1] / (far - start)) for k, d in changed.items() if np.any(np.nan_to_num(d))
        }
    return out


def _is_factor(path: str) -> bool:
    """Return whether a field weighs emissions or primary energy: indicators beyond the core may be affine in it."""
    return path.startswith(("emissions.", "refrigerants.")) or "ghg" in path or "primary_energy" in path


def _is_escalation(path: str) -> bool:
    return path.startswith(("tariffs.", "fuels.")) and path.endswith(".escalation_frac")


def _proofs(factors: Mapping[str, tuple[float, float]]) -> list[Point]:
    """Return where indicators must follow their slopes: half-way along each factor, and all factors at half and end.

    An indicator curved in one factor misses the first, one with a product of two factors the others.
    """
    moved = {p: ends for p, ends in factors.items() if ends[0] != ends[1]}
    half = {p: (start + far) / 2 for p, (start, far) in moved.items()}
    each = [Point("", {p: v}) for p, v in half.items()]
    joint = [Point("", dict(half)), Point("", {p: far for p, (_, far) in moved.items()})] if len(moved) > 1 else []
    return each + joint


def _farthest_point(bench: Bench, points: Sequence[Point]) -> Point:
    """Return the last of the points that change most fields."""
    base = {path: value_at(bench.case, path) for path in {k for p in points for k in p.values}}
    return max(reversed(points), key=lambda p: sum(v != base[k] for k, v in p.values.items()))


def _held_to_full(bench: Bench, model: PriceModel, points: Sequence[Point]) -> PriceModel | None:
    """Return the model after evaluating `points` in full; None when a core indicator differs at one of them.

    An indicator beyond the core that differs is left out of the study rather than shown wrong.
    """
    quick, _ = model.evaluate(points)
    off: dict[str, None] = {}
    for i, point in enumerate(points):
        full = _indicators(bench, point)
        off |= dict.fromkeys(k for k in model.others if k not in full)  # the company is financed point by point
        for k, pair in full.items():
            rtol = 1e-7 if k in _BY_ROOT else AGREEMENT_FRAC
            got = [quick[k][0][i], quick[k][1][i]] if k in quick else [np.nan, np.nan]
            if not np.allclose(got, pair, rtol=rtol, atol=1e-9, equal_nan=True):
                off[k] = None
    if off.keys() & (_CORE - (set(LEVELIZED) if _SHARED & model.others.keys() else set())):
        return None
    return replace(model, left_out=tuple(off))
