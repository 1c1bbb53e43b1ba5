"""The sections of a portfolio's page: select and format what the tables hold."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from edsim.core.i18n import is_missing
from edsim.report.i18n import nice_unit
from edsim.report.portfolio.map import studies_map
from edsim.report.portfolio.notes import findings, prices
from edsim.report.portfolio.view import PortfolioView
from edsim.report.theme import GREEN, ORANGE, axis, layout, short
from edsim.report.view import Block, Chart, Head, Note, Section, Table

if TYPE_CHECKING:
    import pandas as pd

Tile = tuple[str, str, str, str]
_GROUPED = (
    "ghg_avoided_t_per_a", "ghg_avoided_t", "electricity_saved_mwh", "final_energy_saved_mwh", "investment", "npv",
    "cooling_mwh", "cooling_capacity_tr", "floor_area_m2",
)  # fmt: skip
_DIMENSIONS = ("country", "city", "sector", "service", "stage", "study_year", "program")
_MOST_GROUPS = 40


def headline(view: PortfolioView) -> tuple[str, ...]:
    """Return what the page says first."""
    frame = view.data.tables["measures"]
    npv, cities = view.total("npv"), frame["city"].nunique()
    first = view.t(
        "{count} studies in {cities} cities would avoid {ghg} and save {energy} a year for an investment of {money}."
        if cities > 1
        else "{count} studies in one city would avoid {ghg} and save {energy} a year for an investment of {money}."
        if len(frame) > 1
        else "One study would avoid {ghg} and save {energy} a year for an investment of {money}.",
        {
            "count": view.lang.number(len(frame), 0),
            "cities": cities,
            "ghg": view.shown(view.total("ghg_avoided_t_per_a"), "tCO2e"),
            "energy": view.shown(view.total("final_energy_saved_mwh"), "MWh"),
            "money": view.shown(view.total("investment"), "currency"),
        },
    )
    pays = int((frame["npv"] >= 0.0).sum())
    rest = [
        view.t(
            "Together they cost {money} less than BAU over their horizons."
            if npv >= 0
            else "Together they cost {money} more than BAU over their horizons.",
            {"money": view.shown(abs(npv), "currency")},
        ),
        view.t(
            "{pays} of {count} pays for itself against BAU."
            if pays == 1
            else "{pays} of {count} pay for themselves against BAU.",
            {"pays": pays, "count": len(frame)},
        ),
    ]
    spread = view.data.tables["risk"].set_index("sum").loc["npv"]
    ends = [float(value) for value in spread[["p10", "p90"]].to_numpy(dtype=float)]
    money = view.lang.money(max(map(abs, ends)), view.currency)  # both on one scale
    rest.append(
        view.t(
            "With shared risks, the net present value lies between {low} and {high} with a probability of 80\u00a0%.",
            {"low": money.shown(ends[0]), "high": f"{money.shown(ends[1])} {money.unit}"},
        )
    )
    return (first, *rest)


def tiles(view: PortfolioView) -> tuple[Tile, ...]:
    """Return the figures at the top."""
    out = []
    for measure in ("ghg_avoided_t_per_a", "final_energy_saved_mwh", "investment", "npv"):
        unit = view.data.labels[measure][1].replace("currency", view.currency)
        number, scaled = view.lang.quantity(view.total(measure), unit)
        out.append((view.label(measure), number, scaled, ""))
    spread = view.data.tables["risk"].set_index("sum").loc["npv"]
    below = view.t(
        "probability that NPV is below zero: {share}", {"share": view.lang.percent(spread["below_zero_frac"])}
    )
    out[-1] = (*out[-1][:3], below)
    return tuple(out)


def sections(view: PortfolioView) -> tuple[Section, ...]:
    """Return the sections in order; those without content are left out."""
    chart = studies_map(view)
    found = [
        Section("map", view.t("Map of the studies"), () if chart is None else (chart,)),
        Section("studies", view.t("Studies"), (_studies(view),)),
        Section("groups", view.t("Sums by group"), (_bars(view), *_groups(view), _years(view))),
        Section("abatement", view.t("Abatement cost"), _abatement(view)),
        Section("budget", view.t("Choice within the budget"), _budget(view)),
        Section("risk", view.t("Risk"), _risk(view)),
        Section("frameworks", view.t("Indicators of frameworks"), (_frameworks(view),)),
        Section("targets", view.t("Climate targets"), _targets(view)),
        Section("cities", view.t("City profiles"), (_cities(view),)),
        Section("similar", view.t("Similar studies"), (_similar(view),)),
        Section("prices", view.t("Prices and exchange rates"), (prices(view),)),
        Section("findings", view.t("Left out and accepted"), findings(view)),
    ]
    return tuple(s for s in found if s.blocks)


def _numbers(view: PortfolioView, frame: pd.DataFrame, columns: dict[str, str], like: pd.DataFrame) -> list[list[str]]:
    """Return formatted columns with the decimals of the largest value of `like`; `columns` is name → unit."""
    out: list[list[str]] = []
    for name, unit in columns.items():
        values = frame[name].tolist()
        if name == "studies":
            out.append([view.lang.number(v, 0) for v in values])
            continue
        factor, common = _common(view, name, unit)
        largest = _largest(like[name].tolist()) / factor
        scaled = [v if is_missing(v) else float(v) / factor for v in values]
        out.append([view.lang.quantity(v, common, scale_of=largest)[0] for v in scaled])
    return out


def _common(view: PortfolioView, name: str, unit: str) -> tuple[float, str]:
    """Return divisor and unit of an energy that reads well as the sum of all studies; 1 and `unit` of anything else.

    One study and a sum are then in the same unit wherever they stand on the page.
    """
    return view.lang.scale(view.total(name), unit) if unit.startswith("MWh") else (1.0, unit)


def _largest(values: list[Any]) -> float:
    return max((abs(float(v)) for v in values if not is_missing(v)), default=0.0)


def _head(view: PortfolioView, frame: pd.DataFrame, name: str, unit: str, label: str) -> Head:
    factor, common = _common(view, name, unit)
    shown = "" if unit == "frac" else view.lang.scale(_largest(frame[name].tolist()) / factor, common)[1]
    return Head(label, shown, numeric=True)


def _table(
    view: PortfolioView,
    title: str,
    frame: pd.DataFrame,
    spec: tuple[list[tuple[str, str]], list[tuple[str, str, str]]],
    whole: pd.DataFrame | None = None,
) -> Table:
    """Return a table: `spec` is (text columns with heads, number columns with unit and head), `whole` a row of sums."""
    texts, numbers = spec
    units = {name: unit.replace("currency", view.currency) for name, unit, _ in numbers}
    heads = [Head(head) for _, head in texts] + [_head(view, frame, n, units[n], head) for n, _, head in numbers]
    cells = [[view.word(v) if n in _WORDS else str(v) for v in frame[n]] for n, _ in texts]
    cells += _numbers(view, frame, units, frame)
    rows = tuple(zip(*cells, strict=True)) if len(frame) else ()
    if whole is not None:
        sums = [column[0] for column in _numbers(view, whole, units, frame)]
        rows = (*rows, (view.t("Total"), *("" for _ in texts[1:]), *sums))
    return Table(title, tuple(heads), rows, filtered=len(frame) > 12, summed=whole is not None)


_WORDS = frozenset({"sector", "stage", "verdict", "conclusion", "kind", "indicator", "label", "group"})


def _studies(view: PortfolioView) -> Table:
    t, frame = view.t, view.data.tables["measures"]
    texts = [("case", t("Case")), ("variant", t("Variant")), ("city", t("City"))]
    texts += [("sector", t("Sector")), ("stage", t("Stage")), ("study_year", t("Year"))]
    numbers = [
        (m, view.data.labels[m][1], view.label(m))
        for m in (
            "floor_area_m2",
            "investment",
            "npv",
            "final_energy_saved_mwh",
            "ghg_avoided_t_per_a",
            "ghg_avoided_t",
        )
    ]
    return _table(view, t("Studies"), frame, (texts, numbers))


def _wide(view: PortfolioView, dimension: str) -> pd.DataFrame:
    rows = view.data.tables["totals"]
    rows = rows[(rows["dimension"] == dimension) & rows["measure"].isin(_GROUPED)]
    wide = rows.pivot_table(index=["group", "studies"], columns="measure", values="value", sort=False)
    return wide.reset_index().head(_MOST_GROUPS)


def _groups(view: PortfolioView) -> list[Block]:
    t = view.t
    found: list[Block] = []
    for dimension in _DIMENSIONS:
        wide = _wide(view, dimension)
        if len(wide) < 2:
            continue
        title = t(f"By {dimension.replace('_', ' ')}")
        numbers = [("studies", "", t("Studies"))]
        numbers += [(m, view.data.labels[m][1], view.label(m)) for m in _GROUPED if m in wide]
        head = t(dimension.replace("_", " ").capitalize())
        found.append(_table(view, title, wide, ([("group", head)], numbers), _wide(view, "portfolio")))
    return found


def _bars(view: PortfolioView) -> Chart:
    t, wide = view.t, _wide(view, "city").sort_values("ghg_avoided_t_per_a", ascending=False)
    names = [short(g) for g in wide["group"]]
    trace = {"type": "bar", "x": names, "y": wide["ghg_avoided_t_per_a"].tolist(), "marker": {"color": GREEN}}
    title = t("GHG avoided by city")
    table = _table(view, title, wide, ([("group", t("City"))], [("ghg_avoided_t_per_a", "tCO2e/a", t("GHG avoided"))]))
    shape = layout(view.lang, {"showlegend": False, "xaxis": axis("", {"tickformat": ""}), "yaxis": axis("tCO₂e/a")})
    caption = t("Sum over the studies of each city, mean of a year.")
    return Chart("ghg-by-city", title, caption, {"data": [trace | {"showlegend": False}], "layout": shape}, table)


def _years(view: PortfolioView) -> Chart:
    t, frame = view.t, view.data.tables["yearly"]
    years = frame["calendar_year"].tolist()
    trace = {"type": "bar", "x": years, "y": frame["avoided_t"].tolist(), "marker": {"color": GREEN}}
    title = t("By calendar year")
    numbers = [("studies", "", t("Studies")), ("ghg_bau_t", "tCO2e", t("GHG of BAU"))]
    numbers += [("ghg_t", "tCO2e", t("GHG of the projects")), ("avoided_t", "tCO2e", t("GHG avoided"))]
    table = _table(
        view, title, frame, ([("calendar_year", t("Year"))], [*numbers, ("cumulative_t", "tCO2e", t("Cumulative"))])
    )
    shape = layout(view.lang, {"showlegend": False, "xaxis": axis("", {"tickformat": "d"}), "yaxis": axis("tCO₂e/a")})
    caption = t(
        "GHG avoided in each year, in the years that each study covers; gases are counted in the year they leave."
    )
    if (frame["avoided_t"] < 0.0).any():
        caption += " " + t("Below zero stand years in which today's machines are scrapped and release what they hold.")
    return Chart("ghg-by-year", title, caption, {"data": [trace | {"showlegend": False}], "layout": shape}, table)


def _abatement(view: PortfolioView) -> tuple[Block, ...]:
    t, frame = view.t, view.data.tables["abatement_curve"]
    if frame.empty:
        return (Note(t("No study avoids GHG, so there is no curve."), "warn"),)
    widths = frame["all_gases_avoided_t"].tolist()
    left = [float(c - w) for c, w in zip(frame["cumulative_t"], widths, strict=True)]
    colors = [GREEN if c <= 0.0 else ORANGE for c in frame["cost_per_t"]]
    trace = {
        "type": "bar", "x": left, "y": frame["cost_per_t"].tolist(), "width": widths, "offset": 0,
        "text": [short(c) for c in frame["case"]], "textposition": "none", "showlegend": False,
        "hovertemplate": "%{text}<br>%{y:,.0f}<extra></extra>",
        "marker": {"color": colors, "line": {"color": "#FFFFFF", "width": 1}},
    }  # fmt: skip
    title = t("Abatement-cost curve")
    caption = t("Each bar is a study, as wide as what it avoids and as high as what a ton costs; bars below zero pay.")
    caption += " " + t(
        "All gases count here, those of the Montreal Protocol too, at the mean year times the horizon: "
        "tons differ from the sums of Kyoto gases."
    )
    shape = layout(
        view.lang,
        {
            "xaxis": axis(t("GHG avoided (all gases), tCO₂e")),
            "yaxis": axis(f"{view.currency}/tCO₂e"),
            "hovermode": "closest",
            "bargap": 0,
        },
    )
    texts = [("case", t("Case")), ("city", t("City")), ("sector", t("Sector"))]
    numbers = [
        ("all_gases_avoided_t", "tCO2e", t("GHG avoided (all gases)")),
        ("cost_per_t", "currency/tCO2e", t("Cost of a ton")),
    ]
    numbers += [("cumulative_t", "tCO2e", t("Cumulative"))]
    table = _table(view, title, frame, (texts, numbers))
    return (Chart("abatement-curve", title, caption, {"data": [trace], "layout": shape}, table, height=420),)


def _budget(view: PortfolioView) -> tuple[Block, ...]:
    t, budget = view.t, view.data.budget
    if budget is None:
        return ()
    unit = "tCO2e" if budget["goal"] == "ghg" else "currency"
    text = t(
        "Of a grant budget of {budget}, {spent} is spent and {gain} gained; no choice within it gains above {bound}.",
        {
            "budget": view.shown(budget["budget"], "currency"),
            "spent": view.shown(budget["spent"], "currency"),
            "gain": view.shown(budget["gain"], unit),
            "bound": view.shown(budget["bound"], unit),
        },
    )
    frame = view.data.tables["selection"]
    frame = frame.assign(chosen=[t("yes") if c else t("no") for c in frame["chosen"]])
    texts = [("case", t("Case")), ("variant", t("Variant")), ("sector", t("Sector")), ("chosen", t("Chosen"))]
    numbers = [("grant", "currency", t("Grant needed")), ("gain", unit, t("Gain"))]
    return (Note(text, "good"), _table(view, t("Choice within the budget"), frame, (texts, numbers)))


def _risk(view: PortfolioView) -> tuple[Block, ...]:
    t, frame = view.t, view.data.tables["risk"]
    rows = []
    for record in frame.to_dict("records"):
        label = t("Net present value against BAU") if record["sum"] == "npv" else t("GHG avoided over the horizon")
        keys = ("p10", "p50", "p90", "independent_p10", "independent_p90")
        largest = max(abs(float(record[k])) for k in keys)
        unit = str(record["unit"]).replace("currency", view.currency)
        cells = [view.lang.quantity(record[k], unit, largest)[0] for k in keys]
        shown = view.lang.quantity(largest, unit)[1]
        rows.append((label, nice_unit(shown), *cells, view.lang.percent(record["below_zero_frac"])))
    independent = (t("P10 if independent"), t("P90 if independent"))
    heads = (t("Sum"), t("Unit"), "P10", "P50", "P90", *independent, t("Below zero"))
    text = t(
        "Prices, construction cost and the grid factor move all projects at once; the last columns leave that out."
    )
    table = Table(t("Risk"), tuple(Head(h, numeric=k > 1) for k, h in enumerate(heads)), tuple(rows))
    return (Note(text), table)


def _frameworks(view: PortfolioView) -> Table:
    t, frame = view.t, view.data.tables["frameworks"]
    rows = []
    for r in frame.to_dict("records"):
        verified = t("yes") if r["verified"] else t("no")
        value, unit = view.lang.number(r["value"]), str(r["unit"])
        shown = view.lang.quantity(r["value"], unit) if unit == view.currency else (value, nice_unit(t(unit)))
        place = (t(str(r["framework"])), t(str(r["code"])), t(str(r["indicator"])).replace("CO2", "CO₂"))
        rows.append((*place, *shown, view.word(r["kind"]), verified))
    names = (t("Framework"), t("Code"), t("Indicator"), t("Value"), t("Unit"), t("Kind"), t("Definition verified"))
    heads = tuple(Head(n, numeric=k == 3) for k, n in enumerate(names))
    note = t("Contribution: what the projects add to an indicator of a place. Sources stand in frameworks.csv.")
    counts = {"verified": int(frame["verified"].sum()), "count": len(frame)}
    note += " " + t("Number and name of {verified} of {count} were read at the source; check the others.", counts)
    if frame.loc[frame["unit"].str.contains("person"), "value"].isna().any():
        note += " " + t("A dash: no study states how many people it serves (study.population).")
    return Table(t("Indicators of frameworks"), heads, tuple(rows), note)


def _targets(view: PortfolioView) -> tuple[Block, ...]:
    t, frame = view.t, view.data.tables["targets"]
    if frame.empty:
        return (Note(t("No target of these places is known; give a table with --targets.")),)
    rows = tuple(
        (
            view.country(str(r["place"])),
            view.word(r["kind"]),
            str(r["target_year"]),
            view.shown(r["avoided_t"], "tCO2e"),
            view.shown(r["needed_t"], "tCO2e"),
            view.lang.percent(r["share_frac"], 4),
        )
        for r in frame.to_dict("records")
    )
    names = (t("Place"), t("Kind"), t("Year"), t("GHG avoided"), t("Needed or budget"), t("Share"))
    return (Table(t("Climate targets"), tuple(Head(n, numeric=k > 1) for k, n in enumerate(names)), rows),)


def _cities(view: PortfolioView) -> Table:
    t, frame = view.t, view.data.tables["cities"]
    rows = []
    for r in frame.to_dict("records"):
        score = view.lang.number(r["score"], 0) if r["verdict"] == "ranked" else view.word(r["verdict"])
        value = view.shown(r["value"], str(r["unit"]))
        rows.append((str(r["city"]), t(str(r["label"])), value, score, str(r["cohort"]), str(r["studies"])))
    names = (t("City"), t("Ratio"), t("Value"), t("Score"), t("Cities compared"), t("Studies"))
    note = t("Score: share of the other cities that are worse, 0 to 100; given from five cities on.")
    heads = tuple(Head(n, numeric=k > 1) for k, n in enumerate(names))
    return Table(t("City profiles"), heads, tuple(rows), note, filtered=len(rows) > 12)


def _similar(view: PortfolioView) -> Table:
    t, frame = view.t, view.data.tables["similar"]
    measures = view.data.tables["measures"]
    cases = dict(zip(measures["run"], measures["case"], strict=True))
    named = frame.assign(run=frame["run"].map(cases), similar=frame["similar"].map(cases))
    texts = [("run", t("Study")), ("similar", t("Resembles")), ("city", t("City")), ("conclusion", t("It concluded"))]
    numbers = [("distance", "", t("Distance")), ("ghg_cut_frac", "frac", t("GHG cut")), ("npv", "currency", t("NPV"))]
    return _table(view, t("Similar studies"), named, (texts, numbers))
