"""What each service costs where one plant makes several: shares of joint cost and emissions by every method.

Physical methods (energy, exergy, efficiency, residual) share the plant; each service bears its own network. The two
methods of the theory of games (:mod:`edsim.appraisal.services.coalitions`) share all of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass, replace
from math import log

import numpy as np

from edsim.appraisal.costs import (
    network_assets,
    plant_assets,
    plant_ghg_kg,
    plant_lines,
    study_of,
)
from edsim.appraisal.meters import ELECTRICITY
from edsim.appraisal.own_power import with_own_power
from edsim.appraisal.services.coalitions import (
    GAMES,
    LEAST_DOUBT_FRAC,
    MAX_PLAYERS,
    Shares,
    coalition_costs,
    dearer_together,
    game_shares,
    leaving,
)
from edsim.appraisal.services.shared_networks import assets_of, delivered, network_shares, stage_worth
from edsim.core.carriers import is_of
from edsim.core.errors import DataError, Finding
from edsim.core.steam import mean_temp_c as steam_mean_temp_c
from edsim.core.units import KELVIN
from edsim.finance import (
    build_cash_flows,
    by_efficiency,
    by_energy,
    by_exergy,
    by_residual,
    crf,
    npv,
)
from edsim.network.taken import delivered_to
from edsim.network.types import NetworkDesign
from edsim.optimization.district.individual import IndividualRun
from edsim.optimization.district.prepare_system import CARRIER_OF_SERVICE, building_demand_in_model
from edsim.results.variant import VariantRun

_INSTEAD = ("shapley", "efficiency", "exergy", "energy")
"""Methods that take the place of one that is not defined, in this order."""
_NORMAL_TEMP_C, _ATMOSPHERE_BAR, _KJ_PER_NM3 = 0.0, 1.01325, 101.325


@dataclass(frozen=True, slots=True)
class Product:
    """A service made by the plant.

    Attributes
    ----------
    amount, unit
        Delivered in a year, in its own unit (kWh, or Nm3 of compressed air); what measures save is delivered.
    energy_kwh
        Its energy; the isothermal work of compression for compressed air.
    temp_c
        Mean temperature of heat or cold; None for work (electricity, compressed air), NaN where the case states none.
    network_per_a
        Annuity and upkeep of its own network, currency/a.
    """

    amount: float
    unit: str
    energy_kwh: float
    temp_c: float | None
    network_per_a: float


def products_of(run: VariantRun) -> dict[str, Product]:
    """Return what is delivered by service, through networks and by technologies at buildings; measures included."""
    found: dict[str, Product] = {}
    for _, service, one in parts_of(run):
        found[service] = _joined(found[service], one) if service in found else one
    return found


def parts_of(run: VariantRun) -> Iterator[tuple[str, str, Product]]:
    """Yield network, service and what it delivers of it, measures included; without a network what buildings get.

    These are technologies of the plant that stand at buildings.
    """
    case = run.district.case
    ambient = float(np.mean(run.conditions.dry_bulb_temp_c))

    def part(service: str, amount: float, temp_c: float, network_per_a: float, gauge_bar: float) -> Product:
        air = service == "compressed_air"
        energy = amount * work_kwh_per_nm3(gauge_bar, ambient) if air else amount
        work = air or service == ELECTRICITY
        return Product(amount, "Nm3" if air else "kWh", energy, None if work else temp_c, network_per_a)

    for d in run.district.designs:
        spec = next(n for n in case.networks if n.id == d.id)
        taken, temp_c = run.district.taken(d), _mean_temp_c(spec.carrier, spec.supply_temp_c, spec.return_temp_c)
        network_per_a = _network_per_a(run, d)
        for service, share in network_shares(run, d.id).items():
            amount = delivered(run, service, delivered_to(taken, service))
            gauge_bar = gauge_pressure_bar(run, spec.carrier) if spec.pressure_bar is None else spec.pressure_bar
            if amount > 0.0:
                yield d.id, service, part(service, amount, temp_c, share * network_per_a, gauge_bar)
    served = run.district.served()
    for building, service in building_demand_in_model(run.district):
        amount = delivered(run, service, [building])
        if (building, service) not in served and amount > 0.0:
            gauge_bar = gauge_pressure_bar(run, CARRIER_OF_SERVICE[service])
            yield "", service, part(service, amount, _temp_at_building_c(run, building, service), 0.0, gauge_bar)


def _over_years(run: VariantRun, products: Mapping[str, Product]) -> dict[str, Product]:
    """Return the products of a run with the mean of its milestones, weighed by the present value of their years."""
    worth = stage_worth(run)
    weight = [w / sum(worth) for w in worth]
    stages = [products_of(s.run) for s in run.stages] if run.phases else [products]
    amount = {k: sum(w * s[k].amount for w, s in zip(weight, stages, strict=True) if k in s) for k in products}
    energy = {k: sum(w * s[k].energy_kwh for w, s in zip(weight, stages, strict=True) if k in s) for k in products}
    return {k: replace(p, amount=amount[k], energy_kwh=energy[k]) for k, p in products.items()}


def _temp_at_building_c(run: VariantRun, building: str, service: str) -> float:
    """Return the mean temperature of heat or cold made at a building: of its station, else of the carrier, else NaN."""
    part = "cooling" if service == "cooling" else "heat"
    for t in run.plant:
        ends = [getattr(t, f"{part}_{end}_temp_c", None) for end in ("supply", "return")]
        if t.node == building and None not in ends:
            return float(np.mean(np.array(ends, dtype=float)))
    carrier, c = CARRIER_OF_SERVICE[service], run.conditions
    return _mean_temp_c(carrier, c.supply_temp_c.get(carrier, np.nan), c.return_temp_c.get(carrier, np.nan))


def _mean_temp_c(carrier: str, supply_c: float, return_c: float) -> float:
    """Return the mean temperature of the heat or cold of a carrier; that of steam is heat over entropy."""
    known = np.isfinite(supply_c + return_c)
    return steam_mean_temp_c(supply_c, return_c) if known and is_of(carrier, "steam") else 0.5 * (supply_c + return_c)


def _network_per_a(run: VariantRun, design: NetworkDesign) -> float:
    """Return the equivalent annual cost of a network over the years of the study, currency/a."""
    study = study_of(run.district.case, run.name)
    flows = build_cash_flows(study, assets_of(run, design))
    return float(-npv(flows, study.discount_rate) * crf(study.discount_rate, study.horizon_a))


def _joined(one: Product, other: Product) -> Product:
    """Return two networks of the same service as one product, its temperature weighted by energy."""
    energy = one.energy_kwh + other.energy_kwh
    temp_c = None
    if one.temp_c is not None and other.temp_c is not None:
        temp_c = (one.temp_c * one.energy_kwh + other.temp_c * other.energy_kwh) / energy
    network = one.network_per_a + other.network_per_a
    return Product(one.amount + other.amount, one.unit, energy, temp_c, network)


@dataclass(frozen=True, slots=True)
class JointCosts:
    """What a plant that makes several services costs and how that may be shared.

    Attributes
    ----------
    products
        Service → what is delivered in a mean year, weighed by present value.
    total_per_a, ghg_kg_per_a
        Equivalent annual cost of plant and networks, currency/a, and emissions of the plant in a mean year, weighed
        as what is delivered.
    shares
        Method → shares: of the plant by physical methods, of plant and networks by games. A method that is not defined
        is left out.
    game
        Group of services → what it would cost alone, currency/a; empty where groups were not costed.
    doubt_frac
        Share by which those costs may be wrong.
    wanted, stated
        Method the case asks for, and whether the user wrote it.
    """

    products: Mapping[str, Product]
    total_per_a: float
    ghg_kg_per_a: float
    shares: Mapping[str, Shares]
    game: Mapping[frozenset[str], float]
    doubt_frac: float
    wanted: str
    stated: bool

    @property
    def method(self) -> str:
        """The method that is used: the one wanted, else the first that is defined."""
        return next(m for m in (self.wanted, *_INSTEAD) if m in self.shares)

    def costs(self, method: str) -> dict[str, float]:
        """Return service → what it bears of plant and networks by a method, currency/a."""
        own = {k: p.network_per_a for k, p in self.products.items()}
        if method in GAMES:
            return {k: s * self.total_per_a for k, s in self.shares[method].items()}
        joint = self.total_per_a - sum(own.values())
        return {k: own[k] + s * joint for k, s in self.shares[method].items()}

    def leaving(self, method: str) -> dict[str, str]:
        """Return service → the group with it that would gain most by leaving under a method."""
        return leaving(self.costs(method), self.game, self.doubt_frac)

    def plant_shares(self, method: str | None = None) -> dict[str, float]:
        """Return the shares of the plant alone by a method (the one used): what a service bears beyond its network."""
        own = {k: p.network_per_a for k, p in self.products.items()}
        joint = self.total_per_a - sum(own.values())
        if joint <= 0.0:
            return dict(by_energy({k: p.energy_kwh for k, p in self.products.items()}))
        return {k: (cost - own[k]) / joint for k, cost in self.costs(method or self.method).items()}


def joint_costs(run: VariantRun, bau: VariantRun, *, games: bool = True) -> JointCosts | None:
    """Return what the plant of a variant makes together; None where it makes fewer than two services.

    Of a district that grows, physical shares are the mean of its milestones, weighed by the present value of the
    energy delivered in their years; groups of services are not costed.

    Parameters
    ----------
    run, bau
        Variant and BAU.
    games
        Whether groups of services are costed.
    """
    products = products_of(run) if run.design is not None else {}
    if len(products) < 2:
        return None
    products = _over_years(run, products)
    total = yearly_cost(run)
    energy = {k: p.energy_kwh for k, p in products.items()}
    found = coalition_costs(run.district, energy) if games and not run.phases else {}
    whole = found.get(frozenset(products), 0.0)
    scale = total / whole if whole > 0.0 else 0.0
    game = {group: cost * scale for group, cost in found.items()} if scale > 0.0 else {}
    shares = _physical_of_all(run, bau) | (game_shares(tuple(products), game) if game else {})
    doubt = max(abs(scale - 1.0), dearer_together(game), LEAST_DOUBT_FRAC)
    terms = run.district.case.finance
    stated = "joint_cost_method" in terms.model_fields_set
    return JointCosts(
        products=products,
        total_per_a=total,
        ghg_kg_per_a=_mean_ghg_kg(run),
        shares=shares,
        game=game,
        doubt_frac=doubt,
        wanted=terms.joint_cost_method,
        stated=stated,
    )


def _mean_ghg_kg(run: VariantRun) -> float:
    """Return the GHG of the energy center in a mean year: that of each milestone in its own years, kgCO2e/a."""
    worth = stage_worth(run)
    return sum(w * sum(plant_ghg_kg(s.run)) for w, s in zip(worth, run.stages, strict=True)) / sum(worth)


def shares_by_games(run: VariantRun, joint: JointCosts | None) -> bool:
    """Return whether a full run shares by games: the case asks for it, and groups of its services are costed."""
    return joint is not None and joint.wanted in GAMES and not run.phases and len(joint.products) <= MAX_PLAYERS


def _physical_of_all(run: VariantRun, bau: VariantRun) -> dict[str, Shares]:
    """Return method → shares in the plant over all years."""
    before = [s.run for s in bau.stages] if len(bau.stages) == len(run.stages) else [bau] * len(run.stages)
    weighted: list[tuple[float, dict[str, Shares]]] = []
    for stage, base, years in zip(run.stages, before, stage_worth(run), strict=True):
        products = products_of(stage.run)
        if products:
            energy = sum(p.energy_kwh for p in products.values())
            weighted.append((years * energy, _physical(stage.run, base, products)))
    methods = [m for m in weighted[-1][1] if all(m in found for _, found in weighted)]
    whole = sum(w for w, _ in weighted)
    return {
        m: {k: sum(w * found[m].get(k, 0.0) for w, found in weighted) / whole for k in weighted[-1][1][m]}
        for m in methods
    }


def sharing_remarks(variant: str, joint: JointCosts) -> list[Finding]:
    """Return warnings: the method the user wrote cannot be used, or groups of services would leave under it."""
    where, remarks = "finance.joint_cost_method", []
    if joint.stated and joint.method != joint.wanted:
        remarks.append(
            Finding(
                "W841",
                f"joint cost cannot be shared by this method in {variant}; {joint.method} is used",
                field=where,
                got=joint.wanted,
                allowed=", ".join(joint.shares),
                hint="name one of the methods allowed",
                severity="warning",
            )
        )
    groups = sorted(set(joint.leaving(joint.method).values()))
    if groups:
        fair = [m for m in joint.shares if not joint.leaving(m)]
        remarks.append(
            Finding(
                "W842",
                f"by {joint.method}, groups of services in {variant} pay more than a plant of their own would cost",
                field=where,
                got=", ".join(groups),
                allowed=f"gains below {joint.doubt_frac:.1%}, by which the costs of groups are uncertain",
                hint=f"methods without such groups: {', '.join(fair)}"
                if fair
                else "no method avoids it: weigh plants apart",
                severity="warning",
            )
        )
    return remarks


def yearly_cost(run: VariantRun) -> float:
    """Return the equivalent annual cost of energy center and networks, currency/a in constant money."""
    case = run.district.case
    study = study_of(case, run.name)
    flows = build_cash_flows(study, [*plant_assets(run), *network_assets(run)], plant_lines(run))
    return float(-npv(flows, study.discount_rate) * crf(study.discount_rate, study.horizon_a))


def _physical(run: VariantRun, bau: VariantRun, products: Mapping[str, Product]) -> dict[str, Shares]:
    """Return method → shares in the plant; methods that lack a figure are left out."""
    energy = {k: p.energy_kwh for k, p in products.items()}
    temps = {k: p.temp_c for k, p in products.items() if p.temp_c is not None}
    ambient = float(np.mean(run.conditions.dry_bulb_temp_c))
    if len(products) == 1:
        return dict.fromkeys(("energy", "exergy", "efficiency"), dict.fromkeys(products, 1.0))
    found: dict[str, Shares] = {"energy": by_energy(energy)}
    if not np.isnan(list(temps.values())).any():
        with suppress(DataError):  # all at the temperature of the air: no exergy to share by
            found["exergy"] = by_exergy(energy, temps, ambient)
    reference = {k: _separate_efficiency(bau, run, k, p) for k, p in products.items()}
    if all(e > 0.0 for e in reference.values()):
        found["efficiency"] = by_efficiency(energy, reference)
    engines = [f for f in run.flows if f.kind == "chp"]
    fuel = sum(float(f.values.sum()) for f in engines if f.port == "fuel")
    power = sum(float(f.values.sum()) for f in engines if f.carrier == ELECTRICITY and f.direction == "out")
    factor = run.district.case.emissions.grid_primary_energy_factor
    if ELECTRICITY in products and fuel > 0.0 and power > 0.0 and factor >= 1.0:
        others = {k: e for k, e in energy.items() if k != ELECTRICITY}
        found["residual"] = by_residual(ELECTRICITY, power / fuel, 1.0 / factor, others)
    return found


def _served_by_bau(bau: VariantRun, run: VariantRun, service: str) -> list[IndividualRun]:
    """Return the BAU machines that the plant replaces for a service."""
    kept = {(r.building, r.service) for r in run.individual}
    return [r for r in bau.individual if r.service == service and (r.building, service) not in kept]


def _separate_efficiency(bau: VariantRun, run: VariantRun, service: str, product: Product) -> float:
    """Return energy over primary energy of separate production: the machines of BAU; the grid for other electricity.

    0 where BAU has no machine for the service.
    """
    case = bau.district.case
    factors = {f.id: f.primary_energy_factor for f in case.fuels}
    factors[ELECTRICITY] = case.emissions.grid_primary_energy_factor
    machines = _served_by_bau(bau, run, service)
    if service == ELECTRICITY and not machines:
        return 1.0 / factors[ELECTRICITY] if factors[ELECTRICITY] > 0.0 else 0.0

    def primary_kwh(r: IndividualRun) -> float:
        return sum(float(kw.sum()) * factors.get(c, 1.0) for c, kw in r.bought_kw.items())

    made = sum(float(r.demand_kw.sum()) for r in machines)
    used = sum(with_own_power(r, bau.individual, primary_kwh) for r in machines)
    return made / used * product.energy_kwh / product.amount if used > 0.0 else 0.0


def gauge_pressure_bar(run: VariantRun, carrier: str) -> float:
    """Return the pressure of compressed air of a level where its network states none: that of its compressors, bar."""
    feeding = (t for t in run.plant if carrier in {t.carrier_of(p) for p in t.ports})
    return next((float(v) for t in feeding if (v := getattr(t, "pressure_bar", None)) is not None), 0.0)


def work_kwh_per_nm3(pressure_bar: float, ambient_temp_c: float) -> float:
    """Return the isothermal work of compression of a normal cubic meter, ``p0 V0 (T / T0) ln(p / p0)``, kWh/Nm3.

    Ideal gas, normal state 0 °C and 1.01325 bar; `pressure_bar` is a gauge pressure.
    """
    ratio = 1.0 + pressure_bar / _ATMOSPHERE_BAR
    warmth = (ambient_temp_c + KELVIN) / (_NORMAL_TEMP_C + KELVIN)
    return _KJ_PER_NM3 * warmth * log(ratio) / 3600.0
