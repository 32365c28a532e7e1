"""Where documents name an entity, and which passages have some words: the words around them."""

import re
from dataclasses import dataclass

from graphdb.asking.looking import NamedEntity
from graphdb.connection import Connection
from graphdb.queries import cypher
from graphdb.schema import make_missing

AROUND = 80
"""Characters before and behind a name."""


_WORD = re.compile(r"\w+")
MOST_WORDS = 20


@dataclass(frozen=True, slots=True)
class Passage:
    """The words around a name in a document, or around words that somebody looks for."""

    document_id: str
    page: int | None
    text: str
    entities: tuple[NamedEntity, ...] = ()
    """Of a passage that was looked for, some of whom it names."""

    @property
    def place(self) -> str:
        """Its document, and the page if there is one."""
        return f"{self.document_id}, page {self.page}" if self.page else self.document_id


def passages_of(connection: Connection, key: str, limit: int) -> list[Passage]:
    """Return some places that name an entity, the surest first."""
    rows = connection.read(cypher("browse/mentioning"), key=key, limit=limit)
    return [
        Passage(row["document_id"], row["page"], _around(row["text"], row["start"], row["end"]))
        for row in rows
    ]


def passages_saying(connection: Connection, words: str, limit: int) -> list[Passage]:
    """Return passages that have all of these words, the nearest first; case does not count."""
    wanted = [word.lower() for word in _WORD.findall(words)][:MOST_WORDS]
    if not wanted:
        return []
    # A graph that no night has written to since it came has no such index yet.
    make_missing(connection, [cypher("schema/chunk_texts")])
    connection.read(cypher("browse/refresh"))
    # Quoted: none of them is an operator of the index, and Chinese is one phrase.
    query = " AND ".join(f'"{word}"' for word in wanted)
    return [
        Passage(
            row["document_id"],
            row["page"],
            _around(row["text"], *_place(row["text"], wanted)),
            tuple(
                NamedEntity(**{**entity, "aliases": tuple(entity["aliases"])})
                for entity in row["entities"]
            ),
        )
        for row in connection.read(cypher("browse/saying"), words=query, limit=limit)
    ]


def _place(text: str, words: list[str]) -> tuple[int, int]:
    """Return where the first of some words stands in a text; its beginning if none is seen."""
    found = (re.search(re.escape(word), text, re.IGNORECASE) for word in words)
    return next((match.span() for match in found if match), (0, 0))


def _around(text: str, start: int, end: int) -> str:
    first, last = max(start - AROUND, 0), min(end + AROUND, len(text))
    before, behind = "…" if first else "", "…" if last < len(text) else ""
    return f"{before}{' '.join(text[first:last].split())}{behind}"
