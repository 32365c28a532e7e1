"""Which language a text looks to be in, where there is enough of it to tell.

Looking at the beginning of a text takes about a millisecond; the same text gives the same answer on
every machine. Nobody is asked for short texts, and doubtful ones have no language.
"""

import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import cache
from itertools import islice
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

CHARACTERS_SEEN = 1_000
"""How much of a text is looked at: its beginning."""

LEAST_LETTERS = 160
"""Letters without which nothing is guessed; one of another script than Latin counts for eight."""

LEAST_CONFIDENCE = 0.8

BLOCKS_SEEN = 1_000
LEAST_SHARE = 0.1
"""How much of a corpus a language has to be for a model to count as reading it."""

_LATIN_END = "\u0250"
_LETTER_WEIGHT = 8

# Varieties that a model which reads the language reads, too, and that short texts are taken for.
_SAME = {"wuu": "zh", "yue": "zh", "pcm": "en", "nn": "no", "arz": "ar", "ary": "ar", "hbo": "he"}
_NO_LANGUAGE = "zxx"

NAMES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "ca": "Catalan",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "et": "Estonian",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "lt": "Lithuanian",
    "lv": "Latvian",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "sk": "Slovak",
    "sl": "Slovenian",
    "sr": "Serbian",
    "sv": "Swedish",
    "th": "Thai",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}


def language_of(text: str) -> str:
    """Return the code of the language that a text looks to be in; nothing if nobody can tell."""
    beginning = text[:CHARACTERS_SEEN]
    if _weight(beginning) < LEAST_LETTERS:
        return ""
    chances: dict[str, float] = {}
    for code, chance in _identifier().rank(beginning):
        language = _SAME.get(code, code)
        chances[language] = chances.get(language, 0.0) + float(chance)
    language = max(chances, key=lambda code: chances[code])
    is_clear = chances[language] >= LEAST_CONFIDENCE and language != _NO_LANGUAGE
    return language if is_clear else ""


def language_of_script(text: str) -> str:
    """Return the language that the letters of a text, however short, belong to, if to one alone.

    Han characters without a Japanese or a Korean one are Chinese; nothing is said of other scripts,
    which several languages share.
    """
    letters = Counter(
        unicodedata.name(character, "").partition(" ")[0]
        for character in text[:CHARACTERS_SEEN]
        if character.isalpha()
    )
    is_han = letters["CJK"] > 0.3 * letters.total()
    return "zh" if is_han and not (letters.keys() & {"HIRAGANA", "KATAKANA", "HANGUL"}) else ""


def languages_of(texts: Iterable[str]) -> tuple[str, ...]:
    """Return the languages of which texts hold much, such as a model that is trained on them reads.

    Texts are joined for it: labelled ones are often single sentences, too short to tell.
    """
    n_by_language: Counter[str] = Counter()
    for block in islice(_blocks(texts), BLOCKS_SEEN):
        n_by_language[language_of(block)] += 1
    del n_by_language[""]
    least = LEAST_SHARE * n_by_language.total()
    return tuple(sorted(code for code, n in n_by_language.items() if n >= least))


def _blocks(texts: Iterable[str]) -> Iterator[str]:
    block = ""
    for text in texts:
        block += f"{text[:CHARACTERS_SEEN]}\n"
        if len(block) >= CHARACTERS_SEEN:
            yield block
            block = ""
    if block:
        yield block


def language_name(code: str) -> str:
    """Return the name of a language as people say it, else its code."""
    return NAMES.get(code, code)


def _weight(text: str) -> int:
    return sum(
        1 if character < _LATIN_END else _LETTER_WEIGHT for character in text if character.isalpha()
    )


@cache
def _identifier() -> "LanguageIdentifier":
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    return LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
