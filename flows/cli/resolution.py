"""`resolve`, `review`: which names mean one thing, found by nightloom and judged by a person."""

import getpass
import sys
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict
from functools import partial
from pathlib import Path
from typing import Annotated, Literal
from uuid import uuid4

import typer
from rich.console import Console, RenderableType
from rich.text import Text

from flows.catalogue import load_known, read_catalogue
from flows.cli.identity import the_one
from flows.cli.judging import Taking, export_lessons, reader, review_facts, review_taking
from flows.cli.render import fact_line, heading, said_decision, sentences
from flows.cli.session import AsJson, graph_for_questions, settings_for_command
from flows.console import display, output, print_json
from flows.errors import FlowError
from flows.settings import Settings
from flows.text import counted, now, shown
from flows.tools import open_graph, questions, resolved
from graphdb import Decision, Graph, Resolution
from graphdb.asking import facts_about, passages_of
from graphdb.resolution import Question
from graphdb.rules import RuleSet

N_FACTS, N_PASSAGES = 5, 3
"""Facts and passages of each side that are in view."""

Answer = Literal["same", "distinct", "later", "end"]
KEYS: dict[str, Answer] = {"y": "same", "n": "distinct", "s": "later", "q": "end"}


def resolve(
    whole: Annotated[
        bool,
        typer.Option("--all", help="Weigh all names, not only those of which documents changed."),
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Say what would be decided, and decide nothing.")
    ] = False,
    undo: Annotated[
        bool, typer.Option("--undo", help="Withdraw all that resolution decided, and no more.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Join names that mean one thing, tell things of one name apart, and say why; split undoes it.

    Example: nightloom resolve --dry-run
    """
    if undo and (whole or dry_run):
        raise FlowError("--undo weighs nothing: leave out --all and --dry-run, or --undo")
    settings = settings_for_command()
    ontology, catalogue = load_known(settings)
    with display() as watch, open_graph(settings, watch, ontology) as graph:
        graph.prepare()
        rules = RuleSet.load(settings.rules_path, graph.ontology)
        with graph.lease("nightloom resolve", str(uuid4())) as lease:
            if undo:
                resolution = Resolution(withdrawn=tuple(graph.undo_resolution(lease)))
            else:
                resolution = resolved(
                    settings, catalogue, graph, lease, whole=whole, dry_run=dry_run
                )
            if not dry_run:
                watch("inferring", 0, 0)
                graph.infer(rules, lease)
    if as_json:
        print_json(asdict(resolution))
        return
    would = "Would be decided" if dry_run else "Decided"
    console = output()
    for title, decisions in ((would, resolution.made), ("No longer so", resolution.withdrawn)):
        if decisions:
            console.print(sentences(title, list(map(said_decision, decisions))), soft_wrap=True)
    for names in resolution.too_large:
        console.print(
            f"{len(names)} names are so alike that nothing is decided about them: "
            f"{', '.join(map(shown, names[:5]))} …",
            soft_wrap=True,
        )
    if undo:
        n_gone = counted(len(resolution.withdrawn), "decision")
        console.print(f"{n_gone} of resolution withdrawn; what people decided stays.")
        return
    console.print(_summary(resolution), soft_wrap=True)


def _summary(resolution: Resolution) -> str:
    n_questions = len(resolution.review)
    asked = f"; {counted(n_questions, 'pair')} for nightloom review" if n_questions else ""
    names = counted(resolution.n_names, "name")
    return f"{names} weighed, {counted(resolution.n_documents, 'document')} written again{asked}."


def print_comparison(
    graph: Graph, settings: Settings, one: str, other: str, *, as_json: bool
) -> None:
    """Print what speaks for two entities being one, and what against.

    Raises:
        FlowError: One of the names is nobody's, or several things'.
    """
    first, second = the_one(graph, one, None), the_one(graph, other, None)
    catalogue = read_catalogue(settings.resolution.catalogue, graph.ontology)
    cutoffs = settings.resolution
    found = graph.compare(first.key, second.key, cutoffs=cutoffs, known=catalogue)
    if as_json:
        print_json(asdict(found))
        return
    console, judgement = output(), found.judgement
    if found.is_one:
        console.print("They are one entity: nightloom explain says how it came together.")
    elif first.type != second.type:
        console.print(f"They are of two types, {first.type} and {second.type}.")
    if found.decisions:
        console.print(
            sentences("Decided", list(map(said_decision, found.decisions))), soft_wrap=True
        )
    if judgement is None:
        if not found.is_one:
            console.print("Their names have nothing in common by which names are compared.")
        return
    against = [each for each in (judgement.forbidden, *judgement.speaks_against) if each]
    console.print(sentences("For their being one", list(judgement.speaks_for)), soft_wrap=True)
    if against:
        console.print(sentences("Against it", against), soft_wrap=True)
    console.print(f"Likelihood {judgement.score:.2f}: {BANDS[found.band]}.", soft_wrap=True)


BANDS = {
    "keep": "nightloom resolve makes them one",
    "review": "nightloom review asks a person",
    "drop": "they stay two",
}
"""What becomes of a pair, in words."""


def review(
    what: Annotated[
        str, typer.Argument(metavar="[names|facts]", help="Pairs of names, or doubtful facts.")
    ] = "names",
    limit: Annotated[
        int, typer.Option(min=1, max=1000, help="Facts to be asked about at most.")
    ] = 20,
    export: Annotated[
        Path | None,
        typer.Option(help="Write what was said of facts to this file, for a model to learn from."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Judge pairs of names that may be one thing, or doubtful facts, one keystroke each.

    Example: nightloom review facts
    """
    if what not in ("names", "facts"):
        raise FlowError(f"{shown(what)} are not reviewed: names are, and facts")
    if export and what != "facts":
        raise FlowError("--export is for facts: nightloom review facts --export FILE")
    if export:
        export_lessons(export, as_json=as_json)
    elif what == "facts":
        review_facts(limit, _one_key, as_json=as_json)
    else:
        _review_names(settings_for_command(), as_json=as_json)


def _review_names(settings: Settings, *, as_json: bool) -> None:
    with graph_for_questions(settings) as graph:
        rules = RuleSet.load(settings.rules_path, graph.ontology)
        with display() as watch:
            graph.prepare()
            watch("looking for pairs", 0, 0)
            pairs = [
                (question, list(_view(graph, question)))
                for question in questions(settings, graph, "nightloom review")
            ]
        taking: Taking[Decision] = Taking(
            graph,
            rules,
            settings.prefect.wait_s,
            partial(graph.decide, settle=False),
            "Decided",
            reader(as_json=as_json),
        )
        review_taking(
            taking,
            [question for question, _ in pairs],
            answers(pairs, _one_key, taking.console),
            nothing="There is nothing to judge: no pair of names may be one thing.",
            unanswered="Nothing was decided.",
            as_json=as_json,
        )


def answers(
    pairs: Iterable[tuple[Question, list[RenderableType]]],
    ask: Callable[[], str],
    console: Console,
) -> Iterator[Decision]:
    """Show pair after pair and yield a decision for each that is judged.

    Args:
        pairs: Each with what is shown of it.
        ask: Returns the next key that is pressed; none at the end of the input.
        console: Where to show them.
    """
    for number, (question, view) in enumerate(pairs, 1):
        console.print(heading(f"{number}: {shown(question.one)} = {shown(question.other)}?"))
        for line in view:
            console.print(line)
        console.print("y one thing   n two things   s later   q end", style="dim")
        answer = None
        while answer is None:
            key = ask()
            answer = KEYS.get(key.lower()) if key else "end"
        if answer == "end":
            return
        if answer != "later":
            yield Decision(
                kind=answer,
                type=question.type,
                one=question.one,
                other=question.other,
                by=getpass.getuser(),
                at=now(),
                reason=question.reason,
            )


def _view(graph: Graph, question: Question) -> Iterator[RenderableType]:
    """Yield what speaks for a pair, and the facts and sentences of both sides."""
    yield Text(f"  {question.type}, {question.score:.2f}: {question.reason}")
    for name, key in ((question.one, question.one_key), (question.other, question.other_key)):
        yield Text(f"  {shown(name)}", style="bold")
        for fact in facts_about(graph.connection, [key], None, N_FACTS):
            yield Text.assemble("    ", fact_line(fact.subject, fact.type, fact.object))
        for passage in passages_of(graph.connection, key, N_PASSAGES):
            yield Text(f"    “{shown(passage.text)}”  {shown(passage.place)}", style="dim")


def _one_key() -> str:
    """Return the key that is pressed; where nobody sits, the next letter of the input.

    At the end of the input, and at Ctrl-D, there is none.
    """
    if sys.stdin.isatty():
        try:
            return typer.getchar()
        except EOFError:
            return ""
    return next((key for key in iter(lambda: sys.stdin.read(1), "") if not key.isspace()), "")
