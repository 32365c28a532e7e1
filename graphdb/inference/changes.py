"""A stratum brought up to date with what was touched since the last inference.

Cost follows the change: what is looked at is the touched facts, the conditions that read them, the
rules whose files were changed, and what has happened in the strata before.
"""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from itertools import chain

from graphdb.identity import fact_key
from graphdb.inference import questions
from graphdb.inference.growth import Fresh, Round, consequences
from graphdb.inference.knowledge import Knowledge
from graphdb.inference.outcome import Outcome
from graphdb.inference.questions import Answer
from graphdb.inference.state import RuleChanges, Touched
from graphdb.inference.stratum import Stratum
from graphdb.inference.values import Derivation, Fact
from graphdb.rules import Rule


@dataclass(slots=True)
class _Asked:
    """What rules say now, where they were asked again."""

    answers: list[tuple[Rule, Answer]]
    derivations: list[Derivation]
    """Those to be weighed again; void ones are no longer said."""


def follow_changes(stratum: Stratum, touched: Touched, rule_changes: RuleChanges) -> None:
    """Follow what was touched since the last inference."""
    knowledge, outcome = stratum.knowledge, stratum.records.outcome
    touched_keys = _see_touched_facts(stratum, touched)
    by_conditions = _asked_by_conditions(knowledge, outcome, touched)
    by_files = _asked_by_files(knowledge, rule_changes)
    answers = [*by_conditions.answers, *by_files.answers]
    derivations = [*by_conditions.derivations, *by_files.derivations]
    inputs = {type_ for rule in knowledge.rules.values() for type_ in rule.premise_types}
    premises = touched_keys + _changed_inputs(knowledge, outcome, touched, inputs - stratum.types)
    has_new_inputs = any(outcome.added[type_] for type_ in inputs)
    if not (answers or derivations or premises or has_new_inputs):
        return
    stratum.withdraw(derivations, premises)
    direct = {t: sorted(outcome.added[t] | outcome.changed[t]) for t in stratum.types}
    new = {type_: sorted(outcome.added[type_]) for type_ in inputs}
    made = Round(Fresh(new, direct))
    stratum.grow(chain(answers, consequences(knowledge, made)))


def _changed_inputs(
    knowledge: Knowledge, outcome: Outcome, touched: Touched, types: Collection[str]
) -> list[str]:
    """Return the facts of earlier strata that went, changed, or went and came back."""
    premises: list[str] = []
    for type_ in sorted(types):
        # Gone and back since the last inference: its derivations were never withdrawn, and may
        # rest on another confidence.
        returned = outcome.added[type_] & touched.gone
        changed = outcome.changed[type_] | outcome.removed[type_]
        premises += sorted(returned | changed)
        # Deleted in an earlier stratum: what cites such a fact has a dead premise.
        for key in outcome.removed[type_]:
            knowledge.values[key] = None
    return premises


def _see_touched_facts(stratum: Stratum, touched: Touched) -> list[str]:
    """See what has become of touched facts of the stratum's types; return their keys."""
    knowledge, outcome = stratum.knowledge, stratum.records.outcome
    keys_by_type = {t: k for t, k in touched.keys_by_type.items() if t in stratum.types}
    knowledge.look_up_facts(keys_by_type)
    typed_keys = [(type_, key) for type_, keys in keys_by_type.items() for key in keys]
    concluded = {rule.conclusion.type for rule in knowledge.rules.values()}
    concluded |= set(knowledge.types_by_gone_rule.values())
    knowledge.look_up_derivations(key for type_, key in typed_keys if type_ in concluded)
    for type_, key in typed_keys:
        outcome.ends[key] = touched.ends[key]
        fact = knowledge.facts.get(key) or _deleted_with_entity(stratum, touched, type_, key)
        if fact is None:
            outcome.removed[type_].add(key)
        elif fact.is_stated:
            # It leans on its evidence: no rule can take it away, but what follows may change.
            (outcome.added if key in touched.new else outcome.changed)[type_].add(key)
            knowledge.touch(fact)
        else:
            stratum.support.doubt(fact)
    return [key for _, key in typed_keys]


