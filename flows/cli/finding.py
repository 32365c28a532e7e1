"""`find`, `embed`: whom and what the graph knows, by words and by meaning."""

from dataclasses import asdict
from typing import Annotated
from uuid import uuid4

import typer
from rich.text import Text

from flows.cli.render import heading, quoted
from flows.cli.session import AsJson, settings_for_command
from flows.console import display, output, print_json, print_note
from flows.embedding import TextSearch, encoders_of
from flows.errors import FlowError
from flows.text import counted, shown
from flows.tools import embedded, open_graph
from graphdb import Embedded
from graphdb.asking import BY_WORDS, NamedEntity, Passage, entities_called, entities_like

N_LIKE = 5
"""Entities of a similar name that are listed."""


def find(
    words: Annotated[list[str], typer.Argument(help="A name, some words, or a question.")],
    limit: Annotated[int, typer.Option(min=1, max=100, help="Passages at most.")] = 10,
    as_json: AsJson = False,
) -> None:
    """Find entities by their names, and passages by their words and by what they mean.

    Example: nightloom find who discovered radium
    """
    settings = settings_for_command()
    asked = " ".join(words).strip()
    if not asked:
        raise FlowError("there is nothing to look for: write a name, some words or a question")
    with display() as watch, open_graph(settings, watch) as graph:
        watch("looking", 0, 0)
        called = entities_called(graph.connection, graph.ontology, asked)
        like = [] if called else entities_like(graph.connection, asked, N_LIKE)
        search = TextSearch(encoders_of(settings))
        passages, reason = search.passages(graph.connection, asked, limit)
    if as_json:
        print_json(
            {
                "called": list(map(asdict, called)),
                "like": list(map(asdict, like)),
                "passages": list(map(asdict, passages)),
                "passages_note": reason,
            }
        )
        return
    console = output()
    if called or like:
        console.print(heading("Called so" if called else "Called like it"))
        for entity in called or like:
            console.print(entity_line(entity), soft_wrap=True)
    if passages:
        console.print(heading("In the texts"))
        for passage in passages:
            console.print(_passage_line(passage, words), soft_wrap=True)
    if not (called or like or passages):
        console.print(f"Nothing is called {shown(asked)}, and no text was found for it.")
    if reason:
        print_note(f"passages are {reason}")


def embed(
    limit: Annotated[int, typer.Option(min=0, help="Documents at most; 0: all that wait.")] = 0,
    undo: Annotated[
        bool, typer.Option("--undo", help="Take all vectors away: texts are found by words alone.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Let passages be found by their meaning: give those that wait for it a vector.

    Example: nightloom embed --limit 1000
    """
    if undo and limit:
        raise FlowError("--undo takes all vectors away: leave out --limit, or --undo")
    settings = settings_for_command()
    with display() as watch, open_graph(settings, watch) as graph:
        graph.prepare()
        with graph.lease("nightloom embed", str(uuid4())) as lease:
            if undo:
                n_removed = graph.remove_embeddings(lease)
            else:
                done = embedded(settings, watch, graph, lease, limit=limit)
    if undo:
        if as_json:
            print_json({"removed": n_removed})
        else:
            output().print(f"Vectors of {counted(n_removed, 'document')} taken away.")
    elif as_json:
        print_json(asdict(done))
    else:
        output().print(_said(done), soft_wrap=True)


def entity_line(entity: NamedEntity) -> Text:
    """Return what an entity is called and what it is."""
    others = [alias for alias in entity.aliases if alias != entity.name]
    aka = f", also {', '.join(map(shown, others))}" if others else ""
    return Text.assemble((shown(entity.name), "bold"), f"  {shown(entity.type)}{aka}")


def _passage_line(passage: Passage, words: list[str]) -> Text:
    ways = f", by {' and '.join(passage.found_by)}"
    marked = words if BY_WORDS in passage.found_by else ()
    return Text.assemble(
        "  “", quoted(passage.text, marked), "”  ", (f"{shown(passage.place)}{ways}", "dim")
    )


def _said(done: Embedded) -> str:
    passages = counted(done.passages, "passage")
    said = f"{passages} of {counted(done.documents, 'document')} can be found by meaning now"
    if done.other_languages:
        said += f"; {counted(done.other_languages, 'document')} in languages without an encoder"
    return f"{said}; {counted(done.waiting, 'document')} still wait."
