"""The order of a night: discover, plan, extract, upsert, retract, infer, embed, audit, check.

Two runners share it: `nightloom ingest` does each step where it stands, the Prefect flow makes a
task of each. What differs between them is `Tools.call`, which has a step done somewhere.
"""

import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from flows.errors import DamagedNotesError
from flows.night import steps
from flows.night.holding import held_lease
from flows.night.observed import observed_night
from flows.night.plan import Plan
from flows.night.reading import Extracted
from flows.night.rejections import Outcome as NightOutcome
from flows.night.report import Report
from flows.night.request import Request
from flows.night.runs import noted_run
from flows.night.scratch import scratch_file
from flows.night.step_values import (
    Audit,
    Discover,
    Embed,
    Extract,
    Infer,
    MakePlan,
    Resolve,
    Resolved,
    Retract,
    SomeDocuments,
    Upsert,
    Upserted,
    Vectors,
)
from flows.night.steps import Step, Tools
from flows.night.stopping import stopped
from flows.sources import Folder, ListedDocuments, Listing, SetAside, place_of
from graphdb import Lease
from graphdb.history import changes_of_run, prune, record_run
from graphdb.rules import explain_rules

Order = TypeVar("Order")
Outcome = TypeVar("Outcome")

CHANGES_KEPT = 1000
"""Changed facts that the report holds: more than its tables and its picture show. The record has
all of them."""

CHANGES = (
    "entities_added",
    "entities_removed",
    "entities_left_out",
    "facts_added",
    "facts_changed",
    "facts_removed",
)


def run_night(request: Request, tools: Tools) -> Report:
    """Make the graph say what a source says tonight.

    Everything that can be found wrong before the graph is touched is found before.

    Raises:
        SourceError: The source cannot be read.
        IncompleteListingError: Too much has vanished; nothing was retracted.
        RuleError: The server cannot read a rule; nothing was written.
        LeaseHeldError: Another run is at work; this one did nothing.
        LeaseLostError: Another run took over; what this one committed stays.
        GraphUnavailableError: The server went away; run again.
        MachineError, ModelError: Nothing could be read any more; what was read is kept.
        StoppedError: Ctrl-C, or a signal that was turned into an exception; what was done stays.
    """
    with noted_run(request, tools.runs) as ended:
        return ended(_spend(request, tools))


def _spend(request: Request, tools: Tools) -> Report:
    night = _Night(request, tools)
    try:
        with (
            tools.watch.night(),
            observed_night(request, tools.trace) as told,
            scratch_file(tools.scratch) as night.inventory,
        ):
            return told(night.run())
    except BaseException as error:
        # Ctrl-C and signals are no `Exception`: they are people's wish, and no fault to report.
        if isinstance(error, Exception):
            raise
        read_as = (night.extractor, night.ontology)
        raise stopped(request.source, night.planned, tools.watch, tools.graph, read_as) from error


