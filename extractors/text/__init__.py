"""A text into units: what may be cited, what may be cut, what an encoder reads.

Sentences, chunks and names are found by looking at characters. What makes an encoder's input of
them needs a tokenizer's library, and is loaded when it is first asked for.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

from extractors.text.chunking import chunks, sentences
from extractors.text.countries import countries_named, is_demonym, is_same_country
from extractors.text.forms import equates, is_form_of
from extractors.text.names import (
    PRONOUNS,
    folded_name,
    is_proper,
    naming_texts,
    spelling_features,
)

if TYPE_CHECKING:
    from extractors.text.encoding import SHAPES, STRUCTURES, IntArray, TextEncoder, Window

__all__ = [
    "PRONOUNS",
    "SHAPES",
    "STRUCTURES",
    "IntArray",
    "TextEncoder",
    "Window",
    "chunks",
    "countries_named",
    "equates",
    "folded_name",
    "is_demonym",
    "is_form_of",
    "is_proper",
    "is_same_country",
    "naming_texts",
    "sentences",
    "spelling_features",
]


def __getattr__(name: str) -> Any:
    if name not in __all__:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module("extractors.text.encoding"), name)
