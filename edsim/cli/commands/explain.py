"""``edsim explain``: where a value comes from, why a case has no solution, or why its solution is as it is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from edsim.cli.session import (
    Session,
    as_text,
    case_argument,
    json_option,
    progress_printer,
    show_findings,
    show_json,
    show_table,
)
from edsim.core.i18n import Lang, format_number, pick, printable
from edsim.core.language.fields_es import meaning

if TYPE_CHECKING:
    from edsim.case.schema import Case
    from edsim.core.errors import Finding
    from edsim.studies.diagnosis.cause import Explanation
    from edsim.studies.diagnosis.findings import RepairText
    from edsim.studies.diagnosis.reasons import MachineReason, Reasons, Worth

_INFEASIBLE = 3
_CAPS = ("cost", "ghg_kg", "grid_peak_kw", "water_m3", "primary_energy_kwh")
_LARGEST = 3

_WORDS: dict[Lang, dict[str, str]] = {
    "en": {
        "value": "Value", "unit": "Unit", "source": "Source", "year": "Year", "quality": "Quality", "where": "Where",
        "default": "default", "rank": "#", "repair": "Repair", "change": "Change, %",
        "cost": "Plant, {currency}/a",
        "none": "{variant}: no plant serves the demand.", "repairs": "Repairs, best first",
        "rule": "Order: limits that are too tight, by cost of the whole plant once the limit is free × (1 + change); "
        "then limits of 0, sources, outages, stores, less demand.",
        "together": "Only together", "checked": "Shortage checked on {hours} hours. Amounts marked ~ were found on "
        "typical and peak days.", "solved": "{variant}: why the plant is as it is ({days} typical and peak days, "
        "whole units and minimum loads left out)", "machine": "Machine", "size": "Size", "installed": "Installed",
        "limit": "Limit", "why": "Why", "free": "free: one more is not worth its price",
        "binds": "limit binds: one {unit} more saves {value} {currency} a year",
        "is_least": "not bought", "given": "fixed by the case", "used_up": "all that source {source} gives",
        "worths": "What each machine is worth",
        "bought": "without it the plant costs {value} {currency} a year more",
        "needed": "nothing else can do its work", "enters": "would be bought if its investment fell by {percent} %, to "
        "{capex} {currency}/{unit}", "enters_many": "would be bought if its investment fell by {percent} %",
        "never": "would not be bought even for nothing", "or": " or ",
        "with": "{why}, together with {others}, which is not bought either and supplies it",
        "alone": "is of use only to {others}, which is not bought",
        "no_cost": "costs nothing to install and is not needed",
        "at_edge": "as cheap as what was bought: a tie",
        "prices": "Marginal prices", "carrier": "Carrier", "node": "Node", "mean": "Mean",
        "highest": "Highest", "when": "When", "peaks": "What drives the peak hours",
        "peak": "{carrier} at {node}: {kw} {unit} on {when}; outdoor air {dry} °C, wet bulb {wet} °C; largest: {loads}",
        "whole": "the plant without whole units can serve the demand: units, minimum loads or time are to blame",
    },
    "es": {
        "value": "Valor", "unit": "Unidad", "source": "Fuente", "year": "Año", "quality": "Calidad", "where": "Dónde",
        "default": "valor por defecto", "case file": "archivo del caso", "edsim default": "valor de edsim",
        "engineering estimate": "estimación de ingeniería",
        "measured": "medido", "engineered": "de ingeniería", "benchmark": "referencia",
        "estimate": "estimado", "rank": "#", "repair": "Remedio", "change": "Cambio, %",
        "cost": "Planta, {currency}/a",
        "none": "{variant}: ninguna planta sirve la demanda.", "repairs": "Remedios, el mejor primero",
        "rule": "Orden: límites demasiado estrechos, por costo de toda la planta con el límite libre × (1 + cambio); "
        "luego límites de 0, fuentes, cortes, almacenes, menos demanda.",
        "together": "Solo juntos", "checked": "Faltante revisado en {hours} horas. Las cantidades con ~ se hallaron en "
        "días típicos y de pico.", "solved": "{variant}: por qué la planta es así ({days} días típicos y de pico, "
        "sin unidades enteras ni cargas mínimas)", "machine": "Máquina", "size": "Tamaño", "installed": "Instalado",
        "limit": "Límite", "why": "Por qué", "free": "libre: uno más no vale lo que cuesta",
        "binds": "el límite aprieta: un {unit} más ahorra {value} {currency} al año",
        "is_least": "no se compra", "given": "lo fija el caso", "used_up": "todo lo que da la fuente {source}",
        "worths": "Qué vale cada máquina",
        "bought": "sin ella la planta cuesta {value} {currency} más al año",
        "needed": "nada más puede hacer su trabajo", "enters": "se compraría si su inversión bajara {percent} %, a "
        "{capex} {currency}/{unit}", "enters_many": "se compraría si su inversión bajara {percent} %",
        "never": "no se compraría ni regalada", "or": " o ", "with": "{why}, junto con {others}, que tampoco se compra "
        "y la alimenta", "alone": "solo le sirve a {others}, que no se compra",
        "no_cost": "instalarla no cuesta y no hace falta",
        "at_edge": "tan barata como lo comprado: un empate",
        "prices": "Precios marginales", "carrier": "Portador", "node": "Nodo", "mean": "Medio",
        "highest": "Máximo", "when": "Cuándo", "peaks": "Qué causa las horas de pico",
        "peak": "{carrier} en {node}: {kw} {unit} el {when}; aire exterior {dry} °C, bulbo húmedo {wet} °C; mayores: "
        "{loads}",
        "whole": "la planta sin unidades enteras sí sirve la demanda: la causa son las unidades, las cargas mínimas o "
        "el tiempo",
    },
}  # fmt: skip


@click.command("explain", epilog="Example: edsim explain cases/medellin-alpujarra chillers.capex_per_kw")
@case_argument
@click.argument("path", required=False)
@click.option("--variant", help="Project variant; default is the first that is run.")
@click.option("--scenario", help="Scenario of the case to apply first.")
@click.option("--cap", "caps", multiple=True, metavar="CRITERION=VALUE",
              help=f"A cap the plant must keep: one of {', '.join(_CAPS)}; may be repeated.")  # fmt: skip
@json_option
@click.pass_obj
def command(
    session: Session, case: Path, path: str | None, variant: str | None, scenario: str | None, caps: tuple[str, ...]
) -> int:
    """Explain CASE, or the value at PATH.

    With PATH (technologies.chillers.capex_per_kw, or a group such as finance): value, unit, source, year, quality and
    place of every value there. Without: if no plant can serve the demand, what is missing where and when, which limit
    is to blame and what repairs it; else why the plant is as it is: limits that bind, worth of each machine, prices
    at which others would be bought. The exit code is 3 when no plant serves the demand.
    """
    from edsim.app import chosen_variants
    from edsim.workflow import load_case, variant_case

    limits = _caps(caps)
    read = load_case(case, scenario=scenario, lang=session.lang)
    if path is not None:
        shown = read if variant is None else variant_case(read, chosen_variants(read, (variant,))[0])
        _explain_value(session, shown, path)
        return 0
    from edsim.studies.diagnosis.cause import explain

    name = chosen_variants(read, (variant,) if variant else ())[0]
    found = explain(read, name, progress_printer(session), limits)
    return _show_reasons(session, found) if found.reasons is not None else _show_cause(session, found)


def _caps(texts: Iterable[str]) -> dict[str, float]:
    """Return criterion → cap.

    Raises
    ------
    click.BadParameter
        A text is not ``CRITERION=VALUE``.
    """
    out = {}
    for text in texts:
        name, _, value = text.partition("=")
        try:
            out[name] = float(value)
        except ValueError:
            name = ""
        if name not in _CAPS:
            raise click.BadParameter(f"{text!r} is not CRITERION=VALUE with one of {', '.join(_CAPS)}")
    return out


def _explain_value(session: Session, case: Case, path: str) -> None:
    from edsim.studies.diagnosis.values import values_at
    from edsim.studies.diagnosis.words import unit_name

    values = values_at(case, path, session.lang)
    rows = [v.as_dict() | {"unit": v.origin.unit.replace("currency", case.currency)} for v in values]
    if session.as_json:
        show_json({"status": "ok", "values": rows})
        return
    w = pick(_WORDS, session.lang)
    for row in rows:
        unit = unit_name(str(row["unit"]), session.lang)
        click.echo(printable(f"{row['path']} = {_plain_value(row['value'], unit, session.lang)}"))
        origin = _origin(row, session, w)
        if len(rows) > 1:
            click.echo(printable("  " + " · ".join(dict.fromkeys(origin.values()))))
            continue
        for text in (*(f"{w[key]}: {t}" for key, t in origin.items()), meaning(str(row["meaning"]), session.lang)):
            if text:
                click.echo(printable(f"  {text}"))


def _plain_value(value: object, unit: str, lang: Lang) -> str:
    """Return a value with its unit as a line shows it: items of a list side by side, ``-`` where there is none."""
    text = as_text(value, lang)
    return f"{text} {unit}".rstrip() if text else "-"


def _origin(row: Mapping[str, Any], session: Session, w: Mapping[str, str]) -> dict[str, str]:
    """Return source, year, quality and place of a value; what is unknown is left out."""
    head, comma, reason = as_text(row["source"]).partition(", ")
    texts = {
        "source": w.get(head, head) + comma + reason,
        "year": str(row["year"] or ""),
        "quality": w.get(as_text(row["quality"]), as_text(row["quality"])),
        "where": f"{session.folder}/{row['where']}" if row["where"] else w["default"],
    }
    return {key: text for key, text in texts.items() if text}


def _show_cause(session: Session, found: Explanation) -> int:
    """Print what is short and the ranked repairs, of every milestone that fails; return the exit code."""
    if session.as_json:
        also = [_cause_as_dict(other, session.lang) for other in found.also]
        about = {"status": "infeasible", "exit_code": _INFEASIBLE}
        show_json(about | _cause_as_dict(found, session.lang) | {"also": also})
        return _INFEASIBLE
    for one in (found, *found.also):
        _print_cause(session, one)
    return _INFEASIBLE


def _cause_as_dict(found: Explanation, lang: Lang) -> dict[str, Any]:
    from edsim.studies.diagnosis.findings import repair_texts, shortage_text

    return {
        "variant": found.variant,
        "shortages": [asdict(s) | {"text": shortage_text(s, lang)} for s in found.diagnosis.shortages],
        "repairs": [r.as_dict() for r in repair_texts(found.diagnosis, found.district, lang)],
        "together": [r.as_dict() for r in repair_texts(found.diagnosis, found.district, lang, together=True)],
        "hours_checked": found.diagnosis.hours_checked,
        "connected": found.connected,
        "findings": [f.as_dict() for f in _cause_findings(found, lang)],
    }


def _cause_findings(found: Explanation, lang: Lang) -> list[Finding]:
    from edsim.studies.diagnosis.findings import assuming, cause_findings, misfits

    causes = cause_findings(found.diagnosis, found.district, lang)
    return [
        *assuming(causes, found.connected, lang),
        *found.of_units,
        *misfits(found.diagnosis, found.district),
    ]


def _print_cause(session: Session, found: Explanation) -> None:
    from edsim.studies.diagnosis.findings import assumed_text, departed_text, repair_texts, shortfall_texts

    lang, w, diagnosis = session.lang, pick(_WORDS, session.lang), found.diagnosis
    alone = repair_texts(diagnosis, found.district, lang)
    joint = repair_texts(diagnosis, found.district, lang, together=True)
    click.echo(printable(w["none"].format(variant=found.variant)))
    for text in filter(None, (*shortfall_texts(diagnosis, lang), departed_text(found.district, lang))):
        click.echo(printable(f"  {text}"))
    if found.connected != "chosen":
        click.echo(assumed_text(found.connected, lang))
    if diagnosis.feasible:
        click.echo(w["whole"])
    if not any(r.repair.limit.path for r in (*alone, *joint)):
        show_findings(_cause_findings(found, lang), session)
    for title, texts in ((w["together"], joint), (w["repairs"], alone)):
        if texts:
            click.echo()
            _show_repairs(texts, title, found.district.case.currency, lang)
    if len(alone) > 1:
        click.echo(w["rule"])
    click.echo(w["checked"].format(hours=format_number(diagnosis.hours_checked, lang)))


def _show_repairs(texts: Sequence[RepairText], title: str, currency: str, lang: Lang) -> None:
    """Print repairs with the two figures that rank them, where there is more than one to rank."""
    from edsim.studies.diagnosis.words import plain

    w = pick(_WORDS, lang)
    header = [w["rank"], w["repair"], w["change"], w["cost"].format(currency=currency), w["where"]]
    rows = [
        [
            str(i),
            ("" if t.repair.on_all_hours else "~ ") + t.text,
            plain(100.0 * t.repair.amount / t.repair.limit.value, lang) if t.repair.limit.value > 0.0 else "",
            plain(round(t.repair.plant_cost_a), lang) if t.repair.plant_cost_a else "",
            t.where,
        ]
        for i, t in enumerate(texts, 1)
    ]
    kept = [k for k in range(len(header)) if k < 2 or any(row[k] for row in rows)]
    show_table([header[k] for k in kept], [[row[k] for k in kept] for row in rows], title=title, numbers=header[2:4])


def _show_reasons(session: Session, found: Explanation) -> int:
    """Print why the plant is as it is."""
    from edsim.studies.diagnosis.findings import assumed_text

    assert found.reasons is not None
    reasons, lang, w = found.reasons, session.lang, pick(_WORDS, session.lang)
    currency = found.district.case.currency
    peaks = list(_peaks(found, lang))
    if session.as_json:
        show_json(
            {
                "status": "ok",
                "variant": found.variant,
                "days": reasons.days,
                "currency": currency,
                "machines": [asdict(m) for m in reasons.machines],
                "worths": [asdict(x) for x in reasons.worths],
                "prices": [asdict(p) for p in reasons.prices],
                "peaks": peaks,
            }
        )
        return 0
    click.echo(printable(w["solved"].format(variant=found.variant, days=reasons.days)))
    if found.connected != "chosen":
        click.echo(assumed_text(found.connected, lang))
    show_table((w["machine"], w["size"], w["installed"], w["limit"], w["why"]),
               _machine_rows(reasons, currency, lang), numbers=(w["installed"], w["limit"]))  # fmt: skip
    click.echo()
    show_table((w["machine"], w["why"]), _worth_rows(reasons, currency, lang), title=w["worths"])
    click.echo()
    header = (w["carrier"], w["node"], w["unit"], w["mean"], w["highest"], w["when"])
    show_table(header, _price_rows(reasons, currency, lang), title=w["prices"], numbers=header[3:5])
    click.echo(f"\n{w['peaks']}")
    for p in peaks:
        click.echo(printable(f"  {p['text']}"))
    return 0


def _machine_rows(reasons: Reasons, currency: str, lang: Lang) -> list[Sequence[str]]:
    from edsim.studies.diagnosis.words import plain

    w = pick(_WORDS, lang)
    rows: list[Sequence[str]] = []
    for m in reasons.machines:
        installed, limit = max(round(m.installed, 3), 0.0), "" if m.limit is None else plain(float(m.limit), lang)
        why = w["free" if installed > 0.0 else "is_least"]
        if m.is_given:
            why = w["given"]
        elif m.source:
            why = w["used_up"].format(source=m.source)
        elif m.saves_per_unit > 0.0:
            why = w["binds"].format(unit=m.unit, value=plain(m.saves_per_unit, lang), currency=currency)
        alike = sum((o.technology, o.unit) == (m.technology, m.unit) for o in reasons.machines) > 1
        rows.append((m.technology, m.size if alike else m.unit, plain(installed, lang), limit, why))
    return rows


def _worth_rows(reasons: Reasons, currency: str, lang: Lang) -> list[Sequence[str]]:
    sizes: dict[str, list[MachineReason]] = {}
    for m in reasons.machines:
        sizes.setdefault(m.technology, []).append(m)
    return [(x.technology, _worth_text(x, sizes[x.technology], currency, lang)) for x in reasons.worths]


def _worth_text(worth: Worth, sizes: Sequence[MachineReason], currency: str, lang: Lang) -> str:
    """Return what a machine is worth as a sentence."""
    from edsim.studies.diagnosis.words import plain

    w, share = pick(_WORDS, lang), worth.enters_at_frac
    if worth.is_given:
        return w["given"]
    if worth.is_bought and worth.without_a is None:
        return w["needed"]
    if worth.without_a is not None:
        return w["bought"].format(value=plain(round(max(worth.without_a, 0.0)), lang), currency=currency)
    if share is not None and share <= 0.0 and worth.only_for:
        return w["alone"].format(others=w["or"].join(worth.only_for))
    if share is None or share <= 0.0 or share >= 1.0:
        return w["no_cost" if share is None else "never" if share <= 0.0 else "at_edge"]
    words = {"percent": plain(100.0 * (1.0 - share), lang), "capex": plain(sizes[0].capex * share, lang)}
    why = w["enters" if len(sizes) == 1 else "enters_many"].format(unit=sizes[0].unit, currency=currency, **words)
    for others in worth.needs:
        why = w["with"].format(why=why, others=w["or"].join(others))
    return why


def _price_rows(reasons: Reasons, currency: str, lang: Lang) -> list[Sequence[str]]:
    from edsim.studies.diagnosis.situation import clock
    from edsim.studies.diagnosis.words import carrier_name, plain, units_of

    return [
        (
            carrier_name(p.carrier, lang),
            p.node,
            f"{currency}/{units_of(p.carrier)[1]}",
            plain(p.mean + 0.0, lang),
            plain(p.highest + 0.0, lang),
            clock(p.highest_hour, lang),
        )
        for p in reasons.prices
    ]


def _peaks(found: Explanation, lang: Lang) -> Iterable[dict[str, Any]]:
    """Yield the peak hour of every carrier delivered to buildings, with who draws most in it."""
    from edsim.studies.diagnosis.cause import peaks_of
    from edsim.studies.diagnosis.situation import clock
    from edsim.studies.diagnosis.words import carrier_name, plain, units_of

    w = pick(_WORDS, lang)
    for node, carrier, kw, at in peaks_of(found.district):
        unit = units_of(carrier)[0]
        largest = [
            f"{x.name} {plain(x.kw, lang)} {unit} ({plain(100 * x.kw / kw, lang)} %)" for x in at.loads[:_LARGEST]
        ]
        text = w["peak"].format(
            carrier=carrier_name(carrier, lang),
            node=node,
            unit=unit,
            kw=plain(kw, lang),
            when=clock(at.hour, lang),
            dry=plain(round(at.dry_bulb_temp_c, 1), lang),
            wet=plain(round(at.wet_bulb_temp_c, 1), lang),
            loads=", ".join(largest),
        )
        loads = [asdict(x) for x in at.loads[:_LARGEST]]
        yield {"node": node, "carrier": carrier, "hour": at.hour, "kw": kw, "loads": loads, "text": text}
