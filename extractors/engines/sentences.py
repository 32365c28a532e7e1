"""Texts as vectors that lie near each other where the texts mean nearly the same: a whole encoder.

The encoders that models stand on were trained for this by BAAI: passages as they are, questions
behind an instruction, the first token's state of the last layer at length 1 (model cards of
`BAAI/bge-small-en-v1.5` and `BAAI/bge-small-zh-v1.5`). A model's own copy of an encoder is of no
use here: it has fewer layers, and training has taught it to find names (decision 0092).
"""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import util
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from extractors.engines.graphs import Graph, Weights, add_layers
from extractors.errors import ConfigError, MachineError
from extractors.faults import first_line
from extractors.pretrained import (
    FLOAT,
    INT32,
    BertShape,
    bytes_to_fetch,
    find_encoder,
    read_shape,
    read_tokenizer,
    read_weights,
)

FloatArray = npt.NDArray[np.float32]

BATCH_TOKENS = 2048
"""Tokens encoded together, padding included; more are not faster on a processor."""

_N_ENDS = 2
"""Tokens that stand before and behind every text."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SentenceModel:
    """A pretrained encoder whose vectors can be compared, and how it is asked."""

    encoder: str
    """Its name among those that can be fetched."""
    language: str
    width: int
    """Numbers of a vector."""
    instruction: str
    """What stands before a question, and before no passage."""
    least_cosine: float
    """Nine of ten passages that answer a question are nearer to it than this, and so are 15 in
    English and 30 in Chinese of a hundred others (`benchmarks.bench_search`): it cuts off what is
    far, and ranks say the rest."""


SENTENCE_MODELS: Mapping[str, SentenceModel] = {
    model.language: model
    for model in (
        SentenceModel(
            encoder="bge-small-en-v1.5",
            language="en",
            width=384,
            instruction="Represent this sentence for searching relevant passages: ",
            least_cosine=0.45,
        ),
        SentenceModel(
            encoder="bge-small-zh-v1.5",
            language="zh",
            width=512,
            instruction="为这个句子生成表示以用于检索相关文章：",
            least_cosine=0.34,
        ),
    )
}
"""By language. Vectors of two models are never compared."""


class SentenceEncoder:
    """Runs a whole encoder in ONNX Runtime, on the processor and in float32."""

    def __init__(
        self,
        model: SentenceModel,
        shape: BertShape,
        tensors: Mapping[str, FloatArray],
        tokenizer: Tokenizer,
        threads: int | None = None,
    ) -> None:
        """Write the graph and have it prepared; `load` finds what it takes.

        Args:
            model: Which one, and how it is asked.
            shape: Its sizes.
            tensors: Its weights, by the names of a `BertModel`.
            tokenizer: Its own.
            threads: How many threads compute; None: one a processor.
        """
        from extractors.engines.onnx_engine import open_session, run_session

        self.model = model
        weights = Weights(tensors, "")
        self._words = weights["embeddings.word_embeddings.weight"]
        # Every token is of the first kind, so it goes with the positions.
        positions = weights["embeddings.position_embeddings.weight"][shape.first_position :]
        self._positions = positions + weights["embeddings.token_type_embeddings.weight"][0]
        self._run = run_session
        self._session = open_session(
            sentence_graph(weights, shape), threads or len(os.sched_getaffinity(0))
        )
        self._tokenizer = tokenizer
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()
        self._ends = np.array(self._tokenizer.encode("").ids)
        self._most_tokens = len(self._positions)

    @classmethod
    def load(cls, language: str, threads: int | None = None) -> Self:
        """Load the encoder of a language, fetched the first time.

        Raises:
            ConfigError: There is none for this language, or ONNX Runtime is not installed.
            CheckpointError: It could not be fetched, or is damaged.
        """
        if language not in SENTENCE_MODELS:
            known = ", ".join(SENTENCE_MODELS)
            raise ConfigError(f"no encoder makes vectors of {language!r}: known are {known}", "")
        if util.find_spec("onnxruntime") is None:
            raise ConfigError("ONNX Runtime is not installed: install the extra `read`", "")
        model = SENTENCE_MODELS[language]
        folder = Path(find_encoder(model.encoder).location)
        return cls(model, read_shape(folder), read_weights(folder), read_tokenizer(folder), threads)

    @staticmethod
    def bytes_to_fetch(language: str) -> int:
        """Return how many bytes `load` would fetch over the network; 0 if none."""
        return bytes_to_fetch(SENTENCE_MODELS[language].encoder)

    def question(self, text: str) -> FloatArray:
        """Return the vector of what somebody looks for, `(H,)`."""
        (vector,) = self.passages([self.model.instruction + text])
        return np.asarray(vector, np.float32)

    def passages(self, texts: Sequence[str]) -> FloatArray:
        """Return the vectors of texts, `(N, H)`, each of length 1.

        No text is cut off: one that is longer than the encoder reads at once is read in pieces of
        one length, and has the mean direction of theirs.
        """
        pieces, owners = self._pieces(texts)
        vectors = np.zeros((len(texts), self.model.width), np.float32)
        # Pieces of about one length go together, so that little is padding.
        order = sorted(range(len(pieces)), key=lambda number: len(pieces[number]))
        batch: list[int] = []
        for number in order:
            if batch and (len(batch) + 1) * len(pieces[number]) > BATCH_TOKENS:
                np.add.at(vectors, owners[batch], self._encoded([pieces[n] for n in batch]))
                batch = []
            batch.append(number)
        if batch:
            np.add.at(vectors, owners[batch], self._encoded([pieces[n] for n in batch]))
        vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
        return vectors

    def _pieces(
        self, texts: Sequence[str]
    ) -> tuple[list[npt.NDArray[np.int64]], npt.NDArray[np.int64]]:
        """Return the tokens of each piece of each text, and the number of its text."""
        pieces, owners = [], []
        first, last = self._ends[:1], self._ends[1:]
        most = self._most_tokens - _N_ENDS
        for number, encoding in enumerate(
            self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        ):
            ids = np.array(encoding.ids, np.int64)
            for piece in np.array_split(ids, max(-(-len(ids) // most), 1)):
                pieces.append(np.concatenate([first, piece, last]))
                owners.append(number)
        return pieces, np.array(owners, np.int64)

    def _encoded(self, pieces: Sequence[npt.NDArray[np.int64]]) -> FloatArray:
        """Return the vectors of some pieces, `(B, H)`."""
        n_tokens = max(map(len, pieces))
        token_ids = np.zeros((len(pieces), n_tokens), np.int64)  # (B, T)
        mask = np.zeros((len(pieces), n_tokens), np.int32)  # (B, T)
        for row, piece in enumerate(pieces):
            token_ids[row, : len(piece)] = piece
            mask[row, : len(piece)] = 1
        embedded = self._words[token_ids] + self._positions[:n_tokens]  # (B, T, H)
        try:
            (vectors,) = self._run(self._session, ("vectors",), embedded=embedded, mask=mask)
        except RuntimeError as error:
            raise MachineError(
                f"{len(pieces)} passages could not be encoded: {first_line(error)}"
            ) from error
        return np.asarray(vectors, np.float32)


def sentence_graph(weights: Weights, shape: BertShape) -> bytes:
    """Return a whole encoder that makes one vector of each text.

    Inputs: `embedded` `(B, T, H)` and `mask` `(B, T)` int32. Output: `vectors` `(B, H)`, the hidden
    state of each text's first token at length 1.
    """
    width = shape.hidden  # H
    graph = Graph({"embedded": (FLOAT, f"B T {width}"), "mask": (INT32, "B T")})
    hidden = add_layers(graph, weights, shape)
    first = graph("Gather", hidden, graph.constant(0, np.int64), axis=1)  # (B, H)
    graph.named(graph("LpNormalization", first, axis=-1, p=2), "vectors", FLOAT, f"B {width}")
    return graph.content()
