"""A district that grows: what each milestone costs and does, and what is built, kept and replaced in which year."""

from __future__ import annotations

from edsim.report import codes, labels
from edsim.report.i18n import NONE
from edsim.report.theme import CYCLE, axis, layout, plain
from edsim.report.view import BAU, Block, Chart, Head, Note, Study, Table

_SPENT = ("machine", "pipe", "station", "own_machine", "measure")


def built_out(study: Study) -> int | None:
    """Return the calendar year of the last milestone, None for a district that does not grow."""
    years = study.table("milestones")["year"]
    return int(years.max()) if len(years) else None


def phase_blocks(study: Study) -> tuple[Block, ...]:
    """Return the blocks of the section; empty for a district that does not grow."""
    year = built_out(study)
    if year is None:
        return ()
    rule = study.t(
        "Sizes, pipes and connections are those of each milestone until the next one begins; prices and demand too. "
        "All yearly figures elsewhere in this report are of {year}, the built-out district; cash flows and emissions "
        "cover every year.",
        {"year": year},
    )
    blocks = (Note(rule), _milestones(study), _spending(study), _phasing(study))
    return tuple(b for b in blocks if b is not None)


def _milestones(study: Study) -> Table | None:
    frame = study.table("milestones")
    frame = frame[frame["variant"].isin([BAU, study.main])]
    lang = study.lang
    money = lang.money(float(frame["investment"].max()), study.currency)
    yearly = lang.money(float(frame["yearly_cost"].max()), f"{study.currency}/a")
    heads = (
        Head(study.t("Milestone")), Head(study.t("Variant")), Head(study.t("Years"), numeric=True),
        Head(study.t("Connected buildings"), numeric=True), Head(study.t("Delivered"), "MWh/a", numeric=True),
        Head(study.t("Grid electricity"), "MWh/a", numeric=True),
        Head(study.t("Peak import, compared services"), "kW", numeric=True),
        Head(study.t("Trench"), "m", numeric=True), Head(study.t("Investment"), money.unit, numeric=True),
        Head(study.t("Yearly cost"), yearly.unit, numeric=True), Head(study.t("GHG"), "tCO₂e/a", numeric=True),
    )  # fmt: skip
    rows = tuple(
        (
            str(r["year"]), study.variant(str(r["variant"])), f"{r['first_a']} – {r['last_a']}",
            lang.number(r["connected_buildings"], 0) if r["variant"] != BAU else NONE,
            lang.number(r["service_kwh"] / 1000, 0), lang.number(r["grid_kwh"] / 1000, 0),
            lang.number(r["grid_peak_kw"], 0),
            lang.number(r["trench_m"], 0) if r["variant"] != BAU else NONE,
            money.shown(r["investment"]), yearly.shown(r["yearly_cost"]),
            lang.number(r["kgco2e_per_a"] / 1000),
        )
        for r in frame.sort_values(["year"], kind="stable").to_dict("records")
    )  # fmt: skip
    note = study.t("Years of operation counted from 1; investment is paid when the milestone begins.")
    return Table(study.t("Milestones"), heads, rows, note)


def _phasing(study: Study) -> Table | None:
    frame = study.of("phases", study.main)
    if frame.empty:
        return None
    lang = study.lang
    money = lang.money(float(frame["investment"].max()), study.currency)
    heads = (
        Head(study.t("Year")), Head(study.t("Kind")), Head(study.t("Part")), Head(study.t("Action")),
        Head(study.t("Quantity"), numeric=True), Head(study.t("Investment"), money.unit, numeric=True),
    )  # fmt: skip
    rows = tuple(
        (
            str(r["year"]),
            labels.label(lang, labels.PHASE_KINDS, str(r["kind"])),
            codes.shown(study, "phases", "item", r),
            labels.label(lang, labels.PHASE_ACTIONS, str(r["action"])),
            labels.sized(lang, float(r["quantity"]), str(r["unit"])),
            money.shown(r["investment"]) if r["investment"] else "",
        )
        for r in frame.to_dict("records")
    )
    note = study.t(
        "Pipes are laid at the width of the built-out district; who connects later runs its own machine until then."
    )
    return Table(study.t("What is built, kept and replaced"), heads, rows, note, filtered=len(rows) > 15)


def _spending(study: Study) -> Chart | None:
    """Return the investment of every year by what it buys."""
    frame = study.of("phases", study.main)
    sums = frame[frame["investment"] > 0.0].pivot_table(
        index="year", columns="kind", values="investment", aggfunc="sum", fill_value=0.0
    )
    kinds = [k for k in _SPENT if k in sums]
    if not kinds:
        return None
    money = study.lang.money(float(sums.sum(axis=1).max()), study.currency)
    unit = money.unit
    names = {k: labels.label(study.lang, labels.PHASE_KINDS, k) for k in kinds}
    data = [
        {
            "type": "bar",
            "name": plain(names[k]),
            "x": [str(y) for y in sums.index],
            "y": [float(v) / money.divisor for v in sums[k]],
            "marker": {"color": CYCLE[_SPENT.index(k) % len(CYCLE)]},
        }
        for k in kinds
    ]
    title = study.t("Investment by year")
    caption = study.t("Machines, pipes and stations when they are bought, replacements included.")
    heads = (Head(study.t("Year")), *(Head(names[k], unit, numeric=True) for k in kinds))
    rows = tuple((str(year), *(money.shown(float(row[k])) for k in kinds)) for year, row in sums.iterrows())
    drawn = layout(study.lang, {"xaxis": axis("", {"type": "category"}), "yaxis": axis(unit), "barmode": "stack"})
    return Chart("spending", title, caption, {"data": data, "layout": drawn}, Table(title, heads, rows))
