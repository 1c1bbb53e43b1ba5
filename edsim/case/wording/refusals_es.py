"""Spanish for the sentences with which parts and machines refuse values that do not go together (message E133)."""

from __future__ import annotations

import re
from functools import cache

SENTENCES = {
    "efficiency {} on LHV exceeds 1: check efficiency_basis":
        "la eficiencia {} sobre PCI supera 1: revise efficiency_basis",
    "outage ({}, {}) must start in hour 0-8759 and end within the year":
        "el corte ({}, {}) debe empezar en una hora de 0 a 8759 y terminar dentro del año",
    "connected_hours must name hours 0-23": "connected_hours debe nombrar horas de 0 a 23",
    "arrival_hours must be among connected_hours": "arrival_hours debe estar entre connected_hours",
    "{} kWh a day do not fit {} h at {} kW": "{} kWh al día no caben en {} h a {} kW",
    "the fixed share does not fit the arrival hours: name more hours or more charger_kw":
        "la parte fija no cabe en las horas de llegada: nombre más horas o más charger_kw",
    "heat_supply_temp_c {} must be above heat_return_temp_c {}":
        "heat_supply_temp_c {} debe ser mayor que heat_return_temp_c {}",
    "cooling_supply_temp_c {} must be below cooling_return_temp_c {}":
        "cooling_supply_temp_c {} debe ser menor que cooling_return_temp_c {}",
    "net_metering credits exports, which max_export_kw: 0 forbids; raise it or set it to null":
        "net_metering abona exportaciones, que max_export_kw: 0 prohíbe; auméntelo o escriba null",
    "reduction_hours must name hours 0-23": "reduction_hours debe nombrar horas de 0 a 23",
    "efficiency {} on LHV exceeds 1 without condensation": "la eficiencia {} sobre PCI supera 1 sin condensación",
    "a {} boiler does not condense: leave condensing false":
        "una caldera de {} no condensa: deje condensing en false",
    "electricity and heat exceed the fuel: {}; lower one of the efficiencies":
        "electricidad y calor superan el combustible: {}; baje una de las eficiencias",
    "{} of {} kWp is more than area_m2 of {} m2 holds: {} kWp at {} kWp/m2":
        "{} de {} kWp es más de lo que cabe en area_m2 de {} m2: {} kWp a {} kWp/m2",
    "tilt_deg of {} modules is {} to {}, got {}": "tilt_deg de módulos {} va de {} a {}; se encontró {}",
    "a double-effect machine needs steam or exhaust_gas (130 °C or more): set driven_by":
        "una máquina de doble efecto necesita steam o exhaust_gas (130 °C o más): escriba driven_by",
    "existing_age_a is the age of what exists, and nothing does: give {}":
        "existing_age_a es la edad de lo que existe, y no hay nada: dé {}",
    "no port {}; ports are {}": "no hay puerto {}; los puertos son {}",
    "it gives heat; between levels of chilled water use kind: chilled_water_exchanger":
        "entrega calor; entre niveles de agua helada use kind: chilled_water_exchanger",
    "low must be below high": "low debe ser menor que high",
    "a triangular or pert distribution needs its mode; write distribution: uniform without one": "una distribución "
    "triangular o pert necesita su moda; sin ella escriba distribution: uniform",
    "mode must lie between low and high": "mode debe estar entre low y high",
    "spare_units must be below units: got {} of {}": "spare_units debe ser menor que units: se encontró {} de {}",
    "maintenance_weeks are 1 to {}: got {}": "maintenance_weeks va de 1 a {}: se encontró {}",
    "{} is the size of one machine of units: integer; leave it out otherwise":
        "{} es el tamaño de una máquina de units: integer; quítelo en los demás casos",
    "units: integer needs {}, the size of one machine": "units: integer necesita {}, el tamaño de una máquina",
    "{} must be a multiple of {}: got {}": "{} debe ser múltiplo de {}: se encontró {}",
    "rated_cop {} is beyond physics with {} condenser: at most {}; BTU/h/W (EER) is 3.412 times the COP":
        "rated_cop {} es imposible con condensador {}: a lo sumo {}; BTU/h/W (EER) es 3.412 veces el COP",
    "no curves for {} with {} condenser: name another compressor; known: {}": (
        "no hay curvas para {} con condensador {}: indique otro compresor; conocidas: {}"
    ),
    "heating_set_c {} must be below cooling_set_c {}": "heating_set_c {} debe ser menor que cooling_set_c {}",
    "{} are {} to {}: got {}": "{} va de {} a {}: se encontró {}",
    "write numbers and ranges such as 6-9, 14: got {}": "escriba números y rangos como 6-9, 14: se encontró {}",
    "numbers of hours, days and months are 0 to {}: got {}":
        "los números de horas, días y meses van de 0 a {}: se encontró {}",
    "give one value for all months or twelve, January first: got {}":
        "dé un valor para todos los meses o doce, de enero a diciembre: se encontraron {}",
    "a range runs upwards, from 22 to 5 in two parts as 22-23, 0-5: got {}":
        "un rango va hacia arriba, de 22 a 5 en dos partes como 22-23, 0-5: se encontró {}",
}  # fmt: skip
"""English template → Spanish template, ``{}`` for what is filled in, in the order of the English one."""


