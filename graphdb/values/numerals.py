"""Numbers at the beginning of a text: digits, words, fractions, millions, Chinese numerals."""

# ruff: noqa: SIM905 - languages are read as a line

import re
from decimal import Decimal, InvalidOperation

from graphdb.values.lexicon import NUMBER_WORDS, NUMERALS_ZH, chinese_number

_COMMA_LANGUAGES = frozenset(
    "de fr es it pt nl pl ru uk cs sk sv da nb no fi tr id el ro hu bg hr sr sl vi ca".split()
)
"""Where a comma stands before the decimals and a dot between thousands."""

_DIGITS = re.compile(r"[-+]?(?:\d[\d.,' ]*\d|\d|\.\d+)")
_POWER_OF_TEN = re.compile(
    r"\s?(?:[×x*]\s?10\s?\^?\s?\(?(-?\d+)\)?|e([+-]?\d+)(?![^\W\d]))", re.IGNORECASE
)
_FRACTION = re.compile(r"(?:(\d+)(?: | and ))?(\d+)/(\d+)(?![\d/])")
_LARGEST_BELOW = 16
"""Of a fraction above one: 9/4 is one, 120/80 a pressure."""
_DECIMALS_ZH = re.compile(r"点([〇零一二三四五六七八九]+)")
_SCALES = {
    scale: power
    for power, scales in {
        0: "dozen",
        2: "hundred 百",
        3: "thousand k 千",
        4: "万 萬",
        5: "lakh",
        6: "million millions m mn mln mio mio. millionen millones milioni 百万",
        7: "crore 千万",
        8: "亿 億",
        9: "billion bn bln mrd mrd. milliarden milliard milliards miliardi 十亿",
        12: "trillion tn trn 万亿",
    }.items()
    for scale in scales.split()
}
_SCALE = re.compile(
    r"[\s-]?(?P<scale>"
    + "|".join(sorted(map(re.escape, _SCALES), key=len, reverse=True))
    + r")(?P<behind>$|[^\w]|(?<=[万萬亿億千百]))",
    re.IGNORECASE,
)
_POWER = re.compile(r"\d+\^(-?\d{1,2})(?![\d.])")
_BILLION = re.compile(r"B(?![^\W\d])")
_AND_A_HALF = re.compile(r"\s+and (?:a|one) half\b", re.IGNORECASE)
_WORD = re.compile(r"[A-Za-z]+")
_WORDS_ZH = re.compile(f"[{NUMERALS_ZH}]+")
_FRACTIONS = {
    word: below
    for below, words in {
        2: "half halves",
        3: "third thirds",
        4: "quarter quarters",
        5: "fifth fifths",
        8: "eighth eighths",
        10: "tenth tenths",
    }.items()
    for word in words.split()
}
_PERCENT_ZH = re.compile(r"百分之(.+)")
_PART_ZH = re.compile(f"([{NUMERALS_ZH}\\d]+)分之([{NUMERALS_ZH}\\d]+)")


def number_at(text: str, language: str, *, is_money: bool = False) -> tuple[Decimal, str] | None:
    """Return the number that a text begins with, and what follows it; None if there is none.

    >>> number_at("3.5 million people", "en")
    (Decimal('3500000.0'), ' people')
    """
    text = text.strip()
    if match := _PERCENT_ZH.fullmatch(text):
        share = number_at(match[1], language)
        return (share[0], "%" + share[1]) if share and not share[1] else None
    if match := _PART_ZH.match(text):
        below, above = (_either_number(part) for part in match.groups())
        return (
            (Decimal(above) / below, text[match.end() :]) if below and above is not None else None
        )
    number_and_rest = (
        _in_digits(text, language, is_money=is_money) or _in_chinese(text) or _in_words(text)
    )
    # "Two and a half million": the scale stands behind the half, and is of both.
    if number_and_rest and (half := _AND_A_HALF.match(number_and_rest[1])):
        number, rest = number_and_rest
        return _scaled(number + Decimal("0.5"), rest, half.end(), is_money=is_money)
    return number_and_rest


def _in_digits(text: str, language: str, *, is_money: bool) -> tuple[Decimal, str] | None:
    if match := _FRACTION.match(text):
        whole, above, below = int(match[1] or 0), int(match[2]), int(match[3])
        if above > below > _LARGEST_BELOW:
            return None  # 120/80 is no fraction
        return (whole + Decimal(above) / below, text[match.end() :]) if below else None
    match = _DIGITS.match(text)
    number = _decimal(match[0], language) if match else None
    if not match or number is None:
        return None
    end = match.end()
    if power := _POWER_OF_TEN.match(text, end):
        exponent = int(power[1] or power[2])
        if abs(exponent) > 100:  # no quantity of this world, and soon more than a float holds
            return None
        return number.scaleb(exponent), text[power.end() :]
    if number.is_finite() and (power := _POWER.match(text)):
        return number ** int(power[1]), text[power.end() :]
    return _scaled(number, text, end, is_money=is_money)


