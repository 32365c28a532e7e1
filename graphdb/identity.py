"""Keys: who is who, computed from what a document says, the same on every run.

A key is a hash, so a name of any length can be one (an index key may not pass about 8 kB). Names
that a reader would take for the same string are the same: Unicode NFKC, case, width, dashes,
quotes, spaces, invisible characters and punctuation at either end do not count. Spaces between
Chinese or Japanese characters do not count either. "U.S." and "US", or "IBM" and "International
Business Machines", are different here: joining those is a decision, not a spelling.
"""

import hashlib
import re
import unicodedata
from collections.abc import Iterable
from functools import lru_cache

IDENTITY_VERSION = 1
"""Changes whenever a key would: graphs of two versions cannot be mixed."""

_DASHES = dict.fromkeys(map(ord, "‐‑‒–—―−﹘﹣－"), "-")
_QUOTES = dict.fromkeys(map(ord, "‘’‚‛′`´＇"), "'") | dict.fromkeys(
    map(ord, "“”„‟″«»「」『』＂"), '"'
)
_DOTS = dict.fromkeys(map(ord, "・•‧∙⋅･"), "·")
_FOLDED = _DASHES | _QUOTES | _DOTS
_INVISIBLE = re.compile(
    "[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u206f\ufe00-\ufe0f\ufeff]"
)
_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
_SPACE_IN_CJK = re.compile(f"(?<=[{_CJK}]) (?=[{_CJK}])")
# Not `#`, `+`, `&`, `%`, `@` or `*`: "C#" is not "C".
_ENDS = " .,;:!?\"'()[]{}<>-_/\\|·…。、，；：！？（）【】《》〈〉〔〕"
_SEPARATOR = "\x1f"


def normalised_name(name: str) -> str:
    """Return what is left of a name when spelling no longer counts; empty if nothing is.

    >>> normalised_name("  Ａcme–CORP. ")
    'acme-corp'
    """
    previous, text = None, name
    while text != previous:  # folding case can undo NFKC; two rounds are the rule
        previous, text = text, _folded(text)
    return text


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", text.translate(_FOLDED)).casefold()
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).translate(_FOLDED)
    text = _SPACE_IN_CJK.sub("", _SPACES.sub(" ", text)).strip()
    return text.strip(_ENDS) or text


@lru_cache(maxsize=100_000)
def entity_key(type: str, name: str) -> str:  # noqa: A002 - the vocabulary's word
    """Return the key of the entity of this type and name."""
    return _hash("entity", str(IDENTITY_VERSION), type, normalised_name(name))


def fact_key(subject_key: str, type: str, object_key: str) -> str:  # noqa: A002
    """Return the key of the triple, whichever documents state it."""
    return _hash("fact", subject_key, type, object_key)


def chunk_key(document_id: str, index: int) -> str:
    """Return the key of a chunk: by place, so that equal texts in two documents are two chunks."""
    return _hash("chunk", document_id, str(index))


def canonical_name(type: str, key: str, texts: Iterable[str]) -> str:  # noqa: A002
    """Return the text that names an entity best, whatever the order of `texts`.

    Only texts that the key could have been computed from are names; the others are aliases.
    Mixed case comes before capitals and these before small letters, tidy before untidy, short
    before long.
    """
    names = [text for text in texts if entity_key(type, text) == key]
    return min(names, key=_untidiness)


def _untidiness(text: str) -> tuple[int, bool, int, str]:
    case = 2 if text == text.lower() else 1 if text == text.upper() else 0
    untidy = _SPACES.sub(" ", text).strip(_ENDS) != text
    return (case, untidy, len(text), text)


def _hash(*parts: str) -> str:
    joined = _SEPARATOR.join(parts).encode("utf-8", "surrogatepass")
    return hashlib.blake2b(joined, digest_size=16).hexdigest()
