"""Fixtures for what needs a network: real, with two layers and random weights."""

from pathlib import Path

import pytest

from extractors.reading.extractor import TransformerExtractor
from tests.extractors.tiny import KINDS, tiny_checkpoint, tiny_encoder

SHARED_DATA = Path(__file__).parents[3] / "shared" / "data"


@pytest.fixture(scope="session")
def encoder_folders(tmp_path_factory) -> dict[str, Path]:
    """One folder for each kind of encoder."""
    return {kind: tiny_encoder(tmp_path_factory.mktemp(kind), kind) for kind in KINDS}


@pytest.fixture(scope="session", params=KINDS)
def any_encoder(request, encoder_folders) -> Path:
    """Each kind of encoder in turn."""
    return encoder_folders[request.param]


@pytest.fixture(scope="session")
def tiny_extractor(encoder_folders) -> TransformerExtractor:
    """An extractor that finds something nearly everywhere, none of it right."""
    return TransformerExtractor(tiny_checkpoint(encoder_folders["bert"]))
