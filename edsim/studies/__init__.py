"""Many solves of one prepared district: sweeps, trade-offs, near-optimal designs, uncertainty, the utility's view."""
