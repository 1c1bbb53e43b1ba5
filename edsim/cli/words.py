"""The words around findings, in both languages."""

from collections.abc import Mapping

from edsim.core.errors import Finding
from edsim.core.i18n import Lang, pick
from edsim.core.sentences import finding_in_language

WORDS: Mapping[Lang, Mapping[str, str]] = {
    "en": {
        "got": "got",
        "allowed": "allowed:",
        "error": "error",
        "warning": "warning",
        "errors": "{count} errors",
        "remarks": "ok, {remarks}",
        "interrupted": "interrupted",
        "per_area": "kWh/m2, W/m2 and expected: cooling per m2 of cooled floor, all else per m2 of gross floor",
        "more_alike": " – and {count} more like it",
        "all_findings": "{count} remarks in all: each of them is in report.html",
        "indicator": "Indicator",
        "unit": "Unit",
        "variant": "Variant",
        "change": "Change %",
        "certified": "least cost proven within {gap} % over {hours} hours",
        "certified_goal": "least {goal} at the cost allowed proven within {gap} % over {hours} hours",
        "open_goal": "not proven: within {gap} % of the least {goal} at the cost allowed over {hours} hours, above "
        "the target",
        "screening_goal": "screening: dispatched over {hours} hours, distance to the least {goal} not proven",
        "ghg_kg": "GHG",
        "grid_peak_kw": "peak import",
        "water_m3": "water",
        "primary_energy_kwh": "primary energy",
        "open": "not proven: within {gap} % of the least cost over {hours} hours, above the target",
        "screening": "screening: dispatched over {hours} hours, distance to the least cost not proven",
        "report": "Report: {file}",
        "reproduced": "{folder}: every table, certificate and sentence came out the same",
        "as_written": "{folder}: every file is as it was written",
        "copied": "{folder} holds a copy of {source}. Next: edit {file}, then",
        "not_empty": "{folder} is not empty: choose a new folder",
        "cannot_write": "cannot write {folder}: {reason}",
        "no_such_case": "no case at {source}; shipped cases: {names}",
        "did_you_mean": "; did you mean {name}?",
        "place": "Where",
        "series": "{file} {column}: min {min}, mean {mean}, max {max}{total}, {count} values "
        "(separator {separator}, decimal {decimal})",
        "total": " {unit}, year {total} {total_unit}",
        "stored": "Stored run",
        "again": "Made again",
        "rows": "Rows",
        "before": "Before",
        "since": "Since",
        "kept": "The case as it was: {file}",
        "current": "{place}: schema version {version}, nothing to change",
        "all_kpis": "Every indicator: {file}",
        "page": "Page: {file}",
        "more_inputs": "and {count} more (--all)",
        "serving": "Showing the runs in {folder}; open this address, stop with Ctrl-C:",
        "not_loopback": "Other machines can reach this server, and the connection is not encrypted.",
        "outcome": "{computed} computed, {kept} kept, {failed} given up",
        "runs": "Runs: {folder}",
        "logs": "Logs: {folder}; after a repair give the same command again",
        "state_case": "Case",
        "state_scenario": "Scenario",
        "state": "State",
        "tries": "Tries",
        "seconds": "Seconds",
        "reason": "Reason",
        "finished": "finished",
        "running": "running",
        "waiting": "waiting",
        "quarantined": "given up",
        "added_up": "{count} studies added up, one variant each ({variants}): {file}",
        "released": "released without names: {file}",
        "still": "still {step}",
        "absent": "absent",
        "bau_same": "BAU is the same in all runs.",
        "telling": "{count} inputs differ, as between different cases; these are the {shown} most telling "
        "(--all prints every one)",
        "try_help": "Try '{command} --help'.",
        "lang_first": "--lang goes before the command: edsim --lang es {command} ...",
        "figure": "Figure",
        "value": "Value",
        "connected_buildings": "connected buildings",
        "trench_length_m": "trench",
        "linear_density_mwh_per_m_a": "linear density",
        "capex_pipe": "pipes",
        "capex_civil": "trenching",
        "capex_ets": "transfer stations",
        "heat_gain_kwh_a": "heat gained from the ground",
        "heat_loss_kwh_a": "heat lost to the ground",
        "pump_kwh_a": "pumping",
        "bypass_m3_a": "water through bypasses",
        "bypass_pump_kwh_a": "pumping for bypasses",
        "bypass_heat_kwh_a": "heat exchange for bypasses",
        "design_lift_kpa": "lift of the pumps",
        "gap_frac": "verified gap of the layout",
        "critical_path": "Critical path",
        "from_plant_m": "m from plant",
        "height_m": "height m",
        "supply_bar": "supply bar",
        "return_bar": "return bar",
        "no_network": "the case has no network",
        "case": "{name}: {buildings}, {area} m2, {networks}, {technologies}, variants: {variants}",
    },
    "es": {
        "got": "se encontró",
        "allowed": "se admite:",
        "error": "error",
        "warning": "aviso",
        "errors": "{count} errores",
        "remarks": "correcto, {remarks}",
        "interrupted": "interrumpido",
        "per_area": "kWh/m2, W/m2 y lo esperado: frío por m2 de área climatizada, lo demás por m2 de área construida",
        "more_alike": " – y {count} más como este",
        "all_findings": "{count} avisos en total: cada uno está en report.html",
        "indicator": "Indicador",
        "unit": "Unidad",
        "variant": "Variante",
        "change": "Cambio %",
        "certified": "costo mínimo demostrado dentro de {gap} % en {hours} horas",
        "certified_goal": "mínimo de {goal} al costo permitido demostrado dentro de {gap} % en {hours} horas",
        "open_goal": "sin demostrar: a {gap} % o menos del mínimo de {goal} al costo permitido en {hours} horas, por "
        "encima de la meta",
        "screening_goal": "tamizaje: despachado en {hours} horas, distancia al mínimo de {goal} sin demostrar",
        "ghg_kg": "GEI",
        "grid_peak_kw": "pico tomado de la red",
        "water_m3": "agua",
        "primary_energy_kwh": "energía primaria",
        "open": "sin demostrar: a {gap} % o menos del costo mínimo en {hours} horas, por encima de la meta",
        "screening": "tamizaje: despachado en {hours} horas, distancia al costo mínimo sin demostrar",
        "report": "Informe: {file}",
        "reproduced": "{folder}: todas las tablas, certificados y frases salieron iguales",
        "as_written": "{folder}: cada archivo está como se escribió",
        "copied": "{folder} tiene una copia de {source}. Siguiente paso: edite {file} y luego",
        "not_empty": "{folder} no está vacía: elija una carpeta nueva",
        "cannot_write": "no se puede escribir {folder}: {reason}",
        "no_such_case": "no hay caso en {source}; casos incluidos: {names}",
        "did_you_mean": "; ¿quiso decir {name}?",
        "place": "Dónde",
        "series": "{file} {column}: mín {min}, media {mean}, máx {max}{total}, {count} valores "
        "(separador {separator}, decimal {decimal})",
        "total": " {unit}, año {total} {total_unit}",
        "stored": "Corrida guardada",
        "again": "Repetida",
        "rows": "Filas",
        "before": "Antes",
        "since": "Ahora",
        "kept": "El caso como estaba: {file}",
        "current": "{place}: versión {version} del esquema, nada que cambiar",
        "all_kpis": "Todos los indicadores: {file}",
        "page": "Página: {file}",
        "more_inputs": "y {count} más (--all)",
        "serving": "Se muestran las corridas de {folder}; abra esta dirección, termine con Ctrl-C:",
        "not_loopback": "Otros equipos pueden llegar a este servidor y la conexión no va cifrada.",
        "outcome": "{computed} calculados, {kept} conservados, {failed} abandonados",
        "runs": "Corridas: {folder}",
        "logs": "Registros: {folder}; después de corregir repita la misma orden",
        "state_case": "Caso",
        "state_scenario": "Escenario",
        "state": "Estado",
        "tries": "Intentos",
        "seconds": "Segundos",
        "reason": "Motivo",
        "finished": "terminados",
        "running": "en curso",
        "waiting": "en espera",
        "quarantined": "abandonados",
        "added_up": "{count} estudios sumados, una variante de cada uno ({variants}): {file}",
        "released": "publicado sin nombres: {file}",
        "still": "sigue: {step}",
        "absent": "ausente",
        "bau_same": "La situación actual (BAU) es la misma en todas las corridas.",
        "telling": "Difieren {count} datos, como entre casos distintos; estos son los {shown} más reveladores "
        "(--all los muestra todos)",
        "try_help": "Pruebe '{command} --help'.",
        "lang_first": "--lang va antes de la orden: edsim --lang es {command} ...",
        "figure": "Cifra",
        "value": "Valor",
        "connected_buildings": "edificios conectados",
        "trench_length_m": "zanja",
        "linear_density_mwh_per_m_a": "densidad lineal",
        "capex_pipe": "tubería",
        "capex_civil": "obra civil",
        "capex_ets": "subestaciones de los edificios",
        "heat_gain_kwh_a": "calor ganado del suelo",
        "heat_loss_kwh_a": "calor perdido al suelo",
        "pump_kwh_a": "bombeo",
        "bypass_m3_a": "agua por derivaciones",
        "bypass_pump_kwh_a": "bombeo por derivaciones",
        "bypass_heat_kwh_a": "intercambio de calor por derivaciones",
        "design_lift_kpa": "altura de las bombas",
        "gap_frac": "brecha verificada del trazado",
        "critical_path": "Ruta crítica",
        "from_plant_m": "m a la planta",
        "height_m": "altura m",
        "supply_bar": "impulsión bar",
        "return_bar": "retorno bar",
        "no_network": "el caso no tiene red",
        "case": "{name}: {buildings}, {area} m2, {networks}, {technologies}, variantes: {variants}",
    },
}

