"""Parts of EnergyPlus models (epJSON) and a run of them, for the boxes and the whole buildings."""

import csv
import json
import os
import subprocess
from calendar import month_name
from dataclasses import dataclass
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings import Layer

Array = NDArray[np.float64]
Objects = dict[str, dict[str, Any]]
Point = tuple[float, float]

_MONTHS = [name.lower() for name in month_name[1:]]
_TOTAL, _LATENT = (
    "Zone Ideal Loads Supply Air Total Cooling Energy",
    "Zone Ideal Loads Supply Air Latent Cooling Energy",
)
_COATED = (2.8, 0.25)  # U, W/(m²K), and g
_PANE = {
    "optical_data_type": "SpectralAverage",
    "thickness": 0.003048,
    "solar_transmittance_at_normal_incidence": 0.834,
    "front_side_solar_reflectance_at_normal_incidence": 0.075,
    "back_side_solar_reflectance_at_normal_incidence": 0.075,
    "visible_transmittance_at_normal_incidence": 0.899,
    "front_side_visible_reflectance_at_normal_incidence": 0.083,
    "back_side_visible_reflectance_at_normal_incidence": 0.083,
    "infrared_transmittance_at_normal_incidence": 0,
    "front_side_infrared_hemispherical_emissivity": 0.84,
    "back_side_infrared_hemispherical_emissivity": 0.84,
    "conductivity": 1.0,
}


