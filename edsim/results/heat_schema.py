"""Tables on heat networks."""

from __future__ import annotations

from edsim.results.columns import Column, TableSchema
from edsim.results.columns import integer as _i
from edsim.results.columns import number as _n
from edsim.results.columns import text as _t

HEAT_TABLES = (
    TableSchema(
        "efficient_heating",
        "Whether the heat networks are efficient district heating by article 26 of Directive (EU) 2023/1791, by stage; "
        "empty without one.",
        (
            _t("variant", "Variant of the case; bau is business-as-usual."),
            _i("first_year", "", "First year of the stage."),
            _i("last_year", "", "Last year of the stage; 0 for no end."),
            Column("by_share", "flag", "", "Whether a criterion of shares is met (paragraph 1)."),
            _t("criterion", "The criterion that is met; empty for none."),
            Column(
                "by_ghg",
                "flag",
                "",
                "Whether GHG per kWh delivered is low enough (paragraph 2, where a state chose it).",
            ),
            _n("max_ghg_kg_per_kwh", "kgCO2e/kWh", "Its limit."),
            _n("ghg_kg_per_kwh", "kgCO2e/kWh", "GHG of energy per kWh that the networks deliver."),
            _n("renewable_frac", "frac", "Renewable heat in what enters the networks."),
            _n("waste_frac", "frac", "Waste heat in it."),
            _n("chp_frac", "frac", "Fossil heat of high-efficiency cogeneration in it."),
            _n("other_chp_frac", "frac", "Heat of other or unknown cogeneration in it."),
            _n("other_frac", "frac", "All other heat."),
        ),
    ),
)
