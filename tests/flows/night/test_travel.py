"""Steps travel: done by another process, from plain data alone, they do what they do here."""

import json
import multiprocessing
import pickle
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from pydantic import SecretStr

from extractors.errors import ExtractionError
from flows.errors import FlowError
from flows.night import Request, run_night
from flows.setting_groups import ExtractorSettings, GraphSettings
from flows.settings import Settings
from flows.sources import Folder
from flows.tools import open_tools, run_step, site_of
from graphdb.errors import GraphError, LeaseLostError

SENTENCES = (
    "Ada works for Acme in Ghent.",
    "Bob was born in Rome.",
    "Cid works for Bolt, and Eve for Acme.",
    "Acme is based in Ghent.",
    "Zoe was born in Ghent and works for Bolt.",
)


@pytest.fixture
def settings(server, model, tmp_path, monkeypatch) -> Settings:
    """Settings of a night over the test's server; its password stands in the environment."""
    monkeypatch.setenv("NIGHTLOOM_GRAPH__PASSWORD", server.password)
    return Settings(
        home=tmp_path / "home",
        ontology=Path("tests/ontology.toml"),
        shard_documents=2,
        graph=GraphSettings(uri=server.uri, user=server.user, password=SecretStr(server.password)),
        extractor=ExtractorSettings(model=str(model), device="cpu"),
    )


@pytest.fixture
def elsewhere():
    """One other process, which shares nothing with this one but what it is told."""
    spawn = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(1, mp_context=spawn) as pool:
        yield pool


def test_shards_done_by_another_process_make_the_same_graph(
    graph, empty, settings, folder, elsewhere, server
):
    for number, sentence in enumerate(SENTENCES):
        (folder / f"{number}.txt").write_text(sentence)
    request = Request(documents=Folder(name="notes", path=folder))
    with open_tools(settings, lambda *_: None) as tools:
        here = run_night(request, tools)
    before = list(graph.dump())
    empty()
    asked, shown = [], []

    def call(title, step, order):
        where = site_of(there)
        asked.append((step, order, where))
        assert json.loads(json.dumps([step, order, where])) == [step, order, where]
        if step in ("extract", "upsert"):
            return elsewhere.submit(run_step, step, order, where).result()
        return run_step(step, order, where)

    there = settings.model_copy(update={"home": settings.home.with_name("another")})
    with open_tools(there, lambda what, *_: shown.append(what)) as tools:
        away = run_night(request, replace(tools, call=call))

    assert list(graph.dump()) == before
    assert len(before) > len(SENTENCES) * 3
    assert [step for step, *_ in asked].count("extract") == 3
    assert not any(what.startswith("loading the model") for what in shown)
    assert (away.n_extracted, away.n_upserted, away.change) == (5, 5, here.change)
    assert server.password not in json.dumps(asked)


def test_step_elsewhere_ends_as_it_would_here_when_the_lease_is_lost(
    graph, settings, folder, elsewhere
):
    """The lease travels as data: whoever holds an older one can write nothing, wherever it is."""
    (folder / "a.txt").write_text(SENTENCES[0])

    def call(title, step, order):
        if step == "upsert":
            order["lease"]["epoch"] -= 1
            return elsewhere.submit(run_step, step, order, site_of(settings)).result()
        return run_step(step, order, site_of(settings))

    with open_tools(settings, lambda *_: None) as tools, pytest.raises(LeaseLostError) as caught:
        run_night(Request(documents=Folder(name="notes", path=folder)), replace(tools, call=call))

    assert str(caught.value).count("has passed to") == 1
    assert graph.ledgers() == {}


def test_step_refuses_tools_that_are_not_the_nights(graph, settings, folder):
    """A process with another model would read half of the documents otherwise than the rest."""
    (folder / "a.txt").write_text(SENTENCES[0])

    def call(title, step, order):
        if step == "extract":
            order["extractor"] = "another@0123456789ab"
        return run_step(step, order, site_of(settings))

    with open_tools(settings, lambda *_: None) as tools, pytest.raises(FlowError) as caught:
        run_night(Request(documents=Folder(name="notes", path=folder)), replace(tools, call=call))

    assert "that of the night is another@0123456789ab" in str(caught.value)


def all_errors(root: type[Exception]) -> list[type[Exception]]:
    return [root, *(each for below in root.__subclasses__() for each in all_errors(below))]


@pytest.mark.parametrize(
    "kind", [each for root in (FlowError, GraphError, ExtractionError) for each in all_errors(root)]
)
def test_errors_travel_whole(kind):
    """Words and values of an error are the same on the other side, whatever it is made from."""
    error = kind.__new__(kind)
    error.args = ("Something was wrong: mend it.",)
    error.__dict__.update(path=Path("x"), n=3)

    arrived = pickle.loads(pickle.dumps(error))

    assert type(arrived) is kind
    assert (str(arrived), vars(arrived)) == (str(error), vars(error))
