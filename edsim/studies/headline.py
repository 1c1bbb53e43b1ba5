"""What a study says first, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from edsim.core.i18n import Lang, format_number, money_scale, money_unit
from edsim.core.language.sentences import in_language
from edsim.studies.diagnosis.situation import clock
from edsim.studies.field_names import field_in_words, point_in_words
from edsim.studies.results import StudyResult, better_is_higher, label

if TYPE_CHECKING:
    import pandas as pd

_TEXTS: Mapping[Lang, Mapping[str, str]] = {
    "en": {
        "sweep": "Alternatives: {count}; best is {point} with {value} {unit} ({indicator}).",
        "sweep_high": "Alternatives: {count}; highest {indicator} at {point}: {value} {unit}.",
        "sweep_low": "Alternatives: {count}; lowest {indicator} at {point}: {value} {unit}.",
        "sweep_base": "The case as it stands is number {rank} of {count} with {value} {unit}.",
        "infeasible": "Alternatives that cannot serve the demand: {count}; the table says why.",
        "unresolved": "Alternatives without a result that holds: {count}; the table says why.",
        "feeder_over": "With the buildings' other electricity {count} of {all} alternatives load the feeder above the "
        "largest connection of the grid, the most by {over} kW ({point}, {hours} h/a).",
        "relief": "A kW less at the feeder's peak than with the case as it stands costs least with {point}: {value} "
        "{unit} of life-cycle cost for each of {relief} kW.",
        "idle": "By itself none of these changes a figure of this study: {paths}.",
        "idle_units": "The number of machines counts where whole units are asked for: units: integer, with "
        "unit_capacity_kw.",
        "pareto": "Points no design beats in both criteria: {count}; dominated ones left out: {removed}.",
        "slope": "Along the front one {second} less costs {low} to {high} {unit}.",
        "near_optimal": "Within {slack} % of {goal}: must-have {must}; real choice {real}; avoidable {avoid}.",
        "few_designs": "Clearly different designs found within {slack} % of {goal}: only {count}; "
        "{wanted} were looked for.",
        "refused": "Draws outside the limits of the case, left out: {count}, such as {reason}.",
        "clipped": "Values beyond the limits of these fields were moved to the limit: {paths}.",
        "not_served": "Points of the front left out, {count}: {reasons}.",
        "designs_not_served": "Designs of the menu left out, {count}: the plant cannot serve the whole year.",
        "tornado": "Widest bar: {path}, {width} {unit} between its P10 and P90.",
        "tornado_anew": "Widest bar: {path}, {width} {unit} between its P10 and P90, with sizes found anew.",
        "no_bar": "None of the inputs moves this figure between its P10 and P90.",
        "monte_carlo": "Net present value: P10 {p10}, P50 {p50}, P90 {p90} {unit}; below zero in {loss} % "
        "of {count} draws.",
        "dscr": "Least debt cover below {cover} in {share} % of the draws.",
        "break_even": "The project breaks even at {factor} times today's electricity price.",
        "sensitivity": "Largest share of the variance: {path}, {share} % (± {error} % for the size of the sample).",
        "independent": "The correlations of the file are left out: shares are those of independent inputs.",
        "utility": "Peak at the feeder, other electricity of the buildings included: {before} kW before, {after} kW "
        "after; {change} kW in the mean of the 100 highest hours.",
        "peak_hours": "The highest hour of the feeder begins on {before}, with the district on {after}.",
        "terms": "Terms of the utility: its load grows by {growth} % a year, discount rate {rate} %{cost}.",
        "at_cost": ", capacity at {value} {currency}/kW",
        "no_capacity_cost": "Give --capacity-cost for a value of putting an extension of the feeder off.",
        "none": "none",
        "cost": "the least cost",
        "ghg_kg": "the least GHG at the cost allowed",
        "grid_peak_kw": "the least peak import at the cost allowed",
        "water_m3": "the least water use at the cost allowed",
        "primary_energy_kwh": "the least primary energy at the cost allowed",
    },
    "es": {
        "sweep": "Alternativas: {count}; la mejor es {point} con {value} {unit} ({indicator}).",
        "sweep_high": "Alternativas: {count}; mayor {indicator} con {point}: {value} {unit}.",
        "sweep_low": "Alternativas: {count}; menor {indicator} con {point}: {value} {unit}.",
        "sweep_base": "El caso como está es el número {rank} de {count} con {value} {unit}.",
        "infeasible": "Alternativas que no pueden servir la demanda: {count}; la tabla dice por qué.",
        "unresolved": "Alternativas sin un resultado válido: {count}; la tabla dice por qué.",
        "feeder_over": "Con la demás electricidad de los edificios {count} de {all} alternativas cargan el "
        "alimentador por encima de la mayor conexión a la red, a lo sumo por {over} kW ({point}, {hours} h/a).",
        "relief": "Un kW menos en el pico del alimentador que con el caso como está cuesta menos con {point}: {value} "
        "{unit} de costo del ciclo de vida por cada uno de {relief} kW.",
        "idle": "Ninguno de estos campos cambia por sí solo una cifra de este estudio: {paths}.",
        "idle_units": "El número de máquinas cuenta donde se piden unidades enteras: units: integer, con "
        "unit_capacity_kw.",
        "pareto": "Puntos que ningún diseño supera en ambos criterios: {count}; dominados que se omiten: {removed}.",
        "slope": "A lo largo del frente un {second} menos cuesta {low} a {high} {unit}.",
        "near_optimal": "Dentro de {slack} % {goal}: imprescindible {must}; opción real {real}; evitable {avoid}.",
        "few_designs": "Diseños claramente distintos hallados dentro de {slack} % {goal}: solo {count}; se "
        "buscaban {wanted}.",
        "refused": "Sorteos fuera de los límites del caso, que se dejaron por fuera: {count}, como {reason}.",
        "clipped": "Los valores más allá de los límites de estos campos se llevaron al límite: {paths}.",
        "not_served": "Puntos del frente que se dejaron por fuera, {count}: {reasons}.",
        "designs_not_served": "Diseños del menú que se omiten, {count}: la planta no puede servir todo el año.",
        "tornado": "Barra más ancha: {path}, {width} {unit} entre su P10 y su P90.",
        "tornado_anew": "Barra más ancha: {path}, {width} {unit} entre su P10 y su P90, con tamaños hallados de nuevo.",
        "no_bar": "Ninguna de las entradas mueve esta cifra entre su P10 y su P90.",
        "monte_carlo": "Valor presente neto: P10 {p10}, P50 {p50}, P90 {p90} {unit}; bajo cero en {loss} % "
        "de {count} sorteos.",
        "dscr": "Cobertura mínima de la deuda bajo {cover} en {share} % de los sorteos.",
        "break_even": "El proyecto llega a equilibrio a {factor} veces el precio actual de la electricidad.",
        "sensitivity": "Mayor parte de la varianza: {path}, {share} % (± {error} % por el tamaño de la muestra).",
        "independent": "Las correlaciones del archivo se dejan por fuera: las partes son de entradas independientes.",
        "utility": "Demanda máxima del alimentador, con la demás electricidad de los edificios: {before} kW antes, "
        "{after} kW después; {change} kW en la media de las 100 horas más altas.",
        "peak_hours": "La hora más alta del alimentador empieza el {before}; con el distrito, el {after}.",
        "terms": "Condiciones de la empresa: su carga crece {growth} % al año, tasa de descuento {rate} %{cost}.",
        "at_cost": ", capacidad a {value} {currency}/kW",
        "no_capacity_cost": "Dé --capacity-cost para un valor de aplazar una ampliación del alimentador.",
        "none": "nada",
        "cost": "del costo mínimo",
        "ghg_kg": "del mínimo de GEI al costo permitido",
        "grid_peak_kw": "del mínimo pico tomado de la red al costo permitido",
        "water_m3": "del consumo mínimo de agua al costo permitido",
        "primary_energy_kwh": "de la energía primaria mínima al costo permitido",
    },
}


_NO_WIDTH = 1e-9
"""A bar narrower than this share of the figure is none."""
_VERDICTS = ("must-have", "real choice", "avoidable")
"""Strongest first: a technology of several sizes is what its most needed size is."""


def with_headline(result: StudyResult, lang: Lang = "en") -> StudyResult:
    """Return the study with the sentences that say what was found."""
    return replace(result, headline=tuple(_SENTENCES[result.kind](result, lang)))


def _say(lang: Lang, key: str, **values: object) -> str:
    unit, amounts = str(values.get("unit", "")), [v for v in values.values() if isinstance(v, float)]
    if amounts and unit[:3].isupper() and unit[3:] in {"", "/a"}:
        divisor, digits = money_scale(max(map(abs, amounts)))
        values["unit"] = money_unit(unit, divisor, lang)
        shown = {k: format_number(v / divisor, lang, digits) if isinstance(v, float) else v for k, v in values.items()}
    else:
        shown = {k: format_number(v, lang, _digits(v)) if isinstance(v, float) else v for k, v in values.items()}
    return _TEXTS[lang][key].format(**shown)


def _digits(value: float) -> int:
    size = abs(value)
    return 0 if size >= 100 or size == 0 else 1 if size >= 10 else 3


def _percent(share: float, lang: Lang) -> str:
    return format_number(100.0 * share, lang, 1)


def _sweep(r: StudyResult, lang: Lang) -> list[str]:
    ranking, about = r.tables["ranking"], r.about
    best = ranking.iloc[0]
    frame = {"indicator": label(about["rank_by"], lang), "unit": about["rank_unit"]}
    key = "sweep"
    if any(map(_is_given, about["fields"])):
        key = "sweep_high" if better_is_higher(about["rank_by"]) else "sweep_low"
        frame["indicator"] = _in_a_sentence(frame["indicator"])
    shown = {"point": _in_words(str(best["point"]), lang, r.about["currency"]), "value": float(best["value"])}
    said = [_say(lang, key, count=about["points"], **shown, **frame)]
    base = ranking[ranking["point"] == "base"].iloc[0]
    place = {"rank": int(base["rank"]), "count": len(ranking), "value": float(base["value"])}
    said.append(_say(lang, "sweep_base", unit=frame["unit"], **place))
    for status in ("infeasible", "unresolved"):
        lost = int((r.tables["points"]["status"] == status).sum())
        said += [_say(lang, status, count=lost)] if lost else []
    if "feeder" in r.tables:
        said += _over(r, lang)
        said += _relief(r, lang) if about["rank_by"] == "feeder_peak" else []
    idle = about["without_effect"]
    if idle:
        said.append(_say(lang, "idle", paths=", ".join(field_in_words(p, lang) for p in idle)))
        said += [_say(lang, "idle_units")] if any(p.endswith(".units") for p in idle) else []
    return said


def _over(r: StudyResult, lang: Lang) -> list[str]:
    """Return what is said of feeders above their limit."""
    feeder = r.tables["feeder"]
    over = feeder[feeder["over_kw"] > 0.0]
    if over.empty:
        return []
    worst = over.sort_values("over_kw", kind="stable").iloc[-1]
    shown = {"point": _in_words(str(worst["point"]), lang, r.about["currency"]), "over": float(worst["over_kw"])}
    return [_say(lang, "feeder_over", count=len(over), all=len(feeder), hours=int(worst["hours_over"]), **shown)]


def _relief(r: StudyResult, lang: Lang) -> list[str]:
    """Return which alternative relieves the feeder at the least cost per kW, where any does."""
    relieving = r.tables["feeder"].dropna(subset=["relief_cost_per_kw"])
    if relieving.empty:
        return []
    best = relieving.sort_values("relief_cost_per_kw", kind="stable").iloc[0]
    shown = {
        "point": _in_words(str(best["point"]), lang, r.about["currency"]),
        "value": float(best["relief_cost_per_kw"]),
    }
    relief = format_number(float(best["relief_kw"]), lang, 0)
    return [_say(lang, "relief", unit=r.about["currency"], relief=relief, **shown)]


_GIVEN = frozenset(("tariffs", "fuels", "finance", "emissions", "sources", "weather", "currency", "price_year"))
"""Parts of a case that the world sets: prices, rates, climate. Nobody chooses the best of them."""


def _is_given(path: str) -> bool:
    """Return whether a field is no choice of the project: a price, a rate, an investment cost."""
    parts = path.split(".")
    last = parts[-1]
    cost = last.startswith(("capex", "fixed_om", "cost_factor", "price")) or "_per_kwh" in last
    return cost or bool(_GIVEN & set(parts[:1])) or (parts[0] == "variants" and bool(_GIVEN & set(parts[3:4])))


def _in_a_sentence(name: str) -> str:
    """Return a name with a small first letter, unless it is an abbreviation."""
    return name if name[:2].isupper() else name[:1].lower() + name[1:]


def _in_words(point: str, lang: Lang, currency: str) -> str:
    if point == "base":
        return {"en": "the case as it stands", "es": "el caso como está"}[lang]
    return point_in_words(point, lang, currency)


def _pareto(r: StudyResult, lang: Lang) -> list[str]:
    table, about = r.tables["front"], r.about
    said = [_say(lang, "pareto", count=len(table), removed=about["removed_as_dominated"])]
    slopes = table["slope"].dropna()
    if len(slopes):
        ends = {"low": float(slopes.min()), "high": float(slopes.max())}
        said.append(_say(lang, "slope", second=about["units"][1], unit=about["units"][0], **ends))
    if about["not_served"]:
        reasons = dict.fromkeys(in_language(str(lost).partition(" ")[2], lang) for lost in about["not_served"])
        said.append(_say(lang, "not_served", count=len(about["not_served"]), reasons="; ".join(reasons)))
    return said


def _near_optimal(r: StudyResult, lang: Lang) -> list[str]:
    table = r.tables["verdicts"]
    strongest: dict[str, str] = {}
    for technology, said_of_size in table[["technology", "verdict"]].itertuples(index=False):
        so_far = strongest.get(technology, said_of_size)
        strongest[technology] = min(so_far, said_of_size, key=_VERDICTS.index)

    def names(kind: str) -> str:
        return ", ".join(t for t, v in strongest.items() if v == kind) or _TEXTS[lang]["none"]

    slack = 100.0 * max(r.about["slacks"])
    goal = _TEXTS[lang][r.about["criterion"]]
    groups = {"must": names("must-have"), "real": names("real choice"), "avoid": names("avoidable")}
    said, about = [_say(lang, "near_optimal", slack=f"{slack:g}", goal=goal, **groups)], r.about
    if about["designs"] < about["designs_wanted"]:
        counts = {"count": about["designs"], "wanted": about["designs_wanted"]}
        said.append(_say(lang, "few_designs", slack=f"{slack:g}", goal=goal, **counts))
    if about["not_served"]:
        said.append(_say(lang, "designs_not_served", count=len(about["not_served"])))
    return said


def _clipped(r: StudyResult, lang: Lang) -> list[str]:
    paths = ", ".join(field_in_words(p, lang) for p in r.about["clipped"])
    return [_say(lang, "clipped", paths=paths)] if paths else []


def _tornado(r: StudyResult, lang: Lang) -> list[str]:
    table = r.tables["tornado"]
    row = table.sort_values("width", ascending=False, kind="stable").iloc[0]
    if not abs(row["width"]) > _NO_WIDTH * abs(row["base"]):
        return [_say(lang, "no_bar"), *_clipped(r, lang)]
    kept = row["mode"] == "fixed" or set(table["mode"]) == {row["mode"]}
    shown = {"path": field_in_words(row["path"], lang), "width": float(row["width"]), "unit": r.about["unit"]}
    return [_say(lang, "tornado" if kept else "tornado_anew", **shown), *_clipped(r, lang)]


def _monte_carlo(r: StudyResult, lang: Lang) -> list[str]:
    found = r.tables["distribution"].set_index("id").to_dict()
    chances = {str(k): float(v) for k, v in r.tables["probabilities"][["id", "value"]].itertuples(index=False)}
    npv = {q: float(found[q]["npv"]) for q in ("p10", "p50", "p90")}
    unit, count = r.about["currency"], r.about["count"] - r.about["refused"]
    said = [_say(lang, "monte_carlo", **npv, unit=unit, loss=_percent(chances["npv_below_0"], lang), count=count)]
    said += [
        _say(
            lang,
            "dscr",
            cover=format_number(float(cover), lang, 1),
            share=_percent(chances[f"dscr_below_{cover}"], lang),
        )
        for cover in ("1.0", "1.2")
        if f"dscr_below_{cover}" in chances
    ]
    if r.about["refused"]:
        said.append(_say(lang, "refused", count=r.about["refused"], reason=r.about["refused_reasons"][0]))
    factor = chances.get("break_even_power_price_factor", np.nan)
    return [*said, _say(lang, "break_even", factor=factor)] if np.isfinite(factor) else said


def _sensitivity(r: StudyResult, lang: Lang) -> list[str]:
    row = r.tables["sobol"].iloc[0]
    shown = {
        k: format_number(100.0 * float(row[c]), lang, 0) for k, c in (("share", "total"), ("error", "total_error"))
    }
    said = [_say(lang, "sensitivity", path=field_in_words(row["path"], lang), **shown), *_clipped(r, lang)]
    return [*said, _say(lang, "independent")] if r.about.get("correlated") else said


def _utility(r: StudyResult, lang: Lang) -> list[str]:
    table = r.tables["utility"]
    years = [(f"{year}: ", table[table["milestone"] == year]) for year in r.about.get("milestones", ())]
    said = [f"{year}{text}" for year, part in years or [("", table)] for text in _feeder(part, lang)]
    cost = float(r.about["capacity_cost_per_kw"])
    at_cost = _TEXTS[lang]["at_cost"].format(
        value=format_number(cost, lang, _digits(cost)), currency=r.about["currency"]
    )
    shown = {k: _percent(float(r.about[f"{k}_frac"]), lang) for k in ("growth", "rate")}
    said.append(_say(lang, "terms", **shown, cost=at_cost if cost > 0.0 else ""))
    return said if cost > 0.0 else [*said, _say(lang, "no_capacity_cost")]


def _feeder(table: pd.DataFrame, lang: Lang) -> list[str]:
    """Return what is said of the feeder in one year."""
    figures = {str(row["id"]): row for row in table.to_dict("records")}
    peak, coincident = figures["peak_kw"], figures["coincident_peak_kw"]
    ends = {"before": float(peak["before"]), "after": float(peak["after"])}
    change = float(coincident["difference"])
    shown = format_number(change, lang, _digits(change))
    said = [_say(lang, "utility", change=f"+{shown}" if change > 0 else shown, **ends)]
    hours = {k: clock(int(figures["peak_hour"][k]), lang) for k in ("before", "after")}
    return [*said, _say(lang, "peak_hours", **hours)]


_SENTENCES = {
    "sweep": _sweep,
    "pareto": _pareto,
    "near_optimal": _near_optimal,
    "tornado": _tornado,
    "monte_carlo": _monte_carlo,
    "sensitivity": _sensitivity,
    "utility": _utility,
}
