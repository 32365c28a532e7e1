"""Where the public corpora lie, for the tests that need them."""

from pathlib import Path

import pytest

from flows.settings import load_settings

PLACES = (load_settings().data, Path(__file__).parents[3].parent / "shared" / "data")
"""Where a corpus may lie: in the folder that NIGHTLOOM_DATA names, or beside the checkout."""


def corpus(name):
    path = next((place / name for place in PLACES if (place / name).exists()), None)
    if path is None:
        pytest.skip(f"{name} is neither in {PLACES[0]} (NIGHTLOOM_DATA) nor in ../shared/data")
    return path
