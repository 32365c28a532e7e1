"""Measures reading end to end against the bare encoder, on the same texts in the same run.

    python -m benchmarks.bench_extract [--json] [--documents 120] [--threads 2] [--full]

The bare encoder runs on the same windows, sorted by length, in batches of the same size. On a
processor ONNX Runtime is measured beside torch, in turns, and as a share of its own bare encoder;
so are units for bfloat16, where a processor has them. `--full` adds a text of a million characters
on one line.
"""

import argparse
import resource
import sys
import time

import numpy as np
import torch

from benchmarks import spert_shape
from benchmarks.figures import Figure, figure, show
from extractors.corpora import read_corpus
from extractors.devices import has_bfloat16_units
from extractors.engines.graphs import Graph, add_encoder
from extractors.engines.onnx_engine import Embeddings, open_session
from extractors.facts import Document
from extractors.network import input_arrays, inputs_of
from extractors.pretrained import FLOAT, INT32
from extractors.reading.extractor import TransformerExtractor
from extractors.text.encoding import Window
from flows.settings import load_settings

CORPUS = "redocred/dev_revised.json"
"""Read in the folder that NIGHTLOOM_DATA names (docs/corpora.md)."""
SENTENCES = (
    "Microsoft was founded by Bill Gates and Paul Allen in 1975 and is based in Redmond.",
    "The river rises in the north of the country and flows through three towns.",
    "She studied at Cambridge, where she met the composer Benjamin Britten.",
)

ROUNDS = 3
ROUNDS_OF_ENGINES = 5


def texts(n: int) -> list[str]:
    """Return documents of a corpus if it is there, else written ones of many lengths."""
    path = load_settings().data / CORPUS
    if path.exists():
        return [gold.document.text for gold in read_corpus(path, "docred")][:n]
    print(f"{path} is not there: reading written sentences instead", file=sys.stderr)
    return [" ".join(SENTENCES * (2 + number % 4)) for number in range(n)]


def windows_of(extractor: TransformerExtractor, passages: list[str]) -> list[Window]:
    """Cut texts as the extractor does; the shortest windows come first."""
    windows = (window for text in passages for window in extractor.encoder.windows(text))
    return sorted(windows, key=lambda window: len(window.token_ids))


def batches_of(extractor: TransformerExtractor, windows: list[Window]) -> list[list[Window]]:
    """Deal windows, the shortest first, in batches of the extractor's size."""
    batches: list[list[Window]] = [[]]
    for window in windows:
        if (len(batches[-1]) + 1) * len(window.token_ids) > extractor.batch_tokens:
            batches.append([])
        batches[-1].append(window)
    return [batch for batch in batches if batch]


def bare_encoder_s(extractor: TransformerExtractor, windows: list[Window]) -> float:
    """Return how long the encoder alone takes over windows, in batches of the extractor's size."""
    inputs = [inputs_of(batch, 0, extractor.device) for batch in batches_of(extractor, windows)]
    started = time.perf_counter()
    with torch.inference_mode():
        for batch in inputs:
            extractor.model.encoder(
                batch.token_ids,
                batch.shapes,
                batch.structures,
                batch.mask,
                bfloat16=extractor.engine.precision == "bfloat16",
            )
    if extractor.device.type == "cuda":
        torch.cuda.synchronize()
    return time.perf_counter() - started


class BareOnnx:
    """The encoder alone in ONNX Runtime."""

    def __init__(self, extractor: TransformerExtractor, n_threads: int) -> None:
        model = extractor.model
        axes = f"B T {model.encoder.hidden}"
        graph = Graph({"embedded": (FLOAT, axes), "mask": (INT32, "B T")})
        graph.named(add_encoder(graph, model), "hidden", FLOAT, axes)
        self._embeddings = Embeddings(model)
        self._session = open_session(graph.content(), n_threads)

    def seconds(self, extractor: TransformerExtractor, windows: list[Window]) -> float:
        """Return how long it takes over windows, in batches of the extractor's size."""
        inputs = [input_arrays(batch, 0) for batch in batches_of(extractor, windows)]
        started = time.perf_counter()
        for batch in inputs:
            asked = {"embedded": self._embeddings(batch), "mask": batch.mask.astype(np.int32)}
            self._session.run(["hidden"], asked)
        return time.perf_counter() - started


def reading_s(extractor: TransformerExtractor, documents: list[Document]) -> float:
    """Return how long documents take from text to what they say."""
    started = time.perf_counter()
    for _ in extractor.extract(documents):
        pass
    return time.perf_counter() - started


