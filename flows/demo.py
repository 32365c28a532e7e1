"""Four nights over a folder: as it is, one sentence edited, one document deleted, as it is again.

Every night is a night like any other, over the folder or a copy of it. The last one reads the
folder as it is, so the graph is left as the first night left it. Then names are resolved, and that
is undone.
"""

import json
import shutil
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from uuid import uuid4

from flows.errors import SourceError
from flows.night import Report, Request, Tools, run_night
from flows.sources import Folder, list_folder
from graphdb import Decision, Graph, Lease, Resolution
from graphdb.asking import Proof, RuleUse

EVIDENCE = frozenset({"MENTIONS", "STATES"})
NO_DOCUMENTS = ("*.cypher", "*.toml")
"""What lies beside the samples: rules, saved queries, an ontology."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """Words of one document, and what somebody writes in their place."""

    file: str
    before: str
    after: str

    def apply(self, folder: Path) -> None:
        """Edit the file in a folder.

        Raises:
            SourceError: The words are not there.
        """
        path = folder / self.file
        text = path.read_text("utf-8") if path.is_file() else ""
        if self.before not in text:
            raise SourceError(
                f"{self.file} does not say “{self.before}”, which the demonstration edits: "
                "restore the samples"
            )
        path.write_text(text.replace(self.before, self.after, 1), "utf-8")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fact:
    """A fact of the graph as a person reads it."""

    subject: str
    type: str
    object: str
    confidence: float
    derived: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """What became of the facts from one night to the next; derived ones first, then the surest."""

    removed: tuple[Fact, ...]
    added: tuple[Fact, ...]
    n_changed: int
    """Facts that are surer or less sure now, or stated where they were derived."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A day or a quantity that documents write in several ways."""

    name: str
    others: tuple[str, ...]
    meaning: str
    """The day as EDTF."""


@dataclass(frozen=True, slots=True, kw_only=True)
class WhoIsWho:
    """What resolution makes of the names, and whether it can be undone."""

    decisions: tuple[Decision, ...]
    values: tuple[Value, ...]
    was_decided: bool
    """Whether a night had decided it before; then it stays."""
    is_undone: bool
    """Whether the graph is what it was before."""


class Demonstration:
    """Spends the nights, and remembers after which of them the graph said what."""

    def __init__(self, folder: Path, source: str, tools: Tools, copy: Path) -> None:
        self.folder = folder
        self.source = source
        self.tools = tools
        self.copy = copy
        self._at_first: list[str] = []
        self._dump: list[str] = []

    def first_night(self) -> Report:
        """Read the folder as it is."""
        report = self._night(self.folder)
        self._at_first = self._dump = list(self.tools.graph.dump())
        shutil.copytree(self.folder, self.copy)
        return report

    def edit(self, edit: Edit) -> Difference:
        """Edit a document of the copy, and spend a night."""
        edit.apply(self.copy)
        return self._night_over_copy()

    def delete(self, document: str) -> Difference:
        """Delete a document of the copy, which has a file of its own, and spend a night."""
        self._files()[document].unlink()
        return self._night_over_copy()

    def document_behind(self, proofs: Sequence[Proof]) -> tuple[str, Proof] | None:
        """Return the first fact that hangs on one document with a file of its own, and which."""
        files = self._files()
        for proof in proofs:
            for document in sorted(indispensable(proof) & files.keys()):
                return document, proof
        return None

    def last_night(self) -> bool:
        """Read the folder as it is again; return whether the graph is what it was at first."""
        self._night(self.folder)
        return list(self.tools.graph.dump()) == self._at_first

    def who_is_who(self, resolve: Callable[[Graph, Lease], Resolution]) -> WhoIsWho | None:
        """Resolve the names and undo it again; nothing where there are other documents, too.

        Args:
            resolve: Decides which names mean one thing.
        """
        graph = self.tools.graph
        if any(not document.startswith(f"{self.source}/") for document in graph.ledgers()):
            return None  # they are somebody's own, and nobody asked for their names
        before = list(graph.dump())
        with graph.lease("nightloom demo", str(uuid4())) as lease:
            made = resolve(graph, lease).made
            graph.infer(self.tools.rules, lease)
            decisions = tuple(each for each in graph.decisions() if each.is_by_resolution)
            values = tuple(_values(graph.dump()))
            if made:
                graph.undo_resolution(lease)
                graph.infer(self.tools.rules, lease)
        return WhoIsWho(
            decisions=decisions,
            values=values,
            was_decided=not made,
            is_undone=list(graph.dump()) == before,
        )

    @property
    def n_lines(self) -> int:
        """Lines of the canonical dump after the first night."""
        return len(self._at_first)

    def _night(self, folder: Path) -> Report:
        documents = Folder(name=self.source, path=folder, exclude=NO_DOCUMENTS)
        return run_night(Request(documents=documents), self.tools)

    def _night_over_copy(self) -> Difference:
        before = self._dump
        self._night(self.copy)
        self._dump = list(self.tools.graph.dump())
        return difference(before, self._dump)

    def _files(self) -> dict[str, Path]:
        tools = self.tools
        listing = list_folder(
            self.copy,
            self.source,
            max_bytes=tools.max_document_bytes,
            converter=tools.converter,
        )
        return {
            listed.id: self.copy / listed.file for listed in listing.documents if not listed.path
        }


