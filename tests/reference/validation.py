"""Write the figures of docs/explanation/validation-loads.md anew.

``EDSIM_REFERENCE_WEATHER=FOLDER python -m tests.reference.validation`` recomputes every figure of the page and replaces
the part between its two markers; ``--print`` prints it instead. Each figure stands beside its bar and says whether it
is held.
"""

import gzip
import lzma
import os
import resource
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

import numpy as np
import psychrolib
import pvlib

from edsim.core.moist_air import humidity_ratio, wet_bulb_c
from edsim.profiles.buildings import BuildingSpec, building_loads, simulate_zones, uses
from edsim.profiles.pv import PvSurface, pv_kw_per_kwp
from edsim.profiles.weather import Weather, read_weather
from tests.reference.bestest.humid import BARS_FRAC, SIX_PROGRAMS_KWH, WEATHER_FILE, hours_of, outside_frac
from tests.reference.bestest.humid import cases as humid_cases
from tests.reference.bestest.indepth import as_built
from tests.reference.bestest.table import VARIABLE, markdown, read_reference_weather, score
from tests.reference.buildings import lined_boxes, measured_stock, prototypes, reference_buildings, reference_climates
from tests.reference.buildings.calibrate_cases import CV_BAR_FRAC, KNOWN, NMBE_BAR_FRAC, calibrated, site_weather
from tests.reference.buildings.energyplus_boxes import SITES, compare
from tests.reference.weather.typical_year_errors import year_errors

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "validation-loads.md"
BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
_SEEDS = 3


def verdict(held: bool) -> str:
    """Return what the page says about a bar."""
    return "pass" if held else "**fail**"


def bestest(folder: Path) -> Iterator[str]:
    """Yield the table of cases 600 to 950."""
    figures = score(read_reference_weather(folder))
    worst_k = max((f.miss for f in figures if f.quantity.endswith("temp_c")), default=0.0)
    worst = max((f.miss for f in figures if not f.quantity.endswith("temp_c")), default=0.0)
    yield "### BESTEST, cases 600 to 950"
    yield markdown(figures)
    inside = sum(f.inside for f in figures)
    near = worst <= 0.05 and worst_k <= 1
    yield f"Bar: at least 44 inside: {verdict(inside >= 44)}. All within 5 % or 1 K: {verdict(near)}."
    yield "### BESTEST, further cases of one room"
    yield (
        "Cases 630 and 930 (fins), 660 and 670 (low-e and single glass), 680 and 980 (thick insulation; 680FF and "
        "980FF float), 685 and 985 (20 °C all year), 695 and 995 (both). No bar is set for them."
    )
    weather = read_reference_weather(folder)
    yield markdown(score(weather, "ranges_more.csv"))
    yield "### BESTEST, in-depth cases of one room"
    yield (
        "Cases 220 to 320, 395 to 440, 800 and 810: opaque panes, sun on faces of absorptance 0.1, 0.6 and 0.9, "
        "cavities of 0.1 and 0.9, shading, air and gains one by one. No bar is set for them."
    )
    yield markdown(score(weather, "ranges_indepth.csv"))
    yield "The three tables with the pane pair as it is made, U = 2.79, and films as EnergyPlus' means (text above):"
    lines = ["| cases | inside, as above | inside, as made | loads outside by, at most |", "|---|---|---|---|"]
    for name, table in (("600 to 950", ""), ("further", "_more"), ("in depth", "_indepth")):
        before, made = (score(weather, f"ranges{table}.csv", how) for how in (simulate_zones, as_built))
        most = max(f.miss for f in made if not f.quantity.endswith("temp_c"))
        counts = (f"{sum(f.inside for f in found)} of {len(found)}" for found in (before, made))
        lines.append(f"| {name} | {' | '.join(counts)} | {most:.1%} |")
    yield "\n".join(lines)


