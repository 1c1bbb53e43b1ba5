"""From a prepared district to a proven plant: one Pyomo model per year, sized on typical days, proven on all hours.

=========================  ============================================================================================
What is optimized          `prepare_system`, `system`, `plants`, `links`, `loop_mains`, `roofs`; `individual` for
                           machines without a choice
The model                  `compose` makes it of `context`, `balances`, `peaks` and `ledger`; `model` solves it,
                           `readout` turns the answer into `types`
Time                       `aggregate` chooses typical days, `typical_sizes` sizes on them
Sizing and proof           `certify`; `proof` makes certificate and checks, `turnover` and `switched_off` tidy dispatch
Goals and caps             `criteria`, `caps`, `goals`, `goal_sizing`
Whole units, starts        `commitment` with `commitment_model` and `commitment_windows`, `build_tree`, ``whole_*``
Milestone years            `plan`, `milestones`, `milestone_design`, `joint_program`
Network and plant in turn  `connection`, `levels`, `link_choice`, `network_check`, `part_way`, `size_costs`
What is missing            `shortage`
=========================  ============================================================================================
"""
