"""Where documents name an entity, and which passages have some words, or mean what is asked."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from graphdb.asking.looking import NamedEntity
from graphdb.connection import Connection, Row
from graphdb.queries import cypher
from graphdb.schema import make_missing

AROUND = 80
"""Characters before and behind a name."""


_WORD = re.compile(r"\w+")
MOST_WORDS = 20

BY_WORDS, BY_MEANING = "words", "meaning"
"""How a passage can be found."""

MOST_NEAR = 10
"""Passages that are taken for their meaning: something is always nearest, and farther down the list
it has less and less to do with a question."""

RANK_CONSTANT = 60
"""How little the first few ranks differ where two lists are joined: the figure of Cormack, Clarke
and Büttcher, "Reciprocal rank fusion outperforms Condorcet and individual rank learning methods"
(SIGIR 2009), which holds for lists of any kind because it looks at ranks alone."""


@dataclass(frozen=True, slots=True)
class Passage:
    """The words around a name in a document, or around words that somebody looks for."""

    document_id: str
    page: int | None
    text: str
    entities: tuple[NamedEntity, ...] = ()
    """Of a passage that was looked for, some of whom it names."""
    found_by: tuple[str, ...] = ()
    """Of a passage that was looked for, how it was found: by words, by meaning, or both."""

    @property
    def place(self) -> str:
        """Its document, and the page if there is one."""
        return f"{self.document_id}, page {self.page}" if self.page else self.document_id


@dataclass(frozen=True, slots=True, kw_only=True)
class Meaning:
    """What somebody looks for, as the encoder of a language understands it."""

    language: str
    """One that the graph has vectors of."""
    vector: Sequence[float]
    least_cosine: float
    """Passages less near than this are left out."""


def passages_of(connection: Connection, key: str, limit: int) -> list[Passage]:
    """Return some places that name an entity, the surest first."""
    rows = connection.read(cypher("browse/mentioning"), key=key, limit=limit)
    return [
        Passage(row["document_id"], row["page"], _around(row["text"], row["start"], row["end"]))
        for row in rows
    ]


def passages_found(
    connection: Connection, words: str, meaning: Meaning | None, limit: int
) -> list[Passage]:
    """Return passages that have all of these words or mean what they ask, the best first.

    Args:
        connection: To the graph.
        words: What somebody looks for.
        meaning: The same as a vector; None: only words count.
        limit: How many at most.
    """
    by_words = _saying(connection, words, limit)
    by_meaning = _near(connection, meaning, min(limit, MOST_NEAR)) if meaning else {}
    scores: dict[str, float] = {}
    for found in (by_words, by_meaning):
        for rank, key in enumerate(found, 1):
            scores[key] = scores.get(key, 0.0) + 1 / (RANK_CONSTANT + rank)
    best = sorted(scores, key=lambda key: -scores[key])[:limit]  # the stable order: words first
    return [
        # What the words stand in is shown round them, and what is only meant is shown whole.
        replace(
            by_words.get(key) or by_meaning[key],
            found_by=tuple(
                way
                for way, found in ((BY_WORDS, by_words), (BY_MEANING, by_meaning))
                if key in found
            ),
        )
        for key in best
    ]


def passages_saying(connection: Connection, words: str, limit: int) -> list[Passage]:
    """Return passages that have all of these words, the nearest first; case does not count."""
    return passages_found(connection, words, None, limit)


def has_vectors(connection: Connection, language: str) -> bool:
    """Say whether any passage can be found by its meaning in a language."""
    return bool(connection.read(cypher("embed/is_any"), language=language))


def _saying(connection: Connection, words: str, limit: int) -> dict[str, Passage]:
    """Return the passages that have all of these words by their keys, the nearest first."""
    wanted = [word.lower() for word in _WORD.findall(words)][:MOST_WORDS]
    if not wanted:
        return {}
    # A graph that no night has written to since it came has no such index yet.
    make_missing(connection, [cypher("schema/chunk_texts")])
    connection.read(cypher("browse/refresh"))
    # Quoted: none of them is an operator of the index, and Chinese is one phrase.
    query = " AND ".join(f'"{word}"' for word in wanted)
    rows = connection.read(cypher("browse/saying"), words=query, limit=limit)
    return {row["key"]: _found(row, _place(row["text"], wanted)) for row in rows}


def _near(connection: Connection, meaning: Meaning, limit: int) -> dict[str, Passage]:
    """Return the passages that mean what is asked by their keys, the nearest first."""
    rows = connection.read(
        cypher("browse/near"),
        index=f"chunk_embeddings_{meaning.language}",
        vector=list(meaning.vector),
        limit=limit,
        least=(1 + meaning.least_cosine) / 2,  # as the index scores cosines
    )
    return {row["key"]: _found(row, (0, len(row["text"]))) for row in rows}


def _found(row: Row, place: tuple[int, int]) -> Passage:
    return Passage(
        row["document_id"],
        row["page"],
        _around(row["text"], *place),
        tuple(
            NamedEntity(**{**entity, "aliases": tuple(entity["aliases"])})
            for entity in row["entities"]
        ),
    )


def _place(text: str, words: list[str]) -> tuple[int, int]:
    """Return where the first of some words stands in a text; its beginning if none is seen."""
    found = (re.search(re.escape(word), text, re.IGNORECASE) for word in words)
    return next((match.span() for match in found if match), (0, 0))


def _around(text: str, start: int, end: int) -> str:
    first, last = max(start - AROUND, 0), min(end + AROUND, len(text))
    before, behind = "…" if first else "", "…" if last < len(text) else ""
    return f"{before}{' '.join(text[first:last].split())}{behind}"
