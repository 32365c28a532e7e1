"""What stands above the query of a rule file: the sentence, the confidence, maybe the stratum."""

import re
from dataclasses import dataclass

from graphdb.errors import RuleError


@dataclass(frozen=True, slots=True)
class Header:
    """What stands above the query."""

    sentence: str
    confidence: float
    stratum: int | None


def read_header(text: str, where: str) -> Header:
    """Read the comment lines that a rule file begins with.

    Raises:
        RuleError: The sentence or the confidence is missing, or a setting cannot be read.
    """
    lines: list[str] = []
    confidence: float | None = None
    stratum: int | None = None
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("//"):
            break
        content = line.removeprefix("//").strip()
        setting = re.fullmatch(r"(\w+):\s*(\S+)", content)
        if setting is None:
            lines.append(content)
        elif setting[1] == "confidence":
            confidence = _confidence(setting[2], where, number)
        elif setting[1] == "stratum":
            stratum = _stratum(setting[2], where, number)
        else:
            why = f"unknown setting {setting[1]!r}; only confidence and stratum are"
            raise RuleError(where, number, why)
    sentence = " ".join(filter(None, lines))
    if not sentence:
        raise RuleError(where, 1, "begin with a sentence that says what the rule says: // …")
    if confidence is None:
        raise RuleError(
            where, 1, "say how sure the rule is in a line of its own: // confidence: 0.8"
        )
    return Header(sentence, confidence, stratum)


def _confidence(text: str, where: str, line: int) -> float:
    try:
        confidence = float(text)
    except ValueError:
        confidence = -1.0
    if not 0 < confidence <= 1:
        raise RuleError(where, line, f"the confidence {text} is not a number above 0 and up to 1")
    return confidence


def _stratum(text: str, where: str, line: int) -> int:
    if not re.fullmatch(r"[0-9]{1,4}", text):
        raise RuleError(where, line, f"the stratum {text} is not a whole number such as 0, 1, 2")
    return int(text)
