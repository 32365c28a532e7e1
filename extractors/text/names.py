"""What names a thing and what only refers to it, and when two names look alike."""

import re
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache

_PRONOUNS = """
    i me my mine myself we us our ours ourselves you your yours yourself yourselves
    he him his himself she her hers herself it its itself
    they them their theirs themselves one oneself
    this that these those here there then who whom whose which what
    我 我们 我們 你 你们 你們 您 他 他们 他們 她 她们 她們 它 它们 它們 其 自己 本人 此人
    这 這 那 这里 這裡 那里 那裡 该 該 前者 后者 後者
"""
PRONOUNS = frozenset(_PRONOUNS.split())
"""A closed class, in the languages of the shipped models: they name nothing by themselves."""

_ARTICLES = frozenset({"the", "a", "an", "le", "la", "les", "der", "die", "das", "el", "los"})
_SEPARATORS = re.compile(r"[\W_]+")


@lru_cache(maxsize=10_000)
def folded_name(name: str) -> str:
    """Return the spelling under which mentions of one name meet: no case, width or punctuation."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return _SEPARATORS.sub(" ", folded).strip() or folded


def naming_texts(texts: Iterable[str]) -> frozenset[str]:
    """Return those of an entity's texts that name it; the others refer to what is named.

    Pronouns name nothing. Of the rest, texts with a capital, a digit or a letter of a script
    without capitals are names. Without such a text all are: in some fields, as in medicine, names
    are written small.
    """
    nouns = frozenset(text for text in texts if not is_pronoun(text))
    return frozenset(filter(is_proper, nouns)) or nouns


def is_pronoun(text: str) -> bool:
    """Say whether a text only refers; "US", "IT" and "WHO" in capitals are names."""
    is_in_capitals = len(text) > 1 and text.isupper()
    return not is_in_capitals and folded_name(text) in PRONOUNS


def is_proper(text: str) -> bool:
    """Say whether some letter shows a proper name; that of an article before it does not."""
    first, *others = text.split() or [text]
    if others and (first.casefold() in _ARTICLES or is_pronoun(first)):
        return is_proper(" ".join(others))
    if is_pronoun(text):
        return False
    return any(letter.isdigit() or (letter.isalpha() and not letter.islower()) for letter in text)


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
        float(is_acronym(short, b)),
        float(long.startswith(short)),
        len(shared) / max(1, len(set(a) | set(b))),
        len(trigrams[0] & trigrams[1]) / max(1, len(trigrams[0] | trigrams[1])),
        float(len(a) == 1),
    )


def is_acronym(short: str, words: Sequence[str]) -> bool:
    """Say whether a name is made of the initials of these words, all or those that count."""
    letters = short.replace(" ", "")
    if not 2 <= len(letters) <= 8 or len(words) < 2:
        return False
    every = "".join(word[0] for word in words)
    capital = "".join(word[0] for word in words if word not in {"of", "the", "and", "for", "de"})
    return letters in {every, capital}


@lru_cache(maxsize=10_000)
def _trigrams(name: str) -> frozenset[str]:
    padded = f"  {name} "
    return frozenset(padded[index : index + 3] for index in range(len(padded) - 2))