def humid(folder: Path) -> Iterator[str]:
    """Yield the HVAC BESTEST cases."""
    yield "### HVAC BESTEST, New Orleans"
    lines = ["| case | coil load | six programs, kWh/a | edsim | outside by | bar | |", "|---|---|---|---|---|---|---|"]
    weather = read_reference_weather(folder, WEATHER_FILE)
    result = simulate_zones(humid_cases(weather), weather)
    loads = {"sensible": result.sensible_kw, "latent": result.latent_kw, "total": result.cooling_kw}
    for row, name in sorted(enumerate(result.names), key=lambda item: item[1]):
        for quantity, band in SIX_PROGRAMS_KWH[name].items():
            value = float(loads[quantity][row, hours_of(name)].sum())
            out, bar = outside_frac(value, band), BARS_FRAC[quantity]
            cells = (name, quantity, f"{band[0]:,.0f} to {band[1]:,.0f}", f"{value:,.0f}", f"{out:.1%}", f"{bar:.0%}")
            lines.append(f"| {' | '.join(cells)} | {verdict(out <= bar)} |")
    yield "\n".join(lines)


def humid_boxes(folder: Path) -> Iterator[str]:
    """Yield the boxes of a humid climate beside EnergyPlus."""
    yield "### Humid boxes against EnergyPlus 25.2"
    yield (
        "One zone of 80 m² in Singapore, Miami, Tampa and Palmas, ideal loads. "
        "Bars: annual total 5 %, latent 10 %, hourly CV(RMSE) 20 %."
    )
    lines = [
        "| site | box | EnergyPlus, kWh/a | total | latent | hourly CV | monthly CV | peak | |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    held = count = 0
    for site, file in SITES.items():
        for row in compare(site, read_reference_weather(folder, file)):
            figures = (row.total_frac, row.latent_frac, row.hourly_cv_frac, row.monthly_cv_frac, row.peak_frac)
            cells = (site, row.box, f"{row.energyplus_kwh:,.0f}", *(f"{f:+.1%}" for f in figures))
            lines.append(f"| {' | '.join(cells)} | {verdict(row.held)} |")
            held, count = held + row.held, count + 1
    yield "\n".join(lines)
    yield f"Boxes that hold all three bars: {held} of {count}."


def lined(folder: Path) -> Iterator[str]:
    """Yield the boxes whose linings hold moisture beside EnergyPlus."""
    yield "### Moisture of furnishings after a night without cooling"
    yield (
        "A box lined with painted gypsum board, cooled from 07 to 19 h on week-days, beside EnergyPlus with its model "
        "of penetration depth; edsim with the storage of its building list, six times that of the air. Bars as above."
    )
    lines = [
        "| site | box | EnergyPlus, kWh/a | total | latent | hourly CV | peak, that of the first hour | |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for site, file in lined_boxes.SITES.items():
        for row in lined_boxes.compare(site, read_reference_weather(folder, file)):
            figures = (row.total_frac, row.latent_frac, row.hourly_cv_frac, row.peak_frac)
            cells = (site, row.box, f"{row.energyplus_kwh:,.0f}", *(f"{f:+.1%}" for f in figures))
            lines.append(f"| {' | '.join(cells)} | {verdict(row.held)} |")
    yield "\n".join(lines)


def whole_buildings(folder: Path) -> Iterator[str]:
    """Yield the whole buildings beside EnergyPlus."""
    yield "### Whole buildings against EnergyPlus 25.2"
    yield (
        "Six buildings of 2 to 15 zones at four hot sites, the same gains and schedules given to both. "
        "Bars: bias of the year 10 %, monthly CV(RMSE) 12 %, peak hour 15 %."
    )
    lines = [
        "| site | building | EnergyPlus, kWh/(m² a) | bias | monthly CV | hourly CV | peak | latent | |",
        "|---|---|---|---|---|---|---|---|---|",
    ]
    held = count = 0
    for site, file in prototypes.SITES.items():
        for row in prototypes.compare(site, read_reference_weather(folder, file)):
            figures = (row.nmbe_frac, row.monthly_cv_frac, row.hourly_cv_frac, row.peak_frac, row.latent_frac)
            cells = (site, row.prototype, f"{row.energyplus_kwh_per_m2:.0f}", *(f"{f:+.1%}" for f in figures))
            lines.append(f"| {' | '.join(cells)} | {verdict(row.held)} |")
            held, count = held + row.held, count + 1
    yield "\n".join(lines)
    yield f"Buildings that hold all three bars: {held} of {count}."


def few_inputs(folder: Path) -> Iterator[str]:
    """Yield the archetypes beside the DOE reference buildings."""
    yield "### Use, area and storeys alone"
    yield (
        "Annual cooling of the DOE commercial reference buildings in Miami (electricity of their cooling machines "
        "times a mean COP of 5.5, 2.8 or 3.5 by kind of machine) beside the archetype of the use, cooled on all of "
        "its area (the warehouse on the fifth of its archetype)."
    )
    rows = reference_buildings.compare()
    lines = ["| building | use | published, kWh/(m² a) | edsim | error |", "|---|---|---|---|---|"]
    for r in rows:
        figures = (f"{r.published_kwh_per_m2:.0f}", f"{r.edsim_kwh_per_m2:.0f}", f"{r.error_frac:+.0%}")
        lines.append(f"| {' | '.join((r.building, r.use, *figures))} |")
    yield "\n".join(lines)
    middle, most = median(abs(r.error_frac) for r in rows), max(abs(r.error_frac) for r in rows)
    bars = (reference_buildings.MEDIAN_BAR_FRAC, reference_buildings.LARGEST_BAR_FRAC)
    yield (
        f"Median of the absolute error {middle:.0%} (bar {bars[0]:.0%}): {verdict(middle <= bars[0])}. "
        f"Largest {most:.0%} (bar {bars[1]:.0%}): {verdict(most <= bars[1])}."
    )
    reheated = reference_buildings.compare(reference_buildings.AS_PUBLISHED)
    said = ", ".join(
        f"{r.building} {r.edsim_kwh_per_m2:.0f} of {r.published_kwh_per_m2:.0f} ({r.error_frac:+.0%})" for r in reheated
    )
    yield (
        "The same with the air handling of the published models, the hospital at constant flow of 4 l/(s m²) with "
        f"1.3 l/(s m²) of it outdoor air, 22 °C and 60 %, the outpatient building conditioned day and night: {said}."
    )
    yield from climates(folder)
    yield from stock()


def climates(folder: Path) -> Iterator[str]:
    """Yield the archetypes beside the DOE reference buildings in the climates whose weather is there."""
    yield (
        "The same buildings in other climates, cooling published and of edsim in kWh/(m² a) and its error. New "
        "Orleans stands for Houston and Sterling for Baltimore, each with a tenth fewer cooling degree-days; the "
        "machines have the COPs of Miami everywhere."
    )
    found = {
        c: reference_climates.compare(c, reference_climates.weather_of(c, folder))
        for c in reference_climates.cities_in(folder)
    }
    yield _climate_table(
        {
            c: [
                (r.building, r.published_cooling_kwh_per_m2, r.edsim_cooling_kwh_per_m2, r.cooling_error_frac)
                for r in rows
            ]
            for c, rows in found.items()
        }
    )
    yield "Site energy of the same, all electricity and the fuel of space heating:"
    yield _climate_table(
        {
            c: [(r.building, r.published_site_kwh_per_m2, r.edsim_site_kwh_per_m2, r.site_error_frac) for r in rows]
            for c, rows in found.items()
        }
    )


def _climate_table(found: Mapping[str, Sequence[tuple[str, float, float, float]]]) -> str:
    """Return a table of buildings by city: published, edsim and error, and below it the median of the amounts."""
    lines = [f"| building | {' | '.join(found)} |", "|---" * (len(found) + 1) + "|"]
    for rows in zip(*found.values(), strict=True):
        cells = (f"{published:.0f}, {ours:.0f}: {error:+.0%}" for _, published, ours, error in rows)
        lines.append(f"| {rows[0][0]} | {' | '.join(cells)} |")
    middle = (f"{median(abs(error) for *_, error in rows):.0%}" for rows in found.values())
    lines.append(f"| median of the amounts | {' | '.join(middle)} |")
    return "\n".join(lines)


def stock() -> Iterator[str]:
    """Yield the archetypes beside the heat and the electricity of the measured stock of the US."""
    yield (
        "Useful heat of American stock (CBECS 2003, tables E1A and A6, 80 % of the energy of space heating) beside the "
        "archetypes of before 2000 in a year made for Baltimore, whose degree-days are those of the mean American."
    )
    rows = measured_stock.compare()
    yield stock_table(rows)
    middle, bar = median(abs(r.error_frac) for r in rows), measured_stock.MEDIAN_BAR_FRAC
    yield f"Median of the absolute error {middle:.0%} (bar {bar:.0%}): {verdict(middle <= bar)}."
    yield (
        "Electricity of the same stock for all but heating, cooling and hot water (CBECS 2003, table E4: lights and "
        "machines of 2003) beside the same archetypes:"
    )
    rows = measured_stock.compare_electricity()
    yield stock_table(rows)
    yield f"Median of the absolute error {median(abs(r.error_frac) for r in rows):.0%} (no bar)."
    yield "Its cooling, electricity times a COP of 3.2 (no bought chilled water), beside archetypes cooled throughout:"
    yield stock_table(measured_stock.compare_cooling(cooled_frac=1.0))


def stock_table(rows: list[measured_stock.Stock]) -> str:
    """Return the table of measured and simulated figures."""
    lines = ["| activity | use | measured, kWh/(m² a) | edsim | error |", "|---|---|---|---|---|"]
    for r in rows:
        figures = (f"{r.measured_kwh_per_m2:.0f}", f"{r.edsim_kwh_per_m2:.0f}", f"{r.error_frac:+.0%}")
        lines.append(f"| {' | '.join((r.activity, r.use, *figures))} |")
    return "\n".join(lines)


def real_years(folder: Path) -> Iterator[tuple[str, Weather]]:
    """Yield the real years: two that pvlib ships, and those of the reference folder."""
    shipped = Path(pvlib.__file__).parent / "data"
    for name in ("12839.tm2", "723170TYA.CSV"):
        yield f"pvlib {name}", read_weather(shipped / name)
    with tempfile.TemporaryDirectory() as scratch:
        for packed in sorted(folder.iterdir()):
            opener = {".gz": gzip.decompress, ".xz": lzma.decompress}.get(packed.suffix)
            name = packed.stem if opener else packed.name
            if not name.endswith(".epw"):
                continue
            plain = Path(scratch) / name
            plain.write_bytes(opener(packed.read_bytes()) if opener else packed.read_bytes())
            yield name.removesuffix(".epw"), read_weather(plain)


def typical_years(folder: Path) -> Iterator[str]:
    """Yield the comparison of made with real years, the worst of several seeds."""
    yield "### Typical years made from monthly normals"
    yield (
        f"Worst of {_SEEDS} seeds against the real year whose normals they are made from. Bars: PV yield 1 %, cooling "
        "degree-hours above 24 °C 3 % or 300 K h, 99.6 % dry bulb 1 K, 99.6 % wet bulb 1.5 K."
    )
    lines = ["| year | PV | CDH24, K h | of | dry bulb, K | wet bulb, K | |", "|---|---|---|---|---|---|---|"]
    held = stated = total = 0
    for name, real in real_years(folder):
        stated += sum(sum(year_errors(real, s, spread_stated=True).passes.values()) for s in range(_SEEDS))
        made = [year_errors(real, seed) for seed in range(_SEEDS)]
        good = all(all(e.passes.values()) for e in made)
        held += sum(sum(e.passes.values()) for e in made)
        total += 4 * len(made)
        pv, hours = max((e.pv_frac for e in made), key=abs), max((e.degree_hours for e in made), key=abs)
        dry, wet = max((e.dry_k for e in made), key=abs), max((e.wet_k for e in made), key=abs)
        figures = (f"{pv:+.2%}", f"{hours:+,.0f}", f"{made[0].real_degree_hours:,.0f}", f"{dry:+.2f}", f"{wet:+.2f}")
        lines.append(f"| {name} | {' | '.join(figures)} | {verdict(good)} |")
    yield "\n".join(lines)
    yield f"Bars held: {held} of {total}; {stated} where the spread of the daily means is stated too."


def photovoltaics() -> Iterator[str]:
    """Yield PV yields beside published ones."""
    yield "### PV and moist air"
    lines = ["| what | published or reference | edsim | bar | |", "|---|---|---|---|---|"]
    published = (
        ("Xi'an, 34 MWp of rooftops", "Xi'an", 34.0, 0.0, 35.0),
        ("Cartagena harbor, 2.2 MWp", "Cartagena", 2.2, 5.0, 2.9),
    )
    for what, city, mwp, tilt, gwh in published:
        value = mwp * float(pv_kw_per_kwp(site_weather(city), PvSurface(tilt_deg=tilt)).sum()) / 1000.0
        lines.append(f"| {what} | {gwh:g} GWh/a | {value:.1f} GWh/a | 10 % | {verdict(abs(value / gwh - 1) <= 0.1)} |")
    psychrolib.SetUnitSystem(psychrolib.SI)
    rng = np.random.default_rng(0)
    temp, rh, pressure = rng.uniform(-5, 45, 500), rng.uniform(0.05, 1.0, 500), rng.uniform(70e3, 103e3, 500)
    ratio = humidity_ratio(temp, rh, pressure)
    wet = wet_bulb_c(temp, ratio, pressure)
    other = np.array([psychrolib.GetTWetBulbFromRelHum(t, r, p) for t, r, p in zip(temp, rh, pressure, strict=True)])
    above = other > 0.0  # below, the two switch from water to ice at different points
    off = float(np.abs(wet - other)[above].max())
    lines.append(
        f"| wet bulb above 0 °C, {above.sum()} states | psychrolib | within {off:.4f} K | 0.01 K "
        f"| {verdict(off <= 0.01)} |"
    )
    yield "\n".join(lines)


def calibration() -> Iterator[str]:
    """Yield how well bills bring archetypes to buildings with other properties."""
    yield "### Calibration to twelve bills"
    lines = ["| building | NMBE before | NMBE | CV(RMSE) | bar | |", "|---|---|---|---|---|---|"]
    for known in KNOWN:
        fit = calibrated(known)
        before = float((fit.prior_kwh - fit.bills_kwh).sum() / fit.bills_kwh.sum())
        good = abs(fit.nmbe_frac) <= NMBE_BAR_FRAC and fit.cv_rmse_frac <= CV_BAR_FRAC
        cells = (
            f"{known.spec.use}, {known.city}",
            f"{before:+.1%}",
            f"{fit.nmbe_frac:+.1%}",
            f"{fit.cv_rmse_frac:.1%}",
        )
        lines.append(f"| {' | '.join(cells)} | 5 %, 15 % | {verdict(good)} |")
    yield "\n".join(lines)
    yield (
        "The true building is itself a simulation with other gains, air and set point and 2 % noise on its bills: "
        "a test of the method, not of a real meter."
    )


def speed() -> Iterator[str]:
    """Yield processor time and memory of building loads."""
    yield "### Speed"
    lines = ["| what | processor time, s | memory, MB | bar | |", "|---|---|---|---|---|"]
    kinds = uses()
    for city, count, bar in (("Barranquilla", 200, 10.0), ("Medellin", 200, 10.0), ("Medellin", 500, None)):
        weather = site_weather(city)
        specs = [
            BuildingSpec(
                f"b{i}",
                kinds[i % len(kinds)],
                2000.0 + 137 * i % 9000,
                storeys=1 + i % 9,
                orientation_deg=37.0 * i % 180,
            )
            for i in range(count)
        ]
        start = time.process_time()
        building_loads(specs, weather, country="COL", year=2025, seed=1)
        spent = time.process_time() - start
        memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        held = spent <= bar if bar else memory < 1000
        asked = f"{bar:g} s" if bar else "1000 MB"
        lines.append(f"| {count} buildings, {city} | {spent:.1f} | {memory:,.0f} | {asked} | {verdict(held)} |")
    yield "\n".join(lines)


def page_part(folder: Path) -> str:
    """Return the computed part of the page."""
    parts = [
        *bestest(folder),
        *humid(folder),
        *humid_boxes(folder),
        *lined(folder),
        *whole_buildings(folder),
        *few_inputs(folder),
        *typical_years(folder),
        *photovoltaics(),
        *calibration(),
        *speed(),
    ]
    return "\n\n".join(parts)


if __name__ == "__main__":
    made = page_part(Path(os.environ[VARIABLE]))
    if "--print" in sys.argv:
        sys.stdout.write(made + "\n")
    else:
        text = PAGE.read_text(encoding="utf-8")
        head, tail = text.split(BEGIN)[0], text.split(END)[1]
        PAGE.write_text(f"{head}{BEGIN}\n\n{made}\n\n{END}{tail}", encoding="utf-8")
