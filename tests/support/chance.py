"""Chance that repeats itself."""

import random


def dice(seed: int) -> random.Random:
    """Return the random numbers of a seed."""
    return random.Random(seed)
