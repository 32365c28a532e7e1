"""A folder, a store and a graph to spend nights with."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from extractors.store import ExtractionStore
from flows.night.notes import RebuildNotes
from flows.night.order import run_night
from flows.night.report import Report
from flows.night.request import Request
from flows.night.steps import Tools
from flows.sources import Folder
from graphdb.rules import RuleSet
from tests.flows.rule_of_thumb import RuleOfThumbExtractor


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A source: an empty folder."""
    (tmp_path / "notes").mkdir()
    return tmp_path / "notes"


@pytest.fixture
def tools(graph, tmp_path: Path) -> Tools:
    """What a night needs, with an extractor that reads in no time."""
    return Tools(
        graph=graph,
        store=ExtractionStore(tmp_path / "extractions"),
        extractor=RuleOfThumbExtractor(),
        notes=RebuildNotes(tmp_path / "rebuild.json"),
        rules=RuleSet.of((), graph.ontology),
        max_vanished=1.0,
        shard_documents=2,
        max_document_bytes=1_000_000,
    )


@pytest.fixture
def night(tools: Tools, folder: Path) -> Callable[..., Report]:
    """Run one night over `folder`; options replace a tool or say something of the request."""

    def run(*, allow_vanished: bool = False, run: str = "", **changed) -> Report:
        request = Request(
            documents=Folder(name="notes", path=folder),
            allow_vanished=allow_vanished,
            **({"run": run} if run else {}),
        )
        return run_night(request, replace(tools, **changed))

    return run


@pytest.fixture
def triples(driver) -> Callable[[], set[tuple[str, str, str]]]:
    """Read all facts of the graph with the bare driver."""

    def read() -> set[tuple[str, str, str]]:
        query = "MATCH (s:Entity)-[fact]->(o:Entity) RETURN s.name, type(fact), o.name"
        with driver.session() as session:
            return {tuple(record.values()) for record in session.run(query)}

    return read
