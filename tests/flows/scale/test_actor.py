"""What a worker does with a batch: the same as the process of a run would, whatever is in it."""

import json
import os
import time
from pathlib import Path

import pytest

from extractors.errors import DocumentRejectedError, MachineError
from extractors.facts import Document, Extraction
from flows.errors import SettingsError
from flows.scale.actor import ReadingActor
from flows.scale.wire import answer_from_data
from flows.sources import SetAside
from tests.flows.scale.conftest import FRAGILE
from tests.processes import shown_by_processes

SENTENCES = ("Ada works for Acme.", "Bob was born in Rome.", "Acme is based in Ghent.")


def document(number: int, text: str) -> Document:
    return Document(id=f"notes/{number}.txt", text=text, source="notes")


def documents(*texts: str) -> list[Document]:
    return [document(number, text) for number, text in enumerate(texts)]


@pytest.fixture
def actor(order_of, settings_of):
    """Make actors that read as settings say; they end with the test."""
    made = []

    def make(model, **changed) -> ReadingActor:
        made.append(ReadingActor(json.dumps(order_of(settings_of(model)) | changed)))
        return made[-1]

    yield make
    for each in made:
        each.close()


def read(actor: ReadingActor, batch: list[Document]) -> dict[str, Extraction | SetAside]:
    """Return what an actor says of a batch, by document."""
    said = actor.read({"number": 1, "documents": [each.to_dict() for each in batch]})
    assert json.loads(json.dumps(said)) == said
    answers = [answer_from_data(answer) for answer in said["answers"]]
    by_id = {
        each.document if isinstance(each, SetAside) else each.document.id: each for each in answers
    }
    assert len(by_id) == len(answers)
    return by_id


def test_model_says_the_same_in_a_process_of_its_own(actor, model, settings_of, extractor_of):
    """To the last digit: batches are others there."""
    batch = documents(*(sentence * 7 for sentence in SENTENCES))
    here = extractor_of(settings_of(model)).extract(batch)

    there = read(actor(model), batch)

    assert there == {extraction.document.id: extraction for extraction in here}


def test_document_that_ends_its_process_again_and_again_is_set_aside_by_name(actor):
    batch = documents(SENTENCES[0], "KILL", SENTENCES[1], "KILL and KILL")

    said = read(actor(f"{FRAGILE}:Fragile"), batch)

    ended = {id_: each for id_, each in said.items() if isinstance(each, SetAside)}
    assert set(ended) == {"notes/1.txt", "notes/3.txt"}
    assert len(said) == 4
    assert (
        "made the process that read it end, 3 times (killed by signal 9)"
        in ended["notes/1.txt"].reason
    )


def test_documents_own_faults_are_told_as_in_the_process_of_a_run(actor):
    batch = documents("BUG", SENTENCES[0], "UNREADABLE")

    said = read(actor(f"{FRAGILE}:Fragile"), batch)

    assert isinstance(said["notes/1.txt"], Extraction)
    assert "ZeroDivisionError: a bug in the model" in said["notes/0.txt"].reason
    assert "holds a word that is not to be read" in said["notes/2.txt"].reason


def test_process_that_ends_whatever_it_reads_is_no_documents_fault(actor):
    with pytest.raises(MachineError, match=r"on \S+: the process .* ends whatever it is given"):
        read(actor(f"{FRAGILE}:Dying"), documents(*SENTENCES))


def test_fault_of_the_machine_is_raised_with_its_name(actor):
    with pytest.raises((MachineError, DocumentRejectedError), match="no memory left"):
        read(actor(f"{FRAGILE}:Fragile"), documents("MEMORY"))


def test_worker_with_another_model_than_the_nights_refuses(actor):
    """Half of the graph would be of each."""
    with pytest.raises(SettingsError, match="that of the night is another@0123456789ab"):
        read(actor(f"{FRAGILE}:Fragile", fingerprint="another@0123456789ab"), documents("x"))


def test_process_that_reads_sees_no_secret(actor, monkeypatch):
    """It reads documents and writes to nothing: it needs no password."""
    monkeypatch.setenv("NIGHTLOOM_GRAPH__PASSWORD", "correct horse battery")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "correct horse staple")
    mine = actor(f"{FRAGILE}:Fragile")
    read(mine, documents(*SENTENCES))
    process = Path(f"/proc/{mine._program.pid}")

    assert "correct horse" not in (process / "environ").read_text()
    assert "correct horse" not in shown_by_processes("cmdline", "environ")


def test_process_that_reads_ends_with_its_actor(actor):
    """However that ends: nobody listens any more."""
    mine = actor(f"{FRAGILE}:Fragile")
    read(mine, documents(*SENTENCES))
    pid = mine._program.pid

    os.close(mine._program._process.stdin.fileno())

    for _ in range(100):
        if mine._program._process.poll() is not None:
            break
        time.sleep(0.1)
    assert not Path(f"/proc/{pid}").exists()
