"""Measures reading end to end against the bare encoder, on the same texts in the same run.

    python -m benchmarks.bench_extract [--json] [--documents 120] [--threads 2]

The bare encoder runs on the same windows, sorted by length, in batches of the same size.
"""

import argparse
import time
from pathlib import Path

import torch

from benchmarks.figures import Figure, figure, show
from extractors.batches import inputs_of
from extractors.corpora import read_corpus
from extractors.extractor import TransformerExtractor
from extractors.facts import Document

DATA = Path(__file__).parents[2] / "shared/data/redocred/dev_revised.json"
SENTENCES = (
    "Microsoft was founded by Bill Gates and Paul Allen in 1975 and is based in Redmond.",
    "The river rises in the north of the country and flows through three towns.",
    "She studied at Cambridge, where she met the composer Benjamin Britten.",
)


def texts(n: int) -> list[str]:
    """Return documents of a corpus if it is there, else written ones of many lengths."""
    if DATA.exists():
        return [gold.document.text for gold in read_corpus(DATA, "docred")][:n]
    return [" ".join(SENTENCES * (2 + number % 4)) for number in range(n)]


def bare_encoder_s(extractor: TransformerExtractor, found: list[str]) -> tuple[float, int]:
    windows = sorted(
        (window for text in found for window in extractor.encoder.windows(text)),
        key=lambda window: len(window.token_ids),
    )
    batches, limit = [[]], extractor.config.batch_tokens
    for window in windows:
        if (len(batches[-1]) + 1) * len(window.token_ids) > limit:
            batches.append([])
        batches[-1].append(window)
    inputs = [inputs_of(batch, 0).to(extractor.device) for batch in batches if batch]
    started = time.perf_counter()
    with torch.inference_mode():
        for batch in inputs:
            extractor.model.encoder(batch.token_ids, batch.shapes, batch.mask)
    if extractor.device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - started, sum(len(window.token_ids) for window in windows)


def measure(n: int, threads: int | None) -> dict[str, Figure]:
    extractor = TransformerExtractor.load("general", threads=threads)
    found = texts(n)
    documents = [Document(id=str(number), text=text) for number, text in enumerate(found)]
    list(extractor.extract(documents[:8]))  # warm up
    rounds = []
    for _ in range(3):  # alternately, so that a busy moment meets both
        bare_s, n_tokens = bare_encoder_s(extractor, found)
        started = time.perf_counter()
        list(extractor.extract(documents))
        rounds.append((time.perf_counter() - started, bare_s))
    whole_s, bare_s = min(row[0] for row in rounds), min(row[1] for row in rounds)
    return {
        "share of the bare encoder": figure(bare_s / whole_s, "ratio", floor=0.6, aim=0.9),
        "tokens read": figure(n_tokens / whole_s, "tokens/s"),
        "documents read": figure(len(documents) / whole_s, "documents/s"),
        "bare encoder": figure(n_tokens / bare_s, "tokens/s"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--documents", type=int, default=120)
    parser.add_argument("--threads", type=int)
    arguments = parser.parse_args()
    measured = measure(arguments.documents, arguments.threads)
    show(measured, as_json=arguments.json)


if __name__ == "__main__":
    main()
