"""The same programs written as MPS and solved by CBC where it is installed: another code must find the same optimum."""

import re
import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from edsim.lp import CompiledLP, SolverOptions, solve_arrays

CBC = shutil.which("cbc")
pytestmark = [pytest.mark.reference, pytest.mark.slow, pytest.mark.skipif(CBC is None, reason="CBC is not installed")]


def write_mps(lp: CompiledLP, path: Path) -> None:
    """Write the program in free MPS with all digits."""
    both = np.isfinite(lp.row_lower) & np.isfinite(lp.row_upper)
    one_sided = np.where(np.isfinite(lp.row_lower), "G", "L")
    kinds = np.where(both, np.where(lp.row_lower == lp.row_upper, "E", "G"), one_sided)
    free = ~np.isfinite(lp.row_lower) & ~np.isfinite(lp.row_upper)
    kinds[free] = "N"
    side = np.where(np.isin(kinds, ["E", "G"]), lp.row_lower, lp.row_upper)
    row_of = np.repeat(np.arange(lp.num_rows), np.diff(lp.indptr))
    out = ["NAME edsim", "ROWS", " N cost", *(f" {k} r{i}" for i, k in enumerate(kinds)), "COLUMNS"]
    order = np.argsort(lp.indices, kind="stable")
    entries: list[list[tuple[int, float]]] = [[] for _ in range(lp.num_cols)]
    for k in order:
        entries[lp.indices[k]].append((int(row_of[k]), float(lp.data[k])))
    for kind, opened, closed in ((0, "", ""), (1, " M 'MARKER' 'INTORG'", " M 'MARKER' 'INTEND'")):
        columns = np.flatnonzero(lp.integrality == kind)
        body = [line for j in columns for line in _column(int(j), lp, entries)]
        if body:
            out += [opened] * bool(opened) + body + [closed] * bool(closed)
    out.append("RHS")
    out += [f" RHS r{i} {float(s)!r}" for i, s in enumerate(side) if s != 0 and kinds[i] != "N"]
    ranged = np.flatnonzero(both & (lp.row_lower != lp.row_upper))
    if len(ranged):
        out += ["RANGES", *(f" RNG r{i} {float(lp.row_upper[i] - lp.row_lower[i])!r}" for i in ranged)]
    out.append("BOUNDS")
    for j in range(lp.num_cols):
        low, high = float(lp.col_lower[j]), float(lp.col_upper[j])
        out.append(f" LO BND x{j} {low!r}" if np.isfinite(low) else f" MI BND x{j}")
        out.append(f" UP BND x{j} {high!r}" if np.isfinite(high) else f" PL BND x{j}")
    path.write_text("\n".join([*out, "ENDATA", ""]), encoding="ascii")


def _column(j: int, lp: CompiledLP, entries: list[list[tuple[int, float]]]) -> list[str]:
    cost = [f" x{j} cost {float(lp.cost[j])!r}"]
    return cost + [f" x{j} r{i} {a!r}" for i, a in entries[j]]


def cbc_optimum(lp: CompiledLP, folder: Path) -> float:
    """Return the optimum CBC finds."""
    path, answer = folder / "program.mps", folder / "answer.txt"
    write_mps(lp, path)
    command = [str(CBC), str(path), "ratio", "1e-9", "sec", "120", "solve", "solution", str(answer)]
    subprocess.run(command, check=True, capture_output=True, timeout=200)
    first = answer.read_text(encoding="ascii").splitlines()[0]
    found = re.search(r"[Oo]ptimal.*objective value (\S+)", first)
    assert found, first
    return float(found.group(1))


@pytest.mark.parametrize(("nodes", "hours"), [(0, 168), (2, 72)])
def test_cbc_finds_the_optimum_of_the_district(district, nodes, hours, tmp_path):
    """Proves: the compiled district, read by another solver, has the optimum edsim reports.

    If ignored: an error of hand-over or scaling, or a false "optimal", would be seen by nobody.
    """
    lp = district(nodes, hours)
    assert solve_arrays(lp).objective == pytest.approx(cbc_optimum(lp, tmp_path) + lp.offset, rel=1e-7)


def test_cbc_finds_the_optimum_with_whole_numbers(district, tmp_path):
    """Proves: the same holds for a mixed-integer program: sizes of the district in whole units of 1 MW."""
    lp = district(0, 48)
    integrality = np.zeros(lp.num_cols, np.uint8)
    integrality[lp.columns_of("cap")] = 1
    whole = replace(lp, integrality=integrality)
    mine = solve_arrays(whole, SolverOptions(mip_gap_frac=1e-7))
    assert mine.objective == pytest.approx(cbc_optimum(whole, tmp_path) + lp.offset, rel=1e-6)
    assert mine.objective > solve_arrays(lp).objective
