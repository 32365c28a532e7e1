"""The façade: one graph in one Neo4j, and all that can be done with it.

Each method says what it guarantees; the module it leads to says how.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Any, Self, TypeVar

from extractors.facts import Extraction
from graphdb import leases, ledger, schema
from graphdb.asking import (
    DoubtfulFact,
    NearMiss,
    Proof,
    StatedFact,
    doubtful_facts,
    explain,
    keys_called,
    stated_facts,
    why_not,
)
from graphdb.backup import Restored, backup, restore
from graphdb.checks import (
    Counts,
    Violation,
    audit,
    contradicting_facts,
    counts,
    dump,
    violations,
)
from graphdb.connection import Connection, Reached, Tracer
from graphdb.deciding import Deciding
from graphdb.embedding import Embedded, Embedder, Embedding
from graphdb.identity import Decision, Verdict, decisions_about
from graphdb.inference import InferenceConfig, InferenceReport, RuleTrial, infer, try_rule
from graphdb.judging import Judging
from graphdb.ledger import Version
from graphdb.lessons import lessons
from graphdb.linking import Linking
from graphdb.migration import Migration, migrate
from graphdb.ontology import Ontology
from graphdb.resolution import AS_PUBLISHED, Cutoffs, Known, unknown
from graphdb.resolving import Comparison, Resolution, Resolver
from graphdb.rules import Rule, RuleSet, SuggestConfig, SuggestedRules, suggest
from graphdb.writing import (
    Change,
    GroupConfig,
    Receipt,
    clear,
    forget,
    read_decisions,
    read_denials,
    read_verdicts,
    retract,
    upsert,
)

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphConfig:
    """How to talk to the graph."""

    database: str | None = None
    """Name of the database on the server; none for the user's home database."""

    patience_s: float = 30.0
    """How long to keep trying when the server is gone or busy; 0 tries once."""

    lease_s: float = 60.0
    """How long after the death of a run another may take the graph over; 1 or more."""

    group: GroupConfig = field(default_factory=GroupConfig)
    """How much goes into one transaction."""

    inference: InferenceConfig = field(default_factory=InferenceConfig)
    """How to infer, and when to stop."""

    def __post_init__(self) -> None:
        if not 0 <= self.patience_s < float("inf"):
            raise ValueError(f"patience_s is {self.patience_s}; it takes 0 or more seconds")
        if not 1 <= self.lease_s < float("inf"):
            raise ValueError(f"lease_s is {self.lease_s}; a lease takes 1 second or more")


