"""From solved variants to named result tables, and the audit that proves them again from what is stored.

`schema`, `finance_schema` and `phase_schema` name every table and column; `variant` gathers what was computed for one
variant and `tables` writes it. `audit` and its parts recompute balances, second law, limits, bills and money by another
path than the optimizer. `design_notes`, `left_out`, `size_costs` and `staging` find what a reader must know.
"""
