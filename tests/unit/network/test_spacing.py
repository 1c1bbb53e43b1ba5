"""Hot and chilled pipes in one trench."""

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest

from edsim.network import LengthOnlyTrench, NetworkTemperatures, design_network
from edsim.network.pipes.spacing import ALLOWED_GAIN_FRAC, extra_gain_frac, with_spacing_notes

LIST = (LengthOnlyTrench("plant", "square", 120.0), LengthOnlyTrench("square", "b0", 60.0))


def test_soil_beside_a_hot_pair_by_hand():
    """Proves: 30 W/m at 0.6 m, axes 1 m deep, k = 1.5: 30·ln(1 + (2/0.6)²)/(4π·1.5) = 3.97 K, of 15 K a quarter.

    If ignored: hot and chilled pipes share a trench and the chillers meet a fourth more gain than said.
    """
    assert extra_gain_frac((24.0, 9.0), 30.0, 1.5, 1.0, 0.6) == pytest.approx(3.971 / 15.0, rel=1e-3)
    assert extra_gain_frac((24.0, 9.0), 30.0, 1.5, 1.0, 6.0) < 0.02


def test_hot_and_chilled_pipes_in_one_trench_are_remarked(request_of):
    """Proves: the shared length, the extra gain of a year and that at 1 m are said; laid elsewhere, nothing is.

    If ignored: nobody hears that two carriers in one trench warm each other.
    """
    base = request_of(1, trenches=LIST, streets=())
    cold = design_network(base)
    temperatures = NetworkTemperatures(80.0, 50.0, 4.0, 60.0)
    hot = design_network(replace(base, id="heat", carrier="hot_water", temperatures=temperatures))
    specs = [SimpleNamespace(id=n, trenches="t.csv", soil="moist_sand", cover_m=0.8) for n in ("cold", "heat")]
    case = SimpleNamespace(networks=specs)
    chilled, warm = with_spacing_notes(case, [cold, hot], base.dry_bulb_temp_c)
    assert warm.findings == hot.findings
    (note,) = (f for f in chilled.findings if f not in cold.findings)
    assert note.code == "W411"
    assert note.what == "network cold: chilled water shares 180 m of trench with hot pipes of heat"
    words = note.got.replace("(", " ").split()
    gained, share = float(words[words.index("kWh/a") - 1]), float(words[words.index("more),") - 1].strip("%")) / 100.0
    assert share > ALLOWED_GAIN_FRAC
    lost, of_hot = float(words[words.index("lose") + 2]), float(words[-2].strip("%")) / 100.0
    assert 0.005 < of_hot < 0.1
    assert lost == pytest.approx(of_hot * hot.heat_gain_kw.sum(), rel=0.5)  # the share is told in whole percents
    assert gained == pytest.approx(share * cold.heat_gain_kw.sum(), rel=0.15)
    apart = float(note.allowed.removeprefix("1 m: ").removesuffix(" kWh/a"))
    assert 0.2 * gained < apart < 0.8 * gained
    elsewhere = replace(hot, edges=replace(hot.edges, from_node=("x", "y")))
    alone, _ = with_spacing_notes(case, [cold, elsewhere], base.dry_bulb_temp_c)
    assert alone.findings == cold.findings
    warm_soil = np.full(8760, 70.0)
    beside, _ = with_spacing_notes(case, [cold, hot], warm_soil)
    assert beside.findings == cold.findings
