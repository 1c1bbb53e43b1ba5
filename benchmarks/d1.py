"""Seeded synthetic district D1: hourly sizing and dispatch of electricity, chilled water, hot water and gas.

Grid import with hourly price and monthly peak, export, PV, battery, two electric chillers, an absorption chiller,
waste heat, a gas boiler, a CHP engine, a heat pump, cold and hot storage. With `nodes` > 0 every building has its own
demand, pipes, line, roof PV, chiller and heat pump. One model power unit is `unit` kW; money is in units of `money`
per year. Needs numpy only.

Reference optima (dual simplex, four independent formulations agree): 328.4441131724 at 336 h without nodes,
339.6017860985 with 3.
"""

from dataclasses import dataclass, field

import numpy as np

HOURS = 8760
MONTH_HOURS = 24 * np.array([31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31])
KELVIN = 273.15
CAPACITIES = ("pv", "bP", "bE", "ch1", "ch2", "ac", "wh", "gb", "chp", "hp", "cP", "cE", "hP", "hE")
# flow -> capacity that limits it
LIMITS = {
    "bc": "bP",
    "bd": "bP",
    "bs": "bE",
    "ch1": "ch1",
    "ch2": "ch2",
    "ac": "ac",
    "gb": "gb",
    "chp": "chp",
    "hp": "hp",
    "cc": "cP",
    "cd": "cP",
    "cs": "cE",
    "hc": "hP",
    "hd": "hP",
    "hs": "hE",
}
FLOWS = ("pv", "bc", "bd", "bs", "ch1", "ch2", "ac", "wh", "gb", "chp", "hp", "cc", "cd", "cs", "hc", "hd", "hs", "gas")
# store level, charge, discharge, efficiency each way, loss per hour
STORES = (("bs", "bc", "bd", 0.95, 1e-4), ("cs", "cc", "cd", 0.99, 3e-3), ("hs", "hc", "hd", 0.99, 2e-3))
BOILER_EFF, CHP_ELECTRIC_EFF, CHP_HEAT_EFF, ABSORPTION_COP = 0.93, 0.40, 0.45, 0.72
_CAPEX = {  # money per kW (kWh for stores), life in years, largest size in kW
    "pv": (850, 25, 14000),
    "bP": (140, 15, 8000),
    "bE": (210, 15, 32000),
    "ch1": (260, 22, 16000),
    "ch2": (160, 20, 16000),
    "ac": (330, 22, 8000),
    "wh": (220, 20, 5000),
    "gb": (75, 20, 25000),
    "chp": (1050, 18, 7000),
    "hp": (560, 20, 10000),
    "cP": (18, 25, 12000),
    "cE": (28, 25, 80000),
    "hP": (15, 25, 12000),
    "hE": (16, 25, 120000),
}


@dataclass(frozen=True)
class Nodes:
    """Data of the buildings: [node, hour] demands and [node] constants."""

    demand: dict[str, np.ndarray]
    loss: dict[str, np.ndarray]
    pipe_cost: dict[str, np.ndarray]
    pv_max: np.ndarray
    line_max: np.ndarray
    chiller_cost: float
    heat_pump_cost: float
    pv_cost: float


@dataclass(frozen=True)
class District:
    """One instance of D1, cut to its first `hours` hours."""

    hours: int
    month: np.ndarray
    demand: dict[str, np.ndarray]
    price: np.ndarray
    export_price: np.ndarray
    pv_avail: np.ndarray
    heat_avail: np.ndarray
    power_per_cold: dict[str, np.ndarray]
    cop: dict[str, np.ndarray]
    capacity_cost: dict[str, float]
    capacity_max: dict[str, float]
    flow_cost: dict[str, float]
    demand_charge: float
    grid_max: float
    export_max: float
    absorption_power: float
    nodes: Nodes | None = field(default=None)

    @property
    def months(self) -> int:
        """Months begun within the hours."""
        return int(self.month[-1]) + 1

    @property
    def previous(self) -> np.ndarray:
        """Index of the step before, cyclic."""
        return np.roll(np.arange(self.hours), 1)


def annuity(rate: float, years: float) -> float:
    """Return the share of an investment paid each year."""
    return rate / (1.0 - (1.0 + rate) ** -years)


def _carnot_share(share, cold_c, hot_c):
    """Return a coefficient of performance as a share of that of Carnot."""
    return share * (cold_c + KELVIN) / np.clip(hot_c - cold_c, 8, None)


def _weather(rng):
    """Return day, hour of the day, season, air temperature and PV per kW of the year."""
    hour = np.arange(HOURS)
    day, clock = hour // 24, hour % 24
    season = -np.cos(2 * np.pi * (day - 15) / 365.0)
    drift = np.empty(365)
    drift[0] = 0.0
    shocks = rng.normal(0, 2.2, 365)
    for d in range(1, 365):
        drift[d] = 0.75 * drift[d - 1] + shocks[d]
    air_c = 13.0 + 11.0 * season + 4.5 * np.sin(2 * np.pi * (clock - 9) / 24) + drift[day]
    clear = np.clip(rng.beta(2.2, 1.6, 365)[day] + rng.normal(0, 0.06, HOURS), 0.05, 1)
    declination = np.deg2rad(23.45) * np.sin(2 * np.pi * (284 + day) / 365)
    latitude = np.deg2rad(42.0)
    hour_angle = np.deg2rad(15.0 * (clock - 12))
    height = np.sin(latitude) * np.sin(declination) + np.cos(latitude) * np.cos(declination) * np.cos(hour_angle)
    pv = np.clip(height, 0, None) * clear * 0.95 * (1 - 0.004 * np.clip(air_c - 10, 0, None))
    pv[pv < 1e-3] = 0.0
    return day, clock, season, air_c, pv


