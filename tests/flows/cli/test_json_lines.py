"""What a night in the terminal says on standard error where it is to be JSON."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]
SECRET_TEXT = "Bob confesses everything"
READER = """
import logging
import warnings

from extractors import Draft


class Careless:
    version = "1"
    entity_types = ("Person", "Location")
    relation_types = ("PLACE_OF_BIRTH",)

    def read(self, documents):
        for document in documents:
            logging.getLogger("careless").warning("reading %s", document.text)
            warnings.warn(document.text)
            if "confesses" in document.text:
                raise ValueError(document.text)
            draft = Draft(document)
            who, where = draft.entity("Person", (0, 3)), draft.entity("Location", (16, 21))
            draft.relation(who, "PLACE_OF_BIRTH", where, (0, 21), confidence=0.9)
            yield draft.extraction()
"""


@pytest.fixture
def ingest(server, graph, folder, tmp_path):
    """Run a night as an operator would whose logs are collected."""
    (tmp_path / "careless.py").write_text(READER)
    (folder / "a.txt").write_text("Ada was born in Ghent.")
    (folder / "b.txt").write_text(SECRET_TEXT)
    others = {name: value for name, value in os.environ.items() if "NIGHTLOOM_" not in name}
    environment = others | {
        "NIGHTLOOM_HOME": str(tmp_path / "home"),
        "NIGHTLOOM_LOG_FORMAT": "json",
        "NIGHTLOOM_LOG_LEVEL": "INFO",
        "NIGHTLOOM_MAX_REJECTED": "1",
        "NIGHTLOOM_ONTOLOGY": str(ROOT / "samples" / "ontology.toml"),
        "NIGHTLOOM_GRAPH__URI": server.uri,
        "NIGHTLOOM_GRAPH__USER": server.user,
        "NIGHTLOOM_GRAPH__PASSWORD": server.password,
        "NIGHTLOOM_EXTRACTOR__MODEL": "careless.py:Careless",
        "PYTHONPATH": str(ROOT),
    }

    def run(*words: str, **changed: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [sys.executable, "-P", "-m", "flows", "ingest", *words, "--json"],
            cwd=tmp_path,
            env=environment | changed,
            capture_output=True,
            text=True,
            check=False,
        )

    return run


def test_each_line_of_a_night_is_an_object_that_says_where_it_was(ingest, folder, server):
    done = ingest(str(folder))
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    run = json.loads(done.stdout)["run"]

    assert done.returncode == 3, done.stderr
    assert all({"time", "level", "message"} <= set(line) for line in lines)
    of_the_night = [line for line in lines if "run" in line]
    assert {(line["run"], line["source"]) for line in of_the_night} == {(run, "notes")}
    steps = [line["step"] for line in of_the_night if "step" in line]
    assert {"discover", "extract", "upsert", "infer"} <= set(steps)
    aside = [line["message"] for line in lines if line.get("document") == "notes/b.txt"]
    assert aside == ["set aside by extract"]
    assert SECRET_TEXT not in done.stderr
    assert "Ada was" not in done.stderr
    assert server.password not in done.stderr


def test_error_is_an_object_too(ingest):
    done = ingest("nowhere")

    (line,) = [json.loads(line) for line in done.stderr.splitlines()]
    assert (done.returncode, line["level"]) == (1, "ERROR")
    assert "nowhere" in line["message"]
