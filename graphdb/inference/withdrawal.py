"""The first phase of a stratum: what lost its support goes.

When something goes, exactly the facts that lean on it, directly or through others, are in doubt.
They lose their confidence, all of them, before any gets one again: none can be rescued by a fact
that leans on it. Then the surest derivation whose premises all stand settles its conclusion, and so
on. What is not settled is deleted.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from graphdb.inference.knowledge import Knowledge
from graphdb.inference.support import Support
from graphdb.inference.values import Derivation, Fact


@dataclass(frozen=True, slots=True)
class Withdrawn:
    """What has to be deleted."""

    facts: list[Fact]
    derivations: list[Derivation]


def withdraw(
    knowledge: Knowledge,
    support: Support,
    derivations: Iterable[Derivation],
    premises: Iterable[str],
) -> Withdrawn:
    """Follow what has become of premises, and of derivations, to the end; nothing is written."""
    dropped: list[Derivation] = []
    _doubt(knowledge, support, derivations, premises)
    # A fact that is settled again may have become indirect, which voids derivations in turn.
    while True:
        support.settle()
        dropped += _drop_dead(knowledge, support)
        stepped_over = _over_indirect_facts(knowledge)
        dropped += knowledge.drop(stepped_over)
        if not stepped_over:
            break
        _doubt(knowledge, support, stepped_over, ())
    return Withdrawn([fact for fact in support.doubted.values() if fact.value is None], dropped)


def _doubt(
    knowledge: Knowledge,
    support: Support,
    derivations: Iterable[Derivation],
    premises: Iterable[str],
) -> None:
    """Take its confidence from every fact that leans on what is no longer as it was."""
    changed = list(derivations)
    frontier = list(premises)
    while changed or frontier:
        knowledge.look_up_uses(frontier)
        uses = (use for premise in frontier for use in knowledge.uses[premise])
        changed = list(dict.fromkeys([*changed, *uses]))
        knowledge.look_up_ends(changed)
        doubted = [support.reconsider(derivation) for derivation in changed]
        frontier = [fact.key for fact in doubted if fact]
        knowledge.look_up_derivations(frontier)
        changed = []
    # Only now that all are in doubt may any be settled: what is left stands by itself.
    alternatives = [
        derivation for key in support.doubted for derivation in knowledge.derivations[key].values()
    ]
    knowledge.look_up_ends(alternatives)
    support.offer(alternatives)


def _drop_dead(knowledge: Knowledge, support: Support) -> list[Derivation]:
    """Void all derivations with a dead premise; return those that are in the graph still."""
    dropped: list[Derivation] = []
    # By premise, for conclusions that nothing has touched; then by conclusion, for premises that
    # went in an earlier stratum or with their entity.
    for key in support.doubted:
        if knowledge.values.get(key) is None:
            dropped += knowledge.drop(knowledge.uses[key])
    for fact in list(knowledge.touched.values()):
        dropped += knowledge.drop(
            derivation
            for derivation in knowledge.derivations[fact.key].values()
            if derivation.is_void or _has_dead_premise(knowledge, derivation)
        )
    return dropped


def _has_dead_premise(knowledge: Knowledge, derivation: Derivation) -> bool:
    """Say whether a premise is known not to be there."""
    # A premise that nobody has asked about was not touched, so it is there.
    return any(knowledge.values.get(premise, 1.0) is None for premise in derivation.premises)


def _over_indirect_facts(knowledge: Knowledge) -> list[Derivation]:
    """Return the derivations that step over a fact which has become indirect.

    A closing rule steps over direct facts only. Where such a fact has become indirect, the
    derivation goes, although all its premises stand.
    """
    now_indirect: list[Fact] = []
    for fact in knowledge.touched.values():
        knowledge.judge_directness(fact)
        was_direct = fact.exists and not fact.was_indirect
        if fact.is_indirect and was_direct and fact.value is not None:
            now_indirect.append(fact)
    knowledge.look_up_uses(fact.key for fact in now_indirect)
    return [
        derivation
        for fact in now_indirect
        for derivation in knowledge.uses[fact.key]
        if not derivation.is_void and _steps_over(knowledge, derivation, fact)
    ]


def _steps_over(knowledge: Knowledge, derivation: Derivation, fact: Fact) -> bool:
    """Say whether a derivation needs this fact to be direct."""
    places = knowledge.direct_premises[derivation.rule]
    return any(derivation.premises[place] == fact.key for place in places)
