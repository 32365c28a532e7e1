"""A folder with a BERT-like encoder, written and read without torch, as transformers does it."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import safetensors
from safetensors.numpy import load_file, save_file
from tokenizers import Tokenizer

from extractors.errors import CheckpointError

FloatArray = npt.NDArray[np.float32]

FAMILIES = ("bert", "roberta", "xlm-roberta", "camembert")
"""Kinds of encoders, by the `model_type` of their configuration, that are one network with the same
names for its weights."""

_EMBEDDINGS = ("word_embeddings", "position_embeddings", "token_type_embeddings")
_MATRICES = (
    *("attention.self.query", "attention.self.key", "attention.self.value"),
    *("attention.output.dense", "intermediate.dense", "output.dense"),
)
_NORMS = ("attention.output.LayerNorm", "output.LayerNorm")


@dataclass(frozen=True, slots=True, kw_only=True)
class BertShape:
    """How large an encoder is, and what its weights do not say of it."""

    layers: int
    heads: int
    hidden: int
    inner: int
    """Width between the two layers that follow attention."""
    words: int
    """Pieces of its vocabulary."""
    kinds: int
    """Kinds of tokens, of which we use the first."""
    epsilon: float
    """Of its layer norms."""
    first_position: int
    """The row of the first token's position: of RoBERTa and its like the one after the padding's.
    """
    positions: int
    """Rows there are."""


def parameter_names(layers: int) -> set[str]:
    """Return the names of the weights of a BERT without a pooler."""
    of_layer = [f"{name}.{kind}" for name in (*_MATRICES, *_NORMS) for kind in ("weight", "bias")]
    return {
        *(f"embeddings.{name}.weight" for name in _EMBEDDINGS),
        *(f"embeddings.LayerNorm.{kind}" for kind in ("weight", "bias")),
        *(f"encoder.layer.{layer}.{name}" for layer in range(layers) for name in of_layer),
    }


def write_encoder(
    folder: Path,
    config: Mapping[str, Any],
    tensors: Mapping[str, FloatArray],
    tokenizer: str,
    special: Mapping[str, str],
) -> None:
    """Write an encoder and its tokenizer such that `AutoModel` and `AutoTokenizer` read them.

    Args:
        folder: Is made.
        config: Sizes, by the names of a `BertConfig`.
        tensors: By the names of a `BertModel`.
        tokenizer: What `tokenizer.json` says.
        special: The tokens that stand for something, by their roles: `cls`, `pad` and so on.
    """
    folder.mkdir(parents=True, exist_ok=True)
    kind = {"architectures": ["BertModel"], "model_type": "bert", "dtype": "float32"}
    fixed = {"hidden_act": "gelu", "layer_norm_eps": 1e-12}
    (folder / "config.json").write_text(json.dumps(kind | fixed | dict(config), indent=2))
    save_file(dict(tensors), folder / "model.safetensors", {"format": "pt"})
    cutter = Tokenizer.from_str(tokenizer)
    cutter.add_special_tokens(sorted(set(special.values())))
    cutter.save(str(folder / "tokenizer.json"))
    of_tokenizer = {f"{role}_token": token for role, token in special.items()} | {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "model_max_length": config["max_position_embeddings"],
    }
    (folder / "tokenizer_config.json").write_text(json.dumps(of_tokenizer, indent=2))


def read_shape(folder: Path) -> BertShape:
    """Read what kind of encoder a folder describes.

    Raises:
        CheckpointError: Its configuration cannot be read, or is not that of a BERT.
    """
    path = folder / "config.json"
    try:
        config = json.loads(path.read_text("utf-8"))
        kind = config["model_type"]
        if kind not in FAMILIES:
            raise CheckpointError(f"{folder} holds an encoder of the kind {kind}")
        if config.get("hidden_act", "gelu") != "gelu" or config.get("is_decoder"):
            raise CheckpointError(f"{folder} holds a {kind} that is no plain encoder")
        if config.get("position_embedding_type", "absolute") != "absolute":
            raise CheckpointError(f"{folder} holds a {kind} with relative positions")
        return BertShape(
            layers=int(config["num_hidden_layers"]),
            heads=int(config["num_attention_heads"]),
            hidden=int(config["hidden_size"]),
            inner=int(config["intermediate_size"]),
            words=int(config["vocab_size"]),
            kinds=int(config.get("type_vocab_size", 2)),
            epsilon=float(config.get("layer_norm_eps", 1e-12)),
            first_position=0 if kind == "bert" else int(config.get("pad_token_id", 1)) + 1,
            positions=int(config.get("max_position_embeddings", 512)),
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}") from error


def read_weights(folder: Path) -> dict[str, FloatArray]:
    """Read the weights of an encoder, in float32 and without a pooler.

    Raises:
        CheckpointError: They cannot be read.
    """
    path = folder / "model.safetensors"
    try:
        stored = load_file(path)
    except (OSError, safetensors.SafetensorError, ValueError, KeyError, TypeError) as error:
        raise CheckpointError(f"{path} cannot be read: {error}") from error
    # What saves a network with a task's head puts the family's name in front.
    plain = {
        name.removeprefix("bert.").removeprefix("roberta."): own for name, own in stored.items()
    }
    return {
        name: own.astype(np.float32, copy=False)
        for name, own in plain.items()
        if name.startswith(("embeddings.", "encoder.")) and not name.endswith("_ids")
    }


def read_tokenizer(folder: Path) -> Tokenizer:
    """Read the tokenizer of an encoder.

    Raises:
        CheckpointError: There is none in a form that knows offsets.
    """
    path = folder / "tokenizer.json"
    if not path.is_file():
        raise CheckpointError(f"{folder} has no tokenizer.json")
    try:
        return Tokenizer.from_file(str(path))
    except Exception as error:  # its library raises nothing narrower
        raise CheckpointError(f"{path} cannot be read: {error}") from error


def weights_digest(tensors: Mapping[str, FloatArray]) -> str:
    """Return the sha256 of all weights, the same wherever they were read from."""
    digest = hashlib.sha256()
    for name, tensor in sorted(tensors.items()):
        digest.update(name.encode())
        digest.update(np.ascontiguousarray(tensor).tobytes())
    return digest.hexdigest()
