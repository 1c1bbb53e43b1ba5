"""GHG inventories of the same activity in the accounting frames that readers ask for, side by side.

Frames
------
``project``
    Mitigation project (CDM, Article 6, Gold Standard): combined margin, gross of transmission losses, exports
    credited when the rule says so, gases of the Montreal Protocol outside.
``ifi``
    International financial institutions, harmonized approach AHG-001 to 003: their own combined margin.
``gef``
    Global Environment Facility core indicator 6: as ``project``; lifetime totals by :func:`emission_reduction`.
``ghg_protocol``
    Corporate standard: Scope 1 fuel and refrigerants, Scope 2 electricity (location-based) and heat bought, Scope 3
    transmission losses, upstream fuel, embodied.
``gpc``
    City inventory (GPC, BASIC+): stationary energy and refrigerants in Scope 1, electricity and heat bought in Scope 2,
    losses in Scope 3.
``life_cycle``
    Everything with a life-cycle grid factor (losses and upstream are in the factor).

A frame that needs a project factor never takes an inventory factor, and the other way round.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal, get_args

import numpy as np
from numpy.typing import ArrayLike, NDArray

from edsim.core.arguments import check_choice, reject, yearly
from edsim.core.errors import DataError, Finding
from edsim.ghg.activity import Activity, GridBasis, GridFactor

if TYPE_CHECKING:
    import pandas as pd

Frame = Literal["project", "ifi", "gef", "ghg_protocol", "gpc", "life_cycle"]
ExportRule = Literal["none", "displaces_grid"]
"""Whether exported electricity is credited with the grid factor in project frames; inventories never credit it."""

BASIS_OF_FRAME: dict[Frame, GridBasis] = {
    "project": "combined_margin",
    "ifi": "ifi_combined_margin",
    "gef": "combined_margin",
    "ghg_protocol": "inventory",
    "gpc": "inventory",
    "life_cycle": "life_cycle",
}
"""The one basis of grid factor that each frame accepts."""

PROJECT_FRAMES: tuple[Frame, ...] = ("project", "ifi", "gef")
MEMO = "memo"
"""Scope of lines outside all totals: gases of the Montreal Protocol in Kyoto-basket frames, biogenic CO2."""

COLUMNS = ("variant", "frame", "source", "scope", "year", "kgco2e")


@dataclass(frozen=True, slots=True)
class InventoryLine:
    """Emission of one source and scope over the years 0..H, kgCO2e."""

    variant: str
    frame: Frame
    source: Literal["grid", "fuel", "heat", "refrigerant", "embodied", "biogenic"]
    scope: str
    kgco2e: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Inventory:
    """Emissions by variant, frame, source, scope and year."""

    lines: tuple[InventoryLine, ...]

    def frames(self) -> tuple[Frame, ...]:
        """Return the frames present, in order."""
        return tuple(dict.fromkeys(line.frame for line in self.lines))

    def select(
        self,
        *,
        variant: str | None = None,
        frame: Frame | None = None,
        source: str | None = None,
        scope: str | None = None,
    ) -> Inventory:
        """Return the lines that match every given key."""
        wanted = {"variant": variant, "frame": frame, "source": source, "scope": scope}
        return Inventory(
            tuple(x for x in self.lines if all(v is None or getattr(x, k) == v for k, v in wanted.items()))
        )

    def yearly(self, *, memo: bool = False) -> NDArray[np.float64]:
        """Return the emission per year 0..H, kgCO2e; memo lines are left out unless `memo` (then they alone count).

        Raises
        ------
        ValueError
            When the lines are of several variants or frames, which must not be added up.
        """
        if len({(x.variant, x.frame) for x in self.lines}) != 1:
            raise ValueError("select one variant and one frame before adding up")
        held = [x.kgco2e for x in self.lines if (x.scope == MEMO) == memo]
        return np.asarray(np.sum(held, axis=0)) if held else np.zeros_like(self.lines[0].kgco2e)

    def total(self, *, memo: bool = False) -> float:
        """Return the emission over all years, kgCO2e."""
        return float(self.yearly(memo=memo).sum())

    def to_frame(self) -> pd.DataFrame:
        """Return the long table: variant, frame, source, scope, year, kgco2e (years without emission are dropped)."""
        import pandas as pd

        rows = [
            (x.variant, x.frame, x.source, x.scope, int(year), float(x.kgco2e[year]))
            for x in self.lines
            for year in np.flatnonzero(x.kgco2e)
        ]
        return pd.DataFrame(rows, columns=list(COLUMNS))


def inventory(
    activities: Activity | Sequence[Activity],
    frames: Sequence[Frame] | None = None,
    *,
    export_rule: ExportRule = "none",
) -> Inventory:
    """Return the emissions of each variant in each frame.

    Parameters
    ----------
    activities
        Activity of the variants (BAU and projects).
    frames
        Frames wanted; by default every frame for which all activities carry a grid factor of its basis.
    export_rule
        Treatment of exported electricity in the project frames.

    Raises
    ------
    DataError
        E727 when a frame asked for has no grid factor of its basis: an inventory factor is not a project factor.
    """
    held = [activities] if isinstance(activities, Activity) else list(activities)
    check_choice(export_rule, get_args(ExportRule), "export_rule")
    if frames is None:
        chosen = [f for f, basis in BASIS_OF_FRAME.items() if all(a.factor(basis) for a in held)]
    else:
        chosen = list(frames)
        for frame in chosen:
            check_choice(frame, tuple(BASIS_OF_FRAME), "frames")
    findings = [_missing(a, f) for a in held for f in chosen if a.factor(BASIS_OF_FRAME[f]) is None]
    if findings:
        raise DataError.of(findings)
    lines: list[InventoryLine] = []
    for activity in held:
        for frame in chosen:
            factor = activity.factor(BASIS_OF_FRAME[frame])
            if factor is not None:
                lines += _grid_lines(activity, frame, factor, export_rule) + _other_lines(activity, frame)
    return Inventory(tuple(lines))


def _missing(activity: Activity, frame: Frame) -> Finding:
    return Finding(
        "E727",
        "inventory and project grid factors are not interchangeable",
        field=f"{activity.variant}.grid",
        got=", ".join(g.basis for g in activity.grid) or "none",
        allowed=f"a {BASIS_OF_FRAME[frame]} factor for the frame {frame}",
    )


def _grid_lines(activity: Activity, frame: Frame, factor: GridFactor, rule: ExportRule) -> list[InventoryLine]:
    """Return the electricity lines of one frame."""
    used = activity.grid_kgco2e(factor, activity.import_kwh, f"{activity.variant}.import_kwh")
    lost = used * (1.0 / (1.0 - activity.transmission_loss_frac) - 1.0)
    v = activity.variant
    if frame in PROJECT_FRAMES:
        lines = [InventoryLine(v, frame, "grid", "project", used + lost)]
        if rule == "displaces_grid":
            fed = activity.grid_kgco2e(factor, activity.export_kwh, f"{v}.export_kwh")
            lines.append(InventoryLine(v, frame, "grid", "export", -fed))
        return lines
    if frame == "life_cycle":
        return [InventoryLine(v, frame, "grid", "all", used)]
    return [InventoryLine(v, frame, "grid", "2", used), InventoryLine(v, frame, "grid", "3", lost)]


def _other_lines(activity: Activity, frame: Frame) -> list[InventoryLine]:
    """Return the fuel, heat, refrigerant and embodied lines of one frame."""
    v = activity.variant
    direct = {"ghg_protocol": "1", "gpc": "1", "life_cycle": "all"}.get(frame, "project")
    bought = {"ghg_protocol": "2", "gpc": "2"}.get(frame, direct)
    indirect = "3" if frame == "ghg_protocol" else "all"
    wide = frame in {"ghg_protocol", "life_cycle"}
    lines: list[InventoryLine] = []
    for use in activity.fuels:
        kwh = activity.fuel_kwh(use)
        lines.append(InventoryLine(v, frame, "fuel", direct, kwh * use.kgco2e_per_kwh))
        lines.append(InventoryLine(v, frame, "biogenic", MEMO, kwh * use.biogenic_kgco2_per_kwh))
        if wide:
            lines.append(InventoryLine(v, frame, "fuel", indirect, kwh * use.upstream_kgco2e_per_kwh))
    lines += [InventoryLine(v, frame, "heat", bought, activity.heat_kwh(h) * h.kgco2e_per_kwh) for h in activity.heat]
    if activity.refrigerants is not None:
        kyoto = activity.refrigerants.yearly_kgco2e(montreal=False)
        montreal = activity.refrigerants.yearly_kgco2e(montreal=True)
        lines.append(InventoryLine(v, frame, "refrigerant", direct, kyoto))
        lines.append(InventoryLine(v, frame, "refrigerant", MEMO, montreal))
    if wide:
        lines.append(InventoryLine(v, frame, "embodied", indirect, activity.embodied()))
    return lines


@dataclass(frozen=True, slots=True)
class EmissionReduction:
    """Reduction of a project against BAU in one frame; negative when the project emits more.

    Attributes
    ----------
    frame
        Accounting frame.
    yearly_kgco2e : (horizon_a + 1,)
        BAU minus project minus leakage per year 0..H.
    lifetime_kgco2e, mean_kgco2e_per_a
        Sum, and sum over the years of operation.
    memo_kgco2e
        Reduction of the memo lines (Montreal gases, biogenic CO2), not in the figures above.
    indirect_kgco2e
        GEF frame: reduction by replication (`lifetime x replication_factor`), else 0.
    """

    frame: Frame
    yearly_kgco2e: NDArray[np.float64]
    lifetime_kgco2e: float
    mean_kgco2e_per_a: float
    memo_kgco2e: float
    indirect_kgco2e: float = 0.0


def emission_reduction(
    table: Inventory,
    frame: Frame,
    project: str,
    *,
    bau: str = "bau",
    leakage_kgco2e_per_a: ArrayLike = 0.0,
    replication_factor: float = 0.0,
) -> EmissionReduction:
    """Return BAU minus project minus leakage in one frame.

    Parameters
    ----------
    table
        Inventory with both variants.
    frame, project, bau
        What to compare.
    leakage_kgco2e_per_a : float or (horizon_a,)
        Emission the project causes elsewhere (scrapped machines used again, upstream fuel), kgCO2e/a, years 1..H.
    replication_factor
        GEF bottom-up indirect effect: expected replications of the project; only for the frame ``gef``.
    """
    if replication_factor and frame != "gef":
        raise reject("E703", "replication belongs to the frame gef", "replication_factor", replication_factor)
    base, own = table.select(variant=bau, frame=frame), table.select(variant=project, frame=frame)
    if not base.lines or not own.lines:
        raise reject("E728", "the inventory lacks a variant in this frame", "table", f"{bau}, {project} in {frame}")
    reduced = base.yearly() - own.yearly()
    reduced[1:] -= yearly(leakage_kgco2e_per_a, len(reduced) - 1, "leakage_kgco2e_per_a")
    total = float(reduced.sum())
    memo = base.total(memo=True) - own.total(memo=True)
    return EmissionReduction(
        frame=frame,
        yearly_kgco2e=reduced,
        lifetime_kgco2e=total,
        mean_kgco2e_per_a=total / (len(reduced) - 1),
        memo_kgco2e=memo,
        indirect_kgco2e=total * replication_factor,
    )


def service_factor(table: Inventory, frame: Frame, variant: str, delivered_kwh: float) -> NDArray[np.float64]:
    """Return the emission per kWh delivered in the years 1..H, kgCO2e/kWh.

    A customer who buys chilled water reports it with this factor as purchased energy (Scope 2); the plant's fuel,
    refrigerant and electricity then belong to the district company and are not counted again at the customer.
    """
    if delivered_kwh <= 0:
        raise reject("E728", "nothing is delivered", "delivered_kwh", delivered_kwh)
    return np.asarray(table.select(variant=variant, frame=frame).yearly()[1:] / delivered_kwh)
