"""`explain`, `why-not`, `audit`, `forget`, `rebuild`, `dump`: what the graph says, and its care."""

from dataclasses import asdict
from pathlib import Path
from typing import Annotated
from uuid import uuid4

import typer
from rich.text import Text

from flows.cli.finding import entity_line
from flows.cli.pages import write_page
from flows.cli.proofs import ALL, Cut, proofs
from flows.cli.render import (
    fact_line,
    rejected_facts,
    said_decision,
    sentences,
    violations_table,
)
from flows.cli.resolution import print_comparison
from flows.cli.session import FAILED, SET_ASIDE, AsJson, opened_graph, settings_for_command
from flows.console import (
    display,
    output,
    print_json,
    print_json_line,
    print_note,
    print_result,
)
from flows.errors import FlowError
from flows.naming import checked_type, nobody_called
from flows.text import counted, shown
from flows.tools import open_graph, open_tools
from flows.upkeep import Erasure, Rebuilt, other_prefect
from flows.upkeep import forget as erase
from flows.upkeep import rebuild as build_again
from graphdb import Graph
from graphdb.asking import (
    KnownFact,
    catalogue_entries,
    entities_called,
    facts_about,
    facts_between,
    proofs_to_dict,
)
from graphdb.rules import RuleSet

N_FACTS = 50


def explain(
    subject: Annotated[
        str, typer.Argument(help="Name, alias or key of an entity; case does not count.")
    ],
    type_: Annotated[
        str | None, typer.Argument(metavar="[TYPE]", help="Relation type, as in the ontology.")
    ] = None,
    object_: Annotated[
        str | None, typer.Argument(metavar="[OBJECT]", help="Name or key of the other entity.")
    ] = None,
    whole: Annotated[
        bool, typer.Option("--all", help="Print all of it, however long it is; --json always does.")
    ] = False,
    as_json: AsJson = False,
    page: Annotated[
        Path | None,
        typer.Option(help="Write the cited page of a PDF as this PNG file, the sentence marked."),
    ] = None,
    folder: Annotated[
        Path | None,
        typer.Option(help="Folder of the source, for --page; default: as in nightloom.toml."),
    ] = None,
) -> None:
    """Say why a fact is in the graph: sentences, rules, premises; without TYPE, list what is known.

    Example: nightloom explain "Marie Curie" SPOUSE "Pierre Curie"
    """
    with opened_graph() as (graph, _):
        if type_:
            checked_type(graph.ontology, type_)
        if type_ and object_:
            explained = graph.explain(subject, type_, object_)
            if not explained:
                for name in (subject, object_):
                    if not entities_called(graph.connection, graph.ontology, name):
                        raise FlowError(nobody_called(graph, name))
                raise FlowError(
                    f"{shown(subject)} {type_} {shown(object_)} is not in the graph: "
                    "nightloom why-not with the same words says what is missing"
                )
            picture = {}
            if page:
                marked = write_page(explained, page, folder, settings_for_command())
                print_note(f"{shown(page)} shows {shown(marked.place)}")
                picture = {"picture": {"out": str(page)} | asdict(marked)}
            if as_json:
                print_json(proofs_to_dict(explained) | picture)
            else:
                output().print(proofs("Why", explained, ALL if whole else Cut()))
        elif page:
            raise FlowError("--page is for one fact: give its TYPE and OBJECT, too")
        else:
            _print_about(graph, subject, type_, whole=whole, as_json=as_json)


