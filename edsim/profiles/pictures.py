"""One picture per building and for the district, as SVG: load duration, peak day, typical days by month, months.

Written as plain text: no drawing library is needed, and any browser shows the file.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from math import ceil, floor, log10

import numpy as np

from edsim.profiles.summary import DISTRICT, MONTHS, ServiceSummary, date_text, monthly_sums, peak_day, typical_days
from edsim.profiles.types import Array, Profiles

WIDTH = 1080
_COLORS: Mapping[str, str] = {
    "cooling": "#0072B2",
    "heating": "#D55E00",
    "hot_water": "#CC79A7",
    "electricity": "#E69F00",
    "steam": "#7F6A4D",
    "compressed_air": "#8C6BB1",
}
"""Palette of Okabe and Ito (2008), told apart with every common color blindness."""
_NAMES: Mapping[str, str] = {
    "cooling": "Cooling",
    "heating": "Heating",
    "hot_water": "Hot water",
    "electricity": "Electricity (without cooling)",
    "steam": "Steam",
    "compressed_air": "Compressed air (10 Nm³/h)",
}
_AIR_SCALE = 0.1  # 10 Nm³/h take about 1 kW to compress: air and kW share an axis
_INK, _MUTED, _RULE = "#22303C", "#52616F", "#E3E8EC"


@dataclass(frozen=True, slots=True)
class _Panel:
    """A rectangle with axes: position of its inner frame and the largest values of both axes."""

    x: float
    y: float
    width: float
    height: float
    x_max: float
    y_max: float

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Return the place of a point on the page."""
        return self.x + self.width * x / self.x_max, self.y + self.height * (1.0 - y / self.y_max)


def building_picture(profiles: Profiles, row: int, figures: Sequence[ServiceSummary], title: str) -> str:
    """Return the SVG text of one building.

    Parameters
    ----------
    profiles
        Profiles of the case.
    row
        Row of the building.
    figures
        Its key figures, from :func:`edsim.profiles.summary.service_summaries`.
    title
        Heading.
    """
    series = {s: d[row] for s, d in profiles.demand.items() if d[row].any()}
    return _picture(series, [_figure_text(f) for f in figures], title)


def district_picture(profiles: Profiles, figures: Sequence[ServiceSummary], title: str) -> str:
    """Return the SVG text of the district, with the diversity of each service."""
    series = {s: d.sum(axis=0) for s, d in profiles.demand.items() if d.any()}
    mine = [f for f in figures if f.name == DISTRICT and f.diversity_frac is not None]
    return _picture(series, [_figure_text(f) for f in mine], title)


def _figure_text(f: ServiceSummary) -> str:
    unit = "thousand Nm³" if f.service == "compressed_air" else "MWh"
    rate = "Nm³/h" if f.service == "compressed_air" else "kW"
    parts = [
        f"{_NAMES[f.service].split(' (')[0]}: {f.annual_kwh / 1000:,.0f} {unit}/a",
        f"peak {f.peak_kw:,.0f} {rate} on {date_text(f.peak_hour)}",
        f"{f.full_load_hours:,.0f} full-load hours",
    ]
    if np.isfinite(f.kwh_per_m2) and f.service != "compressed_air":
        area = "cooled" if f.service == "cooling" else "gross"
        parts.append(f"{f.kwh_per_m2:,.0f} kWh/m² and {f.peak_w_per_m2:,.0f} W/m² of {area} area")
    if f.expected_kwh_per_m2 is not None:
        low, high = f.expected_kwh_per_m2
        parts.append(f"expected {low:,.0f} to {high:,.0f} kWh/m²")
    if f.diversity_frac is not None:
        parts.append(f"{f.diversity_frac:.0%} of the sum of all peaks")
    return " · ".join(parts)


def _picture(demand: Mapping[str, Array], lines: Sequence[str], title: str) -> str:
    series = {s: _AIR_SCALE * v if s == "compressed_air" else v for s, v in demand.items()}
    top = 66 + 17 * len(lines)
    body = [
        f'<text x="30" y="34" font-size="20" font-weight="600" fill="{_INK}">{escape(title)}</text>',
        *(
            f'<text x="30" y="{60 + 17 * i}" font-size="12.5" fill="{_MUTED}">{escape(line)}</text>'
            for i, line in enumerate(lines)
        ),
        *_legend(series, top),
        *_duration(series, (70, top + 50)),
        *_peak_day(series, (420, top + 50)),
        *_months(series, (770, top + 50)),
        *_typical(series, (70, top + 345)),
    ]
    height = top + 345 + 205
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
        f'font-family="system-ui, sans-serif" role="img" aria-label="{escape(title, quote=True)}">'
        f'<rect width="100%" height="100%" fill="white"/>{"".join(body)}</svg>\n'
    )


def _legend(series: Mapping[str, Array], y: float) -> Iterator[str]:
    x = 30.0
    for service in series:
        yield f'<rect x="{x}" y="{y}" width="18" height="4" rx="2" fill="{_COLORS[service]}"/>'
        yield f'<text x="{x + 24}" y="{y + 6}" font-size="12.5" fill="{_INK}">{_NAMES[service]}</text>'
        x += 50 + 7.0 * len(_NAMES[service])


