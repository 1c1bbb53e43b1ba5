"""The bridge between the optimizer's yearly cost and the life-cycle cost of the cash-flow table.

The optimizer adds annuities and first-year costs; the table holds purchases, replacements, end values and growth.
Each step between them is a named amount; what no step explains must be below 0.01 %.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from edsim.core.arguments import yearly
from edsim.finance.builders import AnnualLine, AssetCost, Study, annual_flows, asset_flows, capex_annuity
from edsim.finance.measures import Measure, ratio
from edsim.finance.time_value import npv, upv

TOLERANCE_FRAC = 1e-4
"""Largest share of the life-cycle cost that may stay unexplained."""


@dataclass(frozen=True, slots=True)
class Bridge:
    """From the optimizer's objective to the life-cycle cost; present values, costs positive, currency.

    Attributes
    ----------
    objective
        Yearly objective times the present value factor of the horizon.
    steps
        Named differences, in order: ``timing`` (existing assets, late purchases, lives that do not divide the
        horizon), ``end_value`` (salvage rules other than the annuity), ``growth`` (yearly lines that change over
        the years).
    ledger
        Life-cycle cost of the cash-flow table.
    unexplained, unexplained_frac
        ``ledger - objective - steps``, and its share of the life-cycle cost.
    by_line
        Line → yearly objective minus what the inputs give for it: where an unexplained rest comes from.
    """

    objective: float
    steps: Mapping[str, float]
    ledger: float
    unexplained: float
    unexplained_frac: Measure
    by_line: Mapping[str, float]

    @property
    def closes(self) -> bool:
        """Whether the unexplained rest is below 0.01 %."""
        return self.unexplained_frac.value is not None and abs(self.unexplained_frac.value) < TOLERANCE_FRAC


def reconcile(
    objective_per_a: Mapping[str, float], study: Study, assets: Sequence[AssetCost], annual: Sequence[AnnualLine]
) -> Bridge:
    """Return the bridge from the optimizer's yearly cost per line to the life-cycle cost.

    Parameters
    ----------
    objective_per_a
        Line → yearly cost of the optimizer, positive, currency/a: ``capex_<line>`` (annuity) and
        ``om_fixed_<line>`` for assets, and the names of the yearly lines.
    study, assets, annual
        What the cash-flow table was built from (constant money).
    """
    if study.basis != "real":
        raise ValueError("the bridge is built in constant money")
    rate, h = study.real_rate, study.horizon_a
    factor = upv(rate, h)
    expected: dict[str, float] = {}
    for asset in assets:
        pairs = (("capex", capex_annuity(asset, rate)), ("om_fixed", asset.fixed_om_per_a * asset.quantity))
        for kind, amount in pairs:
            key = f"{kind}_{asset.line}"
            expected[key] = expected.get(key, 0.0) + amount
    for item in annual:
        expected[item.line] = expected.get(item.line, 0.0) - float(yearly(item.amount_per_a, h, item.line)[0])
    owned = sum(v for k, v in expected.items() if k.startswith(("capex_", "om_fixed_"))) * factor
    running = sum(v for k, v in expected.items() if not k.startswith(("capex_", "om_fixed_"))) * factor
    even = -npv(asset_flows(study, assets, salvage="annuity"), rate)
    actual = -npv(asset_flows(study, assets), rate)
    paid = -npv(annual_flows(study, annual), rate)
    steps = {"timing": even - owned, "end_value": actual - even, "growth": paid - running}
    given = sum(objective_per_a.values()) * factor
    ledger = actual + paid
    rest = ledger - given - sum(steps.values())
    lines = sorted(set(expected) | set(objective_per_a))
    by_line = {k: objective_per_a.get(k, 0.0) - expected.get(k, 0.0) for k in lines}
    return Bridge(
        objective=given,
        steps=steps,
        ledger=ledger,
        unexplained=rest,
        unexplained_frac=ratio(rest, abs(ledger), "no_cost", "unexplained share"),
        by_line=by_line,
    )