class Graph:
    """A knowledge graph that says what the documents upserted into it say."""

    def __init__(self, connection: Connection, ontology: Ontology, config: GraphConfig) -> None:
        self.connection = connection
        self.ontology = ontology
        self.config = config

    @classmethod
    def connect(
        cls,
        uri: str,
        *,
        auth: tuple[str, str],
        ontology: Ontology,
        config: GraphConfig = GraphConfig(),
        tracer: Tracer | None = None,
        reached: Reached | None = None,
    ) -> Self:
        """Connect to a server.

        Args:
            uri: `bolt://`, `neo4j://`, or `neo4j+s://` address.
            auth: User and password.
            ontology: The types this graph may have.
            config: How to talk to it.
            tracer: Is shown every statement and its parameters before they are sent.
            reached: Is told each moment at which a run can die ("upsert: written", …).

        Raises:
            GraphUnavailableError: Nobody answers at `uri`, or it is no address: a user and a
                password in it are refused, because addresses are shown.
            AccessDeniedError: The server does not take the password.
        """
        connection = Connection(
            uri,
            auth,
            database=config.database,
            patience_s=config.patience_s,
            tracer=tracer,
            reached=reached,
        )
        return cls(connection, ontology, config)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close all connections to the server."""
        self.connection.close()

    def prepare(self) -> None:
        """Make constraints and indexes that are missing; harmless to repeat.

        Raises:
            SchemaVersionError: The graph was made by another version of nightloom.
            SchemaConflictError: A constraint or index of somebody else's is in the way.
        """
        schema.prepare(self.connection, self.ontology)

    def migrate(
        self, stored: Iterable[Extraction] = (), lease: leases.Lease | None = None
    ) -> Migration:
        """Bring a graph of an older identity to this one; harmless to repeat.

        Args:
            stored: Extractions from which documents may have come; what is none of theirs is
                passed over. Other documents are written again from what the graph knows of them.
            lease: Checked inside every transaction.

        Raises:
            SchemaVersionError: The graph is of a newer version.
        """
        return migrate(self.connection, self.ontology, self.config.group, stored, lease)

    def lease(self, holder: str, run: str) -> AbstractContextManager[leases.Lease]:
        """Hold the graph for one run; hand the lease to everything that writes.

        Args:
            holder: Who is asking, in words that help a person to find it.
            run: Identity of the run; taking the lease again under the same one is allowed.

        Raises:
            LeaseHeldError: Another run holds it.
        """
        return leases.lease(self.connection, holder, run, self.config.lease_s)

    def ledger(self, source: str) -> dict[str, Version]:
        """Return which version of each document of a source is in the graph, by document id."""
        return ledger.ledger(self.connection, source)

    def with_ledger(self, source: str, unit: Callable[[Iterator[tuple[str, Version]]], T]) -> T:
        """Return what a function makes of the ids and versions of a source's documents.

        They are given one by one; the function is called again if the connection is lost.
        """
        return ledger.with_ledger(self.connection, source, unit)

    def languages(self, source: str) -> dict[str, int]:
        """Return how many documents of a source look to be in each language, by its code."""
        return ledger.languages(self.connection, source)

    def extractors(self, source: str) -> dict[str, int]:
        """Return how many documents of a source each extractor has read, by its fingerprint."""
        return ledger.extractors(self.connection, source)

    def ledgers(self) -> dict[str, Version]:
        """Return the versions of all documents in the graph, whatever source they are of."""
        return ledger.ledgers(self.connection)

    def upsert(
        self,
        extractions: Extraction | Iterable[Extraction],
        lease: leases.Lease | None = None,
        *,
        settle: bool = True,
    ) -> Change:
        """Make the graph say what these documents now say.

        The previous version of a document is withdrawn in the same transaction, so a reader sees
        either version and never both. Upserting the same extraction again changes nothing.

        Args:
            extractions: Read lazily, a group of documents ahead of what is being written.
            lease: Checked inside every transaction.
            settle: Whether other documents that name their rows by key follow at once; else the
                next upsert or `retract` has them follow.

        Returns:
            What was added, changed and withdrawn, counted. Rows the ontology does not allow are
            in `Change.rejected`, documents that could not be stored in `Change.set_aside`.

        Raises:
            LeaseLostError: Another run owns the graph; stop.
            GraphUnavailableError: The groups before this one are written; try again.
        """
        given = (extractions,) if isinstance(extractions, Extraction) else extractions
        change = upsert(self.connection, given, self.ontology, self.config.group, lease)
        return change + self._linking(lease).settle() if settle else change

    def retract(
        self, document_ids: str | Iterable[str], lease: leases.Lease | None = None
    ) -> Change:
        """Withdraw documents, and with them every fact and entity that nothing else supports.

        Raises:
            LeaseLostError: Another run owns the graph; stop.
            GraphUnavailableError: The groups before this one are withdrawn; try again.
        """
        ids = (document_ids,) if isinstance(document_ids, str) else document_ids
        change = retract(self.connection, ids, self.ontology, self.config.group, lease)
        return change + self._linking(lease).settle()

    def _linking(self, lease: leases.Lease | None) -> Linking:
        return Linking(self.connection, self.ontology, self.config.group, lease)

    def forget(
        self, document_id: str, lease: leases.Lease | None = None, rules: RuleSet | None = None
    ) -> Receipt:
        """Erase one document, and prove by a search of the whole graph that nothing cites it.

        Args:
            document_id: Which document.
            lease: Checked inside every transaction.
            rules: Those in force: what followed from the document goes, too. Without them it goes
                with the next `infer`, which records that it went.
        """

        def conclude() -> None:
            self._linking(lease).settle()
            if rules is not None:
                self.infer(rules, lease)

        config = self.config.group
        return forget(self.connection, document_id, self.ontology, config, lease, conclude)

    def clear(self, lease: leases.Lease | None = None) -> int:
        """Remove everything that nightloom keeps here, and nothing else; return how many nodes.

        Nodes of others stay, whatever their labels; relationships of theirs go with the node of
        nightloom's on which they hang. Constraints and indexes stay.

        Raises:
            LeaseLostError: Another run owns the graph; stop.
        """
        return clear(self.connection, lease)

    def backup(self, lease: leases.Lease) -> Iterator[str]:
        """Yield all that nightloom keeps here, so that another database can be filled from it.

        Raises:
            BackupError: Nothing was ever written here.
            LeaseLostError: Another run has written meanwhile; what was yielded is no backup.
        """
        return backup(self.connection, lease)

    def restore(
        self,
        lines: Iterable[str],
        lease: leases.Lease,
        tell: Callable[[int], None] | None = None,
    ) -> Restored:
        """Fill this graph, which must be empty, from what `backup` yielded.

        Raises:
            BackupError: It is not empty, or the lines are no backup for this ontology.
            LeaseLostError: Another run owns the graph; stop.
        """
        return restore(self.connection, self.ontology, lines, lease, tell or (lambda _: None))

    def decide(
        self,
        decisions: Decision | Iterable[Decision],
        lease: leases.Lease | None = None,
        *,
        settle: bool = True,
    ) -> Change:
        """Record who is who and who is not, and make the graph say so; harmless to repeat.

        Derived facts follow with the next `infer`.

        Args:
            decisions: Who is who.
            lease: Checked inside every transaction.
            settle: Whether documents follow at once; else they do with the next `settle`.

        Raises:
            DecisionError: One contradicts another; none was recorded.
        """
        given = (decisions,) if isinstance(decisions, Decision) else decisions
        return self._deciding(lease).decide(given, settle=settle)

    def settle(self, lease: leases.Lease | None = None) -> Change:
        """Have documents follow the decisions and verdicts that they do not follow yet.

        There are some where a command that recorded them was killed, or left the documents to
        others. Derived facts follow with the next `infer`.

        Raises:
            LeaseLostError: Another run owns the graph; stop.
        """
        return self._deciding(lease).settle() + self._judging(lease).settle()

    def split(
        self, key: str, lease: leases.Lease | None = None, *, by: str = "", at: str = ""
    ) -> list[Decision]:
        """Withdraw and return every decision by which an entity is more than one name.

        Each name gets back exactly its own facts. What resolution had joined is called distinct
        from now on, by whoever says so and at that time.
        """
        gone, _ = self._deciding(lease).withdraw(key, by, at)
        return gone

    def undo_resolution(self, lease: leases.Lease | None = None) -> list[Decision]:
        """Withdraw and return all that resolution decided; the next resolution may decide it again.

        What people decided stays.
        """
        return self._deciding(lease).undo_resolution()

    def embed(
        self,
        embedder: Embedder,
        lease: leases.Lease | None = None,
        *,
        limit: int = 0,
        tell: Callable[[int, int], None] = lambda *_: None,
    ) -> Embedded:
        """Give the passages that wait for them their vectors; harmless to repeat.

        Args:
            embedder: Makes the vectors.
            lease: Checked inside every transaction.
            limit: How many documents at most; 0: all.
            tell: Is told how many documents of how many are done.
        """
        return Embedding(self.connection, lease).embed(embedder, limit, tell)

    def remove_embeddings(self, lease: leases.Lease | None = None) -> int:
        """Take the vectors of all passages away; return how many documents had some."""
        return Embedding(self.connection, lease).remove()

    def embedding_counts(self) -> dict[str, int]:
        """Return how many documents have vectors by language; `""` wait, `none` can have none."""
        return Embedding(self.connection).counts()

    def _deciding(self, lease: leases.Lease | None) -> Deciding:
        return Deciding(self.connection, self.ontology, self.config.group, lease)

    def resolve(
        self,
        lease: leases.Lease | None = None,
        *,
        cutoffs: Cutoffs = AS_PUBLISHED,
        known: Known = unknown,
        whole: bool = False,
        dry_run: bool = False,
        tell: Callable[[int, int], None] | None = None,
    ) -> Resolution:
        """Join names that mean one thing, and tell things of one name apart; harmless to repeat.

        Looks at names whose evidence has changed since the last time, and at those that hang
        together with them. Each merge and each split is a decision that can be undone. Derived
        facts follow with the next `infer`.

        Args:
            lease: Checked inside every transaction.
            cutoffs: Where keep and review begin.
            known: Lists of names: returns the entries that have a name of a type.
            whole: Whether all names are weighed anew.
            dry_run: Whether to decide nothing.
            tell: Is told how many names of how many are done.
        """
        resolver = Resolver(
            connection=self.connection,
            ontology=self.ontology,
            config=self.config.group,
            cutoffs=cutoffs,
            known=known,
            lease=lease,
            tell=tell,
        )
        return resolver.resolve(whole=whole, dry_run=dry_run)

    def compare(
        self, one: str, other: str, *, cutoffs: Cutoffs = AS_PUBLISHED, known: Known = unknown
    ) -> Comparison:
        """Return what speaks for two entities, named by keys, being one, and what against."""
        resolver = Resolver(
            connection=self.connection,
            ontology=self.ontology,
            config=self.config.group,
            cutoffs=cutoffs,
            known=known,
        )
        return resolver.compare(one, other)

    def decisions_about(self, key: str) -> list[Decision]:
        """Return what was decided about the names of an entity, in order of time."""
        return decisions_about(read_decisions(self.connection), key, self.ontology.entity_types)

    def decisions(self) -> list[Decision]:
        """Return what was decided about who is who, in order of time."""
        return read_decisions(self.connection)

    def judge(
        self,
        verdicts: Verdict | Iterable[Verdict],
        lease: leases.Lease | None = None,
        *,
        settle: bool = True,
    ) -> Change:
        """Record what a person said of facts, and make the graph say so; harmless to repeat.

        A fact that somebody called wrong goes, whatever documents state, until the verdict is
        withdrawn. What followed from it goes with the next `infer`.

        Args:
            verdicts: What they said.
            lease: Checked inside every transaction.
            settle: Whether documents follow at once; else they do with the next `settle`.

        Raises:
            DecisionError: One is about a type that the ontology does not have; none was recorded.
        """
        given = (verdicts,) if isinstance(verdicts, Verdict) else verdicts
        return self._judging(lease).judge(given, settle=settle)

    def withdraw_verdicts(
        self, keys: Iterable[str], lease: leases.Lease | None = None
    ) -> list[Verdict]:
        """Withdraw and return verdicts; the facts that they denied are there again."""
        gone, _ = self._judging(lease).withdraw(set(keys))
        return gone

    def verdicts(self) -> list[Verdict]:
        """Return what people said of facts, in order of time."""
        return read_verdicts(self.connection)

    def denying(self, subject: str, type: str, object: str) -> list[Verdict]:  # noqa: A002
        """Return what people said against a fact, so that it is not here whoever states it.

        Args:
            subject: Name or key of the subject.
            type: Relation type.
            object: Name or key of the object.
        """
        ends = (keys_called(self.connection, self.ontology, name) for name in (subject, object))
        return self._judging(None).denying(next(ends), type, next(ends))

    def doubtful_facts(self, limit: int) -> list[DoubtfulFact]:
        """Return facts for a person to judge: those that contradict others, then the unsure ones.

        What somebody has judged is not among them.
        """
        judged = self._judging(None).facts(self.verdicts())
        contradicting = contradicting_facts(self.connection, self.ontology, limit + len(judged))
        return doubtful_facts(self.connection, contradicting, judged, limit)

    def lessons(self) -> Iterator[dict[str, Any]]:
        """Yield what people said of facts as labelled texts, in the form of nightloom's own lines.

        A verdict on a fact that no document states any more teaches nothing.
        """
        return lessons(self._judging(None), self.verdicts())

    def _judging(self, lease: leases.Lease | None) -> Judging:
        return Judging(self.connection, self.ontology, self.config.group, lease)

    def infer(self, rules: RuleSet, lease: leases.Lease | None = None) -> InferenceReport:
        """Make derived facts follow from stated facts by these rules, and go with them.

        Looks at what was touched since the last time only. Doing it again changes nothing.

        Raises:
            LeaseLostError: Another run owns the graph; stop.
            GraphUnavailableError: Try again; nothing that was done is in the way.
        """
        denied = read_denials(self.connection, self.ontology).keys
        return infer(self.connection, rules, self.config.inference, lease, denied)

    def explain(self, subject: str, type: str, object: str) -> list[Proof]:  # noqa: A002
        """Return why a fact is here, down to sentences: a proof for each pair of such entities.

        Args:
            subject: Name or key of the subject.
            type: Relation type.
            object: Name or key of the object.
        """
        return explain(self.connection, self.ontology, subject, type, object)

    def why_not(
        self,
        rules: RuleSet,
        subject: str,
        type: str,  # noqa: A002
        object: str,  # noqa: A002
    ) -> list[NearMiss]:
        """Return how far each rule gets towards a fact that is not here, the nearest first."""
        return why_not(self.connection, self.ontology, rules, subject, type, object)

    def try_rule(self, rules: RuleSet, rule: Rule, limit: int = 20) -> RuleTrial:
        """Return what a rule, beside those in force, would add and take away, without writing."""
        config = self.config.inference
        return try_rule(self.connection, self.ontology, rules, rule, config, limit)

    def suggest(self, config: SuggestConfig | None = None) -> SuggestedRules:
        """Return rules that the stated facts suggest, as files for a person to accept."""
        return suggest(self.connection, self.ontology, config or SuggestConfig())

    def violations(self) -> list[Violation]:
        """Return what contradicts the ontology: functional, disjoint, domain, range, circles."""
        return violations(self.connection, self.ontology)

    def counts(self) -> Counts:
        """Return how much of everything is nightloom's; takes longer the more there is."""
        return counts(self.connection, self.ontology)

    def facts(self, document_ids: Iterable[str], limit: int = 12) -> list[StatedFact]:
        """Return facts that these documents state with their best evidence, the surest first."""
        return stated_facts(self.connection, list(document_ids), limit)

    def audit(self) -> list[Violation]:
        """Check that evidence, facts, names and ledger agree; an empty list is good news."""
        return audit(self.connection, self.ontology)

    def dump(self) -> Iterator[str]:
        """Yield the canonical dump: lines of JSON that are the same for the same graph."""
        return dump(self.connection)
