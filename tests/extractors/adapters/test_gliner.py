"""The adapter for GLiNER, with a checkpoint of random weights that is built on the spot."""

import importlib.util
import json

import pytest

from extractors.errors import ReaderError
from extractors.facts import Document
from extractors.readers import EntityLabel, ReaderSetup, RelationLabel, find_reader
from tests.extractors.tiny import tiny_encoder

needs_gliner = pytest.mark.skipif(
    importlib.util.find_spec("gliner") is None,
    reason="gliner is an extra of its own: pip install 'nightloom[gliner]'",
)
SETUP = ReaderSetup(
    entities=(EntityLabel("Person", "A human being."), EntityLabel("Location", "A place.")),
    relations=(
        RelationLabel("PLACE_OF_BIRTH", "Where a person was born.", ("Person",), ("Location",)),
        RelationLabel("KNOWS"),
    ),
    mention_threshold=0.1,
    relation_threshold=0.1,
    device="cpu",
)
TEXT = "Ada was born in London. Bob lives in Rome. " * 3


@pytest.fixture(scope="module")
def checkpoint(tmp_path_factory):
    """A GLiNER checkpoint with relations, two layers and random weights."""
    import torch
    from gliner.config import UniEncoderTokenRelexConfig
    from gliner.model import UniEncoderTokenRelexGLiNER

    folder = tmp_path_factory.mktemp("gliner")
    torch.manual_seed(5)
    config = UniEncoderTokenRelexConfig(
        model_name=str(tiny_encoder(folder / "encoder")),
        hidden_size=32,
        num_rnn_layers=1,
        max_len=24,
        represent_spans=False,
        relations_layer="none",
        triples_layer=None,
    )
    model = UniEncoderTokenRelexGLiNER.load_from_config(config, local_files_only=True)
    model.save_pretrained(folder / "tiny", safe_serialization=True)
    return folder / "tiny"


@needs_gliner
@pytest.mark.filterwarnings("ignore")
def test_checkpoint_reads_documents_with_the_types_of_the_ontology(checkpoint):
    """Longer than a window, empty, of another script: each has an answer that holds."""
    reader = find_reader(f"gliner:{checkpoint}", SETUP)
    documents = [
        Document(id=str(number), text=text)
        for number, text in enumerate([TEXT, "", "东京在日本。" * 8, "word " * 30, "\n\n"])
    ]

    extractions = list(reader.answers(documents))

    assert [extraction.document.id for extraction in extractions] == list("01234")
    assert reader.entity_types == ("Person", "Location")
    assert extractions[0].entities
    assert extractions[0].relations
    for extraction in extractions:
        assert {entity.type for entity in extraction.entities} <= {"Person", "Location"}
        assert extraction.rejected == ()
        for relation in extraction.relations:
            types = (relation.subject.type, relation.object.type)
            assert relation.type == "KNOWS" or types == ("Person", "Location")
            assert relation.subject != relation.object
    starts = [
        mention.span.start for entity in extractions[0].entities for mention in entity.mentions
    ]
    assert max(starts) > len(TEXT) // 2, "the end of a long text was not read"
    again = find_reader(f"gliner:{checkpoint}", SETUP)
    assert list(again.answers(documents)) == extractions


@needs_gliner
@pytest.mark.filterwarnings("ignore")
def test_fingerprint_changes_with_weights_and_prompt_and_is_known_without_loading(checkpoint):
    same = find_reader(f"gliner:{checkpoint}", SETUP).fingerprint
    described = find_reader(f"gliner:{checkpoint}?labels=descriptions", SETUP).fingerprint
    other = ReaderSetup(entities=SETUP.entities[:1], relations=())
    fewer = find_reader(f"gliner:{checkpoint}", other).fingerprint
    config = checkpoint / "gliner_config.json"
    config.write_text(config.read_text() + "\n")
    changed = find_reader(f"gliner:{checkpoint}", SETUP).fingerprint

    assert len({same, described, fewer, changed}) == 4
    assert find_reader(f"gliner:{checkpoint}", SETUP).fingerprint == changed


@needs_gliner
@pytest.mark.parametrize(
    ("argument", "said"),
    [
        ("", "does not know which checkpoint"),
        (":{}?labels=all", "has no option 'labels=all'"),
        (":{}?speed=2", "has no option 'speed=2'"),
        (":{}/..", "is no GLiNER checkpoint"),
    ],
)
def test_what_is_no_checkpoint_is_one_sentence(checkpoint, argument, said):
    with pytest.raises(ReaderError, match=said):
        find_reader("gliner" + argument.format(checkpoint), SETUP)


@needs_gliner
@pytest.mark.parametrize(
    ("config", "said"),
    [
        ({}, "finds no relations"),
        ({"relations_layer": "none"}, "has no model.safetensors"),
    ],
)
def test_checkpoint_that_will_not_do_is_refused(tmp_path, config, said):
    (tmp_path / "gliner_config.json").write_text(json.dumps(config))
    (tmp_path / "pytorch_model.bin").write_text("a pickle")

    with pytest.raises(ReaderError, match=said):
        find_reader(f"gliner:{tmp_path}", SETUP)


@needs_gliner
def test_types_that_are_the_same_in_words_are_refused(checkpoint):
    setup = ReaderSetup(entities=(EntityLabel("BusinessUnit"), EntityLabel("Business_Unit")))

    with pytest.raises(ReaderError, match="cannot tell the types BusinessUnit and Business_Unit"):
        find_reader(f"gliner:{checkpoint}", setup)


@pytest.mark.skipif(importlib.util.find_spec("gliner") is not None, reason="gliner is installed")
def test_missing_library_is_said_with_what_to_install():
    with pytest.raises(ReaderError, match="pip install gliner"):
        find_reader("gliner:anything", SETUP)
