"""The order of a night: discover, plan, extract, upsert, retract, infer, audit, check, report.

Two runners share it: `nightloom ingest` calls each step where it stands, the Prefect flow makes a
task of each. What differs between them is `Call`: take a name and a function, run it, return what
it returns.
"""

import getpass
import os
import re
import socket
import time
import uuid
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

from extractors import ExtractionStore
from flows.errors import DamagedNotesError
from flows.night import steps
from flows.night.notes import RebuildNotes
from flows.night.plan import Plan, make_plan
from flows.night.report import Report
from flows.sources import Folder, ListedDocument, Listing, SetAside, list_file, list_source
from graphdb import Change, Graph, Lease, LeaseHeldError
from graphdb.inference import InferenceReport
from graphdb.rules import RuleSet, explain_rules

T = TypeVar("T")

Watch = Callable[[str, int, int], None]
"""Told what is going on, how much of it is done, and of how much (0: nobody knows)."""


CHANGES = (
    "entities_added",
    "entities_removed",
    "facts_added",
    "facts_changed",
    "facts_removed",
)


class Call(Protocol):
    """Runs a step under a name, here and now or as somebody's task."""

    def __call__(self, name: str, step: Callable[[], T]) -> T:
        """Return what the step returns."""


def directly(name: str, step: Callable[[], T]) -> T:  # noqa: ARG001 - the seam's signature
    """Call a step where it stands."""
    return step()


def in_silence(what: str, done: int, total: int) -> None:
    """Tell nobody how far a night is."""


def new_run() -> str:
    """Return a name for a run that sorts by time."""
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{uuid.uuid4().hex[:6]}"


