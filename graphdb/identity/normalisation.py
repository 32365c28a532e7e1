"""What is left of a name when spelling no longer counts. Version 2.

A name is normalised alike wherever it stands: pure, the same on every run, and doing it twice is
doing it once. Two rules decide what is folded. What a reader takes for the same name, typed by
somebody else, is the same: case, width, accents, kinds of dashes and quotes, spaces, dots of
initials. And a sign that says something stays: `-5 °C`, `Cl-`, `BBB-`, `<5 %`, `C#`, `.NET`.
`docs/spellings.tsv` has some 490 pairs, each with its verdict and its reason.

Names that mean the same and are other words ("IBM" and "International Business Machines", 台灣 and
台湾) are not for here: joining them is a decision, and a decision can be undone.
"""

import re

from graphdb.identity.letters import folded_letters
from graphdb.identity.unit_symbols import symbol

_PLAIN = re.compile(
    r"(?:(?!ste?\b|sainte?-)[A-Za-z]{2,}(?:[ -]|$)|(?<= )\d+(?: |$))+(?<![ -])",
    re.IGNORECASE | re.ASCII,
)
"""Most names: nothing in them but letters can count."""

_SPACES = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_CJK = "\u3005-\u3007\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
# Between two Chinese characters, and between one and a Latin word, a space is typography.
_SPACE_IN_CJK = re.compile(f"(?<=[{_CJK}]) (?=[{_CJK}\\w])|(?<=[^\\W_]) (?=[{_CJK}])")

_LETTER = "[A-Za-z\u00c0-\u024f\u0370-\u03ff\u0400-\u04ff]"
"""Of a script that has initials: in Chinese a letter is a word."""
_INITIALS = re.compile(
    rf"(?<![\w'&.-])((?:{_LETTER}(?:\. ?| ))+)({_LETTER}(?![\w'.-]))?(?=(.)?)", re.DOTALL
)
"""J.R.R., J. R. R., J R R, U.S., I.B.M., E.coli."""
_DEGREE = re.compile(
    r"(?<![\w.])(ph|ed|sc|dr|b|m|d)\.(d|sc|phil|eng|ed|ing)(?![\w])\.?", re.IGNORECASE
)
_PUNCTUATION_IN = re.compile(
    r"(?<=[^\W\d_])[.,;:!?]+ |(?<=[\d)\]\"'+#%])[.,;:!?]+ (?!\d)", re.IGNORECASE
)
_SPACE_BEFORE = re.compile(r" +(?=[,;:)\]!?](?:[\s.,)]|$)|[%°‰]|\.(?:\s|$))|(?<=[(\[]) +")
_AROUND_DASH = re.compile(r"(?<=\w) - (?=\w)")
_AMPERSAND = re.compile(r" ?& ?")
_SAINT = re.compile(r"(?<![\w'])(?:st|saint)(e?)\.?[ -]+(?=[^\W\d])")
_THOUSANDS = re.compile(r"(?<![\d.,])(\d{1,3})((?:,\d{3})+)(?![\d,]|\.\d*,)")

_QUANTITY = re.compile(
    r"(?P<sign>(?:[<>≤≥~±+$€£¥-]|<=|>=)*) ?(?P<number>\d[\d.,]*(?: \d{3})*)(?P<space> ?)"
    r"(?P<unit>(?:(?:[^\W\d_]|[%°$€£¥])+\d*)?(?:[/·*^-]-?[^\W_]+)*)"
)
_LONGEST_SIGN = 8
"""Characters within which the number of a quantity begins."""
_FOOT_OR_INCH = re.compile(r"[\d.,/ ]+(?:'(?: ?\d[\d./]*\"?)?|\")")

_ENDS = " .,;:!?\"'()[]{}<>-_/\\|·…。、，；：！？（）【】《》〈〉〔〕"
_PARTNERS = {")": "(", "]": "[", "}": "{", ">": "<"}
_OPENING = frozenset(_PARTNERS.values())
# Not `#`, `+`, `&`, `%`, `@` or `*`: "C#" is not "C".
_STRIPPED = " ,;:!?\"'_/\\|·…。、，；：！？（）【】《》〈〉〔〕"
_LEADING_SIGN = re.compile(r"[-<>](?=[=\d.])|\.(?=[^\W_])")
_SEVERAL_DOTS = re.compile(r"^\.{2,}")
_LONG_DASH_AT_END = re.compile(r"^[\s—―]+|[\s—―]+$")


