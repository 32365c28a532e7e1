"""The steps of a night: each takes plain data and tools, does one thing, and says what it did.

Nothing here knows Prefect, the environment or the terminal. A step is known by its name, and what
it takes and gives is data that JSON can hold: so it can be done here, as somebody's task, or in
another process that has opened tools of its own.

    night ── name, data ──► perform ── step(tools, …) ──► data ──► night
"""

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, fields
from functools import cached_property
from itertools import chain
from pathlib import Path
from tempfile import gettempdir
from typing import Any, Generic, Protocol, TypeVar

from pydantic import TypeAdapter

from extractors import ExtractionStore
from extractors.errors import ExtractionError
from extractors.facts import Extraction
from flows.errors import SettingsError, SourceError
from flows.night.alone import Extractor
from flows.night.language_policy import LanguagePolicy
from flows.night.mounts import MountNotes
from flows.night.notes import RebuildNotes
from flows.night.plan import Plan, make_plan
from flows.night.progress import Progress
from flows.night.reading import Extracted, ShardReader, read_listed
from flows.night.rejections import RejectionNotes
from flows.night.runs import RunNotes
from flows.night.step_values import (
    Audit,
    Discover,
    Embed,
    Extract,
    Infer,
    Inferred,
    MakePlan,
    Resolve,
    Resolved,
    Retract,
    Upsert,
    Upserted,
    Vectors,
)
from flows.sources import (
    Converter,
    Inventory,
    ListedDocuments,
    Listing,
    SetAside,
    list_file,
    list_source,
    shared_converter,
)
from flows.telemetry import Trace
from flows.text import shown
from graphdb import (
    Change,
    Embedded,
    FactsRejectedError,
    Graph,
    Lease,
    Resolution,
    Version,
    Violation,
)
from graphdb.rules import RuleSet
from graphdb.writing import as_written

MAX_SHARDS = 16
"""Shards of a run at most, however many documents there are: each is read by one task of Prefect's
and written by one, and `flows.night.sharing` says how few tasks a run is to have."""

Order = TypeVar("Order")
Outcome = TypeVar("Outcome")

Plain = Any
"""What JSON can hold: objects, lists, strings, numbers, truth and nothing."""


class Call(Protocol):
    """Has a step done somewhere: its title for people, its name, what it is to do."""

    def __call__(self, title: str, step: str, order: Plain, /) -> Plain:
        """Return what the step returns, as plain data."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a night works with; opened and closed by whoever runs it."""

    graph: Graph
    store: ExtractionStore
    extractor: Extractor
    notes: RebuildNotes
    rules: RuleSet
    max_vanished: float
    shard_documents: int
    max_document_bytes: int
    max_shards: int = MAX_SHARDS
    """Shards of a night at most; where there would be more they are larger."""
    converter: Converter = field(default_factory=shared_converter)
    max_rejected: float = 1.0
    backfill: int = 0
    """Documents a night and source that are read again only because of another model; 0: all."""
    history_days: int = 90
    """Days for which it is remembered what nights changed."""
    rejections: RejectionNotes | None = None
    """Where it is noted what is set aside; None: nowhere."""
    runs: RunNotes | None = None
    """Where it is noted how runs end; None: nowhere."""
    mounts: MountNotes | None = None
    """Where mounted folders are noted; None: nowhere."""
    scratch: Path = field(default_factory=lambda: Path(gettempdir()))
    """Folder of files that go when a night ends."""
    left_out: tuple[str, ...] = ()
    """Types that the extractor finds and the ontology leaves out, on purpose."""
    languages: LanguagePolicy = field(default_factory=LanguagePolicy)
    watch: Progress = field(default_factory=Progress)
    trace: Trace = field(default_factory=Trace)
    resolve: Callable[[Graph, Lease], Resolution] | None = None
    """Joins names that mean one thing; None: that is left to people."""
    embed: Callable[[Graph, Lease], Embedded] | None = None
    """Gives passages that wait for them their vectors; None: that is left to people."""
    call: Call | None = None
    """Has the steps done elsewhere; None: here, with these tools."""


@dataclass(frozen=True)
class Step(Generic[Order, Outcome]):
    """A kind of step: its name, what it takes and gives, and how it is done."""

    name: str
    takes: type[Order]
    gives: type[Outcome]
    function: Callable[[Tools, Order], Outcome]

    @cached_property
    def order(self) -> TypeAdapter[Order]:
        """Turns what the step takes into plain data, and back."""
        return TypeAdapter(self.takes)

    @cached_property
    def outcome(self) -> TypeAdapter[Outcome]:
        """Turns what the step gives into plain data, and back."""
        return TypeAdapter(self.gives)


