"""The tables of the page, section by section; figures come from :mod:`edsim.report.figures`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from edsim.core.units import KW_PER_TR
from edsim.report import codes, labels
from edsim.report.figures import dispatch, impact, money, site
from edsim.report.figures.flows import capacity_text, technology_label
from edsim.report.i18n import NONE
from edsim.report.run import company, networks, operation, phases, register
from edsim.report.run.diagram import system_diagram
from edsim.report.run.every_indicator import indicators_blocks
from edsim.report.run.heat import efficient_heating
from edsim.report.uses import USES
from edsim.report.view import Block, Head, Note, Section, Study, Table, fold
from edsim.results.schema import TABLES

Spec = tuple[str, str, str, int | None]
"""Column of the result table, heading, unit shown, decimals (None: three significant digits)."""

_NOTHING = 1e-3
"""A smaller capacity is none."""


def sections(study: Study) -> tuple[Section, ...]:
    """Return all sections after the summary, in order; a part without data says so in words."""
    made = (
        Section("phases", study.t("Milestones and phases"), phases.phase_blocks(study)),
        Section("site", study.t("Site and network"), _site(study)),
        Section("plant", study.t("Plant"), _plant(study)),
        Section("operation", study.t("Energy and operation"), _operation(study)),
        Section("money", study.t("Costs and cash flow"), _money(study)),
        Section("company", study.t("District company and customers"), company.company_blocks(study)),
        Section("ghg", study.t("Greenhouse gases and refrigerants"), _ghg(study)),
        Section("grid", study.t("Electricity peak and water"), _grid(study)),
        Section("buildings", study.t("Buildings"), _buildings(study)),
        Section("variants", study.t("All indicators"), indicators_blocks(study)),
        Section("published", study.t("Published figures"), register.published_blocks(study)),
        Section("proof", study.t("Proof and audit"), (*register.proof_blocks(study), *_added_up(study))),
        Section("assumptions", study.t("Assumptions"), register.assumptions_blocks(study)),
        Section("warnings", study.t("Warnings"), register.warnings_blocks(study)),
        Section("manifest", study.t("How this run was made"), register.manifest_blocks(study)),
    )
    return tuple(s for s in made if s.blocks)


def _added_up(study: Study) -> tuple[Block, ...]:
    table = company.reconciliation(study)
    folded = fold("reconciliation", study.t("Optimizer and ledger line by line"), (table,))
    return () if folded is None else (folded,)


def _present(blocks: Iterable[Block | None], otherwise: str) -> tuple[Block, ...]:
    found = tuple(b for b in blocks if b is not None)
    return found or (Note(otherwise),)


def _table(study: Study, name: str, variant: str | None, title: str, specs: Sequence[Spec]) -> Table | None:
    frame = study.table(name) if variant is None else study.of(name, variant)
    if frame.empty:
        return None
    kinds = {c.name: c.kind for c in TABLES[name].columns}
    heads = tuple(Head(study.t(h), unit, numeric=kinds[c] in {"number", "integer"}) for c, h, unit, _ in specs)
    rows = []
    for record in frame.to_dict("records"):
        cells = []
        for column, _, _, decimals in specs:
            value = record[column]
            cells.append(study.lang.number(value, decimals) if kinds[column] in {"number", "integer"} else str(value))
        rows.append(tuple(cells))
    return Table(title, heads, tuple(rows))


def _site(study: Study) -> tuple[Block, ...]:
    own = networks.networks(study)
    nothing = None if own else Note(study.t("This variant has no thermal network: every building is served alone."))
    pipes = networks.pipes(study)
    return _present(
        (
            site.site_map(study),
            nothing,
            own,
            networks.levels(study),
            fold("pipes", study.t("Pipes one by one"), (pipes,)),
        ),
        study.t("No places are known for this case."),
    )


def _plant(study: Study) -> tuple[Block, ...]:
    bau, *projects = (_equipment(study, v) for v in study.order)
    blocks: list[Block | None] = [system_diagram(study), *projects, _reserve(study)]
    blocks.append(fold("bau-equipment", study.t("What stands there today (BAU)"), (bau,)))
    return _present(blocks, study.t("No equipment is stored for this run."))


def _reserve(study: Study) -> Note | None:
    """Return what stands above the peak on each side, None where BAU states nothing of it."""
    rows = study.table("assumptions")
    used = set(study.table("equipment")["technology"].astype(str))
    stated: dict[str, list[float]] = {"oversizing_frac": [], "spare_units": []}
    for path, value in zip(rows["path"].astype(str), rows["value"], strict=True):
        head, _, name = path.rpartition(".")
        if name in stated and head.removeprefix("technologies.") in used:
            stated[name].append(float(value))
    own, spare = stated["oversizing_frac"], stated["spare_units"]
    if not own or not spare:
        return None
    shares = " – ".join(dict.fromkeys(study.lang.percent(x, 0) for x in (min(own), max(own))))
    units = " – ".join(dict.fromkeys(study.lang.number(x, 0) for x in (min(spare), max(spare))))
    return Note(
        study.t(
            "Reserve: machines of buildings stand {own} above the peak of their building; the plant is sized to the "
            "peak of all and keeps {spare} machines of each group beside it (oversizing_frac, spare_units).",
            {"own": shares, "spare": units},
        )
    )


def _equipment(study: Study, variant: str) -> Table | None:
    frame = study.of("equipment", variant)
    frame = frame[frame["capacity"] > _NOTHING]
    if frame.empty:
        return None
    number = study.lang.number
    bought = study.lang.money(float(frame["capex"].sum()), study.currency)
    upkeep = study.lang.money(float(frame["fixed_om_per_a"].sum()), f"{study.currency}/a")
    stands = bool((frame["existing"] > _NOTHING).any())
    heads = (
        Head(study.t("Equipment")), Head(study.t("Kind")), Head(study.t("Capacity"), numeric=True),
        *((Head(study.t("New"), numeric=True), Head(study.t("Stands already"), numeric=True)) if stands else ()),
        Head("TR", numeric=True), Head(study.t("Investment"), bought.unit, numeric=True),
        Head(study.t("Fixed O&M"), upkeep.unit, numeric=True), Head(study.t("Output of a year"), numeric=True),
        Head(study.t("Full-load hours"), "h/a", numeric=True), Head(study.t("COP, efficiency"), numeric=True),
        Head(study.t("Life"), study.t("a"), numeric=True), Head(study.t("Data")),
    )  # fmt: skip
    rows = []
    for r in frame.to_dict("records"):
        cold = labels.is_chiller(str(r["kind"]))
        rows.append(
            (
                technology_label(study, variant, str(r["technology"]), str(r["kind"])),
                labels.kind(study.lang, str(r["kind"])),
                capacity_text(study, variant, r),
                *(_new_and_standing(study, r) if stands else ()),
                number(r["capacity"] / KW_PER_TR, 0) if cold and r["unit"] == "kW" else "",
                bought.shown(r["capex"]),
                upkeep.shown(r["fixed_om_per_a"]),
                _output(study, r),
                number(r["full_load_hours"], 0),
                _performance(study, r),
                number(r["lifetime_a"], 0),
                labels.QUALITIES.get(str(r["quality"]), NONE)[:1],
            )
        )
    title = study.t("Equipment: {variant}", {"variant": study.variant(variant)})
    note = study.t("Data: A measured, B engineered, C estimate or benchmark, D default.")
    if (frame["kind"] == "heat_recovery_chiller").any():
        both = study.t("Heat-recovery chillers are rated in heat; their COP counts heat and cooling.")
        note = f"{note} {both}"
    return Table(title, heads, tuple(rows), note)


def _new_and_standing(study: Study, row: dict[Any, Any]) -> tuple[str, str]:
    """Return what is bought of a machine group and what stands already, each with its unit; a dash for nothing."""
    sizes = (max(row["capacity"] - row["existing"], 0.0), row["existing"])
    new, standing = (labels.sized(study.lang, x, str(row["unit"])) if x > _NOTHING else NONE for x in sizes)
    return new, standing


def _operation(study: Study) -> tuple[Block, ...]:
    return _present(operation.operation_blocks(study), study.t("No hourly flows are stored for this run."))


def _output(study: Study, row: dict[Any, Any]) -> str:
    """Return the yearly output of a machine group with its unit: volume for compressors, else energy."""
    if str(row["unit"]).startswith("Nm3"):
        return " ".join(study.lang.quantity(row["output_kwh"], "Nm3"))
    return f"{study.lang.number(row['output_kwh'] / 1000, 0)} MWh"


def _performance(study: Study, row: dict[Any, Any]) -> str:
    """Return output over what drives a machine group: without unit where both are energy, air with its own."""
    shown = study.lang.number(row["performance"], 2)
    return f"{shown} Nm³/kWh" if shown != NONE and str(row["unit"]).startswith("Nm3") else shown


def _money(study: Study) -> tuple[Block, ...]:
    return _present(
        (
            money.bridge(study),
            money.stack(
                study, "present_value", "cost-stack", study.t("Present value of costs by variant"),
                study.t("All costs over the horizon, replacements and residual values included."),
            ),
            money.cumulative(study),
            money.stack(
                study, "investment", "investment", study.t("Investment by variant"),
                study.t("Spent before the first year of operation."),
            ),
            money.stack(
                study, "annual", "annual", _running(study),
                study.t("Energy, operation and maintenance; investment is not in this chart."),
            ),
        ),
        study.t("No costs are stored for this run."),
    )  # fmt: skip


def _running(study: Study) -> str:
    year = phases.built_out(study)
    if year is None:
        return study.t("Running costs of the first year")
    return study.t("Running costs of {year}, the built-out district", {"year": year})


def _ghg(study: Study) -> tuple[Block, ...]:
    frames = _frames(study)
    ledger = _table(
        study, "refrigerants", None, study.t("Refrigerants, mean of a year"),
        (("variant", "Variant", "", None), ("machine", "Machine or building", "", None),
         ("refrigerant", "Refrigerant", "", None), ("charge_kg", "Charge", "kg", 0),
         ("leak_kg_per_a", "Leak", "kg/a", 1), ("gwp_kg_per_kg", "GWP", "kgCO₂e/kg", 0),
         ("kgco2e_per_a", "Emission", "kgCO₂e/a", 0), ("odp_kg_per_a", "Ozone depletion", "kg CFC-11 eq./a", 3)),
    )  # fmt: skip
    if ledger is not None:
        flags = [bool(x) for x in study.table("refrigerants")["montreal_gas"]]
        rows = tuple(
            (
                study.variant(row[0]), codes.machine(study, row[1], row[0]), *row[2:],
                study.t("yes") if f else study.t("no"),
            )
            for row, f in zip(ledger.rows, flags, strict=True)
        )  # fmt: skip
        note = study.t("Gases of the Montreal Protocol stand outside the Kyoto basket and are shown apart.")
        heads = (*ledger.heads, Head(study.t("Montreal gas")))
        ledger = Table(ledger.title, heads, rows, note, filtered=len(rows) > 15)
    return _present(
        (
            impact.ghg(study),
            impact.ghg_years(study),
            company.frames(study),
            company.hfc(study),
            efficient_heating(study),
            fold(
                "ghg-detail",
                study.t("Emissions by frame and source; refrigerants machine by machine"),
                (frames, ledger),
            ),
        ),
        study.t("No emissions are stored for this run."),
    )


def _frames(study: Study) -> Table | None:
    rows = impact.inventory(study)
    if rows.empty:
        return None
    sums = impact.mean_year(rows).pivot_table(
        index=["frame", "source"], columns="variant", values="kgco2e", aggfunc="sum", sort=False
    )
    order = [v for v in study.order if v in sums]
    heads = (Head(study.t("Frame")), Head(study.t("Source")),
             *(Head(study.variant(v), "tCO₂e/a", numeric=True) for v in order))  # fmt: skip
    lang = study.lang
    cells = []
    for (frame, source), values in zip(sums.index.tolist(), sums[order].to_numpy(), strict=True):
        cells.append(
            (
                labels.label(lang, labels.FRAMES, str(frame)),
                labels.label(lang, labels.SOURCES, str(source)),
                *(lang.number(float(x) / 1000) for x in values),
            )
        )
    title = study.t(
        "Mean of a year of the study by accounting frame, today's scrapped machines included; frames are never added up"
    )
    return Table(title, heads, tuple(cells))


def _grid(study: Study) -> tuple[Block, ...]:
    return _present(
        (
            impact.monthly(
                study, "electricity_peak_kw", "kW", "peak-month", study.t("Peak import by month, compared services"),
                study.t(
                    "Highest hourly import of each month for the services in the boundary; "
                    "what buildings draw besides is not in it."
                ),
            ),
            dispatch.peak_power_day(study),
            dispatch.duration(study),
            impact.monthly(
                study, "electricity_kwh", "kWh", "power-month", study.t("Grid electricity by month"),
                study.t("For the services in the boundary."),
            ),
            impact.monthly(
                study, "pv_kwh", "kWh", "pv-month", study.t("PV generation by month"),
                study.t("All PV of the variant, used on site or exported."),
            ),
            impact.monthly(
                study, "water_m3", "m3", "water-month", study.t("Make-up water by month"),
                study.t("Evaporation, drift and blow-down of cooling towers, feedwater of steam."),
            ),
            impact.trade_off(study),
            fold("meters", study.t("Electricity bills, meter by meter"), (company.meters(study),)),
        ),
        study.t("No monthly figures are stored for this run."),
    )  # fmt: skip


def _buildings(study: Study) -> tuple[Block, ...]:
    lang = study.lang
    frame = study.table("buildings")
    paid = lang.money(float(frame["bau_cost_per_a"].abs().max()), f"{study.currency}/a")
    heads = (
        Head(study.t("Building")), Head(study.t("Use of building")), Head(study.t("Service")),
        Head(study.t("Floor area"), "m²", numeric=True), Head(study.t("Cooling"), "MWh/a", numeric=True),
        Head(study.t("Peak"), "kW", numeric=True), Head(study.t("Intensity"), "kWh/m²", numeric=True),
        Head(study.t("Peak density"), "W/m²", numeric=True), Head(study.t("Latent"), "%", numeric=True),
        Head(study.t("BAU machine")), Head(study.t("BAU COP"), numeric=True),
        Head(study.t("BAU cost"), paid.unit, numeric=True), Head(study.t("Refrigerant")),
    )  # fmt: skip
    rows = tuple(
        (
            str(r["name"]) or str(r["building"]),
            labels.label(lang, USES, str(r["use"])),
            _served_by(study, r),
            lang.number(r["floor_area_m2"], 0), lang.number(r["cooling_kwh"] / 1000),
            lang.number(r["cooling_peak_kw"], 0), lang.number(r["cooling_kwh_per_m2"], 0),
            lang.number(r["cooling_w_per_m2"], 0), lang.number(r["cooling_latent_frac"] * 100, 0),
            codes.shown(study, "buildings", "bau_machine", r).replace("R-", "R\u2011"), lang.number(r["bau_cop"], 2),
            paid.shown(r["bau_cost_per_a"]),
            str(r["refrigerant"]),
        )
        for r in frame.to_dict("records")
    )  # fmt: skip
    table = Table(study.t("Buildings"), heads, rows, filtered=len(rows) > 15) if rows else None
    blocks = (impact.building_demand(study), table, _heat_of_buildings(study))
    return _present(blocks, study.t("No buildings are stored for this run."))


def _served_by(study: Study, building: Mapping[Any, Any]) -> str:
    """Return whether networks serve a building, and with what where they deliver more than one service."""
    if not building["connected"]:
        return study.t("Own machines")
    given = str(building.get("network_services") or "")
    delivered = {s for services in study.of("networks", study.main).get("services", ()) for s in services.split(", ")}
    named = f": {labels.services(study.lang, given)}" if given and len(delivered) > 1 else ""
    laid = study.of("networks", study.main)
    if len(laid) and bool(laid["services"].duplicated().any()):  # networks of one service: which of them
        named += f" ({building['networks']})" if building.get("networks") else ""
    return study.t("Connected") + named


def _heat_of_buildings(study: Study) -> Table | None:
    """Return what buildings need beside cooling, service by service; None where there is nothing."""
    lang, frame = study.lang, study.table("buildings")
    columns = (
        ("heating_kwh", "Heating", "MWh/a", 1e-3),
        ("heating_peak_kw", "Peak heating", "kW", 1.0),
        ("heating_kwh_per_m2", "Intensity", "kWh/m²", 1.0),
        ("heating_w_per_m2", "Peak density", "W/m²", 1.0),
        ("hot_water_kwh", "Hot water", "MWh/a", 1e-3),
        ("hot_water_peak_kw", "Peak hot water", "kW", 1.0),
        ("steam_kwh", "Steam", "MWh/a", 1e-3),
        ("compressed_air_nm3", "Compressed air", "1000 Nm³/a", 1e-3),
    )
    shown = [c for c in columns if bool((frame[c[0]] > 0.0).any())]
    if not shown:
        return None
    heads = (Head(study.t("Building")), *(Head(study.t(name), unit, numeric=True) for _, name, unit, _ in shown))
    rows = tuple(
        (
            str(r["name"]) or str(r["building"]),
            *(
                lang.number(r[key] * factor, int(unit != "kW" and r[key] * factor < 100.0))
                for key, _, unit, factor in shown
            ),
        )
        for r in frame.to_dict("records")
    )
    return Table(study.t("Heat, steam and air by building"), heads, rows, filtered=len(rows) > 15)
