"""Colors, layout and safe text of the figures.

The palette is that of Okabe and Ito (2008), told apart with every common color blindness; business-as-usual is always
gray, the main variant always blue.
"""

import base64
import re
import textwrap
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from edsim.core.carriers import family
from edsim.report.i18n import Language
from edsim.report.view import BAU, Study

BLUE, ORANGE, GREEN, RED = "#0072B2", "#E69F00", "#009E73", "#D55E00"
SKY, PINK, YELLOW, BLACK = "#56B4E9", "#CC79A7", "#F0E442", "#22303C"
GRAY, RULE, MUTED = "#9AA7B2", "#E3E8EC", "#52616F"
CYCLE = (BLUE, ORANGE, GREEN, SKY, RED, PINK, "#8C6BB1", "#7F6A4D", YELLOW)

CARRIER_COLORS: Mapping[str, str] = {
    "electricity": ORANGE,
    "natural_gas": "#7F6A4D",
    "biogas": "#7F6A4D",
    "hot_water": RED,
    "heat": RED,
    "steam": PINK,
    "chilled_water": BLUE,
    "cooling": BLUE,
    "ambient_water": SKY,
    "compressed_air": "#8C6BB1",
    "condenser_water": SKY,
}

KIND_COLORS: Mapping[str, str] = {
    "vapour_chiller": BLUE,
    "absorption_chiller": RED,
    "heat_recovery_chiller": "#8C6BB1",
    "heat_pump": PINK,
    "chilled_water_store": SKY,
    "ice_store": "#B3DDF2",
    "hot_water_store": "#F2B48C",
    "battery": PINK,
    "pv": YELLOW,
    "chp": GREEN,
    "boiler": RED,
    "grid": GRAY,
    "purchase": GRAY,
    "network": SKY,
    "unserved": BLACK,
}

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
_NAME_LETTERS = 21
FONT = "Inter, 'Segoe UI', system-ui, -apple-system, Roboto, 'Helvetica Neue', Arial, sans-serif"


def clean(text: object) -> str:
    """Return text without control characters and direction overrides."""
    return _CONTROL.sub("\ufffd", str(text)).replace("\t", " ").replace("\n", " ")


def plain(text: object) -> str:
    """Return text that plotly.js shows letter by letter: its markup and its templates are defused."""
    safe = clean(text).replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return safe.replace("%{", "%\u200b{").replace("$", "\uff04" if "$" in safe[1:] else "$")


def short(text: object, length: int = 28) -> str:
    """Return text cut to `length` letters, defused."""
    whole = clean(text)
    return plain(whole if len(whole) <= length else whole[: length - 1] + "…")


def few_lines(text: object, letters: int, most: int = 2) -> list[str]:
    """Return text as at most `most` lines of at most `letters`, not defused.

    Of a longer one the middle is left out: what tells names that begin alike apart stands at their end.
    """
    lines = textwrap.wrap(clean(text), letters) or [""]
    if len(lines) <= most:
        return lines
    end = clean(text)[2 - letters :]
    return [*lines[: most - 1], "… " + (end.partition(" ")[2] or end)]


def folded(text: object, letters: int, most: int = 2) -> str:
    """Return text in at most `most` lines of `letters`, defused."""
    return "<br>".join(map(plain, few_lines(text, letters, most)))


def name_axis(
    names: Sequence[object], changes: Mapping[str, Any] | None = None, letters: int = _NAME_LETTERS, most: int = 2
) -> tuple[list[str], dict[str, Any]]:
    """Return one place per name and the axis that writes each name in at most `most` lines of `letters`.

    A place is the whole name, and a repeated name has places of its own: names that begin alike, cut to a length
    before they are drawn, would put the bars of two buildings on one place.
    """
    seen: Counter[str] = Counter()
    places = []
    for name in map(plain, names):
        places.append(name + "\u200b" * seen[name])
        seen[name] += 1
    text = [folded(name, letters, most) for name in names]
    return places, axis("", {"tickmode": "array", "tickvals": places, "ticktext": text, **(changes or {})})


def numbers(values: ArrayLike) -> dict[str, str]:
    """Return an array as plotly.js reads it fastest and smallest (base64 of 32-bit floats)."""
    data = np.ascontiguousarray(np.asarray(values, dtype="<f4"))
    return {"dtype": "f4", "bdata": base64.b64encode(data.tobytes()).decode("ascii")}


def variant_color(study: Study, name: str) -> str:
    """Return the color of a variant."""
    if name == BAU:
        return GRAY
    return CYCLE[[v for v in study.order if v != BAU].index(name) % len(CYCLE)]


def carrier_color(carrier: str, other: str = GRAY) -> str:
    """Return the color of a carrier or of a level of one; `other` where it has none."""
    return CARRIER_COLORS.get(carrier, CARRIER_COLORS.get(family(carrier), other))


def color_of(kind: str, taken: Sequence[str]) -> str:
    """Return the color of a technology kind; when another group has it already, the next free one."""
    wanted = KIND_COLORS.get(kind, CYCLE[len(taken) % len(CYCLE)])
    if wanted not in taken:
        return wanted
    return next((c for c in CYCLE if c not in taken), wanted)


def layout(lang: Language, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the layout every figure starts from.

    Parameters
    ----------
    lang
        Gives the number format.
    changes
        Keys of a plotly.js layout, merged one level deep.
    """
    base: dict[str, Any] = {
        "font": {"family": FONT, "size": 13, "color": BLACK},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "margin": {"l": 60, "r": 16, "t": 12, "b": 44},
        "separators": lang.separators,
        "hovermode": "x unified",
        "hoverlabel": {"font": {"family": FONT, "size": 12}, "bgcolor": "#FFFFFF", "bordercolor": RULE},
        "legend": {"orientation": "h", "x": 0, "y": -0.16, "yanchor": "top", "font": {"size": 12}},
        "xaxis": axis(""),
        "yaxis": axis(""),
        "bargap": 0.35,
        "dragmode": "zoom",
    }
    for key, value in changes.items():
        both = isinstance(value, dict) and isinstance(base.get(key), dict)
        base[key] = {**base[key], **value} if both else value
    return base


def axis(title: str, changes: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """Return an axis with light grid lines and a title; `changes` are keys of a plotly.js axis."""
    return {
        "title": {"text": title, "font": {"size": 12, "color": MUTED}, "standoff": 8},
        "gridcolor": RULE,
        "zerolinecolor": GRAY,
        "linecolor": GRAY,
        "tickfont": {"size": 12, "color": MUTED},
        "automargin": True,
        "tickformat": ",~r",
        **(changes or {}),
    }
