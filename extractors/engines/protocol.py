"""What reading asks of an engine: a network, stage by stage, arrays in and arrays out."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from extractors.network import Candidates, Groups, Inputs, ModelConfig, Pairs, Tag
from extractors.text import IntArray

FloatArray = npt.NDArray[np.float32]

Seen = Any
"""What an engine has made of the windows of a batch, for its later stages."""

Attention = Callable[[IntArray], FloatArray]
"""Given the numbers of some pairs, returns where they look: `(A, T)`."""


class Engine(Protocol):
    """Runs one model."""

    name: str
    """As `ExtractorConfig.engine` calls it."""
    precision: str
    """What the encoder computes in."""
    model: Any
    config: ModelConfig
    allowed: npt.NDArray[np.bool_]
    """`(E, E, R)` which relations may join which types."""

    @property
    def device(self) -> object:
        """Where it computes; as text, `cpu` or `cuda:0`."""

    def readers(self) -> AbstractContextManager[ThreadPoolExecutor]:
        """Open the threads that read batches side by side; what waits at the end is not begun."""

    def give_back_memory(self) -> None:
        """Give back what the device holds ready for later, after it could hold no more."""

    def read(
        self, inputs: Inputs[IntArray], candidates: Candidates[IntArray]
    ) -> tuple[Seen, FloatArray]:
        """Encode windows and return `(S, 1 + E)` logits of what could be mentions."""

    def score_names(
        self, seen: Seen, groups: Groups[IntArray], index: IntArray, spelled: FloatArray
    ) -> FloatArray:
        """Return `(P,)` logits that two names of one type stand for the same entity.

        Args:
            seen: Of `read`.
            groups: Mentions of one name each.
            index: `(P, 2)` numbers of groups.
            spelled: `(P, N_STRING_FEATURES)` how alike they are written.
        """

    def relate(
        self, seen: Seen, groups: Groups[IntArray], pairs: Pairs[IntArray]
    ) -> tuple[FloatArray, Attention]:
        """Return `(P, 1 + R)` logits of relations and where they look.

        Of relations that may not join the types of a pair they are minus infinity.
        """

    def tag(self, inputs: Inputs[IntArray]) -> tuple[FloatArray, tuple[Tag, ...]]:
        """Return `(B, T, L)` chances of the labels of a token classifier, and what they mean."""
