"""What heat networks take in, and whether that makes them efficient district heating by the European directive."""

from __future__ import annotations

from edsim.report.i18n import NONE
from edsim.report.view import Fold, Head, Study, Table, fold

CRITERIA = {
    "renewable heat >= 50%": "renewable heat ≥ 50 %",
    "waste heat >= 50%": "waste heat ≥ 50 %",
    "cogenerated heat >= 75%": "cogenerated heat ≥ 75 %",
    "renewable, waste and cogenerated heat >= 50%": "renewable, waste and cogenerated heat ≥ 50 %",
    "renewable and waste heat >= 50%": "renewable and waste heat ≥ 50 %",
    "renewable and waste heat >= 75%": "renewable and waste heat ≥ 75 %",
    "renewable and waste heat >= 100%": "renewable and waste heat 100 %",
    "high-efficiency cogenerated heat >= 80%": "high-efficiency cogenerated heat ≥ 80 %",
    "renewable, waste and high-efficiency cogenerated heat >= 50%, renewable >= 5%": (
        "renewable, waste and high-efficiency cogenerated heat ≥ 50 %, renewable ≥ 5 %"
    ),
    "renewable, waste and high-efficiency cogenerated heat >= 80%, renewable and waste >= 35%": (
        "renewable, waste and high-efficiency cogenerated heat ≥ 80 %, renewable and waste ≥ 35 %"
    ),
    "renewable, waste and high-efficiency cogenerated heat >= 95%, renewable and waste >= 35%": (
        "renewable, waste and high-efficiency cogenerated heat ≥ 95 %, renewable and waste ≥ 35 %"
    ),
}
"""Criterion of the table → how it is written."""


HEADINGS = {
    "first_year": "First year of the stage",
    "last_year": "Last year of the stage",
    "by_share": "By shares",
    "criterion": "Criterion that is met",
    "by_ghg": "By GHG",
    "max_ghg_kg_per_kwh": "Limit",
    "ghg_kg_per_kwh": "GHG per kWh delivered",
    "renewable_frac": "Renewable heat",
    "waste_frac": "Waste heat",
    "chp_frac": "Heat of high-efficiency cogeneration",
    "other_chp_frac": "Heat of other cogeneration",
    "other_frac": "Other heat",
}
"""Column of the table → heading in the workbook."""

MEMBERS = frozenset({
    "AUT", "BEL", "BGR", "CYP", "CZE", "DEU", "DNK", "ESP", "EST", "FIN", "FRA", "GRC", "HRV", "HUN", "IRL", "ITA",
    "LTU", "LUX", "LVA", "MLT", "NLD", "POL", "PRT", "ROU", "SVK", "SVN", "SWE",
})  # fmt: skip
"""States whose law follows the directive: the members of the European Union in 2026."""


def efficient_heating(study: Study) -> Fold | None:
    """Return the stages of the directive for the main variant, folded; None where it is no law or no heat network is.

    The table stands in the workbook and beside the page wherever the district is.
    """
    frame = study.of("efficient_heating", study.main)
    if frame.empty or study.appraisal.country not in MEMBERS:
        return None
    heads = (
        Head(study.t("Years")), Head(study.t("By shares")), Head(study.t("Criterion that is met")),
        Head(study.t("By GHG")), Head(study.t("Limit"), "kgCO₂e/kWh", numeric=True),
    )  # fmt: skip
    said = {True: study.t("yes"), False: study.t("no")}
    rows = tuple(
        (
            f"{int(r['first_year'])} – {int(r['last_year'])}" if r["last_year"] else study.t(
                "from {year}", {"year": str(int(r["first_year"]))}
            ),
            said[bool(r["by_share"])],
            study.t(CRITERIA.get(str(r["criterion"]), "")) if r["by_share"] else NONE,
            said[bool(r["by_ghg"])],
            study.lang.number(r["max_ghg_kg_per_kwh"], 2),
        )
        for r in frame.to_dict("records")
    )  # fmt: skip
    first = frame.iloc[0]
    percent = study.lang.percent
    note = study.t(
        "Heat that enters the networks: renewable {renewable}, waste {waste}, of high-efficiency cogeneration {chp}, "
        "of other cogeneration {other_chp}, other {other}; {ghg} kgCO₂e per kWh delivered. By GHG counts only where a "
        "member state chose it. Grid electricity counts as other heat.",
        {
            "renewable": percent(first["renewable_frac"], 0),
            "waste": percent(first["waste_frac"], 0),
            "chp": percent(first["chp_frac"], 0),
            "other_chp": percent(first["other_chp_frac"], 0),
            "other": percent(first["other_frac"], 0),
            "ghg": study.lang.number(first["ghg_kg_per_kwh"], 3),
        },
    )
    title = study.t("Efficient district heating by article 26 of Directive (EU) 2023/1791")
    return fold("efficient-heating", title, (Table(title, heads, rows, note),))