def perform(name: str, order: Plain, tools: Tools) -> Plain:
    """Do the step of this name as its order says, and return what it did: plain data for both."""
    step = STEPS[name]
    outcome = step.function(tools, step.order.validate_python(order))
    return step.outcome.dump_python(outcome, mode="json")


def perform_here(tools: Tools, title: str, step: str, order: Plain) -> Plain:  # noqa: ARG001
    """Do a step with these tools: what a night calls unless somebody else is to be called."""
    return perform(step, order, tools)


def shards(
    documents: ListedDocuments, shard_documents: int, max_shards: int = MAX_SHARDS
) -> list[ListedDocuments]:
    """Cut a night's documents into shards of this size, or larger ones where they are too many."""
    size = max(shard_documents, -(-len(documents) // max_shards))
    return [documents[first : first + size] for first in range(0, len(documents), size)]


def discover(tools: Tools, order: Discover) -> Listing:
    """List the source.

    Raises:
        SourceError: The folder cannot be read.
    """
    most_bytes, converter = tools.max_document_bytes, tools.converter
    inventory = Inventory.create(order.inventory)
    if order.file:
        return list_file(
            order.documents,
            order.file,
            max_bytes=most_bytes,
            converter=converter,
            inventory=inventory,
        )
    return list_source(
        order.documents, max_bytes=most_bytes, converter=converter, inventory=inventory
    )


def plan(tools: Tools, order: MakePlan) -> Plan:
    """Compare the listing with the ledger.

    Raises:
        SourceError: There are no documents, and the graph has none of this source either.
        IncompleteListingError: Too much has vanished.
    """

    def compared(ledger: Iterator[tuple[str, Version]]) -> Plan:
        first = next(ledger, None)
        if order.listing.is_empty and not (first or order.allow_vanished):
            raise SourceError(
                f"{shown(order.place)} holds no documents: put some there (`nightloom formats` "
                "lists what is read)"
            )
        return make_plan(
            order.listing,
            chain([first] if first else [], ledger),
            extractor=order.extractor,
            ontology=order.ontology,
            max_vanished=order.max_vanished,
            allow_vanished=order.allow_vanished,
            read_again=order.read_again,
            backfill=order.backfill,
            is_kept=lambda version: tools.store.has(version.sha256, order.extractor),
        )

    return tools.graph.with_ledger(order.listing.source, compared)


def extract(tools: Tools, order: Extract) -> Extracted:
    """Make sure that the store has tonight's extraction of each document of a shard.

    Raises:
        ExtractionError, ModelError, MachineError: No document is at fault; what was read is kept.
        SettingsError: The model here is another than the night's.
    """
    _check_same("model", tools.extractor.fingerprint, order.extractor)
    reader = ShardReader(
        tools.extractor, tools.store, tools.watch, tools.languages, tools.converter
    )
    return reader.read(order.documents, read_again=order.read_again)


def upsert(tools: Tools, order: Upsert) -> Upserted:
    """Make the graph say what the store says of a shard's documents.

    Raises:
        LeaseLostError: Another run owns the graph; nothing more was written.
        GraphUnavailableError: The server went away; what was committed stays.
        SettingsError: The ontology here is another than the night's.
    """
    _check_same("ontology", tools.graph.ontology.fingerprint, order.ontology)
    aside: list[SetAside] = []
    n_entities = n_relations = 0

    # A generator: no more than one transaction's worth of extractions is in memory at a time.
    def extractions() -> Iterator[Extraction]:
        nonlocal n_entities, n_relations
        for listed in order.documents:
            tools.watch.add()
            document = read_listed(listed, aside, tools.converter)
            extraction = tools.store.get(document, order.extractor) if document else None
            if extraction:
                said = as_written(extraction, tools.graph.ontology)
                n_entities += len(said.entities)
                n_relations += len(said.relations)
                yield extraction
            elif document:
                aside.append(SetAside(listed.id, "was lost from the extraction store: run again"))

    # Rows that are named by key may come with a later shard: `retract`, after all, settles that.
    change = tools.graph.upsert(extractions(), lease=order.lease, settle=False)
    upserted = Upserted(n_entities=n_entities, n_relations=n_relations, set_aside=tuple(aside))
    return upserted + _upserted(change)


def retract(tools: Tools, order: Retract) -> Upserted:
    """Withdraw documents that have vanished, and what nothing else supports.

    Then documents follow the rows of others that they name by key.
    """
    return _upserted(tools.graph.retract(order.ids, lease=order.lease))


def resolve(tools: Tools, order: Resolve) -> Resolved:
    """Join names that mean one thing, if a night is to do so."""
    if tools.resolve is None:
        return Resolved()
    resolution = tools.resolve(tools.graph, order.lease)
    gone = (f"no longer: {decision}" for decision in resolution.withdrawn)
    said = (f"{decision} ({decision.reason})" for decision in resolution.made)
    return Resolved(decisions=(*said, *gone), n_questions=len(resolution.review))


def infer(tools: Tools, order: Infer) -> Inferred:
    """Let the rules conclude from what has changed, and from answers that nothing follows yet."""
    tools.graph.settle(order.lease)  # of a review whose terminal was closed
    report = tools.graph.infer(tools.rules, lease=order.lease)
    names = ("added", "changed", "removed", "derivations")
    return Inferred(
        counts={name: getattr(report, name) for name in names}, stopped=report.stopped or ""
    )


def embed(tools: Tools, order: Embed) -> Vectors:
    """Give passages that wait for them their vectors, if a night is to do so.

    An encoder that cannot be had is no reason to lose a night: passages are found by their words.
    """
    if tools.embed is None:
        return Vectors()
    try:
        return Vectors(counts=asdict(tools.embed(tools.graph, order.lease)))
    except ExtractionError as error:
        return Vectors(failure=str(error))


def audit(tools: Tools, order: Audit) -> list[str]:
    """Compare the ledger after a night with what it must say; return a sentence for each miss.

    This is the promise that nothing is lost silently, checked every night: each listed document is
    in the graph in tonight's version or was set aside with a reason, and no vanished one is left.
    """
    wanted, gone = order.documents, set(order.vanished)

    def missed(ledger: Iterator[tuple[str, Version]]) -> list[str]:
        # A byte for each listed document: whether the graph has its bytes.
        is_there = bytearray(wanted.inventory.n_documents() + 1)
        stayed = set()
        for id_, version in ledger:
            found = wanted.inventory.find(id_)
            if found and found[1].raw_sha256 == version.raw_sha256:
                is_there[found[0]] = True
            if id_ in gone:
                stayed.add(id_)
        lost = wanted.numbered(number for number in wanted.numbers if not is_there[number])
        return [
            *(f"{shown(listed.id)} is neither in the graph nor set aside" for listed in lost),
            *(f"{shown(id_)} is still in the graph" for id_ in order.vanished if id_ in stayed),
        ]

    return tools.graph.with_ledger(order.source, missed)


def check(tools: Tools, order: None) -> list[Violation]:  # noqa: ARG001 - it takes nothing
    """List what the graph says and the ontology forbids."""
    return tools.graph.violations()


def refused(error: FactsRejectedError) -> SetAside:
    """Return a document that the graph cannot take, and why, as a night reports it."""
    return SetAside(error.document_id, "; ".join(error.reasons))


DISCOVER = Step("discover", Discover, Listing, discover)
PLAN = Step("plan", MakePlan, Plan, plan)
EXTRACT = Step("extract", Extract, Extracted, extract)
UPSERT = Step("upsert", Upsert, Upserted, upsert)
RETRACT = Step("retract", Retract, Upserted, retract)
RESOLVE = Step("resolve", Resolve, Resolved, resolve)
INFER = Step("infer", Infer, Inferred, infer)
EMBED = Step("embed", Embed, Vectors, embed)
AUDIT = Step("audit", Audit, list[str], audit)
CHECK = Step("check", type(None), list[Violation], check)

STEPS: dict[str, Step[Any, Any]] = {
    step.name: step
    for step in (DISCOVER, PLAN, EXTRACT, UPSERT, RETRACT, RESOLVE, INFER, EMBED, AUDIT, CHECK)
}


def _upserted(change: Change) -> Upserted:
    values = {item.name: getattr(change, item.name) for item in fields(change)}
    return Upserted(
        counts={name: value for name, value in values.items() if isinstance(value, int)},
        rejected=tuple(map(str, change.rejected)),
        set_aside=tuple(map(refused, change.set_aside)),
    )


def _check_same(what: str, here: str, wanted: str) -> None:
    """Refuse to work with other tools than the night's: half of the graph would be of each."""
    if here != wanted:
        raise SettingsError(
            f"the {what} of this process is {here} and that of the night is {wanted}: give both "
            "the same settings and files, then run again"
        )
