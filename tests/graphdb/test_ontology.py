"""An ontology file is checked before anything can be written by it."""

import pytest

from graphdb import GraphError, Ontology, OntologyError, UnsafeIdentifierError

PERSON = "[entities.Person]\n"


@pytest.fixture
def load(tmp_path):
    def load(text):
        path = tmp_path / "ontology.toml"
        path.write_text(text, encoding="utf-8")
        return Ontology.load(path)

    return load


@pytest.mark.parametrize(
    "name",
    ["Person) DETACH DELETE n //", "`x`", "\\u0060", "Ｐerson", "Пerson", "person", "9", "A B", ""],
)
@pytest.mark.parametrize("table", ["entities", "relations"])
def test_unsafe_names_are_refused(load, table, name):
    quoted = '"' + name.replace("\\", "\\\\") + '"'
    with pytest.raises(UnsafeIdentifierError, match=r"ontology\.toml"):
        load(f"{PERSON}[{table}.{quoted}]\n")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", r"\[entities\]: .*required"),
        ("[entities]\n", "at least 1 item"),
        ("[entities.Person\n", "cannot be read"),
        (PERSON + "colour = 1", r"\[entities\.Person\.colour\]: there is no key 'colour'"),
        (PERSON + "descripton = 'x'", "did you mean 'description'"),
        (PERSON + "[relations.KNOWS]\nsubjct = []", r"did you mean 'subject'.*symmetric"),
        ("[entity.Person]\n", r"\[entity\]: .*version, keep, entities, relations"),
        (PERSON + "[relations.KNOWS]\nsymmetric = 'no way'", "boolean.*not 'no way'"),
        (
            PERSON + "[relations.KNOWS]\nsubject = ['Persn']",
            "no entity type 'Persn'.*did you mean 'Person'",
        ),
        (PERSON + "[relations.KNOWS]\ninverse_of = 'KNOWN'", "no relation type 'KNOWN'"),
        ("[entities.Document]\n", r"\[entities\.Document\]: the name is taken"),
        (PERSON + "[relations.MENTIONS]\n", r"\[relations\.MENTIONS\]: the name is taken"),
        ("version = 2\n" + PERSON, r"\[version\]"),
    ],
)
def test_error_names_file_and_table(load, text, message):
    with pytest.raises(OntologyError, match=message) as caught:
        load(text)

    assert str(caught.value.path) in str(caught.value)


def test_missing_file_is_an_error_of_ours(tmp_path):
    with pytest.raises(GraphError, match="cannot be read"):
        Ontology.load(tmp_path / "none.toml")


def test_fingerprint_follows_what_may_be_in_a_graph(load):
    knows = PERSON + "[relations.KNOWS]\n"

    assert (
        load(knows).fingerprint == load(knows + "description = 'x'\nsymmetric = true").fingerprint
    )
    assert load(knows).fingerprint != load(knows + "subject = ['Person']").fingerprint


def test_samples_ontology_is_good():
    assert len(Ontology.load("samples/ontology.toml").relation_types) == 96
