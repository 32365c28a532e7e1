"""Model and ontology are compared before anything is read: what would be lost is named."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from extractors import TransformerExtractor
from extractors.checkpoints import ModelTypes, save, types_of
from extractors.errors import CheckpointError
from flows.agreement import agreement
from flows.errors import UnknownTypesError
from graphdb import Ontology
from tests.extractors.tiny import (
    ENTITY_TYPES,
    RELATION_TYPES,
    tiny_checkpoint,
    tiny_encoder,
    tiny_tagger,
)

LABELS = ("O", "B-Person", "I-Person", "S-Place", "L-Place", "Odd-Thing")


@pytest.fixture(scope="module")
def models(tmp_path_factory) -> Path:
    """A folder with a joint model and a token classifier."""
    folder = tmp_path_factory.mktemp("models")
    encoder = tiny_encoder(folder / "encoder")
    save(tiny_checkpoint(encoder), folder / "joint")
    tiny_tagger(folder / "tagger", encoder, LABELS)
    return folder


def joint(models: Path) -> tuple[str, ModelTypes]:
    """Return a model of both kinds of types, and these."""
    return str(models / "joint"), types_of(models / "joint")


def ontology(tmp_path: Path, entities=ENTITY_TYPES, relations=RELATION_TYPES) -> tuple:
    """Write an ontology of these types; return it and its path."""
    path = tmp_path / "ontology.toml"
    tables = [f"[entities.{name}]" for name in entities]
    tables += [f"[relations.{name}]" for name in relations]
    path.write_text("version = 1\n" + "\n".join(tables))
    return Ontology.load(path), path


@pytest.mark.parametrize("kind", ["joint", "tagger"])
def test_types_are_those_that_the_loaded_model_says_it_has(models, kind):
    types = types_of(models / kind)

    loaded = TransformerExtractor.load(models / kind, device="cpu")
    assert sorted(types.entities) == sorted(loaded.entity_types)
    assert sorted(types.relations) == sorted(loaded.relation_types)


def test_model_whose_types_are_all_known_agrees(models, tmp_path):
    found = agreement(*joint(models), *ontology(tmp_path))

    assert (found.n_entities, found.n_relations, found.left_out) == (3, 2, ())


def test_types_that_the_ontology_does_not_know_are_refused_by_name(models, tmp_path):
    """With the ones that were perhaps meant, and all that can be done."""
    narrow = ontology(tmp_path, ("Person", "Organisation"), ("WORKS_FOR",))

    with pytest.raises(UnknownTypesError) as caught:
        agreement(*joint(models), *narrow)

    said = str(caught.value)
    assert caught.value.entities == ("Location", "Organization")
    assert caught.value.relations == ("BORN_IN",)
    assert "2 of 3 entity types, Location, Organization (there is Organisation)" in said
    assert "1 of 2 relation types, BORN_IN" in said
    assert "[entities.Location]" in said
    assert "NIGHTLOOM_ONTOLOGY" in said
    assert "left_out" in said


@pytest.mark.parametrize("left_out", [("*",), ("Location", "Organization", "BORN_IN", "Else")])
def test_types_may_be_left_out_on_purpose_and_are_named(models, tmp_path, left_out):
    narrow = ontology(tmp_path, ("Person",), ("WORKS_FOR",))

    found = agreement(*joint(models), *narrow, left_out)

    assert found.left_out == ("Location", "Organization", "BORN_IN")


def test_some_left_out_do_not_excuse_the_others(models, tmp_path):
    narrow = ontology(tmp_path, ("Person",), ("WORKS_FOR",))

    with pytest.raises(UnknownTypesError):
        agreement(*joint(models), *narrow, ("Location", "BORN_IN"))


def test_nothing_in_common_is_refused_whatever_is_left_out(models, tmp_path):
    other = ontology(tmp_path, ("Gene",), ("BINDS",))

    with pytest.raises(UnknownTypesError) as caught:
        agreement(*joint(models), *other, ("*",))

    assert "left_out" not in str(caught.value)


@pytest.mark.parametrize(
    "config", ["[]", "{}", '{"model": 3}', '{"model": {"entity_types": 1}}', "[" * 100_000]
)
def test_configuration_without_types_is_an_error_that_names_the_file(tmp_path, config):
    (tmp_path / "manifest.json").write_text("{}")
    (tmp_path / "config.json").write_text(config)

    with pytest.raises(CheckpointError, match=str(tmp_path)):
        types_of(tmp_path)


def test_nothing_is_started_and_no_torch_loaded_for_it(models, tmp_path):
    """`ingest` is refused with exit code 1 before there is a server, a store or a graph."""
    (tmp_path / "notes").mkdir()
    (tmp_path / "notes" / "a.txt").write_text("Ada works for Acme.")
    ontology(tmp_path, ("Gene",), ())
    program = (
        "import sys\n"
        "sys.argv = ['nightloom', 'ingest', 'notes']\n"
        "from flows.cli import main\n"
        "try: main()\n"
        "finally: print('torch' in sys.modules)\n"
    )
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(Path(__file__).parents[2]),
        "NIGHTLOOM_EXTRACTOR__MODEL": str(models / "joint"),
    }

    done = subprocess.run(
        [sys.executable, "-c", program],
        cwd=tmp_path,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )

    assert (done.returncode, done.stdout.strip()) == (1, "False")
    assert "Location, Organization, Person" in done.stderr
    assert not list((tmp_path / ".nightloom").glob("*"))


def test_general_agrees_with_the_ontology_that_comes_with_it():
    path = Path(__file__).parents[2] / "samples" / "ontology.toml"

    found = agreement("general", types_of("general"), Ontology.load(path), path)

    assert found.left_out == ()
    assert json.dumps(found.n_relations) == "96"
