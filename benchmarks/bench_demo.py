"""Counts what the model states of the samples, and how much of it they say.

    python -m benchmarks.bench_demo [--json] [--wrong] [--model auto]

`samples/gold.toml` has every fact of the samples, labelled by hand. `--wrong` prints the stated
facts that are not in it, with the sentences they cite; what a labelled fact implies (`[implied]` in
configs/general.toml) is not wrong. What rows of mapped tables state is left out: no model is needed
for it.
"""

import argparse
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import Literal

from benchmarks.figures import Figure, figure, show
from extractors.facts import Document, Entity, Extraction, Relation
from extractors.reading import TransformerExtractor
from extractors.training import TrainConfig
from extractors.training.labels import ImpliedConfig
from flows.extractor import model_for_text
from flows.setting_groups import AUTO
from flows.sources import list_folder, read_document
from graphdb import Ontology
from graphdb.tables import with_tables

ROOT = Path(__file__).parents[1]
SAMPLES = ROOT / "samples"
ONTOLOGY = Ontology.load(SAMPLES / "ontology.toml")
SYMMETRIC = frozenset(name for name, type_ in ONTOLOGY.relation_types.items() if type_.symmetric)
"""Types that hold both ways round, whichever of them is labelled."""

MAX_BYTES = 1_000_000

GoldFact = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Judged:
    """A stated fact, whether gold has it, and whether gold has or implies it."""

    document: str
    relation: Relation
    is_labelled: bool
    is_right: bool

    def __str__(self) -> str:
        """Return the fact with what it cites, for people."""
        relation = self.relation
        sure = max(item.confidence for item in relation.evidence)
        fact = f"{relation.subject.name} {relation.type} {relation.object.name}"
        return f"{'right' if self.is_right else 'WRONG'} {sure:.2f} {fact}   ({self.document})"


def gold_facts(which: Literal["facts", "rows"] = "facts") -> dict[str, set[GoldFact]]:
    """Return the labelled facts by the document's path below the samples.

    Args:
        which: What sentences state, or what rows of mapped tables do.
    """
    tables = tomllib.loads((SAMPLES / "gold.toml").read_text("utf-8"))
    facts: dict[str, set[GoldFact]] = {}
    for name, table in tables.items():
        labelled = {tuple(line.split(" | ")) for line in table.get(which, ())}
        turned = {(o, type_, s) for s, type_, o in labelled if type_ in SYMMETRIC}
        facts[name] = {(s, type_, o) for s, type_, o in labelled | turned}
    return facts


@cache
def implied() -> ImpliedConfig:
    """Return which types of facts another one implies."""
    return TrainConfig.load(ROOT / "configs/general.toml").implied


def with_implied(gold: set[GoldFact]) -> set[GoldFact]:
    """Return labelled facts and what they imply."""
    return gold.union(*(implied().following(*fact) for fact in gold))


def sample_documents() -> list[Document]:
    """Return the samples as a night reads them; the id begins with `samples/`."""
    listing = list_folder(SAMPLES, "samples", max_bytes=MAX_BYTES)
    documents = [read_document(listed) for listed in listing.documents]
    return [document for document in documents if isinstance(document, Document)]


def row_facts(extraction: Extraction) -> tuple[Relation, ...]:
    """Return what the rows of its document's mapped tables state."""
    unread = replace(extraction, entities=(), relations=())
    return with_tables(unread, ONTOLOGY.tables).relations


def without_rows(extraction: Extraction) -> Extraction:
    """Return what a night takes of an extraction, but for what rows of mapped tables state."""
    by_rows = row_facts(extraction)
    taken = with_tables(extraction, ONTOLOGY.tables).relations
    return replace(extraction, relations=tuple(each for each in taken if each not in by_rows))


def judged(extraction: Extraction, gold: set[GoldFact]) -> Iterator[Judged]:
    """Yield what an extraction states, each with what gold says of it."""
    right = with_implied(gold)
    for relation in extraction.relations:
        is_labelled, is_right = _is_among(relation, gold), _is_among(relation, right)
        yield Judged(extraction.document.id, relation, is_labelled, is_right)


def _is_among(relation: Relation, facts: set[GoldFact]) -> bool:
    subjects, objects = _names(relation.subject), _names(relation.object)
    return any(
        type_ == relation.type and subject in subjects and object_ in objects
        for subject, type_, object_ in facts
    )


def judge_samples(model: str) -> list[Judged]:
    """Read all samples, each with the model of its language, and judge what is stated of them."""
    gold = gold_facts()
    documents = sample_documents()
    names = [model_for_text(model, document.text) for document in documents]
    extractors = {name: TransformerExtractor.load(name) for name in sorted(set(names))}
    return [
        row
        for name, document in zip(names, documents, strict=True)
        for row in judged(
            without_rows(extractors[name].extract_one(document)),
            gold[document.id.removeprefix("samples/")],
        )
    ]


def figures(rows: list[Judged]) -> dict[str, Figure]:
    """Return how much is stated, how much of it is right, and of how much both ends are cited."""
    n_right = sum(row.is_right for row in rows)
    n_labelled = sum(row.is_labelled for row in rows)
    n_gold = sum(map(len, gold_facts().values()))
    return {
        "facts stated": figure(len(rows), "facts", floor=60),
        "precision": figure(n_right / max(1, len(rows)), "ratio", floor=0.95, aim=1.0),
        "share of the labelled facts": figure(n_labelled / n_gold, "ratio"),
    }


def _names(entity: Entity) -> set[str]:
    """Return what a document calls a thing, with and without an article."""
    texts = {" ".join(mention.text.split()) for mention in entity.mentions}
    return texts | {text.removeprefix("the ").removeprefix("The ") for text in texts}


def main() -> None:
    """Run the benchmark."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--wrong", action="store_true")
    parser.add_argument("--model", default=AUTO)
    asked = parser.parse_args()
    rows = judge_samples(asked.model)
    if asked.wrong:
        for row in rows:
            if not row.is_right:
                print(row)
                text = next(d.text for d in sample_documents() if d.id == row.document)
                for item in row.relation.evidence:
                    print("      “" + text[item.span.start : item.span.end] + "”")
        return
    show(figures(rows), as_json=asked.json)


if __name__ == "__main__":
    main()
