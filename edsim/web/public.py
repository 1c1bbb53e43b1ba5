"""The page for citizens: where, what is built, what it saves; no money, no contract, no customer's demand.

Only what is listed here is shown: places and names of buildings, sizes of machines, physical indicators of the whole
district. No free text of the case and no table of a customer reaches the page.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from edsim.report.figures.site import site_map
from edsim.report.i18n import Language
from edsim.report.page import document, environment, figures_json
from edsim.report.run.indicators import Indicator, indicators
from edsim.report.run.summary import summary
from edsim.report.theme import BLACK, CYCLE, GRAY, axis, layout, plain, short
from edsim.report.view import BAU, Block, Chart, Head, Note, Section, Study, Table

if TYPE_CHECKING:
    from edsim.appraisal.types import Appraisal

TEMPLATES = Path(__file__).with_name("templates")
PHYSICAL = (
    "final_energy", "electricity", "fuel", "primary_energy", "pv", "ghg_total", "ghg_kyoto", "odp",
    "refrigerant_charge", "grid_peak", "water", "heat_rejected",
)  # fmt: skip
"""Indicators citizens see; none of them is money."""

_TILES = ("final_energy", "ghg_total", "odp", "grid_peak", "water")
_MOST_TILES = 4


@dataclass(frozen=True, slots=True)
class PublicTile:
    """A saving: name, amount, unit, share of BAU, tone."""

    label: str
    value: str
    unit: str
    share: str
    tone: str


def render_public(appraisal: Appraisal, lang: Language, others: Sequence[tuple[str, Appraisal]] = (), *,
                  one_file: bool) -> str:  # fmt: skip
    """Return the page for citizens of a run.

    Parameters
    ----------
    appraisal
        The run.
    lang
        Language of the page, with the words of the pages.
    others
        Scenario and appraisal of other runs of the same case.
    one_file
        Whether the plotting script is inside, so that the file can be published as it is.
    """
    study = Study(appraisal, lang)
    found = indicators(study, study.main)
    sections = tuple(s for s in (_site(study), _built(study), _scenarios(study, others), _meaning(study)) if s.blocks)
    body = environment(TEMPLATES).get_template("public.html.j2").render(
        t=lang.text,
        appraisal=appraisal,
        country=study.country,
        sections=sections,
        tiles=_tiles(study, found),
        lead=_lead(study, found),
        figures=figures_json(sections),
    )  # fmt: skip
    return document(appraisal.name, body, lang, one_file=one_file)


def _lead(study: Study, found: Mapping[str, Indicator]) -> str:
    buildings = int(study.table("buildings")["connected"].astype(bool).sum())
    ghg, energy = found.get("ghg_total"), found.get("final_energy")
    if buildings and ghg is not None and energy is not None and ghg.difference > 0 and energy.difference > 0:
        return study.t(
            "An energy center would supply {buildings} buildings, with {energy} less energy and {ghg} less greenhouse "
            "gas than today's way.",
            {"buildings": buildings, "energy": study.lang.percent(energy.difference_frac),
            "ghg": study.lang.percent(ghg.difference_frac)},
        )  # fmt: skip
    return study.t("A study of an energy district: what would be built, and what it would change.")


def _tiles(study: Study, found: Mapping[str, Indicator]) -> tuple[PublicTile, ...]:
    tiles = []
    for key in _TILES:
        k = found.get(key)
        if k is None or k.tone == "plain":
            continue
        value, unit = study.lang.quantity(abs(k.difference), k.unit, k.largest)
        words = (
            study.t("{label}: less", {"label": k.label})
            if k.difference > 0
            else study.t("{label}: more", {"label": k.label})
        )
        share = study.lang.percent(-k.difference_frac, sign=True)
        tiles.append(PublicTile(words, value, unit, share, k.tone))
    return tuple(tiles[:_MOST_TILES])


def _site(study: Study) -> Section:
    """Return the map without any building's demand: equal circles, names only."""
    chart = site_map(study)
    blocks: tuple[Block, ...] = ()
    if chart is not None:
        figure = {"data": [_without_demand(t) for t in chart.figure["data"]], "layout": chart.figure["layout"]}
        buildings = study.table("buildings")
        rows = tuple(
            (str(n), study.t("Connected") if c else study.t("Own machines"))
            for n, c in zip(buildings["name"], buildings["connected"], strict=True)
        )
        table = Table(study.t("Buildings on the map"), (Head(study.t("Building")), Head(study.t("Service"))), rows)
        caption = study.t("Circles are buildings, lines are pipes under the streets, the diamond is the energy center.")
        blocks = (Chart("map", study.t("Where"), caption, figure, table, height=520),)
    return Section("site", study.t("Where"), blocks)


