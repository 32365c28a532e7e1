"""How often a question finds the passage that answers it: by words, by meaning, by both.

    python -m benchmarks.bench_search [--questions 300] [--json]

Questions are made of labelled relations of the dev parts of `written`, `genres` and `written_zh`
("Where was … born?" with the name as the text has it); a passage that names both ends answers. All
passages of these parts lie in one graph, in an embedded server unless `--uri` names another (whose
graph is deleted!). Beside it: how much longer a night takes when it embeds what it reads.
"""

import argparse
import json
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random

import numpy as np

from benchmarks import graph_server
from benchmarks.figures import Figure, figure, show
from extractors import TransformerExtractor
from extractors.engines import SentenceEncoder
from extractors.facts import Chunk, Document, Extraction
from extractors.text import chunks
from flows.embedding import Encoders
from graphdb import Graph, Ontology
from graphdb.asking import Passage, passages_found

DATA = Path(__file__).parents[2] / "shared/data"
CORPORA = {"en": ("written", "genres"), "zh": ("written_zh",)}
MODELS = {"en": "general", "zh": "general-zh"}
N_FOUND = 10
N_READ = 60
"""Documents that are read and embedded for the clock."""

QUESTIONS = {
    "en": {
        "PLACE_OF_BIRTH": "Where was {} born?",
        "PLACE_OF_DEATH": "Where did {} die?",
        "DATE_OF_BIRTH": "When was {} born?",
        "DATE_OF_DEATH": "When did {} die?",
        "SPOUSE": "Who was {} married to?",
        "EMPLOYER": "Who does {} work for?",
        "EDUCATED_AT": "Which school did {} attend?",
        "FOUNDED_BY": "Who started {}?",
        "HEADQUARTERS_LOCATION": "Where is the head office of {}?",
        "AUTHOR": "Who wrote {}?",
        "DIRECTOR": "Who directed {}?",
        "AWARD_RECEIVED": "Which prize did {} win?",
        "INCEPTION": "When was {} set up?",
        "OWNED_BY": "Who owns {}?",
        "POSITION_HELD": "What office did {} hold?",
    },
    "zh": {
        "PLACE_OF_BIRTH": "{}在哪里出生？",
        "PLACE_OF_DEATH": "{}在哪里去世？",
        "DATE_OF_BIRTH": "{}是什么时候出生的？",
        "DATE_OF_DEATH": "{}是什么时候去世的？",
        "SPOUSE": "{}和谁结婚？",
        "EMPLOYER": "{}在哪里上班？",
        "EDUCATED_AT": "{}上的是哪所学校？",
        "FOUNDED_BY": "谁创办了{}？",
        "HEADQUARTERS_LOCATION": "{}的总部在哪里？",
        "AUTHOR": "谁写了{}？",
        "DIRECTOR": "谁导演了{}？",
        "AWARD_RECEIVED": "{}得过什么奖？",
        "INCEPTION": "{}是什么时候成立的？",
        "OWNED_BY": "{}属于谁？",
        "POSITION_HELD": "{}担任什么职务？",
    },
}


