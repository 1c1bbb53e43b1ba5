"""Spanish for lines of progress: templates of what the packages say, each with its Spanish.

Packages report progress in English; a line is recognized by its template and said again. Parts in braces are taken
over, and translated themselves where they are lines too. A test holds the table to all lines in the code.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache

from edsim.core.language.sentences import colombian_numbers

TEMPLATES: Mapping[str, str] = {
    # every study
    "making the weather year": "haciendo el año meteorológico",
    "simulating {} buildings": "simulando {} edificios",
    "simulating the measures of {} buildings": "simulando las medidas de {} edificios",
    "choosing which buildings to connect": "eligiendo qué edificios conectar",
    "the plant cannot serve all who would connect: leaving out those it serves at the highest price": (
        "la planta no puede servir a todos los que se conectarían: quedan fuera los que más cuesta servir"
    ),
    "no plant serves the buildings that would connect: trying without those that may choose": "ninguna planta sirve a "
    "los edificios que se conectarían: probando sin los que pueden elegir",
    "pass {}: {} connections, {} a year in all": "pasada {}: {} conexiones, {} al año en total",
    "designing network {}": "diseñando la red {}",
    "choosing pipes between plants": "eligiendo tubos entre plantas",
    "network {}: {} between {} and {} ({} m)": "red {}: {} entre {} y {} ({} m)",
    "no pipe": "ningún tubo",
    "levels {}: {}: cannot be built": "niveles {}: {}: no se puede construir",
    "levels {}: {}: {} a year in all": "niveles {}: {}: {} al año en total",
    "sizing the plant again with the checked networks": "dimensionando otra vez la planta con las redes revisadas",
    "demand charges {} first: plant {}": "cargos por demanda {} primero: planta {}",
    "of energy": "según la energía",
    "of peaks": "según las puntas",
    "laying out the mains of loop {}": "tendiendo la tubería del anillo {}",
    "loop {}: {} m of trench at {} {} a meter": "anillo {}: {} m de zanja a {} {} por metro",
    "cost by size, pass {}: investments of {} as of the sizes found": "costo por tamaño, pasada {}: inversiones de {} "
    "según los tamaños hallados",
    "cost by size: proving the plant again with the investments of {}": "costo por tamaño: demostrando otra vez la "
    "planta con las inversiones de {}",
    "network {} checked on 8760 hours: heat exchange {}, pumping {} against the plan": "red {} revisada en 8760 horas: "
    "intercambio de calor {}, bombeo {} frente al plan",
    "{}; bypasses open in {} hours, {} m3, {}": "{}; las derivaciones abren en {} horas, {} m3, {}",
    "{} kWh pumping and {} kWh of heat": "{} kWh de bombeo y {} kWh de calor",
    "building the full-year model": "armando el modelo del año completo",
    "building the full-year models of {} milestones": "armando los modelos del año completo de {} hitos",
    "{}: sizing on all 8760 hours at once": "{}: dimensionando con las 8760 horas a la vez",
    "as asked": "como se pidió",
    "limits on the year": "límites del año",
    "no store": "sin almacenamiento",
    "sizing on {} typical days": "dimensionando con {} días típicos",
    "sizing {} milestones on {} typical days": "dimensionando {} hitos con {} días típicos",
    "sizing whole units on {}": "dimensionando unidades enteras con {}",
    "all 8760 hours": "las 8760 horas",
    "{} typical days": "{} días típicos",
    "sizing all milestones on all their hours at once": "dimensionando todos los hitos con todas sus horas a la vez",
    "dispatching 8760 hours": "despachando 8760 horas",
    "dispatching 8760 hours of every milestone": "despachando 8760 horas de cada hito",
    "dispatching 8760 hours with the units that run": "despachando 8760 horas con las unidades en marcha",
    "choosing the units that run, week by week": "eligiendo las unidades en marcha, semana por semana",
    "{} kWh unserved: day {} joins the typical days": "{} kWh sin servir: el día {} se suma a los días típicos",
    "{}: {} kWh unserved, {} days join": "{}: {} kWh sin servir, se suman {} días",
    "typical days do not show what the plant needs": "los días típicos no muestran lo que necesita la planta",
    "bounding the cost from below": "acotando el costo por debajo",
    "bounding the cost of {} from below": "acotando por debajo el costo de {}",
    "the bounding solve did not finish: the proof is weak": "la cota no terminó: la demostración es débil",
    "that solve did not finish: days left short join the typical days": "ese cálculo no terminó: los días con "
    "demanda sin servir se suman a los típicos",
    "that solve did not finish: the design found before stands": "ese cálculo no terminó: vale el diseño ya hallado",
    "cost by size: a pass did not finish": "costo por tamaño: una vuelta no terminó",
    "{}: dispatching the full-year candidate": "{}: despachando el candidato del año completo",
    "gap {}": "brecha {}",
    "gap {}: branching on what is bought, step {} of at most {}": (
        "brecha {}: ramificando sobre lo que se compra, paso {} de {} como máximo"
    ),
    "trying the units of a cheaper bound": "probando las unidades de una cota más barata",
    "gap open: dispatching the sizes of the bounding solves": "brecha abierta: despachando los tamaños de las cotas",
    "{} as large as was tried: searching farther": "{} tan grande como se probó: buscando más lejos",
    "gap open: searching again with closer bounds": "brecha abierta: buscando otra vez con cotas más estrechas",
    "minimizing {} at a cost of at most {} a year": "minimizando {} a un costo de máximo {} al año",
    "at a price of {} on {}": "con un precio de {} sobre {}",
    "looking for the cause": "buscando la causa",
    "looking for the limit to blame": "buscando el límite responsable",
    "looking for demand that cannot be served": "buscando demanda que no se puede servir",
    "looking for hours that whole units cannot serve": "buscando horas que las unidades enteras no pueden servir",
    "pricing limits and machines": "valorando límites y máquinas",
    "evaluating": "evaluando",
    "writing tables, report and workbook": "escribiendo tablas, informe y libro",
    "wrote {}": "se escribió {}",
    # studies
    "sizing the plant of the case as it stands": "dimensionando la planta del caso como está",
    "sizing the plants of all milestones of the case as it stands": "dimensionando las plantas de los hitos del caso",
    "evaluating the case as it stands": "evaluando el caso como está",
    "reading how cost and emissions depend on each price": "leyendo cómo dependen costo y emisiones de cada precio",
    "these inputs or figures are not linear in prices: points are evaluated one by one": "estos datos o cifras no son "
    "lineales en los precios: los puntos se evalúan uno a uno",
    "warning: networks are laid out anew for {} of {} alternatives; vary no field of networks or buildings to "
    "keep them as laid out": "aviso: las redes se trazan de nuevo para {} de {} alternativas; no varíe "
    "campos de redes ni de edificios para conservarlas",
    "evaluating one by one: {}": "evaluando una por una: {}",
    "evaluating {} alternatives, {} at a time": "evaluando {} alternativas, {} a la vez",
    "taking up a study that was stopped: points known: {}": "se retoma un estudio interrumpido: puntos conocidos: {}",
    "point {} of {}, {}": "punto {} de {}, {}",
    "front point {} of {}, {}": "punto del frente {} de {}, {}",
    "front point between others {} of {}, {}": "punto del frente entre otros {} de {}, {}",
    "evaluating point {} of {}, {}": "evaluando el punto {} de {}, {}",
    "machine group {} of {}, {}": "grupo de máquinas {} de {}, {}",
    "dispatching design {} of {}, {}": "operando el diseño {} de {}, {}",
    "finding the best design": "buscando el mejor diseño",
    "finding the two ends of the front": "buscando los dos extremos del frente",
    "sizing all milestones on typical days": "dimensionando todos los hitos con días tipo",
    "the feeder in {}: milestone {} of {}": "el alimentador en {}: hito {} de {}",
    "pair of machine groups {} of {}, {}": "par de grupos de máquinas {} de {}, {}",
    "looking for designs as different as the best allows": "buscando diseños tan distintos como el mejor lo permita",
    "about {} s left": "faltan unos {} s",
    "about {} min left": "faltan unos {} min",
    # portfolios
    "{} tasks: {} finished before, {} to run": "{} tareas: {} terminadas antes, {} por correr",
    "{} left, {} done, {} failed{} | {}: done in {}": "faltan {}, hechos {}, fallidos {}{} | {}: hecho en {}",
    "{} left, {} done, {} failed{} | {}: given up ({}) in {}": "faltan {}, hechos {}, fallidos {}{} | {}: abandonado "
    "({}) en {}",
    ", about {} left": ", unos {} más",
    "{}: {}; trying again": "{}: {}; se intenta otra vez",
    "used {} MB, allowed {} MB": "usó {} MB, se admiten {} MB",
    "not finished after {} s": "no terminó en {} s",
    "ended by signal {}": "lo terminó la señal {}",
    "ended with code {} before it was done": "terminó con el código {} antes de acabar",
    "its worker was lost: {}": "se perdió su trabajador: {}",
    "out of memory": "sin memoria",
    "{} stored runs are kept with their report in another language; one is written again by: "
    "edsim report RUN --lang {}": (
        "{} corridas guardadas se conservan con su informe en otro idioma; uno se escribe de nuevo con: "
        "edsim report RUN --lang {}"
    ),
    "{}: the stored run is damaged; it is moved aside and computed again": "{}: la corrida guardada está dañada; se "
    "aparta y se calcula otra vez",
}
"""English template → Spanish template; braces stand for the same parts in the same order."""


_FINDING = re.compile(r" \[[EW]\d{3,4}\]\Z")
"""End of a finding, which is said in the language of the reader already."""


def in_spanish(line: str) -> str:
    """Return a line of progress in Spanish, its words as they are where the table does not know them."""
    head, mark, tail = line.partition(": ")
    if mark and _fixed(tail) > _fixed(line):  # the name of a variant before a line
        return f"{head}: {in_spanish(tail)}"
    for pattern, spanish in _patterns():
        found = pattern.fullmatch(line)
        if found is not None:
            return spanish.format(*(in_spanish(part) for part in found.groups()))
    return line if _FINDING.search(line) else colombian_numbers(line)


def _fixed(line: str) -> int:
    """Return how much fixed text of a template a line has; 0 where none is known."""
    return next((len(pattern.pattern) for pattern, _ in _patterns() if pattern.fullmatch(line)), 0)


@cache
def _patterns() -> tuple[tuple[re.Pattern[str], str], ...]:
    """Return the templates as patterns, those with most fixed text first."""
    ordered = sorted(TEMPLATES.items(), key=lambda pair: -len(pair[0].replace("{}", "")))
    return tuple((re.compile("(.*?)".join(map(re.escape, en.split("{}")))), es) for en, es in ordered)
