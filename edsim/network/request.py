"""What a network design needs: places, hourly demand, temperatures, pipes, ground and prices."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from edsim.core.outdoor_reset import OutdoorReset, supply_by_hour_c
from edsim.network.fluid import Fluid
from edsim.network.pipes.catalogue import default
from edsim.network.types import Carrier, LonLat, TrenchEnds

Array = NDArray[np.float64]
Connection = Literal["must_connect", "optional", "forbidden"]


@dataclass(frozen=True, slots=True)
class NetworkBuilding:
    """A building that may be served.

    Attributes
    ----------
    id
        Unique identifier.
    lon, lat
        Point of the station, WGS84 degrees.
    z_m
        Height of the station above the datum of the plants.
    connection
        ``must_connect``, ``optional`` (connected when its avoided cost pays for it) or ``forbidden``.
    avoided_cost_per_a
        Annual cost avoided by connecting, currency: individual supply less the plant's marginal cost.
    required_temp_c
        Supply temperature needed in the building: least for heat, highest for cold; None when any will do.
    footprint
        Outline (lon, lat), used to keep other buildings' service lines off it; may be empty.
    """

    id: str
    lon: float
    lat: float
    z_m: float = 0.0
    connection: Connection = "must_connect"
    avoided_cost_per_a: float = 0.0
    required_temp_c: float | None = None
    footprint: tuple[LonLat, ...] = ()


@dataclass(frozen=True, slots=True)
class NetworkPlant:
    """An energy centre that feeds the network."""

    id: str
    lon: float
    lat: float
    z_m: float = 0.0


@dataclass(frozen=True, slots=True)
class StreetLine:
    """A line along which a trench may run.

    Attributes
    ----------
    line
        Polyline (lon, lat).
    surface
        Row of the surface cost table.
    cost_factor
        Further factor on civil cost.
    forbidden
        True: no trench here.
    """

    line: tuple[LonLat, ...]
    surface: str = "street"
    cost_factor: float = 1.0
    forbidden: bool = False


@dataclass(frozen=True, slots=True)
class ExistingPipe:
    """A pair of pipes already in the ground, free to use up to its capacity."""

    line: tuple[LonLat, ...]
    dn: int


@dataclass(frozen=True, slots=True)
class LengthOnlyTrench:
    """A possible trench of which only ends and length are known.

    Attributes
    ----------
    from_node, to_node
        Ids of buildings or plants; any other name is a junction.
    length_m
        Trench length, above 0.
    surface, cost_factor, forbidden
        As for :class:`StreetLine`.
    existing_dn
        Pipe already there, 0 for none.
    """

    from_node: str
    to_node: str
    length_m: float
    surface: str = "street"
    cost_factor: float = 1.0
    existing_dn: int = 0
    forbidden: bool = False


@dataclass(frozen=True, slots=True)
class NetworkTemperatures:
    """Temperatures at the plant and behaviour of the stations.

    Attributes
    ----------
    supply_c, return_c
        Design temperatures of the network at the stations' primary side.
    ets_approach_k
        Difference across the station's heat exchanger.
    ets_dp_kpa
        Differential pressure each station needs.
    part_load_frac, part_load_delta_t_frac
        Points of the curve temperature difference (share of design) against station load (share of peak).
    bypass_drop_k
        Supply temperature bypasses let go on the way from the plant to a station; None takes the usual one of heating
        or cooling.
    reset
        Line of the supply over the outdoor temperature, heating only; None for the same supply all year.
    """

    supply_c: float
    return_c: float
    ets_approach_k: float
    ets_dp_kpa: float
    part_load_frac: tuple[float, ...] = (0.0, 1.0)
    part_load_delta_t_frac: tuple[float, ...] = (1.0, 1.0)
    bypass_drop_k: float | None = None
    reset: OutdoorReset | None = None

    @property
    def allowed_drop_k(self) -> float:
        """Supply temperature bypasses let go on the way from the plant to a station, K."""
        if self.bypass_drop_k is not None:
            return self.bypass_drop_k
        return default("cooling_bypass_rise_k" if self.supply_c < self.return_c else "heating_bypass_drop_k")

    @property
    def delta_t_k(self) -> float:
        """Design temperature difference, K, positive."""
        return abs(self.supply_c - self.return_c)


def low_delta_t_curve() -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return the default part-load curve of chilled-water stations (low-ΔT syndrome)."""
    return (0.0, 1.0), (default("cooling_part_load_delta_t_frac"), 1.0)


