"""What a thermal zone is made of: the input of :func:`edsim.profiles.buildings.simulate_zones`.

A value of type ``Series`` is one number or an array of 8760 hourly values (interval-beginning, local standard
time). Angles are in degrees: azimuth clockwise from north (90 east, 180 south), tilt 0 facing up, 90 vertical, 180
facing down. Layers run from outside to inside.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from math import inf
from typing import Literal

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
Series = float | Array

Boundary = Literal["outdoor", "ground", "adiabatic"]
Glazing = Literal[
    "single_clear",
    "double_clear",
    "triple_clear",
    "single_tinted",
    "double_tinted",
    "double_low_e",
    "single_reflective",
]
System = Literal["ideal", "split", "fan_coil_doas", "vav", "cav", "natural_ventilation", "fan_only"]
Economizer = Literal["none", "dry_bulb", "enthalpy"]
COIL_LESS = frozenset({"natural_ventilation", "fan_only"})
"""Systems that cannot cool or dry the air."""


@dataclass(frozen=True, slots=True)
class Layer:
    """One homogeneous layer of a construction.

    Attributes
    ----------
    thickness_m, conductivity_w_per_m_k, density_kg_per_m3, specific_heat_j_per_kg_k
        Properties of the material.
    resistance_m2_k_per_w
        When given, the layer is this resistance without mass and the other fields are not used.
    """

    thickness_m: float = 0.0
    conductivity_w_per_m_k: float = 0.0
    density_kg_per_m3: float = 0.0
    specific_heat_j_per_kg_k: float = 0.0
    resistance_m2_k_per_w: float | None = None

    @property
    def resistance(self) -> float:
        """Thermal resistance, m²K/W."""
        if self.resistance_m2_k_per_w is not None:
            return self.resistance_m2_k_per_w
        return self.thickness_m / self.conductivity_w_per_m_k

    @property
    def capacity_j_per_m2_k(self) -> float:
        """Areal heat capacity, J/(m²K)."""
        if self.resistance_m2_k_per_w is not None:
            return 0.0
        return self.thickness_m * self.density_kg_per_m3 * self.specific_heat_j_per_kg_k


@dataclass(frozen=True, slots=True)
class Surface:
    """One opaque element seen by the zone.

    Attributes
    ----------
    layers
        Layers from outside to inside.
    area_m2
        Net area (without windows).
    boundary
        ``outdoor``; ``ground`` (outer face at `ground_temp_c`); ``adiabatic`` (no heat passes the outer face). Of
        slabs and walls with equal conditions on both sides give half the thickness, as EnergyPlus takes it of
        adiabatic faces; of partitions half the thickness and the area of both faces.
    azimuth_deg, tilt_deg
        Orientation of the outer face.
    solar_absorptance_frac
        Of the outer face.
    ground_temp_c
        Temperature at the outer face of a ``ground`` element: one value, 12 monthly or 8760 hourly values; by default
        the yearly mean of the outdoor air, that of deep undisturbed ground.
    overhang_depth_m, overhang_offset_m, height_m
        Horizontal overhang of infinite length at `overhang_offset_m` above the top edge of the element.
    convection_w_per_m2_k
        Inside convective coefficient; by default ISO 52016-1 by the direction of the heat flow.
    """

    layers: tuple[Layer, ...]
    area_m2: float
    boundary: Boundary = "outdoor"
    azimuth_deg: float = 180.0
    tilt_deg: float = 90.0
    solar_absorptance_frac: float = 0.6
    ground_temp_c: Series | None = None
    overhang_depth_m: float = 0.0
    overhang_offset_m: float = 0.0
    height_m: float = 0.0
    convection_w_per_m2_k: float | None = None

    def __post_init__(self) -> None:
        """Keep layers given as a list as a tuple: constructions are looked up by their layers."""
        if isinstance(self.layers, Iterable):
            object.__setattr__(self, "layers", tuple(self.layers))


@dataclass(frozen=True, slots=True)
class Window:
    """One window or a group of equal windows of one orientation.

    Attributes
    ----------
    area_m2, azimuth_deg, tilt_deg
        Area with frame and orientation.
    u_w_per_m2_k
        Thermal transmittance of the whole window.
    g_frac
        Solar energy transmittance of the glass at normal incidence; by default that of the glazing class.
    glazing
        Class that sets the dependence on the angle of incidence and the share absorbed in the panes; without one, by
        `u_w_per_m2_k` and `g_frac`, and of a clear pair where `g_frac` is not given either.
    frame_frac
        Opaque share of the area.
    shading_factor_frac
        Factor on the solar gain by fixed devices that are not described by their geometry.
    movable_shading_factor_frac, movable_threshold_w_per_m2
        Factor applied in hours whose irradiance on the window exceeds the threshold (1 means no device).
    overhang_depth_m, overhang_offset_m
        Depth of a horizontal overhang and its height above the top of the glass (infinitely long).
    fin_depth_m, fin_offset_m
        Depth of vertical fins on both sides and their distance from the glass.
    width_m, height_m
        Of one window; needed with overhang or fins.
    """

    area_m2: float
    u_w_per_m2_k: float
    azimuth_deg: float = 180.0
    tilt_deg: float = 90.0
    g_frac: float | None = None
    glazing: Glazing | None = None
    frame_frac: float = 0.0
    shading_factor_frac: float = 1.0
    movable_shading_factor_frac: float = 1.0
    movable_threshold_w_per_m2: float = 300.0
    overhang_depth_m: float = 0.0
    overhang_offset_m: float = 0.0
    fin_depth_m: float = 0.0
    fin_offset_m: float = 0.0
    width_m: float = 0.0
    height_m: float = 0.0


@dataclass(frozen=True, slots=True)
class Gains:
    """Heat and moisture released in the zone, kW; what leaves by an exhaust hood or a drain is not in here."""

    convective_kw: Series = 0.0
    radiant_kw: Series = 0.0
    latent_kw: Series = 0.0


@dataclass(frozen=True, slots=True)
class Coil:
    """Air handling of a zone.

    Attributes
    ----------
    system
        ``ideal`` removes the sensible load at the zone with as much recirculated air as it asks for, all that air, the
        outdoor air at least, as dry as the apparatus dew point, or with a humidity limit as that and the load ask;
        ``split`` the same with the defaults of a room
        unit, outdoor air apart; ``fan_coil_doas`` treats outdoor air separately down to `doas_supply_temp_c`; ``vav``
        mixes outdoor and return air with a minimum flow; ``cav`` moves `supply_l_per_s` whenever outdoor air is on
        (100 % outdoor air when both are equal); ``natural_ventilation`` opens windows up to `economizer_max_l_per_s`
        above the cooling set point; ``fan_only`` moves air without a coil.
    apparatus_dew_point_c, bypass_frac
        Effective coil surface temperature and the share of air that passes the coil untouched.
    supply_l_per_s
        Design supply air flow of ``cav`` systems.
    min_supply_l_per_s
        Least supply flow of ``vav`` while cooling is available.
    reheat
        True when overcooled air is reheated (minimum flow, humidity limit); otherwise the humidity floats.
    economizer, economizer_max_l_per_s
        Free cooling with outdoor air below the zone's dry bulb (or enthalpy) and its greatest total outdoor air flow.
        What comes beyond `outdoor_air_l_per_s` passes by the recovery, but in ``ideal`` systems, as in EnergyPlus.
    economizer_max_outdoor_temp_c, economizer_max_outdoor_enthalpy_kj_per_kg
        Outdoor state above which the economizer closes, whatever the zone.
    economizer_alone
        True when the economizer closes in hours that need the coil as well (compressor lockout).
    recovery_sensible_frac, recovery_latent_frac
        Effectiveness of the exhaust-air recovery, bypassed when it would do harm.
    doas_supply_temp_c
        Leaving temperature (and dew point) of a dedicated outdoor-air unit.
    fan_w_per_l_per_s
        Specific fan power, referred to the supply air (``cav``, ``vav``, ``split``, ``ideal``) or to the outdoor
        air plus the recirculated air (``fan_coil_doas``).
    fan_heat_frac
        Share of the fan power that warms the supply air.
    """

    system: System = "ideal"
    apparatus_dew_point_c: float = 12.0
    bypass_frac: float = 0.08
    supply_l_per_s: float = 0.0
    min_supply_l_per_s: float = 0.0
    reheat: bool = False
    economizer: Economizer = "none"
    economizer_max_l_per_s: float = 0.0
    recovery_sensible_frac: float = 0.0
    recovery_latent_frac: float = 0.0
    doas_supply_temp_c: float = 14.0
    fan_w_per_l_per_s: float = 0.0
    fan_heat_frac: float = 1.0
    economizer_max_outdoor_temp_c: float = inf
    economizer_max_outdoor_enthalpy_kj_per_kg: float = inf
    economizer_alone: bool = False


@dataclass(frozen=True, slots=True)
class ZoneSpec:
    """One thermal zone.

    Attributes
    ----------
    name
        Identifier used in messages.
    floor_area_m2, volume_m3
        Floor area and air volume.
    surfaces, windows
        Elements around and in the zone.
    gains
        Internal gains.
    infiltration_ach
        Uncontrolled outdoor air, air changes per hour.
    ventilation_ach
        Further outdoor air blown or drawn straight into the zone, for example at night, air changes per hour.
    outdoor_air_l_per_s
        Outdoor air that passes the air handling of `coil`.
    heating_set_c, cooling_set_c
        Air temperature set points; ``-inf`` and ``inf`` switch off.
    heating_capacity_kw, cooling_capacity_kw
        Limits of heating and of sensible cooling; ``inf`` for an ideal system.
    max_relative_humidity_frac
        Upper limit of the relative humidity while cooling is available; 1 means none.
    coil
        Air handling.
    interior_solar_absorptance_frac
        Of the inside faces; the rest is reflected and partly leaves through the windows.
    internal_capacity_kj_per_m2_k
        Heat capacity of air and furniture per floor area (ISO 52016-1 annex B: 10 kJ/m²K), never below that of the air.
    moisture_capacity_multiplier
        Moisture storage of air and furnishings over that of the air alone; what exceeds 1 is given off over hours.
        Furnished rooms have 4 to 8.
    total_cooling_capacity_kw
        Limit of sensible plus latent cooling of a constant-volume (``cav``) coil without reheat.
    cooling_starts_at_once
        True when a cooling set point that falls is held, and moisture taken out, from the beginning of the hour,
        within the capacity; False when it is reached at the hour's end, as by machines not sized for the start.
    films_by_hour
        True when faces have the convection of each hour, by their own temperature, where the annual mean is above
        11 °C; False for one mean coefficient over the year, which takes a third of the time.
    """

    name: str
    floor_area_m2: float
    volume_m3: float
    surfaces: tuple[Surface, ...]
    windows: tuple[Window, ...] = ()
    gains: Gains = field(default_factory=Gains)
    infiltration_ach: Series = 0.0
    ventilation_ach: Series = 0.0
    outdoor_air_l_per_s: Series = 0.0
    heating_set_c: Series = -inf
    cooling_set_c: Series = inf
    heating_capacity_kw: Series = inf
    cooling_capacity_kw: Series = inf
    max_relative_humidity_frac: Series = 1.0
    coil: Coil = field(default_factory=Coil)
    interior_solar_absorptance_frac: float = 0.6
    internal_capacity_kj_per_m2_k: float = 10.0
    moisture_capacity_multiplier: float = 1.0
    total_cooling_capacity_kw: Series = inf
    cooling_starts_at_once: bool = True
    films_by_hour: bool = True


_MOST_SHOWN = 6  # zones that the printed form of a result names


@dataclass(frozen=True, slots=True, repr=False)
class ZoneResult:
    """Hourly result of zones; every array is (zones, 8760), means of the hour unless said otherwise.

    Attributes
    ----------
    names
        Zones in the order of the input.
    sensible_kw
        Sensible cooling of the coils, with outdoor air, fan heat and the overcooling that is reheated.
    latent_kw
        Latent cooling of the coils (condensate times 2501 kJ/kg).
    outdoor_air_kw
        Part of sensible plus latent that is due to outdoor air through the air handling.
    reheat_kw
        Heat to bring overcooled supply air back to what the zone needs.
    heating_kw
        Space heating with the heating of ventilation air, without reheat.
    fan_kw
        Electric power of the fans.
    air_temp_c
        Zone air at the end of the hour.
    humidity_ratio_kg_per_kg
        Zone humidity at the end of the hour.
    relative_humidity_frac
        Of the zone at the end of the hour.
    cooling_unmet, heating_unmet
        True in hours in which the capacity was too small to hold the set point.
    """

    names: tuple[str, ...]
    sensible_kw: Array
    latent_kw: Array
    outdoor_air_kw: Array
    reheat_kw: Array
    heating_kw: Array
    fan_kw: Array
    air_temp_c: Array
    humidity_ratio_kg_per_kg: Array
    relative_humidity_frac: Array
    cooling_unmet: NDArray[np.bool_]
    heating_unmet: NDArray[np.bool_]

    def __repr__(self) -> str:
        """Return a few lines: the year of every zone, and of all together."""
        zones, hours = self.air_temp_c.shape
        columns = ("sensible_kw", "latent_kw", "outdoor_air_kw", "reheat_kw", "heating_kw", "fan_kw")
        words = [c.removesuffix("_kw").replace("_", " ") for c in columns]
        years = [getattr(self, c).sum(axis=1) / 1000.0 for c in columns]
        shown = range(zones if zones <= _MOST_SHOWN else _MOST_SHOWN - 1)
        width = max((len(self.names[i]) for i in shown), default=0)
        lines = [f"ZoneResult: {zones} zone{'s' * (zones != 1)}, {hours} hours; MWh a year, °C, hours unmet"]
        for i in shown:
            energy = ", ".join(f"{w} {y[i]:.2f}" for w, y in zip(words, years, strict=True))
            air = self.air_temp_c[i]
            state = f"air {air.min():.1f} to {air.max():.1f} °C, unmet {self.unmet_hours[i]} h"
            lines.append(f"  {self.names[i]:{width}}  {energy}; peak {self.cooling_kw[i].max():.1f} kW; {state}")
        if zones > len(shown):
            lines.append(f"  ... and {zones - len(shown)} more")
        if zones > 1:
            energy = ", ".join(f"{w} {y.sum():.2f}" for w, y in zip(words, years, strict=True))
            lines.append(f"  all together: {energy}; peak {self.cooling_kw.sum(axis=0).max():.1f} kW")
        return "\n".join(lines)

    @property
    def cooling_kw(self) -> Array:
        """Total load of the coils, sensible plus latent."""
        return self.sensible_kw + self.latent_kw

    @property
    def unmet_hours(self) -> NDArray[np.int64]:
        """Hours with unmet cooling or heating, per zone."""
        return np.asarray((self.cooling_unmet | self.heating_unmet).sum(axis=1), dtype=np.int64)
