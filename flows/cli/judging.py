"""`review facts`: which facts are right, judged by a person, and what a model can learn from it."""

import getpass
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from functools import partial
from pathlib import Path
from typing import Generic, TypeVar
from uuid import uuid4

from rich.console import Console
from rich.text import Text

from flows.cli.render import citation, decided_row, fact_line, heading, sentences
from flows.cli.session import graph_for_questions, settings_for_command
from flows.console import (
    display,
    errors,
    output,
    print_error,
    print_json,
    print_note,
    print_result,
)
from flows.errors import FlowError
from flows.night import held_lease
from flows.text import counted, now, shown
from flows.tools import open_graph
from graphdb import Decision, DecisionError, Graph, GraphError, Lease, LeaseHeldError, Verdict
from graphdb.asking import DoubtfulFact
from graphdb.identity import VerdictKind
from graphdb.resolution import Question
from graphdb.rules import RuleSet

T = TypeVar("T", Decision, Verdict)

KINDS: dict[str, VerdictKind] = {
    "r": "right",
    "w": "wrong",
    "t": "wrong_type",
    "e": "wrong_ends",
}
HELP = "r right   w wrong   t wrong type   e wrong ends   s skip   q end"


def review_facts(limit: int, ask: Callable[[], str], *, as_json: bool) -> None:
    """Ask about doubtful facts, record what is said, and have the graph follow.

    Args:
        limit: Facts to ask about at most.
        ask: Returns the next key that is pressed; none at the end of the input.
        as_json: Whether standard output is for a program; a person is asked beside it, then.
    """
    settings = settings_for_command()
    with graph_for_questions(settings) as graph:
        rules = RuleSet.load(settings.rules_path, graph.ontology)
        with display() as watch:
            graph.prepare()
            watch("looking for doubtful facts", 0, 0)
            facts = graph.doubtful_facts(limit)
        taking: Taking[Verdict] = Taking(
            graph,
            rules,
            settings.prefect.wait_s,
            partial(graph.judge, settle=False),
            "Said",
            reader(as_json=as_json),
        )
        review_taking(
            taking,
            facts,
            answers(facts, ask, taking.console),
            nothing="There is nothing to judge: somebody has judged every stated fact.",
            unanswered="Nothing was said of any fact.",
            as_json=as_json,
        )


@dataclass(frozen=True, slots=True)
class Taking(Generic[T]):
    """Takes the answers of a review, so that each lasts from the key that gave it.

    Recording one takes three short transactions. To follow them, documents are written again and
    rules conclude, which may take minutes: so that happens once, when the last one is given.
    """

    graph: Graph
    rules: RuleSet
    wait_s: float
    """How long to wait for another run that holds the graph."""
    record: Callable[[T, Lease], object]
    title: str
    """What the answers are, above the list of them."""
    console: Console = field(default_factory=output)
    """Where a person reads."""
    taken: list[T] = field(default_factory=list)
    """What was recorded."""
    refused: list[str] = field(default_factory=list)
    """Why answers were not recorded, a sentence each."""

    def take(self, given: Iterable[T]) -> None:
        """Record one answer after another, and have documents and rules follow at the end.

        They follow also if the person ends by Ctrl-C, before that goes on to end the command; once
        more, and the next night or review has them follow. An answer that contradicts an earlier
        one is refused in a sentence, and the others stay.

        Raises:
            LeaseHeldError: Another run holds the graph and does not end; what was recorded before
                stays, and the next night or review has the graph follow.
        """
        try:
            for answer in given:
                self._record(answer)
        except KeyboardInterrupt:
            with suppress(LeaseHeldError):
                self._follow(wait_s=0)
            raise
        except LeaseHeldError:
            self._say_recorded()
            raise
        self._follow(self.wait_s)

    def _record(self, answer: T) -> None:
        with display() as watch, held_lease(self.graph, watch, wait_s=self.wait_s) as lease:
            try:
                self.record(answer, lease)
            except DecisionError as error:
                print_error(str(error))
                self.refused.append(str(error))
                return
        self.taken.append(answer)

    def _follow(self, wait_s: float) -> None:
        if not self.taken:
            return
        try:
            with display() as watch, held_lease(self.graph, watch, wait_s=wait_s) as lease:
                watch("writing documents again", 0, 0)
                self.graph.settle(lease)
                self.graph.infer(self.rules, lease)
        except (GraphError, KeyboardInterrupt):
            self._say_recorded()
            raise
        self.console.print(sentences(self.title, list(map(str, self.taken))), soft_wrap=True)

    def _say_recorded(self) -> None:
        if self.taken:
            n_taken = counted(len(self.taken), "answer")
            print_note(f"{n_taken} recorded: the graph follows with the next night or review")


