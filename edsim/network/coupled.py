"""Supply and return pipe of every trench side by side, both temperatures at once and in closed form.

Over the ground temperature, with flow m and ``x = U·L/(m·cp)``, the two pipes of a trench (:class:`PairLoss`) obey
``dS/ds = -x·(S - r·R)`` and ``dR/ds = x·(R - r·S)``, s from 0 at the plant's side to 1, r = N/U. With
``g = √(1 - r²)`` and ``e = exp(-g·x)`` what leaves follows from what enters, alike for both:

``S_out = D·S_in + M·R_in``, ``R_out = D·R_in + M·S_in``,
``D = 2·g·e/(g·(1 + e²) + 1 - e²)``, ``M = r·(1 - e²)/(g·(1 + e²) + 1 - e²)``

(the symmetric and antisymmetric problem of Wallentén 1991 and EN 13941-1 along a pipe). What comes back from behind a
node is linear in the temperature there, so one pass inwards and one outwards solve a tree exactly, all hours at once.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from edsim.network.tree import Forest, add_rows

Array = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class PairTree:
    """A tree of trenches with two pipes each.

    Attributes
    ----------
    forest
        Rooted at the plants.
    own_w_per_k : (e,)
        Conductance of one pipe times its length, U·L.
    ratio : (e,)
        N/U: what a pipe takes back from its neighbor, 0 to below 1.
    """

    forest: Forest
    own_w_per_k: Array
    ratio: Array

    @property
    def damping(self) -> Array:
        """Return √(1 - r²), (e,)."""
        return np.asarray(np.sqrt(1.0 - self.ratio**2))

    def factors(self, carried_w_per_k: Array) -> tuple[Array, Array]:
        """Return D and M, (e, t), for flow times heat capacity, (e, t); 0 and r/(1 + g) where nothing flows."""
        g, r = self.damping[:, None], self.ratio[:, None]
        with np.errstate(divide="ignore"):
            left = np.exp(-(self.damping * self.own_w_per_k)[:, None] / carried_w_per_k)
        square = left * left
        over = 1.0 / ((g + 1.0) + (g - 1.0) * square)
        return 2.0 * g * left * over, r * (1.0 - square) * over

    def flow_for(self, temps_k: tuple[Array, Array, Array], cp_j_per_kgk: Array) -> Array:
        """Return the flow with which the supply pipes reach given temperatures at their ends, kg/s, (e, t).

        None where water that stands reaches them, or where no flow does.

        Parameters
        ----------
        temps_k
            Over the ground, (e, t): of the supply at the start and at the end, and of what enters the return pipe.
        cp_j_per_kgk : (t,)
            Heat capacity.
        """
        inlet, outlet, back = temps_k
        g, from_neighbor = self.damping[:, None], self.ratio[:, None] * back
        sign = np.sign(inlet - outlet)
        square = sign * ((g - 1.0) * outlet + from_neighbor)  # square·e² - 2·middle·e + last = 0, e between 0 and 1
        middle = sign * g * inlet
        last = sign * ((g + 1.0) * outlet - from_neighbor)
        needed = (last > 0.0) & (sign != 0.0) & (self.own_w_per_k[:, None] > 0.0)
        with np.errstate(divide="ignore", invalid="ignore"):
            left = last / (middle + np.sqrt(middle**2 - square * last))
            flow = (self.damping * self.own_w_per_k)[:, None] / (cp_j_per_kgk * -np.log(left))
        return np.where(needed, flow, 0.0)


@dataclass(frozen=True, slots=True)
class PairTemps:
    """Temperatures over the ground, K.

    Attributes
    ----------
    node : (n, t)
        Of the supply at every node.
    back_in, back_out : (e, t)
        Of every return pipe at its inlet (far from the plant) and outlet.
    back_root : (t,)
        Mixed return at the plants; not a number where nothing flows.
    """

    node: Array
    back_in: Array
    back_out: Array
    back_root: Array


def march_pair(tree: PairTree, flows: tuple[Array, Array], taken: Array, supply_k: Array, cp: Array) -> PairTemps:
    """Return the temperatures of supply and return of a tree.

    Parameters
    ----------
    tree
        Trenches.
    flows
        In every pipe, (e, t), and from supply into return at every node, (n, t), kg/s.
    taken : (n, t)
        Heat the stations of a node take over the heat capacity, kg/s·K; negative for cooling.
    supply_k : (t,)
        Plant supply over the ground.
    cp : (t,)
        Heat capacity, J/(kg·K).

    Notes
    -----
    Behind the end v of a trench the return is ``R = α + β·S_v``. With it ``S_v = (D·S_u + M·α)/(1 - M·β)``, and what
    comes out at u is again linear in ``S_u``.
    """
    forest, (flow, at_node) = tree.forest, flows
    keeps, takes = tree.factors(flow * cp)
    carried, share = -taken, at_node.astype(float)  # flow times α and flow times β at every node
    fixed, linear = np.zeros_like(flow), np.zeros_like(flow)
    kept, fed_back = np.empty_like(flow), np.empty_like(flow)
    for level in reversed(forest.levels()):
        m, end, keep, take = flow[level], forest.end[level], keeps[level], takes[level]
        np.divide(carried[end], m, out=fixed[level], where=m > 0.0)
        np.divide(share[end], m, out=linear[level], where=m > 0.0)
        gain = 1.0 / (1.0 - take * linear[level])
        kept[level] = keep * gain
        fed_back[level] = take * fixed[level] * gain
        through = m * kept[level]
        add_rows(carried, forest.start[level], through * fixed[level])
        add_rows(share, forest.start[level], m * take + through * keep * linear[level])
    node = forest.march(supply_k, lambda e, inlet: kept[e] * inlet + fed_back[e])
    back_in = fixed + linear * node[forest.end]
    back_out = keeps * back_in + takes * node[forest.start]
    with np.errstate(invalid="ignore"):
        root = (carried[forest.roots] + share[forest.roots] * supply_k).sum(axis=0) / at_node.sum(axis=0)
    return PairTemps(node, back_in, back_out, root)