class Model:
    """An EnergyPlus model in the making; schedules are written as files into its folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.objects: dict[str, Objects] = {}

    def add(self, kind: str, name: str, **fields: Any) -> None:
        """Add an object."""
        self.objects.setdefault(kind, {})[name] = fields

    def schedule(self, name: str, value: float | Array) -> str:
        """Add a constant or hourly schedule and return its name."""
        if np.ndim(value) == 0:
            self.add("Schedule:Constant", name, schedule_type_limits_name="any", hourly_value=float(value))
            return name
        file = self.folder / f"{name}.csv"
        np.savetxt(file, value, fmt="%.6f")
        self.add(
            "Schedule:File",
            name,
            schedule_type_limits_name="any",
            file_name=str(file),
            column_number=1,
            rows_to_skip_at_top=0,
            number_of_hours_of_data=8760,
            column_separator="Comma",
            interpolate_to_timestep="No",
            minutes_per_item=60,
        )
        return name

    def construction(self, name: str, layers: tuple[Layer, ...], absorptance: float = 0.6) -> None:
        """Add a construction of layers from outside to inside; the absorptance is that of the outer face."""
        names = []
        for i, layer in enumerate(layers):
            faces = {"roughness": "MediumRough", "thermal_absorptance": 0.9, "visible_absorptance": 0.6}
            faces["solar_absorptance"] = absorptance if i == 0 else 0.6
            names.append(f"{name}_{i}")
            if layer.resistance_m2_k_per_w is not None:
                self.add("Material:NoMass", names[-1], thermal_resistance=layer.resistance_m2_k_per_w, **faces)
            else:
                self.add(
                    "Material",
                    names[-1],
                    thickness=layer.thickness_m,
                    conductivity=layer.conductivity_w_per_m_k,
                    density=layer.density_kg_per_m3,
                    specific_heat=layer.specific_heat_j_per_kg_k,
                    **faces,
                )
        keys = ["outside_layer", *(f"layer_{i}" for i in range(2, len(names) + 1))]
        self.add("Construction", name, **dict(zip(keys, names, strict=True)))


def frame(m: Model, ground_c: float) -> None:
    """Add run period, algorithms, ground and output of a model."""
    m.add("Version", "v", version_identifier="25.2")
    off = ("do_zone_sizing_calculation", "do_system_sizing_calculation", "do_plant_sizing_calculation")
    control = {**dict.fromkeys(off, "No"), "run_simulation_for_sizing_periods": "No"}
    m.add("SimulationControl", "s", run_simulation_for_weather_file_run_periods="Yes", **control)
    m.add(
        "Building",
        "b",
        north_axis=0,
        terrain="Suburbs",
        solar_distribution="FullExterior",
        maximum_number_of_warmup_days=25,
        minimum_number_of_warmup_days=6,
    )
    m.add("Timestep", "t", number_of_timesteps_per_hour=6)
    m.add("HeatBalanceAlgorithm", "h", algorithm="ConductionTransferFunction")
    m.add("SurfaceConvectionAlgorithm:Inside", "i", algorithm="TARP")
    m.add("SurfaceConvectionAlgorithm:Outside", "o", algorithm="DOE-2")
    year = {"begin_month": 1, "begin_day_of_month": 1, "end_month": 12, "end_day_of_month": 31}
    never = ("use_weather_file_holidays_and_special_days", "use_weather_file_daylight_saving_period")
    m.add("RunPeriod", "r", day_of_week_for_start_day="Monday", **year, **dict.fromkeys(never, "No"))
    m.add(
        "GlobalGeometryRules",
        "g",
        starting_vertex_position="UpperLeftCorner",
        vertex_entry_direction="Counterclockwise",
        coordinate_system="Relative",
    )
    m.add("ScheduleTypeLimits", "any")
    ground = {f"{month}_ground_temperature": ground_c for month in _MONTHS}
    m.add("Site:GroundTemperature:BuildingSurface", "g", **ground)
    for i, variable in enumerate((_TOTAL, _LATENT)):
        m.add("Output:Variable", f"o{i}", key_value="*", variable_name=variable, reporting_frequency="Hourly")
    m.add("OutputControl:Files", "f", output_csv="Yes", output_tabular="No", output_sqlite="No")


def face(
    m: Model, name: str, kind: tuple[str, str, str], outline: list[tuple[float, float, float]], zone: str = "Z"
) -> None:
    """Add a face of a zone: its type, construction and what is beyond (another face's name between zones)."""
    surface_type, construction, beyond = kind
    known = beyond in {"Outdoors", "Adiabatic", "Ground"}
    other = {} if known else {"outside_boundary_condition_object": beyond}
    free = beyond == "Outdoors"
    m.add(
        "BuildingSurface:Detailed",
        name,
        surface_type=surface_type,
        construction_name=construction,
        zone_name=zone,
        outside_boundary_condition=beyond if known else "Surface",
        **other,
        sun_exposure="SunExposed" if free else "NoSun",
        wind_exposure="WindExposed" if free else "NoWind",
        vertices=[{f"vertex_{axis}_coordinate": v for axis, v in zip("xyz", p, strict=True)} for p in outline],
    )


def glass(m: Model, kind: str) -> None:
    """Add the construction ``window``."""
    if kind == "coated":
        u, g = _COATED
        m.add("WindowMaterial:SimpleGlazingSystem", "pane", u_factor=u, solar_heat_gain_coefficient=g)
    else:
        m.add("WindowMaterial:Glazing", "pane", **_PANE)
        m.add("WindowMaterial:Gas", "air", gas_type="Air", thickness=0.012)
    layers = {"outside_layer": "pane"}
    if kind == "double":
        layers |= {"layer_2": "air", "layer_3": "pane"}
    m.add("Construction", "window", **layers)


def window(m: Model, wall: str, ends: tuple[Point, Point], share: float, heights_m: tuple[float, float]) -> None:
    """Add a window in the middle of a wall between two points of the plan and two heights."""
    a, b = (np.array(p) for p in ends)
    base, top = heights_m
    low, high = 0.5 - 0.5 * sqrt(share), 0.5 + 0.5 * sqrt(share)
    p, q = a + low * (b - a), a + high * (b - a)
    outline = [(*p, high), (*p, low), (*q, low), (*q, high)]
    corners = {
        f"vertex_{i}_{axis}_coordinate": float(v)
        for i, (x, y, z) in enumerate(outline, 1)
        for axis, v in (("x", x), ("y", y), ("z", base + z * (top - base)))
    }
    m.add(
        "FenestrationSurface:Detailed",
        f"f {wall}",
        surface_type="Window",
        construction_name="window",
        building_surface_name=wall,
        **corners,
    )


def gain(m: Model, zone: str, name: str, power_w: float, shares: tuple[float, float], course: float | Array) -> None:
    """Add heat released in a zone: full power, W, its radiant and latent shares and its course."""
    m.add(
        "OtherEquipment",
        f"{name} {zone}",
        fuel_type="None",
        zone_or_zonelist_or_space_or_spacelist_name=zone,
        schedule_name=m.schedule(f"of_{name}_{zone}", course),
        design_level_calculation_method="EquipmentLevel",
        design_level=power_w,
        fraction_radiant=shares[0],
        fraction_latent=shares[1],
        fraction_lost=0,
    )


def leaks(m: Model, zone: str, ach: float) -> None:
    """Add constant infiltration of a zone."""
    m.add(
        "ZoneInfiltration:DesignFlowRate",
        f"leaks {zone}",
        zone_or_zonelist_or_space_or_spacelist_name=zone,
        schedule_name=m.schedule("always", 1.0),
        design_flow_rate_calculation_method="AirChanges/Hour",
        air_changes_per_hour=ach,
        constant_term_coefficient=1,
        temperature_term_coefficient=0,
        velocity_term_coefficient=0,
        velocity_squared_term_coefficient=0,
    )


@dataclass(frozen=True, slots=True)
class Ideal:
    """An ideal system of a zone that supplies air of 13 °C."""

    cooling_set_c: float | Array
    max_relative_humidity_frac: float
    outdoor_air_l_per_s: Array
    drying: str
    supply_ratio: float = 0.0094


def system(m: Model, zone: str, given: Ideal) -> None:
    """Add thermostat, humidistat and ideal loads of a zone."""
    m.add(
        "ThermostatSetpoint:DualSetpoint",
        f"dual {zone}",
        heating_setpoint_temperature_schedule_name=m.schedule("heat", -50.0),
        cooling_setpoint_temperature_schedule_name=m.schedule(f"cool_{zone}", given.cooling_set_c),
    )
    m.add(
        "ZoneControl:Thermostat",
        f"thermostat {zone}",
        zone_or_zonelist_name=zone,
        control_type_schedule_name=m.schedule("four", 4.0),
        control_1_object_type="ThermostatSetpoint:DualSetpoint",
        control_1_name=f"dual {zone}",
    )
    if given.max_relative_humidity_frac < 1.0:
        m.add(
            "ZoneControl:Humidistat",
            f"humidistat {zone}",
            zone_name=zone,
            humidifying_relative_humidity_setpoint_schedule_name=m.schedule("dry", 0.0),
            dehumidifying_relative_humidity_setpoint_schedule_name=m.schedule(
                "humid", 100.0 * given.max_relative_humidity_frac
            ),
        )
    ideal: dict[str, Any] = {
        "zone_supply_air_node_name": f"in {zone}",
        "maximum_heating_supply_air_temperature": 50,
        "minimum_cooling_supply_air_temperature": 13.0,
        "maximum_heating_supply_air_humidity_ratio": 0.0156,
        "minimum_cooling_supply_air_humidity_ratio": given.supply_ratio,
        "heating_limit": "NoLimit",
        "cooling_limit": "NoLimit",
        "dehumidification_control_type": given.drying,
        "humidification_control_type": "None",
    }
    flow = given.outdoor_air_l_per_s
    if flow.max() > 0:
        m.add(
            "DesignSpecification:OutdoorAir",
            f"fresh {zone}",
            outdoor_air_method="Flow/Zone",
            outdoor_air_flow_per_zone=float(flow.max()) / 1000.0,
            outdoor_air_schedule_name=m.schedule(f"fresh_on_{zone}", flow / flow.max()),
        )
        m.add("OutdoorAir:Node", f"outside {zone}")
        ideal |= {
            "design_specification_outdoor_air_object_name": f"fresh {zone}",
            "outdoor_air_inlet_node_name": f"outside {zone}",
        }
    m.add("ZoneHVAC:IdealLoadsAirSystem", f"ideal {zone}", **ideal)
    _connect(m, zone)


def _connect(m: Model, zone: str) -> None:
    unit = {
        "zone_equipment_object_type": "ZoneHVAC:IdealLoadsAirSystem",
        "zone_equipment_name": f"ideal {zone}",
        "zone_equipment_cooling_sequence": 1,
        "zone_equipment_heating_or_no_load_sequence": 1,
    }
    m.add("ZoneHVAC:EquipmentList", f"list {zone}", load_distribution_scheme="SequentialLoad", equipment=[unit])
    m.add(
        "ZoneHVAC:EquipmentConnections",
        f"connections {zone}",
        zone_name=zone,
        zone_conditioning_equipment_list_name=f"list {zone}",
        zone_air_inlet_node_or_nodelist_name=f"in {zone}",
        zone_air_node_name=f"air_node {zone}",
        zone_return_air_node_or_nodelist_name=f"return {zone}",
    )


def run(program: Path, objects: dict[str, Objects], weather: Path, folder: Path) -> tuple[Array, float]:
    """Run EnergyPlus; return hourly cooling of all systems, kWh, and the year's latent cooling, kWh."""
    file = folder / "in.epJSON"
    file.write_text(json.dumps(objects), encoding="utf-8")
    command = [str(program), "-w", str(weather), "-d", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True, cwd=folder, env={**os.environ, "OMP_NUM_THREADS": "1"})
    with (folder / "eplusout.csv").open(encoding="utf-8") as stream:
        head, *rows = csv.reader(stream)
    table = np.array([[float(v) for v in row[1:]] for row in rows]) / 3.6e6
    total, latent = (table[:, [v in h for h in head[1:]]].sum(axis=1) for v in (_TOTAL, _LATENT))
    return total, float(latent.sum())
