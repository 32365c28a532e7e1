"""Real encoders with two layers and random weights, built in milliseconds.

Three kinds of tokenizer and network: BERT (word pieces, uncased), GPT-2 (bytes, no special tokens)
and XLM-R (pieces of a sentence, spaces inside tokens).
"""

import string
from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer, decoders, models, normalizers, pre_tokenizers, processors
from transformers import (
    AutoTokenizer,
    BertConfig,
    BertForTokenClassification,
    BertModel,
    GPT2Config,
    GPT2Model,
    PreTrainedTokenizerFast,
    XLMRobertaConfig,
    XLMRobertaModel,
)

from extractors.calibration import Calibration
from extractors.checkpoints import Checkpoint
from extractors.network import JointModel, ModelConfig
from extractors.pretrained import load_encoder, load_tokenizer

KINDS = ("bert", "gpt2", "xlm-roberta")
CHARACTERS = string.ascii_letters + string.digits + string.punctuation
ENTITY_TYPES = ("Location", "Organization", "Person")
RELATION_TYPES = ("BORN_IN", "WORKS_FOR")


def tiny_encoder(folder: Path, kind: str = "bert") -> Path:
    """Write an encoder of a kind to a folder, as a hub would serve it."""
    torch.manual_seed(7)
    tokenizer = {"bert": _word_pieces, "gpt2": _bytes, "xlm-roberta": _sentence_pieces}[kind]()
    sizes = {"vocab_size": len(tokenizer), "hidden_size": 32, "num_hidden_layers": 2}
    sizes |= {"num_attention_heads": 2, "intermediate_size": 64, "max_position_embeddings": 130}
    model = {
        "bert": lambda: BertModel(BertConfig(**sizes)),
        "gpt2": lambda: GPT2Model(
            GPT2Config(vocab_size=len(tokenizer), n_embd=32, n_layer=2, n_head=2, n_positions=130)
        ),
        "xlm-roberta": lambda: XLMRobertaModel(XLMRobertaConfig(**sizes, pad_token_id=1)),
    }[kind]()
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def tiny_tagger(folder: Path, encoder: Path, labels: Sequence[str]) -> Path:
    """Write a token classifier to a folder, as somebody else's training saved it."""
    torch.manual_seed(3)
    config = BertConfig(
        vocab_size=200,
        hidden_size=32,
        num_hidden_layers=2,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=130,
        id2label=dict(enumerate(labels)),
        label2id={label: index for index, label in enumerate(labels)},
    )
    BertForTokenClassification(config).save_pretrained(folder)
    AutoTokenizer.from_pretrained(encoder).save_pretrained(folder)
    return folder


def tiny_config(encoder: Path, **changes) -> ModelConfig:
    """Return the shape of a small network on an encoder in a folder."""
    settings = {
        "encoder": str(encoder),
        "entity_types": ENTITY_TYPES,
        "relation_types": RELATION_TYPES,
        "max_width": 4,
        "window_tokens": 120,
        "overlap_tokens": 24,
        "head_size": 16,
        "block_size": 8,
    }
    return ModelConfig(**settings | changes)


def tiny_checkpoint(encoder: Path, calibration: Calibration | None = None, **changes) -> Checkpoint:
    """Return a model with random weights that finds something nearly everywhere."""
    torch.manual_seed(11)
    model = JointModel(load_encoder(str(encoder)), tiny_config(encoder, **changes))
    return Checkpoint(
        model=model.eval(),
        tokenizer=load_tokenizer(str(encoder)),
        calibration=calibration or Calibration(mention_threshold=0.1, relation_threshold=0.0),
        name="tiny",
    )


def _word_pieces() -> PreTrainedTokenizerFast:
    pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", *CHARACTERS, *(f"##{c}" for c in CHARACTERS)]
    vocabulary = {piece: index for index, piece in enumerate(dict.fromkeys(pieces))}
    tokenizer = Tokenizer(models.WordPiece(vocabulary, unk_token="[UNK]"))
    tokenizer.normalizer = normalizers.BertNormalizer(lowercase=True)
    tokenizer.pre_tokenizer = pre_tokenizers.BertPreTokenizer()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="[CLS] $A [SEP]", special_tokens=[("[CLS]", 2), ("[SEP]", 3)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", model_max_length=128
    )


def _bytes() -> PreTrainedTokenizerFast:
    alphabet = sorted(pre_tokenizers.ByteLevel.alphabet())
    tokenizer = Tokenizer(models.BPE({piece: i for i, piece in enumerate(alphabet)}, []))
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    tokenizer.post_processor = processors.ByteLevel(trim_offsets=True)
    return PreTrainedTokenizerFast(tokenizer_object=tokenizer, model_max_length=128)


def _sentence_pieces() -> PreTrainedTokenizerFast:
    pieces = [("<s>", 0.0), ("<pad>", 0.0), ("</s>", 0.0), ("<unk>", 0.0), ("▁", -2.0)]
    pieces += [(character, -4.0) for character in CHARACTERS]
    pieces += [(f"▁{character}", -5.0) for character in string.ascii_letters]
    tokenizer = Tokenizer(models.Unigram(pieces, unk_id=3))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.post_processor = processors.TemplateProcessing(
        single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)]
    )
    return PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="<pad>", unk_token="<unk>", model_max_length=128
    )