def _without_demand(trace: Mapping[str, Any]) -> dict[str, Any]:
    clean = {k: v for k, v in trace.items() if k not in {"hovertext", "hoverinfo"}} | {"hoverinfo": "skip"}
    marker = dict(trace.get("marker", {}))
    if isinstance(marker.get("size"), list):
        clean["marker"] = marker | {"size": 16}
        clean |= {"hoverinfo": "name"}
    if trace.get("mode") == "markers" and trace.get("text"):
        clean.pop("text")
    return clean


def _built(study: Study) -> Section:
    rows = summary(study).build
    heads = (Head(study.t("Machine or network")), Head(study.t("Size"), numeric=False))
    table = Table(study.t("What would be built"), heads, rows)
    return Section("built", study.t("What would be built"), (table,) if rows else ())


def _scenarios(study: Study, others: Sequence[tuple[str, Appraisal]]) -> Section:
    """Return the physical indicators of BAU, every variant and every other scenario, side by side."""
    columns: list[tuple[str, Mapping[str, Indicator]]] = [
        (study.variant(v), indicators(study, v)) for v in study.order if v != BAU
    ]
    columns += [(name, indicators(Study(a, study.lang), a.main_variant)) for name, a in others]
    first = columns[0][1]
    rows = []
    for key in PHYSICAL:
        k = first.get(key)
        if k is None or (not k.bau and not k.value):
            continue
        unit = study.lang.quantity(k.largest, k.unit)[1]
        cells = [study.lang.quantity(k.bau, k.unit, k.largest)[0]]
        cells += [study.lang.quantity(c[key].value, k.unit, k.largest)[0] if key in c else "–" for _, c in columns]
        rows.append((k.label, unit, *cells))
    first_heads = (
        Head(study.t("Per year, whole district")),
        Head(study.t("Unit")),
        Head(study.t("Without the district"), numeric=True),
    )
    heads = (*first_heads, *(Head(name, numeric=True) for name, _ in columns))
    title = study.t("What it changes")
    blocks: list[Block] = [] if (chart := _saving_chart(study, columns)) is None else [chart]
    return Section("scenarios", study.t("Scenarios"), (*blocks, Table(title, heads, tuple(rows))))


def _saving_chart(study: Study, columns: Sequence[tuple[str, Mapping[str, Indicator]]]) -> Chart | None:
    k = columns[0][1].get("ghg_total")
    if k is None:
        return None
    divisor, unit = study.lang.scale(k.largest, k.unit)
    names = [study.t("Without the district"), *(n for n, _ in columns)]
    values = [k.bau / divisor, *(c["ghg_total"].value / divisor for _, c in columns if "ghg_total" in c)]
    colors = [GRAY, *(CYCLE[i % len(CYCLE)] for i in range(len(columns)))]
    data = {
        "type": "bar", "orientation": "h", "y": [short(n, 40) for n in names], "x": values,
        "marker": {"color": colors}, "text": [study.lang.number(v) for v in values], "textposition": "outside",
        "cliponaxis": False, "textfont": {"color": BLACK}, "hovertemplate": f"%{{x:,.0f}} {plain(unit)}<extra></extra>",
    }  # fmt: skip
    figure = {
        "data": [data],
        "layout": layout(
            study.lang,
            {"xaxis": axis(unit), "yaxis": axis("", {"autorange": "reversed"}), "hovermode": "closest",
             "showlegend": False, "margin": {"r": 60}},
        ),
    }  # fmt: skip
    heads = (Head(study.t("Scenario")), Head(study.t("Emission"), unit, numeric=True))
    rows = tuple((n, study.lang.number(v)) for n, v in zip(names, values, strict=True))
    title, caption = study.t("Greenhouse gases of a year"), study.t("All gases of machines and energy, as CO₂.")
    return Chart("ghg", title, caption, figure, Table(title, heads, rows), height=110 + 46 * len(names))


def _meaning(study: Study) -> Section:
    texts = (
        study.t("These are figures of a feasibility study, not of a built plant."),
        study.t("Prices, contracts and the demand of single buildings are not shown: they belong to the customers."),
    )
    return Section("meaning", study.t("How to read this"), tuple(Note(text) for text in texts))