@dataclass(frozen=True, slots=True)
class PipeRules:
    """Pipe series, sizing limits and burial.

    Attributes
    ----------
    catalogue
        Name of the pipe series.
    max_gradient_pa_per_m, max_velocity_m_per_s
        Limits; the catalogue's own velocity limit per DN also holds.
    local_loss_factor
        Friction length over trench length, for fittings.
    soil
        Row of the soil table.
    pump_efficiency_frac
        Pump and motor.
    cover_m, spacing_m
        Soil over the casing; clear distance between supply and return.
    balance_critical_path
        Raise DNs on the critical path while the pumping saved pays for it.
    """

    catalogue: str
    soil: str
    max_gradient_pa_per_m: float = field(default_factory=lambda: default("max_gradient_pa_per_m"))
    max_velocity_m_per_s: float = field(default_factory=lambda: default("max_velocity_m_per_s"))
    local_loss_factor: float = field(default_factory=lambda: default("local_loss_length_factor_frac"))
    cover_m: float = field(default_factory=lambda: default("cover_depth_m"))
    pump_efficiency_frac: float = field(default_factory=lambda: default("pump_efficiency_frac"))
    spacing_m: float = field(default_factory=lambda: default("pipe_spacing_m"))
    balance_critical_path: bool = True


@dataclass(frozen=True, slots=True)
class NetworkEconomics:
    """Prices that decide layout and diameter.

    Attributes
    ----------
    discount_rate_frac, lifetime_a
        For the annuity of pipes and civil works.
    electricity_price_per_kwh
        For pumping, currency/kWh.
    plant_energy_cost_per_kwh
        Marginal cost of the heat or cold lost, currency/kWh.
    currency_per_usd
        Exchange rate for the USD cost tables.
    cost_level_frac
        Price level of civil works and labor in the country against the table (1.0: as the table).
    om_frac
        Yearly operation and maintenance of pipes and civil works, share of their price.
    investment_factor
        Investment, with contingency and engineering, over the price.
    """

    discount_rate_frac: float
    lifetime_a: float
    electricity_price_per_kwh: float
    plant_energy_cost_per_kwh: float
    currency_per_usd: float = 1.0
    cost_level_frac: float = 1.0
    om_frac: float = 0.0
    investment_factor: float = 1.0

    @property
    def annuity_frac(self) -> float:
        """Annual payment per price of what is laid: ``r/(1-(1+r)^-n)``, 1/n for r = 0, times the investment factor."""
        r, n = self.discount_rate_frac, self.lifetime_a
        return self.investment_factor * (1.0 / n if r == 0 else r / (1.0 - (1.0 + r) ** -n))


@dataclass(frozen=True, slots=True)
class GasRules:
    """Pressure and losses of a steam or compressed-air network.

    Attributes
    ----------
    pressure_bar
        Gauge pressure at the plant. Compressed air only: steam stands at the saturation pressure of the supply
        temperature.
    max_drop_frac
        Largest drop to any consumer, share of the absolute pressure at the plant.
    leakage_frac
        Steam: share of the steam entering that traps and vents lose. Air: leaks as a share of the peak that enters;
        they flow in every hour.
    condensate_return_frac
        Steam: share of the condensate that comes back through the second pipe.
    """

    pressure_bar: float = field(default_factory=lambda: default("compressed_air_pressure_bar"))
    max_drop_frac: float = field(default_factory=lambda: default("gas_max_drop_frac"))
    leakage_frac: float = 0.0
    condensate_return_frac: float = field(default_factory=lambda: default("condensate_return_frac"))


