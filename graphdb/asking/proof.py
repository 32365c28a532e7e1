"""Why a fact is in the graph: rules and premises, down to sentences.

A proof has no circles, but it is no tree either: two premises may follow from the same third fact,
and thirty such meetings one below the other make a thousand million ways down. So a proof holds
each fact once, and a rule names its premises by key. Nothing here calls itself, because a proof may
be thousands of facts deep.

Every fact below the first is shown by the derivation that it leans on. What else supports the first
fact is listed beside it.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any, LiteralString

from graphdb.asking.looking import keys_called
from graphdb.asking.provenance import Witness, witnesses
from graphdb.connection import Connection, Row
from graphdb.ontology import Ontology
from graphdb.queries import cypher

KEYS_AT_ONCE = 5_000
"""Facts that one query is asked about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleUse:
    """One use of a rule on particular premises."""

    rule: str
    sentence: str
    rule_confidence: float
    confidence: float
    """What rule and premises make together."""
    premises: tuple[str, ...]
    """Keys of facts of the same proof."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProvedFact:
    """A fact of a proof, with what supports it."""

    key: str
    subject: str
    type: str
    object: str
    confidence: float
    is_derived: bool
    witnesses: tuple[Witness, ...]
    """Sentences that state it: of the surest document first, there in order of the text."""
    rule_uses: tuple[RuleUse, ...]
    """Uses of rules that conclude it, first the one that it leans on."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """A fact, and all facts that it follows from."""

    fact: ProvedFact
    facts: Mapping[str, ProvedFact]
    """By key, each once: the fact itself, then its premises, then theirs."""

    def premises(self, rule_use: RuleUse) -> list[ProvedFact]:
        """Return the facts that a rule was used on."""
        return [self.facts[key] for key in rule_use.premises]

    def below(self, rule_use: RuleUse) -> Iterator[ProvedFact]:
        """Yield the premises of one use of a rule and all that they rest on, each fact once."""
        waiting = list(dict.fromkeys(rule_use.premises))
        seen = set(waiting)
        while waiting:
            fact = self.facts[waiting.pop()]
            yield fact
            further = {key for use in fact.rule_uses for key in use.premises} - seen
            seen |= further
            waiting += further


def explain(
    connection: Connection, ontology: Ontology, subject: str, type_: str, object_: str
) -> list[Proof]:
    """Return why there is such a fact, one proof for each pair of entities with these names.

    Args:
        connection: To the graph.
        ontology: Says which types entities of a name may have.
        subject: Name or key of the subject.
        type_: Relation type.
        object_: Name or key of the object.
    """
    return prove(connection, facts_between(connection, ontology, subject, type_, object_))


def explain_fact(
    connection: Connection, subject_key: str, type_: str, object_key: str
) -> Proof | None:
    """Return why there is the fact between two entities of which the keys are known."""
    ends = {"subjects": [subject_key], "objects": [object_key]}
    proofs = prove(connection, connection.read(cypher("proof/between", type=type_), **ends))
    return next(iter(proofs), None)


def facts_between(
    connection: Connection, ontology: Ontology, subject: str, type_: str, object_: str
) -> list[Row]:
    """Return the facts of one type between entities with these names or keys."""
    return connection.read(
        cypher("proof/between", type=type_),
        subjects=keys_called(connection, ontology, subject),
        objects=keys_called(connection, ontology, object_),
    )


def prove(connection: Connection, rows: Sequence[Row]) -> list[Proof]:
    """Return a proof of each of some facts, given as rows of `proof/facts`.

    What several of them rest on is looked up once.
    """
    foundations = _Foundations(connection, rows)
    return [foundations.proof(row["key"]) for row in rows]


class _Foundations:
    """What some facts rest on, read in batches: derivations first, then facts and sentences."""

    def __init__(self, connection: Connection, rows: Iterable[Row]) -> None:
        self.connection = connection
        self.facts = {row["key"]: row for row in rows}
        self.derivations: defaultdict[str, list[Row]] = defaultdict(list)
        """All derivations of the facts that were asked about, by the fact's key."""
        self.leaned_on: dict[str, Row] = {}
        """The one that each fact below leans on."""
        self._read_derivations()
        self._read_facts()
        stated = [key for key, row in self.facts.items() if not row["derived"]]
        self.witnesses: dict[str, list[Witness]] = {key: [] for key in self.facts}
        for batch in _batches(stated):
            self.witnesses |= witnesses(connection, batch)

    def proof(self, key: str) -> Proof:
        """Return the proof of a fact that was asked about."""
        # A fact that leans on this one cannot support it: without the check, two facts that follow
        # from each other would each be given as the reason of the other.
        circular = self._leaning_on(key)
        rows = [row for row in self.derivations[key] if circular.isdisjoint(row["premises"])]
        facts = {key: self._fact(key, rows)}
        level = [key]
        while level:
            premises = (
                premise
                for each in level
                for rule_use in facts[each].rule_uses
                for premise in rule_use.premises
            )
            level = [each for each in dict.fromkeys(premises) if each not in facts]
            for each in level:
                facts[each] = self._fact(each, self._support(each))
        return Proof(fact=facts[key], facts=facts)

    def _read_derivations(self) -> None:
        for row in self._rows(cypher("proof/derivations"), self.facts):
            self.derivations[row["key"]].append(row)
        # The query goes down several levels at once, and so mostly runs once. `asked` has stated
        # facts, too: nothing is found for them, and they would be asked about for ever.
        rows = [row for of_fact in self.derivations.values() for row in of_fact]
        asked: set[str] = set()
        while wanted := _premises(rows) - asked - self.leaned_on.keys():
            rows = self._rows(cypher("proof/leaned_on"), sorted(wanted))
            asked |= wanted
            for row in rows:
                self.leaned_on.setdefault(row["key"], row)

    def _read_facts(self) -> None:
        keys_by_type: defaultdict[str, dict[str, None]] = defaultdict(dict)
        of_first = (row for rows in self.derivations.values() for row in rows)
        for row in (*of_first, *self.leaned_on.values()):
            for type_, premise in zip(row["premise_types"], row["premises"], strict=True):
                keys_by_type[type_][premise] = None
        # By type, because facts are relationships, and each type of these has its own index.
        for type_, keys in sorted(keys_by_type.items()):
            for row in self._rows(cypher("proof/facts", type=type_), keys - self.facts.keys()):
                self.facts[row["key"]] = row

    def _leaning_on(self, key: str) -> set[str]:
        """Return the facts that lean on this one, itself included: they do not support it."""
        conclusions: defaultdict[str, list[str]] = defaultdict(list)
        for row in self.leaned_on.values():
            if self._support(row["key"]):
                for premise in row["premises"]:
                    conclusions[premise].append(row["key"])
        leaning, waiting = {key}, [key]
        while waiting:
            further = set(conclusions[waiting.pop()]) - leaning
            leaning |= further
            waiting += further
        return leaning

    def _support(self, key: str) -> list[Row]:
        """Return the derivation by which a fact below the first is shown; none if it is stated."""
        # A fact that documents state needs no rule, though one may conclude it, too.
        row = self.leaned_on.get(key)
        return [row] if row and not self.witnesses.get(key) else []

    def _fact(self, key: str, derivations: Iterable[Row]) -> ProvedFact:
        row = self.facts[key]
        return ProvedFact(
            key=key,
            subject=row["subject"],
            type=row["type"],
            object=row["object"],
            confidence=row["confidence"],
            is_derived=row["derived"],
            witnesses=tuple(self.witnesses[key]),
            rule_uses=tuple(
                RuleUse(
                    rule=derivation["rule"],
                    sentence=derivation["sentence"],
                    rule_confidence=derivation["rule_confidence"],
                    confidence=derivation["confidence"],
                    premises=tuple(derivation["premises"]),
                )
                for derivation in derivations
                # A night that writes meanwhile may have taken a premise away since.
                if self.facts.keys() >= set(derivation["premises"])
            ),
        )

    def _rows(self, query: LiteralString, keys: Iterable[str]) -> list[Row]:
        return [
            row for batch in _batches(list(keys)) for row in self.connection.read(query, keys=batch)
        ]


