"""A text into units: what may be cited, what may be cut, what an encoder reads."""

from extractors.text.chunking import chunks, sentences
from extractors.text.encoding import SHAPES, STRUCTURES, IntArray, TextEncoder, Window
from extractors.text.names import folded_name, spelling_features

__all__ = [
    "SHAPES",
    "STRUCTURES",
    "IntArray",
    "TextEncoder",
    "Window",
    "chunks",
    "folded_name",
    "sentences",
    "spelling_features",
]
