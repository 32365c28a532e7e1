# /// script
# requires-python = ">=3.11"
# dependencies = ["gliner==0.2.29", "transformers==5.16.1", "torch==2.15.0", "accelerate==1.15.0"]
# ///
"""gliner: its joint extractor of entities and relations, trained on one encoder and one corpus.

    uv run --script benchmarks/gliner_rival.py ENCODER TRAIN DEV [--epochs N] [--json FILE]

ENCODER is the folder of a BERT with its tokenizer; nothing comes from a hub. TRAIN and DEV are
JSON as SpERT reads it: `tokens`, `entities` (`type`, `start`, `end`, the end not included) and
`relations` (`type`, `head`, `tail`). Trained by gliner's own trainer, predicted by its own three
steps (collate, run, decode) from the tokens of the corpus, on one thread of the CPU. Thresholds
are chosen on DEV, where they are measured, which flatters the result.
"""

import argparse
import json
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

import torch
from gliner.config import UniEncoderTokenRelexConfig
from gliner.model import UniEncoderTokenRelexGLiNER
from transformers import AutoModel, AutoTokenizer, set_seed

Sentence = dict[str, Any]

# What the prompt calls the types; gliner reads these words.
ENTITIES = {"Peop": "person", "Org": "organization", "Loc": "location", "Other": "other"}
RELATIONS = {
    "Kill": "kills",
    "Live_In": "lives in",
    "Located_In": "located in",
    "OrgBased_In": "organization based in",
    "Work_For": "works for",
}
ENTITY_THRESHOLDS = (0.5, 0.6, 0.7, 0.8, 0.85, 0.9, 0.95)
RELATION_THRESHOLDS = (*(step / 20 for step in range(2, 20)), 0.97, 0.99)
BATCH = 8
BARE_TOKENS = 1024
ROUNDS = 5

CONFIG = {
    "hidden_size": 384,
    "dropout": 0.3,
    "num_rnn_layers": 1,
    "subtoken_pooling": "first",
    "max_len": 384,
    "represent_spans": False,
    # Every ordered pair of entities is scored; the other layers first guess which pairs touch.
    "relations_layer": "none",
    "triples_layer": None,
    # By default half of the sentences lose types at random: for label sets that change.
    "augment_data_prob": 0.0,
}
TRAINING = {
    "learning_rate": 1e-4,
    "others_lr": 5e-4,
    "weight_decay": 0.01,
    "lr_scheduler_type": "linear",
    "warmup_ratio": 0.1,
    "per_device_train_batch_size": BATCH,
    "max_grad_norm": 10.0,
    "focal_loss_alpha": 0.75,
    "focal_loss_gamma": 0.0,
    "loss_reduction": "sum",
    "masking": "none",
    "optim": "adamw_torch_fused",
    "train_sampling_strategy": "group_by_length",
}


class Entity(NamedTuple):
    """A span of tokens, the end not included, and its type."""

    start: int
    end: int
    type: str


class Relation(NamedTuple):
    """A directed relation between two entities."""

    head: Entity
    type: str
    tail: Entity


class Prediction(NamedTuple):
    """What a model says of one sentence; relations with their scores."""

    entities: set[Entity]
    relations: dict[Relation, float]


def gold(sentence: Sentence) -> tuple[set[Entity], set[Relation]]:
    """Return what a sentence states, under the names that the prompt uses."""
    entities = [
        Entity(each["start"], each["end"], ENTITIES[each["type"]]) for each in sentence["entities"]
    ]
    relations = {
        Relation(entities[each["head"]], RELATIONS[each["type"]], entities[each["tail"]])
        for each in sentence["relations"]
    }
    return set(entities), relations


def example(sentence: Sentence) -> Sentence:
    """Return a sentence as gliner trains on it: ends included, labels fixed and in order."""
    return {
        "tokenized_text": sentence["tokens"],
        "ner": [
            [each["start"], each["end"] - 1, ENTITIES[each["type"]]]
            for each in sentence["entities"]
        ],
        "relations": [
            [each["head"], each["tail"], RELATIONS[each["type"]]] for each in sentence["relations"]
        ],
        "ner_labels": list(ENTITIES.values()),
        "rel_labels": list(RELATIONS.values()),
        "input_ids": sentence["tokens"],  # for the sampler alone, which asks how long it is
    }


def train(encoder: str, sentences: list[Sentence], epochs: float) -> Any:
    """Return a model that has seen the sentences so many times."""
    config = UniEncoderTokenRelexConfig(model_name=encoder, **CONFIG)
    model = UniEncoderTokenRelexGLiNER.load_from_config(config, local_files_only=True)
    with tempfile.TemporaryDirectory() as folder:
        arguments = model.create_training_args(
            folder,
            max_steps=-1,  # otherwise 10,000 steps, whatever the epochs
            num_train_epochs=epochs,
            use_cpu=True,
            dataloader_num_workers=0,
            remove_unused_columns=False,
            save_strategy="no",
            logging_steps=25,
            **TRAINING,
        )
        with redirect_stdout(sys.stderr):  # it tells its losses there
            model.train_model([example(each) for each in sentences], None, training_args=arguments)
    return model.eval()