def _deleted_with_entity(stratum: Stratum, touched: Touched, type_: str, key: str) -> Fact | None:
    """Return the fact anew if its derivations are there still, else none.

    It was deleted with an entity that has come back, maybe with all that it followed from.
    """
    knowledge = stratum.knowledge
    if not knowledge.derivations[key]:
        return None
    subject, object_ = touched.ends[key]
    fact = knowledge.new_fact(key, subject, type_, object_)
    knowledge.forget_uses(key)  # other than a new fact, it may be cited in the graph
    stratum.records.outcome.removed[type_].add(key)  # unless what it follows from brings it back
    return fact


def _asked_by_conditions(knowledge: Knowledge, outcome: Outcome, touched: Touched) -> _Asked:
    """Ask conditions again where what they read was touched."""
    asked = _Asked([], [])
    for rule in knowledge.rules.values():
        answers = list(_answers_around(knowledge, outcome, touched, rule))
        keys = [fact_key(row.subject, rule.conclusion.type, row.object) for row in answers]
        failing = [key for key, answer in zip(keys, answers, strict=True) if not answer.holds]
        knowledge.look_up_derivations(failing)
        for key, answer in zip(keys, answers, strict=True):
            if answer.holds:
                asked.answers.append((rule, answer))
                continue
            derivation = knowledge.derivations[key].get((rule.name, answer.premises))
            if derivation is not None:
                derivation.is_void = True
                asked.derivations.append(derivation)
    return asked


def _answers_around(
    knowledge: Knowledge, outcome: Outcome, touched: Touched, rule: Rule
) -> Iterator[Answer]:
    """Yield the answers of a rule around what was touched and its conditions read."""
    store = knowledge.store
    for absence in rule.absences:
        for atom in absence.atoms:
            ends = [
                {"subject": outcome.ends[key][0], "object": outcome.ends[key][1]}
                for key in sorted(outcome.touched(atom.type))
            ]
            if ends:
                yield from store.answers(questions.again_from_absent(rule, atom), ends)
    for variable in sorted(rule.fact_conditions & rule.atom_by_variable.keys()):
        type_ = rule.atom_by_variable[variable].type
        keys = sorted(outcome.added[type_] | outcome.changed[type_])
        if keys:
            yield from store.answers(questions.again_from_premise(rule, variable), keys)
    for variable in sorted(rule.entity_conditions):
        if touched.entities:
            entities = sorted(touched.entities)
            yield from store.answers(questions.again_from_entity(rule, variable), entities)


def _asked_by_files(knowledge: Knowledge, changes: RuleChanges) -> _Asked:
    """Ask rules whose files say something else now; look up what changed and deleted ones said."""
    rewritten = sorted(changes.rewritten & knowledge.rules.keys())
    reweighted = sorted(changes.reweighted & knowledge.rules.keys())
    asked = _Asked([], [])
    standing: set[tuple[str, str, tuple[str, ...]]] = set()
    for name in rewritten:
        rule = knowledge.rules[name]
        for answer in knowledge.store.everything(rule):
            asked.answers.append((rule, answer))
            key = fact_key(answer.subject, rule.conclusion.type, answer.object)
            standing.add((name, key, answer.premises))
    # A deleted rule cannot be asked any more; its derivations name it.
    names = [*rewritten, *reweighted, *knowledge.types_by_gone_rule]
    if not names:
        return asked
    for looked_up in list(knowledge.store.derivations_by(names)):
        derivation = knowledge.add_derivation(looked_up)
        asked.derivations.append(derivation)
        said = (derivation.rule, derivation.fact, derivation.premises) in standing
        if derivation.rule in rewritten and not said:
            derivation.is_void = True
    return asked
