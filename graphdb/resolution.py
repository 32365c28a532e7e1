"""Decisions about who is who, in the graph: recorded, withdrawn, and followed by what was read.

Evidence keeps the key that it was read as (`read_as` on MENTIONS, and for both ends on STATES), so
a merge can be undone and gives both things back with exactly their facts. After a decision the
documents that mention either thing are written again; recording comes first, so that a decision
that is killed on the way is only repeated.
"""

from collections.abc import Iterable
from dataclasses import asdict

from graphdb.connection import Connection, Transaction
from graphdb.errors import DecisionError
from graphdb.identity import Clusters, Decision, contradicted, ends
from graphdb.leases import Lease, fence
from graphdb.ontology import Ontology
from graphdb.queries import cypher
from graphdb.rereading import reread
from graphdb.writing import Change, GroupConfig, read_decisions, upsert


def decide(
    connection: Connection,
    ontology: Ontology,
    config: GroupConfig,
    decisions: Iterable[Decision],
    lease: Lease | None = None,
) -> Change:
    """Record decisions, and write again what they are about; repeating them changes nothing.

    Raises:
        DecisionError: One contradicts another, or is about what no decision can be about; none of
            them was recorded.
    """
    new = {decision.key: decision for decision in decisions}
    known = {decision.key: decision for decision in read_decisions(connection)}
    for decision in new.values():
        _check(decision, ontology)
    after = known | new
    if wrong := contradicted(after.values(), ontology.entity_types):
        raise DecisionError(
            f"that cannot be, because {wrong}: withdraw that first (nightloom split, or"
            " nightloom merge if the two are one after all)"
        )

    def unit(tx: Transaction) -> None:
        for key, decision in new.items():
            tx.run(cypher("decisions/put"), **asdict(decision) | {"key": key})
        fence(tx, lease)

    connection.write(unit)
    touched = _touched(ontology, new.values(), known.values(), after.values())
    return _write_again(connection, ontology, config, touched, lease)


def withdraw(
    connection: Connection,
    ontology: Ontology,
    config: GroupConfig,
    key: str,
    lease: Lease | None = None,
) -> tuple[list[Decision], Change]:
    """Withdraw every decision by which an entity is more than one name; return them.

    Args:
        connection: To the graph.
        ontology: Says what a name of each type means.
        config: How much goes into one transaction.
        key: Of the entity, as it is now.
        lease: Checked inside every transaction.
    """
    known = read_decisions(connection)
    members = Clusters.of(known, ontology.entity_types).members(key)
    gone = [
        decision
        for decision in known
        if decision.kind == "same" and members.issuperset(ends(decision, ontology.entity_types))
    ]

    def unit(tx: Transaction) -> None:
        tx.run(cypher("decisions/withdraw"), keys=[decision.key for decision in gone])
        fence(tx, lease)

    connection.write(unit)
    return gone, _write_again(connection, ontology, config, members, lease)


def _check(decision: Decision, ontology: Ontology) -> None:
    policy = ontology.entity_types.get(decision.type)
    if policy is None:
        raise DecisionError(f"the ontology has no entity type {decision.type!r}, so {decision}?")
    if policy.identity != "global":
        raise DecisionError(
            f"{decision}: what is one {decision.type} is not decided by names, because its"
            f" identity is {policy.identity!r}"
        )
    one, other = ends(decision, ontology.entity_types)
    if one == other:
        raise DecisionError(f"{decision.one} and {decision.other} are one name ({decision.type})")


def _touched(ontology: Ontology, new: Iterable[Decision], *states: Iterable[Decision]) -> set[str]:
    """Return the keys of all things that new decisions change, before and after."""
    keys = {key for decision in new for key in ends(decision, ontology.entity_types)}
    return keys.union(
        *(
            clusters.members(clusters.key(key))
            for state in states
            for clusters in (Clusters.of(state, ontology.entity_types),)
            for key in keys
        )
    )


def _write_again(
    connection: Connection,
    ontology: Ontology,
    config: GroupConfig,
    keys: Iterable[str],
    lease: Lease | None,
) -> Change:
    rows = connection.read(cypher("decisions/documents"), keys=sorted(keys))
    extractions = reread(connection, ontology, [row["id"] for row in rows])
    return upsert(connection, extractions, ontology, config, lease)
