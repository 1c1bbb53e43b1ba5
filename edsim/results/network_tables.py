"""Tables of networks and buildings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from edsim.network.plant_links import PlantLink
from edsim.network.types import NetworkDesign
from edsim.optimization.district.plants import network_of
from edsim.optimization.model.links import link_id
from edsim.optimization.types import flow_unit
from edsim.results.tables import frame
from edsim.results.variant import VariantRun

Array = NDArray[np.float64]

if TYPE_CHECKING:
    import pandas as pd

    from edsim.optimization.district.individual import IndividualRun


_LEVEL_FIGURES = (
    "network",
    "supply_temp_c",
    "return_temp_c",
    "largest_dn",
    "mean_diameter_mm",
    "capex",
    "delivered_kwh",
    "gain_or_loss_kwh",
    "pumping_kwh",
)


def pipes_table(runs: Sequence[VariantRun]) -> pd.DataFrame:
    """Return one row per trench and network."""
    rows: list[dict[str, Any]] = []
    for run in runs:
        for d in run.district.designs:
            e = d.edges
            share = e.gain_or_loss_w_at_design / max(float(e.gain_or_loss_w_at_design.sum()), 1e-9)
            rows += [
                {
                    "variant": run.name,
                    "network": d.id,
                    "edge": f"{d.id}-{i + 1}",
                    "from_node": e.from_node[i],
                    "to_node": e.to_node[i],
                    "length_m": float(e.length_m[i]),
                    "dn": int(e.dn[i]),
                    "inner_diameter_mm": float(e.inner_diameter_mm[i]),
                    "peak_kw": float(e.peak_kw[i]),
                    "velocity_m_per_s": float(e.velocity_m_per_s[i]),
                    "pressure_gradient_pa_per_m": float(e.pressure_gradient_pa_per_m[i]),
                    "gain_or_loss_kwh": float(share[i] * d.heat_gain_kw.sum()),
                    "capex": float(e.capex_pipe[i] + e.capex_civil[i]),
                }
                for i in range(len(e))
            ]
            rows += [_link_row(run, d, link) for link in d.links]
    return frame("pipes", rows)


def _link_row(run: VariantRun, d: NetworkDesign, link: PlantLink) -> dict[str, Any]:
    """Return the row of the pipes between two plants."""
    ends = {n.building_id: n.id for n in d.nodes if n.kind == "producer"}
    name = link_id(d.id, link)
    sent = [f.values for f in run.flows if f.technology == name and f.port in {"forward_sent", "backward_sent"}]
    peak = max((float(v.max()) for v in sent), default=0.0)
    return {
        "variant": run.name,
        "network": d.id,
        "edge": name,
        "from_node": ends.get(link.from_plant, link.from_plant),
        "to_node": ends.get(link.to_plant, link.to_plant),
        "length_m": link.length_m,
        "dn": int(link.dn[0]),
        "inner_diameter_mm": float(link.inner_diameter_mm[0]),
        "peak_kw": peak,
        "velocity_m_per_s": float(link.velocity_m_per_s[0]) * peak / float(link.capacity_kw[0]),
        "pressure_gradient_pa_per_m": np.nan,
        "gain_or_loss_kwh": float(np.maximum(link.gain_or_loss_kw[0], 0.0).sum()),
        "capex": float(link.capex[0]),
    }


def networks_table(runs: Sequence[VariantRun]) -> pd.DataFrame:
    """Return one row per network."""
    rows = []
    for run in runs:
        for d in run.district.designs:
            delivered = float(d.plant_heat_kw.sum() - d.heat_gain_kw.sum())
            rows.append(
                {
                    "variant": run.name,
                    "network": d.id,
                    "carrier": d.carrier,
                    "trench_m": d.length_m,
                    "connected_buildings": len(d.connected_building_ids),
                    "peak_kw": float(d.plant_heat_kw.max()),
                    "delivered_kwh": delivered,
                    "gain_or_loss_kwh": float(d.heat_gain_kw.sum()),
                    "pumping_kwh": float(d.pump_power_kw.sum()),
                    "linear_density_mwh_per_m": d.linear_density_mwh_per_m_a,
                    "lift_bar": d.design_lift_kpa / 100.0,
                    "capex_pipe": d.capex_pipe,
                    "capex_civil": d.capex_civil,
                    "capex_ets": d.capex_ets,
                    "gap_frac": d.gap_frac,
                    "unit": flow_unit(d.carrier),
                    "plants": len(network_of(run.district, d).plants),
                    "link_m": sum(link.length_m for link in d.links),
                    "link_gain_or_loss_kwh": sum(float(np.maximum(x.gain_or_loss_kw[0], 0.0).sum()) for x in d.links),
                    "capex_links": sum(float(link.capex[0]) for link in d.links),
                    "services": ", ".join(network_of(run.district, d).services),
                    "bypass_m3": 0.0 if d.bypass is None else d.bypass.volume_m3,
                    "bypass_pumping_kwh": 0.0 if d.bypass is None else d.bypass.pump_kwh,
                    "bypass_gain_or_loss_kwh": 0.0 if d.bypass is None else d.bypass.exchange_kwh,
                }
            )
    return frame("networks", rows)


def levels_table(runs: Sequence[VariantRun]) -> pd.DataFrame:
    """Return one row per network and combination of temperature levels that was tried."""
    rows = []
    for run in runs:
        for trial in run.district.levels:
            delivered = sum(n.delivered_kwh for n in trial.networks)
            rows += [
                {
                    "variant": run.name,
                    "number": trial.number,
                    **{name: getattr(n, name) for name in _LEVEL_FIGURES},
                    "purchased_kwh": trial.purchased_kwh,
                    "purchased_cop": delivered / trial.purchased_kwh if trial.purchased_kwh else np.nan,
                    "cost_per_a": trial.cost_per_a,
                    "chosen": trial.chosen,
                    "note": trial.note,
                }
                for n in trial.networks
            ]
    return frame("levels", rows)


def buildings_table(bau: VariantRun, main: VariantRun, cost_per_a: Mapping[str, float]) -> pd.DataFrame:
    """Return one row per building: its demand, its BAU cooling machine, and whether a network serves it.

    Parameters
    ----------
    bau, main
        Business-as-usual and the main project variant.
    cost_per_a
        Building → equivalent annual cost of its BAU cooling.
    """
    profiles = bau.district.profiles
    connected, served = main.district.connected(), main.district.served()
    cooling_run = {r.building: r for r in bau.individual if r.service == "cooling"}
    conditioned = conditioned_areas(bau)
    rows = []
    for i, b in enumerate(bau.district.case.buildings):
        cooling = profiles.demand["cooling"][i]
        peak, kwh = float(cooling.max()), float(cooling.sum())
        rows.append(
            {
                "building": b.id,
                "name": b.name or b.id,
                "use": b.use,
                "floor_area_m2": b.floor_area_m2,
                "conditioned_area_m2": conditioned[b.id],
                "lat_deg": np.nan if b.lat_deg is None else b.lat_deg,
                "lon_deg": np.nan if b.lon_deg is None else b.lon_deg,
                "connected": b.id in connected,
                "cooling_kwh": kwh,
                "cooling_latent_frac": float(profiles.cooling_latent_kw[i].sum()) / kwh if kwh > 0 else np.nan,
                "cooling_peak_kw": peak,
                "cooling_kwh_per_m2": kwh / conditioned[b.id] if conditioned[b.id] > 0 else np.nan,
                "cooling_w_per_m2": 1000 * peak / conditioned[b.id] if conditioned[b.id] > 0 else np.nan,
                "full_load_hours": kwh / peak if peak > 0 else np.nan,
                **_other_services(profiles.demand, i, b.floor_area_m2),
                **_cooled_in_bau(cooling_run.get(b.id), kwh),
                "bau_cost_per_a": cost_per_a.get(b.id, 0.0),
                "network_services": ", ".join(service for building, service in served if building == b.id),
                "networks": ", ".join(dict.fromkeys(n for (building, _), n in served.items() if building == b.id)),
            }
        )
    return frame("buildings", rows)


def _cooled_in_bau(run: IndividualRun | None, cooling_kwh: float) -> dict[str, Any]:
    """Return machine, electricity and refrigerant of the BAU cooling of a building; nothing where it has none."""
    power = float(run.operation.inputs_kw.get("electricity", np.zeros(1)).sum()) if run else 0.0
    machine = run.machine if run else None
    return {
        "bau_machine": (machine.label or machine.id) if machine else "",
        "bau_capacity_kw": run.operation.capacity_kw if run else 0.0,
        "bau_electricity_kwh": power,
        "bau_cop": cooling_kwh / power if power > 0 else np.nan,
        "refrigerant": str(getattr(machine, "refrigerant", "")),
        "refrigerant_charge_kg": run.operation.refrigerant_charge_kg if run else 0.0,
    }


def _other_services(demand: Mapping[str, Array], i: int, floor_area_m2: float) -> dict[str, float]:
    """Return what a building needs beside cooling in a year, and at its peaks."""
    heating, hot_water = demand["heating"][i], demand["hot_water"][i]
    return {
        "heating_kwh": float(heating.sum()),
        "heating_peak_kw": float(heating.max()),
        "heating_kwh_per_m2": float(heating.sum()) / floor_area_m2,
        "heating_w_per_m2": 1000.0 * float(heating.max()) / floor_area_m2,
        "hot_water_kwh": float(hot_water.sum()),
        "hot_water_peak_kw": float(hot_water.max()),
        "steam_kwh": float(demand["steam"][i].sum()),
        "compressed_air_nm3": float(demand["compressed_air"][i].sum()),
        "electricity_kwh": float(demand["electricity"][i].sum()),
    }


def conditioned_areas(run: VariantRun) -> dict[str, float]:
    """Return building → cooled floor area, m2, as used by the load model."""
    areas = run.district.profiles.conditioned_area_m2
    return dict(zip(run.district.profiles.building_ids, (float(a) for a in areas), strict=True))
