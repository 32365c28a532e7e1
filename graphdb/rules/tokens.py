"""The words of a rule file, each with its place."""

import re
from dataclasses import dataclass

from graphdb.errors import RuleError

_TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)
    |(?P<word>[^\W\d]\w*)
    |(?P<symbol><=|>=|<>|=~|<-|->|[()\[\]{}:,.=<>+\-*/%|^;])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)


@dataclass(frozen=True, slots=True)
class Token:
    """A word, string, number or sign at `start` of the text."""

    kind: str
    text: str
    start: int

    @property
    def upper(self) -> str:
        """The word as a keyword; empty if it is none."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def end(self) -> int:
        """Where the next one may begin."""
        return self.start + len(self.text)


def tokens(text: str, where: str) -> list[Token]:
    """Return the words of a rule without space and comments.

    Raises:
        RuleError: A character has no place in a rule.
    """
    found = []
    for match in _TOKEN.finditer(text):
        kind = str(match.lastgroup)
        if kind == "other":
            why = {
                "$": "a rule has no parameters; write the value itself",
                "`": "quoted names are not allowed; take plain ASCII names",
            }.get(match[0], f"{match[0]!r} has no place in a rule")
            raise RuleError(where, line_of(text, match.start()), why)
        if kind == "word" and (not match[0].isascii() or match[0].startswith("__")):
            why = f"{match[0]!r} cannot be a name here; take ASCII letters, digits and _"
            raise RuleError(where, line_of(text, match.start()), why)
        if kind not in ("space", "comment"):
            found.append(Token(kind, match[0], match.start()))
    return found


def line_of(text: str, position: int) -> int:
    """Return the line that a position of the text lies in, from 1."""
    return text.count("\n", 0, position) + 1
