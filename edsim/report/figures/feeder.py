"""Figures of the feeder: before and after the district, and alternative by alternative."""

from __future__ import annotations

from typing import TYPE_CHECKING

from edsim.report.figures.studies import StudyView, lines
from edsim.report.theme import CYCLE
from edsim.report.view import Chart

if TYPE_CHECKING:
    import pandas as pd


def feeder_hours(view: StudyView) -> Chart | None:
    """Return the highest load of the feeder by hour of the day, of the case as it stands and the best alternatives."""
    if "feeder_hours" not in view.tables:
        return None
    frame = view.tables["feeder_hours"]
    best = [str(p) for p in view.tables["ranking"]["point"] if p in set(frame["point"]) - {"base"}]
    series = {
        view.name(name): ([float(v) for v in part["hour"]], [float(v) for v in part["highest_kw"]])
        for name in ["base", *best[: len(CYCLE)]]
        for part in (frame[frame["point"] == name],)
    }
    title = view.t("Highest load of the feeder by hour of the day")
    caption = view.t("Other electricity of the buildings included; all alternatives are in the table feeder_hours.")
    return lines(view, "feeder-hours", (title, caption), series, (view.t("hour of the day"), "kW"))


def feeder(view: StudyView) -> tuple[Chart, ...]:
    """Return the load-duration curve, the mean day and what stores shift, those of a district that grows by year."""
    curve = view.tables["duration"].query("rank % 24 == 1")
    day, store = view.tables["hours_of_day"], view.tables["storage"]
    sides = ((view.t("before (BAU)"), "before_kw"), (view.t("after (district)"), "after_kw"))

    def by_year(frame: pd.DataFrame) -> list[tuple[str, pd.DataFrame]]:
        """Return the part of every milestone with what is put before its names."""
        if "milestone" not in frame:
            return [("", frame)]
        return [(f"{year}: ", frame[frame["milestone"] == year]) for year in view.about["milestones"]]

    def both(frame: pd.DataFrame, x: str) -> dict[str, tuple[list[float], list[float]]]:
        return {
            f"{year}{n}": ([float(v) for v in part[x]], [float(v) for v in part[c]])
            for year, part in by_year(frame)
            for n, c in sides
        }

    curves = (
        view.t("Load-duration curve at the feeder"),
        view.t("Hours of the year in order of load, before and after."),
    )
    days = view.t("Mean day at the feeder"), view.t("Mean load by hour of the day.")
    charts = [
        lines(view, "duration", curves, both(curve, "rank"), (view.t("hours"), "kW")),
        lines(view, "day", days, both(day, "hour"), (view.t("hour of the day"), "kW")),
    ]
    for k, name in enumerate(dict.fromkeys(store["technology"])):
        pairs = (("charged", "charged_kwh"), ("discharged", "discharged_kwh"))
        series = {
            f"{year}{view.t(n)}": ([float(v) for v in part["hour"]], [float(v) for v in part[c]])
            for year, part in by_year(store[store["technology"] == name])
            for n, c in pairs
        }
        words = (
            view.t("Shift by {name}", {"name": name}),
            view.t("Energy taken and given by hour of the day, over the year."),
        )
        charts.append(lines(view, f"shift-{k}", words, series, (view.t("hour of the day"), "kWh/a")))
    return tuple(charts)
