"""The figure of every technology page: how inputs, efficiency or limits move with load, temperature or time.

Every curve is computed by the class itself; nothing is drawn that the model does not use.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np

from edsim.core.machines.air_compression import LOAD_FRAC, POWER_FRAC
from edsim.core.machines.cooling_curves import cooling_curves
from edsim.core.machines.part_load import bank_power_frac
from edsim.core.machines.site import SiteConditions
from edsim.core.tariff import Tariff
from edsim.core.technology import IndividualMachine, Refrigerant, SourceConditions, Technology
from edsim.core.timegrid import full_year

COLORS = ("#1b6ca8", "#d1495b", "#3a7d44", "#8d5a97", "#c77d0a")
N = 8760
Curve = tuple[np.ndarray, np.ndarray]


@dataclass(frozen=True)
class Chart:
    """Curves with the meaning of both axes."""

    curves: Mapping[str, Curve]
    x: str
    y: str


def site(
    dry_bulb_c: float = 30.0, wet_bulb_c: float = 25.4, source_c: float = 60.0, **temps: tuple[float, float]
) -> SiteConditions:
    """Return constant surroundings: weather, temperature of the source, carriers as (supply, return)."""
    year = np.ones(N)
    loops = {
        "chilled_water": (6.7, 12.3),
        "chilled_water_high": (15.0, 20.0),
        "hot_water": (80.0, 60.0),
        "steam": (180.0, 90.0),
        "steam_low": (120.0, 90.0),
        "ambient_water": (25.0, 18.0),
    } | temps
    prices = Tariff(0.1 * year, 0.0 * year, np.zeros(12), 0.0, 0.2 * year, 2.0)
    return SiteConditions(
        grid=full_year(),
        dry_bulb_temp_c=dry_bulb_c * year,
        wet_bulb_temp_c=wet_bulb_c * year,
        pressure_pa=101325.0,
        supply_temp_c={c: t[0] for c, t in loops.items()},
        return_temp_c={c: t[1] for c, t in loops.items()},
        tariffs={"grid": prices},
        fuels=dict.fromkeys(("natural_gas", "biogas", "diesel"), prices),
        refrigerants={r: Refrigerant(r, 1300.0, 0.0, montreal_gas=False) for r in ("R-134a", "R-290", "R-717")},
        sources={"furnace": SourceConditions(500.0 * year, source_c * year)},
        pv_kw_per_kwp={"roof_pv": 0.8 * year},
        demand_kw={"electricity": 100.0 * year},
    )


def over(x: np.ndarray, make: Callable[[float], float]) -> Curve:
    """Return a curve of a function of one number."""
    return x, np.array([make(float(v)) for v in x])


def first(value: object) -> float:
    """Return the first of a prepared number or series."""
    return float(np.ravel(np.asarray(value, dtype=float))[0])


def relative(at: object, power: object, units: int = 1) -> Curve:
    """Return input per output over load, 1 at full load."""
    load = np.linspace(0.1, 1.0, 46)
    return load, bank_power_frac(load, at, power, units) / load


def prepared(
    cls: type[Technology],
    key: str,
    x: np.ndarray,
    curves: Mapping[str, Callable[[float], tuple[Mapping[str, object], SiteConditions]]],
) -> dict[str, Curve]:
    """Return label → prepared figure `key` over `x`; each curve gives changed fields and surroundings at x."""
    example = cls.example()

    def at(make: Callable[[float], tuple[Mapping[str, object], SiteConditions]], v: float) -> float:
        fields, state = make(v)
        return first(example.model_copy(update=dict(fields)).prepare(state)[key])

    return {label: over(x, lambda v, m=make: at(m, v)) for label, make in curves.items()}


def part_load(kind: str) -> dict[str, Curve]:
    """Return the part-load curves of machines that have them."""
    if kind == "vapour_chiller":
        types = {n: cooling_curves(n, "water") for n in ("centrifugal", "centrifugal_vsd", "screw", "scroll")}
        bank = types["centrifugal_vsd"]
        one = {f"{n}, one unit": relative(c.load_frac, c.power_frac) for n, c in types.items()}
        return one | {"centrifugal_vsd, three": relative(bank.load_frac, bank.power_frac, 3)}
    if kind in {"split_ac", "window_ac", "packaged_ac", "vrf", "individual_chiller"}:
        name = {"packaged_ac": "scroll", "vrf": "inverter", "individual_chiller": "screw"}.get(kind, "fixed_speed")
        c = cooling_curves(name, "air")
        return {name: relative(c.load_frac, c.power_frac)}
    if kind in {"air_compressor", "individual_compressor"}:
        return {n: relative(LOAD_FRAC, p) for n, p in POWER_FRAC.items()}
    return {}


def staged(cls: type[Technology], movers: Mapping[str, Mapping[str, object]]) -> Chart:
    """Return fuel per output of banks of whole units, relative to full load."""
    load, state = np.linspace(0.1, 1.0, 46), site(20.0, 15.0)
    curves = {}
    for label, fields in movers.items():
        spec = cls.example().model_copy(update=dict(fields))
        fuel = spec.staged_input_kw(np.resize(load, N) * 1000.0, 1000.0, state)[: len(load)] / load
        curves[label] = (load, fuel / fuel[-1])
    return Chart(curves, "load", "fuel per output, 1 at full load")


def store(cls: type[Technology]) -> Chart:
    """Return what is left of a full store while nobody uses it."""
    spec, hours = cls.example(), np.linspace(0.0, 168.0, 85)
    kept = first(spec.prepare(site()).get("kept_per_step", 1.0))
    return Chart({"left of a full store": (hours, kept**hours)}, "hours", "share of capacity")


def chart_absorption_chiller(cls: type[Technology]) -> Chart:
    """Return the chart of absorption_chiller."""
    spec = cls.example()
    wet = np.linspace(10.0, 30.0, 41)
    at = {
        "available, 90/80 °C": (spec, (90.0, 80.0)),
        "available, 85/75 °C": (spec, (85.0, 75.0)),
    }
    curves = {
        k: over(wet, lambda w, s=s, t=t: first(s.prepare(site(30.0, w, hot_water=t))["available_frac"]))
        for k, (s, t) in at.items()
    }
    curves["heat per cooling, 90/80 °C"] = over(
        wet, lambda w: first(spec.prepare(site(30.0, w, hot_water=(90.0, 80.0)))["heat_per_cooling"])
    )
    return Chart(curves, "wet bulb, °C", "of rated capacity; kW heat per kW cold")


def chart_loop_station(cls: type[Technology]) -> Chart:
    """Return the chart of loop_station: heat per electricity over the temperature of the loop."""
    spec = cls.example()
    loop = np.linspace(10.0, 30.0, 41)
    curves = {
        f"heat at {hot:g}/{hot - 15:g} °C": over(
            loop,
            lambda c, h=hot: (
                1.0
                / first(
                    spec.model_copy(update={"heat_supply_temp_c": h, "heat_return_temp_c": h - 15.0}).prepare(
                        site(ambient_water=(c + 5.0, c))
                    )["power_per_heat"]
                )
            ),
        )
        for hot in (45.0, 60.0)
    }
    curves["cold at 7/12 °C"] = over(
        loop, lambda c: 1.0 / first(spec.prepare(site(ambient_water=(c + 5.0, c)))["power_per_cooling"])
    )
    return Chart(curves, "cold pipe of the loop, °C", "heat or cold per electricity")


def chart_loop_mains(cls: type[Technology]) -> Chart:
    """Return the chart of loop_mains: loss of a trench over the temperature of the ground, a gain below zero."""
    spec, ground = cls.example(), np.linspace(5.0, 30.0, 41)

    def lost(pipes: tuple[float, float]) -> tuple[np.ndarray, np.ndarray]:
        def at(temp_c: float) -> float:
            a = spec.prepare(site(temp_c, temp_c - 5.0, ambient_water=pipes))
            return 1000.0 * (first(a["loss_per_m"]) - first(a["gain_per_m"]))

        return over(ground, at)

    levels = ((15.0, 10.0), (20.0, 15.0), (27.0, 22.0))
    return Chart({f"loop {w:g}/{c:g} °C": lost((w, c)) for w, c in levels}, "ground, °C", "W per meter of trench")


def chart_heat_pump(cls: type[Technology]) -> Chart:
    """Return the chart of heat_pump and heat_recovery_chiller."""
    spec = cls.example()
    cold = "ambient_water" if spec.kind == "heat_pump" else "chilled_water"
    source = np.linspace(5.0, 25.0, 41)
    curves = {
        f"to {hot:g}/{hot - 15:g} °C": over(
            source,
            lambda c, h=hot: (
                1.0 / first(spec.prepare(site(**{cold: (c, c + 5.0), "hot_water": (h, h - 15.0)}))["work_per_heat"])
            ),
        )
        for hot in (45.0, 60.0, 80.0)
    }
    return Chart(curves, "source, °C", "heat per electricity")


def chart_cooling_tower(cls: type[Technology]) -> Chart:
    """Return the chart of cooling_tower."""
    spec = cls.example()
    wet = np.linspace(5.0, 29.0, 49)
    curves = {
        f"air at {dry:g} °C": over(
            wet[(wet < dry) & (wet > 0.5 * dry - 5.0)],
            lambda w, d=dry: 1000 * first(spec.prepare(site(d, w))["water_m3_per_kwh"]),
        )
        for dry in (20.0, 30.0, 40.0)
    }
    return Chart(curves, "wet bulb, °C", "make-up water, kg per kWh rejected")


def chart_free_cooling(cls: type[Technology]) -> Chart:
    """Return the chart of free_cooling."""
    spec = cls.example()
    source = np.linspace(2.0, 16.0, 57)
    lake = spec.model_copy(update={"source": "furnace"})
    curves = {
        f"{s:g}/{r:g} °C": over(
            source,
            lambda c, t=(s, r): first(lake.prepare(site(source_c=c, chilled_water=t))["usable_frac"]),
        )
        for s, r in ((6.0, 14.0), (10.0, 18.0))
    }
    return Chart(curves, "source, °C", "share of the load it can cover")


def chart_condenser_intake(cls: type[Technology]) -> Chart:
    """Return the chart of condenser_intake."""
    spec, lift = cls.example(), np.linspace(0.0, 60.0, 61)
    fresh = SourceConditions(np.ones(N), np.ones(N), kind="lake")
    curves = {
        f"source warmed by {k:g} K": over(
            lift,
            lambda m, k=k: spec.model_copy(update={"intake_lift_m": m, "source_warming_k": k}).electric_frac(fresh),
        )
        for k in (3.0, 5.0, 8.0)
    }
    return Chart(curves, "lift of the intake, m", "electricity per heat rejected")


def chart_boiler(cls: type[Technology]) -> Chart:
    """Return the chart of boiler."""
    back = np.linspace(30.0, 80.0, 51)
    types = {"condensing": cls(id="b", condensing=True), "not condensing": cls(id="b")}
    curves = {k: over(back, lambda t, b=b: b.efficiency(t)) for k, b in types.items()}
    return Chart(curves, "return water, °C", "heat per fuel, LHV")


def chart_steam_boiler(cls: type[Technology]) -> Chart:
    """Return the chart of steam_boiler."""
    makers = {
        f"condensate {t:g} °C": lambda r, c=t: ({"condensate_return_frac": r}, site(steam=(180.0, c)))
        for t in (60.0, 90.0)
    }
    curves = prepared(cls, "fuel_per_steam", np.linspace(0.0, 1.0, 41), makers)
    return Chart(curves, "condensate returned", "fuel per steam energy above condensate")


def chart_waste_heat_recovery(cls: type[Technology]) -> Chart:
    """Return the chart of waste_heat_recovery."""
    spec = cls.example()
    source = np.linspace(20.0, 120.0, 101)
    direct = over(source, lambda c: first(spec.prepare(site(source_c=c))["usable_kw"]) / 500.0)
    work = over(source[source < 90], lambda c: first(spec.prepare(site(source_c=c))["work_per_lifted"]))
    return Chart({"direct share": direct, "work per lifted heat": work}, "source, °C (to 80/60 °C)", "share")


def chart_ice_store(cls: type[Technology]) -> Chart:
    """Return the chart of ice_store."""
    makers = {f"brine {b:g} °C": lambda w, t=b: ({"brine_temp_c": t}, site(30.0, w)) for b in (-3.0, -5.0, -8.0)}
    curves = prepared(cls, "work_per_freezing", np.linspace(10.0, 29.0, 39), makers)
    return Chart(curves, "wet bulb, °C", "compressor work per cold frozen")


def chart_solar_thermal(cls: type[Technology]) -> Chart:
    """Return the chart of solar_thermal."""
    spec = cls.example()
    excess = np.linspace(0.0, 80.0, 41)
    curves = {
        f"{sun:g} W/m²": over(
            excess,
            lambda k, g=sun: 1000 / g * first(spec.heat_kw_per_m2(np.array([g]), np.array([20.0]), 20.0 + k)),
        )
        for sun in (400.0, 700.0, 1000.0)
    }
    return Chart(curves, "mean water above air, K", "efficiency")


def chart_wind_turbine(cls: type[Technology]) -> Chart:
    """Return the chart of wind_turbine."""
    spec = cls.example()
    wind = np.linspace(0.0, 27.0, 109)
    power = spec.output_frac(wind, np.full(109, 25.0), 101325.0)
    return Chart({"sea level, 25 °C": (wind, power)}, "wind at 10 m, m/s", "output per rated power")


def chart_grid(_cls: type[Technology]) -> Chart:
    """Return the chart of grid."""
    month = np.linspace(0.0, 1.0, 41)
    curves = {f"ratchet {r:.0%}": (month, np.maximum(month, r)) for r in (0.0, 0.6, 0.8)}
    return Chart(curves, "peak of the month over peak of the year", "billed peak over peak of the year")


def chart_ev_charging(cls: type[Technology]) -> Chart:
    """Return the chart of ev_charging and demand_response."""
    spec = cls.example()
    a, hours = spec.prepare(site()), np.arange(24.0)
    names = {"ev_charging": ("least_kw", "most_kw"), "demand_response": ("reducible_kw", "addable_kw")}[spec.kind]
    curves = {n: (hours, np.broadcast_to(np.asarray(a[n], dtype=float), N)[:24]) for n in names}
    return Chart(curves, "hour of the day", "kW")


def chart_pv(cls: type[Technology]) -> Chart:
    """Return the chart of pv: what an area holds."""
    spec, area = cls.example(), np.linspace(0.0, 2000.0, 41)

    def room(density: float) -> Curve:
        return over(area, lambda a: spec.model_copy(update={"area_m2": a, "kwp_per_m2": density}).room_kwp)

    return Chart({f"{d:g} kWp/m²": room(d) for d in (0.12, 0.18, 0.21)}, "area, m²", "most kWp")


def chart_turbine(cls: type[Technology]) -> Chart:
    """Return the chart of back_pressure_turbine: power per steam heat over the temperature of the inlet."""
    spec, inlet = cls.example(), np.linspace(140.0, 250.0, 45)

    def power(low_c: float) -> Curve:
        def at(high_c: float) -> float:
            state = site(steam=(high_c, 90.0), steam_low=(low_c, 90.0))
            return 1.0 / first(spec.prepare(state)["drawn_per_electricity"])

        return over(inlet[inlet >= low_c + 10.0], at)

    curves = {f"to {low:g} °C": power(low) for low in (105.0, 120.0, 150.0)}
    return Chart(curves, "saturated steam at the inlet, °C", "electricity per heat drawn")


SPECIAL: Mapping[str, Callable[[type[Technology]], Chart]] = {
    "absorption_chiller": chart_absorption_chiller,
    "heat_pump": chart_heat_pump,
    "loop_station": chart_loop_station,
    "loop_mains": chart_loop_mains,
    "heat_recovery_chiller": chart_heat_pump,
    "cooling_tower": chart_cooling_tower,
    "free_cooling": chart_free_cooling,
    "condenser_intake": chart_condenser_intake,
    "boiler": chart_boiler,
    "steam_boiler": chart_steam_boiler,
    "waste_heat_recovery": chart_waste_heat_recovery,
    "ice_store": chart_ice_store,
    "solar_thermal": chart_solar_thermal,
    "wind_turbine": chart_wind_turbine,
    "grid": chart_grid,
    "pv": chart_pv,
    "back_pressure_turbine": chart_turbine,
    "ev_charging": chart_ev_charging,
    "demand_response": chart_ev_charging,
}


def linear(cls: type[Technology]) -> Chart:
    """Return the flows of a machine whose ports ride on one variable: straight lines through the origin."""
    spec, load = cls.example(), np.linspace(0.0, 1.0, 2)
    a = spec.prepare(site())
    curves = {
        f"{p.name} ({p.direction})": (load, load * (first(a[p.factor]) if p.factor else 1.0))
        for p in cls.ports
        if p.variable == (cls.output or cls.ports[0].variable)
    }
    return Chart(curves, "load", "flow per unit of full output")


def operated(cls: type[IndividualMachine]) -> Chart:
    """Return the input of a machine of one building over its load, relative to full load."""
    load = np.linspace(0.05, 1.0, 39)
    demand = np.resize(np.r_[1.0, load], N)
    always = {"outages": ((0, N),)} if "outages" in cls.model_fields else {}
    run = cls.example().model_copy(update=always).operate(demand, site())
    total = np.sum(list(run.inputs_kw.values()), axis=0)[1 : 1 + len(load)] / load
    return Chart({"input per output": (load, total / total[-1])}, "load", "input per output, 1 at full load")


def chart_of(kind: str, cls: type[Technology]) -> Chart:
    """Return the chart of a kind."""
    known = part_load(kind)
    if known:
        return Chart(known, "load", "input per output, 1 at full load")
    if kind == "chp":
        one = {"engine, one unit": {"units": 1}, "engine, two units": {"units": 2}}
        return staged(cls, one | {"turbine, one unit": {"units": 1, "mover": "turbine"}})
    if kind == "generator":
        return staged(cls, {f"{n} unit{'s' * (n > 1)}": {"units": n} for n in (1, 2, 4)})
    if issubclass(cls, IndividualMachine):
        return operated(cls)
    if kind in SPECIAL:
        return SPECIAL[kind](cls)
    return store(cls) if cls.level_variable else linear(cls)


def step_of(low: float, high: float) -> float:
    """Return a round step that divides a range into four to nine parts."""
    raw = max(high - low, 1e-9) / 5
    power = 10.0 ** np.floor(np.log10(raw))
    return float(power * min((m for m in (1, 2, 5, 10) if m * power >= raw), default=10))


def svg(chart: Chart) -> str:
    """Return a chart as SVG."""
    width, height, left, top, right = 560, 300, 52, 14, 190
    xs = np.concatenate([c[0] for c in chart.curves.values()])
    ys = np.concatenate([c[1] for c in chart.curves.values()])
    x_step = step_of(float(xs.min()), float(xs.max()))
    y_step = step_of(min(float(ys.min()), 0.0), float(ys.max()))
    x0, x1 = np.floor(xs.min() / x_step) * x_step, np.ceil(xs.max() / x_step - 1e-9) * x_step
    y0, y1 = np.floor(min(ys.min(), 0.0) / y_step) * y_step, np.ceil(ys.max() / y_step - 1e-9) * y_step

    def place(x: float, y: float) -> tuple[float, float]:
        return (
            left + (x - x0) / (x1 - x0) * (width - left - right),
            top + 14 + (y1 - y) / max(y1 - y0, 1e-9) * (height - top - 58),
        )

    box = f'viewBox="0 0 {width} {height}" font-family="sans-serif" font-size="11"'
    parts = [f'<svg xmlns="http://www.w3.org/2000/svg" {box}><title>{chart.y} over {chart.x}</title>']
    for tick in np.arange(y0, y1 + y_step / 2, y_step):
        (a, y), (b, _) = place(x0, tick), place(x1, tick)
        parts.append(f'<line x1="{a:.1f}" y1="{y:.1f}" x2="{b:.1f}" y2="{y:.1f}" stroke="#ddd"/>')
        parts.append(f'<text x="{left - 6}" y="{y + 4:.1f}" text-anchor="end">{tick:.4g}</text>')
    for tick in np.arange(x0, x1 + x_step / 2, x_step):
        x, y = place(tick, y0)
        parts.append(f'<text x="{x:.1f}" y="{y + 16:.1f}" text-anchor="middle">{tick:.4g}</text>')
    for i, (label, (x, y)) in enumerate(chart.curves.items()):
        points = " ".join("{:.1f},{:.1f}".format(*place(a, b)) for a, b in zip(x, y, strict=True))
        color = COLORS[i % len(COLORS)]
        parts.append(f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="2"/>')
        parts.append(f'<text x="{width - right + 12}" y="{top + 24 + 16 * i}" fill="{color}">{label}</text>')
    parts.append(f'<text x="4" y="{top}">{chart.y}</text>')
    parts.append(f'<text x="{left}" y="{height - 6}">{chart.x}</text></svg>')
    return "\n".join(parts) + "\n"
