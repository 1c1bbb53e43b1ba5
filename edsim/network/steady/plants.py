"""What a settled state refuses of its sources: water that runs backwards through them, flow nobody draws."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from edsim.core.errors import DataError, Finding
from edsim.network.steady.inputs import SteadyInputs
from edsim.network.steady.types import STILL_KG_PER_S, Consumer, Source

Array = NDArray[np.float64]
_BALANCE_FRAC = 1e-3
"""A flow or heat stated for the only source may be rounded to this share of what stations and losses take."""


def refuse_backwards(
    inputs: SteadyInputs, found: tuple[Array, Array], consumers: Sequence[Consumer], sources: Sequence[Source]
) -> None:
    """Refuse water that runs backwards through a source which does not say at which temperature it leaves there.

    A source of given heat runs backwards where what returns is on the other side of its supply temperature.

    Parameters
    ----------
    inputs
        The system.
    found
        Of every source the flow out to the supply node, kg/s, and the temperature of what returns, °C.
    consumers, sources
        Rows, for their names.

    Raises
    ------
    DataError
        E446 for every such source.
    """
    flow, back = found
    turned = (inputs.supply_c - back) * inputs.source_heat_w < 0.0
    faults = [
        Finding(
            "E446",
            "water runs backwards through the source",
            field=f"sources.{sources[k].id}",
            got=f"{flow[k]:.4g} kg/s" if flow[k] < 0.0 else f"{back[k]:.2f} °C returns to {inputs.supply_c[k]:.2f} °C",
            hint=_why_backwards(inputs, k, consumers),
        )
        for k in np.flatnonzero(((flow < -STILL_KG_PER_S) | turned) & np.isnan(inputs.reverse_c)).tolist()
    ]
    if faults:
        raise DataError.of(faults)


def _why_backwards(inputs: SteadyInputs, k: int, consumers: Sequence[Consumer]) -> str:
    """Return what to do about source `k`: the likeliest slip first."""
    if np.isfinite(inputs.source_heat_w[k]):
        return "with heat_kw above 0 the supply must be warmer than what returns, with heat_kw below 0 colder"
    supply, back = inputs.side[inputs.source_supply[k]], inputs.side[inputs.source_return[k]]
    starts, ends = inputs.side[inputs.consumer_from], inputs.side[inputs.consumer_to]
    turned = np.flatnonzero((starts == back) & (ends == supply) & (back != supply))
    if len(turned) and len(turned) == int(((starts != ends) & np.isin(starts, [supply, back])).sum()):
        return "every station draws from its return side: swap supply_node and return_node, or give reverse_temp_c"
    if len(turned):
        some = ", ".join(str(consumers[i].id) for i in turned[:4].tolist())
        return f"stations draw from its return side: swap from_node and to_node of {some}, or give reverse_temp_c"
    return (
        "give reverse_temp_c, the temperature at which the plant then feeds the return side; or less flow or heat to "
        "the other sources"
    )


def refuse_undrawn(inputs: SteadyInputs, found: tuple[Array, Array], sources: Sequence[Source]) -> None:
    """Refuse a flow or heat of the only source that stations and losses do not take.

    Parameters
    ----------
    inputs
        The system.
    found
        Flow, kg/s, and heat, kW, of every source.
    sources
        Rows, for their names.

    Raises
    ------
    DataError
        E443 for every such source.
    """
    faults = []
    for name, unit, asked, given in (
        ("flow_kg_per_s", "kg/s", inputs.source_flow, found[0]),
        ("heat_kw", "kW", inputs.source_heat_w / 1000.0, found[1]),
    ):
        off = np.abs(given - asked) > _BALANCE_FRAC * np.maximum(np.abs(given), np.abs(asked))
        for k in np.flatnonzero(inputs.control & np.isfinite(asked) & off).tolist():
            what = "stations and losses take something else than the only source gives"
            hint = f"leave {name} of the only source open, or give a pipe or station through which the rest runs"
            place, got = f"sources.{sources[k].id}.{name}", f"{asked[k]:.4g} {unit}"
            faults.append(Finding("E443", what, field=place, got=got, allowed=f"{given[k]:.4g} {unit}", hint=hint))
    if faults:
        raise DataError.of(faults)
