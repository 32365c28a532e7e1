r"""The words of a rule file, each with its place, and the query text written from them.

This module and the server split a text into words by rules of their own. A text that the two split
differently could be checked here as one thing and run there as another: the server ends a `//`
comment at a carriage return, takes a no-break space for space, and turns `\u0027` into a quote
before it looks for words at all. Two things keep such a text out:

* a file may only have characters and escapes that everybody reads alike (`check_characters`);
* the author's text is never sent. `written` makes the query from the words that were read here,
  and each string from its value.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from graphdb.errors import RuleError

# Controls, separators of lines and paragraphs, marks that turn the direction of writing, byte order
# marks and halves of characters: editors, terminals and parsers disagree about each of them.
_DISPUTED = re.compile(
    r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069\ufeff\ud800-\udfff]|\r(?!\n)"
)
# Also after another backslash: whether `\\u0027` is an escape is one more thing to disagree about.
_UNICODE_ESCAPE = re.compile(r"\\[uU]")

_TOKEN = re.compile(
    r"""(?P<space>[ \t\r\n]+)
    |(?P<comment>//[^\n]*|/\*.*?\*/)
    |(?P<open_comment>/\*)
    |(?P<string>'(?:[^'\\]|\\.)*'|"(?:[^"\\]|\\.)*")
    |(?P<number>(?:[0-9]+(?:\.[0-9]+)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)
    |(?P<word>[^\W\d]\w*)
    |(?P<symbol><=|>=|<>|=~|<-|->|\.\.|\|\||::|[()\[\]{}:,.=<>+\-*/%|^;])
    |(?P<other>.)""",
    re.VERBOSE | re.DOTALL,
)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f", "'": "'", '"': '"', "\\": "\\"}
_ESCAPE_OF = {value: f"\\{name}" for name, value in _ESCAPED.items() if value != '"'}


@dataclass(frozen=True, slots=True)
class Token:
    """A word, string, number or sign at `start` of the text."""

    kind: str
    text: str
    start: int
    line: int

    @property
    def upper(self) -> str:
        """The word as a keyword; empty if it is none."""
        return self.text.upper() if self.kind == "word" else ""

    @property
    def end(self) -> int:
        """Where the next one may begin."""
        return self.start + len(self.text)

    @property
    def value(self) -> str:
        """What a string says, its escapes resolved as the server resolves them."""
        return re.sub(r"\\(.)", _resolved, self.text[1:-1], flags=re.DOTALL)


# Like the server, leave an unknown escape as it is: regular expressions have `\d` and others.
def _resolved(escape: re.Match[str]) -> str:
    return _ESCAPED.get(escape[1], escape[0])


def check_characters(text: str, where: str) -> None:
    """Refuse what different readers of a rule file would read differently.

    Raises:
        RuleError: Names the character or the escape, and its line.
    """
    if escape := _UNICODE_ESCAPE.search(text):
        why = (
            f"{escape[0]} has no place in a rule, not even in a comment: the server turns it into"
            " another character before it reads the query; write that character itself"
        )
        raise RuleError(where, line_of(text, escape.start()), why)
    if disputed := _DISPUTED.search(text):
        name = f"U+{ord(disputed[0]):04X}"
        why = (
            f"the invisible character {name} has no place in a rule: not every program reads it"
            " alike; delete it, and end lines with a line feed"
        )
        raise RuleError(where, line_of(text, disputed.start()), why)


def tokens(text: str, where: str) -> list[Token]:
    """Return the words of a rule without space and comments.

    Raises:
        RuleError: A character has no place in a rule.
    """
    words = []
    line, counted_to = 1, 0
    for match in _TOKEN.finditer(text):
        line += text.count("\n", counted_to, match.start())
        counted_to = match.start()
        kind = str(match.lastgroup)
        if why := _refusal(kind, match[0]):
            raise RuleError(where, line, why)
        if kind not in ("space", "comment"):
            words.append(Token(kind, match[0], match.start(), line))
    return words


def _refusal(kind: str, text: str) -> str:
    """Say what is wrong with a word by itself; empty if nothing is."""
    if kind == "open_comment":
        return "a comment that begins with /* ends with */"
    if kind == "word" and (not text.isascii() or text.startswith("__")):
        return f"{text!r} cannot be a name here; take ASCII letters, digits and _"
    if kind == "other":
        return {
            "$": "a rule has no parameters; write the value itself",
            "`": "quoted names are not allowed; take plain ASCII names",
        }.get(text, f"{text!r} has no place in a rule")
    return ""


def written(words: Sequence[Token]) -> str:
    """Return these words as query text on one line: no comments, strings from their values."""
    return "".join(piece for _, piece in _pieces(words))


def written_on_its_lines(words: Sequence[Token]) -> str:
    """Return the same text with each word on its line, so that complaints name the right one."""
    line, text = 1, ""
    for word, piece in _pieces(words):
        text += "\n" * (word.line - line) + piece
        line = word.line
    return text


def _pieces(words: Sequence[Token]) -> Iterator[tuple[Token, str]]:
    """Yield each word with what is written for it, and the space before it."""
    before = None
    for word in words:
        space = "" if before is None or _may_touch(before, word) else " "
        yield word, space + _literal(word)
        before = word


def _may_touch(before: Token, word: Token) -> bool:
    """Say whether two words stand together as in the author's text.

    Only where no reader can take the two for one longer word, whatever its words are.
    """
    if before.end < word.start:  # space or a comment stood between
        return False
    texts = {before.text, word.text}
    if texts & {"(", ")", "[", "]", ","}:
        return True
    return bool(texts & {".", ":"}) and "word" in {before.kind, word.kind}


def _literal(word: Token) -> str:
    if word.kind != "string":
        return word.text
    return f"'{''.join(_ESCAPE_OF.get(sign, sign) for sign in word.value)}'"


def line_of(text: str, position: int) -> int:
    """Return the line that a position of the text lies in, from 1."""
    return text.count("\n", 0, position) + 1