_COUNTED: Mapping[Lang, Mapping[str, tuple[str, str]]] = {
    "en": {
        "buildings": ("building", "buildings"),
        "networks": ("network", "networks"),
        "technologies": ("technology", "technologies"),
        "remarks": ("remark", "remarks"),
    },
    "es": {
        "buildings": ("edificio", "edificios"),
        "networks": ("red", "redes"),
        "technologies": ("tecnología", "tecnologías"),
        "remarks": ("aviso", "avisos"),
    },
}


def word(key: str, lang: Lang) -> str:
    """Return the text of `key` in `lang`."""
    return pick(WORDS, lang)[key]


def counted(key: str, count: int, lang: Lang) -> str:
    """Return a count with its noun, ``1 network`` or ``2 networks``."""
    one, many = pick(_COUNTED, lang)[key]
    return f"{count} {one if count == 1 else many}"


def finding_line(finding: Finding, lang: Lang) -> str:
    """Return a finding as one line: where · field · what · got · allowed · hint · code."""
    finding = finding_in_language(finding, lang)
    head = " ".join(f"{part}:" for part in (finding.where, finding.field) if part)
    tail = [finding.what]
    if finding.got:
        tail.append(f"{word('got', lang)} {finding.got}")
    if finding.allowed:
        tail.append(f"{word('allowed', lang)} {finding.allowed}")
    if finding.hint:
        tail.append(finding.hint)
    return f"{head} {'; '.join(tail)} [{finding.code}]".strip()
