"""How evidence is exchanged within a transaction, and facts and names are brought up to it.

Order is everything here. Every entity that either version touches is locked in order of key;
nothing locked later is locked by two writers in different order, so writers queue and never
deadlock. With the locks held, evidence is exchanged, and every fact that either version states is
weighed before and after: what changed is written, once, and noted for the rules.

    old evidence ─► lock entities ─► weigh ─► delete chunks ─► documents and new facts
          ─► other facts ─► records ─► entities and their names ─► keys of rows ─► change log
"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from graphdb.connection import Row, Transaction
from graphdb.history import FactState, change_row, recording
from graphdb.leases import Lease
from graphdb.queries import cypher
from graphdb.writing.change import Change
from graphdb.writing.coming import Coming, Naming
from graphdb.writing.differences import Differences, fact_row
from graphdb.writing.evidence import Evidence
from graphdb.writing.rows import DocumentRows, Triple


@dataclass(slots=True)
class _Touched:
    """Keys for the change log."""

    added: list[str] = field(default_factory=list)
    changed: list[str] = field(default_factory=list)
    removed: list[str] = field(default_factory=list)
    entities: list[str] = field(default_factory=list)
    triples: dict[str, Triple] = field(default_factory=dict)
    """What the facts are, whatever happened to them: a rule may want one of them absent."""


class Exchange:
    """One exchange of evidence within a transaction."""

    def __init__(
        self,
        tx: Transaction,
        naming: Naming,
        lease: Lease | None,
        *,
        is_evidence_new: bool,
        are_keys_followed: bool = False,
        decision: str = "",
    ) -> None:
        self.tx = tx
        self.naming = naming
        self.ontology = naming.ontology
        self.lease = lease
        self.is_evidence_new = is_evidence_new
        self.are_keys_followed = are_keys_followed
        self.decision = decision
        self.types = set(self.ontology.relation_types)
        self.touched = _Touched()
        self.entities_added = 0
        self.entities_removed = 0

    def run(self, leaving: Sequence[str], coming: Coming) -> Change:
        """Take out what these ids say, put in what these documents say; say what changed."""
        old, new, documents = self.read(leaving), coming.evidence, coming.documents
        # What leaves may be of a type that the ontology no longer has.
        self.types |= {triple.type for triple in old.triples.values()}
        called, untouched = self.lock_entities(old, coming)
        triples = old.triples | new.triples
        facts = [
            key
            for key, triple in sorted(triples.items())
            if triple.subject not in untouched and triple.object not in untouched
        ]
        # With all locks held nobody else can change this support until the commit.
        before, rest, derivable = self.weigh(facts, leaving)
        if leaving:
            self.tx.run(cypher("swap/delete_chunks"), ids=leaving)
        # What comes is known without asking: only what other documents say had to be read.
        after = rest | {key: added.joined(rest.get(key)) for key, added in new.support.items()}
        derived = self.derived([fact_row(key, triples[key]) for key in derivable])
        differences = Differences.between(triples, before, after, derived)
        written = self.write_documents(coming, differences.new) if documents else None
        # While the server writes.
        records = self.records(old, new, differences, called)
        if written:
            # All these entities were locked by this transaction: none can have gone since.
            assert written(), "entities came in another order than they were asked for"
        self.write_facts(differences)
        # Before entities go and are renamed: a record has the names that its fact had.
        if leaving:
            self.tx.run(cypher("record/expand"), ids=leaving)
        self.record(records, new.documents)
        # After the facts: an entity whose last fact has just gone may go as well.
        self.drop_entities(old.texts.keys() - new.texts.keys())
        self.rename_entities(old, new, called)
        self.mark_names(old.types_by_name | new.types_by_name)
        self.exchange_keys(leaving, documents)
        self.log()
        return Change(
            entities_added=self.entities_added,
            entities_removed=self.entities_removed,
            facts_added=len(self.touched.added),
            facts_changed=len(self.touched.changed),
            facts_removed=len(self.touched.removed),
        )

    def read(self, ids: Sequence[str]) -> Evidence:
        """Return what the versions in the graph say."""
        evidence = Evidence()
        if not ids:
            return evidence
        for row in self.tx.run(cypher("swap/old_facts"), ids=ids):
            evidence.triples[row["key"]] = Triple(row["subject"], row["type"], row["object"])
            evidence.documents[row["key"]] = set(row["documents"])
        for row in self.tx.run(cypher("swap/old_entities"), ids=ids):
            evidence.types[row["key"]] = row["type"]
            evidence.texts[row["key"]] = set(row["texts"])
            if row["type"] in self.ontology.resolved_types:
                evidence.types_by_name |= dict.fromkeys(row["read_as"], row["type"])
        return evidence

    def lock_entities(
        self, old: Evidence, coming: Coming
    ) -> tuple[dict[str, list[str]], frozenset[str]]:
        """Make the entities that are new, hold all that are touched, and say what they are called.

        Returns:
            Name and aliases of each, the name first, before anybody is renamed; and which of them
            have no relationship, so that no fact of theirs has any support.
        """
        types = old.types | coming.evidence.types
        rows = []
        # In order of key across both versions: that is what keeps two writers from deadlocking.
        for key in sorted(types):
            row = coming.entity_rows.get(key)
            rows.append(row or self.naming.entity_row(types[key], key, old.texts[key]))
        if not rows:
            return {}, frozenset()
        answer = self.tx.run(cypher("upsert/entities"), rows=rows)[0]
        self.entities_added = self.tx.nodes_created
        called = {key: texts for key, *texts in answer["entities"]}
        return called, frozenset(answer["without_relationship"])

    def weigh(
        self, facts: list[str], leaving: Sequence[str]
    ) -> tuple[dict[str, FactState], dict[str, FactState], list[str]]:
        """Return the support of facts, what other documents leave of it, and which rules may have.

        Only facts that have any are in the first two.
        """
        before: dict[str, FactState] = {}
        rest: dict[str, FactState] = {}
        derivable = []
        query = cypher("swap/support")
        for row in self.tx.run(query, facts=facts, leaving=leaving) if facts else ():
            if row["witnesses"]:
                before[row["fact"]] = FactState(row["confidence"], row["witnesses"])
            if row["witnesses_left"]:
                rest[row["fact"]] = FactState(row["confidence_left"], row["witnesses_left"])
            if row["is_derivable"]:
                derivable.append(row["fact"])
        return before, rest, derivable

    def derived(self, facts: list[Row]) -> dict[str, float]:
        """Return the confidences of those facts that are there and that a rule supports, too."""
        if not facts:
            return {}
        query = cypher("swap/derivable", types=tuple(sorted(self.types)))
        return {row["fact"]: row["confidence"] for row in self.tx.run(query, rows=facts)}

    def write_documents(self, coming: Coming, facts: Sequence[Row]) -> Callable[[], Sequence[Row]]:
        """Write what comes: documents, passages, mentions, what they state, and the new facts.

        Returns:
            What waits until the server has written them; no row: it could not.
        """
        places = coming.places
        return self.tx.send(
            cypher("upsert/documents"),
            keys=list(places),
            documents=coming.document_rows,
            facts=[
                row
                | {"subject_place": places[row["subject"]], "object_place": places[row["object"]]}
                for row in facts
            ],
        )

    def write_facts(self, differences: Differences) -> None:
        """Bring the relationships of facts that were there before up to their evidence."""
        for name, rows in (
            ("upsert/restate", differences.restated),
            ("swap/delete_facts", differences.gone),
            ("swap/leave_to_rules", differences.left),
        ):
            self._run_if(name, rows, types=tuple(sorted(self.types)))
        self.touched.added = [row["key"] for row in differences.new]
        self.touched.changed = [row["key"] for row in (*differences.restated, *differences.left)]
        self.touched.removed = [row["key"] for row in differences.gone]
        self.touched.triples |= differences.triples

    def records(
        self,
        old: Evidence,
        new: Evidence,
        differences: Differences,
        called: Mapping[str, Sequence[str]],
    ) -> list[Row]:
        """Return what became of all touched facts, and because of which documents."""
        rows = []
        for key, triple in differences.triples.items():
            said, says = old.documents.get(key, set()), new.documents.get(key, set())
            # Nobody holds an entity that a damaged graph has without a mention: its key is shown.
            names = {
                "subject_name": next(iter(called.get(triple.subject, ())), None),
                "object_name": next(iter(called.get(triple.object, ())), None),
            }
            rows.append(
                change_row(
                    fact_row(key, triple) | names,
                    differences.before.get(key),
                    differences.after.get(key),
                    # A document that says it as before is no reason, unless it is the only one.
                    documents=(said ^ says) or says,
                )
            )
        return rows

    def record(
        self, rows: list[Row], stated_by: Mapping[str, Collection[str]] = MappingProxyType({})
    ) -> None:
        """Record what became of facts; of what comes with a document, who states it is known."""
        for query, parameters in recording(rows, self.lease, self.decision, stated_by):
            self.tx.run(query, **parameters)

    def drop_entities(self, keys: Collection[str]) -> None:
        """Delete those of the entities that nothing mentions any more."""
        rows = self.tx.run(cypher("swap/delete_entities"), keys=sorted(keys)) if keys else []
        self.entities_removed = len(rows)
        records = []
        for row in rows:
            self.touched.entities.append(row["key"])
            # What is left on such an entity was derived: the rules hear that it has gone.
            for fact in row["facts"]:
                self.touched.removed.append(fact["key"])
                self.touched.triples[fact["key"]] = Triple(
                    fact["subject"], fact["type"], fact["object"]
                )
                before = FactState(fact["confidence"], 0)
                records.append(change_row(fact, before, None, rule=fact["rule"]))
        self.record(records)

    def rename_entities(
        self, old: Evidence, new: Evidence, called: Mapping[str, Sequence[str]]
    ) -> None:
        """Bring name and aliases of the touched entities up to the texts that are used."""
        texts_by_entity: dict[str, tuple[str, set[str]]] = {}
        for row in self.gone_texts(old.texts, new.texts):
            texts_by_entity[row["key"]] = (row["type"], set(row["texts"]) - set(row["gone"]))
        # Second, so that a text that one version drops and the other uses is kept.
        for key, texts in new.texts.items():
            if not texts <= set(called[key]):
                type_, others = texts_by_entity.get(key, (new.types[key], set(called[key])))
                texts_by_entity[key] = (type_, others | texts)
        rows: list[Row] = []
        for key, (type_, texts) in sorted(texts_by_entity.items()):
            name, aliases = self.naming.of(type_, key, texts)
            rows.append({"key": key, "name": name, "aliases": aliases})
        self._run_if("upsert/names", rows)
        self.touched.entities += [row["key"] for row in rows]

    def gone_texts(self, old: dict[str, set[str]], new: dict[str, set[str]]) -> list[Row]:
        """Return the entities of which a text is no longer used, with all that they have."""
        differences = ((key, texts - new.get(key, set())) for key, texts in old.items())
        rows = [{"key": key, "texts": sorted(texts)} for key, texts in differences if texts]
        return self.tx.run(cypher("swap/gone_texts"), rows=rows) if rows else []

    def mark_names(self, types_by_name: dict[str, str]) -> None:
        """Have resolution weigh anew all names of which documents say something else now."""
        if not self.is_evidence_new:
            return
        # In order of key, and after all entities: two writers cannot wait for each other.
        rows = [{"key": key, "type": type_} for key, type_ in sorted(types_by_name.items())]
        self._run_if("names/mark", rows)

    def exchange_keys(self, leaving: Sequence[str], coming: Sequence[DocumentRows]) -> None:
        """Note which rows have keys and which are named, and mark those that differ.

        What a document says of a row that it names by key was looked up before this transaction,
        so that each is marked: whoever follows the marks looks again.
        """
        known = self.tx.run(cypher("keys/of_documents"), ids=leaving) if leaving else []
        rows = [row | {"document": each.id} for each in coming for row in each.keyed_rows]
        named = [row | {"document": each.id} for each in coming for row in each.rows_named]
        types = {row["key"]: row["type"] for row in (*known, *rows, *named)}
        if not types:
            return
        had, has = _said_of_keys(known), _said_of_keys(rows)
        differing = {key for _, key in dict(had ^ has)}
        if not self.are_keys_followed:
            differing |= {row["key"] for row in (*known, *named) if row.get("entity") is None}
        self.tx.run(
            cypher("keys/hold"),
            rows=[
                {"key": key, "type": type_, "changes": key in differing}
                for key, type_ in sorted(types.items())
            ],
        )
        if known:
            self.tx.run(cypher("keys/leave"), ids=leaving)
        self._run_if("keys/enter", rows)
        self._run_if("keys/name", named)

    def log(self) -> None:
        """Note what was touched, in this same transaction: a crash later loses nothing."""
        touched = self.touched
        if touched.added or touched.changed or touched.removed or touched.entities:
            triples = sorted(touched.triples.items())
            self.tx.run(
                cypher("upsert/log"),
                epoch=self.lease.epoch if self.lease else None,
                added=touched.added,
                changed=touched.changed,
                removed=touched.removed,
                entities=touched.entities,
                facts=[key for key, _ in triples],
                types=[triple.type for _, triple in triples],
                subjects=[triple.subject for _, triple in triples],
                objects=[triple.object for _, triple in triples],
            )

    def _run_if(self, name: str, rows: list[Row], **identifiers: tuple[str, ...]) -> None:
        if rows:
            self.tx.run(cypher(name, **identifiers), rows=rows)


def _said_of_keys(rows: Iterable[Row]) -> set[tuple[tuple[str, str], tuple[str, str]]]:
    """Return what the rows of documents stand for, by document and key."""
    return {
        ((row["document"], row["key"]), (row["entity"], row["name"]))
        for row in rows
        if row["entity"] is not None
    }
