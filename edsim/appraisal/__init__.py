"""From solved variants to the study: costs, emissions, company, customers, indicators, audit; the Appraisal.

============  ========================================================================================================
the way       `evaluate`: `costs` and `emissions` of each variant → `facts` → `kpis` → `verdict` and `headline`; `types`
              is the result
money         `meters` (bills of electricity), `own_power`, `measures`, `returns`, `bridge` (optimizer beside ledger)
other views   `cooling`, `steam` (in tonnes), `services` (cost of each), `supply` (what heat and cold are made of),
              `frames` (accounting of GHG), `published` (figures of the real one)
extra parts   `company` (when the case finances one), `phases` (when it grows), `remarks` (what leans on the comparison)
shown         `notebook`
============  ========================================================================================================
"""
