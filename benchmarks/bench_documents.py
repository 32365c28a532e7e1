"""Measures how documents are taken apart: how fast beside the bare library, and how many kinds.

    python -m benchmarks.bench_documents [--only PART]… [--full] [--json]
                                         [--pages 100] [--files 600] [--objects 300]

`--full` spends nights over 2,500, 10,000 and 40,000 files, and lists 5,000 remote objects twice; it
takes longer than ten minutes.

The bare library parses the same PDF in this process; the sandbox converts it in its own, behind
its walls, and its answer is a text with pages and boxes. Processor time is compared, because a
machine that does other things as well says nothing by its clock.
"""

import argparse
import io
import os
import random
import re
import resource
import tempfile
import time
import zipfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from importlib import metadata
from multiprocessing import get_context
from pathlib import Path

import liteparse
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate

from benchmarks import graph_server
from benchmarks.figures import Figure, figure, show
from extractors import ExtractionStore
from flows.roles import distributions
from flows.sources import (
    FORMATS,
    Converter,
    Folder,
    Remote,
    Seen,
    list_source,
)
from flows.sources.remote.fetched import FetchedFile
from flows.sources.sandbox import Sandbox

WORDS = (
    *("founded", "in", "1984", "by", "Philips", "and", "engineers", "who", "developed", "the"),
    *("lithography", "machines", "for", "semiconductor", "industry", "Veldhoven", "Netherlands"),
)
ROUNDS = 3
NAME = re.compile(r"[\w.-]+")


def a_pdf(n_pages: int, seed: int = 13) -> bytes:
    """Return a PDF of about so many pages of prose under headings."""
    styles, lots, buffer = getSampleStyleSheet(), random.Random(seed), io.BytesIO()
    story = []
    for chapter in range(n_pages):
        story.append(Paragraph(f"{chapter}. On {lots.choice(WORDS)}", styles["Heading2"]))
        for _ in range(6):
            words = " ".join(lots.choices(WORDS, k=80))
            story.append(Paragraph(f"{words.capitalize()}.", styles["BodyText"]))
    SimpleDocTemplate(buffer).build(story)
    return buffer.getvalue()


