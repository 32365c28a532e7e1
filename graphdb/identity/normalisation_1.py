"""How names were normalised in version 1: kept, so that a graph of then can be understood.

Nothing in here may change. `nightloom migrate` tells with it which of a document's texts named an
entity.
"""

import re
import unicodedata

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
_ENDS = " .,;:!?\"'()[]{}<>-_/\\|·…。、，；：！？（）【】《》〈〉〔〕"


def normalised_name_1(name: str) -> str:
    """Return what version 1 left of a name."""
    previous, text = None, name
    while text != previous:
        previous, text = text, _folded(text)
    return text


def _folded(text: str) -> str:
    text = unicodedata.normalize("NFKC", text.translate(_FOLDED)).casefold()
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text)).translate(_FOLDED)
    text = _SPACE_IN_CJK.sub("", _SPACES.sub(" ", text)).strip()
    return text.strip(_ENDS) or text
