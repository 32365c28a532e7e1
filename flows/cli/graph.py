"""`explain`, `why-not`, `audit`, `forget`, `rebuild`, `dump`: what the graph says, and its care."""

from dataclasses import asdict
from typing import Annotated

import typer

from flows.cli.render import sentences, violations_table
from flows.cli.session import opened_graph, settings_for_command
from flows.console import display, output, print_json, print_note
from flows.forgetting import Erasure
from flows.forgetting import forget as erase
from flows.rebuilding import rebuild as build_again
from flows.text import shown
from flows.tools import open_tools

FAILED = 1

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def audit(as_json: AsJson = False) -> None:
    """Check the whole graph: evidence, support, confidences, keys, labels, ledger.

    Example: nightloom audit
    """
    with opened_graph() as (graph, watch):
        watch("checking the graph", 0, 0)
        violations = graph.audit()
    if as_json:
        print_json({"violations": [asdict(violation) for violation in violations]})
    elif violations:
        output().print(violations_table(violations))
    else:
        output().print("Everything holds.")
    if violations:
        raise typer.Exit(FAILED)


def dump(
    canonical: Annotated[  # noqa: ARG001 - the only form there is; the name says which it is
        bool, typer.Option("--canonical", help="Without run ids and times; the only form.")
    ] = True,
) -> None:
    """Print the graph as sorted lines of JSON: two graphs are equal when their dumps are.

    Example: nightloom dump --canonical > tonight.jsonl
    """
    with opened_graph() as (graph, _):
        for line in graph.dump():
            typer.echo(line)


def forget(
    document: Annotated[str, typer.Argument(help="The document's id: source/path.")],
    as_json: AsJson = False,
) -> None:
    """Erase one document and what only it supports, and prove that nothing cites it any more.

    Example: nightloom forget samples/people/lord-byron.txt
    """
    settings = settings_for_command()
    with display() as watch, open_tools(settings, watch) as tools:
        erasure = erase(document, tools, settings.home)
    if as_json:
        print_json(asdict(erasure) | {"is_complete": erasure.is_complete})
    else:
        _print_receipt(erasure)
    print_note("If it still lies in its folder, the next run will read it again: delete it there.")
    if not erasure.is_complete:
        raise typer.Exit(FAILED)


def rebuild(as_json: AsJson = False) -> None:
    """Build the graph again from the extraction store, without the model.

    Example: nightloom rebuild
    """
    settings = settings_for_command()
    with display() as watch, open_tools(settings, watch) as tools:
        rebuilt = build_again(tools, settings.home)
    n = rebuilt.change.upserted
    if as_json:
        print_json({"upserted": n, "missing": list(rebuilt.missing)})
        return
    output().print(f"{n} documents upserted from the extraction store.", highlight=False)
    if rebuilt.missing:
        title = "Not in the store, left as they were (ingest their folder to read them again)"
        output().print(sentences(title, rebuilt.missing, "yellow"))


def _print_receipt(erasure: Erasure) -> None:
    graph = erasure.graph
    console = output()
    console.print(f"[bold]{shown(graph.document_id)}[/] is erased:", highlight=False)
    gone = {
        "chunks": graph.chunks,
        "stated facts": graph.change.facts_removed,
        "entities": graph.change.entities_removed,
        "stored extractions": erasure.n_extractions,
    }
    console.print(", ".join(f"{n} {name}" for name, n in gone.items()), highlight=False)
    left = {
        "nodes": graph.citing_nodes,
        "relationships": graph.citing_relationships,
        "stored extractions": erasure.citing_extractions,
        "files": erasure.citing_files,
    }
    for name, places in left.items():
        if places:
            console.print(sentences(f"Still cited by {name}", places, "red"))
        else:
            console.print(f"  cited by no {name}", style="green")