def cpu_of(task: Callable[[], object]) -> float:
    """Return the processor time that this process and those it has waited for took, in seconds."""

    def spent() -> float:
        kinds = (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
        return sum(sum(resource.getrusage(kind)[:2]) for kind in kinds)

    before = spent()
    task()
    return spent() - before


def bare(content: bytes) -> int:
    """Parse a PDF with the library alone; return how many pages it has."""
    parser = liteparse.LiteParse(ocr_enabled=False, quiet=True, num_workers=1, extract_blocks=True)
    return len(parser.parse(content).pages)


def sandboxed(content: bytes, n_documents: int) -> None:
    """Convert a PDF several times in one converting process, which ends at the end."""
    sandbox = Sandbox()
    for _ in range(n_documents):
        sandbox.convert("pdf", content)
    sandbox.close()


def pdf_figures(n_pages: int) -> Iterator[tuple[str, Figure]]:
    content = a_pdf(n_pages)
    n_pages = bare(content)
    bare_s = min(cpu_of(lambda: bare(content)) for _ in range(ROUNDS))
    # What starting the process costs is the same for one document and for more.
    once, more = (
        min(cpu_of(lambda n=n: sandboxed(content, n)) for _ in range(ROUNDS)) for n in (1, 3)
    )
    boxed_s = (more - once) / 2
    yield "PDF pages a second, bare library", figure(n_pages / bare_s, "pages/s")
    yield "PDF pages a second, in the sandbox", figure(n_pages / boxed_s, "pages/s")
    yield "… as a share of the bare library", figure(bare_s / boxed_s, "", floor=0.7, aim=0.9)
    yield "starting a converting process for PDF", figure(once - boxed_s, "s")


def mixed_files(folder: Path, n_files: int) -> None:
    """Write small files of seven kinds, no two alike, each of which says one thing."""
    page = "<html><body><h1>News</h1><p>{}</p></body></html>"
    mail = "From: a@x.org\nSubject: news\nMessage-ID: <{0}@x.org>\n\n{0}\n"
    texts = {"html": page, "eml": mail, "md": "# News\n\n{}\n", "txt": "{}", "csv": "said\n{}\n"}
    kinds = (*texts, "pdf", "zip")
    for number in range(n_files):
        sentence = f"Ada{number} works for Acme{number % 50}."
        kind = kinds[number % len(kinds)]
        path = folder / f"{number % 100}" / f"{number}.{kind}"
        path.parent.mkdir(exist_ok=True)
        if kind == "pdf":
            canvas = Canvas(str(path))
            canvas.drawString(72, 700, sentence)
            canvas.save()
        elif kind == "zip":
            with zipfile.ZipFile(path, "w") as archive:
                archive.writestr("inner.md", sentence)
        else:
            path.write_text(texts[kind].format(sentence))


def night_figures(sizes: Sequence[int]) -> Iterator[tuple[str, Figure]]:
    """Spend a night over so many new files each, and see that no more memory is held for more.

    Each night has a process of its own, as a run of Prefect has. They share a store, so the bytes
    that the night before had are not converted again.
    """
    with (
        tempfile.TemporaryDirectory() as home,
        graph_server.server(argparse.Namespace(uri=None)) as (uri, auth),
    ):
        for n_files in sizes:
            mixed_files(night_folder(home, n_files), n_files)
            with ProcessPoolExecutor(1, get_context("spawn")) as process:
                seconds, peak, largest = process.submit(
                    spend_night, home, uri, auth, n_files
                ).result()
            yield f"a night over {n_files} mixed files", figure(n_files / seconds, "files/s")
            yield (
                f"… memory of the run at most, {n_files} files",
                figure(peak, "MB", floor=1000, aim=1000, direction="<="),
            )
    yield "… of the largest process that converts", figure(largest, "MB")


def night_folder(home: str, n_files: int) -> Path:
    """Return the folder of so many files, made if it is not there."""
    folder = Path(home, f"of{n_files}")
    folder.mkdir(exist_ok=True)
    return folder


def spend_night(
    home: str, uri: str, auth: tuple[str, str], n_files: int
) -> tuple[float, float, float]:
    """Spend a night over a folder; return seconds, and MB at most, here and in what converts.

    A real server, store and sandbox; in the model's place a reader of a handful of verbs.
    """
    from flows.night import Request, run_night
    from flows.night.notes import RebuildNotes
    from flows.night.steps import Tools
    from graphdb import Graph, Ontology
    from graphdb.rules import RuleSet
    from tests.flows.rule_of_thumb import RuleOfThumbExtractor

    ontology = Ontology.load(Path("tests/ontology.toml"))
    store = ExtractionStore(Path(home, "extractions"))
    folder = night_folder(home, n_files)
    converter = Converter(known=store.document_of, seen=Seen(Path(home, "seen.sqlite")))
    with Graph.connect(uri, auth=auth, ontology=ontology) as graph:
        tools = Tools(
            graph=graph,
            store=store,
            converter=converter,
            extractor=RuleOfThumbExtractor(),
            notes=RebuildNotes(Path(home, "rebuild.json")),
            rules=RuleSet.of((), ontology),
            max_vanished=0.1,
            shard_documents=200,
            max_document_bytes=1_000_000,
        )
        begun = time.perf_counter()
        report = run_night(Request(documents=Folder(name=folder.name, path=folder)), tools)
        seconds = time.perf_counter() - begun
    converter.close()
    assert (report.n_upserted, report.set_aside) == (n_files, ()), report.title
    here, converting = (
        resource.getrusage(whose).ru_maxrss / 1000
        for whose in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return seconds, here, converting


def remote_figures(n_objects: int) -> Iterator[tuple[str, Figure]]:
    """List a bucket twice; the second time nothing in it has changed."""
    from tests.flows.sources.remote import servers

    opened: list[str] = []

    class Counted(Remote):
        __slots__ = ()

        def open(self, name: str) -> FetchedFile:
            opened.append(name)
            return super().open(name)

    with servers.s3("bench") as (endpoint, client), tempfile.TemporaryDirectory() as folder:
        os.environ |= {
            "AWS_ENDPOINT_URL": endpoint,
            "AWS_ACCESS_KEY_ID": "key",
            "AWS_SECRET_ACCESS_KEY": "secret",
            "AWS_DEFAULT_REGION": "us-east-1",
        }
        for number in range(n_objects):
            body = f"Ada works for Acme, number {number}."
            client.put_object(Bucket="bench", Key=f"notes/{number}.txt", Body=body)
        converter = Converter(seen=Seen(Path(folder, "seen.sqlite")))
        source = Counted(name="bench", url="s3://bench/notes")
        seconds = []
        for _ in range(2):
            opened.clear()
            begun = time.perf_counter()
            listing = list_source(source, max_bytes=1_000_000, converter=converter)
            seconds.append(time.perf_counter() - begun)
            assert len(listing.documents) == n_objects
        converter.close()
    yield f"{n_objects} remote objects: first listing, all read", figure(seconds[0], "s")
    yield "… listed again, unchanged", figure(seconds[1], "s")
    yield "… objects read then", figure(len(opened), "", floor=0, aim=0, direction="<=")


def kinds_figures() -> Iterator[tuple[str, Figure]]:
    from tests.flows.night.test_formats_of_a_night import FILES
    from tests.flows.sources.hostile import BAD, ODD

    yield "formats that go from file to cited fact", figure(len(FILES), "", floor=12, aim=16)
    yield "suffixes that are read", figure(sum(len(format_.suffixes) for format_ in FORMATS), "")
    yield "hostile kinds tried", figure(len(BAD) + len(ODD) + 10, "", floor=40, aim=100)


def install_figures() -> Iterator[tuple[str, Figure]]:
    needed = _with_requirements(distributions("documents"))
    n_bytes = sum(file.size or 0 for name in needed for file in metadata.files(name) or ())
    yield (
        "install size of the extra documents",
        figure(n_bytes / 1e6, "MB", floor=150, aim=60, direction="<="),
    )


def _with_requirements(names: set[str]) -> set[str]:
    """Return distributions with those that only they bring, as far as they are installed."""
    of_others = _closure(distributions("all") - names)
    return _closure(names) - of_others


def _closure(names: set[str]) -> set[str]:
    seen: set[str] = set()
    waiting = list(names)
    while waiting:
        name = waiting.pop().lower().replace("_", "-")
        if name in seen:
            continue
        try:
            required = metadata.requires(name) or ()
        except metadata.PackageNotFoundError:
            continue
        seen.add(name)
        waiting += [
            NAME.match(requirement)[0] for requirement in required if "extra ==" not in requirement
        ]
    return seen


PARTS = ("kinds", "install", "pdf", "nights", "remote")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--pages", type=int, default=100)
    parser.add_argument("--files", type=int, default=600)
    parser.add_argument("--objects", type=int, default=300)
    parser.add_argument("--full", action="store_true")
    parser.add_argument("--only", action="append", choices=PARTS, help="leave out the others")
    options = parser.parse_args()
    sizes: Sequence[int] = (options.files // 2, options.files)
    n_objects = options.objects
    if options.full:
        sizes, n_objects = (2500, 10_000, 40_000), 5000
    parts: dict[str, Callable[[], Iterator[tuple[str, Figure]]]] = {
        "kinds": kinds_figures,
        "install": install_figures,
        "pdf": lambda: pdf_figures(options.pages),
        "nights": lambda: night_figures(sizes),
        "remote": lambda: remote_figures(n_objects),
    }
    figures: dict[str, Figure] = {}
    for name in options.only or parts:
        figures |= dict(parts[name]())
    show(figures, as_json=options.json)


if __name__ == "__main__":
    main()
