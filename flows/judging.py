"""Names that mean one thing: resolved, and pairs of them shown to a person, who decides.

The person may take an hour, so the graph is closed meanwhile: the pairs are looked for, shown, and
decided about afterwards by what they are, whatever has become of the graph in between.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from flows.catalogue import load_known
from flows.night import held_lease, in_silence
from flows.settings import Settings
from flows.text import escaped, now
from flows.tools import open_graph, questions, resolved
from graphdb import Decision, Graph, Resolution
from graphdb.asking import facts_about, passages_of
from graphdb.resolution import Question
from graphdb.rules import RuleSet

N_FACTS, N_PASSAGES = 4, 2
"""Facts and passages of each side that are in view."""

Answer = Literal["skip", "same", "different"]
KINDS: dict[str, Literal["same", "distinct"]] = {"same": "same", "different": "distinct"}


@dataclass(frozen=True, slots=True)
class Asked:
    """A pair that a person is to judge, with what is known of both, as Markdown."""

    question: Question
    view: str


def asked_pairs(settings: Settings, limit: int) -> list[Asked]:
    """Return the likeliest pairs that resolution leaves to a person.

    Raises:
        LeaseHeldError: Another run holds the graph.
    """
    with open_graph(settings, in_silence) as graph:
        graph.prepare()
        return [
            Asked(question, _view(graph, question, number))
            for number, question in enumerate(questions(settings, graph, "flow review")[:limit], 1)
        ]


def resolve_names(settings: Settings, *, whole: bool, dry_run: bool) -> Resolution:
    """Resolve the names of the graph, and have rules follow.

    If another run holds the graph, it is waited as long as the settings say.

    Raises:
        LeaseHeldError: It holds it still.
    """
    ontology, catalogue = load_known(settings)
    rules = RuleSet.load(settings.rules_path, ontology)
    wait_s = settings.prefect.wait_s
    with open_graph(settings, in_silence, ontology) as graph:
        graph.prepare()
        with held_lease(graph, in_silence, holder="flow resolve", wait_s=wait_s) as lease:
            resolution = resolved(settings, catalogue, graph, lease, whole=whole, dry_run=dry_run)
            if not dry_run:
                graph.infer(rules, lease)
    return resolution


def _view(graph: Graph, question: Question, number: int) -> str:
    """Return what speaks for a pair, and the facts and sentences of both sides."""
    lines = [
        f"### {number}: {escaped(question.one)} = {escaped(question.other)}?",
        f"{escaped(question.type)}, likelihood {question.score:.2f}: {escaped(question.reason)}",
    ]
    for name, key in ((question.one, question.one_key), (question.other, question.other_key)):
        lines += [
            f"**{escaped(name)}**",
            "\n".join(
                [
                    f"* {escaped(fact.subject)} {escaped(fact.type)} {escaped(fact.object)}"
                    for fact in facts_about(graph.connection, [key], None, N_FACTS)
                ]
                + [
                    f"* “{escaped(passage.text)}” ({escaped(passage.place)})"
                    for passage in passages_of(graph.connection, key, N_PASSAGES)
                ]
            ),
        ]
    return "\n\n".join(filter(None, lines))


def described(asked: Sequence[Asked]) -> str:
    """Return what stands above the form, as Markdown."""
    intro = "Do the two names mean one thing? What is skipped is asked again another time."
    return "\n\n".join([intro, *(each.view for each in asked)])


def answered(asked: Sequence[Asked], answers: Mapping[str, str], by: str) -> list[Decision]:
    """Return the decisions that answers amount to.

    Args:
        asked: The pairs.
        answers: `same`, `different` or `skip` by the name of the pair's field.
        by: Who answered.
    """
    at = now()
    return [
        Decision(
            kind=KINDS[answers[field_of(number)]],
            type=each.question.type,
            one=each.question.one,
            other=each.question.other,
            by=by,
            at=at,
            reason=each.question.reason,
        )
        for number, each in enumerate(asked, 1)
        if answers[field_of(number)] in KINDS
    ]


def field_of(number: int) -> str:
    """Return the name of the form's field for a pair."""
    return f"pair_{number}"


def decide(settings: Settings, decisions: Sequence[Decision]) -> int:
    """Record decisions, and have documents and rules follow; return how many were written again.

    If another run holds the graph, it is waited as long as the settings say: somebody has thought
    about the answers.

    Raises:
        LeaseHeldError: It holds it still.
        DecisionError: One contradicts what a person decided meanwhile; none was recorded.
    """
    wait_s = settings.prefect.wait_s
    with open_graph(settings, in_silence) as graph:
        rules = RuleSet.load(settings.rules_path, graph.ontology)
        with held_lease(graph, in_silence, holder="flow review", wait_s=wait_s) as lease:
            change = graph.decide(decisions, lease)
            graph.infer(rules, lease)
    return change.upserted
