"""The place in a rule that is being read, and the keywords that no rule may have anywhere."""

from typing import NoReturn

from graphdb.errors import RuleError
from graphdb.rules.tokens import Token, tokens

_WRITES = frozenset(
    ("CREATE", "MERGE", "SET", "DELETE", "DETACH", "REMOVE", "FOREACH", "LOAD", "DROP", "INSERT")
)
# These only read. But with most of them a row no longer stands for one set of premises, or it
# depends on an order, so the engine could not ask what follows from one new fact.
_TOO_MUCH = frozenset(
    ("UNWIND", "WITH", "UNION", "OPTIONAL", "ORDER", "SKIP", "LIMIT", "USE", "FINISH", "SHOW")
)
KEYWORDS = _WRITES | _TOO_MUCH | {"MATCH", "WHERE", "RETURN", "CALL", "EXISTS", "NOT", "AS"}
SHAPE = (
    "end with RETURN x.key AS subject, 'TYPE' AS type, y.key AS object, [a.key, b.key] AS premises"
)


class Cursor:
    """A walk through the words of a rule; every refusal names the file and the line."""

    def __init__(self, text: str, where: str) -> None:
        self.where = where
        self.words = tokens(text, where)
        self.place = 0
        self.n_anonymous = 0
        """Entities without a name so far; each gets one that no author can write."""

    @property
    def is_done(self) -> bool:
        """Whether no word is left."""
        return self.place == len(self.words)

    def peek(self) -> Token:
        """Return the word that comes next."""
        if self.is_done:
            self.refuse(f"the file ends too soon; {SHAPE}")
        return self.words[self.place]

    def next(self) -> Token:
        """Return the word that comes next, and step over it."""
        token = self.peek()
        self.place += 1
        return token

    def read_since(self, place: int) -> list[Token]:
        """Return the words between an earlier place and this one."""
        return self.words[place : self.place]

    def at(self, text: str) -> bool:
        """Say whether this sign or keyword comes next."""
        if self.is_done:
            return False
        token = self.words[self.place]
        return token.text == text or (bool(token.upper) and token.upper == text)

    def at_variable(self) -> bool:
        """Say whether a name comes next."""
        token = self.peek()
        return token.kind == "word" and token.upper not in KEYWORDS

    def accept(self, text: str) -> bool:
        """Step over this sign or keyword if it comes next."""
        is_next = self.at(text)
        self.place += is_next
        return is_next

    def expect(self, text: str, otherwise: str) -> Token:
        """Step over this sign or keyword, which must come next."""
        # "A rule has no UNWIND" helps an author more than "RETURN is expected, not 'UNWIND'".
        if not self.is_done:
            self.check_keyword(self.words[self.place])
        if not self.at(text):
            instead = "the end" if self.is_done else repr(self.peek().text)
            self.refuse(f"{text} is expected, not {instead}: {otherwise}")
        return self.next()

    def word(self, what: str) -> Token:
        """Step over a word, which must come next."""
        token = self.next()
        if token.kind != "word":
            self.refuse(f"{what} is expected, not {token.text!r}", token)
        return token

    def anonymous(self) -> str:
        """Return a new name for an entity without one."""
        # A space cannot be in a name that an author writes, so the two are never taken for one.
        self.n_anonymous += 1
        return f" anonymous {self.n_anonymous}"

    def check_keyword(self, token: Token) -> None:
        """Refuse the word that comes next if it begins a clause that no rule may have."""
        if self._is_property(token):
            return
        if token.upper in _WRITES:
            self.refuse(f"a rule only reads, so no {token.upper}: the engine writes its conclusion")
        if token.upper == "CALL":
            self.refuse(
                "a rule calls no procedure and has no subquery; say it with MATCH and WHERE"
            )
        if token.upper in _TOO_MUCH and not self._compares_strings(token):
            self.refuse(f"a rule has no {token.upper}: only MATCH, WHERE, NOT EXISTS and RETURN")

    def _is_property(self, token: Token) -> bool:
        """Say whether the word is `set` in `person.set`; in `1.SET` it would be a clause."""
        if token.kind != "word" or self.place < 2:
            return False
        owner, dot = self.words[self.place - 2 : self.place]
        return dot.text == "." and (owner.kind == "word" or owner.text in (")", "]"))

    def _compares_strings(self, token: Token) -> bool:
        """Say whether the word is WITH in STARTS WITH and ENDS WITH."""
        return token.upper == "WITH" and self.words[self.place - 1].upper in ("STARTS", "ENDS")

    def refuse(self, why: str, token: Token | None = None) -> NoReturn:
        """Say what is wrong at a word, or at the one that comes next."""
        if token is None and self.words:
            token = self.words[min(self.place, len(self.words) - 1)]
        raise RuleError(self.where, token.line if token else 1, why)
