"""The command line: what goes wrong is one sentence that names the thing, and an exit code."""

import json
import os
from importlib import metadata

import pytest

HOSTILE = "Person) DETACH DELETE n //"


@pytest.fixture(autouse=True)
def elsewhere(tmp_path, monkeypatch):
    """An empty folder and an environment without our names."""
    monkeypatch.chdir(tmp_path)
    for name in list(os.environ):
        if name.startswith("NIGHTLOOM_") and not name.startswith("NIGHTLOOM_TEST_"):
            monkeypatch.delenv(name)


@pytest.fixture
def on_the_server(server, graph, monkeypatch):
    """Settings that name the tests' own server, with an empty graph."""
    monkeypatch.setenv("NIGHTLOOM_GRAPH__URI", server.uri)
    monkeypatch.setenv("NIGHTLOOM_GRAPH__USER", server.user)
    monkeypatch.setenv("NIGHTLOOM_GRAPH__PASSWORD", server.password)
    monkeypatch.setenv("NIGHTLOOM_GRAPH__PATIENCE_S", "2")


def failure(err: str) -> str:
    """Return the one sentence after `error:`; progress lines may stand before it."""
    assert "Traceback" not in err
    (sentence,) = [line for line in err.splitlines() if line.startswith("error: ")]
    return sentence


def test_missing_folder_is_named(nightloom):
    code, _, err = nightloom("ingest", "nowhere")

    assert code == 1
    assert "nowhere" in failure(err)


def test_file_of_another_kind_in_place_of_a_folder_is_named(nightloom, on_the_server, tmp_path):
    (tmp_path / "a.png").write_text("A")

    code, _, err = nightloom("ingest", "a.png")

    assert code == 1
    assert "a.png" in failure(err)


def test_empty_folder_says_what_is_missing(nightloom, on_the_server, tmp_path):
    (tmp_path / "notes").mkdir()

    code, _, err = nightloom("ingest", "notes")

    assert code == 1
    assert "notes holds no documents: put some there" in failure(err)


def test_hostile_label_in_the_ontology_is_refused(nightloom, tmp_path):
    (tmp_path / "ontology.toml").write_text(f'version = 1\n[entities."{HOSTILE}"]\n')

    code, _, err = nightloom("rules", "check")

    assert code == 1
    assert HOSTILE in failure(err)


def test_wrong_password_is_one_sentence(nightloom, on_the_server, monkeypatch):
    monkeypatch.setenv("NIGHTLOOM_GRAPH__PASSWORD", "not-this-one")

    code, _, err = nightloom("audit")

    assert code == 1
    assert "not-this-one" not in failure(err)


def test_server_that_is_not_there_is_named(nightloom, on_the_server, monkeypatch):
    monkeypatch.setenv("NIGHTLOOM_GRAPH__URI", "bolt://127.0.0.1:1")
    monkeypatch.setenv("NIGHTLOOM_GRAPH__PATIENCE_S", "0")

    code, _, err = nightloom("audit")

    assert code == 1
    assert "127.0.0.1:1" in failure(err)


def test_server_without_a_password_names_the_setting(nightloom, monkeypatch):
    monkeypatch.setenv("NIGHTLOOM_GRAPH__URI", "bolt://127.0.0.1:1")

    code, _, err = nightloom("audit")

    assert code == 1
    assert "NIGHTLOOM_GRAPH__PASSWORD" in failure(err)


def test_misspelt_setting_suggests_the_right_one(nightloom, monkeypatch):
    monkeypatch.setenv("NIGHTLOOM_GRAHP__URI", "x")

    code, _, err = nightloom("audit")

    assert code == 1
    assert "did you mean NIGHTLOOM_GRAPH__URI?" in failure(err)


@pytest.mark.parametrize("arguments", [("no-such-verb",), ("ingest",), ("audit", "--nonsense")])
def test_wrong_usage_has_its_own_exit_code(nightloom, arguments):
    assert nightloom(*arguments)[0] == 2


def test_unknown_relation_type_suggests_the_nearest(nightloom, on_the_server):
    code, _, err = nightloom("explain", "Ada", "CUONTRY", "France")

    assert code == 1
    assert "did you mean COUNTRY?" in failure(err)


def test_unknown_document_cannot_be_forgotten(nightloom, on_the_server):
    code, _, err = nightloom("forget", "notes/nothing.txt")

    assert code == 1
    assert "notes/nothing.txt" in failure(err)


def test_another_run_at_work_has_its_own_exit_code(nightloom, on_the_server, graph):
    with graph.lease(holder="somebody on another machine (process 1)", run="theirs"):
        code, _, err = nightloom("rebuild")

    assert code == 4
    assert "somebody on another machine" in failure(err)


def test_documents_set_aside_have_their_own_exit_code(
    nightloom, on_the_server, tmp_path, monkeypatch
):
    """Every kind of file that cannot be read, none of which reaches the model."""
    notes = tmp_path / "notes"
    notes.mkdir()
    (notes / "bytes.txt").write_bytes(bytes(range(128, 256)))
    (notes / "empty.txt").touch()
    (notes / "long.txt").write_text("x" * 10_000_000)
    (notes / 'it\'s "odd"\nnamed.txt').write_bytes(bytes(range(128, 256)))
    (notes / "dangling.txt").symlink_to("nowhere")
    (notes / "outside.txt").symlink_to("/etc/hostname")

    failed, said, _ = nightloom("ingest", "notes")
    monkeypatch.setenv("NIGHTLOOM_MAX_REJECTED", "1")
    code, out, err = nightloom("ingest", "notes", "--json")

    report = json.loads(out)
    assert (failed, code) == (1, 3)
    assert "more than the 5% that max_rejected allows" in said.replace("\n", " ")
    assert "Traceback" not in err
    assert report["documents"]["set_aside"] == len(report["set_aside"]) == 6
    assert all(aside["reason"] for aside in report["set_aside"])


def test_empty_graph_holds_what_should_hold_and_dumps_nothing(nightloom, on_the_server):
    assert nightloom("audit")[:2] == (0, "Everything holds.\n")
    assert nightloom("dump")[:2] == (0, "")


def test_model_that_is_not_there_is_named(nightloom, tmp_path):
    (tmp_path / "a.txt").write_text("A")

    code, _, err = nightloom("predict", "no-such-model", "a.txt")

    assert code == 1
    assert "no-such-model" in failure(err)


def test_version_is_printed(nightloom):
    assert nightloom("--version") == (0, f"{metadata.version('nightloom')}\n", "")
