"""The refrigerant table and ledger."""

import numpy as np
import pytest

from edsim.core.errors import DataError
from edsim.ghg import (
    Refrigerant,
    RefrigerantStock,
    kigali_limit_frac,
    practice_figures,
    refrigerant,
    refrigerant_figures,
    refrigerant_ledger,
    typical_stock,
)


def _stock(**changes: object) -> RefrigerantStock:
    base = {
        "machine": "splits",
        "refrigerant": "R-410A",
        "capacity_kw": 100.0,
        "charge_kg_per_kw": 0.3,
        "operating_leak_frac_per_a": 0.08,
        "service_loss_frac_per_a": 0.02,
        "install_loss_frac": 0.01,
        "end_of_life_remaining_frac": 0.8,
        "recovery_frac": 0.25,
        "lifetime_a": 10.0,
    }
    return RefrigerantStock(**(base | changes))


def test_ledger_by_hand() -> None:
    """Proves: 30 kg lose 0.3 kg at filling, 3 kg/a, 18 kg when scrapped. If ignored: the scrap loss, 6 years' leak."""
    ledger = refrigerant_ledger([_stock()], 12, "AR5")
    kg = ledger.entries[0].yearly_kg
    assert kg[0] == pytest.approx(0.3)
    assert kg[1:10] == pytest.approx(np.full(9, 3.0))
    assert kg[10] == pytest.approx(3.0 + 18.0 + 0.3)
    assert ledger.yearly_kgco2e()[1] == pytest.approx(3.0 * 1923.5)
    assert ledger.mean_kgco2e_per_a() == pytest.approx((3.0 + 18.3 / 10) * 1923.5)
    assert ledger.hfc_service_kgco2e()[1:] == pytest.approx(np.full(12, 3.0 * 1923.5))


def test_existing_machine_is_not_filled_but_is_scrapped_earlier() -> None:
    kg = refrigerant_ledger([_stock(age_at_start_a=7.0)], 12).entries[0].yearly_kg
    assert kg[0] == 0.0
    assert kg[3] == pytest.approx(3.0 + 18.0 + 0.3)


@pytest.mark.parametrize("age_a", [10.0, 13.0, 24.0])
def test_a_machine_past_its_life_is_scrapped_at_once(age_a: float) -> None:
    """Proves: at any age beyond its life of 10 years it releases 18 kg in year 0, and its successor leaks 3 kg a year.

    If ignored: a machine of 13 years leaks beside its successor until year 9 and is scrapped in year 10 of 12.
    """
    entry = refrigerant_ledger([_stock(age_at_start_a=age_a)], 12).entries[0]
    assert entry.loss_kg[2] == pytest.approx([18.0, *[0.0] * 9, 18.0, 0.0, 0.0])
    assert entry.loss_kg[1] == pytest.approx([0.0, *[3.0] * 12])


def test_replacement_may_change_the_refrigerant() -> None:
    ledger = refrigerant_ledger([_stock(age_at_start_a=8.0, refrigerant="R-22", replaced_by="R-32")], 12)
    old, new = ledger.entries
    assert (old.refrigerant.id, new.refrigerant.id) == ("R-22", "R-32")
    assert old.yearly_kg[2] == pytest.approx(3.0 + 18.0)
    assert old.yearly_kg[3:].sum() == 0.0
    assert new.yearly_kg[2:4] == pytest.approx([0.3, 3.0])


def test_montreal_gases_are_a_memo_line() -> None:
    """Proves: R-22 is outside the Kyoto basket. If ignored: national inventories would count it."""
    ledger = refrigerant_ledger([_stock(refrigerant="R-22"), _stock()], 5)
    kyoto, montreal = ledger.yearly_kgco2e(montreal=False), ledger.yearly_kgco2e(montreal=True)
    assert montreal[1] == pytest.approx(3.0 * 1760)
    assert kyoto[1] == pytest.approx(3.0 * 1923.5)
    assert ledger.yearly_kgco2e() == pytest.approx(kyoto + montreal)
    assert ledger.mean_odp_kg_per_a() == pytest.approx(4.83 * 0.055)
    assert ledger.hfc_installed_kgco2e() == pytest.approx(30.0 * 1923.5)


@pytest.mark.reference
@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("R-22", (1810, 1760, 1960)),
        ("R-32", (675, 677, 771)),
        ("R-134a", (1430, 1300, 1530)),
        ("R-123", (77, 79, 90)),
        ("R-410A", (2087.5, 1923.5, 2255.5)),
        ("R-407C", (1774, 1624, 1908)),
        ("R-404A", (3922, 3943, 4728)),
    ],
)
def test_potentials_of_three_assessments(name: str, values: tuple[float, float, float]) -> None:
    """Source: IPCC AR4, AR5, AR6 as restated in the package globalwarmingpotentials 0.13.2."""
    held = [refrigerant(name, s).gwp_kg_per_kg for s in ("AR4", "AR5", "AR6")]
    assert held == pytest.approx(values, abs=0.5)


def test_every_refrigerant_has_all_figures_with_source() -> None:
    wanted = {"R-11", "R-12", "R-22", "R-123", "R-134a", "R-410A", "R-407C", "R-404A", "R-32", "R-513A"}
    wanted |= {"R-1233zd(E)", "R-1234ze(E)", "R-290", "R-717", "R-718"}
    table = refrigerant_figures()
    assert wanted <= set(table)
    for rows in table.values():
        assert set(rows) == {"odp", "gwp_ar4", "gwp_ar5", "gwp_ar6"}
        for figure in rows.values():
            assert figure.source
            assert ("unverified" in figure.source) == (not figure.verified)


def test_practice_of_every_class_makes_a_stock() -> None:
    for machine_class in practice_figures():
        stock = typical_stock("m", machine_class, "R-134a", 100.0)
        assert stock.mean_loss_kg_per_a >= 0
    assert typical_stock("m", "absorption_chiller", "R-718", 100.0).charge_kg == 0.0


def test_own_properties_go_before_the_table() -> None:
    own = Refrigerant("R-410A", "own", "HFC", 0.0, 2000.0, "AR5", montreal_gas=False, kigali_controlled=True)
    ledger = refrigerant_ledger([_stock()], 5, own={"R-410A": own})
    assert ledger.yearly_kgco2e()[1] == pytest.approx(6000.0)


def test_what_is_unknown_or_impossible_is_refused() -> None:
    with pytest.raises(DataError, match="E720"):
        refrigerant("R-999")
    with pytest.raises(DataError, match="E703"):
        refrigerant("R-22", "AR7")
    with pytest.raises(DataError, match="E722"):
        typical_stock("m", "toaster", "R-22", 1.0)
    with pytest.raises(DataError) as caught:
        _stock(recovery_frac=50.0, charge_kg_per_kw=-1.0)
    assert len(caught.value.findings) == 2


def test_kigali_steps() -> None:
    assert [kigali_limit_frac(y) for y in (2020, 2024, 2030, 2036, 2044, 2050)] == [None, 1.0, 0.9, 0.7, 0.5, 0.2]