@dataclass(frozen=True, slots=True)
class NetworkRequest:
    """One network to design.

    Attributes
    ----------
    id, carrier
        Network and what it carries.
    level
        Name of its carrier among several levels of it (``chilled_water_high``); default is `carrier`.
    buildings, demand_kw : (n_buildings, 8760)
        Candidates and their hourly demand at the station, kW, in the same order.
    plants
        At least one.
    temperatures, pipes, economics
        See the classes.
    dry_bulb_temp_c : (8760,)
        Air temperature, from which the ground wave is fitted.
    streets, obstacles, existing_pipes, shared_trenches
        Lines and polygons (lon, lat); without streets a planar graph over buildings and plants is used. Along
        `shared_trenches` another network of the district digs already: only the width increment is paid.
    trenches, shared_ends
        Possible trenches by length, for districts without a map; then streets, obstacles and existing pipes are unused
        and coordinates of buildings may be nan. Between `shared_ends`, names of two nodes and the length of the trench,
        another network digs already.
    fluid
        Liquid.
    max_connection_m
        Longest service line from a building to a street.
    gap_target_frac, time_limit_s
        For the routing.
    seed
        Fixed seed of the routing's local search.
    cooling_kw : (n_buildings, 8760), optional
        Ambient networks only: heat the buildings give back to the water; `demand_kw` is the heat they draw from it.
    exchanger_kw : (n_buildings,), optional
        Capacity of each station where it has an exchanger for each of several services; default is the peak of the sum.
    gas
        Pressure and losses of steam and compressed air; unused for water. Their demand is kW of steam (condensed to the
        return temperature) and Nm³/h of air.
    """

    id: str
    carrier: Carrier
    buildings: tuple[NetworkBuilding, ...]
    demand_kw: Array
    plants: tuple[NetworkPlant, ...]
    temperatures: NetworkTemperatures
    pipes: PipeRules
    economics: NetworkEconomics
    dry_bulb_temp_c: Array
    streets: tuple[StreetLine, ...] = ()
    obstacles: tuple[tuple[LonLat, ...], ...] = ()
    existing_pipes: tuple[ExistingPipe, ...] = ()
    shared_trenches: tuple[tuple[LonLat, ...], ...] = ()
    trenches: tuple[LengthOnlyTrench, ...] = ()
    shared_ends: tuple[TrenchEnds, ...] = ()
    fluid: Fluid = field(default_factory=Fluid.water)
    max_connection_m: float = 200.0
    gap_target_frac: float = 0.01
    time_limit_s: float = 30.0
    seed: int = 0
    gas: GasRules = field(default_factory=GasRules)
    cooling_kw: Array | None = None
    exchanger_kw: Array | None = None
    level: str = ""

    @property
    def supply_c(self) -> Array:
        """Supply temperature at the plant by hour, °C."""
        return supply_by_hour_c(self.temperatures.supply_c, self.temperatures.reset, self.dry_bulb_temp_c)

    @property
    def delta_t_k(self) -> Array:
        """Temperature difference between supply and return by hour, K, positive."""
        return np.abs(self.supply_c - self.temperatures.return_c)

    @property
    def net_kw(self) -> Array:
        """Heat the buildings draw less what they give back, (n_buildings, 8760)."""
        return self.demand_kw if self.cooling_kw is None else np.asarray(self.demand_kw - self.cooling_kw)

    @property
    def station_kw(self) -> Array:
        """Heat each station passes in either direction, (n_buildings, 8760)."""
        return self.demand_kw if self.cooling_kw is None else np.maximum(self.demand_kw, self.cooling_kw)

    @property
    def station_size_kw(self) -> Array:
        """Capacity of each station, (n_buildings,)."""
        peak = np.nan_to_num(self.station_kw).max(axis=1, initial=0.0)
        return np.asarray(peak) if self.exchanger_kw is None else self.exchanger_kw

    @property
    def is_ambient(self) -> bool:
        """True for ambient networks, in which water may run both ways."""
        return self.carrier.startswith("ambient")

    @property
    def is_gas(self) -> bool:
        """True for steam and compressed air."""
        return self.carrier in {"steam", "compressed_air"}

    @property
    def is_cooling(self) -> bool:
        """True when the network takes heat out of buildings."""
        return self.temperatures.supply_c < self.temperatures.return_c
