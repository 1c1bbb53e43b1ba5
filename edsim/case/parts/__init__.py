"""The parts a case is made of: one schema per topic."""