def _duration(series: Mapping[str, Array], corner: tuple[float, float]) -> Iterator[str]:
    """Yield load-duration curves: every series sorted from its peak down."""
    panel = _Panel(*corner, 280, 220, 8760.0, _nice(max(float(v.max()) for v in series.values())))
    yield from _frame(panel, "Load duration, kW over hours of the year", [(h, f"{h:,}") for h in range(0, 8761, 2190)])
    index = np.unique(np.concatenate([np.arange(0, 200, 4), np.arange(200, 8760, 60), [8759]]))
    for service, values in series.items():
        yield _curve(panel, index + 0.0, np.sort(values)[::-1][index], _COLORS[service])


def _peak_day(series: Mapping[str, Array], corner: tuple[float, float]) -> Iterator[str]:
    main = "cooling" if "cooling" in series else max(series, key=lambda s: float(series[s].max()))
    day, _ = peak_day(series[main])
    hours = {s: v.reshape(365, 24)[day] for s, v in series.items()}
    panel = _Panel(*corner, 280, 220, 24.0, _nice(max(float(v.max()) for v in hours.values())))
    date = date_text(day * 24).rsplit(" ", 1)[0]
    yield from _frame(panel, f"Day of the {_NAMES[main].lower()} peak, {date}", [(h, f"{h}") for h in range(0, 25, 6)])
    for service, values in hours.items():
        yield _steps(panel, values, _COLORS[service])


def _months(series: Mapping[str, Array], corner: tuple[float, float]) -> Iterator[str]:
    sums = {s: monthly_sums(v) / 1000.0 for s, v in series.items()}
    panel = _Panel(*corner, 280, 220, 12.0, _nice(max(float(v.max()) for v in sums.values())))
    title = "Months, MWh (air: 10,000 Nm³)" if "compressed_air" in series else "Months, MWh"
    yield from _frame(panel, title, [(m + 0.5, MONTHS[m][0]) for m in range(12)])
    width = 0.8 / len(sums)
    for k, (service, values) in enumerate(sums.items()):
        for m, value in enumerate(values):
            x, y = panel.at(m + 0.1 + k * width, float(value))
            size = panel.width / 12 * width * 0.92
            yield _bar(x, y, size, panel.y + panel.height - y, _COLORS[service])


def _typical(series: Mapping[str, Array], corner: tuple[float, float]) -> Iterator[str]:
    """Yield the mean day of every month, side by side on one scale."""
    days = {s: typical_days(v) for s, v in series.items()}
    y_max = _nice(max(float(v.max()) for v in days.values()))
    x, y = corner
    yield f'<text x="{x}" y="{y - 12}" font-size="13" font-weight="600" fill="{_INK}">Mean day of each month, kW</text>'
    for m in range(12):
        panel = _Panel(x + m * 82, y, 76, 150, 24.0, y_max)
        ticks = _ticks(y_max) if m == 0 else []
        yield from _axes(panel, [(0, "0"), (12, "12")], ticks, grid=_ticks(y_max))
        yield _text(panel.x + 38, y + 182, MONTHS[m], "middle")
        for service, values in days.items():
            yield _steps(panel, values[m], _COLORS[service])


def _frame(panel: _Panel, title: str, x_ticks: Sequence[tuple[float, str]]) -> Iterator[str]:
    place = f'x="{panel.x}" y="{panel.y - 12}"'
    yield f'<text {place} font-size="13" font-weight="600" fill="{_INK}">{escape(title)}</text>'
    yield from _axes(panel, x_ticks, _ticks(panel.y_max), grid=_ticks(panel.y_max))


def _axes(
    panel: _Panel, x_ticks: Sequence[tuple[float, str]], y_ticks: Sequence[float], *, grid: Sequence[float]
) -> Iterator[str]:
    right, bottom = panel.x + panel.width, panel.y + panel.height
    for value in grid:
        y = panel.at(0, value)[1]
        yield f'<path d="M{panel.x:.1f} {y:.1f}H{right:.1f}" stroke="{_RULE}" fill="none"/>'
    for value in y_ticks:
        x, y = panel.at(0, value)
        yield _text(x - 6, y + 4, f"{value:,.6g}", "end")
    for value, text in x_ticks:
        x = panel.at(value, 0)[0]
        yield _text(x, bottom + 16, text, "middle")
    yield f'<path d="M{panel.x:.1f} {bottom:.1f}H{right:.1f}" stroke="{_MUTED}" fill="none"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" font-size="11" fill="{_MUTED}" text-anchor="{anchor}">{text}</text>'


def _curve(panel: _Panel, x: Array, y: Array, color: str) -> str:
    points = " ".join("{:.1f},{:.1f}".format(*panel.at(a, b)) for a, b in zip(x.tolist(), y.tolist(), strict=True))
    return f'<polyline points="{points}" fill="none" stroke="{color}" stroke-width="1.8"/>'


def _steps(panel: _Panel, values: Array, color: str) -> str:
    """Return a curve of hourly means, each held over its hour."""
    edges = np.repeat(np.arange(len(values) + 1.0), 2)[1:-1]
    return _curve(panel, edges, np.repeat(values, 2), color)


def _bar(x: float, y: float, width: float, height: float, color: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{max(height, 0):.1f}" fill="{color}"/>'


def _nice(value: float) -> float:
    """Return the next of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 times a power of ten."""
    if value <= 0:
        return 1.0
    power = 10.0 ** floor(log10(value))
    return next(n * power for n in (1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10) if n * power >= value * 0.9999)


def _ticks(top: float) -> list[float]:
    """Return four to five round values from 0 to the top of an axis."""
    step = _nice(top / 5.0)
    return [round(i * step, 10) for i in range(ceil(top / step * 0.9999) + 1) if i * step <= top * 1.0001]
