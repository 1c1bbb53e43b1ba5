"""The page of messages in Spanish: what ``messages.md`` says of each code in Spanish, in one table per section."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from pathlib import Path

SOURCE = Path(__file__).resolve().parent / "messages.md"
HEADS = {
    "Files and fields": "Archivos y campos",
    "Tables and series": "Tablas y series",
    "GeoJSON": "GeoJSON",
    "Sources": "Fuentes",
    "Milestones": "Hitos",
    "Finance of a case": "Finanzas del caso",
    "Measures": "Mejoras",
    "Variants and baseline": "Variantes y línea base",
    "Engineering checks": "Revisiones de ingeniería",
    "Remarks": "Avisos",
    "Weather (2xx)": "Clima (2xx)",
    "Buildings and loads (3xx)": "Edificios y cargas (3xx)",
    "Networks (4xx)": "Redes (4xx)",
    "Mathematical model and optimization (5xx)": "Modelo matemático y optimización (5xx)",
    "Technologies (6xx)": "Tecnologías (6xx)",
    "Finance, energy and emissions (7xx)": "Finanzas, energía y emisiones (7xx)",
    "Portfolios (57x, 58x)": "Portafolios (57x, 58x)",
    "Stored runs and reports (8xx)": "Corridas guardadas e informes (8xx)",
    "Audit and program (9xx)": "Auditoría y programa (9xx)",
}
"""Section of ``messages.md`` → its heading in Spanish."""

OPENING = """Cada mensaje dice dónde, qué está mal, qué se encontró, qué se admite y qué hacer, y termina con un código:

```
case.yaml:12:21: buildings.hall.floor_area_m2: el valor está fuera de sus límites; se encontró -5; se admite: > 0 [E123]
```

Los códigos con E detienen la corrida; los de W son avisos que quedan en los resultados. `edsim --lang es check CASO`
los da todos a la vez. El código de salida es 2 si los datos están mal, 3 si ningún diseño sirve la demanda, 4 si el
optimizador no tiene un resultado utilizable y 1 por un error de edsim. Cada código lleva a su explicación, en
inglés."""

Entry = tuple[str, str, str]
"""Code, English title, Spanish."""


def entries(text: str) -> Iterator[tuple[str, list[Entry]]]:
    """Yield the sections of the page of messages with their codes; one without Spanish has "" there."""
    for section in re.split(r"(?m)^## ", text)[1:]:
        head, _, rest = section.partition("\n")
        found = []
        for part in re.split(r"(?m)^### ", rest)[1:]:
            title, _, body = part.partition("\n")
            code, _, english = title.partition(" ")
            said = re.findall(r"(?m)^\*([^*].*)\*$", body)
            found.append((code, english, said[-1] if said else ""))
        yield head.strip(), found


def page() -> str:
    """Return the page."""
    parts = ["# Mensajes", "<!-- Written by docs/reference/generate.py; do not edit by hand. -->", OPENING]
    for head, found in entries(SOURCE.read_text(encoding="utf-8")):
        rows = [
            f"| [{code}](messages.md#{anchor(f'{code} {english}')}) | {_cell(said)} |" for code, english, said in found
        ]
        parts.append("\n".join([f"## {HEADS[head]}\n", "| código | mensaje |", "|---|---|", *rows]))
    return "\n\n".join(parts) + "\n"


def anchor(title: str) -> str:
    """Return the anchor of a heading on the site and on GitHub; where they differ, the code, which stands above it."""
    of_site, of_github = site_slug(title), github_slug(title)
    return of_site if of_site == of_github else title.partition(" ")[0].lower()


def site_slug(title: str) -> str:
    """Return the anchor that the site gives a heading."""
    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode()
    return re.sub(r"[-\s]+", "-", re.sub(r"[^\w\s-]", "", plain).strip().lower())


def github_slug(title: str) -> str:
    """Return the anchor that GitHub gives a heading: letters, digits, ``_`` and ``-``, a hyphen for each space."""
    kept = (c for c in title.strip().lower() if c in " -_" or unicodedata.category(c)[0] in "LM" or c.isdecimal())
    return "".join(kept).replace(" ", "-")


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("<", "&lt;")
