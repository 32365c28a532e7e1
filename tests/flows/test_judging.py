"""A person judges pairs of names in a form of Prefect's, while the run waits."""

import pytest
from prefect.client.orchestration import get_client
from prefect.testing.utilities import prefect_test_harness

from flows.on_request import review
from graphdb import Ontology
from graphdb.graph import Graph
from tests.flows.answering import Person
from tests.strategies import extraction

ONTOLOGY = """version = 1
[entities.Person]
identity = "resolved"
[entities.Organization]
[relations.WORKS_FOR]
subject = ["Person"]
object = ["Organization"]
"""


@pytest.fixture(scope="module")
def prefect():
    """A Prefect server of its own, in a temporary folder."""
    with prefect_test_harness(server_startup_timeout=300):
        yield


@pytest.fixture
def names(graph, server, tmp_path, monkeypatch):
    """Two pairs of people who may be one, and where the flow finds them."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "own.toml").write_text(ONTOLOGY)
    monkeypatch.setenv("NIGHTLOOM_ONTOLOGY", str(tmp_path / "own.toml"))
    monkeypatch.setenv("NIGHTLOOM_GRAPH__URI", server.uri)
    monkeypatch.setenv("NIGHTLOOM_GRAPH__USER", server.user)
    monkeypatch.setenv("NIGHTLOOM_GRAPH__PASSWORD", server.password)
    ontology = Ontology.load(tmp_path / "own.toml")
    with Graph.connect(server.uri, auth=server.auth, ontology=ontology) as resolved_graph:
        resolved_graph.upsert(
            [
                extraction((name, "WORKS_FOR", firm), id=name)
                for name, firm in (
                    ("John Keene", "Acme"),
                    ("J. Keene", "Bolt"),
                    ("Mary Orr", "Cog"),
                    ("M. Orr", "Dyne"),
                )
            ]
        )
        yield resolved_graph


def asked(answers, **parameters):
    person = Person(**answers)
    state = review(**parameters, return_state=True)
    person.join(timeout=60)
    return person, state


def test_answers_of_a_form_become_decisions(prefect, names):
    person, state = asked({"pair_1": "same", "pair_2": "different", "by": "eve"})

    titles = [field["title"] for field in person.form["properties"].values()]
    assert [title[:2] for title in titles] == ["1:", "2:", "Yo"]
    assert person.form["properties"]["pair_1"]["enum"] == ["skip", "same", "different"]
    assert "J. Keene WORKS_FOR Bolt" in person.text
    assert "the same family name, and initials that fit" in person.text
    assert state.message.startswith("2 decisions; ")
    assert {(each.kind, each.by) for each in names.decisions()} == {
        ("same", "eve"),
        ("distinct", "eve"),
    }
    assert "nothing to judge" in review(return_state=True).message


def test_form_is_forgotten_with_the_sentences_in_it(prefect, names):
    person, _ = asked({})

    with get_client(sync_client=True) as client:
        kept = client.filter_flow_run_input(
            person.paused, key_prefix="", limit=10, exclude_keys=set()
        )
    assert person.text
    assert kept == []


def test_what_is_skipped_decides_nothing_and_a_limit_holds(prefect, names):
    person, state = asked({}, pairs=1)

    assert list(person.form["properties"]) == ["pair_1", "by"]
    assert "all pairs were skipped" in state.message
    assert names.decisions() == []