def _premises(rows: Iterable[Row]) -> set[str]:
    return {premise for row in rows for premise in row["premises"]}


def _batches(keys: Sequence[str]) -> Iterator[list[str]]:
    return (list(keys[start : start + KEYS_AT_ONCE]) for start in range(0, len(keys), KEYS_AT_ONCE))


def proofs_to_dict(explained: Sequence[Proof]) -> dict[str, Any]:
    """Return proofs as flat lists for `--json`; keys are part of the command's contract."""
    facts = {key: fact for proof in explained for key, fact in proof.facts.items()}
    # A fact asked about has all its derivations; where another proof needs it, it has one.
    facts |= {proof.fact.key: proof.fact for proof in explained}
    return {
        "asked": [proof.fact.key for proof in explained],
        "facts": [_fact_row(fact) for fact in facts.values()],
        "derivations": [
            {"fact": fact.key, **asdict(rule_use), "premises": list(rule_use.premises)}
            for fact in facts.values()
            for rule_use in fact.rule_uses
        ],
        "witnesses": [
            {"fact": fact.key, **asdict(witness)}
            for fact in facts.values()
            for witness in fact.witnesses
        ],
    }


def _fact_row(fact: ProvedFact) -> dict[str, Any]:
    return {
        "key": fact.key,
        "subject": fact.subject,
        "type": fact.type,
        "object": fact.object,
        "confidence": fact.confidence,
        "derived": fact.is_derived,
    }