class _Night:
    """One run: what it knows so far, and how long its steps took."""

    def __init__(self, request: Request, tools: Tools) -> None:
        self.request = request
        self.tools = tools
        self.call = tools.call or partial(steps.perform_here, tools)
        self.progress = tools.watch
        self.extractor = tools.extractor.fingerprint
        self.ontology = tools.graph.ontology.fingerprint
        self.started_at = datetime.now(UTC)
        self.seconds: dict[str, float] = {}
        self.inventory = Path()
        """The file in which the documents of the source are listed."""
        self.planned: Plan | None = None
        self.waiting = 0
        """New and changed documents beyond the limit."""

    def run(self) -> Report:
        listing = self.with_lost_mounts(self.discover())
        # Before the lease and before any reading: a rule that the server cannot read would stop
        # the night hours later, with documents in and nothing derived from them.
        explain_rules(self.tools.graph.connection, self.tools.rules.rules)
        if self.request.dry_run:
            return self.rehearsal(*self.limited(listing))
        self.tools.graph.prepare()
        with held_lease(
            self.tools.graph,
            self.progress,
            holder=self.request.holder,
            run=self.request.run,
            wait_s=self.request.wait_s,
        ) as lease:
            record_run(self.tools.graph.connection, lease, self.request.source)
            # Planned under the lease: until then another run may still write to the ledger.
            listing, plan = self.limited(listing)
            self.planned = plan
            extracted = self.extract(plan.to_extract)
            # All are read before any is written: a model that fails half-way through then leaves
            # the graph of last night, and what it has read is kept.
            readable = plan.to_extract.without(_ids(extracted.set_aside))
            upserted = self.upsert(readable, lease)
            # After the upsert: an entity that a new document names, too, must not go and come back.
            retracted = self.do(steps.RETRACT, Retract(ids=plan.vanished, lease=lease))
            names = self.resolve(lease)
            inferred = self.do(steps.INFER, Infer(lease=lease))
            vectors = self.embed(lease)
            set_aside = (
                *listing.set_aside,
                *_at_stage(steps.EXTRACT, extracted.set_aside),
                *_at_stage(steps.UPSERT, upserted.set_aside),
            )
            broken = self.audit(plan, set_aside)
            # Notes of a killed rebuild are let go only when the graph is known to be right.
            broken += self.settle(listing, set_aside)
            self.note_mounts(listing)
            contradictions = self.do(steps.CHECK, None)
            connection = self.tools.graph.connection
            changed = changes_of_run(connection, lease.run, lease.epoch, most=CHANGES_KEPT)
            prune(connection, self.tools.history_days, lease)
        change = upserted + retracted
        counts = change.counts
        report = replace(
            self.planned_report(listing, plan),
            n_retracted=counts.get("retracted", 0),
            extractors=self.tools.graph.extractors(self.request.source),
            language_notes=self.tools.languages.notes(
                self.tools.graph.languages(self.request.source)
            ),
            n_extracted=extracted.n_read,
            n_upserted=counts.get("upserted", 0) + counts.get("unchanged", 0),
            n_entities=upserted.n_entities,
            n_relations=upserted.n_relations,
            set_aside=set_aside,
            change={name: counts.get(name, 0) for name in CHANGES},
            decisions=names.decisions,
            n_questions=names.n_questions,
            embedded=vectors.counts,
            not_embedded=vectors.failure,
            inference=inferred.counts,
            changed=changed,
            rejected=change.rejected,
            violations=(*broken, *_limits(inferred.stopped)),
            contradictions=tuple(contradictions),
        )
        report = report if report.account.adds_up else _doubted(report)
        damaged = self.note_rejections(listing, report)
        return replace(report, violations=(*report.violations, *damaged))

    def limited(self, listing: Listing) -> tuple[Listing, Plan]:
        """Return the plan for a listing, and the part of the listing that it is for."""
        plan = self.plan(listing)
        limit = self.request.limit
        if not 0 < limit < len(plan.to_extract):
            return listing, plan
        self.waiting = len(plan.to_extract) - limit
        # Planned anew for those few: a narrowed listing retracts nothing.
        narrowed = listing.narrowed_to(plan.to_extract[:limit])
        return narrowed, self.plan(narrowed)

    def rehearsal(self, listing: Listing, plan: Plan) -> Report:
        """Return the report of a night as it would be, as far as that is known before reading."""
        return replace(
            self.planned_report(listing, plan),
            dry_run=True,
            n_retracted=len(plan.vanished),
            n_upserted=len(plan.to_extract),
        )

    def planned_report(self, listing: Listing, plan: Plan) -> Report:
        """Return what a listing and a plan say, and what the graph counts by now."""
        return Report(
            run=self.request.run,
            source=self.request.source,
            started_at=self.started_at,
            n_listed=listing.n_listed + len(plan.vanished),
            n_new=len(plan.new),
            n_changed=len(plan.changed),
            n_unchanged=len(plan.unchanged),
            n_waiting=self.waiting,
            n_outdated=len(plan.outdated),
            ignored=listing.ignored_by_suffix,
            n_excluded=listing.n_excluded,
            set_aside=listing.set_aside,
            max_rejected=self.tools.max_rejected,
            gaps=plan.gaps,
            left_out=self.tools.left_out,
            counts=asdict(self.tools.graph.counts()),
            seconds=self.seconds,
        )

    def do(
        self,
        step: Step[Order, Outcome],
        order: Order,
        *,
        title: str = "",
        of_documents: bool = False,
    ) -> Outcome:
        """Have a step or one shard of it done, adding to the seconds of its name."""
        begun = time.perf_counter()
        try:
            with self.tools.trace.step(step.name, title):
                if not of_documents:
                    self.progress.begin(step.name)
                # Through plain data even where the step is done here: so every night tests that it
                # could be done in another process.
                said = self.call(
                    title or step.name, step.name, step.order.dump_python(order, mode="json")
                )
            return step.outcome.validate_python(said)
        finally:
            spent = time.perf_counter() - begun
            self.seconds[step.name] = self.seconds.get(step.name, 0.0) + spent

    def discover(self) -> Listing:
        documents = self.request.documents
        if isinstance(documents, Folder):
            # Absolute, because another process may look for it from another folder.
            documents = replace(documents, path=documents.path.absolute())
        order = Discover(documents=documents, file=self.request.file, inventory=self.inventory)
        listing = self.do(steps.DISCOVER, order)
        return listing.of_those(self.request.only) if self.request.only else listing

    def with_lost_mounts(self, listing: Listing) -> Listing:
        """Count a folder whose disk is not mounted tonight as a place that hides documents."""
        if self.tools.mounts is None or self.request.allow_vanished:
            return listing
        return listing.without(self.tools.mounts.of(self.request.source))

    def note_mounts(self, listing: Listing) -> None:
        """Note what is mounted tonight, and keep what was until somebody lets it vanish."""
        if self.tools.mounts is not None and not (listing.scope or listing.narrowed):
            source, is_let_go = self.request.source, self.request.allow_vanished
            # A disk that is missing tonight stays noted, or the next night would miss it no more.
            before = () if is_let_go else self.tools.mounts.of(source)
            self.tools.mounts.write(source, {*listing.mounts, *before})

    def plan(self, listing: Listing) -> Plan:
        order = MakePlan(
            place=self.request.documents.place,
            listing=listing,
            extractor=self.extractor,
            ontology=self.ontology,
            max_vanished=self.tools.max_vanished,
            allow_vanished=self.request.allow_vanished,
            read_again=self.request.read_again,
            backfill=self.tools.backfill,
        )
        return self.do(steps.PLAN, order)

    def extract(self, documents: ListedDocuments) -> Extracted:
        orders = [
            Extract(documents=shard, extractor=self.extractor, read_again=self.request.read_again)
            for shard in self.shards(documents)
        ]
        return sum(self.sharded(steps.EXTRACT, orders), Extracted())

    def upsert(self, documents: ListedDocuments, lease: Lease) -> Upserted:
        orders = [
            Upsert(documents=shard, extractor=self.extractor, ontology=self.ontology, lease=lease)
            for shard in self.shards(documents)
        ]
        return sum(self.sharded(steps.UPSERT, orders), Upserted())

    def resolve(self, lease: Lease) -> Resolved:
        """Have names joined that mean one thing, if a night is to do so."""
        if self.tools.resolve is None:
            return Resolved()
        return self.do(steps.RESOLVE, Resolve(lease=lease))

    def embed(self, lease: Lease) -> Vectors:
        """Have passages given their vectors, if a night is to do so."""
        if self.tools.embed is None:
            return Vectors()
        return self.do(steps.EMBED, Embed(lease=lease))

    def shards(self, documents: ListedDocuments) -> list[ListedDocuments]:
        return steps.shards(documents, self.tools.shard_documents, self.tools.max_shards)

    def sharded(
        self,
        step: Step[SomeDocuments, Outcome],
        orders: Sequence[SomeDocuments],
    ) -> Iterator[Outcome]:
        """Yield the outcome of one step for each shard of documents."""
        n_done = 0
        with self.tools.trace.step(step.name):
            self.progress.begin(step.name, sum(len(order.documents) for order in orders))
            for number, order in enumerate(orders, 1):
                title = f"{step.name} shard {number} of {len(orders)}"
                yield self.do(step, order, title=title, of_documents=True)
                n_done += len(order.documents)
                self.progress.reach(n_done)  # a step that was done elsewhere has counted there

    def audit(self, plan: Plan, set_aside: Sequence[SetAside]) -> list[str]:
        wanted = (plan.to_extract + plan.unchanged).without(_ids(set_aside))
        order = Audit(source=self.request.source, documents=wanted, vanished=plan.vanished)
        return self.do(steps.AUDIT, order)

    def settle(self, listing: Listing, set_aside: Sequence[SetAside]) -> list[str]:
        """Let a killed rebuild bring nothing back that this night has seen to be there or gone.

        Notes that are damaged are no reason to lose a night: they stay, and the report says so.
        """
        # A document that was set aside is neither in the graph anew nor gone: its note stays.
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

    def note_rejections(self, listing: Listing, report: Report) -> list[str]:
        """Note what was set aside tonight, and that what was before has been taken or has gone."""
        if self.tools.rejections is None:
            return []

        def is_settled(document: str) -> bool:
            id_, _ = place_of(document)
            was_looked_for = listing.covers(id_) or document in self.request.only
            return was_looked_for and not listing.hiding(id_)

        # Of a part of a source the numbers say nothing of the whole.
        is_whole = not (listing.scope or listing.narrowed)
        outcome = NightOutcome(
            source=self.request.documents,
            run=self.request.run,
            at=self.started_at,
            set_aside=report.set_aside,
            account=report.account if is_whole else None,
        )
        try:
            self.tools.rejections.note(outcome, is_settled)
        except DamagedNotesError as error:
            return [str(error)]
        return []


def _ids(set_aside: Iterable[SetAside]) -> set[str]:
    return {aside.document for aside in set_aside}


def _limits(stopped: str) -> Iterator[str]:
    if stopped:
        yield (
            f"inference stopped early: {stopped}; what was derived before stands, the rest"
            " is left out"
        )


def _at_stage(step: Step[Any, Any], set_aside: Sequence[SetAside]) -> Iterator[SetAside]:
    """Yield what a step set aside, with its name."""
    return (replace(aside, stage=step.name) for aside in set_aside)


def _doubted(report: Report) -> Report:
    listed, *places = report.account.rows.items()
    said = ", ".join(f"{n} {name}" for name, n in places)
    sentence = f"{listed[1]} are listed, and {said} are not as many: report it as a bug"
    return replace(report, violations=(*report.violations, sentence))
