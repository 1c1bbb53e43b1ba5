"""Random networks for comparisons: trees, rings, chilled water, hills, several plants, ambient networks."""

from dataclasses import dataclass, replace

import numpy as np

from edsim.network import Consumer, Pipe, Source

MIN_DP_KPA = 60.0
KINDS = (
    "heating tree",
    "heating ring",
    "chilled tree",
    "chilled ring",
    "two-pipe ambient",
    "one-pipe loop",
    "hilly tree",
    "hilly ring",
    "two plants",
    "slow tree",
)
BORES_MM = (21.7, 27.3, 36.0, 41.9, 53.9, 69.7, 82.5, 107.1, 132.5, 160.3, 210.1, 263.0, 312.7, 393.8)
U_W_PER_MK = (0.15, 0.16, 0.17, 0.18, 0.20, 0.22, 0.24, 0.25, 0.29, 0.34, 0.37, 0.36, 0.41, 0.42)
STEEPEST_FRAC = 0.05
WIDE_STEPS = 3


@dataclass(frozen=True, slots=True)
class RandomNetwork:
    """A network to compare: `sources[0]` holds the pressure, others have a fixed flow; heights of nodes in m."""

    pipes: list[Pipe]
    consumers: list[Consumer]
    sources: list[Source]
    node_z_m: dict[str, float]

    def at_load(self, load: float) -> "RandomNetwork":
        """Return the network with stations and further plants at a share of their heat or flow."""
        consumers = [replace(c, heat_kw=load * (c.heat_kw or 0.0)) for c in self.consumers]
        others = [replace(s, flow_kg_per_s=load * (s.flow_kg_per_s or 0.0)) for s in self.sources[1:]]
        return replace(self, consumers=consumers, sources=[self.sources[0], *others])


def random_case(rng: np.random.Generator, kind: str) -> RandomNetwork:
    """Return a random network of one of the kinds."""
    if kind == "two-pipe ambient":
        return _ambient(rng)
    if kind == "one-pipe loop":
        return _loop(rng)
    ring, cooling = kind.endswith(("ring", "plants")), kind.startswith("chilled")
    flat = _two_pipes(rng, ring=ring, cooling=cooling, wider=WIDE_STEPS if kind == "slow tree" else 0)
    if kind.startswith("hilly"):
        return _on_a_hill(rng, flat)
    return _with_second_plant(rng, flat) if kind == "two plants" else flat


