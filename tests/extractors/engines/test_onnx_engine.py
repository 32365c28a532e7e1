"""ONNX Runtime reads what torch reads: the same facts, as surely, without torch."""

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from extractors.calibration import Calibration
from extractors.checkpoints import find_checkpoint, load, load_plain, save
from extractors.engines import OnnxEngine, TorchEngine
from extractors.engines.ragged import range_maximum
from extractors.facts import Document
from extractors.network import candidate_arrays, input_arrays
from extractors.reading import TransformerExtractor
from tests.extractors.texts import any_text
from tests.extractors.tiny import tiny_checkpoint

ROOT = Path(__file__).parents[3]
SHAPES = {
    "plain": {},
    "all": {"structure": True, "between": True, "guides": ("one",), "symmetric": ("WORKS_FOR",)},
    "single": {"clustering": "none", "nested": True, "encoder_layers": 1, "max_width": 1},
}
SENTENCES = ("Ada met Bo in York.\n", "Cy saw York. ", "# Di slept\n\n", "| Bo | Cy |\n", "Ada. ")


@pytest.fixture(scope="module")
def saved(encoder_folders, tmp_path_factory):
    """Folders of small models of each shape, on each kind of encoder that ONNX Runtime reads."""
    folders = {}
    for kind in ("bert", "xlm-roberta"):
        for shape, changes in SHAPES.items():
            torch.manual_seed(5)
            checkpoint = tiny_checkpoint(encoder_folders[kind], **changes)
            for parameter in checkpoint.model.parameters():  # nothing stays at its first zero
                torch.nn.init.normal_(parameter, std=0.2)
            # Some relations join no types: they are not even worked out.
            checkpoint.model.allowed[0, 1] = False
            checkpoint.model.allowed[2, :, 0] = False
            folders[kind, shape] = tmp_path_factory.mktemp("models") / f"{kind}-{shape}"
            save(checkpoint, folders[kind, shape])
    return folders


@pytest.fixture(scope="module", params=[(k, s) for k in ("bert", "xlm-roberta") for s in SHAPES])
def both(request, saved):
    """One model in either engine."""
    return [TransformerExtractor.load(saved[request.param], engine=e) for e in ("torch", "onnx")]


def confidences(extraction) -> dict:
    """Return how sure each mention and each cited fact is, by all that says which it is."""
    mentions = {
        (entity.type, entity.name, mention.span): mention.confidence
        for entity in extraction.entities
        for mention in entity.mentions
    }
    facts = {
        (fact.subject.name, fact.type, fact.object.name, cited.span): cited.confidence
        for fact in extraction.relations
        for cited in fact.evidence
    }
    return mentions | facts


def assert_same(extractors, documents, *, least=0) -> None:
    in_torch, in_onnx = (list(extractor.extract(documents)) for extractor in extractors)
    n_confidences = 0
    for one, other in zip(in_torch, in_onnx, strict=True):
        wanted, found = confidences(one), confidences(other)
        assert found.keys() == wanted.keys()
        assert all(abs(found[key] - wanted[key]) < 1e-4 for key in wanted)
        n_confidences += len(wanted)
    assert n_confidences >= least


@given(
    st.lists(
        st.one_of(any_text, st.lists(st.sampled_from(SENTENCES), max_size=30).map("".join)),
        min_size=1,
        max_size=3,
    )
)
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_text_is_encoded_alike(both, texts):
    """To 1e-5 relative to what a norm leaves, which is of the order of 1."""
    in_torch, in_onnx = (extractor.engine for extractor in both)
    windows = [window for text in texts for window in both[0].encoder.windows(text)]
    if not windows:
        return
    inputs = input_arrays(windows, 0)
    ranges = [window.candidates(in_torch.config.max_width) for window in windows]
    candidates = candidate_arrays(windows, ranges)

    wanted, logits = in_torch.read(inputs, candidates)
    found, found_logits = in_onnx.read(inputs, candidates)

    assert np.allclose(found.hidden[inputs.mask], wanted.hidden.numpy()[inputs.mask], 1e-5, 1e-5)
    assert np.allclose(found_logits, logits, 1e-4, 1e-4)


def test_small_models_of_every_shape_state_the_same(both):
    text = "".join(SENTENCES)

    assert_same(both, [Document(id=str(n), text=text * n) for n in (1, 9, 2)], least=20)


@pytest.mark.parametrize("model", ["general", "general-zh"])
def test_shipped_models_state_the_same_of_the_samples(model):
    documents = [
        Document(id=str(path), text=path.read_text("utf-8"))
        for path in sorted((ROOT / "samples").rglob("*.md"))
    ]
    extractors = [TransformerExtractor.load(model, engine=engine) for engine in ("torch", "onnx")]

    assert extractors[0].fingerprint == extractors[1].fingerprint
    assert_same(extractors, documents, least=300 if model == "general" else 0)


def test_encoder_of_a_shipped_model_is_exact_to_a_hundred_thousandth():
    folder = find_checkpoint("general")
    engines = TorchEngine(load(folder).model), OnnxEngine(load_plain(folder).model)
    text = (ROOT / "samples/people/ada-lovelace.md").read_text("utf-8")
    extractor = TransformerExtractor.load(folder)
    windows = list(extractor.encoder.windows(text * 9))
    inputs = input_arrays(windows, 0)
    candidates = candidate_arrays(windows, [window.candidates(3) for window in windows])

    wanted, found = (engine.read(inputs, candidates)[0].hidden for engine in engines)

    assert len(windows) > 1
    assert np.abs(found - wanted.numpy())[inputs.mask].max() < 1e-5


@given(
    arrays.arrays(np.float32, (9, 2), elements=st.floats(-5, 5, width=32)),
    st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=6),
)
def test_maximum_of_any_ranges_of_tokens(tokens, ranges):
    found = range_maximum(tokens, np.array(ranges, np.int64).reshape(-1, 2))

    wanted = [tokens[a:b].max(0) if a < b else np.zeros(2) for a, b in ranges]
    assert found.tolist() == np.array(wanted).reshape(-1, 2).tolist()


def test_reading_needs_neither_torch_nor_transformers():
    code = """if True:
        import sys
        class Hidden:
            def find_spec(self, name, path=None, target=None):
                if name.split(".")[0] in ("torch", "transformers", "onnx"):
                    raise ModuleNotFoundError(f"no {name} here", name=name)
        sys.meta_path.insert(0, Hidden())
        from extractors import Document, TransformerExtractor
        extractor = TransformerExtractor.load("general", engine="onnx")
        found = extractor.extract_one(Document(id="a", text="Ada Lovelace lived in London."))
        print([entity.name for entity in found.entities])
    """

    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert done.stdout.strip() == "['Ada Lovelace', 'London']", done.stderr


def test_a_document_is_read_by_as_many_threads_as_are_named(saved):
    """One thread or several: the same facts."""
    folder = saved["bert", "all"]
    extractors = [
        TransformerExtractor.load(folder, engine="onnx", threads=threads) for threads in (1, 6)
    ]

    assert_same(extractors, [Document(id="a", text="".join(SENTENCES) * 40)], least=20)


def test_a_model_that_reports_everything_reads(encoder_folders, tmp_path):
    checkpoint = tiny_checkpoint(encoder_folders["bert"])
    save(checkpoint, tmp_path)
    extractor = TransformerExtractor.load(
        tmp_path, engine="onnx", mention_threshold=0.0, relation_threshold=0.0
    )

    assert isinstance(extractor.calibration, Calibration)
    assert extractor.extract_one(Document(id="a", text="Ada met Bo in York.")).entities
