"""A model is trained, compared, and promoted by what a person says in a form of Prefect's."""

import json
import time
from pathlib import Path

import pytest
from prefect.client.orchestration import get_client
from prefect.client.schemas.filters import ArtifactFilter, ArtifactFilterKey
from prefect.testing.utilities import prefect_test_harness

from extractors.checkpoints import Registry, save
from flows.learning import promote, retrain
from flows.retraining import prepare, train
from flows.settings import load_settings
from graphdb import Ontology, Verdict
from graphdb.graph import Graph
from tests.extractors.tiny import tiny_checkpoint, tiny_encoder
from tests.extractors.training.conftest import GOLD, gold_file  # noqa: F401 - a fixture
from tests.flows.answering import Person

ONTOLOGY = """version = 1
[entities.Person]
[entities.Organization]
[entities.Location]
[relations.WORKS_FOR]
[relations.BORN_IN]
"""

CONFIG = """
[[train]]
path = "{gold}"
format = "jsonl"

[[dev]]
path = "{gold}"
format = "jsonl"

[model]
encoder = "{encoder}"
max_width = 4
window_tokens = 120
overlap_tokens = 24
head_size = 16
block_size = 8

[schedule]
epochs = {epochs}
"""

SECONDS_TO_STOP = 10.0


@pytest.fixture(scope="module")
def prefect():
    """A Prefect server of its own, in a temporary folder."""
    with prefect_test_harness(server_startup_timeout=300):
        yield


@pytest.fixture(scope="module")
def encoder(tmp_path_factory) -> Path:
    return tiny_encoder(tmp_path_factory.mktemp("encoder") / "bert")


@pytest.fixture
def place(tmp_path, monkeypatch, encoder, gold_file):  # noqa: F811
    """A folder with an ontology, two notes, a model that serves and two configurations."""
    monkeypatch.chdir(tmp_path)
    Path("ontology.toml").write_text(ONTOLOGY)
    Path("notes").mkdir()
    Path("notes/a.txt").write_text("Ada works for Acme.")
    Path("notes/b.txt").write_text("Bo works for Orbit.")
    Path("configs").mkdir()
    for name, epochs in (("small", 1), ("long", 400)):
        content = CONFIG.format(gold=gold_file, encoder=encoder, epochs=epochs)
        Path(f"configs/{name}.toml").write_text(content)
    save(tiny_checkpoint(encoder), Path("old"))
    registry = Registry(Path(".nightloom/models"))
    registry.add("old")
    registry.promote("old")
    monkeypatch.setenv("NIGHTLOOM_SOURCES", '[{"path": "notes"}]')
    monkeypatch.setenv("NIGHTLOOM_MODELS__MAX_REMOVED", "1")
    monkeypatch.setenv("NIGHTLOOM_EXTRACTOR__DEVICE", "cpu")
    return registry


@pytest.fixture
def judged(graph, server, place, monkeypatch):
    """A fact of the graph that a person has called wrong."""
    monkeypatch.setenv("NIGHTLOOM_GRAPH__URI", server.uri)
    monkeypatch.setenv("NIGHTLOOM_GRAPH__USER", server.user)
    monkeypatch.setenv("NIGHTLOOM_GRAPH__PASSWORD", server.password)
    ontology = Ontology.load(Path("ontology.toml"))
    wrong = Verdict(
        kind="wrong",
        type="WORKS_FOR",
        subject="Ada",
        subject_type="Person",
        object="Acme",
        object_type="Organization",
        at="2026-11-29T00:00:00+00:00",
    )
    with Graph.connect(server.uri, auth=server.auth, ontology=ontology) as connected:
        connected.upsert(GOLD[0])
        connected.judge(wrong)


def artifact(key: str) -> str:
    with get_client(sync_client=True) as client:
        wanted = ArtifactFilter(key=ArtifactFilterKey(any_=[key]))
        newest = max(client.read_artifacts(artifact_filter=wanted), key=lambda each: each.created)
    return str(newest.data)


