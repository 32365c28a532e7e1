"""What the graph knows of names: their evidence, and the blocks in which they meet.

The blocks are nodes of nightloom's own bookkeeping, `(:NameRecord)-[:IN_BLOCK]->(:NameBlock)`: a
name finds those like it by its blocks' keys, whatever the size of the graph. They hold hashes, and
no text of a document. Upsert marks the names of which documents say something else now; resolution
looks at these. `(:NameRecord)-[:TO_REVIEW]->(:NameRecord)` is a pair that a person is to judge, for
whoever asks the graph; a record in such a pair has the key of the entity that its name belongs to.
"""

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from graphdb.connection import Connection, Transaction
from graphdb.identity import Clusters, identity, untidiness
from graphdb.leases import Lease, fence
from graphdb.ontology import Ontology
from graphdb.queries import cypher
from graphdb.resolution.evidence import (
    ALIAS_WORDS,
    LONGEST_SAID,
    Equation,
    NameEvidence,
    SeenFact,
    equations,
)
from graphdb.resolution.meeting import LARGEST_BLOCK, RULES_VERSION, blocks_of
from graphdb.resolution.weighing import Judgement

NAMES_AT_ONCE = 1_000
"""Names of one statement."""
BRACKET_SPACE = 4
"""Characters that may stand between a name and one in brackets behind it."""

Known = Callable[[str, str], frozenset[str]]
"""Returns the entries of lists of names that have a name of a type."""


def unknown(type_: str, name: str) -> frozenset[str]:  # noqa: ARG001
    """Return that no list has a name: there is none."""
    return frozenset()


