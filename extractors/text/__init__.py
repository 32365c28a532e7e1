"""A text into units: what may be cited, what may be cut, what an encoder reads."""

from extractors.text.chunking import chunks, sentences
from extractors.text.encoding import SHAPES, IntArray, TextEncoder, Window
from extractors.text.names import normalised, spelling_features

__all__ = [
    "SHAPES",
    "IntArray",
    "TextEncoder",
    "Window",
    "chunks",
    "normalised",
    "sentences",
    "spelling_features",
]
