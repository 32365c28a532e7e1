r"""The one way from a `.cypher` file to a query.

What cannot be a parameter (a label, a relationship type) is written `__NAME__` in the file and
given as `name=` here. Doubling backticks would be no protection, because `\u0060` is decoded
before identifiers are read: so only plain ASCII words get through.
"""

import re
from functools import cache
from importlib.resources import files
from typing import LiteralString

from graphdb.errors import UnsafeIdentifierError

IDENTIFIER = re.compile(r"[A-Z][A-Za-z0-9_]*", re.ASCII)
PLACEHOLDER = re.compile(r"\b__([A-Z]+)__\b")

PLANNED_ONCE = frozenset(("keys", "lease", "names", "record", "swap", "upsert"))
"""Folders of statements that every transaction of a night runs. Each says itself where to begin and
what to look up, so that one plan is as good as another: a test plans them in graphs of every kind.
To plan one takes the server longer than to run it, and it would begin anew whenever the graph had
grown by a few times."""


@cache
def cypher(name: str, **identifiers: str | tuple[str, ...]) -> LiteralString:
    """Return the query of `cypher/<name>.cypher` with its identifiers filled in.

    Several identifiers for one place (`types=("A", "B")`) become `A|B`.

    Raises:
        UnsafeIdentifierError: An identifier is not a plain ASCII word that begins with a capital.
        ValueError: File and call disagree about which identifiers there are.

    >>> "MENTIONS" in cypher("upsert/documents")
    True
    """
    folder = name.partition("/")[0]
    text = ("CYPHER replan=skip\n" if folder in PLANNED_ONCE else "") + _text(name)
    wanted = set(PLACEHOLDER.findall(text))
    given = {key.upper(): _alternatives(value) for key, value in identifiers.items()}
    if wanted != given.keys():
        raise ValueError(f"{name}.cypher needs {sorted(wanted)}, not {sorted(given)}")
    return PLACEHOLDER.sub(lambda match: given[match[1]], text)


def _alternatives(value: str | tuple[str, ...]) -> str:
    identifiers = (value,) if isinstance(value, str) else value
    return "|".join(map(checked_identifier, identifiers))


def checked_identifier(identifier: str, where: str = "") -> str:
    """Return the identifier if it may stand in a query.

    Raises:
        UnsafeIdentifierError: It may not.
    """
    if not IDENTIFIER.fullmatch(identifier):
        raise UnsafeIdentifierError(identifier, where)
    return identifier


def names(folder: str) -> list[str]:
    """Return the names of all queries in `cypher/<folder>`, sorted, as `cypher()` takes them."""
    entries = files("graphdb").joinpath("cypher", folder).iterdir()
    return sorted(
        f"{folder}/{entry.name.removesuffix('.cypher')}"
        for entry in entries
        if entry.name.endswith(".cypher")
    )


def summary(name: str) -> str:
    """Return the sentence with which a query file begins."""
    return _text(name).split("\n", 1)[0].removeprefix("// ")


@cache
def _text(name: str) -> str:
    return files("graphdb").joinpath("cypher", f"{name}.cypher").read_text(encoding="utf-8")
