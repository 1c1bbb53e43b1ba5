"""Fixtures shared by the tests of the report and of the run store."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import pytest

from edsim.appraisal.types import Appraisal


def _maker() -> ModuleType:
    name = "edsim_tests_make_appraisal"
    if name not in sys.modules:
        spec = importlib.util.spec_from_file_location(name, Path(__file__).with_name("make_appraisal.py"))
        assert spec is not None
        assert spec.loader is not None
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
    return sys.modules[name]


@pytest.fixture(scope="session")
def appraisal() -> Appraisal:
    made: Appraisal = _maker().make()
    return made
