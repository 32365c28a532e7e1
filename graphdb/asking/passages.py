"""Where documents name an entity: the words around it."""

from dataclasses import dataclass

from graphdb.connection import Connection
from graphdb.queries import cypher

AROUND = 80
"""Characters before and behind a name."""


@dataclass(frozen=True, slots=True)
class Passage:
    """The words around a name in a document."""

    document_id: str
    page: int | None
    text: str

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


def _around(text: str, start: int, end: int) -> str:
    first, last = max(start - AROUND, 0), min(end + AROUND, len(text))
    before, behind = "…" if first else "", "…" if last < len(text) else ""
    return f"{before}{' '.join(text[first:last].split())}{behind}"
