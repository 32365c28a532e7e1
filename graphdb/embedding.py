"""Vectors of passages in the graph: which passages wait for one, and what they get.

A document says in which language its passages have vectors; one that was just written, or written
anew, says that they wait. So nothing is looked for: a document takes its vectors along when it
goes, and whoever comes next after a crash does what is left. What makes the vectors is not known
here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import count
from typing import Protocol

from graphdb.connection import Connection, Transaction
from graphdb.leases import Lease, fence
from graphdb.queries import cypher

LANGUAGES = ("en", "zh")
"""Languages that there is an index for; vectors of two are never compared."""

WAITING, NONE = "", "none"
"""What a document says whose passages wait for vectors, and one in another language."""

DOCUMENTS_AT_ONCE = 64
"""Documents that are asked for together."""

PASSAGES_AT_ONCE = 256
"""Passages of one transaction, up to twice as many: under 2 MB of vectors."""


class Embedder(Protocol):
    """Makes vectors of passages."""

    def language(self, code: str, text: str) -> str:
        """Return which of `LANGUAGES` a document's passages are encoded as; empty if none.

        Args:
            code: Of the document's language; empty if nobody could tell.
            text: Of its first passage.
        """

    def vectors(self, language: str, texts: Sequence[str]) -> list[list[float]]:
        """Return the vector of each text, as the encoder of a language makes it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Embedded:
    """What became of passages that waited for vectors."""

    documents: int = 0
    """Those whose passages have vectors now."""
    passages: int = 0
    other_languages: int = 0
    """Documents whose language has no encoder."""
    waiting: int = 0
    """Documents that still wait."""


@dataclass(frozen=True, slots=True)
class Embedding:
    """Gives passages their vectors."""

    connection: Connection
    lease: Lease | None = None

    def embed(
        self,
        embedder: Embedder,
        limit: int = 0,
        tell: Callable[[int, int], None] = lambda *_: None,
    ) -> Embedded:
        """Give the passages of waiting documents their vectors; harmless to repeat.

        Args:
            embedder: Makes the vectors.
            limit: How many documents at most; 0: all.
            tell: Is told how many documents of how many are done.

        Raises:
            LeaseLostError: Another run owns the graph; stop.
        """
        n_all = self.counts()[WAITING]
        n_wanted = min(limit, n_all) if limit else n_all
        n_done = n_embedded = n_passages = 0
        while n_done < n_wanted:
            tell(n_done, n_wanted)
            most = min(DOCUMENTS_AT_ONCE, n_wanted - n_done)
            rows = self.connection.read(cypher("embed/waiting"), limit=most)
            if not rows:
                break
            codes = {row["id"]: row["language"] or "" for row in rows}
            n_of_languages, n_of_passages = self._embed_some(embedder, codes)
            n_done += len(rows)
            n_embedded += n_of_languages
            n_passages += n_of_passages
        return Embedded(
            documents=n_embedded,
            passages=n_passages,
            other_languages=n_done - n_embedded,
            waiting=self.counts()[WAITING],
        )

    def counts(self) -> dict[str, int]:
        """Return how many documents wait, have vectors of each language, or have no encoder."""
        asked = [WAITING, *LANGUAGES, NONE]
        rows = self.connection.read(cypher("embed/counts"), languages=asked)
        return dict.fromkeys(asked, 0) | {row["language"]: row["n"] for row in rows}

    def remove(self) -> int:
        """Take all vectors away; the documents wait again. Return how many had some."""
        n_removed = 0
        for language in (*LANGUAGES, NONE):
            while rows := self.connection.read(
                cypher("embed/documents_with"), language=language, limit=DOCUMENTS_AT_ONCE
            ):
                self._write([("embed/removed", {"ids": [row["id"] for row in rows]})])
                n_removed += len(rows) * (language != NONE)
        return n_removed

    def _embed_some(self, embedder: Embedder, codes: Mapping[str, str]) -> tuple[int, int]:
        """Give the passages of some documents their vectors.

        Args:
            embedder: Makes the vectors.
            codes: Of the documents' languages, by document id.

        Returns:
            How many documents there were in languages that have an encoder, and their passages.
        """
        batch = _Batch()
        n_documents = n_passages = 0
        for id_, code in codes.items():
            language = ""
            # A book has more passages than a transaction should hold.
            for first in count(0, PASSAGES_AT_ONCE):
                rows = self.connection.read(
                    cypher("embed/passages"), id=id_, first=first, end=first + PASSAGES_AT_ONCE
                )
                if not first and rows:
                    language = embedder.language(code, rows[0]["text"])
                if language:
                    batch.passages += [(language, row["key"], row["text"]) for row in rows]
                    n_passages += len(rows)
                is_last = not language or len(rows) < PASSAGES_AT_ONCE
                if is_last:
                    batch.documents[id_] = language or NONE
                if len(batch.passages) >= PASSAGES_AT_ONCE:
                    self._write_batch(embedder, batch)
                    batch = _Batch()
                if is_last:
                    break
            n_documents += bool(language)
        self._write_batch(embedder, batch)
        return n_documents, n_passages

    def _write_batch(self, embedder: Embedder, batch: "_Batch") -> None:
        """Write vectors, and of documents whose passages all have one that they wait no more."""
        statements: list[tuple[str, dict[str, object]]] = []
        for language in LANGUAGES:
            keys = [key for as_, key, _ in batch.passages if as_ == language]
            texts = [text for as_, _, text in batch.passages if as_ == language]
            if keys:
                vectors = zip(keys, embedder.vectors(language, texts), strict=True)
                rows = [{"key": key, "vector": vector} for key, vector in vectors]
                parameters: dict[str, object] = {"property": f"embedding_{language}", "rows": rows}
                statements.append(("embed/passages_written", parameters))
        noted = [{"id": id_, "language": language} for id_, language in batch.documents.items()]
        self._write([*statements, ("embed/documents_written", {"rows": noted})])

    def _write(self, statements: Sequence[tuple[str, dict[str, object]]]) -> None:
        """Run statements in one transaction."""

        def unit(tx: Transaction) -> None:
            for name, parameters in statements:
                tx.run(cypher(name), **parameters)
            fence(tx, self.lease)

        self.connection.write(unit, "embed")


@dataclass(slots=True)
class _Batch:
    """What one transaction writes."""

    passages: list[tuple[str, str, str]] = field(default_factory=list)
    """Language, key and text of each."""
    documents: dict[str, str] = field(default_factory=dict)
    """Languages of documents whose passages are all in this batch or an earlier one, by id."""
