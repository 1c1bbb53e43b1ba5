"""Many solves of one prepared district: sweeps, trade-offs, near-optimal designs, uncertainty, the utility's view.

==========  ==========================================================================================================
asked       `vary`, `fields`, `field_names` (what may be varied), `uncertainty`; `admissible`, `whole_units` (refused)
solved      `workbench` and `phased_bench` (a district that grows), each a `bench`; `plant` (a live model), `by_size`;
            `workers`, `kept`; `plans` and `growing_plans` (what trade-offs move), asked at `desks`
priced      `bills` of a solved plant, `bill_slopes`, `pricing` and `row_returns`: thousands of prices at once
studies     `sweep`, `waterfall`, `tradeoffs`, `tornado`, `near_optimal` (its menu: `different_designs`),
            `sampling` → `risk`, `sensitivity`; `utility` and `feeder`
out         `results`, `headline`, `store`
why         `diagnosis`: why there is no solution, or this one
==========  ==========================================================================================================
"""
