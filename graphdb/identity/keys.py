"""Keys: who is who, computed from what a document says, the same on every run.

A key is a hash, so a name of any length can be one (an index key may not pass about 8 kB).
"""

import hashlib
import re
from collections.abc import Iterable
from functools import lru_cache

from graphdb.identity.normalisation import normalised_name
from graphdb.identity.normalisation_1 import normalised_name_1

IDENTITY_VERSION = 2
"""Changes whenever a key would; `nightloom migrate` brings a graph from one to the next."""

_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_ENDS = " .,;:!?\"'()[]{}<>-_/\\|·…。、，；：！？（）【】《》〈〉〔〕"
_SEPARATOR = "\x1f"


NORMALISATIONS = {1: normalised_name_1, 2: normalised_name}
"""By version: an old one is kept for as long as graphs of it may have to be migrated."""


@lru_cache(maxsize=10_000)
def entity_key(type: str, name: str) -> str:  # noqa: A002 - the vocabulary's word
    """Return the key of the entity of this type and name."""
    return _key_in_version(IDENTITY_VERSION, type, name)


def names_of_version(version: int, type_: str, key: str, texts: Iterable[str]) -> list[str]:
    """Return those of an entity's texts that name it, as its key was computed in some version."""
    return [text for text in texts if _key_in_version(version, type_, text) == key]


def _key_in_version(version: int, type_: str, name: str) -> str:
    return hashed("entity", str(version), type_, NORMALISATIONS[version](name))


def fact_key(subject_key: str, type: str, object_key: str) -> str:  # noqa: A002
    """Return the key of the triple, whichever documents state it."""
    return hashed("fact", subject_key, type, object_key)


def chunk_key(document_id: str, index: int) -> str:
    """Return the key of a chunk: by place, so that equal texts in two documents are two chunks."""
    return hashed("chunk", document_id, str(index))


def untidiness(text: str) -> tuple[int, bool, int, str]:
    """Return what to compare texts by to find the one that names best, which is the least.

    Mixed case comes before capitals and these before small letters, tidy before untidy, short
    before long.
    """
    case = 2 if text == text.lower() else 1 if text == text.upper() else 0
    untidy = _SPACES.sub(" ", text).strip(_ENDS) != text
    return (case, untidy, len(text), text)


def hashed(*parts: str) -> str:
    """Return a key made of these parts and no others."""
    # The separator keeps ("ab", "c") from ("a", "bc"). Half a surrogate pair is hashed as it is:
    # a key can be asked for before anybody has checked the text.
    joined = _SEPARATOR.join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=16).hexdigest()
