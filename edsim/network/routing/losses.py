"""Losses on their real way: a second, well-scaled flow beside the lossless one, for the last part of the gap.

The lossless surrogate charges a loss with the cheapest conceivable way to it. Where that leaves more gap than asked
for, the final program carries the losses of built trenches as a flow of their own (own unit, own rows), so that they
pay the way that is built. The demand flow stays lossless: small loss coefficients among large flows made the solver
report wrong optima.
"""

import numpy as np
from numpy.typing import NDArray

from edsim.lp.matrix import CompiledLP
from edsim.network.routing.graph import TreeCost
from edsim.network.routing.model import RouteModel, point_of

Array = NDArray[np.float64]


def _unit_kw(model: RouteModel) -> float:
    return max(float(model.open_loss_kw.sum()) / 20.0, 1e-9)


def with_loss_flow(model: RouteModel, program: CompiledLP) -> CompiledLP:
    """Return the program with one more flow per arc, which carries the losses not yet counted as demand.

    Rows added: at every node, loss flow in less loss flow out is the loss of the trench that ends there; no loss flow
    without a trench.
    """
    from scipy.sparse import block_array, coo_array, csr_array

    a, root, unit = model.n_arcs, model.graph.root, _unit_kw(model)
    columns = program.num_cols
    loss = model.open_loss_kw / unit
    limit = float(loss.sum())
    arcs = np.arange(a)
    into, out = model.head != root, model.tail != root
    balance_flow = coo_array(
        (
            np.concatenate([np.ones(int(into.sum())), -np.ones(int(out.sum()))]),
            (np.concatenate([model.head[into], model.tail[out]]), np.concatenate([arcs[into], arcs[out]])),
        ),
        shape=(root, a),
    )
    balance_y = coo_array((-loss[into], (model.head[into], arcs[into])), shape=(root, columns))
    gate_y = coo_array((np.full(a, -limit), (arcs, arcs)), shape=(a, columns))
    old = csr_array((program.data, program.indices, program.indptr), shape=(program.num_rows, columns))
    matrix = block_array([[old, None], [balance_y, balance_flow], [gate_y, coo_array(np.eye(a))]]).tocsr()
    matrix.eliminate_zeros()
    cost = program.cost.copy()
    cost[:a] -= model.open_loss_price
    return CompiledLP.from_arrays(
        (matrix.indptr, matrix.indices, matrix.data),
        (
            np.concatenate([program.row_lower, np.zeros(root), np.full(a, -np.inf)]),
            np.concatenate([program.row_upper, np.zeros(root), np.zeros(a)]),
        ),
        (np.concatenate([program.col_lower, np.zeros(a)]), np.concatenate([program.col_upper, np.full(a, limit)])),
        np.concatenate([cost, model.kw * unit]),
        np.concatenate([program.integrality, np.zeros(a, dtype=np.uint8)]),
        program.offset,
    )


def loss_point(model: RouteModel, tree: TreeCost) -> Array:
    """Return the column values of a tree with its loss flow."""
    x = point_of(model, tree)
    place = np.full(2 * model.graph.n_edges, -1)
    place[model.arc] = np.arange(model.n_arcs)
    arcs = place[np.where(model.graph.u[tree.edges] == tree.forest.start, tree.edges, tree.edges + model.graph.n_edges)]
    at_node = np.zeros(model.graph.n_nodes)
    at_node[tree.forest.end] = model.open_loss_kw[arcs]
    flow = np.zeros(model.n_arcs)
    flow[arcs] = tree.forest.collect(at_node) / _unit_kw(model)
    return np.concatenate([x, flow])