def reader(*, as_json: bool) -> Console:
    """Return where a person reads: beside standard output, if that is for a program."""
    return errors() if as_json else output()


def review_taking(
    taking: Taking[T],
    asked: Sequence[DoubtfulFact | Question],
    given: Iterable[T],
    *,
    nothing: str,
    unanswered: str,
    as_json: bool,
) -> None:
    """Take the answers of a review, and say what came of it.

    Args:
        taking: Takes them.
        asked: What a person is asked.
        given: The answers; each is asked for when it is wanted.
        nothing: What to say if there is nothing to ask.
        unanswered: What to say if nothing was recorded.
        as_json: Whether what was asked and recorded is printed as JSON, too.
    """
    taking.take(given)
    if not asked:
        taking.console.print(nothing)
    elif not taking.taken:
        taking.console.print(unanswered)
    if as_json:
        print_json(
            {
                "review": list(map(asdict, asked)),
                "made": list(map(decided_row, taking.taken)),
                "refused": taking.refused,
            }
        )


def answers(
    facts: Iterable[DoubtfulFact], ask: Callable[[], str], console: Console
) -> Iterator[Verdict]:
    """Show fact after fact and yield a verdict for each that is judged."""
    for number, fact in enumerate(facts, 1):
        console.print(heading(f"{number}: is this so?"))
        line = fact_line(fact.subject, fact.type, fact.object)
        why = "  contradicts others" if fact.contradicts else ""
        console.print(Text.assemble("  ", line, f"   {fact.confidence:.2f}", (why, "yellow")))
        for cited in fact.cited:
            said = citation([each.text for each in cited], (fact.subject, fact.object))
            place = (f"  {shown(cited[0].place)}", "dim")
            console.print(Text.assemble("    ", said, place), soft_wrap=True)
        console.print(HELP, style="dim")
        key = ""
        while key not in (*KINDS, "s", "q"):
            key = ask().lower() or "q"
        if key == "q":
            return
        if key in KINDS:
            yield fact.verdict(KINDS[key], by=getpass.getuser(), at=now())


def export_lessons(path: Path, *, as_json: bool) -> None:
    """Write what people said of facts as labelled passages.

    Raises:
        FlowError: Nobody has said anything yet, so there is nothing to learn.
    """
    settings = settings_for_command()
    with display() as watch, open_graph(settings, watch) as graph:
        lessons = list(graph.lessons())
    if not lessons:
        raise FlowError(
            "nobody has judged a fact that is still stated, so there is nothing to learn from: "
            "nightloom review facts asks about some"
        )
    lines = (f"{json.dumps(lesson, ensure_ascii=False)}\n" for lesson in lessons)
    path.write_text("".join(lines), encoding="utf-8")
    said = (
        f"{counted(len(lessons), 'labelled passage')} in {shown(path)}: "
        "nightloom check-data and a training configuration take the file."
    )
    print_result({"out": str(path), "passages": len(lessons)}, said, as_json=as_json)


def withdraw(graph: Graph, rules: RuleSet, begun: str) -> Verdict:
    """Withdraw the verdict whose key begins so, and have the graph follow.

    Raises:
        FlowError: There is none, or there are several.
    """
    found = [each for each in graph.verdicts() if begun and each.key.startswith(begun)]
    if len(found) != 1:
        what = "several verdicts have" if found else "no verdict has"
        raise FlowError(
            f"{what} a key that begins with {shown(begun)}: nightloom decisions lists them"
        )
    with graph.lease("nightloom decisions", str(uuid4())) as lease:
        graph.withdraw_verdicts([found[0].key], lease)
        graph.infer(rules, lease)
    return found[0]
