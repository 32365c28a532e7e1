"""A small real model, for nights that read with one."""

from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def model(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A model of random weights that finds something nearly everywhere, in a folder."""
    from extractors.checkpoints import save
    from tests.extractors.tiny import tiny_checkpoint, tiny_encoder

    folder = tmp_path_factory.mktemp("model")
    save(tiny_checkpoint(tiny_encoder(folder / "base")), folder / "tiny")
    return folder / "tiny"
