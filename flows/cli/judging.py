"""`review facts`: which facts are right, judged by a person, and what a model can learn from it."""

import getpass
import json
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from uuid import uuid4

from rich.console import Console
from rich.text import Text

from flows.cli.render import citation, fact_line, heading, sentences
from flows.cli.session import settings_for_command
from flows.console import display, output
from flows.errors import FlowError
from flows.settings import Settings
from flows.text import counted, now, shown
from flows.tools import open_graph
from graphdb import Graph, Lease, Verdict
from graphdb.asking import DoubtfulFact
from graphdb.identity import VerdictKind
from graphdb.rules import RuleSet

KINDS: dict[str, VerdictKind] = {
    "r": "right",
    "w": "wrong",
    "t": "wrong_type",
    "e": "wrong_ends",
}
HELP = "r right   w wrong   t wrong type   e wrong ends   s skip   q end"


def review_facts(limit: int, ask: Callable[[], str]) -> None:
    """Ask about doubtful facts, record what is said, and have the graph follow.

    Args:
        limit: Facts to ask about at most.
        ask: Returns the next key that is pressed; none at the end of the input.
    """
    settings = settings_for_command()
    with display() as watch, open_graph(settings, watch) as graph:
        graph.prepare()
        watch("looking for doubtful facts", 0, 0)
        facts = graph.doubtful_facts(limit)
    console = output()
    if not facts:
        console.print("There is nothing to judge: somebody has judged every stated fact.")
        return
    verdicts = list(answers(facts, ask, console))
    if not verdicts:
        console.print("Nothing was said of any fact.")
        return
    follow(settings, lambda graph, lease: graph.judge(verdicts, lease))
    console.print(sentences("Said", list(map(str, verdicts))), soft_wrap=True)


def follow(settings: Settings, decide: Callable[[Graph, Lease], object]) -> None:
    """Record what was answered in a review, and have documents and rules follow."""
    with display() as watch, open_graph(settings, watch) as graph:
        rules = RuleSet.load(settings.rules_path, graph.ontology)
        watch("writing documents again", 0, 0)
        with graph.lease("nightloom review", str(uuid4())) as lease:
            decide(graph, lease)
            graph.infer(rules, lease)


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


def export_lessons(path: Path) -> None:
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
    output().print(
        f"{counted(len(lessons), 'labelled passage')} in {shown(path)}: "
        "nightloom check-data and a training configuration take the file.",
        soft_wrap=True,
    )


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
