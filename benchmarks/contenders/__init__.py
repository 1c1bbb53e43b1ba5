"""One module per way to build D1: `load()` imports, `build(district)` a model, `hand_over(model)` a HiGHS object."""