def test_trained_model_reads_when_a_person_says_so(prefect, place, judged):
    person = Person(answer="let it read", note="It knows Orbit.", by="Ann")

    state = retrain("small", wait_minutes=5, return_state=True)

    assert (state.name, state.message) == (
        "Promoted",
        "Ann let small-1 read: It knows Orbit.. The next night reads documents again",
    )
    aliases = place.aliases
    assert (aliases.serving, aliases.candidate, aliases.previous) == ("small-1", "", "old")
    learned = json.loads((place.registered("small-1").folder / "training.json").read_text())
    assert any("judged.jsonl" in str(corpus) for corpus in learned["train"])
    assert not list(Path(".nightloom/training").iterdir()), "it has what people said of documents"
    assert "small-1 instead of old" in artifact("model-comparison")
    assert "Ada" not in person.text, "a form outlives a document that is forgotten"
    assert person.form["properties"]["answer"]["enum"] == ["leave it as it is", "let it read"]
    assert person.form["properties"]["answer"]["default"] == "leave it as it is"


def test_model_that_a_person_rejects_stays_as_it_was(prefect, place):
    before = (place.registered("old").folder / "manifest.json").read_text()
    save(tiny_checkpoint(tiny_encoder(Path("encoder"))), Path("new"))
    place.add("new")
    person = Person(by="Ann")  # who presses the button and changes nothing

    state = promote(wait_minutes=5, return_state=True)

    person.join(60)
    assert (state.name, state.message) == ("Rejected", "Ann left new as it is")
    aliases = place.aliases
    assert (aliases.serving, aliases.candidate) == ("old", "new")
    assert (place.registered("old").folder / "manifest.json").read_text() == before


def test_model_below_a_floor_is_refused_without_a_form(prefect, place, gold_file, monkeypatch):  # noqa: F811
    save(tiny_checkpoint(tiny_encoder(Path("encoder"))), Path("new"))
    place.add("new")
    monkeypatch.setenv("NIGHTLOOM_MODELS__GOLD", str(gold_file))
    monkeypatch.setenv("NIGHTLOOM_MODELS__MIN_RELATION_F1", "1")

    state = promote(wait_minutes=5, return_state=True)

    assert (state.type.value, state.name) == ("FAILED", "Refused")
    assert "new is refused: its F1 of relations is 0.000, less than the 1 of" in state.message
    assert place.aliases.serving == "old"
    assert "## Refused" in artifact("model-comparison")


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"config": "smal"}, "no training configuration 'smal' in configs"),
        ({"config": "../small"}, "no training configuration"),
        ({"config": "small", "labelled": "more.jsonl"}, "more.jsonl: there is no such file"),
        ({"config": "small", "source": "nobody"}, "no source is called nobody"),
    ],
)
def test_what_is_wrong_is_said_before_anything_runs(prefect, place, asked, said):
    state = retrain(judged=False, **asked, return_state=True)

    assert state.type.value == "FAILED"
    assert said in state.message
    assert [model.name for model in place.models() if "small" in model.name] == []
    assert not Path(".nightloom/training/small-1/model").exists()


def test_types_that_the_ontology_does_not_know_are_named_before_training(prefect, place):
    Path("ontology.toml").write_text("version = 1\n[entities.Person]\n")

    state = retrain("small", judged=False, return_state=True)

    assert "WORKS_FOR" in state.message
    assert not Path(".nightloom/training/small-1/model").exists()


def test_training_that_is_stopped_ends_at_once_and_goes_on_where_it_was(place):
    settings = load_settings()
    asked = (settings, "long", "", [])
    seen: list[int] = []

    def stop_in_third_epoch(what: str, done: int, total: int, note: str = "", /) -> None:
        seen.append(done)
        if note.startswith("epoch 3"):
            seen.append(time.monotonic())
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(prepare(*asked), settings, stop_in_third_epoch)
    stopped_after = time.monotonic() - seen.pop()

    folder = Path(".nightloom/training/long-1")
    assert stopped_after < SECONDS_TO_STOP
    assert (folder / "model" / "manifest.json").is_file(), "the checkpoint of the best epoch"
    assert (folder / "model" / "state" / "state.safetensors").is_file()
    again: list[int] = []

    def stop_at_once(what: str, done: int, total: int, note: str = "", /) -> None:
        again.append(done)
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        train(prepare(*asked), settings, stop_at_once)
    assert again[0] > seen[0], "it does not begin anew"
