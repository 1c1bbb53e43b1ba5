"""Options shared by all tests, one thread each, bytecode kept between runs and garbage searched for less often."""

import gc
import os
import sys

import pytest
from hypothesis import settings

# As many tests run side by side as there are cores: threads inside each would only wait for one another.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# The same examples in every run, so that a change is judged by itself; HYPOTHESIS_PROFILE=explore looks for new ones.
settings.register_profile("fixed", derandomize=True)
settings.register_profile("explore", derandomize=False, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "fixed"))


def pytest_configure() -> None:
    """Keep bytecode beside the sources also where the environment would have none written.

    Compiling the product and rewriting the asserts of all tests takes each worker as long as importing them.
    """
    sys.dont_write_bytecode = False
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)


def pytest_collection_finish() -> None:
    """Leave what collecting has made out of the search for garbage, which else takes a seventh of the time of tests."""
    gc.freeze()
    gc.set_threshold(5_000)


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switch that writes golden files anew."""
    parser.addoption("--update-golden", action="store_true", help="write the golden files instead of comparing")


def pytest_unconfigure() -> None:
    """Let the interpreter clear up what was left out."""
    gc.unfreeze()