VECTORS = """
MATCH (chunk:Chunk)
RETURN chunk.text AS text, chunk.embedding_en AS en, chunk.embedding_zh AS zh"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """A labelled text, cut as a night cuts it."""

    id: str
    text: str
    chunks: tuple[Chunk, ...]
    asked: tuple[tuple[str, str, frozenset[str]], ...]
    """Questions, the name in each, and the passages that answer."""

    def extraction(self, language: str) -> Extraction:
        """Return the text as a document without facts."""
        return Extraction(
            document=Document(id=self.id, text=self.text, language=language),
            chunks=self.chunks,
            entities=(),
            relations=(),
            extractor="made up",
        )


def texts(language: str) -> Iterator[Text]:
    """Yield the texts of a language with what can be asked of them."""
    for corpus in CORPORA[language]:
        for line in (DATA / corpus / "dev.jsonl").read_text("utf-8").splitlines():
            row = json.loads(line)
            cut = tuple(chunks(row["text"]))
            yield Text(
                id=f"{corpus}/{row['id']}",
                text=row["text"],
                chunks=cut,
                asked=tuple(_asked(row, cut, QUESTIONS[language])),
            )


def _asked(
    row: dict, cut: Sequence[Chunk], questions: dict[str, str]
) -> Iterator[tuple[str, str, frozenset[str]]]:
    text = row["text"]
    for relation in row["relations"]:
        if relation["type"] not in questions:
            continue
        ends = [row["entities"][relation[end]]["mentions"] for end in ("subject", "object")]
        answers = frozenset(
            text[chunk.span.start : chunk.span.end]
            for chunk in cut
            if all(any(chunk.span.start <= m[0] < chunk.span.end for m in end) for end in ends)
        )
        if answers:
            start, end = max((m[:2] for m in ends[0]), key=lambda m: m[1] - m[0])
            name = text[start:end]
            yield questions[relation["type"]].format(name), name, answers


def of_language(graph: Graph, language: str, n_questions: int) -> dict[str, Figure]:
    """Return the share of questions whose answer is among the first, by each way of looking."""
    read = list(texts(language))
    asked = [each for text in read for each in text.asked]
    asked = Random(20).sample(asked, min(n_questions, len(asked)))
    graph.upsert(text.extraction(language) for text in read)
    encoders = Encoders()
    graph.embed(encoders)
    found: dict[str, list[bool]] = {}
    for question, name, answers in asked:
        meaning = encoders.meaning(question)
        for way, words, meant in (
            ("the question's words", question, None),
            ("the name alone", name, None),
            ("meaning", "", meaning),
            ("words and meaning", question, meaning),
        ):
            passages = passages_found(graph.connection, words, meant, N_FOUND)
            found.setdefault(way, []).append(_is_answered(passages, answers))
    return {
        f"{language}, found by {way}": figure(float(np.mean(told)), f"of {len(told)} in {N_FOUND}")
        for way, told in found.items()
    } | nearness(graph, language, asked)


def _is_answered(passages: Sequence[Passage], answers: frozenset[str]) -> bool:
    """Say whether an answer is among what was found: words are shown with what is round them."""
    flat = {" ".join(answer.split()) for answer in answers}
    return any(passage.text.strip("…") in text for passage in passages for text in flat)


def nearness(graph: Graph, language: str, asked: Sequence[tuple]) -> dict[str, Figure]:
    """Return how near answers are to their questions, and how near all other passages."""
    encoder = SentenceEncoder.load(language)
    rows = graph.connection.read(VECTORS)
    kept = [(row["text"], row[language]) for row in rows if row[language]]
    passages, vectors = [text for text, _ in kept], np.array([vector for _, vector in kept])
    cosines = np.array([vectors @ encoder.question(question) for question, _, _ in asked])
    is_answer = np.array([[p in answers for p in passages] for _, _, answers in asked])
    best = np.where(is_answer, cosines, -1).max(1)
    least = encoder.model.least_cosine
    return {
        f"{language}, answers nearer than {least}": figure(float((best >= least).mean()), ""),
        f"{language}, other passages nearer": figure(
            float((cosines[~is_answer] >= least).mean()), ""
        ),
    }


def seconds(language: str) -> dict[str, Figure]:
    """Return what embedding documents takes, as a share of what reading them takes."""
    some = list(texts(language))[:N_READ]
    documents = [Document(id=text.id, text=text.text, language=language) for text in some]
    extractor = TransformerExtractor.load(MODELS[language])
    encoder = SentenceEncoder.load(language)
    ratios = []
    for _ in range(3):
        started = time.process_time()
        list(extractor.extract(documents))
        reading_s = time.process_time() - started
        started = time.process_time()
        encoder.passages([t.text[c.span.start : c.span.end] for t in some for c in t.chunks])
        ratios.append((time.process_time() - started) / reading_s)
    n_passages = sum(len(text.chunks) for text in some)
    return {
        f"{language}, embedding, share of reading, processor time": figure(
            float(np.median(ratios[1:])), f"{N_READ} texts, {n_passages} passages"
        )
    }


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--questions", type=int, default=300)
    parser.add_argument("--json", action="store_true")
    graph_server.add_options(parser)
    options = parser.parse_args()
    figures: dict[str, Figure] = {}
    with graph_server.server(options) as (uri, auth):
        ontology = Ontology.load(Path("tests/ontology.toml"))
        with Graph.connect(uri, auth=auth, ontology=ontology) as graph:
            graph.clear()
            graph.prepare()
            for language in CORPORA:
                figures |= of_language(graph, language, options.questions)
            graph.clear()
    for language in CORPORA:
        figures |= seconds(language)
    show(figures, as_json=options.json)


if __name__ == "__main__":
    main()
