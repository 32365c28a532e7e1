"""`merge`, `split`, `distinct`, `decisions`, `migrate`: who is who, and how that is changed."""

import getpass
import json
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Literal
from uuid import uuid4

import typer
from pydantic import TypeAdapter, ValidationError

from flows.cli.judging import withdraw
from flows.cli.render import decided_row, sentences
from flows.cli.session import SET_ASIDE, AsJson, settings_for_command
from flows.console import (
    display,
    output,
    print_json,
    print_json_line,
    print_note,
    print_result,
)
from flows.errors import FlowError
from flows.text import counted, now, shown
from flows.tools import open_graph, open_tools
from flows.upkeep import migrate as bring_over
from graphdb import Change, Decision, Graph, Migration, Ontology, Verdict
from graphdb.asking import NamedEntity, entities_called
from graphdb.identity import normalised_name
from graphdb.rules import RuleSet

Reason = Annotated[str, typer.Option("--reason", help="Why, for whoever reads it later.")]
Type = Annotated[str | None, typer.Option("--type", help="Entity type, if names have several.")]


def merge(
    one: Annotated[str, typer.Argument(help="Name, alias or key of an entity.")],
    other: Annotated[str, typer.Argument(help="Name, alias or key of the other.")],
    type_: Type = None,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Make two entities one: both names mean it from now on, and split undoes it.

    Example: nightloom merge IBM "International Business Machines"
    """
    _decide("same", one, other, type_, reason, as_json=as_json)


def distinct(
    one: Annotated[str, typer.Argument(help="Name, alias or key of an entity.")],
    other: Annotated[str, typer.Argument(help="Name, alias or key of the other.")],
    type_: Type = None,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Decide that two names are two things, whatever else speaks for their being one.

    Example: nightloom distinct "Jean Paul" "Jean-Paul"
    """
    _decide("distinct", one, other, type_, reason, as_json=as_json)


def split(
    name: Annotated[str, typer.Argument(help="Name, alias or key of an entity.")],
    type_: Type = None,
    document: Annotated[
        list[str] | None,
        typer.Option("--document", help="Where the name means another thing; may be repeated."),
    ] = None,
    reason: Reason = "",
    as_json: AsJson = False,
) -> None:
    """Undo all merges of an entity; with --document, tell a name's things apart by document.

    Each name, or each thing, gets back exactly its own facts.

    Example: nightloom split IBM
    """
    if document:
        _set_apart(name, type_, document, reason, as_json=as_json)
        return
    settings = settings_for_command()
    with display() as watch, open_graph(settings, watch) as graph:
        graph.prepare()
        rules = RuleSet.load(settings.rules_path, graph.ontology)
        entity = the_one(graph, name, type_)
        watch("writing documents again", 0, 0)
        with graph.lease("nightloom split", str(uuid4())) as lease:
            gone = graph.split(entity.key, lease, by=getpass.getuser(), at=now())
            graph.infer(rules, lease)
    if not gone:
        raise FlowError(f"{shown(entity.name)} is one name: nothing was merged into it")
    said = sentences("Undone", [str(decision) for decision in gone])
    print_result({"withdrawn": list(map(decided_row, gone))}, said, as_json=as_json)


def decisions(
    from_: Annotated[
        Path | None, typer.Option("--from", help="Take decisions of such a file, too.")
    ] = None,
    undo: Annotated[
        str | None,
        typer.Option(metavar="KEY", help="Withdraw what was said of a fact; the list has keys."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print a line of JSON for each, as --from takes them.")
    ] = False,
) -> None:
    """List what was decided about names and facts; as lines of JSON it can be kept, brought back.

    Example: nightloom decisions --json > decisions.jsonl
    """
    settings = settings_for_command()
    with display() as watch, open_graph(settings, watch) as graph:
        if from_:
            new = _read(from_)
            rules = RuleSet.load(settings.rules_path, graph.ontology)
            graph.prepare()
            with graph.lease("nightloom decisions", str(uuid4())) as lease:
                graph.decide([each for each in new if isinstance(each, Decision)], lease)
                graph.judge([each for each in new if isinstance(each, Verdict)], lease)
                graph.infer(rules, lease)
        if undo is not None:
            rules = RuleSet.load(settings.rules_path, graph.ontology)
            print_note(f"no longer: {withdraw(graph, rules, undo)}")
        known, verdicts = graph.decisions(), graph.verdicts()
    if as_json:
        said_of_all: list[Decision | Verdict] = [*known, *verdicts]
        for decision in said_of_all:
            print_json_line(json.dumps(decided_row(decision), ensure_ascii=False))
        return
    if known:
        output().print(sentences("Decided", [str(decision) for decision in known]), soft_wrap=True)
    if verdicts:
        said = [f"{each.key[:8]}  {each}" for each in verdicts]
        output().print(sentences("Said of facts", said), soft_wrap=True)
    if not known and not verdicts:
        output().print("Nothing was decided: every name means a thing of its own.")


def _decide(
    kind: Literal["same", "distinct"],
    one: str,
    other: str,
    type_: str | None,
    reason: str,
    *,
    as_json: bool,
) -> None:
    settings = settings_for_command()
    with display() as watch, open_graph(settings, watch) as graph:
        graph.prepare()
        rules = RuleSet.load(settings.rules_path, graph.ontology)
        first = the_one(graph, one, type_)
        second = the_one(graph, other, type_ or first.type)
        decision = Decision(
            kind=kind,
            type=first.type,
            one=_as_asked(one, first),
            other=_as_asked(other, second),
            by=getpass.getuser(),
            at=now(),
            reason=reason,
        )
        if kind == "same" and first.key != second.key and _are_namesakes(decision):
            decision = replace(decision, kind="whole", other="")
        watch("writing documents again", 0, 0)
        with graph.lease(f"nightloom {'merge' if kind == 'same' else kind}", str(uuid4())) as lease:
            change = graph.decide(decision, lease)
            graph.infer(rules, lease)
    _print_decided(decision, change, as_json=as_json)


def _set_apart(
    name: str, type_: str | None, documents: list[str], reason: str, *, as_json: bool
) -> None:
    settings = settings_for_command()
    with display() as watch, open_graph(settings, watch) as graph:
        graph.prepare()
        rules = RuleSet.load(settings.rules_path, graph.ontology)
        entity = the_one(graph, name, type_)
        if unknown := sorted(set(documents) - graph.ledgers().keys()):
            raise FlowError(f"there is no document {', '.join(map(shown, unknown))}")
        decision = Decision(
            kind="apart",
            type=entity.type,
            one=_as_asked(name, entity),
            other=f"as in {min(documents)}",
            by=getpass.getuser(),
            at=now(),
            reason=reason,
            documents=tuple(sorted(set(documents))),
        )
        with graph.lease("nightloom split", str(uuid4())) as lease:
            change = graph.decide(decision, lease)
            graph.infer(rules, lease)
    _print_decided(decision, change, as_json=as_json)


def _print_decided(decision: Decision, change: Change, *, as_json: bool) -> None:
    said = f"{shown(str(decision))}: {counted(change.upserted, 'document')} written again."
    result = {"made": [decided_row(decision)], "n_documents": change.upserted}
    print_result(result, said, as_json=as_json)


def _are_namesakes(decision: Decision) -> bool:
    return normalised_name(decision.one) == normalised_name(decision.other)


def the_one(graph: Graph, name: str, type_: str | None) -> NamedEntity:
    """Return the entity of a name, if it is one.

    Raises:
        FlowError: There is none, or there are several; names them.
    """
    _check_type(graph.ontology, type_)
    found = entities_called(graph.connection, graph.ontology, name)
    candidates = [each for each in found if type_ in (None, each.type)]
    if len(candidates) == 1:
        return candidates[0]
    if not candidates:
        of_type = f" of type {type_}" if type_ else ""
        raise FlowError(
            f"no entity{of_type} is called {shown(name)}: nightloom explain suggests some"
        )
    listed = ", ".join(f"{shown(each.name)} ({each.type}, {each.key})" for each in candidates)
    raise FlowError(f"{shown(name)} is the name of several: give --type, or a key: {listed}")


def _check_type(ontology: Ontology, type_: str | None) -> None:
    if type_ is not None and type_ not in ontology.entity_types:
        types = ", ".join(ontology.entity_types)
        raise FlowError(f"the ontology has no entity type {shown(type_)}; it has {types}")


def _as_asked(asked: str, entity: NamedEntity) -> str:
    """Return the name that a person gave, or the entity's own if they gave its key."""
    return entity.name if asked == entity.key else asked


def _read(path: Path) -> list[Decision | Verdict]:
    """Return the decisions and verdicts of a file of JSON lines.

    Raises:
        FlowError: A line is none; names it.
    """
    found: list[Decision | Verdict] = []
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip():
            continue
        try:
            is_verdict = '"subject_type"' in line
            found.append((_VERDICT if is_verdict else _DECISION).validate_json(line))
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            where = ".".join(map(str, first["loc"]))
            raise FlowError(f"{path}, line {number}: {where} {first['msg']}") from error
    return found


_DECISION: TypeAdapter[Decision] = TypeAdapter(Decision)
_VERDICT: TypeAdapter[Verdict] = TypeAdapter(Verdict)


def migrate(as_json: AsJson = False) -> None:
    """Bring the graph of an older nightloom to this version; nothing is read again.

    Example: nightloom migrate
    """
    settings = settings_for_command()
    with display() as watch, open_tools(settings, watch, reads=False) as tools:
        migration = bring_over(tools)
    aside = [str(error) for error in migration.change.set_aside]
    if as_json:
        print_json(
            {
                "found": migration.found,
                "migrated": migration.change.upserted,
                "from_store": migration.from_store,
                "set_aside": aside,
            }
        )
    else:
        _print_migration(migration, aside)
    if aside:
        raise typer.Exit(SET_ASIDE)


def _print_migration(migration: Migration, aside: list[str]) -> None:
    n = migration.change.upserted
    if not n and not aside:
        output().print("The graph is of this version already.")
        return
    output().print(
        f"{n} documents brought from identity {migration.found} to this one, "
        f"{migration.from_store} of them from the extraction store."
    )
    if aside:
        output().print(sentences("Set aside", aside, "yellow"), soft_wrap=True)