def this_process() -> str:
    """Return who is running, in words that help a person to find it."""
    return f"{getpass.getuser()} on {socket.gethostname()} (process {os.getpid()})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What somebody asked for."""

    folder: Path
    source: str
    file: str = ""
    """One file of the folder, to be read alone; empty: the whole folder."""

    include: tuple[str, ...] = ()
    """Patterns of the files to read; empty: all of a known format."""

    exclude: tuple[str, ...] = ()
    """Patterns of files and folders to leave out."""

    allow_vanished: bool = False
    run: str = field(default_factory=new_run)
    holder: str = field(default_factory=this_process)

    @property
    def documents(self) -> Folder:
        """Where the documents come from."""
        return Folder(
            name=self.source, path=self.folder, include=self.include, exclude=self.exclude
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What a night works with; opened and closed by whoever runs it."""

    graph: Graph
    store: ExtractionStore
    extractor: steps.Extractor
    notes: RebuildNotes
    rules: RuleSet
    max_vanished: float
    shard_documents: int
    max_document_bytes: int
    call: Call = directly
    watch: Watch = in_silence


def run_night(request: Request, tools: Tools) -> Report:
    """Make the graph say what a folder says tonight.

    Everything that can be found wrong before the graph is touched is found before.

    Raises:
        SourceError: The folder cannot be read.
        IncompleteListingError: Too much has vanished; nothing was retracted.
        RuleError: The server cannot read a rule; nothing was written.
        LeaseHeldError: Another run is at work; this one did nothing.
        LeaseLostError: Another run took over; what this one committed stays.
        GraphUnavailableError: The server went away; run again.
    """
    return _Night(request, tools).run()


class _Night:
    """One run: what it knows so far, and how long its steps took."""

    def __init__(self, request: Request, tools: Tools) -> None:
        self.request = request
        self.tools = tools
        self.started_at = datetime.now(UTC)
        self.seconds: dict[str, float] = {}

    def run(self) -> Report:
        listing = self.step("discover", self.discover)
        explain_rules(self.tools.graph.connection, self.tools.rules.rules)
        self.tools.graph.prepare()
        with held_lease(self.tools.graph, self.request, self.tools.watch) as lease:
            plan = self.step("plan", lambda: self.plan(listing))
            extracted = self.extract(plan)
            upserted = self.upsert(extracted.documents, lease)
            retracted = self.step("retract", lambda: self.retract(plan, lease))
            inferred = self.step("infer", lambda: self.infer(lease))
            set_aside = listing.set_aside + extracted.set_aside + upserted.set_aside
            broken = self.step("audit", lambda: self.audit(plan, set_aside))
            broken += self.settle(listing, set_aside)
            contradictions = self.step("check", self.tools.graph.violations)
        change = upserted.change + retracted
        return Report(
            run=self.request.run,
            source=self.request.source,
            started_at=self.started_at,
            n_listed=len(listing.documents) + len(listing.set_aside),
            n_new=len(plan.new),
            n_changed=len(plan.changed),
            n_unchanged=len(plan.unchanged),
            n_retracted=retracted.retracted,
            ignored=listing.ignored_by_suffix,
            n_excluded=listing.n_excluded,
            n_extracted=extracted.n_read,
            n_upserted=change.upserted + change.unchanged,
            n_entities=upserted.n_entities,
            n_relations=upserted.n_relations,
            set_aside=set_aside,
            gaps=plan.gaps,
            change=_numbers(change, *CHANGES),
            inference=_numbers(inferred, "added", "changed", "removed", "derivations"),
            rejected=tuple(map(str, change.rejected)),
            violations=(*broken, *_limits(inferred)),
            contradictions=tuple(contradictions),
            counts=asdict(self.tools.graph.counts()),
            seconds=self.seconds,
        )

    def step(self, name: str, function: Callable[[], T], what: str = "") -> T:
        """Run a step or one shard of it, adding to the seconds of its name."""
        self.tools.watch(name, 0, 0)
        begun = time.perf_counter()
        try:
            return self.tools.call(what or name, function)
        finally:
            self.seconds[name] = self.seconds.get(name, 0.0) + time.perf_counter() - begun

    def discover(self) -> Listing:
        documents, limit = self.request.documents, self.tools.max_document_bytes
        if self.request.file:
            return list_file(documents, self.request.file, max_bytes=limit)
        return list_source(documents, max_bytes=limit)

    def plan(self, listing: Listing) -> Plan:
        ledger = self.tools.graph.ledger(self.request.source)
        if not (ledger or self.request.allow_vanished):
            steps.check_not_empty(listing, self.request.folder)
        return make_plan(
            listing,
            ledger,
            extractor=self.tools.extractor.fingerprint,
            ontology=self.tools.graph.ontology.fingerprint,
            max_vanished=self.tools.max_vanished,
            allow_vanished=self.request.allow_vanished,
        )

    def extract(self, plan: Plan) -> steps.Extracted:
        tools = self.tools

        def one(shard: Sequence[ListedDocument], done: steps.Done) -> steps.Extracted:
            return steps.extract_shard(shard, tools.extractor, tools.store, done)

        return sum(self.sharded("extract", plan.to_extract, one), steps.Extracted())

    def upsert(self, documents: Sequence[ListedDocument], lease: Lease) -> steps.Upserted:
        tools = self.tools

        def one(shard: Sequence[ListedDocument], done: steps.Done) -> steps.Upserted:
            fingerprint = tools.extractor.fingerprint
            return steps.upsert_shard(shard, fingerprint, tools.store, tools.graph, lease, done)

        return sum(self.sharded("upsert", documents, one), steps.Upserted())

    def sharded(
        self,
        name: str,
        documents: Sequence[ListedDocument],
        one: Callable[[Sequence[ListedDocument], steps.Done], T],
    ) -> Iterator[T]:
        """Yield the result of one step for each shard of documents."""
        cut = steps.shards(documents, self.tools.shard_documents)
        n_done = 0

        def done(n: int) -> None:
            nonlocal n_done
            n_done += n
            self.tools.watch(name, n_done, len(documents))

        for number, shard in enumerate(cut, 1):
            what = f"{name} shard {number} of {len(cut)}"
            yield self.step(name, partial(one, shard, done), what)

    def retract(self, plan: Plan, lease: Lease) -> Change:
        return self.tools.graph.retract(plan.vanished, lease=lease)

    def infer(self, lease: Lease) -> InferenceReport:
        return self.tools.graph.infer(self.tools.rules, lease=lease)

    def audit(self, plan: Plan, set_aside: Sequence[SetAside]) -> list[str]:
        return steps.audit(plan, set_aside, self.tools.graph.ledger(self.request.source))

    def settle(self, listing: Listing, set_aside: Sequence[SetAside]) -> list[str]:
        """Let a killed rebuild bring nothing back that this night has seen to be there or gone.

        Notes that are damaged are no reason to lose a night: they stay, and the report says so.
        """
        unseen = {aside.document for aside in set_aside}
        of_source = f"{self.request.source}/"

        def is_settled(id_: str) -> bool:
            was_looked_for = id_.startswith(of_source) and listing.covers(id_)
            return was_looked_for and id_ not in unseen and not listing.hiding(id_)

        try:
            self.tools.notes.drop(is_settled)
        except DamagedNotesError as error:
            return [str(error)]
        return []


@contextmanager
def held_lease(graph: Graph, request: Request, watch: Watch) -> Iterator[Lease]:
    """Hold the graph for one run, waiting only for a holder that was killed on this machine.

    Raises:
        LeaseHeldError: A run that may be alive holds it.
    """
    with ExitStack() as stack:
        waited_for: set[datetime] = set()
        while True:
            try:
                lease = stack.enter_context(graph.lease(request.holder, request.run))
                break
            except LeaseHeldError as error:
                # A second end means that somebody renews it, whatever the process table says.
                waited_for.add(error.expires)
                if len(waited_for) > 1 or not is_dead(error.holder):
                    raise
                watch(f"waiting for the lease of a killed run to run out: {error.holder}", 0, 0)
            time.sleep(1)
        yield lease


def is_dead(holder: str) -> bool:
    """Say whether the process that `this_process` named ran on this machine and is gone."""
    match = re.fullmatch(r".* on (?P<host>.+) \(process (?P<pid>\d+)\)", holder)
    if not match or match["host"] != socket.gethostname():
        return False
    try:
        os.kill(int(match["pid"]), 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def _numbers(counted: object, *names: str) -> dict[str, int]:
    return {name: getattr(counted, name) for name in names}


def _limits(inferred: InferenceReport) -> Iterator[str]:
    if inferred.stopped:
        yield (
            f"inference stopped early: {inferred.stopped}; what was derived before stands, the rest"
            " is left out"
        )