def _two_pipes(rng: np.random.Generator, *, ring: bool, cooling: bool, wider: int) -> RandomNetwork:
    """Return a random network sized for about 150 Pa/m, or some sizes `wider`."""
    n = int(rng.integers(4, 41))
    parent = [int(rng.integers(max(0, k - 4), k)) for k in range(1, n + 1)]
    stations = sorted({k for k in range(1, n + 1) if k not in parent} | set(rng.integers(1, n + 1, n // 2).tolist()))
    loads = {k: float(rng.uniform(20.0, 400.0)) for k in stations}
    behind = np.zeros(n + 1)
    for k, q in loads.items():
        behind[k] = q
    for k in range(n, 0, -1):
        behind[parent[k - 1]] += behind[k]
    delta_t = float(rng.uniform(6.0, 9.0)) if cooling else float(rng.uniform(20.0, 40.0))
    links = [(parent[k - 1], k, behind[k]) for k in range(1, n + 1)]
    if ring:
        for _ in range(int(rng.integers(1, 4))):
            a, b = sorted(rng.choice(n + 1, 2, replace=False).tolist())
            if (a, b) not in {(x, y) for x, y, _ in links}:
                links.append((a, b, 0.5 * max(behind[a or b], behind[b])))
    pipes = []
    for a, b, heat in links:
        flow = heat / (4.19 * delta_t)
        size = int(np.searchsorted(np.array(BORES_MM) / 1000.0, 0.0463 * max(flow, 0.02) ** 0.38))
        row = min(size + wider, len(BORES_MM) - 1)
        length, zeta = float(rng.uniform(20.0, 250.0)), float(rng.choice([0.0, 2.0]))
        common = (length, BORES_MM[row], 0.1, U_W_PER_MK[row], zeta)
        pipes += [Pipe(f"s{a}-{b}", f"s{a}", f"s{b}", *common), Pipe(f"r{a}-{b}", f"r{b}", f"r{a}", *common)]
    sign = -1.0 if cooling else 1.0
    consumers = [
        Consumer(f"c{k}", f"s{k}", f"r{k}", heat_kw=sign * q, delta_t_k=delta_t, min_dp_kpa=MIN_DP_KPA)
        for k, q in loads.items()
    ]
    return RandomNetwork(pipes, consumers, [Source("plant", "s0", "r0", 6.0 if cooling else 80.0, 2500.0, 3000.0)], {})


def _on_a_hill(rng: np.random.Generator, flat: RandomNetwork) -> RandomNetwork:
    """Return the network with every node up to 5 % of the pipe's length above or below the one before."""
    height = {"0": 0.0}
    for pipe in flat.pipes:
        a, b = pipe.from_node[1:], pipe.to_node[1:]
        if pipe.from_node.startswith("s") and b not in height:
            height[b] = height[a] + float(rng.uniform(-STEEPEST_FRAC, STEEPEST_FRAC)) * pipe.length_m
    return replace(flat, node_z_m={f"{side}{n}": z for side in "sr" for n, z in height.items()})


def _with_second_plant(rng: np.random.Generator, flat: RandomNetwork) -> RandomNetwork:
    """Return the network with a plant of fixed flow at a station, cooler or warmer than the first."""
    place = str(rng.choice([c.id[1:] for c in flat.consumers]))
    whole = sum((c.heat_kw or 0.0) / (4.19 * (c.delta_t_k or 1.0)) for c in flat.consumers)
    second = Source(
        "second", f"s{place}", f"r{place}", float(rng.uniform(70.0, 90.0)), flow_kg_per_s=whole * rng.uniform(0.1, 0.4)
    )
    return replace(flat, sources=[*flat.sources, second])


def _ambient(rng: np.random.Generator) -> RandomNetwork:
    """Return a two-pipe ambient tree: heating draws from the warm pipe, cooling gives back to it; the plant heats."""
    n = int(rng.integers(4, 31))
    parent = [int(rng.integers(max(0, k - 4), k)) for k in range(1, n + 1)]
    heat = {k: float(rng.uniform(-150.0, 150.0)) for k in range(1, n + 1)}
    heat[1] += max(0.0, 100.0 - sum(heat.values()))
    pipes = []
    for k in range(1, n + 1):
        a, bore = parent[k - 1], float(rng.choice(BORES_MM[6:11]))
        common = (float(rng.uniform(20.0, 250.0)), bore, 0.01, 1.1, 0.0)
        pipes += [Pipe(f"s{a}-{k}", f"s{a}", f"s{k}", *common), Pipe(f"r{a}-{k}", f"r{k}", f"r{a}", *common)]
    sides = {k: ("s", "r") if q > 0.0 else ("r", "s") for k, q in heat.items()}
    consumers = [
        Consumer(f"c{k}", f"{a}{k}", f"{b}{k}", heat_kw=heat[k], delta_t_k=4.0, min_dp_kpa=MIN_DP_KPA)
        for k, (a, b) in sides.items()
    ]
    return RandomNetwork(pipes, consumers, [Source("plant", "s0", "r0", 15.0, 1500.0, 2500.0)], {})


def _loop(rng: np.random.Generator) -> RandomNetwork:
    """Return a one-pipe loop: stations draw from it and give back one pipe farther on."""
    n = int(rng.integers(4, 21))
    pipes = [Pipe(f"l{k}", f"s{k}", f"s{k + 1}", float(rng.uniform(30, 150)), 160.3, 0.01, 1.2) for k in range(n + 1)]
    consumers = [
        Consumer(
            f"c{k}",
            f"s{k}",
            f"s{k + 1}",
            heat_kw=float(rng.uniform(-30.0, 60.0)),
            flow_kg_per_s=float(rng.uniform(0.5, 3.0)),
        )
        for k in range(1, n)
    ]
    return RandomNetwork(pipes, consumers, [Source("plant", "s0", f"s{n + 1}", 14.0, 20.0, 600.0)], {})
