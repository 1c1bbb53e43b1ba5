"""Shapley values and separable costs - remaining benefits printed for published games.

Sources: Young, Okada and Hashimoto, Cost Allocation in Water Resources Development - A Case Study of Sweden, IIASA
working paper WP-79-77 (1979), tables 7 and 8: six municipalities, 83.82 million crowns; Aumann, Some non-superadditive
games, and their Shapley values, in the Talmud, Journal of Economic Theory 39 (2010), the inheritance of Ibn Ezra, as
the manual of the R package CoopGame 0.2.2 computes it; manual of the R package coopProductGame 2.0, three agents.
"""

from collections.abc import Sequence
from itertools import combinations

import pytest

import edsim.finance as fin

pytestmark = pytest.mark.reference

_ALONE = {"A": 21.95, "H": 17.08, "K": 10.91, "L": 15.88, "M": 20.81, "T": 21.98}
_SEPARABLE = {"A": 17.36, "H": 9.85, "K": 0.82, "L": 6.40, "M": 12.90, "T": 14.06}
_PRINTED = {"A": 19.54, "H": 13.28, "K": 5.62, "L": 10.90, "M": 16.66, "T": 17.82}


def test_separable_costs_of_the_swedish_municipalities() -> None:
    """Proves: each pays its separable cost and its part of the rest by what it saves against going alone, as printed.

    If ignored: services of a plant are charged by a method that carries the name alone.
    """
    joint = 83.82
    without = {k: joint - s for k, s in _SEPARABLE.items()}
    shares = fin.by_separable_cost(joint, without, _ALONE)
    assert sum(shares.values()) == pytest.approx(1.0, abs=1e-12)
    assert {k: joint * v for k, v in shares.items()} == pytest.approx(_PRINTED, abs=0.01)


_IBN_EZRA = (120, 60, 40, 30, 120, 120, 120, 60, 60, 40, 120, 120, 120, 60, 120)
_THREE_AGENTS = (68, 102, 0, 170, 710, 762, 992)


@pytest.mark.parametrize(
    ("game", "printed", "digits"),
    [(_IBN_EZRA, (80.83333, 20.83333, 10.83333, 7.5), 5e-6), (_THREE_AGENTS, (229, 272, 491), 1e-9)],
)
def test_shapley_values(game: Sequence[float], printed: Sequence[float], digits: float) -> None:
    """Proves: the mean marginal cost over all orders is that of two published programs, coalitions by size in order.

    If ignored: the default method of joint cost weighs coalitions of one size as those of another.
    """
    players = tuple("ABCD"[: len(printed)])
    sets = [frozenset(c) for k in range(1, len(players) + 1) for c in combinations(players, k)]
    cost = dict(zip(sets, map(float, game), strict=True))
    assert list(fin.shapley(players, lambda s: cost[s]).values()) == pytest.approx(list(printed), abs=digits)