def _demands(rng, day, clock, season, air_c):
    """Return demands, price of electricity and waste heat of the year."""
    weekend = (day % 7) >= 5
    occupied = np.where(weekend, 0.45, 1.0) * (0.35 + 0.65 * np.exp(-(((clock - 13.5) / 4.8) ** 2)))

    def jitter(spread):
        return 1 + rng.normal(0, spread, HOURS)

    electricity = 9000 * (0.45 + 0.55 * occupied) * (1 + 0.05 * season) * jitter(0.02)
    cold = 20000 * np.clip((air_c - 15) / 20, 0, 1.1) * (0.4 + 0.6 * occupied) * jitter(0.03) + 1400 * jitter(0.03)
    tap = 1500 * (0.5 + np.exp(-(((clock - 7) / 2.0) ** 2)) + 0.7 * np.exp(-(((clock - 20) / 2.5) ** 2)))
    heat = (13000 * np.clip((15 - air_c) / 25, 0, 1.1) * (0.75 + 0.25 * occupied) + tap) * jitter(0.03)
    demand = {k: np.clip(v, 50.0, None) for k, v in (("e", electricity), ("c", cold), ("h", heat))}
    evening = (clock >= 16) & (clock < 21) & ~weekend
    noise = 0.02 * np.clip(rng.standard_t(4, HOURS), -3, 6) * 0.5
    price = np.clip(0.115 + 0.02 * season + 0.07 * evening - 0.035 * (clock < 6) + noise, 0.015, None)
    heat_avail = np.clip((0.55 + 0.35 * occupied + 0.1 * np.sin(2 * np.pi * day / 90)) * jitter(0.05), 0, 1)
    heat_avail[(day % 97) < 3] = 0.0
    return demand, price, heat_avail


def make(nodes: int = 0, hours: int = HOURS, seed: int = 7, unit: float = 1000.0, money: float = 1000.0) -> District:
    """Return the district of a seed, cut to its first hours."""
    rng = np.random.default_rng(seed)
    day, clock, season, air_c, pv = _weather(rng)
    demand, price, heat_avail = _demands(rng, day, clock, season, air_c)
    cut = slice(0, hours)
    share = hours / HOURS

    def per_unit(per_kw):
        return per_kw * unit / money

    def yearly(capex, years, upkeep=0.02):
        return per_unit(capex * (annuity(0.06, years) + upkeep)) * share

    fans = 0.014  # kWh of tower fans per kWh of heat rejected
    chillers = {
        "ch1": np.clip(_carnot_share(0.58, 6.0, air_c - 5.0 + 11), 3, 9.5)[cut],
        "ch2": np.clip(_carnot_share(0.45, 6.0, air_c + 14), 2.2, 6.5)[cut],
    }
    cop = {
        "hp": np.clip(0.48 * (65 + KELVIN) / (65 - (air_c - 6)), 1.8, 4.2)[cut],
        "lch": np.clip(_carnot_share(0.38, 7.0, air_c + 16), 2, 5.0)[cut],
        "lhp": np.clip(0.42 * (60 + KELVIN) / (60 - (air_c - 6)), 1.6, 3.8)[cut],
    }
    demand = {k: v[cut] / unit for k, v in demand.items()}
    prices = per_unit(price[cut])
    buildings = _nodes(rng, nodes, demand, cut, yearly, unit) if nodes else None
    return District(
        hours=hours,
        month=np.repeat(np.arange(12), MONTH_HOURS)[cut],
        demand=demand,
        price=prices,
        export_price=per_unit(0.45 * price[cut]),
        pv_avail=pv[cut],
        heat_avail=heat_avail[cut],
        power_per_cold={k: 1 / c + fans * (1 + 1 / c) for k, c in chillers.items()},
        cop=cop,
        capacity_cost={k: yearly(capex, years) for k, (capex, years, _) in _CAPEX.items()},
        capacity_max={k: largest / unit for k, (_, _, largest) in _CAPEX.items()},
        flow_cost={
            k: per_unit(v)
            for k, v in {
                "gas": 0.052,
                "wh": 0.004,
                "chp": 0.011,
                "ac": 0.002,
                "bd": 0.001,
                "cd": 1e-4,
                "hd": 1e-4,
            }.items()
        },
        demand_charge=per_unit(8.5),
        grid_max=40000 / unit,
        export_max=15000 / unit,
        absorption_power=fans * (1 + 1 / ABSORPTION_COP),
        nodes=buildings,
    )


def _nodes(rng, count, demand, cut, yearly, unit) -> Nodes:
    """Return the buildings, whose demands add up to about those of the district."""
    weight = rng.dirichlet(np.full(count, 6.0)) if count > 1 else np.ones(1)

    def local(total):
        return total * weight[:, None] * np.clip(1 + rng.normal(0, 0.08, (count, HOURS)), 0.5, 1.6)[:, cut]

    local_demand = {k: local(demand[k]) for k in ("e", "c", "h")}
    ranges = {"c": (0.01, 0.03), "h": (0.03, 0.09), "e": (0.005, 0.015)}
    loss = {k: rng.uniform(*bounds, count) for k, bounds in ranges.items()}
    trench_m = rng.uniform(80, 900, count)
    pipe = yearly(1, 40, 0.005)
    return Nodes(
        demand=local_demand,
        loss=loss,
        pipe_cost={"c": pipe * 0.11 * trench_m, "h": pipe * 0.09 * trench_m},
        pv_max=14000 / unit * weight,
        line_max=3.0 * local_demand["e"].max(axis=1) + 1.0,
        chiller_cost=yearly(380, 15),
        heat_pump_cost=yearly(900, 18),
        pv_cost=yearly(950, 25),
    )