def normalised_name(name: str, *, case_counts: bool = False) -> str:
    """Return what is left of a name when spelling no longer counts; empty if nothing is.

    Args:
        name: As a document has it.
        case_counts: Whether "CO" and "Co" are two names, as they are for chemicals.

    >>> normalised_name("  Ａcme–CORP. ")
    'acme-corp'
    """
    if _PLAIN.fullmatch(name):
        return name if case_counts else name.lower()
    # A dash this long is punctuation; a shorter one may be a minus.
    previous, text = None, _LONG_DASH_AT_END.sub("", name) or name
    while text != previous:  # folding case can undo NFKC; two rounds are the rule
        previous, text = text, _folded(text, fold_case=not case_counts)
    return text


def _folded(text: str, *, fold_case: bool) -> str:
    # Most names have no number near their beginning, and need not be taken apart as a quantity.
    may_be_quantity = any(map(str.isnumeric, text[:_LONGEST_SIGN]))
    if may_be_quantity and (quantity := _quantity(folded_letters(text, fold_case=False))):
        return quantity
    # Initials are joined before punctuation goes, because their dots tell them from words.
    text = folded_letters(text, fold_case=fold_case)
    text = _SPACE_IN_CJK.sub("", _SPACES.sub(" ", text)).strip()
    text = _SPACE_BEFORE.sub("", text)
    text = _INITIALS.sub(_joined, _DEGREE.sub(r"\1\2", text))
    text = _PUNCTUATION_IN.sub(" ", text)
    text = _AMPERSAND.sub(" and ", _AROUND_DASH.sub("-", text))
    text = _THOUSANDS.sub(lambda match: match[1] + match[2].replace(",", ""), text)
    text = _SAINT.sub(r"saint\1 ", text)
    return _without_ends(_SPACES.sub(" ", text).strip()) or text


def _joined(match: re.Match[str]) -> str:
    """Return initials as one word; one letter alone stays apart from the word behind it."""
    dotted, last, behind = match.groups()
    letters = "".join(filter(str.isalpha, dotted + (last or "")))
    is_apart = behind is not None and (behind.isalnum() or dotted.endswith(" ")) and not last
    return letters + (" " if is_apart else "")


def _quantity(text: str) -> str:
    """Return a number with its sign and its unit, in which capitals count; empty if it is none."""
    if _FOOT_OR_INCH.fullmatch(text):
        return text.replace(" ", "")
    match = _QUANTITY.fullmatch(text.strip(" .,;:!?()[]{}"))
    if not match:
        return ""
    number = match["number"].rstrip(".,").replace(" ", "")
    number = _THOUSANDS.sub(lambda found: found[1] + found[2].replace(",", ""), number)
    sign = match["sign"].replace("<=", "≤").replace(">=", "≥")
    unit = match["unit"]
    if unit in ("k", "K", "M", "m") and (not match["space"] or set(sign) & set("$€£¥")):
        # A thousand, where a kelvin has a space; a million of money, written either way.
        is_money = bool(set(sign) & set("$€£¥"))
        unit = unit.lower() if is_money or unit in "kK" else unit
    else:
        unit = re.sub(r"[^\W\d_]+", lambda word: symbol(word[0]), unit)
    return f"{sign}{number}{' ' if unit == 'K' else ''}{unit}"


def _without_ends(text: str) -> str:
    """Return a name without the punctuation around it; a sign is none."""
    previous = None
    while text != previous:
        previous = text
        text = _SEVERAL_DOTS.sub("", text.strip(_STRIPPED))
        text = _without_leading(text)
        text = _without_trailing(text)
    # A name of signs alone, such as "C+" without its letter, keeps its signs: it must not be empty.
    return text if text.strip(_ENDS) else text.strip(_STRIPPED)


def _without_leading(text: str) -> str:
    if not text or _LEADING_SIGN.match(text):
        return text
    if text[0] in _OPENING:
        end = _partner(text)
        if end == len(text) - 1:
            return text[1:-1]
        return text if end > 0 else text[1:]
    return text[1:] if text[0] in ")]}>.-" else text


def _without_trailing(text: str) -> str:
    if not text:
        return text
    if text[-1] in _PARTNERS:
        return text if text.count(_PARTNERS[text[-1]]) >= text.count(text[-1]) else text[:-1]
    if text[-1] == "-":  # a sign, if nothing stands between it and what it is said of
        return text[:-1] if text[-2:-1] in ("", " ") else text
    return text[:-1] if text[-1] in "([{<." else text


def _partner(text: str) -> int:
    """Return the place of the bracket that closes the first character; -1 if there is none."""
    opening, depth = text[0], 0
    closing = next(each for each, partner in _PARTNERS.items() if partner == opening)
    for place, character in enumerate(text):
        depth += (character == opening) - (character == closing)
        if depth == 0:
            return place
    return -1
