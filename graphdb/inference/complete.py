"""A stratum checked against all facts, derivations and rules, whatever was touched.

This is done the first time, and after an inference that did not come to its end.
"""

from collections.abc import Iterator

from graphdb.identity import fact_key
from graphdb.inference.knowledge import Knowledge
from graphdb.inference.questions import Answer
from graphdb.inference.stratum import Stratum
from graphdb.inference.values import Derivation
from graphdb.rules import Rule


def derive_everything(stratum: Stratum) -> None:
    """Look at all facts, derivations and rules; write what is not as it should be."""
    knowledge = stratum.knowledge
    if not knowledge.rules and not knowledge.types_by_gone_rule:
        return
    knowledge.look_up_types(sorted(stratum.types))
    derivations = [
        derivation
        for derivations_of_fact in knowledge.derivations.values()
        for derivation in derivations_of_fact.values()
    ]
    standing: set[Derivation] = set()
    answers = _not_remembered(knowledge, standing)
    if derivations:  # which of them stand is known when all rules have been asked
        answers = _handed_over(list(answers))
    for derivation in derivations:
        derivation.is_void = derivation.is_void or derivation not in standing
    # Facts of earlier strata are in memory, too, and are as they should be.
    for fact in list(knowledge.facts.values()):
        if fact.type in stratum.types and not fact.is_stated:
            stratum.support.doubt(fact)
        elif fact.type in stratum.types:
            knowledge.touch(fact)
    # A fact that went with its entity left its derivations behind; no premise leads to them.
    left_behind = [one for one in derivations if one.fact not in knowledge.facts]
    stratum.withdraw(derivations, (), knowledge.drop(left_behind))
    derivations.clear()  # so that nothing keeps in memory what is forgotten
    standing.clear()
    stratum.grow(answers)


def _not_remembered(
    knowledge: Knowledge, standing: set[Derivation]
) -> Iterator[tuple[Rule, Answer]]:
    """Yield all answers of all rules but those that are in the graph as derivations.

    Args:
        knowledge: Of all facts and derivations of the stratum.
        standing: Takes in the derivations that the rules still conclude.
    """
    for rule in knowledge.rules.values():
        for answer in knowledge.store.everything(rule):
            for premise, value in zip(answer.premises, answer.confidences, strict=True):
                knowledge.values.setdefault(premise, value)
            key = fact_key(answer.subject, rule.conclusion.type, answer.object)
            if key in knowledge.denied:  # what is not said again does not stand
                continue
            derivations = knowledge.derivations.get(key)
            # The relationship went with an entity that is back; its derivations had stayed.
            if derivations and key not in knowledge.facts:
                fact = knowledge.new_fact(key, answer.subject, rule.conclusion.type, answer.object)
                knowledge.touch(fact)
            derivation = derivations and derivations.get((rule.name, answer.premises))
            if derivation:
                standing.add(derivation)
            else:
                yield rule, answer


def _handed_over(answers: list[tuple[Rule, Answer]]) -> Iterator[tuple[Rule, Answer]]:
    """Yield answers in their order, and let go of each."""
    answers.reverse()
    while answers:
        yield answers.pop()