def peak_mb() -> float:
    """Return the most memory this process has had, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def growth_mb(extractor: TransformerExtractor, documents: list[Document]) -> float:
    """Return by how much reading documents, none of them kept, raises the most memory ever had."""
    before = peak_mb()
    reading_s(extractor, documents)
    return peak_mb() - before


def measure(n: int, threads: int | None, *, full: bool) -> dict[str, Figure]:
    if threads:
        torch.set_num_threads(threads)  # the bare encoder has no setting of its own
    extractor = TransformerExtractor.load("general", threads=threads, engine="torch")
    passages = texts(n)
    documents = [Document(id=str(number), text=text) for number, text in enumerate(passages)]
    windows = windows_of(extractor, passages)
    n_tokens = sum(len(window.token_ids) for window in windows)
    quarter = list(extractor.extract(documents[: n // 4]))  # and warm
    rounds = [  # alternately, so that a busy moment meets all
        (
            reading_s(extractor, documents),
            bare_encoder_s(extractor, windows),
            spert_shape.seconds(extractor, quarter) * 4,
        )
        for _ in range(ROUNDS)
    ]
    shares = sorted(bare_s / whole_s for whole_s, bare_s, _ in rounds)
    whole_s, bare_s, spert_s = (min(column) for column in zip(*rounds, strict=True))
    figures = {
        "share of the bare encoder": figure(bare_s / whole_s, "ratio", floor=0.6, aim=0.9),
        f"lowest share of {ROUNDS} rounds": figure(shares[0], "ratio"),
        "highest share": figure(shares[-1], "ratio"),
        "tokens read": figure(n_tokens / whole_s, "tokens/s"),
        "documents read": figure(n / whole_s, "documents/s"),
        "bare encoder": figure(n_tokens / bare_s, "tokens/s"),
        "SpERT's shape, share of the bare encoder": figure(bare_s / spert_s, "ratio"),
        "memory for three times the documents": figure(
            growth_mb(extractor, documents * 3), "MB more", direction="<="
        ),
    }
    if extractor.device.type == "cpu":
        figures |= in_onnx(extractor, documents, windows, threads)
    if extractor.device.type == "cpu" and has_bfloat16_units():
        figures |= in_bfloat16(documents, windows, threads, bare_s)
    if full:
        line = " ".join(passages).replace("\n", " ")
        line = (line * (1 + 1_000_000 // len(line)))[:1_000_000]
        grown = growth_mb(extractor, [Document(id="line", text=line)])
        figures["memory for a line of 1,000,000 characters"] = figure(
            grown, "MB more", direction="<="
        )
    return figures


def in_onnx(
    in_torch: TransformerExtractor,
    documents: list[Document],
    windows: list[Window],
    threads: int | None,
) -> dict[str, Figure]:
    """Measure ONNX Runtime in turns with torch, and beside its own bare encoder."""
    n_threads = threads or torch.get_num_threads()
    extractor = TransformerExtractor.load("general", threads=n_threads, engine="onnx")
    bare = BareOnnx(extractor, n_threads)
    reading_s(extractor, documents[:8])  # warm up
    rounds = [
        (
            reading_s(in_torch, documents),
            reading_s(extractor, documents),
            bare_encoder_s(in_torch, windows),
            bare.seconds(extractor, windows),
        )
        for _ in range(ROUNDS_OF_ENGINES)
    ]
    n_tokens = sum(len(window.token_ids) for window in windows)
    ratios = sorted(torch_s / onnx_s for torch_s, onnx_s, _, _ in rounds)
    shares = sorted(bare_s / onnx_s for _, onnx_s, _, bare_s in rounds)
    bare_ratios = sorted(torch_s / onnx_s for _, _, torch_s, onnx_s in rounds)
    middle = ROUNDS_OF_ENGINES // 2
    return {
        "ONNX Runtime, tokens read, beside torch": figure(
            ratios[middle], "ratio", floor=1.5, aim=3.0
        ),
        f"… lowest of {ROUNDS_OF_ENGINES} rounds": figure(ratios[0], "ratio"),
        "… highest": figure(ratios[-1], "ratio"),
        "… tokens read": figure(n_tokens / min(row[1] for row in rounds), "tokens/s"),
        "… share of the bare encoder in ONNX Runtime": figure(
            shares[middle], "ratio", floor=0.8, aim=0.95
        ),
        "… bare encoder, beside torch's": figure(bare_ratios[middle], "ratio"),
    }


def in_bfloat16(
    documents: list[Document], windows: list[Window], threads: int | None, float32_s: float
) -> dict[str, Figure]:
    """Measure the same in bfloat16, beside the bare encoder in either precision."""
    extractor = TransformerExtractor.load(
        "general", threads=threads, engine="torch", precision="bfloat16"
    )
    reading_s(extractor, documents[:8])  # warm up
    rounds = [
        (reading_s(extractor, documents), bare_encoder_s(extractor, windows)) for _ in range(ROUNDS)
    ]
    whole_s, bare_s = (min(column) for column in zip(*rounds, strict=True))
    n_tokens = sum(len(window.token_ids) for window in windows)
    return {
        "bfloat16, tokens read": figure(n_tokens / whole_s, "tokens/s"),
        "bfloat16, share of the bare encoder in float32": figure(float32_s / whole_s, "ratio"),
        "bfloat16, share of the bare encoder in bfloat16": figure(bare_s / whole_s, "ratio"),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--documents", type=int, default=120)
    parser.add_argument("--threads", type=int)
    parser.add_argument("--full", action="store_true")
    arguments = parser.parse_args()
    measured = measure(arguments.documents, arguments.threads, full=arguments.full)
    show(measured, as_json=arguments.json)


if __name__ == "__main__":
    main()