def predict(
    model: Any, sentences: list[Sentence], threshold: float, relation_threshold: float
) -> Iterator[Prediction]:
    """Yield what the model finds above the thresholds."""
    collator = model.create_collator()
    entity_types, relation_types = list(ENTITIES.values()), list(RELATIONS.values())
    for start in range(0, len(sentences), BATCH):
        tokens = [each["tokens"] for each in sentences[start : start + BATCH]]
        batch = model.collate_batch(
            model.prepare_base_input(tokens), entity_types, collator, relation_types
        )
        output = model.run_batch(batch, threshold=threshold)
        found = model.decode_batch(
            output, batch, threshold=threshold, relation_threshold=relation_threshold
        )
        for spans, links in zip(*found, strict=True):
            entities = [Entity(each.start, each.end + 1, each.entity_type) for each in spans]
            relations = {
                Relation(entities[head], label, entities[tail]): score
                for head, label, tail, score in links
            }
            yield Prediction(set(entities), relations)


def f1(found: list[set[Any]], expected: list[set[Any]]) -> float:
    """Return the micro F1 over all sentences."""
    right = sum(len(mine & true) for mine, true in zip(found, expected, strict=True))
    total = sum(map(len, found)) + sum(map(len, expected))
    return 2 * right / total if total else 0.0


def quality(model: Any, sentences: list[Sentence]) -> dict[str, float]:
    """Return the strict F1 of both tasks, at the thresholds that serve relations best."""
    true = [gold(each) for each in sentences]
    entities, relations = [each[0] for each in true], [each[1] for each in true]
    figures: list[dict[str, float]] = []
    for threshold in ENTITY_THRESHOLDS:
        found = list(predict(model, sentences, threshold, RELATION_THRESHOLDS[0]))
        entity_f1 = f1([each.entities for each in found], entities)
        for limit in RELATION_THRESHOLDS:
            kept = [
                {relation for relation, score in each.relations.items() if score > limit}
                for each in found
            ]
            figures.append(
                {
                    "entity_threshold": threshold,
                    "relation_threshold": limit,
                    "entity_f1": entity_f1,
                    "relation_f1": f1(kept, relations),
                }
            )
    best = max(figures, key=lambda each: (each["relation_f1"], each["entity_f1"]))
    return best | {"best_entity_f1": max(each["entity_f1"] for each in figures)}


def speed(
    model: Any, encoder: str, sentences: list[Sentence], thresholds: tuple[float, float]
) -> dict[str, float]:
    """Return how fast the model and the bare encoder read, by the best of several rounds.

    Seconds are the CPU's, so that what runs beside does not count. Tokens are those of the plain
    sentences: neither prompts nor padding.
    """
    tokenizer = AutoTokenizer.from_pretrained(encoder, local_files_only=True)
    bare = AutoModel.from_pretrained(encoder, local_files_only=True).eval()
    batches = list(_bare_batches(tokenizer, sentences))
    tokens = sum(int(batch["attention_mask"].sum()) for batch in batches)

    def read() -> None:
        with torch.inference_mode():
            for batch in batches:
                bare(**batch)

    def extract() -> None:
        for _ in predict(model, sentences, *thresholds):
            pass

    bare_seconds, seconds = _best_times(read, extract)
    return {
        "sentences_per_second": len(sentences) / seconds,
        "tokens_per_second": tokens / seconds,
        "bare_encoder_tokens_per_second": tokens / bare_seconds,
        "share_of_bare_encoder": bare_seconds / seconds,
    }


def _bare_batches(tokenizer: Any, sentences: list[Sentence]) -> Iterator[Any]:
    rows = [
        tokenizer(each["tokens"], is_split_into_words=True, truncation=True)["input_ids"]
        for each in sentences
    ]
    rows.sort(key=len)
    batch: list[list[int]] = []
    for row in rows:
        if batch and len(row) * (len(batch) + 1) > BARE_TOKENS:
            yield tokenizer.pad({"input_ids": batch}, return_tensors="pt")
            batch = []
        batch.append(row)
    yield tokenizer.pad({"input_ids": batch}, return_tensors="pt")


def _best_times(*tasks: Callable[[], None]) -> list[float]:
    """Time tasks in turn, after a round to warm up; return the best CPU seconds of each."""
    times: list[list[float]] = [[] for _ in tasks]
    for number in range(ROUNDS + 1):
        for task, past in zip(tasks, times, strict=True):
            start = time.process_time()
            task()
            if number:
                past.append(time.process_time() - start)
    return [min(past) for past in times]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("encoder", help="folder of the encoder")
    parser.add_argument("train", type=Path, help="sentences to train on")
    parser.add_argument("dev", type=Path, help="sentences to measure on")
    parser.add_argument("--epochs", type=float, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path, help="also write the figures here")
    arguments = parser.parse_args()

    torch.set_num_threads(1)
    set_seed(arguments.seed)
    seen, dev = (json.loads(path.read_text("utf-8")) for path in (arguments.train, arguments.dev))
    wall, cpu = time.monotonic(), time.process_time()
    model = train(arguments.encoder, seen, arguments.epochs)
    figures: dict[str, Any] = {
        "versions": {name: metadata.version(name) for name in ("gliner", "transformers", "torch")},
        "epochs": arguments.epochs,
        "seed": arguments.seed,
        "training_cpu_seconds": time.process_time() - cpu,
        "training_wall_seconds": time.monotonic() - wall,
    }
    best = quality(model, dev)
    thresholds = best["entity_threshold"], best["relation_threshold"]
    figures |= best | speed(model, arguments.encoder, dev, thresholds)
    text = json.dumps(figures, indent=2)
    print(text)
    if arguments.json:
        arguments.json.write_text(text + "\n", "utf-8")


if __name__ == "__main__":
    main()