def indispensable(proof: Proof) -> frozenset[str]:
    """Return the documents without any one of which a fact loses all that supports it here."""
    stating = ({witness.document_id} for witness in proof.fact.witnesses)
    needed: set[str] | None = None
    for documents in chain(stating, (_needed_for(proof, use) for use in proof.fact.rule_uses)):
        needed = documents if needed is None else needed & documents
        if not needed:
            break
    return frozenset(needed or ())


def _needed_for(proof: Proof, rule_use: RuleUse) -> set[str]:
    """Return the documents without any one of which one use of a rule has nothing to stand on.

    Below the first fact of a proof everything is shown by one use of a rule or by its sentences, so
    these are the documents that alone state some fact at the bottom.
    """
    stating = (
        {witness.document_id for witness in fact.witnesses} for fact in proof.below(rule_use)
    )
    return {document for documents in stating if len(documents) == 1 for document in documents}


def difference(before: Iterable[str], after: Iterable[str]) -> Difference:
    """Compare the facts of two canonical dumps."""
    old, new = dict(_facts(before)), dict(_facts(after))
    return Difference(
        removed=_in_order(old[key] for key in old.keys() - new.keys()),
        added=_in_order(new[key] for key in new.keys() - old.keys()),
        n_changed=sum(old[key] != new[key] for key in old.keys() & new.keys()),
    )


def _values(dump: Iterable[str]) -> Iterator[Value]:
    """Yield the days that are written in several ways, as a dump has them."""
    for line in map(json.loads, dump):
        if line.get("edtf") and line.get("aliases"):
            yield Value(name=line["name"], others=tuple(line["aliases"]), meaning=line["edtf"])


def _facts(dump: Iterable[str]) -> Iterator[tuple[str, Fact]]:
    lines = [json.loads(line) for line in dump]
    names = {line["key"]: line["name"] for line in lines if line.get("node") == "Entity"}
    for line in lines:
        if "relationship" in line and line["relationship"] not in EVIDENCE:
            yield (
                line["key"],
                Fact(
                    subject=names[line["start_key"]],
                    type=line["relationship"],
                    object=names[line["end_key"]],
                    confidence=line["confidence"],
                    derived=line["derived"],
                ),
            )


def _in_order(facts: Iterable[Fact]) -> tuple[Fact, ...]:
    return tuple(sorted(facts, key=lambda fact: (not fact.derived, -fact.confidence, fact)))
