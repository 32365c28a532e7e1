"""What the page shows of the past: what changed, what became of something, what there was."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, time

from flows.errors import FlowError
from flows.past import FactThen, changes_asked, facts_asked_as_of, moment_of
from graphdb import Decision, Graph
from graphdb.asking import NamedEntity, Witness, by_document, entity_of, witnesses
from graphdb.history import (
    ChangedFact,
    ChangedFacts,
    RecordedHistory,
    RecordedRun,
    history_of,
    last_runs,
    recorded_since,
)
from graphdb.identity import fact_key

N_CHANGES, N_HISTORY, N_RUNS = 300, 200, 14
N_QUOTED = 40
"""Changed facts that are shown with a sentence."""

ASKED = ("since", "run", "entity", "kind")
"""What a person may ask changes by; the names of `changes_asked`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """What changed, and by what it was asked."""

    runs: Sequence[RecordedRun]
    """The last nights."""
    given: Mapping[str, str]
    """By `ASKED`; empty where nothing was given."""
    what: str = ""
    """What was asked for, in words."""
    changed: ChangedFacts = field(default_factory=ChangedFacts)
    """With the first of the facts."""
    cited: Mapping[str, tuple[Witness, ...]] = field(default_factory=dict)
    """What a document says for the first of those that are stated now, by the fact's key."""
    sentence: str = ""
    """Why there is no answer."""


def changes(graph: Graph, given: Mapping[str, str]) -> Changes:
    """Return what changed: in the last night, or by what a person gave."""
    runs = last_runs(graph.connection, N_RUNS)
    asked = {name: given.get(name, "").strip() for name in ASKED}
    try:
        what, changed = changes_asked(graph, **asked, most=N_CHANGES)
    except FlowError as error:
        return Changes(runs=runs, given=asked, sentence=str(error))
    stated = [fact for fact in changed.facts if fact.after][:N_QUOTED]
    found = witnesses(graph.connection, [fact.key for fact in stated])
    cited = {fact.key: _because(fact, by_document(found[fact.key])) for fact in stated}
    return Changes(runs=runs, given=asked, what=what, changed=changed, cited=cited)


@dataclass(frozen=True, slots=True, kw_only=True)
class Past:
    """What became of an entity's facts, and how it came together."""

    entity: NamedEntity
    is_gone: bool
    """Whether it is only on record any more."""
    decisions: tuple[Decision, ...]
    past: RecordedHistory
    """With the last changes, the latest first."""
    since: datetime | None
    """Since when changes are recorded."""


def past(graph: Graph, key: str) -> Past | None:
    """Return the history of the entity with a key; None: there is none, nor was there."""
    entity = entity_of(graph.connection, key)
    whole = history_of(graph.connection, [key])
    known = entity or _entity_on_record(key, whole)
    if known is None:
        return None
    return Past(
        entity=known,
        is_gone=entity is None,
        decisions=tuple(graph.decisions_about(key)),
        past=latest(whole),
        since=recorded_since(graph.connection),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class CardThen:
    """What the graph knew of an entity on a date."""

    entity: NamedEntity
    is_gone: bool
    """Whether it is only on record any more."""
    date: str
    """As a person gave it."""
    moment: datetime | None = None
    facts: tuple[FactThen, ...] = ()
    """The first of them."""
    n_more: int = 0
    sentence: str = ""
    """Why nobody can say."""


def card_then(graph: Graph, key: str, date: str, most: int) -> CardThen | None:
    """Return what was known on a date of the entity with a key; None: there never was one."""
    entity = entity_of(graph.connection, key)
    known = entity or _entity_on_record(key, history_of(graph.connection, [key]))
    if known is None:
        return None
    card = CardThen(entity=known, is_gone=entity is None, date=date)
    try:
        moment = moment_of(date, time.max)
        facts = facts_asked_as_of(graph, moment, key)
    except FlowError as error:
        return replace(card, sentence=str(error))
    shown_facts = tuple(facts[:most])
    return replace(card, moment=moment, facts=shown_facts, n_more=len(facts) - len(shown_facts))


@dataclass(frozen=True, slots=True, kw_only=True)
class GoneFact:
    """A fact that is only on record any more."""

    last: ChangedFact
    past: RecordedHistory
    """With the last changes, the latest first."""


def gone_fact(graph: Graph, subject: str, type_: str, object_: str) -> GoneFact | None:
    """Return what became of a fact between two entities, given by keys; None: there was none."""
    whole = history_of(graph.connection, [subject], [fact_key(subject, type_, object_)])
    if not whole.changes:
        return None
    return GoneFact(last=whole.changes[-1], past=latest(whole))


def latest(whole: RecordedHistory) -> RecordedHistory:
    """Return the last changes of a history, the latest first."""
    return replace(whole, changes=tuple(reversed(whole.changes[-N_HISTORY:])))


def _entity_on_record(key: str, whole: RecordedHistory) -> NamedEntity | None:
    """Return an entity that has gone, by the last name that it had; its type is not on record."""
    for change in reversed(whole.changes):
        name = change.subject if change.subject_key == key else change.object
        return NamedEntity(key=key, name=name, type="", aliases=())
    return None


def _because(fact: ChangedFact, by_documents: Sequence[tuple[Witness, ...]]) -> tuple[Witness, ...]:
    """Return what a document that the fact changed for says, or else the one that is surest."""
    changed_for = (each for each in by_documents if each[0].document_id in fact.documents)
    return next(changed_for, next(iter(by_documents), ()))
