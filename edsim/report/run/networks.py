"""Tables of the networks: size and cost of each, its pipes, the temperature levels that were tried."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from edsim.report import labels
from edsim.report.figures.flows import AIR, power_unit
from edsim.report.i18n import NONE, nice_unit
from edsim.report.view import Head, Study, Table

Cell = Callable[[Any], str]


def networks(study: Study) -> Table | None:
    """Return one column per network of the main variant; compressed air is counted by volume."""
    rows = study.of("networks", study.main).to_dict("records")
    if not rows:
        return None
    lang = study.lang
    money = lang.money(max(r["capex_pipe"] + r["capex_civil"] for r in rows), study.currency)
    air = [r for r in rows if r["carrier"] == AIR]
    lines: list[tuple[str, str, Cell]] = [
        ("Trench", "m", lambda r: lang.number(r["trench_m"], 0)),
        ("Connected buildings", "", lambda r: lang.number(r["connected_buildings"], 0)),
        ("Peak at the plant", "kW", _heat(lambda r: lang.number(r["peak_kw"], 0))),
        ("Delivered to buildings", "MWh/a", _heat(lambda r: lang.number(r["delivered_kwh"] / 1000, 0))),
        ("Linear density", "MWh/m", _heat(lambda r: lang.number(r["linear_density_mwh_per_m"]))),
        ("Gain or loss of pipes", "MWh/a", _heat(lambda r: lang.number(r["gain_or_loss_kwh"] / 1000))),
        ("Share of what is delivered", "", lambda r: _share(study, r["gain_or_loss_kwh"], r["delivered_kwh"])),
        ("Pumping", "MWh/a", lambda r: lang.number(r["pumping_kwh"] / 1000)),
        ("Pump head", "bar", lambda r: lang.number(r["lift_bar"])),
        ("Pipes", money.unit, lambda r: money.shown(r["capex_pipe"])),
        ("Trench and paving", money.unit, lambda r: money.shown(r["capex_civil"])),
        ("Energy transfer stations", money.unit, lambda r: money.shown(r["capex_ets"])),
        ("Verified gap of the layout", "", lambda r: lang.percent(r["gap_frac"])),
    ]
    if air:
        divisor, volume = 1e6, lang.scale(1e6, "Nm3/a")[1]
        lost = _air(lambda r: lang.number(r["gain_or_loss_kwh"] / divisor))
        lines[6:6] = [("Gain or loss of pipes", volume, lost)]
        lines[4:4] = [
            ("Peak at the plant", nice_unit("Nm3/h"), _air(lambda r: lang.number(r["peak_kw"], 0))),
            ("Delivered to buildings", volume, _air(lambda r: lang.number(r["delivered_kwh"] / divisor))),
        ]
    if any(", " in r.get("services", "") for r in rows):
        lines[:0] = [("Service", "", lambda r: labels.services(lang, r["services"]))]
    if any(r.get("plants", 1) > 1 for r in rows):
        lines += [
            ("Energy centers", "", lambda r: lang.number(r["plants"], 0)),
            ("Pipes between plants", "m", lambda r: lang.number(r["link_m"], 0)),
            ("Pipes between plants", money.unit, lambda r: money.shown(r["capex_links"])),
        ]
    heads = (
        Head(study.t("Quantity")),
        Head(study.t("Unit")),
        *(Head(name(study, str(r["network"]), str(r["carrier"])), numeric=True) for r in rows),
    )
    cells = tuple((study.t(label), unit, *(cell(r) for r in rows)) for label, unit, cell in lines)
    title = study.t("Networks") if len(rows) > 1 else study.t("Network")
    return Table(title, heads, cells)


def _heat(cell: Cell) -> Cell:
    return lambda r: NONE if r["carrier"] == AIR else cell(r)


def _air(cell: Cell) -> Cell:
    return lambda r: cell(r) if r["carrier"] == AIR else NONE


def _share(study: Study, part: float, whole: float) -> str:
    return study.lang.percent(part / whole) if whole > 0.0 else NONE


def name(study: Study, network: str, carrier: str) -> str:
    """Return the name of a network: its carrier, or its own where it is called otherwise."""
    carried, own = labels.carrier(study.lang, carrier), labels.spaced(network)
    return carried if network == carrier or own == carried else f"{carried} · {own}"


def pipes(study: Study) -> Table | None:
    """Return the pipes of the main variant."""
    rows = study.of("pipes", study.main).to_dict("records")
    if not rows:
        return None
    carriers = dict(
        zip(study.of("networks", study.main)["network"], study.of("networks", study.main)["carrier"], strict=True)
    )
    several = len(carriers) > 1
    air = AIR in carriers.values()
    number = study.lang.number
    money = study.lang.money(max(r["capex"] for r in rows), study.currency)
    heads = (
        *((Head(study.t("Network")),) if several else ()),
        Head(study.t("From")), Head(study.t("To")), Head(study.t("Length"), "m", numeric=True),
        Head("DN", "mm", numeric=True),
        Head(study.t("Peak flow") if air else study.t("Peak"), "" if air else "kW", numeric=True),
        Head(study.t("Velocity"), "m/s", numeric=True), Head(study.t("Gradient"), "Pa/m", numeric=True),
        Head(study.t("Gain or loss"), "MWh/a", numeric=True), Head(study.t("Investment"), money.unit, numeric=True),
    )  # fmt: skip
    places = node_names(study)
    cells = []
    for r in rows:
        network, carrier = str(r["network"]), str(carriers.get(r["network"], ""))
        unit = f" {nice_unit(power_unit(carrier))}" if air else ""
        cells.append(
            (
                *((name(study, network, carrier) if carrier else labels.spaced(network),) if several else ()),
                places.get(str(r["from_node"]), _node(study, r["from_node"])),
                places.get(str(r["to_node"]), _node(study, r["to_node"])),
                number(r["length_m"], 0), number(r["dn"], 0), number(r["peak_kw"], 0) + unit,
                number(r["velocity_m_per_s"], 2), number(r["pressure_gradient_pa_per_m"], 0),
                NONE if carrier == AIR else number(r["gain_or_loss_kwh"] / 1000.0), money.shown(r["capex"]),
            )
        )  # fmt: skip
    return Table(study.t("Pipes"), heads, tuple(cells), filtered=len(cells) > 15)


def _node(study: Study, node: object) -> str:
    """Return the name of a node without a building: junctions are numbered."""
    text = str(node)
    number = text.removeprefix("junction-")
    return study.t("Junction {number}", {"number": number}) if number != text and number.isdigit() else text


def place(study: Study, node: str) -> str:
    """Return the name of an end of a pipe: building, plant, junction."""
    return node_names(study).get(node, _node(study, node))


def node_names(study: Study) -> dict[str, str]:
    """Return network node → name of the building or plant that stands there."""
    named = study.buildings()
    found = {}
    for feature in study.appraisal.network_geojson.get("features", ()):
        properties = feature.get("properties") or {}
        place = str(properties.get("building_id") or "")
        if place:
            center = study.t("Energy center") if place == "energy_center" else labels.spaced(place)
            found[str(properties.get("id"))] = str(named.get(place) or center)
    return found


def levels(study: Study) -> Table | None:
    """Return the temperature levels that were tried; the chosen one is marked."""
    frame = study.of("levels", study.main)
    if frame.empty:
        return None
    lang = study.lang
    cost = lang.money(float(frame["cost_per_a"].abs().max()), f"{study.currency}/a")
    capex = lang.money(float(frame["capex"].abs().max()), study.currency)
    heads = (
        Head(study.t("Combination"), numeric=True), Head(study.t("Network")),
        Head(study.t("Supply"), "°C", numeric=True), Head(study.t("Return"), "°C", numeric=True),
        Head(study.t("Largest DN"), "mm", numeric=True), Head(study.t("Investment"), capex.unit, numeric=True),
        Head(study.t("Gain or loss of pipes"), "MWh/a", numeric=True), Head(study.t("Pumping"), "MWh/a", numeric=True),
        Head(study.t("Purchased energy"), "MWh/a", numeric=True), Head("COP", numeric=True),
        Head(study.t("Plant and networks"), cost.unit, numeric=True), Head(study.t("Result")),
    )  # fmt: skip
    number = lang.number
    rows = tuple(
        (
            number(r["number"], 0), labels.carrier(lang, str(r["network"])), number(r["supply_temp_c"], 1),
            number(r["return_temp_c"], 1), number(r["largest_dn"], 0), capex.shown(r["capex"]),
            number(r["gain_or_loss_kwh"] / 1000.0), number(r["pumping_kwh"] / 1000.0),
            number(r["purchased_kwh"] / 1000.0, 0), number(r["purchased_cop"], 2), cost.shown(r["cost_per_a"]),
            study.t("chosen") if r["chosen"] else str(r["note"]),
        )
        for r in frame.to_dict("records")
    )  # fmt: skip
    note = study.t("Screened on typical days; the chosen combination is then proved over the full year.")
    return Table(study.t("Temperature levels tried"), heads, rows, note)