SYNTAX = {
    "while scanning for the next token": "al buscar el siguiente elemento",
    "while scanning a simple key": "al leer una clave",
    "while scanning a quoted scalar": "al leer un texto entre comillas",
    "while scanning a plain scalar": "al leer un texto sin comillas",
    "while scanning a block scalar": "al leer un texto de varias líneas",
    "while scanning a tag": "al leer una etiqueta",
    "while scanning an anchor": "al leer un ancla",
    "while scanning an alias": "al leer un alias",
    "while scanning a directive": "al leer una directiva",
    "while parsing a block mapping": "al leer claves una bajo otra",
    "while parsing a block collection": "al leer una lista con guiones",
    "while parsing a flow mapping": "al leer lo que está entre llaves",
    "while parsing a flow sequence": "al leer lo que está entre corchetes",
    "while parsing a node": "al leer un valor",
    "while parsing a block node": "al leer un valor",
    "while parsing a flow node": "al leer un valor",
    "found character that cannot start any token": "hay un carácter que no puede iniciar nada",
    "found character that cannot start any token (a tab)": "hay un tabulador, que no puede iniciar nada",
    "could not find expected ':'": "falta ':'",
    "did not find expected key": "falta una clave",
    "did not find expected '-' indicator": "falta '-'",
    "did not find expected ',' or '}'": "falta ',' o '}'",
    "did not find expected ',' or ']'": "falta ',' o ']'",
    "did not find expected node content": "falta un valor",
    "did not find expected <document start>": "sobra algo después del final",
    "did not find expected alphabetic or numeric character": "falta una letra o un dígito",
    "did not find expected comment or line break": "falta un comentario o el fin de la línea",
    "did not find expected whitespace or line break": "falta un espacio o el fin de la línea",
    "mapping values are not allowed in this context": "aquí no puede haber otro ':'",
    "mapping keys are not allowed in this context": "aquí no puede haber una clave",
    "block sequence entries are not allowed in this context": "aquí no puede haber un guion de lista",
    "found unexpected end of stream": "el archivo termina antes",
    "found unexpected document indicator": "hay un separador de documentos",
    "found unexpected ':'": "sobra ':'",
    "while parsing a quoted scalar": "al leer un texto entre comillas",
    "did not find expected hexdecimal number": "la barra inversa precede a algo que no es un código",
    "found unknown escape character": "la barra inversa precede a un carácter que no la admite",
    "found a tab character that violates indentation": "un tabulador hace de sangría",
    "found a tab character where an indentation space is expected": "un tabulador hace de sangría",
    "found undefined tag handle": "la etiqueta no está definida",
    "control characters are not allowed": "no se admiten caracteres de control",
    "text after the end": "hay texto después del final",
    "a value is expected": "se espera un valor",
    "the text is not closed or holds a control character": "el texto no está cerrado o tiene un carácter de control",
    "half of a surrogate pair": "medio par sustituto",
    "a key in quotation marks is expected": "se espera una clave entre comillas",
    "a colon is expected": "se esperan dos puntos",
    "a comma or ] is expected": "se espera una coma o ]",
    "a comma or } is expected": "se espera una coma o }",
}  # fmt: skip
"""What the readers of YAML and JSON say, the parts of YAML joined by commas."""


def syntax_es(problem: str) -> str:
    """Return the Spanish of what is wrong with YAML or JSON, a part nobody has translated as it is."""
    return ", ".join(SYNTAX.get(part, part) for part in problem.split(", "))


def refusal_es(sentence: str) -> str:
    """Return the Spanish of a refusal, the sentence itself when nobody has translated it."""
    for pattern, spanish in _patterns():
        found = pattern.fullmatch(sentence)
        if found is not None:
            return spanish.format(*found.groups())
    return sentence


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the sentences as patterns, the most specific first."""
    longest = sorted(SENTENCES.items(), key=lambda pair: -len(pair[0].replace("{}", "")))
    return tuple((re.compile("(.*?)".join(map(re.escape, e.split("{}"))), re.DOTALL), s) for e, s in longest)
