"""A small district with a plant, prepared once for all tests of studies."""

from pathlib import Path

import pytest

from edsim.case.schema import Case
from edsim.studies.workbench import Workbench
from edsim.workflow import load_case
from tests.support.case_texts import TWO_OFFICES


@pytest.fixture(scope="package")
def case(tmp_path_factory: pytest.TempPathFactory) -> Case:
    folder = tmp_path_factory.mktemp("offices")
    (folder / "case.yaml").write_text(TWO_OFFICES, encoding="utf-8")
    return load_case(Path(folder))


@pytest.fixture(scope="package")
def bench(case: Case) -> Workbench:
    return Workbench(case, "district")