def _scaled(number: Decimal, text: str, end: int, *, is_money: bool) -> tuple[Decimal, str]:
    if is_money and (billion := _BILLION.match(text, end)):
        return number * 10**9, text[billion.end() :]
    # Scales multiply: "three hundred million", 三千万.
    while match := _SCALE.match(text, end):
        scale = match["scale"]
        if scale in ("m", "M", "K") and not is_money and not _is_scale(scale, text, match):
            break
        is_dozen = scale.casefold() == "dozen"
        factor = Decimal(12) if is_dozen else Decimal(10) ** _SCALES[scale.casefold()]
        number, end = number * factor, match.end("scale")
    return number, text[end:]


def _is_scale(scale: str, text: str, match: re.Match[str]) -> bool:
    """Say whether a letter is a million or a thousand where it might be a metre or a kelvin."""
    if text[match.start()] in " -":
        return False
    return scale != "m" or bool(re.match(r"\s[^\W\d]", text[match.end("scale") :]))


def _decimal(text: str, language: str) -> Decimal | None:
    """Return the number of digits with points and commas, of which one may begin the decimals."""
    text = text.strip().replace("'", "")
    sign, digits = ("-", text[1:]) if text[0] == "-" else ("", text.lstrip("+"))
    if " " in digits:
        if not re.fullmatch(r"\d{1,3}(?: \d{3})+(?:[.,]\d+)?", digits):
            return None
        digits = digits.replace(" ", "")
    # What follows is told for English: `point` begins the decimals, `comma` parts thousands.
    point, comma = (",", ".") if language in _COMMA_LANGUAGES else (".", ",")
    if digits.count(point) > 1 or (
        point in digits and comma in digits and digits.rindex(comma) > digits.index(point)
    ):
        point, comma = comma, point  # written as others do: 1.234.567,8
    whole, _, decimals = digits.partition(point)
    # Groups of three digits, or of two but for the last, as in India: 12,34,567.
    if comma in digits and not re.fullmatch(
        rf"\d{{1,3}}(?:\{comma}\d{{2,3}})*\{comma}\d{{3}}", whole
    ):
        if point in digits or digits.count(comma) > 1:
            return None
        whole, _, decimals = digits.partition(comma)  # 1,5 in English can be nothing else
    try:
        return Decimal(
            f"{sign}{whole.replace(comma, '') or 0}.{decimals or 0}"
            if decimals
            else f"{sign}{whole.replace(comma, '')}"
        )
    except InvalidOperation:
        return None


def _in_chinese(text: str) -> tuple[Decimal, str] | None:
    match = _WORDS_ZH.match(text)
    number = chinese_number(match[0]) if match else None
    if not match or number is None:
        return (Decimal("0.5"), "") if text == "一半" else None
    if decimals := _DECIMALS_ZH.match(text, match.end()):
        return Decimal(f"{number}.{chinese_number(decimals[1]):0{len(decimals[1])}}"), text[
            decimals.end() :
        ]
    return Decimal(number), text[match.end() :]


def _either_number(text: str) -> int | None:
    return int(text) if text.isdecimal() else chinese_number(text)


def _in_words(text: str) -> tuple[Decimal, str] | None:
    """Return a number in English words: twenty-one, a hundred and five, half a million."""
    # `total` is what a large word has closed, and `section` what was said since: in "two million
    # three hundred and five" the one is 2,000,000 and the other 305.
    total, section, end, is_said = Decimal(0), Decimal(0), 0, False
    for match in _WORD.finditer(text):
        gap = text[end : match.start()]
        word = match[0].casefold()
        if gap.strip(" -"):
            break
        if word in NUMBER_WORDS:
            section += NUMBER_WORDS[word]
        elif word in ("a", "an") and not is_said:
            section += 1
        elif word == "and" and is_said and _continues(text, match.end()):
            end = match.end()
            continue
        elif word in ("hundred", "dozen", "score") and is_said:
            section = (section or Decimal(1)) * {"hundred": 100, "dozen": 12, "score": 20}[word]
        elif word in ("thousand", "million", "billion", "trillion") and is_said:
            total += (section or Decimal(1)) * Decimal(10) ** _SCALES[word]
            section = Decimal(0)
        elif word == "half" and not is_said:
            return _half(text, match.end())
        elif word in _FRACTIONS and is_said:
            return (total + section) / _FRACTIONS[word], re.sub(
                r"^\s+of\b", "", text[match.end() :]
            )
        else:
            break
        is_said, end = True, match.end()
    if not is_said or text[:end].casefold() in ("a", "an"):
        return None
    return total + section, text[end:]


def _half(text: str, end: int) -> tuple[Decimal, str] | None:
    match = re.match(
        r"\s+an?\s+(million|billion|trillion|dozen|thousand|hundred)\b|\s+(?:an?"
        r"|of)\s+|\s*$|[\s-]+",
        text[end:],
        re.IGNORECASE,
    )
    if not match:
        return None
    if not match[1]:
        return Decimal("0.5"), text[end + match.end() :]
    is_dozen = match[1].casefold() == "dozen"
    factor = Decimal(12) if is_dozen else Decimal(10) ** _SCALES[match[1].casefold()]
    return factor / 2, text[end + match.end() :]


def _continues(text: str, end: int) -> bool:
    """Say whether a number word follows "and"."""
    match = _WORD.search(text, end)
    return match is not None and match[0].casefold() in NUMBER_WORDS