def why_not(
    subject: Annotated[
        str, typer.Argument(help="Name, alias or key of an entity; case does not count.")
    ],
    type_: Annotated[
        str, typer.Argument(metavar="TYPE", help="Relation type; or the other entity, if alone.")
    ],
    object_: Annotated[
        str | None, typer.Argument(metavar="[OBJECT]", help="Name or key of the other.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Say what is missing for a fact that is not in the graph, or why two entities are not one.

    Example: nightloom why-not "Ada Lovelace" COUNTRY_OF_CITIZENSHIP "France"
    """
    settings = settings_for_command()
    with display() as watch, open_graph(settings, watch) as graph:
        if object_ is None:
            print_comparison(graph, settings, subject, type_, as_json=as_json)
            return
        checked_type(graph.ontology, type_)
        rules = RuleSet.load(settings.rules_path, graph.ontology)
        is_there = bool(facts_between(graph.connection, graph.ontology, subject, type_, object_))
        misses = [] if is_there else graph.why_not(rules, subject, type_, object_)
        denials = [] if is_there else graph.denying(subject, type_, object_)
    if as_json:
        print_json(
            {
                "in_graph": is_there,
                "denied": [asdict(verdict) | {"key": verdict.key} for verdict in denials],
                "rules": [asdict(miss) for miss in misses],
            }
        )
    elif is_there:
        output().print("It is in the graph: nightloom explain says why.")
    elif denials:
        said = [f"{verdict}: nightloom decisions --undo {verdict.key[:8]}" for verdict in denials]
        output().print(
            sentences("It is kept out, whatever documents and rules say, until undone", said),
            soft_wrap=True,
        )
    elif misses:
        output().print(
            sentences("No document states it, and", [str(miss) for miss in misses]), soft_wrap=True
        )
    else:
        output().print(
            "No document states it, no rule concludes it of entities that the graph knows."
        )


def _print_about(graph: Graph, name: str, type_: str | None, *, whole: bool, as_json: bool) -> None:
    entities = entities_called(graph.connection, graph.ontology, name)
    if not entities:
        raise FlowError(nobody_called(graph, name))
    keys = [entity.key for entity in entities]
    limit = 0 if whole or as_json else N_FACTS + 1
    facts = facts_about(graph.connection, keys, type_, limit)
    entries = catalogue_entries(graph.connection, keys)
    if as_json:
        decisions = [each for entity in entities for each in graph.decisions_about(entity.key)]
        print_json(
            {
                "entities": list(map(asdict, entities)),
                "catalogue": entries,
                "decisions": list(map(asdict, decisions)),
                "facts": list(map(asdict, facts)),
            }
        )
        return
    console = output()
    if len(entities) > 1:
        console.print(
            f"{len(entities)} entities are called so; a key instead of the name means one:"
        )
    for entity in entities:
        key = (f"  {entity.key}", "dim") if len(entities) > 1 else ""
        console.print(Text.assemble(entity_line(entity), key), soft_wrap=True)
        if ids := entries[entity.key]:
            said = ", ".join(f"{shown(id_)} ({counted(n, 'mention')})" for id_, n in ids.items())
            console.print(Text(f"  in the catalogue: {said}", style="cyan"), soft_wrap=True)
        for decision in graph.decisions_about(entity.key):
            line = Text(f"  {shown(said_decision(decision))}", style="green")
            console.print(line, soft_wrap=True)
    for fact in facts if whole else facts[:N_FACTS]:
        console.print(_known_fact_line(fact))
    if not whole and len(facts) > N_FACTS:
        console.print(Text("  … and more: --all prints all", style="dim"))


def _known_fact_line(fact: KnownFact) -> Text:
    line = fact_line(fact.subject, fact.type, fact.object)
    mark = ("  derived", "green") if fact.derived else ""
    return Text.assemble("  ", line, f"   {fact.confidence:.2f}", mark)


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


def dump() -> None:
    """Print the graph as sorted lines of JSON: two graphs are equal when their dumps are.

    Example: nightloom dump > tonight.jsonl
    """
    with opened_graph() as (graph, _):
        for line in graph.dump():
            print_json_line(line)


def forget(
    document: Annotated[str, typer.Argument(help="The document's id: source/path.")],
    as_json: AsJson = False,
) -> None:
    """Erase one document and what only it supports, and prove that nothing cites it any more.

    Example: nightloom forget samples/people/lord-byron.txt
    """
    settings = settings_for_command()
    with display() as watch, open_tools(settings, watch, reads=False) as tools:
        erasure = erase(document, tools, settings.home, other=other_prefect(settings))
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
    with display() as watch, open_tools(settings, watch, reads=False) as tools:
        rebuilt = build_again(tools)
    if as_json:
        print_json(
            {
                "upserted": rebuilt.change.upserted,
                "missing": list(rebuilt.missing),
                "set_aside": [aside.to_dict() for aside in rebuilt.set_aside],
                "rejected": [str(row) for row in rebuilt.change.rejected],
            }
        )
    else:
        _print_rebuilt(rebuilt)
    if rebuilt.set_aside:
        raise typer.Exit(SET_ASIDE)


def clear(
    yes: Annotated[bool, typer.Option("--yes", help="Do not ask first.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove nightloom's graph from the database, and leave everything else there alone.

    Example: nightloom clear --yes
    """
    with opened_graph() as (graph, watch):
        if not yes:
            sure = "Remove all that nightloom keeps in this database?"
            typer.confirm(sure, abort=True, err=True)
        watch("removing nightloom's graph", 0, 0)
        with graph.lease("nightloom clear", str(uuid4())) as lease:
            n_nodes = graph.clear(lease)
    said = f"{n_nodes} nodes removed. The next `nightloom ingest` fills the graph again."
    print_result({"removed": n_nodes}, said, as_json=as_json)


def _print_rebuilt(rebuilt: Rebuilt) -> None:
    console = output()
    n = rebuilt.change.upserted
    console.print(f"{n} documents upserted from the extraction store.")
    if rebuilt.missing:
        title = "Not in the store, left as they were (ingest their folder to read them again)"
        console.print(sentences(title, rebuilt.missing, "yellow"), soft_wrap=True)
    if rebuilt.set_aside:
        title = "Set aside, no longer in the graph (the next rebuild tries again)"
        console.print(
            sentences(title, [str(aside) for aside in rebuilt.set_aside], "yellow"), soft_wrap=True
        )
    if rebuilt.change.rejected:
        console.print(rejected_facts([str(row) for row in rebuilt.change.rejected]), soft_wrap=True)


def _print_receipt(erasure: Erasure) -> None:
    console = output()
    line = Text.assemble((shown(erasure.graph.document_id), "bold"), " is erased:")
    console.print(line, soft_wrap=True)  # an id is not broken over lines
    for name, places in erasure.left.items():
        if places:
            console.print(sentences(f"Still cited by {name}", places, "red"), soft_wrap=True)
        else:
            console.print(f"  cited by no {name}", style="green")
