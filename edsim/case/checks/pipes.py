"""Checks of pipes against what flows in them, as the design of a network has it: series, temperatures, pressure."""

from __future__ import annotations

from collections.abc import Iterator

from edsim.case.checks.ids import place_of
from edsim.case.checks.usual import remark
from edsim.case.parts.network_spec import NetworkSpec
from edsim.case.schema import Case
from edsim.case.shipped import shipped_rows
from edsim.case.wording.messages import Fault

_GASES = frozenset({"steam", "compressed_air"})
_SEVERAL_PLANTS = frozenset({"chilled_water", "hot_water"})
_HOTTEST_WATER_C = 140.0
_HOT_RETURN_C = (22.0, 90.0)
"""Returns of hot water: rooms of 20 °C leave nothing colder, networks of 130 / 70 °C little hotter; judgement."""
"""Beyond this no network carries water and the value is in another unit: bonded pipes bear peaks of 140 °C (EN 253)."""
_LEAST_SPREAD_K = 0.5
_LEAST_MILD_SPREAD_K = 5.0
"""Least difference of supply and return in mild weather: below it the flow would be many times that of the cold."""
_COLDEST_C = 1.0
"""A kelvin above the freezing of water."""
_STEAM_C = (100.0, 220.0)
_AIR_BAR = (0.5, 40.0)


def check_pipes(case: Case) -> Iterator[Fault]:
    """Yield networks whose pipes, temperatures, pressure or number of plants no design can be made of."""
    series = {
        row["catalogue"]: (row["medium"], float(row["max_temp_c"])) for row in shipped_rows("pipes", "catalogues.csv")
    }
    for network in case.networks:
        if len(network.plants) > 1 and network.family not in _SEVERAL_PLANTS:
            path = f"networks.{network.id}.plants"
            yield Fault(
                "E175", place_of(case, path), path, ", ".join(p.id for p in network.plants), "1", hint="one_plant"
            )
        medium, hottest_c = series[network.pipe_catalogue]
        wanted = network.family if network.family in _GASES else "water"
        if medium != wanted:
            path = f"networks.{network.id}.pipe_catalogue"
            fitting = ", ".join(name for name, (of, _) in series.items() if of == wanted)
            words = {"carrier": network.carrier, "reading": fitting.partition(",")[0]}
            yield Fault("E1870", place_of(case, path), path, network.pipe_catalogue, fitting, words, "pipe_series")
            hottest_c = float("inf")
        if network.family == "steam":
            yield from _steam(case, network, hottest_c)
        elif network.family == "compressed_air":
            yield from _air(case, network)
        else:
            yield from _water(case, network, hottest_c)


def _water(case: Case, network: NetworkSpec, hottest_c: float) -> Iterator[Fault]:
    supply, back = network.supply_temp_c, network.return_temp_c
    path = f"networks.{network.id}.supply_temp_c"
    place, got = place_of(case, path), f"{supply:g} / {back:g} °C"
    if abs(supply - back) < _LEAST_SPREAD_K:
        yield Fault("E1871", place, path, got, f"≥ {_LEAST_SPREAD_K:g} K")
    if min(supply, back) < _COLDEST_C:
        yield Fault("E1872", place, path, got, f"≥ {_COLDEST_C:g} °C")
    if max(supply, back) > hottest_c:
        hotter = path if supply > back else f"networks.{network.id}.return_temp_c"
        hint = "other_scale" if max(supply, back) > _HOTTEST_WATER_C else "hotter_pipes"
        words = {"series": network.pipe_catalogue}
        yield Fault("E1873", place_of(case, hotter), hotter, got, f"≤ {hottest_c:g} °C", words, hint)
    if network.family == "hot_water":
        yield from remark(case, f"networks.{network.id}.return_temp_c", back, _HOT_RETURN_C, "degC", "colder_return")
    yield from _reset(case, network)


def _reset(case: Case, network: NetworkSpec) -> Iterator[Fault]:
    """Yield what is wrong with a supply that follows the outdoor temperature: its carrier, its line turned round."""
    line = network.outdoor_reset
    if line is None:
        return
    path = f"networks.{network.id}.outdoor_reset"
    if network.family != "hot_water":
        yield Fault("E1899", place_of(case, path), path, network.carrier, "hot_water", {}, "no_reset")
        return
    mild, low, high = line.mild_supply_temp_c, network.return_temp_c + _LEAST_MILD_SPREAD_K, network.supply_temp_c
    if low < high and not low <= mild <= high:
        at = f"{path}.mild_supply_temp_c"
        yield Fault("E1899", place_of(case, at), at, f"{mild:g} °C", f"{low:g} – {high:g} °C", {}, "mild_supply")
    if line.cold_outdoor_temp_c >= line.mild_outdoor_temp_c:
        at = f"{path}.cold_outdoor_temp_c"
        allowed = f"< {line.mild_outdoor_temp_c:g} °C"
        got = f"{line.cold_outdoor_temp_c:g} °C"
        yield Fault("E1899", place_of(case, at), at, got, allowed, {}, "outdoor_order")


def _steam(case: Case, network: NetworkSpec, hottest_c: float) -> Iterator[Fault]:
    low, high = _STEAM_C[0], min(_STEAM_C[1], hottest_c)
    if not (low <= network.supply_temp_c <= high and 0.0 < network.return_temp_c < network.supply_temp_c):
        path = f"networks.{network.id}.supply_temp_c"
        got, allowed = f"{network.supply_temp_c:g} / {network.return_temp_c:g} °C", f"{low:g} – {high:g} / > 0 °C"
        yield Fault("E1874", place_of(case, path), path, got, allowed)


def _air(case: Case, network: NetworkSpec) -> Iterator[Fault]:
    """Yield a pressure no design is made for, stated by the network or by a machine at its plant."""
    plants = {p.id for p in network.plants}
    at_plant = [t for t in case.technologies if t.node in plants and network.carrier in map(t.carrier_of, t.ports)]
    stated = {f"technologies.{t.id}.pressure_bar": getattr(t, "pressure_bar", None) for t in at_plant}
    if network.pressure_bar is not None:
        stated = {f"networks.{network.id}.pressure_bar": network.pressure_bar}
    for path, bar in stated.items():
        if bar is not None and not _AIR_BAR[0] <= bar <= _AIR_BAR[1]:
            yield Fault("E123", place_of(case, path), path, f"{bar:g}", f"{_AIR_BAR[0]:g} – {_AIR_BAR[1]:g} bar")
