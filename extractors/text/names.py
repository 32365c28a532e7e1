"""When two names look alike: the spelling a mention is known by, and features for coreference."""

import re
import unicodedata
from functools import lru_cache

_SEPARATORS = re.compile(r"[\W_]+")


@lru_cache(maxsize=100_000)
def folded_name(name: str) -> str:
    """Return the spelling under which mentions of one name meet: no case, width or punctuation."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return _SEPARATORS.sub(" ", folded).strip() or folded


def spelling_features(left: str, right: str) -> tuple[float, ...]:
    """Compare two normalised names; the order does not matter."""
    short, long = sorted((left, right), key=lambda name: (len(name), name))
    a, b = short.split(), long.split()
    shared = set(a) & set(b)
    trigrams = _trigrams(short), _trigrams(long)
    return (
        float(short.replace(" ", "") == long.replace(" ", "")),
        float(bool(a) and set(a) <= set(b)),
        float(a[-1:] == b[-1:]),
        float(a[:1] == b[:1]),
        float(_is_acronym(short, b)),
        float(long.startswith(short)),
        len(shared) / max(1, len(set(a) | set(b))),
        len(trigrams[0] & trigrams[1]) / max(1, len(trigrams[0] | trigrams[1])),
        float(len(a) == 1),
    )


def _is_acronym(short: str, words: list[str]) -> bool:
    letters = short.replace(" ", "")
    if not 2 <= len(letters) <= 8 or len(words) < 2:
        return False
    every = "".join(word[0] for word in words)
    capital = "".join(word[0] for word in words if word not in {"of", "the", "and", "for", "de"})
    return letters in {every, capital}


@lru_cache(maxsize=100_000)
def _trigrams(name: str) -> frozenset[str]:
    padded = f"  {name} "
    return frozenset(padded[index : index + 3] for index in range(len(padded) - 2))