@dataclass(frozen=True, slots=True)
class Records:
    """The names of one graph."""

    connection: Connection
    ontology: Ontology
    clusters: Clusters
    known: Known = unknown
    lease: Lease | None = None
    seen: dict[str, NameEvidence | None] = field(default_factory=dict)
    """Evidence that was read, by name; it does not change by decisions, so others may share it."""
    _sketches: dict[str, NameEvidence] = field(default_factory=dict)

    def mark_all(self) -> None:
        """Have all names of types that are resolved weighed anew, those without a record too."""
        types = sorted(self.ontology.resolved_types)
        self._run("names/mark_all")
        after = ""
        while rows := self.connection.read(
            cypher("names/entities_of_type"), after=after, types=types, limit=NAMES_AT_ONCE
        ):
            after = rows[-1]["key"]
            marks = [
                {"key": key, "type": row["type"]}
                for row in rows
                for key in sorted({self.read_as(row["type"], text) for text in row["texts"]})
                # An entity keeps aliases that were never a name by themselves ("the firm"). Their
                # keys lead to another entity, or to none.
                if row["key"] in self.clusters.entities_of(key)
            ]
            self._run("names/mark", rows=marks)

    def are_by_these_rules(self) -> bool:
        """Say whether names are in blocks, and were weighed, by the rules of this nightloom."""
        rows = self.connection.read(cypher("names/rules_read"))
        return [row["resolution"] for row in rows] == [RULES_VERSION]

    def note_rules(self) -> None:
        """Note that all names were weighed by the rules of this nightloom."""
        self._run("names/rules_write", resolution=RULES_VERSION)

    def changed(self) -> set[str]:
        """Return the names that are to be weighed anew."""
        # A row each: after `mark_all` these are all names of the graph.
        return {row["key"] for row in self.connection.read(cypher("names/changed"))}

    def unmark(self, keys: Iterable[str]) -> None:
        """Note that names have been weighed."""
        for some in _batches(sorted(keys)):
            self._run("names/unmark", keys=some)

    def read_as(self, type_: str, text: str) -> str:
        """Return the key of a name."""
        return identity(type_, self.ontology.entity_type(type_), text).key

    def enter(self, keys: Collection[str]) -> set[str]:
        """Put names into the blocks that they belong to by now; return names to weigh for that.

        These are in a block that has become too large to compare, or is so no longer. They are
        marked as changed, too.
        """
        affected: set[str] = set()
        for some in _batches(sorted(keys)):
            affected |= self._enter(some)
        return affected

    def _enter(self, keys: Sequence[str]) -> set[str]:
        rows = self.connection.read(cypher("names/blocks"), keys=keys)
        before = {row["key"]: frozenset(row["blocks"]) for row in rows}
        evidence_by_key = self.evidence(keys)
        after = {
            key: blocks_of(evidence) | evidence.known
            for key in keys
            if (evidence := evidence_by_key.get(key))
        }
        gone = [key for key in keys if key not in after]  # no document has them any more
        types = {key: evidence.type for key, evidence in evidence_by_key.items()}
        enter = [
            {"key": key, "blocks": sorted(new), "type": types[key]}
            for key, blocks in sorted(after.items())
            if (new := blocks - before.get(key, frozenset()))
        ]
        leave = [
            {"key": key, "block": block}
            for key, blocks in sorted(before.items())
            for block in sorted(blocks - after.get(key, frozenset()))
        ]
        gained = Counter(block for row in enter for block in row["blocks"])
        gained.subtract(row["block"] for row in leave)
        # Read before the write: what the sizes are after it follows from the rows themselves.
        sizes = self._sizes(sorted(gained))
        # The names of a block are compared as long as these are few. Where a block crosses that
        # limit, in either direction, the outcome changes for other names than the new ones, too.
        was_few = {block: sizes.get(block, 0) <= LARGEST_BLOCK for block in gained}
        is_few = {block: sizes.get(block, 0) + gained[block] <= LARGEST_BLOCK for block in gained}
        too_large = [block for block in sorted(gained) if was_few[block] and not is_few[block]]
        small_again = [block for block in sorted(gained) if is_few[block] and not was_few[block]]

        def unit(tx: Transaction) -> set[str]:
            if enter:
                tx.run(cypher("names/enter"), rows=enter)
            if leave:
                tx.run(cypher("names/leave"), rows=leave)
            if gone:
                tx.run(cypher("names/delete"), keys=gone)
            affected = set[str]()
            for blocks, are_all in ((small_again, True), (too_large, False)):
                members = _list(tx, "names/members", blocks=blocks) if blocks else []
                # Where fewer pairs are compared, only what came of some pair can change.
                affected |= {
                    key
                    for key, is_asked in members
                    if are_all or is_asked or len(self.clusters.members(key)) > 1
                }
            # In this transaction: after a crash, or a dry run, the next resolution weighs them.
            if affected:
                tx.run(cypher("names/mark_again"), keys=sorted(affected))
            fence(tx, self.lease)
            return affected

        return self.connection.write(unit)

    def _sizes(self, blocks: list[str]) -> dict[str, int]:
        return dict(self._list("names/sizes", blocks=blocks)) if blocks else {}

    def beside(self, keys: Collection[str]) -> dict[str, set[str]]:
        """Return for each name those that it is to be compared with."""
        beside: dict[str, set[str]] = {}
        for some in _batches(sorted(keys)):
            found = self._list("names/beside", keys=some, most=LARGEST_BLOCK)
            beside |= {key: set(others) for key, others in found}
        # A name and the one in brackets behind it need not share a block.
        for key, evidence in self.evidence(keys).items():
            beside.setdefault(key, set()).update(evidence.equated)
        return beside

    def evidence(self, keys: Collection[str]) -> dict[str, NameEvidence]:
        """Return what documents say of names; nothing of those that no document has any more."""
        for some in _batches(sorted(set(keys) - self.seen.keys())):
            read = self._read(some)
            # A name without evidence is remembered as None, so that it is not read again.
            self.seen.update({key: read.get(key) for key in some})
        return {key: evidence for key in sorted(keys) if (evidence := self.seen[key])}

    def sketches(self, keys: Collection[str]) -> dict[str, NameEvidence]:
        """Return names with their texts and their entries in lists alone, which is soon read."""
        in_memory = self._sketches.keys() | self.seen.keys()
        for some in _batches(sorted(set(keys) - in_memory)):
            types, texts = self._texts(self._rows(some))
            self._sketches.update(
                {key: self._named(key, types[key], of_key) for key, of_key in texts.items()}
            )
        sketched = ((key, self.seen.get(key) or self._sketches.get(key)) for key in sorted(keys))
        return {key: evidence for key, evidence in sketched if evidence}

    def put_to_review(self, names: Collection[str], pairs: Iterable[Judgement]) -> None:
        """Have just these wait for a person, of all pairs of these names.

        Args:
            names: What was weighed.
            pairs: Those with a name among them that a person is to judge.
        """
        for some in _batches(sorted(names)):
            self._run("names/review_forget", keys=some)
        rows = [
            {
                "one": pair.one,
                "other": pair.other,
                "one_entity": self.clusters.key(pair.one),
                "other_entity": self.clusters.key(pair.other),
                "score": pair.score,
                "reason": pair.reason,
            }
            for pair in pairs
        ]
        for start in range(0, len(rows), NAMES_AT_ONCE):
            self._run("names/review_put", rows=rows[start : start + NAMES_AT_ONCE])

    def _rows(self, keys: Iterable[str]) -> list[dict[str, str]]:
        return [
            {"key": key, "entity": entity}
            for key in keys
            for entity in sorted(self.clusters.entities_of(key))
        ]

    def _texts(self, rows: list[dict[str, str]]) -> tuple[dict[str, str], dict[str, set[str]]]:
        """Return the type of each name, and what it is called."""
        types: dict[str, str] = {}
        texts: defaultdict[str, set[str]] = defaultdict(set)
        for key, type_, of_entity in self._list("names/texts", rows=rows):
            types[key] = type_
            # An entity has the texts of all names that were merged into it. A name's own texts are
            # those that its key is computed from.
            texts[key] |= {text for text in of_entity if self.read_as(type_, text) == key}
        return types, texts

    def _named(self, key: str, type_: str, texts: Iterable[str]) -> NameEvidence:
        best_first = tuple(sorted(texts, key=untidiness))
        entries = frozenset().union(*(self.known(type_, text) for text in best_first))
        return NameEvidence(key=key, type=type_, texts=best_first, known=entries)

    def _read(self, keys: Sequence[str]) -> dict[str, NameEvidence]:
        rows = self._rows(keys)
        types, texts = self._texts(rows)
        documents: defaultdict[str, set[str]] = defaultdict(set)
        facts: defaultdict[str, list[SeenFact]] = defaultdict(list)
        for key, of_entity in self._list("names/documents", rows=rows):
            documents[key] |= set(of_entity)
        for row in self._list("names/facts", rows=rows):
            facts[row.pop("key")].append(self._seen(row))
        equated = self._equated(rows)
        return {
            key: replace(
                self._named(key, types[key], texts[key]),
                documents=frozenset(documents[key]),
                facts=tuple(facts[key]),
                equated=equated.get(key, {}),
            )
            for key in keys
            if texts.get(key) and documents[key] and types[key] in self.ontology.resolved_types
        }

    def _equated(self, rows: list[dict[str, str]]) -> dict[str, dict[str, Equation]]:
        texts_by_pair: defaultdict[tuple[str, str], dict[str, str]] = defaultdict(dict)
        aliases = set[tuple[str, str]]()
        # The query finds mentions with a few characters between them, near some bracket or word.
        # Whether these are between them, and say it, is asked of the text here.
        read = self.connection.read(
            cypher("names/brackets"),
            rows=rows,
            most=BRACKET_SPACE,
            most_said=LONGEST_SAID,
            words=list(ALIAS_WORDS),
        )
        for row in read:
            key, other, offset = row["key"], row["other"], row["offset"]
            # Mentions count from the start of the document, and `text` is that of the chunk.
            mentions = [
                (row["start"] - offset, row["end"] - offset, row["type"], key),
                (row["other_start"] - offset, row["other_end"] - offset, row["type"], other),
            ]
            for _, _, is_alias in equations(row["text"], mentions):
                texts_by_pair[key, other][row["document"]] = row["other_text"]
                aliases.update({(key, other)} if is_alias else ())
        equated: defaultdict[str, dict[str, Equation]] = defaultdict(dict)
        for (key, other), text_by_document in texts_by_pair.items():
            equated[key][other] = Equation(
                min(text_by_document.values()),
                frozenset(text_by_document),
                (key, other) in aliases,
            )
        return equated

    def _seen(self, row: dict[str, Any]) -> SeenFact:
        """Return a fact with the other end's name as it was read there, whatever it is one with."""
        type_, texts = row.pop("other_type"), row.pop("other_texts")
        # The other end may be merged with other things by now. Evidence must not depend on that,
        # or it would change with every decision.
        names = [text for text in texts if self.read_as(type_, text) == row["other"]]
        days = {
            name: row[name].to_native() if row[name] is not None else None
            for name in ("earliest", "latest")
        }
        best = min(names or texts, key=untidiness)  # a value may take its document to read
        return SeenFact(**row | days, other_name=best, other_type=type_)

    def _list(self, name: str, **parameters: Any) -> list[Any]:
        return self.connection.write(lambda tx: _list(tx, name, **parameters), access="READ")

    def _run(self, name: str, **parameters: Any) -> None:
        self._write(lambda tx: tx.run(cypher(name), **parameters))

    def _write(self, run: Callable[[Transaction], Any]) -> None:
        def unit(tx: Transaction) -> None:
            run(tx)
            fence(tx, self.lease)

        self.connection.write(unit)


def _list(tx: Transaction, name: str, **parameters: Any) -> list[Any]:
    """Return the list that is all that a reading statement returns: rows are read slower."""
    ((found,),) = (row.values() for row in tx.run(cypher(name), **parameters))
    return list(found)


def _batches(keys: Sequence[str]) -> Iterator[list[str]]:
    for start in range(0, len(keys), NAMES_AT_ONCE):
        yield list(keys[start : start + NAMES_AT_ONCE])
