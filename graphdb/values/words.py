"""Words that mean a time only together with the text they stand in."""

# ruff: noqa: SIM905 - words of a language are read as a line

import re

from graphdb.values.lexicon import WEEKDAYS, months

_DEICTIC = frozenset(
    (
        *WEEKDAYS,
        *(
            "today tonight yesterday tomorrow now ago later earlier before after since until then"
        ).split(),
        *(
            "last next this that these those same following previous past coming recent current"
        ).split(),
        *"day week weekend month year decade century hour minute morning afternoon evening".split(),
        *"night noon midnight days weeks months years spring summer autumn fall winter".split(),
    )
)
_SIGNS_ZH = re.compile(
    "今|昨|明天|明年|去年|前年|前天|后天|当|次|同|本|上周|下周|上月|下月|星期|[上下]个"
)
_WORD = re.compile(r"[^\W\d_]+")


def needs_its_text(text: str) -> bool:
    """Say whether a time or quantity without a value means another thing in every document.

    "Monday", "4 July" and "that year" do; "the Middle Ages" do not.
    """
    words = _WORD.findall(text.casefold())
    is_deictic = any(word in _DEICTIC or word in months("") for word in words)
    return is_deictic or any(letter.isdigit() for letter in text) or bool(_SIGNS_ZH.search(text))
